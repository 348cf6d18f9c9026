"""A TF-IDF step that divides each row by the length over its occurrences, which scikit-learn does not offer.

`rolefit.model.weights` does the same arithmetic with numpy, and says why; edit both together. The class has a
module of its own because its base class needs scikit-learn at import.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfTransformer


class OccurrenceTfidf(TfidfTransformer):  # type: ignore[misc]
    """Turn counts into TF-IDF, each row divided by the root of the sum of squared idf over its occurrences.

    A term that occurs twice in a row counts twice in the length of the row, where the Euclidean length would
    count it ``2 ** 2`` times.
    """

    def __init__(self) -> None:
        super().__init__(norm=None)

    def transform(self, X: Any, copy: bool = True) -> Any:  # noqa: N803 - scikit-learn's name
        """Return the weighted and divided rows, a sparse matrix of the shape of ``X``; empty rows stay
        empty."""
        weighted = super().transform(X, copy=copy)
        squared = weighted @ self.idf_
        return sparse.csr_matrix(sparse.diags(1.0 / np.sqrt(np.where(squared > 0, squared, 1.0))) @ weighted)
