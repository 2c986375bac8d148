//! What the functions of the generated account do.

/// One kind of call. In its texts `<r>` stands for the resource's number, `<f>` for the function's name.
pub(crate) struct Call {
    pub(crate) source: &'static str,
    pub(crate) name: &'static str,
    /// `requestParameters`.
    pub(crate) request: &'static str,
    /// `resources`, if the service writes them.
    pub(crate) resources: Option<&'static str>,
    /// How many resources there are to call.
    pub(crate) resource_count: u64,
}

const fn call(
    (source, name): (&'static str, &'static str),
    request: &'static str,
    resources: Option<&'static str>,
    resource_count: u64,
) -> Call {
    Call {
        source,
        name,
        request,
        resources,
        resource_count,
    }
}

const KEY: Option<&str> = Some(
    r#"[{"accountId":"123456789012","type":"AWS::KMS::Key","ARN":"arn:aws:kms:eu-central-1:123456789012:key/5f0e2c1a-0000-4000-8000-<r>"}]"#,
);
const PARAMETER: Option<&str> = Some(
    r#"[{"accountId":"123456789012","ARN":"arn:aws:ssm:eu-central-1:123456789012:parameter/shop/config/<r>"}]"#,
);
const TABLE: Option<&str> = Some(
    r#"[{"accountId":"123456789012","type":"AWS::DynamoDB::Table","ARN":"arn:aws:dynamodb:eu-central-1:123456789012:table/shop-<r>"}]"#,
);
const OBJECT: Option<&str> = Some(
    r#"[{"type":"AWS::S3::Object","ARN":"arn:aws:s3:::shop-documents/<f>/2026/10/order-<r>.json"},{"accountId":"123456789012","type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::shop-documents"}]"#,
);
const QUEUE: Option<&str> = Some(
    r#"[{"accountId":"123456789012","type":"AWS::SQS::Queue","ARN":"arn:aws:sqs:eu-central-1:123456789012:shop-<r>"}]"#,
);
const QUEUE_URL: &str = r#"{"queueUrl":"https://sqs.eu-central-1.amazonaws.com/123456789012/shop-<r>","messageBody":"HIDDEN_DUE_TO_SECURITY_REASONS"}"#;
const ITEM: &str = r#"{"tableName":"shop-<r>","key":{"pk":"order"},"returnConsumedCapacity":"NONE","consistentRead":false}"#;
const OBJECT_OF: &str = r#"{"bucketName":"shop-documents","Host":"shop-documents.s3.eu-central-1.amazonaws.com","key":"<f>/2026/10/order-<r>.json"}"#;

/// Every kind of call, management events and data events mixed.
pub(crate) const CALLS: [Call; 26] = [
    call(
        ("kms", "Decrypt"),
        r#"{"encryptionContext":{"SecretARN":"arn:aws:secretsmanager:eu-central-1:123456789012:secret:shop/<r>-AbCdEf"},"encryptionAlgorithm":"SYMMETRIC_DEFAULT"}"#,
        KEY,
        6,
    ),
    call(
        ("logs", "CreateLogStream"),
        r#"{"logGroupName":"/aws/lambda/<f>","logStreamName":"2026/10/02/[$LATEST]0f8e<r>"}"#,
        None,
        5_000,
    ),
    call(
        ("secretsmanager", "GetSecretValue"),
        r#"{"secretId":"shop/<r>"}"#,
        None,
        8,
    ),
    call(
        ("ssm", "GetParameter"),
        r#"{"name":"/shop/config/<r>","withDecryption":true}"#,
        PARAMETER,
        40,
    ),
    call(
        ("ssm", "GetParametersByPath"),
        r#"{"path":"/shop/config/","recursive":true}"#,
        None,
        1,
    ),
    call(("dynamodb", "GetItem"), ITEM, TABLE, 12),
    call(("dynamodb", "PutItem"), ITEM, TABLE, 12),
    call(("dynamodb", "Query"), ITEM, TABLE, 12),
    call(
        ("dynamodb", "DescribeTable"),
        r#"{"tableName":"shop-<r>"}"#,
        TABLE,
        12,
    ),
    call(("s3", "GetObject"), OBJECT_OF, OBJECT, 2_000),
    call(("s3", "PutObject"), OBJECT_OF, OBJECT, 400),
    call(
        ("s3", "ListObjects"),
        r#"{"bucketName":"shop-documents","prefix":"<f>/","list-type":"2"}"#,
        None,
        1,
    ),
    call(("sqs", "SendMessage"), QUEUE_URL, QUEUE, 20),
    call(("sqs", "ReceiveMessage"), QUEUE_URL, QUEUE, 4),
    call(("sqs", "DeleteMessage"), QUEUE_URL, QUEUE, 4),
    call(
        ("sns", "Publish"),
        r#"{"topicArn":"arn:aws:sns:eu-central-1:123456789012:shop-<r>"}"#,
        None,
        10,
    ),
    call(
        ("lambda", "Invoke"),
        r#"{"functionName":"shop-<r>","invocationType":"RequestResponse"}"#,
        None,
        15,
    ),
    call(
        ("lambda", "ListFunctions20150331"),
        r#"{"maxItems":50}"#,
        None,
        1,
    ),
    call(
        ("states", "StartExecution"),
        r#"{"stateMachineArn":"arn:aws:states:eu-central-1:123456789012:stateMachine:shop-<r>","input":"HIDDEN_DUE_TO_SECURITY_REASONS"}"#,
        None,
        5,
    ),
    call(
        ("ec2", "DescribeInstances"),
        r#"{"instancesSet":{"items":[{"instanceId":"i-0<r>"}]},"filterSet":{}}"#,
        None,
        50,
    ),
    call(
        ("ec2", "CreateTags"),
        r#"{"resourcesSet":{"items":[{"resourceId":"i-0<r>"}]},"tagSet":{"items":[{"key":"seen","value":"1"}]}}"#,
        None,
        50,
    ),
    call(
        ("monitoring", "PutMetricData"),
        r#"{"namespace":"Shop"}"#,
        None,
        1,
    ),
    call(
        ("cognito-idp", "AdminGetUser"),
        r#"{"userPoolId":"eu-central-1_Shop<r>","username":"HIDDEN_DUE_TO_SECURITY_REASONS"}"#,
        None,
        3,
    ),
    call(
        ("ecs", "RunTask"),
        r#"{"cluster":"shop","taskDefinition":"shop-<r>","overrides":{"taskRoleArn":"arn:aws:iam::123456789012:role/shop-task"}}"#,
        None,
        4,
    ),
    call(
        ("bedrock", "InvokeModel"),
        r#"{"modelId":"anthropic.claude-<r>"}"#,
        None,
        3,
    ),
    call(("sts", "GetCallerIdentity"), "null", None, 1),
];
