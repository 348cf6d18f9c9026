"""What an installation weighs and how long its first verdict takes, package by package.

    python benchmarks/install.py [--download]

The first table has every package that the plain installation and the extras for users bring: its size on
disk, what is downloaded for it (with ``--download``, which asks the package index), and what of the time of a
first verdict in a fresh process goes into importing it. The second adds them up for each extra. Sizes are
those of the packages installed here, without bytecode; what is not installed is named, and not counted.

Times are medians of the rounds: of importing, each module's own by ``python -X importtime``; of what is left,
processor time.

Writes ``install.json`` and ``install.md``.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from importlib import metadata
from pathlib import Path

import results
import timing
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from speed import FIRST_VERDICT

EXTRAS = ("", "excel", "documents", "frames", "page")
"""What people install who classify postings; the first is the plain installation."""

PLAIN = "rolefit"
OWN, STANDARD = "rolefit itself", "Python and its standard library"
WORK = "reading the model, and the verdict"


def brought(extra: str) -> list[str]:
    """Return the packages that ``rolefit[extra]`` brings, as far as those that bring them are installed."""
    found: set[str] = set()
    waiting = [(PLAIN, extra)]
    seen = set(waiting)
    while waiting:
        name, wanted = waiting.pop()
        for line in metadata.requires(name) or ():
            requirement = Requirement(line)
            marker = requirement.marker
            if marker is not None and not marker.evaluate({"extra": wanted}):
                continue
            package = canonicalize_name(requirement.name)
            if package != PLAIN:
                found.add(package)
            for more in (*requirement.extras, ""):
                if (package, more) not in seen and _is_installed(package):
                    seen.add((package, more))
                    waiting.append((package, more))
    return sorted(found)


def _is_installed(package: str) -> bool:
    return bool(timing.installed(package))


def on_disk(package: str) -> int:
    """Return the bytes of the files of a package, bytecode left out."""
    files = (Path(str(file.locate())) for file in metadata.files(package) or ())
    return sum(file.stat().st_size for file in files if file.suffix != ".pyc" and file.exists())


def downloaded(packages: list[str]) -> dict[str, int]:
    """Return the bytes of the wheel of each package, as the package index has it for this machine."""
    sizes = {}
    with tempfile.TemporaryDirectory() as folder:
        for package in packages:
            place = Path(folder) / package
            wanted = f"{package}=={metadata.version(package)}"
            command = [
                sys.executable,
                "-m",
                "pip",
                "download",
                "--quiet",
                "--no-deps",
                "--dest",
                place,
                wanted,
            ]
            subprocess.run(command, check=True)
            sizes[package] = sum(file.stat().st_size for file in place.iterdir())
    return sizes


def seconds_by_package(rounds: int) -> dict[str, float]:
    """Return how long a first verdict in a new process takes, by what it goes into."""
    owners = metadata.packages_distributions()
    command = (
        "import time, rolefit.model.classifier; began = time.process_time()\n"
        f"{FIRST_VERDICT}\nprint(time.process_time() - began)"
    )
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}
    works, modules = [], defaultdict[str, list[float]](list)
    for _ in range(rounds):
        run = subprocess.run(
            [sys.executable, "-X", "importtime", "-c", command],
            check=True,
            capture_output=True,
            text=True,
            env=environment,
        )
        works.append(float(run.stdout))
        # Python itself imports modules before it starts; the last of them is ``site``.
        lines = run.stderr.rpartition("| site\n")[2]
        for own, module in re.findall(r"import time:\s+(\d+) \|\s+\d+ \| +(\S+)", lines):
            modules[module].append(int(own) / 1e6)
    found: dict[str, float] = defaultdict(float)
    for module, seconds in modules.items():
        top = module.partition(".")[0]
        found[OWN if top == PLAIN else owners.get(top, [STANDARD])[0]] += statistics.median(seconds)
    found[WORK] = statistics.median(works)
    return dict(sorted(found.items(), key=lambda entry: -entry[1]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--download", action="store_true", help="ask the index for the sizes of wheels")
    parser.add_argument("--rounds", type=int, default=15, help="fresh processes (default 15)")
    parser.add_argument("--out", type=Path, default=timing.FOLDER, help="folder for the results")
    arguments = parser.parse_args()
    by_extra = {extra: brought(extra) for extra in EXTRAS}
    wanted = sorted(set().union(*by_extra.values()))
    packages = [package for package in wanted if _is_installed(package)]
    disk = {package: on_disk(package) for package in packages}
    wheels = downloaded(packages) if arguments.download else {}
    seconds = seconds_by_package(arguments.rounds)

    def size(of: dict[str, int], names: list[str]) -> str:
        return f"{sum(of[name] for name in names) / 1e6:.1f}" if names and all(n in of for n in names) else ""

    def first(package: str) -> str:
        return next(extra for extra, names in by_extra.items() if package in names) or "plain"

    rows = [
        [
            package,
            first(package),
            size(wheels, [package]),
            size(disk, [package]),
            f"{1000 * seconds[package]:.0f}" if package in seconds else "",
        ]
        for package in sorted(packages, key=lambda name: -disk[name])
    ]
    rows += [[name, "", "", "", f"{1000 * took:.0f}"] for name, took in seconds.items() if name not in disk]
    tables = [
        results.table(["package", "brought by", "download, MB", "on disk, MB", "first verdict, ms"], rows),
        results.table(
            ["installation", "packages", "download, MB", "on disk, MB"],
            [
                [
                    f"rolefit[{extra}]" if extra else "rolefit",
                    str(len(names)),
                    size(wheels, [name for name in names if name in disk]),
                    size(disk, [name for name in names if name in disk]),
                ]
                for extra, names in by_extra.items()
            ],
        ),
    ]
    print("\n\n".join(tables))
    if missing := sorted(set(wanted) - set(packages)):
        print(f"\nnot installed here, and not counted: {', '.join(missing)}")
    path = timing.leave(
        "install",
        arguments.out,
        {
            "bytes_on_disk": disk,
            "bytes_downloaded": wheels,
            "seconds_of_a_first_verdict": seconds,
            "packages": by_extra,
        },
        packages,
    )
    path.with_suffix(".md").write_text("\n\n".join(tables) + "\n", encoding="utf-8")
    print(f"\n{path}\n{path.with_suffix('.md')}")


if __name__ == "__main__":
    main()
