"""`python -m benchmarks`: generate the invoices once, run every rival on them, print and keep the tables."""

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from benchmarks.generator import GENERATOR_VERSION, write_csv, write_invoices
from benchmarks.results import as_json, as_markdown, as_text
from benchmarks.rivals import COMPARED, RIVALS, ROOT, SAMPLE, Case, Run, run_ours


def main(arguments: list[str] | None = None) -> int:
    """Run what is asked for and return the exit code."""
    options = parsed(arguments)
    folder: Path = options.folder.resolve()
    runs: list[Run] = []
    try:
        for lines in dict.fromkeys(round(millions * 1_000_000) for millions in options.lines):
            path, name = invoices(folder, lines), str(lines)
            if options.csv:
                path, name = as_csv(path), f"{lines} csv"
            case = Case(path, lines, runs_folder(folder, name), options.memory_limit)
            runs += [
                shown(RIVALS[rival](case)) for rival in options.only or (COMPARED if options.csv else RIVALS)
            ]
        if options.sample:
            with SAMPLE.open(encoding="utf-8") as file:
                n_lines = sum(1 for _ in file) - 1
            case = Case(SAMPLE, n_lines, runs_folder(folder, "sample"), options.memory_limit)
            runs.append(shown(replace(run_ours(case), rival="sample")))
    except RuntimeError as error:
        print(error, file=sys.stderr)
        return 1
    if runs:
        text = as_text(runs, options.memory_limit)
        name = "results_csv" if options.csv else "results"
        (folder / f"{name}.json").write_text(as_json(runs, options.memory_limit), encoding="utf-8")
        (folder / f"{name}.md").write_text(as_markdown(runs), encoding="utf-8")
        print(f"\n{text}\nKept as {name}.json and {name}.md in {options.folder}.")
    return 0


def parsed(arguments: list[str] | None) -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--lines", nargs="+", type=float, default=[1, 6, 60], metavar="MILLIONS", help="sizes"
    )
    parser.add_argument("--only", nargs="+", choices=list(RIVALS), help="rivals; default all")
    parser.add_argument(
        "--csv", action="store_true", help="the same lines as a CSV file, for the rivals that read one"
    )
    parser.add_argument("--sample", action="store_true", help="time dbt build on the shipped sample too")
    parser.add_argument("--memory-limit", metavar="SIZE", help="DuckDB's memory_limit for dbt, such as 2GB")
    parser.add_argument(
        "--folder", type=Path, default=ROOT / ".benchmarks", help="for files and results; default .benchmarks"
    )
    return parser.parse_args(arguments)


def invoices(folder: Path, lines: int) -> Path:
    """The file of this many lines, written unless it is there."""
    path = folder / f"invoices_{GENERATOR_VERSION}_{lines}.parquet"
    if not path.exists():
        print(f"Writing {lines:,} lines …", flush=True)
        folder.mkdir(parents=True, exist_ok=True)
        write_invoices(path, lines)
    return path


def as_csv(invoices: Path) -> Path:
    """The CSV file of the same lines, written unless it is there."""
    path = invoices.with_suffix(".csv")
    if not path.exists():
        print(f"Writing {path.name} …", flush=True)
        write_csv(invoices, path)
    return path


def runs_folder(folder: Path, name: str) -> Path:
    """The folder for databases, published files and logs of one input."""
    path = folder / name
    path.mkdir(parents=True, exist_ok=True)
    return path


def shown(run: Run) -> Run:
    """The same run, after a line for whoever waits."""
    peak = "" if run.peak_bytes is None else f", peak {run.peak_bytes / 2**30:.2f} GiB"
    seconds = f"{run.seconds:8.1f} s, {run.processor_seconds:8.1f} s on processors"
    print(f"{run.lines:>12,} lines  {run.rival:<14} {seconds}{peak}", flush=True)
    return run


if __name__ == "__main__":
    sys.exit(main())
