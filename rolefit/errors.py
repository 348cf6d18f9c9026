"""Define the errors, each of them a builtin exception too, and make text safe to print in a message.

    RolefitError(Exception)
      PostingError(TypeError)              what was passed is not the text of a posting
      RoleError(ValueError)                there is no such role
      VerdictError(ValueError)             plain values are not those of a verdict
      CorpusError(ValueError)              a corpus, or a row of it, breaks the rules
      LabelledError(ValueError)            a file of labelled postings breaks the format
      SettingsError(ValueError)            a setting is out of its range
      ModelError(ValueError)               a model folder cannot be used
        ModelNotFoundError(FileNotFoundError)
        ModelPathError(TypeError)          what was passed is not a path
      PromotionError(ValueError)           a candidate is not made the default
      TableError(ValueError)               a file of postings cannot be read or written
        ColumnError                        it is not clear which column holds what
        InputChangedError                  a file was cut while it was read
        TooLargeError                      a file becomes too large when it is read
      MissingExtraError(ImportError)       a file format needs a library that is not installed
      BatchError(RuntimeError)             a run over many postings stopped early

A message says what is wrong, where, and what to do next. It repeats at most `QUOTED` characters of somebody
else's text (a posting, a file name, a column), without control characters.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping

QUOTED = 80
"""Most characters of a file's content that a message repeats."""


def printable_lines(text: str) -> str:
    """Return the text with a space for every control or direction character; line breaks and tabs stay.

    Examples
    --------
    >>> printable_lines("two  words\\n\\x1b[31mred")
    'two  words\\n [31mred'
    """
    if text.isprintable():
        return text
    # Category C holds control, format and direction characters, and halves of surrogate pairs.
    return "".join(
        c if c.isprintable() or c in "\n\t" or unicodedata.category(c) == "Zs" else " " for c in text
    )


def printable(text: str) -> str:
    """Return the text on one line, without control or direction characters.

    Examples
    --------
    >>> printable("two  words\\n\\x1b[31mred")
    'two words [31mred'
    """
    return " ".join(printable_lines(text).split())


def quoted(text: str) -> str:
    """Return the first `QUOTED` characters of a text, made `printable`."""
    return printable(text if len(text) <= QUOTED else text[: QUOTED - 1] + "…")


class RolefitError(Exception):
    """Base of every error that rolefit raises on purpose; its message is safe to print."""

    def __init__(self, *arguments: object) -> None:
        super().__init__(
            *(printable_lines(argument) if isinstance(argument, str) else argument for argument in arguments)
        )


class PostingError(RolefitError, TypeError):
    """What was passed is not the text of a posting."""


class RoleError(RolefitError, ValueError):
    """A verdict is asked about a role that it does not know."""


class VerdictError(RolefitError, ValueError):
    """Plain values are not those of a verdict, or another version wrote them."""


class CorpusError(RolefitError, ValueError):
    """A corpus breaks the rules of the data statement (``corpus/README.md``)."""


class LabelledError(RolefitError, ValueError):
    """A file of labelled postings breaks the format."""


class SettingsError(RolefitError, ValueError):
    """A setting is unknown or out of its range."""


class ModelError(RolefitError, ValueError):
    """A model folder is damaged, not from rolefit, or in a newer format."""


class ModelNotFoundError(ModelError, FileNotFoundError):
    """There is no model in the folder named."""


class ModelPathError(ModelError, TypeError):
    """What was passed as the folder of a model is not a path."""


class PromotionError(RolefitError, ValueError):
    """A candidate cannot be made the default model, or is worse than it."""


class TableError(RolefitError, ValueError):
    """A file of postings cannot be read or written."""


class ColumnError(TableError):
    """No column, or more than one, could hold what is looked for.

    Attributes
    ----------
    what : str
        ``"text"``, ``"title"`` or ``"id"``.
    columns : tuple of str
        The columns of the table.
    samples : dict of str to tuple of str
        For each column the beginnings of a few of its cells.
    """

    def __init__(
        self,
        message: str,
        what: str = "text",
        columns: Iterable[str] = (),
        samples: Mapping[str, tuple[str, ...]] | None = None,
    ) -> None:
        super().__init__(message)
        self.what = what
        self.columns = tuple(columns)
        self.samples = dict(samples or {})


class InputChangedError(TableError):
    """A file was cut, or removed, while it was read."""


class TooLargeError(TableError):
    """A file becomes more, when it is read, than memory and time allow."""


class MissingExtraError(RolefitError, ImportError):
    """A file format needs a library that is not installed."""


class BatchError(RolefitError, RuntimeError):
    """A run stopped before its end; the rows scored so far are saved for ``resume``."""
