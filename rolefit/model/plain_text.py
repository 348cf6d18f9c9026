"""Show a verdict as text: the label, why, and the lines behind it.

``print(verdict)`` knows of no terminal; the command line gives the width and the colours of its own.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from ..errors import printable, printable_lines
from .review_reasons import doubts
from .titles import labels_of
from .wording import split_words

if TYPE_CHECKING:
    from .responsibility import Responsibility
    from .verdict import Verdict

LINES_SHOWN = 12
"""Responsibilities that are listed, those with the largest shares."""

THEME_WIDTH = 30
"""Columns of the theme; the longest words for one theme of the shipped corpus take 29."""

_COLUMNS = f"{'role':<4} {'share':>5} {'without':>7}  {'theme':<{THEME_WIDTH}} {'article':<8} "
_INDENT = " " * 5
"""Before a line of the posting that stands below its figures: where the columns behind the role begin."""

FEWEST_COLUMNS = 40
"""Columns that a line of the posting gets beside its figures, or it stands below them."""

Paint = Callable[[str, str], str]
"""Colours a text by what it is: a label, or a role."""


def text_lines(
    verdict: Verdict,
    width: int | None = None,
    paint: Paint = lambda what, text: text,
    articles: Mapping[str, str] | None = None,
) -> Iterator[str]:
    """Yield a verdict line by line.

    Parameters
    ----------
    verdict : Verdict
    width : int, optional
        Columns of the terminal, at whose words lines are wrapped; they are not wrapped when left out.
    paint : callable, optional
    articles : dict of str to str, optional
        Titles of the articles by id; those that the lines rest on are named at the end, with the version of
        the corpus that restates them.
    """
    said = verdict.sentences
    first, *rest = _wrapped(f"{verdict.label}: {said.what}", width)
    label = printable(verdict.label)
    yield paint(verdict.label, label) + first.removeprefix(label)
    yield from rest
    yield from _wrapped(f"Why: {said.why}.", width)
    if said.title:
        yield from _wrapped(said.title + (f": “{verdict.title}”." if verdict.title else "."), width)
    reasons = doubts(verdict)
    if reasons:
        yield from _wrapped(f"For review: {'; '.join(reasons)}.", width)
    sure = f"{verdict.confidence:.0%} sure"
    # A balance of few lines says nothing of a posting without a label.
    has_label = verdict.label != labels_of(verdict.roles)[3]
    yield f"{_bar(verdict.balance, verdict.roles)}, {sure}" if has_label else sure[0].upper() + sure[1:]
    if not verdict.responsibilities:
        return
    ranked = sorted(verdict.responsibilities, key=lambda r: -abs(r.contribution))
    shown = {id(r) for r in ranked[:LINES_SHOWN]}
    listed = [r for r in verdict.responsibilities if id(r) in shown]
    yield ""
    below = width is not None and width - len(_COLUMNS) < FEWEST_COLUMNS
    yield _COLUMNS.rstrip() if below else f"{_COLUMNS}line"
    for r in listed:
        figures = responsibility_figures(r)
        painted = paint(r.role, figures[:4]) + figures[4:]
        if width is None:
            yield painted + printable(r.text)
        elif below:
            yield painted.rstrip()
            yield from _wrapped(r.text, width, _INDENT, _INDENT)
        else:
            first, *rest = _wrapped(r.text, width, " " * len(figures), " " * len(figures))
            yield painted + first[len(figures) :]
            yield from rest
    if len(ranked) > LINES_SHOWN:
        yield f"… and {len(ranked) - LINES_SHOWN} lines with smaller shares"
    overlap = {r.theme_words: r.given_to_both for r in listed if r.given_to_both}
    if overlap:
        themes = ", ".join(f"{words} ({'/'.join(ids)})" for words, ids in sorted(overlap.items()))
        yield ""
        yield from _wrapped(f"* work that an article gives to both roles: {themes}", width)
    cited = dict.fromkeys(article for r in listed for article in r.articles)
    if articles and cited:
        yield ""
        yield from _wrapped(f"{split_words(articles, verdict.corpus_sha256)}:", width)
        for article in sorted(articles):
            yield from _wrapped(f"{article}: {articles.get(article, article)}", width, "", _INDENT)


def responsibility_figures(r: Responsibility) -> str:
    """Return all that is shown of a responsibility before its line; a star says that an article gives the
    theme to both roles."""
    theme = r.theme_words + "*" * bool(r.given_to_both)
    return printable_lines(
        f"{r.role:<4} {r.contribution:+.2f} {r.deletion_effect:+7.2f}"
        f"  {theme:<{THEME_WIDTH}} {'/'.join(r.articles):<8} "
    )


def _wrapped(text: str, width: int | None, first: str = "", rest: str = "") -> list[str]:
    text = printable(text)
    if width is None:
        return [first + text]
    found = textwrap.wrap(
        text, max(width, 20), initial_indent=first, subsequent_indent=rest, break_on_hyphens=False
    )
    return found or [first]


def _bar(balance: float, roles: tuple[str, str], width: int = 20) -> str:
    """Draw a scale from the second role to the first, with the balance marked on it."""
    place = round((1 + balance) / 2 * width)
    scale = f"{'─' * place}●{'─' * (width - place)}"
    return printable_lines(f"{roles[1]} {scale} {roles[0]}   balance {balance:+.2f}")
