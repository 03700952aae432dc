//! Keys: random and hashed where they are kept, or an identity provider's tokens for a client; and what each may do.

mod area_scope;
mod bearer;
mod caller;
mod credential;
mod entry;
mod error;
mod event_scope;
mod file;
mod follow;
mod hash;
mod plain;
mod ring;

use std::fmt;
use std::sync::Arc;

use clap::ValueEnum;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;
use weir_schemas::codelist::Area;
use weir_schemas::event::Level;

pub use area_scope::AreaScope;
pub use bearer::bearer;
pub use caller::{Caller, Gone};
pub use credential::Credential;
pub use error::Error;
pub use event_scope::{EventScope, NoEvents};
pub use follow::KeysFile;
pub use hash::KeyHash;
pub use plain::PlainKey;
pub use ring::KeyRing;

/// What a key's holder is, and so what they may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// A statistical bureau: sends events.
    Bureau,
    /// Sees live figures, before they are released; the primary rules of protection don't apply to them yet.
    Analyst,
    /// Sees figures unprotected, and the queries.
    Official,
    /// Sees operations, no statistics.
    Operator,
    /// Sees protected figures.
    Public,
}

impl Role {
    /// All roles.
    pub const ALL: [Role; 5] = [Role::Bureau, Role::Analyst, Role::Official, Role::Operator, Role::Public];

    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Role::Bureau => "bureau",
            Role::Analyst => "analyst",
            Role::Official => "official",
            Role::Operator => "operator",
            Role::Public => "public",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// One key, as it is kept: the key itself can't be had from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "entry::Entry", into = "entry::Entry")]
pub struct Key {
    /// Who holds it; names it in logs.
    pub name: String,
    /// What the holder is.
    pub role: Role,
    /// What the holder shows.
    pub credential: Credential,
    /// The areas it covers; everywhere when it names none.
    pub areas: Vec<AreaScope>,
    /// The types of events it may send; all when it names none.
    pub events: Vec<EventScope>,
    /// When it was made, where that is known.
    pub created: Option<Timestamp>,
    /// From when on it is not to be used any more. It is kept, so that whoever shows it is told so.
    pub revoked: Option<Timestamp>,
}

impl Key {
    /// A key for everywhere and everything that its role may do.
    pub fn new(name: impl Into<String>, role: Role, credential: impl Into<Credential>) -> Self {
        let (areas, events) = (Vec::new(), Vec::new());
        let (name, credential) = (name.into(), credential.into());
        Self { name, role, credential, areas, events, created: None, revoked: None }
    }

    /// Whether it can't stand beside another: it has the same name or is shown the same way. A client that is let again has a new entry
    /// beside the revoked one.
    pub(crate) fn clashes(&self, other: &Key) -> bool {
        let both_hold = self.revoked.is_none() && other.revoked.is_none();
        let shown_alike = self.credential == other.credential;
        self.name == other.name || (shown_alike && (both_hold || self.credential.client().is_none()))
    }

    /// Whether the key's areas hold `area`.
    pub fn covers(&self, area: Area) -> bool {
        self.areas.is_empty() || self.areas.iter().any(|scope| scope.contains(area))
    }

    /// Whether the key may send events of a type.
    pub fn sends(&self, event_type: &str) -> bool {
        self.events.is_empty() || self.events.iter().any(|scope| scope.contains(event_type))
    }

    /// Whether the key speaks for an area at a level: one that covers a county alone speaks for it as a county does, one that
    /// covers the prefecture around it as a prefecture does also.
    pub fn speaks(&self, level: Level, area: Area) -> bool {
        self.areas.is_empty() || self.areas.iter().any(|scope| scope.contains(area) && scope.level() >= level)
    }
}

/// All keys that a service knows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Keys(Vec<Arc<Key>>);

impl Keys {
    /// The keys, which must differ in name and in what is shown.
    ///
    /// # Errors
    ///
    /// When two keys have one name, one hash or one client, or a key has no name.
    pub fn new(keys: Vec<Key>) -> Result<Self, Error> {
        for (index, key) in keys.iter().enumerate() {
            if key.name.trim().is_empty() {
                return Err(Error::Nameless);
            }
            if keys[..index].iter().any(|other| other.clashes(key)) {
                return Err(Error::Twice(key.name.clone()));
            }
        }
        Ok(Self(keys.into_iter().map(Arc::new).collect()))
    }

    /// These keys and others.
    ///
    /// # Errors
    ///
    /// When a name, a hash or a client is among both.
    pub fn and(self, others: Self) -> Result<Self, Error> {
        Self::new(self.0.into_iter().chain(others.0).map(Arc::unwrap_or_clone).collect())
    }

    /// These keys, but for those that are to be left out.
    #[must_use]
    pub fn without(mut self, left_out: impl Fn(&Key) -> bool) -> Self {
        self.0.retain(|key| !left_out(key));
        self
    }

    /// All of them, in the order in which they were made.
    pub fn iter(&self) -> impl Iterator<Item = &Key> {
        self.0.iter().map(AsRef::as_ref)
    }

    /// How many they are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The key that was shown, if it is one of these.
    ///
    /// Every key is compared in full, so that the time taken says nothing about any.
    pub fn authenticate(&self, shown: &str) -> Option<&Arc<Key>> {
        let shown = KeyHash::of(shown);
        self.0.iter().fold(None, |found, key| {
            let Credential::Key(hash) = &key.credential else { return found };
            let same: bool = hash.as_bytes().ct_eq(shown.as_bytes()).into();
            if same { Some(key) } else { found }
        })
    }

    /// The key that is shown so: one that holds before those that are revoked.
    pub(crate) fn holding(&self, credential: &Credential) -> Option<&Arc<Key>> {
        let mut found = self.0.iter().filter(|key| key.credential == *credential);
        found.clone().find(|key| key.revoked.is_none()).or_else(|| found.next_back())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str, plain: &PlainKey) -> Key {
        Key::new(name, Role::Bureau, plain.hash())
    }

    #[test]
    fn a_key_is_known_by_itself_alone() {
        let (one, two) =
            (PlainKey::generate(Role::Bureau).unwrap(), PlainKey::generate(Role::Bureau).unwrap());
        let keys = Keys::new(vec![key("mianyang", &one)]).unwrap();
        assert_eq!(keys.authenticate(one.expose()).map(|key| key.name.as_str()), Some("mianyang"));
        assert_eq!(keys.authenticate(two.expose()), None);
        assert_eq!(keys.authenticate(""), None);
    }

    #[test]
    fn no_two_keys_share_a_name_or_a_hash() {
        let (one, two) =
            (PlainKey::generate(Role::Bureau).unwrap(), PlainKey::generate(Role::Bureau).unwrap());
        assert!(Keys::new(vec![key("a", &one), key("a", &two)]).is_err());
        assert!(Keys::new(vec![key("a", &one), key("b", &one)]).is_err());
        assert!(Keys::new(vec![key(" ", &one)]).is_err());
    }

    #[test]
    fn a_client_has_one_entry_that_holds() {
        let entry = |name: &str, revoked: Option<&str>| Key {
            revoked: revoked.map(|at| at.parse().unwrap()),
            ..Key::new(name, Role::Bureau, Credential::Client("office".into()))
        };
        let revoked = Some("2026-01-02T03:04:05Z");
        assert!(Keys::new(vec![entry("a", None), entry("b", None)]).is_err());
        let keys = Keys::new(vec![entry("a", revoked), entry("b", None), entry("c", revoked)]).unwrap();
        let of = |client: &str| keys.holding(&Credential::Client(client.into())).map(|key| key.name.as_str());
        assert_eq!((of("office"), of("other")), (Some("b"), None));
        let keys = Keys::new(vec![entry("a", revoked), entry("c", revoked)]).unwrap();
        assert_eq!(keys.holding(&Credential::Client("office".into())).unwrap().name, "c");
    }

    #[test]
    fn a_scope_covers_what_lies_inside() {
        let plain = PlainKey::generate(Role::Bureau).unwrap();
        let mut key = key("mianyang", &plain);
        let area = |code: &str| code.parse::<Area>().unwrap();
        assert!(key.covers(area("330106")));
        key.areas = vec!["5107".parse().unwrap(), "510104".parse().unwrap()];
        assert!(key.covers(area("510704")) && key.covers(area("510700")) && key.covers(area("510104")));
        assert!(!key.covers(area("510000")) && !key.covers(area("510100")));
        // Each area is spoken for at the level of what covers it.
        assert!(key.speaks(Level::City, area("510704")) && !key.speaks(Level::Province, area("510704")));
        assert!(key.speaks(Level::County, area("510104")) && !key.speaks(Level::City, area("510104")));
        assert!(!key.speaks(Level::County, area("510105")));
    }

    #[test]
    fn a_key_sends_what_it_names_or_everything() {
        let plain = PlainKey::generate(Role::Bureau).unwrap();
        let mut key = key("mianyang", &plain);
        assert!(key.sends("weir.patent.granted.v1"));
        key.events = vec!["report".parse().unwrap(), "unit.changed".parse().unwrap()];
        assert!(key.sends("weir.report.filed.v1") && key.sends("weir.unit.changed.v1"));
        assert!(!key.sends("weir.patent.granted.v1") && !key.sends("weir.unit.closed.v1"));
    }
}
