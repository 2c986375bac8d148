"""What calls and roles are, and how policies are written down."""

from dataclasses import dataclass, field

from stand_in import ACCOUNT, REGION


def arn(service, resource):
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}"


@dataclass(frozen=True)
class Call:
    """One call of boto3: `Call("s3", "get_object", Bucket=…)`."""

    service: str
    method: str
    arguments: dict = field(default_factory=dict)
    # The trail has no record of it: CloudTrail never has, or this trail is not told to record events of its kind.
    unlogged: bool = False
    # An error that this call is right to end with: it was authorised.
    ends_with: str = ""
    region: str = REGION

    def with_values(self, values):
        """The arguments, with what their `{…}` stand for."""

        def filled(value):
            if isinstance(value, dict):
                return {name: filled(inner) for name, inner in value.items()}
            if isinstance(value, list):
                return [filled(inner) for inner in value]
            for name, known in values.items():
                if value == name:
                    return known
                if isinstance(value, str) and isinstance(known, str):
                    value = value.replace(name, known)
            return value

        return filled(self.arguments)

    def __str__(self):
        shown = (f"{name}={value}" for name, value in self.arguments.items() if isinstance(value, str))
        return f"{self.service}.{self.method}({', '.join(shown)})"


def call(service, method, unlogged=False, ends_with="", region=REGION, **arguments):
    return Call(service, method, arguments, unlogged, ends_with, region)


@dataclass(frozen=True)
class Role:
    name: str
    function: str
    # What it is granted: policies by name.
    broad: dict
    # What its function does.
    work: list
    # What the broad policies allow, and the function never does.
    never: list
    # The same, where no trail would have shown it: it stays allowed.
    unseen: list = field(default_factory=list)
    # What the broad policies already deny.
    refused: list = field(default_factory=list)
    # Which of the broad policies are customer managed; the others are inline.
    managed: frozenset = frozenset()
    # Statements of the proposal that none of all these calls asks for, by resource or by Sid, and why they stay.
    unasked: dict = field(default_factory=dict)


def policy(*statements):
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(actions, resources="*", **more):
    return {"Effect": "Allow", "Action": actions, "Resource": resources, **more}


def deny(actions, resources="*", **more):
    return {"Effect": "Deny", "Action": actions, "Resource": resources, **more}
