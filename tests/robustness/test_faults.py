"""Killed, out of space, read-only, interrupted: model and input stay as they were, and finished work is kept.

Disks are real: a small file system in memory that fills up or is made read-only, so those tests need the
right to mount one and are skipped without it. `test_batch`, `test_retraining` and `test_promotion` hold the
single steps; here whole commands meet real faults.
"""

from __future__ import annotations

import contextlib
import csv
import errno
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from helpers.extras import needs
from helpers.paths import TINY
from helpers.training import digest

import rolefit
from rolefit import _resources, cli
from rolefit.errors import BatchError
from rolefit.tables import batch
from rolefit.training import fit as training
from rolefit.training.promotion import promote

pytestmark = pytest.mark.usefixtures("few_draws")

DUTIES = [
    "Keep the backlog in order",
    "Write user stories with acceptance criteria",
    "Set the product vision",
    "Research the market",
    "Water the plants",
]
SMALL = {"features": {"min_df": 1}, "C": 30.0, "prior": {}}
# Where the tests run in the background, the shell has told them to ignore the key, and a child inherits that.
COMMAND = (
    "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler);"
    " from rolefit.cli import main; sys.exit(main(sys.argv[1:]))"
)


def postings(path: Path, count: int) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "title", "text"])
        for number in range(count):
            draw = random.Random(number)
            writer.writerow(
                [
                    number,
                    "Product Owner",
                    "\n".join(f"- {duty} of pier {draw.randrange(99)}" for duty in draw.sample(DUTIES, 4)),
                ]
            )
    return path


class Command:
    """A running `rolefit`."""

    def __init__(self, *arguments: str | Path, code: str = COMMAND) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", code, *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def until(self, reached: Callable[[], bool]) -> Command:
        """Wait until something is the case; it must be before the command ends."""
        while not reached():
            assert self.process.poll() is None, self.process.communicate()
            time.sleep(0.005)
        return self

    def end(self, kill: int | None = None, everyone: bool = False) -> tuple[int, str]:
        """Exit code and standard error, after a signal to it, or to its workers too."""
        if kill is not None:
            (os.killpg if everyone else os.kill)(self.process.pid, kill)
        _, printed = self.process.communicate(timeout=120)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)  # workers that outlived it
        return self.process.returncode, printed


def in_the_middle(out: Path) -> Callable[[], bool]:
    """Whether a run has finished some rows."""
    return lambda: batch.unfinished(out).exists() and batch.unfinished(out).stat().st_size > 10_000


Disk = Callable[[int], Path]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """Mounts a file system of so many bytes, or changes the size of the one that is mounted."""
    place = tmp_path / "disk"
    mounted = False

    def mount(size: int) -> Path:
        nonlocal mounted
        place.mkdir(exist_ok=True)
        options = f"{'remount,' if mounted else ''}size={size}"
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode and not mounted:
            pytest.skip(f"no file system can be mounted here: {done.stderr.strip()}")
        assert done.returncode == 0, done.stderr
        mounted = True
        return place

    if sys.platform != "linux" or shutil.which("mount") is None:
        pytest.skip("file systems in memory are mounted on Linux")
    yield mount
    if mounted:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def read_only(place: Path, yes: bool = True) -> None:
    subprocess.run(["mount", "-o", f"remount,{'ro' if yes else 'rw'}", str(place)], check=True)


def fill(place: Path, left: int) -> None:
    """Leave so many pages of a file system free."""
    page = os.sysconf("SC_PAGE_SIZE")
    free = os.statvfs(place).f_bavail * os.statvfs(place).f_frsize
    (place / "filler").write_bytes(b"\0" * max(0, free - left * page))


# -- score -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return postings(tmp_path_factory.mktemp("source") / "in.csv", 3_000)


@pytest.fixture(scope="module")
def model(tiny_model: rolefit.Model, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return rolefit.Model(tiny_model.weights, tiny_model.manifest).save(
        tmp_path_factory.mktemp("model") / "tiny"
    )


@pytest.fixture(scope="module")
def whole(source: Path, model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output of a run that nothing befell."""
    out = tmp_path_factory.mktemp("whole") / "out.csv"
    batch.run(source, out, model=rolefit.load_model(model))
    return out


STOPPED = "rolefit: stopped; scored rows are saved; rerun with --resume to continue\n"
ENDS = {
    "killed": (signal.SIGKILL, "1", -signal.SIGKILL, ""),
    "killed with two processes": (signal.SIGKILL, "2", -signal.SIGKILL, ""),
    "interrupted": (signal.SIGINT, "1", 130, STOPPED),
    "interrupted with two processes": (signal.SIGINT, "2", 130, STOPPED),
    "told to end": (signal.SIGTERM, "1", 143, STOPPED),
    "told to end with two processes": (signal.SIGTERM, "2", 143, STOPPED),
}


@pytest.mark.slow
@pytest.mark.parametrize(("kill", "jobs", "code", "message"), ENDS.values(), ids=ENDS.keys())
def test_score_ended_in_the_middle_is_finished_by_resume(
    kill: int, jobs: str, code: int, message: str, source: Path, model: Path, whole: Path, tmp_path: Path
) -> None:
    before, out = source.read_bytes(), tmp_path / "out.csv"
    out.write_text("an earlier result")
    command = ["score", source, "-o", out, "--model", model, "--quiet", "--jobs", jobs]
    ended = Command(*command).until(in_the_middle(out)).end(kill, everyone=True)
    assert ended[0] == code
    assert ended[1].endswith(message)
    assert ended[1].count("\n") == message.count("\n"), ended[1]
    assert out.read_text() == "an earlier result"
    assert source.read_bytes() == before
    assert batch.unfinished(out).exists()
    assert Command(*command, "--resume").end() == (0, "")
    assert out.read_bytes() == whole.read_bytes()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out.csv"]


@pytest.mark.slow
def test_a_killed_worker_is_told_in_one_line_and_resume_finishes_the_job(
    source: Path, model: Path, whole: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.csv"
    command = ["score", source, "-o", out, "--model", model, "--quiet", "--jobs", "2"]
    running = Command(*command).until(in_the_middle(out))
    workers = subprocess.run(
        ["pgrep", "-P", str(running.process.pid), "-f", "loky.*process-name"],
        capture_output=True,
        text=True,
        check=True,
    )
    os.kill(int(workers.stdout.split()[0]), signal.SIGKILL)
    code, printed = running.end()
    if code:  # a worker that had nothing to do when it died is replaced, and nobody need know
        assert code == 2
        assert printed.startswith("rolefit: a worker process died")
        assert "rerun with fewer jobs and --resume to continue" in printed
        assert printed.count("\n") == 1
        assert not out.exists()
        assert Command(*command, "--resume").end()[0] == 0
    assert out.read_bytes() == whole.read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("kill", [signal.SIGKILL, signal.SIGTERM])
def test_workers_end_with_the_command_that_was_killed(
    kill: int, source: Path, model: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.csv"
    running = Command("score", source, "-o", out, "--model", model, "--quiet", "--jobs", "2").until(
        in_the_middle(out)
    )
    found = subprocess.run(
        ["pgrep", "-P", str(running.process.pid), "-f", "loky.*process-name"],
        capture_output=True,
        text=True,
        check=True,
    )
    workers = [Path("/proc") / number for number in found.stdout.split()]
    assert len(workers) == 2
    running.process.send_signal(kill)
    running.process.communicate(timeout=60)
    patience = time.monotonic() + 30
    while any(worker.exists() for worker in workers) and time.monotonic() < patience:
        time.sleep(0.05)
    assert not any(worker.exists() for worker in workers)


@pytest.mark.slow
@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".parquet", ".jsonl"])
def test_a_disk_that_is_full_at_any_moment_of_a_run_costs_no_row(
    ending: str, model: Path, tmp_path: Path, disk: Disk
) -> None:
    """From too small for the journal to just too small for the last file: one line, nothing half written."""
    source, chosen = postings(tmp_path / "in.csv", 700), rolefit.load_model(model)
    right = tmp_path / f"right{ending}"
    batch.run(source, right, model=chosen, report=tmp_path / "right.html")
    place = disk(1 << 20)
    seen = set()
    for size in range(64 << 10, 4 << 20, 96 << 10):
        disk(size)
        out, report = place / f"out{ending}", place / "out.html"
        stop = None
        try:
            batch.run(source, out, model=chosen, report=report, resume=True)
        except rolefit.RolefitError as error:
            stop = str(error)
        if stop is None:
            break
        assert "No space left on device; free some space" in stop, stop
        assert "rerun with --resume to continue" in stop
        assert not out.exists() or out.read_bytes() == right.read_bytes()
        left = sorted(p.name for p in place.iterdir())
        seen.add((tuple(left), out.exists()))
        assert set(left) <= {f"out{ending}.unfinished", f"out{ending}"}, left
    assert out.read_bytes() == right.read_bytes()
    assert report.read_bytes() == (tmp_path / "right.html").read_bytes()
    assert len(seen) == 2, "it was full before the output and before the report"


def test_what_a_killed_run_had_half_written_is_deleted_by_the_next(model: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    (tmp_path / ".out.csv-k1ll_ed0.tmp").write_text("half")
    (tmp_path / ".other.csv-k1ll_ed0.tmp").write_text("of another output")
    batch.run(postings(tmp_path / "in.csv", 3), out, model=rolefit.load_model(model))
    assert sorted(p.name for p in tmp_path.iterdir()) == [".other.csv-k1ll_ed0.tmp", "in.csv", "out.csv"]


def test_a_full_disk_is_told_of_a_workbook_as_of_any_other_file(
    model: Path, tmp_path: Path, disk: Disk
) -> None:
    """XlsxWriter has an error of its own for it, which used to end the run with a traceback."""
    needs("out.xlsx")
    place = disk(1 << 20)
    with pytest.raises(BatchError, match=r"No space left on device; free some space; scored rows are saved"):
        batch.run(
            postings(tmp_path / "in.csv", 150),
            place / "out.xlsx",
            model=rolefit.load_model(model),
            progress=lambda rows, total: fill(place, 1) if rows == total else None,
        )
    (place / "filler").unlink()
    assert [p.name for p in place.iterdir()] == ["out.xlsx.unfinished"]


def test_a_folder_that_may_not_be_written_to_is_told_before_the_work(
    source: Path, model: Path, disk: Disk
) -> None:
    place = disk(8 << 20)
    (place / "out.csv").write_text("an earlier result")
    read_only(place)
    before = digest(place)
    code, printed = Command("score", source, "-o", place / "out.csv", "--model", model, "--quiet").end()
    assert code == 2
    assert (
        printed
        == f"rolefit: {place / 'out.csv.unfinished'}: Read-only file system; check the file, its folder and"
        " their permissions\n"
    )
    assert digest(place) == before


def test_an_input_on_a_disk_that_may_not_be_written_to_is_read(
    model: Path, disk: Disk, tmp_path: Path
) -> None:
    place = disk(8 << 20)
    shutil.copytree(model, place / "model")
    postings(place / "in.csv", 20)
    read_only(place)
    assert Command(
        "score", place / "in.csv", "-o", tmp_path / "out.csv", "--model", place / "model", "--quiet"
    ).end() == (0, "")


# -- train and promote -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("settings") / "settings.toml"
    file.write_text("C = 30.0\nprior = {}\n[features]\nmin_df = 1\n", encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def trained() -> tuple[rolefit.Model, object]:
    return training.train_with_pipeline(TINY, rolefit.Settings.from_dict({**SMALL, "name": "new"}))


@pytest.fixture(scope="module")
def candidate(trained: tuple[rolefit.Model, object], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return training.save_trained(*trained, tmp_path_factory.mktemp("candidates") / "new")


@pytest.fixture
def one_posting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Measure on one posting: those of the project take a second at each promotion."""
    file = tmp_path / "labelled.jsonl"
    row = {"id": "a", "text": "Water the plants", "labels": ["unclear"], "lines": []}
    file.write_text(json.dumps(row), encoding="utf-8")
    monkeypatch.setattr(_resources, "labelled_file", lambda: str(file))


@pytest.fixture
def models(tmp_path: Path, model: Path, one_posting: None) -> Path:
    """A folder of models with a default and a history."""
    promote(model, models=tmp_path / "models", force="the first model")
    return tmp_path / "models"


def stopped_in(step: str, kill: str) -> str:
    """A program that gets a signal in the middle of a command, when a function is called."""
    module, name = step.split(".")
    return (
        "import os, signal, sys\nfrom rolefit import _atomic, cli\n"
        f"from rolefit.training import fit, promotion\nreal = {module}.{name}\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        f"def stopped(*a, **k):\n    {module}.{name} = real\n    os.kill(os.getpid(), signal.{kill})\n"
        "    return real(*a, **k)\n"
        f"{module}.{name} = stopped\nsys.exit(cli.main(sys.argv[1:]))"
    )


@pytest.mark.slow
@pytest.mark.parametrize("kill", ["SIGINT", "SIGKILL"])
@pytest.mark.parametrize(
    "step", ["fit.train_with_pipeline", "fit.save_pipeline", "fit.atomic_folder", "_atomic.atomic_write"]
)
def test_train_ended_in_the_middle_leaves_the_old_model(
    step: str, kill: str, model: Path, settings: Path, tmp_path: Path
) -> None:
    home = tmp_path / "mine"
    shutil.copytree(model, home)
    before = digest(home)
    command = ["train", TINY, "--out", home, "--settings", settings]
    code, printed = Command(*command, "--name", "new", code=stopped_in(step, kill)).end()
    assert (code, printed) == ((130, "rolefit: stopped\n") if kill == "SIGINT" else (-signal.SIGKILL, ""))
    assert digest(home) == before
    if kill == "SIGINT":
        assert [p.name for p in tmp_path.iterdir()] == ["mine"], "and nothing beside it"
    assert Command(*command, "--name", "new").end() == (0, "")
    assert rolefit.load_model(home).manifest["name"] == "new"
    assert [p.name for p in tmp_path.iterdir()] == ["mine"], "what the kill left is gone"


@pytest.mark.slow
@pytest.mark.parametrize("kill", ["SIGINT", "SIGKILL"])
@pytest.mark.parametrize(
    "step",
    ["promotion.load_model", "promotion.atomic_folder", "promotion.write_card", "promotion.atomic_write"],
)
def test_promote_ended_in_the_middle_leaves_model_and_history(
    step: str, kill: str, models: Path, candidate: Path
) -> None:
    def kept() -> dict[str, str]:
        # The model before is put aside first, so a kill may leave the present one there.
        beside = (".", "previous") if kill == "SIGKILL" else "."
        return {name: sha for name, sha in digest(models).items() if not name.startswith(beside)}

    before = kept()
    command = ["promote", candidate, "--models", models, "--force", "why not"]
    code, printed = Command(*command, code=stopped_in(step, kill)).end()
    assert (code, printed) == ((130, "rolefit: stopped\n") if kill == "SIGINT" else (-signal.SIGKILL, ""))
    assert kept() == before
    assert Command(*command).end() == (0, "")
    assert promoted(models, candidate)
    assert sorted(p.name for p in models.iterdir()) == ["default", "history.csv", "previous"], (
        "what the kill left is gone"
    )


def promoted(models: Path, candidate: Path) -> bool:
    """Whether the default is the candidate, by its weights."""
    default, wanted = (rolefit.load_model(path).manifest for path in (models / "default", candidate))
    return bool(default["weights_sha256"] == wanted["weights_sha256"])


def harm_of_a_full_disk(place: Path, kept: Path, write: Callable[[], object]) -> int:
    """Write onto a full disk with two more pages each time; count the failures, which change nothing."""
    before, failures, pages = digest(kept), 0, 0
    while True:
        fill(place, pages)
        stop = None
        try:
            write()
        except OSError as error:
            stop = error
        (place / "filler").unlink()
        if stop is None:
            return failures
        assert stop.errno == errno.ENOSPC
        assert digest(kept) == before
        failures, pages = failures + 1, pages + 2


@pytest.mark.slow
def test_a_disk_that_is_full_at_any_moment_of_a_promotion_leaves_model_and_history(
    models: Path, candidate: Path, disk: Disk
) -> None:
    place = disk(16 << 20)
    home = shutil.copytree(models, place / "models")
    assert harm_of_a_full_disk(place, home, lambda: promote(candidate, models=home, force="why not")) > 5
    assert promoted(home, candidate)


@pytest.mark.slow
def test_a_disk_that_is_full_at_any_moment_of_saving_leaves_the_old_model(
    model: Path, trained: tuple[rolefit.Model, object], disk: Disk
) -> None:
    place = disk(16 << 20)
    home = shutil.copytree(model, place / "mine")
    assert harm_of_a_full_disk(place, place, lambda: training.save_trained(*trained, home)) > 5
    assert rolefit.load_model(home).manifest["name"] == "new"


def full(place: Path) -> None:
    """Leave two pages free: a start can be written, a model cannot."""
    fill(place, 2)


@pytest.mark.parametrize("verb", ["train", "promote"])
@pytest.mark.parametrize(
    ("spoil", "problem"), [(full, "No space left on device"), (read_only, "Read-only file system")]
)
def test_train_and_promote_where_nothing_can_be_written_say_so_in_one_line(
    spoil: Callable[[Path], None],
    problem: str,
    verb: str,
    models: Path,
    candidate: Path,
    settings: Path,
    disk: Disk,
    capsys: pytest.CaptureFixture[str],
) -> None:
    place = disk(16 << 20)
    home = shutil.copytree(models, place / "models")
    spoil(place)
    before = digest(place)
    train = ["train", TINY, "--out", home / "default", "--settings", settings, "--name", "new"]
    command = train if verb == "train" else ["promote", candidate, "--models", home, "--force", "why not"]
    assert cli.main([str(part) for part in command]) == 2
    printed = capsys.readouterr().err
    assert printed.startswith("rolefit: ")
    assert problem in printed
    assert printed.count("\n") == 1
    assert digest(place) == before
