"""Hold what the place of a line adds to its score.

These are settings of a model, written into its manifest; the arithmetic that uses them is in
`rolefit.model.scoring`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..errors import SettingsError
from ..text.headings import KINDS
from .number_checks import check_number


@dataclass(frozen=True)
class Context:
    """What the place of a segment adds to its log-odds of being product work.

    Attributes
    ----------
    kinds : dict of str to float
        For each kind of section (`rolefit.text.headings.KINDS`), natural log-odds of every other class
        against ``none``.
    neighbours : float
        Weight of the other lines of the same list: it multiplies the sum of their log-odds of being product
        work, divided by the number of lines in the list.
    scope : float
        Log-odds that a line loses by a sign that its work is not that of the person sought
        (`rolefit.text.scope`).
    """

    kinds: Mapping[str, float] = field(default_factory=dict)
    neighbours: float = 0.0
    scope: float = 0.0

    def __post_init__(self) -> None:
        unknown = set(self.kinds) - set(KINDS)
        if unknown:
            raise SettingsError(
                f"context.kinds: unknown kind {sorted(unknown)}; kinds are {', '.join(KINDS)}"
            )
        for kind, value in self.kinds.items():
            check_number(value, f"context.kinds.{kind}")
        check_number(self.neighbours, "context.neighbours")
        check_number(self.scope, "context.scope")
