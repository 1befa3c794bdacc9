"""Input that is much larger than it looks, or in one piece: read, or refused in a sentence."""

import gzip
import io
import zipfile
from pathlib import Path

import pytest

from campaigns.inputs import check_lines, check_sentence
from campaigns.shops import HEADERS
from campaigns.sql_models import BuildStopped, build_in_memory

HEADER = ",".join(HEADERS).encode() + b"\n"
LINE = b"1,P1,Mug,1,2024-01-05 10:00:00,2.50,17850,France\n"


def test_a_line_of_ten_megabytes(tmp_path: Path) -> None:
    long_line = LINE.replace(b"Mug", b"M" * 10 * 2**20)
    path = tmp_path / "long.csv"
    path.write_bytes(HEADER + LINE + long_line + LINE.replace(b"17850", b"18000"))
    models = build_in_memory(tmp_path / "target", {"invoices": str(path)})
    with models.connection:
        check_lines(models)
        lengths = models.rows("select length(description) from invoice_lines order by 1")
    assert lengths == [(3,), (3,), (10 * 2**20,)]


def test_a_compressed_line_without_end(tmp_path: Path) -> None:
    """80 KB that expand to 80 MB in one line."""
    path = tmp_path / "bomb.csv.gz"
    path.write_bytes(gzip.compress(HEADER + b"x" * 80_000_000, mtime=0))
    with pytest.raises(BuildStopped, match="a line is longer than 64 MiB") as stopped:
        build_in_memory(tmp_path / "target", {"invoices": str(path)})
    check_sentence(str(stopped.value))


def test_a_compressed_file_of_blank_lines(tmp_path: Path) -> None:
    path = tmp_path / "blank.csv.gz"
    path.write_bytes(gzip.compress(HEADER + LINE + b"\n" * 5_000_000, mtime=0))
    models = build_in_memory(tmp_path / "target", {"invoices": str(path)})
    with models.connection:
        models.build("stg_invoice_lines")
        assert models.rows("select count(*) from stg_invoice_lines") == [(1,)]


@pytest.mark.parametrize("content", [b"<row>" * 100, b" " * 300_000_000], ids=["broken", "much of nothing"])
def test_a_workbook_with_a_sheet_that_is_none(content: bytes, tmp_path: Path) -> None:
    """A ZIP file with the parts of a workbook, its sheet no sheet or 300 MB of spaces."""
    path = tmp_path / "bomb.xlsx"
    path.write_bytes(with_sheet(workbook(), content))
    with pytest.raises(BuildStopped) as stopped:
        build_in_memory(tmp_path / "target", {"invoices": str(path)})
    check_sentence(str(stopped.value))


def workbook() -> bytes:
    import xlsxwriter

    sink = io.BytesIO()
    with xlsxwriter.Workbook(sink, {"in_memory": True}) as book:
        book.add_worksheet().write_row(0, 0, HEADERS)
    return sink.getvalue()


def with_sheet(book: bytes, content: bytes) -> bytes:
    """The workbook with another text for its sheet."""
    sink = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, content if name.endswith("sheet1.xml") else old.read(name))
    return sink.getvalue()
