"""Say what would make a posting one role's: lines to take out, themes to add, and the label that follows.

Every label here is that of a changed text which was classified like any other, with its title; nothing is
estimated. It takes many classifications, so it is worked out only when it is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import SettingsError, quoted
from ..text.late_pattern import late_pattern
from ..text.scope import ONE_WORD
from .decision import Outcome
from .judgement import Subset
from .responsibility import Responsibility
from .titles import labels_of
from .typical import typical
from .weights import ONE_AT_A_TIME, softmax
from .wording import theme_words

if TYPE_CHECKING:
    from .explanation import PostingEvidence
    from .scoring import ScoredPosting

MOST_MISSING = 3
"""Missing themes that are named, unless the plan needs more of them."""

MOST_AGAINST = 20
"""Lines against a role that are tried; of 1,902 real postings the one with the most has 31 lines of both
roles together."""

ALSO_SAID = 0.2
"""Share of the votes on the theme of a line from which it says a second one, too: "study the market and talk
with customers"."""

_MARKER = late_pattern(r"[ \t]*(?:[-*+•·▪◦‣–—]|\d{1,2}[.)])[ \t]+")
_BARE_MARKER = late_pattern(r"[ \t]*(?:[-*+•·▪◦‣–—]|\d{1,2}[.)])[ \t]*\r?\n")
"""The line above an item in a third of 1,902 real postings, whose lists came from web pages."""

_LETTER = late_pattern(r"[^\W\d_]")
_BEFORE_A_SENTENCE = late_pattern(r"[.!?;:|•·▪◦‣][\"'”’)\]]*(?:[ \t]+|(?<=[|•·▪◦‣]))|\d[.)][ \t]+")
_AFTER_A_SENTENCE = late_pattern(r"[ \t;,|•·▪◦‣]*")


class Edit(NamedTuple):
    """A change of a text: ``text[start:end]`` is replaced; ``start`` equals ``end`` for an insertion."""

    start: int
    end: int
    text: str


class Removal(NamedTuple):
    """A line that speaks against the role, and the label of the posting without it.

    Attributes
    ----------
    line : Responsibility
    edits : tuple of Edit
        Take the line out of ``verdict.text``, with its list marker and with lines that repeat it.
    label, confidence : str, float
        Of the posting without the line.
    """

    line: Responsibility
    edits: tuple[Edit, ...]
    label: str
    confidence: float


class Aside(NamedTuple):
    """A line that names work of a role and says that it is not the person's: denied, or somebody else's.

    It counts for no role, so nothing is won by taking it out; its theme is not proposed either, since the
    posting would then say both.

    Attributes
    ----------
    text, start, end : str, int, int
        The line; equals ``verdict.text[start:end]``.
    role, theme : str
        What it would count as without the sign.
    sign : str
        The words that say so, in the line or over its list.
    """

    text: str
    start: int
    end: int
    role: str
    theme: str
    sign: str


class Addition(NamedTuple):
    """A theme of the role that no line has, with a sentence that would add it.

    Attributes
    ----------
    theme, theme_words : str
        As in ``statements.csv``, and in plain words.
    statement : str
        A typical statement of the theme.
    articles : tuple of str
        Articles that state it.
    edits : tuple of Edit
        Put the statement among the duties of ``verdict.text``.
    label, confidence : str, float
        Of the posting with it.
    """

    theme: str
    theme_words: str
    statement: str
    articles: tuple[str, ...]
    edits: tuple[Edit, ...]
    label: str
    confidence: float


class Plan(NamedTuple):
    """The fewest changes that give the wanted label.

    Attributes
    ----------
    take_out, add : int
        How many of `Rewriting.against` and of `Rewriting.missing`, from the beginning.
    edits : tuple of Edit
        All of them, for ``verdict.text``.
    label, confidence : str, float
        Of the posting after them.
    """

    take_out: int
    add: int
    edits: tuple[Edit, ...]
    label: str
    confidence: float


@dataclass(frozen=True)
class Rewriting:
    """What would make a posting one role's.

    Attributes
    ----------
    role, wanted : str
        The role, and its label.
    reached : bool
        Whether the posting has the label already.
    against : tuple of Removal
        Lines of the other role or of both, the strongest first; at most 20.
    missing : tuple of Addition
        Themes that no line has, first the one that raises the probability of the label most: 3, or as many
        as the plan adds. Themes that a line says beside its own come last, and those of lines that are set
        aside are not among them.
    plan : Plan or None
        The fewest of these changes that give the label; None when it is reached, or all of them together do
        not give it.
    set_aside : tuple of Aside
        Lines of either role that do not count because their work is not the person's.
    """

    role: str
    wanted: str
    reached: bool
    against: tuple[Removal, ...]
    missing: tuple[Addition, ...]
    plan: Plan | None
    set_aside: tuple[Aside, ...] = ()

    def to_dict(self, lines: Sequence[Responsibility]) -> dict[str, Any]:
        """Return plain values for JSON; each line is its place among the lines of the verdict."""
        return {
            # By hand: `dataclasses.asdict` copies a line with its evidence, and that with the model.
            "role": self.role,
            "wanted": self.wanted,
            "reached": self.reached,
            "against": [{**r._asdict(), "line": lines.index(r.line)} for r in self.against],
            "missing": [a._asdict() for a in self.missing],
            "plan": self.plan and self.plan._asdict(),
            "set_aside": [a._asdict() for a in self.set_aside],
        }


def rewritten(text: str, edits: Iterable[Edit]) -> str:
    """Return a text after edits that do not overlap; insertions at one place keep their order.

    Examples
    --------
    >>> rewritten("Own it. Sell it.", [Edit(0, 8, ""), Edit(16, 16, " Now.")])
    'Sell it. Now.'
    """
    out, at = [], 0
    for start, end, new in sorted(edits, key=lambda edit: edit[:2]):
        out += [text[at : max(at, start)], new]
        at = max(at, end)
    return "".join([*out, text[at:]])


def toward(evidence: PostingEvidence, role: str) -> Rewriting:
    """Return what would make a posting one role's (`Verdict.toward`).

    Raises
    ------
    SettingsError
        A `ValueError`: when ``role`` is not a role of the model.
    """
    if role not in evidence.roles:
        raise SettingsError(f"role must be {' or '.join(evidence.roles)}, not {quoted(role)!r}")
    wanted = labels_of(evidence.roles)[evidence.roles.index(role)]
    against = _against(evidence, role)
    aside = _set_aside(evidence)
    missing = _missing(evidence, role, wanted, aside)
    reached = evidence.outcome.label == wanted
    plan = None if reached else _plan(evidence, wanted, against, missing)
    shown = max(MOST_MISSING, plan.add) if plan else MOST_MISSING
    return Rewriting(role, wanted, reached, tuple(against), tuple(missing[:shown]), plan, tuple(aside))


def _outcomes(evidence: PostingEvidence, changes: Sequence[Iterable[Edit]]) -> list[Outcome]:
    """Classify the posting after each of several changes."""
    texts = [rewritten(evidence.posting.text, edits) for edits in changes]
    with ONE_AT_A_TIME:
        scored = evidence.scorer.score(texts)
    decided = evidence.judge.decide([Subset.whole(posting, evidence.title) for posting in scored])
    return [found.outcome for found in decided]


def _result(outcome: Outcome) -> tuple[str, float]:
    return outcome.label, outcome.probabilities[outcome.label]


# -- lines to take out ---------------------------------------------------------------------------------------


def _against(evidence: PostingEvidence, role: str) -> list[Removal]:
    first = role == evidence.roles[0]
    found = []
    for line, (p, q) in zip(evidence.responsibilities(), evidence.lines, strict=True):
        own, other = (p, q) if first else (q, p)
        # As for the smallest flip: one count must be more than twice the other.
        if line.role != role and (pull := other - own / 2) > 0:
            found.append((-pull, line.start, line))
    lines = [line for *_, line in sorted(found)[:MOST_AGAINST]]
    edits = [tuple(_taken_out(evidence.posting, i) for i in evidence.repeats(line)) for line in lines]
    results = map(_result, _outcomes(evidence, edits)) if edits else ()
    return [Removal(line, edit, *result) for line, edit, result in zip(lines, edits, results, strict=True)]


def _taken_out(posting: ScoredPosting, i: int) -> Edit:
    """Return the edit that takes out a segment and its marker, and its line if nothing else is on it."""
    text, (start, end) = posting.text, posting.bounds(i)
    begin, stop = text.rfind("\n", 0, start) + 1, text.find("\n", end)
    stop = len(text) if stop < 0 else stop
    # The words that lead in ("You will") belong to the sentence.
    marker = _MARKER.match(text, begin)
    ends = [mark.end() for mark in _BEFORE_A_SENTENCE.finditer(text, begin, start)]
    # So does nothing of the segment before, where lost line breaks left no mark between the two.
    before = _AFTER_A_SENTENCE.match(text, posting.bounds(i - 1)[1], start) if i else None
    start = max([marker.end() if marker else begin, before.end() if before else 0, *ends])
    if _LETTER.search(text, begin, start) or _LETTER.search(text, end, stop):
        behind = _AFTER_A_SENTENCE.match(text, end)
        return Edit(start, behind.end() if behind else end, "")
    begin -= len(_bare_marker_above(text, begin))
    if stop < len(text):
        stop += 1
        between_blanks = begin > 1 and text[begin - 2] == "\n" and text.startswith("\n", stop)
        return Edit(begin, stop + between_blanks, "")
    return Edit(max(0, begin - 1), stop, "")


def _set_aside(evidence: PostingEvidence) -> list[Aside]:
    """Return the lines that would count if nothing said that their work is somebody else's."""
    posting, rows, rule = evidence.posting, list(evidence.judge.rows), evidence.judge.rule
    at = [k for k, i in enumerate(posting.counted) if i in posting.scope and i not in evidence.chosen]
    scores = posting.placed.scores.take(at, axis=0)
    scores[:, evidence.scorer.none_row] += posting.placed.scope.take(at)
    found = []
    for k, (p, q) in zip(at, softmax(scores)[:, rows].tolist(), strict=True):
        i = posting.counted[k]
        if p + q < rule.line or posting.scope[i] == ONE_WORD:
            continue
        role = "both" if min(p, q) >= rule.both * (p + q) else evidence.roles[p <= q]
        start, end = posting.bounds(i)
        theme = evidence.theme(i, role)
        found.append(Aside(posting.text[start:end], start, end, role, theme, posting.scope[i]))
    return found


def _bare_marker_above(text: str, begin: int) -> str:
    """Return the line above the one that begins there when it holds a list marker alone; else nothing."""
    above = text[text.rfind("\n", 0, max(0, begin - 1)) + 1 : begin]
    return above if _BARE_MARKER.fullmatch(above) else ""


# -- themes to add -------------------------------------------------------------------------------------------


def _missing(evidence: PostingEvidence, role: str, wanted: str, aside: Sequence[Aside]) -> list[Addition]:
    listed = [(line.role, line.theme) for line in evidence.responsibilities()]
    listed += [(line.role, line.theme) for line in aside]
    named = {theme for own, themes in listed if own in (role, "both") for theme in themes.split("+")}
    statements = [s for theme, s in typical(evidence.statement_index, role).items() if theme not in named]
    edits = [(_inserted(evidence, role, statement.text),) for statement in statements]
    if not edits:
        return []
    also = _also_said(evidence, role)
    ranked = sorted(
        zip(_outcomes(evidence, edits), statements, edits, strict=True),
        key=lambda found: (found[1].theme in also, -found[0].probabilities[wanted], found[1].theme),
    )
    return [
        Addition(s.theme, theme_words(s.theme), s.text, s.articles, edit, *_result(outcome))
        for outcome, s, edit in ranked
    ]


def _also_said(evidence: PostingEvidence, role: str) -> set[str]:
    """Return the themes that lines of a role say beside the one that they are shown with."""
    found = set()
    for i, own in zip(evidence.chosen, evidence.line_roles, strict=True):
        if own in (role, "both"):
            votes = evidence.votes(i, own)
            least = ALSO_SAID * sum(votes.values())
            found |= {name for theme, vote in votes.items() if vote >= least for name in theme.split("+")}
    return found


def _inserted(evidence: PostingEvidence, role: str, statement: str) -> Edit:
    """Return the edit that puts a statement among the duties, in the manner of the line above it."""
    posting, text = evidence.posting, evidence.posting.text
    anchor = next(_anchors(evidence, role), None)
    if anchor is None:
        at = len(text.rstrip())
        return Edit(at, at, f"{chr(10) * 2 if at else ''}What you will do\n- {statement}")
    start, at = posting.bounds(anchor)
    for segment in posting.segments[anchor:]:  # a sentence that runs over the end of the line stays whole
        if segment.start > at:
            break
        stop = text.find("\n", max(at, segment.end))
        at = len(text) if stop < 0 else stop
    begin = text.rfind("\n", 0, start) + 1
    beside, above = _MARKER.match(text, begin), _bare_marker_above(text, begin)
    marker = beside.group() if beside else above
    if marker and text[posting.bounds(anchor)[1] - 1] not in ".;":
        statement = statement.rstrip(".")
    # A marker on a line of its own keeps the blank line before it.
    apart = above and not beside and text.endswith("\n\n", 0, begin - len(above))
    return Edit(at, at, ("\n\n" if apart else "\n") + _next_marker(marker) + statement)


def _apart(edits: Sequence[Edit]) -> tuple[Edit, ...]:
    """Return edits of which none lies in another: a new line stands in the place of one that is taken out."""
    apart = []
    for start, end, new in edits:
        taken = (
            next((edit for edit in edits if edit.start < start < edit.end), None) if start == end else None
        )
        if taken is not None:  # with its line break, so the new line brings its own behind it
            start = end = taken.end
            new = new.lstrip("\n") + "\n" * (len(new) - len(new.lstrip("\n")))
        apart.append(Edit(start, end, new))
    return tuple(apart)


def _next_marker(marker: str) -> str:
    return re.sub(r"\d+", lambda number: str(int(number.group()) + 1), marker)


def _anchors(evidence: PostingEvidence, role: str) -> Iterator[int]:
    """Yield segments below which a duty may stand, the best first."""
    posting, segments = evidence.posting, evidence.posting.segments
    chosen = list(zip(evidence.chosen, evidence.line_roles, strict=True))[::-1]
    yield from (i for i, own in chosen if segments[i].kind == "duties" and own == role)
    yield from (i for i, _ in chosen if segments[i].kind == "duties")
    # Not in a list of what is somebody else's work: the new line would be taken for part of it.
    own = [i for i in posting.counted if i not in posting.scope]
    yield from (i for i in reversed(own) if segments[i].kind == "duties")
    yield from (i for i, _ in chosen)


# -- both ----------------------------------------------------------------------------------------------------


def _plan(
    evidence: PostingEvidence, wanted: str, against: Sequence[Removal], missing: Sequence[Addition]
) -> Plan | None:
    """Return the fewest changes that give the label; of equally few, those that make it surest.

    More themes than are usually named are added only where those and all removals together do not give it.
    """
    usual = min(MOST_MISSING, len(missing))
    few, more = range(usual + 1), range(usual + 1, len(missing) + 1)
    return _fewest(evidence, wanted, against, missing, few) or _fewest(
        evidence, wanted, against, missing, more
    )


def _fewest(
    evidence: PostingEvidence,
    wanted: str,
    against: Sequence[Removal],
    missing: Sequence[Addition],
    additions: range,
) -> Plan | None:
    """Return the fewest changes with one of some numbers of additions that give the label."""
    out, put_in = [removal.edits for removal in against], [addition.edits for addition in missing]
    for changes in range(max(1, additions.start), len(against) + additions.stop):
        pairs = [(changes - add, add) for add in additions if 0 <= changes - add <= len(against)]
        edits = [
            _apart([edit for change in [*out[:take_out], *put_in[:add]] for edit in change])
            for take_out, add in pairs
        ]
        plans = [
            Plan(*pair, edit, *_result(outcome))
            for pair, edit, outcome in zip(pairs, edits, _outcomes(evidence, edits), strict=True)
            if outcome.label == wanted
        ]
        if plans:
            return max(plans, key=lambda plan: plan.confidence)
    return None
