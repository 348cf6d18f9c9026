"""A model: from the text of a posting to its verdict, and the folder that a model is kept in.

The decisions hidden here are how the place of a line in its posting counts (`Context`) and what a model folder
holds. Edit this module when either changes. How a statement is scored is `weights`' business, what
the scores come to is `verdict`'s.

A segment's scores are those of its words alone (`Weights.scores`), and then its place is added to the score of
``none`` (a term for the kind of its section, and one for the other lines of the same list): duties stand together. Both appear among
the terms of a responsibility, so the weights shown still add up to its log-odds.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from . import language, markup, terms
from .errors import ModelError, ModelNotFoundError, PostingError, SettingsError
from .headings import KINDS
from .profession import Naming, named
from .segments import Segment, split
from .verdict import REASONS, Decision, Nearest, Outcome, Responsibility, Term, Verdict, balance_of, decide, title_mismatch
from .weights import FORMAT, Floats, Weights, softmax

MANIFEST = "manifest.json"
WEIGHTS = "weights.npz"
CHUNK = 64
"""Postings that are scored at once. Chunks of 64 to 256 were the fastest; the answers do not depend on it."""

THEME_NEIGHBOURS = 25
"""Nearest statements that are asked for the theme of a line. Leaving one statement out at a time, the theme was right for 0.88 of
800 statements, against 0.70 with the nearest alone (``python benchmarks/themes.py``)."""

_FLIP_SUBSETS = 600
"""Sets that `Verdict.flip` tries out for each size beyond one."""


@dataclass(frozen=True)
class Context:
    """What the place of a segment adds to its log-odds of being product work.

    Attributes
    ----------
    kinds : dict of str to float
        For each kind of section (`rolefit.headings.KINDS`), natural log-odds of every other class against ``none``.
    neighbours : float
        Weight of the other lines of the same list: it multiplies the sum of their log-odds against ``none``, divided by the number of lines in the list.
    """

    kinds: Mapping[str, float] = field(default_factory=dict)
    neighbours: float = 0.0

    def __post_init__(self) -> None:
        unknown = set(self.kinds) - set(KINDS)
        if unknown:
            raise SettingsError(f"context.kinds: unknown kind {sorted(unknown)}; kinds are {', '.join(KINDS)}")


@dataclass
class Reading:
    """A posting cut into segments and scored, before the decision."""

    text: str
    segments: list[Segment]
    words: list[list[str]]
    scores: Floats
    """Scores of the segments by their words alone, shape (n_segments, n_classes)."""


class Model:
    """A trained model; `Model.classify` reads one posting.

    Parameters
    ----------
    weights : Weights
    manifest : dict
        As in ``manifest.json``; see ``models/README.md``.
    path : Path, optional
        Folder that the model was loaded from.
    """

    def __init__(self, weights: Weights, manifest: Mapping[str, Any], path: Path | None = None) -> None:
        self.weights = weights
        self.manifest = dict(manifest)
        self.path = path
        try:
            self.sides: tuple[str, str] = (str(manifest["sides"][0]), str(manifest["sides"][1]))
            self.context = Context(dict(manifest["context"]["kinds"]), float(manifest["context"]["neighbours"]))
            self.decision = Decision(**manifest["decision"])
            self._side_rows = tuple(weights.classes.index(side) for side in self.sides)
            self._none_row = weights.classes.index("none")
        except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
            raise ModelError(f"{path or MANIFEST}: the manifest does not fit ({error!r}); take the model afresh") from error

    def __repr__(self) -> str:
        return f"Model({self.name!r}, {len(self.weights.statements)} role statements, {len(self.weights.word_terms) + len(self.weights.letter_terms)} terms)"

    @cached_property
    def name(self) -> str:
        """Name and first digits of the digest of the weights, e.g. ``default-1f3a9c42``."""
        return f"{self.manifest.get('name', 'model')}-{str(self.manifest.get('weights_sha256', ''))[:8]}"

    @property
    def classes(self) -> tuple[str, ...]:
        """Class names, in the order of the columns of `predict_proba`."""
        return self.weights.classes

    def predict_proba(self, statements: Iterable[str]) -> Floats:
        """Class probabilities of statements on their own, shape (n_statements, n_classes).

        The place in a posting has no part in it; the numbers equal the saved scikit-learn pipeline's to 1e-12.
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

    def classify_many(self, texts: Iterable[str], titles: Iterable[str | None] | None = None, n_jobs: int = 1) -> Iterator[Verdict]:
        """Read postings one after the other, as fast as they come.

        Parameters
        ----------
        texts : iterable of str
            Read as needed; any length.
        titles : iterable of str or None, optional
            One a text.
        n_jobs : int
            Processes, through joblib (-1 for one a core). A ``joblib.parallel_config`` in force decides on the backend.

        Yields
        ------
        Verdict
            In the order of the texts; the same as from `classify`, whatever ``n_jobs``.

        Raises
        ------
        PostingError
            A `TypeError`, when the posting of its turn is not a string; the message gives its place, counted from 0.
        """
        if isinstance(texts, (str, bytes)):
            raise PostingError(f"classify_many takes an iterable of texts, not one {type(texts).__name__}; use classify for a single posting")
        paired = _pairs(texts, titles)
        chunks = iter(lambda: list(itertools.islice(paired, CHUNK)), [])
        if n_jobs == 1:
            for chunk in chunks:
                for reading, (_, title) in zip(self._read([text for text, _ in chunk]), chunk, strict=True):
                    yield self._decide(reading, title)
            return
        import joblib

        with _Travelling(self) as folder:
            kept: list[list[tuple[str, str | None]]] = []

            def remembered() -> Iterator[list[tuple[str, str | None]]]:
                for chunk in chunks:
                    kept.append(chunk)
                    yield chunk

            parallel = joblib.Parallel(n_jobs=n_jobs, return_as="generator")
            jobs = (joblib.delayed(_read_in_worker)(folder, [text for text, _ in chunk]) for chunk in remembered())
            for readings in parallel(jobs):
                for reading, (_, title) in zip(readings, kept.pop(0), strict=True):
                    yield self._decide(reading, title)

    # -- from text to scores -------------------------------------------------------------------------------

    def _read(self, texts: Sequence[str]) -> list[Reading]:
        visible = [markup.visible_text(text) for text in texts]
        cut = [split(text) for text in visible]
        words = [[terms.tokens(text[s.start : s.end]) for s in segments] for text, segments in zip(visible, cut, strict=True)]
        scores = self.weights.scores(self.weights.features([w for posting in words for w in posting]))
        bounds = [0, *itertools.accumulate(len(segments) for segments in cut)]
        return [
            Reading(text, segments, posting, scores[bounds[i] : bounds[i + 1]])
            for i, (text, segments, posting) in enumerate(zip(visible, cut, words, strict=True))
        ]

    def _placed(self, reading: Reading, kept: Sequence[int]) -> tuple[Floats, Floats, Floats]:
        """Scores of the segments named in ``kept``, as if no others were there; and what their kind and their list add against ``none``."""
        scores = reading.scores[list(kept)]
        segments = [reading.segments[i] for i in kept]
        kinds = np.array([self.context.kinds.get(s.kind, 0.0) for s in segments])
        lists: dict[tuple[int, bool], int] = {}
        group = np.array([lists.setdefault((s.section, s.bullet), len(lists)) for s in segments], dtype=np.int64)
        odds = _against(scores, self._none_row)
        size = np.bincount(group, minlength=len(lists))
        total = np.bincount(group, odds, minlength=len(lists))
        neighbours = self.context.neighbours * (total[group] - odds) / size[group]
        placed = scores.copy()
        placed[:, self._none_row] -= kinds + neighbours
        return placed, kinds, neighbours

    def _counted(self, reading: Reading) -> list[int]:
        """Segments that count: no headings, and a repeated line only once."""
        seen: set[tuple[str, ...]] = set()
        counted = []
        for i, (segment, words) in enumerate(zip(reading.segments, reading.words, strict=True)):
            if segment.heading or not words:
                continue
            key = tuple(words)
            if key not in seen:
                seen.add(key)
                counted.append(i)
        return counted

    # -- from scores to the verdict ----------------------------------------------------------------------------

    def _decide(self, reading: Reading, title: str | None) -> Verdict:
        evidence = PostingEvidence(self, reading)
        outcome, profession = evidence.outcome, evidence.profession
        reason = REASONS[outcome.reason_code]
        first, second = self.sides
        if outcome.reason_code == "another-profession" and profession:
            reason = f"the posting describes another profession ({profession[:60]})"
        elif outcome.reason_code == "decided":
            reason = _in_words(evidence, self.sides)
        elif outcome.reason_code == "too-little-product-work":
            count = len(evidence.chosen)
            reason = (
                f"only {count} {'line names' if count == 1 else 'lines name'} work of a {_ROLE_WORDS.get(first, first)} or a {_ROLE_WORDS.get(second, second)}"
            )
        return Verdict(
            label=outcome.label,
            balance=evidence.balance,
            confidence=outcome.probabilities[outcome.label],
            probabilities=outcome.probabilities,
            reason_code=outcome.reason_code,
            reason=reason,
            responsibilities=evidence.responsibilities(),
            text=reading.text,
            title=title,
            title_mismatch=title_mismatch(title, outcome.label, self.sides),
            model=self.name,
            sides=self.sides,
            _evidence=evidence,
        )

    # -- the folder --------------------------------------------------------------------------------------------

    def save(self, path: str | Path) -> Path:
        """Write ``weights.npz`` and ``manifest.json`` into a folder; nothing is left half written.

        Parameters
        ----------
        path : str or Path
            The folder; made when missing. Files of an earlier model in it are replaced.

        Returns
        -------
        Path
            The folder.
        """
        folder = Path(path)
        folder.mkdir(parents=True, exist_ok=True)
        data = self.weights.to_bytes()
        manifest = {**self.manifest, "weights_sha256": hashlib.sha256(data).hexdigest()}
        _replace(folder / WEIGHTS, data)
        _replace(folder / MANIFEST, (json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode("utf-8"))
        self.manifest, self.path = manifest, folder
        self.__dict__.pop("name", None)
        return folder

    @classmethod
    def load(cls, path: str | Path) -> Model:
        """Read a model folder. Loading runs no code: the files are JSON and plain arrays.

        Raises
        ------
        ModelNotFoundError
            When the folder or one of its two files is missing.
        ModelError
            When a file is damaged, does not match the manifest, or is of another format.
        """
        folder = Path(path)
        files = {}
        for name in (MANIFEST, WEIGHTS):
            try:
                files[name] = (folder / name).read_bytes()
            except OSError as error:
                raise ModelNotFoundError(f"{folder / name}: cannot be read ({error.strerror}); 'rolefit train --out FOLDER' makes a model folder") from error
        try:
            manifest = json.loads(files[MANIFEST])
        except (ValueError, RecursionError) as error:
            raise ModelError(f"{folder / MANIFEST}: not JSON ({error}); take the model afresh") from error
        if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
            found = manifest.get("format") if isinstance(manifest, dict) else None
            raise ModelError(f"{folder / MANIFEST}: format {found!r}; this rolefit reads format {FORMAT}; train again, or install the rolefit that wrote it")
        if manifest.get("terms_version") != terms.VERSION:
            raise ModelError(
                f"{folder / MANIFEST}: terms version {manifest.get('terms_version')!r}; this rolefit counts terms by version {terms.VERSION}; train again"
            )
        if hashlib.sha256(files[WEIGHTS]).hexdigest() != manifest.get("weights_sha256"):
            raise ModelError(f"{folder / WEIGHTS}: does not match the sha256 in {MANIFEST}; one file is damaged or from another model, so take both afresh")
        try:
            classes = [str(c) for c in manifest["classes"]]
            features = manifest["settings"]["features"]
            run, letters = int(features["longest_run"]), (int(features["letters"][0]), int(features["letters"][1]))
        except (KeyError, TypeError, ValueError, IndexError) as error:
            raise ModelError(f"{folder / MANIFEST}: entry {error} is missing or misshapen; take the model afresh") from error
        return cls(Weights.from_bytes(files[WEIGHTS], classes, run, letters, folder / WEIGHTS), manifest, folder)


_ROLE_WORDS = {"PM": "product manager", "PO": "product owner"}


def _in_words(evidence: PostingEvidence, sides: tuple[str, str]) -> str:
    """The decision in one clause, for a reader who knows neither model nor guide."""
    count = {side: sum(side in (role, "both") or role == "both" for role in evidence.roles) for side in sides}
    first, second = (_ROLE_WORDS.get(side, side) for side in sides)
    return f"{count[sides[0]]} {'line names' if count[sides[0]] == 1 else 'lines name'} work of a {first}, {count[sides[1]]} of a {second}"


def _against(scores: Floats, row: int) -> Floats:
    """Natural log-odds of all other classes together against one, for each row of scores."""
    others = np.delete(scores, row, axis=1)
    top = others.max(axis=1)
    return np.asarray(top + np.log(np.exp(others - top[:, None]).sum(axis=1)) - scores[:, row])


class PostingEvidence:
    """One posting with its scores: what `Verdict` asks for answers."""

    def __init__(self, model: Model, reading: Reading) -> None:
        self.model = model
        self.reading = reading
        self.counted = model._counted(reading)
        self._naming: list[tuple[Naming, str]] = []
        self.refusal, self.other, self.profession = self._screen(())
        self.chosen, self.lines, self.roles, self.outcome = self._state(self.counted, self.refusal, self.other)
        self.balance = balance_of(self.lines)

    def _screen(self, gone: Collection[int]) -> tuple[str, float, str]:
        """What stands before any counting, without some segments: refusal code, probability of another profession, its name."""
        reading = self.reading
        if not any(not s.heading and words for i, (s, words) in enumerate(zip(reading.segments, reading.words, strict=True)) if i not in gone):
            return ("empty" if len(reading.segments) == len(gone) else "no-product-work"), 0.0, ""
        if not language.is_english([w for i, words in enumerate(reading.words) if i not in gone for w in words]):
            return "not-english", 0.0, ""
        if not self._naming:
            self._naming = [named(reading.text[s.start : s.end], words) for s, words in zip(reading.segments, reading.words, strict=True)]
        namings = [naming for i, naming in enumerate(self._naming) if i not in gone]
        profession = next((profession for naming, profession in namings if naming is Naming.OTHER), "")
        if profession and not any(naming is Naming.PRODUCT for naming, _ in namings):
            return "", self.model.decision.other, profession
        return "", 0.0, ""

    def _state(self, kept: Sequence[int], refusal: str, other: float) -> tuple[list[int], list[tuple[float, float]], list[str], Outcome]:
        """Responsibilities, their role probabilities, their roles and the outcome, as if only ``kept`` were there."""
        model = self.model
        decision, (first, second) = model.decision, model._side_rows
        chosen: list[int] = []
        lines: list[tuple[float, float]] = []
        roles: list[str] = []
        if kept and not refusal:
            placed, _, _ = model._placed(self.reading, kept)
            probabilities = softmax(placed)
            pair = probabilities[:, [first, second]]
            for at in np.flatnonzero(pair.sum(axis=1) >= decision.line).tolist():
                p, q = float(pair[at, 0]), float(pair[at, 1])
                chosen.append(kept[at])
                lines.append((p, q))
                roles.append("both" if min(p, q) >= decision.both * (p + q) else model.sides[0] if p > q else model.sides[1])
        if refusal:
            outcome = decide([], lambda: False, 0.0, decision, model.sides)._replace(reason_code=refusal)
        else:
            outcome = decide(lines, lambda: self._both_strong(chosen, roles), other, decision, model.sides)
        return chosen, lines, roles, outcome

    def _both_strong(self, chosen: Sequence[int], roles: Sequence[str]) -> bool:
        """Whether each side has two responsibilities of two themes."""
        for side in self.model.sides:
            own = [i for i, role in zip(chosen, roles, strict=True) if role in (side, "both")]
            if len(own) < 2:
                return False
            themes: set[str] = set()
            for i in own:
                themes.add(self.theme(i, side))
                if len(themes) > 1:
                    break
            else:
                return False
        return True

    def responsibilities(self) -> tuple[Responsibility, ...]:
        """The posting's responsibilities, in the order of the text."""
        if not self.chosen:
            return ()
        model = self.model
        placed, _, _ = model._placed(self.reading, self.counted)
        at = {segment: row for row, segment in enumerate(self.counted)}
        probabilities = softmax(placed)
        total = sum(p + q for p, q in self.lines)
        out = []
        for i, (p, q), role in zip(self.chosen, self.lines, self.roles, strict=True):
            segment, row = self.reading.segments[i], placed[at[i]]
            out.append(
                Responsibility(
                    text=self.reading.text[segment.start : segment.end],
                    start=segment.start,
                    end=segment.end,
                    role=role,
                    probabilities=dict(zip(model.classes, probabilities[at[i]].tolist(), strict=True)),
                    contribution=(p - q) / total,
                    log_odds=float(row[self._leading_row(i, role)] - row[model._none_row]),
                    _segment=i,
                    _balance=self.balance,
                    _evidence=self,
                )
            )
        return tuple(out)

    def _leading_row(self, i: int, role: str) -> int:
        first, second = self.model._side_rows
        if role != "both":
            return first if role == self.model.sides[0] else second
        p, q = self.lines[self.chosen.index(i)]
        return first if p >= q else second

    # -- answers that are worked out when asked for ------------------------------------------------------------

    def terms(self, segment: int, role: str) -> tuple[Term, ...]:
        """Terms of a segment with what each adds to the log-odds of its role against ``none``."""
        model, weights = self.model, self.model.weights
        row, none = self._leading_row(segment, role), model._none_row
        contrast = weights._coefficients[:, row] - weights._coefficients[:, none]
        words = self.reading.words[segment]
        features = weights.features([words])
        weight = dict(zip(features.term.tolist(), (contrast[features.term] * features.value).tolist(), strict=True))
        found: dict[str, float] = {}
        for word in dict.fromkeys(words):
            number = weights.term_number.get(word)
            if number is not None:
                found[word] = found.get(word, 0.0) + weight[number]
        for term in dict.fromkeys(terms.word_terms(words, weights.longest_run)[len(words) :]):
            number = weights.term_number.get(term)
            if number is not None:
                found[term] = weight[number]
        # A letter term counts once for all the places it stands in; each place gets its share.
        letters = [(word, number) for word in words for number in weights.letter_numbers(word)]
        places: dict[int, int] = {}
        for _, number in letters:
            places[number] = places.get(number, 0) + 1
        for word, number in letters:
            found[word] = found.get(word, 0.0) + weight[number] / places[number]
        base = float(weights._intercepts[row] - weights._intercepts[none])
        _, kinds, neighbours = model._placed(self.reading, self.counted)
        at = self.counted.index(segment)
        placed = [
            Term("(base rate)", base),
            Term(f"(section: {self.reading.segments[segment].kind})", float(kinds[at])),
            Term("(other lines of the section)", float(neighbours[at])),
        ]
        listed = [Term(text, value) for text, value in found.items()] + placed
        return tuple(sorted(listed, key=lambda term: (-abs(term.weight), term.text)))

    def _ranked(self, segment: int, role: str) -> list[tuple[float, int]]:
        """Nearest role-bearing statements of a role, the nearest first: (similarity, statement)."""
        weights = self.model.weights
        features = weights.features([self.reading.words[segment]])
        similar = weights.similarities(features.term, features.value)
        rows = np.flatnonzero(weights.statement_roles == role) if role in weights.statement_role_names else np.empty(0, np.int64)
        if rows.size == 0:
            rows = np.flatnonzero(np.isin(weights.statement_roles, self.model.sides))
        order = rows[np.argsort(-similar[rows], kind="stable")[:THEME_NEIGHBOURS]]
        return [(float(similar[i]), int(i)) for i in order]

    def theme(self, segment: int, role: str) -> str:
        """Theme that the nearest statements of the role carry, each voting with its similarity."""
        votes: dict[str, float] = {}
        for similarity, i in self._ranked(segment, role):
            name = self.model.weights.statements[i].theme
            votes[name] = votes.get(name, 0.0) + similarity * similarity
        return max(votes, key=votes.__getitem__) if votes else ""

    def nearest(self, segment: int, role: str) -> Nearest | None:
        """The nearest statement of the role that carries the theme shown."""
        theme = self.theme(segment, role)
        for similarity, i in self._ranked(segment, role):
            statement = self.model.weights.statements[i]
            if statement.theme == theme:
                return Nearest(statement.id, statement.text, statement.theme, statement.articles, min(1.0, similarity))
        return None

    def without(self, removed: Iterable[int]) -> tuple[float, str]:
        """Balance and label of the posting as if some segments were not there."""
        gone = frozenset(removed)
        # A line that stood twice and counted once is still there when one of the two goes.
        kept = [i for i in self.counted if i not in gone]
        for i in gone:
            twin = next(
                (j for j, words in enumerate(self.reading.words) if j not in gone and words == self.reading.words[i] and not self.reading.segments[j].heading),
                None,
            )
            if twin is not None and twin not in kept:
                kept.append(twin)
        refusal, other, _ = self._screen(gone)
        _, lines, _, outcome = self._state(sorted(kept), refusal, other)
        return balance_of(lines), outcome.label

    def balance_without(self, segment: int) -> float:
        """Balance of the posting without one segment."""
        return self.without([segment])[0]

    def smallest_flip(self) -> tuple[int, ...] | None:
        """Fewest responsibilities whose removal changes the label; None when none does."""
        label = self.outcome.label
        if not self.chosen:
            return None
        pull = dict(zip(self.chosen, self.lines, strict=True))
        tilt = self.model.decision.tilt
        orders = [
            sorted(self.chosen, key=lambda i: -(pull[i][0] - pull[i][1] - tilt * (pull[i][0] + pull[i][1]))),
            sorted(self.chosen, key=lambda i: -(pull[i][1] - pull[i][0] - tilt * (pull[i][0] + pull[i][1]))),
            sorted(self.chosen, key=lambda i: -(pull[i][0] + pull[i][1])),
        ]
        best: tuple[int, ...] | None = None
        for order in orders:
            for size in range(1, len(order) + 1):
                if best is not None and size >= len(best):
                    break
                if self.without(order[:size])[1] != label:
                    best = tuple(order[:size])
                    break
        if best is None:
            return None
        for size in range(1, len(best)):
            for subset in itertools.islice(itertools.combinations(orders[2], size), None if size == 1 else _FLIP_SUBSETS):
                if self.without(subset)[1] != label:
                    return subset
        return best


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
        raise PostingError(f"{where}a posting must be str, not {type(text).__name__}; decode it first, for example text.decode('utf-8')")
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


class _Travelling:
    """A folder from which worker processes load the model, once each: the model's own, or one for the time being."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._temporary: tempfile.TemporaryDirectory[str] | None = None

    def __enter__(self) -> str:
        if self._model.path is not None:
            return str(self._model.path.resolve())
        self._temporary = tempfile.TemporaryDirectory(prefix="rolefit-")
        copy = Model(self._model.weights, self._model.manifest)
        return str(copy.save(self._temporary.name))

    def __exit__(self, *_: object) -> None:
        if self._temporary is not None:
            self._temporary.cleanup()


_LOADED: dict[str, Model] = {}


def _read_in_worker(folder: str, texts: list[str]) -> list[Reading]:
    if folder not in _LOADED:
        _LOADED[folder] = Model.load(folder)
    return _LOADED[folder]._read(texts)


def _replace(path: Path, data: bytes) -> None:
    """Write a file beside its place and move it there, so that it is whole or not there at all."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        umask = os.umask(0)
        os.umask(umask)
        Path(name).chmod(0o666 & ~umask)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def manifest_of(context: Context, decision: Decision) -> dict[str, Any]:
    """The entries of a manifest that `Model` reads back."""
    return {"context": {"kinds": dict(context.kinds), "neighbours": context.neighbours}, "decision": asdict(decision)}
