"""Hold a corpus to the rules of its data statement (``corpus/README.md``).

A wrong row costs more to find after a training than before it, so training refuses a corpus that breaks a
rule.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from ..errors import CorpusError, quoted
from ..text.language import is_english
from ..text.tokens import tokens
from .corpus import NEUTRAL, ORIGINS, OWN_ORIGINS, Corpus, Statement

LONGEST = 60
"""Words in a statement at most; fewer than 1 in 100 lines marked in real postings is longer."""

COPIED_NGRAM = 8
"""Words in a row that may not appear in another text."""


class Problem(NamedTuple):
    """A row that breaks a rule."""

    path: Path
    row: int
    id: str
    reason: str

    def __str__(self) -> str:
        return f"{self.path}:{self.row}: {quoted(self.id) or '(no id)'}: {self.reason}"


def words(text: str) -> list[str]:
    """Return the words of a text as the rule about copies counts them."""
    return re.findall(r"[a-z0-9']+", text.lower().replace("’", "'"))


def check(corpus: Corpus, against: Sequence[str | Path] = ()) -> list[Problem]:
    """List the rows that break a rule of the data statement.

    Parameters
    ----------
    corpus : Corpus
    against : sequence of str or Path
        Texts (``.txt``, ``.md``, ``.csv``, ``.jsonl`` …) from which no `COPIED_NGRAM` words in a row may be
        copied.

    Returns
    -------
    list of Problem
        In the order of the file; empty when no row breaks a rule.

    Raises
    ------
    CorpusError
        When a file of ``against`` cannot be read.
    """
    copied = _ngrams_of(against)
    ids: dict[str, int] = {}
    texts: dict[str, int] = {}
    problems: list[Problem] = []
    for s in corpus.statements:
        reasons = [*_role_reasons(s, corpus), *_text_reasons(s, copied)]
        folded = " ".join(tokens(s.text))
        if s.id and s.id in ids:
            reasons.append(f"column 'id': id already in row {ids[s.id]}; give every row its own")
        if folded and folded in texts:
            reasons.append(f"column 'text': says the same as row {texts[folded]}; drop one of them")
        ids.setdefault(s.id, s.row)
        texts.setdefault(folded, s.row)
        problems += [Problem(s.path, s.row, s.id, reason) for reason in reasons]
    return problems


def warnings(corpus: Corpus) -> list[str]:
    """List what breaks no rule and yet makes a model that disappoints.

    Returns
    -------
    list of str
        One line each: a role of one theme, statements that are not in English, themes of a user's rows that
        the corpus does not know.
    """
    found = []
    for role in corpus.roles:
        themes = {s.theme for s in corpus.statements if s.role == role}
        if len(themes) == 1:
            found.append(
                f"{corpus.path}: every statement of {quoted(role)} has the theme {quoted(*themes)!r}; a line"
                " then has hardly another like it, and 'mixed' is rare; tell several themes apart"
            )
    if not corpus.language_words and not is_english([w for s in corpus.statements for w in tokens(s.text)]):
        found.append(
            f"{corpus.path}: the statements are not in English; lines in other languages are not read, so the"
            " model will find every posting unclear; put the function words of the language into"
            " language.toml beside articles.toml"
        )
    unknown = Counter(
        theme
        for s in corpus.statements
        if s.origin in OWN_ORIGINS and s.role in (*corpus.roles, "both", "shared")
        for theme in s.themes
        if corpus.themes and theme not in corpus.themes
    )
    if unknown:
        listed = ", ".join(f"{quoted(theme)} ({count})" for theme, count in unknown.most_common(5))
        more = f" and {len(unknown) - 5} more" if len(unknown) > 5 else ""
        found.append(
            f"own rows have themes that the corpus does not know: {listed}{more}; if one is a slip,"
            f" correct it: themes are {', '.join(corpus.themes)}"
        )
    return found


def checked(corpus: Corpus) -> Corpus:
    """Return the corpus itself when no row of it breaks a rule.

    Raises
    ------
    CorpusError
        Naming the first five rows that do.
    """
    problems = check(corpus)
    if problems:
        rest = len(problems) - 5
        more = f"\n… and {rest} more; 'rolefit corpus check' lists all" if rest > 0 else ""
        raise CorpusError("\n".join(str(p) for p in problems[:5]) + more)
    return corpus


def _role_reasons(s: Statement, corpus: Corpus) -> Iterator[str]:
    roles = (*corpus.roles, *NEUTRAL)
    if not s.id:
        yield "column 'id' is empty"
    if s.role not in roles:
        yield f"column 'role': unknown role {quoted(s.role)!r}; roles are {', '.join(roles)}"
        return
    if not s.theme:
        yield "column 'theme' is empty"
        return
    if s.origin and s.origin not in ORIGINS:
        yield f"column 'origin': unknown origin {quoted(s.origin)!r}; origins are {', '.join(ORIGINS)}"
    if not corpus.themes:
        return
    unknown = " ".join(article for article in s.articles if article not in corpus.articles)
    if unknown:
        listed = ", ".join(corpus.articles)
        yield f"column 'articles': unknown article {quoted(unknown)!r}; articles are {listed}"
    if s.role in ("other", "none"):
        if s.articles:
            yield f"a row of role {s.role} restates no article; empty the column 'articles'"
        if any(t in corpus.themes for t in s.themes):
            yield (
                f"column 'theme': {quoted(s.theme)!r} belongs to another role than {s.role}; name what the"
                " line is instead"
            )
        return
    known = [corpus.themes[t] for t in s.themes if t in corpus.themes]
    for name in s.themes:
        if name not in corpus.themes and s.origin not in OWN_ORIGINS:
            yield f"column 'theme': unknown theme {quoted(name)!r}; themes are {', '.join(corpus.themes)}"
    if len(known) < len(s.themes):
        return
    if s.role == "both":
        if {t.role for t in known} != set(corpus.roles):
            yield (
                f"column 'theme': role both needs a theme of {corpus.roles[0]} and one of {corpus.roles[1]},"
                f" joined by '+'; it has {quoted(s.theme)!r}"
            )
    elif len(known) != 1:
        yield f"column 'theme': role {s.role} takes one theme; it has {quoted(s.theme)!r}"
    elif known[0].role != s.role:
        yield (
            f"column 'theme': {quoted(s.theme)!r} belongs to role {known[0].role}, not {s.role}; correct"
            " one of the two"
        )
    if s.role != "shared":
        if not s.articles and s.origin not in OWN_ORIGINS:
            yield "column 'articles' is empty; name the article that says it, or set the origin to 'own'"
        allowed = {a for t in known for a in t.articles}
        for article in s.articles:
            if article in corpus.articles and article not in allowed:
                yield (
                    f"column 'articles': {article} does not state theme {quoted(s.theme)!r};"
                    f" {', '.join(sorted(allowed))} do"
                )


def _text_reasons(s: Statement, copied: dict[tuple[str, ...], str]) -> Iterator[str]:
    counted = words(s.text)
    if not tokens(s.text):
        yield "column 'text' is empty"
    if len(counted) > LONGEST and s.origin != "correction":
        yield f"column 'text': {len(counted)} words; at most {LONGEST}, split it into the duties it holds"
    for i in range(len(counted) - COPIED_NGRAM + 1):
        ngram = tuple(counted[i : i + COPIED_NGRAM])
        if ngram in copied:
            yield (
                f"column 'text': shares {COPIED_NGRAM} words with {copied[ngram]}:"
                f" {quoted(' '.join(ngram))!r}; say it in other words"
            )
            break


def _ngrams_of(files: Iterable[str | Path]) -> dict[tuple[str, ...], str]:
    ngrams: dict[tuple[str, ...], str] = {}
    for file in files:
        try:
            text = Path(file).read_text(encoding="utf-8", errors="replace")
        except OSError as error:
            raise CorpusError(
                f"{file}: cannot be read ({error.strerror}); --against takes text files"
            ) from error
        # In JSON a line break is two characters; it separates words like the real one.
        counted = words(text.replace("\\n", "\n").replace("\\u2019", "'"))
        for i in range(len(counted) - COPIED_NGRAM + 1):
            ngrams.setdefault(tuple(counted[i : i + COPIED_NGRAM]), str(file))
    return ngrams
