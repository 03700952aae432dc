"""Reads structures and data by sdmx1: `sdmx1_client.py RUN_JSON`."""

import logging

import sdmx

from service import DATA_XML, KEY, SDMX, STRUCTURE_XML, figures, same

# It says that it has no structure at hand, and needs none.
logging.getLogger("sdmx").setLevel(logging.ERROR)

# It asks for anything where it is told nothing else, and reads SDMX-ML alone.
structure = {"Accept": STRUCTURE_XML, "Authorization": KEY}
sdmx.add_source(
    {
        "id": "SCSTAT",
        "name": "Weir",
        "url": SDMX,
        "versions": ["3.0.0"],
        "headers": {
            "data": {"Accept": DATA_XML, "Authorization": KEY},
            "dataflow": structure,
            "datastructure": structure,
            "codelist": structure,
            "conceptscheme": structure,
        },
    }
)
client = sdmx.Client("SCSTAT")
flows = sorted(client.dataflow().dataflow)
same("sdmx1: dataflows", flows, ["HT", "HT_NUM", "HT_REF", "HT_TARGET"])
flow = client.dataflow("HT", params={"references": "all"})
dimensions = [one.id for one in flow.structure["DSD_HT"].dimensions]
same("sdmx1: dimensions", dimensions, ["FREQ", "REF_AREA", "INDICATOR", "FIELD", "BASIS", "TIME_PERIOD"])
same("sdmx1: areas", len(sdmx.to_pandas(client.codelist("CL_AREA").codelist["CL_AREA"])), 205)

data = sdmx.to_pandas(client.data("HT", key="A.510000.HVP_PER_10K_POP._T"))
read = {str(index[list(data.index.names).index("TIME_PERIOD")]): value for index, value in data.items()}
same("sdmx1: values", read, figures("HVP_PER_10K_POP", "510000"))
several = client.data("HT", key="A.510000.HTE_COUNT._T,A.510100.HTE_COUNT._T", params={"lastNObservations": 1})
same("sdmx1: series", len(several.data[0].series), 2)
