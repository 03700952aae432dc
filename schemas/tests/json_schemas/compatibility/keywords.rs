//! What each keyword took before, and takes now.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::compare::{Break, Comparison};
use super::shape::{is_open, list, types};

type Schema = Map<String, Value>;

impl<'a> Comparison<'a> {
    /// By what a keyword of the new condition refuses something that the old condition takes.
    pub(super) fn keyword_breaks(
        self,
        old: &'a Schema,
        new: &'a Schema,
        keyword: &str,
        place: &str,
    ) -> Vec<Break> {
        let (before, after) = (old.get(keyword), &new[keyword]);
        let one = |broken: bool, what: &str| if broken { vec![Break::at(place, what)] } else { Vec::new() };
        match keyword {
            "type" => {
                let taken = before.map(types).or_else(|| type_of_list(old));
                one(!taken.is_some_and(|taken| taken.is_subset(&types(after))), "has a narrower type")
            }
            "enum" | "const" => {
                let (taken, takes) = (list(old), list(new).unwrap_or_default());
                match taken {
                    None => one(true, "has a closed list"),
                    Some(words) => {
                        let lost = words.into_iter().filter(|word| !takes.contains(word));
                        lost.map(|word| Break::at(place, format!("takes {word} no more"))).collect()
                    }
                }
            }
            "required" => {
                let names = |value: Option<&'a Value>| -> BTreeSet<&'a str> {
                    value.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
                };
                let (had, has) = (names(before), names(Some(after)));
                has.difference(&had).map(|name| Break::at(place, format!("requires {name}"))).collect()
            }
            "minimum" | "exclusiveMinimum" | "minLength" | "minItems" | "minProperties" => one(
                before.is_none_or(|before| number(before) < number(after)),
                &format!("has a higher {keyword}"),
            ),
            "maximum" | "exclusiveMaximum" | "maxLength" | "maxItems" | "maxProperties" => one(
                before.is_none_or(|before| number(before) > number(after)),
                &format!("has a lower {keyword}"),
            ),
            "pattern" => one(before != Some(after), "has another pattern"),
            "not" => {
                // What is refused must have been refused.
                let reversed = Self { old: self.new, new: self.old };
                let refused = before.is_some_and(|before| reversed.breaks(after, before, place).is_empty());
                one(!refused, "refuses more by `not`")
            }
            "items" | "propertyNames" => {
                let open = &Value::Bool(true);
                let what = if keyword == "items" { "*" } else { "(name)" };
                self.breaks(before.unwrap_or(open), after, &format!("{place}/{what}"))
            }
            "properties" | "patternProperties" | "additionalProperties" => {
                self.member_breaks(old, new, place)
            }
            _ => one(before != Some(after), &format!("`{keyword}` cannot be judged")),
        }
    }

    /// Members: those that there were, and those that passed unread.
    fn member_breaks(self, old: &'a Schema, new: &'a Schema, place: &str) -> Vec<Break> {
        static OPEN: Value = Value::Bool(true);
        let members = |schema: &'a Schema, keyword: &str| schema.get(keyword).and_then(Value::as_object);
        let rest = |schema: &'a Schema| schema.get("additionalProperties").unwrap_or(&OPEN);
        let (had, has) = (members(old, "properties"), members(new, "properties"));
        let (had_patterns, has_patterns) =
            (members(old, "patternProperties"), members(new, "patternProperties"));
        let mut breaks = Vec::new();
        for (name, after) in has.into_iter().flatten() {
            let place = format!("{place}/{name}");
            match had.and_then(|had| had.get(name)) {
                Some(before) => breaks.extend(self.breaks(before, after, &place)),
                // What passed unread must still pass. Which pattern it matched is not asked: any may be it.
                None => {
                    let passed =
                        had_patterns.into_iter().flatten().map(|(_, before)| before).chain([rest(old)]);
                    breaks.extend(passed.flat_map(|before| self.breaks(before, after, &place)));
                }
            }
        }
        // Where names have patterns, one that is gone is found as a member that is lost.
        let gone = |name: &String| has_patterns.is_none() && !has.is_some_and(|has| has.contains_key(name));
        for (name, before) in had.into_iter().flatten().filter(|(name, _)| gone(name)) {
            breaks.extend(self.breaks(before, rest(new), &format!("{place}/{name}")));
        }
        for (pattern, after) in has_patterns.into_iter().flatten() {
            let place = format!("{place}/({pattern})");
            match had_patterns.and_then(|had| had.get(pattern)) {
                Some(before) => breaks.extend(self.breaks(before, after, &place)),
                None if is_open(self.new, after) => {}
                None => breaks.push(Break::at(&place, "is a new pattern of names")),
            }
        }
        for (pattern, _) in had_patterns.into_iter().flatten() {
            if !has_patterns.is_some_and(|has| has.contains_key(pattern)) && !is_open(self.new, rest(new)) {
                breaks.push(Break::at(&format!("{place}/({pattern})"), "is no pattern of names any more"));
            }
        }
        breaks.extend(self.breaks(rest(old), rest(new), &format!("{place}/(other)")));
        breaks
    }
}

/// The types of a closed list's values.
fn type_of_list(schema: &Schema) -> Option<BTreeSet<&'static str>> {
    let name = |value: &Value| match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.as_i64().is_some() => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    Some(list(schema)?.into_iter().map(name).collect())
}

fn number(value: &Value) -> rust_decimal::Decimal {
    value.to_string().parse().unwrap()
}
