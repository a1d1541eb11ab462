"""The inbox in a real browser, with the keyboard alone; skipped where there is no Chromium."""

import socket
import threading
import time
from pathlib import Path

import pytest

from safeconduct.watch.matching import Matcher
from safeconduct.watch.store import desk_work
from safeconduct.web.inbox import create_inbox_app
from watch.conftest import AT
from watch.test_store import EN, OTHER, page

CHROMIUM = Path("/usr/bin/chromium")
playwright = pytest.importorskip("playwright.sync_api")
uvicorn = pytest.importorskip("uvicorn")
pytestmark = [
    pytest.mark.skipif(not CHROMIUM.exists(), reason="no Chromium on this machine"),
    pytest.mark.filterwarnings("ignore"),
]


@pytest.fixture
def address(store, examplia, edition, tmp_path):
    matcher = Matcher(examplia)
    store.add(page(EN), at=AT, matcher=matcher)
    store.add(page(OTHER, url="https://c.example/1"), at=AT, matcher=matcher)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    app = create_inbox_app(
        store, examplia, drafts=tmp_path / "drafts", by="editor-a", now=lambda: AT, port=port,
        edition=edition,
    )
    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error", lifespan="off")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    for _ in range(100):
        if server.started:
            break
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}/"
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="module")
def chromium():
    with playwright.sync_playwright() as one:
        started = one.chromium.launch(
            executable_path=str(CHROMIUM),
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ],
        )
        yield started
        started.close()


@pytest.fixture
def browser(chromium):
    context = chromium.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


def test_a_story_is_found_opened_and_rejected_with_the_keyboard(address, browser, store):
    browser.goto(address)
    assert browser.title().startswith("Open stories")
    for _ in range(12):
        browser.keyboard.press("Tab")
        focus = browser.locator(":focus")
        if focus.count() and "deserter" in focus.inner_text():
            break
    browser.keyboard.press("Enter")
    browser.wait_for_url("**/story/*")
    assert browser.locator("text=kz.handover.deserter").count() == 1
    browser.locator("#note").focus()
    browser.keyboard.type("seen in the browser")
    browser.keyboard.press("Tab")
    browser.keyboard.press("Tab")
    assert browser.locator(":focus").inner_text() == "Reject"
    browser.keyboard.press("Enter")
    browser.wait_for_url("**/?done=reject-1")
    assert browser.locator("[role=status]").inner_text() == "Done: reject story 1."
    assert desk_work.show(store, 1).decisions[0]["note"] == "seen in the browser"


def test_whose_answers_would_change_is_seen_before_accepting_with_the_keyboard(address, browser, store):
    browser.goto(address + "story/1")
    browser.locator("a[accesskey=w]").focus()
    browser.keyboard.press("Enter")
    browser.wait_for_url("**/story/1/effect")
    assert browser.locator("#sum").inner_text().startswith("Nobody’s.")
    assert "one more case" in browser.locator("main li").first.inner_text()
    browser.locator("#note").focus()
    browser.keyboard.press("Tab")
    assert browser.locator(":focus").inner_text() == "Accept: write drafts"
    browser.keyboard.press("Enter")
    browser.wait_for_url("**/?done=accept-1")
    browser.locator("[role=status] a").focus()
    browser.keyboard.press("Enter")
    browser.wait_for_url("**/story/1/effect")
    assert desk_work.show(store, 1).line.state == "accepted"


def test_the_two_sides_stand_beside_each_other_on_a_wide_screen_and_below_on_a_narrow_one(
    address, browser
):
    browser.goto(address + "story/1")
    boxes = [browser.locator(".sides > section").nth(n).bounding_box() for n in (0, 1)]
    assert boxes[0]["x"] < boxes[1]["x"] and abs(boxes[0]["y"] - boxes[1]["y"]) < 5
    browser.set_viewport_size({"width": 360, "height": 800})
    boxes = [browser.locator(".sides > section").nth(n).bounding_box() for n in (0, 1)]
    assert boxes[0]["y"] < boxes[1]["y"]
