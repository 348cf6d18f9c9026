"""What a Content-Security-Policy says of a page's own style and scripts, for the tests of the report and the
page."""

from __future__ import annotations

import base64
import hashlib
from typing import Any


def source_hash(node: Any) -> str:
    """The source that a policy has to name for a style or script of a page to take effect."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(node.text().encode()).digest()).decode()}'"
