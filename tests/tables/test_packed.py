"""Files that were packed: what is in them is read, within bounds, under names that people know."""

from __future__ import annotations

import contextlib
import gzip
import io
import itertools
import tempfile
import zipfile
from pathlib import Path

import pytest
from helpers.files import PO_TEXT, rows, saved
from hypothesis import given
from hypothesis import strategies as st

from rolefit import tables
from rolefit.errors import RolefitError, TableError
from rolefit.tables import packed

CSV = f'id,title,text\n1,Product Owner,"{PO_TEXT}"\n'
JSONL = '{"id": 2, "title": "Baker", "text": "Bake bread"}\n' * 2


def zipped(members: dict[str, bytes | str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "ids"),
    [
        ("jobs.csv.gz", CSV, ["1"]),
        ("jobs.jsonl.gz", JSONL, ["2", "2"]),
        ("jobs.json.gz", '[{"id": 5, "title": "Baker", "text": "Bake"}]', ["5"]),
        ("export.gz", CSV, ["1"]),
        ("jobs.csv", CSV, ["1"]),  # packed all the same
    ],
)
def test_a_file_packed_as_gzip_is_read_under_its_own_name(
    tmp_path: Path, name: str, content: str, ids: list[str]
) -> None:
    found = rows(saved(tmp_path, name, gzip.compress(content.encode())))
    assert [row.id for row in found] == ids
    assert all(row.place.startswith(f"{name}, ") for row in found)


def test_tables_and_documents_of_an_archive_are_read_under_their_names(tmp_path: Path) -> None:
    path = saved(
        tmp_path,
        "jobs.zip",
        zipped(
            {
                "march/b.csv": CSV,
                "a/posting.txt": "Bake bread",
                "logo.png": b"\x89PNG",
                "README.md": "What is in here",
                "__MACOSX/._b.csv": b"\0\5\x16\7",
                ".DS_Store": b"\0",
            }
        ),
    )
    table = tables.read(path)
    found = list(table)
    assert [row.place for row in found] == [f"{path}/a/posting.txt", "jobs.zip/march/b.csv, row 2, id 1"]
    assert found[0].values["file"] == f"{path}/a/posting.txt"
    assert table.notes == [f"{path}: not read: README.md, logo.png"]
    assert list(table.chosen) == [f"{path}/march/b.csv"]


def test_a_table_without_postings_does_not_keep_an_archive_from_being_read(tmp_path: Path) -> None:
    path = saved(tmp_path, "jobs.zip", zipped({"cities.csv": "city,people\nHull,9\n", "jobs.csv": CSV}))
    found = rows(path)
    assert [bool(row.error) for row in found] == [True, False]
    assert found[0].place == f"{path}/cities.csv"
    assert str(found[0].error).startswith("no column is named like the text")


def test_an_error_names_the_file_in_the_archive(tmp_path: Path) -> None:
    path = saved(tmp_path, "jobs.zip", zipped({"x/cities.csv": "city,people\nHull,9\n"}))
    with pytest.raises(TableError, match=r"/jobs\.zip/x/cities\.csv: no column is named like the text"):
        rows(path)


@pytest.mark.parametrize("name", ["../../out.csv", "/etc/out.csv", "C:\\out.csv", "a\nb.csv"])
def test_a_name_in_an_archive_becomes_no_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(inside))
    path = saved(tmp_path, "jobs.zip", zipped({name: CSV}))
    table = tables.read(path)
    assert len(list(table)) == 1
    assert [file.suffix for file in tmp_path.rglob("*") if file.is_file()] == [".zip", ".csv"]
    table.close()
    assert not list(inside.iterdir())


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        (
            "a.csv.gz",
            gzip.compress(b"text\n" + b"x" * 60_000_000, mtime=0),
            "unpacks to more than is read at once",
        ),
        ("a.zip", zipped({"a.csv": b"text\n" + b"x" * 60_000_000}), "unpacks to more than is read at once"),
        ("a.zip", zipped({f"{n}.txt": b"" for n in range(11)}), "holds more than 10 files"),
        ("a.zip", zipped({"logo.png": b"1"}), "holds no file that is read; those that are: .csv"),
        ("a.zip", zipped({"b.zip": zipped({"a.csv": CSV})}), "holds no file that is read"),
        (
            "a.csv.gz",
            gzip.compress(gzip.compress(CSV.encode(), mtime=0), mtime=0),
            "a packed file inside a packed file",
        ),
        ("a.csv.gz", gzip.compress(CSV.encode(), mtime=0)[:-9], "is damaged"),
        (
            "a.gz",
            gzip.compress(b"\0" * 257 + b"ustar" + b"\0" * 300, mtime=0),
            "an archive of tar; unpack it",
        ),
        ("a.csv.gz", CSV.encode(), None),
        ("a.gz", b"Own the backlog", "has the ending .gz but is not packed as gzip"),
    ],
    ids=itertools.count(),  # the packed bytes hold the time
)
def test_what_cannot_be_unpacked_gives_one_clear_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, content: bytes, message: str | None
) -> None:
    monkeypatch.setattr(packed, "MOST_MEMBERS", 10)
    path = saved(tmp_path, name, content)
    if message is None:  # a browser unpacked it and kept the name
        assert len(rows(path)) == 1
        return
    with pytest.raises(TableError, match=message) as caught:
        rows(path)
    assert "\n" not in str(caught.value)


def test_an_archive_with_a_password_says_so(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.csv": CSV}))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(TableError, match=r"/a\.zip: needs a password; pack it without one$"):
        rows(saved(tmp_path, "a.zip", bytes(data)))


def test_among_several_files_a_damaged_archive_is_a_row_with_its_error(tmp_path: Path) -> None:
    good, bad = saved(tmp_path, "a.csv", CSV), saved(tmp_path, "b.csv.gz", gzip.compress(CSV.encode())[:-9])
    first, second = tables.read([good, bad])
    assert (first.id, second.place) == ("1", str(bad))
    assert "is damaged" in str(second.error)


def test_an_interrupted_run_on_an_archive_is_resumed(tmp_path: Path) -> None:
    path = saved(tmp_path, "jobs.zip", zipped({"a.csv": CSV, "b.jsonl": JSONL}))
    first = tables.run(path, tmp_path / "out.csv")
    assert (first.rows, first.failed) == (3, 0)
    assert tables.run(path, tmp_path / "out.csv", resume=True).rows == 3
    with pytest.raises(TableError, match="is one of the inputs"):
        tables.run(path.rename(tmp_path / "jobs.csv"), tmp_path / "jobs.csv")


def test_a_file_without_a_name_in_an_archive_is_left_out(tmp_path: Path) -> None:
    content = zipped({"a.csv": CSV, "b.txt": "Own it"}).replace(b"b.txt", b"\0.txt")  # names end at a NUL
    assert [row.id for row in tables.read(saved(tmp_path, "jobs.zip", content))] == ["1"]


@given(st.binary(max_size=300), st.integers(0, 400), st.binary(max_size=6))
def test_any_bytes_in_a_packed_file_give_rows_or_a_clear_error(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, at: int, flipped: bytes
) -> None:
    folder = tmp_path_factory.mktemp("packed")
    for name, whole in (
        ("a.zip", zipped({"a.csv": data, "b.txt": data})),
        ("a.csv.gz", gzip.compress(data)),
    ):
        content = whole[: at % len(whole)] + flipped + whole[at % len(whole) + len(flipped) :]
        with contextlib.suppress(RolefitError):
            for row in tables.read(saved(folder, name, content)):
                assert row.error or isinstance(row.text, str)
