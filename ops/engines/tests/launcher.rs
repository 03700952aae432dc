//! The launcher with an installed `clickhouse`, played by a script: it is stopped with its owner, and in order.

use std::{
    io::{BufRead, BufReader, Lines, Read},
    process::{Child, ChildStdout, Command, Stdio},
};

use anyhow::{Context, Result, ensure};
use rustix::process::{Pid, Signal, kill_process, test_kill_process};

/// A launcher whose server behaves in the given way.
fn launch(way: &str) -> Result<(Child, Lines<BufReader<ChildStdout>>)> {
    let mut launcher = Command::new(env!("CARGO_BIN_EXE_engine-launcher"))
        .args(["--binary", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fake-server"), "--config", way])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let lines = BufReader::new(launcher.stdout.take().context("no output")?).lines();
    Ok((launcher, lines))
}

fn server(lines: &mut Lines<BufReader<ChildStdout>>) -> Result<Pid> {
    let line = lines.next().context("the server did not start")??;
    Pid::from_raw(line.trim_start_matches("server ").parse()?).context("no pid")
}

#[test]
fn the_end_of_its_input_stops_the_server() -> Result<()> {
    let (mut launcher, mut lines) = launch("obedient")?;
    let server = server(&mut lines)?;
    drop(launcher.stdin.take());
    ensure!(launcher.wait()?.success());
    ensure!(test_kill_process(server).is_err(), "the server is still there");
    Ok(())
}

#[test]
fn a_signal_stops_the_server() -> Result<()> {
    let (mut launcher, mut lines) = launch("obedient")?;
    let server = server(&mut lines)?;
    kill_process(Pid::from_child(&launcher), Signal::TERM)?;
    ensure!(launcher.wait()?.success());
    ensure!(test_kill_process(server).is_err(), "the server is still there");
    Ok(())
}

#[test]
fn a_second_signal_leaves_at_once() -> Result<()> {
    let (mut launcher, mut lines) = launch("stubborn")?;
    let server = server(&mut lines)?;
    kill_process(Pid::from_child(&launcher), Signal::TERM)?;
    ensure!(lines.next().context("the server was not asked")?? == "TERM");
    kill_process(Pid::from_child(&launcher), Signal::TERM)?;
    launcher.wait()?;
    ensure!(test_kill_process(server).is_err(), "the server is still there");
    Ok(())
}

#[test]
fn a_server_that_ends_unasked_is_a_failure() -> Result<()> {
    let (mut launcher, _) = launch("dies")?;
    let mut message = String::new();
    launcher.stderr.take().context("no errors")?.read_to_string(&mut message)?;
    ensure!(!launcher.wait()?.success());
    ensure!(message.contains("ended before it was asked to stop: exit status: 3"), "{message}");
    Ok(())
}
