"""The service that is asked, as its `run.json` has it."""

import json
import pathlib
import sys

import requests

RUN = json.loads(pathlib.Path(sys.argv[1]).read_text())
SDMX = f"{RUN['query']}/sdmx"
KEY = f"Bearer {RUN['keys']['official']}"

DATA_CSV = "application/vnd.sdmx.data+csv;version=2.0.0"
DATA_JSON = "application/vnd.sdmx.data+json;version=2.0.0"
DATA_XML = "application/vnd.sdmx.data+xml;version=3.0.0"
STRUCTURE_JSON = "application/vnd.sdmx.structure+json;version=2.0.0"
STRUCTURE_XML = "application/vnd.sdmx.structure+xml;version=3.0.0"


def get(path, accept):
    answer = requests.get(SDMX + path, headers={"Accept": accept, "Authorization": KEY}, timeout=60)
    if answer.status_code != 200:
        sys.exit(f"{path} answered {answer.status_code}: {answer.text}")
    if answer.headers["content-type"].split(";")[0] != accept.split(";")[0]:
        sys.exit(f"{path} answered {answer.headers['content-type']}")
    return answer.text


def figures(indicator, area, **parameters):
    """What the service's own interface shows: values by period."""
    url = f"{RUN['query']}/v1/indicators/{indicator}"
    answer = requests.get(url, params={"area": area, **parameters}, headers={"Authorization": KEY}, timeout=60)
    shown = {one["period"]: one["value"] for one in answer.json()["observations"]}
    return {period: float(value) for period, value in shown.items() if value is not None}


def same(what, read, expected):
    if not expected or read != expected:
        sys.exit(f"{what}: read {read}, expected {expected}")
    print(f"{what}: {read if isinstance(read, int) else len(read)}, as expected")
