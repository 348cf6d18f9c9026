"""Classify postings with the shipped model, which is loaded once.

The functions that most people need. numpy is imported with the first posting, so that ``import rolefit`` is
quick.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from . import _resources, _threads
from .errors import ModelError
from .model.verdict import Verdict

if TYPE_CHECKING:
    from pathlib import Path

    from .model.classifier import Model

_lock = _threads.lock()
_default: Model | None = None


def default_model() -> Model:
    """Return the default model, loaded at the first call.

    It is the shipped one, unless the environment variable ``ROLEFIT_MODEL`` names another folder.

    Raises
    ------
    ModelError
        When the folder that ``ROLEFIT_MODEL`` names holds no model that can be read.
    """
    global _default
    with _lock:
        if _default is None:
            folder = _resources.default_model_folder()
            try:
                _default = load_model(folder)
            except ModelError as error:
                if folder == _resources.model_folder():
                    raise
                raise type(error)(
                    f"the environment variable {_resources.MODEL_VARIABLE} names no model: {error}; correct"
                    " it, or unset it for the shipped model"
                ) from error
        return _default


def load_model(path: str | Path | None = None) -> Model:
    """Read a model folder.

    Parameters
    ----------
    path : str or Path, optional
        A folder that ``rolefit train --out`` or `Model.save` wrote. Loading runs no code from it. The shipped
        model when left out; it is loaded once.

    Returns
    -------
    Model

    Raises
    ------
    ModelNotFoundError
        When there is no model in the folder.
    ModelError
        When the model is damaged, from another program, or in another format.

    Examples
    --------
    >>> load_model().roles
    ('PM', 'PO')
    """
    if path is None:
        return default_model()
    from .model.classifier import Model

    return Model.load(path)


def classify(text: str, title: str | None = None) -> Verdict:
    """Classify one posting with the shipped model.

    Parameters
    ----------
    text : str
        Plain text, Markdown or HTML (escaped or not).
    title : str, optional
        The job title. It is evidence for or against a product person being sought, never for one of the two
        roles; `Verdict.title_mismatch` compares it with the label.

    Returns
    -------
    Verdict
        ``unclear``, with a reason, when the text is empty, not English, or about another profession.

    Raises
    ------
    PostingError
        A `TypeError`, when ``text`` or ``title`` is not a string.

    Examples
    --------
    >>> verdict = classify(
    ...     "- Keep the product backlog in order\\n- Write user stories\\n- Run the sprint planning"
    ... )
    >>> verdict.label, [r.role for r in verdict.responsibilities]
    ('PO-like', ['PO', 'PO', 'PO'])
    """
    return default_model().classify(text, title)


def classify_many(
    texts: Iterable[str], titles: Iterable[str | None] | None = None, n_jobs: int = 1
) -> Iterator[Verdict]:
    """Classify many postings with the shipped model, lazily and in order.

    Parameters
    ----------
    texts : iterable of str
    titles : iterable of str or None, optional
        One per text.
    n_jobs : int
        Processes, through joblib; -1 for one per core.

    Returns
    -------
    iterator of Verdict
        What `classify` returns, one per text.

    Raises
    ------
    PostingError
        A `TypeError`, at once for one string in place of several, and at the first posting that is not a
        string.

    Examples
    --------
    >>> [verdict.label for verdict in classify_many(["", "Own the backlog."])]
    ['unclear', 'unclear']
    """
    return default_model().classify_many(texts, titles, n_jobs)
