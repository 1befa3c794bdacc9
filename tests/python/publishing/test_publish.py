"""What a published build holds, when it replaces the last one, and what is never touched."""

import csv
import hashlib
import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import duckdb
import pytest
from published_tables import published_keys

from publishing import PublishingError, Schema, publish, published_link, published_now, published_row
from publishing.places import (
    KEPT_BUILDS,
    build_folders,
    builds_folder,
    remove_builds_before,
    unfinished_build,
)

KEYS = published_keys(Path(__file__).resolve().parents[3], with_lines=False)
MARTS = {*KEYS, "published_build"}


def query(database: Path, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def test_the_manifest_lists_every_file_with_its_rows_and_checksum(publish_version, link):
    publish_version(1)
    manifest = json.loads((link / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["as_of_date"] == "2011-12-10"
    assert manifest["model_version"] == "v1"
    assert manifest["input_checksum"] == "0" * 64
    assert set(manifest["files"]) == contents(link).keys() - {"manifest.json"}
    for name, entry in manifest["files"].items():
        if name != "segments.duckdb":
            assert entry["sha256"] == hashlib.sha256((link / name).read_bytes()).hexdigest()
        if name.endswith(".parquet"):
            counted = duckdb.sql("select count(*) from read_parquet($1)", params=[str(link / name)])
            assert counted.fetchall() == [(entry["rows"],)]
    assert query(link / "segments.duckdb", "from published_build")[0][0] == manifest["build_id"]


def test_the_tables_are_those_of_the_warehouse_in_order_of_their_key(publish_version, link, tmp_path):
    publish_version(1, order="hash(customer_id)")
    names = query(link / "segments.duckdb", "select table_name from duckdb_tables()")
    assert {name for (name,) in names} == MARTS
    for table in MARTS - {"published_build"}:
        expected = sorted(query(tmp_path / "ware-house.duckdb", f"from {table}"))
        assert sorted(query(link / "segments.duckdb", f"from {table}")) == expected
        assert sorted(duckdb.read_parquet(str(link / f"{table}.parquet")).fetchall()) == expected
    ids = [row[0] for row in duckdb.read_parquet(str(link / "customer_rfm.parquet")).fetchall()]
    assert ids == sorted(ids)


def test_comments_are_kept_and_the_build_table_has_its_own(publish_version, link):
    publish_version(1)
    comments = dict(
        query(link / "segments.duckdb", "select table_name, comment from duckdb_tables() order by all")
    )
    assert comments["customer_rfm"] == "One row per customer. It's 1."
    assert comments["published_build"]
    columns = query(
        link / "segments.duckdb",
        "select comment from duckdb_columns() where table_name = 'customer_rfm' and column_name = 'monetary'",
    )
    assert columns == [("Kept amount, in GBP.",)]


def test_score_customer_answers_from_the_published_tables(publish_version, link, tmp_path):
    publish_version(1)
    # Under another name, and without the warehouse: nothing may hang on what the databases are called.
    moved = tmp_path / "elsewhere.duckdb"
    moved.write_bytes((link / "segments.duckdb").read_bytes())
    (tmp_path / "ware-house.duckdb").unlink()
    assert [row[0] for row in query(moved, "from score_customer(3, 1, 2.5)")] == ["champions"]
    assert [row[0] for row in query(moved, "from score_customer(3, 1, 1000)")] == ["lost_customers"]


def test_campaign_files_hold_every_customer_once_and_no_formula(publish_version, link, warehouse_module):
    publish_version(1)
    rows = []
    for path in sorted((link / "campaigns").iterdir()):
        with path.open(encoding="utf-8", newline="") as stream:
            rows += list(csv.DictReader(stream))
    assert list(rows[0]) == ["customer_id", "segment", "previous_segment", "recommended_action"]
    assert not any(cell[:1] in set("=+-@\t\r") for row in rows for cell in row.values() if cell)
    neutralised = {"=1+1": "'=1+1", "-7": "'-7", "@x": "'@x", "+49": "'+49"}
    expected = [neutralised.get(customer, customer) for customer in warehouse_module.CUSTOMERS]
    assert sorted(row["customer_id"] for row in rows) == sorted(expected)
    assert {row["segment"] for row in rows} == {"Champions", "'=Lost"}
    # The last segment that the customer left, and nothing for who left none.
    previous = {row["customer_id"]: row["previous_segment"] for row in rows}
    assert (previous["Ωmega"], previous["'-7"], previous["17850"]) == ("Loyal", "'=Lost", "")


def test_line_tables_are_published_only_where_asked_for(publish_version, link):
    publish_version(1)
    assert not (link / "invoice_lines.parquet").exists()
    publish_version(1, publish_lines=True)
    assert (link / "invoice_lines.parquet").exists()
    assert query(link / "segments.duckdb", "select count(*) from rejected_invoice_lines") == [(1,)]


def test_the_report_can_be_left_out(publish_version, link):
    publish_version(1, publish_report=False)
    assert not (link / "report.html").exists()
    assert not (link / "figures").exists()
    publish_version(1)
    assert (link / "report.html").exists()
    assert "report.html" in json.loads((link / "manifest.json").read_text())["files"]


def test_a_mart_that_is_a_view_is_published_with_its_comments(publish_version, link):
    publish_version(1, publish_lines=True)
    described = """
        select table_name, comment from duckdb_tables() where table_name = 'invoice_lines'
        union all
        select column_name, comment from duckdb_columns()
        where table_name = 'invoice_lines' and column_name = 'invoice_number'
    """
    assert query(link / "segments.duckdb", described) == [
        ("invoice_lines", "Lines."),
        ("invoice_number", "Number of the invoice."),
    ]


def test_equal_builds_are_equal_whatever_the_row_order_and_the_threads(publish_version, tmp_path):
    links = [tmp_path / name / "published" for name in ("one", "two")]
    publish_version(1, link=links[0], order="customer_id", n_more=150_000, threads=1)
    publish_version(1, link=links[1], order="hash(customer_id)", n_more=150_000, threads=4)
    one, two = (contents(link) for link in links)
    assert links[0].readlink() == links[1].readlink()
    assert one.keys() == two.keys()
    # DuckDB lays out its file as it likes; its content has one checksum in the manifest.
    assert {name for name in one if one[name] != two[name]} <= {"segments.duckdb"}


def test_an_equal_build_stays_and_a_changed_one_gets_the_next_number(publish_version, link):
    first = publish_version(1)
    inode = (link / "segments.duckdb").stat().st_ino
    again = publish_version(1)
    assert again.manifest == first.manifest
    assert (link / "segments.duckdb").stat().st_ino == inode
    assert [folder.name[:6] for folder in build_folders(link)] == ["000001"]
    publish_version(2)
    assert link.readlink().name.startswith("000002-")
    publish_version(1)
    assert link.readlink().name == f"000003-{first.manifest['build_id']}"


def test_measured_times_make_no_new_build(publish_version, link):
    first = publish_version(1, seconds=1.0)
    second = publish_version(1, seconds=2.0)
    assert second.manifest["build_id"] == first.manifest["build_id"]
    assert len(build_folders(link)) == 1
    assert published_now(link) == first.manifest


@pytest.mark.parametrize("damage", ["parquet", "missing", "database", "manifest"])
def test_a_damaged_build_is_published_anew(publish_version, link, damage):
    publish_version(1)
    if damage == "parquet":
        (link / "customer_rfm.parquet").write_bytes(b"PAR1")
    elif damage == "missing":
        (link / "campaigns" / "champions.csv").unlink()
    elif damage == "manifest":
        (link / "manifest.json").write_text("{", encoding="utf-8")
    else:
        with duckdb.connect(str(link / "segments.duckdb")) as connection:
            connection.execute("update customer_rfm set monetary = 5")
    publish_version(1)
    assert link.readlink().name.startswith("000002-")
    assert query(link / "segments.duckdb", "select distinct monetary from customer_rfm") == [(1,)]


def test_a_change_of_documentation_alone_is_published(publish_version, link, tmp_path):
    first = publish_version(1)
    with duckdb.connect(str(tmp_path / "ware-house.duckdb")) as connection:
        connection.execute("comment on column customer_rfm.monetary is 'Kept amount, in EUR.'")
        second = publish(
            connection, Schema("ware-house", "main"), link, KEYS, input_checksum="0" * 64, currency="GBP"
        )
    assert second.manifest["build_id"] != first.manifest["build_id"]


def test_the_last_builds_are_kept_and_nothing_else_is_removed(publish_version, link):
    builds = builds_folder(link)
    (builds / "notes").mkdir(parents=True)
    (builds / "000001-my copy").mkdir()
    for version in range(1, 6):
        publish_version(version)
    assert [folder.name[:6] for folder in build_folders(link)] == ["000003", "000004", "000005"]
    assert len(build_folders(link)) == KEPT_BUILDS
    assert (builds / "notes").is_dir() and (builds / "000001-my copy").is_dir()


def test_all_builds_but_the_one_in_use_can_be_removed(publish_version, link):
    assert remove_builds_before(link) == 0
    for version in range(3):
        publish_version(version)
    in_use = link.resolve()
    builds = builds_folder(link)
    (builds / "notes").mkdir()
    with unfinished_build(link), pytest.raises(PublishingError, match="Another build is publishing"):
        remove_builds_before(link)
    # As a killed build leaves it.
    (builds / ".unfinished").mkdir()
    assert remove_builds_before(link) == 2
    assert {path.name for path in builds.iterdir()} == {in_use.name, "notes"}
    assert query(link / "segments.duckdb", "select distinct monetary from customer_rfm") == [(2,)]


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_the_group_reads_what_is_published_and_others_do_not(publish_version, link, umask):
    before = os.umask(umask)
    try:
        publish_version(1)
    finally:
        os.umask(before)
    for path in [builds_folder(link), link.resolve(), *link.resolve().rglob("*")]:
        expected = 0o750 if path.is_dir() else 0o640
        assert stat.S_IMODE(path.stat().st_mode) == expected, path


def test_the_mode_of_a_folder_of_builds_that_is_there_is_not_overruled(publish_version, link):
    publish_version(1)
    builds_folder(link).chmod(0o2755)
    publish_version(2)
    assert stat.S_IMODE(builds_folder(link).stat().st_mode) == 0o2755


def test_the_place_can_be_moved_as_a_whole(publish_version, link, tmp_path):
    publish_version(1)
    link.parent.rename(tmp_path / "moved")
    assert query(tmp_path / "moved" / "published" / "segments.duckdb", "select count(*) from customer_rfm")


@pytest.mark.parametrize("kind", ["folder", "file", "link"])
def test_what_a_build_did_not_put_there_is_not_touched(publish_version, link, tmp_path, kind):
    link.parent.mkdir(parents=True)
    if kind == "folder":
        link.mkdir()
        (link / "mine.txt").write_text("mine", encoding="utf-8")
    elif kind == "file":
        link.write_text("mine", encoding="utf-8")
    else:
        (tmp_path / "share").mkdir()
        link.symlink_to(tmp_path / "share")
    with pytest.raises(PublishingError) as caught:
        publish_version(1)
    assert str(link) in str(caught.value) and f"a {kind}" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not builds_folder(link).exists()
    if kind == "folder":
        assert (link / "mine.txt").read_text(encoding="utf-8") == "mine"


def test_a_segment_key_that_is_no_file_name_is_refused(publish_version, link, tmp_path):
    publish_version(1)
    with duckdb.connect(str(tmp_path / "ware-house.duckdb")) as connection:
        connection.execute("update segment_profiles set segment_key = '../out' where segment_id = 1")
        with pytest.raises(PublishingError, match=r"'\.\./out' cannot name a file"):
            publish(connection, Schema("ware-house", "main"), link, KEYS, currency="GBP")
    assert query(link / "segments.duckdb", "select count(*) from customer_rfm")
    assert len(list(builds_folder(link).iterdir())) == 1


def test_an_unwritable_place_is_one_sentence(publish_version, tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(PublishingError) as caught:
        publish_version(1, link=tmp_path / "file" / "published")
    assert "Not a directory" in str(caught.value) and "\n" not in str(caught.value)


# Publishes under a condition that only a process of its own can have.
PUBLISH_ALONE = """
import importlib.util, json, os, resource, signal, sys
from pathlib import Path
import duckdb
from publishing import PublishingError, Schema, publication, publish

module_path, folder, link, version, condition, keys = sys.argv[1:]
spec = importlib.util.spec_from_file_location("warehouse_for_tests", module_path)
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
path = Path(folder) / "alone.duckdb"
module.make_warehouse(path, int(version), n_more=100_000)
if condition == "killed":
    publication.draw_report = lambda folder: os.kill(os.getpid(), signal.SIGKILL)
if condition == "full disk":
    # A file that may not grow fails as one on a full disk does.
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
with duckdb.connect(str(path)) as connection:
    if condition == "full disk":
        resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, 500_000))
    try:
        publish(connection, Schema("alone", "main"), Path(link), json.loads(keys), currency="GBP")
    except PublishingError as error:
        print(error)
    print(connection.execute("select count(*) from customer_rfm").fetchall())
"""


def publish_alone(repo_root: Path, module: ModuleType, tmp_path: Path, link: Path, condition: str) -> str:
    arguments = [str(module.__file__), str(tmp_path), str(link), "2", condition, json.dumps(KEYS)]
    packages = os.pathsep.join(str(repo_root / folder) for folder in ("python", "tests/python"))
    return subprocess.run(
        [sys.executable, "-c", PUBLISH_ALONE, *arguments],
        env=os.environ | {"PYTHONPATH": packages},
        capture_output=True,
        encoding="utf-8",
        check=condition != "killed",
    ).stdout


def test_a_full_disk_is_one_sentence_and_the_old_build_stays(
    publish_version, link, repo_root, warehouse_module, tmp_path
):
    publish_version(1)
    before = contents(link)
    printed = publish_alone(repo_root, warehouse_module, tmp_path, link, "full disk").splitlines()
    assert len(printed) == 2, printed
    assert str(link) in printed[0] and "free space" in printed[0]
    # The connection still serves the warehouse.
    assert printed[1] == "[(100007,)]"
    assert contents(link) == before
    assert len(list(builds_folder(link).iterdir())) == 1


def test_a_killed_build_leaves_the_old_one_and_is_cleared_by_the_next(
    publish_version, link, repo_root, warehouse_module, tmp_path
):
    publish_version(1)
    before = contents(link)
    assert publish_alone(repo_root, warehouse_module, tmp_path, link, "killed") == ""
    assert contents(link) == before
    assert len(list(builds_folder(link).iterdir())) == 2
    publish_version(3)
    assert len(list(builds_folder(link).iterdir())) == 2
    assert query(link / "segments.duckdb", "select distinct monetary from customer_rfm") == [(3,)]


def test_a_build_that_was_killed_before_the_link_moved_is_taken_up(publish_version, link):
    publish_version(1)
    old = link.readlink()
    publish_version(2)
    new = link.readlink()
    link.unlink()
    link.symlink_to(old)
    publish_version(2)
    assert link.readlink() == new


def test_two_builds_cannot_publish_at_once(publish_version, link):
    link.parent.mkdir()
    with unfinished_build(link), pytest.raises(PublishingError, match="Another build is publishing"):
        publish_version(1)
    publish_version(1)


def test_a_report_is_drawn_from_the_published_database_and_listed(publish_version, link, monkeypatch):
    report = ModuleType("report")

    def render(database: Path, folder: Path) -> None:
        customers = query(database, "select count(*) from customer_rfm")
        (folder / "report.html").write_text(str(customers), encoding="utf-8")
        (folder / "figures").mkdir()
        (folder / "figures" / "map.svg").write_text("<svg/>", encoding="utf-8")

    report.render = render
    monkeypatch.setitem(sys.modules, "report", report)
    manifest = publish_version(1).manifest
    assert (link / "report.html").read_text(encoding="utf-8") == "[(7,)]"
    assert {"report.html", "figures/map.svg"} <= manifest["files"].keys()


def test_a_defect_of_the_report_publishes_nothing(publish_version, link, monkeypatch):
    publish_version(1)
    before = link.readlink()
    report = ModuleType("report")

    def render(database: Path, folder: Path) -> None:
        raise ZeroDivisionError

    report.render = render
    monkeypatch.setitem(sys.modules, "report", report)
    with pytest.raises(ZeroDivisionError):
        publish_version(2)
    assert link.readlink() == before
    assert len(list(builds_folder(link).iterdir())) == 1


def test_the_row_of_the_warehouse(publish_version, link):
    assert published_now(link) is None
    assert set(published_row(None).to_pylist()[0].values()) == {None}
    manifest = publish_version(1).manifest
    row = published_row(published_now(link)).to_pylist()[0]
    assert row["build_id"] == manifest["build_id"]
    assert row["as_of_date"].isoformat() == "2011-12-10"
    assert row["n_files"] == len(manifest["files"])


def test_the_place_comes_from_the_environment(monkeypatch):
    monkeypatch.delenv("SEGMENTATION_PUBLISHED", raising=False)
    assert published_link() == Path("published")
    monkeypatch.setenv("SEGMENTATION_PUBLISHED", "/srv/segments/")
    assert published_link() == Path("/srv/segments")
    assert builds_folder(published_link()) == Path("/srv/segments_builds")
