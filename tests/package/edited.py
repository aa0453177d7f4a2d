"""Texts that are edited word by word at random, so that for each word it is known where it must be afterwards."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field

Names = list[list[str]]
NAMES: Names = [
    ["Vell"], ["Mara", "Quist"], ["Norrsund", "Lines"], ["Harrow"], ["Ines", "Harrow"], ["Bank", "of", "Tarn"],
]  # fmt: skip
OTHERS: Names = [["Oskar"], ["Teal", "Brothers"], ["Lady", "of", "Wick"]]
"""Names for what is put in where spans are changed: the same name put beside its ruin would undo that."""
SMALL = ["the", "of", "and", "a", "to", "in", "was", "on", "for", "with", "that", "its"]
_SYLLABLES = ["ba", "dor", "fe", "gil", "ha", "kem", "lo", "mun", "ne", "pi", "ros", "su", "ta", "vi", "wen", "zo"]
WORDS = [one + other + end for one in _SYLLABLES for other in _SYLLABLES for end in ("", "n", "st")]


@dataclass(eq=False)
class Word:
    """One word or sign; it is itself wherever it is moved to."""

    text: str
    space: str = " "
    span: int = -1


Sentence = list[Word]
Paragraph = list[Sentence]


@dataclass
class Text:
    """Paragraphs of sentences of words; `spans` are the words that each span covers."""

    paragraphs: list[Paragraph]
    spans: list[list[Word]] = field(default_factory=list)
    ruined: set[int] = field(default_factory=set)
    names: Names = field(default_factory=lambda: NAMES)

    def render(self) -> tuple[str, dict[int, tuple[int, int]]]:
        """The text, and the range of each word by its id."""
        parts, places, at = [], {}, 0
        for number, paragraph in enumerate(self.paragraphs):
            if number:
                parts.append("\n\n")
                at += 2
            for place, word in enumerate(word for sentence in paragraph for word in sentence):
                space = word.space if place else ""
                parts += [space, word.text]
                at += len(space)
                places[id(word)] = (at, at + len(word.text))
                at += len(word.text)
        return "".join(parts), places


def make_sentence(chance: random.Random, names: Names = NAMES, spans: list[list[Word]] | None = None) -> Sentence:
    """Some words in a row, names among them; `spans` takes the names."""
    sentence: Sentence = []
    for _ in range(chance.randint(6, 13)):
        if chance.random() < 0.15:
            name = [Word(one) for one in chance.choice(names)]
            if spans is not None:
                for word in name:
                    word.span = len(spans)
                spans.append(name)
            sentence += name
        else:
            sentence.append(Word(chance.choice(SMALL if chance.random() < 0.4 else WORDS)))
    return [*sentence, Word(".", "")]


def make_text(chance: random.Random) -> Text:
    """A headline and some paragraphs, the same names again and again."""
    spans: list[list[Word]] = []
    paragraphs = [
        [make_sentence(chance, spans=spans) for _ in range(chance.randint(1, 3))] for _ in range(chance.randint(2, 5))
    ]
    if chance.random() < 0.3:  # a byline or caption of few words
        name = [Word(one, span=len(spans)) for one in chance.choice(NAMES)]
        spans.append(name)
        paragraphs.insert(1, [[Word("Photo"), Word(":", ""), *name]])
    return Text(paragraphs, spans)


def _free_places(sentence: Sentence) -> list[int]:
    """Where a word may be put in without parting a span."""
    return [
        at
        for at in range(len(sentence))
        if not at or sentence[at].span < 0 or sentence[at - 1].span != sentence[at].span
    ]


def insert_words(text: Text, chance: random.Random) -> None:
    sentence = chance.choice(chance.choice(text.paragraphs))
    at = chance.choice(_free_places(sentence) or [0])
    sentence[at:at] = make_sentence(chance, text.names)[: chance.randint(1, 3)]


def delete_word(text: Text, chance: random.Random) -> None:
    sentence = chance.choice(chance.choice(text.paragraphs))
    plain = [word for word in sentence if word.span < 0 and word.space]
    if len(plain) > 3:
        sentence.remove(chance.choice(plain))


def replace_word(text: Text, chance: random.Random) -> None:
    sentence = chance.choice(chance.choice(text.paragraphs))
    plain = [at for at, word in enumerate(sentence) if word.span < 0 and word.space]
    if len(plain) > 3:
        at = chance.choice(plain)
        sentence[at] = Word(chance.choice(WORDS), sentence[at].space)


def insert_sentence(text: Text, chance: random.Random) -> None:
    paragraph = chance.choice(text.paragraphs)
    paragraph.insert(chance.randint(0, len(paragraph)), make_sentence(chance, text.names))


def delete_sentence(text: Text, chance: random.Random) -> None:
    paragraph = chance.choice(text.paragraphs)
    if len(paragraph) > 1:
        paragraph.pop(chance.randrange(len(paragraph)))


def replace_sentence(text: Text, chance: random.Random) -> None:
    paragraph = chance.choice(text.paragraphs)
    paragraph[chance.randrange(len(paragraph))] = make_sentence(chance, text.names)


def insert_paragraph(text: Text, chance: random.Random) -> None:
    new = [make_sentence(chance, text.names) for _ in range(chance.randint(1, 3))]
    text.paragraphs.insert(chance.randint(0, len(text.paragraphs)), new)


def delete_paragraph(text: Text, chance: random.Random) -> None:
    if len(text.paragraphs) > 2:
        text.paragraphs.pop(chance.randrange(len(text.paragraphs)))


def replace_paragraph(text: Text, chance: random.Random) -> None:
    text.paragraphs[chance.randrange(len(text.paragraphs))] = [make_sentence(chance, text.names) for _ in range(2)]


def swap_paragraphs(text: Text, chance: random.Random) -> None:
    one, other = (chance.randrange(len(text.paragraphs)) for _ in range(2))
    text.paragraphs[one], text.paragraphs[other] = text.paragraphs[other], text.paragraphs[one]


def move_paragraph(text: Text, chance: random.Random) -> None:
    paragraph = text.paragraphs.pop(chance.randrange(len(text.paragraphs)))
    text.paragraphs.insert(chance.randint(0, len(text.paragraphs)), paragraph)


def move_sentence(text: Text, chance: random.Random) -> None:
    one, other = chance.choice(text.paragraphs), chance.choice(text.paragraphs)
    if len(one) > 1:
        sentence = one.pop(chance.randrange(len(one)))
        other.insert(chance.randint(0, len(other)), sentence)


def split_paragraph(text: Text, chance: random.Random) -> None:
    at = chance.randrange(len(text.paragraphs))
    if len(text.paragraphs[at]) > 1:
        cut = chance.randint(1, len(text.paragraphs[at]) - 1)
        text.paragraphs[at : at + 1] = [text.paragraphs[at][:cut], text.paragraphs[at][cut:]]


def change_space(text: Text, chance: random.Random) -> None:
    for _ in range(5):
        word = chance.choice(chance.choice(chance.choice(text.paragraphs)))
        if word.space:
            word.space = chance.choice(["  ", "\u00a0", "\n", " \n ", " "])


def change_span(text: Text, chance: random.Random) -> None:
    """An edit inside a span: a word of it replaced, taken out, or another put between."""
    words = [word for paragraph in text.paragraphs for sentence in paragraph for word in sentence if word.span >= 0]
    if not words:
        return
    word = chance.choice(words)
    text.ruined.add(word.span)
    for paragraph in text.paragraphs:
        for sentence in paragraph:
            if word in sentence:
                at = sentence.index(word)
                parted = at and sentence[at - 1].span == word.span
                fate = chance.choice(["replace", "delete", "insert"] if parted else ["replace", "delete"])
                if fate == "insert":
                    sentence.insert(at, Word(chance.choice(WORDS)))
                elif fate == "replace" or len(sentence) < 3:
                    sentence[at] = Word(chance.choice(WORDS))
                else:
                    del sentence[at]
                return


Edit = Callable[[Text, random.Random], None]
MOVES: list[Edit] = [
    insert_paragraph, delete_paragraph, swap_paragraphs, move_paragraph, change_space,
]  # fmt: skip
"""Edits that leave the words of every paragraph that stays."""
EDITS: list[Edit] = [
    *MOVES, replace_paragraph, insert_words, insert_words, delete_word, delete_word, replace_word, replace_word,
    insert_sentence, delete_sentence, replace_sentence, move_sentence, split_paragraph,
]  # fmt: skip
"""Edits outside spans; one that takes a sentence out takes its spans too."""
