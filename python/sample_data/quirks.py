"""What else stands in a real export: guests, returns, charges, notes of the stockroom and mistakes.

Each function either returns further invoices or changes lines of the ones it is given.
"""

from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta

from sample_data.catalogue import Catalogue
from sample_data.draws import Draws
from sample_data.invoices import Invoice, Line, credit_note, product_line
from sample_data.trading_days import FIRST_DAY, LAST_DAY, OPEN_DAYS, at_minute, busy_day, opening_hour

HOME = "United Kingdom"
# Customers written by hand have numbers below those of the archetypes: they are the oldest accounts.
CANCELLED_HUGE_ORDER, CANCELLED_ONLY_ORDER = 20101, 20102
ONLY_CANCELLED = (20111, 20112, 20113, 20114)
# In this quarter the file went through a spreadsheet, which wrote customer numbers as 20411.0.
DECIMAL_ID_FIRST_DAY, DECIMAL_ID_LAST_DAY = date(2024, 4, 1), date(2024, 6, 30)
STOCK_NOTES = (
    "damaged", "?", "lost in stock count", "wet, not for sale", "broken in transit", "", "eaten by mice",
)  # fmt: skip
# Codes that sell no product, as in the seed `non_product_stock_codes`.
NO_PRODUCT = ("POST", "DOT", "C2", "M", "m", "D", "S", "B", "BANK CHARGES", "AMAZONFEE", "CRUK")


def is_goods(line: Line) -> bool:
    """Whether a line is about a product and has a price."""
    return line.pence > 0 and line.stock_code not in NO_PRODUCT


def next_open_day(day: date) -> date | None:
    """The first open day from `day` on, or None after the end of the data."""
    return next((each for each in OPEN_DAYS if each >= day), None)


def guest_orders(draws: Draws, catalogue: Catalogue, count: int) -> list[Invoice]:
    """Orders without a customer number: the web shop's guests (with postage) and the till."""
    orders = []
    for _ in range(count):
        day = busy_day(draws, FIRST_DAY, LAST_DAY)
        basket = catalogue.basket(draws, day.month, draws.mostly_low(4, 24))
        lines = [product_line(product, draws.pick((1, 1, 1, 2, 2, 3, 6)), day.year) for product in basket]
        country = "Unspecified" if draws.happens(30) else HOME
        if draws.happens(350):
            lines.append(Line("DOT", "WEB SHOP POSTAGE", 1, draws.between(350, 2900)))
        orders.append(Invoice(opening_hour(draws, day), None, country, lines))
    return orders


def returns(draws: Draws, sales: list[Invoice]) -> list[Invoice]:
    """Cancellations of one or two lines of some sales, whole or in part, a few at another price."""
    credit_notes = []
    for sale in sales:
        if not draws.happens(75 if sale.customer else 40):
            continue
        day = next_open_day(sale.created_at.date() + timedelta(days=draws.mostly_low(1, 45)))
        if day is None:
            continue
        returned = []
        for line in draws.sample(sale.lines, draws.between(1, 2)):
            if not is_goods(line):
                continue
            is_partial = line.quantity > 1 and draws.happens(400)
            quantity = draws.between(1, line.quantity - 1) if is_partial else line.quantity
            pence = line.pence * 9 // 10 if draws.happens(100) else line.pence
            returned.append(replace(line, quantity=quantity, pence=pence))
        if returned:
            credit_notes.append(credit_note(sale, opening_hour(draws, day), returned))
    return credit_notes


def returns_across_orders(draws: Draws, sales: list[Invoice]) -> list[Invoice]:
    """Returns of a product a customer bought at least twice: all of it, or more than was ever sold."""
    bought: dict[tuple[int, str], list[tuple[Invoice, Line]]] = defaultdict(list)
    for sale in sorted(sales, key=lambda each: each.created_at):
        for line in sale.lines:
            if sale.customer is not None and is_goods(line):
                bought[sale.customer, line.stock_code].append((sale, line))
    repeated = [purchases for purchases in bought.values() if len(purchases) >= 2]
    credit_notes = []
    for place, purchases in enumerate(draws.sample(repeated, 16)):
        sale, line = purchases[-1]
        day = next_open_day(sale.created_at.date() + timedelta(days=draws.between(2, 20)))
        if day is None:
            continue
        too_many = 5 if place % 4 == 0 else 0
        quantity = sum(each.quantity for _, each in purchases[-2:]) + too_many
        credit_notes.append(credit_note(sale, opening_hour(draws, day), [replace(line, quantity=quantity)]))
    return credit_notes


def returns_without_sale(draws: Draws, catalogue: Catalogue, sales: list[Invoice]) -> list[Invoice]:
    """Cancellations of the first months for what was bought before the data begins."""
    credit_notes = []
    early = [sale for sale in sales if sale.created_at.date() < date(2023, 4, 1)]
    for sale in draws.sample(early, 30):
        product = catalogue.pick(draws, 12)
        line = product_line(product, draws.pick((1, 1, 2, 3, 6)), 2023)
        day = busy_day(draws, FIRST_DAY, date(2023, 2, 15))
        credit_notes.append(credit_note(sale, opening_hour(draws, day), [line]))
    for customer in ONLY_CANCELLED:
        at = opening_hour(draws, busy_day(draws, FIRST_DAY, date(2023, 1, 31)))
        basket = catalogue.basket(draws, 12, 2)
        lines = [product_line(product, -draws.between(1, 6), 2023) for product in basket]
        credit_notes.append(Invoice(at, customer, HOME, lines, prefix="C"))
    return credit_notes


def cancelled_whole_orders(catalogue: Catalogue) -> list[Invoice]:
    """Two customers who would rank high without their cancellations: one keeps a few pounds, one nothing."""
    magnet = next(each for each in catalogue.products if "MAGNET" in each.description_2023)
    soap = next(each for each in catalogue.products if "SOAP" in each.description_2023)
    first = Invoice(
        at_minute(date(2023, 10, 5), 11, 4), CANCELLED_HUGE_ORDER, HOME, [product_line(soap, 2, 2023)]
    )
    huge_line = product_line(magnet, 24_000, 2024)
    huge = Invoice(at_minute(date(2024, 12, 9), 9, 15), CANCELLED_HUGE_ORDER, HOME, [huge_line])
    only_line = product_line(soap, 5_200, 2023)
    only = Invoice(at_minute(date(2023, 3, 14), 10, 1), CANCELLED_ONLY_ORDER, HOME, [only_line])
    return [
        first, huge, credit_note(huge, huge.created_at + timedelta(minutes=12), huge.lines),
        only, credit_note(only, only.created_at + timedelta(minutes=16), only.lines),
    ]  # fmt: skip


def fully_returned_orders(draws: Draws, catalogue: Catalogue) -> list[Invoice]:
    """Five customers whose one order came back as a whole some days later."""
    invoices = []
    for customer in range(20121, 20126):
        day = busy_day(draws, FIRST_DAY, date(2024, 10, 31))
        basket = catalogue.basket(draws, day.month, 3)
        lines = [product_line(product, draws.between(1, 4), day.year) for product in basket]
        order = Invoice(opening_hour(draws, day), customer, HOME, lines)
        back = busy_day(draws, day + timedelta(days=3), day + timedelta(days=24))
        invoices += [order, credit_note(order, opening_hour(draws, back), lines)]
    return invoices


def signs_the_wrong_way(draws: Draws, sales: list[Invoice]) -> list[Invoice]:
    """Returns typed by hand: a plain invoice with negative quantity, a cancellation with a positive one."""
    invoices = []
    for place, sale in enumerate(draws.sample([each for each in sales if each.customer], 15)):
        day = next_open_day(sale.created_at.date() + timedelta(days=draws.between(1, 9)))
        if day is None:
            continue
        line = replace(sale.lines[0], quantity=1, minutes_later=0)
        note = credit_note(sale, opening_hour(draws, day), [line])
        is_positive = place % 3 == 0
        invoices.append(replace(note, lines=[line]) if is_positive else replace(note, prefix=""))
    return invoices


def add_charges_and_free_goods(draws: Draws, catalogue: Catalogue, sales: list[Invoice]) -> None:
    """Postage and carriage on orders from abroad, manual lines, gifts to customers, quantities of 0."""
    for sale in sales:
        if sale.country in ("Ireland", "Channel Islands") and draws.happens(500):
            sale.lines.append(Line("C2", "CARRIAGE", 1, draws.pick((2500, 5000))))
        elif sale.country != HOME and draws.happens(800):
            sale.lines.append(Line("POST", "POSTAGE", draws.between(1, 4), 1500))
        if draws.happens(12):
            code = "m" if draws.happens(200) else "M"
            sale.lines.append(Line(code, "Manual entry", 1, draws.mostly_low(50, 12_000)))
        if draws.happens(12):
            gift = catalogue.pick(draws, sale.created_at.month)
            sale.lines.append(product_line(gift, draws.pick((1, 1, 2, 12)), sale.created_at.year, 0))
        if draws.happens(2):
            sale.lines.append(product_line(catalogue.pick(draws, 6), 0, sale.created_at.year))


def bookkeeping(draws: Draws, sales: list[Invoice]) -> list[Invoice]:
    """Discounts, refunds of postage, manual credit_notes, fees, samples and the adjustment of a bad debt."""
    invoices = []
    with_customer = [sale for sale in sales if sale.customer]
    for sale in draws.sample(with_customer, 34):
        line = Line("D", "Discount", 1, draws.mostly_low(200, 9000))
        invoices.append(credit_note(sale, sale.created_at + timedelta(minutes=draws.between(3, 50)), [line]))
    for sale in draws.sample(with_customer, 12):
        line = Line("M", "Manual entry", 1, draws.mostly_low(100, 6000))
        invoices.append(credit_note(sale, sale.created_at + timedelta(minutes=draws.between(3, 50)), [line]))
    for sale in draws.sample([each for each in sales if each.country not in (HOME, "Unspecified")], 6):
        line = Line("POST", "POSTAGE", 1, 1500)
        invoices.append(credit_note(sale, sale.created_at + timedelta(minutes=draws.between(3, 50)), [line]))
    for year in (2023, 2024):
        for month in range(1, 13):
            at = opening_hour(draws, busy_day(draws, date(year, month, 3), date(year, month, 20)))
            fee = Line("AMAZONFEE", "MARKETPLACE FEE", -1, draws.between(9_000, 60_000))
            charity = Line("CRUK", "Charity commission", -1, draws.between(500, 5_000))
            bank = Line("BANK CHARGES", "Bank charges", -1 if month % 4 else 1, draws.between(150, 3_500))
            sample = Line("S", "Samples", -1, draws.between(300, 9_000))
            for each in (fee, charity, bank, sample):
                prefix = "C" if each.quantity < 0 else ""
                invoices.append(Invoice(at + timedelta(minutes=draws.below(30)), None, HOME, [each], prefix))
    adjusted_at = at_minute(date(2024, 2, 27), 14, 50)
    for minutes, pence in ((0, 431_015), (1, -431_015), (2, -431_015)):
        line = Line("B", "Bad debt written off", 1, pence)
        invoices.append(Invoice(adjusted_at + timedelta(minutes=minutes), None, HOME, [line], "A"))
    return invoices


def stock_notes(draws: Draws, catalogue: Catalogue) -> list[Invoice]:
    """What the stockroom wrote off or found again: price 0, no customer, a remark as description."""
    invoices = []
    for _ in range(110):
        at = opening_hour(draws, draws.pick(OPEN_DAYS))
        product = draws.pick(catalogue.products)
        is_found = draws.happens(150)
        quantity = draws.mostly_low(1, 60) if is_found else -draws.mostly_low(1, 240)
        remark = "found" if is_found else draws.pick(STOCK_NOTES)
        invoices.append(Invoice(at, None, HOME, [Line(product.stock_code, remark, quantity, 0)]))
    return invoices


def move_to_a_second_country(draws: Draws, sales: list[Invoice]) -> None:
    """Nine customers with several orders have a branch abroad, which gets about a third of them."""
    orders_of: dict[int, list[Invoice]] = defaultdict(list)
    for sale in sales:
        if sale.customer is not None and sale.country == HOME:
            orders_of[sale.customer].append(sale)
    frequent = [orders for orders in orders_of.values() if len(orders) >= 4]
    for orders in draws.sample(frequent, 9):
        country = draws.pick(("Ireland", "France", "Belgium"))
        for order in orders[1::3]:
            order.country = country


def make_untidy(draws: Draws, sales: list[Invoice]) -> None:
    """Repeated lines, invoices over two minutes, lower-case codes and customer numbers with a decimal."""
    for sale in sales:
        sale.has_decimal_id = DECIMAL_ID_FIRST_DAY <= sale.created_at.date() <= DECIMAL_ID_LAST_DAY
        if len(sale.lines) >= 3 and draws.happens(12):
            half = len(sale.lines) // 2
            sale.lines[half:] = [replace(line, minutes_later=1) for line in sale.lines[half:]]
        untidy = []
        for line in sale.lines:
            if line.stock_code[0].isdigit() and line.stock_code[-1].isalpha() and draws.happens(12):
                line = replace(line, stock_code=line.stock_code.lower())
            untidy.append(line)
            if is_goods(line) and line.quantity > 0 and draws.happens(10):
                untidy.append(line)
        sale.lines = untidy
