"""Which tables are published, as the YAML of published_build says."""

from pathlib import Path
from typing import Any

import yaml


def published_keys(repo_root: Path, *, with_lines: bool = True) -> dict[str, list[str]]:
    """The columns of the key by published table; `with_lines`: also of tables of single lines."""
    path = repo_root / "models" / "marts" / "published" / "_published__models.yml"
    (model,) = yaml.safe_load(path.read_text(encoding="utf-8"))["models"]
    meta: dict[str, Any] = model["config"]["meta"]
    return meta["tables"] | (meta["line_tables"] if with_lines else {})
