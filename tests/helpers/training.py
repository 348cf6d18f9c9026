"""Small corpora that tests write, and what a folder holds."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Sequence
from pathlib import Path

import rolefit
from rolefit.training.settings import Features

SMALL = rolefit.Settings(name="small", features=Features(min_df=1), C=30.0, prior={})
"""Settings for a corpus of a few dozen statements."""

MARKETING = """\
messaging: Write the messaging for every launch|Put the product into words|Craft the sales story
campaigns: Run campaigns that bring new sign-ups|Plan the campaign calendar|Test headlines in paid campaigns
sales-material: Make decks for sales|Write case studies with customers|Teach sales how to pitch"""
MANAGING = """\
direction: Decide what the product should become|Set the direction of the product|Choose which bets to make
requirements: Turn user needs into requirements|Specify features with engineers|Order the features by worth
numbers: Watch how the product is used and act on it|Set the goals of the product|Answer for retention"""
OTHER = """\
pay: A fair salary|Thirty days of holiday|A pension
company: We are eighty people in two towns|Our company is ten years old|Our office has a garden
asked: A degree in any field|Fluent English|Good manners"""


def table(path: Path, header: str, *rows: Sequence[str]) -> Path:
    """Write a CSV file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header.split(","))
        writer.writerows(rows)
    return path


def own(path: Path, *rows: Sequence[str]) -> Path:
    """Write statements of a user's own."""
    return table(path, "id,role,theme,text", *rows)


def corrections(path: Path, *rows: Sequence[str]) -> Path:
    """Write lines that a reader corrected."""
    return table(path, "id,line,role", *rows)


def marketing(path: Path) -> Path:
    """Write a corpus that tells product marketing from product management."""
    rows = []
    for role, listing in (("product marketing", MARKETING), ("product manager", MANAGING), ("none", OTHER)):
        for line in listing.splitlines():
            theme, _, texts = line.partition(": ")
            rows += [[f"{role}-{theme}-{i}", role, theme, text] for i, text in enumerate(texts.split("|"))]
    return own(path, *rows)


def digest(folder: Path) -> dict[str, str]:
    """The files of a folder and the digest of each."""
    return {
        str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }
