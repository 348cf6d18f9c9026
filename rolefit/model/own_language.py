"""Read postings in the language of a corpus that is not English.

What the package knows of English a corpus may bring itself (``language.toml`` beside it), as lists of words:
the function words by which a line is known to be in the language, the headings of postings, the titles that
are masked, whose work a line is, and whom a text seeks. With such a file none of the English wordings of the
last two is looked for. Which texts are no postings is known in English alone.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .._threads import cached_property
from ..text import language, professions, scope
from ..text.characters import Characters, Ints
from ..text.headings import KINDS
from ..text.professions import NOBODY, Named, Naming
from ..text.tokens import TITLE_TERM, tokens
from ..text.vocabulary import TokenIds, Vocabulary
from . import word_counts

LISTS = {"scope": ("denied", "others", "past", "company", "reader"), "sought": ("before", "professions")}
"""Lists of phrases that the file may hold, by table."""

WIDE = 6
"""Words between what leads up to the person sought and the title."""


@dataclass(frozen=True, eq=False, repr=False)
class OwnLanguage:
    """The words of a language.

    Attributes
    ----------
    words : frozenset of str
        Function words, folded.
    headings : dict of str to str
        Kind of section (`rolefit.text.headings.KINDS`) by heading, in lower case.
    titles : frozenset of tuple of str
        Job titles that are masked, each as its folded words.
    phrases : dict of str to tuple of str
        Phrases by the name of their list (`LISTS`), their folded words between single blanks.
    """

    words: frozenset[str]
    headings: Mapping[str, str]
    titles: frozenset[tuple[str, ...]]
    phrases: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, entry: Mapping[str, Any] | None) -> OwnLanguage | None:
        """Return the language that a manifest describes; None for English."""
        if not entry:
            return None
        headings = {str(text): kind for kind, listed in entry["headings"].items() for text in listed}
        if not set(headings.values()) <= set(KINDS):
            raise ValueError(f"headings of unknown kinds: {sorted(set(headings.values()) - set(KINDS))}")
        phrases = {
            name: tuple(map(str, entry.get(table, {}).get(name, ())))
            for table, names in LISTS.items()
            for name in names
        }
        titles = frozenset(tuple(str(title).split()) for title in entry.get("titles", ()))
        return cls(frozenset(map(str, entry["function_words"])), headings, titles, phrases)

    @cached_property
    def pairs(self) -> tuple[Callable[[str], int], ...]:
        """The counts of `word_counts.PAIRS`, with the two kinds of function words in each other's place."""
        elsewhere = (language.ELSEWHERE | language.ENGLISH) - self.words

        def function_words(word: str) -> int:
            return word_counts.paired(word in self.words, word in elsewhere)

        return (function_words, *word_counts.PAIRS[1:])

    def without_function_words(self, ids: set[int], words: Sequence[str]) -> set[int]:
        """Return token ids, given the words by id, without those of function words."""
        return {i for i in ids if words[i] not in self.words}

    def set_kinds(self, rows: Ints, bounds: Sequence[int], text: str) -> None:
        """Give the segments under a heading of the language the kind of section that it announces.

        Parameters
        ----------
        rows : ndarray, shape (6, n_segments)
            Segments as `rolefit.text.segments.SEGMENT`; changed in place.
        bounds : sequence of int
            Where the segments of each posting begin, and the end.
        text : str
            The text that the segments count in.
        """
        for begin, end in itertools.pairwise(bounds):
            kind: int | None = None
            for i in range(begin, end):
                if rows[4, i]:
                    heading = text[int(rows[0, i]) : int(rows[1, i])].casefold().strip(" :?!.*_#")
                    found = self.headings.get(" ".join(heading.split()))
                    kind = KINDS.index(found) if found else None
                if kind is not None:
                    rows[2, i] = kind

    # -- whose work a line is --------------------------------------------------------------------------------

    def signs_of_scope(
        self, rows: Ints, bounds: Sequence[int], segments: Sequence[Sequence[str]]
    ) -> list[dict[int, str]]:
        """Return the signs of scope of each posting, as `word_counts.signs_of_scope` does for English.

        Parameters
        ----------
        rows : ndarray, shape (6, n_segments)
            Segments as `rolefit.text.segments.SEGMENT`.
        bounds : sequence of int
            Where the segments of each posting begin, and the end.
        segments : sequence of sequence of str
            The folded words of each segment.
        """
        signs: list[dict[int, str]] = []
        for begin, end in itertools.pairwise(bounds):
            found: dict[int, str] = {}
            own = rows[:, begin:end]
            for i, words in enumerate(segments[begin:end]):
                start, stop, kind, _, heading, bullet = own[:, i].tolist()
                line = f" {' '.join(words)} "
                last = i + 1 == end - begin
                over = not last and not own[4, i + 1] and (heading or (not bullet and own[5, i + 1]))
                if sign := self._not_yours(line):
                    listed = over and (heading or stop - start < scope.LONGEST_LEAD)
                    found.update(dict.fromkeys(scope.listed_under(i, own) if listed else [], sign))
                    if not heading:
                        found[i] = sign
                elif not heading and len(words) == 1:
                    found.setdefault(i, scope.ONE_WORD)
                elif not heading and kind != scope.DUTIES and (sign := self._own_story(line)):
                    found.setdefault(i, sign)
            signs.append(found)
        return signs

    def _not_yours(self, line: str) -> str:
        """Return the phrase by which a line, between blanks, names work that is not the reader's."""
        anywhere = (phrase for phrase in self.phrases["denied"] if f" {phrase} " in line)
        opening = (p for name in ("others", "past") for p in self.phrases[name] if line.startswith(f" {p} "))
        return next(itertools.chain(anywhere, opening), "")

    def _own_story(self, line: str) -> str:
        """Return the word with which a company begins to speak of itself, and not to the reader."""
        if any(f" {phrase} " in line for name in ("reader", "before") for phrase in self.phrases[name]):
            return ""
        return next((p for p in self.phrases["company"] if line.startswith(f" {p} ")), "")

    # -- whom a text seeks -----------------------------------------------------------------------------------

    def named(self, words: Sequence[str]) -> Named:
        """Return what a segment, given its folded words, calls the person sought."""
        line = f" {' '.join(words)} "
        for phrase in self.phrases["before"]:
            _, lead, rest = line.partition(f" {phrase} ")
            following = rest.split()[: WIDE + 1] if lead else []
            if TITLE_TERM in following:
                return Named(Naming.PRODUCT)
            if profession := self.profession(following):
                return Named(Naming.OTHER, profession)
        return NOBODY

    def profession(self, words: Iterable[str]) -> str:
        """Return the first word that names another profession; empty for none.

        A listed word that begins with a hyphen is the end of a word.
        """
        whole = frozenset(p for p in self.phrases["professions"] if not p.startswith("-"))
        ends = tuple(p[1:] for p in self.phrases["professions"] if p.startswith("-"))
        return next((word for word in words if word in whole or (ends and word.endswith(ends))), "")

    def names_profession(self, title: str) -> bool:
        """Whether a job title names another profession."""
        return bool(self.profession(tokens(title)))


# -- in the language of the corpus, or in English ------------------------------------------------------------


def signs_of_scope(
    own: OwnLanguage | None,
    rows: Ints,
    bounds: Sequence[int],
    encoded: TokenIds,
    vocabulary: Vocabulary,
    characters: Characters,
) -> list[dict[int, str]]:
    """Return the segments of each posting whose work is not that of the person sought, and what says so."""
    if own is None:
        return word_counts.signs_of_scope(rows, bounds, encoded, vocabulary, characters)
    words = [vocabulary.words[number] for number in encoded.word.tolist()]
    ends = [0, *encoded.sizes.cumsum().tolist()]
    return own.signs_of_scope(rows, bounds, [words[a:b] for a, b in itertools.pairwise(ends)])


def may_name(
    own: OwnLanguage | None, encoded: TokenIds, vocabulary: Vocabulary
) -> tuple[Sequence[int], Sequence[int]]:
    """Return the segments that may name whom a posting seeks: by a product title, and by another one."""
    return professions.may_name(encoded, vocabulary) if own is None else (range(encoded.segments), ())


def named(own: OwnLanguage | None, text: str, words: Sequence[str]) -> Named:
    """Return what a segment calls the person sought."""
    return professions.named(text, words) if own is None else own.named(words)
