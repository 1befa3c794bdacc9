"""The cleaning ledger as a waterfall: where each rule's bar begins and ends."""

from dataclasses import dataclass
from decimal import Decimal

from report.data import ReportData
from report.queries import Row

TITLES = {
    "lines": "From the input to the lines that count",
    "monetary": "From these lines to the revenue of customers",
}


@dataclass(frozen=True)
class Step:
    """One rule: its row of the ledger, and its bars in lines and in money as shares of the widest, 0 to 1."""

    rule: Row
    lines: tuple[float, float]
    money: tuple[float, float]

    @property
    def adds_money(self) -> bool:
        """Whether what leaves is worth less than nothing, so that the value rises."""
        return bool(self.rule["value_removed"] < 0)


@dataclass(frozen=True)
class Part:
    """One half of the ledger, rules that remove nothing left out."""

    name: str
    title: str
    first: Row
    last: Row
    first_share: float
    last_share: float
    steps: list[Step]
    n_idle: int


def ledger_parts(data: ReportData) -> list[Part]:
    """The halves of the ledger, in order."""
    parts = []
    for name, title in TITLES.items():
        rules = [rule for rule in data.ledger if rule["part"] == name]
        if not rules:
            continue
        steps = [rule for rule in rules if rule["lines_removed"] or rule["value_removed"]]
        most_lines = rules[0]["lines_before"] or 1
        values = [rules[0]["value_before"], *(rule["value_after"] for rule in rules)]
        most_money = max(abs(value) for value in values) or Decimal(1)
        parts.append(
            Part(
                name=name,
                title=title,
                first=rules[0],
                last=rules[-1],
                first_share=share(rules[0]["value_before"], most_money),
                last_share=share(rules[-1]["value_after"], most_money),
                steps=[
                    Step(
                        rule,
                        (share(rule["lines_after"], most_lines), share(rule["lines_before"], most_lines)),
                        money_bar(rule, most_money),
                    )
                    for rule in steps
                ],
                n_idle=len(rules) - len(steps),
            )
        )
    return parts


def money_bar(rule: Row, most: Decimal) -> tuple[float, float]:
    """Where the bar of the rule begins and ends, from left to right."""
    low, high = sorted((share(rule["value_before"], most), share(rule["value_after"], most)))
    return low, high


def share(amount: Decimal | int, most: Decimal | int) -> float:
    """The amount as a share of the widest bar; what is below 0 stands at 0."""
    return round(max(float(amount / most), 0.0), 5)
