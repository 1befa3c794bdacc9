"""Publish the marts of a warehouse as one build."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from publishing.database import (
    attached_database,
    comment_on,
    copy_table_functions,
    copy_tables,
    description,
)
from publishing.disclosure import Disclosure
from publishing.files import write_campaigns, write_parquet, write_parquet_without
from publishing.manifest import (
    DATABASE,
    ID_LENGTH,
    Manifest,
    database_checksum,
    file_checksum,
    holds_build,
    read_manifest,
    value_checksum,
    write_manifest,
)
from publishing.places import (
    PublishingError,
    build_folders,
    point_link_at,
    put_in_place,
    remove,
    remove_old_builds,
    unfinished_build,
)
from publishing.tables import MEASURED_COLUMNS, Schema

# The table in the published files that says which build they belong to.
BUILD_TABLE = "published_build"
BUILD_TABLE_COMMENT = "One row: the build that these files belong to."
BUILD_COLUMNS = {
    "build_id": ("varchar", "Hash of the published content; equal builds have equal ids."),
    "as_of_date": ("date", "The day that recency is counted to."),
    "model_version": ("varchar", "Version of the segment model that gave the segments."),
    "input_checksum": ("varchar", "SHA-256 over the input files; null where a table was read."),
    "currency": ("varchar", "Label of all amounts; nothing was converted."),
}
EVERYTHING = Disclosure()
# What the warehouse keeps of it.
PUBLISHED_ROW = pa.schema(
    {
        "build_id": pa.string(),
        "as_of_date": pa.date32(),
        "model_version": pa.string(),
        "input_checksum": pa.string(),
        "currency": pa.string(),
        "n_files": pa.int32(),
    }
)


@dataclass(frozen=True)
class Publication:
    """A published build: its manifest, and what to tell the user, in sentences."""

    manifest: Manifest
    messages: list[str]


def publish(
    connection: duckdb.DuckDBPyConnection,
    marts: Schema,
    link: Path,
    tables: Mapping[str, Sequence[str]],
    *,
    publish_report: bool = True,
    input_checksum: str | None = None,
    currency: str,
    disclosure: Disclosure = EVERYTHING,
) -> Publication:
    """Write the marts to a new build's folder and let the link point at it.

    Where the newest build is equal and whole it stays, so a repeated build does not push older ones out.

    Args:
        connection: To the warehouse, outside any transaction; its current database changes meanwhile.
        marts: Where the marts are.
        link: The link that readers follow; the builds lie beside it.
        tables: The tables to publish, name -> columns of the key, by which the rows of files are ordered.
        publish_report: Whether the report is drawn.
        input_checksum: Checksum of the input files, if known.
        currency: Label of all amounts.
        disclosure: What is published of customers.

    Raises:
        PublishingError: the place is taken or cannot be written to, or a segment has too few customers.
    """
    # A setting of each connection: the bar of a long query has no place in a log.
    connection.execute("set enable_progress_bar = false")
    try:
        with unfinished_build(link) as folder:
            labels = {"input_checksum": input_checksum, "currency": currency}
            manifest = write_build(
                connection, marts, folder, tables, labels, disclosure, with_report=publish_report
            )
            messages = []
            newest = build_folders(link)[-1:]
            if newest and holds_build(newest[0], manifest):
                build = newest[0]
                messages.append(f"{build} already holds this build.")
            else:
                build = put_in_place(folder, link, manifest["build_id"])
                messages.append(f"Published as {build}.")
            point_link_at(build, link)
            if disclosure.pseudonymous:
                remove_builds_with_ids(link)
            messages += remove_old_builds(link)
    except (OSError, duckdb.IOException) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error).splitlines()[0]
        raise PublishingError(
            f"The build cannot be published as {link} ({reason.rstrip('.')}): "
            "check the permissions and the free space there, then build again."
        ) from error
    return Publication(manifest, messages)


def published_now(link: Path) -> Manifest | None:
    """The manifest of the build that the link points at, or None where nothing is published."""
    return read_manifest(link)


def write_build(
    connection: duckdb.DuckDBPyConnection,
    marts: Schema,
    folder: Path,
    tables: Mapping[str, Sequence[str]],
    labels: dict[str, str | None],
    disclosure: Disclosure,
    *,
    with_report: bool,
) -> Manifest:
    """Write all files of a build into the empty folder; returns its manifest, the labels among it."""
    files: dict[str, dict[str, Any]] = {}

    def add_file(name: str, rows: int | None) -> None:
        files[name] = {"rows": rows, "sha256": file_checksum(folder / name)}

    def add_parquet(table: str) -> None:
        add_file(f"{table}.parquet", write_parquet(connection, table, folder / f"{table}.parquet"))

    with attached_database(connection, folder / DATABASE, marts.database):
        copy_tables(connection, marts, tables, disclosure)
        copy_table_functions(connection, marts)
        for table in tables:
            add_parquet(table)
        for name, rows in write_campaigns(
            connection, folder, has_history="segment_history" in tables
        ).items():
            add_file(name, rows)

    # Opened again, so that what is described is what readers will find.
    with attached_database(connection, folder / DATABASE, marts.database):
        as_of_date, model_version = connection.execute(
            """
            select
                (select max(as_of_date) from customer_rfm),
                (select max(model_version) from segment_profiles)
            """
        ).fetchall()[0]
        build: dict[str, Any] = {
            "as_of_date": as_of_date and as_of_date.isoformat(),
            "model_version": model_version,
            **labels,
        }
        content = {name: entry["sha256"] for name, entry in files.items()}
        for table, columns in MEASURED_COLUMNS.items():
            if table not in tables:
                continue
            untimed = folder / f"{table}.untimed"
            write_parquet_without(connection, table, columns, untimed)
            content[f"{table}.parquet"] = file_checksum(untimed)
            untimed.unlink()
        build_id = value_checksum([build, content, description(connection)])[:ID_LENGTH]
        build = {"build_id": build_id, **build}
        create_build_table(connection, build)
        add_parquet(BUILD_TABLE)
        files[DATABASE] = {
            "rows": sum(files[f"{table}.parquet"]["rows"] for table in [*tables, BUILD_TABLE]),
            "sha256": database_checksum(connection, folder),
            "sha256_of": "content",
        }

    if with_report:
        draw_report(folder)
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name not in files:
            add_file(name, None)
    manifest = {
        **build,
        "has_pseudonyms": disclosure.pseudonymous,
        "minimum_customers": disclosure.minimum_customers,
        "files": dict(sorted(files.items())),
    }
    write_manifest(folder, manifest)
    return manifest


def remove_builds_with_ids(link: Path) -> None:
    """Remove the builds from before ids were replaced: they would tell whose pseudonyms these are."""
    for folder in build_folders(link):
        if not (read_manifest(folder) or {}).get("has_pseudonyms"):
            remove(folder)


def create_build_table(connection: duckdb.DuckDBPyConnection, build: dict[str, Any]) -> None:
    """Add the table of one row that names the build to the connection's current database."""
    columns = ", ".join(f"{name} {data_type}" for name, (data_type, _) in BUILD_COLUMNS.items())
    connection.execute(f"create table {BUILD_TABLE} ({columns})")
    connection.execute(
        f"insert into {BUILD_TABLE} values ({', '.join('?' for _ in BUILD_COLUMNS)})",
        [build[name] for name in BUILD_COLUMNS],
    )
    comment_on(connection, BUILD_TABLE, None, BUILD_TABLE_COMMENT)
    for name, (_, comment) in BUILD_COLUMNS.items():
        comment_on(connection, BUILD_TABLE, name, comment)


def draw_report(folder: Path) -> None:
    """Draw the report from the published tables into the folder."""
    # Imported here: its libraries take seconds to load, and most runs of dbt draw nothing.
    from report import render

    render(folder / DATABASE, folder)


def published_row(manifest: Manifest | None) -> pa.Table:
    """One row that names the published build; nulls where nothing is published."""
    build = dict.fromkeys(PUBLISHED_ROW.names) if manifest is None else dict(manifest)
    if manifest is not None:
        build["as_of_date"] = manifest["as_of_date"] and date.fromisoformat(manifest["as_of_date"])
        build["n_files"] = len(manifest["files"])
    # A build of an earlier version of the project may lack a name.
    row = {name: build.get(name) for name in PUBLISHED_ROW.names}
    return pa.Table.from_pylist([row], schema=PUBLISHED_ROW)
