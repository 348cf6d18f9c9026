"""Show a verdict in a notebook: its sentences, and the text with the lines that count highlighted.

It is apart from the verdict because a notebook alone needs HTML, whose entities take a while to load.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from .. import _colours

if TYPE_CHECKING:
    from .verdict import Verdict

_ROLE_COLOURS = (_colours.FIRST, _colours.SECOND, _colours.BOTH)


def notebook_html(verdict: Verdict) -> str:
    """Return a verdict as HTML, without any of the posting's own markup."""
    colours = dict(zip((*verdict.roles, "both"), _ROLE_COLOURS, strict=True))
    strongest = max((abs(r.contribution) for r in verdict.responsibilities), default=1.0) or 1.0
    out, at = [], 0
    for r in verdict.responsibilities:
        start, end = r.mark
        out.append(html.escape(verdict.text[at:start]))
        shade = 0.12 + 0.33 * abs(r.contribution) / strongest
        red, green, blue = colours[r.role]
        tip = f"{r.role} · {r.theme_words} · {'/'.join(r.articles)} · share {r.contribution:+.3f}"
        style = f"background: rgb({red} {green} {blue} / {shade:.2f}); color: inherit; border-radius: 3px"
        out.append(
            f'<mark style="{style}" title="{html.escape(tip)}">'
            f"{html.escape(verdict.text[start:end])}<sup>{html.escape(r.role)}</sup></mark>"
        )
        at = end
    out.append(html.escape(verdict.text[at:]))
    said = verdict.sentences
    title = f"{said.title}: “{html.escape(verdict.title or '')}”." if verdict.title_mismatch else ""
    facts = f"{verdict.confidence:.0%} sure · balance {verdict.balance:+.2f}"
    return (
        f"<div><strong>{html.escape(verdict.label)}</strong> {html.escape(said.what)}"
        f" Why: {html.escape(said.why)}.</div>"
        + (f"<div>{title}</div>" if title else "")
        + f"<div>{facts}</div>"
        + f'<div style="white-space: pre-wrap; line-height: 1.6; margin-top: .5em">{"".join(out)}</div>'
    )
