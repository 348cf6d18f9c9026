"""Read the postings of a benchmark and write its results.

Every result has one form: a JSON file in ``benchmarks/results/`` that names the model, the postings and the
libraries, and beside it the Markdown table that was printed.
"""

from __future__ import annotations

import argparse
import json
import platform
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

from rolefit.classify import default_model, load_model
from rolefit.model.classifier import Model
from rolefit.training.labelled import LabelledPosting, load_labelled

FOLDER = Path(__file__).parent / "results"
POSTINGS = Path(__file__).parents[1] / ".." / "shared" / "evaluation" / "postings.jsonl"


def arguments(about: str) -> argparse.ArgumentParser:
    """A parser that knows the labelled postings and where results go."""
    parser = argparse.ArgumentParser(description=about.split("\n\n")[0])
    parser.add_argument(
        "labelled",
        nargs="?",
        type=Path,
        default=POSTINGS,
        help="JSONL file of labelled postings (default: ../shared/evaluation/postings.jsonl)",
    )
    parser.add_argument("--model", type=Path, help="model folder (default: the shipped model)")
    parser.add_argument(
        "--out", type=Path, default=FOLDER, help="folder for the results (default: benchmarks/results)"
    )
    return parser


def model(path: Path | None) -> Model:
    """The model of a folder, or the shipped one."""
    return load_model(path) if path else default_model()


def labelled_postings(path: Path) -> list[LabelledPosting]:
    """The labelled postings as texts alone, or an end with a message that says what is needed."""
    if not path.is_file():
        raise SystemExit(
            f"{path}: no such file. This benchmark measures on labelled postings: name a JSONL file of them,"
            " such as corpus/postings.jsonl; rolefit.training.labelled describes the format."
        )
    return load_labelled(path, titles=False)


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table whose columns line up; the first is text, the others are numbers."""
    widths = [max(len(row[i]) for row in (header, *rows)) for i in range(len(header))]

    def line(row: Sequence[str]) -> str:
        return (
            "| "
            + " | ".join(
                cell.ljust(width) if i == 0 else cell.rjust(width)
                for i, (cell, width) in enumerate(zip(row, widths, strict=True))
            )
            + " |"
        )

    rule = (
        "|"
        + "|".join("-" * (width + 2) if i == 0 else "-" * (width + 1) + ":" for i, width in enumerate(widths))
        + "|"
    )
    return "\n".join([line(header), rule, *map(line, rows)])


def leave(
    name: str,
    folder: Path,
    postings: Sequence[LabelledPosting],
    name_of_model: str,
    values: dict[str, Any],
    markdown: str,
    libraries: Sequence[str] = (),
) -> None:
    """Print the Markdown and write it and the values to ``NAME.md`` and ``NAME.json``."""
    folder.mkdir(parents=True, exist_ok=True)
    about = {
        "model": name_of_model,
        "postings": len(postings),
        "lines": sum(len(posting.lines) for posting in postings),
        "libraries": {
            "python": platform.python_version(),
            **{
                library: metadata.version(library)
                for library in ("rolefit", "numpy", "scikit-learn", *libraries)
            },
        },
    }
    (folder / f"{name}.json").write_text(
        json.dumps({**about, **_rounded(values)}, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    (folder / f"{name}.md").write_text(markdown + "\n", encoding="utf-8")
    print(markdown)


def _rounded(value: Any) -> Any:
    """Round to six decimals: what follows differs between machines."""
    if isinstance(value, float):
        return round(value, 6)
    if isinstance(value, dict):
        return {str(key): _rounded(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_rounded(entry) for entry in value]
    return value
