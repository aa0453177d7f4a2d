"""A person at doccano's pages in headless Chromium: what they see there, and what their mouse and keys do.

Every step waits for what the page shows or the server answers, never for a time.
"""

import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Locator, Page, Response, Route, sync_playwright

TIMEOUT = 20_000
"""Milliseconds that a page may take for one step, on a busy machine."""
SIZE = {"width": 1400, "height": 1000}
TOOLS = {"confirm": 0, "guideline": 3, "comment": 4}
"""The buttons above a text, which have no names."""

_LINE, _MARK = "#container svg text[id]", '#container svg g[style*="pointer"]'
_DIALOG = ".v-dialog--active"
_MENU = ".menuable__content__active"

_SEEN = """window.seen = (what) => [...document.querySelectorAll(what)]
    .map((one) => [one.getBoundingClientRect(), one])
    .filter(([box]) => box.top > -5000)
    .sort(([one], [other]) => one.top - other.top || one.left - other.left);
"""
"""What stands on the page, in reading order; doccano parks lines of earlier texts far above and uses them again."""

_READ = """(marks) => {
    return seen(marks).map(([_, mark]) => [mark.textContent, mark.querySelector('circle').getAttribute('fill')]);
}"""
"""Label and colour of each mark."""

_FIND = """([line, words, nth]) => {
    const characters = [];
    for (const [_, text] of seen(line))
        for (const node of text.childNodes)
            for (let at = 0; at < node.length; at++) characters.push([node, at]);
    const shown = characters.map(([node, at]) => node.data[at]).join('');
    let start = -1;
    for (let count = 0; count < nth; count++) {
        start = shown.indexOf(words, start + 1);
        if (start < 0) return [];
    }
    const parts = new Map();
    for (const [node, at] of characters.slice(start, start + words.length))
        parts.set(node, [parts.has(node) ? parts.get(node)[0] : at, at + 1]);
    return [...parts].map(([node, [low, high]]) => {
        const range = document.createRange();
        range.setStart(node, low);
        range.setEnd(node, high);
        const box = range.getBoundingClientRect();
        return {left: box.left, right: box.right, y: (box.top + box.bottom) / 2};
    });
}"""
"""Where words stand on the page, their nth occurrence: a box for each line that they stand on."""

_STILL = """async ([line, mark, menu, count, limit]) => {
    const look = () => [...seen(line), ...seen(mark)].map(([box, one]) => [one.textContent, box.left, box.top].join());
    const end = performance.now() + limit;
    for (let before = '', same = 0; same < 3;) {
        if (performance.now() > end) throw Error(`${seen(mark).length} marks, not ${count}`);
        await new Promise(requestAnimationFrame);
        const now = look().join();
        const ready = seen(mark).length === count && !document.querySelector(menu);
        same = ready && now === before ? same + 1 : 0;
        before = now;
    }
}"""
"""Wait until so many marks are there, no menu is open, and all stands as it did three frames ago."""


def find_chromium() -> str | None:
    """The browser of this machine."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((path for name in names if (path := shutil.which(name))), None)


@contextmanager
def open_page(url: str) -> Iterator[Page]:
    """A page of a new browser, without cookies, that reaches this server and nothing else."""

    def allow(route: Route) -> None:
        route.continue_() if route.request.url.startswith(url) else route.abort()

    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-dev-shm-usage"]  # root in a container has neither
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=flags)
        page = browser.new_page(viewport=SIZE, base_url=url)
        page.set_default_timeout(TIMEOUT)
        page.add_init_script(_SEEN)
        page.route("**/*", allow)
        try:
            yield page
        finally:
            browser.close()


def log_in(page: Page, username: str, password: str) -> None:
    """Log in by the form."""
    page.goto("/auth")
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", password)
    page.locator(".v-card__actions button").click()
    page.wait_for_url("**/projects")


def start_annotation(page: Page, project: str) -> None:
    """Look for a project, open it and begin; the button leads nowhere before the bar shows the project's name."""
    page.goto("/projects")
    page.get_by_label("Search").fill(project)
    page.get_by_role("link", name=project, exact=True).click()
    page.locator("header.v-app-bar", has_text=project).wait_for()
    with page.expect_response(_answers("GET", "/metrics/progress")):
        _come_to(page, page.get_by_role("button", name="Start Annotation").click)


def _come_to(page: Page, act: Callable[[], None]) -> None:
    """Do what shows another document, and wait for its text and marks; the page asks for relations last."""
    with page.expect_response(_answers("GET", "/relations")), page.expect_response(_answers("GET", "/spans")) as found:
        act()
    page.locator(_LINE).first.wait_for()
    _wait_for_marks(page, len(found.value.json()))


# --- what one sees ---


def read_id(page: Page) -> str:
    """Our id of the document on the page."""
    return page.locator("tr", has_text="doc_id").locator("td").last.inner_text().strip()


def read_buttons(page: Page) -> list[tuple[str, str, str]]:
    """Name, key and background of each label beside the text."""
    return [(*words.split(), color) for words, color in _read_chips(page.locator(".v-chip-group .v-chip"))]


def _read_chips(places: Locator) -> list[tuple[str, str]]:
    """Words and background, as `#rrggbb`, of each place."""
    look = "(all) => all.map((one) => [one.innerText, getComputedStyle(one).backgroundColor])"
    rows = [(words, re.findall(r"\d+", color)[:3]) for words, color in places.evaluate_all(look)]
    return [(words.strip(), "#" + "".join(f"{int(part):02x}" for part in parts)) for words, parts in rows]


def read_marks(page: Page) -> list[tuple[str, str]]:
    """Label and colour of each mark, in reading order of the labels below the text."""
    return [(label, color) for label, color in page.evaluate(_READ, _MARK)]


def _find(page: Page, words: str, nth: int) -> list[dict[str, float]]:
    parts: list[dict[str, float]] = page.evaluate(_FIND, [_LINE, words, nth])
    assert parts, f"{words!r} is not on the page {nth} times"
    return parts


def read_progress(page: Page) -> str:
    """How many documents are done."""
    return page.locator(".v-list-item", has_text="Complete").last.inner_text().split()[-1]


# --- what one does ---


def turn_to(page: Page, document_id: str) -> None:
    """Leaf to a document, forward and from the last to the first."""
    while (old := read_id(page)) != document_id:
        first, _, forward, _ = page.locator("button.v-btn--fab.v-size--small").all()
        _come_to(page, (forward if forward.is_enabled() else first).click)
        page.locator("tr", has_text="doc_id").filter(has_not_text=re.compile(rf"\b{old}\b")).wait_for()


def drag(page: Page, words: str, nth: int = 1) -> None:
    """Select words with the mouse, from their first letter to their last; the letters of Hebrew begin at the right."""
    parts = _find(page, words, nth)
    right = "\u0590" <= words[0] <= "\u05ff"
    first, last = parts[0], parts[-1]
    start = first["right"] - 1 if right else first["left"] + 1
    end = last["left"] + 1 if right else last["right"] - 1
    page.mouse.move(start, first["y"])
    page.mouse.down()
    page.mouse.move((start + end) / 2, (first["y"] + last["y"]) / 2, steps=2)
    page.mouse.move(end, last["y"], steps=2)
    page.mouse.up()


def mark_by_menu(page: Page, words: str, label: str, nth: int = 1) -> Mapping[str, Any]:
    """Mark words, the label from the menu that the selection opens; gives what the page sends."""

    def act() -> None:
        drag(page, words, nth)
        page.locator(_MENU).get_by_role("menuitem").filter(has_text=re.compile(rf"{label}$")).click()

    return _mark(page, act)


def hold_label(page: Page, key: str) -> None:
    """Press the key of a label: from now on each selection gets it, until the key is pressed again."""
    page.keyboard.press(key)


def mark_by_key(page: Page, words: str, nth: int = 1) -> Mapping[str, Any]:
    """Mark words with the label whose key was pressed; gives what the page sends."""
    return _mark(page, lambda: drag(page, words, nth))


def _mark(page: Page, act: Callable[[], None]) -> Mapping[str, Any]:
    before = len(read_marks(page))
    with page.expect_response(_answers("POST", "/spans")) as found:
        act()
    assert found.value.status == 201, found.value.text()
    _wait_for_marks(page, before + 1)
    sent: Mapping[str, Any] = found.value.request.post_data_json
    return sent


def unmark(page: Page, words: str, nth: int = 1) -> None:
    """Take the mark off words: a click on the label below them, and one on the cross beside its name."""
    before, first = len(read_marks(page)), _find(page, words, nth)[0]
    for mark in page.locator(_MARK).all():
        box = mark.bounding_box()
        if box and abs(box["x"] - first["left"]) < 8 and 0 < box["y"] - first["y"] < 40:
            mark.click()
            break
    with page.expect_response(_answers("DELETE", "/spans")) as found:
        page.locator(_MENU).get_by_role("button", name="Close").click()
    assert found.value.ok
    _wait_for_marks(page, before - 1)


def _wait_for_marks(page: Page, count: int) -> None:
    page.evaluate(_STILL, [_LINE, _MARK, _MENU, count, TIMEOUT])


def comment(page: Page, text: str) -> None:
    """Write a comment on the document."""
    _press(page, "comment")
    page.fill(f"{_DIALOG} textarea", text)
    with page.expect_response(_answers("POST", "/comments")) as found:
        page.locator(_DIALOG).get_by_role("button", name="Send").click()
    assert found.value.status == 201
    _close(page)


@dataclass(frozen=True, slots=True)
class Guideline:
    """What the page of the guidelines shows: its words, and text and background of each mark."""

    text: str
    marks: tuple[tuple[str, str], ...]


def read_guideline(page: Page) -> Guideline:
    """Open the guidelines, read them and close them."""
    _press(page, "guideline")
    shown = page.locator(f"{_DIALOG} .tui-editor-contents")
    shown.wait_for()
    guideline = Guideline(shown.inner_text(), tuple(_read_chips(shown.locator("span[style]"))))
    _close(page)
    return guideline


def confirm(page: Page) -> None:
    """Press the button that says that the document is done, and wait until it counts."""
    before = int(read_progress(page))
    with page.expect_response(_answers("POST", "/states")) as found:
        _press(page, "confirm")
    assert found.value.ok
    page.locator(".v-list-item", has_text=re.compile(rf"Complete\s*{before + 1}\b")).wait_for()


def _press(page: Page, tool: str) -> None:
    page.locator(".v-main .v-btn-toggle button, .v-main .v-toolbar button").nth(TOOLS[tool]).click()


def _close(page: Page) -> None:
    page.locator(_DIALOG).get_by_role("button", name="Close").click()
    page.locator(_DIALOG).wait_for(state="hidden")


def _answers(method: str, path: str) -> Callable[[Response], bool]:
    def matches(response: Response) -> bool:
        return response.request.method == method and path in response.url

    return matches
