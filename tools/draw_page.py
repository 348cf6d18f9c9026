"""Draw the picture of the page: ``python tools/draw_page.py [FOLDER]`` (default: tests/pictures).

It shows an invented posting of `report_postings` in ``rolefit serve``, in headless Chromium.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT / "tests"))

from helpers.browser import Browser, chromium
from helpers.live_server import served
from helpers.report_postings import ORDINARY

PICTURES = {"page.png": (1280, 1180)}
"""Width and height of each picture."""

FILLED = """
const fill = (id, value) => {
  const field = document.getElementById(id);
  field.value = value;
  field.dispatchEvent(new Event("input"));
};
fill("title", arguments[0]); fill("posting", arguments[1]);
"""


def _wait(browser: Browser, selector: str) -> None:
    while not browser.all(selector):
        time.sleep(0.05)


def draw(browser: Browser, folder: Path) -> list[Path]:
    """Write the picture into a folder: a posting, its verdict, what would change it."""
    folder.mkdir(parents=True, exist_ok=True)
    _, title, _, text = ORDINARY[0]
    drawn = []
    with tempfile.TemporaryDirectory() as scratch, served(Path(scratch)) as page:
        for name, (width, height) in PICTURES.items():
            browser.open(page.address, width, height)
            browser.run(FILLED, title, text)
            _wait(browser, "#marks mark")
            browser.run("document.querySelector('.toward[data-role=PO]').open = true")
            _wait(browser, ".plan")
            drawn.append(browser.picture(folder / name))
        page.stop()
    return drawn


if __name__ == "__main__":
    with chromium(fetches=True) as started:
        for path in draw(started, Path(sys.argv[1]) if sys.argv[1:] else PROJECT / "tests" / "pictures"):
            sys.stdout.write(f"{path}\n")
