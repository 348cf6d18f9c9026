"""What a reader cannot see has no say, and what a reader sees counts however it is spelled."""

from __future__ import annotations

import html
import json
import random
import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rolefit
from rolefit.text.confusables import as_seen
from rolefit.text.html import visible_text
from rolefit.text.tokens import tokens

# -- parts of a page -----------------------------------------------------------------------------------------

HIDING = {
    "not displayed": "display:none",
    "not displayed, with a comment inside": "display:/* block */none",
    "not displayed at last": "display:block;display:none",
    "not displayed, and meant": "display:none !important; display:block",
    "hidden": "visibility:hidden",
    "collapsed": "visibility: collapse",
    "transparent": "opacity:0",
    "transparent in per cent": "opacity: 0%",
    "nearly transparent": "opacity:.01",
    "no size": "font-size:0",
    "no size in a unit": "font-size: 0px",
    "a speck": "font-size:1px",
    "a speck of its surroundings": "font-size:0.01em",
    "no size in short": "font:0/0 a",
    "left of the screen": "position:absolute;left:-9999px",
    "above the screen": "position: fixed; top: -100vh",
    "above the screen in other units": "position:absolute;top:-300em",
    "the first line out of the screen": "text-indent:-9999px",
    "a margin out of the screen": "margin-left:-5000px",
    "moved out of the screen": "transform: translate(-9999px, 0)",
    "scaled to nothing": "transform:scale(0)",
    "clipped": "position:absolute;clip:rect(0,0,0,0)",
    "clipped as for screen readers": (
        "position:absolute;clip:rect(1px, 1px, 1px, 1px);height:1px;width:1px;overflow:hidden"
    ),
    "clipped by its path": "clip-path: inset(100%)",
    "no height": "height:0;overflow:hidden",
    "one pixel": "width:1px;height:1px;overflow:hidden",
    "white": "color:white",
    "white in digits": "color:#FFF",
    "white in six digits": "color:#ffffff",
    "white in numbers": "color: rgb(255, 255, 255)",
    "white in per cent": "color:rgb(100% 100% 100%)",
    "white by hue": "color:hsl(0, 0%, 100%)",
    "nearly white by hue": "color:hsl(200deg 100% 99% / 90%)",
    "of hardly any colour by hue": "color:hsla(0,0%,0%,.01)",
    "white by whiteness": "color:hwb(0 100% 0%)",
    "nearly white": "color:#fdfdfd",
    "nearly white by name": "color:snow",
    "a name on the same colour in digits": "color:PapayaWhip;background:#ffefd5",
    "the newest name": "color:rebeccapurple;background:rgb(102 51 153)",
    "not displayed, in escaped letters": "d\\69splay:n\\6fne",
    "not displayed, after a number of many digits": "z:" + "9" * 5_000 + ";display:none",
    "of no colour": "color:transparent",
    "of hardly any colour": "color:rgba(0,0,0,0.01)",
    "black on black": "color:black;background:#000",
    "the colour of its background": "background-color:#0055AA;color:rgb(0,85,170)",
}
SEEN = {
    "displayed": "display:block",
    "displayed at last": "display:none;display:block",
    "half transparent": "opacity:.5",
    "small": "font-size:9px",
    "of the size around it": "font-size:100%",
    "white on black": "color:white;background:black",
    "white on a picture": "color:#fff;background:url(night.png)",
    "white on a gradient": (
        "color:#fff;background-image:linear-gradient(red,blue);background:linear-gradient(red,blue)"
    ),
    "grey": "color:#999",
    "the palest grey in use": "color:#eee",
    "a colour that is not known": "color:var(--ink)",
    "a name that is not known": "color:eggplant",
    "a pale name": "color:papayawhip",
    "dark by hue": "color:hsl(120, 100%, 25%)",
    "white on dark by hue": "color:white;background:hsl(240deg 50% 20%)",
    "a space of colours that is not read": "color:oklch(100% 0 0)",
    "a broken colour": "color:color();background:rgb(",
    "a line without a height": "font:12px/0 Arial",
    "on the screen": "position:absolute;left:20px;top:40px",
    "a little to the left": "margin-left:-15px",
    "a hanging indent": "text-indent:-1.5em",
    "high": "height:100px;overflow:hidden",
    "no height, but nothing cut off": "height:0",
    "nonsense": (
        "display;;:none;color:;opacity:zero;font-size:;clip:rect(;transform:scale(;"
        "position:absolute;left:auto"
    ),
}


@pytest.mark.parametrize("style", HIDING.values(), ids=HIDING.keys())
@pytest.mark.parametrize("tag", ["p", "span", "li"])
@pytest.mark.parametrize("escaped", [False, True], ids=["plain", "escaped once more"])
def test_hidden_by_its_style(style: str, tag: str, escaped: bool) -> None:
    page = f'<p>Before</p><{tag} style="{style}">SECRET <b>SECRET</b></{tag}><p>After</p>'
    seen = visible_text(html.escape(page) if escaped else page)
    assert "SECRET" not in seen
    assert seen.split() == ["Before", "After"]


@pytest.mark.parametrize("style", HIDING.values(), ids=HIDING.keys())
@pytest.mark.parametrize("selector", [".x", "#x", "P.x", "h1, .x"])
def test_hidden_by_the_pages_own_style_sheet(style: str, selector: str) -> None:
    page = (
        f"<html><head><style>body{{margin:0}} {selector} {{ {style} }}"
        f" em{{}}</style></head><body><p>Before</p><p class='y x' id=x>SECRET</p></body></html>"
    )
    assert visible_text(page) == "Before"


@pytest.mark.parametrize("style", SEEN.values(), ids=SEEN.keys())
def test_seen_whatever_its_style(style: str) -> None:
    assert visible_text(f'<p>Before</p><p style="{style}">SHOWN</p>').split() == ["Before", "SHOWN"]


PARTS = {
    "white on the white of an ancestor": (
        "<div style='background:white'><p><b style='color:white'>SECRET</b></p></div>",
        False,
    ),
    "white on the black of an ancestor": (
        "<div style='background:black'><p><b style='color:white'>SHOWN</b></p></div>",
        True,
    ),
    "black on the black of an ancestor": ("<div style='background:black'><p>SECRET</p></div>", False),
    "white on the black of the page": (
        "<body style='background:black;color:white'><p>SHOWN</p></body>",
        True,
    ),
    "white on the black of the first element": (
        "<html style='background:black'><body style='color:white'><p>SHOWN</p></body></html>",
        True,
    ),
    "white on the black of a table of old": (
        "<table bgcolor=black><tr><td><font color=white>SHOWN</font></td></tr></table>",
        True,
    ),
    "a white font": ("<font color='#FFFFFF'>SECRET</font>", False),
    "a white font on a white cell": (
        "<table><tr><td bgcolor=white><font color=white>SECRET</font></td></tr></table>",
        False,
    ),
    "seen inside something hidden": (
        "<div style='visibility:hidden'><p style='visibility:visible'>SHOWN</p></div>",
        True,
    ),
    "displayed inside what is not displayed": (
        "<div style='display:none'><p style='display:block'>SECRET</p></div>",
        False,
    ),
    "with a size inside something without": (
        "<div style='font-size:0'><p style='font-size:16px'>SHOWN</p></div>",
        True,
    ),
    "twice the size of nothing": (
        "<div style='font-size:0'><p style='font-size:2em'>SECRET</p></div>",
        False,
    ),
    "hidden until found": ("<p hidden='until-found'>SECRET</p>", False),
    "a closed dialogue": ("<dialog>SECRET</dialog>", False),
    "an open dialogue": ("<dialog open>SHOWN</dialog>", True),
    "hidden from screen readers alone": ("<p aria-hidden='true'>SHOWN</p>", True),
    "a template": ("<template><p>SECRET</p></template>", False),
    "a comment": ("<!-- <p>SECRET</p> -->", False),
    "struck out": ("<s>SHOWN</s>", False),
    "folded in": ("<details><summary>More</summary>SHOWN</details>", True),
    "hidden when printed": ("<style>@media print { .x { display:none } }</style><p class=x>SHOWN</p>", True),
    "white text, with a background that only a linked sheet knows": (
        "<link rel=stylesheet href=dark.css><p style='color:white'>SHOWN</p>",
        True,
    ),
    "white text, with a background by a rule that is not read": (
        "<style>main > div {background:#111}</style><p style='color:white'>SHOWN</p>",
        True,
    ),
    "a brace in a string": (
        "<style>.y::before {content:'}'} .x {display:none}</style><p class=x>SECRET</p>",
        False,
    ),
    "a comment that holds a rule": ("<style>/* .x { display:none } */</style><p class=x>SHOWN</p>", True),
    "a rule of another class": ("<style>.y {display:none}</style><p class=x>SHOWN</p>", True),
}


@pytest.mark.parametrize(("part", "seen"), PARTS.values(), ids=PARTS.keys())
def test_a_part_is_read_when_it_is_seen(part: str, seen: bool) -> None:
    text = visible_text(f"<p>Before</p>{part}")
    assert ("SHOWN" in text) is seen
    assert "SECRET" not in text


DECLARATIONS = st.lists(
    st.sampled_from(
        (
            "color:|#fff|;|display|:none|opacity:|0|.|-|9999px|left:|position:absolute|rgb(|255,|)|/*|"
            "*/|!important|clip:rect(|inset(|scale(|font:|1e9|%|url("
        ).split("|")
    ),
    max_size=30,
).map("".join)


@given(DECLARATIONS | st.text(st.characters(), max_size=80), st.text(st.characters(), max_size=80))
def test_any_style_is_read(style: str, sheet: str) -> None:
    visible_text(
        f"<style>{sheet}{{}} .x{{{style}}} {sheet}</style><p class=x>one</p><p"
        f" style='{html.escape(style, quote=True)}'>two</p>"
    )


@pytest.mark.parametrize(
    "unit", ["{", "}", "/*", "a{", "a{}", ".x{color:red}", "@media{", "color:", "((", "rgb(1,", "-"]
)
@pytest.mark.parametrize("place", ["<style>{}</style><p>x", "<p style='{}'>x</p>"])
def test_a_flood_of_styles_takes_under_a_second(unit: str, place: str) -> None:
    page = place.replace("{}", (unit * 100_000)[:100_000])
    start = time.process_time()
    visible_text(page)
    assert time.process_time() - start < 1.0


# -- characters ----------------------------------------------------------------------------------------------

CYRILLIC = str.maketrans("aceopxyABCEHKMOPTX", "асеорхуАВСЕНКМОРТХ")
GREEK = str.maketrans("ovABEHIKMNOPTXYZ", "ονΑΒΕΗΙΚΜΝΟΡΤΧΥΖ")
WIDE = {i: i + 0xFEE0 for i in range(0x21, 0x7F)}
SMALL_CAPITALS = str.maketrans("abcdefghijklmnoprstuvwyz", "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ")


def in_alphabet(small: int, capital: int) -> dict[int, int]:
    return {ord("a") + i: small + i for i in range(26)} | {ord("A") + i: capital + i for i in range(26)}


def between(sign: str):  # type: ignore[no-untyped-def]
    return lambda text: "".join(f"{letter}{sign}" if letter.isalpha() else letter for letter in text)


WAYS = {
    "Cyrillic letters": lambda text: text.translate(CYRILLIC),
    "Greek letters": lambda text: text.translate(GREEK),
    "full-width letters": lambda text: "".join(
        chr(WIDE[ord(c)]) if c.isalnum() and c.isascii() else c for c in text
    ),
    "bold mathematical letters": lambda text: text.translate(in_alphabet(0x1D41A, 0x1D400)),
    "script mathematical letters": lambda text: text.translate(in_alphabet(0x1D4EA, 0x1D4D0)),
    "monospaced mathematical letters": lambda text: text.translate(in_alphabet(0x1D68A, 0x1D670)),
    "small capitals": lambda text: text.translate(SMALL_CAPITALS),
    "zero-width spaces": between("\u200b"),
    "zero-width joiners": between("\u200d"),
    "word joiners": between("\u2060"),
    "byte order marks": between("\ufeff"),
    "soft hyphens": between("\xad"),
    "variation selectors": between("\ufe0f"),
    "tag characters": between("\U000e0041"),
    "combining strokes": between("\u0336"),
    "direction marks": between("\u200e"),
    "no-break spaces": lambda text: text.replace(" ", "\xa0"),
}

POSTING = """About us
We make software for small harbours.

What you'll do
- Keep the product backlog in order for two development teams
- Write user stories with acceptance criteria
- Run sprint planning and reviews with the developers
- Accept finished stories
- Research the market once a year

What we offer
- Thirty days of leave
"""


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
def test_a_posting_is_read_as_it_looks(way) -> None:  # type: ignore[no-untyped-def]
    before, after = rolefit.classify(POSTING), rolefit.classify(way(POSTING))
    assert (after.label, after.balance, after.probabilities) == (
        before.label,
        before.balance,
        before.probabilities,
    )
    assert after.text == way(POSTING)
    assert [tokens(r.text) for r in after.responsibilities] == [
        tokens(r.text) for r in before.responsibilities
    ]
    for r in after.responsibilities:
        assert after.text[r.start : r.end] == r.text


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
@pytest.mark.parametrize("title", ["product owner", "Product Manager"])
def test_a_title_is_masked_however_it_is_spelled(way, title: str) -> None:  # type: ignore[no-untyped-def]
    assert tokens(f"As {way(title)} you order the list") == tokens(f"As {title} you order the list")


def test_a_title_in_lookalikes_is_the_title() -> None:
    verdict = rolefit.classify(POSTING, "Рroduct Маnager")
    assert (verdict.label, verdict.title_mismatch) == ("PO-like", True)


def test_a_profession_in_lookalikes_is_that_profession() -> None:
    text = (
        "As a dаta аnаlyst, you will work with us.\n\n- Keep the product backlog in order\n- Write"
        " user stories\n- Run sprint planning"
    )
    assert rolefit.classify(text).reason_code == "another-profession"


FOLDED = {
    "a word in two alphabets": ("bаcklоg", "backlog"),
    "a word in lookalikes alone": ("ѕсоре", "scope"),
    "abbreviated titles in lookalikes": ("РО", "PO"),
    "letters on black": ("🅱🅰🅲🅺🅻🅾🅶", "BACKLOG"),
    "letters in circles": ("ⓑⓐⓒⓚⓛⓞⓖ", "backlog"),
    "a ligature": ("de\ufb01ne", "define"),
    "Roman numerals": ("ba\u217dk\u217cog", "backlog"),
    "a Latin letter of phonetics": ("backlo\u0261", "backlog"),
    "an apostrophe that is a letter": ("you\u02bcll", "you'll"),
    "an accent of its own": ("cafe\u0301", "café"),
    "a pile of marks": ("b\u0336\u0337\u0338\u0339\u033a\u033backlog", "backlog"),
}


@pytest.mark.parametrize(("text", "seen"), FOLDED.values(), ids=FOLDED.keys())
def test_a_word_as_it_looks(text: str, seen: str) -> None:
    assert as_seen(text) == seen


KEPT = {
    "Russian": "Вы будете управлять продуктом",
    "Greek": "Θα διαχειρίζεστε το προϊόν",
    "Armenian": "Դուք կառավարում եք արտադրանքը",
    "a Greek letter beside a word": "α-version and β-test, 5 μs",
    "accents": "résumé, naïve, Zoë, Ångström",
    "a trade mark": "Acme™ and № 7",
    "Japanese": "プロダクトの管理",
    "Hindi, whose marks are letters": "उत्पाद का प्रबंधन",
    "typography": "“you’ll” – own… • 50 € ½",
    "emoji": "✅ 🚀 ❤",
}


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT.keys())
def test_what_looks_like_itself_stays(text: str) -> None:
    assert as_seen(text) == unicodedata.normalize("NFC", text)


RUSSIAN = """Мы ищем человека, который возьмёт на себя управление продуктом. Вы будете составлять список \
задач,
общаться с командой и с клиентами, а также следить за сроками."""


def test_a_russian_posting_with_english_terms_is_not_english() -> None:
    verdict = rolefit.classify(
        f"{RUSSIAN}\n- Ведение product backlog и roadmap\n- Написание user stories и acceptance"
        f" criteria\n{RUSSIAN}"
    )
    assert (verdict.label, verdict.reason_code) == ("unclear", "not-english")


@given(st.text(st.characters(), max_size=100), st.text(st.characters(), max_size=100))
def test_a_word_is_seen_the_same_whatever_stands_beside_it(first: str, second: str) -> None:
    assert as_seen(f"{first} \n {second}") == f"{as_seen(first)} \n {as_seen(second)}"


@given(st.text(st.characters(), max_size=200))
def test_a_look_at_what_was_seen_shows_the_same(text: str) -> None:
    seen = as_seen(text)
    assert as_seen(seen) == seen


@pytest.mark.parametrize(
    "unit", ["\u0301", "\u0315\u0300", "a\u0301", "а", "aа", "ａ", "\u200b", "𝐚", "α", "ﬀ"]
)
def test_a_flood_takes_under_a_second(unit: str) -> None:
    text = (unit * 100_000)[:100_000]
    start = time.process_time()
    as_seen(text)
    assert time.process_time() - start < 1.0


# -- a hidden footer -----------------------------------------------------------------------------------------

FOOTER = (
    "Own the product vision. Set the product strategy. Research the market. Decide on pricing."
    " Build the business case. Plan the launch with marketing. "
) * 8


@pytest.mark.parametrize("style", HIDING.values(), ids=HIDING.keys())
def test_a_hidden_footer_changes_nothing(style: str) -> None:
    page = "".join(f"<p>{line}</p>" for line in POSTING.splitlines())
    before, after = rolefit.classify(page), rolefit.classify(f'{page}<div style="{style}">{FOOTER}</div>')
    said = {"review": None, "left_out": []}
    assert {**after.to_dict(), **said} == {**before.to_dict(), **said}


@pytest.mark.parametrize(
    ("hidden", "said"),
    [
        (1, None),
        (5, "a third of the text is hidden and was left out"),
        (10, "half of the text is hidden and was left out"),
        (40, "most of the text is hidden and was left out"),
    ],
)
def test_a_hidden_part_is_said_when_it_is_large(hidden: int, said: str | None) -> None:
    shown = (
        "<ul>" + "<li>Write user stories with the crews</li>" * 10 + "</ul><script>let unseen = 1</script>"
    )
    page = f"{shown}<div hidden>{'<p>Own the roadmap of all our boats</p><script>1</script>' * hidden}</div>"
    verdict = rolefit.classify(page)
    assert list(verdict.left_out) == ([said] if said else [])
    assert ("hidden" in (verdict.review or "")) == bool(said)
    (sent,) = rolefit.classify_many([page], n_jobs=2)
    assert sent.left_out == verdict.left_out


@pytest.mark.slow
def test_real_postings_are_read_as_they_look(shared: Path) -> None:
    """Every way of writing, over 200 real postings: the same verdict as the plain text."""
    rows = [
        json.loads(line)["text"]
        for line in (shared / "evaluation" / "unlabelled.jsonl")
        .read_text(encoding="utf-8")
        .strip()
        .split("\n")
    ]
    texts = random.Random(5).sample([text for text in rows if "<" not in text], 200)
    plain = list(rolefit.classify_many(texts))
    for name, way in WAYS.items():
        moved = [
            a.label != b.label for a, b in zip(plain, rolefit.classify_many(map(way, texts)), strict=True)
        ]
        assert sum(moved) <= 4, (name, sum(moved))


# -- a page that shows hardly a word -------------------------------------------------------------------------

DUTIES = "".join(f"<li>{line}</li>" for line in POSTING.splitlines()) * 2
READ = "the page shows hardly a word, so the text that it hides was read"


@pytest.mark.parametrize("style", HIDING.values(), ids=HIDING.keys())
@pytest.mark.parametrize("shown", ["", "<button>What you will do</button>"], ids=["nothing", "a button"])
def test_what_a_page_hides_is_read_where_it_shows_hardly_a_word(style: str, shown: str) -> None:
    verdict = rolefit.classify(f'{shown}<div style="{style}"><ul>{DUTIES}</ul></div>')
    plain = rolefit.classify(f"{shown}<div><ul>{DUTIES}</ul></div>")
    assert verdict.text == plain.text
    assert verdict.label == plain.label
    assert verdict.left_out == (READ,)
    assert READ in (verdict.review or "")


@pytest.mark.parametrize("tag", ["script", "template", "s"])
def test_what_is_no_text_is_not_read_in_such_a_page(tag: str) -> None:
    assert "Never" not in visible_text(f"<div hidden><ul>{DUTIES}</ul><{tag}>Never</{tag}></div>")


def test_a_page_that_shows_a_posting_is_read_as_shown() -> None:
    shown = "<p>Write user stories with the crews. Order the backlog before each of the sprints.</p>"
    assert rolefit.classify(f"{shown}<div hidden>{'<p>Set the prices of all boats</p>' * 99}</div>").text == (
        visible_text(shown)
    )
