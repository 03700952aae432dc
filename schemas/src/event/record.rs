//! Data that are read member by member, without rules between them.

/// A type of data: its members, those that may be missing after the semicolon, and how it is read.
macro_rules! record {
    ($(#[$doc:meta])* $name:ident {
        $($(#[$required_doc:meta])* $required:ident: $required_type:ty,)*
        ;
        $($(#[$optional_doc:meta])* $optional:ident: $optional_type:ty,)*
    }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
        pub struct $name {
            $($(#[$required_doc])* pub $required: $required_type,)*
            $($(#[$optional_doc])* pub $optional: Option<$optional_type>,)*
        }

        impl $name {
            pub(super) fn read(mut members: super::read::Members<'_>) -> Option<Self> {
                $(let $required = members.required::<$required_type>(stringify!($required));)*
                $(let $optional = members.optional::<$optional_type>(stringify!($optional));)*
                members.finish();
                Some(Self { $($required: $required?,)* $($optional,)* })
            }
        }
    };
}

pub(super) use record;
