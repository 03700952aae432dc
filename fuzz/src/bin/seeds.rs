//! Writes the seeds of every target into a folder, one folder each: `fuzz-seeds FOLDER`.

use std::fs;
use std::path::PathBuf;

use anyhow::Context;

fn main() -> anyhow::Result<()> {
    let folder: PathBuf = std::env::args_os().nth(1).context("fuzz-seeds FOLDER")?.into();
    for (target, _) in weir_fuzz::TARGETS {
        let of_target = folder.join(target);
        fs::create_dir_all(&of_target)?;
        for (number, seed) in weir_fuzz::seeds(target)?.iter().enumerate() {
            fs::write(of_target.join(format!("seed-{number:03}")), seed)?;
        }
    }
    Ok(())
}
