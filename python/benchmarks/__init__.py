"""How fast, in how much memory, and against what: `make bench`, or `python -m benchmarks --help`.

Invoices are generated once per size (`generator.py`), then these run on the same file, each in a process of
its own:

| rival | what it does |
|---|---|
| ours | `dbt build` from the Parquet file to published marts, with tests, without other clustering methods |
| rescore | every customer of that build scored again with the stored model (`refit: never`) |
| report | the page of that build drawn once more; a build draws it too |
| methods | the other clustering methods on the customers of that build |
| score_customer | the first call and the next ones in the published database, and 1,000 customers at once |
| floor | one DuckDB query to recency, frequency and monetary, one K-Means fit and assignment (`floor.py`) |
| notebook | pandas, K-Means for k = 2 to 10, sampled silhouettes (`notebook.py`) |
"""
