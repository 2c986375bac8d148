"""A shop on AWS: its three roles under broad policies, and the calls of their functions.

In a call, `{day}` stands for a date, for what is done anew every day, and `{key}` and its like for what AWS alone can name.
"""

from calls import Role, allow, arn, call, deny, policy
from stand_in import ACCOUNT, REGION

PRICES, RECEIPTS, LOG = "shop-prices", "shop-receipts", "shop-trail"
ORDERED, RETURNED = arn("sns", "ordered"), arn("sns", "returned")


def queue(name):
    return f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{name}"


LOGGED = {"timestamp": 1, "message": "START"}


def logs(function):
    """What Lambda itself does with the role of a function, whenever it starts one."""
    group, stream = f"/aws/lambda/{function}", "{day}/[$LATEST]"
    return [
        call("logs", "create_log_group", logGroupName=group, ends_with="ResourceAlreadyExistsException"),
        call("logs", "create_log_stream", logGroupName=group, logStreamName=stream,
             ends_with="ResourceAlreadyExistsException"),
        call("logs", "put_log_events", unlogged=True, logGroupName=group, logStreamName=stream, logEvents=[LOGGED]),
    ]


ACCESS_POINTS = {"arn:*:s3:*:*:accesspoint/*": "use through access points is not recorded here, and there are none"}


def key(number):
    return {"id": {"S": number}}


def item(number):
    return {**key(number), "day": {"S": "{day}"}}


OF_DAY = {"KeyConditionExpression": "#d = :d", "ExpressionAttributeNames": {"#d": "day"},
          "ExpressionAttributeValues": {":d": {"S": "{day}"}}}

TAKE_ORDER = Role(
    "take-order-role",
    "take-order",
    {"everything": policy(
        allow(["s3:*", "dynamodb:*", "sqs:*", "sns:*"]), allow(["secretsmanager:*", "logs:*", "kms:*"]))},
    [
        call("secretsmanager", "get_secret_value", SecretId="shop/database"),
        call("dynamodb", "get_item", TableName="orders", Key=key("1")),
        call("dynamodb", "put_item", TableName="orders", Item=item("2")),
        call("dynamodb", "query", TableName="orders", IndexName="by-day", **OF_DAY),
        call("dynamodb", "transact_write_items", TransactItems=[
            {"Update": {"TableName": "stock", "Key": key("1"), "UpdateExpression": "ADD n :n",
                        "ExpressionAttributeValues": {":n": {"N": "-1"}}}},
            {"Put": {"TableName": "orders", "Item": item("3")}}]),
        call("s3", "get_object", Bucket=PRICES, Key="current/list.json"),
        call("s3", "put_object", Bucket=RECEIPTS, Key="receipts/{day}.json", Body=b"{}"),
        call("s3", "list_multipart_uploads", unlogged=True, Bucket=RECEIPTS),
        call("sqs", "send_message", QueueUrl=queue("orders"), MessageBody="1"),
        call("sns", "publish", TopicArn=ORDERED, Message="1"),
        call("kms", "generate_data_key", KeyId="{key}", KeySpec="AES_256"),
        *logs("take-order"),
    ],
    [
        call("secretsmanager", "get_secret_value", SecretId="shop/bank"),
        call("secretsmanager", "describe_secret", SecretId="shop/database"),
        call("dynamodb", "get_item", TableName="stock", Key=key("1")),
        call("dynamodb", "delete_item", TableName="orders", Key=key("9")),
        call("dynamodb", "query", TableName="orders", IndexName="by-state", **OF_DAY),
        call("dynamodb", "scan", TableName="orders"),
        call("dynamodb", "transact_write_items", TransactItems=[
            {"Put": {"TableName": "orders", "Item": item("3")}}, {"Delete": {"TableName": "stock", "Key": key("9")}}]),
        call("s3", "get_object", Bucket=RECEIPTS, Key="receipts/total.json"),
        call("s3", "put_object", Bucket=PRICES, Key="current/list.json", Body=b"0"),
        call("s3", "put_object", Bucket=RECEIPTS, Key="receipts/all.json", Body=b"0"),
        call("s3", "list_objects_v2", Bucket=PRICES),
        call("s3", "delete_object", Bucket=RECEIPTS, Key="receipts/2026-01-01.json"),
        call("sqs", "send_message", QueueUrl=queue("returns"), MessageBody="1"),
        call("sqs", "receive_message", QueueUrl=queue("orders")),
        call("kms", "generate_data_key", KeyId="{other key}", KeySpec="AES_256"),
        call("kms", "encrypt", KeyId="{key}", Plaintext=b"1"),
        call("logs", "create_log_stream", logGroupName="/shop/audit", logStreamName="1"),
    ],
    # That it sends no text messages is not known, and the permission for these is one on everything.
    unseen=[call("sns", "publish", TopicArn=RETURNED, Message="1")],
    unasked=ACCESS_POINTS,
)

REPORT = Role(
    "report-role",
    "report",
    {
        "data": policy(allow(["s3:*", "dynamodb:*"]), allow(["ssm:*", "logs:*"]), allow("sns:*", "arn:aws:sns:*:*:*")),
        "calls": policy(allow(["lambda:*", "events:*", "states:*"])),
    },
    [
        call("ssm", "get_parameter", Name="/shop/currency"),
        call("dynamodb", "scan", TableName="stock"),
        call("dynamodb", "batch_get_item", RequestItems={
            "orders": {"Keys": [key("1")]}, "parcels": {"Keys": [key("1")]}}),
        call("dynamodb", "describe_table", TableName="orders"),
        call("s3", "list_objects_v2", Bucket=RECEIPTS, Prefix="receipts/"),
        call("s3", "head_object", Bucket=RECEIPTS, Key="receipts/total.json"),
        call("s3", "get_bucket_location", Bucket=RECEIPTS),
        call("s3", "copy_object", Bucket=PRICES, Key="current/copy.json",
             CopySource=f"{RECEIPTS}/receipts/total.json"),
        call("s3", "delete_object", Bucket=PRICES, Key="current/old.json"),
        call("sns", "publish", TopicArn=ORDERED, Message="1"),
        call("events", "put_events", Entries=[
            {"Source": "shop", "DetailType": "report", "Detail": "{}", "EventBusName": "shop"}]),
        call("lambda", "invoke", FunctionName="send-parcel", InvocationType="DryRun"),
        call("stepfunctions", "start_execution", stateMachineArn=arn("states", "stateMachine:month")),
        call("s3", "list_multipart_uploads", unlogged=True, Bucket=PRICES),
        *logs("report"),
    ],
    [
        call("ssm", "get_parameter", Name="/shop/admin-password"),
        call("ssm", "put_parameter", Name="/shop/currency", Value="EUR", Type="String", Overwrite=True),
        call("dynamodb", "scan", TableName="orders"),
        call("dynamodb", "batch_get_item", RequestItems={
            "orders": {"Keys": [key("1")]}, "stock": {"Keys": [key("1")]}}),
        call("dynamodb", "update_item", TableName="stock", Key=key("9")),
        call("dynamodb", "delete_table", TableName="old-orders"),
        call("s3", "list_objects_v2", Bucket=PRICES),
        call("s3", "get_object", Bucket=PRICES, Key="current/list.json"),
        call("s3", "copy_object", Bucket=PRICES, Key="current/copy.json", CopySource=f"{PRICES}/current/list.json"),
        call("s3", "copy_object", Bucket=RECEIPTS, Key="receipts/copy.json",
             CopySource=f"{RECEIPTS}/receipts/total.json"),
        call("s3", "delete_object", Bucket=PRICES, Key="current/list.txt"),
        call("s3", "put_bucket_versioning", Bucket=PRICES, VersioningConfiguration={"Status": "Suspended"}),
        call("sns", "publish", TopicArn=RETURNED, Message="1"),
        call("events", "put_events", Entries=[{"Source": "shop", "DetailType": "report", "Detail": "{}"}]),
        call("lambda", "get_function", FunctionName="send-parcel"),
        call("stepfunctions", "start_execution", stateMachineArn=arn("states", "stateMachine:year")),
        call("stepfunctions", "describe_state_machine", stateMachineArn=arn("states", "stateMachine:month")),
    ],
    managed=frozenset(["calls"]),
    # That it invokes no function for a stream of answers is not known: InvokeWithResponseStream is never logged.
    unseen=[call("lambda", "invoke", FunctionName="take-order", InvocationType="DryRun")],
    unasked=ACCESS_POINTS,
)

SEND_PARCEL = Role(
    "send-parcel-role",
    "send-parcel",
    {
        "work": policy(
            allow(["ssm:*", "dynamodb:*", "kms:*", "logs:*"]),
            allow("sqs:*", Condition={"StringEquals": {"aws:RequestedRegion": REGION}}),
            {"Effect": "Allow", "NotAction": ["s3:DeleteBucket*", "s3:PutBucket*"], "Resource": "arn:aws:s3:::shop-*"}),
        "guard": policy(
            deny("*", Sid="NearOnly", Condition={"StringNotEquals": {"aws:RequestedRegion": [REGION, "eu-west-1"]}}),
            deny(["s3:DeleteObject", "dynamodb:DeleteTable"], Sid="Keep"),
            deny("s3:ListBucket", f"arn:aws:s3:::{RECEIPTS}", Sid="ReceiptsOnly",
                 Condition={"StringNotLike": {"s3:prefix": ["receipts/*"]}})),
    },
    [
        call("sqs", "receive_message", QueueUrl=queue("parcels")),
        call("sqs", "change_message_visibility", ends_with="ReceiptHandleIsInvalid", QueueUrl=queue("parcels"),
             ReceiptHandle="of another day", VisibilityTimeout=30),
        call("sqs", "get_queue_attributes", QueueUrl=queue("parcels"),
             AttributeNames=["ApproximateNumberOfMessages"]),
        call("kms", "decrypt", CiphertextBlob="{sealed}"),
        call("ssm", "get_parameter", Name="/shop/carrier"),
        call("dynamodb", "update_item", TableName="parcels", Key=key("1")),
        call("dynamodb", "batch_write_item", RequestItems={"parcels": [{"PutRequest": {"Item": item("2")}}]}),
        call("s3", "list_objects_v2", Bucket=RECEIPTS, Prefix="receipts/"),
        call("s3", "get_object", Bucket=RECEIPTS, Key="receipts/{day}.json"),
        call("s3", "get_object_tagging", Bucket=PRICES, Key="current/list.json"),
        call("s3", "list_multipart_uploads", unlogged=True, Bucket=RECEIPTS),
        call("dynamodbstreams", "get_shard_iterator", unlogged=True, StreamArn="{stream}", ShardId="{shard}",
             ShardIteratorType="LATEST"),
        *logs("send-parcel"),
    ],
    [
        call("sqs", "receive_message", QueueUrl=queue("orders")),
        call("sqs", "send_message", QueueUrl=queue("parcels"), MessageBody="1"),
        call("sqs", "purge_queue", QueueUrl=queue("returns")),
        call("kms", "decrypt", CiphertextBlob="{otherwise sealed}"),
        call("kms", "encrypt", KeyId="{key}", Plaintext=b"1"),
        call("ssm", "get_parameter", Name="/shop/admin-password"),
        call("dynamodb", "update_item", TableName="orders", Key=key("1")),
        call("dynamodb", "get_item", TableName="parcels", Key=key("1")),
        call("s3", "list_objects_v2", Bucket=PRICES),
        call("s3", "get_object", Bucket=RECEIPTS, Key="receipts/total.json"),
        call("s3", "get_object", Bucket=PRICES, Key="current/list.json"),
        call("s3", "put_object", Bucket=RECEIPTS, Key="receipts/{day}.json", Body=b"0"),
        call("dynamodb", "list_tables", region="eu-west-1"),
    ],
    refused=[
        call("s3", "list_objects_v2", Bucket=RECEIPTS, Prefix="receipt"),
        call("s3", "delete_object", Bucket=RECEIPTS, Key="receipts/total.json"),
        call("logs", "put_log_events", region="us-east-1", ends_with="ResourceNotFoundException",
             logGroupName="/aws/lambda/send-parcel", logStreamName="1", logEvents=[LOGGED]),
    ],
    unasked={"Keep": "nothing that it denies is granted any more"},
)

ROLES = [TAKE_ORDER, REPORT, SEND_PARCEL]
