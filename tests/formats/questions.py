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
CONFIG = """
[checks]
positive_data_acceptance.expected-statuses = [200, 400, 401, 403, 404, 406, 503]
negative_data_rejection.expected-statuses = [400, 401, 403, 404, 405, 406]
"""
config = FOLDER / "schemathesis.toml"
config.write_text(CONFIG)

for role in ["analyst", "official"]:
    command = [
        "schemathesis", "--config-file", str(config), "run", f"{RUN['query']}/openapi.json",
        "--checks", "all", "--max-examples", EXAMPLES, "--seed", "14", "--generation-database", "none", "--no-color",
        "--header", f"Authorization: Bearer {RUN['keys'][role]}",
    ]
    print(f"as {role}", flush=True)
    if subprocess.run(command, cwd=FOLDER, stdin=subprocess.DEVNULL).returncode:
        sys.exit(f"as {role}: the description and the service differ")
