"""Guard against a large loss of speed; `benchmarks/speed.py` measures it."""

from __future__ import annotations

import gc
import importlib.util
import itertools
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from helpers.paths import PROJECT

from rolefit import Model
from rolefit import _resources as shipped
from rolefit.text import html as markup
from rolefit.text import segments

POSTINGS = 96


def processor_seconds(run: Callable[[], object]) -> float:
    """Processor time of one run; other work on the machine hardly touches it."""
    gc.collect()
    start = time.process_time()
    run()
    return time.process_time() - start


FASTER = 2.0
"""Times as fast as scikit-learn that reading must be, whatever else the machine does."""


@pytest.mark.slow
@pytest.mark.alone
def test_reading_is_faster_than_scikit_learn(shipped_model: Model):
    """The fastest of several runs that take turns: noise only ever makes a run slower."""
    joblib = pytest.importorskip("joblib")
    limits = pytest.importorskip("threadpoolctl").threadpool_limits
    spec = importlib.util.spec_from_file_location("generated", PROJECT / "benchmarks" / "generated.py")
    generated = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generated)
    texts = [posting.text for posting in itertools.islice(generated.postings(), POSTINGS)]
    visible = [markup.visible_text(text) for text in texts]
    cut = [text[s.start : s.end] for text in visible for s in segments.split(text)]
    pipeline = joblib.load(Path(shipped.model_folder()) / "pipeline.joblib")

    def read() -> None:
        for verdict in shipped_model.classify_many(texts):
            assert verdict.responsibilities is not None

    own, theirs = [], []
    with limits(1):
        for _ in range(5):
            own.append(processor_seconds(read))
            theirs.append(processor_seconds(lambda: pipeline.predict_proba(cut)))
            if min(theirs) >= FASTER * min(own) and len(own) > 1:
                break
    assert min(theirs) >= FASTER * min(own)
