//! `weir key`: makes keys, lists and revokes them.

mod create;
mod file;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::bail;
use jiff::Timestamp;
use weir_kernel::keys::{Key, Keys};

use self::create::Create;
pub(crate) use self::file::NAME as FILE;

/// Make, list and revoke the keys that bureaus and readers show
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Make a key and print it, shown this once and kept hashed; or let a client of the identity provider in
    Create(Box<Create>),
    /// List the keys, not the keys themselves
    List(Place),
    /// Revoke a key: services refuse it from then on
    Revoke(Revoke),
}

/// Where the keys are kept
#[derive(Debug, clap::Args)]
struct Place {
    /// JSON file of the API keys, hashed [default: keys.json of the data folder]
    #[arg(long, env = "WEIR_KEYS_FILE", value_name = "FILE")]
    keys_file: Option<PathBuf>,
    /// The data folder of the system on this machine
    #[arg(long, env = "WEIR_DATA", value_name = "DIR", default_value = "weir-data")]
    data: PathBuf,
}

/// Revoke a key: services refuse it from then on
#[derive(Debug, clap::Args)]
struct Revoke {
    /// Its name, as `weir key list` shows it
    name: String,
    #[command(flatten)]
    place: Place,
}

/// Does what is asked.
pub(crate) fn run(args: Args) -> anyhow::Result<ExitCode> {
    match args.command {
        Command::Create(create) => create.run()?,
        Command::List(place) => list(&file::read(&place.path())?),
        Command::Revoke(Revoke { name, place }) => revoke(&name, &place)?,
    }
    Ok(ExitCode::SUCCESS)
}

impl Place {
    fn path(&self) -> PathBuf {
        self.keys_file.clone().unwrap_or_else(|| self.data.join(file::NAME))
    }
}

fn list(keys: &Keys) {
    println!(
        "{:<24} {:<9} {:<20} {:<24} {:<24} {:<20} revoked",
        "name", "role", "areas", "events", "client", "created"
    );
    for key in keys.iter() {
        let Key { name, role, created, revoked, .. } = key;
        let (areas, events) = (or_all(&key.areas), or_all(&key.events));
        println!(
            "{name:<24} {role:<9} {areas:<20} {events:<24} {:<24} {:<20} {}",
            key.credential.client().unwrap_or("-"),
            moment(*created),
            moment(*revoked)
        );
    }
}

fn or_all(scopes: &[impl ToString]) -> String {
    match scopes {
        [] => "all".to_owned(),
        some => some.iter().map(ToString::to_string).collect::<Vec<_>>().join(","),
    }
}

fn moment(at: Option<Timestamp>) -> String {
    at.map_or_else(|| "-".to_owned(), |at| format!("{at:.0}"))
}

fn revoke(name: &str, place: &Place) -> anyhow::Result<()> {
    let path = place.path();
    let revoked = file::change(&path, |mut keys| {
        let Some(key) = keys.iter_mut().find(|key| key.name == name) else {
            bail!("{} holds no key of the name {name:?}", path.display());
        };
        if let Some(before) = key.revoked {
            bail!("the key {name:?} was revoked at {before:.0}");
        }
        key.revoked = Some(Timestamp::now());
        Ok(keys)
    });
    revoked?;
    eprintln!("the key {name:?} is revoked; services refuse it once they have looked at {}", path.display());
    Ok(())
}
