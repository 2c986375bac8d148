"""A call as CloudTrail would record it, and records as a trail writes them to its bucket."""

import gzip
import json
import uuid

from calls import arn
from shop import LOG
from stand_in import ACCOUNT, REGION

# Recorded by a trail that is told to record data events of these resource types, and by no other.
DATA_EVENTS = {
    "AWS::S3::Object": {"GetObject", "PutObject", "HeadObject", "CopyObject", "DeleteObject", "GetObjectTagging",
                        "ListObjects"},
    "AWS::DynamoDB::Table": {"GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan", "BatchGetItem",
                             "BatchWriteItem", "TransactWriteItems"},
    "AWS::SQS::Queue": {"SendMessage", "ReceiveMessage", "DeleteMessage", "ChangeMessageVisibility"},
    "AWS::SNS::Topic": {"Publish"},
    "AWS::SNS::PlatformEndpoint": set(),
    "AWS::Lambda::Function": {"Invoke"},
    "AWS::Events::EventBus": {"PutEvents"},
}
NAMES = {"ListObjectsV2": "ListObjects"}
READS = ("Get", "Head", "List", "Describe", "Query", "Scan", "BatchGet", "Decrypt", "Generate")
# What CloudTrail leaves out of the parameters, or hides.
HIDDEN = {"Body", "Item", "Message", "MessageBody", "Detail", "Plaintext", "CiphertextBlob", "ExpressionAttributeValues"}
S3_NAMES = {"Bucket": "bucketName", "Key": "key", "Prefix": "prefix", "CopySource": "x-amz-copy-source"}


def selectors():
    """What the trail is told to record: management events, and the data events above."""

    def select(name, **fields):
        return {"Name": name, "FieldSelectors": [{"Field": field, "Equals": [value]} for field, value in fields.items()]}

    data = [select(kind, **{"eventCategory": "Data", "resources.type": kind}) for kind in DATA_EVENTS]
    return [select("management", eventCategory="Management"), *data]


def started(role, session, time):
    """Lambda takes the role of a function for one of its environments."""
    return {
        "eventVersion": "1.11",
        "userIdentity": {"type": "AWSService", "invokedBy": "lambda.amazonaws.com"},
        **occurrence(time, "sts", "AssumeRole"),
        "sourceIPAddress": "lambda.amazonaws.com",
        "userAgent": "lambda.amazonaws.com",
        "requestParameters": {"roleArn": role["Arn"], "roleSessionName": session["name"]},
        "responseElements": {
            "credentials": {"accessKeyId": session["key"]},
            "assumedRoleUser": {"assumedRoleId": f"{role['RoleId']}:{session['name']}", "arn": assumed(role, session)},
        },
        "readOnly": True,
        "resources": [{"accountId": ACCOUNT, "type": "AWS::IAM::Role", "ARN": role["Arn"]}],
        "managementEvent": True,
        "eventCategory": "Management",
    }


def made(role, session, call, arguments, answer, time):
    """A function makes a call, or Lambda does for its logs. It was answered by a dictionary, or by the code of an error."""
    name = "".join(word.capitalize() for word in call.method.split("_"))
    name = NAMES.get(name, name)
    service = {"stepfunctions": "states"}.get(call.service, call.service)
    kind = next((kind for kind, names in DATA_EVENTS.items() if name in names), None)
    agent = "awslambda-worker/1.0 rusoto/0.48.0 rust/1.87.0 linux"
    if call.service != "logs":
        agent = ("Boto3/1.43.106 md/Botocore#1.43.106 ua/2.1 os/linux#5.10.244-267.968.amzn2.x86_64 md/arch#x86_64 "
                 "lang/python#3.13.7 md/pyimpl#CPython exec-env/AWS_Lambda_python3.13 Botocore/1.43.106")
    return {
        "eventVersion": "1.11",
        "userIdentity": identity(role, session),
        **occurrence(time, service, name),
        "sourceIPAddress": "198.51.100.11",
        "userAgent": agent,
        **({"errorCode": answer} if isinstance(answer, str) else {}),
        "requestParameters": parameters(call, arguments),
        "responseElements": None,
        "readOnly": name.startswith(READS),
        "resources": resources(call.service, arguments, answer, kind),
        "managementEvent": kind is None,
        "eventCategory": "Management" if kind is None else "Data",
        "tlsDetails": {
            "tlsVersion": "TLSv1.3", "cipherSuite": "TLS_AES_128_GCM_SHA256",
            "clientProvidedHostHeader": f"{service}.{REGION}.amazonaws.com"},
    }


def occurrence(time, service, name):
    return {
        "eventTime": f"{time:%Y-%m-%dT%H:%M:%SZ}",
        "eventSource": f"{service}.amazonaws.com",
        "eventName": name,
        "awsRegion": REGION,
        "requestID": str(uuid.uuid4()),
        "eventID": str(uuid.uuid4()),
        "eventType": "AwsApiCall",
        "recipientAccountId": ACCOUNT,
    }


def assumed(role, session):
    return f"arn:aws:sts::{ACCOUNT}:assumed-role/{role['RoleName']}/{session['name']}"


def identity(role, session):
    function = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{session['name']}"
    return {
        "type": "AssumedRole",
        "principalId": f"{role['RoleId']}:{session['name']}",
        "arn": assumed(role, session),
        "accountId": ACCOUNT,
        "accessKeyId": session["key"],
        "sessionContext": {
            "sessionIssuer": {
                "type": "Role", "principalId": role["RoleId"], "arn": role["Arn"], "accountId": ACCOUNT,
                "userName": role["RoleName"]},
            "attributes": {"creationDate": f"{session['since']:%Y-%m-%dT%H:%M:%SZ}", "mfaAuthenticated": "false"},
        },
        "inScopeOf": {
            "sourceArn": function, "sourceAccount": ACCOUNT, "issuerType": "AWS::Lambda::Function",
            "credentialsIssuedTo": function},
    }


def parameters(call, arguments):
    """The arguments as CloudTrail spells them."""
    if call.service == "s3":
        named = {S3_NAMES[name]: value for name, value in arguments.items() if name in S3_NAMES}
        named["Host"] = f"{arguments['Bucket']}.s3.{REGION}.amazonaws.com"
        return {**named, "list-type": "2"} if call.method == "list_objects_v2" else named
    if "TransactItems" in arguments:
        parts = [part for item in arguments["TransactItems"] for part in item.items()]
        return {"requestItems": [{"operation": operation, "tableName": part["TableName"]} for operation, part in parts]}
    return lower(arguments)


def lower(value):
    if isinstance(value, list):
        return [lower(inner) for inner in value]
    if isinstance(value, dict):
        return {name[:1].lower() + name[1:]: lower(inner) for name, inner in value.items() if name not in HIDDEN}
    return value


def resources(service, arguments, answer, kind):
    """What the record says that the call was made on."""

    def listed(kind, *arns):
        return [{"accountId": ACCOUNT, "type": kind, "ARN": arn} for arn in arns]

    if service == "s3":
        bucket = f"arn:aws:s3:::{arguments['Bucket']}"
        where = {"ARN": f"{bucket}/{arguments['Key']}"} if "Key" in arguments else {
            "ARNPrefix": f"{bucket}/{arguments.get('Prefix', '')}"}
        return ([{"type": kind, **where}] if kind else []) + listed("AWS::S3::Bucket", bucket)
    if service == "dynamodb":
        parts = [part for item in arguments.get("TransactItems", []) for part in item.values()]
        tables = {part["TableName"] for part in [arguments, *parts] if "TableName" in part}
        tables = tables or arguments["RequestItems"]
        return listed("AWS::DynamoDB::Table", *(arn("dynamodb", f"table/{table}") for table in sorted(tables)))
    if service == "sqs":
        return listed("AWS::SQS::Queue", arn("sqs", arguments["QueueUrl"].rsplit("/", 1)[1]))
    if service == "sns":
        return listed("AWS::SNS::Topic", arguments["TopicArn"])
    if service == "lambda":
        return listed("AWS::Lambda::Function", arn("lambda", f"function:{arguments['FunctionName']}"))
    return listed("AWS::KMS::Key", answer["KeyId"]) if service == "kms" else None


def file_of(records, time):
    """The key in the bucket of a trail, and the file there."""
    stamp, mark = f"{time:%Y%m%dT%H%MZ}", uuid.uuid4().hex[:16]
    key = f"AWSLogs/{ACCOUNT}/CloudTrail/{REGION}/{time:%Y/%m/%d}/{ACCOUNT}_CloudTrail_{REGION}_{stamp}_{mark}.json.gz"
    return {"Bucket": LOG, "Key": key, "Body": gzip.compress(json.dumps({"Records": records}).encode())}
