"""Answer what is asked of one posting: its verdict, what would make it one role's, its report.

Every answer is worked out in a thread, in turn with the others, within a limit of time. What takes long has
an address of its own, so that a key stroke never waits for a part of the page that is closed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import anyio
import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..errors import quoted
from ..model.language_note import language_note
from ..model.row_groups import group_of
from ..model.titles import labels_of, title_at_head, title_roles
from ..model.verdict import Verdict
from ..report.build import ReportRow, report
from ..tables.labelling import draft_of, rows_of
from ..text.html import visible_text
from .hints import hints
from .json_api import Refused, csv_answer, json_answer, json_object

if TYPE_CHECKING:
    from ..model.classifier import Model

LONGEST_POSTING = 30_000
"""Most characters of a posting.

Real ones have a few thousand, and the time that the evidence takes grows with the square of the lines.
"""

LONGEST_ANSWER = 20.0
"""Most seconds for one verdict. A posting made only of lines that count takes longest."""

MOST_POSTINGS = 100
"""Most postings of one request."""

LONGEST_TITLE = 1_000
"""Most characters of a job title."""

MOST_CORRECTED = 1_000
"""Most lines of one posting that count as a reader says."""

POSTINGS_AT_ONCE = 4
"""Postings that are classified at the same time; more wait.

They share the processors, so more at once would only take longer each.
"""


class PostingService:
    """The answers about one posting, on one model.

    Parameters
    ----------
    model : Model
    choices : collection of str
        Roles that a reader may give a line.
    """

    def __init__(self, model: Model, choices: Collection[str]) -> None:
        self.model, self.choices = model, choices
        self.turns = anyio.CapacityLimiter(POSTINGS_AT_ONCE)

    def routes(self) -> list[Route]:
        """Return the addresses: the first two are for programs, the others for the page."""
        return [
            Route("/classify", self.classify, methods=["POST"]),
            Route("/toward", self.toward, methods=["POST"]),
            Route("/posting", self.posting, methods=["POST"]),
            Route("/posting-report.html", self.report, methods=["POST"]),
            Route("/lines.csv", self.lines, methods=["POST"]),
        ]

    async def classify(self, request: Request) -> Response:
        """Answer with the verdict, or with those of several postings."""
        fields = await json_object(request)
        if "postings" not in fields:
            return await self._answer([_checked(fields)], lambda verdicts: json_answer(verdicts[0].to_dict()))
        many = fields["postings"]
        if fields.keys() != {"postings"}:
            raise Refused(422, "Send either one posting as 'text' and 'title', or several as 'postings'.")
        if not isinstance(many, list) or not 0 < len(many) <= MOST_POSTINGS:
            raise Refused(422, f"Send 1 to {MOST_POSTINGS} postings as the list 'postings'.")
        return await self._answer(
            [_checked(one, where=f"postings[{at}]: ") for at, one in enumerate(many)],
            lambda verdicts: json_answer({"verdicts": [verdict.to_dict() for verdict in verdicts]}),
        )

    async def toward(self, request: Request) -> Response:
        """Answer with what would make the posting one role's."""
        fields = await _posting_of(request, "role")
        role = fields.get("role")
        if role not in self.model.roles:
            raise Refused(
                422, f"Send the role to write for as the string 'role': {' or '.join(self.model.roles)}."
            )
        return await self._answer(
            [fields], lambda found: json_answer(found[0].toward(role).to_dict(found[0].responsibilities))
        )

    async def posting(self, request: Request) -> Response:
        """Answer a key stroke: the verdict, and what the page says beside it."""
        fields = await _posting_of(request, "corrections", "figures")
        corrections = self._corrections(fields)
        figures = fields.get("figures") is True
        taken = None
        if not (fields.get("title") or "").strip():
            fields["title"] = taken = title_at_head(fields["text"][:1000] + "\n.", self.model.roles)
        return await self._answer(
            [fields],
            lambda found: json_answer(_beside(fields["text"], found[0], taken, corrections, figures)),
        )

    async def lines(self, request: Request) -> Response:
        """Answer with every line and its mark, as ``rolefit label`` writes and reads them."""
        fields = await _posting_of(request, "corrections")
        corrections = self._corrections(fields)

        def written(verdicts: Sequence[Verdict]) -> Response:
            draft = draft_of(verdicts[0], fields.get("title") or "posting", said=corrections)
            return csv_answer("lines.csv", list(rows_of(draft)))

        return await self._answer([fields], written)

    def _corrections(self, fields: Mapping[str, Any]) -> dict[str, str]:
        """Return the roles that a reader gave lines, checked."""
        found = fields.get("corrections") or {}
        if not (
            isinstance(found, dict)
            and len(found) <= MOST_CORRECTED
            and all(isinstance(role, str) and role in self.choices for role in found.values())
        ):
            raise Refused(422, "Send 'corrections' as an object of lines and roles.")
        return found

    async def report(self, request: Request) -> Response:
        """Answer with the report of one posting, as a file."""
        fields = await _posting_of(request)
        articles = self.model.manifest.get("articles", {})

        def written(verdicts: Sequence[Verdict]) -> Response:
            (verdict,) = verdicts
            row = ReportRow("", verdict.title, None, verdict, review=verdict.review)
            page = report([row], self.model.name, articles, corpus_sha256=verdict.corpus_sha256)
            headers = {"Content-Disposition": 'attachment; filename="rolefit-report.html"'}
            return Response(page, headers=headers, media_type="text/html")

        return await self._answer([fields], written)

    async def _answer(
        self, postings: Sequence[Mapping[str, Any]], made: Callable[[Sequence[Verdict]], Response]
    ) -> Response:
        try:
            with anyio.fail_after(LONGEST_ANSWER):
                return await anyio.to_thread.run_sync(
                    self._made, postings, made, limiter=self.turns, abandon_on_cancel=True
                )
        except TimeoutError as error:
            raise Refused(503, "Timed out. Shorten the posting or try again.") from error

    def _made(
        self, postings: Sequence[Mapping[str, Any]], made: Callable[[Sequence[Verdict]], Response]
    ) -> Response:
        if any(len(visible_text(posting["text"])) > LONGEST_POSTING for posting in postings):
            raise Refused(
                413, f"Send one posting of at most {LONGEST_POSTING:,} characters; most have a few thousand."
            )
        return made([self.model.classify(posting["text"], posting.get("title")) for posting in postings])


async def _posting_of(request: Request, *more: str) -> dict[str, Any]:
    """Return the fields of a request about one posting, text and title checked."""
    return _checked(await json_object(request), *more)


def _checked(fields: Any, *more: str, where: str = "") -> dict[str, Any]:
    """Return the fields of a posting that was sent; ``where`` says which of several."""
    if not isinstance(fields, dict) or not isinstance(fields.get("text"), str):
        raise Refused(422, f"{where}Send the posting as the string 'text'.")
    title = fields.get("title")
    if title is not None and not isinstance(title, str):
        raise Refused(422, f"{where}Send the job title as the string 'title', or leave it out.")
    if unknown := fields.keys() - {"text", "title", *more}:
        listed = " and ".join(f"'{name}'" for name in ("text", "title", *more))
        raise Refused(422, f"{where}Send only {listed}; {quoted(min(unknown))!r} is not known.")
    if title is not None and len(title) > LONGEST_TITLE:
        raise Refused(413, f"{where}Send a title of at most {LONGEST_TITLE:,} characters.")
    return fields


def _beside(
    text: str, verdict: Verdict, taken: str | None, corrections: Mapping[str, str], figures: bool
) -> dict[str, Any]:
    counted, renamed = None, None
    if corrections:
        label, confidence = verdict.counted_as(corrections)
        counted = {"label": label, "confidence": confidence}
    noticed = hints(text, verdict)
    if not noticed and (named := _better_named(verdict)):
        title, label, confidence = verdict.retitled(*named)
        renamed = {"title": title, "label": label, "confidence": confidence}
    return {
        "verdict": _fields(verdict, figures),
        "group": group_of(verdict.label, verdict.reason_code, verdict.title, verdict.text),
        "title_taken": taken,
        "counted": counted,
        "retitled": renamed,
        "hints": [hint._asdict() for hint in noticed],
        # A CV, an address or a German text is made nobody's posting by an English line more or less.
        "can_be_rewritten": not noticed and verdict.reason_code != "not-english",
        "language": language_note(verdict.text, verdict.reason_code, verdict.left_out),
    }


def _better_named(verdict: Verdict) -> Sequence[str]:
    """Return the roles that a better title would name; none where the title may stay as it is."""
    labels = labels_of(verdict.roles)
    if verdict.title_mismatch:
        return [verdict.roles[labels.index(verdict.label)]]
    both = bool(verdict.title) and len(title_roles(verdict.title or "", verdict.roles)) == 2
    return verdict.roles if verdict.label == labels[2] and not both else ()


def _fields(verdict: Verdict, figures: bool) -> dict[str, Any]:
    """Return what the page shows of a verdict; what takes long only when the figures are open."""
    names = ("label", "balance", "confidence", "reason_code", "reason", "title", "title_mismatch", "review")
    flip = verdict.flip() if figures else None
    return {
        **{name: getattr(verdict, name) for name in (*names, "text", "model")},
        "sentences": verdict.sentences._asdict(),
        "probabilities": dict(verdict.probabilities),
        "questions": [
            [asked.question, [verdict.responsibilities.index(line) for line in asked.lines]]
            for asked in verdict.questions
        ],
        "responsibilities": [
            {
                **{name: getattr(line, name) for name in ("text", "start", "end", "role", "contribution")},
                "theme_words": line.theme_words,
                "given_to_both": line.given_to_both,
                "mark": line.mark,
                "articles": line.articles,
                "nearest": line.nearest and {"text": line.nearest.text},
                "deletion_effect": line.deletion_effect if figures else None,
            }
            for line in verdict.responsibilities
        ],
        "flip": None if flip is None else [verdict.responsibilities.index(line) for line in flip],
        "flip_label": verdict.flip_label if figures else None,
    }
