"""The functions that most people need: read a posting, or many, with the shipped model.

The decision hidden here is which model is meant when none is named, and that it is loaded once. numpy comes
in with the first posting, not with the import.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from . import _resources as shipped
from .model.verdict import Verdict

if TYPE_CHECKING:
    from pathlib import Path

    from .model.classifier import Model

_lock = threading.Lock()
_default: Model | None = None


def default_model() -> Model:
    """The shipped model, loaded at the first call."""
    global _default
    with _lock:
        if _default is None:
            _default = load_model(shipped.model_folder())
        return _default


def load_model(path: str | Path) -> Model:
    """Read a model folder.

    Parameters
    ----------
    path : str or Path
        A folder that ``rolefit train --out`` or `Model.save` wrote. Loading it runs no code.

    Returns
    -------
    Model

    Raises
    ------
    ModelNotFoundError
        When there is no model.
    ModelError
        When it is damaged, foreign, or of another format.
    """
    from .model.classifier import Model

    return Model.load(path)


def classify(text: str, title: str | None = None) -> Verdict:
    """Read one posting with the shipped model.

    Parameters
    ----------
    text : str
        Plain text, Markdown or HTML (escaped once more or not).
    title : str, optional
        The job title. It has no part in the label; `Verdict.title_mismatch` compares the two.

    Returns
    -------
    Verdict
        ``unclear``, with its reason, for an empty or foreign text or another profession.

    Raises
    ------
    PostingError
        A `TypeError`: when ``text`` or ``title`` is not a string.

    Examples
    --------
    >>> verdict = classify("- Keep the product backlog in order\\n- Write user stories\\n- Run sprint planning with the developers")
    >>> verdict.label, [r.role for r in verdict.responsibilities]
    ('PO-like', ['PO', 'PO', 'PO'])
    """
    return default_model().classify(text, title)


def classify_many(
    texts: Iterable[str], titles: Iterable[str | None] | None = None, n_jobs: int = 1
) -> Iterator[Verdict]:
    """Read many postings with the shipped model, in order, as fast as they are asked for.

    Parameters
    ----------
    texts : iterable of str
    titles : iterable of str or None, optional
        One a text.
    n_jobs : int
        Processes, through joblib; -1 for one a core.

    Yields
    ------
    Verdict
        The same as `classify` gives, one a text.

    Raises
    ------
    PostingError
        A `TypeError`, at the posting that is not a string.

    Examples
    --------
    >>> [verdict.label for verdict in classify_many(["", "Own the backlog."])]
    ['unclear', 'unclear']
    """
    return default_model().classify_many(texts, titles, n_jobs)
