"""Operations, from botocore: API Gateway's verbs and URIs, and the operations that no rule turns into an action."""

import re
from dataclasses import dataclass

from . import packages, tables

GATEWAYS = {"apigateway": "v1", "apigatewayv2": "v2"}
LAMBDA_SERVICES = """
    apigateway apigatewaymanagementapi apigatewayv2 appconfig appconfigdata application-autoscaling appsync athena
    autoscaling backup batch bedrock bedrock-agent bedrock-agent-runtime bedrock-runtime cloudformation cloudwatch
    codebuild cognito-identity cognito-idp comprehend dynamodb dynamodbstreams ec2 ecr ecs elasticache events firehose
    glue iam iot iot-data keyspaces kinesis kms lambda location logs mediaconvert opensearch opensearchserverless
    organizations pinpoint pipes polly rds rds-data redshift-data rekognition s3 s3control
    s3tables sagemaker-runtime scheduler secretsmanager ses sesv2 sns sqs ssm stepfunctions sts textract transcribe
    translate wafv2 xray
""".split()
"""The services that code in Lambda functions calls, by botocore's names; the resources of their calls are measured."""
MARKS = {"string": "", "list": "[]", "map": "[]", "structure": "{}"}
NAMING = re.compile(r"(arns?|ids?|identifiers?|names?|statement|copyfrom|version(number)?)$", re.IGNORECASE)
"""How members are called that name something, below the top and among numbers."""
DEPTH = 2
"""How many structures below the input's own are looked into: deeper ones name parts of what is made."""
SILENT = set(
    """clientrequesttoken clienttoken description expectedbucketowner filters marker nexttoken tagkeys tags
    tagspecifications""".split()
)
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
    """The three tables, by file name; `prefixes` holds the services whose IAM prefix botocore does not tell."""
    models = latest_models(package, folder)
    known = dict(models)
    gateway = [row for service, version in GATEWAYS.items() for row in gateway_rows(models.pop(service), version)]
    unmapped = [row for service, model in models.items() for row in unmapped_rows(service, model, rules, prefixes)]
    members = [row for service in LAMBDA_SERVICES for row in member_rows(service, known[service], prefixes)]
    columns = ["operation", "API version", "HTTP verb", "request URI"]
    return {
        "operations.tsv": tables.render(["botocore service", "operation", "prefix", "input members"], members, 2),
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
    prefix = iam_prefix(service, model, prefixes)
    return [(prefix, name) for name in model["operations"] if not rules.maps(prefix, name)]


def member_rows(service, model, prefixes):
    """One row an operation: the members of its input that can name something, `[]` after a list or a map."""
    prefix = iam_prefix(service, model, prefixes)
    for name, operation in model["operations"].items():
        shape = operation.get("input", {}).get("shape")
        held = model["shapes"][shape].get("members", {}) if shape else {}
        members = [word for member in sorted(held) for word in words(model["shapes"], member, held[member]["shape"])]
        yield service, name, prefix, tables.words(members)


def words(shapes, member, shape):
    """A member of an input: itself, or the members below it that name something, as `Outer.Inner`."""
    kind = shapes[shape]["type"]
    if member.lower() in SILENT or (kind not in MARKS and not is_version(member, kind)):
        return []
    return inner(shapes, member, shape, DEPTH) or [member + MARKS.get(kind, "#")]


def inner(shapes, path, shape, depth):
    """The members below a structure, or below a list of structures, that name something."""
    if shapes[shape]["type"] == "list":
        path, shape = f"{path}[]", shapes[shape]["member"]["shape"]
    found = []
    for member, held in sorted(shapes[shape].get("members", {}).items()) if depth else []:
        kind = shapes[held["shape"]]["type"]
        if kind == "string" and NAMING.search(member):
            found.append(f"{path}.{member}")
        elif kind in ("structure", "list") and member.lower() not in SILENT:
            found += inner(shapes, f"{path}.{member}", held["shape"], depth - 1)
    return found


def is_version(member, kind):
    """Whether a number tells which version of something is meant."""
    return kind in ("integer", "long") and member.lower().endswith(("version", "versionnumber"))


def iam_prefix(service, model, prefixes):
    """The prefix of the service's actions."""
    metadata = model["metadata"]
    return prefixes.get(service) or metadata.get("signingName") or metadata["endpointPrefix"]
