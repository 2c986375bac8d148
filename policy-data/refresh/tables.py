"""Tab-separated tables: a header that names the columns, one fact a line, sorted by the key columns."""

from pathlib import Path


class Malformed(Exception):
    """A table that does not keep the rules of its format."""


def render(columns, rows, keys):
    """The bytes of a table; `keys` is how many leading columns identify a row."""
    rows = sorted({tuple(row) for row in rows}, key=lambda row: sort_key(row, keys))
    check_rows(columns, rows, keys, "a generated table")
    lines = ["# " + "\t".join(columns)] + ["\t".join(row) for row in rows]
    return ("\n".join(lines) + "\n").encode()


def sort_key(row, keys):
    """Bytewise order of the lowercased key columns; the row as it is breaks ties."""
    return ("\t".join(row[:keys]).lower().encode(), "\t".join(row).encode())


def read(path, keys):
    """The columns and rows of a table, refused unless it is exactly what `render` would write."""
    text = Path(path).read_bytes()
    columns, rows = parse(text.decode(), path)
    check_rows(columns, rows, keys, path)
    if render(columns, rows, keys) != text:
        raise Malformed(f"{path}: not sorted by its first {keys} column(s), a row twice, or a stray blank")
    return columns, rows


def parse(text, path):
    """The columns and rows as they stand in the text."""
    header, *lines = text.removesuffix("\n").split("\n")
    if not header.startswith("# "):
        raise Malformed(f"{path}: the first line must name the columns after '# '")
    return header[2:].split("\t"), [tuple(line.split("\t")) for line in lines]


def check_rows(columns, rows, keys, path):
    """Every row is as wide as the header, and no value is empty or holds a control character."""
    for row in rows:
        if len(row) != len(columns):
            raise Malformed(f"{path}: {len(row)} values for {len(columns)} columns: {row}")
        for value in row:
            if not value or value != value.strip() or any(ord(char) < 32 for char in value):
                raise Malformed(f"{path}: a value is empty, padded or holds a control character: {row}")
        if not "".join(row[:keys]).isascii():
            raise Malformed(f"{path}: a key that is not ASCII: {row}")


def words(values):
    """Several values in one column, or `-` for none."""
    values = list(values)
    if any(" " in value for value in values):
        raise Malformed(f"a word with a space: {values}")
    return " ".join(values) or "-"


def unwords(value):
    """The values of such a column."""
    return [] if value == "-" else value.split(" ")
