//! Calls of functions, each with what IAM is asked for it.

use jiff::civil::{Date, DateTime};
use serde_json::{Value, json};

pub(crate) const REGION: &str = "eu-central-1";
pub(crate) const ACCOUNT: &str = "123456789012";

/// One call, made or never made.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    /// When; the beginning of 1970 for one that is never made.
    pub(crate) at: DateTime,
    /// The place of its workload among those of the role.
    pub(crate) workload: usize,
    /// The way through the function's code that led to it; empty for the usual one.
    pub(crate) path: &'static str,
    pub(crate) source: &'static str,
    pub(crate) event: &'static str,
    pub(crate) parameters: Value,
    pub(crate) resources: Vec<(&'static str, String)>,
    pub(crate) error: Option<&'static str>,
    /// The actions and the resources' ARNs.
    pub(crate) asked: Vec<(String, String)>,
}

impl Call {
    fn new(source: &'static str, event: &'static str, parameters: Value) -> Self {
        Call {
            at: Date::constant(1970, 1, 1).at(0, 0, 0, 0),
            workload: 0,
            path: "",
            source,
            event,
            parameters,
            resources: Vec::new(),
            error: None,
            asked: Vec::new(),
        }
    }

    fn asking(mut self, action: &str, resource: String) -> Self {
        self.asked.push((action.to_owned(), resource));
        self
    }

    fn naming(mut self, kind: &'static str, resource: String) -> Self {
        self.resources.push((kind, resource));
        self
    }

    pub(crate) fn at(mut self, at: DateTime) -> Self {
        self.at = at;
        self
    }

    /// Made on a way that is rarely taken.
    pub(crate) fn rarely(mut self, path: &'static str) -> Self {
        self.path = path;
        self
    }

    /// Authorised, and failed with this code.
    pub(crate) fn failing(mut self, code: &'static str) -> Self {
        self.error = Some(code);
        self
    }
}

/// An ARN in the account and the region.
pub(crate) fn arn(service: &str, resource: &str) -> String {
    format!("arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}")
}

/// An object's ARN.
pub(crate) fn object_arn(bucket: &str, key: &str) -> String {
    format!("arn:aws:s3:::{bucket}/{key}")
}

/// A call on an object. <https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-s3-info.html>
pub(crate) fn object(event: &'static str, bucket: &str, key: &str) -> Call {
    let action = match event {
        "HeadObject" => "s3:GetObject".to_owned(),
        "UploadPart" | "CreateMultipartUpload" | "CompleteMultipartUpload" => {
            "s3:PutObject".to_owned()
        }
        named => format!("s3:{named}"),
    };
    let host = format!("{bucket}.s3.{REGION}.amazonaws.com");
    let parameters = json!({"bucketName": bucket, "Host": host, "key": key});
    Call::new("s3", event, parameters)
        .asking(&action, object_arn(bucket, key))
        .naming("AWS::S3::Object", object_arn(bucket, key))
        .naming("AWS::S3::Bucket", format!("arn:aws:s3:::{bucket}"))
}

/// `ListObjectsV2` is `ListObjects` in a trail.
pub(crate) fn list(bucket: &str, prefix: &str) -> Call {
    let host = format!("{bucket}.s3.{REGION}.amazonaws.com");
    let parameters =
        json!({"list-type": "2", "bucketName": bucket, "prefix": prefix, "Host": host});
    Call::new("s3", "ListObjects", parameters)
        .asking("s3:ListBucket", format!("arn:aws:s3:::{bucket}"))
        .naming("AWS::S3::Bucket", format!("arn:aws:s3:::{bucket}"))
}

/// The items of a table, or of its index.
pub(crate) fn items(event: &'static str, table: &str) -> Call {
    let (table, index) = match table.split_once("/index/") {
        Some((table, index)) => (table, Some(index)),
        None => (table, None),
    };
    let of_table = arn("dynamodb", &format!("table/{table}"));
    let mut parameters =
        json!({"tableName": table, "key": {"pk": "HIDDEN_DUE_TO_SECURITY_REASONS"}});
    let asked = match index {
        Some(index) => {
            parameters["indexName"] = json!(index);
            format!("{of_table}/index/{index}")
        }
        None => of_table.clone(),
    };
    Call::new("dynamodb", event, parameters)
        .asking(&format!("dynamodb:{event}"), asked)
        .naming("AWS::DynamoDB::Table", of_table)
}

/// A queue's messages or attributes.
pub(crate) fn queue(event: &'static str, name: &str) -> Call {
    let url = format!("https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{name}");
    Call::new("sqs", event, json!({"queueUrl": url}))
        .asking(&format!("sqs:{event}"), arn("sqs", name))
        .naming("AWS::SQS::Queue", arn("sqs", name))
}

/// A message to a topic.
pub(crate) fn publish(topic: &str) -> Call {
    let topic = arn("sns", topic);
    let parameters = json!({"topicArn": topic, "message": "HIDDEN_DUE_TO_SECURITY_REASONS"});
    Call::new("sns", "Publish", parameters)
        .asking("sns:Publish", topic.clone())
        .naming("AWS::SNS::Topic", topic)
}

/// A parameter by its path.
pub(crate) fn parameter(event: &'static str, path: &str) -> Call {
    let parameters = json!({"name": path, "withDecryption": true});
    let name = path.trim_start_matches('/');
    Call::new("ssm", event, parameters).asking(
        &format!("ssm:{event}"),
        arn("ssm", &format!("parameter/{name}")),
    )
}

/// A secret by its ARN, which ends in six characters of Secrets Manager's choice.
pub(crate) fn secret(event: &'static str, name_and_ending: &str) -> Call {
    let secret = arn("secretsmanager", &format!("secret:{name_and_ending}"));
    Call::new("secretsmanager", event, json!({"secretId": secret}))
        .asking(&format!("secretsmanager:{event}"), secret)
}

/// A secret by its name; the event does not tell the ending.
pub(crate) fn named_secret(name: &str, ending: &str) -> Call {
    let secret = arn("secretsmanager", &format!("secret:{name}-{ending}"));
    Call::new(
        "secretsmanager",
        "GetSecretValue",
        json!({"secretId": name}),
    )
    .asking("secretsmanager:GetSecretValue", secret)
}

/// What is done with a key.
pub(crate) fn key(event: &'static str, id: &str) -> Call {
    let key = arn("kms", &format!("key/{id}"));
    let parameters = json!({"keyId": key, "encryptionAlgorithm": "SYMMETRIC_DEFAULT"});
    Call::new("kms", event, parameters)
        .asking(&format!("kms:{event}"), key.clone())
        .naming("AWS::KMS::Key", key)
}

/// The lines of a log stream.
pub(crate) fn log_stream(group: &str, stream: &str) -> Call {
    let parameters = json!({"logGroupName": group, "logStreamName": stream, "startFromHead": true});
    let stream = arn("logs", &format!("log-group:{group}:log-stream:{stream}"));
    Call::new("logs", "GetLogEvents", parameters).asking("logs:GetLogEvents", stream)
}

/// The start of an execution.
pub(crate) fn start_execution(machine: &str, name: &str) -> Call {
    let machine = arn("states", &format!("stateMachine:{machine}"));
    let parameters = json!({"stateMachineArn": machine, "name": name,
        "input": "HIDDEN_DUE_TO_SECURITY_REASONS"});
    Call::new("states", "StartExecution", parameters).asking("states:StartExecution", machine)
}

/// A look at an execution, or its end.
pub(crate) fn execution(event: &'static str, machine: &str, name: &str) -> Call {
    let execution = arn("states", &format!("execution:{machine}:{name}"));
    Call::new("states", event, json!({"executionArn": execution}))
        .asking(&format!("states:{event}"), execution)
}

/// A query in a workgroup.
pub(crate) fn start_query(workgroup: &str) -> Call {
    let parameters =
        json!({"queryString": "HIDDEN_DUE_TO_SECURITY_REASONS", "workGroup": workgroup});
    Call::new("athena", "StartQueryExecution", parameters).asking(
        "athena:StartQueryExecution",
        arn("athena", &format!("workgroup/{workgroup}")),
    )
}

/// A task of a definition, `family:revision`.
pub(crate) fn run_task(cluster: &str, definition: &str) -> Call {
    let parameters =
        json!({"cluster": cluster, "taskDefinition": definition, "launchType": "FARGATE"});
    Call::new("ecs", "RunTask", parameters).asking(
        "ecs:RunTask",
        arn("ecs", &format!("task-definition/{definition}")),
    )
}

/// A look at a task, or its end.
pub(crate) fn task(event: &'static str, cluster: &str, id: &str) -> Call {
    let task = arn("ecs", &format!("task/{cluster}/{id}"));
    let parameters = match event {
        "StopTask" => json!({"cluster": cluster, "task": task}),
        _ => json!({"cluster": cluster, "tasks": [task]}),
    };
    Call::new("ecs", event, parameters).asking(&format!("ecs:{event}"), task)
}

/// The call of a function by name and qualifier.
pub(crate) fn invoke(function: &str, qualifier: &str) -> Call {
    let unqualified = arn("lambda", &format!("function:{function}"));
    let qualified = format!("{unqualified}:{qualifier}");
    let parameters = json!({"functionName": qualified, "invocationType": "RequestResponse"});
    Call::new("lambda", "Invoke", parameters)
        .asking("lambda:InvokeFunction", qualified)
        .naming("AWS::Lambda::Function", unqualified)
}

/// A snapshot of a database, looked at or thrown away.
pub(crate) fn snapshot(event: &'static str, name: &str) -> Call {
    Call::new("rds", event, json!({"dBSnapshotIdentifier": name})).asking(
        &format!("rds:{event}"),
        arn("rds", &format!("snapshot:{name}")),
    )
}
