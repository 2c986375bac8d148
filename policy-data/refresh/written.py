"""The written tables, and whether what they name exists in the catalog."""

import re
from dataclasses import dataclass
from pathlib import Path

from . import catalog, operations, tables

# How many leading columns are the key, then the columns that name actions, prefixes or one prefix.
TABLES = {
    "conditional-rules.tsv": (1, {"actions": "actions", "prefix": "any prefix"}),
    "context-keys.tsv": (1, {}),
    "data-reads.tsv": (1, {"action": "actions"}),
    "encryption-contexts.tsv": (1, {"service": "prefix"}),
    "error-codes.tsv": (1, {}),
    "escalation-methods.tsv": (1, {"requires": "required actions"}),
    "event-names.tsv": (2, {"prefix": "prefix"}),
    "event-sources.tsv": (1, {"IAM prefixes": "prefixes"}),
    "families.tsv": (1, {"actions": "actions", "prefix": "prefix"}),
    "global-services.tsv": (1, {"prefix": "prefix"}),
    "lambda-configuration.tsv": (2, {"actions": "actions"}),
    "lambda-runtimes.tsv": (1, {}),
    "managed-policies.tsv": (1, {}),
    "managed-policy-paths.tsv": (1, {}),
    "no-permission.tsv": (2, {"prefix": "prefix"}),
    "observability.tsv": (1, {"action": "actions"}),
    "operations.tsv": (2, {"actions": "actions", "prefix": "prefix"}),
    "parameters.tsv": (2, {"prefix": "any prefix"}),
    "parse-rules.tsv": (1, {"prefix": "any prefix"}),
    "partly-observable.tsv": (1, {"action": "actions"}),
    "pass-role.tsv": (1, {"prefix": "prefix"}),
    "placeholder-values.tsv": (3, {"prefix": "prefix"}),
    "risk-weights.tsv": (2, {}),
    "sam-connectors.tsv": (4, {}),
    "sam-policy-templates.tsv": (2, {}),
    "sdk-services.tsv": (1, {"IAM prefix": "prefix"}),
    "service-calls.tsv": (1, {"actions": "actions", "prefix": "prefix"}),
    "template-references.tsv": (2, {}),
}


@dataclass(frozen=True)
class Table:
    """One written table."""

    name: str
    columns: list
    rows: list

    def column(self, name):
        """The values of one column, in the order of the rows."""
        return [row[self.columns.index(name)] for row in self.rows]


def read(folder):
    """Every written table by name; each is refused unless its format is right and its last column is the source."""
    found = {path.name for path in Path(folder).iterdir()}
    if found != set(TABLES):
        raise tables.Malformed(f"{folder}: expected {sorted(TABLES)}, found {sorted(found)}")
    read_tables = {name: Table(name, *tables.read(Path(folder) / name, keys)) for name, (keys, _) in TABLES.items()}
    for table in read_tables.values():
        keys = [tables.sort_key(row, TABLES[table.name][0])[0] for row in table.rows]
        if table.columns[-1] != "source" or len(set(keys)) != len(keys):
            raise tables.Malformed(f"{table.name}: the last column must be the source, and a key must stand once")
    return read_tables


def unknown_names(written, generated):
    """What the written tables name and the catalog does not hold, one sentence each."""
    actions = catalog.action_names(generated["actions.tsv"])
    prefixes = {row[0] for row in tables.parse(generated["services.tsv"].decode(), "services.tsv")[1]}
    for name, (_, kinds) in TABLES.items():
        for column, kind in kinds.items():
            for value in written[name].column(column):
                for word in unknown_words(value, kind, actions, prefixes):
                    yield f"written/{name} names {word}, which the catalog does not hold"
    yield from unknown_placeholders(written["parameters.tsv"], placeholders(generated))
    yield from unknown_placeholders(written["placeholder-values.tsv"], placeholders(generated))


def unknown_words(value, kind, actions, prefixes):
    """The words of one value that are no action, or no prefix."""
    if kind == "required actions":
        value, kind = re.sub(r"\([^)]*\)|@\S+", "", value), "actions"
    if kind == "actions":
        return [word for word in tables.unwords(value) if not known_action(word, actions, prefixes)]
    allowed = prefixes | {"*"} if kind == "any prefix" else prefixes
    return [word for word in tables.unwords(value) if word not in allowed]


def known_action(word, actions, prefixes):
    """An action in the catalog's own spelling, or a whole service."""
    prefix, _, name = word.partition(":")
    return prefix in prefixes if name == "*" else actions.get(word.lower()) == word


def placeholders(generated):
    """The placeholders of each service's ARN templates, and those of the paths that API Gateway's ARNs hold."""
    held = {}
    for prefix, _, template in tables.parse(generated["resource-types.tsv"].decode(), "resource-types.tsv")[1]:
        held.setdefault(prefix, set()).update(re.findall(r"\$\{([^}]+)\}", template))
    paths = tables.parse(generated["apigateway-operations.tsv"].decode(), "apigateway-operations.tsv")[1]
    held["apigateway"].update(name for *_, path in paths for name in re.findall(r"\{([^}]+)\}", path))
    return held


def unknown_placeholders(table, held):
    """Placeholders that stand in no ARN template of their service."""
    for prefix, placeholder, *_ in table.rows:
        known = set().union(*held.values()) if prefix == "*" else held.get(prefix, set())
        if placeholder not in known:
            yield f"written/{table.name} names {prefix} ${{{placeholder}}}, which no ARN template holds"


def operation_rules(written, actions):
    """The rules that decide operations: a family maps the operations that it names, and `*` names none."""
    named = {f"{row[0]}:{row[1]}".lower() for row in written["operations.tsv"].rows}
    families = written["families.tsv"]
    for prefix, listed in zip(families.column("prefix"), families.column("operations")):
        named.update(f"{prefix}:{operation}".lower() for operation in tables.unwords(listed) if operation != "*")
    without = {f"{row[0]}:{row[1]}".lower() for row in written["no-permission.tsv"].rows}
    return operations.Rules(actions, named, without)
