"""Tell from the responsibilities in a job posting whether it describes a product manager or a product owner.

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
    RoleError,
    RolefitError,
    SettingsError,
    TableError,
    VerdictError,
)
from .model.evidence import Line
from .model.responsibility import Responsibility
from .model.verdict import Verdict
from .model.wording import theme_words

if TYPE_CHECKING:
    from .model.classifier import Model
    from .training.corpus import Corpus, load_corpus
    from .training.estimator import RoleClassifier
    from .training.evaluation import evaluate
    from .training.fit import train
    from .training.metrics import Metrics
    from .training.settings import Settings

# Names whose modules need numpy, scikit-learn or pandas are imported at first use, so that a script that only
# classifies does not wait for them. Each name with its module; a module is listed under its own name.
_LATER = {
    "Corpus": "training.corpus",
    "load_corpus": "training.corpus",
    "Metrics": "training.metrics",
    "evaluate": "training.evaluation",
    "Model": "model.classifier",
    "RoleClassifier": "training.estimator",
    "Settings": "training.settings",
    "train": "training.fit",
    "frames": "frames",
    "tables": "tables",
}

__all__ = [
    "BatchError",
    "ColumnError",
    "Corpus",
    "CorpusError",
    "LabelledError",
    "Line",
    "Metrics",
    "MissingExtraError",
    "Model",
    "ModelError",
    "ModelNotFoundError",
    "ModelPathError",
    "PostingError",
    "PromotionError",
    "Responsibility",
    "RoleClassifier",
    "RoleError",
    "RolefitError",
    "Settings",
    "SettingsError",
    "TableError",
    "Verdict",
    "VerdictError",
    "classify",
    "classify_many",
    "evaluate",
    "load_corpus",
    "load_model",
    "theme_words",
    "train",
]


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    module = import_module(f".{_LATER[name]}", __name__)
    value = module if name == _LATER[name] else getattr(module, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return list(__all__)
