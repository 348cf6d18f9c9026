"""The shape of the package: imports run one way, names are complete, only the command line prints."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path

import pytest

import rolefit

PACKAGE = Path(rolefit.__file__).parent

# A module imports modules that stand before it, and none of another row than its own and those that its row
# may use.
ROWS = {
    "serving": (
        "errors elementary confusables characters terms language headings visibility markup segments vocabulary profession"
        " verdict arrays weights similarity reading evidence shipped workers model classify"
    ).split(),
    "training": "corpus folders evaluation card occurrences training crossvalidation promotion".split(),
    "tables": "rows files journal boards documents readers writers tables review layout report batch comparison frames uploads page".split(),
    "looking": "inspection plots".split(),
    "commands": "cli __main__".split(),
}
USES = {
    "serving": (),
    "training": ("serving",),
    "tables": ("serving",),
    "looking": ("serving", "training", "tables"),
    "commands": ("serving", "training", "tables", "looking"),
}
VERDICT_ALONE = "rows files journal boards documents readers writers tables layout report".split()
"""Of the serving modules these know the verdict, and the errors, and nothing else."""

SKLEARN = {"occurrences", "training", "crossvalidation", "inspection"}
"""The modules that may import scikit-learn: those that fit."""

MODULES = sorted(p.stem for p in PACKAGE.glob("*.py") if p.stem != "__init__")


def tree(module: str) -> ast.Module:
    return ast.parse((PACKAGE / f"{module}.py").read_text(encoding="utf-8"))


def typing_only(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)


def imported(module: str) -> tuple[set[str], set[str]]:
    """Modules of the package, and top-level names from outside, that a module imports anywhere but for type hints."""
    ours: set[str] = set()
    others: set[str] = set()
    waiting: list[ast.AST] = [tree(module)]
    while waiting:
        node = waiting.pop()
        if typing_only(node):
            continue
        if isinstance(node, ast.ImportFrom) and node.level:
            ours |= (
                {node.module}
                if node.module
                else {alias.name for alias in node.names if (PACKAGE / f"{alias.name}.py").is_file()}
            )
        elif isinstance(node, ast.ImportFrom) and node.module:
            others.add(node.module.partition(".")[0])
        elif isinstance(node, ast.Import):
            others |= {alias.name.partition(".")[0] for alias in node.names}
        waiting += ast.iter_child_nodes(node)
    return ours, others


def row_of(module: str) -> str:
    return next((row for row, modules in ROWS.items() if module in modules), "")


@pytest.mark.parametrize("module", MODULES)
def test_imports_run_one_way(module: str) -> None:
    row = row_of(module)
    assert row, f"{module}.py stands in no row of this test; give it its place"
    for other in imported(module)[0]:
        if row_of(other) == row:
            assert ROWS[row].index(other) < ROWS[row].index(module), (
                f"{module} imports {other}, which stands behind it"
            )
        else:
            assert row_of(other) in USES[row], f"{module} ({row}) imports {other} ({row_of(other)})"


@pytest.mark.parametrize("module", [m for m in VERDICT_ALONE if m in MODULES])
def test_tables_and_report_know_the_verdict_alone(module: str) -> None:
    # How a page is parsed without danger is decided in one place.
    parser = {"markup"} if module == "documents" else set()
    assert imported(module)[0] & set(ROWS["serving"]) <= {"verdict", "errors"} | parser


@pytest.mark.parametrize("module", [m for m in ROWS["serving"] if m in MODULES])
def test_serving_needs_numpy_and_the_parser_alone(module: str) -> None:
    import sys

    outside = {name for name in imported(module)[1] if name not in sys.stdlib_module_names}
    allowed = {"markup": {"selectolax"}, "workers": {"joblib"}}
    assert outside <= allowed.get(module, {"numpy"}), f"{module} imports {outside}"


def test_scikit_learn_is_imported_where_something_is_fitted() -> None:
    assert {m for m in MODULES if "sklearn" in imported(m)[1]} <= SKLEARN


@pytest.mark.parametrize("module", [m for m in MODULES if m not in ("cli", "__main__")])
def test_only_the_command_line_prints(module: str) -> None:
    calls = [node for node in ast.walk(tree(module)) if isinstance(node, ast.Call)]
    assert not [c for c in calls if isinstance(c.func, ast.Name) and c.func.id == "print"]


@pytest.mark.parametrize("module", [m for m in MODULES if m != "__main__"])
def test_every_module_says_what_it_is_about(module: str) -> None:
    first, _, rest = (ast.get_docstring(tree(module)) or "").partition("\n")
    assert first.endswith((".", ":"))
    assert rest.strip(), "more than one line: which decision is hidden here, and what would make one edit it"


def test_all_is_sorted_and_complete() -> None:
    assert rolefit.__all__ == sorted(rolefit.__all__)
    assert len(set(rolefit.__all__)) == len(rolefit.__all__)
    for name in rolefit.__all__:
        assert getattr(rolefit, name) is not None
        assert name in dir(rolefit)
    ours = {
        name
        for name, value in vars(rolefit).items()
        if getattr(value, "__module__", "").startswith("rolefit.")
    }
    assert {name for name in ours if not name.startswith("_")} <= set(rolefit.__all__)


@pytest.mark.parametrize("name", rolefit.__all__)
def test_every_public_name_is_documented(name: str) -> None:
    value = getattr(rolefit, name)
    assert value.__doc__
    if inspect.isclass(value):
        for member, defined in vars(value).items():
            if not member.startswith("_") and (
                inspect.isfunction(defined) or isinstance(defined, (property, classmethod))
            ):
                assert inspect.getdoc(getattr(value, member)), f"{name}.{member}"


def test_every_error_is_ours_and_the_builtin_that_callers_expect() -> None:
    for name in rolefit.__all__:
        value = getattr(rolefit, name)
        if inspect.isclass(value) and issubclass(value, Exception) and name != "RolefitError":
            assert issubclass(value, rolefit.RolefitError)
            assert issubclass(value, (TypeError, ValueError, OSError, ImportError, RuntimeError))


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="nonsense"):
        _ = rolefit.nonsense  # type: ignore[attr-defined]
