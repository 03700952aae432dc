//! What the plan is in the words of SDMX: flows, what they are about, and the components of their observations.

mod attribute;
mod basis;
mod component;
mod flow;
mod subject;
mod unit;

pub(super) use attribute::{Attribute, Shown};
pub(super) use basis::Basis;
pub(super) use component::{Component, DIMENSIONS, Kind, OBS_VALUE, TIME_PERIOD};
pub(super) use flow::Flow;
pub(super) use subject::{Source, Subject};
pub(super) use unit::Unit;

use weir_schemas::plan::{Frequency, Name};

/// The version of every artefact. It changes when a component or the meaning of a code does.
pub(super) const VERSION: &str = "1.0.0";

/// A name in both languages.
pub(super) fn name(zh: &str, en: &str) -> Name {
    Name { zh: zh.to_owned(), en: en.to_owned() }
}

/// A language that names are told in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    /// English.
    En,
    /// Chinese.
    Zh,
}

impl Language {
    /// Both, the default first.
    pub(super) const ALL: [Self; 2] = [Self::En, Self::Zh];

    /// Its tag.
    pub(super) const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Zh => "zh",
        }
    }

    /// A name in it.
    pub(super) fn of(self, name: &Name) -> &str {
        match self {
            Self::En => &name.en,
            Self::Zh => &name.zh,
        }
    }
}

/// The frequencies, the coarsest first.
pub(super) const FREQUENCIES: [Frequency; 3] = [Frequency::A, Frequency::Q, Frequency::M];

/// The code of a frequency.
pub(super) const fn frequency_code(frequency: Frequency) -> &'static str {
    match frequency {
        Frequency::A => "A",
        Frequency::Q => "Q",
        Frequency::M => "M",
    }
}
