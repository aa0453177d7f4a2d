"""Pages and crawls: what is read of them, what becomes of it, and bytes that are not what they say."""

import gzip
import re
import subprocess
import sys
import tracemalloc
import warnings
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from standoff.add import add
from standoff.crawls import name_page, read_responses
from standoff.errors import StandoffError
from standoff.files import hash_text
from standoff.pages import MAX_PAGE, decode_page, name_extractor, read_page
from standoff.records import ID
from tests.conftest import snapshot, standoff, template

PAGES = Path(__file__).parent / "pages"
LIGHTHOUSE, PLAIN, APP = ((PAGES / f"{name}.html").read_bytes() for name in ("lighthouse", "plain", "app"))
ADDRESS = "https://www.norrsundcourier.example/2025/09/lighthouse-logbooks.html"
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 8


def write_warc(*answers, gz=False) -> bytes:
    """A WARC of one request and one response for each (address, body, kind, status, headers)."""
    file = BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # of the writer's own temporary files
        write_records(WARCWriter(file, gzip=gz), answers)
    return file.getvalue()


def write_records(writer, answers):
    writer.write_record(writer.create_warcinfo_record("crawl.warc", {"software": "a test"}))
    for address, body, *rest in answers:
        kind, status, headers = [*rest, *("text/html; charset=utf-8", "200 OK", [])[len(rest) :]]
        asked = StatusAndHeaders("GET / HTTP/1.1", [("Host", "x.example")], is_http_request=True)
        said = StatusAndHeaders(status, [("Content-Type", kind), *headers], protocol="HTTP/1.1")
        for sort, lines, payload in (("request", asked, b""), ("response", said, body)):
            writer.write_record(writer.create_warc_record(address, sort, payload=BytesIO(payload), http_headers=lines))


def write_page(text: str) -> bytes:
    """A page of one paragraph, said three times in other words so that it is long enough to be an article."""
    more = (" It was the second time this year.", " The council will speak about it.", " Nobody was hurt, it said.")
    paragraphs = "".join(f"<p>{text}{end}</p>" for end in more)
    return f"<html><head><title>A page</title></head><body><article>{paragraphs}</article></body></html>".encode()


def save(corpus, name: str, data: bytes) -> str:
    (corpus.root / "incoming" / name).write_bytes(data)
    return f"incoming/{name}"


# --- one page ---


def test_a_page_gives_its_text_and_says_what_it_is():
    page = read_page(LIGHTHOUSE)
    lines = page.text.split("\n")
    assert lines[0].startswith("Forty years of logbooks from the Grönskär lighthouse were open to anyone")
    assert lines[-1].endswith("“A telephone number from 1994 is often still a telephone number today.”")
    assert "No sign of misuse" in lines
    for residue in ("cookies", "Obituaries", "Sea boots", "Share on", "TarBarrel", "Ms Plover", "customs house", "©"):
        assert residue not in page.text
    assert (page.title, page.outlet) == ("Lighthouse keeper's logbooks leak online", "The Norrsund Courier")
    assert (page.url, page.published, page.language) == (ADDRESS, "2025-09-14", "en")


def test_a_page_that_says_nothing_of_itself():
    page = read_page(PLAIN)
    assert page.text.startswith("The company that looks after the harbour beacons")
    assert (page.title, page.url, page.published, page.outlet) == ("Beacon data lost", None, None, None)


def test_a_page_becomes_a_document_and_is_cleaned(mini):
    done = standoff("add", save(mini, "Logbooks.HTML", LIGHTHOUSE), cwd=mini.root)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("added     logbooks\ntexts         1 = added 1\n")
    assert f"note: the texts of pages are those that {name_extractor()} extracts" in done.stdout
    stored, text = mini.read_sources()["logbooks"], read_page(LIGHTHOUSE).text
    assert mini.read_seed(stored) == text
    assert (stored.sha256, stored.chars) == (hash_text(text), len(text))
    assert (stored.title, stored.outlet) == ("Lighthouse keeper's logbooks leak online", "The Norrsund Courier")
    assert (stored.url, stored.published, stored.language) == (ADDRESS, "2025-09-14", "en")
    assert standoff("clean", cwd=mini.root).returncode == 0
    residue = ("Sign up to our newsletter", "Read more: Ferry firm loses passport scans of 4,000 passengers")
    kept = "\n".join(line for line in text.split("\n") if line not in residue)
    assert mini.clean_file("logbooks").read_text(encoding="utf-8") == kept
    assert standoff("check", cwd=mini.root).returncode == 0


def test_options_go_before_what_the_page_says(mini):
    options = ["--title", "Logbooks", "--outlet", "Tide", "--url", "https://tide.example", "--published", "2025-01-02"]
    standoff("add", *options, "--id", "log-1", save(mini, "page.htm", LIGHTHOUSE), cwd=mini.root)
    stored = mini.read_sources()["log-1"]
    assert (stored.title, stored.outlet, stored.url, stored.published) == (
        "Logbooks", "Tide", "https://tide.example", "2025-01-02",
    )  # fmt: skip


def test_a_private_page_is_put_back_by_the_hash_of_its_text(mini):
    path = save(mini, "page.html", LIGHTHOUSE)
    assert standoff("add", "--private", path, cwd=mini.root).stdout.startswith("added     page\n")
    private = mini.seed_file("page", redistribute=False)
    private.unlink()
    again = save(mini, "other.html", LIGHTHOUSE.replace(b"214 partners", b"215 partners"))  # the article is the same
    assert standoff("add", "--private", again, cwd=mini.root).stdout.startswith("restored  page\n")
    assert private.read_text(encoding="utf-8") == read_page(LIGHTHOUSE).text
    assert standoff("add", "--private", again, cwd=mini.root).stdout.startswith("present   page\n")


def test_a_page_without_text_is_listed_beside_others(mini):
    paths = [save(mini, "app.html", APP), save(mini, "plain.html", PLAIN)]
    done = standoff("add", *paths, cwd=mini.root)
    assert done.returncode == 0
    assert done.stdout.startswith("no text   app.html\nadded     plain\ntexts         2 = no text 1  added 1\n")
    assert "app" not in mini.read_sources()


def test_a_page_without_text_alone_is_a_problem(mini):
    before = snapshot(mini.root / "seeds")
    done = standoff("add", save(mini, "app.html", APP), cwd=mini.root)
    assert (done.returncode, done.stdout.splitlines()[0]) == (1, "no text   app.html")
    assert snapshot(mini.root / "seeds") == before


@pytest.mark.parametrize(
    ("declared", "text", "language"),
    [
        ("en-GB", "The harbour council met on Monday to talk about the leak.", "en"),
        ("de", "The harbour council met on Monday to talk about the leak and what it was for. " * 3, "en"),  # wrong
        ("de-AT", "Der Hafenrat hat sich am Montag mit dem Leck und den Folgen für die Stadt befasst.", "de"),
        ("", "Der Hafenrat hat sich am Montag mit dem Leck und den Folgen für die Stadt befasst.", "de"),
        ("da", "Havnerådet mødtes mandag for at tale om lækagen i systemet, fortalte borgmesteren.", "da"),
        ("x-default", "Rada portu zebrała się w poniedziałek, aby omówić wyciek danych, powiedziała burmistrz.", None),
    ],
)
def test_languages(declared, text, language):
    html = f'<html lang="{declared}"><body>' + "".join(f"<p>{day}. {text}</p>" for day in (1, 2, 3)) + "</body></html>"
    assert read_page(html.encode()).language == language


# --- encodings ---

WESTERN = "The café on the quay – “Grönskär” – has lost £300 of its customers’ money."
RUSSIAN = "Паспорта четырёх тысяч пассажиров лежали на сервере без пароля всё лето, сказала она в понедельник."


@pytest.mark.parametrize(
    ("text", "codec", "meta", "server"),
    [
        (WESTERN, "utf-8", "utf-8", None),
        (WESTERN, "utf-8", "iso-8859-1", "iso-8859-1"),  # what a server says by default
        (WESTERN, "utf-8-sig", None, None),
        (WESTERN, "utf-16", None, None),
        (WESTERN, "cp1252", "windows-1252", None),
        (WESTERN, "cp1252", "ISO-8859-1", None),  # browsers read it as windows-1252 too
        (WESTERN, "cp1252", None, "windows-1252"),
        (WESTERN, "cp1252", "utf-8", None),  # wrong
        (WESTERN, "cp1252", "utf-8", "utf-8"),
        (WESTERN, "cp1252", None, None),
        (WESTERN, "cp1252", "no-such-thing", None),
        (WESTERN, "cp1252", "zlib", "hex"),  # codecs of Python, not of the web
        (RUSSIAN, "koi8-r", "koi8-r", None),
        (RUSSIAN, "cp1251", None, "windows-1251"),
        ("港湾評議会は月曜日に会合を開いた。", "shift_jis", "Shift_JIS", None),
        ("港务委员会星期一开会讨论数据泄露。", "gb18030", "gb2312", None),
    ],
)
def test_encodings(text, codec, meta, server):
    tag = f'<meta http-equiv="Content-Type" content="text/html; charset={meta}">' if meta else ""
    html = f"<html><head>{tag}</head><body>" + f"<p>{text} {text}</p>" * 4 + "</body></html>"
    assert decode_page(html.encode(codec), server) == html
    assert f"{text} {text}" in read_page(html.encode(codec), server).text


def test_a_broken_place_in_a_page_is_said(mini):
    broken = LIGHTHOUSE.replace("Grönskär".encode(), b"Gr\xf6nsk\xc3\xa4r")
    done = standoff("add", save(mini, "broken.html", broken), cwd=mini.root)
    assert "note: broken: what could not be decoded stands as U+FFFD, 1 ×\n" in done.stdout
    text = mini.read_seed(mini.read_sources()["broken"])
    assert text is not None
    assert "Gr\ufffdnskär lighthouse" in text
    assert "Västby" in text


@pytest.mark.parametrize("reference", ["&#11;", "&#1;", "&#xFFFE;", "&#0;", "&#55357;"])
def test_a_forbidden_reference_does_not_lose_the_page(reference):
    text = read_page(LIGHTHOUSE.replace(b"Gr", reference.encode() + b"Gr")).text
    assert text == read_page(LIGHTHOUSE).text


@settings(max_examples=60, deadline=None)  # the first page loads the extractor
@example(b"\x00\x00\x01\x00\x02\x00\x80", None)  # reads as UTF-16, which no page is without its mark
@given(st.binary(max_size=300), st.sampled_from([None, "utf-8", "latin-1", "utf-16", "idna", "\0", "big5", "x"]))
def test_any_bytes_in_a_page_give_a_text_that_can_be_kept(data, server):
    page = read_page(b"<html><body><p>" + data + b"</p>", server)
    page.text.encode("utf-8")
    assert not set("\r\0") & set(page.text)


# --- crawls ---

CRAWL = [
    (ADDRESS, LIGHTHOUSE),
    ("https://www.norrsundcourier.example/logo.png", PNG, "image/png"),
    ("https://beacons.example/news?id=7", PLAIN, "text/html"),
    ("https://beacons.example/app", APP),
    ("https://beacons.example/gone", LIGHTHOUSE, "text/html", "404 Not Found"),
    ("https://beacons.example/old", b"", "text/html", "301 Moved", [("Location", "/news?id=7")]),
    ("http://beacons.example/news?id=7", PLAIN),
    ("https://beacons.example/huge", b"<p>" + b"word " * (MAX_PAGE // 5), "text/html"),
    ("https://beacons.example/packed", PNG, "text/html", "200 OK", [("Content-Encoding", "zstd")]),
    ("https://beacons.example/picture", PNG, "text/html"),
    (ADDRESS, LIGHTHOUSE.replace(b"1,240", b"1,241")),
]


@pytest.mark.parametrize("name", ["crawl.warc", "crawl.warc.gz"])
def test_every_response_of_a_crawl_is_accounted_for(name, mini):
    done = standoff("add", save(mini, name, write_warc(*CRAWL, gz=name.endswith("gz"))), cwd=mini.root)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[:9] == [
        "added     norrsundcourier-example-2025-09-lighthouse-logbooks",
        "added     beacons-example-news-id-7",
        "no text   https://beacons.example/app",
        "present   beacons-example-news-id-7",
        "too long  https://beacons.example/huge",
        "unread    https://beacons.example/packed",
        "unread    https://beacons.example/picture",
        "differs   norrsundcourier-example-2025-09-lighthouse-logbooks",
        "texts        11 = added 2  no page 3  no text 1  present 1  too long 1  unread 2  differs 1",
    ]
    stored = mini.read_sources()["beacons-example-news-id-7"]
    assert (stored.url, stored.title) == ("https://beacons.example/news?id=7", "Beacon data lost")
    assert mini.read_seed(stored) == read_page(PLAIN).text
    assert mini.read_sources()["norrsundcourier-example-2025-09-lighthouse-logbooks"].published == "2025-09-14"
    before = snapshot(mini.root / "seeds")
    again = standoff("add", f"incoming/{name}", cwd=mini.root)
    assert "= present 3  no page 3  no text 1  too long 1  unread 2  differs 1\n" in again.stdout
    assert snapshot(mini.root / "seeds") == before


def test_addresses_that_make_one_id_make_two_documents(mini):
    bodies = {
        "https://tide.example/Fähre/": write_page("The ferry has lost the lists of its passengers on Monday."),
        "https://tide.example/fahre": write_page("The bridge will be closed to lorries for most of the spring."),
        "https://tide.example/fahre.html#top": write_page("The school has lost the marks of all its pupils at once."),
    }
    (mini.root / "incoming" / "a.warc").write_bytes(write_warc(*bodies.items()))
    added = add(mini, [mini.root / "incoming" / "a.warc"], template())
    assert [one.outcome for one in added] == ["added"] * 3
    assert added[0].id == "tide-example-fahre"
    assert len({one.id for one in added}) == 3
    assert {mini.read_sources()[one.id].url for one in added} == set(bodies)


@settings(max_examples=60)
@given(st.text() | st.from_regex(r"https?://[\w.-]+/\S*"))
def test_any_address_makes_an_id(address):
    assert ID.fullmatch(name_page(address))


def test_a_gzip_of_the_whole_file_is_read_too(mini):
    path = save(mini, "crawl.warc.gz", gzip.compress(write_warc(*CRAWL[:3])))
    assert "texts         3 = added 2  no page 1\n" in standoff("add", path, cwd=mini.root).stdout


@pytest.mark.parametrize("gz", [False, True])
def test_a_crawl_is_cut_off_or_whole_but_never_short(gz):
    """Cut anywhere it is an error, but at the end of a record, whose blank lines may be gone."""
    data = write_warc(*((f"https://a.example/{number}", b"<p>%d" % number) for number in range(3)), gz=gz)
    starts = [found.start() for found in re.finditer(rb"\x1f\x8b\x08\0" if gz else rb"WARC/1\.0\r\n", data)]
    ends = [*starts, len(data)]  # of what stands before: nothing, the crawler, then a request and a response in turn
    assert len(ends) == 8
    lines = 0 if gz else 4
    answers = {end - gone: max(0, at - 1) // 2 for at, end in enumerate(ends) for gone in range(min(lines, end) + 1)}
    for size in range(len(data) + 1):
        stream = gzip.GzipFile(fileobj=BytesIO(data[:size])) if gz else BytesIO(data[:size])
        try:
            count = len(list(read_responses(stream, Path("x.warc"))))
        except StandoffError:
            count = None
        assert count == answers.get(size)


@pytest.mark.parametrize("name", ["crawl.warc", "crawl.warc.gz"])
def test_the_way_out_of_a_crawl_that_is_cut_off(name, mini):
    data = write_warc(*CRAWL[:3], gz=name.endswith("gz"))
    before = snapshot(mini.root / "seeds")
    done = standoff("add", save(mini, name, data[:-200]), cwd=mini.root)
    assert done.returncode == 1
    assert f"incoming/{name}: is cut off or damaged after 6 whole records (fetch it again, or" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert snapshot(mini.root / "seeds") == before
    way = done.stderr.partition("what is whole: ")[2].strip().rstrip(")").replace("FILE", f"incoming/{name}")
    subprocess.run(way.replace("NEW", "incoming/new"), shell=True, cwd=mini.root, check=True, stderr=subprocess.DEVNULL)
    done = standoff("add", "incoming/new.warc", cwd=mini.root)
    assert (done.returncode, done.stdout.splitlines()[1]) == (0, "texts         2 = added 1  no page 1")


def test_a_damaged_gzip(mini):
    data = bytearray(write_warc(*CRAWL[:3], gz=True))
    data[len(data) // 2] ^= 0xFF
    done = standoff("add", save(mini, "crawl.warc.gz", bytes(data)), cwd=mini.root)
    assert (done.returncode, "is cut off or damaged after" in done.stderr) == (1, True)


def test_a_crawl_is_read_in_constant_memory(tmp_path):
    path = tmp_path / "crawl.warc.gz"
    body = b"<p>" + b"word " * 50_000
    path.write_bytes(write_warc(*((f"https://a.example/{number}", body) for number in range(80)), gz=True))
    tracemalloc.start()
    with gzip.open(path) as stream:
        count = sum(len(response.html) == len(body) for response in read_responses(stream, path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 80
    assert peak < 8 * len(body)  # of 80


# --- bytes that are not what they say ---


@pytest.mark.parametrize(
    ("name", "data", "code", "says"),
    [
        ("page.html", b"", 1, "incoming/page.html: the file is empty"),
        ("page.html", PNG, 1, "incoming/page.html: no HTML"),
        ("page.html", b"A plain text\n\nabout a leak, and nothing else.\n", 1, "a plain text must be named .txt"),
        ("page.html", b"<p>" + b"x" * MAX_PAGE, 1, "a page of 10,000,003 bytes; at most 10,000,000"),
        ("___.html", PLAIN, 2, "incoming/___.html: '___' is no id"),
        ("ferry.html", PLAIN, 1, "incoming/ferry.html: this is not the text listed as ferry"),
        (
            "bank.html",
            PLAIN,
            1,
            "(was it read by another version of the extractor? Else add the new text under another",
        ),
        ("crawl.warc", b"", 1, "incoming/crawl.warc: holds no response"),
        ("crawl.warc", LIGHTHOUSE, 1, "incoming/crawl.warc: is no WARC"),
        ("crawl.warc.gz", gzip.compress(LIGHTHOUSE), 1, "incoming/crawl.warc.gz: is no WARC"),
        ("crawl.warc.gz", write_warc(gz=True), 1, "incoming/crawl.warc.gz: holds no response"),
        ("crawl.warc.gz", b"\x1f\x8b\x08" + PNG, 1, "incoming/crawl.warc.gz: is no WARC"),
    ],
)
def test_bad_input(name, data, code, says, mini):
    path = save(mini, name, data)
    before = snapshot(mini.root)
    done = standoff("add", path, cwd=mini.root)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (code, "", 1)
    assert says in done.stderr
    assert snapshot(mini.root) == before


def test_an_id_does_not_name_a_crawl(mini):
    done = standoff("add", "--id", "one", save(mini, "crawl.warc", write_warc(*CRAWL[:1])), cwd=mini.root)
    assert (done.returncode, "several files or a crawl are given" in done.stderr) == (2, True)


@pytest.mark.parametrize(("missing", "name"), [("trafilatura", "page.html"), ("warcio", "crawl.warc")])
def test_a_missing_extra_is_named(missing, name, mini):
    path = save(mini, name, LIGHTHOUSE if name == "page.html" else write_warc(*CRAWL[:1]))
    code = (
        f"import sys\nsys.modules[{missing!r}] = None\nsys.argv = ['standoff', 'add', {path!r}]\n"
        "from standoff.cli import main\nmain()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, text=True, cwd=mini.root)
    assert done.returncode == 2
    assert "this needs the extra [html]: pip install 'standoff[html]'" in done.stderr
