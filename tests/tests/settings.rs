//! The page of settings names every flag and variable of the programs, and no other.

use std::collections::BTreeSet;
use std::process::Command;

use anyhow::{Context, Result, ensure};

/// Variables that no flag stands for.
const OTHERS: [&str; 2] = ["WEIR_CACHE", "WEIR_TEST_KAFKA"];

fn help(program: &str, arguments: &[&str]) -> Result<String> {
    let output = Command::new(program).args(arguments).arg("--help").output().context(program.to_owned())?;
    ensure!(output.status.success(), "{program} {arguments:?} has no help");
    Ok(String::from_utf8(output.stdout)?)
}

/// Every flag and every variable that `text` names.
fn settings(text: &str) -> BTreeSet<&str> {
    let in_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let names = text.split(|c: char| !in_name(c));
    names.filter(|name| name.starts_with("WEIR_") || (name.starts_with("--") && name.len() > 3)).collect()
}

#[test]
fn the_page_names_every_setting() -> Result<()> {
    let weir = env!("CARGO_BIN_EXE_tested-weir");
    let programs = [
        (env!("CARGO_BIN_EXE_tested-ingest"), &[][..]),
        (env!("CARGO_BIN_EXE_tested-aggregate"), &[]),
        (env!("CARGO_BIN_EXE_tested-query"), &[]),
        (weir, &[]),
        (weir, &["up"]),
        (weir, &["push"]),
        (weir, &["template"]),
        (weir, &["simulate"]),
        (weir, &["key", "create"]),
        (weir, &["key", "list"]),
        (weir, &["key", "renew"]),
        (weir, &["key", "revoke"]),
        (weir, &["rebuild"]),
        (weir, &["status"]),
        (weir, &["verify"]),
        (weir, &["explain"]),
        (weir, &["release", "cut"]),
        (weir, &["release", "list"]),
        (weir, &["import"]),
    ];
    let helps =
        programs.iter().map(|(program, arguments)| help(program, arguments)).collect::<Result<Vec<_>>>()?;
    let mut known: BTreeSet<&str> = helps.iter().flat_map(|help| settings(help)).collect();
    known.extend(OTHERS);
    known.remove("--version");
    let mut named = settings(include_str!("../../docs/settings.md"));
    // A rule of a table, and what a reader may ask each program.
    named.retain(|name| !name.starts_with("---"));
    known.insert("--help");
    assert_eq!(named, known);
    Ok(())
}
