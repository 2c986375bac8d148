//! What AWS answers in the tests.

use serde_json::{Value, json};

use super::{Call, Reply};

pub(crate) const TRUST: &str = "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Principal%22\
                     %3A%7B%22Service%22%3A%22lambda.amazonaws.com%22%7D%2C%22Action%22%3A%22sts%3AAssumeRole%22%7D%5D%7D";

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html>
pub(crate) fn roles(names: &[&str], marker: Option<&str>) -> Reply {
    let role = |name: &&str| {
        format!(
            "<member><Path>/</Path><RoleName>{name}</RoleName><RoleId>AROA</RoleId>\
             <Arn>arn:aws:iam::123456789012:role/{name}</Arn><CreateDate>2026-01-02T03:04:05Z</CreateDate>\
             <AssumeRolePolicyDocument>{TRUST}</AssumeRolePolicyDocument><InstanceProfileList/>\
             <RolePolicyList><member><PolicyName>own</PolicyName><PolicyDocument>%7B%22Statement%22%3A%7B%22Effect%22%3A%22Allow%22%2C\
             %22Action%22%3A%22s3%3A%2A%22%2C%22Resource%22%3A%22%2A%22%7D%7D</PolicyDocument></member></RolePolicyList>\
             <AttachedManagedPolicies/><Tags><member><Key>team</Key><Value></Value></member></Tags>\
             <RoleLastUsed><LastUsedDate>2026-02-03T04:05:06Z</LastUsedDate><Region>eu-central-1</Region></RoleLastUsed></member>"
        )
    };
    let roles: String = names.iter().map(role).collect();
    let more = marker.map_or_else(
        || "<IsTruncated>false</IsTruncated>".to_owned(),
        |marker| format!("<IsTruncated>true</IsTruncated><Marker>{marker}</Marker>"),
    );
    Reply::Body(
        200,
        format!(
            "<GetAccountAuthorizationDetailsResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\">\
             <GetAccountAuthorizationDetailsResult>{more}<UserDetailList/><GroupDetailList/>\
             <RoleDetailList>{roles}</RoleDetailList><Policies/></GetAccountAuthorizationDetailsResult>\
             <ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></GetAccountAuthorizationDetailsResponse>"
        ),
    )
}

/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html>
pub(crate) fn caller() -> Reply {
    let arn = "arn:aws:iam::123456789012:user/ada";
    Reply::Body(
        200,
        format!(
            "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>\
             <Arn>{arn}</Arn><UserId>AIDA</UserId><Account>123456789012</Account></GetCallerIdentityResult>\
             <ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></GetCallerIdentityResponse>"
        ),
    )
}

pub(crate) fn iam_error(status: u16, code: &str) -> Reply {
    Reply::Body(
        status,
        format!(
            "<ErrorResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><Error><Type>Sender</Type><Code>{code}</Code>\
             <Message>about it</Message></Error><RequestId>1</RequestId></ErrorResponse>"
        ),
    )
}

pub(crate) fn json_error(status: u16, code: &str) -> Reply {
    ok(
        status,
        &json!({"__type": code, "message": "about it", "Message": "about it"}),
    )
}

pub(crate) fn ok(status: u16, body: &Value) -> Reply {
    Reply::Body(status, body.to_string())
}

pub(crate) fn function(region: &str, name: &str, role: &str) -> Value {
    json!({"FunctionName": name, "FunctionArn": format!("arn:aws:lambda:{region}:123456789012:function:{name}"),
        "Role": format!("arn:aws:iam::123456789012:role/service/{role}"), "Runtime": "python3.13", "KMSKeyArn": null,
        "Environment": {"Variables": {"STAGE": "prod"}}})
}

pub(crate) const TRAIL: &str = "arn:aws:cloudtrail:eu-central-1:123456789012:trail/audit";

/// An account where all goes well: each list has two pages.
pub(crate) fn well(call: &Call) -> Reply {
    let Call {
        what,
        region,
        marker,
        ..
    } = call;
    let page = |list: &str, first: Value, second: Value| match marker.as_str() {
        "" => ok(200, &json!({list: [first], "NextMarker": "2"})),
        _ => ok(200, &json!({list: [second], "NextMarker": null})),
    };
    let arn = format!("arn:aws:lambda:{region}:123456789012:function:orders");
    match what.as_str() {
        "GetAccountAuthorizationDetails" if marker.is_empty() => roles(&["orders-role"], Some("2")),
        "GetAccountAuthorizationDetails" => roles(&["reports-role"], None),
        "ListFunctions" => page(
            "Functions",
            function(region, "orders", "orders-role"),
            function(region, "reports", "reports-role"),
        ),
        "ListEventSourceMappings" => page(
            "EventSourceMappings",
            json!({"UUID": "1", "FunctionArn": format!("{arn}:live"), "LastModified": 1_790_000_000.5,
                "EventSourceArn": format!("arn:aws:sqs:{region}:123456789012:orders"), "State": "Enabled"}),
            json!({"UUID": "2", "FunctionArn": "arn:aws:lambda:eu-central-1:123456789012:function:gone"}),
        ),
        "ListFunctionEventInvokeConfigs orders" => ok(
            200,
            &json!({"FunctionEventInvokeConfigs": [{"FunctionArn": format!("{arn}:$LATEST"), "LastModified": 1_790_000_000,
                "DestinationConfig": {"OnFailure": {"Destination": format!("arn:aws:sqs:{region}:123456789012:failed")}}}]}),
        ),
        "GetCallerIdentity" => caller(),
        "ListRules" => ok(200, &json!({"Rules": []})),
        "ListSchedules" => ok(200, &json!({"Schedules": []})),
        "DescribeTrails" => ok(
            200,
            &json!({"trailList": [{"Name": "audit", "TrailARN": TRAIL, "HomeRegion": "eu-central-1",
                "IncludeGlobalServiceEvents": true, "IsMultiRegionTrail": true, "HasCustomEventSelectors": true}]}),
        ),
        "GetEventSelectors" => ok(
            200,
            &json!({"TrailARN": TRAIL, "AdvancedEventSelectors": [{"Name": "all",
                "FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}]}]}),
        ),
        what if what.starts_with("ListFunctionEventInvokeConfigs") => {
            ok(200, &json!({"FunctionEventInvokeConfigs": []}))
        }
        what if what.starts_with("ListFunctionUrlConfigs") => {
            ok(200, &json!({"FunctionUrlConfigs": []}))
        }
        other => panic!("nobody asks for {other}"),
    }
}
