"""Servers that several tests ask; each starts once."""

import shutil
import subprocess
import tarfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from kildespor.web.accounts import Accounts
from tests.web.browsing import CHROMIUM, FLAGS, WIDE
from tests.web.serving import Served, serving

MODEL = Path(__file__).parents[2] / "kildespor" / "attribution" / "shipped" / "model.onnx"
EXAMPLES = Path(__file__).parents[2] / "examples"
STORY = Path(__file__).parents[2] / "evaluation" / "stories" / "o01"
VERSIONS = {"axe-core": "4.14.1", "big-list-of-naughty-strings": "1.0.0"}
PASSWORD = "riktig hest batteri stift"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if not MODEL.exists():
        for item in items:
            if Path(item.fspath).parent == Path(__file__).parent:
                item.add_marker(pytest.mark.skip(reason="the model is not there: train it first"))


@pytest.fixture(scope="session")
def npm_package(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Gives the folder of a package from npm, fetched for the tests only; they are skipped where that cannot be."""

    @cache
    def fetched(name: str) -> Path:
        npm = shutil.which("npm")
        if npm is None:
            pytest.skip(f"npm is not installed, which brings {name}: apt-get install npm")
        folder = tmp_path_factory.mktemp("npm")
        pack = [npm, "pack", "--silent", f"{name}@{VERSIONS[name]}"]
        done = subprocess.run(pack, cwd=folder, capture_output=True, text=True, check=False, timeout=120)
        if done.returncode:
            pytest.skip(f"npm does not bring {name}: {done.stderr.strip()[-300:]}")
        with tarfile.open(folder / done.stdout.split()[-1]) as archive:
            archive.extractall(folder, filter="data")
        return folder / "package"

    return fetched


@pytest.fixture(scope="session")
def open_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server for this machine only, with two articles in its archive."""
    folder = tmp_path_factory.mktemp("open")
    with serving(folder, "--allow-private", "--rate", "10000") as served:
        for name, published in (("sjokabel", "2024-03-12"), ("tralar", "2024-05-04")):
            text = (EXAMPLES / f"{name}.txt").read_text(encoding="utf-8")
            given = {"source": text, "outlet": "Utkikk", "published": published}
            assert served.ask("POST", "/api/add", json=given).status == 200
        yield served


@pytest.fixture(scope="session")
def story_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server whose archive holds the articles of an invented story."""
    from kildespor.archive import Archive
    from kildespor.stories.folder import read_folder

    folder = tmp_path_factory.mktemp("story")
    with Archive.open(folder / "archive.db") as archive:
        for reading in read_folder(STORY):
            archive.add(reading.report)
    with serving(folder) as served:
        yield served


@pytest.fixture(scope="session")
def closed_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, str]]:
    """A server that asks for sign-in, and a key to it. ``kari`` has :data:`PASSWORD`."""
    folder = tmp_path_factory.mktemp("closed")
    accounts = Accounts(folder / "accounts.json")
    accounts.set_password("kari", PASSWORD)
    key = accounts.add_key("cms")
    with serving(folder, "--sign-in", "--accounts", str(folder / "accounts.json")) as served:
        yield served, key


@pytest.fixture(scope="session")
def kari(closed_server: tuple[Served, str]) -> str:
    """The cookie of ``kari``, signed in once: a name may only try so often in a minute."""
    answer = closed_server[0].ask("POST", "/sign-in", fields={"name": "kari", "password": PASSWORD})
    assert answer.status == 303
    return answer.headers["set-cookie"].partition(";")[0]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS.split())
        yield browser
        browser.close()


@pytest.fixture
def opened(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a page in a browser of its own; fails the test when the page complains or asks another address."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_(size: tuple[int, int] = WIDE, **options: object) -> Page:
        options = {"locale": "nb-NO", "reduced_motion": "reduce", **options}
        context = browser.new_context(viewport={"width": size[0], "height": size[1]}, **options)  # type: ignore[arg-type]
        context.set_default_timeout(60_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda told: complaints.append(told.text) if told.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda asked: _ours(asked.url, complaints))
        return page

    yield open_
    for context in contexts:
        context.close()
    # A refused form is told with its status, which Chromium notes as an error of the page.
    assert [one for one in complaints if "status of 4" not in one] == []


def _ours(url: str, complaints: list[str]) -> None:
    if not url.startswith(("http://127.0.0.1:", "data:", "blob:")):
        complaints.append(f"asked {url}")


@pytest.fixture(scope="session")
def axe(npm_package: Callable[[str], Path]) -> str:
    """The script of axe-core, which finds what stands in the way of somebody."""
    return (npm_package("axe-core") / "axe.min.js").read_text(encoding="utf-8")
