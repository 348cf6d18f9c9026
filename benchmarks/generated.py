"""Make up postings from the corpus, for measuring where no real ones are at hand.

A posting has the shape of a real one: a paragraph about the company, then lists of duties, requirements and
benefits, about 4,300 characters and 47 lines on average, with one word in twelve that the model does not
know, as 300 real postings had. The labels they get mean nothing; the load is what counts.

    python benchmarks/generated.py COUNT > postings.jsonl
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

from rolefit import _resources as shipped
from rolefit import load_corpus

_SYLLABLES = (
    "ba cor den fil gra hal jor kel lum mor nav ost pra quil rus sto tam ulv vex wyn xor yel zan".split()
)
_TITLES = (
    "Product Manager",
    "Product Owner",
    "Senior Product Manager",
    "Senior Product Owner",
    "Group Product Manager",
    "Platform Lead",
)
_DUTIES = ("What you'll do", "Your responsibilities", "The role", "Key duties")
_NEEDS = ("What you bring", "Requirements", "Your profile")
_EXTRAS = ("What we offer", "Benefits", "Why join us")
_BULLETS = ("- ", "• ", "* ", "")
UNKNOWN_WORDS = 0.85
"""Invented words a line: about 8 % of all words then stand outside the vocabulary."""


HOSTILE: dict[str, Callable[[int], str]] = {
    "spaces": lambda n: "Own the backlog" + " " * n + "x",
    "line breaks": lambda n: "\n" * n,
    "bullets": lambda n: "•" * n,
    "bullets and spaces": lambda n: "• " * (n // 2),
    "dashes on lines": lambda n: "-\n" * (n // 2),
    "opening brackets": lambda n: "(" * n,
    "less-than signs": lambda n: "<p>" + "<" * n,
    "comment openings": lambda n: "<p>a</p>" + "<!--" * (n // 4),
    "nested tags": lambda n: "<div>" * (n // 5),
    "entities": lambda n: "<p>" + "&amp;" * (n // 5),
    "escaped tags": lambda n: "&lt;p&gt;" * (n // 9),
    "one giant word": lambda n: "a" * n,
    "one giant number": lambda n: "1" * n,
    "one giant address": lambda n: "https://" + "a.b/" * (n // 4),
    "full stops": lambda n: "." * n,
    "one-letter sentences": lambda n: "A. " * (n // 3),
    "hyphens in a word": lambda n: "a-" * (n // 2),
    "the same line": lambda n: "- Own the product backlog\n" * (n // 26),
    "lines of both sides": lambda n: "".join(
        f"- Own vision {i} and write user stories for sprint {i}\n" for i in range(n // 55)
    ),
    "headings": lambda n: "Your responsibilities\n\n" * (n // 23),
    "capitals": lambda n: "ABOUT US " * (n // 9),
    "other scripts": lambda n: "产品负责人。" * (n // 6),
    "combining marks": lambda n: "e\u0301" * (n // 2),
    "emoji": lambda n: "👩‍💻 " * (n // 4),
}
"""Postings of about so many characters that are one thing repeated without end."""


class Posting(NamedTuple):
    """A title and a text."""

    title: str
    text: str


@lru_cache(maxsize=1)
def _statements() -> dict[str, list[str]]:
    by_role: dict[str, list[str]] = {}
    for statement in load_corpus(shipped.corpus_folder()).statements:
        by_role.setdefault(statement.role, []).append(statement.text)
    return by_role


class _Writer:
    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.statements = _statements()

    def word(self) -> str:
        return "".join(self.random.choices(_SYLLABLES, k=self.random.randint(2, 4)))

    def line(self, role: str) -> str:
        line = self.random.choice(self.statements[role])
        if self.random.random() < UNKNOWN_WORDS:
            words = line.split(" ")
            words.insert(self.random.randrange(len(words)), self.word())
            line = " ".join(words)
        return line

    def section(self, heading: str, bullet: str, roles: list[str]) -> str:
        return "\n".join([heading, *(bullet + self.line(role) for role in roles)])

    def posting(self) -> Posting:
        random_ = self.random
        bullet, lean = random_.choice(_BULLETS), random_.random()
        duties = [
            "shared" if random_.random() < 0.2 else "PM" if random_.random() < lean else "PO"
            for _ in range(random_.randint(4, 16))
        ]
        neutral = [["none"] * random_.randint(low, high) for low, high in ((6, 12), (6, 18), (4, 12), (3, 7))]
        parts = [
            f"About {self.word().title()}\n" + " ".join(self.line(role) for role in neutral[0]),
            self.section(random_.choice(_DUTIES), bullet, duties),
            self.section(random_.choice(_NEEDS), bullet, neutral[1]),
            self.section(random_.choice(_EXTRAS), bullet, neutral[2]),
            " ".join(self.line(role) for role in neutral[3]),
        ]
        return Posting(random_.choice(_TITLES), "\n\n".join(parts))


def postings(seed: int = 0) -> Iterator[Posting]:
    """Postings without end, the same for the same seed."""
    writer = _Writer(seed)
    while True:
        yield writer.posting()


def of_length(characters: int, seed: int = 0) -> str:
    """One posting of exactly so many characters: generated ones joined, the last one cut off."""
    parts, length = [], 0
    for posting in postings(seed):
        parts.append(posting.text)
        length += len(posting.text) + 2
        if length >= characters:
            break
    return "\n\n".join(parts)[:characters]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("count", type=int, help="postings to write, as JSON, one a line")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    for i, posting in enumerate(itertools.islice(postings(arguments.seed), arguments.count)):
        print(json.dumps({"id": f"g{i}", **posting._asdict()}, ensure_ascii=False))


if __name__ == "__main__":
    main()
