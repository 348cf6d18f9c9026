"""The layout of the weights file: the library reads what rolefit writes, and a refusal says why."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
import safetensors.numpy
from helpers.model_folders import header_of, packed
from hypothesis import given
from hypothesis import strategies as st

from rolefit import ModelError
from rolefit.model.safetensors import DTYPES, from_bytes, to_bytes

EXPECTED = {"table": ("I32", 2), "text": ("U8", 1)}
METADATA = {"b": "2", "a": "é"}


def tensors(rows: int = 2, columns: int = 3, letters: bytes = b"abc") -> dict[str, Any]:
    table = np.arange(rows * columns, dtype="<i4").reshape(rows, columns)
    return {"text": np.frombuffer(letters, np.uint8), "table": table}


@given(st.integers(0, 4), st.integers(0, 4), st.binary(max_size=9), st.dictionaries(st.text(), st.text()))
def test_what_is_written_is_read_back_and_by_the_library_too(
    rows: int, columns: int, letters: bytes, metadata: dict[str, str]
) -> None:
    given_tensors = tensors(rows, columns, letters)
    data = to_bytes(given_tensors, metadata)
    found, about = from_bytes(data, EXPECTED, "x")
    assert about == metadata
    for arrays in (found, safetensors.numpy.load(data)):
        assert arrays.keys() == given_tensors.keys()
        for name, array in arrays.items():
            assert array.dtype == given_tensors[name].dtype
            assert np.array_equal(array, given_tensors[name])
            assert array.shape == given_tensors[name].shape


def test_what_the_library_writes_is_read() -> None:
    found, about = from_bytes(safetensors.numpy.save(tensors(), METADATA), EXPECTED, "x")
    assert about == METADATA
    assert {name: array.tolist() for name, array in found.items()} == {
        name: array.tolist() for name, array in tensors().items()
    }


def test_the_same_tensors_are_the_same_bytes_in_whatever_order_they_come() -> None:
    data = to_bytes(tensors(), METADATA)
    assert data == to_bytes(dict(reversed(tensors().items())), dict(reversed(METADATA.items())))
    header, content = header_of(data)
    assert list(header) == ["__metadata__", "table", "text"]
    assert (len(data) - len(content)) % 8 == 0, "the tensors start at a multiple of eight bytes"
    assert content == tensors()["table"].tobytes() + b"abc"


def test_arrays_cannot_be_written_to() -> None:
    found, _ = from_bytes(to_bytes(tensors(), {}), EXPECTED, "x")
    with pytest.raises(ValueError, match="read-only"):
        found["table"][0, 0] = 1


@pytest.mark.parametrize(("length", "fine"), [(10_000, True), (10_001, False)])
def test_a_header_has_up_to_ten_thousand_bytes(length: int, fine: bool) -> None:
    header, content = header_of(to_bytes(tensors(), METADATA))
    data = packed(json.dumps(header).encode().ljust(length), content)
    if fine:
        assert from_bytes(data, EXPECTED, "x")[1] == METADATA
    else:
        with pytest.raises(ModelError, match="a header of 10001 bytes does not fit in it"):
            from_bytes(data, EXPECTED, "x")


def entry(**changed: Any) -> bytes:
    """A whole file whose table is described otherwise."""
    header, content = header_of(to_bytes(tensors(), METADATA))
    header["table"].update(changed)
    return packed(header, content)


def doubled(text: str, more: str) -> bytes:
    """A whole file with a name that occurs twice where ``text`` stands in its header."""
    header, content = header_of(to_bytes(tensors(), METADATA))
    written = json.dumps(header)
    assert text in written
    return packed(written.replace(text, f"{text} {more}", 1).encode(), content)


WHOLE = to_bytes(tensors(), METADATA)
REFUSALS = {
    "nothing": (b"", "a header of 0 bytes does not fit in it"),
    "a page": (b"<html><body>404</body></html>", "a header of 7078601349733312572 bytes does not fit in it"),
    "no header": (packed(b"", b""), "a header of 0 bytes does not fit in it"),
    "a list": (packed(b"[]", b""), "a header of 2 bytes does not fit in it"),
    "a byte too few": (WHOLE[:-1], "text is not where the header says"),
    "a byte too many": (WHOLE + b"x", "1 bytes follow its last tensor"),
    "no tensor": (packed({}, b""), "it holds no tensor instead of table, text"),
    "another tensor": (
        packed({"weight": {"dtype": "U8", "shape": [1], "data_offsets": [0, 1]}}, b"x"),
        "it holds weight instead of table, text",
    ),
    "another type": (entry(dtype="F32"), "table is not I32 of 2 dimensions"),
    "one dimension": (entry(shape=[6]), "table is not I32 of 2 dimensions"),
    "one key more": (entry(more=1), "table is not I32 of 2 dimensions"),
    "true for one": (entry(shape=[True, 6]), "table has a size that is not a whole number"),
    "below zero": (entry(shape=[-2, -3]), "table has a size that is not a whole number"),
    "a point": (entry(data_offsets=[0, 24.0]), "table has a size that is not a whole number"),
    "text": (entry(data_offsets=["0", "24"]), "table has a size that is not a whole number"),
    "a gap": (entry(shape=[1, 3], data_offsets=[12, 24]), "table is not where the header says"),
    "too small": (entry(shape=[2, 2]), "table is not where the header says"),
    "huge": (entry(shape=[2**70, 2**70]), "table is not where the header says"),
    "numbers for metadata": (packed({"__metadata__": {"a": 1}}, b""), "its metadata are not strings"),
    "a list for metadata": (packed({"__metadata__": ["a"]}, b""), "its metadata are not strings"),
    "a tensor twice": (doubled("{", '"text": {},'), "a name occurs twice in its header"),
    "a type twice": (doubled('"dtype": "I32",', '"dtype": "I32",'), "a name occurs twice in its header"),
    "metadata twice": (doubled('"a": "\\u00e9",', '"a": "x",'), "a name occurs twice in its header"),
}


@pytest.mark.parametrize(("data", "why"), REFUSALS.values(), ids=REFUSALS.keys())
def test_a_refusal_says_why(data: bytes, why: str) -> None:
    with pytest.raises(ModelError) as error:
        from_bytes(data, EXPECTED, "m/weights.safetensors")
    assert str(error.value) == (
        f"m/weights.safetensors: not a weights file of rolefit: {why}; download or retrain the model"
    )


def test_the_types_have_the_sizes_of_the_layout() -> None:
    assert {name: dtype.itemsize for name, dtype in DTYPES.items()} == {"F64": 8, "I32": 4, "U16": 2, "U8": 1}
