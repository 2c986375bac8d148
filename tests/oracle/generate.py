"""Pairs of small policies, the same for the same seed. The second is mostly the first with a few mutations.

The patterns are chosen so that a pair's relation is the same whether a request's values are any strings or well-formed
ones: a component's first letter is never `?`, numbers are far apart, and ARN conditions name every component in part.
"""

from random import Random

from mutate import mutated

ACTIONS = ["s3:GetObject", "s3:GetObjectAcl", "s3:PutObject", "s3:ListBucket", "sqs:SendMessage", "sqs:GetQueueUrl"]
ACTION_PATTERNS = [
    "*", "s3:*", "s3:Get*", "s3:*Object", "s3:*Object*", "s3:G?tObject", "S3:getobject", "s3:GetObject?cl", "s3:P*t",
    "sqs:*", "sqs:S*", "sqs:*e*", "sqs:Ge?Q*",
]
RESOURCES = [
    "arn:aws:s3:::b", "arn:aws:s3:::b/k", "arn:aws:s3:::b/a/k", "arn:aws:s3:::c/k", "arn:aws:sqs:r:1:q",
    "arn:aws:sqs:r:1:x:1:q",
]
RESOURCE_PATTERNS = [
    "*", "arn:aws:s3:::*", "arn:aws:s3:::b/*", "arn:aws:s3:::b*", "arn:aws:s3:::*/k", "arn:aws:s3:::b/a/*",
    "arn:aws:s3:::b/?", "arn:aws:s3:::b/*/k", "arn:aws:s3:::b/??k", "arn:aws:sqs:r:1:*", "arn:aws:sqs:*:1:q*",
    "arn:aws:sqs:r:1:q?",
]

# For each key: operators, and values that they are used with.
STRING = ["StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"]
LIKE = ["StringLike", "StringNotLike"]
ARN = ["ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"]
ORDER = ["Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"]
TEAMS = ["red", "Red", "blue", "r*", "b?ue", "*e*", "*d", "r?d", "*"]
ARNS = [
    "arn:aws:sns:r:1:t", "arn:aws:sns:r:1:t*", "arn:aws:sns:*:1:t", "arn:aws:sns:?:1:t", "arn:aws:sns:r:1:x:1:t",
    "arn:aws:sns:r:*:x*", "arn:aws:s?s:r:1:t",
]
NUMBERS = ["10", "20", "50", "70.5", 20]
DATES = [
    "2024-01-01T00:00:00Z", "2024-07-01T00:00:00Z", "2025-01-01T00:00:00Z", "2024-07-01T01:00:00+01:00", "2025-01-01",
]
BLOCKS = [
    "10.0.0.0/8", "10.1.0.0/16", "10.1.2.0/24", "10.1.2.3", "192.168.0.0/16", "0.0.0.0/1", "128.0.0.0/1", "0.0.0.0/0",
]
KEYS = {
    "aws:PrincipalTag/team": [(STRING + LIKE * 2, TEAMS)],
    "aws:SourceArn": [(ARN, ARNS), (ARN, ARNS), (STRING + LIKE, ARNS)],
    "s3:max-keys": [(["Numeric" + order for order in ORDER], NUMBERS)],
    "aws:TokenIssueTime": [(["Date" + order for order in ORDER], DATES)],
    "aws:SourceIp": [(["IpAddress", "NotIpAddress"], BLOCKS)],
    "aws:MultiFactorAuthPresent": [(["Bool"], ["true", "false", True])],
}


def pair(seed, number):
    """The pair of this number: (before, after)."""
    rng = Random(f"{seed} {number}")
    first = policy(rng)
    second = policy(rng) if rng.random() < 0.1 else mutated(rng, first, Source(rng))
    both = [written(rng, one) for one in (first, second)]
    return tuple(both if rng.random() < 0.5 else reversed(both))


def written(rng, policy):
    """A policy's only statement may stand without a list around it."""
    alone = len(policy["Statement"]) == 1 and rng.random() < 0.3
    return policy | {"Statement": policy["Statement"][0]} if alone else policy


class Source:
    """Where mutations take new parts from."""

    def __init__(self, rng):
        self.statement = lambda effect: statement(rng, effect)
        self.condition = lambda: condition(rng)
        self.operator = lambda key: rng.choice([name for operators, _ in choices_for(key) for name in operators])
        self.value = lambda key: rng.choice(choices_for(key)[0][1])


def policy(rng):
    count = rng.choice([1, 1, 1, 2, 2, 3, 4])
    effects = ["Allow"] + [rng.choice(["Allow", "Allow", "Deny"]) for _ in range(count - 1)]
    rng.shuffle(effects)
    return {"Version": "2012-10-17", "Statement": [statement(rng, effect) for effect in effects]}


def statement(rng, effect):
    made = {"Effect": effect}
    made["NotAction" if rng.random() < 0.12 else "Action"] = some(rng, ACTIONS + ACTION_PATTERNS)
    made["NotResource" if rng.random() < 0.12 else "Resource"] = some(rng, RESOURCES + RESOURCE_PATTERNS)
    conditions = [condition(rng) for _ in range(rng.choice([0, 0, 1, 1, 2]))]
    if conditions:
        made["Condition"] = merged(conditions)
    return made


def some(rng, choices):
    """A text, or a list of some."""
    if rng.random() < 0.5:
        return rng.choice(choices)
    return rng.sample(choices, rng.choice([1, 2, 2, 3]))


def condition(rng):
    """One operator on one key, as a Condition block."""
    key = rng.choice(list(KEYS))
    operators, choices = rng.choice(KEYS[key])
    name, values = rng.choice(operators), some(rng, choices)
    if rng.random() < 0.12:
        name, values = "Null", rng.choice(["true", "false"])
    elif rng.random() < 0.25:
        name += "IfExists"
    return {name: {key.upper() if rng.random() < 0.05 else key: values}}


def merged(blocks):
    """Condition blocks as one; a later one replaces an earlier one with the same operator and key."""
    whole = {}
    for block in blocks:
        for name, keys in block.items():
            whole.setdefault(name, {}).update(keys)
    return whole


def choices_for(key):
    """The operators and values of a key in any case."""
    return next(choices for name, choices in KEYS.items() if name.lower() == key.lower())
