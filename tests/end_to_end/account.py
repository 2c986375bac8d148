"""From a broad account to a small one, by way of CloudTrail, before an evaluator of IAM that others wrote.

Usage: account.py PROGRAM POLICY, where the file POLICY has what the program's own role may do.
"""

import json
import sys
import tempfile
from collections import Counter
from datetime import datetime, timedelta, timezone
from pathlib import Path

import record
import shop
from make import make
from own_role import try_own_role
from program import actions, policies, propose, reasons
from stand_in import ADMIN, stand_in
from tried import Tried, clients

PROGRAM, OWN_POLICY = sys.argv[1], Path(sys.argv[2])
DAYS = 90
# Why a permission stays that the calls do ask for.
ASKED_FOR = {"used", "needed_by_configuration"}
TOTAL = Counter()


def main():
    with stand_in() as url, tempfile.TemporaryDirectory() as folder:
        admin = clients(url, *ADMIN.values())
        today = datetime.now(timezone.utc).replace(hour=0, minute=0, second=0, microsecond=0)
        values = {**make(admin), "{day}": f"{today:%Y-%m-%d}"}
        roles = [Tried(role, admin, url) for role in shop.ROLES]
        make_trail(admin)
        say(1, f"an account has the roles {', '.join(role.name for role in shop.ROLES)}, and a trail to s3://{shop.LOG}")
        for tried in roles:
            all_denied(tried, tried.role.work + tried.role.never + tried.role.unseen, values)
        say(1, f"as long as the roles have no policies, all their calls are denied: {TOTAL['calls']}")

        answers = [work_under_broad(tried, values) for tried in roles]
        write_trail(admin, roles, answers, values, today)

        proposed = propose_for_all(admin, url, Path(folder) / "admin")
        for tried in roles:
            work_under_proposal(tried, policies(proposed[tried.role.name]), values)
        for tried in roles:
            drop_each(tried, reasons(proposed[tried.role.name]), values)
        try_own_role(PROGRAM, OWN_POLICY, admin, url, Path(folder), lambda text: say(6, text))
    print(
        f"in all: {len(roles)} roles; {TOTAL['calls']:,} calls, {TOTAL['denied']:,} of them denied, each as expected; "
        f"{TOTAL['statements']} statements and {TOTAL['actions']} single actions left out; "
        f"{TOTAL['before']:,} actions in {TOTAL['broad']:,} characters before, {TOTAL['after']:,} in {TOTAL['proposed']:,} now")


def say(step, text):
    print(f"{step}. {text}", flush=True)


def size(documents):
    """Characters as AWS counts them: without white space."""
    return sum(len(json.dumps(document, separators=(",", ":"))) for document in documents.values())


def make_trail(admin):
    trails = admin("cloudtrail")
    trails.create_trail(Name="shop", S3BucketName=shop.LOG, IsMultiRegionTrail=True)
    trails.put_event_selectors(TrailName="shop", AdvancedEventSelectors=record.selectors())
    trails.start_logging(Name="shop")


def all_allowed(tried, calls, values):
    TOTAL["calls"] += len(calls)
    return [tried.allowed(call, values) for call in calls]


def all_denied(tried, calls, values):
    TOTAL.update(calls=len(calls), denied=len(calls))
    for call in calls:
        tried.denied(call, values)


def work_under_broad(tried, values):
    """What the calls of the role's function are answered."""
    role = tried.role
    tried.put(role.broad, role.managed)
    TOTAL["broad"] += size(role.broad)
    answers = all_allowed(tried, role.work, values)
    all_allowed(tried, role.never + role.unseen, values)
    all_denied(tried, role.refused, values)
    say(2, f"{role.name}, broad ({size(role.broad):,} characters): the {len(role.work)} calls of its function are allowed, "
           f"and {len(role.never + role.unseen)} that it never makes; {len(role.refused)} others are denied")
    return answers


def write_trail(admin, roles, answers, values, today):
    """The calls of the functions as records of every day until yesterday: none of today, whose calls are tried afterwards."""
    count = 0
    for before in range(DAYS, 0, -1):
        day = today - timedelta(days=before)
        of_day = {**values, "{day}": f"{day:%Y-%m-%d}"}
        for number, (tried, answered) in enumerate(zip(roles, answers)):
            time = day + timedelta(hours=6 + 4 * number, minutes=before % 50)
            session = {"name": tried.role.function, "key": f"ASIA{before:04}{number}EXAMPLE", "since": time}
            records = [record.started(tried.made, session, time)]
            for call, answer in zip(tried.role.work, answered):
                time += timedelta(seconds=1)
                if not call.unlogged:
                    records.append(record.made(tried.made, session, call, call.with_values(of_day), answer, time))
            admin("s3").put_object(**record.file_of(records, time + timedelta(minutes=5)))
            count += len(records)
    say(2, f"CloudTrail's records of these calls on each of {DAYS} days, {count:,} in all, are in s3://{shop.LOG}")


def propose_for_all(admin, url, folder):
    """The folder of each role's proposal."""
    names = [role.name for role in shop.ROLES]
    ended, folders = propose(PROGRAM, ADMIN.values(), url, folder)
    if ended.returncode != 1 or folders.keys() != set(names):
        sys.exit(f"expected proposals for all roles, and there is {ended.returncode}:\n{ended.stdout}\n{ended.stderr}")
    for name in names:
        before, after = actions(folders[name])
        TOTAL.update(before=before, after=after)
        say(3, f"tightrope read the account and the trail, and proposes for {name} {after:,} actions instead of {before:,}")
    return folders


def work_under_proposal(tried, proposed, values):
    role = tried.role
    tried.put(proposed)
    TOTAL["proposed"] += size(proposed)
    all_allowed(tried, role.work, values)
    all_denied(tried, role.never + role.refused, values)
    all_allowed(tried, role.unseen, values)
    say(4, f"{role.name}, as proposed ({size(proposed):,} characters): today's {len(role.work)} calls of its function are allowed, "
           f"and {len(role.unseen)} that no trail would have shown; {len(role.never + role.refused)} others are denied")


def drop_each(tried, statements, values):
    """Each statement of the proposal, and each action that the calls ask for, is missed when it is not there."""
    proposed, role = tried.policies, tried.role
    unasked, actions = {}, 0
    for name, number, grounds in statements:
        statement = proposed[name]["Statement"][number]
        rest = [other for other in proposed[name]["Statement"] if other is not statement]
        if not is_missed(tried, name, rest, statement, values):
            unasked[statement.get("Sid") if statement["Effect"] == "Deny" else statement["Resource"]] = statement
        listed = statement["Action"] if isinstance(statement["Action"], list) else []
        for action in listed if statement["Effect"] == "Allow" else []:
            if grounds[action] & ASKED_FOR:
                less = {**statement, "Action": [other for other in listed if other != action]}
                if not is_missed(tried, name, [*rest, less], statement, values):
                    tried.put(proposed)
                    sys.exit(f"{role.name} does all its work without {action} of\n{json.dumps(statement, indent=2)}")
                actions += 1
        tried.put(proposed)
    if unasked.keys() != role.unasked.keys():
        sys.exit(f"{role.name} does all its work without\n{json.dumps(list(unasked.values()), indent=2)}\n"
                 f"expected was {role.unasked}")
    TOTAL.update(statements=len(statements), actions=actions)
    say(5, f"{role.name}: {len(statements)} statements, and {actions} actions of them, are left out one at a time: all are missed"
           + "".join(f", but {name}: {why}" for name, why in role.unasked.items()))


def is_missed(tried, name, rest, statement, values):
    """Whether some call tells that a policy of the role has other statements."""
    documents = {**tried.policies, name: {**tried.policies[name], "Statement": rest}}
    tried.put({name: document for name, document in documents.items() if document["Statement"]})
    calls, denied = (tried.role.work, True) if statement["Effect"] == "Allow" else (tried.role.refused, False)
    for call in calls:
        TOTAL["calls"] += 1
        if tried.is_denied(call, values) == denied:
            TOTAL["denied"] += denied
            return True
    return False


main()
