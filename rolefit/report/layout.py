"""Put a page together from templates, style and scripts, under a policy that lets nothing else run.

Postings are hostile text, and must stay text. Whatever is shown comes as JSON in a block that is not a
script, with every character escaped that could end it; the scripts of ``templates/`` show it as text, never
as markup; and a Content-Security-Policy names the hashes of the page's own style and scripts, so that nothing
else would run or load even if it got in. The report and the page of ``rolefit serve`` are both made with it:

``layout.html``
    The frame of both. ``help.html`` says how to read a posting.
``report.css``
    The style, for screen (light, dark, phone) and print.
``posting.js``
    Draws one posting: verdict, balance, highlighted lines, what would change the label.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

# What could end a script block or start a comment in it, and the two line ends that were not allowed in a
# string of JavaScript before 2019.
_ESCAPES = {character: f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}

_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode

_templates = Environment(
    loader=PackageLoader("rolefit", ""),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def pieces(
    template: str, styles: Sequence[str], scripts: Sequence[str], connect: str = "", **values: Any
) -> Iterator[str]:
    """Yield a page piece by piece, so that one with many rows is never in memory.

    Parameters
    ----------
    template, styles, scripts : str, and sequences of str
        Files of the package, as ``report/templates/report.html``; styles and scripts go into the page.
    connect : str
        The source that the scripts may connect to, as in a policy (``'self'``); none when empty.
    **values : object
        For the template; text is escaped.
    """
    return _templates.get_template(template).generate(
        styles=list(map(asset, styles)),
        scripts=list(map(asset, scripts)),
        policy=policy(styles, scripts, connect),
        script_json=script_json,
        **values,
    )


def asset(name: str) -> Markup:
    """Return the text of a file of the package. It is ours, so it is markup; the policy has its hash."""
    source, _, _ = _templates.loader.get_source(_templates, name)  # type: ignore[union-attr]
    return Markup(source)


def policy(styles: Sequence[str], scripts: Sequence[str], connect: str = "") -> str:
    """Return a Content-Security-Policy that allows the page's own style and scripts and nothing else.

    The parameters are those of `pieces`.
    """

    def hashes(names: Sequence[str]) -> str:
        return " ".join(
            f"'sha256-{base64.b64encode(hashlib.sha256(asset(name).encode('utf-8')).digest()).decode()}'"
            for name in names
        )

    return (
        f"default-src 'none'; script-src {hashes(scripts)}; style-src {hashes(styles)}; img-src data:; "
        + (f"connect-src {connect}; " if connect else "")
        + "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )


def script_json(value: Any) -> Markup:
    """Return JSON that can be put into a script block."""
    found = _json(value)
    # `str.translate` takes five times as long.
    for character, escape in _ESCAPES.items():
        found = found.replace(character, escape)
    return Markup(found)
