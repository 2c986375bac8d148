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
    "arn:aws:s3:::b/?", "arn:aws:s3:::b/*/k", "arn:aws:s3:::b/??k", "arn:aws:sqs:r:1:*", "arn:aws:sqs:*:1:q",
    "arn:aws:sqs:r:1:q?",
]

# For each key: operators, and values that they are used with.
STRING = ["StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"]
LIKE = ["StringLike", "StringNotLike"]
ARN = ["ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"]
ORDER = ["Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"]
TEAMS = ["red", "Red", "blue", "r*", "b?ue", "*e*", "*d", "r?d", "*"]
# A wildcard of an ARN condition does not cross a colon: the first of these does not match the next three, nor the fifth
# the sixth.
ARNS = [
    "arn:aws:sns:*:1:t", "arn:aws:sns:r:1:x:1:t", "arn:aws:sns:r:2:1:t", "arn:aws:sns:?:2:1:t", "arn:aws:sns:r:*:t",
    "arn:aws:sns:r:1:x:t", "arn:aws:sns:r:1:t", "arn:aws:sns:r:1:t*", "arn:aws:s?s:r:1:t",
]
NUMBERS = ["10", "20", "50", "70.5", 20]
DATES = [
    "2024-01-01T00:00:00Z", "2024-07-01T00:00:00Z", "2025-01-01T00:00:00Z", "2024-07-01T01:00:00+01:00", "2025-01-01",
]
BLOCKS = [
    "10.0.0.0/8", "10.1.0.0/16", "10.1.2.0/24", "10.1.2.3", "192.168.0.0/16", "0.0.0.0/1", "128.0.0.0/1", "0.0.0.0/0",
]
KEYS = {
    "aws:PrincipalTag/team": [(STRING, TEAMS), (LIKE + STRING, TEAMS)],
    "aws:SourceArn": [(ARN + LIKE, ARNS), (ARN + STRING, ARNS)],
    "s3:max-keys": [(["Numeric" + order for order in ORDER], NUMBERS)],
    "aws:TokenIssueTime": [(["Date" + order for order in ORDER], DATES)],
    "aws:SourceIp": [(["IpAddress", "NotIpAddress"], BLOCKS)],
    "aws:MultiFactorAuthPresent": [(["Bool"], ["true", "false", True])],
}


def pair(seed, number):
    """The pair of this number: (before, after)."""
    rng = Random(f"{seed} {number}")
    words = Words(rng)
    first = words.policy()
    second = words.policy() if rng.random() < 0.1 else mutated(rng, first, words)
    both = [written(rng, policy) for policy in (first, second)]
    return tuple(both if rng.random() < 0.5 else reversed(both))


def written(rng, policy):
    """A policy's only statement may stand without a list around it."""
    alone = len(policy["Statement"]) == 1 and rng.random() < 0.3
    return policy | {"Statement": policy["Statement"][0]} if alone else policy


class Words:
    """The few words that a pair is made of, so that its statements meet."""

    def __init__(self, rng):
        self.rng = rng
        self.actions = rng.sample(ACTIONS, 2) + rng.sample(ACTION_PATTERNS, 2)
        self.resources = rng.sample(RESOURCES, 2) + rng.sample(RESOURCE_PATTERNS, 3)
        self.keys = {key: self.words_for(key) for key in rng.sample(list(KEYS), 2)}
        # One spelling a pair: AWS refuses a condition that has a key in two.
        self.spelled = {key: key.upper() if rng.random() < 0.05 else key for key in self.keys}

    def words_for(self, key):
        """The operators and some values of a key."""
        operators, values = self.rng.choice(KEYS[key])
        return operators, self.rng.sample(values, min(4, len(values)))

    def policy(self):
        count = self.rng.choice([1, 1, 1, 1, 2, 2, 3, 4])
        effects = ["Allow"] + [self.rng.choice(["Allow", "Allow", "Deny"]) for _ in range(count - 1)]
        self.rng.shuffle(effects)
        return {"Version": "2012-10-17", "Statement": [self.statement(effect) for effect in effects]}

    def statement(self, effect):
        made = {"Effect": effect}
        made["NotAction" if self.rng.random() < 0.12 else "Action"] = self.some(self.actions)
        made["NotResource" if self.rng.random() < 0.12 else "Resource"] = self.some(self.resources)
        conditions = [self.condition() for _ in range(self.rng.choice([0, 0, 1, 1, 2]))]
        if conditions:
            made["Condition"] = merged(conditions)
        return made

    def condition(self):
        """One operator on one key, as a Condition block."""
        key = self.rng.choice(list(self.keys))
        name, values = self.operator(key), self.some(self.keys[key][1])
        if self.rng.random() < 0.12:
            name, values = "Null", self.rng.choice(["true", "false"])
        elif self.rng.random() < 0.25:
            name += "IfExists"
        return {name: {self.spelled[key]: values}}

    def operator(self, key):
        return self.rng.choice(self.named(key)[0])

    def value(self, key):
        return self.rng.choice(self.named(key)[1])

    def named(self, key):
        """The operators and values of a key in any case."""
        return next(words for name, words in self.keys.items() if name.lower() == key.lower())

    def some(self, choices):
        """A word, or a list of some."""
        if self.rng.random() < 0.5:
            return self.rng.choice(choices)
        return self.rng.sample(choices, min(len(choices), self.rng.choice([1, 2, 2, 3])))


def merged(blocks):
    """Condition blocks as one; a later one replaces an earlier one with the same operator and key."""
    whole = {}
    for block in blocks:
        for name, keys in block.items():
            whole.setdefault(name, {}).update(keys)
    return whole
