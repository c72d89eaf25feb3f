"""Reports in a browser: at the width of a phone and of a desk, light and dark, as a person sees and hears them.

Chromium has to be there in continuous integration (`CI=true`); by hand, the tests are skipped without it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, sync_playwright

import specrun as face
from tests.keras.test_report import SECTIONS, TASKS, write_shop

WIDTHS = (360, 1280)
SCHEMES = ("light", "dark")
PAGES = ("outputs", "labels", "series")
NAMES = {"price": "<b>price</b>", "town": 'a "very" long name of a column, which no table was made for'}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        assert os.environ.get("CI") != "true", "there is no Chromium; install Debian's `chromium`"
        pytest.skip("there is no Chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The reports of a few tasks, of data with names that are hard on a page."""
    folder = tmp_path_factory.mktemp("shop")
    write_shop(folder)
    head, rows = (folder / "shop.csv").read_text("utf-8").split("\n", 1)
    quoted = ",".join('"{}"'.format(NAMES.get(name, name).replace('"', '""')) for name in head.split(","))
    (folder / "shop.csv").write_text(f"{quoted}\n{rows}", "utf-8")
    for task in PAGES:
        text = TASKS[task]
        for name, other in NAMES.items():
            text = text.replace(f"{name}:", f"'{other}':")
        face.check(text, folder=folder).run(out=folder / task)
    return {task: folder / task / "report.html" for task in PAGES}


@pytest.fixture(params=[(width, scheme) for width in WIDTHS for scheme in SCHEMES], ids=lambda p: f"{p[0]}-{p[1]}")
def opened(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Any]:
    """What opens a page at a width and in a scheme, and gives it with what the console said, and what it asked for."""
    width, scheme = request.param
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)

    def open_(path: Path) -> tuple[Page, list[str], list[str]]:
        said: list[str] = []
        asked: list[str] = []
        page = context.new_page()
        page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda problem: said.append(str(problem)))

        def routed(route: Route) -> None:
            asked.append(route.request.url)
            if route.request.url == path.as_uri():
                route.continue_()
            else:
                route.abort()

        page.route("**/*", routed)
        page.goto(path.as_uri())
        return page, said, asked

    yield open_
    context.close()


@pytest.mark.parametrize("task", PAGES)
def test_a_report_is_well_seen(opened: Any, pages: dict[str, Path], task: str) -> None:
    page, said, asked = opened(pages[task])
    assert [head.inner_text() for head in page.locator("h2").all()] == list(SECTIONS)
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    pictures = page.get_by_role("img").all()
    assert len(pictures) == page.locator("svg").count() >= 7
    for picture in pictures:
        box = picture.bounding_box()
        assert box is not None
        assert box["width"] > 150
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
    assert found.response["violations"] == [], found.generate_report()
    assert len(found.response["passes"]) > 10
    assert said == []
    assert asked == [pages[task].as_uri()]


def test_a_picture_tells_its_numbers(opened: Any, pages: dict[str, Path]) -> None:
    page, _, _ = opened(pages["outputs"])
    loss = page.get_by_role("img", name="On the training rows, loss falls from")
    assert loss.count() == 1
    assert page.get_by_role("img", name="The network as a graph").count() == 1


def test_nothing_in_a_page_can_ask_for_anything(opened: Any, pages: dict[str, Path]) -> None:
    page, said, asked = opened(pages["outputs"])
    image = "const image = new Image(); image.src = 'https://example.org/x.png'; document.body.append(image)"
    page.evaluate(f"() => {{ {image} }}")
    page.wait_for_function("document.images.length == 1")
    assert asked == [pages["outputs"].as_uri()]
    assert any("Content Security Policy" in line for line in said)


def test_the_axes_and_words_of_a_picture_change_with_the_scheme(browser: Browser, pages: dict[str, Path]) -> None:
    colours = set()
    for scheme in SCHEMES:
        context = browser.new_context(color_scheme=scheme)  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(pages["labels"].as_uri())
        colours.add(page.locator("figure svg text").first.evaluate("text => getComputedStyle(text).fill"))
        context.close()
    assert len(colours) == 2


def test_paper_is_light_and_shows_what_is_folded(browser: Browser, pages: dict[str, Path]) -> None:
    context = browser.new_context(color_scheme="dark")
    page = context.new_page()
    page.goto(pages["outputs"].as_uri())
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.get_by_text("Measures of each epoch").is_visible()
    assert page.locator("nav").is_hidden()
    assert page.pdf()[:4] == b"%PDF"
    context.close()
