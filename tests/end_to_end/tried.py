"""Calls that are really made, by whom, and whether they are allowed."""

import functools
import json
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from stand_in import REGION

# 403 is all that a HEAD request says.
DENIED = {"AccessDenied", "AccessDeniedException", "AuthorizationError", "403"}


def clients(url, key, secret, token=None):
    """What makes a client of a service, each once."""

    @functools.cache
    def client(service, region=REGION):
        config = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})
        return boto3.client(
            service, region_name=region, endpoint_url=url, config=config,
            aws_access_key_id=key, aws_secret_access_key=secret, aws_session_token=token)

    return client


def assume(url, admin, role, session):
    """The credentials of a session of a role."""
    answer = admin("sts").assume_role(RoleArn=role, RoleSessionName=session)["Credentials"]
    return answer["AccessKeyId"], answer["SecretAccessKey"], answer["SessionToken"]


class Tried:
    """A role of the account, with a session that has the name of its function, as Lambda names it."""

    def __init__(self, role, admin, url):
        self.role, self.admin = role, admin
        self.made = admin("iam").get_role(RoleName=role.name)["Role"]
        self.client = clients(url, *assume(url, admin, self.made["Arn"], role.function))
        self.policies, self.managed, self.attached = {}, frozenset(), []

    def put(self, policies, managed=frozenset()):
        """The role has these policies, and no others; those with the names are customer managed, the others inline."""
        iam, role = self.admin("iam"), self.role.name
        for arn in self.attached:
            iam.detach_role_policy(RoleName=role, PolicyArn=arn)
        for name in self.policies.keys() - policies.keys() - self.managed:
            iam.delete_role_policy(RoleName=role, PolicyName=name)
        for name in policies.keys() - managed:
            if policies[name] != self.policies.get(name):
                iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(policies[name]))
        made = [iam.create_policy(PolicyName=name, PolicyDocument=json.dumps(policies[name])) for name in managed]
        self.attached = [answer["Policy"]["Arn"] for answer in made]
        for arn in self.attached:
            iam.attach_role_policy(RoleName=role, PolicyArn=arn)
        self.policies, self.managed = policies, managed

    def answer(self, call, values):
        """What the call is answered: a dictionary, or the code of an error."""
        try:
            return getattr(self.client(call.service, call.region), call.method)(**call.with_values(values))
        except ClientError as error:
            return error.response["Error"]["Code"]

    def is_denied(self, call, values):
        answer = self.answer(call, values)
        if isinstance(answer, str) and answer not in DENIED | {call.ends_with}:
            self.fail(call, "to be allowed or denied", answer)
        return isinstance(answer, str) and answer in DENIED

    def allowed(self, call, values):
        """What an allowed call is answered."""
        answer = self.answer(call, values)
        if isinstance(answer, str) and answer != call.ends_with:
            self.fail(call, "to be allowed", answer)
        return answer

    def denied(self, call, values):
        if not self.is_denied(call, values):
            self.fail(call, "to be denied", "it is allowed")

    def fail(self, call, expected, answer):
        sys.exit(f"{self.role.name} asked\n  {call}\n  {call.arguments}\nunder\n{json.dumps(self.policies, indent=2)}\n"
                 f"expected {expected}, and was answered: {answer}")
