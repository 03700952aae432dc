//! Names of codes, for formats that write them beside the codes.

use std::collections::HashMap;

use weir_schemas::plan::{Name, Plan};

use crate::sdmx::model::{Component, Flow};
use crate::sdmx::structure::{Code, codelist};

/// The code lists of the components that are written, by their ids.
pub(super) struct Labels<'a> {
    plan: &'a Plan,
    lists: HashMap<&'static str, HashMap<String, Code>>,
}

impl<'a> Labels<'a> {
    /// Of a plan; lists are made when they are asked for.
    pub(super) fn new(plan: &'a Plan) -> Self {
        Self { plan, lists: HashMap::new() }
    }

    /// The code of a component's value, if it is one.
    pub(super) fn code(&mut self, component: &Component, flow: Flow, value: &str) -> Option<&Code> {
        let id = component.codelist(flow)?;
        let list = self.lists.entry(id).or_insert_with(|| {
            let codes = codelist(id, self.plan).map(|list| list.codes).unwrap_or_default();
            codes.into_iter().map(|code| (code.id.clone(), code)).collect()
        });
        list.get(value)
    }

    /// Its name.
    pub(super) fn name(&mut self, component: &Component, flow: Flow, value: &str) -> Option<&Name> {
        self.code(component, flow, value).map(|code| &code.name)
    }
}
