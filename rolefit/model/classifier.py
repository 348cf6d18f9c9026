"""The model: what is loaded from a folder, and turns the text of a posting into a verdict.

Everybody who reads postings goes through `Model`; it joins the weights, the scorer and the decision rule,
each of which knows nothing of the others' files or formats.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from .._threads import cached_property
from ..errors import ModelError, PostingError, quoted
from ..text.late_pattern import late_pattern
from . import folder
from .context import Context
from .decision import DecisionRule
from .explanation import PostingEvidence
from .judgement import Decided, Judge, Subset, in_two_lists
from .own_language import OwnLanguage
from .own_voice import OwnVoice
from .scoring import ScoredPosting, Scorer
from .titles import Roles, title_mismatch
from .verdict import Verdict
from .weights import ONE_AT_A_TIME, Floats, Weights
from .weights_file import to_bytes

# `pathlib`, `parallel` and others are imported by the functions that need them: they take 5 ms, and a first
# verdict does without.
if TYPE_CHECKING:
    from pathlib import Path

CHUNK = 256
"""Postings scored at once: enough for numpy to pay, few to wait for. The answers do not depend on it."""


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
        self.manifest = dict(manifest)
        self.path = path
        try:
            self.roles: tuple[str, str] = Roles(manifest["roles"], manifest.get("role_titles"))
            self.context = Context(**{**manifest["context"], "kinds": dict(manifest["context"]["kinds"])})
            self.decision = DecisionRule(**manifest["decision"])
            own = OwnVoice.of(manifest.get("own_voice"))
            language = OwnLanguage.of(manifest.get("language_words"))
            if language and weights.titles != language.titles:
                weights = replace(weights, titles=language.titles)
            self.weights = weights
            self.scorer = Scorer(weights, self.context, weights.classes.index("none"), own, language)
            self._judge = Judge(self.scorer, self.decision, self.roles)
        except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
            raise ModelError(
                f"{path or folder.MANIFEST}: the manifest does not fit ({quoted(repr(error))}); download or"
                " retrain the model"
            ) from error

    def __repr__(self) -> str:
        terms = len(self.weights.word_ngrams) + len(self.weights.char_ngrams)
        return f"Model({self.name!r}, {len(self.weights.statements)} role statements, {terms} terms)"

    @property
    def path(self) -> Path | None:
        """Folder that the model was loaded from or saved to; None for one that has none."""
        from pathlib import Path

        return None if self._folder is None else Path(self._folder)

    @path.setter
    def path(self, path: str | Path | None) -> None:
        self._folder = None if path is None else folder.path_of(path)

    @cached_property
    def name(self) -> str:
        """Name and first digits of the digest of the weights, e.g. ``default-1f3a9c42``."""
        return f"{self.manifest.get('name', 'model')}-{self._weights_sha256[:8]}"

    @cached_property
    def _weights_sha256(self) -> str:
        """Digest of the weights; saving does not change it."""
        return str(self.manifest.get("weights_sha256") or hashlib.sha256(to_bytes(self.weights)).hexdigest())

    @cached_property
    def fingerprint(self) -> str:
        """Digest of all that verdicts depend on: the manifest, which holds the digest of the weights."""
        written = {**self.manifest, "weights_sha256": self._weights_sha256}
        return hashlib.sha256(json.dumps(written, sort_keys=True).encode("utf-8")).hexdigest()

    @cached_property
    def corpus_sha256(self) -> str:
        """Digest of the corpus that the model was trained on; empty when the manifest names none."""
        return str(self.manifest.get("corpus_sha256") or "")

    @property
    def classes(self) -> tuple[str, ...]:
        """Class names, in the order of the columns of `predict_proba`."""
        return self.weights.classes

    def predict_proba(self, statements: Iterable[str]) -> Floats:
        """Return class probabilities of statements, shape (n_statements, n_classes).

        A statement's place in a posting does not count. The numbers equal those of the saved scikit-learn
        pipeline to 1e-12.

        Raises
        ------
        PostingError
            A `TypeError`: for one string in place of several, for what is no string, and for a posting:
            `classify` and `rolefit.RoleClassifier` read those.
        """
        check_many(statements, "statements", "predict_proba")
        return self.weights.predict_proba(
            [check_statement(text, f"statement {at}: ") for at, text in enumerate(statements)]
        )

    def classify(self, text: str, title: str | None = None, *, without: Collection[str] = ()) -> Verdict:
        """Classify one posting.

        Parameters
        ----------
        text : str
            Plain text, Markdown or HTML (which may be escaped once more).
        title : str, optional
            The job title. It is evidence for or against a product person being sought, never for one of the
            two roles; `Verdict.title_mismatch` compares it with the label.
        without : collection of str, optional
            Lines that are no evidence, such as those about the company that all its postings share. They stay
            in the text, and ``reason`` says how many there are.

        Returns
        -------
        Verdict

        Raises
        ------
        PostingError
            A `TypeError`: when ``text`` or ``title`` is not a string.
        """
        if not without:
            return self._classify([(check_text(text), check_title(title))])[0]
        from .setting_aside import without_lines

        check_many(without, "lines", "without")
        [scored] = self._score([check_text(text)])
        return self._decided([without_lines(self.scorer, scored, without)], [check_title(title)])[0]

    def classify_many(
        self, texts: Iterable[str], titles: Iterable[str | None] | None = None, n_jobs: int = 1
    ) -> Iterator[Verdict]:
        """Classify many postings, in order, reading the texts as verdicts are asked for.

        Parameters
        ----------
        texts : iterable of str
            Of any length.
        titles : iterable of str or None, optional
            One per text.
        n_jobs : int
            Processes, through joblib; -1 for one per core. A ``joblib.parallel_config`` in force chooses the
            backend.

        Returns
        -------
        iterator of Verdict
            One per text; the same as from `classify`, whatever ``n_jobs``.

        Raises
        ------
        PostingError
            A `TypeError`, at once for one string in place of several, and when it is the turn of a posting
            that is not a string; the message gives its position, counted from 0.
        """
        check_many(texts, "texts", "classify_many", "use classify for a single posting")
        if titles is not None:
            check_many(titles, "titles", "classify_many")
        from . import parallel

        parallel.check_jobs(n_jobs)
        return self._verdicts(_pairs(texts, titles), n_jobs)

    def _verdicts(self, postings: Iterator[tuple[str, str | None]], n_jobs: int) -> Iterator[Verdict]:
        from . import parallel

        if n_jobs != 1:
            yield from parallel.verdicts(self, postings, n_jobs)
            return
        for chunk in parallel.grouped(postings, CHUNK, itemgetter(0)):
            yield from self._classify(chunk)

    def _classify(self, postings: Sequence[tuple[str, str | None]]) -> list[Verdict]:
        return self._decided(self._score([text for text, _ in postings]), [title for _, title in postings])

    def _decided(self, scored: Sequence[ScoredPosting], titles: Sequence[str | None]) -> list[Verdict]:
        subsets = [Subset.whole(posting, title) for posting, title in zip(scored, titles, strict=True)]
        return list(map(self._verdict, subsets, self._judge.decide(subsets)))

    def _score(self, texts: Sequence[str]) -> list[ScoredPosting]:
        with ONE_AT_A_TIME:
            return self.scorer.score(texts)

    def _verdict(self, whole: Subset, decided: Decided) -> Verdict:
        evidence, outcome, posting, title = (
            PostingEvidence(self._judge, whole, decided),
            decided.outcome,
            whole.posting,
            whole.title,
        )
        return Verdict(
            label=outcome.label,
            balance=evidence.balance,
            confidence=outcome.probabilities[outcome.label],
            probabilities=outcome.probabilities,
            reason_code=outcome.reason_code,  # type: ignore[arg-type]  # a test holds the names to `REASONS`
            reason=evidence.reason(),
            responsibilities=evidence.responsibilities(),
            text=posting.text,
            title=title,
            title_mismatch=title_mismatch(title, outcome.label, self.roles),
            model=self.name,
            roles=self.roles,
            left_out=posting.left_out,
            in_two_lists=in_two_lists(whole, decided),
            model_sha256=self.fingerprint,
            corpus_sha256=self.corpus_sha256,
            _evidence=evidence,
        )

    # -- the folder ------------------------------------------------------------------------------------------

    def save(self, path: str | Path) -> Path:
        """Write ``weights.safetensors`` and ``manifest.json`` into a folder, each whole or not at all.

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

        self.manifest = folder.write(path, self.weights, self.manifest)
        self.path = home = Path(path)
        for name in ("name", "fingerprint", "corpus_sha256", "_weights_sha256"):
            self.__dict__.pop(name, None)
        return home

    @classmethod
    def load(cls, path: str | Path) -> Model:
        """Read a model folder. Loading runs no code: the files are JSON and plain tensors.

        Raises
        ------
        ModelNotFoundError
            When the folder or one of its two files is missing.
        ModelError
            When a file is damaged, too large, a link out of the folder, does not match the manifest, or is in
            another format.
        ModelPathError
            A `TypeError`: when ``path`` is neither a string nor a path.
        """
        weights, manifest = folder.read(path)
        return cls(weights, manifest, path)


def check_text(text: Any, where: str = "") -> str:
    """Return the text, if it is one.

    Raises
    ------
    PostingError
        When it is not a string; the message names the type and the fix.
    """
    if isinstance(text, str):
        return text
    if isinstance(text, (bytes, bytearray)):
        raise PostingError(
            f"{where}a posting must be str, not {type(text).__name__}; decode it first, for example"
            " text.decode('utf-8')"
        )
    hint = "pass '' for a missing text" if text is None else "pass its text, for example str(value)"
    raise PostingError(f"{where}a posting must be str, not {type(text).__name__}; {hint}")


def check_title(title: Any, where: str = "") -> str | None:
    """Return the title, or None for none or a missing value; raise `PostingError` like `check_text`."""
    if title is None or isinstance(title, str):
        return title
    if type(title).__name__ == "NAType" or (isinstance(title, float) and title != title):
        return None  # what pandas has for an empty cell
    raise PostingError(f"{where}a title must be str or None, not {type(title).__name__}")


def check_many(given: Any, what: str, function: str, instead: str = "put it into a list") -> None:
    """Refuse one string where many are expected: it would be taken for one per character.

    Raises
    ------
    PostingError
        When it is a string, or cannot be iterated over.
    """
    if isinstance(given, (str, bytes)):
        raise PostingError(
            f"{function} takes an iterable of {what}, not one {type(given).__name__}; {instead}"
        )
    if not isinstance(given, Iterable):
        raise PostingError(
            f"{function} takes {what} as an iterable of str, not {type(given).__name__}; put them into a list"
        )


LONGEST_STATEMENT = 1_000
"""Characters of a statement; those of the corpus have up to 60 words."""

_PARTS_LINES = late_pattern(r"[\n\r]|<(?:p|li|br|div)[\s>/]", re.IGNORECASE)


def check_statement(text: Any, where: str = "") -> str:
    """Return the statement, if it is one line and no posting; raise `PostingError` like `check_text`."""
    statement = check_text(text, where)
    if len(statement) > LONGEST_STATEMENT or _PARTS_LINES.search(statement.strip()):
        raise PostingError(
            f"{where}predict_proba takes single lines of up to {LONGEST_STATEMENT:,} characters, and this is"
            " more; a posting goes to classify, or to rolefit.RoleClassifier"
        )
    return statement


def _pairs(texts: Iterable[Any], titles: Iterable[Any] | None) -> Iterator[tuple[str, str | None]]:
    """Yield each text with its title, both checked when it is their turn."""
    if titles is None:
        for place, text in enumerate(texts):
            yield check_text(text, f"posting {place}: "), None
        return
    missing = object()
    for place, (text, title) in enumerate(itertools.zip_longest(texts, titles, fillvalue=missing)):
        if text is missing or title is missing:
            raise PostingError(
                f"there are {'more' if text is missing else 'fewer'} titles than texts, from position {place}"
                " on; give one title per text, None where there is none"
            )
        yield check_text(text, f"posting {place}: "), check_title(title, f"posting {place}: ")


def manifest_of(context: Context, decision: DecisionRule) -> dict[str, Any]:
    """Return the entries of a manifest that `Model` reads context and decision from."""
    return {
        "context": {**asdict(context), "kinds": dict(context.kinds)},
        "decision": asdict(decision),
    }
