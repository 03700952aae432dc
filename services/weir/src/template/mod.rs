//! `weir template`: writes the table that a form's reports are filled into, with headings that `weir push` reads.

mod explanation;
mod lists;
mod sheet;
mod style;
mod workbook;

use std::fs::File;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use weir_schemas::event::Form;

use crate::push::{Column, form};

/// Write the table that a form's reports are filled into
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The form: B103-1, B203, TORCH, F203, 107-2, RD-INST or RD-HE
    #[arg(value_parser = form)]
    form: Form,
    /// Where to write it [default: the form's name in the current folder]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// A workbook with code lists and explanations, or a text with the headings alone [default: by the ending of --out, else xlsx]
    #[arg(long, value_enum)]
    format: Option<Format>,
}

/// What a template is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// A workbook.
    Xlsx,
    /// UTF-8 with a byte-order mark, by which Excel knows it.
    Csv,
}

/// Writes the template; a file that is there is left as it is, since somebody may have filled it in.
pub(crate) fn run(args: Args) -> anyhow::Result<ExitCode> {
    let is_csv = |path: &PathBuf| path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("csv"));
    let by_ending = if args.out.as_ref().is_some_and(is_csv) { Format::Csv } else { Format::Xlsx };
    let format = args.format.unwrap_or(by_ending);
    let extension = if format == Format::Xlsx { "xlsx" } else { "csv" };
    let path = args.out.unwrap_or_else(|| PathBuf::from(format!("{}.{extension}", args.form)));
    let bytes = match format {
        Format::Xlsx => workbook::template(args.form)?,
        Format::Csv => csv(args.form)?,
    };
    let shown = path.display().to_string();
    let file = File::create_new(&path);
    let mut file = file.with_context(|| format!("{shown} (a file that is there is not written over)"))?;
    file.write_all(&bytes).with_context(|| shown.clone())?;
    println!("{shown}");
    Ok(ExitCode::SUCCESS)
}

fn csv(form: Form) -> anyhow::Result<Vec<u8>> {
    let mut bytes = "\u{feff}".as_bytes().to_vec();
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(&mut bytes);
    writer.write_record(Column::of(form).into_iter().map(Column::name_zh))?;
    writer.flush()?;
    drop(writer);
    Ok(bytes)
}

#[cfg(test)]
mod tests;
