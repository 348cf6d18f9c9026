"""Mutation testing: change a module in one place after the other and see which changes the tests notice.

    python tools/mutants.py text.segments

The changes are mutmut's (its extra is `mutation`). mutmut itself runs a copy of the project, leaves
properties and module constants alone, and starts pytest once a mutant. Here the tests are collected once,
numpy is loaded and the model read once; each mutant is tried in a fork of that process, which puts the
changed code into the functions that everybody holds, and the tests that noticed most for the least time go
first.

A surviving mutant that changes nothing that anybody can see stands with its reason in `mutants.toml`, by the
text of its line and not by its number.
"""

from __future__ import annotations

import argparse
import dataclasses
import functools
import gc
import os
import pickle
import random
import resource
import signal
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import libcst as cst
import pytest
from hypothesis import HealthCheck, Phase, settings
from libcst.metadata import ByteSpanPositionProvider, CodeSpan, MetadataWrapper, PositionProvider
from mutmut.mutation.mutators import mutation_operators

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parent
TESTS = {
    "text.segments": "text/test_segments model/test_reference",
    "model.verdict": "model/test_verdict test_behaviour",
    "model.decision": "model/test_verdict test_behaviour",
    "model.classifier": "model/test_weights model/test_classifier robustness/test_hostile_models"
    " model/test_verdict",
    "classify": "test_classify model/test_classifier",
}
"""Test files about a module, which try its mutants together with its own examples."""

ELSEWHERE = "fresh_process mix_in_one importing_ needs_ workers n_jobs processes".split()
"""Parts of the names of tests that use the module in another process, where it is unchanged."""

MEMORY = 6_000_000_000
"""Bytes that a mutant may take before it counts as killed."""


@dataclasses.dataclass(frozen=True)
class Mutant:
    """One change of a module: the statement before and after, and the whole module with the change."""

    line: int
    was: str
    became: str
    source: str


class _Changes(cst.CSTVisitor):
    """Collect every change that mutmut knows, except of type hints, decorators and docstrings."""

    METADATA_DEPENDENCIES = (PositionProvider, ByteSpanPositionProvider)

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__()
        self.lines = lines
        self.found: list[tuple[cst.CSTNode, cst.CSTNode, int, CodeSpan]] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, (cst.Annotation, cst.Decorator)):
            return False
        place = self.get_metadata(PositionProvider, node, None)
        if (
            place is not None
            and isinstance(node, cst.FunctionDef)
            and "pragma: no cover" in self.lines[place.start.line - 1]
        ):
            return False
        for kind, change in mutation_operators:
            if place is not None and isinstance(node, kind):
                span = self.get_metadata(ByteSpanPositionProvider, node)
                self.found += [(node, changed, place.start.line, span) for changed in change(node)]
        return True


def mutants(source: str) -> Iterator[Mutant]:
    wrapper = MetadataWrapper(cst.parse_module(source))
    changes = _Changes(source.splitlines())
    wrapper.visit(changes)
    lines = source.splitlines()
    encoded = source.encode("utf-8")
    for node, changed, number, span in changes.found:
        old, new_code = (cst.Module([]).code_for_node(one).strip().encode("utf-8") for one in (node, changed))
        if encoded[span.start : span.start + span.length] == old:
            changed_source = (encoded[: span.start] + new_code + encoded[span.start + span.length :]).decode(
                "utf-8"
            )
        else:  # rare and slow: blanks or brackets belong to the node
            changed_source = wrapper.module.deep_replace(node, changed).code  # type: ignore[arg-type]
        if changed_source == source:
            continue
        new = changed_source.splitlines()
        first = next(
            (i for i, (old, now) in enumerate(zip(lines, new, strict=False)) if old != now), number - 1
        )
        yield Mutant(first + 1, lines[first].strip(), new[first].strip(), changed_source)


# -- the changed module takes the place of the whole one ---------------------------------------------------


def put_in_place(module: ModuleType, source: str) -> None:
    """Run the changed source in the module, so that all who imported from it get the change."""
    before = dict(vars(module))
    exec(compile(source, str(module.__file__), "exec"), vars(module))
    for name, old in before.items():
        new = vars(module).get(name)
        if old is new or name.startswith("__"):
            continue
        kept = _grafted(old, new, module.__name__)
        setattr(module, name, kept)
        if kept is not old:
            for other in list(sys.modules.values()):
                if other is not module and getattr(other, "__dict__", {}).get(name) is old:
                    setattr(other, name, kept)


def _grafted(old: Any, new: Any, module: str) -> Any:
    """Return the old object with the new one's code where possible, else the new one."""
    for unwrapped in ("fget", "func", "__func__"):  # property, cached_property, classmethod and staticmethod
        if (
            isinstance(old, (property, functools.cached_property, classmethod, staticmethod))
            and type(old) is type(new)
            and hasattr(old, unwrapped)
        ):
            return (
                old
                if _grafted(getattr(old, unwrapped), getattr(new, unwrapped), module)
                is getattr(old, unwrapped)
                else new
            )
    if (
        isinstance(old, FunctionType)
        and isinstance(new, FunctionType)
        and not old.__closure__
        and not new.__closure__
    ):
        old.__code__, old.__defaults__, old.__kwdefaults__ = (
            new.__code__,
            new.__defaults__,
            new.__kwdefaults__,
        )
        return old
    if isinstance(old, type) and isinstance(new, type) and old.__module__ == module:
        for name, now in vars(new).items():
            if name not in ("__dict__", "__weakref__", "__module__", "_abc_impl"):
                kept = _grafted(vars(old).get(name), now, module)
                if kept is not vars(old).get(name):
                    setattr(old, name, kept)
        return old
    return new


# -- running -----------------------------------------------------------------------------------------------


class Run:
    """A pytest plugin that runs the collected tests against each mutant instead of once."""

    def __init__(self, module: str, chosen: Sequence[Mutant], jobs: int, longest: float) -> None:
        self.module, self.chosen, self.jobs, self.longest = module, chosen, jobs, longest
        self.killed: list[Mutant] = []
        self.survivors: list[Mutant] = []
        self.noticed: Counter[str] = Counter()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        items = [
            item
            for item in session.items
            if not any(word in item.name for word in ELSEWHERE)
            and "python" not in getattr(item, "fixturenames", ())
        ]
        module = _warm(self.module)
        whole = Path(str(module.__file__)).read_text(encoding="utf-8")
        answer = self._asked(session, items, whole, {}, stop=False)
        failed, seconds = answer()
        if failed or not seconds:
            raise SystemExit(f"the tests fail without a change: {failed or 'the process ended'}")
        items = [item for item in items if seconds.get(item.nodeid, self.longest) < self.longest]
        seconds = {item.nodeid: seconds[item.nodeid] for item in items}
        print(
            f"{len(items)} tests, {sum(seconds.values()):.0f} s, of {len(self.chosen)} mutants:", flush=True
        )
        waiting = list(reversed(self.chosen))
        running: list[tuple[Mutant, Callable[[], tuple[str, dict[str, float]]]]] = []
        done = 0
        gc.freeze()  # a fork that collects would copy every page
        while waiting or running:
            while waiting and len(running) < self.jobs:
                order = sorted(
                    items, key=lambda item: seconds[item.nodeid] / (1 + 3 * self.noticed[item.nodeid])
                )
                mutant = waiting.pop()
                running.append((mutant, self._asked(session, order, mutant.source, seconds, stop=True)))
            mutant, answer = running.pop(0)
            failed, _ = answer()
            done += 1
            if failed:
                self.noticed[failed] += 1
                self.killed.append(mutant)
            else:
                self.survivors.append(mutant)
                print(
                    f"survived ({done} of {len(self.chosen)}) line {mutant.line}\n"
                    f"  - {mutant.was}\n  + {mutant.became}",
                    flush=True,
                )
        return True

    def _asked(
        self,
        session: pytest.Session,
        items: Sequence[pytest.Item],
        source: str,
        seconds: dict[str, float],
        stop: bool,
    ) -> Callable[[], tuple[str, dict[str, float]]]:
        """Fork, change the module there, run the tests; return the test that failed, and the time of each."""
        reading, writing = os.pipe()
        process = os.fork()
        if process:
            os.close(writing)

            def answer() -> tuple[str, dict[str, float]]:
                with os.fdopen(reading, "rb") as pipe:
                    told = pipe.read()
                os.waitpid(process, 0)
                return pickle.loads(told) if told else ("(ended, or took too long)", {})

            return answer
        failed, taken = "", {}
        try:
            os.setpgid(0, 0)
            os.close(reading)
            quiet = os.open(os.devnull, os.O_WRONLY)
            os.dup2(quiet, 1)
            os.dup2(quiet, 2)
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            try:
                put_in_place(sys.modules[f"rolefit.{self.module}"], source)
            except Exception as error:
                failed = f"(does not import: {type(error).__name__})"
            for item, after in zip(items, [*items[1:], None], strict=True) if not failed else ():
                signal.alarm(int(20 + 20 * seconds.get(item.nodeid, 10.0)))
                start = time.perf_counter()
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
                taken[item.nodeid] = time.perf_counter() - start
                if session.testsfailed:
                    failed = item.nodeid
                    if stop:
                        session._setupstate.teardown_exact(None)
                    break
            with os.fdopen(writing, "wb") as pipe:
                pickle.dump((failed, taken), pipe)
        finally:
            os._exit(0)


def _warm(name: str) -> ModuleType:
    """Load once what every fork needs: the shipped model, and the tiny one that tests train."""
    import conftest

    import rolefit
    from rolefit.classify import default_model

    default_model().classify("Own the backlog.")
    conftest.train_with_pipeline = functools.cache(conftest.train_with_pipeline)  # type: ignore[attr-defined]
    few = rolefit.Settings(name="tiny", features=conftest.Features(min_df=1), C=30.0, prior={"none": 0.0})
    trained = conftest.train_with_pipeline.__wrapped__(conftest.TINY, few)  # type: ignore[attr-defined]
    conftest.train_with_pipeline = lambda corpus, with_settings: trained  # type: ignore[attr-defined]
    return sys.modules[f"rolefit.{name}"]


def reasons(module: str) -> list[dict[str, str]]:
    return [
        entry
        for entry in tomllib.loads((HERE / "mutants.toml").read_text(encoding="utf-8")).get("survivor", [])
        if entry["module"] == module
    ]


def _file(module: str) -> Path:
    return (PROJECT / "rolefit" / module.replace(".", "/")).with_suffix(".py")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("module", choices=sorted(TESTS))
    parser.add_argument("--sample", type=int, help="try that many, the same ones each time")
    parser.add_argument("--jobs", type=int, default=2, help="mutants at a time (2)")
    parser.add_argument(
        "--longest", type=float, default=0.1, help="leave out tests that take longer, in seconds (0.1)"
    )
    parser.add_argument("--lines", help="only mutants of lines FIRST-LAST")
    parser.add_argument(
        "--listed",
        action="store_true",
        help="only mutants that mutants.toml lists: does a reason stand for one that is noticed?",
    )
    options = parser.parse_args()
    settings.register_profile(
        "mutants",
        derandomize=True,
        deadline=None,
        database=None,
        max_examples=40,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.generate],
    )
    os.environ["ROLEFIT_HYPOTHESIS"] = "mutants"
    chosen = list(mutants(_file(options.module).read_text(encoding="utf-8")))
    known = reasons(options.module)
    if options.lines:
        first, _, last = options.lines.partition("-")
        chosen = [mutant for mutant in chosen if int(first) <= mutant.line <= int(last or first)]
    if options.listed:
        chosen = [
            mutant
            for mutant in chosen
            if any((entry["was"], entry["became"]) == (mutant.was, mutant.became) for entry in known)
        ]
    if options.sample and options.sample < len(chosen):
        chosen = random.Random(7).sample(chosen, options.sample)
    run = Run(options.module, chosen, options.jobs, options.longest)
    files = [str(PROJECT / "tests" / f"{name}.py") for name in TESTS[options.module].split()]
    code = pytest.main(
        [
            "-q",
            "-s",
            "-p",
            "no:cacheprovider",
            "-W",
            "ignore::pytest.PytestAssertRewriteWarning",
            "-o",
            "tmp_path_retention_policy=failed",
            *files,
            str(_file(options.module)),
        ],
        [run],
    )
    by_reason: Counter[str] = Counter()
    for mutant in run.survivors:
        listed = [
            entry["reason"]
            for entry in known
            if (entry["was"], entry["became"]) == (mutant.was, mutant.became)
        ]
        by_reason[listed[0] if listed else "no reason given"] += 1
    if code:
        return int(code)
    for mutant in run.killed:
        if any((entry["was"], entry["became"]) == (mutant.was, mutant.became) for entry in known):
            print(
                f"listed, and noticed all the same: line {mutant.line}\n  - {mutant.was}\n  + {mutant.became}"
            )
    killed = len(run.killed)
    print(
        f"\n{options.module}: {len(chosen)} mutants, {killed} killed ({killed / max(1, len(chosen)):.1%}),"
        f" {len(run.survivors)} survived"
    )
    for reason, count in by_reason.most_common():
        print(f"{count:5}  {reason}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
