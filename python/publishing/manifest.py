"""What a build consists of: manifest.json, its checksums and the build's id."""

import hashlib
import json
import tempfile
from pathlib import Path
from typing import Any

import duckdb

from publishing.database import description
from publishing.files import write_parquet
from publishing.tables import MEASURED_COLUMNS

MANIFEST = "manifest.json"
DATABASE = "segments.duckdb"
ID_LENGTH = 12

Manifest = dict[str, Any]


def file_checksum(path: Path) -> str:
    """The SHA-256 of the file's bytes, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def value_checksum(value: Any) -> str:
    """The SHA-256 of a value that JSON can hold, in hexadecimal."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()


def database_checksum(connection: duckdb.DuckDBPyConnection, parquet_folder: Path) -> str:
    """The checksum of the content of the connection's current database.

    DuckDB lays out equal tables differently from one time to the next, so the bytes of its file say nothing.
    `parquet_folder` holds every table of the database as Parquet, whose bytes do.
    """
    described = description(connection)
    tables = sorted({row[0] for row in described[0]})
    return value_checksum(
        [described, {table: file_checksum(parquet_folder / f"{table}.parquet") for table in tables}]
    )


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of a build, or None where there is none."""
    path = folder / MANIFEST
    if not path.exists():
        return None
    manifest: Manifest = json.loads(path.read_text(encoding="utf-8"))
    return manifest


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest into the folder of its build."""
    text = json.dumps(manifest, indent=2, ensure_ascii=False)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def holds_build(folder: Path, manifest: Manifest) -> bool:
    """Whether the folder holds a build that is whole and equal to that of the manifest.

    Files with measured times may differ: the build's id is that of the rest of their content.
    """
    try:
        held = read_manifest(folder)
    except ValueError:
        return False
    return held is not None and comparable(held) == comparable(manifest) and is_intact(folder, held)


def comparable(manifest: Manifest) -> Manifest:
    """The manifest without the checksums of the files that hold measured times."""
    timed = {DATABASE, *(f"{table}.parquet" for table in MEASURED_COLUMNS)}
    files = {name: {} if name in timed else entry for name, entry in manifest["files"].items()}
    return {**manifest, "files": files}


def is_intact(folder: Path, manifest: Manifest) -> bool:
    """Whether every file of the build is there and still is what its manifest says."""
    for name, entry in manifest["files"].items():
        path = folder / name
        if not path.is_file():
            return False
        checksum = database_file_checksum(path) if name == DATABASE else file_checksum(path)
        if checksum != entry["sha256"]:
            return False
    return True


def database_file_checksum(path: Path) -> str | None:
    """The checksum of the content of a published database file; None where it cannot be read."""
    try:
        with duckdb.connect(str(path), read_only=True) as connection, tempfile.TemporaryDirectory() as folder:
            for (table,) in connection.execute("select table_name from duckdb_tables()").fetchall():
                write_parquet(connection, table, Path(folder) / f"{table}.parquet")
            return database_checksum(connection, Path(folder))
    except duckdb.Error:
        return None
