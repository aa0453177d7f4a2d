from hypothesis import given, settings
from hypothesis import strategies as st

from standoff.dataset.features import iob2_tags
from standoff.dataset.tokens import split_sentences, tag_sentences
from standoff.records import Span

TEXT = st.text(st.sampled_from("abcA. ,!\n\"'$50’€😀é-\u0301"), max_size=60)


@settings(max_examples=60)
@given(TEXT)
def test_tokens_are_the_visible_characters(text):
    tokens = [token for sentence in split_sentences(text, "en") for token in sentence]
    assert all(text[token.start : token.end] == token.text for token in tokens)
    covered = {at for token in tokens for at in range(token.start, token.end)}
    assert all(at in covered or text[at].isspace() for at in range(len(text)))
    assert len(covered) == sum(len(token.text) for token in tokens)


@settings(max_examples=60)
@given(TEXT, st.data())
def test_no_span_is_lost_in_silence(text, data):
    edges = sorted(data.draw(st.lists(st.integers(0, len(text)), unique=True, max_size=6)))
    spans = [Span(a, b, "ORG", text[a:b]) for a, b in zip(edges[::2], edges[1::2], strict=False)]
    sentences, misfits = tag_sentences(text, "en", spans)
    begun = sum(tag == "B-ORG" for sentence in sentences for tag in sentence.tags)
    assert begun + sum(misfit.outcome == "lost" for misfit in misfits) == len(spans)
    assert all(len(sentence.tokens) == len(sentence.tags) for sentence in sentences)


def test_tags():
    text = "Norrsund Lines lost it. Ida Holm knows."
    sentences, misfits = tag_sentences(
        text, "en", [Span(0, 14, "ORG", "Norrsund Lines"), Span(24, 32, "PERSON", "Ida Holm")]
    )
    assert [sentence.tags for sentence in sentences] == [
        ("B-ORG", "I-ORG", "O", "O", "O"),
        ("B-PERSON", "I-PERSON", "O", "O"),
    ]
    assert misfits == []
    assert iob2_tags(["ORG"]) == ["O", "B-ORG", "I-ORG"]


def test_a_span_inside_a_token_is_widened_and_told():
    sentences, misfits = tag_sentences("the Norrsundline case", "en", [Span(4, 12, "ORG", "Norrsund")])
    assert sentences[0].tags == ("O", "B-ORG", "O")
    assert [(one.span.text, one.outcome) for one in misfits] == [("Norrsund", "widened")]


def test_two_spans_in_one_token_the_second_is_told():
    sentences, misfits = tag_sentences(
        "NorrsundHarbour", "en", [Span(0, 8, "ORG", "Norrsund"), Span(8, 15, "LOC", "Harbour")]
    )
    assert sentences[0].tags == ("B-ORG",)
    assert [(one.span.text, one.outcome) for one in misfits] == [("Norrsund", "widened"), ("Harbour", "lost")]


def test_a_sentence_end_inside_a_span_is_taken_back():
    text = "He works for Stop! Loss. Today."
    assert len(split_sentences(text, "en")) > len(split_sentences(text, "en", [Span(13, 23, "ORG", "Stop! Loss")]))
    sentences, misfits = tag_sentences(text, "en", [Span(13, 23, "ORG", "Stop! Loss")])
    assert misfits == []
    assert sentences[0].tags[3:6] == ("B-ORG", "I-ORG", "I-ORG")
