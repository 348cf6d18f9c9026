"""Build the report: one HTML file in which people look through postings and see the lines behind each label.

How it stays safe is in `layout`; how it looks and behaves is in ``templates/``. ``report.html`` is the page
around the data, whose blocks come first, so that it can be written while rows are still being read;
``report.js`` is the table: sort, filter, search, pages, and opening a posting.

**Small.** A text is in the file once, however many rows repeat it. Lines are offsets into it, themes and
nearest statements places in a list. Once `LARGEST_TEXTS` is reached, a posting is reduced to the lines that
count, and says so.

**Quick.** Only the rows of one page of the table exist in the browser, and a posting is drawn when it is
opened.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Any

from markupsafe import Markup

from .._atomic import atomic_file
from ..errors import printable
from ..model.decision import REASONS
from ..model.language_note import language_note
from ..model.row_groups import (
    JOBS_KEPT,
    LEFT_OUT,
    NO_TEXT,
    NOT_READ,
    OTHER_JOB,
    REPEAT,
    counted_groups,
    group_of,
    is_for_review,
    posting_key,
    share,
    sought,
)
from ..model.sentences import main_themes
from ..model.verdict import Verdict
from ..model.wording import ARTICLE_VIEWS, split_words, theme_words
from . import layout

LARGEST_TEXTS = 22_500_000
"""Bytes of texts in a report. 5,000 distinct postings of 4.3 kB take 22.1 MB, and the page with them stays
below 25 MB, the limit of common mail hosts."""

FIELD_CHARACTERS = 300
"""Characters of an id, title, company or error; a longer one is not a name and would bury the table."""

MAIN_THEMES = 3
"""Themes of each role that the table names."""

JOBS_SHOWN = 8
"""Titles of other professions that are listed."""

_SCRIPTS = ("report/templates/posting.js", "report/templates/report.js")
_STYLES = ("report/templates/report.css",)
_SURROGATE = re.compile("[\ud800-\udfff]")

_printable = lru_cache(maxsize=256)(printable)
"""For roles, themes, articles and sentences, which are in many rows."""


@dataclass(frozen=True)
class ReportRow:
    """One posting of a report.

    Attributes
    ----------
    id : str
        The row's own id; empty when it has none.
    title, company : str or None
        As in the data.
    verdict : Verdict or mapping, optional
        The verdict, or `report_fields` of it; None when the posting could not be read.
    error : str or None
        Why there is no verdict.
    review : str or None
        Why the row is flagged for review.
    number : int or None
        The row in its file, as `rolefit.tables.Row` counts; its place in the report when left out.
    department, location : str or None
        As in the data.
    key : int or None
        `rolefit.model.row_groups.posting_key` of the posting; worked out when left out.
    """

    id: str
    title: str | None
    company: str | None
    verdict: Verdict | Mapping[str, Any] | None = None
    error: str | None = None
    review: str | None = None
    number: int | None = None
    department: str | None = None
    location: str | None = None
    key: int | None = None


ROW_FIELDS = tuple(
    "id title company department location row group of label balance confidence probabilities reason mismatch"
    " review lines flip flip_label text whole error said main language".split()
)
"""Fields of a row of data, in order. A row without a label has an error, or no text, or repeats another.

``group`` is a place in the list of `rolefit.model.row_groups`. ``of`` is the place of the earlier row with
the same text and title; such a row has nothing else but its names.

``label``, ``reason``, ``review`` and ``said`` are places in the lists of the same name (``said``: what the
posting is, and whether the title agrees), ``main`` the main themes of each role, ``probabilities`` follow
the order of the labels, ``flip`` holds places in ``lines``, ``flip_label`` is a place in the labels,
``text`` is a string or the place of the row that has it. ``language``, of a posting that is not all
English, is the place of what is said of that, and the English lines by their bounds. ``row`` is the number
in the file, or null. ``whole`` is 0 when ``text`` is reduced to the lines that count."""

_AROUND_TEXT = ROW_FIELDS[: ROW_FIELDS.index("text")], ROW_FIELDS[ROW_FIELDS.index("text") + 1 :]

LINE_FIELDS = ("start", "end", "role", "theme", "contribution", "effect", "statement", "mark")
"""Fields of a line: code points of ``text``, places in the lists of roles, of themes (each with the articles
that give it to both roles) and of statements, and the two numbers in the unit of the balance. ``mark`` is
where in the line its mark begins and ends, or null for all of it."""


_LISTS = ("groups", "languages", "main", "reasons", "reviews", "roles", "said", "themes", "statements")


@dataclass
class _Tally:
    """What is known only after the last row: the counts, and the lists that rows point into."""

    labels: list[str] = field(default_factory=list)
    groups: Counter[str] = field(default_factory=Counter)
    jobs: Counter[str] = field(default_factory=Counter)
    rows: int = 0
    reviews: int = 0
    mismatches: int = 0
    excerpts: int = 0
    lists: dict[str, dict[Any, int]] = field(default_factory=lambda: {name: {} for name in _LISTS})
    text_bytes: int = 0
    texts: dict[bytes, int] = field(default_factory=dict)
    postings: dict[int, int] = field(default_factory=dict)

    @property
    def read(self) -> int:
        """The different postings that could be read, of which shares are taken."""
        return sum(self.groups[group] for group in self.shown)

    @property
    def shown(self) -> list[str]:
        """The groups of which shares are taken: the labels, and what is counted beside them."""
        counted = counted_groups(tuple(self.labels))
        return [group for group in counted if group in self.labels or self.groups[group]]

    @property
    def left_out(self) -> list[tuple[str, int, str]]:
        """The other groups with their rows and what they mean."""
        return [(group, self.groups[group], said) for group, said in LEFT_OUT.items() if self.groups[group]]

    @property
    def listed_jobs(self) -> list[tuple[str, int]]:
        """The commonest titles of postings of another profession, with their postings."""
        return self.jobs.most_common(JOBS_SHOWN)

    def place(self, name: str, value: Any) -> int:
        """Return the place of a value in a list, to which it is added when new."""
        known = self.lists[name]
        return known.setdefault(value, len(known))

    def label(self, label: str) -> int:
        """Return the place of a label."""
        if label not in self.labels:
            self.labels.append(label)
        return self.labels.index(label)

    def text(self, text: str) -> Markup | None:
        """Return as JSON the text, or the place of the row that has it; None when the report is full."""
        digest = hashlib.blake2b(text.encode("utf-8"), digest_size=16).digest()
        if digest in self.texts:
            return layout.script_json(self.texts[digest])
        found = layout.script_json(text)
        size = len(found.encode("utf-8"))
        if self.text_bytes + size > LARGEST_TEXTS:
            return None
        self.text_bytes += size
        self.texts[digest] = self.rows
        return found


def report_fields(verdict: Verdict) -> dict[str, Any]:
    """Return what a report shows of a verdict, in plain values.

    They are fields of `Verdict.to_dict`, without those that take time and are not shown.
    """
    flip = verdict.flip()
    return {
        "label": verdict.label,
        "balance": verdict.balance,
        "confidence": verdict.confidence,
        "probabilities": dict(verdict.probabilities),
        "reason_code": verdict.reason_code,
        "sentences": verdict.sentences._asdict(),
        "title_mismatch": verdict.title_mismatch,
        "responsibilities": [
            {
                "start": line.start,
                "end": line.end,
                "mark": line.mark,
                "role": line.role,
                "theme": line.theme,
                "given_to_both": line.given_to_both,
                "contribution": line.contribution,
                "deletion_effect": line.deletion_effect,
                "nearest": None
                if line.nearest is None
                else {"text": line.nearest.text, "articles": line.nearest.articles},
            }
            for line in verdict.responsibilities
        ],
        "flip": None if flip is None else [verdict.responsibilities.index(line) for line in flip],
        "flip_label": verdict.flip_label,
        "text": verdict.text,
        "left_out": verdict.left_out,
    }


def report(
    rows: Iterable[ReportRow],
    model_name: str,
    articles: Mapping[str, str] | None = None,
    source: str = "",
    corpus_sha256: str = "",
) -> str:
    """Return the report as one string.

    Parameters
    ----------
    rows : iterable of ReportRow
        In the order in which they are shown at first.
    model_name : str
        The model, as in `Verdict.model`.
    articles : mapping of str to str, optional
        Title of each article by its id, such as ``A1``.
    source : str, optional
        Where the postings come from, such as ``export.csv, saved on 2 May 2026``; shown at the top.
    corpus_sha256 : str, optional
        Digest of the corpus of the model, which says by whose split of the work the report speaks.

    Returns
    -------
    str
        HTML. The same rows give the same string.

    Examples
    --------
    >>> page = report([ReportRow("7", "Product <b>Owner</b>", None, error="cell text: empty")], "default")
    >>> "Product <b>" in page, page.startswith("<!DOCTYPE html>")
    (False, True)
    """
    return "".join(_pieces(rows, model_name, articles or {}, source, corpus_sha256))


def write_report(
    path: str | Path,
    rows: Iterable[ReportRow],
    model_name: str,
    articles: Mapping[str, str] | None = None,
    source: str = "",
    corpus_sha256: str = "",
) -> Path:
    """Write the report; the file appears whole or not at all.

    Parameters
    ----------
    path : str or Path
        The HTML file; one that exists is replaced.
    rows : iterable of ReportRow
        Read once, one at a time; memory does not grow with their number once `LARGEST_TEXTS` is reached.
    model_name : str
    articles : mapping of str to str, optional
    source, corpus_sha256 : str, optional
        All three as for `report`.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    OSError
        When the file cannot be written; ``filename`` is ``path``, and a file that was there is as it was.
    """
    path = Path(path)
    with atomic_file(path) as unfinished, unfinished.open("w", encoding="utf-8", newline="") as file:
        file.writelines(_pieces(rows, model_name, articles or {}, source, corpus_sha256))
    return path


def _pieces(
    rows: Iterable[ReportRow], model_name: str, articles: Mapping[str, str], source: str, corpus_sha256: str
) -> Iterator[str]:
    """Yield the page piece by piece; each row is read when its piece is asked for."""
    tally = _Tally()
    return layout.pieces(
        "report/templates/report.html",
        _STYLES,
        _SCRIPTS,
        records=(_record(row, tally) for row in rows),
        columns=layout.script_json([ROW_FIELDS, LINE_FIELDS]),
        tally=tally,
        model_name=printable(model_name),
        source=_cell(source),
        split=split_words(articles, printable(corpus_sha256)),
        share=share,
        LEFT_OUT=list(LEFT_OUT),
        articles={printable(id): printable(title) for id, title in articles.items()},
        views=ARTICLE_VIEWS,
        reasons=REASONS,
    )


def _plain(text: str) -> str:
    """Return text that can be written as UTF-8, with the same offsets.

    Some files hold half of a surrogate pair; it becomes the replacement character.
    """
    try:
        text.encode("utf-8")  # takes a tenth of the time
    except UnicodeEncodeError:
        return _SURROGATE.sub("\ufffd", text)
    return text


def _cell(text: str | None) -> str:
    """Return one line without characters that change the direction of text, also of the words beside it."""
    text = printable(text or "")
    return text if len(text) <= FIELD_CHARACTERS else text[: FIELD_CHARACTERS - 1] + "…"


def _record(row: ReportRow, tally: _Tally) -> Markup:
    """Return one row as JSON, and count it."""
    values: dict[str, Any] = dict.fromkeys(ROW_FIELDS)
    values |= {name: _cell(getattr(row, name)) for name in ("id", "title", "company")}
    values |= {"department": _cell(row.department), "location": _cell(row.location), "row": row.number}
    group = NOT_READ
    if row.verdict is None:
        values["error"] = _cell(row.error) or "not read"
    else:
        verdict = report_fields(row.verdict) if isinstance(row.verdict, Verdict) else row.verdict
        _take_labels(verdict, tally)
        group = printable(group_of(verdict["label"], verdict["reason_code"], row.title, verdict["text"]))
        if group != NO_TEXT:
            key = posting_key(verdict["text"], row.title) if row.key is None else row.key
            first = tally.postings.setdefault(key, tally.rows)
            if first != tally.rows:
                group = REPEAT
                values["of"] = first
            else:
                values |= _verdict_values(verdict, tally)
                if group == OTHER_JOB and len(tally.jobs) < JOBS_KEPT:
                    tally.jobs.update(filter(None, [_cell(sought(row.title, verdict["text"]))]))
    values["group"] = tally.place("groups", group)
    tally.groups[group] += 1
    if row.review and is_for_review(group, row.review):
        tally.reviews += 1
        values["review"] = tally.place("reviews", printable(row.review))
    tally.rows += 1
    # A text is JSON already, whose size had to be known.
    before, behind = (layout.script_json([values[name] for name in names])[1:-1] for names in _AROUND_TEXT)
    text = "null" if values["text"] is None else values["text"]
    return Markup(f"[{before},{text},{behind}]")


def _take_labels(verdict: Mapping[str, Any], tally: _Tally) -> None:
    if not tally.labels:
        tally.labels = [printable(label) for label in verdict["probabilities"]]


def _verdict_values(verdict: Mapping[str, Any], tally: _Tally) -> dict[str, Any]:
    """Return the fields of a row that a verdict fills."""
    lines, text = verdict["responsibilities"], _plain(verdict["text"])
    spans = [(line["start"], line["end"]) for line in lines]
    shares = [(line["role"], line["theme"], line["contribution"]) for line in lines]
    roles = [label.removesuffix("-like") for label in list(verdict["probabilities"])[:2]]
    main = tuple(tuple(map(_printable, main_themes(shares, role)[:MAIN_THEMES])) for role in roles)
    said = {name: _printable(text) for name, text in verdict["sentences"].items()}
    kept = tally.text(text)
    if kept is None:  # the report is full: keep the lines that count, one per line
        texts = [text[start:end] for start, end in spans]
        ends = list(accumulate((len(line) + 1 for line in texts), initial=0))
        spans = [(start, start + len(line)) for start, line in zip(ends, texts, strict=False)]
        tally.excerpts += 1
    tally.mismatches += verdict["title_mismatch"] is True
    label = _printable(verdict["label"])
    return {
        "label": tally.label(label),
        "balance": round(verdict["balance"], 4),
        "confidence": round(verdict["confidence"], 6),  # shown as whole per cent, rounded again
        "probabilities": [round(verdict["probabilities"].get(label, 0.0), 6) for label in tally.labels],
        "reason": tally.place("reasons", said["why"]),
        "main": tally.place("main", main),
        "said": tally.place("said", (said["what"], said["title"])),
        "mismatch": verdict["title_mismatch"],
        "lines": [[*span, *_line(line, tally)] for span, line in zip(spans, lines, strict=True)],
        "flip": verdict["flip"],
        "flip_label": None
        if verdict["flip_label"] is None
        else tally.label(printable(verdict["flip_label"])),
        "text": layout.script_json("\n".join(texts)) if kept is None else kept,
        "whole": int(kept is not None),
        "language": _language(language_note(text, verdict["reason_code"], verdict["left_out"]), tally),
    }


def _language(note: Mapping[str, Any] | None, tally: _Tally) -> list[Any] | None:
    if note is None:
        return None
    return [tally.place("languages", (note["code"], note["own"], note["english"])), note["lines"]]


def _line(line: Mapping[str, Any], tally: _Tally) -> list[Any]:
    nearest = line["nearest"]
    return [
        tally.place("roles", _printable(line["role"])),
        tally.place(
            "themes", (_printable(theme_words(line["theme"])), tuple(map(_printable, line["given_to_both"])))
        ),
        round(line["contribution"], 4),
        round(line["deletion_effect"], 4),
        None
        if nearest is None
        else tally.place(
            "statements", (printable(nearest["text"]), tuple(map(_printable, nearest["articles"])))
        ),
        None
        if tuple(line["mark"]) == (line["start"], line["end"])
        else [place - line["start"] for place in line["mark"]],
    ]
