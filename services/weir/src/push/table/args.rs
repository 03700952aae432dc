//! How a table of reports is read, where it does not say so itself.

use weir_schemas::codelist::Area;
use weir_schemas::event::{Form, UnitOfMeasure};

use super::column::Column;
use super::heading::Heading;
use super::words;

/// What a table does not say of itself.
#[derive(Debug, Clone, clap::Args)]
#[group(skip)]
pub(crate) struct Args {
    /// The bureau that files the reports of a table, by the code of its area [default: the key's, if
    /// the data folder's file of keys knows it and it covers one area]
    #[arg(long, env = "WEIR_BUREAU", value_name = "AREA", value_parser = Area::parse)]
    pub(in crate::push) bureau: Option<Area>,
    /// The form of a table [default: what its column, its sheet's name or its title says]
    #[arg(long, value_name = "FORM", value_parser = form)]
    pub(super) form: Option<Form>,
    /// The unit of a table's money: CNY, kCNY, wCNY or 100MCNY [default: what its column or its headings say]
    #[arg(long, value_name = "UNIT", value_parser = money)]
    pub(super) unit: Option<UnitOfMeasure>,
    /// The sheet of a workbook [default: the first, if no other holds a table]
    #[arg(long, value_name = "NAME")]
    pub(super) sheet: Option<String>,
    /// The encoding of CSV, such as gbk [default: UTF-8, else GB 18030, of which GBK is a part]
    #[arg(long, value_name = "LABEL")]
    pub(super) encoding: Option<String>,
    /// What parts the columns of CSV: a comma, a semicolon or tab [default: what makes the headings out]
    #[arg(long, value_name = "CHAR", value_parser = delimiter)]
    pub(super) delimiter: Option<u8>,
    /// What a column of another heading holds, such as `营收=operating_revenue`; also several times
    #[arg(long, value_name = "HEADING=COLUMN", value_parser = mapping)]
    pub(super) map: Vec<(String, Column)>,
    /// A column to pass over, by its heading or its letter, also several times
    #[arg(long, value_name = "HEADING")]
    pub(super) ignore_column: Vec<String>,
    /// Rows at the top of a table among which the headings are looked for
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub(super) heading_rows: usize,
    /// Mark the reports of a table as made up: every figure they enter says so
    #[arg(long)]
    pub(super) synthetic: bool,
}

/// A form by its code.
pub(crate) fn form(text: &str) -> Result<Form, String> {
    let forms = || Form::ALL.iter().map(|form| form.as_str()).collect::<Vec<_>>().join(", ");
    Form::from_word(&text.to_ascii_uppercase()).ok_or_else(|| format!("the forms are {}", forms()))
}

fn money(text: &str) -> Result<UnitOfMeasure, String> {
    let units = || UnitOfMeasure::money().map(UnitOfMeasure::word).collect::<Vec<_>>().join(", ");
    words::unit(text)
        .filter(|unit| unit.is_money())
        .ok_or_else(|| format!("the units of money are {}", units()))
}

fn delimiter(text: &str) -> Result<u8, String> {
    match text {
        "," | "comma" => Ok(b','),
        ";" | "semicolon" => Ok(b';'),
        "\t" | "\\t" | "tab" => Ok(b'\t'),
        "|" => Ok(b'|'),
        _ => Err("one of a comma, a semicolon, | or tab".to_owned()),
    }
}

fn mapping(text: &str) -> Result<(String, Column), String> {
    let (heading, name) = text.rsplit_once('=').ok_or("a heading, =, and what its column holds")?;
    let columns = || Column::all().map(Column::code).collect::<Vec<_>>().join(", ");
    let column = Heading::read(name).column().ok_or_else(|| format!("columns are {}", columns()))?;
    Ok((Heading::read(heading).key, column))
}
