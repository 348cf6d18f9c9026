"""The one step of the scikit-learn pipeline that scikit-learn does not have: the length of a statement over occurrences.

The decision hidden here is how long statements are made comparable. `rolefit.weights` does the same
arithmetic with numpy, and says why; edit both together.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfTransformer


class OccurrenceTfidf(TfidfTransformer):  # type: ignore[misc]
    """Counts to TF-IDF, each row divided by the square root of the sum of squared idf over its occurrences.

    A term that occurs twice in a row is counted twice in its length, where Euclidean length would count ``2
    ** 2``.
    """

    def __init__(self) -> None:
        super().__init__(norm=None)

    def transform(self, X: Any, copy: bool = True) -> Any:  # noqa: N803 - scikit-learn's name
        """Weighed and divided rows, a sparse matrix of the shape of ``X``; an empty row stays empty."""
        weighed = super().transform(X, copy=copy)
        squared = weighed @ self.idf_
        return sparse.csr_matrix(sparse.diags(1.0 / np.sqrt(np.where(squared > 0, squared, 1.0))) @ weighed)
