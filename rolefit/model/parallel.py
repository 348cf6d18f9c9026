"""Classify in several processes, on this machine or on a cluster that joblib knows.

Sending a model to a worker would cost more than its work. A worker gets texts and the address of the model,
loads the model once, and checks that it is the one that was asked for. It sends verdicts back without the
evidence behind them (`VerdictPayload`); when somebody asks for that, the posting is classified again.

Work goes out in rounds. joblib sends out new tasks whenever one is done, however slowly the caller takes the
answers (3,200 of 4,000 tasks in a trial). A round limits what can pile up, and serves the backends that
answer in lists only (Ray, Spark).
"""

from __future__ import annotations

import atexit
import itertools
import logging
import os
import platform
import signal
import threading
import time
import warnings
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache, lru_cache
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar
from weakref import WeakSet

from .. import _resources as shipped
from .. import _threads
from ..errors import ModelError, ModelNotFoundError, SettingsError, quoted
from .evidence import LazyEvidence
from .responsibility import Responsibility
from .titles import labels_of
from .verdict import Verdict
from .verdict_json import ReasonCode

if TYPE_CHECKING:
    from .classifier import Model

Item = TypeVar("Item")
Kept = TypeVar("Kept")
Sent = TypeVar("Sent")
Answer = TypeVar("Answer")
Posting = tuple[str, str | None]
"""Text and title."""

TASK = 128
"""Postings per task: 0.05 to 0.2 s of work, against 20 to 50 ms that a Spark job costs."""

HELD = 2_000_000
LINE = 10
"""Characters of the postings of a task, and how many a line counts for: it takes 600 bytes while read."""

TASKS_PER_WORKER = 32
"""Tasks per worker in a round; at its end a worker idles for at most one of them."""


MOST_JOBS = 1_024
"""Processes that may be asked for; more would fill the memory of any machine before the first posting."""


def check_jobs(n_jobs: Any) -> int:
    """Return the number of processes, if it is one.

    Raises
    ------
    SettingsError
        A `ValueError`: when it is not a whole number, is 0, is below -1, or is above `MOST_JOBS`.
    """
    if isinstance(n_jobs, int) and n_jobs > MOST_JOBS:
        raise SettingsError(
            f"the number of processes (--jobs, n_jobs) must be at most {MOST_JOBS:,}, not"
            f" {quoted(repr(n_jobs))}; use -1 for one per core"
        )
    if not isinstance(n_jobs, int) or (n_jobs < 1 and n_jobs != -1):
        raise SettingsError(
            "the number of processes (--jobs, n_jobs) must be 1 or more, or -1 for one per core, not"
            f" {quoted(repr(n_jobs))}"
        )
    return n_jobs


def grouped(items: Iterable[Item], size: int, text_of: Callable[[Item], Any]) -> Iterator[list[Item]]:
    """Yield items in groups of at most ``size``, fewer where their texts are long.

    An error while taking one is raised in its turn, after the items before it.
    """
    group: list[Item] = []
    held = 0
    try:
        for item in items:
            group.append(item)
            if isinstance(text := text_of(item), str):  # anything else is refused in its turn
                held += len(text) + LINE * text.count("\n")
            if len(group) == size or held >= HELD:
                yield group
                group, held = [], 0
    except Exception:
        if group:
            yield group
        raise
    if group:
        yield group


def spread(
    work: Callable[[Model, Sent], Answer], model: Model, tasks: Iterable[tuple[Kept, Sent]], n_jobs: int
) -> Iterator[tuple[Kept, Answer]]:
    """Return an iterator over what a function returns for each task, in order, called in worker processes.

    Parameters
    ----------
    work : callable
        Called with the worker's model and what was sent; a module's function, so that workers can import it.
    model : Model
    tasks : iterable of (object, object)
        What is kept here, and what is sent; taken as workers become free, at most one round ahead of what the
        caller has taken.
    n_jobs : int
        Processes of the joblib backend in force.

    Yields
    ------
    (object, object)
        What was kept, and the answer.
    """
    import joblib

    check_jobs(n_jobs)
    answers = _spread(joblib, work, model, tasks, n_jobs)
    _unfinished.add(answers)
    return answers


_unfinished: WeakSet[Generator[Any, None, None]] = WeakSet()


@cache
def _end_before_exit() -> None:
    """Let a program end that leaves answers untaken.

    joblib ends its workers when Python waits for its threads, long before `atexit`, and all that was still
    asked of them printed tracebacks. Python's own pools register at the same place.
    """
    register: Callable[..., Any] = getattr(threading, "_register_atexit", atexit.register)
    register(_end_unfinished)


_ending = threading.Event()
"""Whether the program ends, so that no task is begun any more."""


def _end_unfinished() -> None:
    _ending.set()
    with _quiet_workers():
        for answers in list(_unfinished):
            with suppress(ValueError):  # a thread that nobody waits for is in the middle of it
                answers.close()


@contextmanager
def _quiet_workers() -> Iterator[None]:
    """Print nothing of joblib's workers, which several answers share: the first that is closed ends them, and
    what waits for the others fails."""
    usual = threading.excepthook

    def without_workers(failed: threading.ExceptHookArgs) -> None:
        if failed.thread is None or failed.thread.name != "ExecutorManagerThread":
            usual(failed)

    logger = logging.getLogger("concurrent.futures")
    was_disabled, logger.disabled = logger.disabled, True
    threading.excepthook = without_workers
    try:
        yield
    finally:
        threading.excepthook, logger.disabled = usual, was_disabled


def _spread(
    joblib: Any,
    work: Callable[[Model, Sent], Answer],
    model: Model,
    tasks: Iterable[tuple[Kept, Sent]],
    n_jobs: int,
) -> Generator[tuple[Kept, Answer], None, None]:
    from joblib.parallel import get_active_backend

    streams = getattr(get_active_backend()[0], "supports_return_generator", False)
    waiting: deque[Kept] = deque()
    failed: list[Exception] = []
    enough = threading.Event()
    own_thread = threading.get_ident()
    source = iter(tasks)
    with (
        _address(model) as address,
        joblib.Parallel(
            n_jobs=n_jobs, batch_size=1, return_as="generator" if streams else "list"
        ) as parallel,
    ):
        size = TASKS_PER_WORKER * joblib.effective_n_jobs(n_jobs)

        def pulled() -> Iterator[Any]:
            # joblib takes tasks in a thread of its own, where an error would be lost: it is kept, and raised
            # in its turn.
            limited = itertools.islice(source, size)
            try:
                while not (enough.is_set() or _ending.is_set()) and (task := next(limited, None)):
                    kept, sent = task
                    waiting.append(kept)
                    yield joblib.delayed(_in_worker)(work, address, sent)
            except Exception as error:
                failed.append(error)

        while not failed:
            answers = iter(parallel(pulled()))
            _end_before_exit()  # now, because what is registered last is called first
            done = 0
            try:
                for answer in answers:
                    done += 1
                    yield waiting.popleft(), answer
            except BaseException:
                enough.set()
                raise
            finally:
                if streams:
                    _end(answers, own_thread)
            if done < size:
                break
    if failed:
        raise failed[0]


def _end(answers: Generator[Any, None, None], own_thread: int) -> None:
    """End what a caller takes no more of, in the thread that began it or in one that collects garbage."""
    if own_thread == threading.get_ident() and not _ending.is_set():
        # A few tasks are still worked on. To close the answers would kill the workers, which other answers of
        # this process come from, too.
        with suppress(Exception):
            deque(answers, maxlen=0)
        return
    with warnings.catch_warnings():
        # A caller who has seen enough need not be warned that work was thrown away.
        warnings.simplefilter("ignore", UserWarning)
        answers.close()


def verdicts(model: Model, postings: Iterable[Posting], n_jobs: int) -> Iterator[Verdict]:
    """Yield the verdict of each posting, in order, from ``n_jobs`` processes of joblib."""
    tasks = ((group, group) for group in grouped(postings, TASK, itemgetter(0)))
    for group, payloads in spread(_classified, model, tasks, n_jobs):
        for (text, title), payload in zip(group, payloads, strict=True):
            yield unpacked(payload, text, title, model)


def _classified(model: Model, group: Sequence[Posting]) -> list[VerdictPayload]:
    """Return the verdicts of one task; runs in a worker."""
    texts = [text for text, _ in group]
    found = model.classify_many(texts, [title for _, title in group])
    return [packed(verdict, text) for verdict, text in zip(found, texts, strict=True)]


# -- a verdict in transit ----------------------------------------------------------------------------------


class VerdictPayload(NamedTuple):
    """A verdict without what the receiver has: title, model, and the text unless it was HTML."""

    text: str | None
    label: str
    balance: float
    confidence: float
    probabilities: tuple[float, ...]
    reason_code: ReasonCode
    reason: str
    title_mismatch: bool | None
    left_out: tuple[str, ...]
    in_two_lists: bool
    lines: list[tuple[int, int, str, tuple[float, ...], float, float, int]]


def packed(verdict: Verdict, text: str) -> VerdictPayload:
    """Return a verdict on ``text`` as it is sent."""
    return VerdictPayload(
        text=None if verdict.text == text else verdict.text,
        label=verdict.label,
        balance=verdict.balance,
        confidence=verdict.confidence,
        probabilities=tuple(verdict.probabilities.values()),
        reason_code=verdict.reason_code,
        reason=verdict.reason,
        title_mismatch=verdict.title_mismatch,
        left_out=verdict.left_out,
        in_two_lists=verdict.in_two_lists,
        lines=[
            (r.start, r.end, r.role, tuple(r.probabilities.values()), r.contribution, r.log_odds, r._segment)
            for r in verdict.responsibilities
        ],
    )


def unpacked(payload: VerdictPayload, text: str, title: str | None, model: Model) -> Verdict:
    """Return the verdict on ``text`` that was sent, with evidence that is worked out here."""
    visible = text if payload.text is None else payload.text
    evidence = LazyEvidence(model, text, title)
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
        left_out=payload.left_out,
        in_two_lists=payload.in_two_lists,
        model_sha256=model.fingerprint,
        corpus_sha256=model.corpus_sha256,
        _evidence=evidence,
    )


# -- the address of a model --------------------------------------------------------------------------------

Address = tuple["type[Model]", str | None, str, str]
"""Class of the model, folder (None for the shipped model), fingerprint, and its name here, which has no
digest before it is saved."""


@contextmanager
def _address(model: Model) -> Iterator[Address]:
    """Yield the address of a model; one without a folder is saved in a temporary one."""
    if model.path is None:
        import tempfile

        with tempfile.TemporaryDirectory(prefix="rolefit-") as folder:
            copy = type(model)(model.weights, model.manifest)  # saving must not change the caller's
            yield type(model), str(copy.save(folder)), copy.fingerprint, model.name
    elif model.path.resolve() == Path(shipped.model_folder()).resolve():
        # Another machine has the shipped model in another folder.
        yield type(model), None, model.fingerprint, model.name
    else:
        yield type(model), str(model.path.resolve()), model.fingerprint, model.name


_loading = _threads.lock()


@lru_cache(maxsize=2)
def _loaded(kind: type[Model], folder: str | None, fingerprint: str, name: str) -> Model:
    """Return the model of an address: loaded once, and again when its fingerprint changes."""
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
    """In joblib's own workers: leave signals to end to the caller, and end when the caller ends.

    A worker that ends in the middle of an answer leaves joblib waiting for the rest: of 192 runs whose whole
    group was told to end, 3 never did.
    """
    import multiprocessing

    if not multiprocessing.current_process().name.startswith("LokyProcess"):
        return
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
    if os.name == "posix":  # on Windows a process keeps the number of a parent that is gone
        threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()


def _end_with(parent: int) -> None:
    """Wait until the parent process is gone, and end: a worker would never stop waiting for its next task."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def _in_worker(work: Callable[[Model, Sent], Answer], address: Address, sent: Sent) -> Answer:
    _stay_with_the_caller()
    with _loading:  # a worker of several threads has one model
        # A class can be hashed; mypy looks at its instances.
        model = _loaded(*address)  # type: ignore[arg-type]
    return work(model, sent)
