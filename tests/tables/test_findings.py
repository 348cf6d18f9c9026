"""Findings as text, JSON, SARIF and commands of GitHub."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rolefit.tables.findings import as_command, as_json, as_sarif, as_text, counted
from rolefit.tables.lint import CODES, Checked, Finding, Line

LINES = (Line("Set prices", "PM", "business case", 7), Line("Own it", "PM", "product vision", None))
FINDING = Finding(
    Path("postings/a b.md"), "wrong-role", "the duties are others", 7, "row 2", "PO", "PM-like", 0.9, LINES
)

LOCATION = {
    "type": "object",
    "properties": {
        "artifactLocation": {
            "type": "object",
            "properties": {"uri": {"type": "string", "pattern": r"^[!-~]+$"}},
            "required": ["uri"],
            "additionalProperties": False,
        },
        "region": {
            "type": "object",
            "properties": {"startLine": {"type": "integer", "minimum": 1}},
            "required": ["startLine"],
            "additionalProperties": False,
        },
    },
    "required": ["artifactLocation"],
    "additionalProperties": False,
}
MESSAGE = {
    "type": "object",
    "properties": {"text": {"type": "string"}},
    "required": ["text"],
    "additionalProperties": False,
}
LEVEL = {"enum": ["none", "note", "warning", "error"]}
RESULT = {
    "type": "object",
    "properties": {
        "ruleId": {"type": "string"},
        "ruleIndex": {"type": "integer", "minimum": -1},
        "level": LEVEL,
        "message": MESSAGE,
        "locations": {"type": "array", "items": {"properties": {"physicalLocation": LOCATION}}},
        "relatedLocations": {
            "type": "array",
            "uniqueItems": True,
            "items": {
                "properties": {"id": {"type": "integer"}, "message": MESSAGE, "physicalLocation": LOCATION},
                "additionalProperties": False,
            },
        },
    },
    "required": ["message"],
    "additionalProperties": False,
}
RULE = {
    "type": "object",
    "properties": {
        "id": {"type": "string"},
        "shortDescription": MESSAGE,
        "defaultConfiguration": {"properties": {"level": LEVEL}, "additionalProperties": False},
    },
    "required": ["id"],
    "additionalProperties": False,
}
DRIVER = {
    "properties": {
        "name": {"type": "string"},
        "version": {"type": "string"},
        "rules": {"type": "array", "uniqueItems": True, "items": RULE},
    },
    "required": ["name"],
    "additionalProperties": False,
}
RUN = {
    "type": "object",
    "properties": {
        "tool": {"properties": {"driver": DRIVER}, "required": ["driver"], "additionalProperties": False},
        "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
        "results": {"type": "array", "items": RESULT},
    },
    "required": ["tool"],
    "additionalProperties": False,
}
SARIF = {
    "type": "object",
    "properties": {
        "$schema": {"type": "string", "format": "uri"},
        "version": {"const": "2.1.0"},
        "runs": {"type": "array", "items": RUN},
    },
    "required": ["version", "runs"],
    "additionalProperties": False,
}
"""What SARIF 2.1.0 allows in the part of it that is used; its whole schema has 3,000 lines."""


def sarif(*findings: Finding) -> dict[str, Any]:
    log = as_sarif(findings)
    jsonschema.validate(log, SARIF)
    result: dict[str, Any] = log["runs"][0]
    return result


def test_text_is_path_line_message_code() -> None:
    assert as_text(FINDING) == (
        f"{Path('postings/a b.md')}:7: row 2: the duties are others:"
        " “Set prices” (business case, line 7), “Own it” (product vision) [wrong-role]"
    )
    assert as_text(Finding(Path("a.docx"), "review", "look")) == "a.docx: look [review]"


def test_no_control_character_of_a_file_is_in_the_text() -> None:
    text = as_text(Finding(Path("a\x1b[31m.md"), "review", "x\x1b[2J\ny", 1, "row\x07"))
    assert text.isprintable()


def test_sarif_names_rule_level_place_and_lines() -> None:
    run = sarif(FINDING)
    (result,) = run["results"]
    rule = run["tool"]["driver"]["rules"][result["ruleIndex"]]
    assert rule["id"] == result["ruleId"] == "wrong-role"
    assert rule["defaultConfiguration"]["level"] == result["level"] == "error"
    where = result["locations"][0]["physicalLocation"]
    assert where == {"artifactLocation": {"uri": "postings/a%20b.md"}, "region": {"startLine": 7}}
    assert [related["message"]["text"] for related in result["relatedLocations"]] == [
        "business case: Set prices"
    ]


def test_sarif_without_findings_has_every_rule() -> None:
    run = sarif()
    assert run["results"] == []
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == list(CODES)


@given(st.text(min_size=1, max_size=20).filter(lambda name: not set(name) & set("\0/\\") and name.strip(".")))
def test_sarif_holds_any_name_of_a_file(name: str) -> None:
    uri = sarif(Finding(Path("postings") / name, "review", "look"))["results"][0]["locations"][0]
    assert unquote(uri["physicalLocation"]["artifactLocation"]["uri"]) == f"postings/{name}"


def test_a_file_below_the_current_folder_is_named_from_there_and_another_in_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    inside, outside = (
        sarif(Finding(tmp_path / name, "review", "look"))["results"][0]["locations"][0]["physicalLocation"]
        for name in ("here/a.md", "b.md")
    )
    assert inside["artifactLocation"]["uri"] == "a.md"
    assert outside["artifactLocation"]["uri"] == (tmp_path / "b.md").as_uri()
    assert as_command(Finding(tmp_path / "here/a.md", "review", "look")).startswith("::notice file=a.md,")


def unescaped(text: str) -> str:
    for code, character in (("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        text = text.replace(code, character)
    return text


@given(
    st.text(min_size=1, max_size=30).filter(lambda name: not set(name) & set("\0/\\") and name.strip(".")),
    st.text(max_size=60),
    st.none() | st.integers(1, 9999),
    st.sampled_from(list(CODES)),
)
def test_a_command_is_one_line_from_which_github_reads_what_was_meant(
    name: str, message: str, line: int | None, code: str
) -> None:
    command = as_command(Finding(Path(name), code, message, line))
    assert not set(command) & set("\r\n")
    nothing, head, data = command.split("::", 2)
    kind, properties = head.split(" ", 1)
    read = {key: unescaped(value) for key, value in (pair.split("=", 1) for pair in properties.split(","))}
    assert nothing == ""
    assert kind == {"error": "error", "warning": "warning", "note": "notice"}[CODES[code][0]]
    assert read == {"file": name, "title": f"rolefit {code}"} | ({"line": str(line)} if line else {})
    assert unescaped(data) == message


def test_json_has_every_field() -> None:
    value = as_json([FINDING], Checked(2, 3, 1), "title", "model-1")
    assert json.loads(json.dumps(value)) == value
    assert {name: value[name] for name in ("files", "postings", "silenced", "intended", "model")} == {
        "files": 2,
        "postings": 3,
        "silenced": 1,
        "intended": "title",
        "model": "model-1",
    }
    (finding,) = value["findings"]
    assert finding["path"] == "postings/a b.md"
    assert finding["level"] == "error"
    assert finding["lines"][1] == {"text": "Own it", "role": "PM", "theme": "product vision", "line": None}


def test_counts_in_words() -> None:
    assert counted([], Checked(1, 1, 0)) == "1 posting in 1 file: nothing found"
    note = Finding(Path("a"), "review", "look")
    assert counted([FINDING, note, note], Checked(2, 3, 4)) == (
        "3 postings in 2 files: 1 error, 2 notes; 4 silenced"
    )
