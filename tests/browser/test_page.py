"""The page of `recon plan --format html` as a person meets it: in a browser, with a
keyboard, light and dark, and with no network."""

import json
import os
import pathlib
import subprocess

import pytest
from playwright.sync_api import sync_playwright

TOP = pathlib.Path(__file__).resolve().parents[2]
RECON = os.environ["RECON"]
# where screenshots go, for those who want to look
SHOTS = pathlib.Path(os.environ.get("RECON_SHOTS", TOP / "target" / "screenshots"))


def recon(*words, cwd, expect=0):
    done = subprocess.run([RECON, *words], cwd=cwd, capture_output=True, text=True)
    assert done.returncode == expect, done.stderr
    return done.stdout


def edit(path, before, after):
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after, 1))


@pytest.fixture(scope="session")
def stack(tmp_path_factory):
    """The reference stack, applied, and then changed in every way that a plan shows."""
    top = tmp_path_factory.mktemp("stack")
    subprocess.run(["cp", "-r", str(TOP / "desired"), str(top / "desired")], check=True)
    recon("apply", "--sandbox", "--auto-approve", cwd=top)
    desired = top / "desired"
    (desired / "notifications.toml").unlink()
    edit(desired / "ecs.toml", "health_check_grace_period_seconds = 200", "health_check_grace_period_seconds = 100")
    edit(desired / "taskdef.json", "Asia/Seoul", "<b>UTC</b>")
    edit(desired / "elb.toml", '"test-tg-02"', '"test-tg-green"')
    with open(desired / "ecs.toml", "a") as more:
        more.write('\n[logs.log_group.more]\nname = "/ecs/more"\n')
    return top


@pytest.fixture(scope="session")
def page_file(stack):
    page = stack / "plan.html"
    page.write_text(recon("plan", "--sandbox", "--format", "html", cwd=stack))
    return page


@pytest.fixture(scope="session")
def plan(stack):
    return json.loads(recon("plan", "--sandbox", "--format", "json", cwd=stack))


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=os.environ["CHROMIUM"], args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture(params=["light", "dark"])
def page(request, browser, page_file):
    page = browser.new_page(color_scheme=request.param, viewport={"width": 1500, "height": 950})
    page.asked, page.wrong = [], []
    page.on("request", lambda asked: page.asked.append(asked.url))
    page.on("pageerror", lambda error: page.wrong.append(str(error)))
    page.on("console", lambda said: page.wrong.append(said.text))
    page.goto(page_file.as_uri())
    page.scheme = request.param
    yield page
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=str(SHOTS / f"{request.node.originalname}-{request.param}.png"))
    assert page.asked == [page_file.as_uri()], "the page asks nobody for anything"
    assert page.wrong == []
    page.close()


def shown(page):
    return page.eval_on_selector_all("li[data-action]", "all => all.filter(e => !e.hidden).map(e => e.dataset.address)")


def test_every_changing_step_is_there_and_in_the_graph(page, plan):
    changing = {step["address"] for step in plan["steps"] if step["action"] != "keep"}
    assert set(shown(page)) == changing
    assert page.locator("svg.graph .node").count() == len(plan["steps"])
    assert page.locator("svg.graph .arrow").count() > 0


def test_a_filter_hides_all_but_what_is_asked_for(page, plan):
    page.uncheck("input[data-action=update]")
    assert "ecs.service.api" not in shown(page)
    page.check("input[data-action=update]")
    page.keyboard.press("/")
    page.keyboard.type("grace_period")
    assert shown(page) == ["ecs.service.api"]
    page.keyboard.press("Escape")
    assert len(shown(page)) == sum(step["action"] != "keep" for step in plan["steps"])
    page.keyboard.press("/")
    page.keyboard.type("nobody has this")
    assert shown(page) == [] and page.locator("#none").is_visible()


def test_a_step_opens_by_keyboard_alone(page):
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    assert page.locator("li.current").get_attribute("data-address") == shown(page)[0]
    page.keyboard.press("Enter")
    assert page.locator("li.current details[open] pre").is_visible()
    page.keyboard.press("e")
    assert page.locator("details[open]").count() == len(shown(page))
    page.keyboard.press("e")
    assert page.locator("details[open]").count() == 0


def test_a_box_of_the_graph_leads_to_its_step_and_to_what_depends_on_it(page):
    page.locator('.node[data-address="elb.target_group.green"]').click()
    assert page.locator("li.current").get_attribute("data-address") == "elb.target_group.green"
    near = page.eval_on_selector_all(".node.near", "all => all.map(e => e.dataset.address)")
    assert "codedeploy.deployment_group.api" in near and "codecommit.repository.source" not in near


def test_what_others_wrote_is_text_and_no_markup(page):
    page.keyboard.press("e")
    assert "<b>UTC</b>" in page.locator('li[data-address="ecs.task_definition.api"] pre').inner_text()
    assert page.locator("pre b").count() == 0


def test_text_can_be_read_on_its_ground(page):
    """Contrast of at least 4.5 to 1, as WCAG 2 asks for."""
    page.keyboard.press("e")
    poor = page.evaluate(
        """() => {
          const rgb = (text) => text.match(/[\\d.]+/g).map(Number);
          const bright = ([r, g, b]) => [r, g, b].map((v) => v / 255)
            .map((v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
            .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
          const ground = (e) => { for (; e; e = e.parentElement) {
            const c = rgb(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] > 0) return c; }
            return [255, 255, 255]; };
          const poor = [];
          for (const e of document.querySelectorAll("h1, .about, .summary, .risks li, .chip, .keys, summary b, .remark, .place, pre span")) {
            const [a, b] = [bright(rgb(getComputedStyle(e).color)), bright(ground(e))].sort((x, y) => y - x);
            if ((a + 0.05) / (b + 0.05) < 4.5) poor.push(e.className + ": " + e.textContent.slice(0, 30));
          }
          return poor;
        }"""
    )
    assert poor == []


def test_a_narrow_window_needs_no_sideways_scrolling(page):
    page.set_viewport_size({"width": 480, "height": 800})
    page.keyboard.press("e")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_graph_alone_shows_all_of_the_stack_and_what_hangs_on_a_box(browser, stack, scheme):
    file = stack / "graph.html"
    file.write_text(recon("graph", "--format", "html", cwd=stack))
    page = browser.new_page(color_scheme=scheme, viewport={"width": 1500, "height": 950})
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    nodes = page.locator(".node")
    assert nodes.count() == len(recon("graph", "--format", "mermaid", cwd=stack).split('["')) - 1
    page.locator(".node[data-address='ecs.service.api']").click()
    near = page.locator(".node.near")
    assert 1 < near.count() < nodes.count()
    assert page.locator(".node.near[data-address='ecs.cluster.test']").count() == 1
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=str(SHOTS / f"graph-{scheme}.png"))
    assert asked == [file.as_uri()], "the page asks nobody for anything"
    page.close()
