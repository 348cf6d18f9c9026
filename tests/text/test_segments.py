"""Where statements begin and end: any string is cut, exactly, in linear time."""

from __future__ import annotations

import time
from itertools import pairwise
from typing import Any

import pytest
from helpers.paths import cases
from hypothesis import given
from hypothesis import strategies as st

from rolefit.text.characters import Characters
from rolefit.text.headings import KINDS
from rolefit.text.segments import Segment, segment_of, split, split_many

PIECES = st.sampled_from(
    "Own the backlog|write stories.|done.Our team|e.g. boards|What you'll do|What you'll do:|"
    "Benefits|About us|# Tasks|**Bold**|• |- |* |1. |a) |\n|"
    "\r\n|\n\n|\u2028|\xa0"
    '|\t| |;|:|.|…|!|?|✅|🚀|(|)|"|’|flexible workingBenefits include|| |—|–|·|\ud800|\x00|é|プロダクト|'
    "3.5|€50|[x](y)|<p>|&amp;|_|`".split("|")
)
POSTING_LIKE = st.lists(PIECES, max_size=40).map("".join)
ANY_TEXT = st.text(st.characters(), max_size=300)


def described(text: str) -> list[list[str]]:
    return [[text[s.start : s.end], s.kind] + ["heading"] * s.heading for s in split(text)]


@pytest.mark.parametrize("case", cases("segments.json"))
def test_case(case: dict[str, Any]) -> None:
    assert described(case["text"]) == case["expect"]


def hold_the_contract(text: str) -> list[Segment]:
    segments = split(text)
    after = 0
    for s in segments:
        assert after <= s.start < s.end <= len(text), (
            "ordered, inside the text, apart from one another, not empty"
        )
        after = s.end
        piece = text[s.start : s.end]
        assert any(c.isalnum() for c in piece), "every segment holds a letter or a digit"
        assert piece == piece.strip(), "no blanks around it"
        assert s.kind in KINDS
    assert [s.section for s in segments] == sorted(s.section for s in segments)
    return segments


@given(ANY_TEXT | POSTING_LIKE)
def test_any_string_is_cut_exactly(text: str) -> None:
    hold_the_contract(text)


@given(ANY_TEXT | POSTING_LIKE)
def test_no_word_is_lost(text: str) -> None:
    """What stands between segments are marks and blanks: every ASCII letter is in a segment, but for the
    numbers of numbered lists."""
    inside = set()
    for s in split(text):
        inside.update(range(s.start, s.end))
    for i, c in enumerate(text):
        if "A" <= c <= "z" and c.isalpha() and i not in inside:
            assert text[i + 1 : i + 2] in (")", "."), (i, text[max(0, i - 10) : i + 10])


@given(POSTING_LIKE)
def test_the_same_text_is_cut_the_same_way_every_time(text: str) -> None:
    assert split(text) == split(text)


@given(POSTING_LIKE, POSTING_LIKE)
def test_what_stands_above_is_cut_alike_whatever_follows_a_heading(above: str, below: str) -> None:
    """A cut is decided by the letters near it: nothing below a heading changes what stands above it."""
    joint = above + "\n\nBenefits:\n"
    assert split(joint) == split(joint + below)[: len(split(joint))]


FLOODS = {
    "spaces": " ",
    "non-breaking spaces": "\xa0",
    "line feeds": "\n",
    "carriage returns": "\r",
    "bullets": "•",
    "bullets and spaces": "• ",
    "dashes and spaces": "- ",
    "empty list items": "- \n",
    "asterisks": "*",
    "underscores": "_",
    "number signs": "#",
    "opening brackets": "(",
    "square brackets": "[",
    "dots": ".",
    "dots and spaces": ". ",
    "ellipses": "…",
    "less than": "<",
    "ampersands": "&",
    "digits": "1",
    "numbers": "1. ",
    "lettered items": "a) ",
    "one word": "a",
    "one word in capitals": "A",
    "short words": "a ",
    "seams": "aaaaBbbb ",
    "glued sentences": "done.Our ",
    "semicolons": "a;",
    "colons": "a: ",
    "abbreviations": "e.g. ",
    "quotes": '."',
    "headings": "What You'll Do ",
    "short headings": "Benefits\n",
    "inline middle dots": "a · ",
    "emoji": "😀",
    "zero-width spaces": "\u200b",
    "NUL": "\0",
    "lone surrogates": "\ud800",
    "combining marks": "e\u0301",
    "terminal escapes": "\x1b[31m",
}
SIZE = 100_000


def seconds(text: str) -> float:
    """Processor time, the better of two runs: other programs on the machine do not count."""
    taken = []
    for _ in range(2):
        start = time.process_time()
        split(text)
        taken.append(time.process_time() - start)
    return min(taken)


@pytest.mark.parametrize("unit", FLOODS.values(), ids=FLOODS.keys())
def test_a_flood_takes_under_a_second(unit: str) -> None:
    text = ("Own the backlog" + unit * SIZE)[: SIZE - 15] + "Own the backlog"
    start = time.process_time()
    segments = split(text)
    assert time.process_time() - start < 1.0
    assert text[segments[0].start :].startswith("Own the backlog")


@pytest.mark.parametrize("unit", FLOODS.values(), ids=FLOODS.keys())
def test_time_grows_with_the_length_and_no_faster(unit: str) -> None:
    """Eight times the text takes about eight times as long (64 times when quadratic); the margin is for a
    busy machine."""
    short, long = (unit * SIZE)[: SIZE // 4], (unit * SIZE)[: 2 * SIZE]
    assert seconds(long) < max(0.1, 24 * seconds(short))


def test_headings_that_are_known_open_a_section_of_their_kind() -> None:
    text = (
        "What you'll do\n- Run demos\nWho you are\n- Calm\nBenefits\n- Lunch\nHow to apply\n-"
        " Write\nAbout us\n- Boats"
    )
    assert [s.kind for s in split(text) if s.heading] == [
        "duties",
        "qualifications",
        "benefits",
        "process",
        "company",
    ]
    assert [s.section for s in split(text)] == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]


def test_a_list_item_knows_that_it_is_one() -> None:
    assert [s.bullet for s in split("Your tasks\n- Run demos\nAll of it in a week.")] == [False, True, False]


def test_swapping_the_titles_cuts_alike_at_every_length() -> None:
    for length in range(380, 421):
        line = ("Work with our product owner on one plan - then on another - and " + "so on " * 60)[:length]
        assert len(split(line)) == len(split(line.replace("product owner", "product manager"))), length


# -- texts that lost their line breaks -----------------------------------------------------------------------

SENTENCES = (
    "In the morning "
    + "we build software for small ferries and for the people who sail on them all over the northern islands "
    * 3
)
RUN_ON = {
    "duties": "What You'll Do|WHAT YOU'LL DO|What you’ll do|What you'll be doing|What You Will Be Doing|"
    "WHAT YOU WILL BE DOING"
    "|What you will own|What You'll Own|About The Role"
    "|About the role|ABOUT THE ROLE|About the Position|About The Job|The Role|THE ROLE|Your"
    " Opportunity|THE OPPORTUNITY|Your Mission"
    "|YOUR MISSION|YOUR IMPACT|Responsibilities|RESPONSIBILITIES"
    "|Key Responsibilities|KEY RESPONSIBILITIES|Core Responsibilities|Your Responsibilities|"
    "Essential Responsibilities",
    "qualifications": "What You'll Bring|WHAT YOU'LL BRING|What you will need|What You Need|WHAT YOU NEED"
    "|Who You Are|WHO YOU ARE"
    "|Who you are|About You|ABOUT YOU|Requirements|REQUIREMENTS"
    "|Minimum Qualifications|MINIMUM QUALIFICATIONS|Preferred Qualifications|Basic Qualifications|"
    "BASIC QUALIFICATIONS"
    "|Required Qualifications|Desired Qualifications"
    "|Nice To Have|Nice to haves|NICE TO HAVES|Bonus Points|BONUS POINTS|Must Haves|Must have|"
    "MUST HAVES|What We Look For"
    "|What we are looking for|WHAT WE ARE LOOKING FOR"
    "|What we're looking for|WHAT WE'RE LOOKING FOR",
    "benefits": (
        "What We Offer|WHAT WE OFFER|What you'll get|Benefits|BENEFITS|Perks|PERKS|Benefits and Perks|"
        "PERKS & BENEFITS|PERKS AND BENEFITS"
    ),
    "company": (
        "Who We Are|WHO WE ARE|About Us|ABOUT US|About the Team|ABOUT THE TEAM|About the company|"
        "ABOUT THE COMPANY"
    ),
    "body": "What You Get|WHAT YOU GET",  # cut out, and of no known kind
    "process": "Equal Opportunity Employer|EQUAL OPPORTUNITY EMPLOYER",
}


@pytest.mark.parametrize(
    ("kind", "heading"),
    [(kind, heading) for kind, headings in RUN_ON.items() for heading in headings.split("|")],
)
def test_a_heading_that_runs_on_is_a_heading(kind: str, heading: str) -> None:
    assert described(f"{SENTENCES}{heading} order the backlog") == [
        [SENTENCES.strip(), "body"],
        [heading, kind, "heading"],
        ["order the backlog", kind],
    ]
    assert described(f"{SENTENCES}{heading}: order the backlog")[1:] == [
        [f"{heading}:", kind, "heading"],
        ["order the backlog", kind],
    ]


@pytest.mark.parametrize(
    "words",
    "what you'll do|what we offer|who you are|about the role|about us|the role|your mission|key"
    " responsibilities|requirements|nice to have"
    "|bonus points|benefits and perks"
    "|must have|equal opportunity employer|all-What You'll Do|What You'll Do-it|XThe Role|"
    "Benefitsx|We What|The Roles".split("|"),
)
def test_the_same_words_inside_a_sentence_are_none(words: str) -> None:
    assert described(f"{SENTENCES}{words} order the backlog") == [
        [f"{SENTENCES}{words} order the backlog", "body"]
    ]


def test_two_headings_that_run_on() -> None:
    found = described(f"{SENTENCES}Your Mission order the backlog Who You Are a calm sailor")
    assert found[1:] == [
        ["Your Mission", "duties", "heading"],
        ["order the backlog", "duties"],
        ["Who You Are", "qualifications", "heading"],
        ["a calm sailor", "qualifications"],
    ]
    assert [
        s.section for s in split(f"{SENTENCES}Your Mission order the backlog Who You Are a calm sailor")
    ] == [0, 1, 1, 2, 2]


@pytest.mark.parametrize(("blanks", "headings"), [(59, 0), (60, 1), (61, 1)])
def test_a_line_of_sixty_blanks_lost_its_line_breaks(blanks: int, headings: int) -> None:
    text = "go " * (blanks - 3) + "Your Mission sail on"
    assert text.count(" ") == blanks
    assert sum(s.heading for s in split(text)) == headings


@pytest.mark.parametrize(
    ("line", "pieces"),
    [
        ("sail - Own it", ["sail", "Own it"]),
        ("sail -  Own it", ["sail", "Own it"]),
        ("sail * Own it", ["sail", "Own it"]),
        ("sail + own it", ["sail", "own it"]),
        ("sail- Own it", ["sail", "Own it"]),
        ("sail;- Own it", ["sail;", "Own it"]),
        ("sail- own it", ["sail- own it"]),
        ("SAIL- Own it", ["SAIL- Own it"]),
        ("sail* Own it", ["sail* Own it"]),
        ("sail-on Own it", ["sail-on Own it"]),
    ],
)
def test_a_dash_in_a_line_that_lost_its_breaks(line: str, pieces: list[str]) -> None:
    begin = "go " * 60
    first, *rest = pieces
    for above in ("", "We sail - all of us.\n\n"):
        assert [piece for piece, *_ in described(above + begin + line)][-len(pieces) :] == [
            begin + first,
            *rest,
        ]


# -- line breaks lost between two words ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        *(
            (f"The {word}You sail, mostly", 2)
            for word in (
                "Overview Description Summary Responsibilities Requirements Qualifications Benefits"
            ).split()
        ),
        *(
            (f"The {word}You sail, mostly", 2)
            for word in "Security Purpose Location Experience Skills Education sailing".split()
        ),
        *(
            (f"All {word}You, who sail", 2)
            for word in (
                "about us",
                "About Us",
                "about the role",
                "about the Team",
                "ABOUT us",
                "about the team",
            )
        ),
        ("We go; sailingYou know", 3),
        ("(calm)sailingYou know", 2),
        ("Write JavaScript now", 1),
        ("The JobDescription is long", 1),
        ("The GitHub page", 1),
        ("sailingYou know", 2),
        ("overviewYou", 1),
        ("Work at HarbourLight now", 1),
        ("The Overviewyou sail", 1),
        ("The sailingY now", 1),
        ("The sailingYOU now", 1),
        ("The sailingYou’re calm", 2),
        ("The sailingYou're calm", 2),
    ],
)
def test_a_line_break_that_was_lost_between_two_words(text: str, pieces: int) -> None:
    for above in ("", "We sail.\n\n"):
        assert len(split(above + text)) == pieces + (above != "")
        assert "".join(piece for piece, *_ in described(above + text)).replace(" ", "") == (
            above + text
        ).replace(" ", "").replace("\n", "")


# -- where a sentence ends -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "word",
    "e.g. i.e. eg. ie. etc. vs. inc. ltd. corp. co. llc. gmbh. dr. mr. mrs. ms. sr. jr. st. no."
    " nr. approx. incl. excl. min. max. dept."
    " est. fig. ph.d. phd. m.sc. msc. b.sc."
    " bsc. b.a. m.b.a. u.s. u.k. a.k.a. z.b. bzw. ca. resp. Dr. INC. J. (e.g. [approx. “max. ‘no."
    " \"Mr. 'St. /etc.".split(),
)
def test_an_abbreviation_ends_no_sentence(word: str) -> None:
    assert described(f"Sail {word} boats") == [[f"Sail {word} boats", "body"]]


@pytest.mark.parametrize("word", "boats. backlog. ab. xetc. etcx. approximately. 10. 3rd. C++.".split())
def test_another_word_does(word: str) -> None:
    assert described(f"Sail {word} boats") == [[f"Sail {word}", "body"], ["boats", "body"]]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("It is done.Our team", ["It is done.", "Our team"]),
        ("It is done!Our team", ["It is done!", "Our team"]),
        ("It is done?Our team", ["It is done?", "Our team"]),
        ("It is done;Our team", ["It is done;", "Our team"]),
        ("It is done:Our team", ["It is done:", "Our team"]),
        ("Boats (at it).Our team", ["Boats (at it).", "Our team"]),
        ("It is done.A team", ["It is done.", "A team"]),
        ("It is done.It’s on", ["It is done.", "It’s on"]),
        ("We use Node.JS now", ["We use Node.JS now"]),
        ("We use ab.Our now", ["We use ab.Our now"]),
        ("We use ASP.Net now", ["We use ASP.Net now"]),
        ("It is done.our team", ["It is done.our team"]),
        ("We say “go.” Then sail", ["We say “go.”", "Then sail"]),
        ("We go (at last.) Then sail", ["We go (at last.)", "Then sail"]),
        ("We go.)) Then sail", ["We go.))", "Then sail"]),
        ("We go: then sail", ["We go: then sail"]),
        ("We go… then sail", ["We go…", "then sail"]),
        ("We go · then sail", ["We go", "then sail"]),
        ("We go·then sail", ["We go·then sail"]),
        ("We go • then sail", ["We go", "then sail"]),
        ("We go•then sail", ["We go", "then sail"]),
        ("We go. ; then sail", ["We go.", "then sail"]),
        ("We go.\tThen sail", ["We go.", "Then sail"]),
        ("We go.\xa0Then sail", ["We go.", "Then sail"]),
        ("Version 2.5 is out", ["Version 2.5 is out"]),
        ("We go. - ", ["We go."]),
        ("We go. Say “sail.”", ["We go.", "Say “sail.”"]),
        ("We say “go:” then sail", ["We say “go:” then sail"]),
        ("own.Our team sails", ["own.", "Our team sails"]),
        ("We use ab.X now", ["We use ab.X now"]),
        ("We go** • then sail", ["We go", "then sail"]),
    ],
)
def test_where_a_sentence_ends(text: str, pieces: list[str]) -> None:
    for above in ([], ["Boats sailed."], ["Boats sailed.", "Some sank."]):
        assert [piece for piece, *_ in described(" ".join(above) + "\n\n" + text)] == above + pieces


def test_pieces_behind_an_inline_bullet_are_list_items() -> None:
    assert [s.bullet for s in split("We go • sail • come back")] == [False, True, True]
    assert [s.bullet for s in split("We go. Then sail")] == [False, False]
    assert [s.bullet for s in split("“We go”. “Then” – sail. Home")] == [False, False, False]
    assert [s.bullet for s in split("- We go. Then sail")] == [True, True]
    assert [s.bullet for s in split("Benefits: • free lunch • tea")] == [False, True, True]


def test_an_inline_bullet_behind_a_heading_is_no_part_of_the_first_item() -> None:
    assert described("Benefits: • free lunch • tea") == [
        ["Benefits:", "benefits", "heading"],
        ["free lunch", "benefits"],
        ["tea", "benefits"],
    ]


# -- list markers --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "marker",
    [
        "- ",
        "* ",
        "• ",
        "1. ",
        "12) ",
        "(3) ",
        "a) ",
        "B) ",
        "(c) ",
        "1.\t",
        "1.\xa0",
        "– ",
        "● ",
        "- 1. ",
        "• (a) ",
        "1. • ",
        "1. – ",
        "-",
        "   - ",
    ],
)
def test_a_list_marker_is_no_part_of_the_item(marker: str) -> None:
    text = f"Your tasks\n{marker}sail out\n{marker}sail home"
    assert described(text) == [
        ["Your tasks", "duties", "heading"],
        ["sail out", "duties"],
        ["sail home", "duties"],
    ]
    assert [s.bullet for s in split(text)] == [False, True, True]


@pytest.mark.parametrize("opening", ["“", "'", '"', "(", "[", "$", "€", "<", "@", ".net "])
def test_quotes_brackets_and_currencies_stay(opening: str) -> None:
    assert described(f"{opening}5 boats")[0][0] == f"{opening}5 boats"


@pytest.mark.parametrize("text", ["123. boats", "a. boats", "1.boats", "ab) boats", "1 boats"])
def test_what_is_no_number_of_a_list_stays(text: str) -> None:
    assert not split(text)[0].bullet
    assert text.startswith(described(text)[0][0])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-\nsail out", [["sail out", True]]),
        ("•\n\nsail out", [["sail out", True]]),
        ("---\nsail out", [["sail out", False]]),
        ("1.\nsail out", [["1.", False], ["sail out", False]]),
        ("-\nsail out\nsail home", [["sail out", True], ["sail home", False]]),
        ("-\nsail out\n   - sail home", [["sail out", True], ["sail home", True]]),
        ("--\nsail out", [["sail out", True]]),  # a rule has three marks or more
        ("•\n" + " " * 9 + "\nsail out", [["sail out", True]]),
        ("•\n" + "\u200b" * 9 + "\nsail out", [["sail out", True]]),
    ],
)
def test_a_bullet_on_a_line_of_its_own_belongs_to_the_next(text: str, expected: list[Any]) -> None:
    assert [[text[s.start : s.end], s.bullet] for s in split(text)] == expected


# -- headings ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "heading"),
    [
        ("**Sail the boats**", True),
        ("__Sail the boats__", True),
        ("**Sail the boats**  ", True),
        ("## Sail the boats", True),
        ("# Sail the boats #", True),
        ("**Sail** the boats", False),
        ("*Sail the boats*", False),
        ("Sail the boats:", True),
        ("One two three four five six seven eight nine ten eleven twelve:", True),
        ("One two three four five six seven eight nine ten eleven twelve thirteen:", False),
        ("- One two three four five six:", True),
        ("- One two three four five six seven:", False),
        ("## One two three four five six seven eight nine", True),
        ("## One two three four five six seven eight nine ten", False),
        ("Sail the boats", False),
        ("Benefits", True),
        ("Benefits.", False),
        ("Benefits;", False),
        ("- Benefits", False),
        ("- Benefits:", True),
        ("## Sail with OS X", True),
        ("**\u200bSail the boats**", True),
        ("**Sail the boats**\u200b", True),
        ("\ufeff**Sail the boats**", True),
    ],
)
def test_a_line_by_itself_is_a_heading(line: str, heading: bool) -> None:
    assert [s.heading for s in split(f"We go.\n\n{line}\n\nWe came back.")] == [False, heading, False]


@pytest.mark.parametrize(
    ("above", "heading"),
    [
        ("Sail the boats", True),
        ("One two three four five", True),
        ("One two three four five six", False),
        ("Sail the boats,", False),
    ],
)
def test_a_few_words_over_a_list_are_a_heading(above: str, heading: bool) -> None:
    assert [s.heading for s in split(f"We go.\n{above}\n- sail out\n- sail home")] == [
        False,
        heading,
        False,
        False,
    ]


def test_a_list_item_over_list_items_is_no_heading_whatever_letter_it_ends_in() -> None:
    assert [s.heading for s in split("- Visit the café\n- Sail out\n- Sail home")] == [False, False, False]


def test_a_heading_of_no_known_kind_opens_a_section_and_keeps_the_kind() -> None:
    text = "Benefits\n- Lunch\n## Ferries\n- Blue ones\n- Cabins:\n- Two\n- Your tasks:\n- Sail"
    assert [[s.kind, s.section] for s in split(text)] == [
        *([["benefits", 1]] * 2),
        *([["benefits", 2]] * 4),  # a list item with a colon is no section, unless it is known
        *([["duties", 3]] * 2),
    ]


@pytest.mark.parametrize(
    ("line", "heading", "kind"),
    [
        ("What you'll do: sail out", "What you'll do:", "duties"),
        ("Responsibilities include: sail out", "Responsibilities include:", "duties"),
        ("In this role, you will: sail out", "In this role, you will:", "duties"),
        ("Your tasks: sail out", "Your tasks:", "duties"),
        ("Requirements: sail out", "Requirements:", "qualifications"),
        ("What we look for: sail out", "What we look for:", "qualifications"),
        ("Nice-to-haves : sail out", "Nice-to-haves :", "qualifications"),
        ("Benefits: sail out", "Benefits:", "benefits"),
        ("- Perks: sail out", "Perks:", "benefits"),
    ],
)
def test_a_heading_and_the_first_item_in_one_line(line: str, heading: str, kind: str) -> None:
    text = f"We go.\n{line}\nWe came back."
    assert described(text) == [
        ["We go.", "body"],
        [heading, kind, "heading"],
        ["sail out", kind],
        ["We came back.", kind],
    ]
    assert [s.section for s in split(text)] == [0, 1, 1, 1 + line.startswith("-")], "a list ends"


@pytest.mark.parametrize("line", ["Benefits:sail out", "Our benefits: sail out", "Sail: benefits"])
def test_other_words_before_a_colon_are_none(line: str) -> None:
    assert described(f"We go.\n{line}.") == [["We go.", "body"], [f"{line}.", "body"]]


# -- lines broken in the middle of a sentence ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("Sail the boats of\nthe northern islands.", 1),
        ("- Sail the boats of\nthe northern islands.", 1),
        ("Sail the boats of\n\nthe northern islands.", 1),
        ("Sail the boats of\nthe northern islands\nand come back.", 1),
        ("Sail with OS X\nand come back.", 1),
        ("sail the boats of\nthe northern islands.", 2),
        ("Sail the boats.\nthe northern islands.", 2),
        ("Sail the boats;\nthe northern islands.", 2),
        ("Sail the boats of\nThe northern islands.", 2),
        ("Sail the boats of\n- the northern islands.", 2),
        ("Sail the boats of\n---\nthe northern islands.", 2),
    ],
)
def test_a_line_that_was_broken_in_the_middle_of_a_sentence(text: str, pieces: int) -> None:
    assert len(split(text)) == pieces


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Benefits\nfree lunch", [["Benefits", "benefits", 1], ["free lunch", "benefits", 1]]),
        ("- Perks：\n- lunch", [["Perks：", "benefits", 1], ["lunch", "benefits", 1]]),
        ("Benefits\n- Lunch\nFerries:\n- Blue",
         [["Benefits", "benefits", 1], ["Lunch", "benefits", 1],
          ["Ferries:", "benefits", 2], ["Blue", "benefits", 2]]),
        ("Benefits: lunch.\nTasks: sail.",
         [["Benefits:", "benefits", 1], ["lunch.", "benefits", 1],
          ["Tasks:", "duties", 2], ["sail.", "duties", 2]]),
        (("Perks: tea.\nAs part of this"
            " position, you will be: calm."), [["Perks:", "benefits", 1], ["tea.", "benefits", 1],
         ["As part of this position, you will be:", "benefits", 2], ["calm.", "benefits", 2]]),
    ],
)  # fmt: skip
def test_sections_and_their_kinds(text: str, expected: list[Any]) -> None:
    assert [[text[s.start : s.end], s.kind, s.section] for s in split(text)] == expected


def test_only_the_blanks_of_a_line_make_it_long() -> None:
    long, short = (
        "go on " * 60,
        "In the afternoon and in the evening of the last day we see Your Mission sail on to the islands",
    )
    for text in (f"{long}\n- {short}.", f"- {short}.\n{long}"):
        assert f"{short}." in [text[s.start : s.end] for s in split(text)]


def test_a_lost_line_break_behind_headings_that_look_like_one() -> None:
    """Every heading holds a small letter before a capital, which is where a line break may have been lost."""
    heading = "About the teamWork boats of GitHub"
    text = (
        f"{heading}\n\n- We sail\n\n" * 3
        + "- flexible workingBenefits include, yes\n- flexible workingBenefits include, no"
    )
    pieces = [text[s.start : s.end] for s in split(text)]
    assert pieces[-4:] == [
        "flexible working",
        "Benefits include, yes",
        "flexible working",
        "Benefits include, no",
    ]
    assert pieces[:6] == [heading, "We sail"] * 3


# -- how far a look goes -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("letters", "heading"), [(159, True), (160, True), (161, False)])
def test_a_heading_has_160_letters_at_most(letters: int, heading: bool) -> None:
    words = ["sailing" + "g" * 6] * 11
    line = " ".join([*words, "x" * (letters - 1 - sum(len(word) + 1 for word in words))]) + ":"
    assert len(line) == letters
    assert split(line)[0].heading == heading


@pytest.mark.parametrize(("blanks", "heading"), [(23, True), (24, True), (25, False)])
def test_a_heading_has_24_blanks_at_most(blanks: int, heading: bool) -> None:
    assert split("Sail" + " " * (blanks - 1) + "the boats:")[0].heading == heading


@pytest.mark.parametrize(
    ("whose", "letters", "pieces"),
    [("primary " * 6 + "core " * 5, 79, 2), ("primary " * 6 + "core " * 2 + "key " * 4, 80, 1)],
)
def test_a_heading_in_one_line_with_its_first_duty_has_79_letters_at_most(
    whose: str, letters: int, pieces: int
) -> None:
    heading = f"{whose}duties"
    assert len(heading) == letters
    for above in ([], ["Fare: none."]):
        assert (
            len(split("\n".join([*above, f"{heading}: Sail the boats round the cape."])))
            == len(above) + pieces
        )


@pytest.mark.parametrize(("closers", "pieces"), [(7, 2), (8, 2), (9, 1)])
def test_eight_closing_marks_may_stand_behind_the_end_of_a_sentence(closers: int, pieces: int) -> None:
    assert len(split("Sail the boats." + ")" * closers + " Wash them.")) == pieces


@pytest.mark.parametrize(("brackets", "pieces"), [(7, 1), (8, 1), (9, 2)])
def test_eight_brackets_may_stand_before_an_abbreviation_of_three_letters(brackets: int, pieces: int) -> None:
    assert len(split("Sail " + "(" * brackets + "etc. boats")) == pieces


@pytest.mark.parametrize(("letters", "pieces"), [(30, 2), (31, 2), (32, 1)])
def test_a_line_break_may_be_lost_behind_a_word_of_31_letters(letters: int, pieces: int) -> None:
    assert len(split("The " + "s" * letters + "You know")) == pieces


def test_a_dash_at_the_end_of_a_broken_line_opens_an_item() -> None:
    text = "Sail the boats -\n" + "over and over " * 30
    assert [piece for piece, *_ in described(text)] == ["Sail the boats", ("over and over " * 30).strip()]


def test_quotes_alone_in_a_line_are_no_segment() -> None:
    assert described("“”\nSail out.") == [["Sail out.", "body"]]


def test_segments_of_a_batch_count_from_the_beginning_of_their_own_text() -> None:
    texts = ["Sail out. Come back.", "Benefits\n- Free lunch\n- Tea"]
    batch = Characters.of(texts)
    rows, bounds = split_many(batch)
    for text, begin, (low, high) in zip(texts, batch.begins, pairwise(bounds), strict=False):
        assert [segment_of(row, begin) for row in rows.T[low:high].tolist()] == split(text)


def test_dots_in_a_row_end_one_sentence() -> None:
    assert described("Sail far... Then rest. Eat well.") == [
        ["Sail far...", "body"],
        ["Then rest.", "body"],
        ["Eat well.", "body"],
    ]


def test_a_heading_that_runs_on_may_open_the_line() -> None:
    found = described("What You'll Do Sail the boats " + "and wash them and dry them " * 12)
    assert found[0] == ["What You'll Do", "duties", "heading"]
    assert found[1][1] == "duties"


@pytest.mark.parametrize(
    ("text", "sections"),
    [
        ("- Own it\n- Write it\n\n\n- Ship it\n- Sell it", [0, 0, 1, 1]),
        ("- Own it\n\n- Write it\n\n- Ship it", [0, 0, 0]),
        ("- Own it\n\n- Write it\n\n\n\n- Ship it", [0, 0, 1]),
        ("- Own it\n- Write it\nWe sail at six.\n- Ship it", [0, 0, 1, 2]),
        ("We sail at six.\n\nWe land at nine.", [0, 0]),
        ("- Write it\n- Own it and\nall of it.", [0, 0]),
    ],
)
def test_a_list_that_lost_its_heading_is_another_list(text: str, sections: list[int]) -> None:
    assert [segment.section for segment in split(text)] == sections


@pytest.mark.parametrize("tail", ["", " ", "**", " " * 5, " " * 6, " " * 7, "_#|" * 40, " " * 100_000])
def test_blanks_and_marks_behind_a_line_are_no_part_of_it(tail: str) -> None:
    text = f"- Own the backlog{tail}\n- Write stories"
    assert [text[s.start : s.end] for s in split(text)] == ["Own the backlog", "Write stories"]
