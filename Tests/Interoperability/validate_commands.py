"""Validates commands against the JSON Schema that `agentledger schema json-schema` prints.

    validate_commands.py SCHEMA < LINES

Prints a line for each line: null where the command is valid, else what is wrong. The first occurrence of each command
is validated against the whole schema, the others against the definition of the command.
"""

import json
import sys

from jsonschema import Draft202012Validator

with open(sys.argv[1], encoding="utf-8") as file:
    schema = json.load(file)
Draft202012Validator.check_schema(schema)
whole = Draft202012Validator(schema)
definitions = schema["$defs"]
single = {}


def definition(name):
    """The command's definition as a schema of its own: quicker than asking all of them."""
    return Draft202012Validator({
        "$schema": schema["$schema"], "$ref": f"#/$defs/{name}",
        "$defs": {"envelope": definitions["envelope"], name: definitions[name]},
    })


for line in sys.stdin:
    command = json.loads(line)
    name = command.get("command")
    validator = single.get(name, whole)
    error = next(validator.iter_errors(command), None)
    print(json.dumps(error.message[:500] if error else None))
    if name in definitions and name not in single:
        single[name] = definition(name)
