"""Reads structures and data by pysdmx: `pysdmx_client.py RUN_JSON`."""

from pysdmx.api.fmr import RegistryClient
from pysdmx.io import get_datasets, read_sdmx

from service import DATA_CSV, DATA_XML, SDMX, STRUCTURE_JSON, STRUCTURE_XML, figures, get, same

FLOW = "/structure/dataflow/SCSTAT/HT/1.0.0?references=all"
DATA = "/data/dataflow/SCSTAT/HT/1.0.0/A.510000.HVP_PER_10K_POP._T/"
DIMENSIONS = ["FREQ", "REF_AREA", "INDICATOR", "FIELD", "BASIS", "TIME_PERIOD"]

# Structures need no key.
registry = RegistryClient(SDMX)
flows = sorted(flow.id for flow in registry.get_dataflows("SCSTAT"))
same("pysdmx: dataflows", flows, ["HT", "HT_NUM", "HT_REF", "HT_TARGET"])
areas = registry.get_codes("SCSTAT", "CL_AREA", "1.0.0")
same("pysdmx: areas", [areas.items[0].id, areas.items[0].name, len(areas.items)], ["510000", "Sichuan", 205])
concepts = registry.get_concepts("SCSTAT", "CS_HT", "1.0.0")
same("pysdmx: concepts", [one.id for one in concepts.items[:6]], DIMENSIONS)
schema = registry.get_schema("dataflow", "SCSTAT", "HT", "1.0.0")
same("pysdmx: dimensions of the schema", [one.id for one in schema.components.dimensions], DIMENSIONS)
same("pysdmx: measures of the schema", [one.id for one in schema.components.measures], ["OBS_VALUE"])
indicators = schema.components["INDICATOR"].enumeration
same("pysdmx: indicators of the schema", len(indicators.items), 27)

expected = figures("HVP_PER_10K_POP", "510000")
structures = {"JSON": get(FLOW, STRUCTURE_JSON), "XML": get(FLOW, STRUCTURE_XML)}
for of, structure in structures.items():
    for name, accept in [("CSV", DATA_CSV), ("XML", DATA_XML)]:
        data = get_datasets(get(DATA, accept), structure)[0].data
        read = dict(zip(data["TIME_PERIOD"].astype(str), data["OBS_VALUE"].astype(float)))
        same(f"pysdmx: {name} by structures in {of}", read, expected)
flat = read_sdmx(get(f"{DATA}?dimensionAtObservation=AllDimensions", DATA_XML), validate=True)
same("pysdmx: flat XML", len(flat.data[0].data), len(expected))
