"""Say why a person should look at a verdict.

A reason is given where verdicts are wrong more often than elsewhere; ``python benchmarks/sources.py`` prints
how many postings and how many of the errors the reasons catch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .titles import labels_of, title_roles

if TYPE_CHECKING:
    from .verdict import Verdict

SURE = 0.7
"""Confidence below which a posting is flagged for review."""

SHORT = 80
"""A posting with fewer words is short: its lines may be few only because its text is."""

SURE_OF_FEW, SURE_OF_SHORT = 0.9, 0.995
"""The same as `SURE` for a posting that is unclear because too few of its lines name product work: for one of
usual length, and for a short one, which has few lines in any case."""


def doubts(verdict: Verdict) -> list[str]:
    """Return the reasons to look at a posting, except a title that contradicts the label."""
    reasons = []
    names_a_role = bool(verdict.title and title_roles(verdict.title, verdict.roles))
    # "Head of Product" names neither role, and no other job either.
    names_another = verdict.title and not names_a_role and "product" not in verdict.title.casefold()
    if verdict.reason_code == "decided" and names_another and not verdict.title_mismatch:
        reasons.append("the title names another job")
    reasons += verdict.left_out
    if verdict.in_two_lists and verdict.label == labels_of(verdict.roles)[2]:
        reasons.append("each role's work has a list of its own: two openings, or somebody else's work")
    if verdict.reason_code in ("repeated-words", "not-a-posting"):
        reasons.append(verdict.reason)
    if verdict.reason_code == "not-english":
        reasons.append("not in English, so it was not read")
    elif verdict.reason_code == "empty" and verdict.title:
        reasons.append("there is a title and no text")
    elif verdict.reason_code == "another-profession" and names_a_role:
        reasons.append("the title names a product role, but the text another profession")
    elif verdict.label == "unclear" and names_a_role:
        reasons.append("the title names a product role, but the text says little of its work")
    few = verdict.reason_code in ("too-little-product-work", "no-product-work")
    short = len(verdict.text.split(maxsplit=SHORT)) < SHORT
    if few and SURE <= verdict.confidence < (SURE_OF_SHORT if short else SURE_OF_FEW):
        reasons.append("some lines may name product work in words that are rarely used for it")
    if (few or verdict.reason_code == "another-profession") and verdict.responsibilities and short:
        reasons.append("the text is short, and some of it names product work")
    if verdict.confidence < SURE:
        reasons.append(f"only {verdict.confidence:.0%} sure")
    return reasons
