"""The project's models in a DuckDB in memory, without dbt: fast enough for thousands of inputs.

The files under models/ and macros/ are rendered as dbt renders them for `dbt run`, each model once, with
those above it. Left out are hooks, contracts and comments; the Python models run with the small part of dbt's
interface that they use here: `ref` and `config.meta_get`.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from types import CodeType, SimpleNamespace
from typing import Any

import duckdb
import jinja2
import yaml

from invoice_reader import prepare

PROJECT = Path(__file__).resolve().parents[2]
MACRO = re.compile(r"{%(-?)\s*macro\s+(\w+)\(")
# Tags of dbt's own, which Jinja does not know: here every model is a table or a function.
MATERIALIZATION = re.compile(r"{%-?\s*materialization\s.*?\sendmaterialization\s*-?%}", re.DOTALL)
REFERENCE = re.compile(r"ref\(\s*['\"](\w+)['\"]\s*\)")


class BuildStopped(Exception):
    """The check of the input, or of a var, stopped the build; the message is the sentence the user reads."""


class _Answer(list[tuple[Any, ...]]):
    """The rows of a query, and its columns, each with its `values()`."""

    def __init__(self, rows: list[tuple[Any, ...]], n_columns: int) -> None:
        super().__init__(rows)
        self.columns = [
            SimpleNamespace(values=[row[number] for row in rows].copy) for number in range(n_columns)
        ]


class _Returned(Exception):
    """A macro's `return(value)`, which Jinja does not have."""

    def __init__(self, value: object) -> None:
        self.value = value


@cache
def project_files() -> tuple[dict[str, Path], dict[str, Path]]:
    """The models and seeds by name, and the data tests by name."""
    models = {
        path.stem: path for path in sorted((PROJECT / "models").rglob("*")) if path.suffix in (".sql", ".py")
    }
    seeds = {path.stem: path for path in sorted((PROJECT / "seeds").glob("*.csv"))}
    tests = {path.stem: path for path in sorted((PROJECT / "tests").rglob("assert_*.sql"))}
    return models | seeds, tests


@cache
def source_of(path: Path) -> str:
    """The text of a file of the project."""
    return path.read_text(encoding="utf-8")


@cache
def default_variables() -> dict[str, Any]:
    """The project's vars with their defaults."""
    variables: dict[str, Any] = yaml.safe_load(source_of(PROJECT / "dbt_project.yml"))["vars"]
    return variables


def jinja_environment() -> jinja2.Environment:
    """Jinja as dbt sets it up."""
    return jinja2.Environment(extensions=["jinja2.ext.do"])


@cache
def compiled(text: str) -> CodeType:
    """A template's code, the same for every build."""
    return jinja_environment().compile(text)


class SqlModels:
    """One build: each model that is asked for becomes a table, after those above it."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, folder: Path, **given: object) -> None:
        """Build on the empty database of `connection`; `folder` is dbt's target folder, `given` are vars.

        Raises BuildStopped where the input cannot be used.
        """
        self.connection = connection
        self._folder = folder
        self._given = given
        self._variables = default_variables() | given
        self._macros = self._compiled_macros()
        self._built: set[str] = set()
        self._settings: dict[str, Any] = {}
        self.plan: dict[str, Any] = self._macros["input_plan"]()
        if self.plan["error"] is not None:
            raise BuildStopped(self.plan["error"])

    def build(self, *names: str) -> None:
        """Make the tables of these models and of those above them."""
        files, _ = project_files()
        for name in names:
            if name in self._built:
                continue
            self._built.add(name)
            path = files[name]
            if path.suffix == ".csv":
                self.connection.execute(f"create table {name} as from read_csv('{path}', header = true)")
                continue
            self.build(*dict.fromkeys(REFERENCE.findall(source_of(path))))
            if path.suffix == ".py":
                self._build_python(name, path)
                continue
            query = self._rendered(path)
            if self._settings.get("materialized") == "table_function":
                parameters = self._settings["parameters"]
                self.connection.execute(f"create macro {name}({parameters}) as table {query}")
            else:
                self.connection.execute(f"create table {name} as {query}")

    def stand_in(self, name: str, other: str) -> None:
        """Let a model that is not built here be the table of another one."""
        self.connection.execute(f"create view {name} as from {other}")
        self._built.add(name)

    def failures(self, test: str) -> list[tuple[Any, ...]]:
        """The rows that a data test of the project finds; none where it passes."""
        path = project_files()[1][test]
        self.build(*dict.fromkeys(REFERENCE.findall(source_of(path))))
        return self.rows(self._rendered(path))

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        return self.connection.execute(query).fetchall()

    def _rendered(self, path: Path) -> str:
        self._settings = {}
        return self._template(source_of(path)).render()

    def _configure(self, **settings: Any) -> str:
        """What a file sets by `config` while it is rendered."""
        self._settings = settings
        return ""

    def _template(self, text: str) -> jinja2.Template:
        return jinja2.Template.from_code(self._environment, compiled(text), self._environment.globals)

    def _build_python(self, name: str, path: Path) -> None:
        defined: dict[str, Any] = {}
        exec(compile(source_of(path), path, "exec"), defined)  # the project's own file
        dbt = SimpleNamespace(
            ref=self.connection.table, config=SimpleNamespace(meta_get=self._variables.__getitem__)
        )
        made = defined["model"](dbt, self.connection)
        self.connection.register("made_in_python", made)
        self.connection.execute(f"create table {name} as from made_in_python")
        self.connection.unregister("made_in_python")

    def _compiled_macros(self) -> dict[str, Callable[..., Any]]:
        """The macros by name, with what dbt offers them."""
        environment = jinja_environment()
        self._environment = environment
        environment.globals.update(
            var=self._variable,
            ref=lambda name: name,
            config=self._configure,
            execute=True,
            flags=SimpleNamespace(
                TARGET_PATH=str(self._folder), WHICH="run", EMPTY=False, SAMPLE=False, FULL_REFRESH=False
            ),
            invocation_args_dict={"vars": self._given},
            run_query=self._run_query,
            tojson=lambda value, sort_keys=False: json.dumps(value, sort_keys=sort_keys, default=str),
            fromjson=json.loads,
            exceptions=SimpleNamespace(raise_compiler_error=_stop),
            # A database without tables of an earlier build.
            adapter=SimpleNamespace(dispatch=self._dispatched, get_relation=lambda *names: None),
            is_incremental=lambda: False,
            model=SimpleNamespace(resource_type="model"),
            target=SimpleNamespace(database="memory", schema="main", type="duckdb"),
            local_md5=lambda text: hashlib.md5(text.encode(), usedforsecurity=False).hexdigest(),
            dbt=SimpleNamespace(datediff=lambda first, last, part: f"date_diff('{part}', {first}, {last})"),
            **{"return": _return},
        )
        macros: dict[str, Callable[..., Any]] = {}
        for path in sorted((PROJECT / "macros").rglob("*.sql")):
            # Under another name, so that macros of one file too call each other through `_returning`.
            text = MACRO.sub(r"{%\1 macro defined_\2(", MATERIALIZATION.sub("", source_of(path)))
            # Shared: a macro sees those that come after it.
            module = self._template(text).make_module(environment.globals, shared=True)
            for name in MACRO.findall(source_of(path)):
                macros[name[1]] = _returning(getattr(module, f"defined_{name[1]}"))
        environment.globals.update(macros)
        return macros

    def _dispatched(self, name: str) -> Callable[..., Any]:
        """The macro of that name for DuckDB, as dbt's adapter finds it."""
        return self._macros.get(f"duckdb__{name}") or self._macros[f"default__{name}"]

    def _variable(self, name: str) -> Any:
        return self._variables[name]

    def _run_query(self, query: str) -> Any:
        """What dbt's run_query gives; the question about the input goes to the reader itself."""
        asked = re.fullmatch(r"select prepare_inputs\('(.*)'\)", query, re.DOTALL)
        if asked:
            if not hasattr(self, "plan"):
                request = json.loads(asked[1].replace("''", "'"))
                self.plan = json.loads(json.dumps(prepare(request, self.connection)))
            return _Answer([(json.dumps(self.plan),)], 1)
        answer = self.connection.execute(query)
        return _Answer(answer.fetchall(), len(answer.description))


def _return(value: object) -> None:
    raise _Returned(value)


def _stop(message: str) -> None:
    raise BuildStopped(message)


def _returning(macro: Callable[..., str]) -> Callable[..., Any]:
    def call(*arguments: Any, **named: Any) -> Any:
        try:
            return macro(*arguments, **named)
        except _Returned as returned:
            return returned.value

    return call


def build_in_memory(folder: Path, given: Mapping[str, object]) -> SqlModels:
    """Start a build on a database of its own, in UTC as profiles.yml has it."""
    connection = duckdb.connect(config={"threads": 1})
    connection.execute("set TimeZone = 'UTC'")
    return SqlModels(connection, folder, **given)
