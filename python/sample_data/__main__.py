"""Write the sample: `python -m sample_data` from the root of the project, with `python/` on the path."""

from pathlib import Path

from sample_data.shop import sample_csv

SAMPLE = Path(__file__).resolve().parents[2] / "seeds" / "sample_invoices.csv"

if __name__ == "__main__":
    SAMPLE.write_text(sample_csv(), encoding="utf-8", newline="")
