"""The command line: one verb for each thing that people do with rolefit.

The decision hidden here is the words of the command line, what each prints, and the exit codes: 0 done, 1 done but something was
found wrong (a corpus that breaks a rule, a job of which nothing worked), 2 not done. Errors are one line on standard
error. Edit it when a verb or an option changes; what a verb does is the other modules' business, and
each is imported when its verb is used.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from . import __version__
from .errors import RolefitError

EXAMPLES = """\
examples:
  rolefit classify posting.txt                  read one posting
  rolefit classify posting.html --title "Product Owner" --json
  pbpaste | rolefit classify -                  read what was copied
  rolefit corpus check                          check the shipped corpus
  rolefit train --out models/candidates/mine    train on the shipped corpus
  rolefit evaluate labelled.jsonl               measure the shipped model
"""

LARGEST_TEXT = 50_000_000
"""Bytes of a file that ``classify`` reads; a posting has a few thousand."""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="rolefit",
        description="Says whether the responsibilities in a job posting describe a product manager or a product owner, and which lines say so.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"rolefit {__version__}")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", title="verbs")

    classify = verbs.add_parser("classify", help="read one posting", description="Read one posting: text, Markdown or HTML, in UTF-8, UTF-16 or Windows-1252.")
    classify.add_argument("file", metavar="FILE", help="file with the posting, or - for standard input")
    classify.add_argument("--title", help="job title, to see whether it says otherwise")
    classify.add_argument("--json", action="store_true", help="print every field as JSON")
    classify.add_argument("--model", metavar="FOLDER", help="model folder (default: the shipped model)")

    train = verbs.add_parser("train", help="train a model", description="Train a model on a corpus and save it, with its card and the scikit-learn pipeline.")
    train.add_argument("corpus", nargs="?", metavar="CORPUS", help="folder or CSV file of statements (default: the shipped corpus)")
    train.add_argument("--out", required=True, metavar="FOLDER", help="folder for the model; made when missing")
    train.add_argument("--settings", metavar="FILE.toml", help="settings that differ from the shipped model's")
    train.add_argument("--labelled", metavar="LABELLED.jsonl", help="labelled postings to measure on; the figures go into manifest and card")
    train.add_argument("--name", help="name of the model (default: the folder's)")

    evaluate = verbs.add_parser("evaluate", help="measure a model on labelled postings", description="Measure a model on labelled postings.")
    evaluate.add_argument("labelled", metavar="LABELLED.jsonl", help="one posting a line: id, text, labels, lines (start, end, mark)")
    evaluate.add_argument("--model", metavar="FOLDER", help="model folder (default: the shipped model)")
    evaluate.add_argument("--json", action="store_true", help="print the figures as JSON")
    evaluate.add_argument("--errors", action="store_true", help="list the postings whose label is wrong")

    corpus = verbs.add_parser("corpus", help="work on a corpus", description="Work on a corpus.")
    corpus_verbs = corpus.add_subparsers(dest="corpus_verb", metavar="VERB", required=True)
    check = corpus_verbs.add_parser("check", help="list the rows that break a rule", description="List the rows of a corpus that break a rule of its data statement.")
    check.add_argument("corpus", nargs="?", metavar="CORPUS", help="folder or CSV file of statements (default: the shipped corpus)")
    check.add_argument("--against", nargs="+", default=[], metavar="FILE", help="texts from which no run of eight words may be taken")

    card = verbs.add_parser("card", help="show the card of a model", description="Show the model card: intended use, data, figures, limits.")
    card.add_argument("--model", metavar="FOLDER", help="model folder (default: the shipped model)")
    card.add_argument("--write", action="store_true", help="write MODEL_CARD.md into the model folder instead")
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    argv : sequence of str, optional
        Arguments; those of the process when left out.

    Returns
    -------
    int
        0 done; 1 done, but something was found wrong; 2 not done.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    parser = _parser()
    arguments = parser.parse_args(argv)
    if arguments.verb is None:
        parser.print_help()
        return 0
    try:
        return _VERBS[arguments.verb](arguments)
    except RolefitError as error:
        print(f"rolefit: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"rolefit: {error.filename or 'file'}: {error.strerror or error}; check the path and its permissions", file=sys.stderr)
        return 2
    except BrokenPipeError:  # pragma: no cover - the reader of a pipe went away
        return 0
    except KeyboardInterrupt:
        print("rolefit: stopped", file=sys.stderr)
        return 130


def _model(folder: str | None):  # type: ignore[no-untyped-def]
    from .classify import default_model, load_model

    return load_model(folder) if folder else default_model()


def decode(data: bytes) -> str:
    """Text of a file: by its byte order mark, else UTF-8, else Windows-1252.

    Of 200 real files this order got all back but those in Mac Roman; guessing by statistics got fewer.
    """
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _classify(arguments: argparse.Namespace) -> int:
    if arguments.file == "-":
        data = sys.stdin.buffer.read(LARGEST_TEXT + 1)
    else:
        with Path(arguments.file).open("rb") as file:
            data = file.read(LARGEST_TEXT + 1)
    if len(data) > LARGEST_TEXT:
        raise RolefitError(f"{arguments.file}: larger than {LARGEST_TEXT // 1_000_000} MB; a posting has a few kilobytes, so check the file")
    verdict = _model(arguments.model).classify(decode(data), arguments.title)
    print(json.dumps(verdict.to_dict(), ensure_ascii=False, indent=1) if arguments.json else verdict)
    return 0


def _train(arguments: argparse.Namespace) -> int:
    import tomllib

    from .card import write_card
    from .errors import SettingsError
    from .evaluation import evaluate, load_labelled
    from .training import Settings, save_pipeline, train_with_pipeline

    values = {}
    if arguments.settings:
        try:
            values = tomllib.loads(Path(arguments.settings).read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SettingsError(f"{arguments.settings}: not TOML ({error})") from error
    out = Path(arguments.out)
    values["name"] = arguments.name or values.get("name") or out.name
    labelled = load_labelled(arguments.labelled) if arguments.labelled else []
    model, pipeline = train_with_pipeline(arguments.corpus, Settings.from_dict(values))
    if labelled:
        metrics = evaluate(model, labelled)
        model.manifest["metrics"] = metrics.to_dict()
        print(metrics)
    model.save(out)
    save_pipeline(pipeline, out)
    write_card(model)
    print(f"{model!r} saved in {out}")
    return 0


def _evaluate(arguments: argparse.Namespace) -> int:
    from .evaluation import evaluate

    metrics = evaluate(_model(arguments.model), arguments.labelled)
    if arguments.json:
        print(json.dumps({**metrics.to_dict(), "confusion": metrics.confusion, "wrong": metrics.wrong}, ensure_ascii=False))
        return 0
    print(metrics)
    if arguments.errors:
        print("\nid, right, given")
        for row in metrics.wrong:
            print(*row)
    return 0


def _corpus(arguments: argparse.Namespace) -> int:
    from .corpus import check, load_corpus

    corpus = load_corpus(arguments.corpus)
    problems = check(corpus, arguments.against)
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        print(f"rolefit: {len(problems)} problems in {len(corpus.statements)} statements", file=sys.stderr)
        return 1
    print(f"{corpus.path}: {len(corpus.statements)} statements in order")
    return 0


def _card(arguments: argparse.Namespace) -> int:
    from .card import card, write_card

    model = _model(arguments.model)
    print(write_card(model) if arguments.write else card(model))
    return 0


_VERBS = {"classify": _classify, "train": _train, "evaluate": _evaluate, "corpus": _corpus, "card": _card}

if __name__ == "__main__":
    sys.exit(main())
