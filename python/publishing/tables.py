"""What publishing knows of single tables; which there are is said in the YAML of published_build."""

from dataclasses import dataclass

from sql_text import quoted_identifier

# A row counts customers in n_customers; of the first two it also has their revenue, rank and running share.
REVENUE_TABLES = ("country_segments", "product_segments")
TABLES_OF_COUNTS = (*REVENUE_TABLES, "segment_attribute_profiles", "segment_migration")
# Columns that hold how long something took: they make no difference between two builds.
MEASURED_COLUMNS = {"clustering_comparison": ("seconds",)}
# Table functions that read published tables only.
TABLE_FUNCTIONS = ("score_customer",)


@dataclass(frozen=True)
class Schema:
    """The database and schema that hold the marts, as DuckDB calls them."""

    database: str
    name: str

    def table(self, name: str) -> str:
        """The full name of a table of the schema, quoted."""
        return ".".join(quoted_identifier(part) for part in (self.database, self.name, name))
