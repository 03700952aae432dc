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
THERE = CHECKS + """
[[operations]]
include-path = "/v1/indicators/{id}"
parameters = { "path.id" = ["HTE_COUNT", "RD_GDP_RATIO"], area = ["510000", "children:510000"], as_of = "2024-06-30" }

[[operations]]
include-path = "/v1/measures/{id}"
parameters = { "path.id" = ["high_tech_revenue", "ref_gdp"], area = "510000,510100", from = "2021", to = "2023", freq = "A" }

[[operations]]
include-path = "/v1/coverage"
parameters = { form = ["107-2", "B103-1"], period = ["2022", "2023"], area = "510000", as_of = "2024-06-30" }

[[operations]]
include-path = "/v1/queries"
parameters = { area = "510000", form = "B203", as_of = "2024-06-30" }

[[operations]]
include-path = "/sdmx/data/{path}"
parameters = { "path.path" = "dataflow/SCSTAT/HT/1.0.0/A.510000", asOf = "2024-06-30T00:00:00Z" }
"""


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


for role in ["analyst", "official"]:
    ask(role, CHECKS)
ask("official", THERE, "--mode", "positive", "--include-path-regex", "^/(v1|sdmx)/")
