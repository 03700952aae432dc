"""Asks what the service's own description allows, and much that it does not, with every check of schemathesis:
`questions.py RUN_JSON FOLDER`."""

import json
import os
import pathlib
import subprocess
import sys

RUN = json.loads(pathlib.Path(sys.argv[1]).read_text())
FOLDER = pathlib.Path(sys.argv[2])
EXAMPLES = os.environ.get("WEIR_QUESTIONS", "25")

# A request may be of the right shape and ask for what is not there: an area outside the plan, a period before the calendar. That
# is a problem that names the parameter, and says so in the document.
CHECKS = """
[checks]
positive_data_acceptance.expected-statuses = [200, 204, 400, 401, 403, 404, 406, 413, 501]
negative_data_rejection.expected-statuses = [400, 401, 403, 404, 405, 406, 501]
"""
# What is there, so that answers are looked at and not only refusals.
WHEN = {"as_of": "2024-06-30"}
RELEASE = {"name": "formats"}
PLACE = {"area": "510000", **WHEN}
THERE = {
    "/v1/indicators/{id}": {"id": "HTE_COUNT", "from": "2021", "to": "2023", "freq": "A", **PLACE},
    "/v1/indicators/{id}/explain": {"id": "HTE_COUNT", "period": "2022", **PLACE},
    "/v1/measures/{id}": {"id": "high_tech_revenue", "from": "2022-01", "to": "2022-12", "freq": "M", **PLACE},
    "/v1/targets": PLACE,
    "/v1/releases/{name}": RELEASE,
    "/v1/releases/{name}/indicators/{id}": {"id": "HTE_COUNT", "area": "510000", "from": "2021", "freq": "A", **RELEASE},
    "/v1/releases/{name}/measures/{id}": {"id": "rd_internal", "area": "510100", "from": "2021", "freq": "A", **RELEASE},
    "/v1/releases/{name}/targets": {"area": "510000", **RELEASE},
    "/v1/coverage": {"form": "107-2", "period": "2022", **PLACE},
    "/v1/queries": {"form": "B203", **PLACE},
    "/v1/exceptions": PLACE,
    "/sdmx/data/{path}": {"path": "dataflow/SCSTAT/HT/1.0.0/A.510000", "asOf": "2024-06-30T00:00:00Z"},
    "/sdmx/structure/{path}": {"path": "dataflow/SCSTAT/HT"},
}


def there():
    """The checks, and for each route the parameters by which something is there."""
    config = CHECKS
    for path, values in THERE.items():
        parameters = ", ".join(f"{name} = {json.dumps(value)}" for name, value in values.items())
        config += f"\n[[operations]]\ninclude-path = {json.dumps(path)}\nparameters = {{ {parameters} }}\n"
    return config


def ask(role, config, *others):
    path = FOLDER / "schemathesis.toml"
    path.write_text(config)
    command = [
        "schemathesis", "--config-file", str(path), "run", f"{RUN['query']}/openapi.json",
        "--checks", "all", "--max-examples", EXAMPLES, "--seed", "14", "--generation-database", "none", "--no-color",
        "--header", f"Authorization: Bearer {RUN['keys'][role]}", *others,
    ]
    print(f"as {role}", flush=True)
    if subprocess.run(command, cwd=FOLDER, stdin=subprocess.DEVNULL).returncode:
        sys.exit(f"as {role}: the description and the service differ")


# A stream is answered for ever: it is described, and not asked for here.
for role in ["analyst", "official"]:
    ask(role, CHECKS, "--exclude-path", "/v1/live")
routes = [option for path in THERE for option in ("--include-path", path)]
ask("official", there(), "--mode", "positive", *routes)
