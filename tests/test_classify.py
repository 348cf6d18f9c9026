"""`rolefit.classify` as people use it: the forms of import, the cases, and any input."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from helpers.paths import cases
from hypothesis import given
from hypothesis import strategies as st

import rolefit
from rolefit import PostingError, RolefitError
from rolefit.model.decision import REASONS

IMPORTS = {
    "from rolefit import classify": "from rolefit import classify; v = classify(text)",
    "import rolefit": "import rolefit; v = rolefit.classify(text)",
    "import rolefit.classify": "import rolefit.classify; v = rolefit.classify(text)",
    "from rolefit.classify import classify": "from rolefit.classify import classify; v = classify(text)",
}
PO_POSTING = "- Order the product backlog\n- Write user stories\n- Plan the sprints with the developers"


@pytest.mark.parametrize("form", IMPORTS.values(), ids=IMPORTS.keys())
def test_every_import_form_works_in_a_fresh_process(form: str, python: Callable[..., str]) -> None:
    assert python(f"text = {PO_POSTING!r}; {form}; print(v.label)").strip() == "PO-like"


def test_the_forms_mix_in_one_process(python: Callable[..., str]) -> None:
    code = f"""
text = {PO_POSTING!r}
import rolefit.classify
from rolefit.classify import classify as first
from rolefit import classify as second
import rolefit
print(rolefit.classify(text).label, first(text).label, second(text).label)
print(rolefit.load_model, len(list(rolefit.classify_many([text]))))
"""
    assert python(code).startswith("PO-like PO-like PO-like")


HEAVY = "numpy pandas sklearn scipy joblib selectolax torch".split()


def test_importing_rolefit_imports_nothing_heavy(python: Callable[..., str]) -> None:
    code = f"import sys, rolefit; print([name for name in {HEAVY} if name in sys.modules])"
    assert python(code).strip() == "[]"


def test_a_verdict_on_plain_text_needs_numpy_alone(python: Callable[..., str]) -> None:
    code = (
        f"import sys, rolefit; v = rolefit.classify({PO_POSTING!r}); str(v); v.to_dict(); print([name"
        f" for name in {HEAVY} if name in sys.modules])"
    )
    assert python(code).strip() == "['numpy']"


def test_a_verdict_on_html_needs_the_parser_and_no_more(python: Callable[..., str]) -> None:
    code = (
        f"import sys, rolefit; rolefit.classify('<p>Own the backlog</p>'); print([name for name in"
        f" {HEAVY} if name in sys.modules])"
    )
    assert python(code).strip() == "['numpy', 'selectolax']"


def test_the_model_is_loaded_once() -> None:
    from rolefit.classify import default_model

    assert default_model() is default_model()


# -- the cases -----------------------------------------------------------------------------------------------


def meets(verdict: rolefit.Verdict, expect: dict[str, Any]) -> None:
    roles = [r.role for r in verdict.responsibilities]
    for field, wanted in expect.items():
        if field == "no_role":
            assert wanted not in roles
            assert "both" not in roles
        elif field == "roles":
            assert roles == wanted
        else:
            assert getattr(verdict, field) == wanted, (field, str(verdict))


@pytest.mark.parametrize("case", cases("verdicts.json"))
def test_case(case: dict[str, Any]) -> None:
    verdict = rolefit.classify(case["text"], case.get("title"))
    meets(verdict, case["expect"])
    assert set(case["expect"]) <= {"label", "reason_code", "title_mismatch", "no_role", "roles"}


@pytest.mark.parametrize("case", [c for c in cases("known_failures.json") if c.values[0]["of"] == "verdicts"])
@pytest.mark.xfail(strict=True, reason="known failure")
def test_known_failure(case: dict[str, Any]) -> None:
    meets(rolefit.classify(case["text"], case.get("title")), case["expect"])


def test_the_text_comes_back_untouched_unless_it_is_html() -> None:
    for case in cases("verdicts.json"):
        text = case.values[0]["text"]
        verdict = rolefit.classify(text)
        assert (verdict.text is text) == ("HTML" not in case.id)


def test_the_forms_of_one_posting_say_the_same() -> None:
    """Plain, HTML and HTML escaped once more: the same lines, the same label, the same numbers."""
    import html

    lines = [
        "Order the product backlog with the developers",
        "Write user stories & criteria",
        "Plan the sprints",
        "Talk to customers about the market",
    ]
    plain = "Your tasks\n\n" + "\n".join(f"• {line}" for line in lines)
    page = "<h3>Your tasks</h3><ul>" + "".join(f"<li>{html.escape(line)}</li>" for line in lines) + "</ul>"
    first, *others = (rolefit.classify(text) for text in (plain, page, html.escape(page)))
    for other in others:
        assert other.text == plain
        assert other.to_dict() == first.to_dict()


# -- what is no text -----------------------------------------------------------------------------------------

WRONG = {
    "bytes": (b"Own the backlog", "decode"),
    "a bytearray": (bytearray(b"x"), "decode"),
    "None": (None, "pass ''"),
    "a number": (3, "str(value)"),
    "not a number": (float("nan"), "str(value)"),
    "a list": (["Own the backlog"], "str(value)"),
    "a path": (__import__("pathlib").Path("posting.txt"), "str"),
}


@pytest.mark.parametrize(("value", "fix"), WRONG.values(), ids=WRONG.keys())
def test_what_is_no_text_is_a_type_error_that_names_the_type_and_the_fix(value: Any, fix: str) -> None:
    with pytest.raises(TypeError) as error:
        rolefit.classify(value)
    assert isinstance(error.value, PostingError)
    assert isinstance(error.value, RolefitError)
    assert type(value).__name__ in str(error.value)
    assert fix in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("title", [b"Product Owner", 3, ["Product Owner"]])
def test_a_title_that_is_no_text(title: Any) -> None:
    with pytest.raises(PostingError, match=f"title must be str or None, not {type(title).__name__}"):
        rolefit.classify("Own the backlog", title)


def test_text_of_a_subclass_of_str_is_text() -> None:
    class Text(str):
        __slots__ = ()

    assert rolefit.classify(Text(PO_POSTING)).label == "PO-like"


# -- text that is no posting ---------------------------------------------------------------------------------

NO_POSTING = {
    "nothing": "",
    "spaces": " \t\n\r\xa0\u2003",
    "a zero-width space": "\u200b",
    "NUL": "\x00",
    "NUL among words": "Free\x00 lunch\x00",
    "a lone surrogate": "\ud800",
    "lone surrogates among words": "Free \udfff lunch \ud83d",
    "one letter": "a",
    "a number": "42",
    "only a heading": "Responsibilities:",
    "only a bare title": "Product Owner",
    "a heading over nothing": "## Your tasks\n\n- \n- \n",
    "a nurse": (
        "We are looking for a nurse.\n- Take care of patients\n- Hand out medicine\n- Write the charts"
    ),
    "a cook": (
        "As a cook you prepare lunch for two hundred guests.\n- Order vegetables\n- Keep the kitchen clean"
    ),
    "a lawyer": "Draft contracts, advise the board and represent the company in court.",
    "an engineer": (
        "As a backend engineer you build services.\n- Write Go\n- Review code\n- Keep the database fast"
    ),
    "a poem": "The ferry leaves, the harbour sleeps, the lamp above the water keeps its hour.",
    "code": "def main():\n    for i in range(10):\n        print(i)\n",
    "JSON": '{"id": 3, "text": null, "list": [1, 2, 3]}',
    "a log": "2026-01-01 00:00:00 ERROR cannot open file\n" * 50,
    "base64": "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ" * 100,
    "a deep page": "<div>" * 50_000,
    "a broken page": "<p><b><li></p></ul><table><p>Free lunch",
    "a page of scripts": "<script>own the backlog</script>" * 100,
    "emoji": "😀🚀✅" * 100,
    "one letter a million times": "a" * 1_000_000,
    "a million spaces": " " * 1_000_000,
    "a word a hundred thousand times": "lunch " * 100_000,
    "Latin": "Lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor " * 4,
}


@pytest.mark.parametrize("text", NO_POSTING.values(), ids=NO_POSTING.keys())
@pytest.mark.parametrize("title", [None, "Product Owner"])
def test_what_is_no_posting_is_unclear_with_its_reason(text: str, title: str | None) -> None:
    verdict = rolefit.classify(text, title)
    assert verdict.label == "unclear"
    assert verdict.reason_code in REASONS
    assert verdict.reason_code != "decided"
    assert verdict.reason
    assert verdict.title_mismatch is None
    assert verdict.confidence == max(verdict.probabilities.values())
    assert verdict.flip() is None
    assert str(verdict)
    assert verdict._repr_html_()


@pytest.mark.parametrize(
    "unit",
    [
        "Own the product backlog. ",
        "Own the backlog ",
        "backlog ",
        "- Own the backlog\n",
        "own the backlog; ",
        "• vision ",
        "product owner ",
        "As a product owner you will ",
        "<li>Own the backlog</li>",
    ],
)
def test_a_megabyte_of_one_thing_is_read_and_counts_once(unit: str) -> None:
    text = unit * (1_000_000 // len(unit))
    start = time.process_time()
    verdict = rolefit.classify(text)
    assert time.process_time() - start < 10.0
    assert verdict.label == "unclear"


@given(
    st.text(st.characters(), max_size=300)
    | st.lists(
        st.sampled_from(
            (
                "own the backlog|vision|\n- |<p>|</p>|. |&lt;li&gt;|\x00|\ud800|é|PO|## Tasks\n|write user"
                " stories"
            ).split("|")
        ),
        max_size=30,
    ).map("".join)
)
def test_any_text_gets_a_verdict(text: str) -> None:
    verdict = rolefit.classify(text)
    assert verdict.label in ("PM-like", "PO-like", "mixed", "unclear")
    assert sum(verdict.probabilities.values()) == pytest.approx(1.0)
    assert verdict.confidence == verdict.probabilities[verdict.label]
    for r in verdict.responsibilities:
        assert verdict.text[r.start : r.end] == r.text
    verdict.to_dict()


@pytest.mark.parametrize("size", [1, 5, 50])
def test_stuffing_an_engineers_posting_with_the_words_of_the_field_does_not_turn_it(size: int) -> None:
    duties = (
        "As a backend engineer you build services.\n- Write Go services\n- Review code\n- Keep the"
        " database fast\n- Be on call\n"
    )
    for words in ("backlog", "roadmap", "product backlog, roadmap, vision, stories"):
        assert rolefit.classify(duties + f"{words} " * size).label == "unclear"
        assert rolefit.classify(duties + f"- {words}\n" * size).label == "unclear"
