//! What strings in answers look like.

use std::borrow::Cow;

use utoipa::openapi::schema::{Schema, Type};
use utoipa::openapi::{ObjectBuilder, RefOr};
use utoipa::{PartialSchema, ToSchema};

/// A kind of string, with a pattern and an example.
macro_rules! word {
    ($($(#[doc = $says:literal])+ $name:ident = $pattern:literal, $example:literal;)+) => {$(
        $(#[doc = $says])+
        pub(in crate::http) enum $name {}

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let says = [$($says),+].concat();
                let word = ObjectBuilder::new().schema_type(Type::String).pattern(Some($pattern));
                word.description(Some(says.trim())).examples([$example]).into()
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                stringify!($name).into()
            }
        }
    )+};
}

word! {
    /// An exact decimal.
    Decimal = r"^-?[0-9]+(\.[0-9]+)?$", "4.040014";
    /// An area, by its code in GB/T 2260.
    Area = "^[0-9]{6}$", "510000";
    /// A field of the plan, `_T` for all of them, `_U` for none that is known.
    Field = "^(F(0[1-9]|10)|_T|_U)$", "_T";
    /// A year, quarter or month.
    Period = "^[0-9]{4}(-Q[1-4]|-(0[1-9]|1[0-2]))?$", "2024-06";
    /// A status of SDMX's `CL_OBS_STATUS`: `O` missing, `V` unvalidated, `E` estimated, `P` provisional, `A` normal, `Q` suppressed.
    Status = "^[OVEPAQ]$", "A";
    /// A time in UTC, to the millisecond.
    Time = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$", "2024-06-30T15:59:59.999Z";
    /// A day.
    Day = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "2024-07-10";
    /// How a target compares.
    Comparator = "^(>|>=|=)$", ">=";
    /// Years, quarters or months.
    Frequency = "^[AQM]$", "A";
}

/// A name in two languages.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it only describes")]
pub(in crate::http) struct Name {
    zh: String,
    en: String,
}

/// What figures are of: one of the two is there.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it only describes")]
pub(in crate::http) struct Of {
    #[schema(required = false, nullable = false)]
    indicator: Option<String>,
    #[schema(required = false, nullable = false)]
    measure: Option<String>,
}

/// A problem that does not keep a record out.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it only describes")]
pub(in crate::http) struct Warning {
    code: String,
    pointer: String,
}

/// The years whose figures are kept.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it only describes")]
pub(in crate::http) struct Calendar {
    from: i16,
    to: i16,
}
