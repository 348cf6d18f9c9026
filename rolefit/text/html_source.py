"""Put right the source of a page before it is parsed.

A browser shows declarative shadow roots and embedded documents in their places, and whoever writes "you know
<script> tags" in a plain text means no element.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .late_pattern import late_pattern

_ATTRIBUTES = r"""(?:"[^"]*+"|'[^']*+'|[^"'<>])*+"""
"""Attributes of a tag, as a pattern: signs in quotation marks end no tag."""


_RAW_TAG = late_pattern(
    r"<(script|style|title|textarea|template|noscript|noembed|noframes|iframe|xmp|plaintext|select|svg|math"
    r"|object|audio|video|canvas)(?=[\s/>])[^<>]*>",
    re.IGNORECASE,
)
"""A tag whose text a parser takes for something else, up to its end tag."""

_FIELD = late_pattern(rf"<textarea((?:\s{_ATTRIBUTES})?)>", re.IGNORECASE)
_FIELD_END = late_pattern(r"</textarea\s*>", re.IGNORECASE)

FEWEST_WORDS = 20
"""Words of a field of a form that are read; fewer are what somebody is asked to write."""


def opened(page: str) -> str:
    """Return a page whose declarative shadow roots and embedded documents are parts of it, as a browser
    shows."""
    if "shadowroot" in page:
        open_tags: list[bool] = []

        def in_place(tag: re.Match[str]) -> str:
            if tag[0].startswith("</"):
                return "</div>" if open_tags and open_tags.pop() else tag[0]
            open_tags.append("shadowroot" in (tag[1] or "").lower())
            return "<div>" if open_tags[-1] else tag[0]

        page = re.sub(rf"<template(\s{_ATTRIBUTES})?>|</template\s*>", in_place, page, flags=re.IGNORECASE)
    if "srcdoc" in page:
        page = re.sub(rf"<iframe(\s{_ATTRIBUTES})>(?:\s*</iframe\s*>)?", _embedded, page, flags=re.IGNORECASE)
    if "<textarea" in page:  # the form of somebody who edits a posting
        page = "".join(_with_fields(page))
    return page


def _with_fields(page: str) -> Iterator[str]:
    """Yield a page in pieces, with the texts of the fields of its forms in their places."""
    done = 0
    for field in _FIELD.finditer(page):
        if field.start() < done:
            continue
        end = _FIELD_END.search(page, field.end())
        if end is None:
            break
        yield page[done : field.start()]
        yield _shown(field[0], field[1], page[field.end() : end.start()])
        done = end.end()
    yield page[done:]


def _shown(tag: str, attributes: str, text: str) -> str:
    """Return what stands for a field of a form: its text in its lines, where it is more than a few words."""
    if len(text.split()) < FEWEST_WORDS:
        return f"{tag}</textarea>"
    import html

    if "&lt;" in text:
        return f"<div{attributes}>{html.unescape(text)}</div>"
    return f"<pre{attributes}>{text.replace('<', '&lt;')}</pre>"


def _embedded(frame: re.Match[str]) -> str:
    """Return what stands for a frame: its document, under the frame's own style and class."""
    document = re.search(r"(?<=\s)srcdoc\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", frame[1], re.IGNORECASE)
    if document is None:
        return frame[0]
    import html

    others = frame[1][: document.start()] + frame[1][document.end() :].rstrip("/")
    return f"<div{others}>{html.unescape(document[1] or document[2] or '')}</div>"


def named_tags_as_text(page: str) -> str:
    """Return a page in which a tag that is only named, as in "you know <script> tags", is text.

    An element whose text is no text to a parser would take all that follows it when it is never closed.
    """
    closed: dict[str, bool] = {}

    def as_text(match: re.Match[str]) -> str:
        name = match[1].lower()
        if name not in closed:
            closed[name] = re.search(rf"</{name}\s*>", page, re.IGNORECASE) is not None
        return match[0] if closed[name] else f"&lt;{match[0][1:]}"

    return _RAW_TAG.sub(as_text, page)
