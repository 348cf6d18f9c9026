"""Turn a verdict into the columns that are added to a row.

Every output has the same columns with the same types, whatever its rows hold.
"""

from __future__ import annotations

from typing import Any

from ..errors import printable
from ..model.responsibility import Responsibility
from ..model.verdict import Verdict

TOP_LINES = 3
"""Lines of evidence for each role."""

DIGITS = 16
"""Hexadecimal digits of a digest; more would be in nobody's way of telling two inputs apart."""

EVIDENCE_CHARACTERS = 300
"""Characters of one line of evidence; a longer one is cut."""


def answer_columns(roles: tuple[str, str] = ("PM", "PO"), themes: bool = False) -> dict[str, type]:
    """Return the columns that an answer adds, with the type of their values; any value may be None.

    ``rolefit_themes`` is among them when asked for: to find the themes takes twice as long as the label.
    """
    return {
        "rolefit_label": str,
        "rolefit_confidence": float,
        "rolefit_balance": float,
        "rolefit_reason_code": str,
        "rolefit_reason": str,
        **({"rolefit_themes": str} if themes else {}),
        f"rolefit_{roles[0].lower()}_evidence": str,
        f"rolefit_{roles[1].lower()}_evidence": str,
        "rolefit_title_mismatch": bool,
        "rolefit_review": str,
        "rolefit_same_as": str,
        "rolefit_error": str,
        "rolefit_model": str,
        "rolefit_corpus": str,
        "rolefit_input": str,
    }


def is_answer(name: str, roles: tuple[str, str] = ("PM", "PO")) -> bool:
    """Return whether a column is one that answers add, whether it is asked for or not.

    Examples
    --------
    >>> is_answer("rolefit_themes"), is_answer("rolefit_notes")
    (True, False)
    """
    return name in answer_columns(roles, themes=True)


def answer(verdict: Verdict, themes: bool = False) -> dict[str, Any]:
    """Return the columns of a verdict.

    Returns
    -------
    dict
        In the order of `answer_columns`. Confidence and balance are rounded to four places.
    """
    first, second = verdict.roles
    cells = (
        verdict.label,
        round(verdict.confidence, 4),
        round(verdict.balance, 4) + 0.0,  # turns -0.0 into 0.0
        verdict.reason_code,
        sentence(verdict.reason),
        *([", ".join(verdict.themes) or None] if themes else []),
        _evidence(verdict, first),
        _evidence(verdict, second),
        verdict.title_mismatch,
        verdict.review,
        None,
        None,
        verdict.model,
        verdict.corpus_sha256[:DIGITS] or None,
        verdict.input_sha256[:DIGITS],
    )
    return dict(zip(answer_columns(verdict.roles, themes), cells, strict=True))


def sentence(reason: str) -> str:
    """Return the reason of a verdict as a sentence."""
    return f"{reason[:1].upper()}{reason[1:]}."


def failure(
    reason: str, model: str, roles: tuple[str, str] = ("PM", "PO"), themes: bool = False
) -> dict[str, Any]:
    """Return the columns of a row that could not be read."""
    return {**dict.fromkeys(answer_columns(roles, themes)), "rolefit_error": reason, "rolefit_model": model}


def strongest_lines(verdict: Verdict, role: str) -> list[Responsibility]:
    """Return the lines that speak most for a role, the strongest first."""
    own = [r for r in verdict.responsibilities if r.role in (role, "both")]
    own.sort(key=lambda r: -r.probabilities[role])
    return own[:TOP_LINES]


def _evidence(verdict: Verdict, role: str) -> str | None:
    """Return the strongest lines of a role, one per line."""
    return "\n".join(_short(r.text) for r in strongest_lines(verdict, role)) or None


def _short(text: str) -> str:
    line = printable(text)
    return line if len(line) <= EVIDENCE_CHARACTERS else line[: EVIDENCE_CHARACTERS - 1] + "…"
