"""What a check finds in postings that are meant for a role, and where."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import rolefit
from rolefit.tables.lint import CODES, Checked, Finding, check

PM = "- Own the product vision\n- Set the product strategy\n- Study the market\n- Set prices and plan the launch\n"
PO = "- Order the product backlog\n- Write user stories\n- Plan the sprints\n- Accept finished stories\n"
MORE_PO = (
    "- Refine the backlog with the developers\n- Set the goal of every sprint\n- Write acceptance criteria\n"
)
COOK = "- Peel potatoes\n- Wash up\n- Clean the kitchen every night\n"
GERMAN = "Wir suchen dich für unser Team in Köln. Du pflegst unsere Liste und sprichst mit allen Kunden.\n"


def md(title: str | None, text: str) -> str:
    return f"# {title}\n\n{text}" if title else text


CASES = {
    "the role of the title": (md("Product Owner", PO), "title", []),
    "the other role": (md("Product Owner", PM), "title", ["wrong-role"]),
    "both roles": (md("Product Owner", PO + PM), "title", ["mixed"]),
    "both roles, said by the title": (md("Product Manager / Product Owner", PO + PM), "title", []),
    "both roles, a title that names none": (md("Head of Product", PO + PM), "title", ["mixed"]),
    "no duties": (md("Product Owner", "We like fruit.\n"), "title", ["unclear"]),
    "another profession": (md("Cook", COOK), "title", []),
    "a title that names another job": (md("Cook", PO + MORE_PO), "title", ["review"]),
    "the other role than its first line": (f"Senior Product Owner\n\n{PM}{PM}", "title", ["wrong-role"]),
    "no title": (PO, "title", ["no-title"]),
    "no title, both roles": (PO + PM, "title", ["mixed", "no-title"]),
    "no title, meant for one": (PO, "PO", []),
    "meant for the other": (md("Product Owner", PO), "PM", ["wrong-title", "wrong-role"]),
    "meant, and the title says another": (md("Product Owner", PM), "PM", ["wrong-title"]),
    "meant, and another profession": (md("Cook", COOK), "PM", ["unclear"]),
    "part of it is not read": (md("Product Owner", f"{PM}\n{GERMAN * 4}"), "title", ["wrong-role", "review"]),
    "another language": (md("Teamleiter", GERMAN * 4), "title", ["review"]),
}


def found_in(tmp_path: Path, text: str, model: rolefit.Model, *rest: str) -> list[Finding]:
    (tmp_path / "posting.md").write_text(text, encoding="utf-8")
    return list(check([tmp_path / "posting.md"], model, *rest))


@pytest.mark.parametrize(("text", "intended", "codes"), CASES.values(), ids=CASES.keys())
def test_what_is_found(
    tmp_path: Path, shipped_model: rolefit.Model, text: str, intended: str, codes: list[str]
) -> None:
    found = found_in(tmp_path, text, shipped_model, intended)
    assert [finding.code for finding in found] == codes
    assert all(finding.level == CODES[finding.code][0] for finding in found)


def test_a_finding_names_the_lines_that_drove_it_and_stands_at_the_strongest(
    tmp_path: Path, shipped_model: rolefit.Model
) -> None:
    text = md("Product Owner", "We are five.\n" + PO.splitlines()[0] + "\n" + PM)
    (finding,) = found_in(tmp_path, text, shipped_model)
    verdict = shipped_model.classify(text, "Product Owner")
    strongest = max(verdict.responsibilities, key=lambda r: r.contribution)
    assert finding.line == text[: strongest.start].count("\n") + 1
    assert len(finding.lines) == 3
    for line in finding.lines:
        assert line.role == "PM"
        assert line.line is not None
        assert text.splitlines()[line.line - 1] == f"- {line.text}"


def test_a_finding_without_lines_stands_at_the_title(tmp_path: Path, shipped_model: rolefit.Model) -> None:
    (finding,) = found_in(tmp_path, "---\nteam: a\ntitle: Product Owner\n---\nWe like fruit.", shipped_model)
    assert (finding.code, finding.line) == ("unclear", 3)


def test_rows_of_tables_are_named_and_lines_only_where_a_row_is_one(
    tmp_path: Path, shipped_model: rolefit.Model
) -> None:
    rows = [{"id": "a", "title": "Product Owner", "text": PM}, {"id": "b", "title": "PO", "text": PO}]
    (tmp_path / "t.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    (tmp_path / "t.csv").write_text(f'id,title,text\nb,PO,"{PO}"\na,Product Owner,"{PM}"\n', encoding="utf-8")
    found = list(check([tmp_path / "t.jsonl", tmp_path / "t.csv"], shipped_model))
    assert [(f.path.name, f.where, f.line, f.lines[0].line) for f in found] == [
        ("t.jsonl", "line 1, id a", 1, 1),
        ("t.csv", "row 3, id a", None, None),
    ]


def test_a_file_that_cannot_be_read_is_a_finding_and_the_others_go_on(
    tmp_path: Path, shipped_model: rolefit.Model
) -> None:
    (tmp_path / "a.txt").write_bytes(b"")
    (tmp_path / "b.pdf").write_bytes(b"no PDF at all")
    (tmp_path / "c.jsonl").write_text('{"text": "x"}\n{"text":\n', encoding="utf-8")
    (tmp_path / "d.md").write_text(md("Product Owner", PM), encoding="utf-8")
    checked = Checked()
    files = [tmp_path / name for name in ("a.txt", "b.pdf", "c.jsonl", "d.md")]
    found = list(check(files, shipped_model, ignore=["no-title", "review"], checked=checked))
    assert [(f.path.name, f.code, f.line) for f in found[:3]] == [
        ("a.txt", "unreadable", None),
        ("b.pdf", "unreadable", None),
        ("c.jsonl", "unreadable", 2),
    ]
    assert found[3].code == "wrong-role"
    assert str(tmp_path) not in found[0].message
    assert (checked.files, checked.postings) == (4, 2)


def test_what_is_silenced_is_counted(tmp_path: Path, shipped_model: rolefit.Model) -> None:
    text = md("Product Owner", PM)
    for name, more in (("a.md", ""), ("b.md", "<!-- rolefit: ignore[wrong-role] -->"), ("c.md", "")):
        (tmp_path / name).write_text(text + more, encoding="utf-8")
    checked = Checked()
    found = list(check([tmp_path], shipped_model, exclude=["c.*"], checked=checked))
    assert [f.path.name for f in found] == ["a.md"]
    assert (checked.files, checked.silenced) == (2, 1)
    assert not list(check([tmp_path], shipped_model, ignore=["wrong-role"]))
    assert not list(check([tmp_path], shipped_model, exclude=[f"{tmp_path.as_posix()}/*"]))


def test_a_file_that_is_named_twice_is_checked_once(tmp_path: Path, shipped_model: rolefit.Model) -> None:
    (tmp_path / "a.md").write_text(md("Product Owner", PM), encoding="utf-8")
    assert len(list(check([tmp_path, tmp_path / "a.md"], shipped_model))) == 1


def test_another_role_or_code_is_refused(tmp_path: Path, shipped_model: rolefit.Model) -> None:
    with pytest.raises(rolefit.SettingsError, match="--intended must be one of title, PM, PO, not 'QA'"):
        list(check([tmp_path], shipped_model, "QA"))
    with pytest.raises(rolefit.SettingsError, match="--ignore knows no code 'E501'; there are wrong-role,"):
        list(check([tmp_path], shipped_model, ignore=["E501"]))
