"""Draw which package of rolefit imports which, into docs/imports.svg.

Boxes stand on a diagonal, so that no line runs through a box: a dot in the column of one package and the row
of another says that the first imports the second. Imports for type hints alone are left out (but for
`rolefit/__init__.py`, which imports those names when they are first asked for), and so is the ground that
every module may stand on: `errors` and the modules whose names begin with an underscore.

    python tools/draw_imports.py            write the picture
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from html import escape
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
PACKAGE = PROJECT / "rolefit"
PICTURE = PROJECT / "docs" / "imports.svg"

INK = "#1e3a8a"
FRONT, COMMANDS = "rolefit", "cli"
WIDTH, HEIGHT, RIGHT, DOWN, MARGIN, LETTERS = 340, 100, 96, 112, 16, 54


def modules() -> dict[str, Path]:
    """Return the file of each module, by its name below ``rolefit``; a package is the name of its folder."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def box_of(module: str) -> str:
    """Return the box of a module: its package, `classify`, or ``rolefit`` itself; empty for the ground."""
    first = module.partition(".")[0]
    if first in (COMMANDS, "__main__"):
        return COMMANDS
    if first.startswith("_") or first == "errors":
        return ""
    if not first or first == "frames":
        return FRONT
    return first


def imported(path: Path, known: dict[str, Path]) -> Iterator[str]:
    """Yield the modules of rolefit that a file imports anywhere, but for type hints."""
    package = path.relative_to(PACKAGE).parts[:-1]
    waiting: list[ast.AST] = [ast.parse(path.read_text(encoding="utf-8"))]
    while waiting:
        node = waiting.pop()
        if (
            isinstance(node, ast.If)
            and "TYPE_CHECKING" in ast.dump(node.test)
            and path != PACKAGE / "__init__.py"
        ):
            continue
        if isinstance(node, ast.ImportFrom) and node.level:
            start = [
                *package[: len(package) - node.level + 1],
                *(node.module.split(".") if node.module else []),
            ]
            for alias in node.names:
                whole = ".".join([*start, alias.name])
                yield whole if whole in known else ".".join(start)
        waiting += ast.iter_child_nodes(node)


def edges() -> set[tuple[str, str]]:
    """Return the pairs of boxes of which the first imports the second."""
    known = modules()
    found = {(box_of(name), box_of(other)) for name, path in known.items() for other in imported(path, known)}
    return {(one, other) for one, other in found if one and other and one != other}


def ladder(pairs: set[tuple[str, str]]) -> list[str]:
    """Return the boxes, each before all that it imports."""
    left = {box for name in modules() if (box := box_of(name))}
    ordered: list[str] = []
    while left:
        free = sorted(box for box in left if not any(pair[1] == box and pair[0] in left for pair in pairs))
        if not free:
            raise SystemExit(f"these packages import one another in a circle: {', '.join(sorted(left))}")
        ordered.append(free[0])
        left.remove(free[0])
    return ordered


def lines_of(box: str) -> list[str]:
    """Return the names of a box's modules, in lines that fit into it."""
    names = [name.rpartition(".")[2] for name in modules() if name and box_of(name) == box and name != box]
    lines = [""]
    for name in sorted(names):
        longer = f"{lines[-1]} · {name}" if lines[-1] else name
        lines = [*lines[:-1], longer] if len(longer) <= LETTERS else [*lines, name]
    return lines


def drawn() -> str:
    """Return the picture as SVG."""
    pairs = edges()
    boxes = ladder(pairs)
    place = {box: (MARGIN + RIGHT * i, MARGIN + DOWN * i) for i, box in enumerate(boxes)}
    width = MARGIN * 2 + RIGHT * (len(boxes) - 1) + WIDTH
    height = MARGIN * 2 + DOWN * (len(boxes) - 1) + HEIGHT
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif">',
        "<title>Which package of rolefit imports which</title>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
    ]
    dots = []
    for one, other in sorted(pairs, key=lambda pair: (boxes.index(pair[0]), boxes.index(pair[1]))):
        x, top = place[one][0] + 40, place[one][1] + HEIGHT
        y = place[other][1] + HEIGHT // 2
        out.append(
            f'<path d="M{x} {top}V{y}H{place[other][0]}" fill="none" stroke="#94a3b8" stroke-width="1.5"/>'
        )
        dots.append(
            f'<circle data-from="{one}" data-to="{other}" cx="{x}" cy="{y}" r="5" fill="{INK}">'
            f"<title>{one} imports {other}</title></circle>"
        )
    out += dots
    for box in boxes:
        x, y = place[box]
        out += [
            f'<rect x="{x}" y="{y}" width="{WIDTH}" height="{HEIGHT}" rx="8" fill="#eff6ff" stroke="{INK}"/>',
            f'<text x="{x + 10}" y="{y + 19}" font-size="15" font-weight="bold" fill="{INK}">{box}</text>',
        ]
        for number, line in enumerate(lines_of(box)):
            out.append(f'<text x="{x + 10}" y="{y + 36 + 13 * number}" font-size="11">{escape(line)}</text>')
    return "\n".join([*out, "</svg>", ""])


if __name__ == "__main__":
    PICTURE.write_text(drawn(), encoding="utf-8")
    print(PICTURE.relative_to(PROJECT))
