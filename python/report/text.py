"""Numbers, shares and amounts as text. Amounts stay decimals: none passes through a float."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

SIGNS = {"GBP": "£", "EUR": "€", "USD": "$"}
NOTHING = "\N{EN DASH}"
MINUS = "\N{MINUS SIGN}"
# Names in pictures are cut; the page has them whole.
LABEL_LIMIT = 26
# Names of features on axes and in tables, with their units; others are shown by their column's name.
FEATURE_NAMES = {"recency_days": "Recency", "frequency": "Frequency", "monetary": "Monetary"}
METHOD_NAMES = {
    "kmeans": "K-Means (the segments)",
    "ward": "Ward",
    "hdbscan": "HDBSCAN",
    "dbscan": "DBSCAN",
    "gaussian_mixture": "Gaussian mixture",
}


@dataclass(frozen=True)
class Currency:
    """Label of the amounts: a code or a sign."""

    code: str

    @property
    def sign(self) -> str:
        """What stands before an amount."""
        return SIGNS.get(self.code, f"{self.code} ")

    def exact(self, amount: Decimal | None) -> str:
        """The amount to the penny."""
        return NOTHING if amount is None else self._signed(amount, f"{abs(amount):,.2f}")

    def rounded(self, amount: Decimal | None) -> str:
        """The amount in whole units, halves away from zero."""
        if amount is None:
            return NOTHING
        whole = amount.quantize(Decimal(1), ROUND_HALF_UP)
        return self._signed(whole, f"{abs(whole):,}")

    def _signed(self, amount: Decimal, digits: str) -> str:
        return f"{MINUS if amount < 0 else ''}{self.sign}{digits}"


def count(number: int | None) -> str:
    """A whole number with separators of thousands."""
    return NOTHING if number is None else f"{number:,}".replace("-", MINUS)


def number(value: float | None, digits: int = 2) -> str:
    """A measured number with a fixed count of decimals; what rounds to 0 has no sign."""
    if value is None:
        return NOTHING
    text = f"{value:,.{digits}f}"
    return text.lstrip("-") if float(text.replace(",", "")) == 0 else text.replace("-", MINUS)


def measured(value: float | None, digits: int = 1) -> str:
    """A measured number with this many decimals, none where they would all be 0, such as 11 and 11.5."""
    return number(value, digits).removesuffix(f".{'0' * digits}")


def percent(share: float | None) -> str:
    """A share from 0 to 1 in percent, to a tenth."""
    return NOTHING if share is None else f"{number(100 * share, 1)}%"


def compact(value: float) -> str:
    """A number short enough for a cell or a tick, such as 12.3k."""
    for size, sign in ((1e9, "bn"), (1e6, "m"), (1e3, "k")):
        if abs(value) >= size:
            return f"{measured(value / size)}{sign}"
    return number(value, 0 if abs(value) >= 10 or value == int(value) else 1)


def plural(amount: int, one: str, many: str | None = None) -> str:
    """The count with its noun: 1 customer, 2 customers."""
    return f"{count(amount)} {one if amount == 1 else many or one + 's'}"


def day(value: date | None) -> str:
    """A date in words, such as 9 December 2011, whatever the locale."""
    if value is None:
        return NOTHING
    months = "January February March April May June July August September October November December"
    return f"{value.day} {months.split()[value.month - 1]} {value.year}"


def clipped(text: str, limit: int) -> str:
    """The text, cut with an ellipsis where it is longer than the limit."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def masked(customer_id: str) -> str:
    """The id as a report shows it: of an e-mail address only the ends of its first part."""
    name, at, domain = customer_id.partition("@")
    if not name or "." not in domain:
        return customer_id
    return f"{name[0]}…{name[-1] if len(name) > 2 else ''}{at}{domain}"


def label(text: str) -> str:
    """The text on one line, short enough for a chart."""
    return clipped(" ".join(text.split()), LABEL_LIMIT)


def distinct_labels(texts: Mapping[int, str]) -> dict[int, str]:
    """Each text as a label; where two are cut to the same one, the number they go by tells them apart."""
    short = {number: label(text) for number, text in texts.items()}
    labels = list(short.values())
    return {
        number: text if labels.count(text) == 1 else f"{text} ({number})" for number, text in short.items()
    }


def isolated(name: str) -> str:
    """The name within a sentence: its direction of writing ends with it (first strong and pop isolate)."""
    return f"\N{FIRST STRONG ISOLATE}{name}\N{POP DIRECTIONAL ISOLATE}"


def feature_name(feature: str) -> str:
    """The feature as a reader calls it."""
    words = feature.replace("_", " ")
    return FEATURE_NAMES.get(feature, words[:1].upper() + words[1:])


def feature_title(feature: str, currency: Currency) -> str:
    """The feature with its unit, as title of an axis."""
    units = {
        "recency_days": "days since the last order",
        "frequency": "orders",
        "monetary": currency.sign.strip(),
    }
    return f"{feature_name(feature)} ({units[feature]})" if feature in units else label(feature_name(feature))


def feature_value(feature: str, value: float | Decimal, currency: Currency) -> str:
    """A value of the feature with its unit."""
    if feature == "monetary":
        return currency.exact(Decimal(value))
    if feature == "recency_days":
        return plural(int(value), "day")
    if feature == "frequency":
        return plural(int(value), "order")
    return measured(float(value), 2)


def method_name(method: str) -> str:
    """The clustering method as a reader calls it."""
    return METHOD_NAMES.get(method, method)
