"""What the tests of personal data share: a small shop, builds of it, and a search for what they leave."""

import base64
import csv
import json
import random
import re
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from campaigns.shops import HEADERS
from dbt_runs import Run, clean_environment, run_python

KEY = "an invented key of more than 32 characters"
# In everything that is one customer's alone: id, product, attribute. No other text holds it by chance.
MARK = "Qzxjwvkt"
CUSTOMER = f"{MARK}-7"
# What takes long and does not matter here is left out.
QUICKLY = {"n_segments": 3, "k_candidates": [3], "cluster_methods": []}


@dataclass(frozen=True)
class Place:
    """A folder with a warehouse, what it publishes, and all that builds leave beside these."""

    folder: Path
    repo_root: Path
    invoices: Path
    attributes: Path

    @property
    def database(self) -> Path:
        """The warehouse."""
        return self.folder / "warehouse.duckdb"

    @property
    def published(self) -> Path:
        """The link to the newest build."""
        return self.folder / "published"

    def run(
        self,
        module: str,
        *arguments: str,
        key: str | None = KEY,
        variables: dict[str, Any] | None,
        cwd: Path | None = None,
        **others: str,
    ) -> Run:
        """Run a module of the project; variables: None for the project's own; others: environment."""
        given = ["--exclude-resource-type", "unit_test"]
        if variables is not None:
            inputs = {"invoices": str(self.invoices), "customer_attributes": str(self.attributes)}
            given += ["--vars", json.dumps(QUICKLY | inputs | variables)]
        settings = {
            "SEGMENTATION_DATABASE": str(self.database),
            "SEGMENTATION_PUBLISHED": str(self.published),
            "DBT_TARGET_PATH": str(self.folder / "target"),
            "DBT_LOG_PATH": str(self.folder / "logs"),
            "DBT_ARGS": shlex.join(given),
            "PYTHONPATH": str((cwd or self.repo_root) / "python"),
        }
        if key is not None:
            settings["SEGMENTATION_PRIVACY_KEY"] = key
        environment = clean_environment() | settings | others
        return run_python(["-m", module, *arguments], cwd or self.repo_root, environment)

    def build(self, **variables: Any) -> Run:
        """Build the shop, everything that is published included."""
        return self.run("make_build", variables=variables)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query on the warehouse."""
        with duckdb.connect(str(self.database), read_only=True) as connection:
            return connection.execute(query).fetchall()


@pytest.fixture(scope="session")
def make_place(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Place]:
    """Make a new place with a shop of 81 customers, one of whom is marked."""

    def make() -> Place:
        folder = tmp_path_factory.mktemp("place")
        inputs = tmp_path_factory.mktemp("inputs")
        write_invoices(inputs / "invoices.csv")
        write_attributes(inputs / "attributes.csv")
        return Place(folder, repo_root, inputs / "invoices.csv", inputs / "attributes.csv")

    return make


def write_invoices(path: Path) -> None:
    """Orders from January to September; the marked customer's id is written in several ways."""
    rng = random.Random(7)
    writings = [CUSTOMER, f" {CUSTOMER}.0", f"{CUSTOMER}.00 ", f"\xa0{CUSTOMER}"]
    lines = []
    for number in range(500):
        customer = rng.choice([f"C{rng.randrange(80)}", f"C{rng.randrange(20)}", CUSTOMER])
        day = f"2024-{rng.randint(1, 9):02d}-{rng.randint(1, 28):02d} 10:00"
        for _ in range(rng.randint(1, 3)):
            product = f"P{rng.randrange(30)}" if customer != CUSTOMER or rng.random() < 0.5 else f"{MARK}P"
            written = rng.choice(writings) if customer == CUSTOMER else customer
            price = f"{rng.randint(1, 20)}.50"
            lines.append(
                [str(number), product, f"Mug {product}", rng.randint(1, 9), day, price, written, "France"]
            )
    lines += [
        ["C1", f"{MARK}P", "Mug", -1, "2024-09-28 11:00", "1.50", CUSTOMER, "France"],
        ["600", "P1", "Mug", "many", "2024-09-28 11:00", "1.50", CUSTOMER, "France"],
        # Not readable, so nobody knows whose it is.
        ["601", "P1", "Mug", 1, "2024-09-28 11:00", "1.50", CUSTOMER],
    ]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADERS, *lines])


def write_attributes(path: Path) -> None:
    """A city for each customer, and what is known of a few: a plan and an age."""
    rows = [
        (f"C{number}", f"City {number % 7}", "gold" if number < 12 else "", number if number < 3 else "")
        for number in range(80)
    ]
    with path.open("w", encoding="utf-8", newline="") as file:
        header = ("customer_id", "city", "plan", "age")
        csv.writer(file).writerows([header, *rows, (f"{CUSTOMER}.0", f"{MARK}ville", "", "")])


@pytest.fixture(scope="session")
def traces() -> Callable[[Path, str], set[str]]:
    """Where a text is in a folder, in any case of letters.

    Every file's bytes, pictures inside pages decoded; every value of every table and view of each database;
    every value of each Parquet file.
    """

    def traces(folder: Path, text: str) -> set[str]:
        found = set()
        for path in folder.rglob("*"):
            if path.is_file() and not path.is_symlink():
                name = path.relative_to(folder).as_posix()
                found |= {f"{name}{place}" for place in places(path, text.lower())}
        return found

    return traces


def places(path: Path, text: str) -> Iterator[str]:
    """Where the text is in one file: an empty name for its bytes, or the names of tables."""
    content = path.read_bytes()
    pictures = [base64.b64decode(found[1]) for found in re.finditer(rb"base64,([A-Za-z0-9+/=]+)", content)]
    if any(text.encode() in part.lower() for part in [content, *pictures]):
        yield ""
    relations = {}
    with duckdb.connect() as connection:
        if path.suffix == ".parquet":
            relations = {"": f"read_parquet('{path}')"}
        elif path.suffix == ".duckdb":
            # Under the name that its views know.
            connection.execute(f"attach '{path}' as {path.stem} (read_only)")
            names = connection.execute(
                """
                select format('"{}"."{}"', schema_name, name) from (
                    select schema_name, table_name as name from duckdb_tables() where not internal
                    union all
                    select schema_name, view_name as name from duckdb_views() where not internal
                )
                """
            ).fetchall()
            relations = {f" {name}": f"{path.stem}.{name}" for (name,) in names}
        for place, relation in relations.items():
            query = f"select count(*) from {relation} as t where contains(lower(cast(t as varchar)), ?)"
            if connection.execute(query, [text]).fetchall()[0][0]:
                yield place
