"""A made-up gift shop: the generator of `seeds/sample_invoices.csv`.

`python -m sample_data`, with `python/` on the path, writes the file anew, with the same bytes each time.
Every name, price and number is invented. The file has the columns of Online Retail, runs from 3 January 2023
to 20 December 2024 and holds 19,654 lines, 4,233 invoices, 769 customers. Autumn is busy, January quiet; the
shop is closed on Sundays, on bank holidays and over the turn of the year.

Customers by archetype (`customers.py`), of 758, and 11 more that `quirks.py` writes by hand:

| archetype | share | orders | last order, days ago | buys |
|---|---:|---:|---:|---|
| wholesale | 6 % | 10-36 | 0-40 | by the dozen, at 15 % less |
| loyal | 16 % | 6-18 | 0-75 | several of a few products |
| occasional | 11 % | 2-5 | 30-330 | a little of everything between |
| left | 17 % | 2-9 | 150-600 | like loyal ones, until they stopped |
| one-time | 31 % | 1-2 | 140-715 | one or two small baskets |
| new | 18 % | 1-3 | 0-75 | small first baskets |

Quirks by share of all lines (`quirks.py`; the tests hold how many there are at least):

| quirk | share |
|---|---:|
| no customer: guests, fees, notes | 20.5 % |
| customer number written as 20411.0 (one quarter of a year) | 9.0 % |
| returns of a whole line | 1.2 % |
| returns of a part of a line | 0.5 % |
| returns of what was sold before the data begins | 0.2 % |
| returns at another price, across several sales or of more than was sold | 0.2 % |
| postage, carriage, manual lines, fees, samples | 2.7 % |
| exact copies of a line | 1.0 % |
| stock written off or found, price 0 | 0.6 % |
| discounts | 0.2 % |
| free goods | 0.2 % |
| returns whose sign or prefix is missing | 0.1 % |
| quantity 0; a bad debt, booked once and cancelled twice | 0.04 % |

Beyond that: one order of 24,000 pieces cancelled 12 minutes later by a customer who keeps GBP 4.50, another
customer who cancels all, four who only cancelled, five whose one order came back, nine with a second country,
40 invoices over two minutes, 43 products renamed in 2024, stock codes in lower case, gift vouchers, and
descriptions with commas, quotes, accents, pound signs and spaces at their ends.
"""
