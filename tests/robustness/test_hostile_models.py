"""Model folders from a stranger: each is refused with its reason, or is harmless; none runs anything, reads elsewhere, or takes much memory or time.

Files that are merely damaged, and arrays and entries that do not fit together, are in ``test_weights.py``.
"""

from __future__ import annotations

import bz2
import contextlib
import io
import json
import operator
import os
import pickle
import struct
import warnings
import zipfile
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers.audit_hook import bounded, outside, watched
from helpers.model_folders import Planted, arrays, edit_manifest, rewrite
from helpers.paths import PROJECT
from hypothesis import given, settings
from hypothesis import strategies as st

import rolefit
import rolefit.model.parallel  # what is imported later is opened, too
from rolefit import ModelError, ModelNotFoundError
from rolefit.model.classifier import LARGEST_MANIFEST
from rolefit.model.weights import LARGEST_FILE

MOST_SECONDS = 2.0
MOST_MEMORY = 3 * LARGEST_FILE
POSTING = "What you'll do\n- Keep the product backlog in order\n- Set the product vision\n- Write user stories with the developers"


def refused(folder: Path) -> str:
    """The one line by which a folder is refused, and nothing outside it is opened for that, and nothing is run or written."""
    with bounded(MOST_SECONDS, MOST_MEMORY), watched() as seen, pytest.raises(ModelError) as error:
        rolefit.load_model(folder)
    assert not seen.written
    assert not seen.reached
    assert not [
        event for event in seen.ran if event[0] != "compile"
    ]  # numpy reads the header of an array as a literal
    message = str(error.value)
    assert message.startswith(str(folder))
    assert message.isprintable()
    assert len(message) < 400
    return message.removeprefix(str(folder) + os.sep)


# -- links and things that are no files ------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["weights.safetensors", "manifest.json"])
def test_a_link_out_of_the_folder_is_refused(tiny_folder: Path, tmp_path: Path, name: str) -> None:
    (tiny_folder / name).rename(tmp_path / "elsewhere")
    (tiny_folder / name).symlink_to(tmp_path / "elsewhere")
    assert refused(tiny_folder) == f"{name}: is a link out of the model's folder; put the file itself there"


@pytest.mark.parametrize("name", ["weights.safetensors", "manifest.json"])
@pytest.mark.parametrize("target", ["/etc/passwd", "/dev/zero", "../../../../../../../../etc/hostname"])
def test_a_link_to_a_file_of_the_machine_is_refused_unread(tiny_folder: Path, name: str, target: str) -> None:
    (tiny_folder / name).unlink()
    (tiny_folder / name).symlink_to(target)
    with watched() as seen:
        assert "is a link out of" in refused(tiny_folder)
    assert not outside(seen.read, tiny_folder)


def test_a_link_inside_the_folder_and_a_link_to_the_folder_are_fine(
    tiny_folder: Path, tmp_path: Path
) -> None:
    (tiny_folder / "weights.safetensors").rename(tiny_folder / "weights-2.npz")
    (tiny_folder / "weights.safetensors").symlink_to("weights-2.npz")
    (tmp_path / "current").symlink_to(tiny_folder)
    assert rolefit.load_model(tmp_path / "current").classify(POSTING).label


def test_a_link_by_way_of_a_folder_that_is_missing_leads_nowhere(tiny_folder: Path) -> None:
    (tiny_folder / "weights.safetensors").rename(tiny_folder / "weights-2.npz")
    (tiny_folder / "weights.safetensors").symlink_to("missing/../weights-2.npz")
    assert refused(tiny_folder).startswith("weights.safetensors: cannot be read (No such file or directory)")


def test_a_link_in_a_circle_is_no_file(tiny_folder: Path) -> None:
    (tiny_folder / "weights.safetensors").unlink()
    (tiny_folder / "weights.safetensors").symlink_to("weights.safetensors")
    assert "cannot be read" in refused(tiny_folder)


def test_a_pipe_that_nobody_writes_to_is_refused_and_not_waited_for(tiny_folder: Path) -> None:
    (tiny_folder / "weights.safetensors").unlink()
    os.mkfifo(tiny_folder / "weights.safetensors")
    assert "is no file" in refused(tiny_folder)


def test_a_folder_for_a_file_is_refused(tiny_folder: Path) -> None:
    (tiny_folder / "manifest.json").unlink()
    (tiny_folder / "manifest.json").mkdir()
    assert "is no file" in refused(tiny_folder)


def test_a_file_that_may_not_be_read(tiny_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(path: str, *_: Any, **__: Any) -> Any:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr("builtins.open", denied)
    with pytest.raises(ModelNotFoundError, match=r"manifest.json: cannot be read \(Permission denied\)"):
        rolefit.load_model(tiny_folder)


@pytest.mark.parametrize("path", ["no\0where", "x" * 5000])
def test_a_path_that_cannot_be(path: str) -> None:
    with pytest.raises(ModelNotFoundError, match="cannot be read") as error:
        rolefit.load_model(path)
    assert str(error.value).isprintable()


class Bytes(os.PathLike[bytes]):
    def __fspath__(self) -> bytes:
        return b"models"


@pytest.mark.parametrize("path", [None, 3, b"models", ["models"], {}, Bytes()])
def test_what_is_no_path_is_a_type_error_that_says_so(path: Any) -> None:
    message = f"^the folder of a model must be str or Path, not {type(path).__name__}; leave the model out for the shipped one$"
    with pytest.raises(ModelError, match=message) as error:
        rolefit.load_model(path)
    assert isinstance(error.value, TypeError)


def test_a_model_from_an_entry_of_a_folder_travels(tiny_folder: Path) -> None:
    (entry,) = (found for found in os.scandir(tiny_folder.parent) if found.name == tiny_folder.name)
    model = rolefit.load_model(entry)  # type: ignore[arg-type]  # any path will do
    assert pickle.loads(pickle.dumps(model)).path == model.path == tiny_folder


# -- sizes ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "limit"), [("weights.safetensors", LARGEST_FILE), ("manifest.json", LARGEST_MANIFEST)]
)
def test_a_file_larger_than_any_model_is_refused_unread(tiny_folder: Path, name: str, limit: int) -> None:
    os.truncate(tiny_folder / name, 5_000_000_000)  # takes no room on the disk
    assert refused(tiny_folder) == f"{name}: larger than {limit // 1_000_000} MB; this is no rolefit model"


def packed(folder: Path, **changed: bytes) -> list[tuple[str, bytes]]:
    """The entries of a model's weights, some with other bytes."""
    with zipfile.ZipFile(folder / "weights.safetensors") as archive:
        return [
            (entry.filename, changed.get(entry.filename.removesuffix(".npy"), archive.read(entry)))
            for entry in archive.infolist()
        ]


def written(entries: list[tuple[str, bytes]], method: int = zipfile.ZIP_STORED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in entries:
            archive.writestr(zipfile.ZipInfo(name), data, method)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA], ids=["deflate", "bzip2", "lzma"]
)
def test_packed_arrays_are_refused_before_they_are_unpacked(tiny_folder: Path, method: int) -> None:
    rewrite(tiny_folder, written(packed(tiny_folder), method))
    assert "holds packed arrays" in refused(tiny_folder)


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2], ids=["deflate", "bzip2"])
def test_a_bomb_that_owns_up_to_its_size(tiny_folder: Path, method: int) -> None:
    rewrite(tiny_folder, written(packed(tiny_folder, terms=b"\0" * 100_000_000), method))
    assert f"unpacks to more than {LARGEST_FILE} bytes" in refused(tiny_folder)


def test_a_bomb_that_lies_about_its_size(tiny_folder: Path) -> None:
    """bzip2 has no bound on what a few bytes become; the directory of the archive says that they are few."""
    data = bytearray(
        written(packed(tiny_folder, terms=bz2.compress(b"\0" * 100_000_000)), zipfile.ZIP_STORED)
    )
    for signature, place in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        at = data.index(signature)
        data[at + place : at + place + 2] = struct.pack("<H", zipfile.ZIP_BZIP2)
    rewrite(tiny_folder, bytes(data))
    assert "holds packed arrays" in refused(tiny_folder)


def test_an_entry_that_promises_four_gigabytes(tiny_folder: Path) -> None:
    data = bytearray((tiny_folder / "weights.safetensors").read_bytes())
    at = data.rindex(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", 0xFFFF_FFFE)
    rewrite(tiny_folder, bytes(data))
    assert "unpacks to more" in refused(tiny_folder)


@pytest.mark.parametrize("kind", ["|u1", "<i4", "<f8", "|V1000000000"])
def test_an_array_whose_header_promises_four_gigabytes(tiny_folder: Path, kind: str) -> None:
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        header, {"descr": kind, "fortran_order": False, "shape": (4_000_000_000 // np.dtype(kind).itemsize,)}
    )
    rewrite(tiny_folder, written(packed(tiny_folder, coefficients=header.getvalue() + b"x" * 100)))
    assert "promises another size" in refused(tiny_folder)


@pytest.mark.parametrize("shape", ["(True,)", "(-1,)", "()", "[1]", "{}", "(1.0,)"])
def test_an_array_whose_shape_is_none(tiny_folder: Path, shape: str) -> None:
    literal = f"{{'descr': '<i8', 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    array = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(literal)) + literal + bytes(8)
    rewrite(tiny_folder, written(packed(tiny_folder, documents=array)))
    refused(tiny_folder)


def test_a_kind_of_number_without_end_is_not_repeated(tiny_folder: Path) -> None:
    literal = f"{{'descr': '{'i4,' * 2_000}', 'fortran_order': False, 'shape': (), }}\n".encode()
    array = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(literal)) + literal + bytes(4 * 2_000)
    rewrite(tiny_folder, written(packed(tiny_folder, documents=array)))
    refused(tiny_folder)


@pytest.mark.parametrize("where", ["before", "between", "behind", "in the directory"])
def test_something_left_over_in_the_archive(tiny_folder: Path, where: str) -> None:
    data = (tiny_folder / "weights.safetensors").read_bytes()
    directory = struct.unpack("<I", data[-6:-2])[0]
    second = data.index(b"PK\x03\x04", 4)
    at = {"before": 0, "between": second, "behind": directory, "in the directory": len(data) - 22}[where]
    moved = bytearray(data[:at] + b"left over" + data[at:])
    if where == "in the directory":
        moved[-10:-6] = struct.pack("<I", len(moved) - 22 - directory)
    else:
        moved[-6:-2] = struct.pack("<I", directory + 9)
    rewrite(tiny_folder, bytes(moved))
    assert "not a weights file" in refused(tiny_folder)


@pytest.mark.parametrize("version", [(1, 0), (2, 0), (3, 0), (9, 9)])
def test_a_header_longer_than_the_file(tiny_folder: Path, version: tuple[int, int]) -> None:
    magic = np.lib.format.magic(*version)
    rewrite(tiny_folder, written(packed(tiny_folder, coefficients=magic + b"\xff\xff\xff\x7f{'descr'")))
    assert "cannot be read" in refused(tiny_folder) or "can be read" in refused(tiny_folder)


def test_a_header_that_is_a_program(tiny_folder: Path, tmp_path: Path) -> None:
    proof = tmp_path / "it-ran"
    header = f"{{'descr': '|u1', 'fortran_order': False, 'shape': (__import__('os').mkdir({str(proof)!r}),)}}\n".encode()
    rewrite(
        tiny_folder,
        written(
            packed(tiny_folder, terms=np.lib.format.magic(1, 0) + struct.pack("<H", len(header)) + header)
        ),
    )
    refused(tiny_folder)
    assert not proof.exists()


@pytest.mark.parametrize("shape", [(-1, -4), (0,), (1,) * 40, (2**62, 2**62, 0)], ids=str)
def test_shapes_that_no_array_has(tiny_folder: Path, shape: tuple[int, ...]) -> None:
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(header, {"descr": "<i4", "fortran_order": False, "shape": shape})
    rewrite(tiny_folder, written(packed(tiny_folder, coefficients=header.getvalue() + b"x" * 16)))
    refused(tiny_folder)


# -- archives that hold something else ---------------------------------------------------------------------------


MORE = {
    "twice": "terms.npy",
    "above": "../../terms.npy",
    "absolute": "/tmp/terms.npy",
    "more": "evil.pkl",
    "folder": "terms.npy/",
    "escape": "a\x1b[2Jb",
}


@pytest.mark.parametrize("entry", MORE.values(), ids=MORE.keys())
def test_an_archive_that_holds_an_entry_too_many_or_twice(tiny_folder: Path, entry: str) -> None:
    buffer = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(buffer, "w") as archive:
        warnings.simplefilter("ignore")  # zipfile's own, of the name that stands twice
        for name, data in [*packed(tiny_folder), (entry, b"")]:
            archive.writestr(zipfile.ZipInfo(name), data)
    rewrite(tiny_folder, buffer.getvalue())
    assert "instead of one array each of terms, word_ngrams" in refused(tiny_folder)


def test_an_archive_that_needs_a_password(tiny_folder: Path) -> None:
    data = bytearray((tiny_folder / "weights.safetensors").read_bytes())
    for signature, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.index(signature)
        data[at + place] |= 1
    rewrite(tiny_folder, bytes(data))
    assert "encrypted" in refused(tiny_folder)


FOREIGN = {
    "a scikit-learn pickle": pickle.dumps({"coef_": [1.0]}),
    "arrays of another program": written([("arr_0.npy", b"")]),
    "a workbook": written([("xl/workbook.xml", b"<x/>"), ("[Content_Types].xml", b"<x/>")]),
    "a page": b"<html>404</html>",
    "an LFS pointer": b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n",
}


@pytest.mark.parametrize("data", FOREIGN.values(), ids=FOREIGN.keys())
def test_weights_of_another_program(tiny_folder: Path, data: bytes) -> None:
    rewrite(tiny_folder, data)
    assert refused(tiny_folder).startswith("weights.safetensors: ")


@pytest.mark.parametrize(
    "manifest",
    [
        {"model_type": "bert"},
        {"format": "1"},
        {"format": 2},
        {"format": 4},
        {"format": None},
        {"format": [1]},
    ],
    ids=str,
)
def test_a_manifest_of_another_program_or_another_rolefit(
    tiny_folder: Path, manifest: dict[str, Any]
) -> None:
    (tiny_folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert "this rolefit reads format 3; train again, or install the rolefit that wrote it" in refused(
        tiny_folder
    )


def test_the_manifest_of_another_model(tiny_folder: Path, shipped_model: rolefit.Model) -> None:
    assert shipped_model.path is not None
    (tiny_folder / "manifest.json").write_bytes((shipped_model.path / "manifest.json").read_bytes())
    assert "does not match the sha256 in manifest.json" in refused(tiny_folder)


# -- what a manifest can name --------------------------------------------------------------------------------------

ELSEWHERE = [
    "../../secret",
    "/etc/passwd",
    "file:///etc/passwd",
    "\\\\host\\share\\x",
    "~/.ssh/id_rsa",
    "http://127.0.0.1:9/x",
]


@pytest.mark.parametrize(
    "entry", ["name", "format", "terms_version", "settings", "context", "decision", "roles"]
)
def test_a_message_repeats_little_of_a_manifest(tiny_folder: Path, entry: str) -> None:
    long = "y" * 100_000
    edit_manifest(
        tiny_folder,
        lambda m: m.update({entry: {long: long} if entry in ("settings", "context", "decision") else long}),
    )
    refused(tiny_folder)


@pytest.mark.parametrize("path", ELSEWHERE)
def test_a_path_in_a_manifest_is_never_followed(tiny_folder: Path, tmp_path: Path, path: str) -> None:
    """No entry of a manifest names a file; one that looks like it is a name like any other, or is not read at all."""

    def change(manifest: dict[str, Any]) -> None:
        manifest.update(
            name=path,
            weights=path,
            path=path,
            pipeline=path,
            articles={path: path},
            libraries={"x": path},
            rolefit=path,
        )

    edit_manifest(tiny_folder, change)
    with watched() as seen:
        model = rolefit.load_model(tiny_folder)
        assert model.classify(POSTING).model.startswith(path)
        list(model.classify_many([POSTING] * 3))
        model.save(tmp_path / "copy")
    package = Path(rolefit.__file__).parent
    assert not outside(seen.read, tiny_folder, tmp_path, package, Path(os.__file__).parent)
    assert not outside(seen.written, tmp_path / "copy")
    assert not seen.reached


@pytest.mark.parametrize("path", ELSEWHERE)
@pytest.mark.parametrize(
    "entry",
    ["classes", "roles", "format", "terms_version", "weights_sha256", "settings", "context", "decision"],
)
def test_a_path_for_an_entry_that_counts_is_refused(tiny_folder: Path, entry: str, path: str) -> None:
    edit_manifest(
        tiny_folder, lambda m: m.update({entry: [path, path] if entry in ("classes", "roles") else path})
    )
    refused(tiny_folder)


OBEYED = ["\x1b[2J", "\x1b]52;c;eA==\x07", "\x9b31m", "\u202e", "\r", "\n", "\0", "\ud800", "x" * 101]


@pytest.mark.parametrize("text", OBEYED, ids=ascii)
@pytest.mark.parametrize("entry", ["name", "classes", "roles"])
def test_a_name_that_a_terminal_would_obey_is_refused(tiny_folder: Path, entry: str, text: str) -> None:
    edit_manifest(
        tiny_folder, lambda m: m.update({entry: text if entry == "name" else [text, *m[entry][1:]]})
    )
    assert "printable characters" in refused(tiny_folder)


def with_lines(folder: Path, change: Callable[[list[str]], object]) -> None:
    """Change the lines that the statements are kept in, five a statement."""
    kept = arrays(folder)
    lines = kept["statements"].tobytes().decode().split("\n")[:-1]
    change(lines)
    text = "".join(f"{line}\n" for line in lines).encode("utf-8", "surrogatepass")
    buffer = io.BytesIO()
    np.savez(buffer, **kept | {"statements": np.frombuffer(text, np.uint8)})
    rewrite(folder, buffer.getvalue())


@pytest.mark.parametrize("text", OBEYED[:-1], ids=ascii)
@pytest.mark.parametrize("field", range(5))
def test_a_statement_that_a_terminal_would_obey_is_refused(tiny_folder: Path, field: int, text: str) -> None:
    with_lines(tiny_folder, lambda lines: operator.setitem(lines, field, text))
    why = {"\n": "5 lines make a statement", "\ud800": "not UTF-8"}.get(text, "a terminal would obey")
    assert why in refused(tiny_folder)


@pytest.mark.parametrize(
    "change",
    [list.pop, lambda lines: lines.append("x"), lambda lines: lines.insert(0, "")],
    ids=["one less", "one more", "an empty one"],
)
def test_statements_of_another_number_of_lines_are_refused(
    tiny_folder: Path, change: Callable[[list[str]], object]
) -> None:
    with_lines(tiny_folder, change)
    assert "5 lines make a statement" in refused(tiny_folder)


def test_statements_without_an_end_are_refused(tiny_folder: Path) -> None:
    kept = arrays(tiny_folder)
    buffer = io.BytesIO()
    np.savez(buffer, **kept | {"statements": kept["statements"][:-1]})
    rewrite(tiny_folder, buffer.getvalue())
    assert "5 lines make a statement" in refused(tiny_folder)


# -- everything else that can be changed -----------------------------------------------------------------------------


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where every value of a manifest stands, those inside lists and tables too."""
    yield path
    if isinstance(value, (dict, list)):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(inner, (*path, key))


def test_a_manifest_with_any_one_value_changed_is_refused_or_harmless(tiny_folder: Path) -> None:
    source = (tiny_folder / "manifest.json").read_bytes()
    odd = [
        None,
        True,
        -1,
        0,
        10**40,
        1e308,
        -1e308,
        float("nan"),
        float("inf"),
        "",
        "x",
        [],
        {},
        [[]],
        {"x": None},
        [1] * 9,
    ]
    refusals = read = 0
    for path in list(places(json.loads(source)))[1:]:
        for value in odd:
            manifest = json.loads(source)
            inner = manifest
            for key in path[:-1]:
                inner = inner[key]
            inner[path[-1]] = value
            (tiny_folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
            try:
                verdict = rolefit.load_model(tiny_folder).classify(POSTING, "Product Owner")
            except ModelError:
                refusals += 1
                continue
            read += 1
            assert str(verdict).replace("\n", "").isprintable()
            assert sum(verdict.probabilities.values()) == pytest.approx(1.0)
            json.dumps(verdict.to_dict(), allow_nan=False)
    assert refusals > 200
    assert read > 100


@settings(max_examples=400)
@given(st.data())
def test_weights_with_any_bytes_changed_are_refused_or_harmless(
    tiny_model: rolefit.Model, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """With a manifest that vouches for them, so that what is behind the digest is tried."""
    folder = rolefit.Model(tiny_model.weights, tiny_model.manifest).save(tmp_path_factory.mktemp("weights"))
    changed = bytearray((folder / "weights.safetensors").read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(changed) - 1))
        changed[at] = data.draw(st.integers(0, 255))
    rewrite(folder, bytes(changed))
    with contextlib.suppress(ModelError):
        verdict = rolefit.load_model(folder).classify(POSTING)
        assert str(verdict).replace("\n", "").isprintable()


FILES = ("weights.safetensors", "manifest.json", "MODEL_CARD.md", "pipeline.joblib")


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize("name", FILES)
def test_a_pickle_in_any_file_runs_only_when_somebody_unpickles_it_by_hand(
    tiny_folder: Path, tmp_path: Path, name: str, protocol: int
) -> None:
    proof = tmp_path / "it-ran"
    data = pickle.dumps(Planted(proof), protocol)
    (tiny_folder / name).write_bytes(data)
    if name == "weights.safetensors":
        rewrite(tiny_folder, data)
    with watched() as seen:
        try:
            model = rolefit.load_model(tiny_folder)
            model.classify(POSTING)
            list(model.classify_many([POSTING] * 70, n_jobs=2))
        except ModelError:
            assert name in FILES[:2]
    assert not [event for event in seen.ran if event[0] == "pickle.find_class" and "mkdir" in event[1]]
    assert not proof.exists()
    pickle.loads(data)
    assert proof.exists()


def test_the_shipped_pipeline_loaded_by_hand_would_run_what_is_planted(tmp_path: Path) -> None:
    """Why ``models/README.md`` warns of it: this is the one way in, and rolefit never takes it."""
    import joblib

    proof = tmp_path / "it-ran"
    joblib.dump(Planted(proof), tmp_path / "pipeline.joblib")
    joblib.load(tmp_path / "pipeline.joblib")
    assert proof.exists()
    warning = (PROJECT / "models" / "README.md").read_text(encoding="utf-8")
    assert "Loading a pickle runs whatever is in it" in warning


def test_promotion_copies_no_file_that_is_a_link_out(tiny_folder: Path, tmp_path: Path) -> None:
    from rolefit.training.promotion import promote

    (tmp_path / "secret").write_text("secret")
    (tiny_folder / "pipeline.joblib").symlink_to(tmp_path / "secret")
    (tmp_path / "models").mkdir()
    with pytest.raises(ModelError, match=r"pipeline\.joblib: is a link out of the model's folder"):
        promote(tiny_folder, models=tmp_path / "models", force="a test")
    assert list((tmp_path / "models").rglob("*")) == []


def digest(folder: Path) -> Callable[[], str]:
    return lambda: sha256(b"".join(sorted(file.read_bytes() for file in folder.iterdir()))).hexdigest()


def test_a_refused_folder_is_left_as_it_is(tiny_folder: Path) -> None:
    of = digest(tiny_folder)
    edit_manifest(tiny_folder, lambda m: m.update(format=99))
    before = of()
    refused(tiny_folder)
    assert of() == before
