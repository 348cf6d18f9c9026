"""Draw the pictures of the report: ``python tools/draw_report.py [FOLDER]`` (default: tests/pictures).

They show the invented postings of `report_postings`, read by the shipped model, in headless Chromium.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT / "tests"))

from helpers.browser import Browser, chromium
from helpers.report_postings import ordinary

from rolefit.report.build import write_report
from rolefit.training.corpus import load_corpus

PICTURES = {
    "report.png": (1280, 1640, False),
    "report-dark.png": (1280, 1640, True),
    "report-phone.png": (390, 844, False),
}
"""Width, height and darkness of each picture."""


def draw(browser: Browser, folder: Path) -> list[Path]:
    """Write the pictures into a folder; the first posting is open, with the note of a line."""
    folder.mkdir(parents=True, exist_ok=True)
    drawn = []
    with tempfile.TemporaryDirectory() as scratch:
        rows = ordinary()
        page = write_report(
            Path(scratch) / "report.html",
            rows,
            rows[0].verdict.model,
            load_corpus().articles,
            corpus_sha256=rows[0].verdict.corpus_sha256,
        )
        for name, (width, height, dark) in PICTURES.items():
            browser.open(page, width, height, dark)
            browser.one(".opens").click()
            browser.run(
                "document.querySelectorAll('mark[id]')[2].focus({ preventScroll: true });"
                " scrollTo(0, arguments[0])",
                0 if width > 1000 else browser.one(".text").location["y"] - 260,
            )
            drawn.append(browser.picture(folder / name))
    return drawn


if __name__ == "__main__":
    with chromium() as started:
        for path in draw(started, Path(sys.argv[1]) if sys.argv[1:] else PROJECT / "tests" / "pictures"):
            sys.stdout.write(f"{path}\n")
