"""What a refresh changes, and what it refuses to change without being asked."""

import re

from . import tables

SHRINK = 0.005
COUNTED = ("actions.tsv", "condition-keys.tsv", "resource-types.tsv", "services.tsv")
VERSION = re.compile(r"\.v\d+\.json$")


def report(old, new):
    """One line a change, grouped by table."""
    yield from keyed(old, new, "services.tsv", 1)
    yield from keyed(old, new, "actions.tsv", 1)
    yield from keyed(old, new, "resource-types.tsv", 3)
    yield from keyed(old, new, "condition-keys.tsv", 2)
    yield from keyed(old, new, "apigateway-operations.tsv", 2)
    yield from keyed(old, new, "operations-unmapped.tsv", 2)
    for policy, reason in managed_changes(old, new):
        yield f"managed policy {policy}: {reason}"


def keyed(old, new, name, keys):
    """Rows added, gone and changed in one table; a table that is new is one line."""
    if name not in old:
        yield f"{name}: new"
        return
    columns, before = rows_by_key(old, name, keys)
    _, after = rows_by_key(new, name, keys)
    for key in sorted(set(after) - set(before)):
        yield f"{name}: added {' '.join(key)}"
    for key in sorted(set(before) - set(after)):
        yield f"{name}: gone {' '.join(key)}"
    for key in sorted(key for key in set(before) & set(after) if before[key] != after[key]):
        yield f"{name}: {' '.join(key)}: {difference(columns, before[key], after[key])}"


def rows_by_key(files, name, keys):
    """The columns of a table and its rows by key; empty where the table is not there yet."""
    if name not in files:
        return [], {}
    columns, rows = tables.parse(files[name].decode(), name)
    return columns, {row[:keys]: row for row in rows}


def difference(columns, before, after):
    """The columns in which two rows differ."""
    pairs = zip(columns, before, after)
    return "; ".join(f"{column} was {left}, is {right}" for column, left, right in pairs if left != right)


def managed_changes(old, new):
    """The managed policies whose document is not the committed one; nothing on the first run."""
    before, after = documents(old), documents(new)
    if not before:
        return
    for policy in sorted(set(before) | set(after)):
        if before.get(policy) != after.get(policy):
            yield policy, "document changed" if policy in before and policy in after else "added or gone"


def documents(files):
    """Policy documents by policy name, without the version."""
    policies = {name: text for name, text in files.items() if name.startswith("managed-policies/")}
    return {VERSION.sub("", name.removeprefix("managed-policies/")): text for name, text in policies.items()}


def refusals(old, new, accept_managed):
    """Why the refresh must not be taken as it is."""
    for name in COUNTED:
        before, after = count(old, name), count(new, name)
        if after < before * (1 - SHRINK):
            yield f"{name} shrank from {before} to {after} rows, by more than {SHRINK:.1%}"
    before, after = dependent_pairs(old), dependent_pairs(new)
    if after < before * (1 - SHRINK):
        yield f"dependent actions shrank from {before} to {after} pairs, by more than {SHRINK:.1%}"
    if not accept_managed:
        for policy, reason in managed_changes(old, new):
            advice = "check written/lambda-configuration.tsv, then pass --accept-managed"
            yield f"managed policy {policy}: {reason}; {advice}"


def count(files, name):
    """The rows of a table."""
    return len(rows_by_key(files, name, 1000)[1])


def dependent_pairs(files):
    """How many dependent actions are listed in all."""
    return sum(len(tables.unwords(row[3])) for row in rows_by_key(files, "actions.tsv", 1)[1].values())
