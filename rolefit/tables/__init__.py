"""Score files of postings: the same rows come out with their answers.

`read`, `score` and `write` are the steps; `run` does all of them for whole files, and can be resumed.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .batch import run, unfinished
    from .column_choice import Columns, guess_columns
    from .inputs import find_files, perhaps_no_postings, tables_in_folders
    from .output import check_output, check_place, finish, write
    from .row import Row
    from .scoring import score, verdicts
    from .summary import Summary
    from .table import Table, read
    from .verdict_columns import answer, answer_columns, failure, sentence

# Imported when asked for: who reads one posting needs no reader of tables.
_LATER = {
    "Columns": "column_choice",
    "Row": "row",
    "Summary": "summary",
    "Table": "table",
    "answer": "verdict_columns",
    "answer_columns": "verdict_columns",
    "check_output": "output",
    "check_place": "output",
    "failure": "verdict_columns",
    "find_files": "inputs",
    "finish": "output",
    "guess_columns": "column_choice",
    "perhaps_no_postings": "inputs",
    "read": "table",
    "run": "batch",
    "score": "scoring",
    "sentence": "verdict_columns",
    "tables_in_folders": "inputs",
    "unfinished": "batch",
    "verdicts": "scoring",
    "write": "output",
}

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


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = globals()[name] = getattr(import_module(f".{_LATER[name]}", __name__), name)
    return value


def __dir__() -> list[str]:
    return list(__all__)
