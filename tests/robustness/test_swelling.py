"""Small files that become large: each takes bounded memory and time, and is read or refused in one line."""

from __future__ import annotations

import gzip
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from helpers import old_workbooks, swelling
from helpers.extras import needs
from helpers.files import rows, saved
from helpers.processes import run_apart

from rolefit import RolefitError, tables
from rolefit.errors import TooLargeError
from rolefit.tables import limits

MOST_MEGABYTES = 1_000
MOST_SECONDS = 20.0

SCORED = """
import resource, sys
from rolefit.cli import main
code = main(["score", sys.argv[1], "-o", sys.argv[2], "--quiet"])
used = resource.getrusage(resource.RUSAGE_SELF)
print(code, used.ru_utime + used.ru_stime, used.ru_maxrss)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the unit of ru_maxrss is the system's own")
def test_a_process_is_measured_without_the_one_that_starts_it() -> None:
    large = b"x" * 200_000_000
    peak = "import resource; print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    assert int(_run(peak)[0]) / 1000 < 100 < len(large) / 1_000_000


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the unit of ru_maxrss is the system's own")
@pytest.mark.parametrize("kind", swelling.ALL)
def test_a_small_file_takes_little_memory_and_time(tmp_path: Path, kind: str) -> None:
    needs("a.xlsx", "a.parquet", "a.pdf", "a.docx", "a.rtf")
    made = f"import sys; sys.path.insert(0, {str(Path(__file__).parents[1])!r})\n" + (
        "from pathlib import Path\nfrom helpers.swelling import ALL\nprint(ALL[sys.argv[1]](Path(sys.argv[2])))"
    )
    path = _run(made, kind, str(tmp_path))[0].strip()
    printed, errors = _run(SCORED, path, str(tmp_path / "out.csv"))
    code, seconds, peak = printed.split()
    assert float(seconds) < MOST_SECONDS
    assert int(peak) / 1000 < MOST_MEGABYTES
    assert errors.count("\n") <= 1, "one line says what is wrong"
    assert code == "0" or "; " in errors, "the line says what to do"


def _run(code: str, *arguments: str) -> tuple[str, str]:
    done = run_apart([sys.executable, "-c", code, *arguments], timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout, done.stderr


@pytest.mark.parametrize(
    "kind",
    [
        "workbook_of_one_long_string",
        "workbook_with_a_prefix",
        "workbook_of_rich_strings",
        "workbook_of_far_cells",
        "old_workbook_of_one_text",
        "binary_workbook_of_one_text",
        "open_document",
        "parquet_of_one_long_text",
        "parquet_of_lists",
        pytest.param("parquet_of_one_list_of_numbers", marks=pytest.mark.slow),  # 400 MB take seconds to make
        "parquet_of_fixed_bytes",
        "word_of_empty_paragraphs",
        "pdf_of_one_giant_stream",
        "pdf_of_a_large_map",
    ],
)
def test_what_becomes_too_much_is_refused_before_the_first_row(tmp_path: Path, kind: str) -> None:
    needs("a.xlsx", "a.parquet", "a.pdf", "a.docx")
    path = swelling.ALL[kind](tmp_path)
    out = tmp_path / "out.csv"
    with pytest.raises(TooLargeError) as error:
        tables.run(path, out)
    assert isinstance(error.value, RolefitError)
    assert str(error.value).startswith(str(path))
    assert "\n" not in str(error.value)
    assert not list(tmp_path.glob("out.csv*"))


def test_rows_that_add_up_to_too_much_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SMALL", 1_000)
    monkeypatch.setattr(limits, "TIMES", 0)
    path = saved(tmp_path, "a.csv", "id,description\n" + f"7,{swelling.DUTY}\n" * 20)
    with pytest.raises(TooLargeError, match=r"a\.csv, up to a\.csv, row 7: becomes more than"):
        rows(path)


def test_a_file_among_others_that_becomes_too_much_is_a_row(tmp_path: Path) -> None:
    needs("a.parquet")
    first = saved(tmp_path, "good.csv", f"description\n{swelling.DUTY}\n")
    bomb = saved(tmp_path, "b.csv.gz", gzip.compress(b"description\n" + b"a" * 30_000_000, 1))
    found = list(tables.read([first, bomb]))
    assert [row.error is None for row in found] == [True, False]
    assert "unpack it and name the files in it" in (found[1].error or "")


def test_files_of_an_archive_that_take_too_long_are_rows_with_that_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for n in range(3):
            archive.writestr(f"{n}.txt", swelling.DUTY)
    assert [row.error for row in rows(tmp_path / "a.zip")] == [None] * 3
    monkeypatch.setattr(limits, "READING_SECONDS", 0.0)
    monkeypatch.setattr(limits, "READING_BYTES", 1e12)
    found = [row.error for row in rows(tmp_path / "a.zip")]
    assert found[0] is None
    assert all("seconds to read" in (error or "") for error in found[1:])
    assert [row.error for row in rows([saved(tmp_path, f"{n}.txt", swelling.DUTY) for n in range(3)])] == [
        None
    ] * 3


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Own it. " * 300_000, "has a text of 2,400,000 characters"),
        ("a\n" * 150_000, "has a text of 150,000 lines"),
        ("a<br>" * 150_000, "has a text of 150,000 lines"),
    ],
)
def test_a_posting_that_is_too_long_is_a_row_with_its_error(tmp_path: Path, text: str, reason: str) -> None:
    path = saved(tmp_path, "a.csv", f'id,description\n1,"{text}"\n2,{swelling.DUTY}\n')
    long, good = rows(path)
    assert (long.error or "").startswith(reason)
    assert long.values["description"] == text, "nothing of the row is lost"
    assert good.error is None


def test_a_workbook_of_shared_strings_within_the_bound_is_read(tmp_path: Path) -> None:
    needs("a.xlsx")
    lines = (f'<row r="{n}">{swelling.shared(min(n - 1, 1), n)}</row>' for n in range(1, 102))
    path = swelling.workbook(tmp_path, lines, swelling.strings(swelling.DUTY * 100))
    assert [row.text for row in rows(path)] == [swelling.DUTY * 100] * 100


@pytest.mark.parametrize("made", [old_workbooks.xls, old_workbooks.xlsb])
def test_an_old_workbook_within_the_bounds_is_read(
    tmp_path: Path, made: Callable[[Path, list[str], list[int]], Path]
) -> None:
    needs("a.xlsx")
    path = made(tmp_path / f"a.{made.__name__}", ["description", swelling.DUTY], [0, *[1] * 100])
    assert [row.text for row in rows(path)] == [swelling.DUTY] * 100


@pytest.mark.parametrize("made", [old_workbooks.xls, old_workbooks.xlsb])
def test_cells_of_an_old_workbook_are_weighed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made: Callable[[Path, list[str], list[int]], Path]
) -> None:
    needs("a.xlsx")
    monkeypatch.setattr(limits, "SMALL", 1_000)
    monkeypatch.setattr(limits, "TIMES", 0)
    path = made(tmp_path / f"a.{made.__name__}", ["description", swelling.DUTY], [0, *[1] * 100])
    with pytest.raises(TooLargeError, match="becomes more than"):
        rows(path)


def test_texts_in_parquet_that_many_rows_share_are_read(tmp_path: Path) -> None:
    needs("a.parquet")
    found = rows(swelling.parquet(tmp_path, [swelling.DUTY, None, "é\n" * 9] * 1_000))
    assert [row.text for row in found[:3]] == [swelling.DUTY, "", "é\n" * 9]
    assert len(found) == 3_000
