//! `weir key create`.

use anyhow::bail;
use jiff::Timestamp;
use weir_kernel::keys::{AreaScope, Credential, EventScope, Key, PlainKey, Role};
use weir_schemas::codelist::Area;

use super::{Place, file, show};

/// Make a key and print it, shown this once and kept hashed; or let a client of the identity provider in
#[derive(Debug, clap::Args)]
pub(super) struct Create {
    /// The bureau that it is for, by the code of its area: the key sends events of that area
    #[arg(long, value_name = "AREA", value_parser = Area::parse, required_unless_present = "role",
          conflicts_with = "role")]
    bureau: Option<Area>,
    /// What its holder is, if no bureau
    #[arg(long, value_enum)]
    role: Option<Role>,
    /// Make no key: the holder shows the identity provider's tokens for this client
    #[arg(long, value_name = "ID", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    client: Option<String>,
    /// Its name in logs and lists [default: bureau and its area; needed for other roles]
    #[arg(long, value_parser = name)]
    name: Option<String>,
    /// The areas it covers, by the first digits of their codes [default: the bureau's; else everywhere]
    #[arg(long, value_delimiter = ',', value_name = "AREA")]
    areas: Vec<AreaScope>,
    /// The types of events it may send, such as report or report.filed [default: all]
    #[arg(long, value_delimiter = ',', value_name = "TYPE")]
    events: Vec<EventScope>,
    #[command(flatten)]
    place: Place,
}

impl Create {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let path = self.place.path();
        let role = self.role.unwrap_or(Role::Bureau);
        if role != Role::Bureau && !self.events.is_empty() {
            bail!("a key of role {role} sends no events: leave --events out");
        }
        let plain = PlainKey::generate(role)?;
        let credential = match &self.client {
            Some(client) => Credential::Client(client.clone()),
            None => plain.hash().into(),
        };
        let name = self.name.unwrap_or_else(|| match self.bureau {
            Some(area) => format!("{role}-{area}"),
            None => role.to_string(),
        });
        let bureau = self.bureau.map(|area| area.to_string().parse()).transpose()?;
        let areas = if self.areas.is_empty() { bureau.into_iter().collect() } else { self.areas };
        let key = Key {
            areas,
            events: self.events,
            created: Some(Timestamp::now()),
            ..Key::new(name, role, credential)
        };
        let name = key.name.clone();
        if Role::ALL.iter().any(|role| role.as_str() == name) {
            bail!(
                "{name:?} is the name of a key that weir up makes by itself: give this one a --name of its own"
            );
        }
        file::change(&path, |mut keys| {
            if keys.iter().any(|held| held.name == key.name) {
                bail!(
                    "{} holds a key of the name {:?}: give this one a --name of its own, or make that one anew with weir key renew",
                    path.display(),
                    key.name
                );
            }
            keys.push(key);
            Ok(keys)
        })?;
        match self.client {
            Some(client) => eprintln!("the client {client:?} has the entry {name:?} in {}", path.display()),
            None => show(&name, &plain, &path),
        }
        Ok(())
    }
}

/// A name, which lists and logs show as it is.
fn name(text: &str) -> Result<String, String> {
    match text {
        _ if text.trim().is_empty() => Err("it is blank".to_owned()),
        _ if text.contains(char::is_control) => Err("it holds control characters".to_owned()),
        _ => Ok(text.to_owned()),
    }
}
