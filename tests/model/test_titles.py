"""Which role a title names, and whether it disagrees with a label."""

from __future__ import annotations

import pytest

from rolefit.model.titles import title_at_head, title_mismatch, title_roles

ROLES = ("PM", "PO")


@pytest.mark.parametrize(
    ("title", "label", "mismatch"),
    [
        ("Product Owner", "PM-like", True),
        ("Product Owner", "PO-like", False),
        ("Product Owner", "mixed", False),
        ("Product Owner", "unclear", None),
        ("Product Manager", "PO-like", True),
        ("Product Manager", "PM-like", False),
        ("senior product-manager (f/m/d)", "PO-like", True),
        ("SENIOR PRODUCT MANAGER", "PO-like", True),
        ("Head of Product Management", "PO-like", True),
        ("PO Payments", "PM-like", True),
        ("Technical PM", "PO-like", True),
        ("Produktmanagerin", "PO-like", True),
        ("Product Manager / Product Owner", "PO-like", None),
        ("Project Manager", "PM-like", None),
        ("Digital Lead", "PM-like", None),
        ("Postal worker", "PM-like", None),
        ("", "PM-like", None),
        (None, "PM-like", None),
    ],
)
def test_the_title_against_the_label(title: str | None, label: str, mismatch: bool | None) -> None:
    assert title_mismatch(title, label, ROLES) is mismatch


@pytest.mark.parametrize("title", ["Product\u2011Owner", "Product/Owner"])
def test_a_title_in_a_rare_spelling(title: str) -> None:
    assert title_mismatch(title, "PM-like", ROLES) is True


def test_a_project_manager_is_no_product_manager() -> None:
    assert title_mismatch("Project Manager (PM)", "PO-like", ROLES) is None


@pytest.mark.parametrize(
    ("title", "named"),
    [
        ("Produktmanager", "PM"),
        ("Produktmanagement", "PM"),
        ("product_manager", "PM"),
        ("Product - Manager", "PM"),
        ("Product -- - Manager", ""),
        ("Produkteigner", "PO"),
        ("Product  Owner", "PO"),
        ("PM", "PM"),
        ("PO (f/m/d)", "PO"),
        ("pm", ""),
        ("po", ""),
        ("PMO", ""),
        ("APO", ""),
        ("Program Manager (PM)", ""),
        ("Programme-Manager PM", ""),
        ("property manager, PM", ""),
        ("People Manager PM", ""),
        ("Projects PM", "PM"),
        ("Project Manager, Product Owner", "PO"),
        ("Project Manager, later Product Manager", "PM"),
        ("Project Manager and Product PM Owner", "PO"),
        ("PM and PO", "PM PO"),
    ],
)
def test_which_side_a_title_names(title: str, named: str) -> None:
    assert title_roles(title, ROLES) == set(named.split())


@pytest.mark.parametrize(
    ("title", "named"),
    [
        ("Data  Scientist", "data scientist"),
        ("data-scientist", "data scientist"),
        ("Lead ML-Engineer", "ml engineer"),
        ("scientist", ""),
        ("metadata scientists", ""),
    ],
)
def test_which_side_a_title_names_for_other_roles(title: str, named: str) -> None:
    assert title_roles(title, ("data scientist", "ml engineer")) == ({named} if named else set())


def test_the_letter_case_of_other_roles_counts_nothing() -> None:
    for title in ("data scientist", "DATA SCIENTIST", "Data Scientist"):
        assert title_roles(title, ("Data Scientist", "ML Engineer")) == {"Data Scientist"}


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("\n  Product Owner (m/f/d)\r\n\r\nYou write stories.", "Product Owner (m/f/d)"),
        ("Product Owner", None),
        ("# Product Owner\n\nYou write stories", "Product Owner"),
        ("## **Senior Product Owner** ##\nYou write stories", "Senior Product Owner"),
        ("- Product Owner\nYou write stories", None),
        ("* Product Owner\nYou write stories", None),
        ("We look for a product owner:\nYou write stories", None),
        ("About us\nYou are our product owner", None),
        ("As a product owner " + "you do this and that " * 5 + "\nMore", None),
        ("", None),
        ("https://jobs.example.org/7/product-manager\nYou write stories", None),
        ("WWW.example.org/product-owner\nYou write stories", None),
        ("jobs.example.org/product-owner\nYou write stories", None),
        ("Link to it https://example.org/product_owner?id=7\nYou write stories", None),
        ("product-owner@example.org\nYou write stories", None),
        ("Product Owner, https://example.org\nYou write", "Product Owner, https://example.org"),
        ("Product Owner/Manager, Node.js\nYou write", "Product Owner/Manager, Node.js"),
    ],
)
def test_a_first_line_is_a_title_when_it_is_short_and_names_a_role(text: str, title: str | None) -> None:
    assert title_at_head(text, ROLES) == title
