//! Reference values on the wire.

use serde_json::json;
use weir_schemas::codelist::Area;

use crate::simulate::data::Reference;
use crate::simulate::planned::Written;
use crate::simulate::scale::Scale;

/// The publication of a reference value, in a smaller province in proportion.
pub(in crate::simulate) fn published(reference: &Reference, scale: Scale) -> Written {
    let Reference { series, area, period, unit, vintage, published_on, .. } = reference;
    let places = if matches!(unit.as_str(), "100MCNY" | "10k_persons") { 4 } else { 0 };
    // Ratios, and zones, are the same in a province of any size.
    let shrinks = unit != "percent" && !series.contains("_PER_10K_") && series != "official_HT_ZONES";
    let (value, source) = if scale.is_full() {
        (reference.value, reference.source.clone())
    } else {
        let value = if shrinks { scale.value(reference.value, places) } else { reference.value };
        (value, format!("synthetic: for a smaller province, from {}", reference.source))
    };
    let data = json!({
        "series": series,
        "area": area,
        "period": period,
        "value": value.to_string(),
        "unit": unit,
        "vintage": vintage,
        "published_on": published_on,
        "source": source,
    });
    let subject = format!("{series}:{area}:{period}");
    // The provincial bureau publishes for its prefectures too.
    let event = Written::new("weir.reference.published.v1", &subject, vintage, Area::SICHUAN, &data);
    Written { synthetic: reference.synthetic || !scale.is_full(), ..event }
}
