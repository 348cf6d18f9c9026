"""The report in a real browser: nothing of a posting runs, and everybody can use it, quickly.

Needs Debian's ``chromium`` and ``chromium-driver``. The check with axe-core needs its file: ``pip install
--no-deps axe-playwright-python`` (`.ci/run` does so), or ``ROLEFIT_AXE=/path/to/axe.min.js``.
"""

from __future__ import annotations

import dataclasses
import io
import statistics
import sys
import time

import pytest
from draw_report import PICTURES, draw
from helpers.accessibility import AXE, CONTRAST, SHAPES, axe_file
from helpers.browser import chromium
from helpers.report_postings import PAYLOADS, harmful, many, ordinary, verdict_fields

import rolefit
from rolefit.errors import printable
from rolefit.report.build import ReportRow, report, write_report

pytestmark = pytest.mark.slow

ARTICLES = {"A1": "The first article", "A2": "The second article"}
LARGE = 5000
HUGE = 20_000
SLOWEST = 0.1
"""Seconds that a key stroke may take, from the key to the new table on the screen."""


@pytest.fixture(scope="module")
def browser():
    pytest.importorskip("selenium", reason="needs Selenium: pip install 'rolefit[browser]'")
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Files with an ordinary report, a hostile one, one of a single posting, and a large one."""
    folder = tmp_path_factory.mktemp("reports")
    rows = ordinary()
    written = {"ordinary": rows, "harmful": harmful(), "single": rows[:1], "large": many(LARGE)}
    return {
        name: write_report(folder / f"{name}.html", some, "default", ARTICLES)
        for name, some in written.items()
    }


def shown(browser):
    """Titles of the rows on the screen."""
    return browser.texts(".opens bdi")


def choose(browser, selector, value):
    browser.run(
        "const field = document.querySelector(arguments[0]);"
        "if (field.type === 'checkbox') field.checked = arguments[1]; else field.value = arguments[1];"
        "field.dispatchEvent(new Event('input', { bubbles: true }))",
        selector,
        value,
    )


# ---- nothing of a posting runs


def test_hostile_postings_run_load_and_say_nothing(browser, pages):
    browser.open(pages["harmful"])
    postings = len(harmful()) - len(PAYLOADS)
    assert browser.texts("#count") == [f"{postings} postings and {len(PAYLOADS)} other rows"]
    browser.run("document.querySelector('#open-all').click()")
    assert len(browser.all(".detail")) == len(harmful())
    for mark in browser.all("mark[id]"):
        browser.run("arguments[0].focus(); arguments[0].dispatchEvent(new MouseEvent('mouseenter'))", mark)
    for payload in PAYLOADS:
        choose(browser, "#words", payload)
        choose(browser, "#company", payload)
    browser.run("for (const node of document.querySelectorAll('button, a, label, summary')) node.click()")
    time.sleep(0.5)
    assert browser.run("return window.ran") == []
    assert browser.requests() == []
    assert browser.console() == []
    assert browser.driver.current_url.startswith(pages["harmful"].as_uri())


def test_a_single_hostile_posting_runs_nothing_either(browser, tmp_path):
    for index, row in enumerate(harmful()):
        browser.open(write_report(tmp_path / f"{index}.html", [row], "default"))
        assert len(browser.all(".posting")) == 1
        assert browser.run("return window.ran") == []
        assert browser.console() == []
    assert browser.requests() == []


def test_hostile_words_are_shown_as_they_are(browser, pages):
    browser.open(pages["harmful"])
    assert browser.run(
        "return Array.from(document.querySelectorAll('.opens bdi'), (node) => node.textContent)"
    )[: len(PAYLOADS)] == [printable(payload) for payload in PAYLOADS]


def test_markup_makes_no_element_of_a_posting(browser, pages):
    browser.open(pages["harmful"])
    browser.run("document.querySelector('#open-all').click()")
    made = browser.run(
        "const nodes = Array.from(document.querySelectorAll('tbody *'));"
        "return Array.from(new Set(nodes.map((node) => node.localName))).sort()"
    )
    assert made == sorted("a b bdi button details div h3 li mark ol p rect span summary svg td tr ul".split())
    assert browser.run(
        "const links = Array.from(document.querySelectorAll('tbody a'), (node) => node.getAttribute('href'));"
        "return links.every((to) => /^#posting-\\d+-\\d+$/.test(to))"
    )


def test_the_policy_stops_what_gets_into_the_page_by_another_way(browser, tmp_path):
    """The second wall, tried by pulling down the first: markup is put into the file by hand."""
    planted = """
        <script>alert('planted')</script><img src=x onerror=alert('image')><img src=http://127.0.0.1:9/a.png>
        <iframe src=http://127.0.0.1:9/></iframe><style>h1 { display: none }</style>
    """
    path = tmp_path / "planted.html"
    path.write_text(report(ordinary(), "default").replace("<main>", "<main>" + planted), encoding="utf-8")
    browser.open(path)
    assert browser.run("return window.ran") == []
    assert browser.one("h1").is_displayed()
    assert shown(browser)
    complaints = browser.console()
    assert sum("Content Security Policy" in line for line in complaints) == len(complaints) >= 4
    with pytest.raises(Exception, match="TrustedHTML"):
        browser.run("document.body.innerHTML = '<p>x'")


# ---- sort, filter, search


def test_the_table_starts_with_what_a_person_should_look_at(browser, pages):
    browser.open(pages["ordinary"])
    rows = ordinary()
    first = [row.title for row in rows if row.review]
    assert shown(browser) == first + [row.title for row in rows if not row.review]
    assert browser.one(header("For review")).get_attribute("aria-sort") == "ascending"
    assert browser.texts("td[data-heading='For review']")[: len(first)] == [
        row.review for row in rows if row.review
    ]
    assert browser.console() == []


def test_each_row_says_why_in_themes(browser, pages):
    browser.open(pages["ordinary"])
    choose(browser, "#words", "parcel lockers")
    lines = ordinary()[0].verdict.responsibilities
    why = browser.texts("td[data-heading='Why']")[0]
    assert why.startswith("PM")
    strongest = max(lines, key=lambda line: abs(line.contribution))
    assert strongest.theme_words in why
    assert "lines" not in why


def test_an_opened_posting_says_it_in_a_sentence_before_its_figures(browser, pages):
    browser.open(pages["ordinary"])
    choose(browser, "#words", "parcel lockers")
    browser.one(".opens").click()
    said = ordinary()[0].verdict.sentences
    assert browser.texts(".detail .verdict") == [f"PM-like {said.what} Why: {said.why}."]
    assert browser.texts(".detail .callout") == ["The title disagrees: “Product Owner, Parcel Lockers”."]
    assert "balance" not in browser.texts(".detail .posting")[0].partition("The posting")[0]
    browser.one(".figures summary").click()
    assert len(browser.all(".figures .scale")) == 1


def test_the_head_says_by_whose_split_of_the_work(browser, tmp_path):
    page = write_report(tmp_path / "r.html", ordinary(), "m", ARTICLES, corpus_sha256="0123456789abcdef")
    browser.open(page)
    assert "by the split of these two articles (corpus 01234567)" in browser.texts(".source")[0]


def header(name):
    return f"th[data-heading='{name}']"


def test_a_header_sorts_both_ways_and_says_so(browser, pages):
    browser.open(pages["ordinary"])
    titles = sorted((row.title for row in ordinary()), key=str.casefold)
    for expected, said in ((titles, "ascending"), (titles[::-1], "descending")):
        browser.one(f"{header('Title')} button").click()
        assert sorted(shown(browser)) == sorted(expected)
        assert [title.casefold() for title in shown(browser)] == [title.casefold() for title in expected]
        assert browser.one(header("Title")).get_attribute("aria-sort") == said
    assert browser.one(header("For review")).get_attribute("aria-sort") == "none"


def test_numbers_sort_as_numbers_and_rows_without_one_come_last(browser, pages):
    browser.open(pages["ordinary"])
    browser.one(f"{header('Sure')} button").click()
    browser.one(f"{header('Sure')} button").click()
    figures = browser.texts("td[data-heading='Sure']")
    numbers = [int(figure.rstrip("%")) for figure in figures[:-1]]
    assert numbers == sorted(numbers, reverse=True)
    assert figures[-1] == "–"


def test_a_row_has_its_number_in_the_file_and_without_one_its_place(browser, tmp_path):
    rows = [ReportRow("", None, None, error="none", number=number) for number in (2, 1204, None)]
    browser.open(write_report(tmp_path / "r.html", rows, "default"))
    assert browser.texts("td[data-heading='Row']") == ["2", "1,204", "3"]
    assert shown(browser) == ["Posting 2", "Posting 1204", "Posting 3"]


def test_search_finds_words_of_the_text_in_any_case_and_order(browser, pages):
    browser.open(pages["ordinary"])
    choose(browser, "#words", "LOCKERS vision")
    assert shown(browser) == ["Product Owner, Parcel Lockers"]
    assert browser.texts("#count") == ["1 of 8 postings and 2 other rows"]


def test_quotation_marks_keep_words_together(browser, pages):
    browser.open(pages["ordinary"])
    choose(browser, "#words", "and leave rivals for the lockers")
    assert shown(browser) == []
    choose(browser, "#words", '"the lockers vision"')
    assert shown(browser) == []
    choose(browser, "#words", '"vision for our lockers"')
    assert shown(browser) == ["Product Owner, Parcel Lockers"]


def test_hits_are_marked_and_those_in_a_title_come_first(browser, tmp_path):
    def posting(title, text):
        return ReportRow("", title, None, verdict_fields(text, (text, "PM", 0.5)))

    rows = [
        posting("Owner", "Harbour and vision"),
        posting("Owner", "Vision of the harbour"),
        posting("Harbour vision lead", "Own it"),
        posting("Lead, vision of a harbour", "Own it all"),
        posting("Owner", "Our harbour vision"),
    ]
    browser.open(write_report(tmp_path / "r.html", rows, "default"))
    choose(browser, "#words", "harbour vision")
    assert browser.texts("td[data-heading='Row']") == ["3", "4", "5", "1", "2"]
    assert browser.texts(".snippet")[0] == "…Our harbour vision…"
    assert browser.run("return CSS.highlights.get('hit').size") >= 10
    choose(browser, "#words", "")
    assert browser.run("return CSS.highlights.has('hit')") is False


def test_a_repeated_posting_is_one_row_that_is_found_by_any_of_its_names(browser, tmp_path):
    one, other = ordinary()[0], ordinary()[1]
    rows = [
        ReportRow(f"n{number}", one.title, one.company, one.verdict, location=f"Town {number}")
        for number in range(40)
    ]
    rows.append(ReportRow("x", other.title, other.company, other.verdict, location="Town 7"))
    browser.open(write_report(tmp_path / "r.html", rows, "default"))
    assert browser.texts("#count") == ["2 postings"]
    assert "×40" in browser.texts("td[data-heading='Title']")[0]
    assert "+39" in browser.texts("td[data-heading='Location']")[0]
    for field, typed, found in (
        ("#words", "n31", [one.title]),
        ("#location", "town 39", [one.title]),
        ("#location", "town 7", [one.title, other.title]),
    ):
        browser.one("button[type=reset]").click()
        time.sleep(0.1)
        choose(browser, field, typed)
        assert shown(browser) == found
    browser.one(".opens").click()
    assert browser.texts(".repeats summary") == ["This posting stands in 40 rows"]


@pytest.mark.parametrize("width", [1200, 1280, 1440])
def test_a_title_keeps_its_room_beside_company_department_and_location(browser, tmp_path, width):
    row = ordinary()[0]
    rows = [
        ReportRow(str(n), row.title, row.company, row.verdict, department="Team", location=f"Town {n}")
        for n in range(2)
    ]
    browser.open(write_report(tmp_path / "r.html", rows, "default"), width=width)
    widths = {
        name: browser.one(f"th[data-heading='{name}']").size["width"]
        for name in ("Title", "Company", "Department", "Location", "For review")
    }
    assert widths["Title"] == max(widths.values())
    for name in widths:
        header = f"#table th[data-heading='{name}'] button"
        assert browser.run(
            "const b = document.querySelector(arguments[0]); return b.scrollWidth <= b.parentElement.clientWidth + 1",
            header,
        ), name


def test_shares_by_company_and_place_pick_out_their_postings(browser, tmp_path):
    rows = [
        ReportRow(row.id, row.title, row.company, row.verdict, department=f"Team {number % 2}")
        for number, row in enumerate(ordinary()[:6])
    ]
    browser.open(write_report(tmp_path / "r.html", rows, "default"))
    assert browser.texts("#breakdowns h3")[:2] == ["By company", "By department"]
    assert browser.texts("#breakdowns .figure")[:2] == ["2", "2"]
    assert "PO-like: 1" in browser.one("#breakdowns svg").get_attribute("aria-label")
    assert not browser.one("#location-label").is_displayed()
    browser.one("#breakdowns .picks").click()
    assert browser.texts("#count") == ["2 of 6 postings"]
    assert browser.focused().get_attribute("id") == "postings"


def test_other_professions_are_counted_by_title_and_pick_out_their_postings(browser, tmp_path):
    cook = "Duties\n- Cook lunch for two hundred guests\n- Order fish\n- Lead the kitchen team"
    rows = ordinary()[:3]
    for number, title in enumerate(["Head Chef", "Head Chef", "Sous-Chef"]):
        text = f"{cook} on day {number}"
        rows.append(ReportRow(str(number), title, None, rolefit.classify(text, title)))
    browser.open(write_report(tmp_path / "r.html", rows, "default"))
    assert browser.texts("#breakdowns h3")[-1] == "Not a product job, by title"
    assert browser.texts(".jobs li") == ["Head Chef\n2", "Sous-Chef\n1"]
    browser.one(".jobs .picks").click()
    assert shown(browser) == ["Head Chef", "Head Chef"]
    assert browser.one("#label").get_property("value") == "not a product job"


def test_search_reads_quotes_and_accents_as_people_type_them(browser, tmp_path):
    browser.open(
        write_report(
            tmp_path / "r.html",
            [
                ReportRow("1", "Café “Zoë’s” Chef", None, error="none"),
                ReportRow("2", "x", None, error="none"),
            ],
            "default",
        )
    )
    for typed in ("cafe", "CAFÉ", "zoe's", '"zoë'):
        choose(browser, "#words", typed)
        assert shown(browser) == ["Café “Zoë’s” Chef"]


def test_filters_by_label_company_and_mismatch_work_together(browser, pages):
    browser.open(pages["ordinary"])
    choose(browser, "#mismatch", True)
    assert shown(browser) == ["Product Owner, Parcel Lockers", "Senior Product Manager"]
    choose(browser, "#label", "PO-like")
    assert shown(browser) == ["Senior Product Manager"]
    choose(browser, "#company", "larkspur")
    assert shown(browser) == []
    assert browser.texts("#count") == ["0 of 8 postings and 2 other rows"]
    browser.one("button[type=reset]").click()
    time.sleep(0.1)
    assert len(shown(browser)) == 10


def test_rows_worth_a_look_can_be_picked_out_and_say_why(browser, pages):
    browser.open(pages["ordinary"])
    choose(browser, "#review", True)
    expected = [row for row in ordinary() if row.review]
    assert shown(browser) == [row.title for row in expected]
    browser.run("document.querySelector('#open-all').click()")
    # A title that disagrees is said above, and not twice.
    others = [row.review for row in expected if not row.review.startswith("the title disagrees")]
    assert browser.texts(".detail .look") == [f"For review: {review}." for review in others]
    assert len(browser.all(".detail .callout")) >= len(expected) - len(others) > 0


def test_rows_without_text_can_be_picked_out(browser, tmp_path):
    blank = ReportRow("7", "Blank", None, rolefit.classify("", "Blank"))
    browser.open(write_report(tmp_path / "r.html", [*ordinary(), blank], "default"))
    assert browser.texts("#label option") == [
        "any",
        "PM-like",
        "PO-like",
        "mixed",
        "unclear",
        "not a product job",
        "not in English",
        "no text",
        "not read",
    ]
    choose(browser, "#label", "no text")
    assert shown(browser) == ["Blank"]
    browser.one(".opens").click()
    assert browser.texts(".detail .callout") == ["This row has no text."]


def test_rows_that_could_not_be_read_can_be_picked_out(browser, pages):
    browser.open(pages["ordinary"])
    choose(browser, "#label", "not read")
    browser.one(".opens").click()
    assert "could not be read: cell “description” is empty" in browser.texts(".detail")[0]


def test_pages_turn_and_keep_the_focus(browser, pages):
    browser.open(pages["large"])
    assert browser.texts("#page") == ["Page 1 of 100"]
    browser.one("#next").click()
    assert shown(browser)[0] == "Product person 50"
    assert browser.focused().get_attribute("id") == "next"
    choose(browser, "#words", "row-04999")
    assert shown(browser) == ["Product person 4999"]
    assert not browser.one("#pages").is_displayed()


# ---- a posting


UNTAGGED = """
const text = document.querySelector(".text").cloneNode(true);
for (const tag of text.querySelectorAll(".tag")) tag.remove();
return text.textContent;
"""


def test_lines_are_marked_where_they_stand_with_their_role(browser, pages):
    browser.open(pages["single"])
    row = ordinary()[0]
    assert browser.run(
        "return Array.from(document.querySelectorAll('.text mark'), (mark) => mark.lastChild.data)"
    ) == [r.text for r in row.verdict.responsibilities]
    assert browser.texts(".text mark .tag") == [r.role for r in row.verdict.responsibilities]
    assert browser.run(UNTAGGED) == row.verdict.text


def test_emoji_before_a_line_do_not_move_it(browser, pages):
    browser.open(pages["harmful"])
    choose(browser, "#words", "all at once")
    browser.one(".opens").click()
    assert browser.run("return document.querySelector('.text mark').lastChild.data") == "Run sprint planning"


def test_shade_follows_the_contribution(browser, pages):
    browser.open(pages["single"])
    marks = browser.run(
        "return Array.from(document.querySelectorAll('.text mark'), (mark) => Number(mark.dataset.shade))"
    )
    shares = [abs(r.contribution) for r in ordinary()[0].verdict.responsibilities]
    assert max(marks) == 5
    assert [shade for _, shade in sorted(zip(shares, marks, strict=True))] == sorted(marks)


def test_pointing_at_a_line_shows_its_note_until_escape(browser, pages):
    from selenium.webdriver import ActionChains, Keys

    browser.open(pages["single"])
    ActionChains(browser.driver).move_to_element(browser.one(".text mark")).perform()
    note = browser.one("#note")
    assert note.is_displayed()
    responsibility = ordinary()[0].verdict.responsibilities[0]
    assert responsibility.theme_words in note.text
    assert responsibility.nearest.text in note.text
    assert (
        "The first article" in note.text
        or "The second article" in note.text
        or responsibility.articles[0] in note.text
    )
    assert f"{abs(responsibility.contribution):.3f}" in note.text
    assert f"{abs(responsibility.deletion_effect):.3f}" in note.text
    assert browser.all(".posting select") == [], "a report takes no corrections"
    ActionChains(browser.driver).move_to_element(note).perform()
    assert note.is_displayed()
    browser.press(Keys.ESCAPE)
    assert not note.is_displayed()


def test_the_title_mismatch_and_what_would_change_the_label_are_said(browser, pages):
    browser.open(pages["single"])
    verdict = ordinary()[0].verdict
    assert browser.texts(".posting .callout") == ["The title disagrees: “Product Owner, Parcel Lockers”."]
    assert browser.texts(".clipped a") == [r.text for r in verdict.flip()]
    assert (
        f"Without these {len(verdict.flip())} lines the label would be {verdict.flip_label}:"
        in browser.texts(".posting p")
    )
    assert f"balance +{verdict.balance:.2f}" in browser.one(".scale").get_attribute("aria-label")


# ---- by keyboard and by ear


def test_all_of_it_works_with_the_keyboard_alone(browser, pages):
    from selenium.webdriver import Keys

    browser.open(pages["ordinary"])

    browser.tab_to(".skip")
    browser.press(Keys.ENTER)
    assert browser.focused().get_attribute("id") == "postings"
    browser.tab_to("#words")
    browser.press(*"owner")
    assert len(shown(browser)) == 5 - 1 + sum(
        "owner" in row.verdict.text.lower() for row in ordinary() if row.verdict and "Owner" not in row.title
    )
    browser.press(Keys.ENTER)
    browser.tab_to("#label")
    browser.press(Keys.ARROW_DOWN)
    browser.tab_to("#mismatch")
    browser.press(Keys.SPACE)
    assert shown(browser) == ["Product Owner, Parcel Lockers"]
    browser.tab_to(f"{header('Sure')} button")
    browser.press(Keys.ENTER)
    assert browser.one(header("Sure")).get_attribute("aria-sort") == "ascending"
    opener = browser.tab_to(".opens")
    browser.press(Keys.ENTER)
    assert opener.get_attribute("aria-expanded") == "true"
    assert browser.one(f"#{opener.get_attribute('aria-controls')}").is_displayed()
    mark = browser.tab_to("mark")
    assert browser.one("#note").is_displayed()
    assert mark.get_attribute("aria-describedby") == "note"
    browser.tab_to(".lines a")
    assert not browser.one("#note").is_displayed()
    browser.press(Keys.ENTER)
    assert browser.run("return document.activeElement.localName") == "mark"
    assert browser.console() == []


def test_what_has_the_focus_is_outlined(browser, pages):
    from selenium.webdriver import Keys

    browser.open(pages["ordinary"])
    for _ in range(12):
        browser.press(Keys.TAB)
        assert browser.run("return getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_the_tree_that_screen_readers_hear(browser, pages):
    for width in (1280, 360):
        browser.open(pages["ordinary"], width)
        browser.one(".opens").click()
        browser.one(".figures summary").click()
        nodes = browser.devtools("Accessibility.getFullAXTree")["nodes"]
        heard = [
            (node["role"]["value"], node.get("name", {}).get("value", ""))
            for node in nodes
            if not node.get("ignored")
        ]
        roles = [role for role, _ in heard]
        assert ("table", "Postings") in heard
        assert roles.count("columnheader") == 7
        assert ("search", "Filter the postings") in heard
        assert ("status", "") in heard
        assert ("image", "Postings by label") in heard
        assert any(role == "image" and name.startswith("balance +") for role, name in heard)
        assert ("button", "Title") in heard
        assert {"banner", "main", "contentinfo", "mark", "heading"} <= set(roles)
        assert [
            name
            for role, name in heard
            if role in ("searchbox", "combobox", "textbox", "checkbox") and not name
        ] == []


def test_axe_finds_nothing(browser, pages):
    file = axe_file()
    for name in ("ordinary", "single", "harmful"):
        for width in (1280, 360):
            for dark in (False, True):
                browser.open(pages[name], width, dark=dark)
                browser.run(
                    "const all = document.querySelector('#open-all'); if (all) all.click();"
                    "document.querySelector('mark[id]').focus()"
                )
                browser.devtools(
                    "Runtime.evaluate",
                    expression=file.read_text(encoding="utf-8"),
                    allowUnsafeEvalBlockedByCSP=True,
                )
                assert browser.driver.execute_async_script(AXE) == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_text_stands_out_from_its_ground(browser, pages, dark):
    browser.open(pages["ordinary"], dark=dark)
    browser.run("document.querySelector('#open-all').click(); document.querySelector('mark[id]').focus()")
    found = browser.run(CONTRAST)
    assert len(found) > 200
    assert found[0][0] >= 4.5, found[:3]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_everything_stands_out_in_forced_colours(browser, pages, dark):
    browser.open(pages["ordinary"], dark=dark, forced=True)
    browser.run(
        "document.querySelector('#open-all').click(); document.querySelector('mark[id]').focus();"
        "for (const box of document.querySelectorAll('details')) box.open = true"
    )
    texts, shapes = browser.run(CONTRAST), browser.run(SHAPES)
    assert len(texts) > 200
    assert len(shapes) > 60
    assert texts[0][0] >= 4.5, texts[:3]
    assert shapes[0][0] >= 3, shapes[:3]


def test_kinds_keep_apart_in_forced_colours(browser, pages):
    browser.open(pages["ordinary"], forced=True)
    fills = browser.run(
        "return ['first', 'second', 'mixed', 'unclear', 'other'].map((kind) =>"
        " getComputedStyle(document.querySelector(`.chart [data-kind=${kind}]`)).fill)"
    )
    assert len(set(fills)) == 5


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_another_job_has_a_shade_of_its_own_in_every_bar(browser, pages, dark):
    browser.open(pages["ordinary"], dark=dark)
    for bars in (".chart", "#breakdowns"):
        fills = browser.run(
            "return ['unclear', 'other'].map((kind) => getComputedStyle("
            "document.querySelector(`${arguments[0]} [data-kind=${kind}]`)).fill.match(/\\d+/g).map(Number))",
            bars,
        )
        least, most = sorted(sum(fill) for fill in fills)
        assert most - least > 200, fills


def test_colour_is_never_alone(browser, pages):
    """Each role has its own kind of line under the text, and its name in front of it."""
    browser.open(pages["ordinary"])
    styles = browser.run(
        "const marks = Array.from(document.querySelectorAll('.key mark'));"
        "return marks.map((mark) => getComputedStyle(mark).borderBottomStyle)"
    )
    assert styles == ["solid", "dashed", "double"]
    assert browser.texts(".key .tag") == ["PM", "PO", "both"]


# ---- on every screen and on paper


@pytest.mark.parametrize("name", ["ordinary", "harmful", "single"])
@pytest.mark.parametrize("width", [320, 360, 768, 800, 1280])
def test_nothing_scrolls_sideways(browser, pages, name, width):
    browser.open(pages[name], width)
    browser.run(
        "const all = document.querySelector('#open-all'); if (all) all.click();"
        "document.querySelector('mark[id]').focus()"
    )
    assert browser.run("return document.documentElement.scrollWidth") <= width


def test_nothing_scrolls_sideways_beside_a_scrollbar(pages):
    pytest.importorskip("selenium", reason="needs Selenium: pip install 'rolefit[browser]'")
    with chromium(scrollbars=True) as beside:
        beside.open(pages["ordinary"])
        beside.one(".opens").click()
        for width in (320, 360, 768):
            beside.devtools(
                "Emulation.setDeviceMetricsOverride",
                width=width,
                height=800,
                deviceScaleFactor=1,
                mobile=False,
            )
            beside.run("document.activeElement.blur(); document.querySelector('mark[id]').focus()")
            room = beside.run("return document.documentElement.clientWidth")
            assert room < width
            assert beside.run("return document.documentElement.scrollWidth") <= room


def test_dark_and_light_follow_the_reader(browser, pages):
    grounds = []
    for dark in (False, True):
        browser.open(pages["ordinary"], dark=dark)
        grounds.append(browser.run("return getComputedStyle(document.documentElement).backgroundColor"))
    assert grounds == ["rgb(255, 255, 255)", "rgb(20, 22, 26)"]


def test_paper_shows_every_row_that_the_filters_leave_and_no_controls(browser, pages):
    pypdf = pytest.importorskip("pypdf")
    browser.open(pages["large"], dark=True)
    choose(browser, "#words", "row-001")
    browser.one(".opens").click()
    printed = " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(browser.pdf())).pages)
    plain = " ".join(printed.split())
    assert [index for index in range(100, 200) if f"Product person {index}" not in plain] == []
    assert "PM line 100" in printed
    assert "Clear" not in printed
    assert len(shown(browser)) == 50


def test_each_printed_page_of_the_table_has_its_headings_and_no_page_ends_with_them(browser, tmp_path):
    pypdf = pytest.importorskip("pypdf")
    [first, *_] = ordinary()
    for size in (0, 4, 6):  # companies with a bar, which move the table down
        rows = [
            dataclasses.replace(
                first, id=str(at), title=f"Product person {at}", company=f"Company {at % size if size else 0}"
            )
            for at in range(40)
        ]
        browser.open(write_report(tmp_path / "r.html", rows, "default"))
        pages = [
            page.extract_text().split("How to read this")[0]
            for page in pypdf.PdfReader(io.BytesIO(browser.pdf())).pages
        ]
        with_rows = [text for text in pages if "Product person" in text]
        assert len(with_rows) > 2
        for text in with_rows:
            assert "For review" in text.split("Product person")[0]
        assert [text for text in pages if "Sure" in text] == with_rows


def test_names_are_not_broken_within_a_word_on_paper(browser, tmp_path):
    pypdf = pytest.importorskip("pypdf")
    rows = [
        dataclasses.replace(row, department="Technology", location="Amsterdam", company="Harbourlight")
        for row in ordinary()
    ]
    browser.open(write_report(tmp_path / "r.html", rows, "default"))
    printed = "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(browser.pdf())).pages)
    assert printed.count("Technology") >= len(rows)
    assert printed.count("Amsterdam") >= len(rows)
    assert printed.count("Harbourlight") >= len(rows)


@pytest.mark.parametrize("width", [1280, 1440])
def test_the_filters_stand_in_one_row(browser, tmp_path, width):
    rows = [
        dataclasses.replace(row, department=f"Team {at}", location="Oslo")
        for at, row in enumerate(ordinary())
    ]
    browser.open(write_report(tmp_path / "r.html", rows, "default"), width)
    bottoms = browser.run(
        "return [...document.querySelectorAll('#filters > :not(.unseen, [hidden], datalist)')]"
        ".map((part) => Math.round(part.getBoundingClientRect().bottom))"
    )
    assert max(bottoms) - min(bottoms) < 5


def test_a_posting_that_is_not_all_english_says_so_in_its_language_and_names_its_english_lines(
    browser, tmp_path
):
    german = "Wir suchen eine Person, die das Produkt mit uns baut und für die Kunden da ist. " * 3
    line = "You will own the backlog of the team and write the user stories."
    texts = {
        "german": german,
        "partly": f"{german}\n\n{line}\n\n{german}",
        "english": ordinary()[0].verdict.text,
    }
    rows = [ReportRow(id, f"{id} posting", None, rolefit.classify(text)) for id, text in texts.items()]
    browser.open(write_report(tmp_path / "r.html", rows, "default"))
    browser.one("#open-all").click()
    browser.run("for (const box of document.querySelectorAll('.language details')) box.open = true")
    german_note, partly_note = browser.all(".language")
    assert german_note.text.startswith("Diese Anzeige ist ganz oder zum Teil auf Deutsch.")
    assert german_note.text.endswith("No line of it is English.")
    assert partly_note.text.endswith(line)
    assert german_note.find_element("css selector", "[lang=de]").text


def test_rows_without_a_text_are_printed_as_their_numbers(browser, tmp_path):
    pypdf = pytest.importorskip("pypdf")
    rows = [ordinary()[0]] + [ReportRow("", None, None, rolefit.classify("")) for _ in range(300)]
    rows += [ReportRow("", "Product Owner", None, rolefit.classify("")), ordinary()[1]]
    browser.open(write_report(tmp_path / "r.html", rows, "default"))
    pages = pypdf.PdfReader(io.BytesIO(browser.pdf())).pages
    plain = " ".join(" ".join(page.extract_text() for page in pages).split())
    assert "Without a text, rows 2–301, 302 (Product Owner)" in plain
    assert len(pages) <= 3
    assert len(browser.all("#table .row")) == 50
    assert not browser.all(".empty-rows")


# ---- quickly


STROKES = """
window.strokes = [];
let pressed;
document.addEventListener("keydown", (event) => (pressed = event.timeStamp), true);
document.addEventListener("input", () => {
  document.body.offsetHeight;
  window.strokes.push(performance.now() - pressed);
});
"""


def test_a_key_stroke_takes_less_than_a_tenth_of_a_second(browser, pages):
    """Real keys, from the press to the new table laid out; the median, as other work slows down single ones.

    Not to the picture on the screen: without a screen Chromium paints when it likes, on a page of ten rows
    too.
    """
    browser.open(pages["large"])
    browser.run(STROKES)
    browser.one("#words").click()
    typed = ("product backlog ", "zqx", "e a o ", "stakeholder unheard-of")
    for words in typed:
        browser.press(*words)
        browser.run(
            "const words = document.querySelector('#words'); words.value = '';"
            "words.form.dispatchEvent(new Event('input'))"
        )
    strokes = sorted(browser.run("return window.strokes"))
    assert len(strokes) == sum(map(len, typed))
    of_ten = strokes[9 * len(strokes) // 10]
    said = f"median {statistics.median(strokes):.0f} ms, nine of ten within {of_ten:.0f} ms"
    said += f", slowest {strokes[-1]:.0f} ms"
    sys.stdout.write(f"{len(strokes)} key strokes over {LARGE:,} postings: {said}\n")
    assert statistics.median(strokes) < 1000 * SLOWEST


TYPED = """
const [words] = arguments, field = document.querySelector("#words"), times = [];
const type = (text) => {
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  document.body.offsetHeight;
};
for (let n = 0; n < 9; n++) {
  type("");
  const start = performance.now();
  type(words);
  times.push(performance.now() - start);
}
return Math.min(...times);
"""
SORTED = """
const [name] = arguments, button = document.querySelector(`th[data-heading="${name}"] button`), times = [];
for (let n = 0; n < 9; n++) {
  const start = performance.now();
  button.click();
  document.body.offsetHeight;
  times.push(performance.now() - start);
}
return Math.min(...times);
"""


@pytest.mark.alone
def test_any_search_or_sort_takes_less_than_a_tenth_of_a_second(browser, pages):
    """From the event to the table laid out; the best of nine, since other work slows down the others."""
    browser.open(pages["large"])
    took = {
        f"search {words!r}": browser.run(TYPED, words)
        for words in ("e", "ex", "backlog", "zqx", "unheard-of words here", "e a o n t", "–", "row-0")
    }
    took |= {
        f"sort by {name}": browser.run(SORTED, name)
        for name in ("Row", "Label", "Title", "Company", "Why", "Sure", "For review")
    }
    slowest = max(took, key=took.__getitem__)
    sys.stdout.write(f"{LARGE:,} postings, best of nine: slowest is {slowest} with {took[slowest]:.0f} ms\n")
    assert took[slowest] < 1000 * SLOWEST


@pytest.mark.alone
def test_the_large_report_stays_below_25_mb_and_opens_in_seconds(browser, pages):
    start = time.perf_counter()
    browser.open(pages["large"])
    assert len(shown(browser)) == 50
    took = time.perf_counter() - start
    assert pages["large"].stat().st_size < 25_000_000
    sys.stdout.write(f"{pages['large'].stat().st_size:,} bytes open in {took:.1f} s\n")
    assert took < 4, "two seconds are promised"


@pytest.mark.alone
def test_a_report_of_twenty_thousand_postings_opens_and_filters_too(browser, tmp_path):
    """From the event to the table laid out; the best of nine, since other work slows down the others."""
    page = write_report(tmp_path / "huge.html", many(HUGE), "default", ARTICLES)
    start = time.perf_counter()
    browser.open(page)
    assert len(shown(browser)) == 50
    opened = time.perf_counter() - start
    took = {
        words: browser.run(TYPED, words) for words in ("ex", "zqx", "e a o n t", "the a", "product person 1")
    }
    slowest = max(took, key=took.__getitem__)
    sys.stdout.write(
        f"{HUGE:,} postings, {page.stat().st_size:,} bytes open in {opened:.1f} s;"
        f" slowest search is {slowest!r} with {took[slowest]:.0f} ms\n"
    )
    assert opened < 4
    assert took[slowest] < 1000 * SLOWEST


# ---- pictures


def test_the_pictures_of_the_readme_can_be_drawn(browser, tmp_path):
    drawn = draw(browser, tmp_path)
    assert [path.name for path in drawn] == list(PICTURES)
    assert all(path.read_bytes().startswith(b"\x89PNG") and path.stat().st_size > 10_000 for path in drawn)
