"""Fuzz targets: any bytes must lead to an answer or a `RolefitError`, and soon.

``test_fuzz.py`` throws Hypothesis at it, ``fuzz.py`` libFuzzer (atheris).
"""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import os
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import rolefit
from rolefit import tables
from rolefit.classify import default_model
from rolefit.cli import main
from rolefit.errors import RolefitError
from rolefit.tables import scoring
from rolefit.tables.file_types import decode

SECONDS = 3.0
"""For every 100 kB of input, or part of them, and for every 10,000 rows, which are so many postings: about
0.7 on the fastest machine tried and 1.3 on the slowest; what grows with the square takes many times as long."""

POSTING = """About us
Larch & Sons mends clocks.

What you'll do
- Keep the product backlog in order and refine it every week
- Write user stories with the developers (two teams)
- Set the product vision; research the market
1. Plan the sprints • Lead the review · Accept stories

Benefits: 30 days of leave. Über uns: wir reparieren Uhren.
"""
PAGE = (
    "<!DOCTYPE html><html><head><title>Product Owner</title></head><body><h2>What you'll do</h2><ul>"
    + "".join(f"<li><b>{line[2:]}</b></li>" for line in POSTING.splitlines() if line.startswith("- "))
)


FEED = (
    "<jobs><job><title>Owner</title><description><![CDATA["
    f"{PAGE}]]></description></job><job><name>Cook</name><duties><p>Peel</p></duties></job></jobs>"
)
MAIL = (
    "From: a@b.example\nSubject: =?utf-8?q?Owner?=\nContent-Type: multipart/mixed; boundary=xx\n\n--xx\n"
    f"Content-Type: text/html\n\n{PAGE}\n--xx\nContent-Disposition: attachment; filename=a.docx\n\nPK\n--xx--\n"
)


def _checked(verdict: rolefit.Verdict) -> None:
    assert abs(sum(verdict.probabilities.values()) - 1) < 1e-9
    assert all(verdict.text[r.start : r.end] == r.text for r in verdict.responsibilities)
    assert str(verdict).replace("\n", "").replace("\xa0", "").isprintable()
    json.dumps(verdict.to_dict(), allow_nan=False)
    tables.answer(verdict)
    verdict._repr_html_()


def classify(data: bytes) -> None:
    text = decode(data)
    _checked(default_model().classify(text, text[:60]))


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="rolefit-fuzz-")


def table(name: str) -> Callable[[bytes], None]:
    """Reads a file of that name, scores its rows and writes them down as a table."""

    def read(data: bytes) -> None:
        path = Path(_folder().name) / name
        path.write_bytes(data)
        with contextlib.suppress(RolefitError):
            for row in scoring.score(tables.read(path)):
                assert (row["rolefit_label"] is None) != (row["rolefit_error"] is None)
                json.dumps(row, default=str)

    return read


def command(data: bytes) -> None:
    """A command line: its words in the first line, its standard input behind it. Reading verbs alone, which
    write into a folder of their own."""
    first, _, rest = data.partition(b"\n")
    folder = Path(_folder().name) / "run"
    folder.mkdir(exist_ok=True)
    (folder / "in.csv").write_bytes(rest)
    (folder / "in.txt").write_bytes(rest)
    words = [word.decode("utf-8", "surrogateescape").replace("/", "_") for word in first.split(b" ") if word]
    places = {
        "CSV": str(folder / "in.csv"),
        "TXT": str(folder / "in.txt"),
        "OUT": str(folder / "out.csv"),
        "DIR": str(folder),
    }
    argv = [places.get(word, word) for word in words]
    if argv and argv[0] in (
        "train",
        "promote",
    ):  # they take a second each; their input goes through the same readers
        argv[0] = "evaluate"
    if "--jobs" in argv and argv[-1:] not in (["0"], ["-3"], ["1"]):
        argv = [word for word in argv if word != "--jobs"]
    os.environ["NO_COLOR"] = "1"  # colours of our own would hide control characters of the input
    before = sys.stdin
    sys.stdin = io.TextIOWrapper(io.BytesIO(rest))
    printed = io.StringIO()
    printed.isatty = lambda: True  # type: ignore[method-assign]
    try:
        with (
            contextlib.redirect_stdout(printed),
            contextlib.redirect_stderr(printed),
            contextlib.chdir(folder),
        ):
            code = main(argv)
    except SystemExit as stopped:
        code = int(stopped.code or 0)
    finally:
        sys.stdin = before
    assert code in (0, 1, 2)
    assert "Traceback" not in printed.getvalue()
    assert all(c.isprintable() or c in "\n\t\xa0" or c.isspace() for c in printed.getvalue())


TARGETS: dict[str, Callable[[bytes], None]] = {
    "classify": classify,
    "csv": table("a.csv"),
    "tsv": table("a.tsv"),
    "jsonl": table("a.jsonl"),
    "json": table("a.json"),
    "xlsx": table("a.xlsx"),
    "parquet": table("a.parquet"),
    "html": table("a.html"),
    "docx": table("a.docx"),
    "odt": table("a.odt"),
    "pdf": table("a.pdf"),
    "zip": table("a.zip"),
    "gz": table("a.txt.gz"),
    "xml": table("a.xml"),
    "eml": table("a.eml"),
    "msg": table("a.msg"),
    "command": command,
}


def run(target: str, data: bytes) -> None:
    """One case: fails on any exception, and on one that took too long."""
    began = time.process_time()
    TARGETS[target](data)
    spent = time.process_time() - began
    assert spent < SECONDS * max(1.0, len(data) / 100_000, data.count(b"\n") / 10_000), (
        f"{spent:.1f} s for {len(data)} bytes"
    )


@cache
def _document(target: str) -> bytes:
    """A posting as a document."""
    if target == "odt":
        path = Path(_folder().name) / "seed.odt"
        names = "xmlns:o='urn:oasis:names:tc:opendocument:xmlns:text:1.0'"
        items = "".join(f"<o:list-item><o:p>{line}</o:p></o:list-item>" for line in POSTING.splitlines())
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
            archive.writestr(
                "content.xml", f"<a {names}><o:h>Product Owner</o:h><o:list>{items}</o:list></a>"
            )
        return path.read_bytes()
    if target == "msg":
        from helpers.compound_files import outlook_mail

        properties = {"0037001F": "Product Owner", "1000001F": POSTING, "10130102": PAGE.encode()}
        attached = {"__attach_version1.0_#00000000/3707001F": "a.docx"}
        return outlook_mail(Path(_folder().name) / "seed.msg", properties | attached).read_bytes()
    if target == "docx":
        import docx

        document = docx.Document()
        document.add_heading("Product Owner", 0)
        document.add_paragraph(POSTING)
        kept = io.BytesIO()
        document.save(kept)
        return kept.getvalue()
    from helpers.files import pdf

    return pdf("Own the roadmap\nSet the vision")


def seeds(target: str) -> tuple[bytes, ...]:
    """Good input to start from."""
    rows = [
        {"id": 7, "title": "Product Owner", "text": POSTING, "company": "Larch"},
        {"id": None, "title": None, "text": PAGE, "company": "=1+1"},
    ]
    if target in ("xlsx", "parquet"):
        folder = Path(_folder().name)
        tables.write(folder / f"seed.{target}", rows)
        return ((folder / f"seed.{target}").read_bytes(),)
    if target in ("odt", "docx", "pdf", "msg"):
        return (_document(target),)
    if target in ("xml", "eml"):
        return (FEED.encode(), FEED.encode("utf-16")) if target == "xml" else (MAIL.encode(),)
    quoted = "id,title,text\n" + "\n".join(f'{row["id"]},"{row["title"]}","{row["text"]}"' for row in rows)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("march/a.csv", quoted)
        archive.writestr("b.txt", POSTING)
    return {
        "zip": (packed.getvalue(),),
        "gz": (gzip.compress(quoted.encode()), gzip.compress(json.dumps(rows).encode())),
        "classify": (
            POSTING.encode(),
            PAGE.encode(),
            ("# Role\n\n## Duties\n\n* **Own** the _backlog_\n" + POSTING).encode("utf-16"),
            POSTING.encode("cp1252"),
        ),
        "csv": (
            quoted.encode(),
            quoted.replace(",", ";").encode("cp1252"),
            b"Report\n\n" + quoted.encode("utf-16"),
        ),
        "tsv": (quoted.replace(",", "\t").encode(),),
        "jsonl": ("\n".join(map(json.dumps, rows)).encode(),),
        "json": (
            json.dumps(rows).encode(),
            json.dumps(
                {"@graph": [{"@type": "JobPosting", "description": PAGE, "title": "PO", "skills": ["x"]}]}
            ).encode(),
        ),
        "html": (
            PAGE.encode(),
            f'<script type="application/ld+json">{json.dumps({"@type": "JobPosting", "description": POSTING})}</script>'.encode(),
        ),
        "command": tuple(
            f"{words}\n{quoted}".encode()
            for words in (
                "classify - --title PO",
                "classify TXT --json",
                "score CSV -o OUT --text-column text --jobs 0",
                "score DIR -o OUT --quiet --resume",
                "review CSV -o OUT --id-column id",
                "compare default default CSV",
                "compare CSV CSV -o OUT --json",
                "lint TXT CSV --format sarif --ignore review",
                "evaluate CSV --errors",
                "corpus check CSV",
                "card --model DIR",
            )
        ),
    }[target]
