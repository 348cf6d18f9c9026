"""Measure how often the theme shown is right, by the number of nearest statements that vote.

python benchmarks/themes.py [--sample N]
"""

from __future__ import annotations

import argparse
from collections import Counter

import numpy as np

from rolefit import _resources as shipped
from rolefit import load_model


def share_right(neighbours: int, sample: int) -> float:
    """Share of statements whose theme wins the vote of the nearest others of their role, as in a verdict."""
    model = load_model(shipped.model_folder())
    statements, statement_index = model.weights.statements, model.scorer.statement_index
    alone = [i for i, statement in enumerate(statements) if "+" not in statement.theme]
    chosen = np.random.default_rng(0).choice(alone, size=min(sample, len(alone)), replace=False)
    vectors = statement_index.vectors([statements[i].text for i in chosen])
    right = 0
    for place, i in enumerate(chosen):
        roles = (statements[i].role,)
        rows = statement_index.rows_of(roles)
        similar = statement_index.similarities(*vectors.of(place), roles)
        similar[rows == i] = -1.0
        votes = Counter[str]()
        for j in np.argsort(-similar, kind="stable")[:neighbours]:
            votes[statements[rows[j]].theme] += similar[j] ** 2
        right += votes.most_common(1)[0][0] == statements[i].theme
    return right / len(chosen)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sample", type=int, default=800, help="statements tried (default 800)")
    sample = parser.parse_args().sample
    print("nearest statements | theme right")
    print("---|---")
    for neighbours in (1, 5, 9, 15, 25):
        print(f"{neighbours} | {share_right(neighbours, sample):.3f}")


if __name__ == "__main__":
    main()
