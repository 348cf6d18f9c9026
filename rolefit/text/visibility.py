"""Find out from a page's own styles which parts of it a reader sees.

Text that nobody sees must not count: text that is not displayed, hidden, transparent, of no size, off the
screen, cut off, or in the colour of what is behind it.

Styles come from attributes and from the page's own style sheets, of which only rules for one tag, class or id
are read. What a linked sheet or a script would do is not known, and what is not known hides nothing. A page
without a background is white. tinycss2 reads declarations and colours.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import takewhile
from typing import Any, NamedTuple

from .late_pattern import late_pattern

# Contrast of text and background (WCAG 2: 1 to 21) below which nothing is seen; the palest grey in use, #eee
# on white, has 1.16.
LEAST_CONTRAST = 1.1

LEAST_OPACITY = 0.1

# Pixels below which letters are specks.
SMALLEST_FONT = 2.0

# Pixels from which a place is off the screen, whatever the screen.
OUTSIDE = -500.0

# Rules of style sheets, and characters of the declarations of one element, that are read. tinycss2 takes up
# to 10 microseconds per character.
MOST_RULES, MOST_DECLARED = 2_000, 20_000

Colour = tuple[float, float, float]
Paint = tuple[Colour | None, float]
"""A colour, None when it is not known, and how far it covers what is behind it, 0 to 1."""

_UNKNOWN: Paint = (None, 1.0)
_NOTHING: Paint = ((0.0, 0.0, 0.0), 0.0)

_PIXELS = {"": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "em": 16.0, "rem": 16.0, "ex": 8.0, "ch": 8.0} | {
    "cm": 37.8, "mm": 3.78, "in": 96.0, "q": 0.94
}  # fmt: skip
_SIMPLE = late_pattern(r"([a-z][a-z0-9-]*)?([.#][\w-]+)?")
# What parts a style sheet into rules: comments and strings, whose braces do not count, and braces.
_PART = late_pattern(
    r"""
      /\*.*?(?:\*/|\Z)                # a comment; the last may be left open
    | "(?:[^"\\\n]|\\.)*+"?          # a string ends with its line at the latest
    | '(?:[^'\\\n]|\\.)*+'?
    | [{}]
    """,
    re.VERBOSE | re.DOTALL,
)
_COMMENT = late_pattern(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
# Python refuses to make an integer of more than 4,300 digits, and tinycss2 would ask it to.
_DIGITS = late_pattern(r"(\d{300})\d+")


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
    block: bool
    shown: bool | None
    sized: bool | None
    colour: Paint | None
    background: Paint | None


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
    """Return the declarations of rules that name one tag, class or id and do not depend on the medium.

    Parameters
    ----------
    css : str
        The text of a style sheet, in whatever state.
    linked : bool
        Whether there are other sheets, which are not at hand.
    """
    found: dict[tuple[str, str], str] = {}
    whole = not linked
    for number, (selectors, declarations) in enumerate(_rules(css.lower())):
        for selector in _COMMENT.sub("", selectors).split(","):
            simple = _SIMPLE.fullmatch(selector.strip())
            if simple and selector.strip() and number < MOST_RULES:
                key = (simple.group(1) or "", simple.group(2) or "")
                found[key] = f"{found.get(key, '')};{declarations}"
            elif "background" in declarations:
                whole = False
    return Sheet(found, whole)


def first_look(attributes: Mapping[str, str | None], sheet: Sheet) -> Look:
    """Return how text looks in a page with these attributes of its first element, before anything else is
    said."""
    plain = Look() if sheet.whole else Look(background=None)
    return look("html", attributes, plain, sheet) or plain


def _rules(css: str) -> Iterator[tuple[str, str]]:
    """Return selectors and declarations of the rules that stand in no other block.

    tinycss2 takes eighteen times as long for a sheet, of whose rules few concern the page's text.
    """
    depth = begin = inside = 0
    selectors = ""
    for part in _PART.finditer(css):
        if part.group() == "{":
            depth += 1
            if depth == 1:
                selectors, inside = css[begin : part.start()], part.end()
        elif part.group() == "}" and depth:
            depth -= 1
            if not depth:
                if "@" not in selectors:
                    yield selectors, css[inside : part.start()]
                begin = part.end()


def look(tag: str, attributes: Mapping[str, str | None], around: Look, sheet: Sheet) -> Look | None:
    """Return how text inside an element looks.

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
    declared = _declared(tag, attributes, sheet)
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


def is_block(tag: str, attributes: Mapping[str, str | None], sheet: Sheet) -> bool:
    """Whether the style of an element puts it on lines of its own.

    Examples
    --------
    >>> is_block("span", {"style": "display: block"}, Sheet()), is_block("b", {}, Sheet())
    (True, False)
    """
    declared = _declared(tag, attributes, sheet)
    return "display" in declared and _style(declared).block


def _declared(tag: str, attributes: Mapping[str, str | None], sheet: Sheet) -> str:
    """Return what the rules of a page and an element itself say of its looks."""
    declared = attributes.get("style") or ""
    if sheet.rules:
        classes = (attributes.get("class") or "").lower().split()
        keys = ["", *(f".{name}" for name in classes), f"#{(attributes.get('id') or '').lower()}"]
        ruled = [sheet.rules[key] for own in keys for key in (("", own), (tag, own)) if key in sheet.rules]
        declared = ";".join([*ruled, declared])
    return declared


@lru_cache(maxsize=4096)
def _style(declared: str) -> Style:
    """Return what some declarations say; a later one overrides an earlier."""
    import tinycss2  # takes 10 ms, and few pages carry styles

    values: dict[str, list[Any]] = {}
    important: set[str] = set()
    declared = _DIGITS.sub(r"\1", declared[:MOST_DECLARED])
    for found in tinycss2.parse_blocks_contents(declared, skip_comments=True, skip_whitespace=True):
        if found.type == "declaration" and (found.important or found.lower_name not in important):
            name = "background" if found.lower_name == "background-color" else found.lower_name
            values[name] = _without_blanks(found.value)
            if found.important:
                important.add(found.lower_name)
    visible, size, font = _word(values, "visibility"), values.get("font-size"), values.get("font", [])
    return Style(
        gone=_word(values, "display") == "none"
        or _transparent(values.get("opacity", []))
        or _outside(values)
        or _cut_off(values)
        or _struck(values),
        block=_word(values, "display") in ("block", "flex", "grid", "list-item", "table", "table-row"),
        shown=False if visible in ("hidden", "collapse") else True if visible == "visible" else None,
        # What follows the slash in "12px/0 Arial" is the height of the line.
        sized=_sized(size)
        if size
        else False
        if any(token.type in _NUMERIC and not token.value for token in takewhile(lambda t: t != "/", font))
        else None,
        colour=_paint(values["color"]) if values.get("color") else None,
        background=_paint(values["background"]) if values.get("background") else None,
    )


def _struck(values: Mapping[str, Sequence[Any]]) -> bool:
    lines = [token for name in _LINES for token in values.get(name, ())]
    return any(token.type == "ident" and token.lower_value == "line-through" for token in lines)


_LINES = ("text-decoration", "text-decoration-line")
_NUMERIC = ("number", "dimension", "percentage")


def _without_blanks(tokens: Iterable[Any]) -> list[Any]:
    return [token for token in tokens if token.type not in ("whitespace", "comment")]


def _word(values: Mapping[str, Sequence[Any]], name: str) -> str:
    """Return the value of a property that is a single word, else an empty string."""
    value = values.get(name, ())
    return str(value[0].lower_value) if len(value) == 1 and value[0].type == "ident" else ""


def _numbers(tokens: Iterable[Any]) -> list[tuple[float, str]]:
    """Return the numbers among some tokens, each with its unit."""
    return [
        (token.value, "%" if token.type == "percentage" else getattr(token, "lower_unit", ""))
        for token in tokens
        if token.type in _NUMERIC
    ]


def _functions(value: Iterable[Any]) -> Iterator[tuple[str, list[tuple[float, str]]]]:
    """Return the name and the numbers of each function of a value."""
    return ((t.lower_name, _numbers(t.arguments)) for t in value if t.type == "function")


def _transparent(value: Sequence[Any]) -> bool:
    return any(size / (100 if unit == "%" else 1) < LEAST_OPACITY for size, unit in _numbers(value[:1]))


def _sized(value: Sequence[Any]) -> bool | None:
    found = _numbers(value[:1])
    if not found:
        return None if _word({"size": value}, "size") in ("inherit", "unset", "smaller", "larger") else True
    size, unit = found[0]
    if unit in ("em", "%", "ex", "ch"):  # of the size around it
        return False if size / (100 if unit == "%" else 1) * 16 < SMALLEST_FONT else None
    return size * _PIXELS.get(unit, 16.0) >= SMALLEST_FONT


def _far(numbers: Iterable[tuple[float, str]]) -> bool:
    """Whether one of some places is far to the left or above; an unknown unit is a share of the screen."""
    return any(n * _PIXELS[unit] <= OUTSIDE if unit in _PIXELS else n <= -100 for n, unit in numbers)


def _outside(values: Mapping[str, Sequence[Any]]) -> bool:
    placed = _word(values, "position") in ("absolute", "fixed", "relative")
    moved = ("left", "top", "right", "bottom") if placed else ()
    return any(
        _far(_numbers(values.get(name, ())))
        for name in (*moved, "margin", "margin-left", "margin-top", "text-indent")
    ) or any(
        name.startswith("translate") and _far(numbers)
        for name, numbers in _functions(values.get("transform", ()))
    )


def _cut_off(values: Mapping[str, Sequence[Any]]) -> bool:
    for name, numbers in _functions(values.get("transform", ())):
        if name in ("scale", "scalex", "scaley") and any(not number for number, _ in numbers):
            return True
    for name, numbers in _functions(values.get("clip", ())):
        if name == "rect" and len(numbers) == 4 and _word(values, "position") in ("absolute", "fixed"):
            (top, _), (right, _), (bottom, _), (left, _) = numbers
            if bottom - top <= 1 or right - left <= 1:
                return True
    for name, numbers in _functions(values.get("clip-path", ())):
        if name == "inset" and numbers and numbers[0][1] == "%" and numbers[0][0] >= 50:
            return True
    overflow = [t for name in ("overflow", "overflow-x", "overflow-y") for t in values.get(name, ())]
    if not any(token.type == "ident" and token.lower_value in ("hidden", "clip") for token in overflow):
        return False
    lengths = [values.get(name, ())[:1] for name in ("height", "max-height", "width", "max-width")]
    return any(
        size <= 1 and (unit in ("", "px", "pt") or not size)
        for length in lengths
        for size, unit in _numbers(length)
    )


def _paint(value: Sequence[Any]) -> Paint:
    """Return the colour that a value names; a picture, a gradient or a variable makes it unknown."""
    from tinycss2.color4 import parse_color

    paint = _UNKNOWN
    for token in value:
        # Other colour functions (lab, oklch) cannot be turned into red, green and blue by tinycss2.
        is_colour = token.type != "function" or token.lower_name in ("rgb", "rgba", "hsl", "hsla", "hwb")
        found = parse_color(token) if is_colour else None
        if token.type == "url" or (token.type == "function" and not found):
            return _UNKNOWN
        if found and found != "currentcolor" and paint is _UNKNOWN:
            red, green, blue = (255 * min(1.0, max(0.0, part)) for part in found.to("srgb").coordinates)
            paint = ((red, green, blue), found.alpha)
    return _NOTHING if [t.type == "ident" and t.lower_value for t in value] == ["none"] else paint


def _painted(paint: Paint, behind: Colour | None) -> Colour | None:
    """Return the colour that is seen when one covers what is behind it; None when that is not known."""
    own, alpha = paint
    if own is None or alpha >= 1:
        return own
    if behind is None:
        return None
    red, green, blue = (alpha * part + (1 - alpha) * back for part, back in zip(own, behind, strict=True))
    return red, green, blue


@lru_cache(maxsize=1024)
def _contrast(one: Colour, other: Colour) -> float:
    """Return the contrast ratio of WCAG 2, 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Colour) -> float:
    """Return the relative luminance of WCAG 2, 0 to 1."""
    parts = [
        part / 255 / 12.92 if part / 255 <= 0.04045 else ((part / 255 + 0.055) / 1.055) ** 2.4
        for part in colour
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
