"""The machine that the figures belong to: what it has, never what it is called."""

import os
import platform
from importlib.metadata import version
from pathlib import Path

LIBRARIES = ("duckdb", "dbt-core", "dbt-duckdb", "scikit-learn", "numpy", "pandas")


def machine() -> dict[str, str]:
    """Cores, memory, system and versions, as text by name."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    facts = {
        "processor": processor(),
        "cores": str(cores),
        "memory": f"{memory / 2**30:.0f} GiB",
        "system": platform.system(),
        "Python": platform.python_version(),
    }
    return facts | {library: version(library) for library in LIBRARIES}


def processor() -> str:
    """The processor's model where Linux names it, else its architecture."""
    information = Path("/proc/cpuinfo")
    if information.exists():
        for line in information.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.machine()


def machine_in_words() -> str:
    """One line for the text and the README."""
    facts = machine()
    versions = ", ".join(f"{name} {facts[name]}" for name in ("Python", *LIBRARIES))
    return f"{facts['processor']}, {facts['cores']} cores, {facts['memory']}, {facts['system']}; {versions}"
