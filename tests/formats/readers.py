"""Reads every format by the library that people read it with, and compares it with JSON: `readers.py RUN_JSON FOLDER`.

Leaves `figures.csv` and `figures.json` in the folder, for readers in other languages.
"""

import io
import json
import pathlib
import sys
from decimal import Decimal

import openpyxl
import pandas
import pyarrow.ipc
import pyarrow.parquet
import requests
from pyjstat import pyjstat

RUN = json.loads(pathlib.Path(sys.argv[1]).read_text())
FOLDER = pathlib.Path(sys.argv[2])
FIGURES = [
    "/v1/indicators/HT_REVENUE?area=510000,510100,510700&freq=Q&from=2021-Q1&to=2022-Q4",
    "/v1/indicators/HVP_PER_10K_POP?area=children:510000&from=2021&to=2023",
    "/v1/measures/high_tech_revenue?area=510000&freq=M&from=2022-01&to=2022-12&growth=panel",
    "/v1/releases/formats/indicators/RD_GDP_RATIO?area=children:510000&from=2021&to=2023",
]
LISTS = [
    ("/v1/targets?area=510000", "targets", "analyst"),
    ("/v1/releases", "releases", "public"),
    ("/v1/releases/formats/targets?area=510000", "targets", "public"),
    ("/v1/coverage?form=107-2&period=2022&area=children:510000", "areas", "analyst"),
    ("/v1/queries?limit=50", "queries", "official"),
    ("/v1/exceptions?kind=unplaced&limit=50", "exceptions", "official"),
    ("/v1/exceptions?kind=foreign&limit=50", "exceptions", "official"),
]
# What in JSON are objects inside a row; columns say of them what matters.
NESTED = {"latest", "explained", "event", "first"}
DECIMALS = {
    "value", "numerator", "supplement", "denominator", "coverage", "official", "official_difference", "growth",
    "needed", "baseline", "target", "suppressed_share",
}


def ask(path, format=None, role="analyst", **headers):
    headers = {"authorization": f"Bearer {RUN['keys'][role]}", **headers}
    if format:
        path += f"{'&' if '?' in path else '?'}format={format}"
    answer = requests.get(RUN["query"] + path, headers=headers, timeout=60)
    if answer.status_code != 200:
        sys.exit(f"{path} answered {answer.status_code}: {answer.text}")
    return answer


def plain(value):
    """A value as JSON has it: nothing, text, a number in digits, a word."""
    if value is None or value is pandas.NA or value != value or value == "":
        return None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float, Decimal)):
        return format(Decimal(str(value)).normalize(), "f")
    return str(value)


def same(name, json_value, read):
    expected, read = plain(json_value), plain(read)
    if name in DECIMALS and expected is not None:
        return read is not None and Decimal(expected) == Decimal(read)
    return expected == read


def compare(what, observations, rows):
    assert len(rows) == len(observations), f"{what}: {len(rows)} rows, {len(observations)} observations"
    compared = 0
    for expected, row in zip(observations, rows):
        for name, value in expected.items():
            if name in NESTED or isinstance(value, dict | list):
                continue
            assert name in row, f"{what} has no {name}"
            assert same(name, value, row[name]), f"{what} {name}: {value!r} in JSON, {row[name]!r} here"
            compared += 1
    print(f"{what}: {compared} values are those of JSON")


def by_pandas(body, encoding):
    frame = pandas.read_csv(io.BytesIO(body), dtype=str, encoding=encoding, keep_default_na=False)
    if encoding == "utf-8-sig":
        # An apostrophe keeps Excel from running what begins like a formula.
        frame = frame.map(lambda text: text[1:] if len(text) > 1 and text[0] == "'" else text)
    return frame.to_dict("records")


def by_openpyxl(body):
    workbook = openpyxl.load_workbook(io.BytesIO(body), read_only=True)
    names, *rows = workbook["data"].iter_rows(values_only=True)
    if "area" in names:
        assert all(isinstance(row[names.index("area")], str | None) for row in rows), "an area is text"
    return [dict(zip(names, row)) for row in rows]


def by_arrow(table):
    assert all(str(table.schema.field(name).type) == "decimal128(38, 6)" for name in DECIMALS & set(table.schema.names))
    assert table.schema.metadata[b"weir.synthetic"] in (b"true", b"false")
    return table.to_pylist()


def table_rows(path, role):
    arrow = pyarrow.ipc.open_stream(ask(path, "arrow", role).content).read_all()
    parquet = pyarrow.parquet.read_table(io.BytesIO(ask(path, "parquet", role).content))
    assert arrow.schema.names == parquet.schema.names and arrow.equals(parquet), "Arrow and Parquet differ"
    return {
        "pandas, csv": by_pandas(ask(path, "csv", role).content, "utf-8"),
        "pandas, csv-excel": by_pandas(ask(path, "csv-excel", role).content, "utf-8-sig"),
        "openpyxl": by_openpyxl(ask(path, "xlsx", role).content),
        "pyarrow, Arrow": by_arrow(arrow),
        "pyarrow, Parquet": by_arrow(parquet),
    }


def by_pyjstat(path, answer):
    text = ask(path, "json-stat").text
    data_set = pyjstat.Dataset.read(text)
    assert data_set["version"] == "2.0" and data_set["role"]["geo"] == ["area"] and data_set["role"]["time"] == ["period"]
    assert data_set["extension"]["synthetic"] is answer["synthetic"]
    assert answer["synthetic"] == ("note" in data_set)
    frame = data_set.write("dataframe", naming="id")
    metrics = list(data_set["dimension"]["metric"]["category"]["index"])
    rows = [frame.iloc[at : at + len(metrics)] for at in range(0, len(frame), len(metrics))]
    rows = [
        {"area": row["area"].iloc[0], "period": row["period"].iloc[0], **dict(zip(row["metric"], row["value"]))}
        for row in rows
    ]
    # A statistic's exact digits, which a binary number would keep to 17 places at most.
    exact = json.loads(text, parse_float=Decimal)
    for at, row in enumerate(rows):
        row.update({metric: exact["value"][at * len(metrics) + place] for place, metric in enumerate(metrics)})
        row["status"] = exact["status"][at * len(metrics)]
        row.update({name: values[at] for name, values in exact["extension"]["attributes"].items()})
    compare(f"{path}: pyjstat", answer["observations"], rows)
    named = data_set.write("dataframe", naming="label")
    assert any("四川" in str(label) or "市" in str(label) for label in named.iloc[:, 0]), "areas have Chinese names"


for path in FIGURES:
    answer = ask(path).json()
    assert answer["synthetic"] and any(one["value"] for one in answer["observations"]), f"{path} has no figures"
    for reader, rows in table_rows(path, "analyst").items():
        compare(f"{path}: {reader}", answer["observations"], rows)
        assert all(row["area_zh"] and "\ufffd" not in row["area_zh"] for row in rows)
        assert {plain(row["synthetic"]) for row in rows} <= {"true", "True"}
    by_pyjstat(path, answer)

for path, member, role in LISTS:
    answer = ask(path, role=role).json()
    for reader, rows in table_rows(path, role).items():
        compare(f"{path}: {reader}", answer[member], rows)

# A receipt's copies, a row each.
event = next(one["event"] for one in ask("/v1/queries?limit=1", role="official").json()["queries"])
path = f"/v1/receipts?source={event['source']}&id={requests.utils.quote(event['id'])}"
told = ask(path, role="official").json()["receipts"]
copies = [{**copy, **{name: one[name] for name in ("subject", "type", "standing")}} for one in told for copy in one["logged"]]
assert copies
for reader, rows in table_rows(path, "official").items():
    compare(f"{path}: {reader}", copies, rows)

# Chinese is what it was, character by character.
plan = requests.get(RUN["query"] + "/v1/plan", timeout=60).json()
names = {one["id"]: one["name"]["zh"] for one in plan["indicators"]}
for reader, rows in table_rows("/v1/targets?area=510000", "analyst").items():
    assert {row["indicator"]: row["name_zh"] for row in rows} == names, reader

# Pages: the header leads through all of a list, in whatever format.
answer = ask("/v1/queries?limit=7", "csv", "official")
total = ask("/v1/queries?limit=500", "csv", "official")
rows, turned = by_pandas(answer.content, "utf-8"), 0
while "next" in answer.links and turned < 200:
    following = requests.compat.urljoin(answer.url, answer.links["next"]["url"]).removeprefix(RUN["query"])
    answer, turned = ask(following, role="official"), turned + 1
    rows += by_pandas(answer.content, "utf-8")
assert rows[:500] == by_pandas(total.content, "utf-8")[: len(rows)]
print(f"{len(rows)} findings on {turned + 1} pages")

(FOLDER / "figures.csv").write_bytes(ask(FIGURES[0], "csv").content)
values = [one["value"] or "" for one in ask(FIGURES[0]).json()["observations"]]
(FOLDER / "values.txt").write_text("\n".join(values) + "\n")
