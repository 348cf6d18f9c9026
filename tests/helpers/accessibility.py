"""Check the contrast and the accessibility of a page in a browser, the latter with axe-core."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

import pytest

from helpers.paths import PROJECT

AXE = """
const [done] = arguments;
axe.run().then(({ violations }) => done(violations.map(({ id, help, nodes }) => [id, help, nodes.map((node) => node.html.slice(0, 120))])));
"""


def axe_file():
    packed = importlib.util.find_spec("axe_playwright_python")
    folder = Path(packed.origin).parent if packed and packed.origin else PROJECT
    file = Path(os.environ.get("ROLEFIT_AXE", folder / "axe.min.js"))
    if not file.is_file():
        pytest.skip(
            "needs axe-core: pip install --no-deps axe-playwright-python, or ROLEFIT_AXE=/path/to/axe.min.js"
        )
    return file


_COLOURS = """
const rgba = (text) => { const [r, g, b, a = 1] = text.match(/[\\d.]+/g).map(Number); return [r, g, b, a]; };
const over = ([r, g, b, a], under) => [r, g, b].map((c, i) => a * c + (1 - a) * under[i]);
const linear = (c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
const light = (rgb) => { const [r, g, b] = rgb.map(linear); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
const ground = (node) => node ? over(rgba(getComputedStyle(node).backgroundColor), ground(node.parentElement)) : [255, 255, 255];
"""

CONTRAST = (
    _COLOURS
    + """
const found = [];
for (const node of document.querySelectorAll("body :not(script, option, datalist *)")) {
  const speaks = [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim());
  if (!speaks || !node.getClientRects().length) continue;
  const style = getComputedStyle(node), back = ground(node);
  const text = light(over(rgba(node.localName === "text" ? style.fill : style.color), back)), under = light(back);
  found.push([(Math.max(text, under) + 0.05) / (Math.min(text, under) + 0.05), node.outerHTML.slice(0, 100)]);
}
return found.sort((a, b) => a[0] - b[0]);
"""
)
"""Contrast of every text with what is behind it, the lowest first."""

SHAPES = (
    _COLOURS
    + """
const found = [];
for (const node of document.querySelectorAll("mark, .badge, .tag, svg [data-kind], svg .pointer")) {
  const style = getComputedStyle(node), back = ground(node.parentElement);
  if (!node.getClientRects().length) continue;
  const colours = node.closest("svg") ? [style.fill, style.stroke].filter((one) => one !== "none") : [style.borderBottomColor];
  const contrasts = colours.map((one) => [light(over(rgba(one), back)), light(back)]).map((pair) => (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05));
  found.push([Math.max(...contrasts), node.outerHTML.slice(0, 100)]);
}
return found.sort((a, b) => a[0] - b[0]);
"""
)
"""Contrast of the edge of every mark, and of every shape, filled or hollow, with what is behind it, the lowest first."""
