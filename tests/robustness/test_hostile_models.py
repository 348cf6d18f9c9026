"""Model folders from a stranger: each is refused with its reason, or is harmless.

None runs anything, reads outside its folder, or takes much memory or time.

Files that are merely damaged, and arrays and entries that do not fit together, are in ``test_weights.py``.
"""

from __future__ import annotations

import contextlib
import io
import json
import operator
import os
import pickle
import zipfile
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers.audit_hook import bounded, outside, watched
from helpers.model_folders import (
    WEIGHTS,
    Planted,
    arrays,
    edit_manifest,
    header_of,
    packed,
    rewrite,
    with_arrays,
)
from helpers.paths import PROJECT
from hypothesis import given, settings
from hypothesis import strategies as st

import rolefit
import rolefit.model.parallel  # what is imported later is opened, too
from rolefit import ModelError, ModelNotFoundError
from rolefit.model.folder import LARGEST_MANIFEST
from rolefit.model.weights_file import LARGEST_FILE

pytestmark = pytest.mark.usefixtures("few_draws")

MOST_SECONDS = 2.0
MOST_MEMORY = 3 * LARGEST_FILE
POSTING = """What you'll do
- Keep the product backlog in order
- Set the product vision
- Write user stories with the developers"""


def refused(folder: Path) -> str:
    """Return the line with which a folder is refused; nothing is run, written or asked of a network."""
    with bounded(MOST_SECONDS, MOST_MEMORY), watched() as seen, pytest.raises(ModelError) as error:
        rolefit.load_model(folder)
    assert not seen.written
    assert not seen.reached
    assert not seen.ran
    message = str(error.value)
    assert message.startswith(str(folder))
    assert message.isprintable()
    assert len(message) < 400
    return message.removeprefix(str(folder) + os.sep)


# -- links and what is not a file ----------------------------------------------------------------------


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
    (tiny_folder / "weights.safetensors").rename(tiny_folder / "weights-2.safetensors")
    (tiny_folder / "weights.safetensors").symlink_to("weights-2.safetensors")
    (tmp_path / "current").symlink_to(tiny_folder)
    assert rolefit.load_model(tmp_path / "current").classify(POSTING).label


def test_a_link_by_way_of_a_folder_that_is_missing_leads_nowhere(tiny_folder: Path) -> None:
    (tiny_folder / "weights.safetensors").rename(tiny_folder / "weights-2.safetensors")
    (tiny_folder / "weights.safetensors").symlink_to("missing/../weights-2.safetensors")
    assert refused(tiny_folder).startswith("weights.safetensors: cannot be read (No such file or directory)")


def test_a_link_in_a_circle_is_no_file(tiny_folder: Path) -> None:
    (tiny_folder / "weights.safetensors").unlink()
    (tiny_folder / "weights.safetensors").symlink_to("weights.safetensors")
    assert "cannot be read" in refused(tiny_folder)


def test_a_pipe_that_nobody_writes_to_is_refused_and_not_waited_for(tiny_folder: Path) -> None:
    (tiny_folder / "weights.safetensors").unlink()
    os.mkfifo(tiny_folder / "weights.safetensors")
    assert "is not a file" in refused(tiny_folder)


def test_a_folder_for_a_file_is_refused(tiny_folder: Path) -> None:
    (tiny_folder / "manifest.json").unlink()
    (tiny_folder / "manifest.json").mkdir()
    assert "is not a file" in refused(tiny_folder)


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


@pytest.mark.parametrize("path", [3, b"models", ["models"], {}, Bytes()])
def test_what_is_no_path_is_a_type_error_that_says_so(path: Any) -> None:
    message = (
        f"^the folder of a model must be str or Path, not {type(path).__name__}; leave the model out for the"
        " shipped one$"
    )
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
    assert refused(tiny_folder) == f"{name}: larger than {limit // 1_000_000} MB; this is not a rolefit model"


def with_header(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change the header of the weights of a folder, and nothing else."""
    header, content = header_of((folder / WEIGHTS).read_bytes())
    change(header)
    rewrite(folder, packed(header, content))


LENGTHS = {
    "zero": 0,
    "one byte": 1,
    "one byte more than there is": None,
    "four gigabytes": 4_000_000_000,
    "all that eight bytes can say": 2**64 - 1,
}


@pytest.mark.parametrize("length", LENGTHS.values(), ids=LENGTHS.keys())
def test_a_header_of_another_length_than_the_file_says(tiny_folder: Path, length: int | None) -> None:
    data = (tiny_folder / WEIGHTS).read_bytes()
    claimed = len(data) - 7 if length is None else length
    rewrite(tiny_folder, claimed.to_bytes(8, "little") + data[8:])
    assert "not a weights file of rolefit" in refused(tiny_folder)


def test_a_header_longer_than_any_model_has(tiny_folder: Path) -> None:
    with_header(tiny_folder, lambda h: h["__metadata__"].update(padding="x" * 10_000))
    assert "does not fit" in refused(tiny_folder)


HEADERS = {
    "nothing": b"",
    "blanks": b" " * 64,
    "a list": b"[]",
    "a string": b'"x"',
    "null": b"null",
    "cut off": b'{"terms": {"dtype": "U8"',
    "not UTF-8": b'{"\xff": 1}',
    "a program": b"{__import__('os').mkdir('it-ran')}",
    "nested deep": b'{"terms":' * 900 + b"1" + b"}" * 900,
    "nested lists": b'{"terms": ' + b"[" * 4_000 + b"]" * 4_000 + b"}",
    "a blank in front": b" {}",
    "two objects": b"{}{}",
    "no tensor": b"{}",
    "a number without end": b'{"terms": ' + b"9" * 5_000 + b"}",
    "no number": b'{"terms": NaN}',
}


@pytest.mark.parametrize("header", HEADERS.values(), ids=HEADERS.keys())
def test_a_header_that_is_not_one(tiny_folder: Path, header: bytes) -> None:
    content = header_of((tiny_folder / WEIGHTS).read_bytes())[1]
    rewrite(tiny_folder, packed(header, content))
    assert "not a weights file of rolefit" in refused(tiny_folder)


ENTRIES: dict[str, Callable[[dict[str, Any]], object]] = {
    "a type that no model has": lambda h: h["terms"].update(dtype="F32"),
    "a type of the same size": lambda h: h["lengths"].update(dtype="I64"),
    "the type of another tensor": lambda h: h["terms"].update(dtype="I32"),
    "a type that is a list": lambda h: h["terms"].update(dtype=["U8"]),
    "a type that is nothing": lambda h: h["terms"].update(dtype=None),
    "no type": lambda h: h["terms"].pop("dtype"),
    "no shape": lambda h: h["terms"].pop("shape"),
    "no place": lambda h: h["terms"].pop("data_offsets"),
    "an entry too many": lambda h: h["terms"].update(pickle="x"),
    "a tensor that is a number": lambda h: h.update(terms=3),
    "a tensor that is nothing": lambda h: h.update(terms=None),
    "a shape that is a number": lambda h: h["terms"].update(shape=4),
    "a shape that is a word": lambda h: h["terms"].update(shape="4"),
    "more dimensions": lambda h: h["terms"].update(shape=[1, *h["terms"]["shape"]]),
    "no dimension": lambda h: h["terms"].update(shape=[]),
    "forty dimensions": lambda h: h["coefficients"].update(shape=[1] * 40),
    "a dimension below zero": lambda h: h["coefficients"].update(shape=[-1, -4]),
    "two dimensions below zero that fit": lambda h: h["coefficients"].update(
        shape=[-size for size in h["coefficients"]["shape"]]
    ),
    "dimensions the other way round": lambda h: h["coefficients"].update(
        shape=h["coefficients"]["shape"][::-1]
    ),
    "an enormous dimension": lambda h: h["terms"].update(shape=[10**14]),
    "dimensions that overflow": lambda h: h["coefficients"].update(shape=[2**62, 2**62]),
    "an enormous dimension beside an empty one": lambda h: h["coefficients"].update(shape=[2**62, 0]),
    "a dimension that is true": lambda h: h["terms"].update(shape=[True]),
    "a dimension with a point": lambda h: h["terms"].update(shape=[float(h["terms"]["shape"][0])]),
    "a dimension that is text": lambda h: h["terms"].update(shape=[str(h["terms"]["shape"][0])]),
    "a place below zero": lambda h: h["terms"].update(data_offsets=[-8, 0]),
    "a place behind the end": lambda h: h["terms"].update(data_offsets=[10**9, 10**9 + 4]),
    "a place with a point": lambda h: h["terms"].update(
        data_offsets=[float(at) for at in h["terms"]["data_offsets"]]
    ),
    "a place that ends before it begins": lambda h: h["terms"].update(
        data_offsets=h["terms"]["data_offsets"][::-1]
    ),
    "one end of a place": lambda h: h["terms"].update(data_offsets=h["terms"]["data_offsets"][:1]),
    "three ends of a place": lambda h: h["terms"].update(data_offsets=[*h["terms"]["data_offsets"], 9]),
    "the place of another tensor": lambda h: h["terms"].update(data_offsets=h["statements"]["data_offsets"]),
    "a byte less": lambda h: h["terms"].update(
        shape=[h["terms"]["shape"][0] - 1],
        data_offsets=[h["terms"]["data_offsets"][0], h["terms"]["data_offsets"][1] - 1],
    ),
    "a byte more": lambda h: h["terms"].update(
        shape=[h["terms"]["shape"][0] + 1],
        data_offsets=[h["terms"]["data_offsets"][0], h["terms"]["data_offsets"][1] + 1],
    ),
    "a tensor too many": lambda h: h.update(more={"dtype": "U8", "shape": [0], "data_offsets": [0, 0]}),
    "a tensor too few": lambda h: h.pop("intercepts"),
    "a tensor by another name": lambda h: h.update({"terms.npy": h.pop("terms")}),
    "a name that leads elsewhere": lambda h: h.update({"../terms": h.pop("terms")}),
    "a name that a terminal would obey": lambda h: h.update({"\x1b[2J": h.pop("terms")}),
    "tensors in another order": lambda h: h.update(coefficients=h.pop("coefficients")),
}


@pytest.mark.parametrize("change", ENTRIES.values(), ids=ENTRIES.keys())
def test_a_tensor_that_is_not_as_it_should_be(
    tiny_folder: Path, change: Callable[[dict[str, Any]], object]
) -> None:
    with_header(tiny_folder, change)
    message = refused(tiny_folder)
    assert "not a weights file of rolefit" in message or "do not fit together" in message


@pytest.mark.parametrize("name", ["terms", "__metadata__"])
def test_a_name_that_occurs_twice(tiny_folder: Path, name: str) -> None:
    header, content = header_of((tiny_folder / WEIGHTS).read_bytes())
    text = json.dumps(header)[:-1] + f", {json.dumps(name)}: {json.dumps(header[name])}}}"
    rewrite(tiny_folder, packed(text.encode(), content))
    assert "occurs twice" in refused(tiny_folder)


@pytest.mark.parametrize("where", ["before", "between", "behind"])
def test_something_left_over_among_the_tensors(tiny_folder: Path, where: str) -> None:
    header, content = header_of((tiny_folder / WEIGHTS).read_bytes())
    first = min(entry["data_offsets"] for name, entry in header.items() if name != "__metadata__")
    at = {"before": 0, "between": first[1], "behind": len(content)}[where]
    for name, entry in header.items():
        if name != "__metadata__":
            entry["data_offsets"] = [
                place + 8 * (place >= at and where != "behind") for place in entry["data_offsets"]
            ]
    if where == "between":  # the first tensor itself does not grow
        next(e for e in header.values() if e.get("data_offsets", [1])[0] == 0)["data_offsets"] = first
    rewrite(tiny_folder, packed(header, content[:at] + b"leftover" + content[at:]))
    assert "not a weights file of rolefit" in refused(tiny_folder)


METADATA: dict[str, Any] = {
    "none": None,
    "a list": [],
    "a number in them": {"documents": 45, "word_ngrams": "3"},
    "a table in them": {"documents": {}, "word_ngrams": "3"},
    "no documents": {"word_ngrams": "3"},
    "a word for a number": {"documents": "many", "word_ngrams": "3"},
    "a number below zero": {"documents": "-45", "word_ngrams": "3"},
    "a number with a point": {"documents": "45.0", "word_ngrams": "3"},
    "digits of another script": {"documents": "٤٥", "word_ngrams": "3"},
    "nothing for a number": {"documents": "", "word_ngrams": "3"},
    "a number without end": {"documents": "9" * 5_000, "word_ngrams": "3"},
    "no document": {"documents": "0", "word_ngrams": "3"},
    "more word n-grams than terms": {"documents": "45", "word_ngrams": "1000000"},
    "no roles": {"documents": "45", "word_ngrams": "3"},
    "one role": {"documents": "45", "word_ngrams": "3", "roles": "PM\n"},
    "a role twice": {"documents": "45", "word_ngrams": "3", "roles": "PM\nPM\n"},
}


@pytest.mark.parametrize("about", METADATA.values(), ids=METADATA.keys())
def test_metadata_that_say_nothing(tiny_folder: Path, about: Any) -> None:
    with_header(tiny_folder, lambda h: h.update(__metadata__=about))
    refused(tiny_folder)


def test_no_metadata(tiny_folder: Path) -> None:
    with_header(tiny_folder, lambda h: h.pop("__metadata__"))
    assert "hold no number 'documents'" in refused(tiny_folder)


def zipped(name: str, data: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, data)
    return buffer.getvalue()


FOREIGN = {
    "a scikit-learn pickle": pickle.dumps({"coef_": [1.0]}),
    "the weights of format 3": zipped("terms.npy", b"\x93NUMPY"),
    "a workbook": zipped("xl/workbook.xml", b"<x/>"),
    "a page": b"<html>404</html>",
    "an LFS pointer": b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n",
    "nothing": b"",
    "seven bytes": b"\x02\0\0\0\0\0\0",
    "tensors of another program": packed(
        {"weight": {"dtype": "U8", "shape": [4], "data_offsets": [0, 4]}}, b"1234"
    ),
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
        {"format": 3},
        {"format": None},
        {"format": [1]},
    ],
    ids=str,
)
def test_a_manifest_of_another_program_or_another_rolefit(
    tiny_folder: Path, manifest: dict[str, Any]
) -> None:
    (tiny_folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert "this rolefit reads format 6; train again, or install the rolefit that wrote it" in refused(
        tiny_folder
    )


def test_the_manifest_of_another_model(tiny_folder: Path, shipped_model: rolefit.Model) -> None:
    assert shipped_model.path is not None
    (tiny_folder / "manifest.json").write_bytes((shipped_model.path / "manifest.json").read_bytes())
    assert "does not match the sha256 in manifest.json" in refused(tiny_folder)


# -- what a manifest can name --------------------------------------------------------------------------------

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
    """No entry of a manifest names a file: one that looks like a path is a name, or is not read at all."""

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
    """Change the lines that the statements are kept in, five per statement."""
    lines = arrays(folder)["statements"].tobytes().decode().split("\n")[:-1]
    change(lines)
    text = "".join(f"{line}\n" for line in lines).encode("utf-8", "surrogatepass")
    with_arrays(folder, {"statements": np.frombuffer(text, np.uint8)})


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
    with_arrays(tiny_folder, {"statements": arrays(tiny_folder)["statements"][:-1]})
    assert "5 lines make a statement" in refused(tiny_folder)


# -- everything else that can be changed ---------------------------------------------------------------------


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where every value of a manifest stands, those inside lists and tables too."""
    yield path
    if isinstance(value, (dict, list)):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(inner, (*path, key))


@pytest.mark.slow
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


@pytest.mark.slow
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
