"""Writes an event in each mode to its bureau's inbox by the CNCF's SDK for Python: `inbox.py RUN_JSON BOOTSTRAP KEY`. Prints the ids."""

import json
import pathlib
import sys
import time
from datetime import datetime

import requests
from cloudevents.core.bindings import kafka as binding
from cloudevents.core.v1.event import CloudEvent
from kafka import KafkaProducer
from kafka.admin import KafkaAdminClient, NewTopic

RUN = json.loads(pathlib.Path(sys.argv[1]).read_text())
BOOTSTRAP, KEY = sys.argv[2:]
EVENT = json.loads((pathlib.Path(__file__).parent / "event.json").read_text())
DATA = EVENT.pop("data")
INBOX = "weir.inbox.510700"


class NotUtf8(str):
    """The name of a header that a client in another language might write."""

    def encode(self, *_):
        return b"\xff\xfe"


def rejected():
    """What the bureau is told was rejected, by place."""
    headers = {"authorization": f"Bearer {KEY}"}
    answer = requests.get(f"{RUN['ingest']}/v1/rejected", headers=headers, timeout=60)
    answer.raise_for_status()
    return {(one["place"]["partition"], one["place"]["offset"]): one for one in answer.json()["rejected"]}


KafkaAdminClient(bootstrap_servers=BOOTSTRAP).create_topics([NewTopic(INBOX, 1, 1)])
producer = KafkaProducer(bootstrap_servers=BOOTSTRAP, acks="all")


def write(value, headers, key=None):
    sent = producer.send(INBOX, value, key, headers).get(timeout=60)
    return sent.partition, sent.offset


event_time = datetime.fromisoformat(EVENT["time"].replace("Z", "+00:00"))
ids = []
for mode, to in [("binary", binding.to_binary_event), ("structured", binding.to_structured_event)]:
    # Percent signs are what they are: this binding does not encode.
    ids.append(f"kafka-{mode} 川 100%25")
    attributes = {**EVENT, "id": ids[-1], "time": event_time, "specversion": "1.0", "synthetic": True}
    event = CloudEvent({**attributes, "datacontenttype": "application/json", "partitionkey": "any"}, DATA)
    message = to(event, key_mapper=lambda event: event.get_subject().encode())
    write(message.value, list(message.headers.items()), message.key)

structured = [("content-type", b"application/cloudevents+json")]
bad = [
    write(b"{}", [(NotUtf8("name"), b"x")]),
    write(None, [("ce_id", b"no value")], b"key"),
    write(b"\xff", structured),
    write(b"no headers", []),
]
ids.append("kafka-last")
last = {**EVENT, "id": ids[-1], "specversion": "1.0", "synthetic": True, "data": DATA}
write(json.dumps(last).encode(), structured)

deadline = time.monotonic() + 120
while len(rejected()) < len(bad):
    if time.monotonic() > deadline:
        sys.exit(f"of {bad} these are told: {rejected()}")
    time.sleep(0.2)
told = [rejected()[place]["problems"][0]["code"] for place in bad]
if told != ["E-BINDING", "E-MISSING", "E-JSON", "E-BINDING"]:
    sys.exit(f"told {told}")
print(*ids, sep="\n")
