"""Readers while builds are published: none waits, none fails, none sees a mixed set."""

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from publishing.places import KEPT_BUILDS, build_folders

N_PUBLISHED = 8
# Reads whole sets until its input ends, each through the link's target at that moment, and counts what is
# wrong; prints a line for each set (its build), then the counts.
READER = """
import json, sys, threading
from pathlib import Path
import duckdb

link = Path(sys.argv[1])
ended = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
n_sets = n_errors = n_mixed = 0
builds = set()
while not ended.is_set():
    try:
        folder = link.resolve(strict=True)
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        with duckdb.connect(str(folder / "segments.duckdb"), read_only=True) as connection:
            found = connection.execute("select build_id, model_version from published_build").fetchall()
            found += connection.execute(
                "select distinct build_id, 'v' || cast(cast(monetary as bigint) as text)"
                " from published_build,"
                " (select monetary from customer_rfm union all select monetary from customer_segments)"
            ).fetchall()
        for table in ("customer_rfm", "customer_segments"):
            found += duckdb.execute(
                "select distinct $2, 'v' || cast(cast(monetary as bigint) as text) from read_parquet($1)",
                [str(folder / f"{table}.parquet"), manifest["build_id"]],
            ).fetchall()
        n_mixed += set(found) != {(manifest["build_id"], manifest["model_version"])}
        builds.add(manifest["build_id"])
        print(manifest["build_id"], flush=True)
    except Exception as error:
        n_errors += 1
        print("error", flush=True)
        print(repr(error), file=sys.stderr)
    n_sets += 1
print("counts", n_sets, n_errors, n_mixed, len(builds), flush=True)
"""


def test_readers_in_other_processes_see_whole_sets_only(publish_version, link):
    publish_version(0, n_more=2_000)
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", READER, str(link)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        for _ in range(2)
    ]
    try:
        for version in range(1, N_PUBLISHED + 1):
            build_id = publish_version(version, n_more=2_000).manifest["build_id"]
            # However slow the machine, no reader falls behind by more builds than are kept.
            for reader in readers:
                assert reader.stdout is not None
                while reader.stdout.readline().strip() not in (build_id, "error"):
                    assert reader.poll() is None
    finally:
        ends = [reader.communicate(timeout=60) for reader in readers]
    for printed, errors in ends:
        name, n_sets, n_errors, n_mixed, n_builds = printed.splitlines()[-1].split()
        assert name == "counts"
        assert (int(n_errors), int(n_mixed)) == (0, 0), errors
        assert int(n_sets) >= int(n_builds) >= N_PUBLISHED


def test_new_connections_of_one_process_see_the_new_build_while_old_ones_stay(publish_version, link):
    publish_version(0)
    kept = []
    for version in range(1, N_PUBLISHED + 1):
        manifest = publish_version(version).manifest
        # By the link itself, as a BI tool is configured: DuckDB must not hand out the file it has open.
        connection = duckdb.connect(str(link / "segments.duckdb"), read_only=True)
        kept.append((version, connection))
        assert connection.execute("select build_id from published_build").fetchall() == [
            (manifest["build_id"],)
        ]
    for version, connection in kept:
        assert connection.execute("select distinct monetary from customer_segments").fetchall() == [
            (version,)
        ]
        connection.close()


def test_an_open_connection_outlives_its_build(publish_version, link):
    # Larger than what the first query reads, so that later ones go back to a file that has no name any more.
    publish_version(1, n_more=200_000)
    folder = link.resolve()
    with duckdb.connect(str(link / "segments.duckdb"), read_only=True) as connection:
        connection.execute("select count(*) from segment_profiles").fetchall()
        for version in range(2, 2 + KEPT_BUILDS):
            publish_version(version)
        assert not folder.exists()
        counted = connection.execute("select count(*), min(monetary), max(monetary) from customer_rfm")
        assert counted.fetchall() == [(200_007, 1, 1)]
        customers = connection.execute("select customer_id from customer_segments").fetchall()
        assert len(set(customers)) == 200_007


def test_a_removal_that_fails_is_said_and_tried_again(publish_version, link, monkeypatch):
    for version in range(KEPT_BUILDS):
        publish_version(version)
    oldest = build_folders(link)[0]

    def rmtree(folder: Path) -> None:
        raise OSError(16, os.strerror(16))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("publishing.places.remove", lambda folder: rmtree(folder) if folder == oldest else None)
        messages = publish_version(10).messages
    assert any(str(oldest) in message for message in messages)
    assert oldest.exists()
    publish_version(11)
    assert not oldest.exists()
