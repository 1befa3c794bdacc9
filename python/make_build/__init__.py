"""What `make build` runs: dbt build with a short report of its progress and one sentence for a failure."""
