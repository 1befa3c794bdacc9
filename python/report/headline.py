"""The headline: what a reader should know who reads nothing else, in sentences."""

from report.data import ReportData
from report.queries import Row
from report.text import clipped, count, day, isolated, label, percent, plural

ACTION_LIMIT = 300
# Share of the revenue from which a segment that stays away comes first.
WORTH_WINNING_BACK = 0.1


def headline(data: ReportData) -> list[tuple[str, str]]:
    """Pairs of a question and its answer, in the order they are read."""
    return [
        ("How many, how much", size(data)),
        ("Who carries it", carriers(data)),
        ("What changed", changes(data)),
        ("The one thing to do first", first_action(data)),
    ]


def size(data: ReportData) -> str:
    """How many customers and how much revenue, over which time."""
    totals, currency = data.totals, data.build.currency
    if totals["n_customers"] == 0:
        return "There is no customer who keeps anything, and so there are no segments."
    text = (
        f"{plural(totals['n_customers'], 'customer')} with {plural(totals['n_orders'], 'order')} "
        f"come to revenue of {currency.exact(totals['monetary'])}"
    )
    if totals["returned_monetary"]:
        text += (
            f", after {currency.exact(totals['returned_monetary'])} of returns that were paired with sales"
        )
    if totals["first_order_date"] is not None:
        text += f", from {day(totals['first_order_date'])} to {day(totals['last_order_date'])}"
    return text + "."


def carriers(data: ReportData) -> str:
    """The segments that together hold half of the revenue, fewest first."""
    if not data.segments or not data.totals["monetary"]:
        return "Nobody yet: there is no revenue."
    by_share = sorted(data.segments, key=lambda segment: (-segment["revenue"], segment["segment_id"]))
    carrying: list[Row] = []
    for segment in by_share:
        carrying.append(segment)
        if 2 * sum(held["revenue"] for held in carrying) >= data.totals["monetary"]:
            break
    names = [isolated(data.label(segment["segment_id"])) for segment in carrying]
    share = sum(segment["n_customers"] for segment in carrying) / data.totals["n_customers"]
    revenue = float(sum(segment["revenue"] for segment in carrying) / data.totals["monetary"])
    return f"{joined(names)}: {percent(share)} of the customers hold {percent(revenue)} of the revenue."


def joined(names: list[str]) -> str:
    """The names as an enumeration in words."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def changes(data: ReportData) -> str:
    """Who moved since the build before."""
    if not data.migration:
        return "This is the first build: there is no earlier one to compare with."
    moved = [
        flow
        for flow in data.migration
        if flow["from_segment_id"] is not None
        and flow["to_segment_id"] is not None
        and flow["from_segment_id"] != flow["to_segment_id"]
    ]
    came = customers([flow for flow in data.migration if flow["from_segment_id"] is None])
    left = customers([flow for flow in data.migration if flow["to_segment_id"] is None])
    text = (
        f"Since {day(data.migration[0]['previous_as_of_date'])} "
        f"{plural(customers(moved), 'customer')} moved to another segment, "
        f"{count(came)} came and {count(left)} left."
    )
    by_model = customers([flow for flow in moved if flow["cause"] == "model"])
    if by_model:
        text += f" {count(by_model)} of them moved with the model: the one before would have kept them."
    if moved:
        largest = moved[0]
        origin, target = (isolated(label(largest[f"{end}_segment_name"])) for end in ("from", "to"))
        text += f" The largest move: {plural(largest['n_customers'], 'customer')} from {origin} to {target}."
    return text


def customers(flows: list[Row]) -> int:
    """Customers in all of these flows."""
    return sum(flow["n_customers"] for flow in flows)


def first_action(data: ReportData) -> str:
    """What to do with the segment that has most to lose.

    That is the one of most revenue among those who stay away longer than the average customer and hold a
    tenth of the revenue; where there is none, the one of most revenue.
    """
    if not data.segments:
        return "Check the input: the data quality section says what became of its lines."
    mean_recency = data.totals["recency_days"] / data.totals["n_customers"]
    away = [
        segment
        for segment in data.segments
        if segment["mean_recency_days"] is not None
        and segment["mean_recency_days"] > mean_recency
        and segment["share_of_revenue"] >= WORTH_WINNING_BACK
    ]
    first = max(away or data.segments, key=lambda segment: (segment["revenue"], -segment["segment_id"]))
    money = data.build.currency.rounded(first["revenue"])
    why = (
        f"they are the segment of most revenue ({money}) that stays away longer than the average customer"
        if away
        else f"no segment has more revenue ({money})"
    )
    return (
        f"{isolated(data.label(first['segment_id']))} ({plural(first['n_customers'], 'customer')}): "
        f"{isolated(clipped(first['recommended_action'], ACTION_LIMIT))} Why them first: {why}."
    )
