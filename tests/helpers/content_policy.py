"""Compute what a Content-Security-Policy says about a page's own style and scripts."""

from __future__ import annotations

import base64
import hashlib
from typing import Any


def source_hash(node: Any) -> str:
    """Return the source that a policy must name for a style or script of the page to take effect."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(node.text().encode()).digest()).decode()}'"
