"""What a dbt run does to its database besides running models: wait for the file, add a function."""
