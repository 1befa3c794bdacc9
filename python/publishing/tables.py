"""Which tables are published, and the columns that order their rows in the files."""

from dataclasses import dataclass

from sql_text import quoted_identifier

# The order is total: the columns are the table's key, so that equal builds give equal files.
ROW_ORDER = {
    "cleaning_ledger": ("rule_number",),
    "clustering_comparison": ("method",),
    "country_segments": ("country",),
    "customer_attributes": ("customer_id", "attribute"),
    "customer_clusters": ("customer_id", "method"),
    "customer_rfm": ("customer_id",),
    "customer_segments": ("customer_id",),
    "product_segments": ("product_code",),
    "rfm_score_cut_points": ("measure", "cut_point_number"),
    "segment_attribute_profiles": ("segment_id", "attribute", "level"),
    "segment_drift": ("feature",),
    "segment_history": ("customer_id", "valid_from"),
    "segment_k_scan": ("k",),
    "segment_migration": ("as_of_date", "from_segment_id", "to_segment_id", "cause"),
    "segment_model": ("version_number", "segment_id"),
    "segment_profiles": ("segment_id",),
    "invoice_lines": ("source_file", "source_line"),
    "rejected_customer_attributes": ("source_file", "source_line"),
    "rejected_customer_records": ("source_file", "source_line"),
    "rejected_invoice_lines": ("source_file", "source_line"),
}
# Published only where it is asked for: large, and they hold single lines of the input.
LINE_TABLES = (
    "invoice_lines",
    "rejected_customer_attributes",
    "rejected_customer_records",
    "rejected_invoice_lines",
)
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


def published_tables(publish_lines: bool) -> list[str]:
    """The names of the tables to publish, with or without those that hold single lines of the input."""
    return [table for table in ROW_ORDER if publish_lines or table not in LINE_TABLES]
