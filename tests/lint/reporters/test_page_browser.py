"""The page in a real browser: Debian's chromium, offline."""

import re
import shutil
import struct
import zlib
from dataclasses import replace
from itertools import pairwise

import pytest

from dedup.lint.findings import Failure
from dedup.lint.reporters import View, renderer
from tests.lint.repeats import everywhere, exact, near, place, report_of, spans

PLAIN = "The ferry leaves the quay at nine. The old mill by the river will be open again in May.\n\n"
TEXTS = {
    "harbour/a.md": PLAIN
    + "The old mill by the river will be open again in May, if the roof is mended.\n\n"
    + "So. " * 400,
    "harbour/b.md": "Nobody is let in on a Monday before noon without a pass from the office.\n",
    "town/c.md": "Nobody is let in on a Tuesday before noon without a written pass.\n" + PLAIN,
    "town/d.md": "<script>document.title = 'taken'</script> & \"one two three four\" \x00\x1b\udcff\n",
    "town/e.md": "اليوم تفتح الطاحونة القديمة أبوابها من جديد\n\nوقال العمدة: اليوم تفتح الطاحونة القديمة أبوابها\n",
}
HOSTILE = "<script>document.title = 'taken'</script> & \"one two three four\" \x00\x1b\udcff"
EXPECTED = ("r1", "r2", "r3", "r4", "r5")
CONFIDENCES = (None, 0.25, 0.75, 0.5, 0.75)
BY_CONFIDENCE = ("r1", "r3", "r5", "r4", "r2")


def report():
    made = handmade()
    pairs = zip(made.findings, CONFIDENCES, strict=True)
    return replace(made, findings=tuple(replace(finding, confidence=confidence) for finding, confidence in pairs))


def handmade():
    matched = spans(TEXTS["town/c.md"], "Nobody is let in on a", "before noon without a", "pass")
    return report_of(
        TEXTS,
        exact(12, *everywhere(TEXTS, "The old mill by the river will be open again in May")),
        near(12, 0.8, place("harbour/b.md", ((0, 71),)), place("town/c.md", matched)),
        exact(9, place("town/d.md", ((0, len(HOSTILE)),)), place("harbour/a.md", ((0, 33),))),
        exact(5, *everywhere(TEXTS, "تفتح الطاحونة القديمة أبوابها")),
        failures=(Failure("town/f.md", "is not UTF-8"),),
    )


@pytest.fixture(scope="module")
def browser():
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("chromium is not installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        # no sandbox: it cannot be had as root, and what is opened is ours; no /dev/shm: containers have little of it
        launched = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
        )
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "page.html"
    path.write_text("".join(renderer("html")(report(), View())), "utf-8")
    return path


@pytest.fixture
def opened(browser, file):
    """A function that opens the page; afterwards nothing was asked of the network and nothing complained."""
    contexts, asked, messages = [], [], []

    def visit(**options):
        context = browser.new_context(offline=True, **{"viewport": {"width": 1280, "height": 700}, **options})
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: messages.append(message.text))
        page.on("pageerror", lambda error: messages.append(str(error)))
        page.on("dialog", lambda dialog: messages.append(dialog.message))
        page.goto(file.as_uri())
        return page

    yield visit
    for context in contexts:
        context.close()
    assert set(asked) == {file.as_uri()}
    assert messages == []


def shown(page) -> tuple[str, ...]:
    return tuple(page.eval_on_selector_all("article", "all => all.filter(a => a.checkVisibility()).map(a => a.id)"))


def focused(page) -> str:
    return page.evaluate("document.activeElement.id")


def test_the_filters_hide_what_does_not_fit(opened):
    page = opened()
    status = page.locator("#status")
    assert (shown(page), status.text_content()) == (EXPECTED, "5 shown")
    by_rule = {}
    for box in page.locator("[name=rule]").all():
        box.uncheck()
        by_rule[box.get_attribute("value")] = set(EXPECTED) - set(shown(page))
        box.check()
    assert set().union(*by_rule.values()) == set(EXPECTED)
    assert sum(map(len, by_rule.values())) == len(EXPECTED)
    for code, names in by_rule.items():
        assert all(page.locator(f"#{name}").get_attribute("data-rule") == code for name in names)
    page.fill("#least", "12")
    assert {page.locator(f"#{name}").get_attribute("data-words") for name in shown(page)} == {"13", "12", "0"}
    page.fill("#least", "")
    page.fill("#file", "HARBOUR/b")
    assert len(shown(page)) == 1
    assert "without a" in page.locator(f"#{shown(page)[0]}").text_content()
    assert status.text_content() == "1 of 5 shown"
    rows_left = [row for row in page.locator(".map li").all() if row.is_visible()]
    assert [row.locator(".path").text_content() for row in rows_left] == ["harbour/b.md"]
    page.fill("#file", "nowhere")
    assert (shown(page), status.text_content()) == ((), "No match")
    page.click("#all")
    assert (shown(page), status.text_content()) == (EXPECTED, "5 shown")


def test_the_findings_can_be_ordered_by_length_and_places(opened):
    page = opened()
    for order in ("words", "places"):
        page.select_option("#order", order)
        numbers = [int(one.get_attribute(f"data-{order}")) for one in page.locator("article").all()]
        assert numbers == sorted(numbers, reverse=True)
    page.select_option("#order", "place")
    assert shown(page) == EXPECTED


def test_the_most_confident_come_first_after_those_without_a_confidence(opened):
    page = opened()
    page.select_option("#order", "confidence")
    assert shown(page) == BY_CONFIDENCE
    page.select_option("#order", "place")
    assert shown(page) == EXPECTED


def test_the_keyboard_leads_from_finding_to_finding(opened):
    page = opened()
    went = []
    for key in "jjkjjjjj":
        page.keyboard.press(key)
        went.append(focused(page))
    assert went == ["r1", "r2", "r1", "r2", "r3", "r4", "r5", "r5"]
    at = page.locator("#r5")
    assert at.evaluate("one => getComputedStyle(one).outlineStyle") == "solid"
    top = page.locator("#r3").evaluate("one => (one.scrollIntoView(), one.getBoundingClientRect().top)")
    assert top >= page.locator("#filters").evaluate("one => one.getBoundingClientRect().bottom")
    page.click("#previous")
    page.keyboard.press("/")
    page.keyboard.type("jk")
    assert (focused(page), page.input_value("#file"), shown(page)) == ("file", "jk", ())
    page.fill("#file", "town")
    left = shown(page)
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    assert (page.input_value("#file"), shown(page), focused(page)) == ("town", left, left[0])


def test_every_control_can_be_reached_by_the_tab_key_and_seen(opened):
    page = opened()
    page.evaluate("scrollTo(0, 0)")
    reached = []
    for _ in range(24):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate(
                """() => {
                const one = document.activeElement, style = getComputedStyle(one.querySelector("rect") || one);
                const seen = style.outlineStyle !== "none" || style.stroke !== "none";
                return [one.id || one.name || one.getAttribute("href") || one.type, seen];
                }"""
            )
        )
    assert all(seen for _, seen in reached)
    names = [name for name, _ in reached]
    assert names[0] == "#findings"
    wanted = ["rule", "file", "least", "order", "previous", "next", "all"]
    assert list(dict.fromkeys(name for name in names if name in wanted)) == wanted


def test_every_control_has_a_name(opened):
    page = opened()
    names = page.eval_on_selector_all(
        "input, select, button, a, nav, form, svg",
        "all => all.map(one => one.ariaLabel || one.textContent.trim() || one.labels[0].textContent)",
    )
    assert len(names) > 20
    assert all(names)


def test_a_mark_of_the_map_leads_to_its_finding(opened):
    page = opened()
    mark = page.locator(".map svg a").nth(0)
    mark.focus()
    page.keyboard.press("ArrowRight")
    other = page.evaluate("document.activeElement.getAttribute('href')")
    assert other != mark.get_attribute("href")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(f"{other}$"))
    page.wait_for_selector(f"{other}:focus")
    # what a filter hides can still be gone to
    page.fill("#file", "nowhere")
    page.evaluate("location.hash = '#r5'")
    page.wait_for_selector("#r5:focus")
    assert shown(page) == EXPECTED
    # even where it was gone to before
    page.evaluate("scrollTo(0, 0)")
    page.click("#r5 .number")
    assert focused(page) == "r5"


VISIBLE_LINKS = """all => all.filter(one => one.checkVisibility({ visibilityProperty: true }))
    .map(one => one.getAttribute("href"))"""


def test_a_filtered_map_leads_only_to_what_is_shown(opened):
    page = opened()
    before = set()
    for least in (0, 5, 13, 100):
        page.fill("#least", str(least))
        left = set(shown(page))
        assert left != before
        links = page.eval_on_selector_all(".map svg a", VISIBLE_LINKS)
        assert {link[1:] for link in links} == left
        before = left


def test_all_of_it_is_there_without_javascript(opened):
    page = opened(java_script_enabled=False)
    assert all(page.locator(f"#{name}").is_visible() for name in EXPECTED)
    assert not page.locator("#filters").is_visible()
    page.locator(".map svg a").nth(1).click()
    assert page.locator("article:target").count() == 1


def test_what_a_text_holds_is_shown_and_not_obeyed(opened):
    page = opened()
    assert page.title() == "Repeated passages: 5 findings in 5 files"
    assert (
        "<script>document.title = 'taken'</script> & \"one two three four\" ␀␛\ufffd"
        in page.locator("main").inner_text()
    )


def test_text_from_right_to_left_is_set_so(opened):
    page = opened()
    directions = {
        quote.evaluate("one => getComputedStyle(one).direction"): quote.text_content()
        for quote in page.locator("blockquote").all()
    }
    assert directions.keys() == {"ltr", "rtl"}
    assert "الطاحونة" in directions["rtl"]


PAIRS = """all => all.map(one => {
    let behind = one;
    while (getComputedStyle(behind).backgroundColor === "rgba(0, 0, 0, 0)") behind = behind.parentElement;
    const name = one.getAttribute("class") || one.tagName;
    return [name, getComputedStyle(one).color, getComputedStyle(behind).backgroundColor];
})"""


def luminance(color: str) -> float:
    """Relative luminance of "rgb(r, g, b)", as WCAG 2 has it."""
    parts = [int(part) / 255 for part in re.findall(r"\d+", color)[:3]]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_light_and_dark_differ_and_both_can_be_read(opened):
    colors = {}
    for scheme in ("light", "dark", "print"):
        page = opened(color_scheme="light" if scheme == "light" else "dark")
        if scheme == "print":
            page.emulate_media(media="print")
        found = page.eval_on_selector_all(
            "body, h1, h2, p, mark, ins, del, span, a, button, input, figcaption, label", PAIRS
        )
        assert {"MARK", "INS", "DEL", "around"} <= {name for name, _, _ in found}
        for name, ink, paper in found:
            dark, light = sorted((luminance(ink), luminance(paper)))
            assert (light + 0.05) / (dark + 0.05) >= 4.5, (scheme, name, ink, paper)
        colors[scheme] = {name: (ink, paper) for name, ink, paper in found}
    assert all(colors["light"][name] != colors["dark"][name] for name in colors["light"])
    assert luminance(colors["light"]["BODY"][1]) > 0.8
    assert luminance(colors["dark"]["BODY"][1]) < 0.05


def test_print_leaves_out_what_only_a_screen_can_use(opened):
    page = opened(color_scheme="dark")
    page.emulate_media(media="print")
    assert not page.locator("#filters").is_visible()
    assert all(page.locator(f"#{name}").is_visible() for name in EXPECTED)
    assert luminance(page.evaluate("getComputedStyle(document.documentElement).backgroundColor")) == pytest.approx(1)


def test_nothing_is_wider_than_the_window(opened):
    page = opened()
    for width in (320, 800, 1600):
        page.set_viewport_size({"width": width, "height": 700})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_picture_of_the_page_is_not_blank(opened, scheme, tmp_path):
    picture = tmp_path / "page.png"
    opened(color_scheme=scheme).screenshot(path=picture)
    assert len(set(rows(picture.read_bytes()))) > 50


def rows(png: bytes) -> list[bytes]:
    """The rows of a PNG, as differences from the row above or the pixel before: of one colour they are all alike."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    at, data, height = 8, b"", 0
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        body = png[at + 8 : at + 8 + length]
        if kind == b"IHDR":
            height = struct.unpack(">I", body[4:8])[0]
        elif kind == b"IDAT":
            data += body
        at += length + 12
    pixels = zlib.decompress(data)
    size = len(pixels) // height
    return [pixels[start:stop] for start, stop in pairwise(range(0, len(pixels) + 1, size))]
