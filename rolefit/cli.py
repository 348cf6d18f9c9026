"""The command line: one verb for each thing that people do with rolefit.

The decision hidden here is the words of the command line, what each prints, and the exit codes: 0 done, 1
done but something was found wrong (a corpus that breaks a rule, a job of which nothing worked), 2 not done,
130 stopped by Ctrl-C, 143 by SIGTERM. Errors are one line on standard error. Edit it when a verb or an option
changes; what a verb does is the other modules' business, and each is imported when its verb is used.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn, TextIO

from ._version import __version__
from .errors import RolefitError, quoted, visible

EXAMPLES = """\
examples:
  rolefit classify posting.txt                  read one posting
  rolefit classify posting.html --title "Product Owner" --json
  pbpaste | rolefit classify -                  read what was copied
  rolefit score export.xlsx -o scored.xlsx      read a spreadsheet of postings
  rolefit score postings/ -o scored.csv --jobs 2
  rolefit serve                                 paste postings into a page
  rolefit compare default models/mine export.csv
  rolefit corpus check                          check the shipped corpus
  rolefit train --out models/candidates/mine    train on the shipped corpus
  rolefit evaluate                              measure the shipped model
  rolefit promote models/candidates/mine
"""

SECONDS_BETWEEN_LINES = 5.0
"""Between two lines of progress where there is no terminal to draw a bar on."""

_HALF = re.compile("[\ud800-\udc7f\udd00-\udfff]")  # the rest stand for bytes of a path that is not UTF-8

LARGEST_TEXT = 50_000_000
"""Bytes of a file that ``classify`` reads; a posting has a few thousand."""


def _say(*said: object, file: TextIO | None = None) -> None:
    """Print. Whatever a posting, a file, a column or a model is named, the terminal gets nothing to obey."""
    print(visible(" ".join(map(str, said))), file=file)


def _say_json(value: Any, indent: int | None = None) -> None:
    """Print JSON, in which such characters have a spelling of their own."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    print("".join(c if c.isprintable() or c == "\n" else json.dumps(c)[1:-1] for c in text))


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are one line, like all others."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"rolefit: {visible(message)}; '{self.prog} --help' shows what there is\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="rolefit",
        description="Says whether the responsibilities in a job posting describe a product manager or a product owner, and which lines say so.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"rolefit {__version__}")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", title="verbs")

    classify = verbs.add_parser(
        "classify",
        help="read one posting",
        description="Read one posting: text, Markdown or HTML, in UTF-8, UTF-16, UTF-32 or Windows-1252.",
    )
    classify.add_argument("file", metavar="FILE", help="file with the posting, or - for standard input")
    classify.add_argument("--title", help="job title, to see whether it says otherwise")
    classify.add_argument("--json", action="store_true", help="print every field as JSON")
    classify.add_argument(
        "--report", metavar="R.html", help="also write a page that shows the lines in their place"
    )
    classify.add_argument("--model", metavar="FOLDER", help="model folder (default: the shipped model)")

    score = verbs.add_parser(
        "score",
        help="read a file of postings",
        description="Read files of postings and write the same rows with the answer behind them. Input: CSV, TSV, JSON Lines, JSON (Greenhouse, Lever,"
        " Ashby, Workday, schema.org JobPosting), XLSX, Parquet, saved pages, text, Markdown, PDF, DOCX; folders of documents; globs.",
    )
    score.add_argument("input", nargs="+", metavar="INPUT", help="file, folder or glob")
    score.add_argument(
        "-o",
        "--out",
        required=True,
        metavar="OUT",
        help="output; its ending names the format: .csv .tsv .xlsx .jsonl .parquet",
    )
    score.add_argument("--report", metavar="R.html", help="also write a page to look through the postings")
    _add_columns(score)
    score.add_argument(
        "--id-column", metavar="NAME", help="column with the id, by which messages and report name a row"
    )
    score.add_argument(
        "--jobs", type=int, default=1, metavar="N", help="processes (default: 1; -1 for one a core)"
    )
    score.add_argument("--resume", action="store_true", help="go on with an unfinished run of the same input")
    score.add_argument(
        "--quiet", action="store_true", help="no progress and no summary; warnings and errors only"
    )
    score.add_argument("--model", metavar="FOLDER", help="model folder (default: the shipped model)")

    serve = verbs.add_parser(
        "serve",
        help="open a page to paste postings into",
        description="Open a page in the browser: paste a posting and see what it describes while you change it, drop a file, set lines right."
        " It runs on this machine, and nothing leaves it.",
    )
    serve.add_argument(
        "--host",
        default="127.0.0.1",
        metavar="ADDRESS",
        help="address to listen on (default: %(default)s, this machine alone)",
    )
    serve.add_argument(
        "--port",
        type=int,
        default=8765,
        metavar="N",
        help="port (default: %(default)s; when it is taken, the next one that is free)",
    )
    serve.add_argument("--no-browser", action="store_true", help="do not open the browser")
    serve.add_argument("--model", metavar="FOLDER", help="model folder (default: the shipped model)")

    review = verbs.add_parser(
        "review",
        help="list the lines to set right",
        description="List the lines behind the rows of a scored table that are worth a look; 'rolefit train --corrections' takes the file.",
    )
    review.add_argument("scored", metavar="SCORED", help="table that rolefit score wrote")
    review.add_argument(
        "-o",
        "--out",
        required=True,
        metavar="OUT",
        help="output with the columns id, line, role: .csv .tsv .xlsx .jsonl .parquet",
    )
    review.add_argument(
        "--id-column", metavar="NAME", help="column with the id (default: found by its usual names)"
    )

    compare = verbs.add_parser(
        "compare",
        help="compare two models",
        description="Score postings with two models and list the rows whose label changes, with the lines that moved it.",
    )
    compare.add_argument(
        "model_a", metavar="MODEL_A", help="model folder, or 'default' for the shipped model"
    )
    compare.add_argument(
        "model_b", metavar="MODEL_B", help="model folder, or 'default' for the shipped model"
    )
    compare.add_argument("input", nargs="+", metavar="INPUT", help="file, folder or glob of postings")
    _add_columns(compare)

    train = verbs.add_parser(
        "train",
        help="train a model",
        description="Train a model on a corpus and save it, with its card and the scikit-learn pipeline.",
    )
    train.add_argument(
        "corpus",
        nargs="?",
        metavar="CORPUS",
        help="folder or CSV file of statements (default: the shipped corpus)",
    )
    train.add_argument(
        "--out", required=True, metavar="FOLDER", help="folder for the model; made when missing"
    )
    train.add_argument(
        "--statements",
        action="append",
        default=[],
        metavar="FILE.csv",
        help="statements of your own beside the corpus; may be repeated",
    )
    train.add_argument(
        "--corrections",
        action="append",
        default=[],
        metavar="FILE.csv",
        help="lines set right (id, line, role); may be repeated",
    )
    train.add_argument(
        "--settings", metavar="FILE.toml", help="settings that differ from the shipped model's"
    )
    train.add_argument(
        "--labelled",
        metavar="LABELLED.jsonl",
        help="labelled postings to measure on, for manifest and card (default: those of the project)",
    )
    train.add_argument("--name", help="name of the model (default: the folder's)")

    evaluate = verbs.add_parser(
        "evaluate",
        help="measure a model on labelled postings",
        description="Measure a model on labelled postings.",
    )
    evaluate.add_argument(
        "labelled",
        nargs="?",
        metavar="LABELLED.jsonl",
        help="one posting per line: id, text, labels, lines (start, end, mark)"
        " (default: the labelled postings of the project)",
    )
    evaluate.add_argument("--model", metavar="FOLDER", help="model folder (default: the shipped model)")
    evaluate.add_argument("--json", action="store_true", help="print the metrics as JSON")
    evaluate.add_argument("--errors", action="store_true", help="list the postings whose label is wrong")
    evaluate.add_argument(
        "--plots", metavar="FOLDER", help="also write pictures as PNG files (needs the extra 'notebooks')"
    )

    promote = verbs.add_parser(
        "promote",
        help="make a candidate the default model",
        description="Make a candidate the default model: write models/default with its card, and a row of models/history.csv. A candidate that is worse on the"
        " labelled postings by more than the bootstrap interval is refused.",
    )
    promote.add_argument("candidate", metavar="CANDIDATE", help="model folder that rolefit train --out wrote")
    promote.add_argument(
        "--labelled",
        metavar="LABELLED.jsonl",
        help="labelled postings to compare the two models on (default: those of the project)",
    )
    promote.add_argument(
        "--models", metavar="FOLDER", help="folder of models (default: models/ of the checkout)"
    )
    promote.add_argument(
        "--force",
        default="",
        metavar="REASON",
        help="promote a worse or unmeasured candidate; the reason goes into the history",
    )

    corpus = verbs.add_parser("corpus", help="work on a corpus", description="Work on a corpus.")
    corpus_verbs = corpus.add_subparsers(dest="corpus_verb", metavar="VERB", required=True)
    check = corpus_verbs.add_parser(
        "check",
        help="list the rows that break a rule",
        description="List the rows of a corpus that break a rule of its data statement.",
    )
    check.add_argument(
        "corpus",
        nargs="?",
        metavar="CORPUS",
        help="folder or CSV file of statements (default: the shipped corpus)",
    )
    check.add_argument(
        "--against",
        nargs="+",
        default=[],
        metavar="FILE",
        help="texts from which no run of eight words may be taken",
    )

    card = verbs.add_parser(
        "card",
        help="show the card of a model",
        description="Show the model card: intended use, data, figures, limits.",
    )
    card.add_argument("--model", metavar="FOLDER", help="model folder (default: the shipped model)")
    card.add_argument(
        "--write", action="store_true", help="write MODEL_CARD.md into the model folder instead"
    )
    return parser


def _add_columns(verb: argparse.ArgumentParser) -> None:
    verb.add_argument(
        "--text-column", metavar="NAME", help="column with the posting (default: found by its usual names)"
    )
    verb.add_argument(
        "--title-column", metavar="NAME", help="column with the job title (default: found by its usual names)"
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    argv : sequence of str, optional
        Arguments; those of the process when left out.

    Returns
    -------
    int
        0 done; 1 done, but something was found wrong; 2 not done; 130 and 143 stopped.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    parser = _parser()
    arguments = parser.parse_args(argv)
    for argument in sys.argv[1:] if argv is None else argv:
        if "\0" in argument or _HALF.search(argument):
            parser.error(f"an argument holds a character that no path can have: {quoted(argument)}")
    if arguments.verb is None:
        parser.print_help()
        return 0
    try:
        return _VERBS[arguments.verb](arguments)
    except RolefitError as error:
        _say(f"rolefit: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        # The reader of a pipe went away (`| head`). What is still in the buffer has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        _say(
            f"rolefit: {error.filename or 'file'}: {error.strerror or error}; check the path and its permissions",
            file=sys.stderr,
        )
        return 2
    except KeyboardInterrupt:
        _say("rolefit: stopped", file=sys.stderr)
        return 130


def _model(folder: str | None):  # type: ignore[no-untyped-def]
    from .classify import default_model, load_model

    return load_model(folder) if folder else default_model()


def _classify(arguments: argparse.Namespace) -> int:
    from .tables.file_types import posting_text

    if arguments.file == "-":
        data = sys.stdin.buffer.read(LARGEST_TEXT + 1)
    else:
        with Path(arguments.file).open("rb") as file:
            data = file.read(LARGEST_TEXT + 1)
    if len(data) > LARGEST_TEXT:
        raise RolefitError(
            f"{arguments.file}: larger than {LARGEST_TEXT // 1_000_000} MB; a posting has a few kilobytes, so check the file"
        )
    text = posting_text(data, "standard input" if arguments.file == "-" else arguments.file)
    if arguments.report:
        from .tables.table import check_place

        check_place(Path(arguments.report), [] if arguments.file == "-" else [Path(arguments.file)])
    model = _model(arguments.model)
    verdict = model.classify(text, arguments.title)
    if arguments.report:
        from .report.build import ReportRow, write_report

        name = "" if arguments.file == "-" else Path(arguments.file).name
        write_report(
            arguments.report,
            [ReportRow(name, arguments.title, None, verdict, review=verdict.review)],
            model.name,
            model.manifest.get("articles"),
        )
    _say_json(verdict.to_dict(), indent=1) if arguments.json else _say(verdict)
    return 0


class _Progress:
    """How far a run has come: a bar on a terminal, otherwise a line every few seconds."""

    def __init__(self) -> None:
        self._began = self._last = time.monotonic()
        self._first: int | None = None
        self._bar: Any = None
        if sys.stderr.isatty():
            from tqdm import tqdm

            self._bar = tqdm(unit=" rows", file=sys.stderr, dynamic_ncols=True, leave=False)

    def __call__(self, rows: int, total: int | None) -> None:
        if self._first is None:
            self._first = rows
            if self._bar is not None:
                self._bar.n = self._bar.initial = rows
        elif self._bar is not None:
            self._bar.total = total
            self._bar.update(rows - self._bar.n)
        elif (now := time.monotonic()) - self._last >= SECONDS_BETWEEN_LINES:
            self._last = now
            rate = (rows - self._first) / (now - self._began)
            left = (
                f" of about {total:,}, {rate:,.0f} a second, {(total - rows) / rate / 60:.1f} min left"
                if total and rate
                else ""
            )
            _say(f"rolefit: {rows:,} rows{left}", file=sys.stderr)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()


class _TerminationError(KeyboardInterrupt):
    """SIGTERM, by which a scheduler or another shell ends a run."""


@contextmanager
def _stopped_by_sigterm() -> Iterator[None]:
    """Let SIGTERM end the block as Ctrl-C does."""
    if threading.current_thread() is not threading.main_thread():
        yield  # Python lets no other thread set what a signal does
        return

    def stop(*_: object) -> NoReturn:
        raise _TerminationError

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _score(arguments: argparse.Namespace) -> int:
    from .tables import batch
    from .tables import table as tables
    from .tables.journal import count

    kept = batch.unfinished(arguments.out)
    if kept.is_file() and not arguments.resume and (lost := count(kept)):
        _say(
            f"rolefit: without --resume, the {lost:,} scored rows of an unfinished run in {kept} are scored anew",
            file=sys.stderr,
        )
    unread, doubtful = tables.tables_in_folders(arguments.input), tables.perhaps_no_postings(arguments.input)
    progress = None if arguments.quiet else _Progress()
    try:
        with _stopped_by_sigterm():
            summary = batch.run(
                arguments.input,
                arguments.out,
                model=_model(arguments.model),
                text_column=arguments.text_column,
                title_column=arguments.title_column,
                id_column=arguments.id_column,
                n_jobs=arguments.jobs,
                resume=arguments.resume,
                report=arguments.report,
                progress=progress,
            )
    except KeyboardInterrupt as stop:
        hint = (
            "; the rows scored so far are kept, --resume goes on from there"
            if kept.is_file() and count(kept)
            else ""
        )
        _say(f"rolefit: stopped{hint}", file=sys.stderr)
        return 143 if isinstance(stop, _TerminationError) else 130
    finally:
        if progress is not None:
            progress.close()
    if not arguments.quiet:
        for file, (text, title, identity) in summary.columns.items():
            _say(
                f"{file}: text from {_or_none(text)}, title from {_or_none(title)}, id from {_or_none(identity)}"
            )
        _say(summary)
    if unread:
        _say(
            f"rolefit: warning: of a folder only documents are read, so {len(unread):,} tables in it were not ({_few(unread)}); name them",
            file=sys.stderr,
        )
    if doubtful:
        _say(
            f"rolefit: warning: read as postings although named otherwise: {_few(doubtful)}; drop their rows if they are none",
            file=sys.stderr,
        )
    if summary.failed == summary.rows:
        _say(
            f"rolefit: {'no row could be read' if summary.rows else 'there were no rows'}; check the input",
            file=sys.stderr,
        )
        return 1
    if summary.failed:
        _say(
            f"rolefit: warning: {summary.failed:,} of {summary.rows:,} rows could not be read; the column rolefit_error says why",
            file=sys.stderr,
        )
    return 0


def _few(files: Sequence[Path]) -> str:
    return ", ".join(file.name for file in files[:3]) + (", …" if len(files) > 3 else "")


def _or_none(column: str | None) -> str:
    return f"“{quoted(column)}”" if column is not None else "no column"


def _compare(arguments: argparse.Namespace) -> int:
    from collections import Counter

    from .model.verdict import printable
    from .tables import table as tables
    from .tables.comparison import compare

    models = [
        _model(None if name == "default" and not Path(name).exists() else name)
        for name in (arguments.model_a, arguments.model_b)
    ]
    rows = changed = failed = 0
    ways: Counter[tuple[str, str]] = Counter()
    for row, change in compare(
        tables.read(arguments.input, arguments.text_column, arguments.title_column), *models
    ):
        rows += 1
        failed += row.error is not None
        if change is None:
            continue
        changed += 1
        before, after = change.before, change.after
        ways[before.label, after.label] += 1
        title = f" “{printable(row.title)[:80]}”" if row.title else ""
        _say(
            f"{printable(row.place)}{title}: {before.label} → {after.label}, balance {before.balance:+.2f} → {after.balance:+.2f}"
        )
        for text, old, new in change.moved:
            _say(f"    {old:+.3f} → {new:+.3f}  {printable(text)[:160]}")
    for (old_label, new_label), count in ways.most_common():
        _say(f"{count:>7,}  {old_label} → {new_label}")
    _say(
        f"{changed:,} of {rows:,} labels differ between {models[0].name} and {models[1].name}"
        + (f"; {failed:,} rows could not be read" if failed else "")
    )
    return 1 if rows == failed else 0


def _train(arguments: argparse.Namespace) -> int:
    from .model.folder import check_replaceable
    from .training.corpus import load_corpus
    from .training.evaluation import evaluate
    from .training.fit import save_trained, train_with_pipeline
    from .training.labelled import SHIPPED_ROLES, check_labelled, labelled_name, load_labelled
    from .training.settings import Settings, read_settings

    values = read_settings(arguments.settings) if arguments.settings else {}
    values["name"] = arguments.name or values.get("name") or check_replaceable(arguments.out).name
    # Everything that can be wrong with the input comes out before the training, which takes a while.
    settings = Settings.from_dict(values)
    corpus = load_corpus(arguments.corpus, arguments.statements, arguments.corrections)
    own = arguments.labelled is not None
    labelled = load_labelled(arguments.labelled) if own or corpus.roles == SHIPPED_ROLES else []
    if labelled:
        check_labelled(labelled, corpus.roles)
    model, pipeline = train_with_pipeline(corpus, settings)
    if labelled:
        metrics = evaluate(model, labelled)
        model.manifest["metrics"] = metrics.to_manifest(labelled_name(arguments.labelled))
        if own:
            _say(metrics)
    out = save_trained(model, pipeline, arguments.out)
    _say(f"{model!r} saved in {out}")
    return 0


def _evaluate(arguments: argparse.Namespace) -> int:
    from .training.evaluation import evaluate

    metrics = evaluate(_model(arguments.model), arguments.labelled)
    if arguments.plots:
        from .training.plots import save_all

        save_all(metrics, arguments.plots)
    if arguments.json:
        _say_json(metrics.to_report())
        return 0
    _say(metrics)
    if arguments.errors:
        _say("\nid, right, given")
        for row in metrics.wrong:
            _say(*row)
    return 0


def _corpus(arguments: argparse.Namespace) -> int:
    from .training.corpus import load_corpus
    from .training.corpus_rules import check

    corpus = load_corpus(arguments.corpus)
    problems = check(corpus, arguments.against)
    for problem in problems:
        _say(problem, file=sys.stderr)
    if problems:
        _say(f"rolefit: {len(problems):,} problems in {len(corpus.statements):,} statements", file=sys.stderr)
        return 1
    _say(f"{corpus.path}: {len(corpus.statements):,} statements, no problems found")
    return 0


def _card(arguments: argparse.Namespace) -> int:
    from .training.card import card, write_card

    model = _model(arguments.model)
    _say(write_card(model) if arguments.write else card(model))
    return 0


def _review(arguments: argparse.Namespace) -> int:
    from .tables.review import lines_to_review
    from .tables.table import check_place, write

    check_place(Path(arguments.out), [Path(arguments.scored)])
    _say(
        f"{arguments.out}: {write(arguments.out, lines_to_review(arguments.scored, arguments.id_column))} lines; change the roles that are wrong"
    )
    return 0


def _serve(arguments: argparse.Namespace) -> int:
    import socket

    from ._extras import library

    for package in ("starlette", "uvicorn"):
        library(package, "page", "open the page")
    from .serve.server import LOOPBACK, serve

    def ready(address: str, moved: bool) -> None:
        if moved:
            print(f"rolefit: port {arguments.port} is taken, so another one is used", file=sys.stderr)
        if arguments.host not in LOOPBACK:
            print(
                "rolefit: warning: everyone who can reach this machine can use the page; there is no password",
                file=sys.stderr,
            )
        own = "127.0.0.1"
        others = (
            f" and for others at {address.replace(own, socket.gethostname())}"
            if own in address and arguments.host not in LOOPBACK
            else ""
        )
        print(f"The page is at {address}{others} (Ctrl-C ends it)", flush=True)

    # A browser in the terminal, or none at all, would be of no use.
    screen = sys.platform in ("win32", "darwin") or any(
        map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"))
    )
    try:
        serve(
            _model(arguments.model),
            arguments.host,
            arguments.port,
            ready,
            browser=screen and not arguments.no_browser,
        )
    except KeyboardInterrupt:
        print("rolefit: the page is closed", file=sys.stderr)
    return 0


def _promote(arguments: argparse.Namespace) -> int:
    from .training.promotion import promote

    _say(promote(arguments.candidate, arguments.labelled, arguments.models, arguments.force))
    return 0


_VERBS = {
    "classify": _classify,
    "score": _score,
    "serve": _serve,
    "review": _review,
    "compare": _compare,
    "train": _train,
    "evaluate": _evaluate,
    "promote": _promote,
    "corpus": _corpus,
    "card": _card,
}

if __name__ == "__main__":
    sys.exit(main())
