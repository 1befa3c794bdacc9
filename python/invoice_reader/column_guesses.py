"""Which header may be which of our columns, for a message: a person checks it, nothing is read by it.

A guess by the name of a header comes before one by what the first records hold. Values are looked at, never
returned.
"""

import difflib
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from invoice_reader.date_order import date_shapes

MAX_RECORDS = 1_000
MAX_COLUMNS = 100
# A longer header is rather a text in the place of one.
MAX_HEADER = 60

# Words for what a line costs altogether; unit_price is the price of one piece.
AMOUNT_WORDS = (
    *("amount", "line amount", "total", "line total", "total price", "total amount", "sales", "revenue"),
    *("gross sales", "net sales", "subtotal"),
)
# Headers of shops' exports for each of our columns, the most telling first.
HEADER_WORDS: Mapping[str, tuple[str, ...]] = {
    "invoice_number": (
        *("invoice number", "invoice no", "invoice id", "invoice", "order number", "order no", "order id"),
        *("order name", "order", "receipt number", "receipt id", "receipt no", "receipt", "transaction id"),
        *(
            "transaction number",
            "transaction no",
            "transaction",
            "sale id",
            "purchase id",
            "basket id",
            "bill no",
        ),
        *(
            "document number",
            "document no",
            "rechnungsnummer",
            "bestellnummer",
            "numéro de commande",
            "commande",
        ),
        *("número de pedido", "pedido", "factura"),
    ),
    "stock_code": (
        *("stock code", "sku", "product code", "product id", "product number", "item code", "item id"),
        *("item number", "item no", "article number", "article id", "article", "asin", "ean", "upc", "gtin"),
        *("variant sku", "lineitem sku", "code", "product", "item", "artikelnummer", "artikel", "référence"),
        *("referencia", "producto"),
    ),
    "description": (
        *("description", "product name", "item name", "product title", "item title", "lineitem name"),
        *("item description", "product description", "article name", "title", "bezeichnung", "artikelname"),
        *("désignation", "descripción"),
    ),
    "quantity": (
        *("quantity", "qty", "order quantity", "quantity ordered", "units", "units sold", "pieces", "pcs"),
        *("number of items", "count", "menge", "anzahl", "stück", "quantité", "cantidad"),
    ),
    "invoiced_at": (
        *("invoice date", "order date", "order datetime", "ordered at", "invoiced at", "created at"),
        *(
            "date created",
            "created",
            "purchase date",
            "purchased at",
            "sale date",
            "sold at",
            "transaction date",
        ),
        *("transaction datetime", "date time", "datetime", "timestamp", "date", "time"),
        *("rechnungsdatum", "bestelldatum", "datum", "date de commande", "fecha"),
    ),
    "unit_price": (
        *("unit price", "price", "price per unit", "item price", "lineitem price", "price each", "item cost"),
        *("unit cost", "cost per item", "selling price", "product price", "list price"),
        *("einzelpreis", "stückpreis", "preis", "prix unitaire", "prix", "precio unitario", "precio"),
        *AMOUNT_WORDS,
    ),
    "customer_id": (
        *("customer id", "customer number", "customer no", "customer code", "client id", "client number"),
        *(
            "user id",
            "buyer id",
            "account id",
            "account number",
            "member id",
            "shopper id",
            "customer user id",
        ),
        *(
            "customer",
            "client",
            "buyer",
            "user",
            "buyer username",
            "customer email",
            "email",
            "email address",
        ),
        *("e mail", "buyer email", "user name", "username", "account", "member"),
        *("kundennummer", "kunde", "numéro client", "cliente"),
    ),
    "country": (
        *(
            "country",
            "shipping country",
            "ship country",
            "delivery country",
            "billing country",
            "country code",
        ),
        *("customer country", "shipping country code", "nation", "region", "market", "territory"),
        *("land", "pays", "país"),
    ),
    "recency_days": (
        *(
            "recency",
            "recency days",
            "days since last order",
            "days since last purchase",
            "last purchase days",
        ),
        *("days since purchase",),
    ),
    "frequency": (
        *("frequency", "number of orders", "orders count", "order count", "total orders", "n orders"),
        *("number of purchases", "purchase count", "total purchases", "orders", "purchases"),
    ),
    "monetary": (
        *("monetary", "monetary value", "total spend", "total spent", "amount spent", "spend", "spending"),
        *("lifetime value", "customer lifetime value", "ltv", "clv", "clv total", "total revenue"),
    ),
}
# A few names suffice: a column of countries holds some of them.
COUNTRIES = frozenset(
    (
        *("austria", "australia", "belgium", "brazil", "canada", "china", "denmark", "deutschland", "españa"),
        *(
            "finland",
            "france",
            "germany",
            "india",
            "ireland",
            "italia",
            "italy",
            "japan",
            "mexico",
            "netherlands",
        ),
        *(
            "norway",
            "poland",
            "portugal",
            "spain",
            "sweden",
            "switzerland",
            "united kingdom",
            "united states",
        ),
        *(
            "at",
            "au",
            "be",
            "br",
            "ca",
            "ch",
            "cn",
            "de",
            "dk",
            "es",
            "fi",
            "fr",
            "gb",
            "ie",
            "in",
            "it",
            "jp",
        ),
        *("mx", "nl", "no", "pl", "pt", "se", "uk", "us", "usa"),
    )
)
NUMBER = re.compile(r"[-+]?[^\w\s.,+-]?\s?[-+]?\d+([.,]\d+)*\s?[^\w\s.,+-]?")
WHOLE_NUMBER = re.compile(r"[-+]?\d{1,7}(\.0+)?")
DECIMALS = re.compile(r"\d[.,]\d{1,4}\D*")

# Rows of the file as text, as many cells each as there are headers.
FirstRecords = Callable[[], Sequence[Sequence[str | None]]]


def simplified(header: str) -> str:
    """The header as it is compared: case folded, letters and digits only."""
    return "".join(character for character in header.casefold() if character.isalnum())


def words_of(header: str) -> list[str]:
    """The words of a header in lower case; a capital after a small letter starts a word too."""
    return [word.casefold() for word in re.findall(r"[^\W_]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", header))]


def guess_columns(
    headers: Sequence[str],
    free: Collection[int],
    wanted: Sequence[str],
    known: Mapping[str, int],
    first_records: FirstRecords,
) -> dict[str, int]:
    """Position of the header that may be each wanted column of ours; those without a guess are absent.

    free: positions to guess from. known: positions of our columns that were found. first_records: reads up to
    MAX_RECORDS rows; called only where the names leave something open.
    """
    free = [
        position
        for position in sorted(free)
        if headers[position].strip() and len(headers[position]) <= MAX_HEADER
    ]
    guesses: dict[str, int] = {}
    for find in (same_name, nearly_same_name, name_within):
        for column in wanted:
            position = None if column in guesses else find(HEADER_WORDS[column], headers, free)
            if position is not None:
                guesses[column] = position
                free.remove(position)
    if free and len(guesses) < len(wanted):
        records = first_records()
        if records:
            columns = [[(text or "").strip() for text in texts] for texts in zip(*records, strict=True)]
            guesses |= guess_by_content(columns, wanted, {**known, **guesses}, free[:MAX_COLUMNS])
    return guesses


def same_name(words: Sequence[str], headers: Sequence[str], free: Sequence[int]) -> int | None:
    """The header that is one of the words."""
    by_name = {simplified(headers[position]): position for position in reversed(free)}
    return next((by_name[simplified(word)] for word in words if simplified(word) in by_name), None)


def nearly_same_name(words: Sequence[str], headers: Sequence[str], free: Sequence[int]) -> int | None:
    """The header that is one of the words but for a slip; short words are too much alike for that."""
    by_name = {simplified(headers[position]): position for position in reversed(free)}
    for word in map(simplified, words):
        close = difflib.get_close_matches(word, by_name, n=1, cutoff=0.8) if len(word) > 5 else []
        if close:
            return by_name[close[0]]
    return None


def name_within(words: Sequence[str], headers: Sequence[str], free: Sequence[int]) -> int | None:
    """The header with one of the words in it, such as "Lineitem quantity", that has least around it."""
    best, best_share = None, 0.45
    for position in free:
        header = f" {' '.join(words_of(headers[position]))} "
        for word in words:
            share = len(word) / (len(header) - 2)
            if f" {word} " in header and share > best_share:
                best, best_share = position, share
    return best


def is_most(judgements: Iterable[object]) -> bool:
    """Whether more than half are true."""
    listed = [bool(judgement) for judgement in judgements]
    return 2 * sum(listed) > len(listed)


def has_digit(text: str) -> bool:
    """Whether a digit is in the text."""
    return any(character.isdigit() for character in text)


def are_dates(texts: Sequence[str]) -> bool:
    """Whether all texts are dates that the reader knows."""
    if not all(has_digit(text) and 6 <= len(text) <= 40 for text in texts):
        return False
    with duckdb.connect() as connection:
        connection.execute("create table texts as select unnest($1) as text", [list(texts)])
        return all(shape.shape is not None for shape in date_shapes(connection, "texts", "text"))


@dataclass(frozen=True)
class Sample:
    """The first records by column, shape (n_columns, n_records), and which columns are still free."""

    columns: Sequence[Sequence[str]]
    free: Collection[int]

    def filled(self, position: int) -> list[str]:
        """The texts of a column that are not empty."""
        return [text for text in self.columns[position] if text]

    def candidates(self, is_one: Callable[[list[str]], bool]) -> list[int]:
        """The free columns of which at least half is filled, with texts as asked for."""
        return [
            position
            for position in sorted(self.free)
            if 2 * len(self.filled(position)) >= len(self.columns[position]) and is_one(self.filled(position))
        ]

    def has_one_per(self, position: int, group: int) -> bool:
        """Whether a column has one text for each text of another, as an invoice has one date.

        Not without exception: while a long invoice is written, a minute may pass. Some exports write what
        belongs to the invoice on its first line only.
        """
        pairs = {pair for pair in zip(self.columns[group], self.columns[position], strict=True) if all(pair)}
        return len(pairs) <= 1.05 * self.n_texts(group)

    def stands_together(self, position: int) -> bool:
        """Whether the lines with the same text follow one another, as those of an invoice do."""
        texts = self.columns[position]
        n_changes = sum(text != before for text, before in zip(texts[1:], texts, strict=False))
        return n_changes + 1 <= 1.05 * self.n_texts(position)

    def n_texts(self, position: int) -> int:
        """Number of different texts of a column."""
        return len(set(self.columns[position]))


def guess_by_content(
    columns: Sequence[Sequence[str]], wanted: Sequence[str], known: Mapping[str, int], free: Sequence[int]
) -> dict[str, int]:
    """Positions of the wanted columns by what the first records hold.

    columns: shape (n_columns, n_records). known: positions found or guessed by name, of wanted ones too.
    """
    found = dict(known)
    guesses: dict[str, int] = {}
    for column, guess in CONTENT_GUESSES.items():
        if column in wanted and column not in found:
            position = guess(Sample(columns, set(free) - set(found.values())), found)
            if position is not None:
                found[column] = guesses[column] = position
    return guesses


def guess_invoiced_at(sample: Sample, _: Mapping[str, int]) -> int | None:
    """The first column of dates alone."""
    return next(iter(sample.candidates(are_dates)), None)


def guess_unit_price(sample: Sample, _: Mapping[str, int]) -> int | None:
    """The only column of numbers most of which have decimals."""
    columns = sample.candidates(
        lambda texts: (
            all(NUMBER.fullmatch(text) for text in texts)
            and is_most(DECIMALS.search(text) and not WHOLE_NUMBER.fullmatch(text) for text in texts)
        )
    )
    return columns[0] if len(columns) == 1 else None


def guess_quantity(sample: Sample, _: Mapping[str, int]) -> int | None:
    """Of the columns of whole numbers, nearly all small and few of them 0, the one with the smallest."""

    def are_small(texts: list[str]) -> bool:
        if not all(WHOLE_NUMBER.fullmatch(text) for text in texts):
            return False
        return 10 * sum(1 <= abs(float(text)) <= 100 for text in texts) >= 9 * len(texts)

    def mean(position: int) -> float:
        texts = sample.filled(position)
        return sum(abs(float(text)) for text in texts) / len(texts)

    return min(sample.candidates(are_small), key=mean, default=None)


def guess_invoice_number(sample: Sample, found: Mapping[str, int]) -> int | None:
    """The column with the most texts that stand on several lines together, each of them with one date."""
    date = found.get("invoiced_at")
    if date is None:
        return None
    columns = [
        position
        for position in sample.candidates(
            lambda texts: 1 < len(set(texts)) < len(texts) and not are_dates(texts)
        )
        if sample.has_one_per(date, position) and sample.stands_together(position)
    ]
    return max(columns, key=sample.n_texts, default=None)


def guess_customer_id(sample: Sample, found: Mapping[str, int]) -> int | None:
    """A column of addresses with @, or the one with the most texts with digits, each invoice having one."""
    addresses = sample.candidates(lambda texts: is_most("@" in text for text in texts))
    invoice = found.get("invoice_number")
    if addresses or invoice is None:
        return addresses[0] if addresses else None
    columns = [
        position
        for position in sample.candidates(
            lambda texts: len(set(texts)) > 1 and is_most(map(has_digit, texts))
        )
        if sample.has_one_per(position, invoice) and not are_dates(sample.filled(position))
    ]
    return max(columns, key=sample.n_texts, default=None)


def guess_country(sample: Sample, _: Mapping[str, int]) -> int | None:
    """The first column with names or codes of countries."""
    columns = sample.candidates(lambda texts: is_most(text.casefold() in COUNTRIES for text in texts))
    return columns[0] if columns else None


def within_invoices(sample: Sample, columns: Sequence[int], found: Mapping[str, int]) -> Iterator[int]:
    """The columns of which invoices have several texts; none where the invoices are unknown."""
    invoice = found.get("invoice_number")
    return (
        position for position in columns if invoice is not None and not sample.has_one_per(position, invoice)
    )


def guess_stock_code(sample: Sample, found: Mapping[str, int]) -> int | None:
    """The first column of codes without blanks that occur again, several of them in an invoice."""

    def are_codes(texts: list[str]) -> bool:
        return (
            len(set(texts)) < len(texts)
            and is_most(map(has_digit, texts))
            and not any(" " in text or DECIMALS.fullmatch(text) for text in texts)
        )

    return next(within_invoices(sample, sample.candidates(are_codes), found), None)


def guess_description(sample: Sample, found: Mapping[str, int]) -> int | None:
    """The first column of texts of several words, several of them in an invoice."""
    columns = sample.candidates(
        lambda texts: is_most(" " in text and not has_digit(text[0]) for text in texts)
    )
    return next(within_invoices(sample, columns, found), None)


# In this order, since an invoice is known by its date, and what belongs to an invoice by its number.
CONTENT_GUESSES: Mapping[str, Callable[[Sample, Mapping[str, int]], int | None]] = {
    "invoiced_at": guess_invoiced_at,
    "unit_price": guess_unit_price,
    "quantity": guess_quantity,
    "invoice_number": guess_invoice_number,
    "customer_id": guess_customer_id,
    "country": guess_country,
    "stock_code": guess_stock_code,
    "description": guess_description,
}
