"""Choose the columns that hold the text, the title and the id of a posting.

They are found by their usual names, so that an export can be scored as it is. The first rows settle what the
names leave open: an empty column is not chosen, while a column of long texts under an unknown name is.

>>> guess_columns(("Req ID", "Job Title", "Job Description", "Duties")).explained()
'text from “Job Description” and “Duties”, title from “Job Title”, id from “Req ID”'
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import NamedTuple, cast

from ..errors import ColumnError, TableError, quoted
from .cells import bare, is_cut, is_product_title, whole
from .column_names import (
    ID_NAMES,
    PART_NAMES,
    TEXT_NAMES,
    TITLE_NAMES,
    WEAK_TEXT_NAMES,
    base,
    candidates,
    form,
    is_blank,
    is_numbered,
    is_part_name,
    is_section,
    is_text_name,
    is_title_name,
    normalized,
    stem,
)
from .row import Row, sample_text

COLUMNS_LISTED = 30
"""Columns that an error message lists."""

SAMPLE_ROWS = 50
"""First rows of a table that are looked at to choose its columns."""

SAMPLE_CHARACTERS = 5_000_000
"""Characters of those rows, after which no further row is looked at."""

PROSE = 300
"""Median length, in characters, from which a column can only be the text of a posting."""

FULLER = 3
"""How many times as long as another column a text must be for the other to be taken for its teaser."""

TEASER = 80
"""Median length, in characters, below which a column is too short to be the text of a posting."""

MOST_WORDS_OF_TAG = 4
"""Words of an item in a list of skills; longer items are duties."""

_SIDE = re.compile(
    r"compan|employer|benefit|perk|weoffer|wirbieten|culture|salary|location|address|privacy|legal|notes?$"
    r"|comment|feedback|recruiter|url|link(?!edin)|html?source|resume|cover|candidate|rolefit|aboutus"
    r"|ueberuns"
)
"""In the names of columns whose long texts are not the posting."""

_DUTIES = re.compile(
    r"respons|dut|task|whatyou|youwill|bullet|accountab|functions|aufgaben|tatigkeit|taken|werkzaamheden"
    r"|mission"
    r"|funcion|mansioni|atividades|obowiazki|arbe[ijt]"
)
SAMPLES_SHOWN = 3
"""Cells of each column that are shown to a person who is asked for the right one."""

Sample = Mapping[str, Sequence[str]]
"""For each column the texts of its cells in the first rows."""


class Columns(NamedTuple):
    """The columns of a table that hold what is known of a posting.

    As a request, None means that the column is to be found, and an empty name that there is none; as an
    answer, None means that there is none.
    """

    text: str | None = None
    title: str | None = None
    id: str | None = None
    others: tuple[str, ...] = ()
    """Columns that hold the text where ``text`` does not: its other forms, a summary, a second column of its
    name.
    """
    parts: tuple[str, ...] = ()
    """Columns that hold parts of the posting beside its text, in their order."""
    guessed: tuple[str, ...] = ()
    """Those that were chosen by their cells, since no column has a usual name."""
    other_titles: tuple[str, ...] = ()
    """Columns that hold the title where ``title`` does not, such as that of another sheet."""
    sheets: tuple[str, ...] = ()
    """Sheets that are read of a workbook with several."""

    def explained(self) -> str:
        """Say in words which columns were chosen.

        Examples
        --------
        >>> Columns("description", "name", parts=("duties",)).explained()
        'text from “description” and “duties”, title from “name”, id from no column'
        """
        said = " and ".join(map(self._named, (self.text or "", *self.parts))) if self.text else "no column"
        if self.others:
            said += f" (where that is empty, from {' or '.join(map(self._named, self.others))})"
        title, id = (self._named(name) if name else "no column" for name in (self.title, self.id))
        of = " and ".join(f"“{quoted(name)}”" for name in self.sheets)
        return f"text from {said}, title from {title}, id from {id}" + (f", sheet {of}" if of else "")

    def _named(self, name: str) -> str:
        return f"“{quoted(name)}”" + (" (by its cells)" if name in self.guessed else "")


TO_BE_FOUND = Columns()
"""No column is named by the caller."""


def asked_for(
    text_column: str | Sequence[str] | None = None,
    title_column: str | None = None,
    id_column: str | None = None,
) -> Columns:
    """Return a request for columns; the cells of several text columns are joined in their order."""
    many = not isinstance(text_column, str) and isinstance(text_column, Iterable)
    texts = tuple(cast(Iterable[str], text_column)) if many else (cast(str | None, text_column),)
    for name in (*texts, title_column, id_column):
        if not isinstance(name, str | None):
            raise TableError(f"a column is named by its heading, a string, not {quoted(repr(name))}")
    return Columns(texts[0] if texts else None, title_column, id_column, parts=texts[1:])


def asked_names(asked: Columns) -> tuple[str, ...]:
    """Return the text columns of a request."""
    return (asked.text, *asked.parts) if asked.text is not None else ()


def sampled(rows: Iterable[Row]) -> dict[str, list[str]]:
    """Return the texts of the cells in the first rows, by column."""
    texts: list[dict[str, str]] = []
    size = 0
    for row in rows:
        if row.error is None and row.text is None:
            texts.append({name: sample_text(value) for name, value in row.values.items()})
            size += sum(map(len, texts[-1].values()))
        if len(texts) == SAMPLE_ROWS or size > SAMPLE_CHARACTERS:
            break
    names = dict.fromkeys(name for cells in texts for name in cells)
    return {name: [cells.get(name, "") for cells in texts] for name in names}


def shown(sample: Sample) -> dict[str, tuple[str, ...]]:
    """Return the beginnings of a few filled cells of each column, for a question which column it is."""
    return {
        name: tuple(quoted(text) for text in cells if not is_blank(text))[:SAMPLES_SHOWN]
        for name, cells in sample.items()
    }


def guess_columns(
    columns: Sequence[str], asked: Columns = TO_BE_FOUND, where: str = "", sample: Sample | None = None
) -> Columns:
    """Find the columns that hold the text, the title and the id of a posting.

    Parameters
    ----------
    columns : sequence of str
        All columns of the table.
    asked : Columns
        Those that the caller knows by name, in any letter case: ``text`` and, to be joined behind it,
        ``parts``.
    where : str
        File, for messages.
    sample : mapping of str to sequence of str, optional
        Texts of the first cells of each column; without them the names alone decide.

    Returns
    -------
    Columns
        ``text`` is not None.

    Raises
    ------
    ColumnError
        When no column or several fit; one line says which columns there are and which option to give.
    """
    choice = _Choice(columns, sample or {}, f"{where}: " if where else "")
    if asked.text is not None:
        text, parts = choice.asked("text", asked.text), asked.parts
        parts = tuple(choice.asked("text", name) for name in parts)
        others: tuple[str, ...] = ()
    else:
        text, others, parts = choice.text()
    return Columns(
        text,
        choice.title(asked.title, {text, *others, *parts}),
        choice.id(asked.id),
        others,
        parts,
        tuple(choice.guessed),
        tuple(choice.other_titles),
    )


class _Choice:
    """The columns of one table, and what their first cells tell of them."""

    def __init__(self, columns: Sequence[str], sample: Sample, head: str) -> None:
        from statistics import median  # brings a dozen modules, and a single posting has no columns

        self.columns = columns
        self.guessed: list[str] = []
        self.other_titles: list[str] = []
        self._head = head
        self._sample = sample
        self._filled = {
            name: [text for text in cells if not is_blank(text) and any(map(str.isalpha, text))]
            for name, cells in sample.items()
        }
        self._length = {name: median(map(len, cells)) for name, cells in self._filled.items() if cells}

    def asked(self, what: str, name: str) -> str:
        """Return the column that was asked for."""
        if name in self.columns:
            return name
        alike = [column for column in self.columns if column.strip().casefold() == name.strip().casefold()]
        if len(alike) == 1:
            return alike[0]
        raise TableError(
            f"{self._head}there is no column {quoted(name)!r} for --{what}-column; the columns are"
            f" {_listed(self.columns)}"
        )

    # -- the text --------------------------------------------------------------------------------------------

    def text(self) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
        """Return the column of the text, those that stand in for it, and those of its parts."""
        parts = self._parts()
        named = self._best("text", TEXT_NAMES)
        text = named
        if named is None or self._is_weak(named):
            than = self._length.get(named, 0) if named and not self._is_cut(named) else 0
            text = self._prose(than, parts, named) or named
        if text is None:
            if not parts:
                raise self._error(
                    "text",
                    f"no column is named like the text of a posting; name it with {_option('text')}."
                    f" The columns are {_listed(self.columns)}",
                )
            text, parts = parts[0], parts[1:]
        others = self._others(text)
        more = tuple(column for column in others if self._goes_on(text, column))
        return text, tuple(column for column in others if column not in more), (*more, *parts)

    def _goes_on(self, text: str, column: str) -> bool:
        """Whether a column is called like that of the text, with a number, and never holds the same."""
        if not is_numbered(column) or base(column) != base(text) or column not in self._filled:
            return False
        pairs = list(zip(self._sample[text], self._sample[column], strict=True))
        both = [(bare(a), bare(b)) for a, b in pairs if not is_blank(a) and not is_blank(b) and not is_cut(a)]
        return bool(both) and not any(a in b or b in a for a, b in both)

    def _parts(self) -> tuple[str, ...]:
        """Return the columns of parts: of several forms of one the richest, and no lists of keywords."""
        forms: dict[str, list[str]] = {}
        for column in filter(is_part_name, self.columns):
            if is_section(column) and not self._is_blank(column):
                forms[column] = [column]
            elif not self._is_blank(column) and not self._holds_tags(column):
                plain = normalized(column)
                bare = plain.rstrip("0123456789")
                forms.setdefault(f"{stem(bare, PART_NAMES)} {plain.removeprefix(bare)}", []).append(column)
        richest = [min(group, key=lambda c: form(normalized(c), PART_NAMES)) for group in forms.values()]
        return tuple(column for column in self.columns if column in richest)

    def _holds_tags(self, column: str) -> bool:
        """Whether the cells of a column are lists of keywords, such as ``SQL, Jira, Agile``."""
        items = [
            item.strip("•-* ")
            for cell in self._filled.get(column, ())
            for item in re.split(r"[,;|\n]", cell)
            if item.strip("•-* ")
        ]
        short = sum(len(item.split()) <= MOST_WORDS_OF_TAG for item in items)
        return bool(items) and short >= 0.9 * len(items)

    def _is_weak(self, column: str) -> bool:
        """Whether a column may hold a few words about the posting rather than its text."""
        is_short = 0 < self._length.get(column, 0) < TEASER
        return is_short or self._is_cut(column) or stem(base(column), WEAK_TEXT_NAMES) is not None

    def _is_cut(self, column: str) -> bool:
        """Whether most cells of a column are the beginnings of longer texts."""
        cells = self._filled.get(column, [])
        return 2 * sum(map(is_cut, cells)) > len(cells)

    def _prose(self, than: float, parts: Sequence[str], named: str | None) -> str | None:
        """Return the one column without a usual name whose cells are long texts; it is a guess."""
        if any(_DUTIES.search(normalized(part)) for part in parts):
            return None
        long = {
            name: length
            for name, length in self._length.items()
            if length >= max(PROSE, FULLER * than) and name in self.columns and self._is_unknown(name)
        }
        if not long:
            return None
        first, *rest = sorted(long, key=lambda name: -long[name])
        if rest and long[first] < FULLER * long[rest[0]]:
            if named:
                return None
            raise self._several("text", [first, *rest])
        self.guessed.append(first)
        return first

    def _is_unknown(self, name: str) -> bool:
        usual = is_text_name(name) or is_part_name(name) or is_title_name(name)
        return not usual and not _SIDE.search(normalized(name))

    def _others(self, text: str) -> tuple[str, ...]:
        """Return the columns that hold the text where ``text`` is empty: its other forms first, and last
        those with a long text and no usual name."""
        own = next((s for names in TEXT_NAMES if (s := stem(base(text), names))), None)
        ranked = []
        for column in self.columns:
            if column == text or self._is_blank(column):
                continue
            for tier, names in enumerate(TEXT_NAMES, 1):
                found = stem(base(column), names)
                if found is not None and found != "about":
                    ranked.append((0 if found == own else tier, form(base(column), names), column))
        ranked += [
            (len(TEXT_NAMES) + 1, 0, column)
            for column, cells in self._filled.items()
            if column != text and self._is_unknown(column) and max(map(len, cells), default=0) >= PROSE
        ]
        return tuple(column for *_, column in sorted(ranked, key=lambda entry: entry[:2]))

    # -- title and id ----------------------------------------------------------------------------------------

    def title(self, asked: str | None, taken: set[str]) -> str | None:
        """Return the column of the title, if there is one."""
        if asked is not None:
            return self.asked("title", asked) if asked else None
        named = self._best("title", TITLE_NAMES)
        like = [
            name
            for name in self._filled
            if name not in taken and self._is_unknown(name) and self._is_titles(name)
        ]
        if named is not None:  # on another sheet the title may have another name
            usual = (c for c in self.columns if is_title_name(c) and stem(base(c), TITLE_NAMES[-1]) is None)
            self.other_titles += filter(partial(self._is_instead_of, named), dict.fromkeys((*usual, *like)))
            return named
        self.guessed += like if len(like) == 1 else []
        return like[0] if len(like) == 1 else None

    def _is_instead_of(self, named: str, column: str) -> bool:
        """Whether a column is filled in none of the rows in which another one is."""
        if column == named or column in self.other_titles:
            return False
        pairs = zip(self._sample.get(named, ()), self._sample.get(column, ()), strict=False)
        return not any(not is_blank(a) and not is_blank(b) for a, b in pairs)

    def id(self, asked: str | None) -> str | None:
        """Return the column of the id, if there is one."""
        if asked is not None:
            return self.asked("id", asked) if asked else None
        return next(iter(candidates([c for c in self.columns if not is_numbered(c)], ID_NAMES)), None)

    # -- names and cells together ----------------------------------------------------------------------------

    def _is_blank(self, column: str) -> bool:
        return column in self._sample and not self._filled[column]

    def _best(self, what: str, tiers: Sequence[frozenset[str]]) -> str | None:
        """Return the column whose name fits best among those that hold something; None when none fits."""
        named = [column for column in self.columns if not is_numbered(column)]
        if not candidates(named, tiers):  # "description_x" and "description_y"
            named = list({base(column): column for column in reversed(self.columns)}.values())[::-1]
        held = [column for column in named if not self._is_blank(column)]
        found = candidates(held, tiers) or candidates(named, tiers)[:1]
        if len(found) < 2:
            return found[0] if found else None
        settled = self._settled(found, what)
        if settled is None:
            raise self._several(what, found)
        return settled

    def _settled(self, found: Sequence[str], what: str) -> str | None:
        """Return which of several columns it is, when their cells leave no doubt."""
        first = found[0]
        if not all(column in self._length for column in found):
            return None
        rows = [
            [letters for column in found if (letters := whole(self._sample[column][at]))]
            for at in range(len(self._sample[first]))
        ]
        if all(len(set(row)) <= 1 for row in rows):
            self.other_titles += found[1:] if what == "title" else []
            return first  # they say the same, or one holds what the others do not
        if what == "title":
            likely = list(filter(self._is_titles, found))
            return likely[0] if len(likely) == 1 else None
        longest = max(found, key=lambda column: self._length[column])
        rest = max(self._length[column] for column in found if column != longest)
        if all(text[:PROSE] in max(row, key=len) for row in rows for text in row):
            return longest  # the others are its beginning, or the same in another form
        if self._length[longest] >= max(PROSE, FULLER * rest):
            return longest
        alone = all(sum(len(text) > TEASER for text in row) == 1 for row in rows if row)
        return first if alone else None  # beside a text the other says "see link"

    def _is_titles(self, column: str) -> bool:
        """Whether half of the cells of a column are titles of product people."""
        cells = self._filled[column]
        return bool(cells) and 2 * sum(map(is_product_title, cells)) >= len(cells)

    def _several(self, what: str, found: Sequence[str]) -> ColumnError:
        more = ", or all of them one by one" if what == "text" else ""
        return self._error(
            what,
            f"several columns may hold the {what} ({_listed(found)}); name the right one with"
            f" {_option(what)}{more}",
        )

    def _error(self, what: str, message: str) -> ColumnError:
        return ColumnError(self._head + message, what, self.columns, shown(self._sample))


def _option(what: str) -> str:
    return f"--{what}-column (in Python {what}_column)"


def _listed(columns: Sequence[str]) -> str:
    shown = ", ".join(f"“{quoted(column)}”" for column in columns[:COLUMNS_LISTED])
    return shown + (f" and {len(columns) - COLUMNS_LISTED} more" if len(columns) > COLUMNS_LISTED else "")
