"""Whether what was read can be what stands there. A reader's own confidence alone lies: it is high where it saw little.

Small words make up a third of any letter; somebody who reads noise, or a page upside down, finds none of them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from dsarbot.documents.pages import Piece

_WORD: Final = re.compile(r"[^\W\d_]+")
#: French, English, German, Dutch and Luxembourgish; no word of one letter, which noise has plenty of.
_SMALL_WORDS: Final = frozenset(
    re.findall(
        r"\w+",
        """
        au aux avec ce ces cette dans de des du elle en est et il je la le les leur lui ma mais me mes moi mon ne
        nous on ou par pas pour que qui sa sans se ses si son sont sur un une vos votre vous être ai avez suis
        monsieur madame objet and are as at be but by for from has have if in is it my not of or our that the their
        this to was we will with you your dear sir am do an aber als auf aus bei bin bis das dass dem den der die
        durch ein eine einem einen einer es für haben hat hiermit ich ihr ihre ihnen im ist kann mein meine meiner
        mich mir mit nach nicht noch oder sehr sich sie sind so über um und von war wenn werden wie wir wird zu zum
        zur betreff geehrte herren damen aan al bij dan dat deze dit door een er geen haar heb heeft het hij hun ik
        kan maar meer met mij mijn naar niet nog om onder ook op over te tot uit uw van voor wat wel wij worden zal
        ze zich zijn geachte heer mevrouw betreft ass awer datt déi dës dir eis ech eng engem enger fir gëtt hunn
        huet iech ierch ier mat meng méi net sech sinn vum vun wéi här
        """,
    )
)
_FEWEST_LETTERS: Final = 60
_LEAST_CONFIDENCE, _GARBAGE = 0.8, 0.75
_LEAST_SMALL_WORDS: Final = 0.12
_MOST_LEFT_OUT, _MOST_LEFT_OUT_OF_A_LAYER = 0.12, 0.5


def fast_lane(pieces: Sequence[Piece], left_out: float) -> bool:
    """Whether a reader that is quick, and lost on bad pictures, has read this page. left_out: share of the print that
    stands in none of the pieces."""
    return (
        letters(pieces) >= _FEWEST_LETTERS
        and confidence(pieces) >= _LEAST_CONFIDENCE
        and small_words(pieces) >= _LEAST_SMALL_WORDS
        and left_out <= _MOST_LEFT_OUT
    )


def layer(pieces: Sequence[Piece], left_out: float) -> bool:
    """Whether the text layer of a page is its text; a scanner's own line below the picture of a letter is not."""
    return letters(pieces) > 0 and left_out <= _MOST_LEFT_OUT_OF_A_LAYER


def upside_down(pieces: Sequence[Piece]) -> bool:
    """Whether turning the page may help: something was read, but hardly words."""
    return bool(pieces) and (confidence(pieces) < _GARBAGE or not small_words(pieces))


def worth(pieces: Sequence[Piece]) -> float:
    """To compare what was read of the same page in two ways."""
    return sum(len(each.text) * each.confidence**4 for each in pieces)


def letters(pieces: Sequence[Piece]) -> int:
    """How many there are."""
    return sum(sign.isalpha() for each in pieces for sign in each.text)


def confidence(pieces: Sequence[Piece]) -> float:
    """Of all, by their length."""
    length = sum(len(each.text) for each in pieces)
    return sum(len(each.text) * each.confidence for each in pieces) / length if length else 0.0


def small_words(pieces: Sequence[Piece]) -> float:
    """Their share among all words."""
    words = [word.lower() for each in pieces for word in _WORD.findall(each.text)]
    return sum(word in _SMALL_WORDS for word in words) / len(words) if words else 0.0
