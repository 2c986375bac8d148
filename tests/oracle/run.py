#!/usr/bin/env python3
"""Runs the program on generated pairs of policies and holds every answer against z3. See README.md."""

import argparse
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
import json
from multiprocessing import Pool
from pathlib import Path
import shutil
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True  # no __pycache__ beside the tests

try:
    from decide import beyond
except ModuleNotFoundError as missing:
    if missing.name != "z3":
        raise
    print("skipped: z3 is not installed")
    sys.exit(3)
from concrete import Ill, allows
from generate import pair

WORKERS = 2
MOST_SHOWN = 10
PROGRAM_SECONDS = 20
NO_ANSWER = {"relation": "no answer", "gained": [], "lost": []}

# What a relation says: is something gained, is something lost?
RELATIONS = {
    "equal": {"gained": False, "lost": False},
    "narrower": {"gained": False, "lost": True},
    "broader": {"gained": True, "lost": False},
    "incomparable": {"gained": True, "lost": True},
    "unknown": {},
}


@dataclass
class Judged:
    """One pair, with all that is wrong with the program's answer to it."""

    number: int
    before: dict
    after: dict
    answer: dict
    z3: dict
    wrong: list = field(default_factory=list)
    undecided: bool = False

    @property
    def relation(self):
        return self.answer["relation"]

    @property
    def verdict(self):
        return "failed" if self.wrong else "skipped" if self.undecided or self.relation == "unknown" else "passed"

    def shown(self):
        lines = [f"pair {self.number}: {problem}" for problem in self.wrong]
        parts = {"before": self.before, "after": self.after, "program": self.answer, "z3": self.z3}
        return "\n".join(lines + [f"  {name}: {json.dumps(part)}" for name, part in parts.items()])


def judge(asked):
    """The verdict on one pair."""
    options, number = asked
    before, after = pair(options.seed, number)
    answer, wrong = ask(options.program, before, after)
    decided = {
        "gained": beyond(after, before, options.timeout_ms),
        "lost": beyond(before, after, options.timeout_ms),
    }
    judged = Judged(number, before, after, answer, decided, wrong)
    for name, wide, narrow in (("gained", after, before), ("lost", before, after)):
        compare(judged, name, wide, narrow)
    return judged


def compare(judged, name, wide, narrow):
    """One direction: what the program says, z3's answer, and the program's witnesses."""
    witnesses = [entry["witness"] for entry in judged.answer[name]]
    refusals = [refusal for refusal in (refused(witness, wide, narrow) for witness in witnesses) if refusal]
    judged.wrong += [f"a witness of {name} {refusal}" for refusal in refusals]
    found = judged.z3[name]
    if witnesses and not refusals and found == "unsat":
        judged.wrong.append(f"z3 says that nothing is {name}, and yet the witness is right: the encoding is wrong")
    claimed = RELATIONS.get(judged.relation, {}).get(name)
    if claimed is None:
        return
    if claimed != bool(witnesses):
        judged.wrong.append(f"{judged.relation}, with {len(witnesses)} witnesses of {name}")
    if found == "unknown":
        judged.undecided |= not claimed or not witnesses or bool(refusals)
    elif claimed != (found == "sat"):
        judged.wrong.append(f"{judged.relation}, but {'nothing' if claimed else 'something'} is {name}")


def refused(witness, wide, narrow):
    """Why this is no request that one policy allows and the other does not, or None."""
    try:
        if not allows(wide, witness):
            return f"is not allowed where it should be: {json.dumps(witness)}"
        if allows(narrow, witness):
            return f"is allowed on both sides: {json.dumps(witness)}"
    except Ill as ill:
        return f"is not a request ({ill}): {json.dumps(witness)}"
    except (AttributeError, KeyError, TypeError):
        return f"has not the agreed form: {json.dumps(witness)}"
    return None


def ask(program, before, after):
    """The program's answer, and what is wrong with its form."""
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder, "before.json"), Path(folder, "after.json")]
        for file, policy in zip(files, (before, after)):
            file.write_text(json.dumps(policy))
        command = [program, "diff", *map(str, files), "--format", "json"]
        try:
            ran = subprocess.run(command, capture_output=True, text=True, timeout=PROGRAM_SECONDS)
        except subprocess.TimeoutExpired:
            return NO_ANSWER, [f"no answer within {PROGRAM_SECONDS} s"]
    return checked(ran)


def checked(ran):
    try:
        answer = agreed(json.loads(ran.stdout))
    except (AttributeError, ValueError, KeyError, TypeError):
        said = (ran.stderr or ran.stdout).strip()[:500]
        return NO_ANSWER, [f"exit code {ran.returncode} and no answer of the agreed form; {said}"]
    relation = answer["relation"]
    expected = ran.returncode if relation == "unknown" else int(RELATIONS[relation]["gained"])
    return answer, [] if ran.returncode == expected else [f"{relation}, with exit code {ran.returncode}"]


def agreed(answer):
    """What is compared of an answer; an error if it is not there."""
    if answer["relation"] not in RELATIONS:
        raise KeyError(answer["relation"])
    lists = {name: answer.get(name, []) for name in ("gained", "lost")}
    witnesses = {name: [{"witness": entry["witness"]} for entry in entries] for name, entries in lists.items()}
    return {"relation": answer["relation"]} | witnesses


def judge_all(options):
    """The verdicts on all pairs, in order, as far as the time goes."""
    end = time.monotonic() + options.seconds
    with closing(Pool(WORKERS)) as pool:
        for judged in pool.imap(judge, ((options, number) for number in range(options.pairs)), chunksize=4):
            yield judged
            if time.monotonic() > end:
                pool.terminate()
                return


def report(options, everything, seconds):
    failed = [judged for judged in everything if judged.verdict == "failed"]
    for judged in failed[:MOST_SHOWN]:
        print(judged.shown())
    if len(failed) > MOST_SHOWN:
        print(f"and {len(failed) - MOST_SHOWN} more")
    relations = Counter(judged.relation for judged in everything)
    directions = Counter(answer for judged in everything for answer in judged.z3.values())
    decided, all_of_them = directions.total() - directions["unknown"], max(directions.total(), 1)
    print(f"{len(everything)} of {options.pairs} pairs of seed {options.seed} in {seconds:.0f} s")
    print("the program says: " + ", ".join(f"{name} {count}" for name, count in sorted(relations.items())))
    print(f"z3 decided {decided} of {directions.total()} directions ({100 * decided / all_of_them:.1f} %)")
    verdicts = Counter(judged.verdict for judged in everything)
    print(f"{verdicts['passed']} passed, {verdicts['failed']} failed, {verdicts['skipped']} skipped")
    return 1 if failed else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", required=True, help="the command to test")
    parser.add_argument("--pairs", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--timeout-ms", type=int, default=300, help="the longest that z3 may think about one question")
    parser.add_argument("--seconds", type=float, default=150, help="stop after this long")
    options = parser.parse_args()
    if not shutil.which(options.program):
        parser.error(f"{options.program} is not a program")
    began = time.monotonic()
    everything = list(judge_all(options))
    return report(options, everything, time.monotonic() - began)


if __name__ == "__main__":
    sys.exit(main())
