"""The pages in a real Chromium: without a script, by keyboard, narrow, large, both ways, accessible.

Needs Debian's `chromium` (or another browser named in SAFECONDUCT_CHROMIUM) and, for the
accessibility checks, axe-core: `make browser` installs both. Without them the tests are skipped and
say so; with SAFECONDUCT_BROWSER=required, as in CI, they fail. SAFECONDUCT_AXE=all looks at every
kind of page in every language, light and dark, both ways (`make accessibility`).
"""

import contextlib
import os
import socket
import threading
import time
from pathlib import Path

import pytest
import uvicorn

from safeconduct.engine.unlock import Unlocked
from safeconduct.web.app import create_app
from web.conftest import settings

UNLOCKED = (
    Unlocked(("paper:international-passport:RU",), (("BR", "refugee"), ("DE", "refugee")), (), (),
             None),
    Unlocked(("proceeding:none",), (), (("FR", "refugee", ("fr.asylum.claim",)),),
             (("FR", "refugee", "documented", "none-recorded"),), None),
)
if os.environ.get("SAFECONDUCT_BROWSER") == "required":
    from playwright import sync_api
else:
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = os.environ.get("SAFECONDUCT_CHROMIUM", "/usr/bin/chromium")
AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
EXAMPLES = Path(__file__).parents[2] / "examples"
EXAMPLE = EXAMPLES / "officer-in-kazakhstan.toml"
OTHER = EXAMPLES / "conscript-in-mongolia.toml"
EVERYTHING = [(lang, ("light", "dark")) for lang in ("en", "ru", "uk", "fr", "de", "ar-xb")]
#: The shortest and the longest words, both directions, both schemes.
COVERING = [("en", ("light",)), ("ru", ("dark",)), ("ar-xb", ("light",))]
LOOKS = EVERYTHING if os.environ.get("SAFECONDUCT_AXE") == "all" else COVERING
CHROMIUM_FLAGS = [
    "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]


def need(path, what):
    """Skip, or where a browser is required fail, when something is not there."""
    if not Path(path).exists():
        said = f"no {what} at {path}: install it with `make browser`"
        if os.environ.get("SAFECONDUCT_BROWSER") == "required":
            pytest.fail(said)
        pytest.skip(said)


@pytest.fixture(scope="module")
def root(base):
    """The address of a running guide; what the engine answers once, it does not compute again."""
    from safeconduct.web import answers, unlocking

    known, plain = {}, answers.answer

    def remembered(edition, situation, **asked):
        key = repr((edition.as_of, situation.values, situation.unsure, situation.complete, asked))
        if key not in known:
            known[key] = plain(edition, situation, **asked)
        return known[key]

    patch = pytest.MonkeyPatch()
    patch.setattr(answers, "answer", remembered)
    # found by its own tests; here what its page looks like
    patch.setattr(unlocking, "unlock", lambda *_, **__: UNLOCKED)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(
        create_app(base, settings()), host="127.0.0.1", port=port, log_level="error",
        lifespan="off", ws="none",
    ))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    patch.undo()
    server.should_exit = True
    thread.join(timeout=10)


@pytest.fixture(scope="module")
def browser():
    need(CHROMIUM, "Chromium")
    with sync_api.sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path=CHROMIUM, args=CHROMIUM_FLAGS
        )
        yield found
        found.close()


@pytest.fixture
def page(browser):
    context = browser.new_context(viewport={"width": 320, "height": 640})
    found = context.new_page()
    found.set_default_timeout(90_000)
    yield found
    context.close()


def post(page, root, path, **fields):
    """Open a page that is reached with a form."""
    with page.expect_navigation():
        page.evaluate(
            """([action, fields]) => {
              const form = document.createElement('form');
              form.method = 'post'; form.action = action;
              for (const [name, value] of Object.entries(fields)) {
                const input = document.createElement('input');
                input.type = 'hidden'; input.name = name; input.value = value; form.append(input);
              }
              document.body.append(form); form.submit();
            }""",
            [f"{root}{path}", fields],
        )


def press(page, button):
    """Press a button and wait for the page it leads to."""
    with page.expect_navigation():
        page.click(button)


def state(page):
    return page.locator("input[name=state]").first.get_attribute("value")


def visit_all(page, root, lang):
    """Every kind of page, one after the other; yields a name for each."""
    for path in ("", "places", "place/KG", "sources", "search", "changes", "about", "open", "leave",
                 "nothing", "source/kz-unhcr-help"):
        page.goto(f"{root}/{lang}/{path}")
        yield path or "start"
    page.goto(f"{root}/{lang}/search")
    page.fill("#text", "kazakhstan passport")
    page.click("main button")
    yield "search with results"
    page.goto(f"{root}/{lang}/")
    page.select_option("#v", "KZ")
    page.click("button.main")
    yield "question: countries"
    page.click("button.main")
    yield "question with an error"
    page.select_option("#first", "RU")
    page.click("button.main")
    yield "question: yes or no"
    for key in ("paper", "paper.0.valid_until", "duty", "standing.0.until", "claim"):
        page.goto(f"{root}/{lang}/open")
        page.fill("#text", 'present_in = "KZ"\nnationalities = ["RU"]\n'
                  '[standing]\nkind = "visitor"\n'
                  '[[paper]]\nkind = "international-passport"\nissuer = "RU"\n')
        page.click("main button")
        post(page, root, f"/{lang}/guide", state=state(page), change=key)
        yield f"question: {key}"
    page.goto(f"{root}/{lang}/open")
    page.fill("#text", "x = 1")
    page.click("main button")
    yield "open with an error"
    page.fill("#text", EXAMPLE.read_text("utf-8"))
    page.click("main button")
    yield "summary"
    token = state(page)
    post(page, root, f"/{lang}/danger", state=token, do="stay")
    yield "danger"
    post(page, root, f"/{lang}/answer", state=token)
    yield "answer"
    way = page.locator("[data-way]").first.get_attribute("data-way")
    shut = page.locator("[data-closed]").first.get_attribute("data-closed")
    post(page, root, f"/{lang}/way", state=token, way=way)
    yield "way"
    post(page, root, f"/{lang}/why", state=token, closed=shut)
    yield "why"
    page.goto(f"{root}/{lang}/open")
    page.fill("#text", OTHER.read_text("utf-8"))
    page.click("main button")
    other = state(page)
    post(page, root, f"/{lang}/ways", state=other, start="5")
    yield "further ways"
    post(page, root, f"/{lang}/unlock", state=token)
    yield "what would open more"
    post(page, root, f"/{lang}/claim", state=token, **{"in": "FR"})
    yield "claim"
    post(page, root, f"/{lang}/compare", state=token, on_a="2026-11-24", on_b="2026-11-24",
         known_a="2026-11-24", known_b="2026-11-23")
    yield "compare"
    page.goto(f"{root}/{lang}/")
    post(page, root, f"/{lang}/guide", state="x", q="duty")
    yield "refused"


def open_details(page):
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")


@pytest.mark.parametrize("lang,schemes", LOOKS, ids=lambda x: x if isinstance(x, str) else "-".join(x))
def test_no_accessibility_violation_on_any_page(page, root, lang, schemes):
    need(AXE, "axe-core")
    source = AXE.read_text("utf-8")
    checked, problems = 0, []
    for name in visit_all(page, root, lang):
        page.evaluate(source)
        assert page.evaluate("axe.version") == "4.14.1"
        open_details(page)
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > 320:
            problems.append(f"{name} scrolls sideways at 320 px: {wide}")
        for scheme in schemes:
            page.emulate_media(color_scheme=scheme)
            found = page.evaluate(
                """() => axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa',
                   'wcag22aa', 'best-practice'], resultTypes: ['violations']})"""
            )
            told = [
                (v["id"], [n["html"][:160] for n in v["nodes"][:3]]) for v in found["violations"]
            ]
            problems += [f"{name}, {scheme}: {t}" for t in told]
            checked += 1
    assert not problems, "\n".join(problems)
    assert checked >= 28 * len(schemes)


def test_the_journey_works_without_scripts(browser, root):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    asked = []
    page.on("request", lambda r: asked.append(r.url))
    page.goto(f"{root}/en/")
    assert len(asked) <= 3
    page.select_option("#v", "KZ")
    press(page, "button.main")
    page.select_option("#first", "RU")
    press(page, "button.main")
    for _ in range(60):
        if not page.locator("button[value=unsure]").count():
            break
        press(page, "button[value=unsure]")
    assert page.locator("h1").inner_text() == "Check your answers"
    assert all(url.startswith(root) for url in asked)
    assert not context.cookies()
    context.close()


def test_the_journey_works_with_the_keyboard_alone(page, root):
    page.goto(f"{root}/en/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "v":
            break
    page.keyboard.type("Kaz")
    page.keyboard.press("Tab")
    seen = page.evaluate(
        """() => { const s = getComputedStyle(document.activeElement);
            return [s.outlineStyle, parseFloat(s.outlineWidth)] }"""
    )
    assert seen[0] == "solid"
    assert seen[1] >= 2
    page.keyboard.press("Enter")
    page.wait_for_url("**/guide")
    assert "citizenship" in page.locator("h1").inner_text()


def test_enter_in_a_field_continues(page, root):
    page.goto(f"{root}/en/open")
    page.fill("#text", 'present_in = "KZ"')
    page.click("main button")
    post(page, root, "/en/guide", state=state(page), change="birth_year", **{"from": "summary"})
    page.fill("#first", "1996")
    page.keyboard.press("Enter")
    page.wait_for_selector(".answers")
    assert "1996" in page.locator(".answers").first.inner_text() or (
        "1996" in page.content()
    )


def test_text_at_twice_the_size_loses_nothing(browser, root):
    context = browser.new_context(viewport={"width": 640, "height": 800})
    page = context.new_page()
    page.goto(f"{root}/en/")
    for step in ("start", "question"):
        page.add_init_script("1")
        page.evaluate("document.documentElement.style.setProperty('font-size', '200%')")
        assert page.evaluate("document.documentElement.scrollWidth") <= 640, step
        cut = page.evaluate(
            """() => [...document.querySelectorAll('button, label, h1, a')].filter(
                 e => e.offsetParent && e.className != 'skip' &&
                 e.scrollWidth > e.clientWidth + 2 && getComputedStyle(e).display != 'inline'
               ).map(e => e.outerHTML.slice(0, 80))"""
        )
        assert not cut, cut
        page.select_option("select", "KZ")
        press(page, "button.main")
    context.close()


def test_after_leaving_quickly_back_and_history_show_nothing(page, root):
    page.goto(f"{root}/en/")
    page.select_option("#v", "KZ")
    press(page, "button.main")
    page.select_option("#first", "RU")
    press(page, "button.main")
    press(page, "button[value=summary]")
    assert "Kazakhstan" in page.content()
    press(page, ".leave button")
    page.wait_for_url("**/leave")
    assert "Kazakhstan" not in page.content()
    assert "safeconduct" not in page.content()
    for _ in range(4):
        with contextlib.suppress(sync_api.Error):
            page.go_back(timeout=3000)
        text = page.locator("main").inner_text() if page.locator("main").count() else ""
        assert "Where you are" not in text
        assert "Citizenship" not in text
    urls = page.evaluate("location.href")
    assert "KZ" not in urls
    assert "RU" not in urls


def test_a_form_sent_again_after_leaving_is_refused(page, root):
    page.goto(f"{root}/en/")
    page.select_option("#v", "KZ")
    press(page, "button.main")
    token = state(page)
    press(page, ".leave button")
    page.wait_for_url("**/leave")
    page.goto(f"{root}/en/")
    post(page, root, "/en/guide", state=token, do="summary")
    assert "This was closed" in page.content()


def test_printing_shows_the_content_and_no_controls(page, root):
    page.goto(f"{root}/en/about")
    page.emulate_media(media="print")
    assert not page.locator("header").is_visible()
    assert page.locator("h1").is_visible()


def test_the_content_security_policy_blocks_nothing_of_its_own(page, root):
    said = []
    page.on("console", lambda m: said.append(m.text))
    for path in ("", "places", "place/KZ", "about"):
        page.goto(f"{root}/en/{path}")
    assert not [s for s in said if "Content Security Policy" in s]
    assert page.evaluate("getComputedStyle(document.body).margin") == "0px"


def test_from_the_first_page_to_the_first_way_in_few_bytes(browser, root, capsys):
    """A new user answers every question; pages, taps and bytes are printed with `-s`."""
    context = browser.new_context(viewport={"width": 360, "height": 760}, java_script_enabled=False)
    page = context.new_page()
    sizes, taps, began = [], 0, time.monotonic()

    def count(response):
        measured = response.request.sizes()
        sizes.append(measured["responseBodySize"] + measured["responseHeadersSize"])

    def tap(do, target):
        nonlocal taps
        taps += 1
        do(target)

    def go(target):
        tap(lambda t: press(page, t), target)

    page.on("requestfinished", lambda r: count(r.response()))
    page.goto(f"{root}/en/")
    page.wait_for_timeout(300)
    first = sum(sizes)
    assert len(sizes) <= 3
    assert first <= 30_000
    tap(lambda t: page.select_option(t, "KZ"), "#v")
    go("button.main")
    tap(lambda t: page.select_option(t, "RU"), "#first")
    go("button.main")
    asked = 2
    while page.locator("button[value=unsure]").count():
        asked += 1
        assert asked < 60
        if page.locator("input[value=internal-passport]").count():
            tap(page.check, "input[value=internal-passport]")
            go("button.main")
        elif page.locator("input[value=deserted]").count():
            tap(page.check, "input[value=deserted]")
            go("button.main")
        elif page.locator("button[value=none]").count():
            go("button[value=none]")
        elif page.locator("input[value=no]").count():
            tap(page.check, "input[value=no]")
            go("button.main")
        else:
            go("button[value=unsure]")
    assert page.locator("h1").inner_text() == "Check your answers"
    go("button.main")
    assert page.locator("#way1 h3").is_visible()
    page.wait_for_timeout(300)
    seconds = time.monotonic() - began
    with capsys.disabled():
        print(
            f"\n{asked} questions, {taps} taps, {len(sizes)} requests, first page {first} bytes, "
            f"in all {sum(sizes)} bytes, {seconds:.1f} s"
        )
    assert sum(sizes) <= 150_000
    context.close()
