"""Weigh workbooks and documents before a library opens them: they are archives of XML.

What counts is what a library will hold. A text that many cells share lies in the file once, and in memory as
often as there are cells; a row of OpenDocument can be repeated a million times.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections import Counter
from pathlib import Path
from typing import Any
from xml.parsers import expat

from ..errors import TableError, TooLargeError, quoted
from . import limits

_BLOCK = 1 << 20
_XML = (".xml", ".rels")
_PLACE = re.compile("([A-Za-z]{0,3})([0-9]{0,7})", re.ASCII)
_CELLS_ADVICE = "save it as CSV"


def check_document(path: Path) -> None:
    """Unpack a Word document once, keeping nothing, and refuse what no honest one contains.

    Raises
    ------
    TableError
        When it is damaged, unpacks to too much, or has too many tags.
    """
    tags = 0
    for member, block in _blocks(path):
        if member.filename.endswith(_XML):
            tags += block.count(b"<")
            if tags > limits.MOST_TAGS:
                raise TooLargeError(
                    f"{path}: holds more than {limits.MOST_TAGS:,} tags, as no posting does; split it, or"
                    " save its text"
                )


def check_workbook(path: Path, allowed: int) -> None:
    """Weigh the cells of a workbook.

    Parameters
    ----------
    path : Path
    allowed : int
        What it may weigh.

    Raises
    ------
    TableError
        When it is damaged, unpacks to too much, its cells hold too much, or span too wide a rectangle.
    """
    strings: list[int] = []
    uses: Counter[int] = Counter()
    own = 0
    reading: tuple[str, _Part] | None = None
    try:
        for member, block in _blocks(path):
            if reading is None or reading[0] != member.filename:
                own, reading = own + _weighed(reading, path, strings, uses), None
                if member.filename.lower().endswith(".xml"):
                    reading = member.filename, _Part()
            if reading is not None:
                reading[1].parser.Parse(block)
                _check_area(path, *reading)
                if own + reading[1].characters > allowed:
                    raise limits.too_much(path, allowed, _CELLS_ADVICE)
        own += _weighed(reading, path, strings, uses)
    except expat.ExpatError as error:
        name = reading[0] if reading else "a part"
        raise TableError(
            f"{path}: a workbook that cannot be read ({name}: {quoted(str(error))}); save it again as .xlsx"
        ) from error
    shared = sum(count * strings[at] for at, count in uses.items() if at < len(strings))
    if own + shared > allowed:
        raise limits.too_much(path, allowed, _CELLS_ADVICE)


def is_binary(path: Path) -> bool:
    """Whether a workbook has parts that are no XML, which `check_workbook` cannot weigh."""
    if not zipfile.is_zipfile(path):
        return True
    with zipfile.ZipFile(path) as archive:
        return any(name.lower().endswith(".bin") for name in archive.namelist())


def _weighed(reading: tuple[str, _Part] | None, path: Path, strings: list[int], uses: Counter[int]) -> int:
    """End the reading of a part, and return what its cells weigh of their own."""
    if reading is None:
        return 0
    name, part = reading
    part.parser.Parse(b"", True)
    _check_area(path, name, part)
    uses.update(part.uses)
    # The longest, should a workbook have several lists: which of them is read is up to the library.
    strings += [0] * (len(part.strings) - len(strings))
    for at, length in enumerate(part.strings):
        strings[at] = max(strings[at], length)
    return part.characters


def _check_area(path: Path, name: str, part: _Part) -> None:
    if part.area() > limits.LARGEST_AREA:
        raise TooLargeError(
            f"{path}: {name} has cells as far out as row {part.bottom:,} and column {part.right:,};"
            " delete what is there, or save the sheet as CSV"
        )


class _Part:
    """A part of a workbook as it is parsed: a sheet of either format, a list of shared strings, or neither.

    Attributes
    ----------
    characters : int
        What its cells hold of their own.
    uses : Counter of int
        How often its cells name each of the shared strings.
    strings : list of int
        Lengths of the shared strings that it lists.
    """

    def __init__(self) -> None:
        self.characters = 0
        self.uses: Counter[int] = Counter()
        self.strings: list[int] = []
        self.top, self.left, self.bottom, self.right = 1 << 40, 1 << 40, 0, 0
        self._row = self._column = 0
        self._times = self._wide = 1
        self._shares = self._filled = False
        self._seen = 0
        self._name = ""
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = None

    def area(self) -> int:
        return max(0, self.bottom - self.top + 1) * max(0, self.right - self.left + 1)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "c":
            column, row = _place(attributes.get("r", ""))
            self._column, self._row = column or self._column + 1, row or self._row
            self._shares, self._seen, self._filled = attributes.get("t") == "s", 0, False
            self.parser.CharacterDataHandler = None if self._shares else self._text
        elif tag in ("v", "is"):
            self._filled = True
            if self._shares:
                self._name = ""
                self.parser.CharacterDataHandler = self._shared
        elif tag == "row":
            self._row, self._column = _number(attributes.get("r")) or self._row + 1, 0
        elif tag == "si":
            self._seen = 0
            self.parser.CharacterDataHandler = self._text
        elif tag == "table-row":
            self._row, self._column = self._row + self._times, 0
            self._times = _repeated(attributes, "rows")
        elif tag in ("table-cell", "covered-table-cell"):
            self._column += self._wide
            self._wide = _repeated(attributes, "columns")
            # A number stands in an attribute, and its text need not be there.
            self._seen = sum(len(value) for name, value in attributes.items() if name.endswith("value"))
            self.parser.CharacterDataHandler = self._text
        elif tag == "table":
            self._row, self._column, self._times, self._wide = 0, 0, 1, 1

    def _text(self, text: str) -> None:
        self._seen += len(text) if not text.isspace() else 0

    def _shared(self, text: str) -> None:
        self._name += text

    def _end(self, tag: str) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "v" and self._shares:
            self.parser.CharacterDataHandler = None
            self.uses[_number(self._name) or 0] += 1
        elif tag == "c":
            self.parser.CharacterDataHandler, self._shares = None, False
            self.characters += 1 + self._seen
            if self._filled:
                self._fill(1, 1)
        elif tag == "si":
            self.parser.CharacterDataHandler = None
            self.strings.append(self._seen)
        elif tag in ("table-cell", "covered-table-cell"):
            self.parser.CharacterDataHandler = None
            if self._seen:
                self.characters += (1 + self._seen) * self._times * self._wide
                self._fill(self._times, self._wide)

    def _fill(self, rows: int, columns: int) -> None:
        self.top, self.bottom = min(self.top, self._row), max(self.bottom, self._row + rows - 1)
        self.left = min(self.left, self._column)
        self.right = max(self.right, self._column + columns - 1)


def _place(name: str) -> tuple[int, int]:
    """Return column and row of a place such as ``AB12``; 0 for what it does not say."""
    found = _PLACE.match(name)
    column = 0
    for letter in found[1].upper() if found else "":
        column = 26 * column + ord(letter) - 64
    return column, int(found[2] or 0) if found else 0


def _number(text: str | None) -> int | None:
    try:
        return int(text[:20]) if text else None
    except ValueError:
        return None


def _repeated(attributes: dict[str, str], what: str) -> int:
    """Return how often a row or a cell of OpenDocument is repeated."""
    found = (value for name, value in attributes.items() if name.endswith(f"number-{what}-repeated"))
    return max(1, _number(next(found, "1")) or 1)


def _blocks(path: Path) -> Any:
    """Yield each member of an archive with each of its blocks, unpacked.

    Raises
    ------
    TableError
        When it is damaged, packed in an unusual way, or unpacks to too much.
    """
    left = most = limits.unpacked_size(path)
    try:
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                # The other methods have no bound on what a block becomes when it is unpacked, and no office
                # program uses them.
                if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                    raise TableError(
                        f"{path}: is packed in a way that no workbook or document is; save it again"
                    )
                with archive.open(member) as file:
                    while block := file.read(_BLOCK):
                        left -= len(block)
                        if left < 0:
                            packed = max(1, path.stat().st_size // 1000)
                            raise TooLargeError(
                                f"{path}: unpacks to more than {most // 1_000_000:,} MB from {packed:,} kB,"
                                " as no honest export does; save it as CSV if it is one"
                            )
                        yield member, block
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
        ValueError,
        OSError,
    ) as error:
        if isinstance(error, TableError) or getattr(error, "filename", None):
            raise
        raise TableError(f"{path}: a damaged or encrypted archive ({error}); save it again") from error
