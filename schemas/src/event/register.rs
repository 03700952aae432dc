//! `weir.register.entered.v1`, `.changed.v1`, `.removed.v1`

use jiff::civil::Date;

use super::record::record;
use super::words::{Register, RegisterLevel};
use crate::codelist::{Area, Field};

record! {
    /// An entry of a register, from a day on.
    RegisterEntered {
        /// The register.
        register: Register,
        /// The entry's number or name in it.
        entry: String,
        /// The first day it stands.
        entered_on: Date,
        ;
        /// Its name.
        name: String,
        /// Where it is; an entry without an area enters no figure.
        area: Area,
        /// The plan's field.
        field: Field,
        /// What kind of entry it is, in the register's own words.
        r#type: String,
        /// Who recognised it.
        level: RegisterLevel,
    }
}

record! {
    /// What changes of an entry; what is left out stays.
    RegisterChanged {
        /// The register.
        register: Register,
        /// The entry.
        entry: String,
        /// The first day the change holds.
        effective_from: Date,
        ;
        /// Its name.
        name: String,
        /// Where it is.
        area: Area,
        /// What kind of entry it is.
        r#type: String,
        /// Who recognised it.
        level: RegisterLevel,
    }
}

record! {
    /// An entry leaves its register.
    RegisterRemoved {
        /// The register.
        register: Register,
        /// The entry.
        entry: String,
        /// The first day it no longer stands.
        effective_from: Date,
        /// Why.
        reason: String,
        ;
    }
}
