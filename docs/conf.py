"""Sphinx reads this: MyST pages, numpydoc docstrings, and two directives that quote the program itself.

What the pages say of options and modules is taken from the code at each build, so that it cannot go out of
date.
"""

from __future__ import annotations

import ast
import contextlib
import io
import os
import shlex
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.parsers.rst import Directive

import rolefit
from rolefit import __version__, cli

PACKAGE = Path(rolefit.__file__).parent

project = "rolefit"
release = version = __version__
copyright = "the rolefit contributors"
extensions = ["myst_parser", "numpydoc", "sphinx.ext.autodoc"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = f"rolefit {__version__}"
html_show_copyright = False
default_role = "py:obj"  # `Verdict` in a docstring is a link where there is such a name, and code elsewhere
myst_heading_anchors = 3
myst_enable_extensions = ["colon_fence", "deflist"]
autodoc_member_order = "bysource"
autodoc_typehints = "none"  # numpydoc sections have them in words
autodoc_preserve_defaults = True
numpydoc_show_class_members = False
numpydoc_xref_param_type = False


def help_of(verb: str) -> str:
    """Return what `rolefit VERB --help` prints in a terminal of 100 columns."""
    printed = io.StringIO()
    os.environ["COLUMNS"] = "100"
    with contextlib.redirect_stdout(printed), contextlib.suppress(SystemExit):
        cli.main([*shlex.split(verb), "--help"])
    return printed.getvalue().rstrip()


class Help(Directive):
    """Quote the help text of a verb (``{rolefit-help} score``) or, without a name, of the command itself."""

    optional_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        """Return a literal block with the command and what it prints."""
        verb = self.arguments[0] if self.arguments else ""
        shown = f"$ {' '.join(['rolefit', *shlex.split(verb), '--help'])}\n{help_of(verb)}"
        return [nodes.literal_block(shown, shown, language="console")]


class Modules(Directive):
    """List the modules of a package with the first line of each docstring: ``{rolefit-modules} text``."""

    optional_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return a definition list, in the order of the alphabet."""
        folder = PACKAGE.joinpath(*(self.arguments[0].split(".") if self.arguments else []))
        listed = nodes.definition_list()
        for path in sorted(folder.glob("*.py")):
            if path.stem in ("__init__", "__main__"):
                continue
            about = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
            name = path.relative_to(PACKAGE).with_suffix("").as_posix()
            term = nodes.term("", "", nodes.literal("", name))
            said = nodes.definition("", nodes.paragraph("", about.partition("\n\n")[0].replace("\n", " ")))
            listed += nodes.definition_list_item("", term, said)
        return [listed]


def setup(app: Any) -> None:
    """Register the directives."""
    app.add_directive("rolefit-help", Help)
    app.add_directive("rolefit-modules", Modules)
