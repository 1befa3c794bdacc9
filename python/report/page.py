"""The page: one HTML file that needs nothing else."""

from functools import partial
from pathlib import Path
from typing import Any

import vl_convert
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from report import text
from report.attributes import MOST_ATTRIBUTES, named_traits
from report.charts.theme import CONFIG, Specification
from report.customers import SAMPLE_ROWS, SHOWN_ROWS, TOP_ROWS
from report.data import ReportData
from report.embedding import content_hash, json_for_script, script_text
from report.headline import headline
from report.ledger import ledger_parts

TEMPLATES = Path(__file__).with_name("templates")
# Of the charts; that of the style sheet.
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"
# Makes the functions of the bundle known to the page's own script.
BUNDLE_END = "window.vegaEmbed = vegaEmbed;"


def page(data: ReportData, charts: dict[str, Specification]) -> str:
    """The page as text; equal data give an equal page."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "count": text.count,
        "measured": text.measured,
        "number": text.number,
        "percent": text.percent,
        "plural": text.plural,
        "day": text.day,
        "method_name": text.method_name,
        "feature_name": text.feature_name,
        "clipped": text.clipped,
        "exact": data.build.currency.exact,
        "rounded": data.build.currency.rounded,
    }
    scripts = [script_text(vl_convert.javascript_bundle(BUNDLE_END)), script_text(template_text("report.js"))]
    return environment.get_template("report.html.j2").render(
        data=data,
        headline=headline(data),
        feature_value=partial(text.feature_value, currency=data.build.currency),
        labels=data.labels(),
        ledger_parts=ledger_parts(data),
        charts=charts,
        n_shown=min(len(data.sample.ids), SHOWN_ROWS),
        named_traits={
            segment["segment_id"]: named_traits(data.attributes, segment["segment_id"])
            for segment in data.segments
        },
        n_attributes=MOST_ATTRIBUTES,
        n_top=TOP_ROWS,
        is_sampled=data.totals["n_customers"] > SAMPLE_ROWS,
        style=Markup(template_text("report.css")),
        scripts=[Markup(script) for script in scripts],
        script_hashes=Markup(" ".join(content_hash(script) for script in scripts)),
        payload=Markup(json_for_script(payload(data, charts))),
    )


def template_text(name: str) -> str:
    """A file beside the templates that is taken as it is."""
    return (TEMPLATES / name).read_text(encoding="utf-8")


def payload(data: ReportData, charts: dict[str, Specification]) -> dict[str, Any]:
    """What the page's script works on. Amounts are texts, so that no digit is lost on the way."""
    return {
        "charts": charts,
        "config": CONFIG | {"font": FONT, "background": "transparent"},
        "currency": data.build.currency.sign,
        "segments": {str(segment["segment_id"]): segment["segment_name"] for segment in data.segments},
        "colours": {str(segment_id): colour for segment_id, colour in data.colours.items()},
        "customers": [
            [
                customer["customer_id"],
                customer["segment_id"],
                customer["recency_days"],
                customer["frequency"],
                str(customer["monetary"]),
                customer["country"],
                customer["rfm_segment"],
                round(customer["confidence"], 2),
                customer["reason"],
                customer["next_step"],
            ]
            for customer in data.top_customers
        ],
    }
