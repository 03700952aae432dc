//! `weir key`: makes keys, lists, renews and revokes them.

mod create;
mod file;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::bail;
use jiff::Timestamp;
use weir_kernel::keys::{Key, Keys, PlainKey};

use self::create::Create;
pub(crate) use self::file::NAME as FILE;

/// Make, list, renew and revoke the keys that bureaus and readers show
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
    /// Make another key for an entry and print it, shown this once and kept hashed: the one before is not known from then on
    Renew(Named),
    /// Revoke a key: services refuse it from then on
    Revoke(Named),
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

/// One of the keys
#[derive(Debug, clap::Args)]
struct Named {
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
        Command::Renew(Named { name, place }) => renew(&name, &place.path())?,
        Command::Revoke(Named { name, place }) => revoke(&name, &place.path())?,
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

/// The entry keeps its name, and so the rejected records that its holder reads, and what the key may do.
fn renew(name: &str, path: &Path) -> anyhow::Result<()> {
    let mut made = None;
    file::change_held(path, name, |key| {
        if let Some(client) = key.credential.client() {
            bail!("{name:?} is the entry of the client {client:?}, which shows tokens and no key");
        }
        let plain = made.insert(PlainKey::generate(key.role)?);
        key.credential = plain.hash().into();
        key.created = Some(Timestamp::now());
        Ok(())
    })?;
    made.iter().for_each(|plain| show(name, plain, path));
    Ok(())
}

/// Shows a key that was made.
fn show(name: &str, plain: &PlainKey, path: &Path) {
    eprintln!("the key {name:?}, shown this once and kept hashed in {}:", path.display());
    println!("{}", plain.expose());
}

fn revoke(name: &str, path: &Path) -> anyhow::Result<()> {
    file::change_held(path, name, |key| {
        key.revoked = Some(Timestamp::now());
        Ok(())
    })?;
    eprintln!("the key {name:?} is revoked; services refuse it once they have looked at {}", path.display());
    Ok(())
}
