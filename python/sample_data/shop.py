"""The whole sample from its parts."""

from sample_data import quirks
from sample_data.catalogue import Catalogue
from sample_data.customers import regular_orders
from sample_data.draws import Draws
from sample_data.invoices import csv_text

SEED = 2023
GUEST_ORDERS = 370


def sample_csv() -> str:
    """The text of `seeds/sample_invoices.csv`, the same in every run."""
    catalogue = Catalogue(Draws(SEED, "catalogue"))
    customers = regular_orders(SEED, catalogue)
    quirks.move_to_a_second_country(Draws(SEED, "second country"), customers)
    sales = customers + quirks.guest_orders(Draws(SEED, "guests"), catalogue, GUEST_ORDERS)

    # Returns are drawn from the sales alone, before charges and gifts are added to them.
    draws = Draws(SEED, "returns")
    credit_notes = [
        *quirks.returns(draws, sales),
        *quirks.returns_across_orders(draws, sales),
        *quirks.returns_without_sale(draws, catalogue, customers),
        *quirks.signs_the_wrong_way(draws, sales),
    ]
    quirks.add_charges_and_free_goods(Draws(SEED, "charges"), catalogue, customers)
    others = [
        *quirks.cancelled_whole_orders(catalogue),
        *quirks.fully_returned_orders(Draws(SEED, "fully returned"), catalogue),
        *quirks.bookkeeping(Draws(SEED, "bookkeeping"), sales),
        *quirks.stock_notes(Draws(SEED, "stock notes"), catalogue),
    ]
    invoices = [*sales, *credit_notes, *others]
    quirks.make_untidy(Draws(SEED, "untidy"), invoices)
    return csv_text(invoices)
