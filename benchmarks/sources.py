"""Choose the numbers of the person sought on some sources of postings, and judge them on the others.

    python benchmarks/sources.py LABELLED.jsonl…

A source is left out at a time: `DecisionRule` is fitted to the postings of all other sources and reads those
of this one, so no figure of the first table was measured on postings that a number was fitted to. The second
table says what review catches: how many postings a person looks at, and how many of the wrong labels are
among them. Fitted to all sources, the numbers are those to write into `DecisionRule`. The third is the
learning curve over sources left out: models trained on parts of the corpus, each read in the same way.

The postings need two more fields than `rolefit.training.labelled` asks for: ``source``, and ``product_role``,
false for a posting of another profession.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import results
from learning_curve import SEEDS, SHARES, part, spread
from numpy.typing import NDArray
from scipy.optimize import minimize

import rolefit
from rolefit.model.classifier import Model, manifest_of
from rolefit.model.decision import DecisionRule, Signs
from rolefit.text.professions import Naming
from rolefit.training.corpus import Corpus, load_corpus
from rolefit.training.evaluation import measure
from rolefit.training.fit import train
from rolefit.training.labelled import LabelledPosting

Floats = NDArray[np.float64]

STRENGTH = 2.0
"""Inverse strength of the regularization, chosen by the log loss of sources left out: 0.511 at 2, 0.506
at 3 and 0.503 at 4, where their kappa falls from 0.75 to 0.74 and 0.73."""

CONFIDENCES = (0.5, 0.6, 0.7, 0.8, 0.9)

TEXT = (
    "person_roles",
    "person_shared",
    "person_other",
    "person_mentions",
    "person_named",
    "person_named_other",
)
TITLE = ("person_titled", "person_titled_other")


def by_text(signs: Signs) -> list[float]:
    """What the numbers of `TEXT` are multiplied with."""
    return [
        float(np.log(0.5 + signs.roles)),
        float(np.log(2 + signs.shared)),
        float(np.log(2 + signs.other)),
        float(np.log(2 + max(0, signs.mentions - 1))),
        float(signs.named is Naming.PRODUCT),
        float(signs.named is Naming.OTHER),
    ]


def by_title(signs: Signs) -> list[float]:
    """What the numbers of `TITLE` are multiplied with."""
    return [float(signs.titled is Naming.PRODUCT), float(signs.titled is Naming.OTHER)]


def fitted(features: Floats, wanted: Floats, offset: Floats | None = None) -> Floats:
    """The weights of a logistic regression, after its intercept; with an offset, there is none."""

    def loss(numbers: Floats) -> float:
        odds = (numbers[0] if offset is None else offset) + features @ numbers[1:]
        return float(
            np.sum(np.logaddexp(0, odds) - wanted * odds) + 0.5 / STRENGTH * np.sum(numbers[1:] ** 2)
        )

    found: Floats = minimize(loss, np.zeros(features.shape[1] + 1), method="BFGS").x
    return found


def rule_of(rule: DecisionRule, signs: Sequence[Signs], product: Floats) -> DecisionRule:
    """A rule whose numbers of the person sought are fitted to some postings."""
    text, title = (np.array([features(one) for one in signs]) for features in (by_text, by_title))
    numbers = fitted(text, product)
    # The title is left out of the first fit: most postings come without one.
    more = fitted(title, product, numbers[0] + text @ numbers[1:])
    return replace(
        rule,
        person=float(numbers[0]),
        **dict(zip(TEXT, map(float, numbers[1:]), strict=True)),
        **dict(zip(TITLE, map(float, more[1:]), strict=True)),
    )


def with_rule(model: Model, rule: DecisionRule) -> Model:
    return Model(model.weights, {**model.manifest, **manifest_of(model.context, rule)})


def signs_of(model: Model, records: Sequence[dict[str, Any]]) -> list[Signs]:
    verdicts = model.classify_many(
        [record["text"] for record in records], [record.get("title") for record in records]
    )
    return [verdict._evidence.decided.signs for verdict in verdicts]


def left_out(
    model: Model, records: Sequence[dict[str, Any]], titled: bool
) -> tuple[list[rolefit.Verdict], DecisionRule]:
    """Verdicts by numbers that were fitted to other sources, and the rule fitted to all."""
    signs = signs_of(model, records)
    product = np.array([record.get("product_role") is not False for record in records], dtype=float)
    verdicts: dict[int, rolefit.Verdict] = {}
    for source in sorted({record["source"] for record in records}):
        own = [i for i, record in enumerate(records) if record["source"] == source]
        others = [i for i, record in enumerate(records) if record["source"] != source]
        rule = rule_of(model.decision, [signs[i] for i in others], product[others])
        read = with_rule(model, rule).classify_many(
            [records[i]["text"] for i in own], [records[i].get("title") if titled else None for i in own]
        )
        verdicts.update(zip(own, read, strict=True))
    return [verdicts[i] for i in range(len(records))], rule_of(model.decision, signs, product)


def review(verdicts: Sequence[rolefit.Verdict], postings: Sequence[LabelledPosting]) -> list[list[str]]:
    """Rows of the table of risk: what is looked at, share of postings, share of the errors, errors left."""
    wrong = [v.label not in p.labels for v, p in zip(verdicts, postings, strict=True)]
    looks = {f"confidence below {least}": [v.confidence < least for v in verdicts] for least in CONFIDENCES}
    looks["`review`"] = [v.review is not None for v in verdicts]
    rows = []
    for name, looked in looks.items():
        caught = sum(w and seen for w, seen in zip(wrong, looked, strict=True))
        left = len(verdicts) - sum(looked)
        rows.append(
            [
                name,
                f"{sum(looked) / len(verdicts):.2f}",
                f"{caught / max(1, sum(wrong)):.2f}",
                f"{(sum(wrong) - caught) / max(1, left):.3f}",
            ]
        )
    return rows


CURVE = ("label_kappa", "label_accuracy", "accuracy_top_half", "calibration_error")


def curve(
    corpus: Corpus, records: Sequence[dict[str, Any]], postings: Sequence[LabelledPosting]
) -> list[dict[str, Any]]:
    """Figures of models trained on parts of the corpus, by numbers fitted to other sources."""
    points = []
    for share in SHARES:
        point: dict[str, Any] = {"share": share, **{name: [] for name in CURVE}}
        for seed in range(SEEDS if share < 1 else 1):
            some = part(corpus, share, seed)
            model = train(some)
            verdicts, _ = left_out(model, records, titled=False)
            found = measure(postings, verdicts, model.roles).to_manifest("")
            point["statements"] = len(some.statements)
            for name in CURVE:
                point[name].append(found[name])
        points.append(point)
    return points


def curve_rows(points: Sequence[dict[str, Any]]) -> list[list[str]]:
    """Rows of the learning curve: the mean of the draws, and half of their range."""
    return [
        [
            f"{point['statements']:,} ({point['share']:.3g}, {len(point[CURVE[0]])})",
            *(spread(point[name]) for name in CURVE),
        ]
        for point in points
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("labelled", nargs="+", type=Path, help="JSONL files of labelled postings")
    parser.add_argument("--model", type=Path, help="model folder (default: the shipped model)")
    parser.add_argument("--out", type=Path, default=results.FOLDER, help="folder for the results")
    args = parser.parse_args()
    model = results.model(args.model)
    postings = [posting for path in args.labelled for posting in results.labelled_postings(path)]
    records = [
        json.loads(row)
        for path in args.labelled
        for row in path.read_text(encoding="utf-8").split("\n")
        if row.strip()
    ]
    columns = ("line F1 PM", "line F1 PO", "kappa", "accuracy", "surest half", "calibration error")
    rows, values = [], {}
    for name, titled in (("the text alone", False), ("the text and its title", True)):
        verdicts, rule = left_out(model, records, titled)
        found = measure(postings, verdicts, model.roles).to_manifest("")
        values[name] = {key: value for key, value in found.items() if isinstance(value, float)}
        rows.append(
            [name]
            + [
                f"{found[key]:.2f}"
                for key in ("line_f1_PM", "line_f1_PO", "label_kappa", "label_accuracy", "accuracy_top_half")
            ]
            + [f"{found['calibration_error']:.3f}"]
        )
        if not titled:
            risk = review(verdicts, postings)
    points = curve(load_corpus(), records, postings)
    sources = len({record["source"] for record in records})
    numbers = {name: round(getattr(rule, name), 2) for name in ("person", *TEXT, *TITLE)}
    markdown = "\n\n".join(
        [
            f"{len(postings)} postings of {sources} sources, each read by numbers fitted to the others:",
            results.table(("read", *columns), rows),
            "What review catches, by the text alone:",
            results.table(("looked at", "of the postings", "of the errors", "errors in the rest"), risk),
            "Trained on parts of the corpus, read by numbers fitted to the other sources:",
            results.table(
                (
                    "statements (share, draws)",
                    "kappa",
                    "accuracy",
                    "surest half",
                    "calibration error",
                ),
                curve_rows(points),
            ),
            "Numbers fitted to all sources: "
            + ", ".join(f"`{name}` {value}" for name, value in numbers.items())
            + ".",
        ]
    )
    results.leave(
        "sources",
        args.out,
        postings,
        model.name,
        {"left out": values, "curve": points, "numbers": numbers},
        markdown,
        ("scipy", "matplotlib"),
    )


if __name__ == "__main__":
    main()
