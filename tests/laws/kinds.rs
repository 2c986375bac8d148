//! The kinds of condition operators, with values that policies and requests can have: at every boundary and around it.

const TEXTS: [&str; 14] = [
    "kim", "Kim", "KIM", "ann", "k", "*", "?", "k*", "?im", "k?m", "*k*", "", "**m", "k*m",
];

const VARIABLE_TEXTS: [&str; 7] = [
    "${aws:username}",
    "${aws:PrincipalTag/team}",
    "${aws:PrincipalTag/team, 'none'}",
    "k${aws:username}*",
    "${*}",
    "k${*}m",
    "${?}im",
];

const ARNS: [&str; 9] = [
    "arn:aws:sns:eu:1:t",
    "arn:aws:sns:*:1:t",
    "arn:aws:sns:eu:1:*",
    "arn:aws:sns:eu:?:t:*",
    "arn:aws:s?s:eu:1:t*",
    "arn:*:*:*:*:*",
    "arn:aws:sns:*",
    "arn:aws:sns",
    "*",
];

const VARIABLE_ARNS: [&str; 3] = [
    "arn:aws:sns:${aws:username}:*:t",
    "arn:aws:sns:eu:1:${aws:username}",
    "arn:aws:sns:eu:1:${aws:PrincipalTag/team, 't'}*",
];

const NUMBERS: [&str; 10] = [
    "10", "10.0", "9", "11", "100", "-1", "0", "9.5", "+10", "many",
];

const DATES: [&str; 10] = [
    "2020-04-01T00:00:00Z",
    "2020-04-01",
    "2020-04",
    "1585699200",
    "2020-04-01T02:00:00+02:00",
    "2020-03-31T23:59:59Z",
    "2020-04-01T00:00:01Z",
    "2020-04-01T00:00:00.5Z",
    "2020-04-01T00:00Z",
    "10",
];

const BOOLS: [&str; 5] = ["true", "false", "True", "FALSE", "maybe"];

const VARIABLE_BOOLS: [&str; 3] = [
    "${aws:username}",
    "${aws:PrincipalTag/team, 'true'}",
    "t${aws:username}",
];

const BLOBS: [&str; 4] = ["YQ==", "Yg==", "YQ", "yq=="];

const NETWORKS: [&str; 16] = [
    "10.0.0.0/8",
    "10.0.0.0/9",
    "10.128.0.0/9",
    "10.1.2.3",
    "10.1.2.3/32",
    "10.1.2.3/31",
    "0.0.0.0/0",
    "0.0.0.0/1",
    "128.0.0.0/1",
    "2001:db8::/32",
    "2001:db8::/33",
    "2001:db8:8000::/33",
    "2001:DB8::1",
    "::/0",
    "nowhere",
    "10.0.0.0/33",
];

/// Kinds of operators: their names, the key that they are for, and values of policies and of requests.
pub(super) struct Kind {
    pub(super) operators: &'static [&'static str],
    pub(super) keys: &'static [&'static str],
    pub(super) values: &'static [&'static str],
    pub(super) variable_values: &'static [&'static str],
    /// Values that a request could have.
    pub(super) near: &'static [&'static str],
}

pub(super) const KINDS: [Kind; 7] = [
    Kind {
        operators: &[
            "StringEquals",
            "StringNotEquals",
            "StringEqualsIgnoreCase",
            "StringNotEqualsIgnoreCase",
            "StringLike",
            "StringNotLike",
        ],
        keys: &["aws:username", "aws:PrincipalTag/team", "aws:TagKeys"],
        values: &TEXTS,
        variable_values: &VARIABLE_TEXTS,
        near: &[
            "kim", "KIM", "kIM", "ann", "im", "none", "", "k", "b", "k/m", "*",
        ],
    },
    Kind {
        operators: &[
            "NumericEquals",
            "NumericNotEquals",
            "NumericLessThan",
            "NumericLessThanEquals",
            "NumericGreaterThan",
            "NumericGreaterThanEquals",
        ],
        keys: &["s3:max-keys"],
        values: &NUMBERS,
        variable_values: &NUMBERS,
        near: &[
            "10", "010.00", "9.5", "10.5", "9", "11", "12", "99", "100.0", "101", "-1", "-0", "0",
            "-2", "many", "", "9.50",
        ],
    },
    Kind {
        operators: &[
            "DateEquals",
            "DateNotEquals",
            "DateLessThan",
            "DateLessThanEquals",
            "DateGreaterThan",
            "DateGreaterThanEquals",
        ],
        keys: &["aws:CurrentTime"],
        values: &DATES,
        variable_values: &DATES,
        near: &[
            "2020-04-01T00:00:00Z",
            "2020-03-31T23:59:59.5Z",
            "2020-03-31T23:59:59Z",
            "2020-03-31T22:00:00-02:00",
            "2020-04-01T00:00:00.25Z",
            "2020-04-01T00:00:00.500Z",
            "1585699201",
            "1585699202",
            "1585699200",
            "2020-04-01T01:00:00+01:00",
            "2019-01-01",
            "2021-01-01",
            "9",
            "11",
            "later",
        ],
    },
    Kind {
        operators: &["Bool"],
        keys: &["aws:MultiFactorAuthPresent"],
        values: &BOOLS,
        variable_values: &VARIABLE_BOOLS,
        near: &["true", "false", "TRUE", "maybe", ""],
    },
    Kind {
        operators: &["BinaryEquals"],
        keys: &["lab:Blob"],
        values: &BLOBS,
        variable_values: &BLOBS,
        near: &["YQ==", "Yg==", "YQ", ""],
    },
    Kind {
        operators: &["IpAddress", "NotIpAddress"],
        keys: &["aws:SourceIp"],
        values: &NETWORKS,
        variable_values: &NETWORKS,
        near: &[
            "10.0.0.0",
            "10.127.255.255",
            "10.128.0.0",
            "10.255.255.255",
            "9.255.255.255",
            "11.0.0.0",
            "10.1.2.2",
            "10.1.2.3",
            "10.1.2.4",
            "127.255.255.255",
            "128.0.0.0",
            "2001:db8::",
            "2001:db8:7fff:ffff:ffff:ffff:ffff:ffff",
            "2001:db8:8000::",
            "2001:db8:0:0::1",
            "2001:db9::",
            "::1",
            "nowhere",
        ],
    },
    Kind {
        operators: &["ArnEquals", "ArnNotEquals", "ArnLike", "ArnNotLike"],
        keys: &["aws:SourceArn"],
        values: &ARNS,
        variable_values: &VARIABLE_ARNS,
        near: &[
            "arn:aws:sns:eu:1:t",
            "arn:aws:sns:us:1:t",
            "arn:aws:sqs:eu:1:t",
            "arn:aws:sns:eu:1:t:u",
            "arn:aws:sns:eu:1:kim",
            "arn:aws:sns:eu:1:",
            "arn:aws:sns",
            "kim",
        ],
    },
];
