//! The figures of one indicator or measure as a table, which is a cube too.

use weir_schemas::plan::Name;

use super::{Answer, Observation, Subject};
use crate::http::format::{Axis, Cube, Dimension, Metric, Rows, Table, Tabular, Title};

impl Subject<'_> {
    /// Which of the two, in a word.
    const fn kind(&self) -> &'static str {
        match self {
            Self::Indicator(_) => "indicator",
            Self::Measure(_) => "measure",
        }
    }

    fn id(&self) -> &str {
        match self {
            Self::Indicator(indicator) => &indicator.id,
            Self::Measure(measure) => &measure.id,
        }
    }

    const fn name(&self) -> &Name {
        match self {
            Self::Indicator(indicator) => &indicator.name,
            Self::Measure(measure) => &measure.name,
        }
    }

    /// The unit of the values.
    fn unit(&self) -> Title<'_> {
        match self {
            Self::Indicator(indicator) => Title::new(&indicator.unit.zh, &indicator.unit.en),
            Self::Measure(measure) => Title::new(&measure.unit, &measure.unit),
        }
    }
}

impl Tabular for Answer<'_> {
    fn table(&self) -> Table<'_> {
        let (subject, name, unit) = (&self.subject, self.subject.name(), self.subject.unit());
        let rows = Rows::of(&self.observations)
            .text(subject.kind(), |_| Some(subject.id()))
            .text("name_zh", |_| Some(&name.zh))
            .text("name_en", |_| Some(&name.en))
            .text("unit_zh", |_| Some(unit.zh.clone()))
            .text("unit_en", |_| Some(unit.en.clone()))
            .text("area", |one| Some(one.area.to_string()))
            .text("area_zh", |one| Some(one.area.name_zh()))
            .text("area_en", |one| Some(one.area.name_en()))
            .text("field", |_| Some(self.field.code()))
            .text("field_zh", |_| Some(self.field.name_zh()))
            .text("field_en", |_| Some(self.field.name_en()))
            .text("period", |one| Some(one.period.to_string()))
            .decimal("value", |one| one.value.as_deref())
            .text("display", |one| one.display.as_deref())
            .decimal("numerator", |one| Some(one.numerator?.to_string()))
            .decimal("supplement", |one| Some(one.supplement?.to_string()))
            .decimal("denominator", |one| Some(one.denominator?.to_string()))
            .text("denominator_period", |one| Some(one.denominator_period?.to_string()))
            .text("denominator_vintage", |one| one.denominator_vintage.as_deref())
            .text("status", |one| Some(one.status.as_str()))
            .decimal("coverage", |one| one.coverage.as_deref())
            .whole("contributors", |one| one.contributors);
        let rows = match subject {
            Subject::Indicator(_) => official(rows),
            Subject::Measure(_) if self.grows => growth(rows),
            Subject::Measure(_) => rows,
        };
        let rows = rows.flag("synthetic", |_| Some(self.synthetic));
        Table {
            cube: Some(self.cube()),
            ..rows.table(subject.id(), Title::new(&name.zh, &name.en), self.synthetic)
        }
    }
}

fn official<'a>(rows: Rows<'a, &'a Observation>) -> Rows<'a, &'a Observation> {
    rows.decimal("official", |one| one.official.as_ref()?.official.as_deref())
        .text("official_vintage", |one| one.official.as_ref()?.official_vintage.as_deref())
        .decimal("official_difference", |one| one.official.as_ref()?.official_difference.as_deref())
}

fn growth<'a>(rows: Rows<'a, &'a Observation>) -> Rows<'a, &'a Observation> {
    rows.decimal("growth", |one| one.growth.as_ref()?.growth.as_deref())
        .whole("growth_contributors", |one| one.growth.as_ref()?.growth_contributors)
        .text("growth_reason", |one| one.growth.as_ref()?.growth_reason)
}

impl Answer<'_> {
    fn cube(&self) -> Cube<'_> {
        let dimension =
            |column, zh, en, axis, names| Dimension { column, title: Title::new(zh, en), axis, names };
        let unit = self.subject.unit();
        let base = || Title::new("基本单位", "base unit");
        let persons = || Title::new("家", "units");
        let ratio = || Title::new("比率", "ratio");
        let metric = |column, zh, en, unit| Metric { column, title: Title::new(zh, en), unit };
        let mut metrics = vec![
            metric("value", "数值", "Value", unit.clone()),
            metric("numerator", "分子", "Numerator", base()),
            metric("supplement", "补充数", "Supplement", base()),
            metric("denominator", "分母", "Denominator", base()),
            metric("coverage", "填报率", "Coverage", ratio()),
            metric("contributors", "单位数", "Contributors", persons()),
        ];
        let mut attributes = vec!["display", "denominator_period", "denominator_vintage"];
        match self.subject {
            Subject::Indicator(_) => {
                metrics.push(metric("official", "公布数", "Official", unit.clone()));
                metrics.push(metric("official_difference", "与公布数之差", "Difference to official", unit));
                attributes.push("official_vintage");
            }
            Subject::Measure(_) if self.grows => {
                metrics.push(metric("growth", "同口径增速", "Growth on the panel", ratio()));
                metrics.push(metric(
                    "growth_contributors",
                    "同口径单位数",
                    "Contributors to growth",
                    persons(),
                ));
                attributes.push("growth_reason");
            }
            Subject::Measure(_) => {}
        }
        Cube {
            dimensions: vec![
                dimension("area", "地区", "Area", Axis::Geo, Some(["area_zh", "area_en"])),
                dimension("field", "领域", "Field", Axis::Other, Some(["field_zh", "field_en"])),
                dimension("period", "时期", "Period", Axis::Time, None),
            ],
            metrics,
            status: "status",
            attributes,
        }
    }
}
