"""Files of postings in, the same rows with their answers out: `read`, `score`, `write`, and `run` for whole files at once."""

from .batch import Summary, run, score, unfinished, verdicts
from .row import Row
from .table import (
    Table,
    answer,
    answer_columns,
    check_output,
    check_place,
    failure,
    find_files,
    finish,
    guess_columns,
    perhaps_no_postings,
    read,
    sentence,
    tables_in_folders,
    write,
)

__all__ = [
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
