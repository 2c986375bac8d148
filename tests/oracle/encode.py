"""A policy as a z3 formula over one symbolic request.

The request is an action and a resource, both any string, and for every condition key a presence and one value of the
key's kind. `*` and `?` in a resource match any character, `:` and `/` too.
"""

from datetime import datetime, timezone
from fractions import Fraction
from functools import lru_cache
from operator import eq, ge, gt, le, lt
import re

import z3

STRINGS = z3.ReSort(z3.StringSort())
ANY_ONE = z3.AllChar(STRINGS)
ANY_RUN = z3.Full(STRINGS)
# Every character but the colon; z3's last character is U+2FFFF.
ONE_IN_SEGMENT = z3.Union(z3.Range("\0", "9"), z3.Range(";", "\U0002ffff"))
RUN_IN_SEGMENT = z3.Star(ONE_IN_SEGMENT)

# What a key holds, by the first word of the operators that are used on it. Null says nothing of it.
KINDS = {
    "string": "text", "arn": "text", "numeric": "number", "date": "date", "bool": "bool", "ip": "ip", "notip": "ip",
}
COMPARISONS = {"equals": eq, "lessthan": lt, "lessthanequals": le, "greaterthan": gt, "greaterthanequals": ge}


class Unsupported(Exception):
    """A part of a policy that this encoding does not speak of."""


class Request:
    """One symbolic request, with the condition keys of these policies."""

    def __init__(self, *policies):
        self.action, self.resource = z3.String("action"), z3.String("resource")
        self.keys = {name: Key(name, kind) for name, kind in kinds(policies).items()}


class Key:
    """A symbolic condition key: is it in the request, and with which value?"""

    def __init__(self, name, kind):
        self.kind = kind
        self.present = z3.Bool(f"{name} is present")
        make = {"text": z3.String, "number": z3.Real, "date": z3.Real, "bool": z3.Bool, "ip": v4_address}
        self.value = make[kind](name)
        # A value is a text, and it may be no number, no date, no v4 address, neither true nor false. Then nothing compares
        # with it, and no more need be known of it.
        self.of_kind = z3.Bool(f"{name} is of its kind")


def v4_address(name):
    return z3.BitVec(name, 32)


def kinds(policies):
    """The kind of every condition key, from the operators that stand by it."""
    found = {}
    statements = [statement for policy in policies for statement in listed(policy["Statement"])]
    for operator, name, _ in (row for statement in statements for row in rows(statement.get("Condition", {}))):
        if operator == "null":
            found.setdefault(name, None)
            continue
        kind = next((kind for word, kind in KINDS.items() if operator.startswith(word)), None)
        if kind is None or (found.get(name) or kind) != kind:
            raise Unsupported(f"{operator} on the key {name}")
        found[name] = kind
    return {name: kind or "text" for name, kind in found.items()}


def rows(condition):
    """Every (operator, key, values) of a Condition, in lower case but for the values."""
    return [
        (operator.lower(), name.lower(), [written(value) for value in listed(values)])
        for operator, keys in condition.items()
        for name, values in keys.items()
    ]


def plain(operator):
    return operator.removesuffix("ifexists")


def listed(value):
    return value if isinstance(value, list) else [value]


def written(value):
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if "${" in text:
        raise Unsupported("a policy variable")
    return text


def allowed(policy, request):
    """The formula for: the policy allows the request."""
    parts = {"Allow": [], "Deny": []}
    for statement in listed(policy["Statement"]):
        parts[statement["Effect"]].append(speaks(statement, request))
    return z3.And(z3.Or(parts["Allow"]), z3.Not(z3.Or(parts["Deny"])))


def speaks(statement, request):
    """The formula for: the statement applies to the request."""
    return z3.And(
        element(statement, "Action", request.action, str.lower),
        element(statement, "Resource", request.resource, str),
        *(holds(row, request) for row in rows(statement.get("Condition", {}))),
    )


def element(statement, name, value, folded):
    """The formula for: the action or the resource is among those named, or not among those excluded."""
    patterns = statement.get(name, statement.get("Not" + name))
    named = among(value, [wildcards(folded(written(pattern))) for pattern in listed(patterns)])
    return named if name in statement else z3.Not(named)


def holds(row, request):
    """The formula for one operator on one key."""
    operator, name, values = row
    key = request.keys[name]
    if operator == "null":
        return z3.Or([z3.Not(key.present) if value.lower() == "true" else key.present for value in values])
    positive = plain(operator).replace("not", "")
    some = one_of(positive, key, values)
    if positive != plain(operator):
        return z3.Or(z3.Not(key.present), z3.Not(some))
    if operator != plain(operator):
        return z3.Or(z3.Not(key.present), some)
    return z3.And(key.present, some)


def one_of(operator, key, values):
    """The formula for a positive operator that one of the values fulfils, where the key is present."""
    if key.kind == "text":
        return among(key.value, [TEXTS[operator](value) for value in values])
    if key.kind == "bool":
        return z3.And(key.of_kind, z3.Or([key.value == (value.lower() == "true") for value in values]))
    if key.kind == "ip":
        return z3.And(key.of_kind, z3.Or([in_block(key.value, value) for value in values]))
    compare = COMPARISONS[operator.removeprefix("numeric").removeprefix("date")]
    read = number if key.kind == "number" else instant
    return z3.And(key.of_kind, z3.Or([compare(key.value, read(value)) for value in values]))


def number(text):
    return z3.RealVal(Fraction(text))


def instant(text):
    """Seconds since 1970 of an ISO 8601 date, an instant with `Z` or an offset, or such seconds themselves."""
    if re.fullmatch(r"-?\d+", text) and len(text) > 4:
        return z3.RealVal(text)
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    moment = moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
    return z3.RealVal(int(moment.timestamp()))


def in_block(address, block):
    """The formula for: the v4 address lies in the block. Without a prefix length, a block is one address."""
    if ":" in block:
        raise Unsupported("an IPv6 block")
    base, _, length = block.partition("/")
    bits = 0
    for byte in base.split("."):
        bits = bits << 8 | int(byte)
    shift = 32 - int(length or 32)
    return z3.LShR(address, shift) == bits >> shift if shift < 32 else z3.BoolVal(True)


def among(value, languages):
    """The formula for: the string is in one of the languages. z3 decides one union faster than several memberships."""
    return z3.InRe(value, z3.Union(languages) if len(languages) > 1 else languages[0])


@lru_cache(None)
def wildcards(pattern, one=ANY_ONE, run=ANY_RUN):
    """The strings that a pattern of `*` and `?` matches as a whole."""
    return joined([{"*": run, "?": one}.get(piece, z3.Re(piece)) for piece in re.findall(r"[*?]|[^*?]+", pattern)])


@lru_cache(None)
def any_case(text):
    """The strings that differ from the text in the case of letters at most."""
    return joined([z3.Union(z3.Re(c.lower()), z3.Re(c.upper())) if c.lower() != c.upper() else z3.Re(c) for c in text])


@lru_cache(None)
def arn(pattern):
    """The ARNs that a pattern matches: in the first five components, wildcards keep within their component."""
    components = pattern.split(":", 5)
    if len(components) < 6:
        raise Unsupported("a condition on an ARN with fewer than six components")
    head = [wildcards(component, ONE_IN_SEGMENT, RUN_IN_SEGMENT) for component in components[:5]]
    return joined([part for component in head for part in (component, z3.Re(":"))] + [wildcards(components[5])])


def joined(parts):
    return z3.Concat(parts) if len(parts) > 1 else parts[0] if parts else z3.Re("")


TEXTS = {
    "stringequals": z3.Re,
    "stringequalsignorecase": any_case,
    "stringlike": wildcards,
    "arnequals": arn,
    "arnlike": arn,
}
