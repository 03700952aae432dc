//! Filters: `c[COMPONENT]=…`, where a comma is OR and a plus is AND.

use rust_decimal::Decimal;
use weir_kernel::problem::ProblemDetails;

use super::{Request, Span};
use crate::http::wrong;
use crate::sdmx::model::{DIMENSIONS, Flow, Kind, OBS_VALUE, TIME_PERIOD};

/// How a value is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Contains,
    ContainsNot,
    StartsWith,
    EndsWith,
}

const OPERATORS: [(&str, Operator); 10] = [
    ("eq", Operator::Equal),
    ("ne", Operator::NotEqual),
    ("lt", Operator::Less),
    ("le", Operator::LessOrEqual),
    ("gt", Operator::Greater),
    ("ge", Operator::GreaterOrEqual),
    ("co", Operator::Contains),
    ("nc", Operator::ContainsNot),
    ("sw", Operator::StartsWith),
    ("ew", Operator::EndsWith),
];

/// What a component is compared with.
#[derive(Debug, Clone)]
enum Operand {
    Time(Span),
    Number(Decimal),
    Text,
}

#[derive(Debug, Clone)]
struct Condition {
    operator: Operator,
    text: String,
    operand: Operand,
}

/// What is asked of one component: any of these, each all of its conditions.
#[derive(Debug)]
struct Filter {
    component: String,
    any: Vec<Vec<Condition>>,
}

/// What is asked of components; a component without a filter may be anything.
#[derive(Debug, Default)]
pub(in crate::sdmx) struct Filters(Vec<Filter>);

impl Filters {
    /// Reads the filters of a request about flows.
    ///
    /// # Errors
    /// 400 with a component that none of the flows has, or a value that can't be compared.
    pub(in crate::sdmx) fn read(request: &Request, flows: &[Flow]) -> Result<Self, ProblemDetails> {
        let mut filters = Vec::new();
        for (component, expression) in request.filters() {
            let place = format!("c[{component}]");
            let kind = kind(component, flows).ok_or_else(|| wrong(&place, "is no component of the flow"))?;
            let any = expression.split(',').map(|all| {
                all.split('+').map(|one| Condition::read(one, kind)).collect::<Result<Vec<_>, _>>()
            });
            let any = any.collect::<Result<_, _>>().map_err(|what| wrong(&place, what))?;
            filters.push(Filter { component: component.to_owned(), any });
        }
        Ok(Self(filters))
    }

    /// Whether a component's value is asked for.
    pub(in crate::sdmx) fn hold(&self, component: &str, value: Option<&str>) -> bool {
        self.0.iter().filter(|filter| filter.component == component).all(|filter| filter.holds(value))
    }

    /// Whether anything is asked of a component.
    pub(in crate::sdmx) fn ask(&self, component: &str) -> bool {
        self.0.iter().any(|filter| filter.component == component)
    }

    /// The values that a component must be one of, where it is asked for by name.
    pub(in crate::sdmx) fn named(&self, component: &str) -> impl Iterator<Item = &str> {
        let of = self.0.iter().filter(move |filter| filter.component == component);
        let equal = |condition: &&Condition| condition.operator == Operator::Equal;
        of.flat_map(|filter| filter.any.iter().flatten()).filter(equal).map(|one| one.text.as_str())
    }

    /// Without what is asked of a component.
    pub(in crate::sdmx) fn without(&self, component: &str) -> Self {
        let kept = self.0.iter().filter(|filter| filter.component != component);
        Self(kept.map(|one| Filter { component: one.component.clone(), any: one.any.clone() }).collect())
    }
}

impl Filter {
    fn holds(&self, value: Option<&str>) -> bool {
        self.any.iter().any(|all| all.iter().all(|condition| condition.holds(value)))
    }
}

impl Condition {
    fn read(text: &str, kind: Kind) -> Result<Self, String> {
        let named = text.split_once(':').and_then(|(word, rest)| {
            OPERATORS.iter().find(|(known, _)| *known == word).map(|(_, operator)| (*operator, rest))
        });
        let (operator, text) = named.unwrap_or((Operator::Equal, text));
        let of_text = matches!(
            operator,
            Operator::Contains | Operator::ContainsNot | Operator::StartsWith | Operator::EndsWith
        );
        let operand = match kind {
            _ if of_text => Operand::Text,
            Kind::Period => {
                let span = Span::read(text).ok_or_else(|| format!("{text:?} is no period and no date"))?;
                Operand::Time(span)
            }
            Kind::Decimal | Kind::Integer => {
                Operand::Number(text.parse().map_err(|_| format!("{text:?} is no number"))?)
            }
            _ => Operand::Text,
        };
        Ok(Self { operator, text: text.to_owned(), operand })
    }

    /// Whether it holds of a value; of none only what is not equal or does not contain does.
    fn holds(&self, value: Option<&str>) -> bool {
        let negative = matches!(self.operator, Operator::NotEqual | Operator::ContainsNot);
        let Some(value) = value else { return negative };
        match &self.operand {
            Operand::Time(span) => Span::read(value).is_some_and(|given| self.holds_in_time(given, span)),
            Operand::Number(number) => {
                value.parse::<Decimal>().is_ok_and(|given| self.holds_in_order(&given, number))
            }
            Operand::Text => self.holds_of_text(value),
        }
    }

    fn holds_in_time(&self, given: Span, asked: &Span) -> bool {
        match self.operator {
            Operator::NotEqual => given != *asked,
            Operator::Less => given.is_before(asked),
            Operator::LessOrEqual => given.ends(asked).is_le(),
            Operator::Greater => given.is_after(asked),
            Operator::GreaterOrEqual => given.begins(asked).is_ge(),
            _ => given == *asked,
        }
    }

    fn holds_of_text(&self, given: &str) -> bool {
        match self.operator {
            Operator::Contains => given.contains(&self.text),
            Operator::ContainsNot => !given.contains(&self.text),
            Operator::StartsWith => given.starts_with(&self.text),
            Operator::EndsWith => given.ends_with(&self.text),
            _ => self.holds_in_order(given, self.text.as_str()),
        }
    }

    fn holds_in_order<T: PartialOrd + ?Sized>(&self, given: &T, asked: &T) -> bool {
        match self.operator {
            Operator::NotEqual => given != asked,
            Operator::Less => given < asked,
            Operator::LessOrEqual => given <= asked,
            Operator::Greater => given > asked,
            Operator::GreaterOrEqual => given >= asked,
            _ => given == asked,
        }
    }
}

/// What a component of one of the flows holds.
fn kind(id: &str, flows: &[Flow]) -> Option<Kind> {
    let shared = DIMENSIONS.into_iter().chain([TIME_PERIOD, OBS_VALUE]);
    let attributes = flows.iter().flat_map(|flow| flow.attributes()).map(|attribute| attribute.component());
    shared.chain(attributes).find(|component| component.id == id).map(|component| component.kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filters(query: &str) -> Result<Filters, ProblemDetails> {
        let request = Request::read(&format!("/sdmx/data?{query}").parse().unwrap(), 5, &["c"])?;
        Filters::read(&request, &[Flow::Indicators])
    }

    fn holds(filter: &str, component: &str, value: &str) -> bool {
        filters(&format!("c[{component}]={filter}")).unwrap().hold(component, Some(value))
    }

    #[test]
    fn a_comma_is_or_and_a_plus_is_and() {
        // The examples of the standard's own table.
        for (filter, held, refused) in [
            ("A", "A", "B"),
            ("A,B", "B", "C"),
            ("ge:B", "C", "A"),
            ("ge:B+le:C", "B", "D"),
            ("ge:B+le:C,ge:F+le:G", "F", "E"),
            ("ne:A,B", "C", "A"),
            ("ne:A+B", "B", "A"),
            ("ne:A+ne:B", "C", "B"),
            ("sw:X,ew:Z", "AZ", "ZA"),
            ("co:X+nc:Y", "AX", "XY"),
        ] {
            assert!(holds(filter, "FIELD", held), "{filter} {held}");
            assert!(!holds(filter, "FIELD", refused), "{filter} {refused}");
        }
    }

    #[test]
    fn time_is_compared_by_days() {
        for (filter, held, refused) in [
            ("2021", "2021", "2021-06"),
            ("ge:2021+le:2022", "2022-12", "2023-01"),
            ("ge:2021-05-01", "2021-05", "2021-04"),
            ("le:2021-Q2", "2021-06", "2021"),
            ("gt:2021", "2022", "2021-12"),
            ("lt:2021-06", "2021-05", "2021-06"),
            ("ne:2021", "2022", "2021"),
        ] {
            assert!(holds(filter, "TIME_PERIOD", held), "{filter} {held}");
            assert!(!holds(filter, "TIME_PERIOD", refused), "{filter} {refused}");
        }
    }

    #[test]
    fn numbers_are_compared_as_numbers() {
        assert!(holds("ge:9", "OBS_VALUE", "10.5") && !holds("gt:10.50", "OBS_VALUE", "10.5"));
        assert!(holds("0", "UNIT_MULT", "0") && holds("sw:1", "OBS_VALUE", "10.5"));
        let filters = filters("c[OBS_VALUE]=ge:9&c[VINTAGE]=ne:verified").unwrap();
        assert!(
            !filters.hold("OBS_VALUE", None) && filters.hold("VINTAGE", None) && filters.hold("FREQ", None)
        );
    }

    #[test]
    fn what_can_not_be_compared_is_said() {
        for query in ["c[NOTHING]=A", "c[TIME_PERIOD]=ge:soon", "c[OBS_VALUE]=many", "c[COMMENT]=x"] {
            assert_eq!(filters(query).unwrap_err().status(), 400, "{query}");
        }
    }
}
