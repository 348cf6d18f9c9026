"""Whether the lines that an explanation puts first are the lines that the label rests on.

    python benchmarks/explanations.py [LABELLED.jsonl]

The two measures of ERASER (DeYoung, Jain, Rajani, Lehman, Xiong, Socher and Wallace, "ERASER: A Benchmark to
Evaluate Rationalized NLP Models", ACL 2020, section 4.2). What drops is the probability of the label that the
whole posting was given:

comprehensiveness
    p(label | posting) - p(label | posting without the top segments): high when the explanation left nothing
    out.
sufficiency
    p(label | posting) - p(label | the top segments alone): low, or below zero, when the explanation is
    enough.

The top segments are the 1, 5, 10, 20 and 50 % (rounded up) with the largest absolute contribution; a segment
that is no responsibility has none and comes last, in the order of the text. Headings are never erased and
never counted, and a repeated line goes with its repeats. Beside them the same number of segments drawn at
random, the mean of several draws. The mean over the five shares is what the paper calls the area over the
perturbation curve (AOPC).

Erasing works on the text: the segments are cut out of it and the rest is read anew, through the public
interface alone. Where two lines come to stand together that did not before, the rest may be cut otherwise;
``cut_as_before`` in the JSON is the share of texts in which no segment changed. An ``unclear`` posting is
left out of the table, as there is no evidence that could be taken away; the JSON has it.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence

import numpy as np
import results

from rolefit.model.classifier import Model
from rolefit.model.verdict import Verdict
from rolefit.text import segments
from rolefit.text import tokens as terms

SHARES = (0.01, 0.05, 0.10, 0.20, 0.50)
DRAWS = 10

Unit = tuple[tuple[int, int], ...]
"""Spans of a segment and its repeats."""


def units(text: str) -> list[Unit]:
    """Segments that can be erased, in the order of the text."""
    spans: dict[tuple[str, ...], list[tuple[int, int]]] = {}
    for segment in segments.split(text):
        words = tuple(terms.tokens(text[segment.start : segment.end]))
        if words and not segment.heading:
            spans.setdefault(words, []).append((segment.start, segment.end))
    return [tuple(found) for found in spans.values()]


def without(text: str, erased: Collection[Unit]) -> str:
    """Cut some units out of the text; lines left empty go with their list marks."""
    gone = np.zeros(len(text), dtype=bool)
    for unit in erased:
        for start, end in unit:
            gone[start:end] = True
    kept, at = [], 0
    for line in text.splitlines(keepends=True):
        hit = gone[at : at + len(line)]
        left = "".join(c for c, cut in zip(line, hit, strict=True) if not cut) if hit.any() else line
        if left is line or any(c.isalpha() for c in left):
            kept.append(left)
        else:
            while kept and kept[-1].strip() and not any(c.isalpha() for c in kept[-1]):
                kept.pop()
        at += len(line)
    return "".join(kept)


def ranked(verdict: Verdict, found: Sequence[Unit]) -> list[Unit]:
    """Units by the size of their contribution, the largest first."""
    size = {r.start: abs(r.contribution) for r in verdict.responsibilities}
    return sorted(found, key=lambda unit: -max(size.get(start, 0.0) for start, _ in unit))


def drops(model: Model, verdict: Verdict, seed: int) -> dict[str, list[float]]:
    """For each measure and choice, the drop of probability at each of `SHARES`."""
    generator = np.random.default_rng(seed)
    found = units(verdict.text)
    top = ranked(verdict, found)
    texts: list[str] = []
    for share in SHARES:
        count = math.ceil(share * len(found))
        choices = [top[:count]] + [
            [found[i] for i in generator.choice(len(found), count, replace=False)] for _ in range(DRAWS)
        ]
        for chosen in choices:
            taken = set(chosen)
            texts += [
                without(verdict.text, taken),
                without(verdict.text, [unit for unit in found if unit not in taken]),
            ]
    left = [v.probabilities[verdict.label] for v in model.classify_many(texts)]
    drop = verdict.probabilities[verdict.label] - np.array(left).reshape(len(SHARES), 1 + DRAWS, 2)
    spared = [
        {verdict.text[s:e] for unit in found if unit not in taken for s, e in unit}
        for taken in map(set, (top[: math.ceil(share * len(found))] for share in SHARES))
    ]
    same = [
        {text[s:e] for unit in units(text) for s, e in unit} == rest
        for text, rest in zip(texts[:: 2 * (1 + DRAWS)], spared, strict=True)
    ]
    return {
        "cut_as_before": [float(value) for value in same],
        "comprehensiveness": drop[:, 0, 0].tolist(),
        "comprehensiveness_random": drop[:, 1:, 0].mean(axis=1).tolist(),
        "sufficiency": drop[:, 0, 1].tolist(),
        "sufficiency_random": drop[:, 1:, 1].mean(axis=1).tolist(),
    }


def mean(rows: Sequence[dict[str, list[float]]]) -> dict[str, list[float]]:
    """Mean over postings at each share, and last the mean over the shares."""
    together = {name: np.mean([row[name] for row in rows], axis=0).tolist() for name in rows[0]}
    return {name: [*values, float(np.mean(values))] for name, values in together.items()}


def main(argv: Sequence[str] | None = None) -> None:
    options = results.arguments(__doc__ or "").parse_args(argv)
    postings = results.labelled_postings(options.labelled)
    model = results.model(options.model)
    by_label: dict[str, list[dict[str, list[float]]]] = {}
    for seed, verdict in enumerate(model.classify_many(posting.text for posting in postings)):
        if units(verdict.text):
            by_label.setdefault(verdict.label, []).append(drops(model, verdict, seed))
    decided = [row for label, rows in by_label.items() if label != "unclear" for row in rows]
    if not decided:
        raise SystemExit(
            "no posting was given another label than 'unclear'; there is no explanation to measure"
        )
    overall = mean(decided)
    names = {
        "comprehensiveness": "comprehensiveness, top segments (higher is better)",
        "comprehensiveness_random": "comprehensiveness, random segments",
        "sufficiency": "sufficiency, top segments (lower is better)",
        "sufficiency_random": "sufficiency, random segments",
    }
    header = (
        f"{len(decided)} postings that are not unclear",
        *(f"{share:.0%}" for share in SHARES),
        "mean (AOPC)",
    )
    rows = [(title, *(f"{value:+.3f}" for value in overall[name])) for name, title in names.items()]
    values = {
        "shares": [*SHARES, "mean"],
        "draws": DRAWS,
        "decided": {"postings": len(decided), **overall},
        "by_label": {
            label: {"postings": len(rows), **mean(rows)} for label, rows in sorted(by_label.items())
        },
    }
    results.leave("explanations", options.out, postings, model.name, values, results.table(header, rows))


if __name__ == "__main__":
    main()
