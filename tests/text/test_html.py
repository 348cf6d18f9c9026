"""HTML is read as a reader sees it, whatever its state."""

from __future__ import annotations

import html
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rolefit
from rolefit.text.html import is_html, read, visible_text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Own the backlog",
        "a < b and c > d",
        "if x<y: print(x>y)",
        "<Company name> is hiring",
        "AT&T &amp; others",
        "List<String>",
        "&lt;3 our team",
        "<3",
    ],
)
def test_text_without_tags_comes_back_as_it_is(text: str) -> None:
    assert not is_html(text)
    assert visible_text(text) is text


@pytest.mark.parametrize(
    ("page", "seen"),
    [
        ("<p>Own the backlog</p>", "Own the backlog"),
        ("<h2>Tasks</h2><ul><li>One</li><li>Two</li></ul><p>End</p>", "Tasks\n\n• One\n• Two\n\nEnd"),
        ("<div>One</div><div>Two</div>", "One\nTwo"),
        ("One<br>Two<br/>Three", "One\nTwo\nThree"),
        (
            "<p>One\n   line\tof <b>bold</b> and <i>slanted</i> words</p>",
            "One line of bold and slanted words",
        ),
        ("<p>back<b>log</b></p>", "backlog"),
        ("<p>Ships &amp; boats &lt; 5 &euro; &#8211; &#x2713;</p>", "Ships & boats < 5 € – ✓"),
        ("<ul><li>One<ul><li>Inside</li></ul></li><li>Two</li></ul>", "• One\n\n• Inside\n\n• Two"),
        ("<ul><li></li><li>&nbsp;</li><li>Two</li></ul>", None),
        ("<table><tr><td>One</td><td>Two</td></tr></table>", "One\nTwo"),
        ("<html><head><title>Tab</title></head><body><p>One</p></body></html>", "One"),
        ("<P CLASS='x'>One</P>", "One"),
        ("<p>One<p>Two<li>Three", None),
    ],
)
def test_blocks_stand_on_lines_of_their_own(page: str, seen: str | None) -> None:
    got = visible_text(page)
    if seen is None:
        assert [line.strip("• \xa0") for line in got.split("\n") if line.strip("• \xa0")] == [
            w for w in ("One", "Two", "Three") if w in page
        ]
    else:
        assert got.replace("\n\n\n", "\n\n") == seen


@pytest.mark.parametrize("inside", ["<p>{}</p>", "<div>{}</div>", "<div><p><span>{}</span></p></div>"])
def test_a_list_item_with_a_block_inside_keeps_its_mark(inside: str) -> None:
    page = "<ul>" + "".join(f"<li>{inside.replace('{}', word)}</li>" for word in ("One", "Two")) + "</ul>"
    assert [line for line in visible_text(page).split("\n") if line] == ["• One", "• Two"]


def test_once_more_escaped_html_reads_the_same() -> None:
    page = "<h2>Tasks</h2><ul><li>Ships &amp; boats</li><li>Two</li></ul>"
    assert visible_text(html.escape(page)) == visible_text(page) == "Tasks\n\n• Ships & boats\n• Two"


HIDDEN = {
    "display none": '<div style="display:none">SECRET</div>',
    "display none with blanks and capitals": '<div style=" DISPLAY : NONE !important ">SECRET</div>',
    "visibility hidden": '<span style="visibility:hidden">SECRET</span>',
    "opacity nought": '<span style="opacity:0">SECRET</span>',
    "opacity nought point nought": '<span style="color:red;opacity: 0.0;">SECRET</span>',
    "no font size": '<p style="font-size:0px">SECRET</p>',
    "the hidden attribute": "<p hidden>SECRET</p>",
    "inside something hidden": '<div style="display:none"><ul><li><b>SECRET</b></li></ul></div>',
    "a comment": "<!-- SECRET -->",
    "a script": "<script>var x = 'SECRET';</script>",
    "a style sheet": "<style>.SECRET { color: red }</style>",
    "a template": "<template><p>SECRET</p></template>",
    "a noscript": "<noscript>SECRET</noscript>",
    "a frame": "<iframe>SECRET</iframe>",
    "a form field": "<select><option>SECRET</option></select><textarea>SECRET</textarea>",
    "an attribute": '<img alt="SECRET" title="SECRET" src="SECRET">',
    "a picture in letters": "<svg><text>SECRET</text></svg>",
    "the title of the page": "<title>SECRET</title>",
}


@pytest.mark.parametrize("part", HIDDEN.values(), ids=HIDDEN.keys())
@pytest.mark.parametrize("escaped", [False, True], ids=["plain", "escaped once more"])
def test_hidden_parts_are_left_out(part: str, escaped: bool) -> None:
    page = f"<p>Before</p>{part}<p>After</p>"
    got = visible_text(html.escape(page) if escaped else page)
    assert "SECRET" not in got
    assert "Before" in got
    assert "After" in got


SHOWN = {
    "a size that begins with nought": '<p style="font-size:0.9em">SHOWN</p>',
    "half transparent": '<p style="opacity:0.5">SHOWN</p>',
    "display block": '<p style="display:block">SHOWN</p>',
    "a link": '<a href="https://example.org">SHOWN</a>',
    "an unknown tag": "<x-card>SHOWN</x-card>",
    "a font tag": '<font size="1">SHOWN</font>',
    "a button": "<button>SHOWN</button>",
    "a summary": "<details><summary>SHOWN</summary></details>",
    "a definition list": "<dl><dt>SHOWN</dt><dd>more</dd></dl>",
    "unknown entities": "<p>&nosuch; SHOWN</p>",
}


@pytest.mark.parametrize("part", SHOWN.values(), ids=SHOWN.keys())
def test_what_a_reader_sees_is_kept(part: str) -> None:
    assert "SHOWN" in visible_text(f"<p>Before</p>{part}")


BROKEN = {
    "nothing is closed": "<div><ul><li>KEPT<li>more",
    "closed in the wrong order": "<b><p>KEPT</b></p></i></div>",
    "a tag that never ends": "<p>KEPT</p><p class=",
    "an attribute that never ends": '<p>KEPT</p><p class="x>more</p>',
    "a comment that never ends": "<p>KEPT</p><!-- more",
    "NUL inside": "<p>KE\x00PT</p>",
    "a lone surrogate": "<p>KEPT \ud800</p>",
    "two bodies": "<body><p>KEPT</p></body><body><p>more</p></body>",
    "nested deeply": "<div>" * 300 + "KEPT" + "</div>" * 300,
    "nested too deeply": "<div>" * 20_000 + "KEPT" + "</div>" * 20_000,
    "nested too deeply inside lists": "<ul><li>" * 20_000 + "KEPT",
    "in a table without cells": "<table>KEPT<tr>more</table>",
    "a processing instruction": "<p>KEPT <?php echo 1 ?>all</p><?h>",
    "a frame set": "<p>x</p><frameset><frame></frameset>KEPT",
    "CDATA": "<p>KEPT</p><![CDATA[<p>more</p>]]>",
    "an entity bomb": "<!DOCTYPE x [<!ENTITY a '&b;&b;'><!ENTITY b 'lol'>]><p>KEPT &a;</p>",
}


@pytest.mark.parametrize("page", BROKEN.values(), ids=BROKEN.keys())
def test_broken_html_is_read_all_the_same(page: str) -> None:
    start = time.process_time()
    assert "KEPT" in visible_text(page)
    assert time.process_time() - start < 1.0


def test_the_rest_of_an_endless_page_is_read_as_text() -> None:
    page = "<p>" + "word " * 900_000 + "</p><p>THE END</p>"
    assert "THE END" in visible_text(page)


TAGS = st.sampled_from(
    "<p>|</p>|<div>|</div>|<ul>|<li>|</ul>|<b>|</i>|<table>|<td>|<br>|<!--|-->|<script>|</script>|"
    '<p style="display:none">|&amp;|&lt;p&gt;|&#0;|<|>|'
    "\"|own|\n|\x00|\ud800|é|<svg>|<math>|<template>|<a href='|<h2>|<?h|?>".split("|")
)


@given(
    st.lists(TAGS, max_size=40).map("".join) | st.text(st.characters(), max_size=200).map(lambda t: f"<p>{t}")
)
def test_any_page_is_read(page: str) -> None:
    seen = visible_text(page)
    assert "\x00" not in seen or not is_html(page)


FLOODS = {
    "less than": "<",
    "closing marks": "</",
    "ampersands": "&amp;",
    "paragraphs": "<p>",
    "list items": "<li>",
    "closed paragraphs": "<p></p>",
    "tables": "<table>",
    "links": "<a>",
    "comments": "<!--",
    "CDATA": "<![CDATA[",
    "open attributes": '<p a="',
    "escaped tags": "&lt;p ",
    "spans": "<span>",
    "form feeds": "\f",
    "slashes in a tag": "<a/",
}


@pytest.mark.slow
@pytest.mark.parametrize("unit", FLOODS.values(), ids=FLOODS.keys())
def test_a_flood_takes_under_a_second(unit: str) -> None:
    page = "<p>Own the backlog</p>" + (unit * 100_000)[:100_000]
    start = time.process_time()
    visible_text(page)
    assert time.process_time() - start < 1.0


GROWING = {
    "the name of a tag": lambda n: "<p><" + "a" * (n // 20),
    "attributes of one tag": lambda n: "<p><x " + " ".join(f"a{i}=b" for i in range(n // 8)) + ">x",
    "bold type never closed": lambda n: "<p>x</p>" + "<b></p>" * (n // 7),
    "bold type that is opened again in every paragraph": lambda n: (
        "<p>" + "".join(f"<b a{i}>" for i in range(n // 100)) + "</p>" + "<p>x" * (n // 80)
    ),
    "fields of a form never closed": lambda n: "<p>x</p>" + "<textarea>" * (n // 10),
    "commands of LaTeX never closed": lambda n: "\\begin{x}\\item a" + "\\textbf{" * (n // 8),
    "lists of LaTeX far apart": lambda n: "\\begin{x}" + ("\n" * (n // 4) + " " * (n // 4) + "\\item") * 2,
    "panels never closed": lambda n: "{panel:" * (n // 10) + "|a" * (n // 10),
    "gaps in every line": lambda n: "a   b\n" * (n // 6),
    "letters apart": lambda n: "a b c d    e " * (n // 13),
    "the source of a mail": lambda n: "=E2=80=A2 =20\n" * (n // 14),
    "a header and quotation marks": lambda n: "title,description\n" + '"a,' * (n // 3),
    "bold type of many kinds never closed": lambda n: (
        "<p>x</p>" + "".join(f"<b a{i}></q>" for i in range(n // 13))
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize(
    "hidden",
    ["<ul><!--</ul>-->", "<ul><a x='</ul>'>", "<ul><script></ul></script>", "<ul><table></ul></table>"],
)
def test_closing_tags_that_only_seem_to_close_take_bounded_time(hidden: str) -> None:
    start = time.process_time()
    visible_text("<p>Own the backlog</p>" + hidden * (3_000_000 // len(hidden)))
    assert time.process_time() - start < 10.0, "a parser takes over a minute"


def test_untidy_bold_type_and_links_are_read_by_their_tags() -> None:
    page = "<ul>" + "<li><b>Own<li><a name=x>the <font color=red>backlog" * 60 + "</ul>"
    assert visible_text(page).split("\n")[:2] == ["• Own", "• the backlog"]


@pytest.mark.slow
@pytest.mark.parametrize("grown", GROWING.values(), ids=GROWING.keys())
def test_time_grows_with_the_length_and_no_faster(grown) -> None:  # type: ignore[no-untyped-def]
    def seconds(n: int) -> float:
        start = time.process_time()
        visible_text(grown(n))
        return time.process_time() - start

    assert seconds(120_000) < max(0.05, 12 * min(seconds(15_000), seconds(15_000)))


# -- beside the matter of a page -----------------------------------------------------------------------------


@pytest.mark.parametrize("tag", ["nav", "aside", "footer"])
@pytest.mark.parametrize("before", [True, False], ids=["before", "behind"])
def test_what_stands_beside_the_matter_is_left_out(tag: str, before: bool) -> None:
    matter, beside = (
        "<p>Drive the ferry from one harbour to the next</p>",
        f"<{tag}><p>Set prices</p></{tag}>",
    )
    assert visible_text(beside + matter if before else matter + beside) == (
        "Drive the ferry from one harbour to the next"
    )


@pytest.mark.parametrize("tag", ["nav", "aside", "footer"])
def test_it_is_read_in_a_page_that_holds_hardly_a_word_elsewhere(tag: str) -> None:
    assert visible_text(f"<h1>Ferry</h1><{tag}><p>Set prices</p></{tag}>") == "Ferry\n\nSet prices"


def test_it_is_said_when_it_is_much_of_the_page() -> None:
    page = "<nav>" + "<p>Set the prices of boats</p>" * 9 + "</nav><p>Drive the ferry to the harbour</p>"
    assert rolefit.classify(page).left_out == ("most of the page stands beside its matter and was left out",)
    assert read(page).beside > 0.8
    assert read("<nav>Jobs</nav>" + "<p>Drive the ferry to the harbour</p>" * 9).beside < 0.05
