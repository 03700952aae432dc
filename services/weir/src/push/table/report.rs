//! A row as the event of a report, or all that keeps it from being one.

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use weir_schemas::codelist::Area;
use weir_schemas::event::{Event, Form, Item, UnitOfMeasure};
use weir_schemas::period::Period;
use weir_schemas::problem::Code;

use super::args::Args;
use super::cell::Cell;
use super::column::Column;
use super::columns::Columns;
use super::grid::Row;
use super::unreadable::{Told, Unreadable};
use super::{figure, period, words};

/// What a row says it is about; two rows of one table must not differ about the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct About {
    form: Form,
    credit_code: String,
    period: Period,
    revision: u32,
}

/// A report that a row makes.
#[derive(Debug)]
pub(super) struct Report {
    /// What it is about.
    pub(super) about: About,
    /// The event's id, which follows from its content.
    pub(super) id: String,
    /// The event as JSON.
    pub(super) event: Vec<u8>,
}

/// Reads the rows of a table.
pub(super) struct Reader<'a> {
    pub(super) columns: &'a Columns,
    pub(super) args: &'a Args,
    pub(super) bureau: Area,
    pub(super) is_1904: bool,
}

impl Reader<'_> {
    /// The report of a row.
    ///
    /// # Errors
    /// All that can be told of the row: where a cell can't be read, also what is wrong with the others.
    pub(super) fn read(&self, row: &Row) -> Result<Report, Vec<Told>> {
        let mut reading = Reading { row, columns: self.columns, told: Vec::new() };
        let needed = [Column::CreditCode, Column::Period, Column::Area];
        if needed.iter().all(|column| reading.cell(*column).is_none()) {
            return Err(vec![Unreadable::Nameless.told(None)]);
        }
        let form = self.form(&mut reading);
        let credit_code = reading.required(Column::CreditCode, words::credit_code);
        let annual = form.is_some_and(Form::is_annual);
        let period = reading.required(Column::Period, |cell| period::read(cell, annual, self.is_1904));
        let area = reading.required(Column::Area, words::area);
        let revision = reading.optional(Column::Revision, words::revision).or_else(|| {
            let blank = reading.cell(Column::Revision).is_none();
            blank.then_some(1)
        });
        let items = reading.items();
        let unit = self.unit(&mut reading, &items);
        let author = reading.optional(Column::Author, words::shown);
        let reason = reading.optional(Column::Reason, words::shown);
        let filed_on = reading.optional(Column::FiledOn, period::day);

        let mut data = Map::new();
        let mut put =
            |name: &str, value: Option<Value>| data.extend(value.map(|value| (name.to_owned(), value)));
        put("form", form.map(|form| json!(form)));
        put("period", period.map(|period| json!(period)));
        put("revision", revision.map(|revision| json!(revision)));
        put("area", area.map(Value::from));
        put("unit", unit.map(|unit| json!(unit)));
        put("author", author.map(Value::from));
        put("reason", reason.map(Value::from));
        let items: Map<_, _> =
            items.into_iter().map(|(item, value)| (item.to_string(), value.to_string().into())).collect();
        put("items", Some(Value::Object(items)));

        let told = reading.told;
        let about = form.zip(credit_code.clone()).zip(period).zip(revision);
        let about = about.map(|(((form, credit_code), period), revision)| About {
            form,
            credit_code,
            period,
            revision,
        });
        if let (Some(about), true) = (about, told.is_empty()) {
            let time = moment(filed_on.unwrap_or_else(|| about.period.last_day()));
            let data = Value::Object(data);
            let id = identity(&about, &time, &data, self.args.synthetic);
            let event = self.event(&id, Some(&about.credit_code), &time, &data).to_string().into_bytes();
            return Ok(Report { about, id, event });
        }
        let rest = self.event(
            "row",
            credit_code.as_deref(),
            &moment(Date::constant(2024, 1, 1)),
            &Value::Object(data),
        );
        Err(with_the_rest(told, &rest))
    }

    fn form(&self, reading: &mut Reading<'_>) -> Option<Form> {
        let asked = self.args.form;
        if reading.cell(Column::Form).is_none() {
            let form = asked.or(self.columns.form);
            if form.is_none() {
                reading.tell(Column::Form, &Unreadable::Missing);
            }
            return form;
        }
        let cell = reading.optional(Column::Form, words::form)?;
        match asked.filter(|asked| *asked != cell) {
            Some(asked) => {
                reading.tell(
                    Column::Form,
                    &Unreadable::FormDiffers { cell: cell.as_str(), asked: asked.as_str() },
                );
                None
            }
            None => Some(cell),
        }
    }

    /// The unit of the row's money: a thousand times too much is never the default.
    fn unit(&self, reading: &mut Reading<'_>, items: &[(Item, Decimal)]) -> Option<UnitOfMeasure> {
        let told = self.args.unit.or(self.columns.unit);
        if reading.cell(Column::Unit).is_none() {
            if told.is_none() && items.iter().any(|(item, _)| item.is_money()) {
                reading.tell(Column::Unit, &Unreadable::UnitMissing);
            }
            return told;
        }
        let cell = reading.optional(Column::Unit, words::money)?;
        match told.filter(|told| *told != cell) {
            Some(told) => {
                let differs = Unreadable::UnitDiffers { cell: cell.name_zh(), heading: told.name_zh() };
                reading.tell(Column::Unit, &differs);
                None
            }
            None => Some(cell),
        }
    }

    fn event(&self, id: &str, subject: Option<&str>, time: &str, data: &Value) -> Value {
        let mut event = json!({
            "specversion": "1.0", "id": id, "source": format!("/bureaus/{}", self.bureau),
            "type": "weir.report.filed.v1", "time": time, "datacontenttype": "application/json", "data": data,
        });
        if let Some(subject) = subject {
            event["subject"] = subject.into();
        }
        if self.args.synthetic {
            event["synthetic"] = true.into();
        }
        event
    }
}

/// A row being read, and what was found on the way.
struct Reading<'a> {
    row: &'a Row,
    columns: &'a Columns,
    told: Vec<Told>,
}

impl Reading<'_> {
    fn cell(&self, column: Column) -> Option<&Cell> {
        let at = self.columns.held.iter().find(|(_, held)| **held == column)?.0;
        self.row.cells.get(at)
    }

    fn tell(&mut self, column: Column, unreadable: &Unreadable) {
        self.told.push(unreadable.told(Some(column)));
    }

    fn optional<T>(
        &mut self,
        column: Column,
        read: impl FnOnce(&Cell) -> Result<T, Unreadable>,
    ) -> Option<T> {
        match read(self.cell(column)?) {
            Ok(value) => Some(value),
            Err(unreadable) => {
                self.tell(column, &unreadable);
                None
            }
        }
    }

    fn required<T>(
        &mut self,
        column: Column,
        read: impl FnOnce(&Cell) -> Result<T, Unreadable>,
    ) -> Option<T> {
        if self.cell(column).is_none() {
            self.tell(column, &Unreadable::Missing);
        }
        self.optional(column, read)
    }

    /// The items that are there and can be read; a blank cell is an item that was not filed.
    fn items(&mut self) -> Vec<(Item, Decimal)> {
        let columns: Vec<Column> = self.columns.held.values().copied().collect();
        let mut items = Vec::new();
        for column in columns {
            if let Column::Item(item) = column
                && let Some(value) = self.optional(column, figure::read)
            {
                items.push((item, value));
            }
        }
        items
    }
}

/// The beginning of a day in China.
fn moment(day: Date) -> String {
    format!("{day}T00:00:00+08:00")
}

/// The id that follows from what an event says: the same row has the same id, a corrected one another. What was only tried out must not
/// make a duplicate of what is meant.
fn identity(about: &About, time: &str, data: &Value, synthetic: bool) -> String {
    let mut hash = Sha256::new();
    let synthetic = synthetic.then_some(b"synthetic".as_slice());
    for part in [time.as_bytes(), data.to_string().as_bytes()].into_iter().chain(synthetic) {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    let hash: String = hash.finalize().iter().take(12).map(|byte| format!("{byte:02x}")).collect();
    format!("{}:{}:{}:{hash}", about.form, about.period, about.revision)
}

/// What was told, and what the checks of ingestion find in the cells that could be read.
fn with_the_rest(mut told: Vec<Told>, event: &Value) -> Vec<Told> {
    let known: Vec<String> = told.iter().map(|told| told.problem.pointer.clone()).collect();
    let found = Event::from_value(event).err().unwrap_or_default();
    // What is missing in it is what could not be read.
    let new = found.into_iter().filter(|problem| {
        problem.code != Code::Missing
            && !(problem.pointer == "/data/items" && problem.code == Code::Value)
            && !known.contains(&problem.pointer)
    });
    told.extend(new.map(Told::from));
    told
}
