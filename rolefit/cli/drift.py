"""``rolefit drift``: say how postings differ from the training data, or from those of an earlier file.

The figures are the model's view of the postings, so they need no labels.
"""

from __future__ import annotations

import argparse

from ..errors import printable
from .arguments import add_columns, add_model, load
from .output import say, say_json

THEMES = 8
"""Themes that are shown, those that moved most."""

WORDS = 15
"""Unknown words that are shown."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Define the command."""
    parser.description = (
        "Say how postings differ from the statements that the model was trained on, or from the postings of"
        " an earlier file: known words, labels, themes, confidence, the commonest unknown words of duties."
    )
    parser.add_argument(
        "input", metavar="INPUT", help="file of postings, such as an output of 'rolefit score'"
    )
    parser.add_argument("--against", metavar="EARLIER", help="file of earlier postings (default: training)")
    add_columns(parser)
    parser.add_argument(
        "--jobs", type=int, default=1, metavar="N", help="processes (default: 1; -1 for one per core)"
    )
    parser.add_argument("--json", action="store_true", help="print everything as JSON")
    add_model(parser)


def run(arguments: argparse.Namespace) -> int:
    """Run the command."""
    from .. import tables
    from ..tables.drift import Profile, moved, profile, shares, trained_on

    model = load(arguments.model)

    def profile_of(path: str) -> Profile:
        table = tables.read(path, arguments.text_column, arguments.title_column)
        return profile(table, model, arguments.jobs)

    now = profile_of(arguments.input)
    before = profile_of(arguments.against) if arguments.against else trained_on(model)
    figures = {name: (value, before.figures()[name]) for name, value in now.figures().items()}
    themes = {
        name: (shares(now.themes).get(name, 0.0), shares(before.themes).get(name, 0.0))
        for name in {**before.themes, **now.themes}
    }
    far = sorted(themes, key=lambda name: (-abs(themes[name][0] - themes[name][1]), name))
    labels = {name: (shares(now.labels).get(name), shares(before.labels).get(name)) for name in now.labels}
    distances = {"labels": moved(before.labels, now.labels), "themes": moved(before.themes, now.themes)}
    if arguments.json:
        say_json(
            {
                "postings": now.postings,
                "against": arguments.against or "training",
                "model": model.name,
                "figures": {name: {"now": a, "before": b} for name, (a, b) in figures.items()},
                "labels": {name: {"now": a, "before": b} for name, (a, b) in labels.items()},
                "themes": {name: {"now": themes[name][0], "before": themes[name][1]} for name in far},
                "moved": distances,
                "unknown_words": dict(now.unknown.most_common(WORDS)),
            },
            indent=1,
        )
        return 0
    say(f"{arguments.input}: {now.postings:,} postings, by {model.name}")
    say(f"{'':<26} {'now':>6} {'earlier' if arguments.against else 'training':>9}")
    for name, (a, b) in (*figures.items(), *labels.items()):
        say(f"{name:<26} {_figure(a):>6} {_figure(b):>9}")
    for name in far[:THEMES]:
        say(f"{'theme ' + printable(name):<26} {_figure(themes[name][0]):>6} {_figure(themes[name][1]):>9}")
    for name, value in distances.items():
        if value is not None:
            say(f"{value:.0%} of the {name} moved")
    words = ", ".join(f"{printable(word)} {count}" for word, count in now.unknown.most_common(WORDS))
    say(f"unknown words of duty lines: {words or 'none'}")
    return 0


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
