"""Documents for the tests of formats: odd text, spans that overlap, nest, touch and cut through tokens."""

from hypothesis import strategies as st

from standoff.errors import StandoffError
from standoff.formats import load_reader, load_writer
from standoff.formats.exchange import Annotated
from standoff.guidelines import Label, Schema
from standoff.records import Span

LABELS = ("PERSON", "ORG", "Größe_<&>|[1]")
SCHEMA = Schema("1.0.0", True, tuple(Label(name, "", "#4477aa", name[0].lower(), "", "") for name in LABELS))
CHARACTERS = st.characters(exclude_categories=["Cs"])
PIECES = st.sampled_from(
    [
        *(
            "Ida",
            "Moe.",
            " ",
            " ",
            "  ",
            "\r\n",
            "\n",
            "\n\n",
            "\t",
            "\u00a0",
            "\u2028",
            "\x85",
            "\ufeff",
            "\0",
            "\x1f",
            "\v",
        ),
        *(
            "e\u0301",
            "😀",
            "👨‍👩‍👧",
            "“",
            "Bo-Li",
            "£35m",
            "don't",
            "#",
            "-DOCSTART-",
            "\\n",
            "_",
            "*",
            "a.m.",
            "Nord Bank",
        ),
    ]
)
TEXTS = st.lists(PIECES | st.text(CHARACTERS, max_size=3), max_size=14).map("".join)
NOTES = st.none() | st.text(CHARACTERS, max_size=6) | st.just("two\nlines")
VALUES = st.text(CHARACTERS, max_size=4) | st.integers() | st.booleans() | st.none() | st.just("sure")
NAMES = st.sampled_from(["identifier", "by", "two words"]) | st.text(CHARACTERS, max_size=4)
ATTRIBUTES = st.none() | st.dictionaries(NAMES, VALUES, max_size=2)
IDS = st.sampled_from(["ferry", "a/b", "..", ".", "Zoë 1", "x.txt", "100%", "100%25", "con#?"]) | st.text(
    CHARACTERS, min_size=1, max_size=8
)  # fmt: skip


@st.composite
def documents(draw, labels=LABELS, least=1):
    """Up to three documents of different ids, with spans that may overlap, nest, touch and lie at the edges."""
    made = []
    for document_id in draw(st.lists(IDS, unique=True, min_size=least, max_size=3)):
        text = draw(TEXTS)
        spans = {}
        for _ in range(draw(st.integers(0, 5)) if text else 0):
            start = draw(st.integers(0, len(text) - 1))
            end = draw(st.integers(start + 1, len(text)))
            label = draw(st.sampled_from(labels))
            spans[start, end, label] = Span(start, end, label, text[start:end], draw(ATTRIBUTES), draw(NOTES))
        made.append(Annotated(document_id, text, tuple(spans[key] for key in sorted(spans))))
    return made


def read_damaged(name, given_documents, data):
    """What a format reads of its own file after a stretch of it was overwritten, with whole spans and names of its own.

    None where it is refused, in one line that names the file.
    """
    files = dict(load_writer(name)(given_documents, SCHEMA).files)
    path = data.draw(st.sampled_from(sorted(files)))
    content = files[path]
    start, end = sorted((data.draw(st.integers(0, len(content))), data.draw(st.integers(0, len(content)))))
    files[path] = content[:start] + data.draw(st.binary(max_size=2)) + content[end:]
    try:
        parsed = load_reader(name)(files)
    except StandoffError as error:
        assert error.path in files
        assert error.hint
        assert "\n" not in str(error)
        return None
    assert all(one.text[span.start : span.end] == span.text for one in parsed.documents for span in one.spans)
    assert len({one.id for one in parsed.documents}) == len(parsed.documents)
    assert all(reject.reason and "\n" not in str(reject) for reject in parsed.rejects)
    return parsed
