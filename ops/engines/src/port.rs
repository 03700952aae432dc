//! Free ports on the loopback address.

use std::{
    io,
    net::{Ipv4Addr, TcpListener},
};

use crate::error::Error;

/// How many free ports are tried: between picking one and binding it anybody may take it.
const ATTEMPTS: usize = 5;

/// Ports that nobody listens on at the moment, all different. They are not held: whoever binds one next has it.
pub(crate) fn free<const COUNT: usize>() -> io::Result<[u16; COUNT]> {
    let mut ports = [0; COUNT];
    let mut held = Vec::new();
    for port in &mut ports {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        *port = listener.local_addr()?.port();
        held.push(listener);
    }
    Ok(ports)
}

/// Starts an engine, again if somebody else took a port that was free when it was picked.
pub(crate) async fn retry<T>(start: impl AsyncFn() -> Result<T, Error>) -> Result<T, Error> {
    for _ in 1..ATTEMPTS {
        match start().await {
            Err(Error::Ended { tail, .. }) if tail.contains("Address already in use") => {}
            outcome => return outcome,
        }
    }
    start().await
}
