"""The process that commands are forked from: everything imported, the project read once, no thread started.

Started by dbt_runs with the path of a socket. For each connection there it runs one command, in a process of
its own, and answers with that process's id and, at its end, its exit code. It ends when its stdin does.
"""

import gc
import importlib
import importlib.util
import json
import os
import runpy
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from types import CodeType, ModuleType
from typing import Any

import dbt_runs

# What a build imports and takes long to; of this project nothing, since commands may run in a copy of it.
LIBRARIES = (
    "dbt.cli.main",
    "dbt.task.build",
    "dbt.adapters.duckdb",
    "duckdb",
    "numpy",
    "pandas",
    "pyarrow.parquet",
    "pyarrow.dataset",
    "scipy.stats",
    "scipy.cluster.hierarchy",
    "scipy.optimize",
    "sklearn.cluster",
    "sklearn.mixture",
    "sklearn.ensemble",
    "sklearn.neighbors",
    "sklearn.preprocessing",
    "kneed",
    "altair",
    "babel.dates",
    "sqlparse",
    "python_calamine",
    "threadpoolctl",
)


def import_libraries() -> None:
    """Import what is installed of the libraries."""
    for name in LIBRARIES:
        if importlib.util.find_spec(name.partition(".")[0]) is not None:
            importlib.import_module(name)


def remember_templates() -> None:
    """Let Jinja keep the code and the tree of each text, both of which dbt only reads.

    dbt asks for both again and again, and most texts are the same in each command.
    """
    import jinja2

    codes: dict[Any, CodeType | str] = {}
    trees: dict[Any, Any] = {}
    environment: Any = jinja2.Environment
    compile_anew: Callable[..., CodeType] = environment.compile
    parse_anew: Callable[..., Any] = environment.parse

    def compile_once(self: Any, source: Any, *arguments: Any, **keywords: Any) -> Any:
        if not isinstance(source, str) or keywords:
            return compile_anew(self, source, *arguments, **keywords)
        key = (type(self), *sorted(self.extensions), source, *arguments)
        if key not in codes:
            codes[key] = compile_anew(self, source, *arguments)
        return codes[key]

    def parse_once(self: Any, source: str, *arguments: Any) -> Any:
        key = (type(self), *sorted(self.extensions), source, *arguments)
        if key not in trees:
            trees[key] = parse_anew(self, source, *arguments)
        return trees[key]

    environment.compile, environment.parse = compile_once, parse_once


def read_project() -> None:
    """Let dbt parse the project once, for what it and its libraries keep in memory.

    A project that cannot be parsed is left to the commands to tell.
    """
    from dbt import deprecations
    from dbt.cli.main import dbtRunner

    environment, folder, path = dict(os.environ), os.getcwd(), list(sys.path)  # noqa: PTH109 - to go back to
    modules = set(sys.modules)
    with tempfile.TemporaryDirectory() as target:
        os.environ.update(
            SEGMENTATION_DATABASE=":memory:",
            # The unit tests' files are to be read too.
            SEGMENTATION_UNIT_TESTS="1",
            DBT_TARGET_PATH=target,
            DBT_LOG_PATH=target,
            DBT_PROJECT_DIR=str(dbt_runs.PROJECT),
            DBT_PROFILES_DIR=str(dbt_runs.PROJECT),
        )
        # The static parser starts threads, which a fork would not have.
        flags = ("--no-static-parser", "--no-partial-parse", "--no-write-json")
        dbtRunner().invoke(["--quiet", "--log-level-file", "none", "parse", *flags])
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.path[:] = path
    deprecations.reset_deprecations()  # type: ignore[no-untyped-call]
    for name in set(sys.modules) - modules:
        if str(getattr(sys.modules[name], "__file__", None)).startswith(str(dbt_runs.PROJECT / "python")):
            del sys.modules[name]


def close_duckdb() -> None:
    """Close the connection that DuckDB opens when it is imported; whoever asks for it gets another."""
    import duckdb

    duckdb.default_connection().close()


def serve(address: str) -> dict[str, Any] | None:
    """Fork for each request; returns the request in the fork, and None at the end of stdin."""
    # Ctrl-C is for the commands, and for whoever started this process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as listening, selectors.DefaultSelector() as selector:
        listening.bind(address)
        listening.listen()
        selector.register(listening, selectors.EVENT_READ)
        selector.register(0, selectors.EVENT_READ)
        os.write(1, b"ready\n")
        while True:
            for key, _ in selector.select():
                if key.fd == 0:
                    return None
                connection = listening.accept()[0]
                if os.fork() == 0:
                    selector.close()
                    listening.close()
                    return fork_and_answer(connection)
                connection.close()
            while os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                os.waitpid(-1, os.WNOHANG)


def fork_and_answer(connection: socket.socket) -> dict[str, Any]:
    """Read a request and fork once more: returns it in the fork; here waits for that, answers and ends."""
    with connection:
        _, (output,), _, _ = socket.recv_fds(connection, 1, 1)
        with connection.makefile("rb") as sent:
            request: dict[str, Any] = json.load(sent)
        process = os.fork()
        if process:
            os.close(output)
            try:
                connection.sendall(f"{process}\n".encode())
                _, status = os.waitpid(process, 0)
                connection.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())
            finally:
                os._exit(0)
    empty = os.open(os.devnull, os.O_RDONLY)
    for descriptor, place in ((empty, 0), (output, 1), (output, 2)):
        os.dup2(descriptor, place)
    os.close(empty)
    os.close(output)
    if request["start_new_session"]:
        os.setsid()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    return request


def run(request: dict[str, Any], address: str, path: list[str]) -> None:
    """Do what `python -c …` or `python -m …` does; path: sys.path of a Python without PYTHONPATH."""
    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["environment"])
    option, name, *arguments = request["arguments"]
    given = os.environ.get("PYTHONPATH", "")
    first = "" if option == "-c" else request["folder"]
    sys.path[:] = [first, *filter(None, given.split(os.pathsep)), *path]
    sys.argv = [option, *arguments]
    sys.orig_argv = [sys.executable, *request["arguments"]]
    sys.modules["__main__"] = main = ModuleType("__main__")
    main.__annotations__ = {}
    fork_dbt(address)
    if option == "-c":
        exec(compile(name, "<string>", "exec"), main.__dict__)
    else:
        runpy.run_module(name, run_name="__main__", alter_sys=True)


def fork_dbt(address: str) -> None:
    """Let a command that starts dbt itself, as make build does, fork it too."""
    start: Any = subprocess.Popen

    def popen(command: Any, *arguments: Any, **settings: Any) -> Any:
        if not arguments and dbt_runs.is_piped(command, settings):
            return dbt_runs.PipedFork(address, command[1:], **settings)
        return start(command, *arguments, **settings)

    subprocess.Popen = popen  # type: ignore[assignment, misc]


def main() -> None:
    """Get warm, serve, and in a fork run its command."""
    # The first is the folder that this module was found in.
    path = sys.path[1:]
    import_libraries()
    remember_templates()
    read_project()
    close_duckdb()
    if threading.active_count() > 1:
        raise RuntimeError(f"no fork would have these threads: {threading.enumerate()}")
    gc.collect()
    gc.freeze()
    request = serve(sys.argv[1])
    if request is not None:
        run(request, sys.argv[1], path)


if __name__ == "__main__":
    main()
