"""Small lists of English words that tell prose from other lines."""

import numpy as np

from standoff.cleaning.words import Array, Words, hash_words

_BITS = 18
LEXICA = {
    "function": "the a an of and to in that it is was for on with as by at from be this are were or not but had have"
    " has which they he she his her their its been would will there when who what more if than one all about so up"
    " out no into can could also after over",
    "first person": "i my me we us our mine ours i'm we're i've",
    "second person": "you your yours you're",
    "saying": "said says told added according asked explained wrote",
    "time": "january february march april may june july august september october november december jan feb mar apr jun"
    " jul aug sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun"
    " am pm gmt est edt pst bst et utc",
}
_LEXICON = np.zeros(1 << _BITS, np.uint8)
for _number, _words in enumerate(LEXICA.values(), 1):
    _LEXICON[(hash_words(_words.split()) >> np.uint64(64 - _BITS)).astype(np.int64)] = _number


def find_lexica(words: Words) -> Array:
    """The number of the lexicon that holds each word, from 1; 0 where none does."""
    return np.take(_LEXICON, (words.hashes >> np.uint64(64 - _BITS)).astype(np.int64))


def lexicon_shares(words: Words) -> dict[str, Array]:
    """Share of the words of each lexicon."""
    lines = len(words.start)
    kinds = find_lexica(words)
    wide = len(LEXICA) + 1
    counts = np.bincount(words.word_line * wide + kinds, minlength=lines * wide).reshape(lines, wide)
    many = np.maximum(words.last - words.first, 1)
    return {name: counts[:, number] / many for number, name in enumerate(LEXICA, 1)}
