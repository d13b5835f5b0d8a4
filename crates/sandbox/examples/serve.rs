//! The sandbox on a port of the loopback, for tests with other clients.
//!
//! `cargo run -p recon-sandbox --example serve -- --port 4600`; port 0 takes a
//! free one. The address is the first line of the output.

use std::error::Error;
use std::net::Ipv4Addr;
use std::sync::Arc;

use recon_sandbox::{Sandbox, server};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let port = match std::env::args().skip(1).collect::<Vec<_>>().as_slice() {
        [] => 4600,
        [flag, port] if flag == "--port" => port.parse()?,
        _ => return Err("usage: serve [--port N]".into()),
    };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    println!("http://{}", listener.local_addr()?);
    server::serve(Arc::new(Sandbox::default()), listener, || {}).await?;
    Ok(())
}
