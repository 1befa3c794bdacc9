"""The page in headless Chromium: nothing is fetched, nothing fails, nothing overflows, and it can be used.

Skipped where Debian's packages chromium and chromium-driver are not installed.
"""

import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

WIDTHS = (1280, 390)


def open_page(browser: Any, report: Path, width: int = 1280, scheme: str = "light") -> list[str]:
    """Open the report and wait for its charts; returns what is wrong with its requests and console."""
    browser.get("about:blank")
    browser.get_log("performance")
    browser.get_log("browser")
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600},
    )
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    page = (report / "report.html").as_uri()
    browser.get(page)
    wait_for_charts(browser)
    messages = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    requested = [
        message["params"]["request"]["url"]
        for message in messages
        if message["method"] == "Network.requestWillBeSent"
    ]
    fetched = [url for url in requested if url != page and not url.startswith("data:")]
    return fetched + [entry["message"] for entry in browser.get_log("browser")]


def wait_for_charts(browser: Any) -> None:
    from selenium.webdriver.support.ui import WebDriverWait

    WebDriverWait(browser, 30).until(
        lambda driver: driver.execute_script(
            "return Number(document.documentElement.dataset.drawn ?? 0)"
            " === document.querySelectorAll('.vega').length"
        )
    )


def column_of_customers(browser: Any, number: int) -> list[str]:
    """Texts in a column of the table of customers, counted from 1."""
    cells = f"document.querySelectorAll('#customer-table tbody td:nth-child({number})')"
    return list(browser.execute_script(f"return [...{cells}].map((cell) => cell.textContent)"))


def wait_until(browser: Any, script: str) -> None:
    from selenium.webdriver.support.ui import WebDriverWait

    WebDriverWait(browser, 10).until(lambda driver: driver.execute_script(f"return {script}"))


# Elements that reach beyond the window, but for what scrolls inside its own frame.
OVERFLOWING = """
    return [...document.querySelectorAll("body *")]
        .filter((element) => !element.closest(".scroll, .choices, .name, .unseen, .skip"))
        .filter((element) => {
            const box = element.getBoundingClientRect();
            return box.width > 0 && (box.right > window.innerWidth + 1 || box.left < -1);
        })
        .map((element) => element.tagName + "." + element.getAttribute("class"));
"""


def test_captions_are_read_without_scrolling(browser: Any, plain_report: Path) -> None:
    assert open_page(browser, plain_report, 390) == []
    ends = "[...document.querySelectorAll('caption')].map((caption) => caption.getBoundingClientRect().right)"
    right_ends = browser.execute_script(f"return {ends}")
    assert right_ends
    assert max(right_ends) <= 390


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("report_name", ["plain_report", "hostile_report", "hostile_attribute_report"])
def test_nothing_is_fetched_fails_or_overflows(
    browser: Any, request: pytest.FixtureRequest, report_name: str, width: int
) -> None:
    assert open_page(browser, request.getfixturevalue(report_name), width) == []
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    assert browser.execute_script(OVERFLOWING) == []
    assert browser.title.startswith("Customer segments")


def test_choosing_a_segment_filters_the_page(browser: Any, plain_report: Path) -> None:
    assert open_page(browser, plain_report) == []
    points = "document.querySelectorAll('#chart-customer_map .layer_0_marks path').length"
    cards = "[...document.querySelectorAll('.card')].filter((card) => !card.hidden).length"
    everybody = browser.execute_script(f"return {points}")
    assert browser.execute_script(f"return {cards}") == 4
    choice = browser.find_element("css selector", "input[name=segment][value='2']")
    # With the keyboard, as a reader without a pointer would.
    browser.execute_script("document.querySelector('input[name=segment]').focus()")
    from selenium.webdriver.common.keys import Keys

    browser.switch_to.active_element.send_keys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)
    assert choice.is_selected()
    wait_until(browser, f"{points} < {everybody}")
    assert browser.execute_script(f"return {points}") == everybody / 4
    assert browser.execute_script(f"return {cards}") == 1
    assert set(column_of_customers(browser, 2)) == {"Segment 2"}
    assert "Showing Segment 2" in browser.find_element("id", "filter-status").get_attribute("textContent")
    # A click on a bar of another segment chooses that one.
    browser.execute_script(
        """
        const bars = document.querySelectorAll("#chart-segment_sizes .mark-rect.role-mark path");
        const box = bars[0].getBoundingClientRect();
        bars[0].dispatchEvent(new MouseEvent("click", {
            bubbles: true, clientX: box.x + box.width / 2, clientY: box.y + box.height / 2,
        }));
        """
    )
    wait_until(browser, "document.querySelector('input[name=segment]:checked').value === '1'")


def test_customers_are_looked_up_and_sorted(browser: Any, plain_report: Path) -> None:
    assert open_page(browser, plain_report) == []
    first = "document.querySelector('#customer-table tbody tr').innerText"
    browser.execute_script("document.querySelector('#customer-table button[data-column=\"2\"]').click()")
    shown = [int(days) for days in column_of_customers(browser, 3)]
    assert shown == sorted(shown, reverse=True)
    browser.execute_script("document.querySelector('#customer-table button[data-column=\"2\"]').click()")
    shown = [int(days) for days in column_of_customers(browser, 3)]
    assert shown == sorted(shown)
    browser.find_element("id", "look-up").send_keys("c000123")
    assert browser.execute_script(f"return {first}").startswith("C000123")
    assert browser.find_element("id", "n-customers").text == "1 of 1 shown"


def test_hovering_tells_the_values(browser: Any, plain_report: Path) -> None:
    from selenium.webdriver.common.action_chains import ActionChains

    assert open_page(browser, plain_report) == []
    bar = browser.find_element("css selector", "#chart-segment_sizes .mark-rect.role-mark path")
    ActionChains(browser).move_to_element(bar).perform()
    wait_until(browser, "document.querySelector('#vg-tooltip-element.visible') !== null")
    words = browser.execute_script("return document.querySelector('#vg-tooltip-element').innerText")
    assert "Segment 1" in words and "60 (25.0%)" in words


def test_hostile_names_are_shown_as_they_are(browser: Any, hostile_report: Path, marts: ModuleType) -> None:
    assert open_page(browser, hostile_report) == []
    names = browser.execute_script(
        "return [...document.querySelectorAll('.card h3 .name')].map((n) => n.textContent)"
    )
    assert names[: len(marts.HOSTILE_NAMES)] == list(marts.HOSTILE_NAMES)
    browser.find_element("id", "look-up").send_keys("<script>")
    cell = "document.querySelector('#customer-table tbody td')"
    assert browser.execute_script(f"return {cell}.textContent") == marts.SCRIPT
    assert browser.execute_script("return document.querySelectorAll('img[src=x], td script').length") == 0
    assert browser.title.startswith("Customer segments")


@pytest.mark.parametrize(("scheme", "is_dark"), [("light", False), ("dark", True)])
def test_ink_stands_out_from_the_ground(browser: Any, plain_report: Path, scheme: str, is_dark: bool) -> None:
    assert open_page(browser, plain_report, scheme=scheme) == []
    brightness = """
        const parts = (colour) => colour.match(/\\d+/g).slice(0, 3).map(Number);
        const sum = (colour) => parts(colour).reduce((total, part) => total + part, 0);
        const text = document.querySelector("#chart-segment_sizes .role-axis-label text");
        return [
            sum(getComputedStyle(document.querySelector("section")).backgroundColor),
            sum(getComputedStyle(document.querySelector("dd")).color),
            sum(getComputedStyle(text).fill),
        ];
    """
    ground, words, labels = browser.execute_script(brightness)
    assert (ground < 200) == is_dark
    assert abs(ground - words) > 400 and abs(ground - labels) > 400


def test_every_picture_is_described_and_drawn(browser: Any, plain_report: Path) -> None:
    assert open_page(browser, plain_report) == []
    empty = "[...document.querySelectorAll('.vega')].filter((chart) => !chart.querySelector('.role-mark *'))"
    assert browser.execute_script(f"return {empty}.map((chart) => chart.id)") == []
    unnamed = (
        "[...document.querySelectorAll('.vega')].filter((chart) => !chart.getAttribute('aria-label')).length"
    )
    assert browser.execute_script(f"return {unnamed}") == 0
