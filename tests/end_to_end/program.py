"""Tightrope, and what it wrote."""

import json
import os
import subprocess

from shop import LOG
from stand_in import ACCOUNT, REGION


def tightrope(program, credentials, *words):
    """How it ended, with the credentials of somebody."""
    names = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"]
    setting = {**os.environ, **dict(zip(names, credentials))}
    return subprocess.run([program, *words], env=setting, capture_output=True, text=True)


def propose(program, credentials, url, out):
    """Reads the account and its trail and proposes for all roles: how that ended, and the folder of each role."""
    ended = tightrope(
        program, credentials, "run", "--out", out, "--trail", f"s3://{LOG}", "--region", REGION, "--endpoint-url", url)
    return ended, {folder.name: folder for folder in (out / ACCOUNT).glob("*") if (folder / "policy.json").exists()}


def files(folder):
    """In the order of the proposal: `policy.json`, `policy-2.json` and so on."""
    return sorted(folder.glob("policy*.json"), key=lambda path: (len(path.name), path.name))


def policies(folder):
    """The policies of a proposal, by the names of their files."""
    return {path.stem: json.loads(path.read_text()) for path in files(folder)}


def proposal(folder):
    return json.loads((folder / "proposal.json").read_text())["proposal"]


def actions(folder):
    """How many actions a role is granted, and would be."""
    difference = proposal(folder)["difference"]
    return difference["actions_before"], difference["actions_after"]


def reasons(folder):
    """Each statement of a proposal: its policy, its place there, and why each of its actions stays."""
    found = []
    for path, document in zip(files(folder), proposal(folder)["documents"], strict=True):
        assert json.loads(path.read_text()) == document["policy"], path
        for number, statement in enumerate(document["statements"]):
            grounds = {}
            for reason in statement.get("reasons", []):
                grounds.setdefault(reason["actions"], set()).add(reason["ground"])
            found.append((path.stem, number, grounds))
    return found
