"""That events are in force as they were meant: `understood.py RUN_JSON` reads their ids, a line each."""

import json
import pathlib
import sys
import time

import requests

RUN = json.loads(pathlib.Path(sys.argv[1]).read_text())
EVENT = json.loads((pathlib.Path(__file__).parent / "event.json").read_text())
KEY = {"authorization": f"Bearer {RUN['keys']['official']}"}


def receipt(id):
    """The receipt of an event, once aggregation has it."""
    deadline = time.monotonic() + 120
    while True:
        asked = {"source": EVENT["source"], "id": id}
        answer = requests.get(f"{RUN['query']}/v1/receipts", params=asked, headers=KEY, timeout=60)
        if answer.status_code == 200:
            return answer.json()["receipts"][0]
        if answer.status_code != 404 or time.monotonic() > deadline:
            sys.exit(f"{id}: {answer.status_code} {answer.text}")
        time.sleep(0.2)


ids = sys.stdin.read().splitlines()
for id in ids:
    told = receipt(id)
    meant = {"subject": EVENT["subject"], "type": EVENT["type"], "synthetic": True}
    differs = {name: told[name] for name, value in meant.items() if told[name] != value}
    if differs or told["logged"][0]["outcome"] != "stored":
        sys.exit(f"{id}: {differs or told}")
print(f"{len(ids)} events of other people's SDKs are understood")
