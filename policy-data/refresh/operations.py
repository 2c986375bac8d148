"""Operations, from botocore: API Gateway's verbs and URIs, and the operations that no rule turns into an action."""

import re
from dataclasses import dataclass

from . import packages, tables

GATEWAYS = {"apigateway": "v1", "apigatewayv2": "v2"}
VERSION_SUFFIX = re.compile(r"(\d{4}_?\d{2}_?\d{2})(v\d+)?$")


@dataclass(frozen=True)
class Rules:
    """What the written tables and the catalog say about operations; all keys lowercased."""

    actions: dict
    operations: set
    no_permission: set

    def maps(self, prefix, operation):
        """Whether some rule decides the operation, with or without the version in its name."""
        names = {operation, VERSION_SUFFIX.sub("", operation)}
        return any(self.decides(f"{prefix}:{name}".lower()) for name in names)

    def decides(self, key):
        """Whether some rule decides exactly this `prefix:operation`."""
        return key in self.no_permission or key in self.operations or key in self.actions


def generate(package, folder, rules, prefixes):
    """The two tables, by file name; `prefixes` holds the services whose IAM prefix botocore does not tell."""
    models = latest_models(package, folder)
    gateway = [row for service, version in GATEWAYS.items() for row in gateway_rows(models.pop(service), version)]
    unmapped = [row for service, model in models.items() for row in unmapped_rows(service, model, rules, prefixes)]
    columns = ["operation", "API version", "HTTP verb", "request URI"]
    return {
        "apigateway-operations.tsv": tables.render(columns, gateway, 2),
        "operations-unmapped.tsv": tables.render(["prefix", "operation"], unmapped, 2),
    }


def latest_models(package, folder):
    """The model of every service, in its newest API version."""
    models = {}
    for path, model in packages.wheel_json(package, folder, "botocore/data/"):
        parts = path.split("/")
        if len(parts) == 3 and parts[2].startswith("service-2.json"):
            models[parts[0]] = model
    return models


def gateway_rows(model, version):
    """One row an operation of API Gateway."""
    for name, operation in model["operations"].items():
        yield name, version, operation["http"]["method"], operation["http"]["requestUri"]


def unmapped_rows(service, model, rules, prefixes):
    """One row an operation of the service that no rule decides."""
    metadata = model["metadata"]
    prefix = prefixes.get(service) or metadata.get("signingName") or metadata["endpointPrefix"]
    return [(prefix, name) for name in model["operations"] if not rules.maps(prefix, name)]
