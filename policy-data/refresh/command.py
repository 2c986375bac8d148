"""The command line of the refresh."""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from . import catalog, changes, dependents, digests, managed, operations, packages, tables, written

ROOT = Path(__file__).resolve().parent.parent
GENERATED = ROOT / "generated"


def main():
    """Refresh, check against the packages, or check without network; 0 fine, 1 stale or refused."""
    options = parse_options()
    try:
        if options.offline_check:
            return offline_check()
        with tempfile.TemporaryDirectory() as folder:
            return refresh(options, options.packages or folder)
    except (tables.Malformed, subprocess.CalledProcessError) as error:
        return failed([str(error)])


def parse_options():
    """What was typed."""
    parser = argparse.ArgumentParser(prog="refresh.py", description="Regenerate generated/ from lock.tsv.")
    flag = {"action": "store_true"}
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--check", **flag, help="write nothing; fail if a generated file is stale (needs network)")
    mode.add_argument("--offline-check", **flag, help="check digests, and names in the written tables (no network)")
    parser.add_argument("--accept-managed", **flag, help="accept changed documents of AWS managed policies")
    parser.add_argument("--packages", type=Path, metavar="DIR", help="a folder that keeps the downloads")
    return parser.parse_args()


def refresh(options, folder):
    """Generate in memory, compare with the committed files, then write, refuse, or say what is stale."""
    lock = packages.lock(ROOT / "lock.tsv")
    packages.fetch(lock, folder)
    tables_by_hand = written.read(ROOT / "written")
    old, new = committed(), generate(lock, folder, tables_by_hand)
    refused = [*written.unknown_names(tables_by_hand, new), *changes.refusals(old, new, options.accept_managed)]
    for line in changes.report(old, new) if old else ():
        print(line)
    if refused:
        return failed(refused)
    stale = sorted(name for name in set(old) | set(new) if old.get(name) != new.get(name))
    if options.check:
        return failed([f"stale: generated/{name}" for name in stale]) if stale else 0
    write(stale, new)
    print(f"{len(stale)} of {len(new)} files written")
    return 0


def generate(lock, folder, tables_by_hand):
    """Every generated file, by its path under generated/."""
    needed = dependents.generate(packages.used_for(lock, "dependent actions"), folder)
    files = catalog.generate(packages.used_for(lock, "catalog")[0], folder, needed)
    rules = written.operation_rules(tables_by_hand, catalog.action_names(files["actions.tsv"]))
    prefixes = {row[0]: row[1] for row in tables_by_hand["sdk-services.tsv"].rows}
    files |= operations.generate(packages.used_for(lock, "operations")[0], folder, rules, prefixes)
    names = tables_by_hand["managed-policies.tsv"].column("policy")
    files |= managed.generate(packages.used_for(lock, "managed policies")[0], folder, names)
    return files | {digests.NAME: digests.generate(files, lock_text())}


def offline_check():
    """What can be said without network: the files belong to the lock, and the written tables to the files."""
    files = committed()
    wrong = digests.mismatches(files, lock_text())
    return failed(wrong or list(written.unknown_names(written.read(ROOT / "written"), files)))


def committed():
    """The generated files as they are on disk."""
    paths = [path for path in GENERATED.rglob("*") if path.is_file()]
    return {path.relative_to(GENERATED).as_posix(): path.read_bytes() for path in paths}


def lock_text():
    """The bytes that DIGESTS.tsv proves the generated files to belong to."""
    return (ROOT / "lock.tsv").read_bytes()


def write(stale, new):
    """Write what changed and remove what is no longer generated."""
    for name in stale:
        path = GENERATED / name
        if name in new:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(new[name])
        else:
            path.unlink()


def failed(sentences):
    """Say what is wrong; the exit code."""
    for sentence in sentences:
        print(sentence, file=sys.stderr)
    return 1 if sentences else 0
