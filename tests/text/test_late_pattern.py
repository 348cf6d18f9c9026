"""A late pattern is the pattern, compiled when it is first used."""

from __future__ import annotations

import ast
import re
import subprocess
import sys

import pytest
from helpers.paths import cases

from rolefit import load_corpus
from rolefit._resources import corpus_folder
from rolefit.text import headings, whose_work
from rolefit.text.late_pattern import Guarded, is_compiled, late_pattern

PATTERN = r"(?P<verb>own|order) the (\w+)"
TEXT = "Own the backlog, order the stories, and own the roadmap"


def test_a_late_pattern_does_what_the_pattern_does() -> None:
    late, plain = late_pattern(PATTERN, re.IGNORECASE), re.compile(PATTERN, re.IGNORECASE)
    for _ in range(2):  # before and after it is compiled
        for method in ("search", "match", "fullmatch"):
            one, other = (getattr(pattern, method)(TEXT) for pattern in (late, plain))
            assert (one and one.groups()) == (other and other.groups())
        assert [found.span() for found in late.finditer(TEXT, 3)] == [
            found.span() for found in plain.finditer(TEXT, 3)
        ]
        assert late.findall(TEXT) == plain.findall(TEXT)
        assert late.split(TEXT) == plain.split(TEXT)
        assert late.sub(r"\2", TEXT) == plain.sub(r"\2", TEXT)
    assert (late.pattern, late.flags, late.groupindex) == (plain.pattern, plain.flags, plain.groupindex)


@pytest.mark.parametrize("method", ["search", "match"])
def test_a_pattern_is_compiled_only_if_the_short_one_finds_something(method: str) -> None:
    late = late_pattern(r"(?:own|order) the (?P<what>\w+)", re.IGNORECASE, only_if=r"\bstories\b")
    assert isinstance(late, Guarded)
    assert getattr(late, method)("Order the backlog") is None
    assert not is_compiled(late.pattern)
    assert getattr(late, method)("Order the Stories")["what"] == "Stories"
    assert is_compiled(late.pattern)
    assert (getattr(late, method)("We order the stories") is None) == (method == "match")


GUARDED = {name: pattern for name, pattern in vars(whose_work).items() if isinstance(pattern, Guarded)}


@pytest.mark.parametrize("name", GUARDED)
def test_a_short_pattern_hides_no_line_that_the_long_one_finds(name: str) -> None:
    texts = [
        *(statement.text for statement in load_corpus(corpus_folder()).statements),
        *(case.values[0]["text"] for case in cases("scope.json")),
    ]
    lines = {line.strip("-* ").replace("’", "'").lower() for text in texts for line in text.splitlines()}
    pattern = GUARDED[name]
    finds = pattern.pattern.search if name == "AT_THE_END" else pattern.pattern.match
    found = list(filter(finds, lines))
    assert len(found) > 20
    assert not [line for line in found if not pattern.guard.search(line)]


def test_a_pattern_has_no_other_attributes() -> None:
    with pytest.raises(AttributeError, match="find_all"):
        late_pattern(PATTERN).find_all(TEXT)  # type: ignore[attr-defined]


def test_importing_the_model_compiles_what_the_wordings_of_headings_are_read_with_alone() -> None:
    """Each takes a tenth of a millisecond, and a first verdict needs a third of them."""
    program = (
        "import re, numpy, numpy.typing, json, hashlib, dataclasses, inspect, rolefit.classify\n"
        "compiled, plain = [], re.compile\n"
        "re.compile = lambda *given: compiled.append(given) or plain(*given)\n"
        "import rolefit.model.classifier\n"
        "print([pattern for pattern, _ in compiled])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    wordings = [headings._OPTIONAL.pattern, headings._PLACE.pattern]
    assert ast.literal_eval(done.stdout) == wordings
