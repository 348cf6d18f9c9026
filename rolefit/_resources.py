"""Find the corpus and the model that come with rolefit.

In an installed wheel they are inside the package; in a checkout (an editable install) beside it. Paths are
strings here, because importing `pathlib` would delay a first verdict.
"""

from __future__ import annotations

import os

MODEL_VARIABLE = "ROLEFIT_MODEL"
"""Environment variable that names a model folder in place of the shipped one."""

_PACKAGE = os.path.dirname(os.path.realpath(__file__))


def _find(inside: str, beside: str) -> str:
    packed = os.path.join(_PACKAGE, inside)
    return packed if os.path.exists(packed) else os.path.join(os.path.dirname(_PACKAGE), beside)


def corpus_folder() -> str:
    """Folder with ``statements.csv`` and ``articles.toml``."""
    return _find("shipped_corpus", "corpus")


def model_folder() -> str:
    """Folder of the shipped model."""
    return _find("shipped_model", os.path.join("models", "default"))


def default_model_folder() -> str:
    """Folder of the default model: what ``ROLEFIT_MODEL`` names, else the shipped one."""
    return os.environ.get(MODEL_VARIABLE) or model_folder()


def labelled_file() -> str:
    """File of the labelled postings that models are measured on."""
    return os.path.join(corpus_folder(), "postings.jsonl")


def release_file() -> str:
    """File of the figures that the last release reached on real postings."""
    return _find("shipped_release.json", os.path.join("models", "release.json"))
