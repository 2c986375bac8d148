//! A small account, one role and one function, written into a folder of its own.

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::program::{Ended, tightrope};

/// An account with the execution role `worker`, and a trail.
pub(crate) struct Small {
    folder: tempfile::TempDir,
    pub(crate) snapshot: Value,
}

impl Small {
    /// An account whose role has this inline policy, and no trail yet.
    pub(crate) fn new(policy: &Value) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let role = json!({
            "RoleName": "worker",
            "Arn": "arn:aws:iam::123456789012:role/worker",
            "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
                "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]},
            "RolePolicyList": [{"PolicyName": "inline", "PolicyDocument": policy}],
            "AttachedManagedPolicies": [],
        });
        let snapshot = json!({"RoleDetailList": [role], "Policies": [], "IsTruncated": false});
        fs::create_dir(folder.path().join("trail")).expect("it can be made");
        Small { folder, snapshot }
    }

    /// One that may look at a bucket, which its function does, and change it.
    pub(crate) fn reading_a_bucket() -> Self {
        Small::new(&allow(
            &["s3:GetBucketVersioning", "s3:PutBucketVersioning"],
            "arn:aws:s3:::b",
        ))
    }

    /// One that may do nothing: quick, for what is said of the trail alone.
    pub(crate) fn granting_nothing() -> Self {
        Small::new(&json!({"Version": "2012-10-17",
            "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}))
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Puts a file into the trail.
    pub(crate) fn log(&self, name: &str, bytes: impl AsRef<[u8]>) -> &Self {
        fs::write(self.path("trail").join(name), bytes).expect("it can be written");
        self
    }

    /// Runs `propose` over it.
    pub(crate) fn propose(&self, more: &[&str]) -> Ended {
        let snapshot = self.path("account.json");
        fs::write(&snapshot, self.snapshot.to_string()).expect("it can be written");
        let (trail, snapshot) = (self.path("trail"), snapshot);
        let paths = ["propose", "--trail"].map(Into::into);
        let paths = paths.into_iter().chain([
            trail.into_os_string(),
            "--account".into(),
            snapshot.into_os_string(),
        ]);
        let days = ["--min-days", "0"].map(Into::into);
        tightrope(paths.chain(days).chain(more.iter().map(Into::into)))
    }
}

/// A policy that allows these actions on this resource.
pub(crate) fn allow(actions: &[&str], resource: &str) -> Value {
    json!({"Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": actions, "Resource": resource}]})
}

/// A call of the role's function on the bucket `b`; `changes` replace or, with null, take away elements.
pub(crate) fn record(id: &str, changes: &Value) -> Value {
    let mut record = json!({
        "eventVersion": "1.11",
        "userIdentity": {"type": "AssumedRole", "arn": "arn:aws:sts::123456789012:assumed-role/worker/f",
            "sessionContext": {"sessionIssuer": {"type": "Role", "arn": "arn:aws:iam::123456789012:role/worker"}}},
        "eventTime": "2026-10-02T06:40:31Z",
        "eventSource": "s3.amazonaws.com",
        "eventName": "GetBucketVersioning",
        "awsRegion": "eu-central-1",
        "sourceIPAddress": "198.51.100.11",
        "userAgent": "Boto3/1.40.61 md/Botocore#1.40.61 exec-env/AWS_Lambda_python3.13",
        "requestParameters": {"bucketName": "b"},
        "resources": [{"accountId": "123456789012", "type": "AWS::S3::Bucket", "ARN": "arn:aws:s3:::b"}],
        "eventID": id,
        "eventType": "AwsApiCall",
        "recipientAccountId": "123456789012",
        "managementEvent": true,
        "eventCategory": "Management",
    });
    let elements = record.as_object_mut().expect("it is an object");
    for (name, value) in changes.as_object().expect("changes are an object") {
        match value {
            Value::Null => elements.remove(name),
            value => elements.insert(name.clone(), value.clone()),
        };
    }
    record
}

/// A log file of these records.
pub(crate) fn records(records: &[Value]) -> String {
    json!({"Records": records}).to_string()
}
