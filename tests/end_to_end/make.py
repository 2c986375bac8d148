"""Makes in an account what the shop has."""

import io
import json
import zipfile

from calls import policy
from shop import LOG, PRICES, RECEIPTS, ROLES
from stand_in import REGION


def make(client):
    """Makes all that is there, and says what `{key}` and its like stand for."""
    for bucket in [PRICES, RECEIPTS, LOG]:
        client("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    for bucket, name in [(PRICES, "current/list.json"), (RECEIPTS, "receipts/total.json")]:
        client("s3").put_object(Bucket=bucket, Key=name, Body=b"{}")
    for table in ["orders", "stock", "parcels", "old-orders"]:
        indexes = {"orders": ["by-day", "by-state"]}.get(table, [])
        make_table(client("dynamodb"), table, indexes)
    for name in ["orders", "parcels", "returns"]:
        client("sqs").create_queue(QueueName=name)
    for name in ["ordered", "returned"]:
        client("sns").create_topic(Name=name)
    for name in ["shop/database", "shop/bank"]:
        client("secretsmanager").create_secret(Name=name, SecretString="secret")
    for name in ["/shop/currency", "/shop/carrier", "/shop/admin-password"]:
        client("ssm").put_parameter(Name=name, Value="value", Type="String")
    client("events").create_event_bus(Name="shop")
    client("logs").create_log_group(logGroupName="/shop/audit")
    make_functions(client)
    stream = client("dynamodbstreams").list_streams(TableName="parcels")["Streams"][0]["StreamArn"]
    shard = client("dynamodbstreams").describe_stream(StreamArn=stream)["StreamDescription"]["Shards"][0]["ShardId"]
    kms = client("kms")
    keys = [kms.create_key()["KeyMetadata"]["Arn"] for _ in range(2)]
    sealed = [kms.encrypt(KeyId=key, Plaintext=b"1")["CiphertextBlob"] for key in keys]
    return {"{stream}": stream, "{shard}": shard, "{key}": keys[0], "{other key}": keys[1],
            "{sealed}": sealed[0], "{otherwise sealed}": sealed[1]}


def make_table(dynamodb, name, indexes):
    def keys(attribute):
        return [{"AttributeName": attribute, "KeyType": "HASH"}]

    attributes = [{"AttributeName": name, "AttributeType": "S"} for name in (["id", "day"] if indexes else ["id"])]
    all_of_it = {"ProjectionType": "ALL"}
    indexes = [{"IndexName": index, "KeySchema": keys("day"), "Projection": all_of_it} for index in indexes]
    more = {"GlobalSecondaryIndexes": indexes} if indexes else {}
    if name == "parcels":
        more = {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}}
    dynamodb.create_table(
        TableName=name, KeySchema=keys("id"), AttributeDefinitions=attributes, BillingMode="PAY_PER_REQUEST", **more)


def make_functions(client):
    """The roles, each with its function, what invokes the last one daily, and two state machines."""
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("main.py", "def handler(event, context): pass")
    for role in ROLES:
        made = client("iam").create_role(RoleName=role.name, AssumeRolePolicyDocument=json.dumps(policy(trust)))
        function = client("lambda").create_function(
            FunctionName=role.function, Runtime="python3.13", Role=made["Role"]["Arn"], Handler="main.handler",
            Code={"ZipFile": code.getvalue()})
    daily = "rate(1 day)"
    client("events").put_rule(Name="daily", ScheduleExpression=daily)
    client("events").put_targets(Rule="daily", Targets=[{"Id": "1", "Arn": function["FunctionArn"]}])
    client("scheduler").create_schedule(
        Name="daily", ScheduleExpression=daily, FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": function["FunctionArn"], "RoleArn": made["Role"]["Arn"]})
    definition = json.dumps({"StartAt": "End", "States": {"End": {"Type": "Succeed"}}})
    for name in ["month", "year"]:
        client("stepfunctions").create_state_machine(
            name=name, definition=definition, roleArn=made["Role"]["Arn"])
