"""The shape of the package: which package imports which, what a module may hold, and what is public.

A failure names a module that belongs elsewhere, or a dependency that needs a decision.
"""

from __future__ import annotations

import ast
import inspect
import re
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
from helpers.paths import PROJECT

import rolefit

PACKAGE = Path(rolefit.__file__).parent

# What each package may import: text ← model ← report ← tables ← serve, and model ← training.
MAY_IMPORT = {
    "text": set(),
    "model": {"text"},
    "training": {"text", "model"},
    "report": {"model"},
    "tables": {"text", "model", "report"},
    "serve": {"text", "model", "report", "tables"},
}

# What the modules at the top level may import. The command line and the package itself see all.
TOP_LEVEL = {"classify": {"model"}, "frames": {"tables"}, "cli": set(MAY_IMPORT), "__init__": set(MAY_IMPORT)}
USE_CLASSIFY = {"training", "tables", "serve", "cli", "__init__"}
"""Who may ask for the shipped model."""

HELPERS = {"errors", "_atomic", "_colours", "_extras", "_record", "_resources", "_threads", "_version"}
"""What every module may import; they import no package."""

SERVING_LIBRARIES = {
    "text.html": {"selectolax"},
    "text.visibility": {"tinycss2"},
    "text.encodings": {"ftfy"},
    "model.parallel": {"joblib"},
}
"""Libraries besides numpy that modules of `text` and `model` may import: a first verdict pays for each."""

LONGEST_MODULE = 450
LONGEST_FUNCTION = 80
WIDEST_LINE = 110
MOST_TOP_LEVEL_MODULES = 14

FILES = {
    ".".join(path.relative_to(PACKAGE).with_suffix("").parts): path for path in sorted(PACKAGE.rglob("*.py"))
}
MODULES = sorted(FILES)
TREES = {module: ast.parse(path.read_text(encoding="utf-8")) for module, path in FILES.items()}


def place_of(module: str) -> str:
    """The package of a module, or its own name at the top level."""
    return module.partition(".")[0]


def is_for_type_hints(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)


def resolved(module: str, node: ast.ImportFrom) -> set[str]:
    """The modules of the package that a relative import names."""
    folder = module.split(".")[: -node.level]
    base = [*folder, *(node.module or "").split(".")] if node.module else folder
    found = set()
    for alias in node.names:
        for name in ([*base, alias.name], [*base, alias.name, "__init__"], base, [*base, "__init__"]):
            if ".".join(name) in FILES:
                found.add(".".join(name))
                break
        else:
            raise AssertionError(f"{module}: there is no module {'.'.join(base)}")
    return found


def imported(module: str) -> tuple[set[str], set[str]]:
    """Modules of the package and libraries that a module imports, other than for type hints."""
    ours: set[str] = set()
    others: set[str] = set()
    waiting: list[ast.AST] = [TREES[module]]
    while waiting:
        node = waiting.pop()
        if is_for_type_hints(node):
            continue
        if isinstance(node, ast.ImportFrom) and node.level:
            ours |= resolved(module, node)
        elif isinstance(node, ast.ImportFrom) and node.module:
            others.add(node.module.partition(".")[0])
        elif isinstance(node, ast.Import):
            others |= {alias.name.partition(".")[0] for alias in node.names}
        waiting += ast.iter_child_nodes(node)
    return ours - {module}, others


IMPORTS = {module: imported(module) for module in MODULES}


def test_the_table_names_the_packages_that_there_are() -> None:
    packages = {place_of(module) for module in MODULES if "." in module}
    assert packages - {"cli"} == set(MAY_IMPORT)


@pytest.mark.parametrize("module", MODULES)
def test_imports_run_one_way(module: str) -> None:
    place = place_of(module)
    allowed = MAY_IMPORT.get(place, TOP_LEVEL.get(place, set()))
    for other in IMPORTS[module][0]:
        there = place_of(other)
        if there in MAY_IMPORT:
            assert there == place or there in allowed, f"{module} imports {other}"
        elif there == "classify":
            assert place in USE_CLASSIFY, f"{module} imports {other}"
        elif there == "cli":
            assert place in ("cli", "__main__"), f"{module} imports {other}"
        else:
            assert there in HELPERS, f"{module} imports {other}"


def test_no_module_imports_itself_by_way_of_others() -> None:
    try:
        TopologicalSorter({module: ours for module, (ours, _) in IMPORTS.items()}).prepare()
    except CycleError as error:
        pytest.fail(" → ".join(error.args[1]))


@pytest.mark.parametrize("module", [m for m in MODULES if place_of(m) in ("text", "model")])
def test_a_verdict_needs_numpy_and_the_parsers_alone(module: str) -> None:
    outside = IMPORTS[module][1] - sys.stdlib_module_names
    allowed = {"numpy", *SERVING_LIBRARIES.get(module, ())}
    assert outside <= allowed, f"{module} imports {outside - allowed}"


def test_scikit_learn_is_imported_where_something_is_fitted() -> None:
    assert {place_of(m) for m in MODULES if "sklearn" in IMPORTS[m][1]} == {"training"}


@pytest.mark.parametrize("module", [m for m in MODULES if place_of(m) not in ("cli", "__main__")])
def test_only_the_command_line_prints(module: str) -> None:
    calls = [node for node in ast.walk(TREES[module]) if isinstance(node, ast.Call)]
    assert not [c for c in calls if isinstance(c.func, ast.Name) and c.func.id == "print"]


@pytest.mark.parametrize("module", MODULES)
def test_every_module_says_what_it_is_about(module: str) -> None:
    first, _, rest = (ast.get_docstring(TREES[module]) or "").partition("\n")
    assert first.endswith((".", ":")), "the first line says what the module does"
    if not module.endswith("__"):
        assert rest.strip(), "the lines after it say why it is a module of its own"


def longest_function(tree: ast.Module) -> int:
    return max(
        (
            node.end_lineno - node.lineno + 1
            for node in ast.walk(tree)
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.end_lineno is not None
        ),
        default=0,
    )


@pytest.mark.parametrize("module", MODULES)
def test_modules_functions_and_lines_are_short(module: str) -> None:
    lines = FILES[module].read_text(encoding="utf-8").splitlines()
    assert len(lines) <= LONGEST_MODULE
    assert max(map(len, lines), default=0) <= WIDEST_LINE  # the linter lets a pattern without blanks pass
    assert longest_function(TREES[module]) <= LONGEST_FUNCTION


@pytest.mark.parametrize("folder", ["benchmarks", "tests", "tools"])
def test_functions_beside_the_package_are_short_too(folder: str) -> None:
    for path in sorted((PROJECT / folder).rglob("*.py")):
        assert longest_function(ast.parse(path.read_text(encoding="utf-8"))) <= LONGEST_FUNCTION, path


def test_the_top_level_holds_what_everyone_uses() -> None:
    assert len([m for m in MODULES if "." not in m]) <= MOST_TOP_LEVEL_MODULES


# -- names ---------------------------------------------------------------------------------------------------


def test_all_is_sorted_complete_and_what_dir_lists() -> None:
    assert list(rolefit.__all__) == sorted(set(rolefit.__all__))
    assert dir(rolefit) == rolefit.__all__
    for name in rolefit.__all__:
        assert getattr(rolefit, name) is not None
    ours = {
        name
        for name, value in vars(rolefit).items()
        if getattr(value, "__module__", "").startswith("rolefit.")
    }
    assert {name for name in ours if not name.startswith("_")} <= set(rolefit.__all__)


@pytest.mark.parametrize(
    "form", ["import rolefit", "import rolefit.{0}", "from rolefit import {0}", "from rolefit.{0} import {1}"]
)
def test_public_modules_are_imported_in_any_form(form: str, python) -> None:
    """`rolefit.classify` is a function in all four forms: `tests/test_classify.py`."""
    for module, name in (("frames", "score_frame"), ("tables", "score")):
        python(f"{form.format(module, name)}\nimport rolefit\nassert callable(rolefit.{module}.{name})")


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


def test_nothing_is_decided_by_a_clock_that_can_be_set() -> None:
    """Durations are measured by clocks that never go back; the day of a promotion is only written down."""
    named = re.compile(r"\btime\.(?:time|time_ns|localtime|gmtime)\b|\.(?:now|utcnow|today)\(")
    asked = [name for name, path in FILES.items() if named.search(path.read_text(encoding="utf-8"))]
    assert asked == ["training.promotion"]
