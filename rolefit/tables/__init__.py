"""Score files of postings: the same rows come out with their answers.

`read`, `score` and `write` are the steps; `run` does all of them for whole files, and can be resumed.
"""

from .answer import answer, answer_columns, failure, sentence
from .batch import run, unfinished
from .columns import Columns, guess_columns
from .inputs import find_files, perhaps_no_postings, tables_in_folders
from .output import check_output, check_place, finish, write
from .row import Row
from .scoring import score, verdicts
from .summary import Summary
from .table import Table, read

__all__ = [
    "Columns",
    "Row",
    "Summary",
    "Table",
    "answer",
    "answer_columns",
    "check_output",
    "check_place",
    "failure",
    "find_files",
    "finish",
    "guess_columns",
    "perhaps_no_postings",
    "read",
    "run",
    "score",
    "sentence",
    "tables_in_folders",
    "unfinished",
    "verdicts",
    "write",
]
