"""Shops and customer records that hardly any code expects: every line has its fate, and the build ends.

All of them up to the scores; a few, empty or alike in some way, through dbt build with its data tests.
"""

from pathlib import Path

import pytest

from campaigns.builds import Place
from campaigns.inputs import Case, check_customer_records, check_lines
from campaigns.shops import HEADERS, LARGE, RECORD_HEADERS, special_records, special_shops, write_csv
from campaigns.special import build_one
from campaigns.sql_models import build_in_memory

SHOPS = [name for name in special_shops() if name not in LARGE]


@pytest.mark.parametrize("basis", ["net", "gross"])
@pytest.mark.parametrize("shop", SHOPS)
def test_every_line_has_its_fate(shop: str, basis: str, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "shop.csv", HEADERS, special_shops()[shop]())
    models = build_in_memory(tmp_path / "target", {"invoices": str(path), "monetary_basis": basis})
    with models.connection:
        check_lines(models)


@pytest.mark.parametrize("records", special_records())
def test_every_record_is_a_customer_or_rejected(records: str, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "records.csv", RECORD_HEADERS, special_records()[records])
    check_customer_records(Case(".csv", path.read_bytes()))


@pytest.mark.parametrize(
    "name", ["one line", "every line cancelled", "all customers equal", "a measure that never changes"]
)
def test_the_whole_build_ends(name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    place = Place(tmp_path_factory.getbasetemp() / "special shops")
    place.folder.mkdir(exist_ok=True)
    assert build_one(place, name, print) == []
