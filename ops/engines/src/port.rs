//! Free ports on the loopback address.

use std::{
    io,
    net::{Ipv4Addr, TcpListener},
};

/// A port that nobody listens on at the moment. It is not held: whoever binds it next has it.
pub(crate) fn free() -> io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}
