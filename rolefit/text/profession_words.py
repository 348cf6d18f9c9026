"""The words that name another profession than the two that are told apart.

A list of the field: whatever is looked for beside it, `rolefit.text.professions` knows.
"""

from __future__ import annotations

import itertools

_ALONE = (
    "engineer developer programmer coder analyst designer marketer marketeer scientist architect"
    " consultant coach coaches counsel lawyer attorney paralegal"
    " recruiter accountant auditor controller bookkeeper nurse physician therapist pharmacist"
    " caregiver teacher tutor lecturer technician mechanic electrician"
    " operator driver cook chef barista waiter cashier clerk receptionist assistant secretary"
    " secretaries administrator coordinator specialist writer"
    " copywriter editor journalist researcher statistician economist translator artist animator"
    " illustrator photographer tester representative salespeople"
    " salesperson salesman saleswoman bcba sre devops cfo cto underwriter actuary actuaries"
    " broker trader buyer planner strategist merchandiser fellow intern"
    " trainee apprentice soldier officer inspector surveyor estimator foremen welder machinist"
    " plumber carpenter painter joiner roofer bricklayer locksmith gardener landscaper florist farmer"
    " forester fisherman baker butcher bartender housekeeper cleaner janitor caretaker porter concierge"
    " guard lifeguard nanny firefighter paramedic midwife dentist doctor surgeon psychologist"
    " physiotherapist veterinarian optician radiographer chemist biologist physicist mathematician"
    " geologist meteorologist professor instructor trainer librarian curator archivist photographer"
    " videographer musician dancer choreographer hairdresser tailor jeweller dispatcher courier fundraiser"
    " publicist solicitor notary detective councillor"
).split()
"""Words that name a profession by themselves; an s may follow."""

_COMPOUND = tuple(
    (first.split(), last.split())
    for first, last in (
        ("scrum", "master"),
        ("account", "executive manager"),
        (
            "sales marketing engineering finance operations design hr people legal research",
            "lead leader director manager head partner associate",
        ),
        (
            "project program programme engineering community brand content campaign social_media"
            " customer_success customer_support customer_service"
            " support success store shop office facility facilities warehouse logistics"
            " supply_chain category event events people talent risk compliance"
            " quality test qa release change delivery service it data analytics growth"
            " growth_marketing product_marketing partner partnership partnerships"
            " alliance alliances business_development restaurant hotel plant production process"
            " product_operations product_design design research finance"
            " financial accounting procurement purchasing sourcing construction site property"
            " case care ward general regional area district branch"
            " territory",
            "manager lead",
        ),
        ("product_marketing", "director"),
        ("chief_of member_of_technical members_of_technical", "staff"),
        ("founder founders", "associate"),
    )
)
"""Words that name one only together: those that may stand before those that end the name, ``_`` for a blank
within."""


def nouns() -> str:
    """Return a pattern of all these names, grouped by their first letter, so that a word is compared with
    a few of them and not with all."""
    by_letter: dict[str, list[str]] = {}
    for noun in _ALONE:
        by_letter.setdefault(noun[0], []).append(f"{noun[1:]}s?")
    for first, last in _COMPOUND:
        for letter, words in itertools.groupby(
            sorted(first, key=lambda word: word[0]), key=lambda word: word[0]
        ):
            by_letter.setdefault(letter, []).append(
                f"(?:{'|'.join(word[1:] for word in words)})_(?:{'|'.join(last)})s?"
            )
    return "|".join(f"{letter}(?:{'|'.join(rest)})" for letter, rest in by_letter.items()).replace("_", r"\s")


LAST_WORDS = frozenset(
    noun + s for noun in (*_ALONE, *(word for _, last in _COMPOUND for word in last)) for s in ("", "s")
)
"""The last word of every name above: a segment without one of them, and without a product word, names
nobody."""
