"""The charts as files for slides, PNG and SVG: the same bytes for the same chart."""

import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import vl_convert

from report.charts.theme import CONFIG, GROUND, Specification

# In pixels of the SVG: small, so that words stay readable on a slide. The PNG has this many times more.
WIDTH = 480
SCALE = 2.4
# vl-convert has the first of them along; the others are as wide, letter by letter.
FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
# What no XML 1.0 holds; at a text with one of these vl-convert ends the whole process.
NOT_DRAWABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def save_stills(charts: Mapping[str, Specification], folder: Path) -> None:
    """Draw every chart into the folder, as files of its name.

    Those of an earlier report there are removed, so that none stays that no longer holds.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    # Narrower than on the page, so that two columns have room where names stand beside the chart.
    legend = CONFIG["legend"] | {"labelLimit": 140}
    config = CONFIG | {"font": FONT, "background": GROUND, "padding": 10, "legend": legend}
    for name, chart in charts.items():
        # No address in a chart is ever asked: all data are in it.
        svg = vl_convert.vegalite_to_svg(
            drawable({**chart, "width": WIDTH}), config=config, allowed_base_urls=[]
        )
        (folder / f"{name}.svg").write_text(svg, encoding="utf-8", newline="\n")
        (folder / f"{name}.png").write_bytes(vl_convert.svg_to_png(svg, scale=SCALE))


def drawable(value: Any) -> Any:
    """The JSON value with only those signs in its texts that a picture can hold."""
    if isinstance(value, str):
        return NOT_DRAWABLE.sub("", value)
    if isinstance(value, list):
        return [drawable(item) for item in value]
    if isinstance(value, dict):
        return {drawable(key): drawable(item) for key, item in value.items()}
    return value
