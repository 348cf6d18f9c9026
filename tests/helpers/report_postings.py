"""Invented postings for the report: some that a recruiter might have, and some that mean harm.

The firms, products and sentences are made up for this project.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import rolefit
from rolefit.report.build import ReportRow
from rolefit.tables.verdict_columns import answer

ORDINARY = [
    (
        "T-101",
        "Product Owner, Parcel Lockers",
        "Larkspur Logistics",
        """About us
Larkspur runs parcel lockers at stations and in courtyards. Forty of us share one floor by the river.

What you will do
- Set the vision for our lockers and win the board over to it
- Find out why shops and couriers leave us for rival networks, and say which gap to close next
- Build the business case for new towns, with price, cost and expected income
- Decide with sales and marketing how each new service is brought to market
- Choose the yearly goals of the product and follow its figures every week
- Keep the strategic roadmap and explain it to partners

What we offer
- Thirty days of leave and a railcard""",
    ),
    (
        "T-102",
        "Senior Product Manager",
        "Quillon Health",
        """Your work
* Keep the backlog of the ward app ordered so that the team always knows what comes next
* Write user stories and acceptance criteria with the nurses' wishes in mind
* Run sprint planning, refinement and the review with five developers
* Answer the team's questions during the sprint and accept finished stories
* Turn the roadmap into small tasks that can be built in two weeks
* Weigh bugs against new stories when the list of defects grows

You bring
* Patience, and a degree or an apprenticeship""",
    ),
    (
        "T-103",
        "Product Manager, Ticketing",
        "Moorfield Rail",
        """Responsibilities:
1. Shape the long-term strategy for tickets on phones
2. Talk to passengers on platforms and in trains to learn what holds them back
3. Study competing apps and market trends in four countries
4. Plan launches with marketing, support and sales
5. Own the profit and loss of the ticket app
6. Present the product vision at the yearly partners' day""",
    ),
    (
        "T-104",
        "Product Owner / Product Manager",
        "Bramble & Finch",
        """The role

You own the product backlog and write user stories for a team of six. You define the product vision together with the founders.
You research what market gardeners need and test ideas with them. You lead sprint reviews and accept the work that was done.
You set prices and build the business case for new modules. You refine epics into stories that the developers can estimate.
You position the product against its competitors. You prioritise defects with the team every morning.""",
    ),
    (
        "T-105",
        "Product Owner",
        "Larkspur Logistics",
        """What you'll do
- Own and refine the product backlog of the courier app
- Write epics, user stories and acceptance criteria
- Lead sprint planning and the daily stand-up with the developers
- Stand between depots and the development team and bring their needs into the backlog
- Check that stories meet the definition of done
- Watch progress in every iteration and warn early of dependencies""",
    ),
    (
        "T-106",
        "Office Coordinator",
        "Quillon Health",
        """Tasks
- Order paper, coffee and plants
- Welcome guests and book rooms
- Prepare the invoices for the accountant""",
    ),
    (
        "T-107",
        "Head of Product",
        "Tessellate Games",
        """You will
- Lead product strategy across our three puzzle games
- Define target players and segments from research
- Decide which markets we enter and when
- Agree OKRs with engineering, art, marketing and support
- Grow revenue through pricing experiments
- Report results to our investors""",
    ),
    (
        "T-108",
        "Technical Product Owner",
        "Harbour Grid",
        """Duties
- Translate the needs of grid operators into requirements for the team
- Split features into user stories and order them by value and risk
- Prepare and lead backlog refinement
- Run user acceptance tests and sign off releases of the metering backend
- Improve how the team works from one retrospective to the next

Our promise: a calm control room and fair shifts. 🌊""",
    ),
    (
        "T-109",
        "Produktmanager",
        "Nordlicht",
        (
            "Wir suchen eine Person, die unsere Produkte plant und die Wünsche der Kundschaft versteht. Bitte"
            " bewerben Sie sich bis Ende Mai."
        ),
    ),
]
"""Id, title, company and text of each."""

UNREADABLE = ("T-110", "Product Manager", "Moorfield Rail", "cell “description” is empty; nothing to read")
"""Id, title, company and error of a row that has no verdict."""

PAYLOADS = [
    "<script>alert('text')</script>",
    "</script><script>alert('end')</script>",
    "<!--<script>alert('comment')</script>-->",
    "<img src=x onerror=alert('image')>",
    "<svg/onload=alert('svg')>",
    "<svg><script>alert('svg script')</script></svg>",
    "<a href=\"javascript:alert('link')\">javascript:alert(1)</a>",
    "<iframe srcdoc=\"<script>parent.alert('frame')</script>\"></iframe>",
    "<iframe src=http://127.0.0.1:9/frame></iframe>",
    "<link rel=stylesheet href=http://127.0.0.1:9/style.css>",
    "<meta http-equiv=refresh content='0;url=http://127.0.0.1:9/away'>",
    "<base href=http://127.0.0.1:9/>",
    "<form action=http://127.0.0.1:9/><button autofocus onfocus=alert('form')>",
    "<style>@import 'http://127.0.0.1:9/x.css'; * { display: none }</style>",
    "<details open ontoggle=alert('details')>",
    "<template><script>alert('template')</script></template>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert('mutation')>",
    "'\"><b onmouseover=alert('attribute') style=position:fixed;inset:0>over",
    "{{ 7 * 7 }}{% raw %}${alert('template string')}`",
    "\\u003cscript\\u003ealert('escaped')\\u003c/script\\u003e",
    "]]></textarea></title></style></noscript></select></table><script>alert('closing')</script>",
    "<b <i <<div<p>>> </p></b </ <!doctype ><![CDATA[ <? broken",
    "\u2028alert('line separator')\u2029\u202e desrever \u0000 nul \ufeff \x1b[31m red",
]
"""Texts that would run, load, redirect or break out if a page took them for markup."""

HARMFUL_TEXT = (
    "What you'll do\n"
    + "\n".join(f"- Own the product backlog and write user stories {payload}" for payload in PAYLOADS)
    + "\n- Run sprint planning with the developers 🚀"
)


def verdict_fields(
    text: str,
    *lines: tuple[str, str, float],
    label: str = "PM-like",
    title: str | None = None,
    mismatch: bool | None = None,
    **more: Any,
) -> dict[str, Any]:
    """A verdict as a plain dict, without a model: ``lines`` are (words of the text, role, contribution), in
    the order of the text."""
    responsibilities, at = [], 0
    for quote, role, contribution in lines:
        start = text.index(quote, at)
        at = start + len(quote)
        nearest = {
            "id": "x-1",
            "text": f"A statement of {role}",
            "theme": "vision",
            "articles": ["A1", "A2"],
            "similarity": 0.5,
        }
        responsibilities.append(
            {
                "text": quote,
                "start": start,
                "end": at,
                "role": role,
                "theme": "vision",
                "given_to_both": [],
                "mark": [start, at],
                "contribution": contribution,
                "deletion_effect": -contribution / 2,
            }
            | {
                "nearest": nearest,
                "articles": ["A1", "A2"],
                "terms": [],
                "probabilities": {},
                "log_odds": 1.0,
            }
        )
    shares = {"PM-like": 0.1, "PO-like": 0.1, "mixed": 0.05, "unclear": 0.05}
    return {
        "label": label,
        "balance": sum(contribution for _, _, contribution in lines),
        "confidence": 0.8,
        "probabilities": shares | {label: 0.8},
        "reason_code": "decided",
        "left_out": [],
        "sentences": {"what": "This is it.", "why": "as told", "title": ""},
        "reason": "as told",
        "title": title,
        "title_mismatch": mismatch,
        "responsibilities": responsibilities,
        "flip": list(range(len(lines))) or None,
        "flip_label": None if not lines else "mixed" if label == "unclear" else "unclear",
        "text": text,
        "model": "tiny 0123456789ab",
    } | more


def hostile_verdict(payload: str) -> dict[str, Any]:
    """A verdict whose text, line, title, theme, statement and reason are a payload."""
    verdict = verdict_fields(
        f"Before {payload} after\nOwn {payload}",
        (f"Own {payload}", "PO", -0.5),
        label="unclear",
        title=payload,
        mismatch=True,
        reason=payload,
    )
    line = verdict["responsibilities"][0]
    line["theme"] = line["nearest"]["text"] = payload
    return verdict


def harmful() -> list[ReportRow]:
    """Rows whose every field is hostile: each payload as id, title, company, text, line, theme, statement,
    reason and error."""
    rows = []
    for payload in PAYLOADS:
        verdict = hostile_verdict(payload)
        rows.append(ReportRow(payload, payload, payload, verdict, review=payload))
        rows.append(ReportRow(payload, payload, payload, error=payload))
    broken = "half a pair \ud83d and “" + "w" * 5000
    rows.append(ReportRow(broken, broken, broken, verdict_fields(broken, ("pair \ud83d and", "PM", 1.0))))
    rows.append(
        ReportRow(
            "all",
            "All at once 🚀",
            None,
            verdict_fields("🚀🚀\n" + HARMFUL_TEXT, ("Run sprint planning", "both", 0.1)),
        )
    )
    return rows


def many(number: int, size: int = 4350) -> Iterator[ReportRow]:
    """Distinct postings of a size that real ones have (4.35 kB on average), in words that vary as a long
    export's do."""
    dice = random.Random(4)
    words = sorted(set(re.findall(r"[\w’']+", " ".join(text for *_, text in ORDINARY))))
    words += [
        a + b for a in ("re", "over", "inter", "sub", "co") for b in words if b.islower() and len(b) > 4
    ]
    labels = ("PM-like", "PO-like", "mixed", "unclear")
    pool = ["- " + " ".join(dice.choices(words, k=12)) + " – “so”" for _ in range(2000)]
    about = round((size - 420) * len(pool) / sum(len(line) + 1 for line in pool))
    for index in range(number):
        lines = [
            f"{role} line {index}: " + " ".join(dice.choices(words, k=14)) for role in ("PM", "PO", "both")
        ]
        filler = dice.choices(pool, k=about)
        text = "\n".join([*filler[:10], *lines, *filler[10:]])
        verdict = verdict_fields(
            text,
            (lines[0], "PM", 0.6),
            (lines[1], "PO", -0.2),
            (lines[2], "both", 0.1),
            label=labels[index % 4],
            mismatch=(None, True, False)[index % 3],
        )
        yield ReportRow(f"row-{index:05}", f"Product person {index}", f"Firm {index % 700}", verdict)


@cache
def ordinary() -> list[ReportRow]:
    """Rows of the ordinary postings, read by the shipped model, and one that could not be read."""
    read = []
    for id, title, firm, text in ORDINARY:
        verdict = rolefit.classify(text, title)
        read.append(ReportRow(id, title, firm, verdict, review=answer(verdict)["rolefit_review"]))
    id, title, firm, error = UNREADABLE
    return [*read, ReportRow(id, title, firm, error=error)]
