"""The settings of a training, their defaults and their ranges.

The defaults are those of the shipped model, each written once: here, or in the value that holds it
(`Context`, `DecisionRule`). A model keeps what it was trained with in its manifest.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ..errors import SettingsError, quoted
from ..model.context import Context
from ..model.decision import DecisionRule
from ..model.folder import LONGEST_NAME
from ..model.number_checks import check_number


@dataclass(frozen=True)
class Features:
    """The terms that are counted.

    Attributes
    ----------
    ngram_max : int
        Words in the longest word n-gram, 1 to 5.
    char_ngram_range : tuple of int
        Length of the shortest and the longest character n-gram inside a word, 1 to 10; ``(0, 0)`` for none.
    min_df : int
        Statements that must hold a term for it to be kept, 1 or more.
    """

    ngram_max: int = 2
    char_ngram_range: tuple[int, int] = (4, 4)
    min_df: int = 2

    def __post_init__(self) -> None:
        given = self.char_ngram_range
        sizes = tuple(given) if isinstance(given, Sequence) else (given,)
        object.__setattr__(self, "char_ngram_range", sizes)
        named = (("ngram_max", (self.ngram_max,)), ("char_ngram_range", sizes), ("min_df", (self.min_df,)))
        for name, values in named:
            if not all(isinstance(value, int) for value in values):
                raise SettingsError(
                    f"features.{name} takes whole numbers, not {quoted(repr(getattr(self, name)))}"
                )
        if not 1 <= self.ngram_max <= 5:
            raise SettingsError(f"features.ngram_max must be from 1 to 5, not {self.ngram_max}")
        if sizes != (0, 0) and not (len(sizes) == 2 and 1 <= sizes[0] <= sizes[1] <= 10):
            raise SettingsError(
                "features.char_ngram_range must be (shortest, longest) from 1 to 10, or (0, 0) for none,"
                f" not {sizes}"
            )
        if self.min_df < 1:
            raise SettingsError(f"features.min_df must be 1 or more, not {self.min_df}")


def _default_context() -> Context:
    kinds = {
        "duties": 0.25,
        "qualifications": 0.0,
        "company": -0.5,
        "benefits": -1.0,
        "process": -1.0,
        "body": 0.0,
    }
    return Context(kinds, 0.5, 20.0)


OWN_WEIGHT = 10.0


@dataclass(frozen=True)
class Settings:
    """Training settings. The defaults are those of the shipped model.

    Attributes
    ----------
    name : str
        Name of the model.
    features : Features
    C : float
        Inverse regularization of the logistic regression, above 0: the larger, the closer the model follows
        the corpus.
    prior : dict of str to float
        Log-odds (natural) added to a class when a posting is read. About half the statements of the corpus
        name work of a role, but more than three quarters of the lines of a posting are ``none``.
    own_weight : float
        How often a statement or correction of a user counts in the fit, above 0; a row of the corpus counts
        once.
    context : Context
        What the place of a line adds.
    decision : DecisionRule
        How lines become a label.
    """

    name: str = "default"
    features: Features = field(default_factory=Features)
    C: float = 3.0
    prior: Mapping[str, float] = field(default_factory=lambda: {"none": 1.5, "other": 0.7})
    own_weight: float = OWN_WEIGHT
    context: Context = field(default_factory=_default_context)
    decision: DecisionRule = field(default_factory=DecisionRule)

    def __post_init__(self) -> None:
        kinds = {"features": Features, "prior": Mapping, "context": Context, "decision": DecisionRule}
        for name, kind in kinds.items():
            value = getattr(self, name)
            if not isinstance(value, kind):
                raise SettingsError(f"{name} must be a {kind.__name__}, not {type(value).__name__}")
        if not isinstance(self.name, str) or not self.name.isprintable() or len(self.name) > LONGEST_NAME:
            raise SettingsError(
                f"name must be a string of up to {LONGEST_NAME} printable characters,"
                f" not {quoted(repr(self.name))}"
            )
        for name, value in self.prior.items():
            check_number(value, f"prior.{name}")
        for name in ("C", "own_weight"):
            value = getattr(self, name)
            if not _is_number(value) or not 0 < value < math.inf:
                raise SettingsError(f"{name} must be above 0 and finite, not {quoted(repr(value))}")

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Settings:
        """Build settings from plain values, e.g. from TOML; whatever is left out keeps its default.

        Raises
        ------
        SettingsError
            For an unknown name or a value of the wrong kind.
        """
        default = cls()
        changed: dict[str, Any] = {}
        for name, value in values.items():
            if name not in cls.__dataclass_fields__:
                raise SettingsError(
                    f"unknown setting {quoted(str(name))!r}; settings are"
                    f" {', '.join(cls.__dataclass_fields__)}"
                )
            try:
                if name in ("features", "context", "decision"):
                    changed[name] = replace(getattr(default, name), **value)
                elif name in ("C", "own_weight"):
                    changed[name] = float(value)
                elif name == "prior":
                    changed[name] = {str(k): float(v) for k, v in value.items()}
                else:
                    changed[name] = str(value)
            except SettingsError:
                raise
            except (TypeError, ValueError, AttributeError) as error:
                raise SettingsError(f"setting {name!r}: {quoted(str(error))}") from error
        return replace(default, **changed)


def read_settings(path: str | Path) -> dict[str, Any]:
    """Read plain values for `Settings.from_dict` from a TOML file.

    Raises
    ------
    SettingsError
        When the file is not TOML.
    """
    try:
        return tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: not TOML ({error})") from error


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
