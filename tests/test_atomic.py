"""A file or a folder appears whole or not at all, and one process at a time writes it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from rolefit._atomic import atomic_file, atomic_folder, atomic_write, lock, remove_leftovers


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_replaced_at_the_end_only(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("old")
    with atomic_file(path) as new:
        new.write_text("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert names(tmp_path) == ["a"]


def test_an_error_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("old")
    with pytest.raises(FileNotFoundError), atomic_file(path) as new:
        new.with_name("missing").rename(new)
    assert path.read_text() == "old"
    assert names(tmp_path) == ["a"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no modes")
@pytest.mark.parametrize(("umask", "file", "folder"), [(0o027, 0o640, 0o750), (0o002, 0o664, 0o775)])
def test_permissions_are_those_of_any_new_file(tmp_path: Path, umask: int, file: int, folder: int) -> None:
    before = os.umask(umask)
    try:
        atomic_write(tmp_path / "file", b"")
        with atomic_folder(tmp_path / "folder"):
            pass
    finally:
        os.umask(before)
    assert (tmp_path / "file").stat().st_mode & 0o777 == file
    assert (tmp_path / "folder").stat().st_mode & 0o777 == folder


def test_errors_name_the_file_that_was_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "missing" / "a"
    with pytest.raises(FileNotFoundError) as caught, atomic_file(path):
        pass
    assert caught.value.filename == str(path)
    with pytest.raises(FileNotFoundError) as caught, atomic_file(tmp_path / "a"):
        raise FileNotFoundError(2, "No such file or directory", "input.csv")
    assert caught.value.filename == "input.csv"


def test_a_folder_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "model"
    path.mkdir()
    (path / "old").touch()
    with atomic_folder(path) as new:
        (new / "new").touch()
        assert names(path) == ["old"]
    assert names(path) == ["new"]
    assert names(tmp_path) == ["model"]


def test_leftovers_of_one_name_are_removed_and_no_others(tmp_path: Path) -> None:
    kept = [".b-0123abcd.tmp", ".a-notes.tmp.bak", "a", "a-0123abcd.tmp"]
    for name in (".a-0123abcd.tmp", *kept):
        (tmp_path / name).touch()
    (tmp_path / ".a-89abcdef.tmp").mkdir()
    (tmp_path / ".a-89abcdef.tmp" / "half").touch()
    remove_leftovers(tmp_path / "a")
    assert names(tmp_path) == sorted(kept)


def test_who_may_not_wait_for_the_lock_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a"
    with (
        lock(path),
        pytest.raises(BlockingIOError, match="another process is writing it"),
        lock(path, wait=False),
    ):
        pass
    with lock(path, wait=False):
        pass
    assert names(tmp_path) == []


def test_who_waits_for_the_lock_gets_it(tmp_path: Path) -> None:
    path, order = tmp_path / "a", []

    def second() -> None:
        with lock(path):
            order.append("second")

    waiting = threading.Thread(target=second)
    with lock(path):
        waiting.start()
        waiting.join(0.2)
        order.append("first")
    waiting.join(10)
    assert order == ["first", "second"]


def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    code = (
        "import os, sys\nfrom pathlib import Path\nfrom rolefit._atomic import lock\n"
        "with lock(Path(sys.argv[1])): os._exit(3)"
    )
    assert subprocess.run([sys.executable, "-c", code, tmp_path / "a"], check=False).returncode == 3
    with lock(tmp_path / "a", wait=False):
        pass
    assert names(tmp_path) == []
