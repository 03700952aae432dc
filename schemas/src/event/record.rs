//! Data that are read member by member, with at most one rule between them.

/// A type of data: its members, those that may be missing after the semicolon, and a rule between them.
macro_rules! record {
    ($(#[$doc:meta])* $name:ident {
        $($(#[$required_doc:meta])* $required:ident: $required_type:ty,)*
        ;
        $($(#[$optional_doc:meta])* $optional:ident: $optional_type:ty,)*
        $(; |$read:ident| $check:expr)?
    }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
        pub struct $name {
            $($(#[$required_doc])* pub $required: $required_type,)*
            $($(#[$optional_doc])* pub $optional: Option<$optional_type>,)*
        }

        impl $name {
            pub(super) fn read(mut members: super::read::Members<'_>) -> Option<Self> {
                $(let $required = members.required::<$required_type>(super::record::member(stringify!($required)));)*
                $(let $optional = members.optional::<$optional_type>(super::record::member(stringify!($optional)));)*
                $({
                    let $read = &mut members;
                    $check;
                })?
                members.finish();
                Some(Self { $($required: $required?,)* $($optional,)* })
            }
        }
    };
}

/// The name of a member as it is written: a keyword of Rust's loses its `r#`.
pub(super) fn member(name: &'static str) -> &'static str {
    name.strip_prefix("r#").unwrap_or(name)
}

pub(super) use record;
