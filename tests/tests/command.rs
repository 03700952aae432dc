//! The command as a shell meets it.

use std::process::{Command, Stdio};

use anyhow::Result;

const WEIR: &str = env!("CARGO_BIN_EXE_tested-weir");

#[test]
fn it_ends_quietly_where_nobody_reads_on() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let (reader, writer) = std::io::pipe()?;
    drop(reader);
    let template = folder.path().join("B203.csv");
    let mut weir = Command::new(WEIR);
    weir.args(["template", "B203", "--out"]).arg(&template).stdout(writer).stderr(Stdio::piped());
    let output = weir.output()?;
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(output.status.code(), Some(141), "as shells say of a program ended by SIGPIPE");
    assert!(std::fs::read(&template)?.starts_with("\u{feff}".as_bytes()), "its ending makes it a text");
    Ok(())
}
