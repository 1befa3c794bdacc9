"""Text as SQL, quoted in one place each, so that no header, path or value can become a statement."""


def quoted_identifier(name: str) -> str:
    """The name as an SQL identifier, such as "Customer ID" with its quotes."""
    return '"' + name.replace('"', '""') + '"'


def quoted_literal(text: str) -> str:
    """The text as an SQL string literal, such as 'O''Neill' with its quotes."""
    return "'" + text.replace("'", "''") + "'"


def parquet_relation(path: str) -> str:
    """The DuckDB call that reads this one Parquet file, without columns taken from folder names."""
    return f"read_parquet([{quoted_literal(path)}], hive_partitioning = false)"
