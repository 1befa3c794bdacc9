"""Whether Spark will find the Java that it runs on."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

REMEDY = "install it (Debian and Ubuntu: apt install openjdk-17-jre-headless), or set JAVA_HOME"


class JavaNotFoundError(Exception):
    """There is no Java where Spark looks for it; Spark itself would say that a gateway has ended."""


def require_java(environment: Mapping[str, str] = os.environ) -> None:
    """Raise JavaNotFoundError where Spark will find none: in JAVA_HOME if it is set, else on the path."""
    home = environment.get("JAVA_HOME")
    if home and not os.access(Path(home, "bin", "java"), os.X_OK):
        raise JavaNotFoundError(f"Spark needs Java 17 and finds none in JAVA_HOME ({home}): {REMEDY}.")
    if not home and shutil.which("java", path=environment.get("PATH", os.defpath)) is None:
        raise JavaNotFoundError(f"Spark needs Java 17 and finds no java: {REMEDY}.")
