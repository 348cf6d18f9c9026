"""Fixtures that all tests share.

A model small enough to be trained in every run, the shipped model, and programs in a process of their own.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from helpers.paths import PROJECT, TINY
from hypothesis import HealthCheck, settings

import rolefit
from rolefit.training.fit import train_with_pipeline
from rolefit.training.settings import Features

os.environ.pop("ROLEFIT_MODEL", None)  # somebody's own default, which would be tested in place of the shipped

# The same examples in every run, so that a red run is red for everyone. `ROLEFIT_HYPOTHESIS=long pytest`
# looks for new ones.
settings.register_profile(
    "ci",
    derandomize=True,
    deadline=None,
    database=None,
    max_examples=60,
    suppress_health_check=list(HealthCheck),
)
settings.register_profile("long", deadline=None, max_examples=3000, suppress_health_check=list(HealthCheck))
settings.load_profile(os.environ.get("ROLEFIT_HYPOTHESIS", "ci"))


def _is_missing(module: str) -> bool:
    """Whether a library is not installed; a test that hides one from `sys.modules` wants the error."""
    package = module.partition(".")[0]
    return package not in sys.modules and importlib.util.find_spec(package) is None


if _is_missing("starlette") or _is_missing("uvicorn"):
    collect_ignore = ["serve"]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Iterator[None]:
    """Skip a test that needs the library of an extra where only the extra ``test`` is installed."""
    import_module = importlib.import_module

    def imported(name: str, package: str | None = None) -> Any:
        # Not for libraries: pandas asks for pytz by this, and does without.
        caller = sys._getframe(1).f_globals.get("__name__", "")
        if caller.startswith("rolefit") and not name.startswith(".") and _is_missing(name):
            pytest.skip(f"needs {name}, of the extra 'dev'")
        return import_module(name, package)

    importlib.import_module = imported  # `rolefit._extras` imports by this
    try:
        return (yield)
    except ModuleNotFoundError as error:
        if error.name and not error.name.startswith("rolefit") and _is_missing(error.name):
            pytest.skip(f"needs {error.name}, of the extra 'dev'")
        raise
    finally:
        importlib.import_module = import_module


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real postings beside the project; tests that need them are skipped without it."""
    folder = PROJECT.parent / "shared"
    if not (folder / "evaluation" / "postings.jsonl").is_file():
        pytest.skip("needs the labelled real postings, which are not part of the project")
    return folder


@pytest.fixture(scope="session")
def shipped_model() -> rolefit.Model:
    from rolefit.classify import default_model

    return default_model()


@pytest.fixture(scope="session")
def tiny_settings() -> rolefit.Settings:
    """Every word counts, since there are few; a label needs less evidence than with the shipped model."""
    return rolefit.Settings(name="tiny", features=Features(min_df=1), C=30.0, prior={"none": 0.0})


@pytest.fixture(scope="session")
def tiny_trained(tiny_settings: rolefit.Settings) -> tuple[rolefit.Model, Any]:
    """The tiny model and the scikit-learn pipeline behind it."""
    return train_with_pipeline(TINY, tiny_settings)


@pytest.fixture(scope="session")
def tiny_model(tiny_trained: tuple[rolefit.Model, Any]) -> rolefit.Model:
    return tiny_trained[0]


@pytest.fixture
def tiny_folder(tiny_model: rolefit.Model, tmp_path: Path) -> Path:
    """A saved copy of the tiny model, for a test to damage."""
    copy = rolefit.Model(tiny_model.weights, tiny_model.manifest)
    return copy.save(tmp_path / "model")


@pytest.fixture
def few_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bootstrap with 50 draws instead of 1,000 where the ends of the intervals do not matter."""
    from rolefit.training import evaluation

    drawn = evaluation._drawn
    monkeypatch.setattr(evaluation, "_drawn", lambda n, rounds, *rest: drawn(n, min(rounds, 50), *rest))


@pytest.fixture
def python() -> Callable[..., str]:
    """Run a program in a fresh Python process and return its output."""
    import sys

    from helpers.processes import run_apart

    def run(code: str, *arguments: str, cwd: Path | None = None, **environment: str) -> str:
        done = run_apart(
            [sys.executable, "-W", "error", "-c", code, *arguments],
            cwd=cwd,
            env={**os.environ, **environment},
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run
