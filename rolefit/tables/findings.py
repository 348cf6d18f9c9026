"""Write findings for a person, a program, a code scanner (SARIF) and the annotations of GitHub.

The last two are other people's formats: SARIF 2.1.0 is the OASIS standard that code scanners exchange, and
GitHub takes a line of output that begins with ``::`` as a command.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from .._version import __version__
from ..errors import printable, quoted
from .lint import CODES, Checked, Finding

SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"

_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}
"""What GitHub calls the levels."""


def sentence(finding: Finding) -> str:
    """Return the message of a finding with the row that it is about and the lines that drove it."""
    where = f"{printable(finding.where)}: " if finding.where else ""
    lines = ", ".join(
        f"“{quoted(line.text)}” ({line.theme}{f', line {line.line}' if line.line else ''})"
        for line in finding.lines
    )
    return f"{where}{finding.message}{f': {lines}' if lines else ''}"


def as_text(finding: Finding) -> str:
    """Return a finding as linters print it: ``path:line: message [code]``."""
    line = f":{finding.line}" if finding.line else ""
    return f"{printable(str(finding.path))}{line}: {printable(sentence(finding))} [{finding.code}]"


def as_command(finding: Finding) -> str:
    """Return a finding as a command that lets GitHub show it beside the line.

    Examples
    --------
    >>> as_command(Finding(Path("a,b.md"), "mixed", "50 % of both", 3))
    '::warning file=a%2Cb.md,line=3,title=rolefit mixed::50 %25 of both'
    """
    line = f",line={finding.line}" if finding.line else ""
    path = _property(_relative(finding.path).as_posix())
    title = _property(f"rolefit {finding.code}")
    return f"::{_COMMANDS[finding.level]} file={path}{line},title={title}::{_data(sentence(finding))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _relative(path: Path) -> Path:
    """Return a path below the current folder as seen from there, any other as it is."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_absolute() and path.is_relative_to(here) else path


def as_json(findings: Sequence[Finding], checked: Checked, intended: str, model: str) -> dict[str, Any]:
    """Return findings as plain values for JSON."""
    return {
        "rolefit": __version__,
        "model": model,
        "intended": intended,
        "files": checked.files,
        "postings": checked.postings,
        "silenced": checked.silenced,
        "findings": [
            {
                "path": finding.path.as_posix(),
                "line": finding.line,
                "where": finding.where,
                "code": finding.code,
                "level": finding.level,
                "message": finding.message,
                "title": finding.title,
                "label": finding.label,
                "confidence": finding.confidence,
                "lines": [line._asdict() for line in finding.lines],
            }
            for finding in findings
        ],
    }


def as_sarif(findings: Sequence[Finding]) -> dict[str, Any]:
    """Return findings as a log of SARIF 2.1.0."""
    rules = [
        {"id": code, "shortDescription": {"text": meaning}, "defaultConfiguration": {"level": level}}
        for code, (level, meaning) in CODES.items()
    ]
    driver = {"name": "rolefit", "version": __version__, "rules": rules}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding) for finding in findings],
    }
    return {"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}


def _result(finding: Finding) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": list(CODES).index(finding.code),
        "level": finding.level,
        "message": {"text": f"{sentence(finding)}."},
        "locations": [_location(finding.path, finding.line)],
    }
    related = [
        {
            **_location(finding.path, line.line),
            "id": number,
            "message": {"text": f"{line.theme}: {line.text}"},
        }
        for number, line in enumerate(finding.lines, 1)
        if line.line
    ]
    return {**result, "relatedLocations": related} if related else result


def _location(path: Path, line: int | None) -> dict[str, Any]:
    relative = _relative(path)
    uri = relative.as_uri() if relative.is_absolute() else quote(relative.as_posix())
    physical: dict[str, Any] = {"artifactLocation": {"uri": uri}}
    if line:
        physical["region"] = {"startLine": line}
    return {"physicalLocation": physical}


def counted(findings: Sequence[Finding], checked: Checked) -> str:
    """Return in words what was checked and found."""
    levels = [(sum(finding.level == level for finding in findings), level) for level in _COMMANDS]
    found = ", ".join(_count(number, level) for number, level in levels if number) or "nothing found"
    silenced = f"; {checked.silenced:,} silenced" if checked.silenced else ""
    return f"{_count(checked.postings, 'posting')} in {_count(checked.files, 'file')}: {found}{silenced}"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
