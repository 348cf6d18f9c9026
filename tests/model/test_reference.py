"""The fast way of reading gives what the slow way gives, bit for bit.

The slow way is written here once more, as plainly as it can be: one line at a time, one word at a time, sums
in plain Python.
"""

from __future__ import annotations

import dataclasses
import importlib.util
import itertools
import json
import math
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from helpers.paths import PROJECT
from hypothesis import given
from hypothesis import strategies as st

from rolefit import Model, Verdict
from rolefit.model.similarity import COMMON, StatementIndex, statement_terms_of
from rolefit.model.weights import Weights
from rolefit.text.characters import Characters, bits_of
from rolefit.text.line_repair import repaired
from rolefit.text.professions import Naming, may_name, named
from rolefit.text.segments import split, split_many
from rolefit.text.tokens import char_ngrams, tokens
from rolefit.text.vocabulary import Vocabulary

PIECES = st.sampled_from(
    "Own the product backlog.|As a Product Owner you|PM|PMs|PM's|POS|_PM_|PMO|é|naïve|it’s|"
    "'quoted'|rock'n'roll|C++|#1|so\xadft|zero\u200bwidth|"
    "jane@example.org|https://example.org/PM|www.example.org|flexible workingBenefits include|"
    "done.Our team|chef de produit|product\u2011manager|"
    "As our new data analyst you will|the position of engineer|• |- |* |1. |\n|\n| |\t|a_b|プロダクト|"
    "\U0001d5e2wn|🚀|ﬁne|İ|ß|ͅ|\x00|\ud800|0|42|1.5|Benefits|"
    "internationalization-and-localization|averyveryverylongwordindeed".split("|")
)
TEXTS = st.lists(
    st.lists(PIECES, max_size=25).map("".join) | st.text(st.characters(), max_size=120),
    min_size=1,
    max_size=5,
)


def generated(count: int) -> list[str]:
    spec = importlib.util.spec_from_file_location("generated", PROJECT / "benchmarks" / "generated.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return [posting.text for posting in itertools.islice(module.postings(), count)]


def slow_scores(weights: Weights, text: str) -> list[float]:
    """Scores of one line, term by term, in the order of its words."""
    words = tokens(text)
    sums = [[0.0] * (len(weights.classes) + 1) for _ in range(2)]
    letters = {}
    for word in words:
        number = weights.term_number.get(word)
        if number is not None:
            sums[0] = [
                total + weighed
                for total, weighed in zip(sums[0], weights.weighed[:, number].tolist(), strict=True)
            ]
        if word not in letters:
            found = [0.0] * len(sums[1])
            for term in char_ngrams(word, *weights.char_ngram_range):
                number = weights.char_ngram_number.get(term)
                if number is not None:
                    found = [
                        total + weighed
                        for total, weighed in zip(found, weights.weighed[:, number].tolist(), strict=True)
                    ]
            letters[word] = found
        sums[1] = [total + weighed for total, weighed in zip(sums[1], letters[word], strict=True)]
    for length in range(2, weights.ngram_max + 1):
        runs = [0.0] * len(sums[0])
        for at in range(len(words) - length + 1):
            number = weights.term_number.get(" ".join(words[at : at + length]))
            if number is not None:
                runs = [
                    total + weighed
                    for total, weighed in zip(runs, weights.weighed[:, number].tolist(), strict=True)
                ]
        sums[0] = [total + run for total, run in zip(sums[0], runs, strict=True)]
    lengths = [math.sqrt(block[-1]) if block[-1] > 0 else 1.0 for block in sums]
    intercepts = (weights.intercepts / 1_000_000).tolist()
    return [
        intercept + word / lengths[0] + letter / lengths[1]
        for intercept, word, letter in zip(intercepts, sums[0], sums[1], strict=False)
    ]


def hold_together(model: Model, texts: list[str]) -> None:
    """Everything that is worked out for a batch at once, against the same worked out line by line."""
    vocabulary = model.weights.vocabulary
    for _text, reading in zip(texts, model.scorer.score(texts), strict=True):
        segments = split(repaired(reading.text, model.weights.term_number.__contains__))
        assert reading.segments == segments
        for i, segment in enumerate(segments):
            line = reading.text[segment.start : segment.end]
            words = tokens(line)
            encoded = vocabulary.encode_texts([line])
            assert [vocabulary.words[number] for number in encoded.word.tolist()] == words
            assert reading.scores[i].tolist() == slow_scores(model.weights, line), "bit for bit"
            assert reading.counts[0, i] == (0 if reading.foreign[i] else len(words))
            product, other = (bool(may) for may in may_name(encoded, vocabulary))
            naming = named(line).naming
            assert product or naming is not Naming.PRODUCT
            assert other or naming is not Naming.OTHER
        seen: set[tuple[str, ...]] = set()
        counted = []
        for i, segment in enumerate(segments):
            words = tuple(tokens(reading.text[segment.start : segment.end]))
            if words and not segment.heading and words not in seen:
                counted += [] if reading.foreign[i] else [i]
                seen.add(words)
        assert list(reading.counted) == counted


def as_json(verdict: Verdict) -> str:
    return json.dumps(verdict.to_dict())


@given(TEXTS)
def test_any_batch_is_read_as_one_line_at_a_time(tiny_model: Model, texts: list[str]) -> None:
    hold_together(tiny_model, texts)


def test_postings_are_read_as_one_line_at_a_time(shipped_model: Model) -> None:
    hold_together(shipped_model, generated(12))


def test_words_keep_their_numbers_while_more_and_more_come() -> None:
    vocabulary = Vocabulary()
    made = [
        f"{first}{'x' * (number % 19)}{number:x}"
        for number, first in zip(range(12_000), itertools.cycle("abcdefg"), strict=False)
    ]
    for size in (
        1,
        400,
        600,
        5_000,
        12_000,
        12_000,
    ):  # the table of words grows behind 512 for the first time
        found = vocabulary.encode_texts([" ".join(made[:size]), " ".join(made[: size // 2][::-1])])
        assert [vocabulary.words[number] for number in found.word.tolist()] == made[:size] + made[
            : size // 2
        ][::-1]
    assert len(vocabulary.words) == len(set(vocabulary.words))


def test_real_postings_are_read_as_one_line_at_a_time(shipped_model: Model, shared: Path) -> None:
    with (shared / "evaluation" / "unlabelled.jsonl").open(encoding="utf-8") as lines:
        hold_together(
            shipped_model, [json.loads(line)["text"] for line in itertools.islice(lines, 0, None, 60)]
        )


def test_a_batch_gives_what_one_by_one_gives(shipped_model: Model) -> None:
    texts = [*generated(30), "", " ", "Own the backlog"]
    assert [as_json(v) for v in shipped_model.classify_many(texts)] == [
        as_json(shipped_model.classify(text)) for text in texts
    ]


@given(TEXTS)
def test_a_text_is_cut_the_same_in_any_company(texts: list[str]) -> None:
    characters = Characters.of(texts)
    rows, bounds = split_many(characters)
    for text, begin, (low, high) in zip(texts, characters.begins, pairwise(bounds), strict=False):
        own = rows[:2, low:high] - begin
        assert own.T.tolist() == [[s.start, s.end] for s in split(text)]


@given(st.text(st.characters(), max_size=50))
def test_every_character_has_its_bits(text: str) -> None:
    characters = Characters.of([text])
    assert characters.bits.tolist() == [bits_of(character) for character in text + "\n"]


@pytest.mark.parametrize(
    "lines", [("Own the backlog", "OWN the BACKLOG!", "• Own the backlog"), ("Own 3 things", "Own 4 things")]
)
def test_a_line_that_says_the_same_counts_once(shipped_model: Model, lines: tuple[str, ...]) -> None:
    (reading,) = shipped_model.scorer.score(["\n".join(["Intro words here.", *lines])])
    assert reading.counted == (0, 1)


def test_the_vector_of_a_line_is_the_vector_of_a_batch(shipped_model: Model) -> None:
    statement_index = shipped_model.scorer.statement_index
    texts = [statement.text for statement in shipped_model.weights.statements[::200]]
    together = statement_index.vectors(texts)
    for i, text in enumerate(texts):
        for one, other in zip(together.of(i), statement_index.vector(tokens(text)), strict=True):
            assert np.array_equal(one, other)


def test_the_terms_of_statements_that_a_file_holds_are_those_of_their_texts(shipped_model: Model) -> None:
    read = statement_terms_of(shipped_model.weights)
    anew = statement_terms_of(dataclasses.replace(shipped_model.weights, statement_terms=None))
    assert read.roles == anew.roles == ("PM", "PO", "both")
    for one, other in zip(read[1:], anew[1:], strict=True):
        assert np.array_equal(one, other)


def test_similarities_are_cosines_without_common_terms(shipped_model: Model) -> None:
    weights, index = shipped_model.weights, shipped_model.scorer.statement_index
    chosen, roles = list(range(0, len(weights.statements), 300)), ("PO", "both")
    vectors = index.vectors([weights.statements[i].text for i in chosen])
    text = "Own the product backlog and the roadmap of the product, and own the vision"
    term, value = index.vector(tokens(text))
    own = dict(zip(term.tolist(), value.tolist(), strict=True))
    similar = dict(zip(index.rows_of(roles).tolist(), index.similarities(term, value, roles), strict=True))
    for at, i in enumerate(chosen):
        if i in similar:
            pairs = zip(*(part.tolist() for part in vectors.of(at)), strict=True)
            shared = [own.get(t, 0.0) * v for t, v in pairs if weights.document_freq[t] <= COMMON]
            assert similar[i] == pytest.approx(sum(shared) / 2, abs=1e-12)
    assert len(similar) == len(index.rows_of(("PO",))) + len(index.rows_of(("both",)))


def test_a_role_whose_statements_a_file_says_nothing_of_is_like_no_line(shipped_model: Model) -> None:
    weights = shipped_model.weights
    terms = statement_terms_of(weights)._replace(roles=("PM", "PO", "other"))
    index = StatementIndex(dataclasses.replace(weights, statement_terms=terms))
    term, value = index.vector(["backlog"])
    assert index.similarities(term, value, ("both",)).tolist() == [0.0] * index.rows_of(("both",)).size


def test_statements_that_a_file_gives_to_the_wrong_role_do_no_harm(shipped_model: Model) -> None:
    weights = shipped_model.weights
    terms = statement_terms_of(weights)._replace(roles=("PO", "PM", "other"))
    index = StatementIndex(dataclasses.replace(weights, statement_terms=terms))
    term, value = index.vector(["own", "the", "backlog"])
    for role in ("PM", "PO", "both", "other"):
        rows = index.rows_of((role,))
        _, found = index.nearest(term, value, (role,), 25)
        assert len(found) == min(25, rows.size)
        assert set(found.tolist()) <= set(rows.tolist())


@pytest.mark.parametrize("most", [1, 3, 25, 800, 5_000])
def test_the_nearest_statements_are_the_first_of_all_in_order(shipped_model: Model, most: int) -> None:
    index, roles = shipped_model.scorer.statement_index, ("PO", "both")
    rows = index.rows_of(roles)
    for words in (["zzzz"], ["own", "the", "backlog"], ["roadmap", "and", "stories"], ["of", "the"]):
        term, value = index.vector(words)
        similar = index.similarities(term, value, roles).tolist()
        order = sorted(range(len(similar)), key=lambda at: (-similar[at], at))[:most]
        found, nearest = index.nearest(term, value, roles, most)
        assert nearest.tolist() == rows[order].tolist()
        assert found.tolist() == [similar[at] for at in order]


def test_a_theme_is_that_of_the_nearest_statements_by_squared_similarity(shipped_model: Model) -> None:
    index, statements = shipped_model.scorer.statement_index, shipped_model.weights.statements
    for text in [statement.text for statement in statements[::400]]:
        term, value = index.vector(tokens(text.replace("product", "ferry")))
        votes: dict[str, float] = {}
        nearest = list(zip(*(part.tolist() for part in index.nearest(term, value, ("PM",), 25)), strict=True))
        for similarity, i in nearest:
            votes[statements[i].theme] = votes.get(statements[i].theme, 0.0) + similarity**2
        theme = max(votes, key=votes.__getitem__)
        first = next(pair for pair in nearest if statements[pair[1]].theme == theme)
        assert index.typical(term, value, ("PM",), 25) == first


def test_what_is_counted_without_nothing_is_what_is_counted(shipped_model: Model) -> None:
    for reading in shipped_model.scorer.score(generated(5)):
        assert reading.totals_without(frozenset()) == reading.totals


def test_the_evidence_of_a_posting_without_nothing_is_its_own(shipped_model: Model) -> None:
    for verdict in shipped_model.classify_many(generated(5)):
        assert verdict._evidence.without([]) == (verdict.balance, verdict.label)
