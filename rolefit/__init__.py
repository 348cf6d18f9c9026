"""rolefit reads the responsibilities in a job posting and says whether they describe a product manager or a product owner.

>>> import rolefit
>>> rolefit.classify("").label
'unclear'
"""

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

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
from .verdict import Responsibility, Verdict

if TYPE_CHECKING:
    from .corpus import Corpus, load_corpus
    from .evaluation import Metrics, evaluate
    from .model import Model
    from .training import Settings, train

# Names that need numpy or scikit-learn, and the module of each: imported when first asked for.
_LATER = {
    "Corpus": "corpus",
    "load_corpus": "corpus",
    "Metrics": "evaluation",
    "evaluate": "evaluation",
    "Model": "model",
    "Settings": "training",
    "train": "training",
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


_MODULES = frozenset({"batch", "frames", "tables"})


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
