"""Validates SARIF files against a JSON schema, and says of each what is wrong and where."""

import json
import sys

from jsonschema.validators import validator_for

schema_file, *files = sys.argv[1:]
with open(schema_file, encoding="utf-8") as file:
    schema = json.load(file)
kind = validator_for(schema)
kind.check_schema(schema)
validator = kind(schema, format_checker=kind.FORMAT_CHECKER)


def wrong(log):
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(log)]


# A validator that finds nothing in this has not looked.
broken = {"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"}}, "results": [{"level": "bad"}]}]}
if len(wrong(broken)) < 2:
    sys.exit("the validator does not see what is wrong")

failed = 0
for name in files:
    with open(name, encoding="utf-8") as file:
        found = wrong(json.load(file))
    failed += bool(found)
    for line in found:
        print(f"{name}: {line}")
if not files:
    sys.exit("there is no file to validate")
print(f"{len(files) - failed} passed, {failed} failed")
sys.exit(failed > 0)
