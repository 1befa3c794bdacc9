"""Each SQL rule turned round, one at a time, to see whether a test notices: `python -m campaigns.rules`.

In a copy of the project a comparison is turned, a condition dropped or a constant moved. The model's unit
tests run first, then it is built with its own data tests, then everything below it. A flip that no test
notices is a survivor: a rule that could be wrong without anyone knowing, or one where both ways mean the
same. `--limit 20` tries a sample, `--processes 2` two at a time; paths (models/staging, macros/money …) name
what to flip. What only other vars or a second build show is for `--python-tests`, the files of tests/python
that are run on what survived.
"""

import argparse
import importlib
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

from campaigns.builds import NO_UNIT_TESTS, QUICK_VARIABLES, Place
from campaigns.sql_models import PROJECT

COPIED = ("models", "macros", "seeds", "tests", "python", "dbt_project.yml", "profiles.yml", "pyproject.toml")
# What is flipped by default: where rules are, not how tables are made or printed.
RULES = (
    "models/staging",
    "models/intermediate",
    "models/marts",
    "macros/rules",
    "macros/money",
    "macros/input",
)
# What to look for in a line of SQL, and what takes its place.
FLIPS: tuple[tuple[str, str, str], ...] = (
    ("comparison", r" <= ", " < "),
    ("comparison", r" >= ", " > "),
    ("comparison", r" < ", " <= "),
    ("comparison", r" > ", " >= "),
    ("comparison", r" = ", " <> "),
    ("comparison", r" <> ", " = "),
    ("comparison", r" is null\b", " is not null"),
    ("comparison", r" is not null\b", " is null"),
    ("condition", r"^(\s*)and (?!\w+\.\w+ = ).+$", r"\1and true"),
    ("condition", r"^(\s*)or .+$", r"\1or false"),
    ("condition", r"\bwhen (?=.+ then\b)", "when false and "),
    ("condition", r"\bnot (?!null\b)", ""),
    ("constant", r"(?<![\w.'(])(\d+)(?![\w.'])", "{}"),
    ("order", r" desc\b", ""),
    ("order", r"\bmin\(", "max("),
    ("order", r"\bmax\(", "min("),
    ("join", r"\bleft join\b", "inner join"),
)
# Of two columns of two tables: turned round it joins everything with everything.
JOIN = re.compile(r"^\s*(on|and) .*\w+\.\w+ = \w+\.\w+")
NOT_A_RULE = re.compile(r"^\s*(--|\{[#%]|\s*$)|decimal\(|coalesce\(.*\) as ")
INVALID = re.compile(r"(Parser|Binder|Compilation|Catalog|Conversion) Error|enforced contract")


# A flipped recursion may go on for ever, which nobody would overlook.
SECONDS_TO_END = 300
# Imported once, before a process is forked for each build: that is most of the time of a small one.
LIBRARIES = ("dbt.cli.main", "dbt.task.build", "dbt.adapters.duckdb", "duckdb", "pandas", "pyarrow")


@dataclass(frozen=True)
class Flip:
    """One change of one line; path is relative to the project's root, number the line's, from 1."""

    path: Path
    number: int
    kind: str
    before: str
    after: str

    def __str__(self) -> str:
        """Where, and what became what."""
        return f"{self.path}:{self.number} {self.kind}: {self.before.strip()} -> {self.after.strip()}"


def flips(path: Path) -> Iterator[Flip]:
    """Every flip of a file; `path` is relative to the project's root."""
    is_comment = False
    for number, line in enumerate((PROJECT / path).read_text(encoding="utf-8").splitlines(), start=1):
        is_comment = (is_comment or "{#" in line) and "#}" not in line
        if is_comment or "#}" in line or NOT_A_RULE.search(line):
            continue
        for kind, pattern, replacement in FLIPS:
            if JOIN.match(line) and kind == "comparison":
                continue
            for found in re.finditer(pattern, line):
                if kind == "constant":
                    after = f"{line[: found.start()]}{int(found[1]) + 1}{line[found.end() :]}"
                else:
                    after = line[: found.start()] + found.expand(replacement) + line[found.end() :]
                if after != line:
                    yield Flip(path, number, kind, line, after)


def rule_files(paths: Sequence[str]) -> list[Path]:
    """The SQL files below the paths, relative to the project's root."""
    found = [file for path in paths for file in ([PROJECT / path, *(PROJECT / path).rglob("*.sql")])]
    return sorted({file.relative_to(PROJECT) for file in found if file.suffix == ".sql"})


def models_of(path: Path) -> list[str]:
    """The model of a file, or the models that use a macro of it, directly or through another macro."""
    if path.parts[0] == "models":
        return [path.stem]
    names = re.findall(r"macro (\w+)\(", (PROJECT / path).read_text(encoding="utf-8"))
    macro_files = sorted((PROJECT / "macros").rglob("*.sql"))
    texts = {file: file.read_text(encoding="utf-8") for file in macro_files}
    for name in names:  # grows while it is walked
        for text in texts.values():
            for other, body in re.findall(r"macro (\w+)\((.*?)endmacro", text, re.DOTALL):
                if f"{name}(" in body and other not in names:
                    names.append(other)
    used = re.compile(rf"\b({'|'.join(names)})\(")
    return [
        file.stem for file in sorted((PROJECT / "models").rglob("*.sql")) if used.search(file.read_text())
    ]


def copy_project(folder: Path) -> Path:
    """A copy of what dbt needs of the project."""
    folder.mkdir()
    for name in COPIED:
        if (PROJECT / name).is_dir():
            shutil.copytree(PROJECT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(PROJECT / name, folder / name)
    return folder


def run_dbt(place: Place, arguments: Sequence[str]) -> tuple[int | None, str]:
    """Run dbt in a forked process; returns its exit code, None where it does not end, and what it printed."""
    printed = place.folder / "printed.txt"
    child = os.fork()
    if child == 0:
        signal.alarm(SECONDS_TO_END)  # ends the process
        with printed.open("wb") as output:
            os.dup2(output.fileno(), 1)
            os.dup2(output.fileno(), 2)
        os.environ.update(place.environment({}))
        os.chdir(place.project)
        runner = importlib.import_module("dbt.cli.main").dbtRunner()
        result = runner.invoke([*arguments, "--fail-fast", "--vars", json.dumps(QUICK_VARIABLES)])
        print(result.exception or "", flush=True)
        os._exit(0 if result.success else 1)
    _, status = os.waitpid(child, 0)
    text = printed.read_text(encoding="utf-8", errors="replace")
    return (None if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)), text


def python_tests_pass(project: Path, tests: Sequence[str]) -> bool:
    """Whether these files of Python tests pass in a copy of the project."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    finished = subprocess.run(
        command, cwd=project, env=os.environ | {"PYTHONPATH": "python"}, capture_output=True, check=False
    )
    return finished.returncode == 0


def fate(flip: Flip, place: Place, finished: Place, python_tests: Sequence[str] = ()) -> str:
    """What becomes of a flip: noticed, by Python (tests), invalid (no SQL any more), endless or survived."""
    models = models_of(flip.path)
    file = place.project / flip.path
    text = file.read_text(encoding="utf-8")
    lines = text.splitlines()
    lines[flip.number - 1] = flip.after
    place.restore(finished)
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    try:
        # The quickest look first: most flips end there.
        steps = (
            ["test", "--select", *(f"{model},test_type:unit" for model in models)],
            ["build", *NO_UNIT_TESTS, "--select", *models],
            ["build", *NO_UNIT_TESTS, "--select", *(f"{model}+" for model in models)],
        )
        for arguments in steps:
            exit_code, output = run_dbt(place, arguments)
            if exit_code is None:
                return "endless"
            if exit_code != 0:
                return "invalid" if INVALID.search(output) else "noticed"
        if python_tests and not python_tests_pass(place.project, python_tests):
            return "by Python"
        return "survived"
    finally:
        file.write_text(text, encoding="utf-8")


def main() -> int:
    """Flip the rules; returns 1 where one survived."""
    parser = argparse.ArgumentParser(prog="campaigns.rules", description=__doc__)
    parser.add_argument("paths", nargs="*", default=RULES, help=f"default: {' '.join(RULES)}")
    parser.add_argument("--limit", type=int, help="try so many flips, drawn with the seed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=1, help="how many at a time (default: 1)")
    parser.add_argument("--python-tests", nargs="+", default=[], help="files of tests/python for survivors")
    parser.add_argument("--list", action="store_true", help="only list the flips")
    options = parser.parse_args()
    chosen = [flip for path in rule_files(options.paths) for flip in flips(path)]
    if options.limit is not None and options.limit < len(chosen):
        chosen = random.Random(options.seed).sample(chosen, options.limit)
    if options.list:
        print(*chosen, f"{len(chosen)} flips.", sep="\n")
        return 0
    for library in LIBRARIES:
        importlib.import_module(library)
    fates: Counter[str] = Counter()
    survivors = []
    with tempfile.TemporaryDirectory(prefix="rules ") as name:
        finished = Place(Path(name) / "finished", copy_project(Path(name) / "project"))
        finished.folder.mkdir()
        finished.must_build(*NO_UNIT_TESTS, variables=QUICK_VARIABLES)
        free: SimpleQueue[Place] = SimpleQueue()
        for number in range(options.processes):
            place = Place(Path(name) / f"place {number}", copy_project(Path(name) / f"project {number}"))
            free.put(place)

        def tried(flip: Flip) -> str:
            place = free.get()
            became = fate(flip, place, finished, options.python_tests)
            free.put(place)
            print(f"{became:<9} {flip}", flush=True)
            return became

        with ThreadPoolExecutor(options.processes) as threads:
            for flip, became in zip(chosen, threads.map(tried, chosen), strict=True):
                fates[became] += 1
                survivors += [flip] if became == "survived" else []
    print(f"{len(chosen)} rules flipped: {', '.join(f'{n} {word}' for word, n in sorted(fates.items()))}.")
    print(*(f"  survived: {flip}" for flip in survivors), sep="\n")
    return bool(survivors)


if __name__ == "__main__":
    sys.exit(main())
