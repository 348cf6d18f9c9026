"""Reading postings in several processes, on this machine or on a cluster that joblib knows.

The decision hidden here is what travels. To a worker go the texts and the address of the model, never the
model: a worker loads it once and makes sure that it is the one that was asked for. Back come answers without
the evidence behind them (a `VerdictPayload`); whoever asks for that has the posting read once more. Edit this
module when something else should travel, or a backend of joblib's behaves otherwise.

Work goes out in rounds. joblib sends new tasks out whenever one is done, however slow the caller is with the
answers (3,200 of 4,000 tasks in a trial); a round bounds what can pile up, and serves the backends that
answer in lists only (Ray, Spark).
"""

from __future__ import annotations

import itertools
import os
import platform
import signal
import threading
import time
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from .. import _resources as shipped
from ..errors import ModelError, ModelNotFoundError, SettingsError, quoted
from .decision import labels_of
from .evidence import LazyEvidence
from .verdict import Responsibility, Verdict

if TYPE_CHECKING:
    from .classifier import Model

Item = TypeVar("Item")
Kept = TypeVar("Kept")
Sent = TypeVar("Sent")
Answer = TypeVar("Answer")
Posting = tuple[str, str | None]
"""Text and title."""

TASK = 128
"""Postings of a task: 0.05 to 0.2 s of work, against 20 to 50 ms that a Spark job costs."""

TASKS_A_WORKER = 32
"""Tasks that a worker gets in a round; at its end a worker idles for at most one of them."""


def check_jobs(n_jobs: Any) -> int:
    """The number of processes itself, when it is one.

    Raises
    ------
    SettingsError
        A `ValueError`: when it is no whole number, 0, or below -1.
    """
    if not isinstance(n_jobs, int) or (n_jobs < 1 and n_jobs != -1):
        raise SettingsError(
            f"the number of processes (--jobs, n_jobs) must be 1 or more, or -1 for one a core, not {quoted(repr(n_jobs))}"
        )
    return n_jobs


def grouped(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Items in groups; an error on the way to one is raised in its turn, after the items before it."""
    group: list[Item] = []
    try:
        for item in items:
            group.append(item)
            if len(group) == size:
                yield group
                group = []
    except Exception:
        if group:
            yield group
        raise
    if group:
        yield group


def spread(
    work: Callable[[Model, Sent], Answer], model: Model, tasks: Iterable[tuple[Kept, Sent]], n_jobs: int
) -> Iterator[tuple[Kept, Answer]]:
    """What a function makes of each task in a worker process, in order.

    Parameters
    ----------
    work : callable
        Gets the worker's model and what was sent; a function of a module, which every worker can import.
    model : Model
    tasks : iterable of (object, object)
        What is kept here, and what is sent; pulled as workers become free, no more than a round ahead of what
        the caller has taken.
    n_jobs : int
        Processes of joblib's backend in force.

    Yields
    ------
    (object, object)
        What was kept, and the answer.
    """
    import joblib
    from joblib.parallel import get_active_backend

    check_jobs(n_jobs)
    streams = getattr(get_active_backend()[0], "supports_return_generator", False)
    waiting: deque[Kept] = deque()
    failed: list[Exception] = []
    source = iter(tasks)
    with (
        _address(model) as address,
        joblib.Parallel(
            n_jobs=n_jobs, batch_size=1, return_as="generator" if streams else "list"
        ) as parallel,
    ):
        size = TASKS_A_WORKER * joblib.effective_n_jobs(n_jobs)

        def pulled() -> Iterator[Any]:
            # joblib asks for tasks from a thread of its own, where an error would be lost; it is raised here,
            # in its turn.
            try:
                for kept, sent in itertools.islice(source, size):
                    waiting.append(kept)
                    yield joblib.delayed(_in_worker)(work, address, sent)
            except Exception as error:
                failed.append(error)

        while not failed:
            answers = iter(parallel(pulled()))
            done = 0
            try:
                for answer in answers:
                    done += 1
                    yield waiting.popleft(), answer
            finally:
                if streams:
                    with (
                        warnings.catch_warnings()
                    ):  # a caller who has seen enough need not hear that work was thrown away
                        warnings.simplefilter("ignore", UserWarning)
                        answers.close()
            if done < size:
                break
    if failed:
        raise failed[0]


def verdicts(model: Model, postings: Iterable[Posting], n_jobs: int) -> Iterator[Verdict]:
    """The verdict of each posting, in order, worked out by ``n_jobs`` processes of joblib's backend in force."""
    for group, parcels in spread(_read, model, ((group, group) for group in grouped(postings, TASK)), n_jobs):
        for (text, title), payload in zip(group, parcels, strict=True):
            yield unpacked(payload, text, title, model)


def _read(model: Model, group: Sequence[Posting]) -> list[VerdictPayload]:
    texts = [text for text, _ in group]
    return [
        packed(verdict, text)
        for verdict, text in zip(
            model.classify_many(texts, [title for _, title in group]), texts, strict=True
        )
    ]


# -- a verdict on its way ------------------------------------------------------------------------------------------


class VerdictPayload(NamedTuple):
    """A verdict without what the receiver has anyway: the text, when a reader sees what was passed in, the title, the model, and the evidence."""

    text: str | None
    label: str
    balance: float
    confidence: float
    probabilities: tuple[float, ...]
    reason_code: str
    reason: str
    title_mismatch: bool | None
    lines: list[tuple[int, int, str, tuple[float, ...], float, float, int]]


def packed(verdict: Verdict, text: str) -> VerdictPayload:
    """A verdict on ``text``, to be sent."""
    return VerdictPayload(
        text=None if verdict.text == text else verdict.text,
        label=verdict.label,
        balance=verdict.balance,
        confidence=verdict.confidence,
        probabilities=tuple(verdict.probabilities.values()),
        reason_code=verdict.reason_code,
        reason=verdict.reason,
        title_mismatch=verdict.title_mismatch,
        lines=[
            (r.start, r.end, r.role, tuple(r.probabilities.values()), r.contribution, r.log_odds, r._segment)
            for r in verdict.responsibilities
        ],
    )


def unpacked(payload: VerdictPayload, text: str, title: str | None, model: Model) -> Verdict:
    """The verdict on ``text`` that was sent, with evidence that is worked out here."""
    visible = text if payload.text is None else payload.text
    evidence = LazyEvidence(model, text)
    return Verdict(
        label=payload.label,
        balance=payload.balance,
        confidence=payload.confidence,
        probabilities=dict(zip(labels_of(model.roles), payload.probabilities, strict=True)),
        reason_code=payload.reason_code,
        reason=payload.reason,
        responsibilities=tuple(
            Responsibility(
                text=visible[start:end],
                start=start,
                end=end,
                role=role,
                probabilities=dict(zip(model.classes, probabilities, strict=True)),
                contribution=contribution,
                log_odds=log_odds,
                _segment=segment,
                _balance=payload.balance,
                _evidence=evidence,
            )
            for start, end, role, probabilities, contribution, log_odds, segment in payload.lines
        ),
        text=visible,
        title=title,
        title_mismatch=payload.title_mismatch,
        model=model.name,
        roles=model.roles,
        _evidence=evidence,
    )


# -- the model, named to a worker ----------------------------------------------------------------------------------

Address = tuple["type[Model]", str | None, str, str]
"""Who loads a model, from which folder (None for the one that comes with rolefit), its fingerprint, and its name here, which before it is
saved has no digest."""


@contextmanager
def _address(model: Model) -> Iterator[Address]:
    if model.path is None:
        import tempfile

        with tempfile.TemporaryDirectory(prefix="rolefit-") as folder:
            copy = type(model)(model.weights, model.manifest)  # saving must not change the caller's
            yield type(model), str(copy.save(folder)), copy.fingerprint, model.name
    elif model.path.resolve() == Path(shipped.model_folder()).resolve():
        # Another machine has it elsewhere.
        yield type(model), None, model.fingerprint, model.name
    else:
        yield type(model), str(model.path.resolve()), model.fingerprint, model.name


_loading = threading.Lock()


@lru_cache(maxsize=2)
def _loaded(kind: type[Model], folder: str | None, fingerprint: str, name: str) -> Model:
    """The model of an address; loaded once, and again when the folder has got another one."""
    path = shipped.model_folder() if folder is None else folder
    where = f"{path} on {platform.node()}"
    remedy = (
        "install the same rolefit on every machine"
        if folder is None
        else "save the model in a folder that every machine sees, and load it from there"
    )
    try:
        model = kind.load(path)
    except ModelNotFoundError as error:
        raise ModelNotFoundError(f"{where}: there is no model; {remedy}") from error
    if model.fingerprint != fingerprint:
        raise ModelError(f"{where} holds {model.name}, not the model that was asked for; {remedy}")
    model.name = name
    return model


@cache
def _stay_with_the_caller() -> None:
    """In joblib's own workers: leave Ctrl-C to the caller, which ends them and has something to say about it; and end when the caller was killed."""
    import multiprocessing

    if not multiprocessing.current_process().name.startswith("LokyProcess"):
        return
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    if os.name == "posix":  # elsewhere a process keeps the number of a parent that is gone
        threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()


def _end_with(parent: int) -> None:
    """Wait until the parent process is gone, and end; a worker would wait for its next task for ever."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def _in_worker(work: Callable[[Model, Sent], Answer], address: Address, sent: Sent) -> Answer:
    _stay_with_the_caller()
    with _loading:  # a worker of several threads has one model
        model = _loaded(*address)  # type: ignore[arg-type]  # a class can be hashed; mypy looks at its instances
    return work(model, sent)
