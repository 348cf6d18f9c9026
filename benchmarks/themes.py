"""How often the theme shown is right: every role-bearing statement against all others, by the number of nearest statements asked.

python benchmarks/themes.py [--sample N]
"""

from __future__ import annotations

import argparse
from collections import Counter

import numpy as np

from rolefit import load_model, shipped


def share_right(neighbours: int, sample: int) -> float:
    """Share of statements whose theme wins the vote of the nearest others of their role, as `rolefit.model` takes it."""
    weights = load_model(shipped.model_folder()).weights
    alone = [i for i, statement in enumerate(weights.statements) if "+" not in statement.theme]
    chosen = np.random.default_rng(0).choice(alone, size=min(sample, len(alone)), replace=False)
    right = 0
    for i in chosen:
        statement = weights.statements[i]
        features = weights.features_of([statement.text])
        similar = weights.similarities(features.term, features.value)
        similar[i] = -1.0
        rows = weights.rows_of(statement.role)
        votes = Counter[str]()
        for j in rows[np.argsort(-similar[rows], kind="stable")[:neighbours]]:
            votes[weights.statements[j].theme] += similar[j] ** 2
        right += votes.most_common(1)[0][0] == statement.theme
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
