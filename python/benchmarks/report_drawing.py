"""Draw the report of a published build once more, to see what it costs.

`python -m benchmarks.report_drawing published/segments.duckdb` prints the size of the page as JSON.
"""

import json
import sys
import tempfile
from pathlib import Path

from report import render


def run(path: str) -> dict[str, int]:
    """Draw into a folder that is thrown away; returns the bytes of the page."""
    with tempfile.TemporaryDirectory() as folder:
        render(Path(path), Path(folder))
        return {"bytes": (Path(folder) / "report.html").stat().st_size}


if __name__ == "__main__":
    print(json.dumps(run(sys.argv[1])))
