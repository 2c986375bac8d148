"""Small changes to a policy: some leave its meaning, some narrow or widen it, some do either."""

import json

# For one value, where a key's operator holds and where its complement does make up everything, absence included.
COMPLEMENTS = {
    "StringEquals": "StringNotEquals",
    "StringEqualsIgnoreCase": "StringNotEqualsIgnoreCase",
    "StringLike": "StringNotLike",
    "ArnLike": "ArnNotLike",
    "IpAddress": "NotIpAddress",
    "NumericEquals": "NumericNotEquals",
    "NumericLessThan": "NumericGreaterThanEqualsIfExists",
    "NumericGreaterThan": "NumericLessThanEqualsIfExists",
    "DateEquals": "DateNotEquals",
    "DateLessThan": "DateGreaterThanEqualsIfExists",
    "DateGreaterThan": "DateLessThanEqualsIfExists",
}
COMPLEMENTS |= {negated: positive for positive, negated in COMPLEMENTS.items()}
MOST_STATEMENTS = 4


def mutated(rng, policy, words):
    """The policy with one to three mutations; it still has a statement that allows, and few statements."""
    for _ in range(rng.choice([1, 1, 1, 1, 2, 2, 3])):
        changed = copied(policy)
        mutation, = rng.choices(list(WEIGHTS), WEIGHTS.values())
        mutation(rng, changed["Statement"], words)
        allows = any(statement["Effect"] == "Allow" for statement in changed["Statement"])
        if allows and len(changed["Statement"]) <= MOST_STATEMENTS:
            policy = changed
    return policy


def copied(value):
    """A copy in which no two statements share a part, so that a change of one leaves the others."""
    return json.loads(json.dumps(value))


def drop_statement(rng, statements, _):
    statements.remove(rng.choice(statements))


def add_statement(rng, statements, words):
    effect = rng.choice(["Allow", "Deny", "Deny"])
    statements.insert(rng.randint(0, len(statements)), words.statement(effect))


def add_changed_statement(rng, statements, words):
    """Another like one that is there, with one change, and often the other effect."""
    added = [copied(rng.choice(statements)) | {"Effect": rng.choice(["Allow", "Deny"])}]
    rng.choice([change_pattern, change_value, change_operator, add_condition])(rng, added, words)
    statements.extend(added)


def duplicate_statement(rng, statements, _):
    statements.append(rng.choice(statements))


def shuffle(rng, statements, _):
    rng.shuffle(statements)


def split_list(rng, statements, _):
    """One statement with several actions or resources becomes one for each."""
    statement = rng.choice(statements)
    for name in ("Action", "Resource"):
        if isinstance(statement.get(name), list):
            statements.remove(statement)
            statements.extend(statement | {name: pattern} for pattern in statement[name])
            return


def split_condition(rng, statements, words):
    """One statement becomes two, where a new condition holds and where its complement does."""
    statement, block = rng.choice(statements), words.condition()
    present = statement.get("Condition", {})
    (name, keys), = block.items()
    other = COMPLEMENTS.get(name)
    if other and name not in present and other not in present:
        statements.remove(statement)
        statements.extend(statement | {"Condition": present | half} for half in (block, {other: keys}))


def unless_to_deny(rng, statements, words):
    """A Deny of what a statement allows, but where a new condition holds."""
    statement, block = rng.choice(statements), words.condition()
    (name, keys), = block.items()
    if statement["Effect"] == "Allow" and name in COMPLEMENTS:
        statements.append(statement | {"Effect": "Deny", "Condition": {COMPLEMENTS[name]: keys}})


def merge_statements(rng, statements, _):
    """Two statements become one with both lists: wider, if they differ in more than one element."""
    if len(statements) > 1:
        first, second = rng.sample(statements, 2)
        for name in ("Action", "Resource"):
            if name in first and name in second:
                first[name] = list(dict.fromkeys(listed(first[name]) + listed(second[name])))
        statements.remove(second)


def change_pattern(rng, statements, _):
    """One action or resource, narrowed or widened."""
    statement = rng.choice(statements)
    name = rng.choice([name for name in statement if name.endswith(("Action", "Resource"))])
    service = "s3:*" if name.endswith("Action") else "arn:aws:s3:::*"
    replace_one(rng, statement, name, lambda old: changed_pattern(rng, old, service))


def change_case(rng, statements, _):
    """Letters in another case: nothing to an action, everything to a resource and to most condition values."""
    statement = rng.choice(statements)
    holders = [(statement, name) for name in statement if name.endswith(("Action", "Resource"))]
    holders += [(keys, key) for keys in statement.get("Condition", {}).values() for key in keys]
    replace_one(rng, *rng.choice(holders), lambda old: swapped_case(rng, old))


def swapped_case(rng, value):
    """The last component in the other case. An ARN's first five have one, and so have numbers, dates and truths."""
    text = str(value)
    if text[0].isdigit() or text.lower() in ("true", "false"):
        return value
    head, colon, tail = text.rpartition(":")
    return head + colon + rng.choice([tail.swapcase(), tail.lower()])


def change_value(rng, statements, words):
    chosen = any_condition(rng, statements)
    if chosen:
        _, block, name = chosen
        key = rng.choice(list(block[name]))
        new = rng.choice(["true", "false"]) if name == "Null" else words.value(key)
        replace_one(rng, block[name], key, lambda old: new)


def change_wildcard(rng, statements, _):
    """One wildcard, in any component, becomes something like it, or something that it matches."""
    holders = [(one, name) for one in statements for name in one if name.endswith(("Action", "Resource"))]
    holders += [(keys, key) for one in statements for keys in one.get("Condition", {}).values() for key in keys]
    holders = [(holder, name) for holder, name in holders if "*" in str(holder[name]) or "?" in str(holder[name])]
    if holders:
        replace_one(rng, *rng.choice(holders), lambda old: other_wildcard(rng, str(old)))


def other_wildcard(rng, pattern):
    places = [place for place, letter in enumerate(pattern) if letter in "*?"]
    if not places or pattern == "*":
        return pattern
    place = rng.choice(places)
    crossing = ["x:1"] if pattern.count(":", place) else []
    new = rng.choice(["?" if pattern[place] == "*" else "*", "x", *crossing, *crossing])
    changed = pattern[:place] + new + pattern[place + 1 :]
    return pattern if starts_with_one(changed) else changed


def change_operator(rng, statements, words):
    """Another operator for the same key, or the same with or without IfExists."""
    chosen = any_condition(rng, statements)
    if not chosen or chosen[2] == "Null":
        return
    _, block, name = chosen
    key = rng.choice(list(block[name]))
    plain = name.removesuffix("IfExists")
    other = words.operator(key) if rng.random() < 0.6 else plain if plain != name else name + "IfExists"
    if other not in block:
        block[other] = {key: block[name].pop(key)}
        if not block[name]:
            del block[name]


def drop_condition(rng, statements, _):
    chosen = any_condition(rng, statements)
    if chosen:
        statement, block, name = chosen
        del block[name]
        if not block:
            del statement["Condition"]


def add_condition(rng, statements, words):
    statement, block = rng.choice(statements), words.condition()
    if not set(block) & set(statement.get("Condition", {})):
        statement["Condition"] = statement.get("Condition", {}) | block


def any_condition(rng, statements):
    """A statement, its Condition, and one of the operators in it."""
    found = [(one, one["Condition"], name) for one in statements for name in one.get("Condition", {})]
    return rng.choice(found) if found else None


def replace_one(rng, holder, name, change):
    values = listed(holder[name])[:]
    place = rng.randrange(len(values))
    values[place] = change(values[place])
    holder[name] = values if isinstance(holder[name], list) else values[0]


def listed(value):
    return value if isinstance(value, list) else [value]


def changed_pattern(rng, pattern, service):
    if pattern == "*":
        return service
    if rng.random() < 0.1:
        return "*"
    head, colon, tail = pattern.rpartition(":")
    changed = head + colon + rng.choice([narrowed, widened])(rng, tail)
    return pattern if starts_with_one(changed) else changed


def starts_with_one(pattern):
    """Is there a `?` among the wildcards that the last component starts with?"""
    tail = pattern.rpartition(":")[2]
    return "?" in tail[: len(tail) - len(tail.lstrip("*?"))]


def narrowed(rng, tail):
    """A wildcard becomes something in particular."""
    places = [place for place, letter in enumerate(tail) if letter in "*?"]
    if not places:
        return tail
    place, letter = rng.choice(places), rng.choice("kaeob/" if "/" in tail else "kaeob")
    new = letter if tail[place] == "?" else rng.choice([letter, letter + "*", "*" + letter, letter + "?*"])
    return tail[:place] + new + tail[place + 1 :]


def widened(rng, tail):
    """Some of it becomes a wildcard."""
    place = rng.randint(0, len(tail) - 1)
    before, after = tail[:place], tail[place + 1 :]
    return rng.choice([before + "*", "*" + after, tail + "*", before + "*" + after, before + "?" + after])


WEIGHTS = {
    drop_statement: 1,
    add_statement: 1,
    add_changed_statement: 2,
    duplicate_statement: 1,
    shuffle: 1,
    split_list: 1,
    split_condition: 2,
    unless_to_deny: 2,
    merge_statements: 1,
    change_pattern: 4,
    change_wildcard: 4,
    change_case: 3,
    change_value: 4,
    change_operator: 6,
    drop_condition: 1,
    add_condition: 1,
}
