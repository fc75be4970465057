"""A browser for the map's tests: every page is opened from disk, and nothing may leave the file."""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ARTEFACTS = Path(__file__).resolve().parents[2] / "test-artefacts"
VIEWS = {"desktop": (1440, 900), "tablet": (1024, 768), "phone": (390, 844)}
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("Chromium is not installed; `make browser` installs it")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=list(FLAGS))
        yield browser
        browser.close()


class Opened:
    """A page with everything it said and asked for."""

    def __init__(self, page: Any, address: str) -> None:
        self.page = page
        self.messages: list[str] = []
        self.requests: list[str] = []
        page.on("console", lambda message: self.messages.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: self.messages.append(f"error: {error}"))
        page.on("request", lambda request: self.requests.append(request.url))
        page.on(
            "dialog", lambda dialog: (self.messages.append(f"dialog: {dialog.message}"), dialog.dismiss())
        )
        self.address = address

    def ready(self) -> Opened:
        self.page.wait_for_function("window.shanhai !== undefined", timeout=20_000)
        self.page.evaluate("window.shanhai.ready.then(() => true)")
        return self

    def do(self, script: str) -> Any:
        return self.page.evaluate(script)

    def outside(self) -> list[str]:
        """Requests for anything but the file itself."""
        own = self.address.split("#")[0]
        return [
            url
            for url in self.requests
            if url.split("#")[0] != own and not url.startswith(("data:", "blob:"))
        ]

    def silent(self) -> None:
        assert self.messages == []
        assert self.outside() == []


@pytest.fixture
def open_page(chromium: Any, tmp_path: Path) -> Iterator[Callable[..., Opened]]:
    with contextlib.ExitStack() as stack:

        def open_one(html: str, view: str = "desktop", hash_text: str = "", **context: Any) -> Opened:
            path = tmp_path / f"page{len(list(tmp_path.iterdir()))}.html"
            path.write_text(html, encoding="utf-8")
            width, height = VIEWS[view]
            session = chromium.new_context(viewport={"width": width, "height": height}, **context)
            stack.callback(session.close)
            session.route(
                "**/*",
                lambda route: route.continue_() if route.request.url.startswith("file:") else route.abort(),
            )
            page = session.new_page()
            page.set_default_timeout(10_000)
            opened = Opened(page, path.as_uri() + hash_text)
            page.goto(opened.address)
            return opened

        yield open_one


@pytest.fixture(scope="session")
def organic_html() -> str:
    from map_cities import organic_report  # noqa: PLC0415 - read when a browser is there

    from maps.page import render_map  # noqa: PLC0415

    return render_map(organic_report())


def keep(opened: Opened, name: str) -> Path:
    """Keep a picture of the page."""
    ARTEFACTS.mkdir(exist_ok=True)
    path = ARTEFACTS / f"{name}.png"
    opened.page.screenshot(path=path)
    return path
