"""rolefit reads the responsibilities in a job posting and says whether they describe a product manager or a product owner.

>>> import rolefit
>>> rolefit.classify("").label
'unclear'
"""

from typing import TYPE_CHECKING, Any

from ._version import __version__ as __version__
from .classify import classify, classify_many, load_model
from .errors import (
    BatchError,
    ColumnError,
    CorpusError,
    LabelledError,
    MissingExtraError,
    ModelError,
    ModelNotFoundError,
    ModelPathError,
    PostingError,
    PromotionError,
    RolefitError,
    SettingsError,
    TableError,
)
from .model.verdict import Responsibility, Verdict

if TYPE_CHECKING:
    from .model.classifier import Model
    from .training.corpus import Corpus, load_corpus
    from .training.evaluation import evaluate
    from .training.fit import train
    from .training.metrics import Metrics
    from .training.settings import Settings

# Names that need numpy or scikit-learn, and the module of each: imported when first asked for.
_LATER = {
    "Corpus": "training.corpus",
    "load_corpus": "training.corpus",
    "Metrics": "training.metrics",
    "evaluate": "training.evaluation",
    "Model": "model.classifier",
    "Settings": "training.settings",
    "train": "training.fit",
}

__all__ = [
    "BatchError",
    "ColumnError",
    "Corpus",
    "CorpusError",
    "LabelledError",
    "Metrics",
    "MissingExtraError",
    "Model",
    "ModelError",
    "ModelNotFoundError",
    "ModelPathError",
    "PostingError",
    "PromotionError",
    "Responsibility",
    "RolefitError",
    "Settings",
    "SettingsError",
    "TableError",
    "Verdict",
    "classify",
    "classify_many",
    "evaluate",
    "load_corpus",
    "load_model",
    "train",
]


_MODULES = frozenset({"frames", "tables"})


def __getattr__(name: str) -> Any:
    if name in _LATER:
        from importlib import import_module

        value = getattr(import_module(f".{_LATER[name]}", __name__), name)
        globals()[name] = value
        return value
    if name in _MODULES:
        from importlib import import_module

        return import_module(f".{name}", __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
