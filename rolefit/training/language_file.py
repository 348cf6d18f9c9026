"""Read the file that a corpus in another language brings: what of the language the package must know.

It is written by hand, so each list is checked, and an unknown name is an error: nobody would notice that a
list is not read. `rolefit.model.own_language` says what the lists mean.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..errors import CorpusError, quoted
from ..model.own_language import LISTS
from ..text.headings import KINDS
from ..text.tokens import tokens


def language_words(path: Path, about: Mapping[str, Any]) -> dict[str, Any]:
    """Return the lists of a ``language.toml``, given what is in it, as a manifest holds them.

    Raises
    ------
    CorpusError
        When a list is missing, misshapen or unknown.
    """
    try:
        words = sorted(set(tokens(about["function_words"])))
        headings = {
            kind: [" ".join(text.casefold().split()) for text in listed]
            for kind, listed in about.get("headings", {}).items()
        }
        titles = {"titles": _phrases(path, "titles", about["titles"])} if "titles" in about else {}
        lists = {
            table: {
                name: _phrases(path, f"[{table}] {name}", listed) for name, listed in about[table].items()
            }
            for table in LISTS
            if table in about
        }
    except (KeyError, TypeError, AttributeError) as error:
        raise CorpusError(
            f"{path}: needs function_words, one string of words between blanks, and may have [headings] with"
            f" a list for each kind of section, [scope] and [sought]; missing or misshapen: {error}"
        ) from error
    if unknown := set(headings) - set(KINDS):
        raise CorpusError(
            f"{path}: [headings]: unknown kind {quoted(min(unknown))!r}; kinds are {', '.join(KINDS)}"
        )
    for table, names in LISTS.items():
        if unknown := set(lists.get(table, ())) - set(names):
            raise CorpusError(
                f"{path}: [{table}]: unknown list {quoted(min(unknown))!r}; lists are {', '.join(names)}"
            )
    if unknown := set(about) - {"function_words", "headings", "titles", *LISTS}:
        raise CorpusError(
            f"{path}: unknown name {quoted(min(unknown))!r}; names are function_words, titles, [headings],"
            f" {', '.join(f'[{table}]' for table in LISTS)}"
        )
    return {"function_words": words, "headings": headings, **titles, **lists}


def _phrases(path: Path, name: str, listed: Any) -> list[str]:
    """Return the phrases of a list as their folded words between blanks; a hyphen in front is kept."""
    if not isinstance(listed, list) or not all(isinstance(phrase, str) for phrase in listed):
        raise CorpusError(f"{path}: {name} must be a list of phrases in quotes")
    found = ["-" * phrase.startswith("-") + " ".join(tokens(phrase)) for phrase in listed]
    if empty := [phrase for phrase, words in zip(listed, found, strict=True) if not words.strip("-")]:
        raise CorpusError(f"{path}: {name} holds {quoted(empty[0])!r}, which has no word; drop it")
    return found
