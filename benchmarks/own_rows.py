"""Measure what a company's own statements do, by how often each counts in the fit.

    python benchmarks/own_rows.py [LABELLED.jsonl] [--lines]

Four invented companies speak differently (`benchmarks/companies/`): a maker of scales, a bank, a state office
and a trust of clinics, each with 60 statements and 25 labelled postings of its own, which share no line with
them. For every weight the shipped corpus is trained with the statements of one company. The table has the
label accuracy on the postings of the company; how far line F1 and label accuracy on the general postings
(those of the project, or the file that is named) are from those of the shipped model; and which share of
their lines 19 in 20 of the company's postings have in own words at least, and 19 in 20 of the general ones at
most.

What makes a posting one in own words (`rolefit.model.own_voice.SHARE`, `rolefit.training.fit.OFTENER`) was
chosen with the first three at hand. The clinics were written afterwards, and nothing was changed for them.

``--lines`` judges without the postings: the mean log loss of own statements, each read by a model that was
trained without the statements of its theme. It falls with the weight as far as 50.
"""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import results

import rolefit
from rolefit.model.classifier import Model
from rolefit.training.corpus import Corpus
from rolefit.training.cross_validation import cross_validate_own
from rolefit.training.evaluation import evaluate
from rolefit.training.fit import train_with_pipeline
from rolefit.training.labelled import LabelledPosting, load_labelled
from rolefit.training.metrics import Metrics
from rolefit.training.settings import OWN_WEIGHT, Settings

COMPANIES = Path(__file__).parent / "companies"
NAMES = ("hardware", "bank", "public", "clinic")
WEIGHTS = (1.0, 10.0, 20.0)
TOLERANCE = 1e-5
"""A model that is measured and thrown away may be fitted less exactly."""


def corpus_of(name: str) -> Corpus:
    """The shipped corpus with the statements of a company."""
    return rolefit.load_corpus(None, [COMPANIES / f"{name}.csv"])


def trained(name: str, weight: float) -> Model:
    """The shipped corpus and the statements of a company, each counted so often."""
    return train_with_pipeline(corpus_of(name), replace(Settings(), own_weight=weight), TOLERANCE)[0]


def measured(model: Model, postings: list[LabelledPosting]) -> Metrics:
    """The figures of a model, without intervals."""
    return evaluate(model, postings, rounds=1)


def own_share(model: Model, postings: list[LabelledPosting], quantile: float) -> float:
    """A quantile over postings of the share of lines that hold a word of the company's voice."""
    shares = [
        sum(i in posting.voice for i in posting.counted) / max(1, len(posting.counted))
        for posting in model.scorer.score([p.text for p in postings])
    ]
    return float(np.quantile(shares, quantile))


def postings_table(general: list[LabelledPosting], weights: list[float]) -> str:
    """Train and measure for every company and weight."""
    shipped = results.model(None)
    before = measured(shipped, general)
    rows = []
    for name in NAMES:
        own = load_labelled(COMPANIES / f"{name}.jsonl", titles=False)
        rows.append([name, "shipped", f"{measured(shipped, own).label_accuracy:.2f}", "", "", "", "", ""])
        for weight in weights:
            model = trained(name, weight)
            of_company, others = measured(model, own).to_dict(), measured(model, general).to_dict()
            change = {
                key: others[key] - before.to_dict()[key]
                for key in ("line_f1_PM", "line_f1_PO", "label_accuracy")
            }
            judged = [p for p in own if p.labels != ("unclear",)]
            shares = own_share(model, judged, 0.05), own_share(model, general, 0.95)
            accuracy = of_company["label_accuracy"]
            rows.append(
                [name, f"{weight:g}", f"{accuracy:.2f}", *(f"{value:+.3f}" for value in change.values())]
                + [f"{share:.2f}" for share in shares]
            )
            print(*rows[-1], flush=True)
    header = ["company", "own_weight", "its postings", "F1 PM", "F1 PO", "labels", "own words ≥", "others ≤"]
    return results.table(header, rows)


def lines_table(weights: list[float]) -> str:
    """Judge own statements by models trained without their themes."""
    rows = []
    for name in NAMES:
        corpus = corpus_of(name)
        for weight in weights:
            judged = cross_validate_own(corpus, replace(Settings(), own_weight=weight))
            assert judged is not None  # there are 60
            at = [judged.classes.index(s.role) for s in judged.statements]
            given = judged.probabilities[np.arange(len(at)), at]
            loss = -sum(map(math.log, given)) / len(at)
            rows.append(
                [name, f"{weight:g}", f"{loss:.3f}", f"{np.mean(judged.probabilities.argmax(1) == at):.2f}"]
            )
            print(*rows[-1], flush=True)
    return results.table(["company", "own_weight", "log loss", "right"], rows)


def main() -> None:
    parser = results.arguments(__doc__)
    parser.set_defaults(labelled=Path(__file__).parents[1] / "corpus" / "postings.jsonl")
    parser.add_argument("--lines", action="store_true", help="judge held-out statements by weight")
    asked = parser.parse_args()
    weights = sorted({*WEIGHTS, OWN_WEIGHT})
    if asked.lines:
        print(lines_table([*weights, 50.0]))
        return
    printed = postings_table(results.labelled_postings(asked.labelled), weights)
    asked.out.mkdir(parents=True, exist_ok=True)
    (asked.out / "own_rows.md").write_text(printed + "\n", encoding="utf-8")
    print(printed)


if __name__ == "__main__":
    main()
