"""Makes the schema of a structure's data in SDMX-ML 3.0, as part 7 of the standard says: codes of their lists, numbers where
numbers belong, and nothing that the structure does not have."""

from xml.sax.saxutils import quoteattr

ROOT = "http://www.sdmx.org/resources/sdmxml/schemas/v3_0"
TYPES = {
    "String": "xs:string",
    "Decimal": "xs:decimal",
    "Integer": "xs:integer",
    "Boolean": "xs:boolean",
    "ObservationalTimePeriod": "common:ObservationalTimePeriodType",
}


def importing(namespaces):
    """A schema of messages, with the schemas of these names for these namespaces."""
    made = [f"<xs:import namespace={quoteattr(uri)} schemaLocation={quoteattr(name)}/>" for name, uri in namespaces.items()]
    return f"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <xs:import namespace="{ROOT}/message" schemaLocation="SDMXMessage.xsd"/>{"".join(made)}
</xs:schema>"""


def of(namespace, structures, level):
    """The schema of a namespace, of the one structure among these."""
    parts = structures["dataStructures"][0]["dataStructureComponents"]
    lists = {list["id"]: [code["id"] for code in list["codes"]] for list in structures["codelists"]}

    def attribute(component, use="optional"):
        """Observations of a deletion have a key alone, so nothing else is required."""
        represented = component["localRepresentation"]
        head = f"<xs:attribute name={quoteattr(component['id'])} use={quoteattr(use)}"
        if "enumeration" not in represented:
            return f"{head} type={quoteattr(TYPES[represented['format']['dataType']])}/>"
        codes = lists[represented["enumeration"].split(":")[-1].split("(")[0]]
        values = "".join(f"<xs:enumeration value={quoteattr(code)}/>" for code in codes)
        return f'{head}><xs:simpleType><xs:restriction base="xs:string">{values}</xs:restriction></xs:simpleType></xs:attribute>'

    key = "".join(attribute(one, "required") for one in parts["dimensionList"]["dimensions"])
    time = attribute(parts["dimensionList"]["timeDimension"], "required")
    others = parts["measureList"]["measures"] + parts["attributeList"]["attributes"]
    others = "".join(attribute(one) for one in others)
    flat = level == "AllDimensions"
    inside = '<xs:element name="Obs" type="ObsType"/>' if flat else '<xs:element name="Series" type="SeriesType"/>'
    return f"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace={quoteattr(namespace)}
  xmlns={quoteattr(namespace)} xmlns:ss="{ROOT}/data/structurespecific" xmlns:common="{ROOT}/common">
  <xs:import namespace="{ROOT}/data/structurespecific" schemaLocation="SDMXDataStructureSpecific.xsd"/>
  <xs:import namespace="{ROOT}/common" schemaLocation="SDMXCommon.xsd"/>
  <xs:complexType name="DataSetType"><xs:complexContent><xs:restriction base="ss:DataSetType">
    <xs:sequence><xs:choice minOccurs="0" maxOccurs="unbounded">{inside}</xs:choice></xs:sequence>
    <xs:attributeGroup ref="ss:SetAttributeGroup"/>
  </xs:restriction></xs:complexContent></xs:complexType>
  <xs:complexType name="SeriesType"><xs:complexContent><xs:restriction base="ss:SeriesType">
    <xs:sequence><xs:element name="Obs" type="ObsType" minOccurs="0" maxOccurs="unbounded"/></xs:sequence>
    {key}<xs:attribute name="TIME_PERIOD" use="prohibited"/>
  </xs:restriction></xs:complexContent></xs:complexType>
  <xs:complexType name="ObsType"><xs:complexContent><xs:restriction base="ss:ObsType">
    <xs:sequence/>{key if flat else ""}{time}{others}
  </xs:restriction></xs:complexContent></xs:complexType>
</xs:schema>"""
