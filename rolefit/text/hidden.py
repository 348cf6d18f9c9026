"""Which parts of a page a reader sees, by the styles that it carries.

The decision hidden here is which declarations hide a text: not displayed, hidden, transparent, of no size,
outside the screen, cut off, or in the colour of what is behind it. Edit it when a page hides text in a way
that is not known here, or something visible is left out.

Styles stand in attributes and in the page's own style sheets, of which rules for one tag, class or id are
read; what a linked sheet or a script would do is not known, and what is not known hides nothing. A page
without a background is white.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

LEAST_CONTRAST = 1.1
"""Contrast of text and background (WCAG 2: 1 to 21) below which nothing is seen; the palest grey in use, #eee
on white, has 1.16."""

LEAST_OPACITY = 0.1
SMALLEST_FONT = 2.0
"""Pixels below which letters are specks."""

OUTSIDE = -500.0
"""Pixels from which a place is off the screen, whatever the screen."""

MOST_RULES = 2_000
"""Rules of style sheets that are read."""

Colour = tuple[float, float, float]

_NAMED = {
    "black": "000", "silver": "c0c0c0", "gray": "808080", "grey": "808080", "white": "fff", "maroon": "800000", "red": "f00", "purple": "800080",
    "fuchsia": "f0f", "green": "008000", "lime": "0f0", "olive": "808000", "yellow": "ff0", "navy": "000080", "blue": "00f", "teal": "008080", "aqua": "0ff",
    "snow": "fffafa", "ivory": "fffff0", "whitesmoke": "f5f5f5", "ghostwhite": "f8f8ff", "floralwhite": "fffaf0", "mintcream": "f5fffa", "azure": "f0ffff",
    "seashell": "fff5ee", "aliceblue": "f0f8ff", "honeydew": "f0fff0", "lightyellow": "ffffe0", "lightgray": "d3d3d3", "lightgrey": "d3d3d3",
}  # fmt: skip
_HEX = re.compile(r"#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})(?![0-9a-z])")
_RGB = re.compile(r"rgba?\(\s*([\d.]+)(%?)[\s,]+([\d.]+)%?[\s,]+([\d.]+)%?\s*(?:[,/]\s*([\d.]+)(%?)\s*)?\)")
_LENGTH = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+))(px|pt|pc|em|rem|ex|ch|cm|mm|in|q|%|vw|vh|vmin|vmax)?")
_PIXELS = {
    None: 1.0,
    "px": 1.0,
    "pt": 4 / 3,
    "pc": 16.0,
    "em": 16.0,
    "rem": 16.0,
    "ex": 8.0,
    "ch": 8.0,
    "cm": 37.8,
    "mm": 3.78,
    "in": 96.0,
    "q": 0.94,
}
_SHIFT = re.compile(r"translate[xy3d]*\(\s*([^,()]+)(?:,\s*([^,()]+))?")
_NO_SCALE = re.compile(r"scale[xy]?\(\s*(?:0*\.?0+)\s*[,)]")
_NO_FONT = re.compile(r"(?:^|\s)0(?:px|pt|em|rem|%)?(?:/|\s)")
_SIMPLE = re.compile(r"([a-z][a-z0-9-]*)?([.#][\w-]+)?")


class Look(NamedTuple):
    """How text at some place of a page looks.

    Attributes
    ----------
    colour, background : (float, float, float) or None
        Red, green and blue, 0 to 255; None when it is not known.
    shown : bool
        False under ``visibility: hidden``.
    sized : bool
        False when the letters have no size.
    """

    colour: Colour | None = (0.0, 0.0, 0.0)
    background: Colour | None = (255.0, 255.0, 255.0)
    shown: bool = True
    sized: bool = True

    @property
    def readable(self) -> bool:
        """Whether a reader sees text here."""
        return (
            self.shown
            and self.sized
            and (
                self.colour is None
                or self.background is None
                or _contrast(self.colour, self.background) >= LEAST_CONTRAST
            )
        )


class Style(NamedTuple):
    """What the declarations of one element say; None for what they leave as it is."""

    gone: bool
    shown: bool | None
    sized: bool | None
    colour: str | None
    background: str | None


class Sheet(NamedTuple):
    """The rules of a page.

    Attributes
    ----------
    rules : dict of (str, str) to str
        Declarations by tag and by class or id, either of which may be empty.
    whole : bool
        False when some of the backgrounds are set in a way that is not read.
    """

    rules: Mapping[tuple[str, str], str] = {}
    whole: bool = True


def sheet_of(css: str, linked: bool = False) -> Sheet:
    """Declarations of the rules that name one tag, class or id; rules for other media than the screen are
    left out.

    Parameters
    ----------
    css : str
        The text of a style sheet, in whatever state.
    linked : bool
        Whether there are other sheets, which are not at hand.
    """
    found: dict[tuple[str, str], str] = {}
    whole = not linked
    for selectors, declarations in _rules(_without_comments(css.lower())):
        for selector in selectors.split(","):
            simple = _SIMPLE.fullmatch(selector.strip())
            if simple and selector.strip() and len(found) < MOST_RULES:
                key = (simple.group(1) or "", simple.group(2) or "")
                found[key] = f"{found.get(key, '')};{declarations}"
            elif "background" in declarations:
                whole = False
    return Sheet(found, whole)


def first_look(attributes: Mapping[str, str | None], sheet: Sheet) -> Look:
    """How text looks in a page with these attributes of its first element, before anything else is said."""
    plain = Look() if sheet.whole else Look(background=None)
    return look("html", attributes, plain, sheet) or plain


def _rules(css: str) -> Iterator[tuple[str, str]]:
    """Selectors and declarations of the rules that stand in no other block."""
    depth = begin = inside = 0
    selectors = ""
    for brace in re.finditer("[{}]", css):
        if brace.group() == "{":
            depth += 1
            if depth == 1:
                selectors, inside = css[begin : brace.start()], brace.end()
        elif depth:
            depth -= 1
            if not depth:
                if "@" not in selectors:
                    yield selectors, css[inside : brace.start()]
                begin = brace.end()


def _without_comments(css: str) -> str:
    parts = []
    at = 0
    while (begin := css.find("/*", at)) >= 0:
        parts.append(css[at:begin])
        end = css.find("*/", begin + 2)
        at = len(css) if end < 0 else end + 2
    parts.append(css[at:])
    return "".join(parts)


def look(tag: str, attributes: Mapping[str, str | None], around: Look, sheet: Sheet) -> Look | None:
    """How text inside an element looks.

    Parameters
    ----------
    tag : str
    attributes : mapping of str to str or None
    around : Look
        That of the element around it.
    sheet : Sheet
        The page's own rules.

    Returns
    -------
    Look or None
        None when nothing inside is seen, whatever it says.
    """
    if "hidden" in attributes or (tag == "dialog" and "open" not in attributes):
        return None
    declared = attributes.get("style") or ""
    if sheet.rules:
        classes = (attributes.get("class") or "").lower().split()
        keys = ["", *(f".{name}" for name in classes), f"#{(attributes.get('id') or '').lower()}"]
        ruled = [sheet.rules[key] for own in keys for key in (("", own), (tag, own)) if key in sheet.rules]
        declared = ";".join([*ruled, declared])
    old = [
        f"{name}:{attributes[given]}"
        for name, given in (("color", "color"), ("background", "bgcolor"))
        if attributes.get(given)
    ]
    if old:
        declared = ";".join([*old, declared])
    if not declared:
        return around
    style = _style(declared)
    if style.gone:
        return None
    background = (
        around.background if style.background is None else _painted(style.background, around.background)
    )
    colour = around.colour if style.colour is None else _painted(style.colour, background)
    return Look(
        colour,
        background,
        around.shown if style.shown is None else style.shown,
        around.sized if style.sized is None else style.sized,
    )


@lru_cache(maxsize=4096)
def _style(declared: str) -> Style:
    """What some declarations say; a later one overrides an earlier."""
    values: dict[str, str] = {}
    important: set[str] = set()
    for declaration in _without_comments(declared.lower()).split(";"):
        name, _, value = declaration.partition(":")
        name, (value, bang, _) = name.strip(), value.partition("!")
        if name and (bang or name not in important):
            values["background" if name == "background-color" else name] = value.strip()
            if bang:
                important.add(name)
    get = values.get
    visible, size = get("visibility", ""), get("font-size", "")
    sized = _sized(size) if size else False if _NO_FONT.search(get("font", "")) else None
    return Style(
        gone=get("display") == "none"
        or _transparent(get("opacity", ""))
        or _outside(values)
        or _cut_off(values),
        shown=False if visible in ("hidden", "collapse") else True if visible == "visible" else None,
        sized=sized,
        colour=get("color") or None,
        background=get("background") or None,
    )


def _number(value: str) -> tuple[float, str | None] | None:
    found = _LENGTH.fullmatch(value)
    return (float(found.group(1)), found.group(2)) if found else None


def _transparent(value: str) -> bool:
    found = _number(value)
    return found is not None and found[0] / (100 if found[1] == "%" else 1) < LEAST_OPACITY


def _sized(value: str) -> bool | None:
    found = _number(value)
    if found is None:
        return None if value in ("inherit", "unset", "smaller", "larger") else True
    size, unit = found
    if unit in ("em", "%", "ex", "ch"):  # of the size around it
        return False if size / (100 if unit == "%" else 1) * 16 < SMALLEST_FONT else None
    return size * _PIXELS.get(unit, 16.0) >= SMALLEST_FONT


def _far(value: str) -> bool:
    found = _number(value)
    if found is None:
        return False
    return found[0] <= -100 if found[1] not in _PIXELS else found[0] * _PIXELS[found[1]] <= OUTSIDE


def _outside(values: Mapping[str, str]) -> bool:
    get = values.get
    placed = get("position") in ("absolute", "fixed", "relative") and any(
        _far(get(side, "")) for side in ("left", "top", "right", "bottom")
    )
    moved = any(
        _far(part) for name in ("margin", "margin-left", "margin-top") for part in get(name, "").split()[:4]
    )
    shift = _SHIFT.search(get("transform", ""))
    return (
        placed
        or moved
        or _far(get("text-indent", ""))
        or (shift is not None and any(_far((part or "").strip()) for part in shift.groups()))
    )


def _cut_off(values: Mapping[str, str]) -> bool:
    get = values.get
    if get("transform") and _NO_SCALE.search(get("transform", "")):
        return True
    clip = get("clip", "").replace(",", " ").removeprefix("rect(").rstrip(") ").split()
    if len(clip) == 4 and get("position") in ("absolute", "fixed"):
        top, right, bottom, left = (_number(part) for part in clip)
        if top and right and bottom and left and (bottom[0] - top[0] <= 1 or right[0] - left[0] <= 1):
            return True
    inset = (
        _number(get("clip-path", "").removeprefix("inset(").split(")")[0].split()[0])
        if get("clip-path", "").startswith("inset(")
        else None
    )
    if inset and inset[1] == "%" and inset[0] >= 50:
        return True
    overflow = f"{get('overflow', '')} {get('overflow-x', '')} {get('overflow-y', '')}"
    if "hidden" not in overflow and "clip" not in overflow:
        return False
    lengths = (_number(get(name, "")) for name in ("height", "max-height", "width", "max-width"))
    return any(
        found is not None and found[0] <= 1 and (found[1] in (None, "px", "pt") or not found[0])
        for found in lengths
    )


def _painted(value: str, behind: Colour | None) -> Colour | None:
    """The colour that a value gives over what is behind it; None when that is not known."""
    if value == "transparent" or value == "none":
        return behind
    if "url(" in value or "gradient" in value or "var(" in value:
        return None
    red, green, blue, alpha = 0.0, 0.0, 0.0, 1.0
    rgb, digits = _RGB.search(value), _HEX.search(value)
    if rgb:
        scale = 2.55 if rgb.group(2) else 1.0
        red, green, blue = (min(255.0, _float(rgb.group(i)) * scale) for i in (1, 3, 4))
        alpha = _float(rgb.group(5)) / (100 if rgb.group(6) else 1) if rgb.group(5) else 1.0
    else:
        name = (
            next((_NAMED[word] for word in value.split()[:8] if word in _NAMED), "")
            if not digits
            else digits.group()[1:]
        )
        if not name:
            return None
        if len(name) < 6:
            name = "".join(digit * 2 for digit in name)
        red, green, blue = (float(int(name[i : i + 2], 16)) for i in (0, 2, 4))
        alpha = int(name[6:8], 16) / 255 if len(name) == 8 else 1.0
    if alpha >= 1:
        return red, green, blue
    if behind is None:
        return None
    over = zip((red, green, blue), behind, strict=True)
    first, second, third = (alpha * own + (1 - alpha) * back for own, back in over)
    return first, second, third


def _float(text: str) -> float:
    try:
        return float(text)
    except ValueError:  # "1.2.3"
        return 0.0


@lru_cache(maxsize=1024)
def _contrast(one: Colour, other: Colour) -> float:
    """Contrast ratio of WCAG 2, 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Colour) -> float:
    parts = [
        part / 255 / 12.92 if part / 255 <= 0.04045 else ((part / 255 + 0.055) / 1.055) ** 2.4
        for part in colour
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
