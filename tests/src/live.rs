//! A reader of `/v1/live`.

use anyhow::{Context, Result, bail, ensure};
use reqwest::Response;
use serde_json::Value;

use crate::client::Client;

/// An event of a stream, or a comment, which has no name.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Told {
    /// Its id, where it has one.
    pub id: Option<String>,
    /// What kind of event it is.
    pub event: String,
    /// Its data.
    pub data: Value,
}

/// A stream that is read.
pub struct Stream {
    response: Response,
    unread: String,
}

impl Client {
    /// Follows figures with a role's key, from the id of an event on if one is given.
    ///
    /// # Errors
    /// When the answer is no stream.
    pub async fn follow(&self, query: &str, role: &str, last: Option<&str>) -> Result<Stream> {
        self.follow_with(query, self.key(role)?, last).await
    }

    /// Follows figures with a key.
    ///
    /// # Errors
    /// When the answer is no stream.
    pub async fn follow_with(&self, query: &str, key: &str, last: Option<&str>) -> Result<Stream> {
        let mut request = reqwest::Client::new().get(format!("{}/v1/live?{query}", self.query_url()));
        request = request.bearer_auth(key);
        if let Some(last) = last {
            request = request.header("last-event-id", last);
        }
        let response = request.send().await?;
        let status = response.status();
        ensure!(status == 200, "{query} answered {status}: {}", response.text().await?);
        Ok(Stream { response, unread: String::new() })
    }
}

impl Stream {
    /// The next event; comments are passed over. `None` when the stream has ended.
    ///
    /// # Errors
    /// When it breaks.
    pub async fn next(&mut self) -> Result<Option<Told>> {
        loop {
            while let Some((block, rest)) = self.unread.split_once("\n\n") {
                let (block, rest) = (block.to_owned(), rest.to_owned());
                self.unread = rest;
                let told = read(&block)?;
                if !told.event.is_empty() {
                    return Ok(Some(told));
                }
            }
            match self.response.chunk().await? {
                Some(bytes) => self.unread.push_str(std::str::from_utf8(&bytes)?),
                None => return Ok(None),
            }
        }
    }

    /// The next observation.
    ///
    /// # Errors
    /// When it is something else, or there is none.
    pub async fn observation(&mut self) -> Result<Told> {
        let told = self.next().await?.context("the stream has ended")?;
        ensure!(told.event == "observation", "{told:?}");
        Ok(told)
    }
}

fn read(block: &str) -> Result<Told> {
    let mut told = Told::default();
    for line in block.lines() {
        match line.split_once(": ") {
            Some(("id", id)) => told.id = Some(id.to_owned()),
            Some(("event", event)) => event.clone_into(&mut told.event),
            Some(("data", data)) => told.data = serde_json::from_str(data)?,
            Some(("", _)) => {}
            _ => bail!("no line of a stream: {line}"),
        }
    }
    Ok(told)
}
