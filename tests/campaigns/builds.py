"""Builds of the project in places of their own, undisturbed or not, and what they left behind."""

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from campaigns.sql_models import PROJECT
from dbt_runs import DBT, clean_environment, run_cold, run_python
from publishing.manifest import is_intact, read_manifest
from publishing.places import UNFINISHED, builds_folder

# Quick: one method, few candidates, and no unit tests, which do not look at the data.
QUICK_VARIABLES: dict[str, object] = {"cluster_methods": [], "k_candidates": [3, 4]}
NO_UNIT_TESTS = ("--exclude-resource-type", "unit_test")

# Columns that differ between equal builds: a measured time, and where a place keeps converted files.
LEFT_OUT = {"clustering_comparison": "seconds", "stg_input_files": "path"}

# Number of rows, and a hash over all rows in any order.
Fingerprint = tuple[int, int | None]


@dataclass(frozen=True)
class Place:
    """Where the builds of one warehouse keep everything: database, published files, compiled files, log."""

    folder: Path
    project: Path = PROJECT

    @property
    def database(self) -> Path:
        """The warehouse."""
        return self.folder / "warehouse.duckdb"

    @property
    def published(self) -> Path:
        """The link that readers follow."""
        return self.folder / "published"

    def environment(self, more: Mapping[str, str]) -> dict[str, str]:
        """The variables of a build; none of this project's or dbt's is inherited."""
        return {
            **clean_environment(),
            "SEGMENTATION_DATABASE": str(self.database),
            "SEGMENTATION_PUBLISHED": str(self.published),
            "DBT_TARGET_PATH": str(self.folder / "target"),
            "DBT_LOG_PATH": str(self.folder / "logs"),
            "PYTHONPATH": str(self.project / "python"),
            **more,
        }

    def command(
        self,
        *arguments: str,
        variables: Mapping[str, object],
        runner: bool = False,
        environment: Mapping[str, str] | None = None,
    ) -> tuple[list[str], dict[str, str]]:
        """The arguments for Python and the environment of a build.

        Args:
            arguments: Further ones for dbt build.
            variables: The vars.
            runner: Whether it starts as under make build.
            environment: Further environment variables.
        """
        given = [*arguments, "--vars", json.dumps(dict(variables))]
        more = dict(environment or {})
        if runner:
            return ["-m", "make_build"], self.environment(
                {**more, "DBT_ARGS": shlex.join(given), "VERBOSE": "1"}
            )
        return [*DBT, "build", *given], self.environment(more)

    def start(self, *arguments: str, **keywords: Any) -> subprocess.Popen[str]:
        """Start a build, in a process of its own and a group of its own, to be disturbed.

        The arguments are those of `command`.
        """
        command, environment = self.command(*arguments, **keywords)
        return subprocess.Popen(
            [sys.executable, *command],
            cwd=self.project,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            start_new_session=True,
        )

    def build(self, *arguments: str, alone: bool = False, **keywords: Any) -> tuple[int, str]:
        """Build to the end; returns the exit code and what was printed.

        alone: in a process of its own, for whoever measures how long a build takes that `start` starts. The
        other arguments are those of `command`.
        """
        command, environment = self.command(*arguments, **keywords)
        run = (run_cold if alone else run_python)(command, self.project, environment)
        return run.exit_code, run.output

    def must_build(self, *arguments: str, alone: bool = False, **keywords: Any) -> str:
        """Build to the end; returns what was printed. Raises RuntimeError where the build fails.

        alone: in a process of its own, for whoever measures how long a build takes that `start` starts. The
        other arguments are those of `command`.
        """
        command, environment = self.command(*arguments, **keywords)
        run = (run_cold if alone else run_python)(command, self.project, environment)
        if run.exit_code != 0:
            raise RuntimeError(run.output)
        return run.output

    def restore(self, other: "Place") -> None:
        """Become a copy of another place; what dbt compiled stays, since it only saves time."""
        for name in ("warehouse.duckdb", "warehouse.duckdb.wal"):
            (self.folder / name).unlink(missing_ok=True)
        self.published.unlink(missing_ok=True)
        shutil.rmtree(builds_folder(self.published), ignore_errors=True)
        self.folder.mkdir(parents=True, exist_ok=True)
        shutil.copy2(other.database, self.database)
        if other.published.is_symlink():
            shutil.copytree(builds_folder(other.published), builds_folder(self.published))
            self.published.symlink_to(other.published.readlink())
        if not (self.folder / "target").exists() and (other.folder / "target").exists():
            shutil.copytree(other.folder / "target", self.folder / "target")


@dataclass(frozen=True)
class Left:
    """What a place holds: a fingerprint of each table, and the published build's id.

    Views are left out: between two builds one may well read an old table and a new one.
    """

    tables: dict[str, Fingerprint]
    build_id: str | None


def look(place: Place) -> Left:
    """Open the database as the next build would, and read every table."""
    tables: dict[str, Fingerprint] = {}
    if place.database.exists():
        with duckdb.connect(str(place.database)) as connection:
            names = connection.execute(
                """
                select table_schema, table_name from information_schema.tables
                where table_type = 'BASE TABLE'
                order by table_schema, table_name
                """
            ).fetchall()
            for schema, name in names:
                columns = f"* exclude ({LEFT_OUT[name]})" if name in LEFT_OUT else "*"
                query = f'select {columns} from "{schema}"."{name}"'
                found = connection.execute(
                    f"select count(*), sum(hash(rows))::hugeint from ({query}) as rows"
                ).fetchall()
                tables[f"{schema}.{name}"] = found[0]
    manifest = read_manifest(place.published)
    return Left(tables, manifest["build_id"] if manifest is not None else None)


def damage(place: Place, before: Left, after: Left) -> list[str]:
    """What is neither as before the build nor as the whole build leaves it; empty where all is well."""
    found = []
    now = look(place)
    for name in sorted(name for name in {*now.tables, *before.tables} if not is_scratch(name)):
        allowed = (before.tables.get(name), after.tables.get(name))
        if now.tables.get(name) not in allowed:
            found.append(f"{name} is {now.tables.get(name)}, neither old nor new: {allowed}")
    if now.build_id not in (before.build_id, after.build_id):
        found.append(f"the published build is {now.build_id}: expected {before.build_id} or {after.build_id}")
    manifest = read_manifest(place.published)
    if manifest is not None and not is_intact(place.published, manifest):
        found.append("the published files are not those of their manifest")
    return found


def is_scratch(name: str) -> bool:
    """Whether a table is there on the way to others, made by dbt itself."""
    return "__dbt_tmp" in name or "__dbt_backup" in name


def difference(place: Place, expected: Left) -> list[str]:
    """Where a place differs from what an undisturbed build leaves; what is left of scratch tables counts."""
    now = look(place)
    found = [
        f"{name} is {now.tables.get(name)}: expected {expected.tables.get(name)}"
        for name in sorted({*now.tables, *expected.tables})
        if now.tables.get(name) != expected.tables.get(name)
    ]
    if now.build_id != expected.build_id:
        found.append(f"the published build is {now.build_id}: expected {expected.build_id}")
    unfinished = builds_folder(place.published) / UNFINISHED
    if unfinished.exists():
        found.append(f"{unfinished} is still there")
    return found


def kill(process: subprocess.Popen[str]) -> None:
    """End a build's whole process group at once, as a power cut does."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
