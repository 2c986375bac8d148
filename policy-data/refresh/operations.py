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
        shape = model["shapes"].get(operation.get("input", {}).get("shape"), {})
        kinds = {member: model["shapes"][held["shape"]]["type"] for member, held in shape.get("members", {}).items()}
        members = [member + MARKS[kinds[member]] for member in sorted(kinds) if kinds[member] in MARKS]
        members = [member for member in members if member.rstrip("[]").lower() not in SILENT]
        yield service, name, prefix, tables.words(members)


def iam_prefix(service, model, prefixes):
    """The prefix of the service's actions."""
    metadata = model["metadata"]
    return prefixes.get(service) or metadata.get("signingName") or metadata["endpointPrefix"]
