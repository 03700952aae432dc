"""Sends an event in each mode by the CNCF's SDK for Python, of both its interfaces: `python.py RUN_JSON`. Prints the ids."""

import json
import pathlib
import sys
import warnings
from datetime import datetime

import requests
from cloudevents.core.bindings import http as core
from cloudevents.core.v1.event import CloudEvent as CoreEvent
from cloudevents.v1.conversion import to_binary, to_json, to_structured
from cloudevents.v1.http import CloudEvent

warnings.simplefilter("ignore")
RUN = json.loads(pathlib.Path(sys.argv[1]).read_text())
EVENT = json.loads((pathlib.Path(__file__).parent / "event.json").read_text())
DATA = EVENT.pop("data")


def attributes(id, **others):
    return {**EVENT, "id": id, "datacontenttype": "application/json", "synthetic": True, **others}


def send(ids, headers, body):
    headers = {**headers, "authorization": f"Bearer {RUN['keys']['bureau']}"}
    answer = requests.post(f"{RUN['ingest']}/v1/events", headers=headers, data=body, timeout=60)
    if answer.status_code != 202 or answer.json()["accepted"] != len(ids):
        sys.exit(f"{ids} answered {answer.status_code}: {answer.text}")
    print(*ids, sep="\n")


# A name that headers can only hold percent-encoded.
time = datetime.fromisoformat(EVENT["time"].replace("Z", "+00:00"))
for mode, write in [("binary", core.to_binary_event), ("structured", core.to_structured_event)]:
    id = f"py-{mode} 川"
    message = write(CoreEvent(attributes(id, time=time, specversion="1.0"), DATA))
    send([id], message.headers, message.body)

# The older interface writes headers as they are.
send(["py-old-binary"], *to_binary(CloudEvent(attributes("py-old-binary", synthetic="true"), DATA)))
send(["py-old-structured"], *to_structured(CloudEvent(attributes("py-old-structured"), DATA)))
batch = ["py-old-batch-1", "py-old-batch-2"]
body = ",".join(to_json(CloudEvent(attributes(id), DATA)).decode() for id in batch)
send(batch, {"content-type": "application/cloudevents-batch+json"}, f"[{body}]".encode())
