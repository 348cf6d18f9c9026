"""The same verdict, bit for bit, whatever runs it: Pythons, numpys, processes and chunks.

    python tools/determinism_matrix.py                        every Python at hand, numpy's oldest and newest release for it
    python tools/determinism_matrix.py --postings 50          only so many postings
    python tools/determinism_matrix.py --here                 only this Python, as it is

For every Python and numpy a virtual environment is made (``--venvs``, kept for the next run) with numpy,
selectolax, tinycss2 and joblib alone: reading needs no more. Each reads all postings of
``../shared/evaluation/unlabelled.jsonl`` (made-up ones where that is missing) with one process and two, in
chunks of 1 and of 1,000, and once with numpy kept from the wider instructions of the processor, and works out
every field of every verdict. Prints the digest of each run and exits with 1 when two differ.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

PROJECT = Path(__file__).resolve().parent.parent
POSTINGS = PROJECT.parent / "shared" / "evaluation" / "unlabelled.jsonl"
VERSIONS = ("3.11", "3.12", "3.13")
OLDEST_NUMPY = {"3.13": "2.1.*"}
"""The oldest numpy that has a wheel for a Python; 1.26, the oldest that is supported, where nothing stands here."""

SETTINGS = tuple(itertools.product((1, 2), (1, 1_000)))
"""Processes and postings in a chunk."""

PROGRAM = """
import hashlib, json, platform, sys
from rolefit.model import classifier
from rolefit.classify import default_model
import numpy
texts = json.loads(sys.stdin.read())
for jobs, size in json.loads(sys.argv[1]):
    classifier.CHUNK = size
    digest = hashlib.sha256()
    for verdict in default_model().classify_many(texts, n_jobs=jobs):
        digest.update(json.dumps(verdict.to_dict(), sort_keys=True).encode("ascii"))
    print(json.dumps([platform.python_version(), numpy.__version__, jobs, size, digest.hexdigest()]), flush=True)
"""


WIDER = """
try:
    from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__
except ImportError:  # numpy 1
    from numpy.core._multiarray_umath import __cpu_dispatch__, __cpu_features__
print(*(name for name in __cpu_dispatch__ if __cpu_features__.get(name)))
"""
"""Prints the instructions that numpy uses where a processor has them."""


class Run(NamedTuple):
    """One reading of all postings."""

    python: str
    numpy: str
    jobs: int
    chunk: int
    digest: str

    def __str__(self) -> str:
        return f"Python {self.python:8} numpy {self.numpy:8} {self.jobs} process{'es' if self.jobs > 1 else '  '}  chunks of {self.chunk:5,}  {self.digest[:16]}"


def postings(count: int | None = None) -> list[str]:
    """The texts that are read: real ones, or made-up ones where those are missing."""
    if POSTINGS.is_file():
        with POSTINGS.open(encoding="utf-8") as file:
            texts = [json.loads(line)["text"] for line in file]
        return texts[:: max(1, len(texts) // count)][:count] if count else texts
    sys.path.insert(0, str(PROJECT / "benchmarks"))
    import generated

    return [posting.text for posting in itertools.islice(generated.postings(), count or 500)]


def pythons() -> dict[str, Path]:
    """The Pythons at hand: under pyenv, or on the path."""
    found = {}
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    for version in VERSIONS:
        installed = sorted(root.glob(f"{version}.*/bin/python{version}"))
        on_path = shutil.which(f"python{version}")
        if installed:
            found[version] = installed[-1]
        elif (
            on_path and subprocess.run([on_path, "-c", ""], check=False, capture_output=True).returncode == 0
        ):
            found[version] = Path(on_path)
    return found


def numpy_for(version: str, age: str) -> str:
    """The oldest or newest numpy that a Python can have, as pip names it."""
    return "numpy" if age == "newest" else f"numpy=={OLDEST_NUMPY.get(version, '1.26.*')}"


def environment(python: Path, numpy: str, folder: Path) -> Path:
    """The Python of a virtual environment with a numpy and what else reading needs; made when missing."""
    own = folder / "bin" / "python"
    if not (folder / "ready").is_file():
        subprocess.run([python, "-m", "venv", "--clear", "--without-pip", folder], check=True)
        install = [
            sys.executable,
            "-m",
            "pip",
            "--python",
            own,
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--only-binary",
            ":all:",
            numpy,
            "selectolax>=0.4",
            "tinycss2>=1.4",
            "joblib>=1.4",
        ]
        subprocess.run(install, check=True)
        (folder / "ready").touch()
    return own


def wider_instructions(python: Path | str) -> str:
    """Names of the instructions that a Python's numpy would use beyond those of every processor."""
    return subprocess.run(
        [str(python), "-c", WIDER], capture_output=True, text=True, check=True
    ).stdout.strip()


def read(
    python: Path | str,
    texts: Sequence[str],
    settings: Sequence[tuple[int, int]] = SETTINGS,
    without: str = "",
) -> Iterator[Run]:
    """Read the texts with a Python in each of some settings, its numpy kept from some instructions of the processor."""
    command = [str(python), "-W", "error", "-c", PROGRAM, json.dumps(settings)]
    known = {
        **os.environ,
        "PYTHONPATH": str(PROJECT),
        **({"NPY_DISABLE_CPU_FEATURES": without} if without else {}),
    }
    done = subprocess.run(
        command, input=json.dumps(texts), capture_output=True, text=True, env=known, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{python}: {done.stderr.strip()}")
    for line in done.stdout.splitlines():
        yield Run(*json.loads(line))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--postings", type=int, metavar="N", help="read only so many (default: all)")
    parser.add_argument("--here", action="store_true", help="only this Python, with the numpy that it has")
    parser.add_argument(
        "--venvs",
        type=Path,
        default=Path(tempfile.gettempdir()) / "rolefit-matrix",
        metavar="FOLDER",
        help="where the environments are kept",
    )
    arguments = parser.parse_args()
    texts = postings(arguments.postings)
    given = hashlib.sha256(json.dumps(texts).encode("ascii")).hexdigest()[:16]
    sys.stdout.write(f"{len(texts):,} postings ({given}), every field of every verdict\n")
    environments: list[Path] = [Path(sys.executable)] if arguments.here else []
    for version, python in {} if arguments.here else pythons().items():
        environments += [
            environment(python, numpy_for(version, age), arguments.venvs / f"{version}-{age}")
            for age in ("oldest", "newest")
        ]
    missing = [] if arguments.here else sorted(set(VERSIONS) - set(pythons()))
    digests = set()
    for python in environments:
        began = time.monotonic()
        for run in read(python, texts):
            digests.add(run.digest)
            sys.stdout.write(f"{run}\n")
        if wider := wider_instructions(python):
            for run in read(python, texts, [(1, 1_000)], wider):
                digests.add(run.digest)
                sys.stdout.write(f"{run}  without {wider}\n")
        sys.stdout.write(f"    {time.monotonic() - began:.0f} s\n")
        sys.stdout.flush()
    sys.stdout.write("all the same\n" if len(digests) == 1 else f"{len(digests)} different digests\n")
    if missing:
        sys.stdout.write(f"not at hand: Python {', '.join(missing)}\n")
    return 0 if len(digests) == 1 else 1


if __name__ == "__main__":
    sys.exit(main())
