"""Run the command line: one module per verb, each with `add_arguments` and `run`.

Exit codes: 0 done; 1 done, but something was found wrong (a corpus that breaks a rule, a job of which no row
worked); 2 not done; 130 stopped by Ctrl-C; 143 stopped by SIGTERM. An error is one line on standard error.

Late imports: only the module of the verb in use is imported, and its functions import what they work with,
so that ``--help`` and errors of usage appear at once.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Collection, Sequence
from importlib import import_module
from typing import NoReturn

from .._version import __version__
from ..errors import RolefitError, printable_lines, quoted
from .output import say

VERBS = {
    "classify": "classify one posting",
    "score": "score files of postings",
    "report": "draw the page of an earlier run",
    "drift": "say how postings differ from earlier ones",
    "verify": "score an output again and list what differs",
    "serve": "open a page to paste postings into",
    "review": "export lines to correct",
    "label": "mark lines, and make labelled postings of them",
    "lint": "check the postings in a repository",
    "compare": "compare two exports, or two models",
    "train": "train a model",
    "evaluate": "evaluate a model on labelled postings",
    "promote": "make a candidate the default model",
    "corpus": "check a corpus",
    "card": "show the card of a model",
}
"""Each verb, the name of its module, with its line in ``rolefit --help``."""

EXAMPLES = """\
examples:
  rolefit classify posting.txt                  classify one posting
  rolefit classify posting.html --title "Product Owner" --json
  pbpaste | rolefit classify -                  classify what was copied
  rolefit score export.xlsx -o scored.xlsx      score a spreadsheet of postings
  rolefit score postings/ -o scored.csv --jobs 2
  rolefit serve                                 paste postings into a page
  rolefit lint postings/                        check titles against duties
  rolefit compare last-month.csv this-month.csv
  rolefit compare default models/mine export.csv
  rolefit corpus check                          check the shipped corpus
  rolefit train --out models/candidates/mine    train on the shipped corpus
  rolefit evaluate labelled.jsonl               evaluate the shipped model
  rolefit promote models/candidates/mine --labelled labelled.jsonl
"""

# Half of a surrogate pair. The other halves stand for bytes of a path that is not UTF-8.
_HALF = re.compile("[\ud800-\udc7f\udd00-\udfff]")


class Parser(argparse.ArgumentParser):
    """A parser whose errors are one line."""

    def error(self, message: str) -> NoReturn:
        """Exit with 2 and the message."""
        self.exit(2, f"rolefit: {printable_lines(message)}; see '{self.prog} --help'\n")


def parser(used: Collection[str] = tuple(VERBS)) -> argparse.ArgumentParser:
    """Return the parser of the command line.

    Parameters
    ----------
    used : collection of str
        The verbs that get their arguments; the others have their line of help alone.
    """
    top = Parser(
        prog="rolefit",
        description="Tell whether the responsibilities in a job posting describe a product manager or a"
        " product owner, and which lines say so.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"rolefit {__version__}")
    verbs = top.add_subparsers(dest="verb", metavar="VERB", title="verbs")
    for name, summary in VERBS.items():
        verb = verbs.add_parser(name, help=summary)
        if name in used:
            module = import_module(f".{name}", __name__)
            module.add_arguments(verb)
            verb.set_defaults(run=module.run)
    return top


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
    given = sys.argv[1:] if argv is None else argv
    top = parser(given)
    arguments = top.parse_args(given)
    for argument in given:
        if "\0" in argument or _HALF.search(argument):
            top.error(f"an argument has a character that no path can have: {quoted(repr(argument))}")
    if arguments.verb is None:
        top.print_help()
        return 0
    try:
        code: int = arguments.run(arguments)
        # Short output is written here, or else at the end of Python, where a closed pipe would be reported.
        sys.stdout.flush()
        return code
    except RolefitError as error:
        say(f"rolefit: {error}", file=sys.stderr)
        return 2
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package in ("", "rolefit"):
            raise
        say(
            f"rolefit: the package {package!r} is missing ({error}); 'pip install rolefit' installs all that"
            " rolefit needs",
            file=sys.stderr,
        )
        return 2
    except BrokenPipeError:
        # The reader of a pipe has gone (`| head`), so what is left in the buffer is dropped.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        reason = f"{error.filename or 'file'}: {error.strerror or error}"
        say(f"rolefit: {reason}; check the path and its permissions", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        say("rolefit: stopped", file=sys.stderr)
        return 130
