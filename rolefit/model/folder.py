"""Read and write model folders: checked in full when read, replaced as a whole when written.

A folder may come from a stranger. It holds JSON and plain tensors, so that reading it runs no code, and what
it names outside itself is refused. A first verdict waits for this module, so whatever takes long to import
(`pathlib`, `tempfile`) is imported by the functions that write.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..errors import ModelError, ModelNotFoundError, ModelPathError, quoted
from ..text import tokens
from .weights_file import FORMAT, LARGEST_FILE, from_bytes, to_bytes

if TYPE_CHECKING:
    from pathlib import Path

    from .weights import Weights

MANIFEST = "manifest.json"
WEIGHTS = "weights.safetensors"
FILES = (MANIFEST, WEIGHTS, "MODEL_CARD.md", "pipeline.joblib")
"""Everything that a model folder holds."""

LARGEST_MANIFEST = 4_000_000
"""Most bytes of a manifest; the shipped one has 7 thousand."""

LONGEST_NAME = 100
"""Most characters in the name of a model, a class or a role; names are part of every line that is printed."""

LONGEST_NGRAM = 5
"""Most words in a word n-gram."""

LONGEST_CHAR_NGRAM = 10
"""Most characters in a character n-gram."""

_REMEDY = "download or retrain the model"


# -- reading -------------------------------------------------------------------------------------------------


def read(path: Any) -> tuple[Weights, dict[str, Any]]:
    """Return the weights and the manifest of a model folder; `Model.load` says what may be raised."""
    folder = path_of(path)
    where = os.path.join(folder, MANIFEST)
    written = _content(folder, MANIFEST, LARGEST_MANIFEST)
    data = _content(folder, WEIGHTS, LARGEST_FILE)
    manifest = _manifest(written, where)
    weights_path = os.path.join(folder, WEIGHTS)
    if hashlib.sha256(data).hexdigest() != manifest.get("weights_sha256"):
        raise ModelError(
            f"{weights_path}: does not match the sha256 in {MANIFEST}; one is damaged or from another model:"
            " download or retrain both"
        )
    _check_names(manifest, where)
    classes, ngram_max, char_ngram_range = _features(manifest, where)
    return from_bytes(data, classes, ngram_max, char_ngram_range, weights_path), manifest


def path_of(path: Any) -> str:
    """Return the path of a folder as a string.

    Raises
    ------
    ModelPathError
        When it is neither a string nor a path.
    """
    named = os.fspath(path) if isinstance(path, os.PathLike) else path
    if not isinstance(named, str):
        raise ModelPathError(
            f"the folder of a model must be str or Path, not {type(path).__name__}; leave the model out for"
            " the shipped one"
        )
    return named


def file_in(folder: str | Path, name: str) -> str:
    """Return the real path of a file of a model folder.

    Raises
    ------
    ModelError
        When it is a link out of the folder, or not a file: a folder must not make rolefit read anything that
        is not in it.
    ModelNotFoundError
        When it is missing or cannot be reached.
    """
    path = os.path.join(folder, name)
    try:
        place = os.path.realpath(path, strict=True)
        inside = os.path.dirname(place) == os.path.realpath(folder)
        is_file = stat.S_ISREG(os.stat(place).st_mode)
    except (OSError, ValueError) as error:  # ValueError: a path with a NUL in it
        reason = getattr(error, "strerror", None) or error
        raise ModelNotFoundError(
            f"{path}: cannot be read ({reason}); 'rolefit train --out FOLDER' makes a model folder"
        ) from error
    if not inside:
        raise ModelError(f"{path}: is a link out of the model's folder; put the file itself there")
    if not is_file:  # a pipe or a device would be read without end
        raise ModelError(f"{path}: is not a file; {_REMEDY}")
    return place


def _content(folder: str, name: str, limit: int) -> bytes:
    """Return the bytes of a file of a model folder; more than ``limit`` are refused."""
    place, path = file_in(folder, name), os.path.join(folder, name)
    try:
        with open(place, "rb") as file:
            data = file.read(limit + 1)
    except OSError as error:
        raise ModelNotFoundError(
            f"{path}: cannot be read ({error.strerror}); check its permissions"
        ) from error
    if len(data) > limit:
        raise ModelError(f"{path}: larger than {limit // 1_000_000} MB; this is not a rolefit model")
    return data


def _manifest(data: bytes, where: str) -> dict[str, Any]:
    """Return the manifest, if this rolefit reads its format."""
    try:
        manifest = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ModelError(f"{where}: not JSON ({error}); {_REMEDY}") from error
    found = manifest.get("format") if isinstance(manifest, dict) else None
    if not isinstance(manifest, dict) or found != FORMAT:
        raise ModelError(
            f"{where}: format {quoted(repr(found))}; this rolefit reads format {FORMAT}; train again, or"
            " install the rolefit that wrote it"
        )
    version = manifest.get("terms_version")
    if version != tokens.VERSION:
        raise ModelError(
            f"{where}: terms version {quoted(repr(version))}; this rolefit counts terms by version"
            f" {tokens.VERSION}; train again"
        )
    return manifest


def _check_names(manifest: Mapping[str, Any], where: str) -> None:
    """Refuse names that a terminal would not print as they are: every verdict prints them."""
    lists = [found for entry in ("classes", "roles") if isinstance(found := manifest.get(entry), list)]
    titles = manifest.get("role_titles", {})
    if not isinstance(titles, dict) or not all(
        isinstance(found, list) and found for found in titles.values()
    ):
        raise ModelError(f"{where}: role_titles lists titles for each role; {_REMEDY}")
    lists += [list(titles), *titles.values()]
    for name in (manifest.get("name", ""), *(name for found in lists for name in found)):
        if not isinstance(name, str) or not name.isprintable() or len(name) > LONGEST_NAME:
            raise ModelError(
                f"{where}: name, classes and roles are strings of up to {LONGEST_NAME} printable characters,"
                f" not {quoted(repr(name))}; {_REMEDY}"
            )


def _features(manifest: Mapping[str, Any], where: str) -> tuple[list[str], int, tuple[int, int]]:
    """Return the classes, the longest word n-gram, and the shortest and longest character n-gram."""
    try:
        classes = [str(name) for name in manifest["classes"]]
        features = manifest["settings"]["features"]
        ngram_max, (shortest, longest) = int(features["ngram_max"]), features["char_ngram_range"][:2]
        char_ngrams = (int(shortest), int(longest))
    except (KeyError, TypeError, ValueError, IndexError, OverflowError) as error:
        raise ModelError(f"{where}: entry {quoted(str(error))} is missing or misshapen; {_REMEDY}") from error
    in_range = char_ngrams == (0, 0) or 1 <= char_ngrams[0] <= char_ngrams[1] <= LONGEST_CHAR_NGRAM
    if not (1 <= ngram_max <= LONGEST_NGRAM and in_range):
        raise ModelError(
            f"{where}: settings.features has n-grams of {ngram_max} words and {char_ngrams} characters, out"
            f" of range; {_REMEDY}"
        )
    return classes, ngram_max, char_ngrams


# -- writing -------------------------------------------------------------------------------------------------


def write(path: str | Path, weights: Weights, manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Write a model into a folder, each file whole or not at all; return the manifest as written."""
    from pathlib import Path

    from .._atomic import atomic_write

    folder = Path(path_of(path))
    folder.mkdir(parents=True, exist_ok=True)
    data = to_bytes(weights)
    written = {**manifest, "weights_sha256": hashlib.sha256(data).hexdigest()}
    text = json.dumps(written, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    atomic_write(folder / WEIGHTS, data)
    atomic_write(folder / MANIFEST, text.encode("utf-8"))
    return written


def check_replaceable(path: str | Path) -> Path:
    """Return the absolute path of a folder that is missing, empty, or holds a model alone.

    Raises
    ------
    ModelError
        When it is a file, or holds something that would be lost.
    """
    from pathlib import Path

    folder = Path(path).resolve()
    if folder.exists() and not folder.is_dir():
        raise ModelError(f"{path}: is a file; name a folder for the model")
    if folder.is_dir():
        foreign = sorted(entry.name for entry in folder.iterdir() if entry.name not in FILES)
        if foreign:
            raise ModelError(
                f"{path}: holds {', '.join(foreign[:3])}, which replacing the model would delete; name an"
                " empty or a new folder"
            )
    return folder
