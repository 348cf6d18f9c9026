"""Skip the words in front of a duty that say only whose it is: "The successful candidate will …".

They are the same before any duty, so they must not change what the duty is. What names a profession ("As a
data scientist you will …") and what denies ("You will not …") stays.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from .characters import letters_as_number, number_of_letters
from .confusables import lowered
from .late_pattern import late_pattern

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FIRST = "you the thi rep in_ wit as_ our an_ can app we_ we' onc aft fro on_ eve eac dur it_ it'".replace(
    "_", " "
)
_OPENINGS = np.sort([number_of_letters(_FIRST[at : at + 3].encode()) for at in range(0, len(_FIRST), 4)])


def may_begin(codes: NDArray[np.uint32], starts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return which of the segments that begin at ``starts`` may have a lead-in, going by three letters."""
    numbers = letters_as_number(codes, starts)
    # `numpy.isin` loads masked arrays, which takes longer than a first verdict may.
    nearest = _OPENINGS.take(_OPENINGS.searchsorted(numbers), mode="clip")
    found: NDArray[np.int64] = (nearest == numbers).nonzero()[0]
    return found


_LEAD_IN = late_pattern(
    r"""
    (?:
    (?:
    (?: report(?:s|ing) [ ] (?:\w+[ ])? (?:in)?to [ ] [^.;:\n]{3,90}? , [ ] )?     # Reporting to the CPO,
    (?: (?:in|within|as[ ]part[ ]of) [ ] (?:this|the|your|our) [ ] (?:\w+[ ])?
        (?:role|position|job|post) ,? [ ] )?
    (?: (?:once|after|from|on|in|every|each|during|within) [ ] [^.,;:\n]{2,40} , [ ]    # From day one,
        (?=you\b) )?
    (?: you
      | (?: (?:the|our|an|this) [ ] )?
        (?: (?:\w+ful|ideal|right|chosen|selected|suitable|strong|perfect|best|new) [ ] )?
        (?: candidate | applicant | incumbent | person | individual | employee | appointee
          | (?:role|post|job|position) [ -]? holder )
      | (?:the|this) [ ] (?:role|position|job|post)
    )
    (?: (?:['’]ll | [ ](?:will|shall)) (?: [ ](?:also|then|primarily|mainly) )?
        (?: [ ]be [ ](?:expected|required|asked)[ ]to )?
      | [ ](?:is|are) [ ](?:expected|required|able)[ ]to
      | [ ](?:must|should|can|need[ ]to|have[ ]to)
    )
    (?: [ ]be [ ]able[ ]to )?
    | we (?:['’](?:re|d|ll) | [ ](?:are|would|will))? [ ]
      (?:need|want|expect|trust|ask|like|love|(?:count|rely)(?:ing)?[ ]on|look(?:ing)?[ ](?:for|to)) [ ]
      (?: (?:you|some(?:one|body)|a[ ](?:person|colleague|candidate)) [ ] (?:to|who[ ](?:can|will)) )
    | (?:your|the) [ ] (?:\w+[ ])? (?:job|role|task|mission|responsibility|duty) [ ]
      (?:is|will[ ]be) [ ]to
    | it (?:['’]s|[ ](?:is|will[ ]be)) [ ]
      (?:up[ ]to[ ]you|your[ ](?:job|task|role|responsibility|duty)) [ ]to
    )
    [ ]
    ){1,2}                                       # a program may put one before another
    (?=[a-z]) (?! (?:not|never|have|need|be[ ](?:an?|the|our))\b )
    """.replace("[ ]", r"\s{1,9}"),  # a line may end within
    re.VERBOSE,
)
"""The words up to the duty, in small letters."""


# "We are …" is the most frequent of the openings that are none.
_WE = late_pattern(
    r"we(?:['’](?:re|d|ll)|\s{1,9}(?:are|would|will))?\s{1,9}"
    r"(?:need|want|expect|trust|ask|count|rely|like|love|look)"
)


def end_of(text: str, start: int, end: int) -> int:
    """Return where the words begin that follow the lead-in of a segment; ``start`` when there is none.

    Examples
    --------
    >>> end_of("The post holder shall own the backlog", 0, 37)
    22
    >>> end_of("You will not own the backlog", 0, 28)
    0
    """
    line = lowered(text[start:end])
    if line.startswith("we") and not _WE.match(line):
        return start
    found = _LEAD_IN.match(line)
    return start + found.end() if found and found.end() < len(line) else start
