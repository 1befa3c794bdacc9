"""The long campaigns, with their figures: `python -m campaigns [inputs] [shops] [days] [faults] [kills]`.

All of them by default. Ends with exit code 1 where anything was lost.
"""

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from campaigns.days import follow_days, split_by_date
from campaigns.faults import FAULTS, cause
from campaigns.inputs import CHECKS, try_inputs
from campaigns.kills import run_kills
from campaigns.scene import scene
from campaigns.special import build_special_inputs
from campaigns.sql_models import PROJECT

# A campaign's line in the summary, and the sentences about what went wrong.
Figures = tuple[str, list[str]]


def say(line: str) -> None:
    """Print at once: a campaign takes long."""
    print(line, flush=True)


def kills(options: argparse.Namespace) -> Figures:
    """Builds killed at random moments: half of them read everything, half follow the files."""
    kills: Counter[str] = Counter()
    damages: list[str] = []
    for follows in (False, True):
        with scene(follows=follows) as prepared:
            figures = run_kills(prepared, options.kills // 2, options.seed, say)
        name = "following the files" if follows else "reading everything"
        kills += Counter({f"{name} {where}": count for where, count in figures.kills.items()})
        damages += [f"{name}: {damage}" for damage in figures.damages]
    where = ", ".join(f"{count} {name}" for name, count in sorted(kills.items()))
    return f"{kills.total()} builds killed ({where})", damages


def faults(options: argparse.Namespace) -> Figures:
    """Faults of the machine."""
    problems: list[str] = []
    n_done = 0
    with scene() as prepared:
        for name in FAULTS:
            outcome = cause(name, prepared)
            say(f"{name}: {outcome.skipped or outcome.sentence}")
            n_done += outcome.skipped is None
            problems += [f"{name}: {problem}" for problem in outcome.problems]
    return f"{n_done} of {len(FAULTS)} faults done to a build", problems


def inputs(options: argparse.Namespace) -> Figures:
    """Files of any bytes."""
    problems: list[str] = []
    counts = []
    for name in CHECKS:
        tried = try_inputs(name, options.inputs // len(CHECKS), options.seed)
        counts.append(f"{tried.n_cases} files of {name} ({tried.n_used} could be used)")
        problems += tried.failures
        say(counts[-1])
    return "; ".join(counts), problems


def shops(options: argparse.Namespace) -> Figures:
    """Shops and customer records at the edge, each through dbt build."""
    return build_special_inputs(say)


def days(options: argparse.Namespace) -> Figures:
    """The sample's days, delivered in any order and disturbed."""
    with tempfile.TemporaryDirectory() as folder:
        sample = split_by_date(PROJECT / "seeds" / "sample_invoices.csv", Path(folder))
        n_followed, problems = follow_days(sample, options.deliveries, options.seed, say)
    return f"{options.deliveries} deliveries by day, {n_followed} followed without reading all", problems


CAMPAIGNS: dict[str, Callable[[argparse.Namespace], Figures]] = {
    "inputs": inputs,
    "shops": shops,
    "days": days,
    "faults": faults,
    "kills": kills,
}


def main() -> int:
    """Run the campaigns named; returns the exit code."""
    parser = argparse.ArgumentParser(prog="campaigns", description=__doc__)
    parser.add_argument("campaigns", nargs="*", choices=[[], *CAMPAIGNS], help="default: all of them")
    parser.add_argument("--seed", type=int, default=1, help="of everything random (default: 1)")
    parser.add_argument("--kills", type=int, default=100, help="builds to kill (default: 100)")
    parser.add_argument("--deliveries", type=int, default=50, help="deliveries by day (default: 50)")
    parser.add_argument("--inputs", type=int, default=5000, help="input files to try (default: 5000)")
    options = parser.parse_args()
    results = [CAMPAIGNS[name](options) for name in options.campaigns or CAMPAIGNS]
    for line, problems in results:
        say(f"{line}: {len(problems)} losses.")
        for problem in problems:
            say(f"  {problem}")
    return any(problems for _, problems in results)


if __name__ == "__main__":
    sys.exit(main())
