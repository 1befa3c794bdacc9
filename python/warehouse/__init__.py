"""What a dbt run does to its DuckDB database besides running models: waiting for the file, adding functions."""
