"""Product words stuffed into an engineer's posting do not turn it into a product manager's or owner's."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

import rolefit
from rolefit.model import weights
from rolefit.tables.verdict_columns import answer

DUTIES = {
    "payments": [
        "Build and run payment services in Go on Kubernetes",
        "Design database schemas and tune slow queries",
        "Review the code of your colleagues and keep test coverage high",
        "Take part in the on-call rota and write down what went wrong after an outage",
        "Cut the response time of our public interface in half",
        "Move the old billing code to event streams",
    ],
    "telephones": [
        "Write the Android client in Kotlin",
        "Keep start-up under a second on cheap phones",
        "Automate the build and the signing of each version",
        "Fix crashes that our monitoring finds",
        "Pair with designers on animations",
    ],
    "batteries": [
        "Write firmware in C for a battery controller",
        "Debug boards with an oscilloscope",
        "Write drivers for sensors and radios",
        "Keep power use within two microamps in sleep",
        "Prepare the certification of the radio part",
    ],
    "warehouse": [
        "Build pipelines that load forty tables a night",
        "Model events in the warehouse with dbt",
        "Watch data quality and mend what breaks",
        "Tune Spark jobs",
        "Write documentation for the analysts who use the tables",
    ],
    "security": [
        "Test our web applications for weak spots",
        "Harden servers and rotate keys",
        "Answer alerts and hunt for intruders",
        "Review designs of new services for threats",
        "Train engineers in safe coding",
    ],
    "test farm": [
        "Write end-to-end tests in Playwright",
        "Keep the test farm green",
        "Measure flakiness and remove it",
        "Reproduce bugs that customers report",
        "Test each build on six browsers",
    ],
    "ranking": [
        "Train ranking models in PyTorch",
        "Serve them behind a service with a tail latency of thirty milliseconds",
        "Label data and audit the labels",
        "Run offline and online tests of new features",
        "Read papers and try what looks useful",
    ],
    "clusters": [
        "Run our clusters with Terraform and Argo",
        "Give teams a paved road for deployments",
        "Plan capacity for the holiday season",
        "Automate backups and test that they come back",
        "Keep cloud costs within limits",
    ],
}
WORDS = ["backlog", "roadmap", "product backlog", "product roadmap", "backlog and roadmap"]


def posting(duties: Sequence[str], more: str = "") -> str:
    return "\n".join(
        [
            "About us",
            "We make software for small harbours and have forty people.",
            "",
            "What you will do",
            *(f"- {duty}" for duty in duties),
            "",
            "What you bring",
            "- Five years of building software",
            "- You like clean code and short meetings",
            "",
            "What we offer",
            "- Thirty days of leave and a pension",
            more,
        ]
    )


def spread_over(duties: Sequence[str], word: str, times: int) -> list[str]:
    """The duties with a word inserted so many times, each time behind another of their words."""
    parts = [duty.split() for duty in duties]
    for n in range(times):
        line = parts[n % len(parts)]
        place = len(line) - 2 * (n // len(parts))
        if place > 0:
            line.insert(place, word)
    return [" ".join(line) for line in parts]


STUFFED: dict[str, Callable[[Sequence[str], str, int], str]] = {
    "lines": lambda duties, word, times: posting([*duties, *[word] * times]),
    "numbered lines": lambda duties, word, times: posting(
        [*duties, *(f"{word.title()} {n}" for n in range(times))]
    ),
    "lines of a sentence": lambda duties, word, times: posting([*duties, *[f"We have a {word}"] * times]),
    "one line": lambda duties, word, times: posting([*duties, " ".join([word] * times)]),
    "a comma list": lambda duties, word, times: posting([*duties, ", ".join([word] * times)]),
    "a footer": lambda duties, word, times: posting(duties, " ".join([word] * times)),
    "a footer of sentences": lambda duties, word, times: posting(
        duties, " ".join([f"{word.capitalize()}."] * times)
    ),
    "a hidden footer": lambda duties, word, times: (
        f"<div>{posting(duties).replace(chr(10), '<br>')}</div><p"
        f" style='display:none'>{'<br>'.join([word] * times)}</p>"
    ),
    "in the duties": lambda duties, word, times: posting(spread_over(duties, word, times)),
    "before every duty": lambda duties, word, times: posting(
        [f"{word} {duty}" for duty in duties[:times]] + list(duties[times:])
    ),
}


@pytest.mark.parametrize("way", STUFFED)
@pytest.mark.parametrize("times", [1, 50])
def test_duties_of_engineers_stay_unclear_however_often_a_product_word_is_added(way: str, times: int) -> None:
    texts = [STUFFED[way](duties, word, times) for duties in DUTIES.values() for word in WORDS]
    for text, verdict in zip(texts, rolefit.classify_many(texts), strict=True):
        assert verdict.label == "unclear", (verdict.reason, text)
        if verdict.responsibilities:
            titled = rolefit.classify(text, "Product Owner")
            assert answer(titled)["rolefit_review"], text


def test_what_is_refused_for_its_repeated_words_is_put_up_for_review_and_says_which() -> None:
    verdict = rolefit.classify(STUFFED["in the duties"](DUTIES["test farm"], "product backlog", 50))
    assert (verdict.label, verdict.reason_code) == ("unclear", "repeated-words")
    assert verdict.reason == (
        "without “backlog” and “product”, which its lines repeat, hardly a line names work of a product"
        " manager or a product owner"
    )
    assert answer(verdict)["rolefit_review"] == verdict.reason


def test_repeated_words_are_known_in_a_batch_that_fills_the_vocabulary(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = STUFFED["in the duties"](DUTIES["test farm"], "product backlog", 50)
    model = rolefit.load_model()
    monkeypatch.setattr(weights, "MOST_WORDS", 0)
    found = [verdict.reason_code for verdict in model.classify_many([text, text, text])]
    assert found == ["repeated-words"] * 3


OWNER = [
    "Own the backlog and keep it in order",
    "Refine the backlog with the developers",
    "Write user stories for the backlog with acceptance criteria",
    "Run sprint planning and accept finished stories",
    "Rank backlog items by value and risk",
]


def test_a_product_owner_may_speak_of_the_backlog_in_every_second_line() -> None:
    assert rolefit.classify(posting(OWNER)).label == "PO-like"


def test_the_verdict_without_a_line_is_held_to_the_same_rule() -> None:
    """What `flip` and the deletion effect say of a posting is what reading the rest would say."""
    lines = [*spread_over(DUTIES["clusters"], "product backlog", 50), *OWNER[2:]]
    verdict = rolefit.classify(posting(lines))
    flip = verdict.flip()
    assert flip
    left = [line for line in lines if line not in {r.text for r in flip}]
    assert rolefit.classify(posting(left)).label == verdict.flip_label != verdict.label


REPEATS = {
    "the same line": "- Order the product backlog",
    "in capitals": "- ORDER THE PRODUCT BACKLOG",
    "with more blanks": "-   Order  the\tproduct   backlog ",
    "under another bullet": "• Order the product backlog",
    "numbered": "7. Order the product backlog",
    "without a bullet": "Order the product backlog",
    "with zero-width marks": "- Or\u200bder the pro\u2060duct back\ufefflog",
    "with soft hyphens": "- Or\xadder the prod\xaduct back\xadlog",
    "with no-break spaces": "- Order\xa0the\xa0product\xa0backlog",
    "ended otherwise": "- Order the product backlog!",
    "in bold type": "- **Order the product backlog**",
}


@pytest.mark.parametrize("repeat", REPEATS.values(), ids=REPEATS.keys())
def test_a_line_that_comes_again_counts_once(repeat: str) -> None:
    once = (
        "Your tasks\n- Set the product vision\n- Research the market\n- Order the product backlog\n-"
        " Write user stories"
    )
    before, after = rolefit.classify(once), rolefit.classify(once + ("\n" + repeat) * 20)
    assert (after.label, after.balance, after.probabilities) == (
        before.label,
        before.balance,
        before.probabilities,
    )
    assert [r.text for r in after.responsibilities] == [r.text for r in before.responsibilities]
