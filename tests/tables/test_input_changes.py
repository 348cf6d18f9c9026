"""An input that changes while it is read: the run says so, and a cut one leaves no output."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from helpers.files import PO_TEXT, saved

from rolefit import tables
from rolefit.cli import main
from rolefit.errors import InputChangedError

ROW = f'"{PO_TEXT}"\n'
ROWS = 600


@pytest.fixture
def export(tmp_path: Path) -> Path:
    return saved(tmp_path, "jobs.csv", "description\n" + ROW * ROWS)


def test_an_input_that_is_cut_is_an_error_and_leaves_nothing(export: Path, tmp_path: Path) -> None:
    def cut(done: int, _: int | None) -> None:
        if done == 64:
            os.truncate(export, export.stat().st_size // 3)

    with pytest.raises(InputChangedError, match=r"jobs\.csv: was cut from [\d,]+ to [\d,]+ bytes while"):
        tables.run(export, tmp_path / "out.csv", progress=cut)
    assert [file.name for file in tmp_path.iterdir()] == ["jobs.csv"]


def test_the_command_fails_on_an_input_that_is_cut(
    export: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def cut(self: object, done: int, total: int | None) -> None:
        if done == 64:
            os.truncate(export, export.stat().st_size // 3)

    monkeypatch.setattr("rolefit.cli.output.Progress.__call__", cut)
    assert main(["score", str(export), "-o", str(tmp_path / "out.csv")]) == 2
    assert "was cut from" in capsys.readouterr().err


@pytest.mark.parametrize(("added", "said"), [(ROW, "grew from"), ("", "was written to while it was read")])
def test_an_input_that_grows_or_is_written_to_is_noted(
    export: Path, tmp_path: Path, added: str, said: str
) -> None:
    def touch(done: int, _: int | None) -> None:
        if done == 64:
            with export.open("a", encoding="utf-8") as file:
                file.write(added)
            os.utime(export, (1, 1))

    summary = tables.run(export, tmp_path / "out.csv", progress=touch)
    assert [said in note for note in summary.notes] == [True]
    assert summary.rows >= ROWS


@pytest.mark.parametrize("added", ["", ROW])
def test_other_bytes_of_the_same_size_and_time_are_an_error(export: Path, tmp_path: Path, added: str) -> None:
    def overwrite(done: int, _: int | None) -> None:
        if done == 64:
            before = export.stat()
            with export.open("r+b") as file:
                file.seek(-len(ROW), os.SEEK_END)
                file.write(b"X" * 20)
                file.seek(0, os.SEEK_END)
                file.write(added.encode())
            os.utime(export, ns=(before.st_atime_ns, before.st_mtime_ns))

    with pytest.raises(InputChangedError, match=r"jobs\.csv: has other bytes than when the run began"):
        tables.run(export, tmp_path / "out.csv", progress=overwrite)
    assert [file.name for file in tmp_path.iterdir()] == ["jobs.csv"]


def test_an_input_that_is_replaced_by_another_is_an_error(export: Path, tmp_path: Path) -> None:
    def replace(done: int, _: int | None) -> None:
        if done == 64:
            new = saved(tmp_path, "new.csv", "description\n" + ROW.upper() * (ROWS + 1))
            new.replace(export)

    with pytest.raises(InputChangedError, match="has other bytes"):
        tables.run(export, tmp_path / "out.csv", progress=replace)


def test_an_input_that_goes_is_an_error(export: Path, tmp_path: Path) -> None:
    def remove(done: int, _: int | None) -> None:
        if done == 64:
            export.unlink()

    with pytest.raises(InputChangedError, match="is gone since the run began"):
        tables.run(export, tmp_path / "out.csv", progress=remove)


def test_an_input_that_stays_as_it_is_has_no_note(export: Path, tmp_path: Path) -> None:
    assert tables.run(export, tmp_path / "out.csv").notes == ()
