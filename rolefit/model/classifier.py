"""A model: weights, context and decision in one, and the folder that they are kept in.

The decision hidden here is what a model folder holds and how it is read back without running any code. Edit
this module when the folder changes. How a line is scored is `weights`' and `reading`'s business, what the
scores come to `verdict`'s and `evidence`'s.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ..errors import ModelError, ModelNotFoundError, ModelPathError, PostingError, quoted
from ..text import tokens as terms
from .decision import DecisionRule, title_mismatch
from .explanation import PostingEvidence
from .scoring import Context, ScoredPosting, Scorer
from .verdict import Verdict
from .weights import FORMAT, LARGEST_FILE, ONE_AT_A_TIME, Floats, Weights

# A first verdict does without `pathlib` and `workers`, which take 5 ms to import.
if TYPE_CHECKING:
    from pathlib import Path

MANIFEST = "manifest.json"
WEIGHTS = "weights.safetensors"
LARGEST_MANIFEST = 4_000_000
"""Bytes of a manifest that are accepted; the shipped one has 7 thousand."""

LONGEST_NAME = 100
"""Characters of the name of a model, a class or a side; longer ones would bury every line that is printed."""

CHUNK = 64
"""Postings that are scored at once. Enough for numpy to pay, little to wait for; the answers do not depend on it."""


class Model:
    """A trained model; `Model.classify` reads one posting.

    Parameters
    ----------
    weights : Weights
    manifest : dict
        As in ``manifest.json``; see ``models/README.md``.
    path : str or Path, optional
        Folder that the model was loaded from.
    """

    def __init__(self, weights: Weights, manifest: Mapping[str, Any], path: str | Path | None = None) -> None:
        self.weights = weights
        self.manifest = dict(manifest)
        self.path = path
        try:
            self.roles: tuple[str, str] = (str(manifest["roles"][0]), str(manifest["roles"][1]))
            self.context = Context(dict(manifest["context"]["kinds"]), manifest["context"]["neighbours"])
            self.decision = DecisionRule(**manifest["decision"])
            self.scorer = Scorer(weights, self.context, weights.classes.index("none"))
            for side in self.roles:
                weights.classes.index(side)
        except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
            raise ModelError(
                f"{path or MANIFEST}: the manifest does not fit ({quoted(repr(error))}); download or retrain the model"
            ) from error

    def __repr__(self) -> str:
        return f"Model({self.name!r}, {len(self.weights.statements)} role statements, {len(self.weights.word_ngrams) + len(self.weights.char_ngrams)} terms)"

    @property
    def path(self) -> Path | None:
        """Folder that the model was loaded from or saved to; None for one that has none."""
        from pathlib import Path

        return None if self._folder is None else Path(self._folder)

    @path.setter
    def path(self, folder: str | Path | None) -> None:
        self._folder = None if folder is None else _folder(folder)

    @cached_property
    def name(self) -> str:
        """Name and first digits of the digest of the weights, e.g. ``default-1f3a9c42``."""
        return f"{self.manifest.get('name', 'model')}-{str(self.manifest.get('weights_sha256', ''))[:8]}"

    @cached_property
    def fingerprint(self) -> str:
        """Digest of all that the verdicts of a saved model depend on: the manifest, which holds the digest of the weights."""
        return hashlib.sha256(json.dumps(self.manifest, sort_keys=True).encode("utf-8")).hexdigest()

    @property
    def classes(self) -> tuple[str, ...]:
        """Class names, in the order of the columns of `predict_proba`."""
        return self.weights.classes

    def predict_proba(self, statements: Iterable[str]) -> Floats:
        """Class probabilities of statements on their own, shape (n_statements, n_classes).

        The place in a posting has no part in it; the numbers equal the saved scikit-learn pipeline's to
        1e-12.
        """
        return self.weights.predict_proba(statements)

    def classify(self, text: str, title: str | None = None) -> Verdict:
        """Read one posting.

        Parameters
        ----------
        text : str
            Plain text, Markdown or HTML (escaped once more or not).
        title : str, optional
            The job title; it has no part in the label and is compared with it in `Verdict.title_mismatch`.

        Returns
        -------
        Verdict

        Raises
        ------
        PostingError
            A `TypeError`: when ``text`` or ``title`` is not a string.
        """
        return self._decide(self._read([check_text(text)])[0], check_title(title))

    def classify_many(
        self, texts: Iterable[str], titles: Iterable[str | None] | None = None, n_jobs: int = 1
    ) -> Iterator[Verdict]:
        """Read postings one after the other, as fast as they come.

        Parameters
        ----------
        texts : iterable of str
            Read as needed; any length.
        titles : iterable of str or None, optional
            One a text.
        n_jobs : int
            Processes, through joblib (-1 for one a core). A ``joblib.parallel_config`` in force decides on
            the backend.

        Yields
        ------
        Verdict
            In the order of the texts; the same as from `classify`, whatever ``n_jobs``.

        Raises
        ------
        PostingError
            A `TypeError`, when the posting of its turn is not a string; the message gives its place, counted
            from 0.
        """
        if isinstance(texts, (str, bytes)):
            raise PostingError(
                f"classify_many takes an iterable of texts, not one {type(texts).__name__}; use classify for a single posting"
            )
        for name, given in (("texts", texts), ("titles", titles)):
            if isinstance(given, (str, bytes)) or not (
                (given is None and name == "titles") or isinstance(given, Iterable)
            ):
                raise PostingError(
                    f"classify_many takes {name} as an iterable of str, not {type(given).__name__}; put them into a list"
                )
        from . import parallel as workers

        paired = _pairs(texts, titles)
        if workers.check_jobs(n_jobs) != 1:
            yield from workers.verdicts(self, paired, n_jobs)
            return
        for chunk in workers.grouped(paired, CHUNK):
            for posting, (_, title) in zip(self._read([text for text, _ in chunk]), chunk, strict=True):
                yield self._decide(posting, title)

    def _read(self, texts: Sequence[str]) -> list[ScoredPosting]:
        with ONE_AT_A_TIME:
            return self.scorer.read(texts)

    def _decide(self, posting: ScoredPosting, title: str | None) -> Verdict:
        evidence = PostingEvidence(self.scorer, self.decision, self.roles, posting)
        outcome = evidence.outcome
        return Verdict(
            label=outcome.label,
            balance=evidence.balance,
            confidence=outcome.probabilities[outcome.label],
            probabilities=outcome.probabilities,
            reason_code=outcome.reason_code,
            reason=evidence.reason(),
            responsibilities=evidence.responsibilities(),
            text=posting.text,
            title=title,
            title_mismatch=title_mismatch(title, outcome.label, self.roles),
            model=self.name,
            roles=self.roles,
            _evidence=evidence,
        )

    # -- the folder --------------------------------------------------------------------------------------------

    def save(self, path: str | Path) -> Path:
        """Write ``weights.safetensors`` and ``manifest.json`` into a folder; nothing is left half written.

        Parameters
        ----------
        path : str or Path
            The folder; made when missing. Files of an earlier model in it are replaced.

        Returns
        -------
        Path
            The folder.
        """
        from pathlib import Path

        from .._atomic import atomic_write

        folder = Path(_folder(path))
        folder.mkdir(parents=True, exist_ok=True)
        data = self.weights.to_bytes()
        manifest = {**self.manifest, "weights_sha256": hashlib.sha256(data).hexdigest()}
        atomic_write(folder / WEIGHTS, data)
        atomic_write(
            folder / MANIFEST,
            (json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode("utf-8"),
        )
        self.manifest, self.path = manifest, folder
        self.__dict__.pop("name", None)
        self.__dict__.pop("fingerprint", None)
        return folder

    @classmethod
    def load(cls, path: str | Path) -> Model:
        """Read a model folder. Loading runs no code: the files are JSON and plain arrays.

        Raises
        ------
        ModelNotFoundError
            When the folder or one of its two files is missing.
        ModelError
            When a file is damaged, too large, a link out of the folder, does not match the manifest, or is of
            another format.
        ModelPathError
            A `TypeError`: when ``path`` is neither a string nor a path.
        """
        path = _folder(path)
        files = {
            name: _file(path, name, limit)
            for name, limit in ((MANIFEST, LARGEST_MANIFEST), (WEIGHTS, LARGEST_FILE))
        }
        manifest_path, weights_path = (os.path.join(path, name) for name in (MANIFEST, WEIGHTS))
        try:
            manifest = json.loads(files[MANIFEST])
        except (ValueError, RecursionError) as error:
            raise ModelError(f"{manifest_path}: not JSON ({error}); download or retrain the model") from error
        if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
            found = manifest.get("format") if isinstance(manifest, dict) else None
            raise ModelError(
                f"{manifest_path}: format {quoted(repr(found))}; this rolefit reads format {FORMAT}; train again, or install the rolefit that wrote it"
            )
        if manifest.get("terms_version") != terms.VERSION:
            raise ModelError(
                f"{manifest_path}: terms version {quoted(repr(manifest.get('terms_version')))}; this rolefit counts terms by version {terms.VERSION};"
                " train again"
            )
        if hashlib.sha256(files[WEIGHTS]).hexdigest() != manifest.get("weights_sha256"):
            raise ModelError(
                f"{weights_path}: does not match the sha256 in {MANIFEST}; one is damaged or from another model: download or retrain both"
            )
        for name in (manifest.get("name", ""), *_listed(manifest, "classes"), *_listed(manifest, "roles")):
            # They are printed in every verdict.
            if not isinstance(name, str) or not name.isprintable() or len(name) > LONGEST_NAME:
                raise ModelError(
                    f"{manifest_path}: name, classes and roles are strings of up to {LONGEST_NAME} printable characters, not {quoted(repr(name))};"
                    " download or retrain the model"
                )
        try:
            classes = [str(c) for c in manifest["classes"]]
            features = manifest["settings"]["features"]
            run, letters = (
                int(features["ngram_max"]),
                (int(features["char_ngram_range"][0]), int(features["char_ngram_range"][1])),
            )
        except (KeyError, TypeError, ValueError, IndexError, OverflowError) as error:
            raise ModelError(
                f"{manifest_path}: entry {quoted(str(error))} is missing or misshapen; download or retrain the model"
            ) from error
        if not (1 <= run <= 5 and (letters == (0, 0) or 1 <= letters[0] <= letters[1] <= 10)):
            raise ModelError(
                f"{manifest_path}: settings.features has runs of {run} words and {letters} letters, out of range; download or retrain the model"
            )
        return cls(Weights.from_bytes(files[WEIGHTS], classes, run, letters, weights_path), manifest, path)


def _folder(path: Any) -> str:
    """The folder that a caller names.

    Raises
    ------
    ModelPathError
        When it is neither a string nor a path.
    """
    named = os.fspath(path) if isinstance(path, os.PathLike) else path
    if not isinstance(named, str):
        raise ModelPathError(
            f"the folder of a model must be str or Path, not {type(path).__name__}; leave the model out for the shipped one"
        )
    return named


def file_in(folder: str | Path, name: str) -> str:
    """Where a file of a model folder really lies.

    Raises
    ------
    ModelError
        When it is a link to somewhere outside the folder, or no file: what a folder brings along must be all
        that it can make somebody read.
    ModelNotFoundError
        When it is missing or cannot be reached.
    """
    path = os.path.join(folder, name)
    try:
        place = os.path.realpath(path, strict=True)
        inside = os.path.dirname(place) == os.path.realpath(folder)
        is_file = stat.S_ISREG(os.stat(place).st_mode)
    except (OSError, ValueError) as error:  # ValueError: a path with a NUL in it
        reason = getattr(error, "strerror", None) or error
        raise ModelNotFoundError(
            f"{path}: cannot be read ({reason}); 'rolefit train --out FOLDER' makes a model folder"
        ) from error
    if not inside:
        raise ModelError(f"{path}: is a link out of the model's folder; put the file itself there")
    if not is_file:
        raise ModelError(f"{path}: is no file; download or retrain the model")
    return place


def _file(folder: str | Path, name: str, limit: int) -> bytes:
    """Bytes of a file of a model folder that is there, is its own, and is not too large."""
    place, path = file_in(folder, name), os.path.join(folder, name)
    try:
        with open(place, "rb") as file:
            data = file.read(limit + 1)
    except OSError as error:
        raise ModelNotFoundError(
            f"{path}: cannot be read ({error.strerror}); check its permissions"
        ) from error
    if len(data) > limit:
        raise ModelError(f"{path}: larger than {limit // 1_000_000} MB; this is no rolefit model")
    return data


def _listed(manifest: Mapping[str, Any], entry: str) -> list[Any]:
    found = manifest.get(entry)
    return found if isinstance(found, list) else []


def check_text(text: Any, where: str = "") -> str:
    """The text itself, when it is one.

    Raises
    ------
    PostingError
        When it is no string; the message names the type and the fix.
    """
    if isinstance(text, str):
        return text
    if isinstance(text, (bytes, bytearray)):
        raise PostingError(
            f"{where}a posting must be str, not {type(text).__name__}; decode it first, for example text.decode('utf-8')"
        )
    hint = "pass '' for a missing text" if text is None else "pass its text, for example str(value)"
    raise PostingError(f"{where}a posting must be str, not {type(text).__name__}; {hint}")


def check_title(title: Any, where: str = "") -> str | None:
    """The title itself, when it is one or None; raises `PostingError` like `check_text`."""
    if title is None or isinstance(title, str):
        return title
    raise PostingError(f"{where}a title must be str or None, not {type(title).__name__}")


def _pairs(texts: Iterable[Any], titles: Iterable[Any] | None) -> Iterator[tuple[str, str | None]]:
    if titles is None:
        for place, text in enumerate(texts):
            yield check_text(text, f"posting {place}: "), None
        return
    missing = object()
    for place, (text, title) in enumerate(itertools.zip_longest(texts, titles, fillvalue=missing)):
        if text is missing or title is missing:
            raise PostingError(
                f"there are {'more' if text is missing else 'fewer'} titles than texts, from place {place} on; give one title a text, None where there is none"
            )
        yield check_text(text, f"posting {place}: "), check_title(title, f"posting {place}: ")


def manifest_of(context: Context, decision: DecisionRule) -> dict[str, Any]:
    """The entries of a manifest that `Model` reads back."""
    return {
        "context": {"kinds": dict(context.kinds), "neighbours": context.neighbours},
        "decision": asdict(decision),
    }
