//! An answer in the format that its reader asked for.

use axum::http::HeaderMap;
use axum::response::Response;
use jiff::Timestamp;
use serde::Serialize;
use weir_kernel::problem::ProblemDetails;

use super::{FORMAT, Format, Tabular, WriteError};
use crate::http::Work;
use crate::http::answer::{Kept, Shown, respond};
use crate::http::page::CURSOR;
use crate::http::parameters::Parameters;

/// The answer to one request, in one format.
pub(in crate::http) struct Reply<'r> {
    format: Format,
    parameters: &'r Parameters,
    request: &'r HeaderMap,
}

impl<'r> Reply<'r> {
    /// A reply to a request for something that is `offered` in these formats. Ask before there is anything to write.
    ///
    /// # Errors
    /// 406 with what is offered, where another format is asked for.
    pub(in crate::http) fn to(
        parameters: &'r Parameters,
        request: &'r HeaderMap,
        offered: &[Format],
    ) -> Result<Self, ProblemDetails> {
        let word = parameters.get(FORMAT, |word| Ok::<_, String>(word.to_owned()))?;
        Ok(Self { format: Format::asked(word.as_deref(), request, offered)?, parameters, request })
    }

    /// The answer, which is so much work, or 304 where the reader has it already.
    ///
    /// # Errors
    /// 406 where it does not fit into the format.
    pub(in crate::http) fn with<A: Serialize + Tabular>(
        &self,
        work: Work,
        answer: &A,
        kept: Kept,
        as_of: Option<Timestamp>,
    ) -> Result<Response, ProblemDetails> {
        // Other formats take their time whatever they hold.
        let work = if self.format == Format::Json { work } else { Work::Long };
        let (body, name) = work.run(|| self.write(answer))?;
        let shown = Shown {
            body,
            content_type: self.format.content_type(),
            file: self.format.extension().zip(name).map(|(extension, name)| format!("{name}.{extension}")),
            next: answer.next().map(|cursor| self.parameters.query_with(CURSOR, cursor)),
            // The cursor names the moment; the last item of the page, which it names as well, is shown.
            dated: answer.next().map(str::to_owned).into_iter().collect(),
        };
        respond(shown, self.request, kept, as_of)
    }

    /// The answer's bytes and, where it is a table, its name.
    fn write<A: Serialize + Tabular>(&self, answer: &A) -> Result<(Vec<u8>, Option<String>), WriteError> {
        let Some(write) = self.format.writer() else { return Ok((serde_json::to_vec(answer)?, None)) };
        let table = answer.table();
        Ok((write(&table)?, Some(table.id.into_owned())))
    }
}
