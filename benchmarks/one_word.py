"""How often one changed word changes a label.

Every word of a posting is left out once, and once replaced by a word that says nothing, and the posting is
read again. Two numbers count: the share of changes after which the label is another, and how often it went
from one side straight to the other.

    python benchmarks/one_word.py                                    # 200 real postings, minutes per change
    python benchmarks/one_word.py --postings 20 --every 10 made_up.jsonl

The postings are taken at even distances from the whole file, so that every kind of posting in it has its
part.
"""

from __future__ import annotations

import argparse
import itertools
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rolefit import Model
from rolefit.classify import default_model, load_model

POSTINGS = Path(__file__).parents[1] / ".." / "shared" / "evaluation" / "unlabelled.jsonl"
NEUTRAL = "also"
"""A word of English without a subject; of the model's weights for its terms none is large."""

MOST_CHANGED = 0.03
"""Share of one-word deletions after which the label may be another."""

_WORD = re.compile(r"\S*[^\W_]\S*")


@dataclass
class Changes:
    """What came of changing one word at a time.

    Attributes
    ----------
    tried : Counter
        Changes by the label before.
    moved : Counter
        Changes of the label by (before, after).
    flips : list of (int, str, str)
        Posting, word and line of each change that led from one side straight to the other.
    """

    tried: Counter[str] = field(default_factory=Counter)
    moved: Counter[tuple[str, str]] = field(default_factory=Counter)
    flips: list[tuple[int, str, str]] = field(default_factory=list)

    def share(self, labels: Sequence[str] = ()) -> float:
        """Share of changes that change the label, among postings with these labels (default: all)."""
        tried = sum(count for label, count in self.tried.items() if not labels or label in labels)
        return sum(
            count for (before, _), count in self.moved.items() if not labels or before in labels
        ) / max(1, tried)


def variants(text: str, instead: str = "", every: int = 1) -> Iterator[tuple[str, str]]:
    """Each word with the text in which it is left out or replaced."""
    for word in itertools.islice(_WORD.finditer(text), 0, None, every):
        start, end = word.span()
        if not instead:  # the blank behind it goes along
            end += text[end : end + 1] == " "
        yield word.group(), text[:start] + instead + text[end:]


def measure(
    model: Model, texts: Sequence[str], instead: str = "", every: int = 1, watch: bool = False
) -> Changes:
    """Change each word of each posting in turn."""
    changes = Changes()
    first, second = (f"{side}-like" for side in model.roles)
    for number, given in enumerate(texts):
        before = model.classify(given)
        changed, texts_after = zip(*(variants(before.text, instead, every) or [("", "")]), strict=True)
        for word, after in zip(changed, model.classify_many(texts_after), strict=True):
            changes.tried[before.label] += 1
            if after.label != before.label:
                changes.moved[before.label, after.label] += 1
                if {before.label, after.label} == {first, second}:
                    changes.flips.append((number, word, f"{before.balance:+.2f} to {after.balance:+.2f}"))
        if watch:
            sys.stderr.write(
                f"\r{number + 1} of {len(texts)} postings, {sum(changes.tried.values()):,} changes"
            )
    return changes


def spread(path: Path, count: int) -> list[str]:
    """Texts of postings at even distances."""
    with path.open(encoding="utf-8") as file:
        rows = [json.loads(line)["text"] for line in file]
    return [rows[i * len(rows) // count] for i in range(min(count, len(rows)))]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "file",
        nargs="?",
        type=Path,
        default=POSTINGS,
        help="JSONL with text (default: ../shared/evaluation/unlabelled.jsonl)",
    )
    parser.add_argument("--postings", type=int, default=200)
    parser.add_argument("--every", type=int, default=1, metavar="N", help="change only every Nth word")
    parser.add_argument("--model", help="model folder (default: the shipped model)")
    arguments = parser.parse_args()
    model = load_model(arguments.model) if arguments.model else default_model()
    texts = spread(arguments.file, arguments.postings)
    good = True
    for name, instead in (("left out", ""), (f"replaced by “{NEUTRAL}”", NEUTRAL)):
        changes = measure(model, texts, instead, arguments.every, watch=sys.stderr.isatty())
        decided = (*(f"{side}-like" for side in model.roles), "mixed")
        print(f"{model.name}: {sum(changes.tried.values()):,} words of {len(texts)} postings {name}")
        print(
            f"  another label: {sum(changes.moved.values()):,}, {changes.share():.2%};"
            f" of postings with a label other than unclear {changes.share(decided):.2%}"
        )
        print(f"  from one side straight to the other: {len(changes.flips)}")
        for (before, after), count in changes.moved.most_common():
            print(f"    {before:>8} to {after:<8} {count:>6,}")
        for number, word, moved in changes.flips:
            print(f"    flip: posting {number}, {word!r}, {moved}")
        good = good and not changes.flips and (bool(instead) or changes.share() <= MOST_CHANGED)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
