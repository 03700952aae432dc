//! What requests may say in their query.

#![expect(dead_code, reason = "they only describe")]

use utoipa::IntoParams;

use super::words;

/// Which figures.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct Figures {
    /// Areas: one, a list with commas, or the children of one as `children:510000`. Without it the plan's.
    #[param(
        pattern = "^(children:)?[0-9]{6}(,(children:)?[0-9]{6})*$",
        example = "510000,510100",
        min_length = 6
    )]
    area: Option<String>,
    /// The first period; the first of the plan's calendar without it.
    from: Option<words::Period>,
    /// The last period; the last that has begun without it.
    to: Option<words::Period>,
    /// `A` years, `Q` quarters, `M` months. Years without it.
    freq: Option<words::Frequency>,
    /// A field of the plan; all of them, `_T`, without it.
    field: Option<words::Field>,
}

/// Which release.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub(in crate::http) struct Release {
    /// The name of the release.
    #[param(example = "2024-Q2")]
    name: String,
}

/// What of live figures is sent.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct Live {
    /// Indicators, a list with commas. Without it all that are answered at the frequency.
    #[param(example = "HTE_COUNT")]
    indicator: Option<String>,
    /// The last so many periods that have begun; all of them without it.
    #[param(minimum = 1, example = 1)]
    latest: Option<u32>,
}

/// Which figure is explained.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct Explained {
    /// One area; the plan's without it.
    #[param(pattern = "^[0-9]{6}$", example = "510000")]
    area: Option<String>,
    /// A year, quarter or month that has begun.
    period: words::Period,
    /// A field of the plan; all of them, `_T`, without it.
    field: Option<words::Field>,
}

/// Growth.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct Growth {
    /// `panel` adds growth on the comparable panel, to measures of revenue.
    #[param(pattern = "^panel$", example = "panel")]
    growth: Option<String>,
}

/// Where.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct Areas {
    /// Areas: one, a list with commas, or the children of one as `children:510000`. Without it the plan's.
    #[param(pattern = "^(children:)?[0-9]{6}(,(children:)?[0-9]{6})*$", example = "510000", min_length = 6)]
    area: Option<String>,
}

/// When.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct AsOf {
    /// Of the events recorded up to this moment: a time in RFC 3339, or a date, which means its end in China.
    #[param(example = "2024-06-30", min_length = 10)]
    as_of: Option<String>,
}

/// A round of a form.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct Round {
    /// A form that units are expected to file.
    #[param(example = "107-2")]
    form: String,
    /// A year or a month, as the form is filed.
    period: words::Period,
}

/// An event.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct Identity {
    /// The bureau that sent it.
    #[param(pattern = "^/bureaus/[0-9]{6}$", example = "/bureaus/510700")]
    source: String,
    /// The id that the bureau gave it.
    id: String,
    /// What it is about, where the id stands under several.
    subject: Option<String>,
}

/// Which findings.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct Findings {
    /// Whether they are still to be explained; both without it.
    open: Option<bool>,
    /// The form that they are about.
    #[param(example = "107-2")]
    form: Option<String>,
    /// The period that they are about.
    period: Option<words::Period>,
}

/// Which exceptions.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct Exceptions {
    /// The kind that is listed. Without it there are totals alone.
    #[param(pattern = "^(conflict|set_aside|ignored|unplaced|foreign)$", example = "ignored")]
    kind: Option<String>,
}

/// Which page.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct Page {
    /// The most items of a page. The service has a greatest number (`--page`, 500 if nobody set it), which is taken without it.
    #[param(minimum = 1)]
    limit: Option<u32>,
    /// Where the page begins: what the page before gave as `next`, also in `Link`.
    #[param(pattern = "^[0-9a-f]+$")]
    cursor: Option<String>,
}
