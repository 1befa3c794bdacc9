"""python/segmentation changed by one operator or number at a time, to see whether a test notices.

`python -m campaigns.mutants [scoring kmeans …]`, after `pip install cosmic-ray`, which makes the changes
and is no requirement of the project. A copy of the project is changed, and the module's own test file runs
on it, without the tests on real data and those slower than SECONDS_OF_A_TEST. A mutant that no test notices
is a survivor: a missing test, or a change that means the same.
"""

import argparse
import ast
import importlib
import os
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from campaigns.rules import copy_project
from campaigns.sql_models import PROJECT

MODULES = Path("python/segmentation")
TESTS = Path("tests/python/segmentation")
# Where a module's tests are not in the one file of its name.
TEST_FILES = {"drift": ("drift", "refit"), "kmeans": ("kmeans", "parallel")}
# Fixtures that read the real file.
REAL_DATA = {"online_retail", "online_retail_rfm", "online_retail_z", "monthly_customers"}
SECONDS_OF_A_TEST = 3.0
# A changed loop may go on for ever.
SECONDS_TO_END = 120
# Imported once, before a process is forked for each mutant.
LIBRARIES = ("duckdb", "kneed", "pandas", "pyarrow", "scipy.stats", "sklearn.cluster", "sklearn.mixture")
# What becomes what, in the names of cosmic-ray: one change per operator, the one that is hardest to notice.
OPERATORS = (
    *(
        f"core/ReplaceComparisonOperator_{change}"
        for change in (
            *("Lt_LtE", "LtE_Lt", "Gt_GtE", "GtE_Gt", "Eq_NotEq", "NotEq_Eq"),
            *("Is_IsNot", "IsNot_Is"),
        )
    ),
    *(
        f"core/ReplaceBinaryOperator_{change}"
        for change in ("Add_Sub", "Sub_Add", "Mul_Div", "Div_Mul", "FloorDiv_Div", "Mod_FloorDiv", "Pow_Mul")
    ),
    "core/ReplaceBinaryOperator_BitAnd_BitOr",
    "core/ReplaceBinaryOperator_BitOr_BitAnd",
    "core/ReplaceUnaryOperator_Delete_USub",
    "core/ReplaceUnaryOperator_Delete_Invert",
    "core/ReplaceUnaryOperator_Delete_Not",
    "core/ReplaceAndWithOr",
    "core/ReplaceOrWithAnd",
    "core/ReplaceTrueWithFalse",
    "core/ReplaceFalseWithTrue",
    "core/ReplaceBreakWithContinue",
    "core/ReplaceContinueWithBreak",
    "core/NumberReplacer",
    "core/ZeroIterationForLoop",
)


@dataclass(frozen=True)
class Mutant:
    """A module with one change: the whole text, and where what became what."""

    module: str
    text: str
    change: str


def mutants(module: str) -> Iterator[Mutant]:
    """Every mutant of a module of python/segmentation whose code, type hints aside, differs from it."""
    from cosmic_ray.mutating import mutate_code
    from cosmic_ray.plugins import get_operator

    text = (PROJECT / MODULES / f"{module}.py").read_text(encoding="utf-8")
    seen = {executed(text)}
    for name in OPERATORS:
        occurrence = 0
        while (mutated := mutate_code(text, get_operator(name)(), occurrence)) is not None:
            occurrence += 1
            code = executed(mutated)
            if code not in seen:
                seen.add(code)
                yield Mutant(module, mutated, described(text, mutated))


def executed(text: str) -> str:
    """What a module's text does: comments, layout, type hints and what decorates a class left out.

    So are numbers that are defaults of parameters, and which parameters are named: callers decide these. And
    so is the `strict` of a zip, which looks after the programmer.
    """
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.arg):
            node.annotation = None
        elif isinstance(node, ast.FunctionDef):
            node.returns = None
        elif isinstance(node, ast.arguments):
            node.args = node.posonlyargs + node.args + node.kwonlyargs
            node.posonlyargs, node.kwonlyargs = [], []
            defaults = [default for default in (*node.defaults, *node.kw_defaults) if default]
            node.defaults = [default for default in defaults if not is_number(default)]
            node.kw_defaults = []
        elif isinstance(node, ast.AnnAssign):
            node.annotation = ast.Constant(None)
        elif isinstance(node, ast.ClassDef):
            node.decorator_list = []  # whether a data class is frozen
        elif isinstance(node, ast.Call):
            node.keywords = [keyword for keyword in node.keywords if keyword.arg != "strict"]
    return ast.dump(tree)


def is_number(default: ast.expr) -> bool:
    """Whether the default of a parameter is a number as it stands there."""
    return isinstance(default, ast.Constant) and type(default.value) in (int, float)


def described(text: str, mutated: str) -> str:
    """The number of the first changed line, and the line before and after."""
    pairs = zip(text.splitlines(), mutated.splitlines(), strict=True)
    number, before, after = next((n, a, b) for n, (a, b) in enumerate(pairs, start=1) if a != b)
    return f"{number}: {before.strip()} -> {after.strip()}"


def spread(items: Sequence[Mutant], limit: int | None) -> Sequence[Mutant]:
    """At most `limit` of the items, evenly spread over them, so that no operator is left out; None: all."""
    if limit is None or limit >= len(items):
        return items
    return [items[number * len(items) // limit] for number in range(limit)]


@dataclass
class QuickTests:
    """A pytest plugin: leaves out tests on real data and slow ones, and runs the quickest first.

    `seconds` by test are those measured on the unchanged module; empty, everything runs and is measured.
    """

    seconds: dict[str, float] = field(default_factory=dict)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Choose and order the tests."""
        items[:] = [
            item
            for item in items
            if not REAL_DATA.intersection(getattr(item, "fixturenames", ()))
            and self.seconds.get(item.nodeid, 0.0) <= SECONDS_OF_A_TEST
        ]
        items.sort(key=lambda item: self.seconds.get(item.nodeid, 0.0))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Measure a test."""
        if report.when == "call":
            self.seconds[report.nodeid] = report.duration


def passes(project: Path, module: str, seconds: dict[str, float]) -> bool | None:
    """Whether the quick tests of a module pass in a copy of the project; None where they do not end.

    `seconds` by test is filled where it is empty. Forks, so that the libraries are imported only once.
    """
    measured = project / "seconds.txt"
    child = os.fork()
    if child == 0:
        signal.alarm(SECONDS_TO_END)  # ends the process
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        os.chdir(project)
        plugin = QuickTests(dict(seconds))
        files = [str(TESTS / f"test_{name}.py") for name in TEST_FILES.get(module, (module,))]
        code = pytest.main(["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *files], plugins=[plugin])
        measured.write_text("".join(f"{s} {name}\n" for name, s in plugin.seconds.items()), encoding="utf-8")
        os._exit(int(code))
    _, status = os.waitpid(child, 0)
    if not seconds:
        lines = [line.split(" ", 1) for line in measured.read_text(encoding="utf-8").splitlines()]
        seconds.update({name: float(duration) for duration, name in lines})
    return None if os.WIFSIGNALED(status) else os.WEXITSTATUS(status) == 0


def try_module(module: str, project: Path, limit: int | None) -> Counter[str]:
    """Try the mutants of a module and print the survivors: how many were killed, survived or did not end."""
    seconds: dict[str, float] = {}
    if not passes(project, module, seconds):
        raise RuntimeError(f"The tests of {module} fail on the unchanged module: mend them first.")
    file = project / MODULES / f"{module}.py"
    unchanged = file.read_text(encoding="utf-8")
    fates: Counter[str] = Counter()
    for mutant in spread(list(mutants(module)), limit):
        file.write_text(mutant.text, encoding="utf-8")
        fate = {True: "survived", False: "killed", None: "endless"}[passes(project, module, seconds)]
        fates[fate] += 1
        if fate == "survived":
            print(f"survived {module}.py:{mutant.change}", flush=True)
    file.write_text(unchanged, encoding="utf-8")
    return fates


def main() -> int:
    """Try the mutants of the modules named; returns 1 where one survived."""
    parser = argparse.ArgumentParser(prog="campaigns.mutants", description=__doc__)
    parser.add_argument("modules", nargs="*", help="modules of python/segmentation (default: all)")
    parser.add_argument("--limit", type=int, help="try so many of each module, evenly spread")
    parser.add_argument("--list", action="store_true", help="only list the mutants")
    options = parser.parse_args()
    every = [file.stem for file in sorted((PROJECT / MODULES).glob("*.py")) if file.stem != "__init__"]
    modules = options.modules or every
    if options.list:
        for module in modules:
            listed = spread(list(mutants(module)), options.limit)
            print(*(f"{module}.py:{mutant.change}" for mutant in listed), sep="\n")
        return 0
    sys.dont_write_bytecode = True  # a mutant written within the same second would run as the one before
    for name in LIBRARIES:
        importlib.import_module(name)
    total: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="mutants ") as name:
        project = copy_project(Path(name) / "project")
        for module in modules:
            fates = try_module(module, project, options.limit)
            total += fates
            print(f"{module}: {in_words(fates)}", flush=True)
    print(f"{len(modules)} modules: {in_words(total)}")
    return bool(total["survived"])


def in_words(fates: Counter[str]) -> str:
    """The figures of a campaign."""
    counts = ", ".join(f"{number} {fate}" for fate, number in sorted(fates.items()))
    return f"{fates.total()} mutants, {counts}"


if __name__ == "__main__":
    sys.exit(main())
