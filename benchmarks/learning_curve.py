"""Measure whether more corpus would help, and how the fit does on unseen sources and wordings.

    python benchmarks/learning_curve.py [LABELLED.jsonl]

The learning curve trains on an eighth, a quarter, a half and all of the shipped corpus, by theme (every theme
keeps its share), three draws each, with the settings of the shipped model, and measures on labelled postings.

Cross-validation stays inside the corpus and reads every statement by itself (no context, no prior for
postings):

at random
    five folds, the easy case: a statement's paraphrases are in the other folds.
by phrasing
    five folds; statements of a theme that open with the same word are in one fold, so every test statement
    opens in a way that its theme was not trained with.
by article
    train on three articles, test on the fourth: the statements whose first article it is. Statements without
    an article (all of ``none``) are dealt out to the four folds, theme by theme, so that false alarms count.
"""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import results
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

from rolefit.text.tokens import tokens
from rolefit.training.corpus import Corpus, Statement, load_corpus
from rolefit.training.evaluation import measure
from rolefit.training.fit import fit_pipeline, train
from rolefit.training.labelled import LabelledPosting
from rolefit.training.metrics import Score
from rolefit.training.settings import Settings

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # after the choice of a backend without a screen

SHARES = (0.125, 0.25, 0.5, 1.0)
SEEDS = 3
FOLDS = 5


def part(corpus: Corpus, share: float, seed: int) -> Corpus:
    """Draw a share of every theme of a role, one statement or more; small shares lie inside larger ones."""
    generator = np.random.default_rng(seed)
    themes: dict[tuple[str, str], list[Statement]] = defaultdict(list)
    for statement in sorted(corpus.statements, key=lambda s: s.id):
        themes[statement.role, statement.theme].append(statement)
    kept: list[Statement] = []
    for rows in themes.values():
        order = generator.permutation(len(rows))
        kept += [rows[i] for i in order[: max(1, round(share * len(rows)))]]
    return replace(corpus, statements=tuple(kept))


def fold_score(
    train_on: Sequence[Statement], test_on: Sequence[Statement], roles: tuple[str, str]
) -> dict[str, Any]:
    """F1 of each side over held-out statements, and how often a one-sided statement leans to its own side."""
    settings = replace(Settings(), prior={})
    pipeline = fit_pipeline(train_on, roles, settings)
    probabilities = pipeline.predict_proba([s.text for s in test_on])
    first, second = (list(pipeline.classes_).index(side) for side in roles)
    counts = {side: [0, 0, 0] for side in roles}
    leaning: list[bool] = []
    for statement, row in zip(test_on, probabilities, strict=True):
        pair = dict(zip(roles, (row[first], row[second]), strict=True))
        total = sum(pair.values())
        for side in roles:
            given = total >= settings.decision.line and (
                pair[side] == max(pair.values()) or pair[side] >= settings.decision.both * total
            )
            wanted = statement.role in (side, "both")
            if given or wanted:
                counts[side][0 if given and wanted else 1 if given else 2] += 1
        if statement.role in roles:
            leaning.append(pair[statement.role] == max(pair.values()))
    return {
        "statements": len(test_on),
        **{f"f1_{side}": Score(*counts[side]).f1 for side in roles},
        "own_role": float(np.mean(leaning)),
    }


def folds_at_random(statements: Sequence[Statement]) -> Iterator[tuple[str, set[int]]]:
    """Held-out rows of ordinary folds."""
    roles = [s.role for s in statements]
    for number, (_, held) in enumerate(
        StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(roles, roles)
    ):
        yield f"fold {number}", set(held.tolist())


def folds_by_phrasing(statements: Sequence[Statement]) -> Iterator[tuple[str, set[int]]]:
    """Held-out rows of folds that no opening of a theme straddles."""
    roles = [s.role for s in statements]
    groups = [f"{s.theme} {tokens(s.text)[0]}" for s in statements]
    splitter = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=0)
    for number, (_, held) in enumerate(splitter.split(roles, roles, groups)):
        yield f"fold {number}", set(held.tolist())


def folds_by_article(
    statements: Sequence[Statement], articles: Sequence[str]
) -> Iterator[tuple[str, set[int]]]:
    """Held-out rows of one article each, with a share of the statements that restate none."""
    deal: dict[str, Iterator[str]] = {}
    home = [
        s.articles[0] if s.articles else next(deal.setdefault(s.theme, itertools.cycle(articles)))
        for s in statements
    ]
    for article in articles:
        yield article, {i for i, name in enumerate(home) if name == article}


def cross_validate(
    statements: Sequence[Statement], folds: Iterator[tuple[str, set[int]]], roles: tuple[str, str]
) -> dict[str, Any]:
    """Scores of every fold."""
    return {
        name: fold_score(
            [s for i, s in enumerate(statements) if i not in held],
            [s for i, s in enumerate(statements) if i in held],
            roles,
        )
        for name, held in folds
    }


def draw(curve: Sequence[dict[str, Any]], roles: tuple[str, str], path: Path) -> None:
    """The learning curve as a picture: the mean of the draws with every draw as a dot."""
    figure, axes = plt.subplots(figsize=(7, 4.2), layout="constrained")
    titles = {
        f"line_f1_{roles[0]}": f"line F1, {roles[0]}",
        f"line_f1_{roles[1]}": f"line F1, {roles[1]}",
        "label_kappa": "label kappa",
    }
    for (name, title), colour, mark in zip(
        titles.items(), ("#2563eb", "#d97706", "#111827"), ("o", "s", "^"), strict=True
    ):
        axes.plot(
            [point["statements"] for point in curve],
            [np.mean(point[name]) for point in curve],
            color=colour,
            marker=mark,
            label=title,
        )
        for point in curve:
            axes.scatter(
                [point["statements"]] * len(point[name]),
                point[name],
                color=colour,
                marker=mark,
                s=14,
                alpha=0.4,
                linewidths=0,
            )
    axes.set_xscale("log", base=2)
    axes.set_xticks([point["statements"] for point in curve], [f"{point['statements']:,}" for point in curve])
    axes.minorticks_off()
    every = [value for point in curve for name in titles for value in point[name]]
    axes.set_ylim(math.floor(min(every) * 10 - 0.5) / 10, math.ceil(max(every) * 10 + 0.5) / 10)
    axes.set_xlabel("statements of the corpus trained on")
    axes.set_ylabel("on labelled postings")
    axes.grid(axis="y", color="#e5e7eb")
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, loc="lower right")
    figure.savefig(path, dpi=150, metadata={"Software": None})
    plt.close(figure)


def spread(values: Sequence[float]) -> str:
    """The mean of some draws and half of their range."""
    return f"{np.mean(values):.3f}" + (f" ± {(max(values) - min(values)) / 2:.3f}" if len(values) > 1 else "")


def curve_of(corpus: Corpus, postings: Sequence[LabelledPosting]) -> list[dict[str, Any]]:
    """Return the figures of models trained on parts of the corpus."""
    curve: list[dict[str, Any]] = []
    for share in SHARES:
        point: dict[str, Any] = {"share": share}
        for seed in range(SEEDS if share < 1 else 1):
            some = part(corpus, share, seed)
            model = train(some)
            metrics = measure(
                postings, list(model.classify_many(posting.text for posting in postings)), model.roles
            ).to_dict()
            point["statements"] = len(some.statements)
            for metric in (
                "line_f1_" + corpus.roles[0],
                "line_f1_" + corpus.roles[1],
                "label_kappa",
                "label_accuracy",
                "balance_spearman",
            ):
                point.setdefault(metric, []).append(metrics[metric])
        curve.append(point)
    return curve


def curve_table(curve: Sequence[dict[str, Any]], roles: tuple[str, str]) -> str:
    first, second = roles
    measured = ("line_f1_" + first, "line_f1_" + second, "label_kappa", "balance_spearman")
    return results.table(
        (
            "statements (share, draws)",
            f"line F1 {first}",
            f"line F1 {second}",
            "label kappa",
            "balance, Spearman",
        ),
        [
            (
                f"{p['statements']:,} ({p['share']:.3g}, {len(p['label_kappa'])})",
                *(spread(p[metric]) for metric in measured),
            )
            for p in curve
        ],
    )


def validation_table(validation: Mapping[str, Any], roles: tuple[str, str]) -> str:
    first, second = roles
    rows = [
        (
            f"{kind}, mean",
            "",
            *(
                f"{np.mean([fold[metric] for fold in folds.values()]):.3f}"
                for metric in (f"f1_{first}", f"f1_{second}", "own_role")
            ),
        )
        for kind, folds in validation.items()
    ]
    rows += [
        (
            f"by article, without {article}",
            f"{fold['statements']:,}",
            *(f"{fold[metric]:.3f}" for metric in (f"f1_{first}", f"f1_{second}", "own_role")),
        )
        for article, fold in validation["by article"].items()
    ]
    return results.table(
        ("held out", "statements", f"F1 {first}", f"F1 {second}", "leans to its own side"), rows
    )


def main(argv: Sequence[str] | None = None) -> None:
    parser = results.arguments(__doc__ or "")
    parser.add_argument("--corpus", type=Path, help="folder of a corpus (default: the shipped corpus)")
    options = parser.parse_args(argv)
    postings = results.labelled_postings(options.labelled)
    corpus = load_corpus(options.corpus)
    curve = curve_of(corpus, postings)
    statements = sorted(corpus.statements, key=lambda s: s.id)
    validation = {
        "at random": cross_validate(statements, folds_at_random(statements), corpus.roles),
        "by phrasing": cross_validate(statements, folds_by_phrasing(statements), corpus.roles),
        "by article": cross_validate(
            statements, folds_by_article(statements, list(corpus.articles)), corpus.roles
        ),
    }
    values = {"corpus_sha256": corpus.digest, "curve": curve, "cross_validation": validation}
    results.leave(
        "learning_curve",
        options.out,
        postings,
        f"trained on {corpus.digest[:8]}",
        values,
        curve_table(curve, corpus.roles) + "\n\n" + validation_table(validation, corpus.roles),
        ("matplotlib",),
    )
    draw(curve, corpus.roles, options.out / "learning_curve.png")


if __name__ == "__main__":
    main()
