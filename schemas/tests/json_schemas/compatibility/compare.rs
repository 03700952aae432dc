//! The comparison of two schemas.

use serde_json::{Map, Value};

use super::shape::{conjuncts, constraints, is_open, member_list, members};
use crate::schemas::Documents;

/// One thing by which a schema came to refuse what it took: where, and what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Break {
    pub(crate) place: String,
    pub(crate) what: String,
}

/// An earlier set of schemas and a later one.
#[derive(Clone, Copy)]
pub(crate) struct Comparison<'a> {
    pub(crate) old: &'a Documents,
    pub(crate) new: &'a Documents,
}

impl<'a> Comparison<'a> {
    /// By what `new` refuses something that `old` takes.
    pub(crate) fn breaks(self, old: &'a Value, new: &'a Value, place: &str) -> Vec<Break> {
        if old == &Value::Bool(false) || is_open(self.new, new) {
            return Vec::new();
        }
        if new == &Value::Bool(false) {
            return vec![Break::at(place, "is refused whatever it is")];
        }
        let before = conjuncts(self.old, old);
        let after = conjuncts(self.new, new);
        let kept = members(&after);
        // A condition names members too, without being what they are described by: that is closed.
        let closed =
            before.iter().any(|conjunct| conjunct.get("additionalProperties") == Some(&Value::Bool(false)));
        let lost = members(&before).into_iter().filter(|name| closed && !kept.contains(name));
        let lost = lost.map(|name| Break::at(&format!("{place}/{name}"), "is no member any more"));
        let of_conjunct =
            |conjunct: &&'a Map<String, Value>| self.conjunct_breaks(old, &before, conjunct, place);
        lost.chain(after.iter().flat_map(of_conjunct)).collect()
    }

    /// By what one condition of the new schema refuses something: each of its keywords must follow from the old one.
    fn conjunct_breaks(
        self,
        old: &'a Value,
        before: &[&'a Map<String, Value>],
        after: &'a Map<String, Value>,
        place: &str,
    ) -> Vec<Break> {
        let mut breaks = Vec::new();
        for (keyword, value) in constraints(after) {
            let found = match keyword {
                // They are judged with `properties` and `if`, to which they belong.
                "patternProperties" | "additionalProperties" if after.contains_key("properties") => {
                    Vec::new()
                }
                "patternProperties" if after.contains_key("additionalProperties") => Vec::new(),
                "then" | "else" => Vec::new(),
                "if" => self.condition_breaks(before, after, place),
                "anyOf" | "oneOf" => self.choice_breaks(old, before, keyword, value, place),
                _ => self.least(before, |conjunct| self.keyword_breaks(conjunct, after, keyword, place)),
            };
            breaks.extend(found);
        }
        breaks
    }

    /// The breaks from that old condition, or choice of conditions, from which the new keyword follows best.
    fn least(
        self,
        before: &[&'a Map<String, Value>],
        breaks: impl Fn(&'a Map<String, Value>) -> Vec<Break>,
    ) -> Vec<Break> {
        let of_choice = |conjunct: &&'a Map<String, Value>| {
            let branches = conjunct.get("anyOf").or_else(|| conjunct.get("oneOf"))?.as_array()?;
            let of_branch = |branch| {
                let conditions = conjuncts(self.old, branch);
                conditions.into_iter().map(&breaks).min_by_key(Vec::len).unwrap_or_default()
            };
            Some(branches.iter().flat_map(of_branch).collect::<Vec<_>>())
        };
        let each = before.iter().copied().map(&breaks);
        each.chain(before.iter().filter_map(of_choice)).min_by_key(Vec::len).unwrap_or_default()
    }

    /// A choice must take the whole of what was taken, or each branch of what was chosen from.
    fn choice_breaks(
        self,
        old: &'a Value,
        before: &[&'a Map<String, Value>],
        keyword: &str,
        branches: &'a Value,
        place: &str,
    ) -> Vec<Break> {
        let branches = branches.as_array().map_or(&[][..], Vec::as_slice);
        let into_one = |taken: &'a Value| {
            branches
                .iter()
                .map(|branch| self.breaks(taken, branch, place))
                .min_by_key(Vec::len)
                .unwrap_or_default()
        };
        // Of several branches of oneOf, an event could match two that were one: only one and the same is safe.
        let same = |conjunct: &&Map<String, Value>| {
            conjunct.get(keyword).and_then(Value::as_array).is_some_and(|old| old == branches)
        };
        if keyword == "oneOf" {
            let known = before.iter().any(same);
            return if known { Vec::new() } else { vec![Break::at(place, "another oneOf cannot be judged")] };
        }
        let whole = into_one(old);
        let by_branch = before.iter().filter_map(|conjunct| conjunct.get("anyOf")?.as_array());
        let by_branch = by_branch.map(|old| old.iter().flat_map(into_one).collect::<Vec<_>>());
        by_branch.chain([whole]).min_by_key(Vec::len).unwrap_or_default()
    }

    /// A condition must have been there, unless what it is about is new.
    fn condition_breaks(
        self,
        before: &[&'a Map<String, Value>],
        after: &'a Map<String, Value>,
        place: &str,
    ) -> Vec<Break> {
        let open = Value::Bool(true);
        let (then, otherwise) = (after.get("then"), after.get("else"));
        let Some(condition) = self.known_words(before, after.get("if").unwrap_or(&open)) else {
            // None of the old events meets the condition: what else holds must have held of all.
            let Some(otherwise) = otherwise else { return Vec::new() };
            let never = |conjunct: &&&'a Map<String, Value>| {
                conjunct.get("if").is_some_and(|condition| self.known_words(before, condition).is_none())
            };
            let always = before.iter().filter(never).filter_map(|conjunct| conjunct.get("else"));
            let judged = always.map(|old| self.breaks(old, otherwise, place)).min_by_key(Vec::len);
            return judged.unwrap_or_else(|| {
                self.least(before, |conjunct| self.whole_breaks(conjunct, otherwise, place))
            });
        };
        let branch = |conjunct: &'a Map<String, Value>, name: &str, new: Option<&'a Value>| {
            let old = conjunct.get(name);
            match (old, new) {
                (_, None) => Vec::new(),
                (Some(old), Some(new)) => self.breaks(old, new, place),
                (None, Some(new)) if is_open(self.new, new) => Vec::new(),
                (None, Some(_)) => vec![Break::at(place, format!("has a new `{name}`"))],
            }
        };
        let known = |conjunct: &Map<String, Value>| self.known_words(before, conjunct.get("if")?);
        let same = before.iter().filter(|conjunct| known(conjunct).as_ref() == Some(&condition));
        let judged = same.map(|conjunct| {
            let mut breaks = branch(conjunct, "then", then);
            breaks.extend(branch(conjunct, "else", otherwise));
            breaks
        });
        let unknown = || vec![Break::at(place, format!("has a new condition, if {condition}"))];
        judged.min_by_key(Vec::len).unwrap_or_else(unknown)
    }

    fn whole_breaks(self, old: &'a Map<String, Value>, new: &'a Value, place: &str) -> Vec<Break> {
        conjuncts(self.new, new)
            .into_iter()
            .flat_map(|conjunct| constraints(conjunct).map(move |(keyword, _)| (conjunct, keyword)))
            .flat_map(|(conjunct, keyword)| self.keyword_breaks(old, conjunct, keyword, place))
            .collect()
    }

    /// A condition on the words of a member, with those words alone that the member could have before; `None` if it
    /// could have none of them.
    fn known_words(self, before: &[&'a Map<String, Value>], condition: &Value) -> Option<Value> {
        let mut known = condition.clone();
        let members = known.get_mut("properties").and_then(Value::as_object_mut).into_iter().flatten();
        for (name, member) in members {
            let required = condition["required"]
                .as_array()
                .is_some_and(|required| required.contains(&Value::from(name.as_str())));
            let Some(words) = member_list(self.old, before, name).filter(|_| required) else { continue };
            if let Some(asked) = member.get_mut("enum").and_then(Value::as_array_mut) {
                asked.retain(|word| words.contains(&word));
                if asked.is_empty() {
                    return None;
                }
            } else if member.get("const").is_some_and(|word| !words.contains(&word)) {
                return None;
            }
        }
        Some(known)
    }
}

impl Break {
    pub(crate) fn at(place: &str, what: impl Into<String>) -> Self {
        Self { place: place.to_owned(), what: what.into() }
    }
}

impl std::fmt::Display for Break {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} {}", self.place, self.what)
    }
}
