"""The numbers equal scikit-learn's and do not depend on the batch; a file that is not whole is refused."""

from __future__ import annotations

import contextlib
import json
import os
import pickle
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy
from helpers.model_folders import Planted, arrays, edit_manifest, metadata, rewrite, with_arrays
from helpers.paths import TINY
from hypothesis import given
from hypothesis import strategies as st

import rolefit
from rolefit import ModelError, ModelNotFoundError
from rolefit.model import weights_file
from rolefit.model.classifier import manifest_of
from rolefit.model.context import Context
from rolefit.model.decision import DecisionRule
from rolefit.model.statements import Statement, Statements
from rolefit.model.weights_file import to_bytes

ODD = [
    "",
    " ",
    "!!!",
    "own own own own own the the backlog backlog",
    "backlog " * 200,
    "Product Owner",
    "プロダクト",
    "no such words qqqq zzzz",
    "\x00own\x00",
    "own\ud800backlog",
    "İstanbul straße ﬁne",
    "12 3 4",
    "a",
    "C++ c# it's it’s",
    "https://example.org",
    "x" * 5000,
]


def test_probabilities_equal_scikit_learns(tiny_trained: tuple[rolefit.Model, Any]) -> None:
    model, pipeline = tiny_trained
    texts = [s.text for s in rolefit.load_corpus(TINY).statements] + ODD
    assert model.classes == tuple(pipeline.classes_)
    np.testing.assert_allclose(
        model.weights.predict_proba(texts), pipeline.predict_proba(texts), rtol=0, atol=1e-12
    )


@given(
    st.lists(
        st.text(st.characters(), max_size=60)
        | st.lists(
            st.sampled_from("own the backlog vision market sprint of 3 stories PO".split()), max_size=12
        ).map(" ".join),
        max_size=8,
    )
)
def test_probabilities_equal_scikit_learns_on_any_text(
    tiny_trained: tuple[rolefit.Model, Any], texts: list[str]
) -> None:
    model, pipeline = tiny_trained
    if texts:
        np.testing.assert_allclose(
            model.weights.predict_proba(texts), pipeline.predict_proba(texts), rtol=0, atol=1e-12
        )


def test_a_fresh_model_that_looks_word_ngrams_up_by_name_scores_as_one_with_its_table(
    tiny_trained: tuple[rolefit.Model, Any],
) -> None:
    trained = tiny_trained[0].weights
    fresh, used = (pickle.loads(pickle.dumps(trained)) for _ in range(2))
    used.predict_proba(["the backlog"] * 1000)
    texts = [s.text for s in trained.statements[:40]] + ODD[:4]
    found = [fresh.scores(fresh.vocabulary.encode_texts([text])) for text in texts]
    assert "_ngram_table" in vars(used)
    assert "_ngram_table" not in vars(fresh)
    assert np.array_equal(np.concatenate(found), used.scores(used.vocabulary.encode_texts(texts)))


def test_a_model_that_has_read_little_makes_no_table_and_gives_the_same(shipped_model: rolefit.Model) -> None:
    fresh, used = (pickle.loads(pickle.dumps(shipped_model.weights)) for _ in range(2))
    used.predict_proba(["own the backlog"] * 1000)
    texts = ["Own the product backlog and order its stories", "Size the market", "own qqqq", "12 3 4"]
    found = [fresh.predict_proba([text]) for text in texts]
    tables = {"_ngram_table", "term_number", "weighed"}
    assert tables <= vars(used).keys()
    assert not tables & vars(fresh).keys()
    assert np.array_equal(np.concatenate(found), used.predict_proba(texts))
    words = [*fresh.word_ngrams[::500], "", "own the", "qqqq", "zzzz", "\U0010ffff"]
    assert [fresh.is_term(word) for word in words] == [used.is_term(word) for word in words]


def test_probabilities_of_the_shipped_model_equal_its_pipelines(shipped_model: rolefit.Model) -> None:
    """`pipeline.joblib` is a pickle; this one is the project's own. rolefit never loads it."""
    import joblib

    assert shipped_model.path is not None
    pipeline = joblib.load(shipped_model.path / "pipeline.joblib")
    texts = [s.text for s in rolefit.load_corpus().statements[::11]] + ODD
    np.testing.assert_allclose(
        shipped_model.weights.predict_proba(texts), pipeline.predict_proba(texts), rtol=0, atol=1e-12
    )


def test_a_batch_gives_what_one_by_one_gives_bit_for_bit(shipped_model: rolefit.Model) -> None:
    texts = [s.text for s in rolefit.load_corpus().statements[::29]] + ODD
    together = shipped_model.weights.predict_proba(texts)
    assert (
        together.tobytes()
        == np.concatenate([shipped_model.weights.predict_proba([text]) for text in texts]).tobytes()
    )
    assert together.tobytes() == shipped_model.weights.predict_proba(texts[::-1])[::-1].tobytes()


def test_probabilities_add_up_to_one(shipped_model: rolefit.Model) -> None:
    np.testing.assert_allclose(shipped_model.weights.predict_proba(ODD).sum(axis=1), 1.0, atol=1e-12)


def test_no_statement_gives_no_row(shipped_model: rolefit.Model) -> None:
    assert shipped_model.predict_proba([]).shape == (0, 5)


# -- the folder ----------------------------------------------------------------------------------------------


def test_a_saved_model_comes_back_the_same(
    tiny_model: rolefit.Model, tiny_folder: Path, tmp_path: Path
) -> None:
    back = rolefit.load_model(tiny_folder)
    assert back.weights.predict_proba(ODD).tobytes() == tiny_model.weights.predict_proba(ODD).tobytes()
    again = back.save(tmp_path / "again")
    for name in ("weights.safetensors", "manifest.json"):
        assert (again / name).read_bytes() == (tiny_folder / name).read_bytes()


def test_saving_replaces_an_earlier_model_and_leaves_nothing_else(
    tiny_model: rolefit.Model, tiny_folder: Path
) -> None:
    rolefit.load_model(tiny_folder).save(tiny_folder)
    assert sorted(p.name for p in tiny_folder.iterdir()) == ["manifest.json", "weights.safetensors"]


def refused(folder: Path) -> str:
    with pytest.raises(ModelError) as error:
        rolefit.load_model(folder)
    assert isinstance(error.value, ValueError)
    message = str(error.value)
    assert str(folder) in message, "the message says which file"
    assert "\n" not in message
    return message


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(ModelNotFoundError, match="nowhere") as error:
        rolefit.load_model(tmp_path / "nowhere")
    assert isinstance(error.value, FileNotFoundError)
    assert "rolefit train" in str(error.value)


@pytest.mark.parametrize("name", ["weights.safetensors", "manifest.json"])
def test_a_file_is_missing(tiny_folder: Path, name: str) -> None:
    (tiny_folder / name).unlink()
    with pytest.raises(ModelNotFoundError, match=name):
        rolefit.load_model(tiny_folder)


def test_the_path_is_a_file(tiny_folder: Path) -> None:
    with pytest.raises(ModelNotFoundError):
        rolefit.load_model(tiny_folder / "weights.safetensors")


@pytest.mark.parametrize("place", [0, 40, 1000, -30, -1])
def test_one_flipped_bit_in_the_weights(tiny_folder: Path, place: int) -> None:
    data = bytearray((tiny_folder / "weights.safetensors").read_bytes())
    data[place] ^= 1
    (tiny_folder / "weights.safetensors").write_bytes(data)
    assert "sha256" in refused(tiny_folder)


@pytest.mark.parametrize("size", [0, 1, 100, -1])
def test_truncated_weights(tiny_folder: Path, size: int) -> None:
    data = (tiny_folder / "weights.safetensors").read_bytes()
    (tiny_folder / "weights.safetensors").write_bytes(data[:size])
    refused(tiny_folder)
    rewrite(tiny_folder, data[:size])
    refused(tiny_folder)


def test_the_weights_of_another_model(tiny_folder: Path, shipped_model: rolefit.Model) -> None:
    assert shipped_model.path is not None
    (tiny_folder / "weights.safetensors").write_bytes(
        (shipped_model.path / "weights.safetensors").read_bytes()
    )
    assert "sha256" in refused(tiny_folder)


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b"\xff\xfe\x00", b'"x"', b"[" * 100_000],
    ids=["empty", "cut off", "a list", "null", "not UTF-8", "a string", "deep"],
)
def test_a_manifest_that_is_none(tiny_folder: Path, content: bytes) -> None:
    (tiny_folder / "manifest.json").write_bytes(content)
    refused(tiny_folder)


def test_a_newer_format(tiny_folder: Path) -> None:
    edit_manifest(tiny_folder, lambda m: m.update(format=99))
    assert "format 99" in refused(tiny_folder)


def test_terms_of_another_version(tiny_folder: Path) -> None:
    edit_manifest(tiny_folder, lambda m: m.update(terms_version=0))
    assert "terms version" in refused(tiny_folder)


@pytest.mark.parametrize(
    "entry",
    ["format", "terms_version", "weights_sha256", "classes", "settings", "roles", "context", "decision"],
)
@pytest.mark.parametrize(
    "value", [None, "x", -1, [], {}], ids=["null", "text", "a number", "a list", "a table"]
)
def test_a_manifest_with_an_entry_of_the_wrong_kind(tiny_folder: Path, entry: str, value: Any) -> None:
    if entry == "decision" and value == {}:
        pytest.skip("a decision left out is the default decision")
    edit_manifest(tiny_folder, lambda m: m.update({entry: value}))
    refused(tiny_folder)


@pytest.mark.parametrize("entry", ["classes", "settings", "roles", "context"])
def test_a_manifest_without_an_entry(tiny_folder: Path, entry: str) -> None:
    edit_manifest(tiny_folder, lambda m: m.pop(entry))
    refused(tiny_folder)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf")], ids=str)
@pytest.mark.parametrize(
    "path",
    [("decision", "line"), ("decision", "volume"), ("context", "neighbours"), ("context", "kinds", "duties")],
    ids=".".join,
)
def test_a_number_of_the_manifest_that_is_none(
    tiny_folder: Path, path: tuple[str, ...], number: float
) -> None:
    def change(manifest: dict[str, Any]) -> None:
        for name in path[:-1]:
            manifest = manifest[name]
        manifest[path[-1]] = number

    edit_manifest(tiny_folder, change)
    refused(tiny_folder)


@pytest.mark.parametrize("path", ["line", "volume", "tilt_slope"])
def test_a_number_of_the_manifest_that_is_text(tiny_folder: Path, path: str) -> None:
    edit_manifest(tiny_folder, lambda m: m["decision"].update({path: "0.5"}))
    refused(tiny_folder)


TENSORS = (
    "coefficients document_freq holder_counts holders intercepts lengths repeated statements terms".split()
)
MISMATCHED = {
    "an array is missing": ("coefficients", None),
    "coefficients for fewer terms": ("coefficients", np.zeros((4, 3), np.int32)),
    "coefficients for fewer classes": ("coefficients", lambda a: a[:3]),
    "intercepts for fewer classes": ("intercepts", lambda a: a[:3]),
    "counts for fewer terms": ("document_freq", lambda a: a[:-1]),
    "fewer terms": ("terms", lambda a: a[20:]),
    "terms that are not UTF-8": ("terms", lambda a: np.concatenate([np.array([255], np.uint8), a])),
    "terms without an end": ("terms", lambda a: a[:-1]),
    "word terms out of order": (
        "terms",
        lambda a: np.frombuffer(
            b"".join(sorted(a.tobytes().splitlines(keepends=True), reverse=True)), np.uint8
        ),
    ),
    "the same word term twice": (
        "terms",
        lambda a: np.frombuffer(
            b"".join([a.tobytes().splitlines(keepends=True)[0]] * a.tobytes().count(b"\n")), np.uint8
        ),
    ),
    "a count of zero": ("document_freq", lambda a: a * 0),
    "floats that are not numbers": ("coefficients", lambda a: np.full(a.shape, np.nan)),
    "infinite floats": ("coefficients", lambda a: np.full(a.shape, np.inf)),
    "another kind of whole number": ("coefficients", lambda a: a.astype(np.int64)),
    "statements that are no lines": ("statements", np.frombuffer(b"nothing", np.uint8)),
    "statements of format 2": (
        "statements",
        np.frombuffer(b'[["a", "PM", "vision", "Set it", ["A1"]]]', np.uint8),
    ),
    "a statement without its articles": ("statements", np.frombuffer(b"a\nPM\nvision\nSet it\n", np.uint8)),
    "fewer statements": (
        "statements",
        lambda a: np.frombuffer(b"".join(a.tobytes().splitlines(keepends=True)[5:]), np.uint8),
    ),
    "holders of fewer terms": ("holder_counts", lambda a: a[:, 1:]),
    "holders of fewer roles": ("holder_counts", lambda a: a[1:]),
    "more holders than counted": ("holder_counts", lambda a: a - (a == a.max())),
    "a holder that is missing": ("holders", lambda a: a[:-1]),
    "holders in more bytes": ("holders", lambda a: a.astype(np.int32)),
    "a holder that is no statement": ("holders", lambda a: a + 1),
    "a term held no more than once": ("repeated", lambda a: a * 0 + 1),
    "a repetition twice": ("repeated", lambda a: np.concatenate([a[:1], a])),
    "a repetition below zero": ("repeated", np.array([[-1, 2]], np.int32)),
    "a repetition behind the end": ("repeated", np.array([[10**6, 2]], np.int32)),
    "repetitions without a number": ("repeated", lambda a: a[:, :1]),
    "lengths of fewer statements": ("lengths", lambda a: a[:, :-1]),
    "lengths of one kind of terms": ("lengths", lambda a: a[:1]),
    "lengths of nothing": ("lengths", lambda a: a * 0),
    "lengths below zero": ("lengths", lambda a: -a),
    "lengths that are no numbers": ("lengths", lambda a: a * np.nan),
    "lengths without an end": ("lengths", lambda a: a * np.inf),
    "lengths in short": ("lengths", lambda a: a.astype(np.float32)),
}


@pytest.mark.parametrize(("name", "value"), MISMATCHED.values(), ids=MISMATCHED.keys())
def test_arrays_that_do_not_fit(tiny_folder: Path, name: str, value: Any) -> None:
    with_arrays(tiny_folder, {name: value(arrays(tiny_folder)[name]) if callable(value) else value})
    refused(tiny_folder)


def test_a_file_with_more_statements_than_it_can_number_leaves_their_terms_out(
    tiny_model: rolefit.Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(weights_file, "MOST_INDEXED", 2)
    copy = rolefit.Model(tiny_model.weights, tiny_model.manifest)
    back = rolefit.load_model(copy.save(tmp_path / "many"))
    assert tiny_model.weights.statement_terms is not None
    assert back.weights.statement_terms is None
    text = "- Own the product backlog\n- Set the vision of the product"
    one, other = (model.classify(text).responsibilities for model in (copy, back))
    assert [line.nearest for line in one] == [line.nearest for line in other]
    assert back.weights.statement_terms is not None, "worked out with the first theme"


def test_the_safetensors_library_reads_the_weights(tiny_folder: Path) -> None:
    """The layout is the library's: it finds the same tensors and metadata in the file."""
    found = safetensors.numpy.load_file(tiny_folder / "weights.safetensors")
    own = arrays(tiny_folder)
    assert found.keys() == own.keys()
    for name, array in found.items():
        assert array.dtype == own[name].dtype
        np.testing.assert_array_equal(array, own[name])
    with safetensors.safe_open(tiny_folder / "weights.safetensors", framework="numpy") as opened:
        assert opened.metadata() == metadata(tiny_folder)


def test_weights_that_the_safetensors_library_wrote_are_read(
    tiny_folder: Path, tiny_model: rolefit.Model
) -> None:
    rewrite(tiny_folder, safetensors.numpy.save(arrays(tiny_folder), metadata(tiny_folder)))
    assert to_bytes(rolefit.load_model(tiny_folder).weights) == to_bytes(tiny_model.weights)


@pytest.mark.parametrize("name", TENSORS)
def test_a_pickle_planted_in_a_tensor_never_runs(tiny_folder: Path, tmp_path: Path, name: str) -> None:
    proof = tmp_path / "it-ran"
    array = arrays(tiny_folder)[name]
    data = pickle.dumps(Planted(proof)).ljust(array.nbytes, b"\0")[: array.nbytes]
    with_arrays(tiny_folder, {name: np.frombuffer(data, array.dtype).reshape(array.shape)})
    # In a tensor of numbers its bytes are numbers like any other.
    with contextlib.suppress(ModelError):
        rolefit.load_model(tiny_folder).classify("Own the product backlog")
    assert not proof.exists()


@pytest.mark.parametrize("name", ["weights.safetensors", "manifest.json", "pipeline.joblib", "MODEL_CARD.md"])
def test_a_pickle_planted_for_a_file_never_runs(tiny_folder: Path, tmp_path: Path, name: str) -> None:
    proof = tmp_path / "it-ran"
    data = pickle.dumps(Planted(proof))
    (tiny_folder / name).write_bytes(data)
    if name == "weights.safetensors":
        rewrite(tiny_folder, data)
    try:
        rolefit.load_model(tiny_folder).classify("Own the product backlog")
    except ModelError:
        assert name in ("weights.safetensors", "manifest.json")
    assert not proof.exists()
    pickle.loads(data)
    assert proof.exists(), "the planted pickle does make its file when somebody loads it by hand"


# -- what a refusal says, to the letter ----------------------------------------------------------------------


def put_features(ngram_max: Any, letters: Any) -> Callable[[dict[str, Any]], object]:
    return lambda manifest: manifest["settings"].update(
        features={**manifest["settings"]["features"], "ngram_max": ngram_max, "char_ngram_range": letters}
    )


REFUSALS: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "another format": (
        lambda m: m.update(format=99),
        "format 99; this rolefit reads format 6; train again, or install the rolefit that wrote it",
    ),
    "no format": (
        lambda m: m.pop("format"),
        "format None; this rolefit reads format 6; train again, or install the rolefit that wrote it",
    ),
    "other terms": (
        lambda m: m.update(terms_version=7),
        "terms version 7; this rolefit counts terms by version 1; train again",
    ),
    "a name of two lines": (
        lambda m: m.update(name="a\nb"),
        "name, classes and roles are strings of up to 100 printable characters, not 'a\\nb';"
        " download or retrain the model",
    ),
    "a name that is a number": (
        lambda m: m.update(name=3),
        "name, classes and roles are strings of up to 100 printable characters, not 3;"
        " download or retrain the model",
    ),
    "no classes": (
        lambda m: m.pop("classes"),
        "entry 'classes' is missing or misshapen; download or retrain the model",
    ),
    "no length of runs": (
        lambda m: m["settings"]["features"].pop("ngram_max"),
        "entry 'ngram_max' is missing or misshapen; download or retrain the model",
    ),
    "no roles": (
        lambda m: m.pop("roles"),
        "the manifest does not fit (KeyError('roles')); download or retrain the model",
    ),
    **{
        f"runs of {run}, letters {letters}": (
            put_features(run, letters),
            f"settings.features has n-grams of {run} words and {tuple(letters)} characters, out of range;"
            " download or retrain the model",
        )
        for run, letters in [
            (0, [3, 5]),
            (6, [3, 5]),
            (2, [0, 5]),
            (2, [5, 3]),
            (2, [3, 11]),
            (2, [-1, -1]),
            (2, [3, 0]),
        ]
    },
}


@pytest.mark.parametrize(("change", "message"), REFUSALS.values(), ids=REFUSALS.keys())
def test_a_refusal_says_what_is_wrong_and_what_to_do(
    tiny_folder: Path, change: Callable[[dict[str, Any]], object], message: str
) -> None:
    edit_manifest(tiny_folder, change)
    found = refused(tiny_folder)
    assert found in (f"{tiny_folder / 'manifest.json'}: {message}", f"{tiny_folder}: {message}")


def test_a_refusal_of_files_says_what_is_wrong_and_what_to_do(tiny_folder: Path) -> None:
    whole = (tiny_folder / "manifest.json").read_bytes()
    (tiny_folder / "manifest.json").write_bytes(b"[1]")
    assert refused(tiny_folder).startswith(f"{tiny_folder / 'manifest.json'}: format None; ")
    (tiny_folder / "manifest.json").write_bytes(b"{")
    found = refused(tiny_folder)
    assert found.startswith(f"{tiny_folder / 'manifest.json'}: not JSON (")
    assert found.endswith("); download or retrain the model")
    (tiny_folder / "manifest.json").write_bytes(whole)
    (tiny_folder / "weights.safetensors").write_bytes(b"x")
    assert refused(tiny_folder) == (
        f"{tiny_folder / 'weights.safetensors'}: does not match the sha256 in manifest.json; one is damaged"
        " or from another model: download or retrain both"
    )
    (tiny_folder / "weights.safetensors").unlink()
    with pytest.raises(ModelNotFoundError) as error:
        rolefit.load_model(tiny_folder)
    path = tiny_folder / "weights.safetensors"
    assert str(error.value) == (
        f"{path}: cannot be read (No such file or directory);"
        " 'rolefit train --out FOLDER' makes a model folder"
    )


@pytest.mark.parametrize(("run", "letters"), [(1, [1, 1]), (5, [10, 10]), (1, [0, 0]), (5, [1, 10])])
def test_features_at_the_edge_of_their_range_are_read(
    tiny_folder: Path, run: int, letters: list[int]
) -> None:
    edit_manifest(tiny_folder, put_features(run, letters))
    model = rolefit.load_model(tiny_folder)
    assert (model.weights.ngram_max, model.weights.char_ngram_range) == (run, tuple(letters))


@pytest.mark.parametrize(("length", "fine"), [(100, True), (101, False)])
def test_a_name_has_up_to_a_hundred_letters(tiny_folder: Path, length: int, fine: bool) -> None:
    edit_manifest(tiny_folder, lambda m: m.update(name="n" * length))
    if fine:
        assert rolefit.load_model(tiny_folder).name.startswith("n" * length + "-")
    else:
        assert "up to 100 printable characters" in refused(tiny_folder)


@pytest.mark.parametrize(
    ("name", "limit"), [("manifest.json", "LARGEST_MANIFEST"), ("weights.safetensors", "LARGEST_FILE")]
)
def test_a_file_at_its_limit_is_read_and_a_byte_more_is_not(
    tiny_folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, limit: str
) -> None:
    size = (tiny_folder / name).stat().st_size
    monkeypatch.setattr(f"rolefit.model.folder.{limit}", size)
    assert rolefit.load_model(tiny_folder).classes
    monkeypatch.setattr(f"rolefit.model.folder.{limit}", size - 1)
    assert (
        refused(tiny_folder)
        == f"{tiny_folder / name}: larger than {(size - 1) // 1_000_000} MB; this is not a rolefit model"
    )


def test_a_manifest_has_up_to_four_million_bytes(tiny_folder: Path) -> None:
    manifest = (tiny_folder / "manifest.json").read_bytes()
    (tiny_folder / "manifest.json").write_bytes(manifest.ljust(4_000_000))
    assert rolefit.load_model(tiny_folder).classes
    (tiny_folder / "manifest.json").write_bytes(manifest.ljust(4_000_001))
    assert (
        refused(tiny_folder)
        == f"{tiny_folder / 'manifest.json'}: larger than 4 MB; this is not a rolefit model"
    )


def test_a_model_is_named_by_its_manifest(tiny_model: rolefit.Model, tiny_folder: Path) -> None:
    model = rolefit.load_model(tiny_folder)
    digest = sha256((tiny_folder / "weights.safetensors").read_bytes()).hexdigest()
    assert model.name == f"tiny-{digest[:8]}"
    terms = len(model.weights.word_ngrams) + len(model.weights.char_ngrams)
    statements = len(model.weights.statements)
    assert repr(model) == f"Model('{model.name}', {statements} role statements, {terms} terms)"
    assert model.path == tiny_folder
    assert (
        rolefit.Model(
            tiny_model.weights,
            {k: v for k, v in tiny_model.manifest.items() if k not in ("name", "weights_sha256")},
        ).name
        == f"model-{digest[:8]}"
    )


def test_a_model_whose_manifest_names_none_is_called_model(tiny_folder: Path) -> None:
    edit_manifest(tiny_folder, lambda m: m.pop("name"))
    assert rolefit.load_model(tiny_folder).name.startswith("model-")


def test_context_and_decision_are_read_back_from_the_entries_written_for_them(
    tiny_model: rolefit.Model,
) -> None:
    context, decision = Context({"duties": 0.75}, 0.125, 6.5), DecisionRule(line=0.625, person=2.0)
    model = rolefit.Model(tiny_model.weights, {**tiny_model.manifest, **manifest_of(context, decision)})
    assert (model.context, model.decision) == (context, decision)


def test_a_balance_above_zero_leans_to_the_side_that_the_manifest_names_first(tiny_folder: Path) -> None:
    text = "What you'll do\n- Set the product vision\n- Write the business case"
    before = rolefit.load_model(tiny_folder).classify(text)
    edit_manifest(tiny_folder, lambda m: m["roles"].reverse())
    after = rolefit.load_model(tiny_folder).classify(text)
    assert (before.roles, after.roles) == (("PM", "PO"), ("PO", "PM"))
    assert before.balance == -after.balance > 0


def test_a_fingerprint_is_that_of_the_whole_manifest(tiny_folder: Path) -> None:
    model = rolefit.load_model(tiny_folder)
    found = json.dumps(
        dict(sorted(json.loads((tiny_folder / "manifest.json").read_text(encoding="utf-8")).items())),
        sort_keys=True,
    )
    assert model.fingerprint == sha256(found.encode()).hexdigest()
    edit_manifest(tiny_folder, lambda m: m["decision"].update(line=0.625))
    assert rolefit.load_model(tiny_folder).fingerprint != model.fingerprint


def test_saving_makes_the_folders_above_and_names_the_model_anew(
    tiny_model: rolefit.Model, tmp_path: Path
) -> None:
    model = rolefit.Model(
        tiny_model.weights, {**tiny_model.manifest, "name": "é", "weights_sha256": "0" * 64}
    )
    before = (model.name, model.fingerprint)
    assert model.save(str(tmp_path / "a" / "b")) == tmp_path / "a" / "b" == model.path
    assert before[0] == "é-00000000"
    assert model.name == rolefit.load_model(tmp_path / "a" / "b").name != before[0]
    assert model.fingerprint == rolefit.load_model(tmp_path / "a" / "b").fingerprint != before[1]
    text = (tmp_path / "a" / "b" / "manifest.json").read_text(encoding="utf-8")
    assert '"name": "é"' in text
    assert text == json.dumps(json.loads(text), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


@pytest.mark.parametrize(("umask", "mode"), [(0o027, 0o640), (0o022, 0o644), (0o002, 0o664)], ids=oct)
def test_saved_files_may_be_read_by_whoever_may_read_new_files(
    tiny_model: rolefit.Model, tmp_path: Path, umask: int, mode: int
) -> None:
    old = os.umask(umask)
    try:
        folder = rolefit.Model(tiny_model.weights, tiny_model.manifest).save(tmp_path / "model")
        assert {p.stat().st_mode & 0o777 for p in folder.iterdir()} == {mode}
        assert os.umask(umask) == umask
    finally:
        os.umask(old)


def test_a_file_being_saved_lies_hidden_beside_its_place(
    tiny_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[set[str]] = []
    monkeypatch.setattr(
        "os.fsync",
        lambda _: seen.append(
            {p.name for p in tiny_folder.iterdir()} - {"weights.safetensors", "manifest.json"}
        ),
    )
    rolefit.load_model(tiny_folder).save(tiny_folder)
    assert [name.rpartition("-")[0] for names in seen for name in names] == [
        ".weights.safetensors",
        ".manifest.json",
    ]


def test_an_interruption_behind_the_last_step_of_a_save_is_passed_on(
    tiny_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = rolefit.load_model(tiny_folder)
    move = Path.replace

    def moved(self: Path, place: Path) -> None:
        move(self, place)
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", moved)
    with pytest.raises(KeyboardInterrupt):
        model.save(tiny_folder)
    assert sorted(p.name for p in tiny_folder.iterdir()) == ["manifest.json", "weights.safetensors"]


def test_a_save_that_fails_leaves_the_old_file_and_nothing_else(
    tiny_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {p.name: p.read_bytes() for p in tiny_folder.iterdir()}
    model = rolefit.load_model(tiny_folder)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        model.save(tiny_folder)
    assert {p.name: p.read_bytes() for p in tiny_folder.iterdir()} == before


def test_statements_are_those_that_were_kept(shipped_model: rolefit.Model) -> None:
    statements = shipped_model.weights.statements
    again = Statements.of(statements)
    assert (again, len(again), again[-1], again[2:4]) == (
        statements,
        len(list(statements)),
        list(statements)[-1],
        list(statements)[2:4],
    )
    assert pickle.loads(pickle.dumps(again)) == statements
    assert repr(again) == f"<{len(statements)} statements>"


def test_a_statement_of_two_lines_is_not_kept() -> None:
    with pytest.raises(ValueError, match="there is a line feed in them"):
        Statements.of([Statement("a\nb\nc\nd\ne\nf", "PM", "vision", "Set it", ())])
