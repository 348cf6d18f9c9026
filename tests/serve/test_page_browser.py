"""The page of ``rolefit serve`` in a real browser, from the paste to the download.

Needs Debian's ``chromium`` and ``chromium-driver``. The check with axe-core needs its file: ``pip install
--no-deps axe-playwright-python`` (`.ci/run` does so), or ``ROLEFIT_AXE=/path/to/axe.min.js``.
"""

from __future__ import annotations

import json
import statistics
import sys
import time

import pytest
from draw_page import PICTURES, draw
from helpers.accessibility import AXE, CONTRAST, axe_file
from helpers.browser import chromium
from helpers.live_server import served
from helpers.report_postings import ORDINARY, PAYLOADS

import rolefit
from rolefit import tables
from rolefit.model.row_groups import posting_key
from rolefit.text.html import visible_text

pytestmark = pytest.mark.slow

SLOWEST = 0.1
"""Seconds from a key stroke to the new verdict in the page."""

BACKLOG = (
    "- Keep the product backlog in order\n- Write user stories\n- Run sprint planning with the developers"
)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with served(tmp_path_factory.mktemp("scratch")) as started:
        yield started
        code, said = started.stop()
        assert (code, said) == (0, "rolefit: stopped serving the page\n")
        assert not list(started.scratch.iterdir())


@pytest.fixture(scope="module")
def downloads(tmp_path_factory):
    return tmp_path_factory.mktemp("downloads")


@pytest.fixture(scope="module")
def started(downloads):
    pytest.importorskip("selenium", reason="needs Selenium: pip install 'rolefit[browser]'")
    with chromium(fetches=True) as browser:
        browser.devtools("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(downloads))
        yield browser


def fresh(browser, server, width=1280, dark=False):
    """Open the page as for the first time."""
    browser.open(server.address, width, dark=dark)
    browser.run("sessionStorage.clear(); Storage.prototype.setItem = () => {}")  # or files come back
    browser.open(server.address, width, dark=dark)
    browser.console()  # the page before may have asked whether to leave it


@pytest.fixture
def browser(started, server):
    """A browser with the page open and empty; in the end it has asked nobody else and logged no errors."""
    fresh(started, server)
    yield started
    assert [url for url in started.requests() if not url.startswith((server.address, "blob:"))] == []
    assert started.console() == []
    assert started.run("return window.ran") == []


def until(browser, condition, seconds=20.0):
    """Wait until the body of a function in the page gives something."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = browser.run(condition)
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"{condition} does not come true; the page says {browser.texts('main')[0][:2000]}")


def write(browser, text, title=""):
    """Put a posting into the box at once, and wait for its verdict."""
    browser.run(
        "document.querySelector('#verdict').replaceChildren(); document.querySelector('#title').value = arguments[1];"
        "const box = document.querySelector('#posting'); box.value = arguments[0]; box.dispatchEvent(new Event('input'))",
        text,
        title,
    )
    until(browser, "return document.querySelector('#verdict').childElementCount")


def badge(browser):
    return browser.texts("#verdict .badge")


def choose(browser, selector, value):
    browser.run("const field = document.querySelector(arguments[0]); field.value = arguments[1]; for (const type of ['input', 'change'])"
                "field.dispatchEvent(new Event(type, { bubbles: true }))", selector, value)  # fmt: skip


# ---- one posting


def test_an_empty_page_says_what_will_come(browser):
    assert browser.texts("#verdict") == ["The verdict will appear here, with the lines that decide it."]


def test_what_is_typed_is_read_at_once(browser):
    browser.one("#posting").send_keys(BACKLOG)
    until(browser, "return document.querySelector('#verdict .badge')?.textContent === 'PO-like'")
    assert browser.run(
        "return Array.from(document.querySelectorAll('#marks mark'), (mark) => mark.textContent)"
    ) == [line.text for line in rolefit.classify(BACKLOG).responsibilities]
    assert "PO-like" in browser.one("#said").get_attribute("textContent")


def test_a_title_that_says_otherwise_is_named(browser):
    write(browser, BACKLOG, "Product Manager")
    assert browser.texts("#verdict .callout") == ["The title disagrees: “Product Manager”."]


def test_a_title_of_another_job_is_worth_a_look(browser):
    write(browser, BACKLOG, "Head of Marketing")
    [look] = browser.texts("#verdict .look")
    assert look.startswith("For review: the title names another job")


def test_a_line_that_is_opened_shows_theme_article_and_share(browser):
    write(browser, BACKLOG)
    browser.one("#line-1").click()
    line = rolefit.classify(BACKLOG).responsibilities[0]
    shown = browser.texts("#lines li")[0]
    assert line.theme_words in shown
    assert f"{line.articles[0]}, " in shown
    assert f"{abs(line.contribution):.3f}" in shown


@pytest.mark.parametrize(
    "lines",
    [
        BACKLOG,
        "- Order the product backlog\n- Write user stories\n- Study the market\n- Set prices\n- Own the product strategy",
    ],
)
def test_the_label_without_a_few_lines_is_named(browser, lines):
    write(browser, lines)
    verdict = rolefit.classify(lines)
    which = f"these {len(verdict.flip())} lines" if len(verdict.flip()) > 1 else "this one line"
    browser.one("#figures summary").click()
    until(browser, "return document.querySelector('.flip')")
    assert f"Without {which} the label would be {verdict.flip_label}:" in browser.texts("#figures p")
    assert browser.texts(".flip li") == [line.text for line in verdict.flip()]


def test_the_strongest_line_is_shaded_the_darkest(browser):
    text = ORDINARY[0][3]
    write(browser, text)
    shades = browser.run(
        "return Array.from(document.querySelectorAll('#marks mark'), (mark) => Number(getComputedStyle(mark).getPropertyValue('--shade')))"
    )
    shares = [abs(line.contribution) for line in rolefit.classify(text).responsibilities]
    assert shades[shares.index(max(shares))] == max(shades) == 0.43


def test_what_is_cleared_is_gone(browser):
    write(browser, BACKLOG)
    browser.one("#clear").click()
    until(browser, "return document.querySelector('#verdict .nothing')")
    assert browser.one("#posting").get_attribute("value") == ""


HINTS = """
const pen = document.createElement("canvas").getContext("2d");
return Array.from(document.querySelectorAll("input[placeholder]"), (field) => {
  const style = getComputedStyle(field);
  pen.font = style.font;
  return [field.placeholder, field.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight) - pen.measureText(field.placeholder).width];
});
"""


@pytest.mark.parametrize("width", [1280, 360])
def test_what_a_field_says_while_it_is_empty_is_read_whole(started, server, tmp_path, width):
    fresh(started, server, width)
    drop(started, export(tmp_path / "export.csv"))
    finished(started)
    hints = started.run(HINTS)
    assert len(hints) == 2
    assert [hint for hint, room in hints if room < 0] == []


FORMATTED = "<meta charset='utf-8'><h2>What you will do</h2><ul><li>Keep the <b>product backlog</b> in order</li><li>Write user stories</li></ul>"


def test_text_with_formatting_is_pasted_as_what_a_reader_sees(browser, server):
    from selenium.webdriver import ActionChains, Keys

    browser.devtools(
        "Browser.grantPermissions",
        origin=server.address,
        permissions=["clipboardReadWrite", "clipboardSanitizedWrite"],
    )
    browser.driver.execute_async_script(
        "const [html, done] = arguments, as = (type, text) => new Blob([text], { type });"
        "navigator.clipboard.write([new ClipboardItem({ 'text/html': as('text/html', html), 'text/plain': as('text/plain', 'all in one') })]).then(done)",
        FORMATTED,
    )
    browser.one("#posting").click()
    ActionChains(browser.driver).key_down(Keys.CONTROL).send_keys("v").key_up(Keys.CONTROL).perform()
    until(browser, "return document.querySelector('#posting').value")
    assert (
        browser.one("#posting").get_attribute("value")
        == "What you will do\n\n• Keep the product backlog in order\n• Write user stories"
    )
    until(browser, "return document.querySelectorAll('#marks mark').length === 2")


STROKES = """
window.strokes = [];
let pressed = null;
document.addEventListener("keydown", (event) => (pressed ??= event.timeStamp), true);
new MutationObserver(() => {
  if (pressed === null) return;
  document.body.offsetHeight;
  window.strokes.push(performance.now() - pressed);
  pressed = null;
}).observe(document.querySelector("#verdict"), { childList: true });
"""


def posting_of(size, count=15):
    """A posting as long as real ones are: some duties among much else."""
    duties = [line for *_, text in ORDINARY[:3] for line in text.splitlines() if line[:1] in "-*1"][:count]
    other = "We are a friendly team with a kitchen, a garden and a long table; lunch is cooked by whoever likes to. "
    return "\n".join(
        ["About us", other * ((size - len("\n".join(duties))) // len(other)), "", "What you will do", *duties]
    )


@pytest.mark.alone
def test_the_verdict_follows_a_key_stroke_within_a_tenth_of_a_second(browser):
    """Real keys in a posting of 5 kB, from the press to the new verdict laid out.

    The median is compared, since other work on the machine shows in single values.
    """
    text = posting_of(5000)
    assert 4500 < len(text) < 5500
    write(browser, text)
    browser.run(STROKES)
    browser.one("#posting").click()
    for key in "Join the retrospective and order the backlog.":
        browser.press(key)
        time.sleep(0.05)
    time.sleep(0.3)
    strokes = sorted(browser.run("return window.strokes"))
    assert len(strokes) > 20
    of_ten = strokes[9 * len(strokes) // 10]
    said = f"median {statistics.median(strokes):.0f} ms, nine of ten within {of_ten:.0f} ms, slowest {strokes[-1]:.0f} ms"
    sys.stdout.write(f"{len(strokes)} key strokes in {len(text):,} characters: {said}\n")
    assert statistics.median(strokes) < 1000 * SLOWEST


def test_the_answer_to_what_was_typed_last_stands_last(browser):
    write(browser, BACKLOG)
    browser.run(
        "const box = document.querySelector('#posting');"
        "for (let n = 0; n < 40; n++) { box.value = n % 2 ? arguments[0] : ''; box.dispatchEvent(new Event('input')); }"
        "box.value = 'Set the vision'; box.dispatchEvent(new Event('input'))",
        BACKLOG,
    )
    until(browser, "return document.querySelector('#lines').textContent.includes('Set the vision')")
    time.sleep(0.5)
    assert len(browser.all("#lines li")) == 1


def test_what_cannot_be_read_is_said_in_the_page(browser):
    write(browser, "word " * 6_001)
    assert browser.texts("#verdict .callout") == [
        "Send one posting of at most 30,000 characters; most have a few thousand."
    ]
    browser.console()  # Chromium notes the refusal itself


# ---- a file

DROPPED = """
const [box] = [document.querySelector('#drop')]; box.scrollIntoView({ block: 'center' });
const { left, top, width, height } = box.getBoundingClientRect(); return [left + width / 2, top + height / 2];
"""


def drop(browser, *paths):
    """Let files fall onto the page, as from the desktop."""
    x, y = browser.run(DROPPED)
    data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        browser.devtools("Input.dispatchDragEvent", type=kind, x=x, y=y, data=data)


def finished(browser, seconds=60.0):
    until(browser, "return document.querySelector('#done, #run [role=alert], #column')", seconds)


def export(path, names=("id", "title", "company", "description")):
    tables.write(path, [dict(zip(names, values, strict=True)) for values in ORDINARY])
    return path


@pytest.mark.parametrize("ending", [".csv", ".tsv", ".jsonl", ".xlsx", ".parquet"])
def test_a_dropped_table_comes_back_as_the_table_of_the_report(browser, tmp_path, ending):
    drop(browser, export(tmp_path / f"export{ending}"))
    finished(browser)
    assert (
        f"9 rows read from export{ending}. Text from “description”, title from “title”, id from “id”."
        in browser.texts("#done")
    )
    assert browser.texts("#count") == ["8 postings and 1 other row"]
    assert sorted(browser.texts(".opens bdi")) == sorted(title for _, title, *_ in ORDINARY)
    choose(browser, "#label", "mixed")
    assert browser.texts(".opens bdi") == ["Product Owner / Product Manager"]
    browser.one(".opens").click()
    assert len(browser.all(".detail mark")) > 2


def document(path):
    text = f"{ORDINARY[4][3]}\nReference {path.stem}"  # the same text in five files would be one posting
    if path.suffix == ".docx":
        docx = pytest.importorskip("docx")
        written = docx.Document()
        for line in text.splitlines():
            written.add_paragraph(line)
        written.save(str(path))
    elif path.suffix == ".json":
        path.write_text(
            json.dumps({"jobs": [{"id": 1, "title": "Owner", "content": text, "absolute_url": "x"}]}),
            encoding="utf-8",
        )
    elif path.suffix == ".html":
        path.write_text(f"<!DOCTYPE html><h1>Owner</h1><pre>{text}</pre>", encoding="utf-8")
    else:
        path.write_text(text, encoding="utf-8")
    return path


def test_dropped_documents_are_one_posting_each(browser, tmp_path):
    names = ["a.txt", "b.md", "c.html", "d.docx", "e.json"]
    drop(browser, *(document(tmp_path / name) for name in names))
    finished(browser)
    assert browser.texts("#count") == ["5 postings"]
    assert set(browser.texts("td[data-heading=Label]")) == {"PO-like"}


def test_one_document_is_shown_without_a_table(browser, tmp_path):
    drop(browser, document(tmp_path / "a.txt"))
    finished(browser)
    assert browser.texts("#single .badge") == ["PO-like"]


def test_a_pdf_is_read(browser, tmp_path):
    browser.driver.get("data:text/html,<meta charset=utf-8><p>" + "<p>".join(ORDINARY[4][3].splitlines()))
    (tmp_path / "posting.pdf").write_bytes(browser.pdf())
    browser.driver.back()
    until(browser, "return document.querySelector('#drop')")
    drop(browser, tmp_path / "posting.pdf")
    finished(browser)
    assert browser.texts("#single .badge") == ["PO-like"]


def test_the_results_are_downloaded(browser, tmp_path, downloads):
    drop(browser, export(tmp_path / "export.csv"))
    finished(browser)
    for name in ("scored.xlsx", "scored.csv", "report.html"):
        browser.one(f"#file .downloads a[href$='{name}']").click()
        for _ in range(200):
            if (downloads / f"export-{name}").exists():
                break
            time.sleep(0.05)
    assert [row.values["id"] for row in tables.read(downloads / "export-scored.xlsx")] == [
        id for id, *_ in ORDINARY
    ]
    assert [row.values["id"] for row in tables.read(downloads / "export-scored.csv")] == [
        id for id, *_ in ORDINARY
    ]
    assert (downloads / "export-report.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_a_file_that_is_dropped_while_another_is_read_waits_for_its_turn(browser, tmp_path, downloads):
    rows = [
        {"id": str(n), "title": ORDINARY[0][1], "description": f"{ORDINARY[0][3]}\nReference {n}"}
        for n in range(1500)
    ]
    tables.write(tmp_path / "first.csv", rows)
    drop(browser, tmp_path / "first.csv")
    drop(browser, export(tmp_path / "second.csv"))
    assert browser.texts("#waiting") == ["Waiting: second.csv."]
    finished(browser)
    assert browser.texts("#done")[0].startswith("1,500 rows read from first.csv")
    until(browser, "return document.querySelectorAll('#finished li .picks').length === 2")
    until(browser, "return document.querySelector('#waiting').textContent === 'second.csv is read. '")
    assert browser.texts("#done")[0].startswith("1,500 rows"), "what somebody reads stays"
    first, second = browser.texts("#finished .about")
    assert first == "1,500 different postings: PM-like 1,500"
    assert second.startswith("8 different postings: PM-like ")
    assert second.endswith("; left out: not in English 1")
    browser.one("#finished li:last-child .picks").click()
    until(
        browser,
        "return document.querySelector('#done').textContent.startsWith('9 rows read from second.csv')",
    )
    assert browser.focused().text == "second.csv"
    assert browser.focused().get_attribute("aria-pressed") == "true"
    links = browser.all("#finished .downloads a")
    assert [link.get_attribute("textContent") for link in links[:2]] == [
        "Excel file of first.csv",
        "CSV file of first.csv",
    ]
    links[4].click()
    for _ in range(100):
        if (downloads / "second-scored.csv").exists():
            break
        time.sleep(0.05)
    assert len(list(tables.read(downloads / "second-scored.csv"))) == 9
    browser.driver.refresh()
    until(browser, "return document.querySelectorAll('#finished li .picks').length === 2")
    finished(browser)
    assert browser.texts("#done")[0].startswith("9 rows read from second.csv"), (
        "what was shown is shown again"
    )


def test_a_file_that_cannot_be_read_stops_no_other(browser, tmp_path):
    (tmp_path / "photo.png").write_bytes(b"\x89PNG")
    (tmp_path / "odd.csv").write_text("a,b,c\nCook,Peel potatoes,Wash up\n")
    drop(browser, tmp_path / "odd.csv")
    until(browser, "return document.querySelector('#columns')")
    drop(browser, tmp_path / "photo.png")
    drop(browser, export(tmp_path / "export.csv"))
    assert browser.texts("#waiting") == ["Waiting: photo.png, export.csv. Leave out odd.csv"]
    browser.one("#next-file").click()
    until(browser, "return document.querySelector('#done')")
    assert browser.texts("#finished bdi")[0] == "photo.png"
    assert "are not read" in browser.texts("#finished .callout")[0]
    assert browser.texts("#done")[0].startswith("9 rows read from export.csv")
    assert browser.texts("#run, #waiting") == ["", ""]


def test_a_file_is_printed_with_its_name_and_without_the_empty_editor(browser, tmp_path):
    drop(browser, export(tmp_path / "export.csv"))
    finished(browser)
    browser.devtools("Emulation.setEmulatedMedia", media="print")
    try:
        assert "9 rows read from export.csv" in browser.texts("main")[0]
        assert not browser.one(".one-posting").is_displayed()
        assert [node for node in browser.all("#file button, #file a") if node.is_displayed()] == []
    finally:
        browser.devtools("Emulation.setEmulatedMedia", media="")


def test_a_column_that_cannot_be_told_is_asked_for(browser, tmp_path):
    (tmp_path / "odd.csv").write_text("a,b,c\nCook,Peel potatoes,Wash up\n")
    drop(browser, tmp_path / "odd.csv")
    finished(browser)
    assert browser.texts("#run .callout") == [
        "The columns of odd.csv do not tell which one holds the text of the posting. Check what is marked;"
        " several columns of text are joined in their order."
    ]
    assert browser.texts("#columns legend, #columns .about") == [
        "a",
        "Cook",
        "b",
        "Peel potatoes",
        "c",
        "Wash up",
        "None of them",
    ]
    browser.one("#columns button").click()
    assert browser.texts("#columns"), "nothing is marked, so nothing is sent"
    for name in ("b", "c"):
        browser.one(f"#columns input[value={name}]").click()
    browser.one("#columns button").click()
    until(browser, "return document.querySelector('#done')", 30)
    assert "Text from “b” and “c”, title from no column" in browser.texts("#done")[0]
    browser.one("#recolumn").click()
    until(browser, "return document.querySelector('#columns')")
    browser.one("#columns input[type=radio][value=a]").click()
    browser.one("#columns input[type=checkbox][value=c]").click()
    browser.one("#columns button").click()
    until(browser, "return document.querySelector('#done')?.textContent.includes('“a”')", 30)
    assert "Text from “b”, title from “a”" in browser.texts("#done")[0]


def test_the_likeliest_columns_are_marked_beforehand(browser, tmp_path):
    duties = "You keep the backlog in order and write the stories of the ferry app"
    offer = "You get cake on Fridays and a boat to travel home with in the evening"
    (tmp_path / "odd.csv").write_text(f"a,b,c\nRiga,{offer} or {duties},Product Owner\nOslo,{duties},Cook\n")
    drop(browser, tmp_path / "odd.csv")
    finished(browser)
    marked = "return [...document.querySelectorAll('#columns :checked')].map((box) => [box.name, box.value]).sort()"
    assert browser.run(marked) == [["text", "b"], ["title", "c"]]
    browser.one("#columns button").click()
    until(browser, "return document.querySelector('#done')", 30)
    assert "Text from “b”, title from “c”" in browser.texts("#done")[0]


def test_a_file_that_cannot_be_read_is_said_so(browser, tmp_path):
    (tmp_path / "photo.png").write_bytes(b"\x89PNG")
    drop(browser, tmp_path / "photo.png")
    finished(browser)
    assert "photo.png" in browser.texts("#run .callout")[0]
    assert "are not read" in browser.texts("#run .callout")[0]


def large(path, rows):
    posting = "\n".join(line for line in posting_of(2500, 5).splitlines() if line)
    tables.write(
        path,
        (
            {"id": n, "title": f"Product Person {n}", "description": f"{posting}\nNumber {n}"}
            for n in range(rows)
        ),
    )
    return path


def test_a_run_is_cancelled_and_leaves_nothing(browser, server, tmp_path):
    drop(browser, large(tmp_path / "large.csv", 5000))
    until(browser, "return /^Read [1-9]/.test(document.querySelector('#how-far')?.textContent)")
    write(browser, BACKLOG)
    assert badge(browser) == ["PO-like"], "the paste box answers meanwhile"
    browser.one("#cancel").click()
    assert browser.texts("#run") == ["Cancelled. Nothing was kept."]
    for _ in range(400):  # the files of a page that was left wait ten seconds for it to come back
        if not list(server.scratch.glob("rolefit-page-*/*/")):
            break
        time.sleep(0.05)
    assert not list(server.scratch.glob("rolefit-page-*/*/"))


def test_leaving_the_page_forgets_its_file(browser, server, tmp_path):
    drop(browser, export(tmp_path / "export.csv"))
    finished(browser)
    assert list(server.scratch.glob("rolefit-page-*/*/"))
    browser.driver.get("about:blank")
    for _ in range(400):  # a page that is reloaded would come back within ten seconds
        if not list(server.scratch.glob("rolefit-page-*/*/")):
            break
        time.sleep(0.05)
    assert not list(server.scratch.glob("rolefit-page-*/*/"))
    browser.driver.get(server.address)
    until(browser, "return !document.querySelector('#run').childElementCount")
    browser.console()  # Chromium notes that the run is not there any more


def test_a_reload_keeps_the_results_of_a_file(browser, tmp_path):
    drop(browser, export(tmp_path / "export.csv"))
    finished(browser)
    browser.driver.refresh()
    finished(browser)
    assert "9 rows read from export.csv" in browser.texts("#done")[0]
    assert browser.texts("#count") == ["8 postings and 1 other row"]


@pytest.mark.alone
def test_five_thousand_rows_stay_usable(browser, tmp_path):
    drop(browser, large(tmp_path / "large.csv", 5000))
    began = time.monotonic()
    until(browser, "return document.querySelector('#done')", 400)
    took = time.monotonic() - began
    assert browser.texts("#count") == ["5,000 postings"]
    browser.run(
        "const words = document.querySelector('#words'), began = performance.now(); words.value = 'number 4999';"
        "words.dispatchEvent(new Event('input', { bubbles: true })); document.body.offsetHeight; window.searched = performance.now() - began"
    )
    assert browser.texts(".opens bdi") == ["Product Person 4999"]
    searched = browser.run("return window.searched")
    sys.stdout.write(f"5,000 rows in {took:.0f} s; a search over them in {searched:.0f} ms\n")
    assert searched < 200


# ---- the first rows, while the others are read

WATCH = """
window.moved = [];
new PerformanceObserver((seen) => window.moved.push(...seen.getEntries().map((one) => one.value)))
    .observe({ type: "layout-shift" });
window.disturbed = 0;
const look = () => {
    window.disturbed += Boolean(document.querySelector("#first-rows") && document.querySelector("#done"));
    requestAnimationFrame(look);
};
look();
"""


def begun(browser, path):
    """Drop a table of which the first rows are read, and the others not yet."""
    drop(browser, large(path, 5000))
    until(browser, "return document.querySelector('#first-rows li')")


def test_the_first_rows_are_shown_while_the_others_are_read(browser, tmp_path):
    from selenium.webdriver import Keys

    browser.run(WATCH)
    drop(browser, large(tmp_path / "large.csv", 2500))
    until(browser, "return document.querySelector('#first-rows')")
    browser.run("requestAnimationFrame(() => requestAnimationFrame(() => { window.moved = []; }))")
    until(browser, "return document.querySelector('#first-rows li')")
    assert browser.texts("#results") == [""], "the others are still read"
    shown = browser.texts("#first-rows li")
    assert len(shown) == 20
    browser.one("#cancel").send_keys(Keys.TAB)
    assert browser.focused().get_attribute("id") == "first-rows", "the keyboard can scroll it"
    browser.press(Keys.END)
    until(browser, "return document.querySelector('#first-rows').scrollTop > 0")
    assert browser.run("return document.querySelector('#first-rows') && window.moved") == []
    finished(browser)
    assert browser.focused().get_attribute("id") == "done", "the keyboard is where the results begin"
    assert not browser.all("#first-rows")
    assert browser.run("return document.querySelector('#ended').textContent") == "large.csv is read."
    for number, first in enumerate(shown):
        label, sure, title, why = first.split("\n")
        cells = [browser.texts(f".row [data-heading={name}]")[number] for name in ("Label", "Sure")]
        assert [label, sure] == [cells[0], f"{cells[1]} sure"]
        assert (title, why[:14]) == (f"Product Person {number}", "Its lines are ")


def test_the_reading_of_a_file_announces_its_end_alone(browser, tmp_path):
    browser.run("""
        window.announced = [];
        new MutationObserver((changes) => {
            for (const { target } of changes) {
                const live = (target.closest ? target : target.parentElement)?.closest("[role=status], [role=alert], [aria-live]");
                if (live) window.announced.push(live.textContent);
            }
        }).observe(document.querySelector("#file-heading").parentElement, { childList: true, subtree: true, characterData: true });
    """)
    begun(browser, tmp_path / "large.csv")
    finished(browser)
    assert [said for said in browser.run("return window.announced") if said] == [
        "5,000 postings",  # above the table of the report
        "large.csv is read.",
    ]


def test_results_that_somebody_reads_are_not_pushed_down_by_first_rows(browser, tmp_path):
    browser.run(WATCH)
    drop(browser, export(tmp_path / "export.csv"), large(tmp_path / "more.csv", 300))
    drop(browser, large(tmp_path / "large.csv", 1500))
    until(browser, "return document.querySelector('#waiting').textContent === 'large.csv is read. '", 60)
    assert browser.run("return window.disturbed") == 0


def test_hostile_first_rows_run_load_and_say_nothing(browser, tmp_path):
    rows = [
        {"id": payload, "title": payload, "description": f"Own the backlog {payload}\n{n}"}
        for n, payload in enumerate(PAYLOADS * 60)
    ]
    tables.write(tmp_path / "hostile.jsonl", rows)
    drop(browser, tmp_path / "hostile.jsonl")
    until(browser, "return document.querySelector('#first-rows li')")
    assert browser.all("#run script, #run img, #run iframe, #run style, #run a") == []
    browser.one("#cancel").click()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [320, 390, 1440])
def test_first_rows_can_be_read_by_everybody(started, server, tmp_path, width, dark):
    file = axe_file()
    fresh(started, server, width, dark)
    started.devtools(
        "Runtime.evaluate", expression=file.read_text(encoding="utf-8"), allowUnsafeEvalBlockedByCSP=True
    )
    begun(started, tmp_path / "large.csv")
    assert started.driver.execute_async_script(AXE) == []
    assert started.run(CONTRAST)[0][0] >= 4.5
    assert started.run("return document.documentElement.scrollWidth") <= width
    assert started.all("#first-rows"), "it was still being read"
    started.one("#cancel").click()


# ---- corrections


def test_lines_set_right_are_downloaded_as_the_file_that_training_takes(browser, downloads, tmp_path):
    write(browser, BACKLOG + "\n- Bring a cake on Fridays", "Baker")
    choose(browser, "#lines .line-role select", "none")
    choose(browser, "#silent .line-role select", "PO")
    drop(browser, export(tmp_path / "export.csv"))
    finished(browser)
    browser.one(".opens").click()
    choose(browser, ".detail .line-role select", "both")
    assert browser.texts("#corrected") == ["3 lines corrected."]
    write(browser, BACKLOG + "\n- Bring a cake on Fridays", "Baker")
    assert len(browser.all("select[data-changed]")) >= 3, "they stay when the verdict is drawn again"
    browser.one("#save").click()
    for _ in range(100):
        if (downloads / "corrections.csv").exists():
            break
        time.sleep(0.05)
    rows = [row.values for row in tables.read(downloads / "corrections.csv", text_column="line")]
    assert [(row["id"], row["role"]) for row in rows] == [
        ("Baker", "none"),
        ("Baker", "PO"),
        ("T-101", "both"),
    ]
    assert rows[1]["line"] == "Bring a cake on Fridays"
    corpus = rolefit.load_corpus(corrections=[downloads / "corrections.csv"])
    assert sum(statement.origin == "correction" for statement in corpus.statements) == 3
    browser.one("#forget").click()
    assert browser.texts("#corrected") == ["No lines corrected."]
    assert browser.all("select[data-changed]") == []


def single(browser, folder, text):
    """Drop one document, whose lines have a note each."""
    (folder / "one.txt").write_text(text, encoding="utf-8")
    drop(browser, folder / "one.txt")
    finished(browser)
    until(browser, "return document.querySelector('.text mark')")


@pytest.mark.parametrize("width", [1280, 360])
def test_the_role_is_chosen_beside_the_line(started, server, tmp_path, width):
    from selenium.webdriver import ActionChains, Keys

    fresh(started, server, width)
    single(started, tmp_path, ORDINARY[0][3])
    for mark in started.all(".text mark"):
        started.run("arguments[0].scrollIntoView({ block: 'center' })", mark)
        ActionChains(started.driver).move_to_element_with_offset(mark, 0, 0).click().perform()
        choice = started.one(".slip select")
        ActionChains(started.driver).move_to_element(choice).perform()
        assert choice.is_displayed()
        assert (
            choice.get_attribute("aria-label")
            == f"Correct role of “{started.run('return arguments[0].lastChild.data', mark)[:80]}”"
        )
        line, role = (
            started.run("return arguments[0].getBoundingClientRect()", node) for node in (mark, choice)
        )
        assert abs(role["top"] - line["bottom"]) < 50
        assert 0 <= role["left"] <= role["right"] <= width
        started.press(Keys.ESCAPE)


def test_the_role_is_chosen_beside_the_line_with_the_keyboard(browser, tmp_path):
    from selenium.webdriver import Keys

    single(browser, tmp_path, BACKLOG)
    line = browser.tab_to(".text mark")
    browser.press(Keys.TAB)
    choice = browser.focused()
    assert browser.run("return arguments[0].matches('.slip select')", choice)
    assert browser.one("#note").is_displayed()
    browser.press(Keys.ARROW_UP)
    assert browser.texts("#corrected") == ["1 line corrected."]
    same = f"select[aria-label='{choice.get_attribute('aria-label')}']"
    assert [field.get_attribute("value") for field in browser.all(same)] == ["PM", "PM"], (
        "the list of lines shows it, too"
    )
    browser.press(Keys.ESCAPE)
    assert browser.focused() == line
    assert not choice.is_displayed()
    browser.press(Keys.TAB)
    assert browser.focused().get_attribute("id") == "posting-1-2"
    browser.press(Keys.TAB, Keys.TAB)
    assert browser.focused().get_attribute("id") == "posting-1-3"


def test_the_pointer_does_not_take_away_a_choice_that_has_the_focus(browser, tmp_path):
    from selenium.webdriver import ActionChains

    single(browser, tmp_path, BACKLOG)
    browser.run(
        "document.querySelector('#posting-1-1').focus(); document.querySelector('.slip select').focus()"
    )
    for passed in ("#posting-1-3", "h1"):
        ActionChains(browser.driver).move_to_element(browser.one(passed)).perform()
        assert browser.run("return document.activeElement.matches('#posting-1-1 + .slip select')")
    browser.one("#posting").click()
    assert not browser.one(".slip").is_displayed()


def test_a_note_that_is_open_is_no_part_of_what_is_copied(browser, server, tmp_path):
    from selenium.webdriver import ActionChains, Keys

    browser.devtools(
        "Browser.grantPermissions",
        origin=server.address,
        permissions=["clipboardReadWrite", "clipboardSanitizedWrite"],
    )
    single(browser, tmp_path, BACKLOG)
    browser.run(
        "document.querySelector('#posting-1-1').focus(); getSelection().selectAllChildren(document.querySelector('.text'))"
    )
    ActionChains(browser.driver).key_down(Keys.CONTROL).send_keys("c").key_up(Keys.CONTROL).perform()
    assert (
        browser.driver.execute_async_script("navigator.clipboard.readText().then(arguments[0])").strip()
        == BACKLOG
    )


def test_where_lines_are_set_right_it_is_said_that_the_verdict_stays(browser, tmp_path):
    drop(browser, export(tmp_path / "export.csv"))
    finished(browser)
    browser.one(".opens").click()
    assert "The verdict stays as it is; corrections are for retraining." in browser.texts(".detail")[0]


# ---- what means harm


def test_hostile_postings_run_load_and_say_nothing(browser):
    for payload in PAYLOADS:
        write(
            browser,
            f"What you'll do\n- Own the product backlog {payload}\n- Write user stories {payload}",
            payload,
        )
    everything_open(browser)
    browser.run(
        "document.querySelector('#copy-formatted').click(); document.querySelector('#keep-draft').click()"
    )
    assert browser.all("#panel script, #panel img, #panel iframe, #panel style, #marks *:not(mark)") == []


def test_a_hostile_file_runs_loads_and_says_nothing(browser, tmp_path):
    rows = [
        {payload: payload, "id": payload, "title": payload, "description": f"Own the backlog {payload}"}
        for payload in PAYLOADS
    ]
    tables.write(tmp_path / "<img src=x onerror=alert(1)>.jsonl", rows)
    drop(browser, tmp_path / "<img src=x onerror=alert(1)>.jsonl")
    finished(browser)
    assert "<img src=x onerror=alert(1)>.jsonl" in browser.texts("#done")[0]
    browser.one("#open-all").click()
    rows = tables.read(tmp_path / "<img src=x onerror=alert(1)>.jsonl")
    different = {posting_key(visible_text(row.text), row.title) for row in rows}
    assert len(browser.all(".detail")) == len(different), "repeated postings stand in one row"
    assert browser.all("#results script, #results img, #results iframe, #results style, #done img") == []


def test_another_page_in_the_same_browser_gets_no_answer(started, server, tmp_path):
    """A page of another origin, as a file here, tries what it can."""
    hostile = tmp_path / "hostile.html"
    hostile.write_text(
        "<!DOCTYPE html><script>window.got = []; (async () => {"
        f"for (const [path, init] of [['health', {{}}], ['classify', {{method: 'POST', body: '{{}}'}}], ['runs', {{method: 'POST', mode: 'no-cors'}}]])"
        f"  try {{ const a = await fetch('{server.address}' + path, init); window.got.push(a.type === 'opaque' ? 'opaque' : await a.text()); }}"
        "   catch (error) { window.got.push('refused'); } window.over = true; })()</script>",
        encoding="utf-8",
    )
    before = set(server.scratch.glob("rolefit-page-*/*/"))
    started.open(hostile)
    until(started, "return window.over")
    assert started.run("return window.got") in (["refused"] * 3, ["refused", "refused", "opaque"])
    assert set(server.scratch.glob("rolefit-page-*/*/")) <= before
    started.console()
    started.requests()


# ---- everybody


def everything_open(browser):
    """Open all that opens beside the posting, and wait until it is worked out."""
    browser.run(
        "for (const part of document.querySelectorAll('#panel details')) part.open = true;"
        "for (const line of document.querySelectorAll('.line[aria-expanded=false]')) line.click()"
    )
    until(browser, "return document.querySelectorAll('.toward .plan').length === 2")


def filled(browser, path):
    write(browser, ORDINARY[3][3], "Product Owner")
    browser.run("document.querySelector('#keep-draft').click(); document.querySelector('#chip').click()")
    everything_open(browser)
    drop(browser, path)
    finished(browser)
    browser.run(
        "document.querySelector('.opens').click(); for (const part of document.querySelectorAll('details')) part.open = true"
    )
    browser.run("document.querySelector('.text mark[id]').focus()")


def test_axe_finds_nothing(started, server, tmp_path):
    file = axe_file()
    export(tmp_path / "export.csv")
    for width in (1280, 360):
        for dark in (False, True):
            fresh(started, server, width, dark)
            started.devtools(
                "Runtime.evaluate",
                expression=file.read_text(encoding="utf-8"),
                allowUnsafeEvalBlockedByCSP=True,
            )
            assert started.driver.execute_async_script(AXE) == []
            filled(started, tmp_path / "export.csv")
            assert started.driver.execute_async_script(AXE) == []
        drop(started, export(tmp_path / "second.csv"))
        until(started, "return document.querySelectorAll('#finished .picks').length === 2")
        assert started.driver.execute_async_script(AXE) == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_text_stands_out_from_its_ground(started, server, tmp_path, dark):
    fresh(started, server, dark=dark)
    filled(started, export(tmp_path / "export.csv"))
    found = started.run(CONTRAST)
    assert len(found) > 100
    assert found[0][0] >= 4.5, found[:3]


@pytest.mark.parametrize("width", [320, 390, 768, 900, 1280, 1920])
def test_nothing_scrolls_sideways(started, server, tmp_path, width):
    fresh(started, server, width)
    filled(started, export(tmp_path / "export.csv"))
    assert started.run("return document.documentElement.scrollWidth") <= width


def test_all_of_it_works_with_the_keyboard_alone(browser):
    from selenium.webdriver import Keys

    browser.tab_to(".skip")
    browser.press(Keys.ENTER)
    assert browser.focused().get_attribute("id") == "posting"
    browser.press(*"Write user stories. Own the product backlog. Run sprint planning with the developers.")
    until(browser, "return document.querySelector('#marks mark')")
    browser.tab_to("#example")
    browser.tab_to(".toward summary")
    browser.press(Keys.ENTER)
    until(browser, "return document.querySelector('.plan')")
    browser.tab_to(".insert")
    browser.press(Keys.ENTER)
    until(browser, "return document.querySelectorAll('#marks mark').length > 2")
    browser.tab_to("#line-1")
    browser.press(Keys.ARROW_DOWN)
    assert browser.focused().get_attribute("id") == "line-2"
    browser.press(Keys.ENTER)
    browser.tab_to(".wrong summary")
    browser.press(Keys.ENTER)
    browser.tab_to("#lines .line-role select")
    browser.press(Keys.ARROW_UP)
    assert browser.texts("#corrected") == ["1 line corrected."]
    browser.tab_to("#files")
    browser.tab_to("#save")


def test_the_tree_that_screen_readers_hear(browser):
    write(browser, BACKLOG, "Product Manager")
    nodes = browser.devtools("Accessibility.getFullAXTree")["nodes"]
    heard = [
        (node["role"]["value"], node.get("name", {}).get("value", ""))
        for node in nodes
        if not node.get("ignored")
    ]
    assert ("region", "Verdict") in heard
    assert ("textbox", "Posting") in heard
    assert ("list", "The lines that count (3)") in heard
    assert ("status", "") in heard
    assert [
        name
        for role, name in heard
        if role in ("searchbox", "combobox", "textbox", "checkbox", "button") and not name
    ] == []


def test_the_picture_of_the_readme_can_be_drawn(started, tmp_path):
    drawn = draw(started, tmp_path)
    assert [path.name for path in drawn] == list(PICTURES)
    assert all(path.read_bytes().startswith(b"\x89PNG") and path.stat().st_size > 10_000 for path in drawn)
