#!/usr/bin/env python3
"""Judges the examples of the event schemas by another validator than the tests in Rust do.

    python3 -m venv VENV && VENV/bin/pip install -r schemas/events/requirements.txt
    VENV/bin/python schemas/events/check.py

An example in `valid` or `refused` must be valid, one in `invalid` must not be. Exits with 1, naming each file of
which that is not so.
"""

import json
import sys
from pathlib import Path

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError
from referencing import Registry, Resource

FOLDER = Path(__file__).resolve().parent
GROUPS = {"valid": True, "refused": True, "invalid": False}


def read(file: Path):
    return json.loads(file.read_text(encoding="utf-8"))


def event_of(example, group: str):
    """An example is the event itself, or says beside it what is wrong with it."""
    return example if group == "valid" else example["event"]


def disagreements(folder: Path, registry: Registry):
    """What is wrong with a type's schema or examples, file by file."""
    schema = read(folder / "schema.json")
    validator = Draft202012Validator(schema, registry=registry)
    for group, expected in GROUPS.items():
        files = sorted((folder / group).glob("*.json"))
        if not files:
            yield folder / group, "there are no examples"
        for file in files:
            errors = list(validator.iter_errors(event_of(read(file), group)))
            if expected and errors:
                yield file, f"is not valid: {errors[0].json_path}: {errors[0].message}"
            elif not expected and not errors:
                yield file, "is valid"


def main() -> int:
    types = sorted(FOLDER.glob("weir.*/"))
    if not types:
        sys.exit(f"{FOLDER} holds no event types")
    files = sorted(FOLDER.glob("*.json")) + [folder / "schema.json" for folder in types]
    found = []
    for file in files:
        try:
            Draft202012Validator.check_schema(read(file))
        except SchemaError as error:
            found.append((file, f"is no schema: {error.message}"))
    resources = [Resource.from_contents(read(file)) for file in files]
    registry = Registry().with_resources((resource.id(), resource) for resource in resources)
    for folder in types:
        found.extend(disagreements(folder, registry))
    for file, what in found:
        print(f"{file.relative_to(FOLDER)} {what}", file=sys.stderr)
    examples = sum(1 for group in GROUPS for _ in FOLDER.glob(f"weir.*/{group}/*.json"))
    print(f"{len(types)} event types, {examples} examples, {len(found)} disagreements")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
