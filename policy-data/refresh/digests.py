"""Proof without network that what is committed belongs to the lock."""

import hashlib

from . import tables

NAME = "DIGESTS.tsv"


def generate(files, lock):
    """The digest of every generated file, and of the lock that they were generated from."""
    rows = [(f"generated/{name}", digest(text)) for name, text in files.items()]
    return tables.render(["file", "sha256"], [*rows, ("lock.tsv", digest(lock))], 1)


def digest(text):
    """The sha256 of some bytes, in hexadecimal."""
    return hashlib.sha256(text).hexdigest()


def mismatches(files, lock):
    """What on disk is not what DIGESTS.tsv recorded, one sentence each."""
    if NAME not in files:
        return [f"generated/{NAME} is missing"]
    recorded = dict(tables.parse(files[NAME].decode(), NAME)[1])
    rest = {name: text for name, text in files.items() if name != NAME}
    actual = dict(tables.parse(generate(rest, lock).decode(), NAME)[1])
    names = sorted(set(recorded) | set(actual))
    return [f"{name}: not the file that {NAME} recorded" for name in names if recorded.get(name) != actual.get(name)]
