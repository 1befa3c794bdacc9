"""What the tests of the report share: reports of small fabricated marts, their HTML parsed, and a browser."""

import importlib.util
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from report import render

CHROMIUM = Path("/usr/bin/chromium")
CHROMEDRIVER = Path("/usr/bin/chromedriver")
VOID_TAGS = {"meta", "link", "img", "input", "br"}


class Element:
    """An element of a page with what it holds."""

    def __init__(self, tag: str, attributes: dict[str, str | None]) -> None:
        self.tag = tag
        self.attributes = attributes
        self.children: list[Element | str] = []

    @property
    def text(self) -> str:
        """All text below the element, as it came."""
        return "".join(child if isinstance(child, str) else child.text for child in self.children)

    @property
    def words(self) -> str:
        """The text with single spaces."""
        return " ".join(self.text.split())

    def find(self, tag: str, **attributes: str) -> "list[Element]":
        """Elements below of this tag, with these attributes (part_name stands for part-name)."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        found = []
        for child in self.children:
            if isinstance(child, Element):
                if child.tag == tag and all(child.attributes.get(k) == v for k, v in wanted.items()):
                    found.append(child)
                found += child.find(tag, **attributes)
        return found


class Reader(HTMLParser):
    """Reads a page into elements."""

    def __init__(self) -> None:
        super().__init__()
        self.root = Element("", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(attrs))
        self.open[-1].children.append(element)
        if tag not in VOID_TAGS:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].tag == tag, f"</{tag}> closes <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def parsed(path: Path) -> Element:
    """The page as elements; every element is closed where it should be."""
    reader = Reader()
    reader.feed(path.read_text(encoding="utf-8"))
    reader.close()
    assert reader.open == [reader.root]
    return reader.root


@pytest.fixture(scope="session")
def parse_page() -> Callable[[Path], Element]:
    """Reads a page into elements."""
    return parsed


@pytest.fixture(scope="session")
def marts() -> ModuleType:
    """The module beside this file, which pytest's import mode does not find by its name."""
    path = Path(__file__).with_name("marts.py")
    spec = importlib.util.spec_from_file_location("marts_for_tests", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


DrawReport = Callable[..., Path]


@pytest.fixture(scope="session")
def draw_report(marts: ModuleType, repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> DrawReport:
    """Draw the report of a shop; returns the folder with the database, the page and the figures."""

    def draw_report(**shop: Any) -> Path:
        folder = tmp_path_factory.mktemp("published")
        marts.make_marts(folder / "segments.duckdb", repo_root, marts.Shop(**shop))
        render(folder / "segments.duckdb", folder)
        return folder

    return draw_report


@pytest.fixture(scope="session")
def plain_report(draw_report: DrawReport) -> Path:
    """Four segments, invoices, other methods and an earlier build."""
    return draw_report(has_earlier_build=True)


@pytest.fixture(scope="session")
def hostile_report(marts: ModuleType, draw_report: DrawReport) -> Path:
    """Ten segments, more customers than are shown, 100,000 countries, and names that mean harm."""
    names = marts.HOSTILE_NAMES
    return draw_report(
        n_customers=2_500,
        n_segments=10,
        segment_names=names,
        countries=names,
        products=names,
        customer_ids=names,
        n_more_countries=100_000,
        n_more_products=1_000,
        has_earlier_build=True,
    )


@pytest.fixture(scope="session")
def attribute_report(draw_report: DrawReport) -> Path:
    """Four segments with what is known of their customers."""
    return draw_report(attributes=("shop", "web", "app"))


@pytest.fixture(scope="session")
def hostile_attribute_report(marts: ModuleType, draw_report: DrawReport) -> Path:
    """Headers and levels of customer attributes that mean harm."""
    return draw_report(attributes=marts.HOSTILE_NAMES)


@pytest.fixture(scope="session")
def plain_page(plain_report: Path) -> Element:
    """The page of the plain report."""
    return parsed(plain_report / "report.html")


@pytest.fixture(scope="session")
def read_page() -> Callable[[Path], Element]:
    """Read a page into elements."""
    return parsed


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Headless Chromium that records requests and what the console says; skipped where there is none."""
    if not (CHROMIUM.exists() and CHROMEDRIVER.exists()):
        pytest.skip(
            f"no browser: {CHROMIUM} or {CHROMEDRIVER} does not exist (packages chromium, chromium-driver)"
        )
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    # Containers have neither a sandbox nor much shared memory.
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(str(CHROMEDRIVER)))
    yield driver
    driver.quit()
