"""The text of a CSV file as blocks of whole physical lines in UTF-8.

- A physical line ends at LF, CRLF or a CR alone; the last one may end with the file.
- A byte order mark decides: UTF-8 or UTF-16. Without one the file is UTF-8 if, of its lines that are not
  plain ASCII, at least as many are valid UTF-8 as are not; else it is Windows-1252, with the five bytes that
  Windows-1252 leaves open read as in ISO-8859-1, so that every byte is a character. A UTF-8 file with a few
  broken lines so stays UTF-8; one whose only other line is broken cannot be told from Windows-1252.
- Files are streamed, compressed ones too: memory is bounded by the block and by the longest line, which
  may have 64 MiB, however much a file expands to.
"""

import codecs
import gzip
import re
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from invoice_reader.problems import InputProblem

BLOCK_BYTES = 8 * 2**20
MAX_LINE_BYTES = 64 * 2**20
# Of a text, to see how its columns are separated.
CHECKED_BYTES = 2**16
WINDOWS_1252 = "".join(
    bytes([byte]).decode("cp1252", errors="ignore") or bytes([byte]).decode("latin-1") for byte in range(256)
)
# First bytes of formats that people rename or download as CSV.
SIGNATURES = {
    b"PK\x03\x04": "a ZIP or XLSX file",
    b"PAR1": "a Parquet file",
    b"\x1f\x8b": "a gzip file",
    b"\xd0\xcf\x11\xe0": "an old Excel (.xls) or encrypted Office file",
    b"%PDF": "a PDF file",
}
JSON_START = re.compile(rb"\[\s*[\[{]|\{\s*\"[^\"\n]*\"\s*:")
NUMBER = re.compile(rb"[-+]?\d[\d.,/:-]*")
BLANKS_ADVICE = (
    "open it in a spreadsheet program as text separated by blanks, and save it as CSV with a header line"
)
HTML_STARTS = (b"<!doctype", b"<html", b"<?xml", b"<table")


def foreign_format(start: bytes) -> str | None:
    """What a file's first bytes say it is, where that is certainly not CSV."""
    for signature, name in SIGNATURES.items():
        if start.startswith(signature):
            return name
    if start.removeprefix(codecs.BOM_UTF8).lstrip().lower().startswith(HTML_STARTS):
        return "an HTML or XML page"
    if JSON_START.match(start.removeprefix(codecs.BOM_UTF8).lstrip()):
        return "JSON"
    if b"\0" in start and not start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "a binary file, or UTF-16 without its mark"
    return None


def is_separated_by_blanks(start: bytes) -> bool:
    """Whether the first lines of a text are columns aligned with blanks, or with tabs in no regular number.

    That is: three or more words, as many in every line, and a number in every line but the first. start: the
    first bytes of the file.
    """
    complete = start[: start.rfind(b"\n") + 1] or start
    lines = [line for line in complete.splitlines() if line.strip()][:100]
    words = [line.split() for line in lines]
    if len(lines) < 2 or len(words[0]) < 3 or any(len(others) != len(words[0]) for others in words):
        return False
    if any(delimiter in lines[0] for delimiter in (b",", b";", b"|")):
        return False
    n_tabs = {line.count(b"\t") for line in lines}
    has_numbers = all(any(NUMBER.fullmatch(word) for word in others) for others in words[1:])
    return has_numbers and (n_tabs == {0} or len(n_tabs) > 1)


def raw_chunks(path: Path, is_gzipped: bool, name: str) -> Iterator[bytes]:
    """The file's bytes, decompressed, in chunks of BLOCK_BYTES; name: the file as the messages call it."""
    with gzip.open(path) if is_gzipped else path.open("rb") as stream:
        try:
            while chunk := stream.read(BLOCK_BYTES):
                yield chunk
        except gzip.BadGzipFile as error:
            raise InputProblem(
                f"{name}: the name says gzip, but the content is not ({error}): "
                "give it the ending of what it is, or compress it again."
            ) from error
        except (EOFError, zlib.error) as error:
            raise InputProblem(
                f"{name}: the compressed file is cut short or damaged ({error}): copy or export it again."
            ) from error


def line_blocks(chunks: Iterable[bytes], name: str) -> Iterator[bytes]:
    """The same bytes, cut at the ends of physical lines only."""
    rest = b""
    for chunk in chunks:
        rest += chunk
        # A CR at the very end may be the first half of a CRLF.
        end = max(rest.rfind(b"\n"), rest.rfind(b"\r", 0, len(rest) - 1)) + 1
        if end:
            yield rest[:end]
            rest = rest[end:]
        if len(rest) > MAX_LINE_BYTES:
            raise InputProblem(
                f"{name}: a line is longer than {MAX_LINE_BYTES // 2**20} MiB, so this is hardly a CSV file: "
                "check what was exported."
            )
    if rest:
        yield rest


def detect_encoding(path: Path, is_gzipped: bool, name: str) -> str:
    """Read the whole file once and say "utf-8", "utf-16" or "windows-1252".

    Raises InputProblem for an empty file and for content that is not CSV.
    """
    chunks = raw_chunks(path, is_gzipped, name)
    first = next(chunks, b"")
    if not first:
        raise InputProblem(f"{name}: the file is empty: expected a header line and records; export it again.")
    if foreign := foreign_format(first[:1024]):
        raise InputProblem(
            f"{name}: the name says CSV, but the content is {foreign}: give it the ending of what it is, "
            "or export it as CSV."
        )
    if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    is_marked = first.startswith(codecs.BOM_UTF8)
    n_valid = n_invalid = 0
    for block in line_blocks(_chained(first, chunks), name):
        if block.isascii():
            continue
        for line in block.splitlines():
            if not line.isascii():
                if is_utf8(line):
                    n_valid += 1
                else:
                    n_invalid += 1
    return "utf-8" if is_marked or n_valid >= n_invalid else "windows-1252"


def is_utf8(line: bytes) -> bool:
    """Whether the bytes are valid UTF-8."""
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def utf8_blocks(path: Path, is_gzipped: bool, encoding: str, name: str) -> Iterator[bytes]:
    """The file as blocks of whole physical lines in UTF-8, without byte order mark.

    Bytes that are not valid in a UTF-8 file stay as they are, for the reader of records to find.
    """
    return line_blocks(_utf8_chunks(raw_chunks(path, is_gzipped, name), encoding, name), name)


def _utf8_chunks(chunks: Iterator[bytes], encoding: str, name: str) -> Iterator[bytes]:
    if encoding == "utf-8":
        first = next(chunks, b"")
        yield first.removeprefix(codecs.BOM_UTF8)
        yield from chunks
    elif encoding == "windows-1252":
        for chunk in chunks:
            # A text of 256 characters is a mapping too, which the type stubs do not know.
            text, _ = codecs.charmap_decode(chunk, "strict", WINDOWS_1252)  # type: ignore[arg-type]
            yield text.encode()
    else:
        decoder = codecs.getincrementaldecoder(encoding)(errors="strict")
        try:
            for chunk in chunks:
                yield decoder.decode(chunk).encode()
            yield decoder.decode(b"", final=True).encode()
        except UnicodeDecodeError as error:
            raise InputProblem(
                f"{name}: the file starts as UTF-16 but is not valid UTF-16 throughout: save it as UTF-8."
            ) from error


def _chained(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest
