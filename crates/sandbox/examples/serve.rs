//! The sandbox on a port of the loopback, for tests with other clients.
//!
//! `cargo run -p recon-sandbox --example serve -- --port 4600`; port 0 takes a
//! free one. The address is the first line of the output. With `--hurry` an hour
//! passes after every call: whatever AWS does later has been done by the next one.

use std::error::Error;
use std::net::Ipv4Addr;
use std::sync::Arc;

use recon_sandbox::{Sandbox, server};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (port, hurry) = match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => (4600, false),
        ["--port", port] => (port.parse()?, false),
        ["--port", port, "--hurry"] => (port.parse()?, true),
        _ => return Err("usage: serve [--port N [--hurry]]".into()),
    };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    println!("http://{}", listener.local_addr()?);
    let sandbox = Arc::new(Sandbox::default().recorded());
    let clock = Arc::clone(&sandbox);
    let pass_time = move || {
        if hurry {
            clock.edit(|state| state.clock += 3600.0);
        }
    };
    server::serve(sandbox, listener, pass_time).await?;
    Ok(())
}
