"""A vocabulary gives the words that `rolefit.text.tokens.tokens` gives, however its hash table stands."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rolefit.text.tokens import tokens
from rolefit.text.vocabulary import _LONGEST_PIECE, Vocabulary

# Pieces of the same first letters, of any length up to a few more than fit into a key.
PIECES = st.builds("{:a<{}}".format, st.text("ab'0", max_size=2), st.integers(1, _LONGEST_PIECE + 3)).flatmap(
    lambda piece: st.sampled_from([piece, piece[::-1]])
)


@given(st.lists(st.lists(PIECES, max_size=60).map(" ".join), max_size=6))
def test_words_that_begin_alike_are_told_apart(texts: list[str]) -> None:
    vocabulary = Vocabulary()
    for text in [*texts, *texts[::-1]]:  # new words, and words that the table holds
        encoded = vocabulary.encode_texts([text])
        assert [vocabulary.words[number] for number in encoded.word.tolist()] == tokens(text)
