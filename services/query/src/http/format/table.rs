//! An answer as a table: named columns of one type each.

use std::borrow::Cow;

/// A name in Chinese and in English.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::http) struct Title<'a> {
    /// In Chinese.
    pub(in crate::http) zh: Cow<'a, str>,
    /// In English.
    pub(in crate::http) en: Cow<'a, str>,
}

impl<'a> Title<'a> {
    /// A name.
    pub(in crate::http) fn new(zh: impl Into<Cow<'a, str>>, en: impl Into<Cow<'a, str>>) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }
}

/// A table.
#[derive(Debug)]
pub(in crate::http) struct Table<'a> {
    /// What it is of: an indicator's id or a list's name. Files are named by it.
    pub(in crate::http) id: Cow<'a, str>,
    /// What it is of, for people.
    pub(in crate::http) title: Title<'a>,
    /// Whether anything in it has a synthetic event behind it.
    pub(in crate::http) synthetic: bool,
    /// As many values in each as there are rows.
    pub(in crate::http) columns: Vec<Column<'a>>,
    /// How many rows there are.
    pub(in crate::http) rows: usize,
    /// How it is laid out as a cube, where it is one.
    pub(in crate::http) cube: Option<Cube<'a>>,
}

/// A column.
#[derive(Debug)]
pub(in crate::http) struct Column<'a> {
    /// Its name, that of the member in JSON where there is one.
    pub(in crate::http) name: &'static str,
    /// Its values.
    pub(in crate::http) values: Values<'a>,
}

/// The values of a column, null where there is none.
#[derive(Debug)]
pub(in crate::http) enum Values<'a> {
    /// Words and identifiers.
    Text(Vec<Option<Cow<'a, str>>>),
    /// Figures, as JSON writes them: to the last digit.
    Decimal(Vec<Option<Cow<'a, str>>>),
    /// Counts, years and places in the log.
    Whole(Vec<Option<i64>>),
    /// Whether something holds.
    Flag(Vec<Option<bool>>),
}

impl Values<'_> {
    /// A value as text: numbers in digits, flags as `true` and `false`, nothing where there is no value.
    pub(in crate::http) fn text(&self, row: usize) -> Option<Cow<'_, str>> {
        match self {
            Self::Text(values) | Self::Decimal(values) => values.get(row)?.as_deref().map(Cow::Borrowed),
            Self::Whole(values) => values.get(row)?.map(|value| value.to_string().into()),
            Self::Flag(values) => values.get(row)?.map(|value| value.to_string().into()),
        }
    }
}

/// A table as a cube: what its rows are told apart by, and what each of them measures.
#[derive(Debug)]
pub(in crate::http) struct Cube<'a> {
    /// The columns that tell rows apart.
    pub(in crate::http) dimensions: Vec<Dimension>,
    /// The columns of numbers.
    pub(in crate::http) metrics: Vec<Metric<'a>>,
    /// The column of statuses.
    pub(in crate::http) status: &'static str,
    /// The columns of words that say more about a row.
    pub(in crate::http) attributes: Vec<&'static str>,
}

/// What a dimension is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::http) enum Axis {
    /// Places.
    Geo,
    /// Periods.
    Time,
    /// Anything else.
    Other,
}

/// A dimension of a cube.
#[derive(Debug)]
pub(in crate::http) struct Dimension {
    /// The column of its codes.
    pub(in crate::http) column: &'static str,
    /// What it is called.
    pub(in crate::http) title: Title<'static>,
    /// What it is about.
    pub(in crate::http) axis: Axis,
    /// The columns that name its codes in Chinese and in English; codes that need no names have none.
    pub(in crate::http) names: Option<[&'static str; 2]>,
}

/// A number of each row of a cube.
#[derive(Debug)]
pub(in crate::http) struct Metric<'a> {
    /// The column of its values.
    pub(in crate::http) column: &'static str,
    /// What it is called.
    pub(in crate::http) title: Title<'static>,
    /// What it is counted in.
    pub(in crate::http) unit: Title<'a>,
}

impl<'a> Table<'a> {
    /// A column's values.
    pub(in crate::http) fn column(&self, name: &str) -> Option<&Values<'a>> {
        self.columns.iter().find(|column| column.name == name).map(|column| &column.values)
    }
}

/// Makes a table of rows, column by column.
pub(in crate::http) struct Rows<'a, R> {
    rows: Vec<R>,
    columns: Vec<Column<'a>>,
}

impl<'a, R: Copy> Rows<'a, R> {
    /// A table of these rows, without columns yet.
    pub(in crate::http) fn of(rows: impl IntoIterator<Item = R>) -> Self {
        Self { rows: rows.into_iter().collect(), columns: Vec::new() }
    }

    fn each<T>(&self, value: impl Fn(R) -> Option<T>) -> Vec<Option<T>> {
        self.rows.iter().map(|row| value(*row)).collect()
    }

    fn with(mut self, name: &'static str, values: Values<'a>) -> Self {
        self.columns.push(Column { name, values });
        self
    }

    /// Adds a column of text.
    pub(in crate::http) fn text<T>(self, name: &'static str, value: impl Fn(R) -> Option<T>) -> Self
    where
        T: Into<Cow<'a, str>>,
    {
        let values = self.each(|row| value(row).map(Into::into));
        self.with(name, Values::Text(values))
    }

    /// Adds a column of figures, each given as its exact text.
    pub(in crate::http) fn decimal<T>(self, name: &'static str, value: impl Fn(R) -> Option<T>) -> Self
    where
        T: Into<Cow<'a, str>>,
    {
        let values = self.each(|row| value(row).map(Into::into));
        self.with(name, Values::Decimal(values))
    }

    /// Adds a column of whole numbers.
    pub(in crate::http) fn whole<N>(self, name: &'static str, value: impl Fn(R) -> Option<N>) -> Self
    where
        N: TryInto<i64>,
    {
        let values = self.each(|row| value(row)?.try_into().ok());
        self.with(name, Values::Whole(values))
    }

    /// Adds a column of flags.
    pub(in crate::http) fn flag(self, name: &'static str, value: impl Fn(R) -> Option<bool>) -> Self {
        let values = self.each(value);
        self.with(name, Values::Flag(values))
    }

    /// The table, which says of what it is.
    pub(in crate::http) fn table(
        self,
        id: impl Into<Cow<'a, str>>,
        title: Title<'a>,
        synthetic: bool,
    ) -> Table<'a> {
        Table { id: id.into(), title, synthetic, columns: self.columns, rows: self.rows.len(), cube: None }
    }
}
