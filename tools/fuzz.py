"""Fuzz one target with libFuzzer: ``python tools/fuzz.py TARGET [libFuzzer options] [FOLDER of the corpus]``.

Needs ``pip install 'rolefit[fuzz,documents,excel,frames]'``. An input that fails is kept as a file; ``python
tools/fuzz.py TARGET FILE`` runs it again.
"""

from __future__ import annotations

import sys
from pathlib import Path

TESTS = str(Path(__file__).resolve().parents[1] / "tests")


def fuzz() -> None:
    import atheris

    sys.path.insert(0, TESTS)
    with atheris.instrument_imports(include=["rolefit"]):
        from helpers import fuzz_targets
    if len(sys.argv) < 2 or sys.argv[1] not in fuzz_targets.TARGETS:
        sys.exit(f"usage: fuzz.py TARGET [options]; targets are {', '.join(fuzz_targets.TARGETS)}")
    target = sys.argv.pop(1)
    folder = Path(sys.argv[-1])
    if len(sys.argv) > 1 and folder.is_dir():
        for number, seed in enumerate(fuzz_targets.seeds(target)):
            (folder / f"seed-{number}").write_bytes(seed)
    atheris.Setup(sys.argv, lambda data: fuzz_targets.run(target, data))
    atheris.Fuzz()


if __name__ == "__main__":
    fuzz()
