"""Does a policy allow one concrete request? Written apart from the encoder, in plain Python, to judge its witnesses.

A request is {"action": text, "resource": text, "context": {key: value or [value]}}.
"""

from decimal import Decimal
import calendar
import ipaddress
from operator import eq, ge, gt, le, lt
import re
import time


class Ill(Exception):
    """A request that could not have been made: a key that no set operator asks of has several values."""


class OtherKind(Exception):
    """A value that is not of the kind that it is compared as; nothing compares with it."""


def allows(policy, request):
    request = {
        "action": request["action"].lower(),
        "resource": request["resource"],
        "context": {name.lower(): single(name, value) for name, value in request.get("context", {}).items()},
    }
    statements = policy["Statement"]
    effects = {
        statement["Effect"]
        for statement in (statements if isinstance(statements, list) else [statements])
        if applies(statement, request)
    }
    return effects == {"Allow"}


def single(name, value):
    if isinstance(value, list):
        if len(value) != 1:
            raise Ill(f"{name} has {len(value)} values")
        value = value[0]
    return text_of(value)


def text_of(value):
    if value is True or value is False:
        return "true" if value else "false"
    return str(value)


def all_of(values):
    return [text_of(value) for value in values] if isinstance(values, list) else [text_of(values)]


def applies(statement, request):
    if "Action" in statement:
        action = any(glob(pattern.lower(), request["action"]) for pattern in all_of(statement["Action"]))
    else:
        action = not any(glob(pattern.lower(), request["action"]) for pattern in all_of(statement["NotAction"]))
    if "Resource" in statement:
        resource = any(glob(pattern, request["resource"]) for pattern in all_of(statement["Resource"]))
    else:
        resource = not any(glob(pattern, request["resource"]) for pattern in all_of(statement["NotResource"]))
    conditions = [
        condition(name, all_of(values), request["context"].get(key.lower()))
        for name, keys in statement.get("Condition", {}).items()
        for key, values in keys.items()
    ]
    return action and resource and all(conditions)


def condition(name, values, actual):
    """One operator on one key; `actual` is None where the request has no such key."""
    name = name.lower()
    if name == "null":
        return any((actual is None) == (value.lower() == "true") for value in values)
    if_exists = name.endswith("ifexists")
    name = name[: -len("ifexists")] if if_exists else name
    if name in NEGATED:
        return actual is None or not any(POSITIVE[NEGATED[name]](actual, value) for value in values)
    if actual is None:
        return if_exists
    return any([POSITIVE[name](actual, value) for value in values])


def glob(pattern, text):
    """Do `*` (any run) and `?` (any one) match the whole text? The set of places reached, letter by letter."""
    reached = closure({0}, pattern)
    for letter in text:
        going_on = [place for place in reached if place < len(pattern) and pattern[place] in ("*", "?", letter)]
        reached = closure({place if pattern[place] == "*" else place + 1 for place in going_on}, pattern)
    return len(pattern) in reached


def closure(places, pattern):
    """With the places behind a `*`, which may stand for nothing."""
    places = set(places)
    for place in sorted(places):
        while place < len(pattern) and pattern[place] == "*":
            place += 1
            places.add(place)
    return places


def arn_like(actual, pattern):
    wanted, given = pattern.split(":", 5), actual.split(":", 5)
    return len(wanted) == len(given) == 6 and all(map(glob, wanted, given))


def number(text):
    if not re.fullmatch(r"[+-]?\d+(\.\d+)?", text):
        raise OtherKind(f"{text!r} is not a number")
    return Decimal(text)


def date(text):
    """Seconds since 1970."""
    if re.fullmatch(r"-?\d{5,}", text):
        return Decimal(text)
    parts = re.fullmatch(r"(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d:\d\d)(\.\d+)?(?:Z|([+-])(\d\d):(\d\d))?)?", text)
    if not parts:
        raise OtherKind(f"{text!r} is not a date")
    day, clock, fraction, sign, hours, minutes = parts.groups()
    seconds = calendar.timegm(time.strptime(f"{day} {clock or '00:00:00'}", "%Y-%m-%d %H:%M:%S"))
    ahead = (int(hours) * 3600 + int(minutes) * 60) * (1 if sign == "+" else -1) if sign else 0
    return seconds - ahead + Decimal("0" + (fraction or ""))


def truth(text):
    if text.lower() not in ("true", "false"):
        raise OtherKind(f"{text!r} is neither true nor false")
    return text.lower() == "true"


def in_network(actual, block):
    try:
        return ipaddress.ip_address(actual) in ipaddress.ip_network(block, strict=False)
    except ValueError:
        return False


def by(read, compare):
    def fulfils(actual, value):
        try:
            return compare(read(actual), read(value))
        except OtherKind:
            return False

    return fulfils


POSITIVE = {
    "stringequals": eq,
    "stringequalsignorecase": by(str.lower, eq),
    "stringlike": lambda actual, value: glob(value, actual),
    "arnequals": arn_like,
    "arnlike": arn_like,
    "bool": by(truth, eq),
    "ipaddress": in_network,
}
for kind, read in (("numeric", number), ("date", date)):
    POSITIVE[kind + "equals"] = by(read, eq)
    POSITIVE[kind + "lessthan"] = by(read, lt)
    POSITIVE[kind + "lessthanequals"] = by(read, le)
    POSITIVE[kind + "greaterthan"] = by(read, gt)
    POSITIVE[kind + "greaterthanequals"] = by(read, ge)

NEGATED = {
    "stringnotequals": "stringequals",
    "stringnotequalsignorecase": "stringequalsignorecase",
    "stringnotlike": "stringlike",
    "numericnotequals": "numericequals",
    "datenotequals": "dateequals",
    "notipaddress": "ipaddress",
    "arnnotequals": "arnequals",
    "arnnotlike": "arnlike",
}
