"""Whatever comes in, an answer or one clear error comes out, and soon."""

from __future__ import annotations

import os
import sys
import warnings
from pathlib import Path

import pytest
from helpers.fuzz_targets import TARGETS, run, seeds
from helpers.paths import PROJECT
from helpers.processes import run_apart
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.errors import HypothesisWarning

EXAMPLES = {
    "classify": 4_500,
    "csv": 2_500,
    "tsv": 1_500,
    "jsonl": 2_000,
    "json": 2_000,
    "xlsx": 2_000,
    "parquet": 1_500,
    "html": 1_000,
    "docx": 500,
    "odt": 500,
    "pdf": 1_000,
    "zip": 500,
    "gz": 500,
    "xml": 1_000,
    "eml": 1_000,
    "msg": 1_000,
}
EXAMPLES["command"] = 1_500
assert set(EXAMPLES) == set(TARGETS)
assert sum(EXAMPLES.values()) >= 20_000
TIMES = 20 if os.environ.get("ROLEFIT_HYPOTHESIS") == "long" else 1

PIECES = [
    *"- • * 1. a) # ## | , ; : \t \n \r \r\n \0 \x1b \x85 \xa0 \u2028 \u200b \ud7ff \ufeff 🚀 é".split(" "),
    *(
        "< > </ <p> <li> </li> <ul> <div> <br/> <b <!-- --> <script> </script> &lt;p&gt; &amp; &#x0; &nbsp;"
        " <td style='display:none'>"
    ).split(" "),
    *(
        '" "" \' { } [ ] {"text": null true 1e999 -0 "@type":"JobPosting" \\ud800 \\ --title --json --jobs -3'
        " -o -"
    ).split(" "),
    "What you'll do\n",
    "Own the product backlog",
    "Product Manager",
    "x" * 300,
    "\n" * 50,
    "=cmd|' /C calc'!A0",
]
pieces = st.sampled_from([piece.encode("utf-8", "replace") for piece in PIECES])
edits = st.lists(
    st.tuples(
        st.sampled_from(["put", "cut", "twice", "flip", "over"]),
        st.integers(0, 2**16 - 1),
        pieces | st.binary(min_size=1, max_size=6),
    ),
    max_size=6,
)


def edited(data: bytes, changes: list[tuple[str, int, bytes]]) -> bytes:
    """A file with some places changed; those are given as parts of its length, so that they stay inside while
    the file changes."""
    for kind, part, piece in changes:
        at = part * (len(data) + 1) >> 16
        rest = at + 1 + piece[0]
        if kind == "put":
            data = data[:at] + piece + data[at:]
        elif kind == "over":
            data = data[:at] + piece + data[at + len(piece) :]
        elif kind == "cut":
            data = data[:at] + data[rest:]
        elif kind == "twice":
            data = data[:rest] + data[at:]
        elif data[at : at + 1]:
            data = data[:at] + bytes([data[at] ^ 1 << (piece[0] & 7)]) + data[at + 1 :]
    return data


@pytest.mark.slow
@pytest.mark.parametrize("target", TARGETS)
def test_any_input_gives_an_answer_or_an_error_that_is_ours(target: str) -> None:
    made = (
        st.builds(edited, st.sampled_from(seeds(target)), edits)
        | st.lists(pieces, max_size=12).map(b"".join)
        | st.binary(max_size=60)
    )

    # Looking for the smallest input that fails may end in a file too long to be printed; the warning would
    # hide the failure.
    warnings.simplefilter("ignore", HypothesisWarning)

    @settings(max_examples=EXAMPLES[target] * TIMES, suppress_health_check=list(HealthCheck), deadline=None)
    @given(made)
    def check(data: bytes) -> None:
        run(target, data)

    check()


FLOODS = [
    *sorted({piece for piece in PIECES if len(piece) < 40}),
    "<b><p>",
    "<a><table>",
    "((((",
    "a@",
    "http://",
    "a b ",
    "é•",
    "&lt;b",
    '","',
    "-\n",
    "<!--<",
]


@pytest.mark.slow
@pytest.mark.parametrize("target", ["classify", "csv", "jsonl", "json", "html"])
def test_a_flood_of_anything_takes_seconds_for_100_kilobytes(target: str) -> None:
    for piece in FLOODS:
        for head in (b"", b"<p>Own the backlog", b"text\n"):
            unit = piece.encode("utf-8", "replace")
            run(target, head + unit * (100_000 // len(unit)))


@pytest.mark.slow
@pytest.mark.parametrize("target", ["classify", "csv", "json", "html", "command"])
def test_libfuzzer_finds_nothing_either(target: str, tmp_path: Path) -> None:
    """A short run; ``tests/README.md`` says how to start a long one."""
    pytest.importorskip("atheris", reason="needs atheris: pip install 'rolefit[fuzz]'")
    done = run_apart(
        [
            sys.executable,
            str(PROJECT / "tools" / "fuzz.py"),
            target,
            f"-artifact_prefix={tmp_path}/",
            "-max_total_time=5",
            "-seed=1",
            str(tmp_path),
        ],
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert "Done" in done.stderr
