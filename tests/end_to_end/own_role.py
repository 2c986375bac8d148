"""The program as a role that may do nothing but read what it reads."""

import json
import os.path
import sys

from program import propose
from shop import LOG, ROLES
from stand_in import ACCOUNT
from tried import assume

NAME = "tightrope"
# This stand-in asks for GetFunction where AWS asks for ListFunctionEventInvokeConfigs and ListFunctionUrlConfigs.
OF_THE_STAND_IN = {"Effect": "Allow", "Action": "lambda:GetFunction", "Resource": "*"}

# It asks for these on `*`, where AWS asks for them on what they read.
OF_ANYTHING = {"events:ListTargetsByRule", "scheduler:GetSchedule"}
# For --last-accessed, which it does not know, for lookup://, and those for which it asks for GetFunction.
UNASKED = {
    "iam:GenerateServiceLastAccessedDetails", "iam:GetServiceLastAccessedDetails", "cloudtrail:LookupEvents",
    "lambda:ListFunctionEventInvokeConfigs", "lambda:ListFunctionUrlConfigs"}


def try_own_role(program, path, admin, url, folder, say):
    shown = os.path.relpath(path)
    if not path.exists():
        return say(f"skipped: there is no {shown}, the policy of tightrope's own role")
    statements = json.loads(path.read_text().replace("YOUR-TRAIL-BUCKET", LOG))["Statement"]
    for statement in statements:
        if str(statement["Action"]) in OF_ANYTHING:
            statement["Resource"] = "*"
    trust = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "sts:AssumeRole"}
    made = admin("iam").create_role(
        RoleName=NAME, AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
    credentials = assume(url, admin, made["Role"]["Arn"], "reads")

    def run(number, allowed):
        document = json.dumps({"Version": "2012-10-17", "Statement": [*allowed, OF_THE_STAND_IN]})
        admin("iam").put_role_policy(RoleName=NAME, PolicyName="reads", PolicyDocument=document)
        ended, folders = propose(program, credentials, url, folder / f"own-{number}")
        return f"{ended.stdout}\n{ended.stderr}", folders

    said, folders = run("whole", statements)
    if folders.keys() != {role.name for role in ROLES} or "denied: the permission" in said:
        sys.exit(f"a role with {shown} does not suffice:\n{said}")
    say(f"a role with no more than {shown} reads the account, and tightrope proposes as before")
    for number, statement in enumerate(statements):
        actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        name = statement.get("Sid", f"statement {number + 1}")
        if UNASKED.issuperset(actions):
            say(f"{name} is for {', '.join(actions)}, which is not asked for here")
            continue
        said, _ = run(number, [other for other in statements if other is not statement])
        missing = [action for action in actions if f"the permission {action} is missing" in said]
        if not missing:
            sys.exit(f"{shown} without {name}: nothing is said of what is missing\n{said}")
        say(f"without {name} it says that it lacks {', '.join(missing)}")
