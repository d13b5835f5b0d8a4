//! `recon sandbox`: the box on a socket, and the box emptied.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use recon_model::load::words;
use recon_sandbox::{ACCOUNT, State, server};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::runtime::Builder;

use crate::args::{ResetArgs, SandboxArgs, SandboxCommand, ServeArgs};
use crate::console::Console;
use crate::sandbox::{Kept, write};
use crate::{Exit, Failure};

/// How long a change may live in memory only.
const SAVE_EVERY: Duration = Duration::from_millis(250);

pub fn run(args: &SandboxArgs, console: &Console) -> Result<Exit, Failure> {
    match &args.command {
        SandboxCommand::Serve(args) => serve(args, console),
        SandboxCommand::Reset(args) => reset(args, console),
    }
}

fn reset(args: &ResetArgs, console: &Console) -> Result<Exit, Failure> {
    // the account stays the one that it was, if that can still be read
    let text = std::fs::read_to_string(&args.sandbox).unwrap_or_default();
    let account = serde_json::from_str::<State>(&text).map_or(ACCOUNT.to_string(), |state| state.account);
    write(&args.sandbox, &State::new(&account))?;
    let file = args.sandbox.display().to_string();
    let document = json!({ "format": 1, "sandbox": file, "account": account });
    console.result(&document, |_| format!("{file}: an empty account {account}\n"));
    Ok(Exit::Clean)
}

fn serve(args: &ServeArgs, console: &Console) -> Result<Exit, Failure> {
    let runtime = Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::new(format!("no runtime could be started: {error}")))?;
    runtime.block_on(async { listen(args, console).await })
}

async fn listen(args: &ServeArgs, console: &Console) -> Result<Exit, Failure> {
    let kept = Kept::open(&args.sandbox, ACCOUNT)?;
    if let Some(faults) = &args.faults
        && kept.disturb(faults)?.kills()
    {
        return Err(Failure::new("`die` ends the caller's process, which a served sandbox cannot")
            .help("use it with `--sandbox`, or `drop` here"));
    }
    let cannot = |error: std::io::Error| {
        Failure::new(format!("127.0.0.1:{} cannot be listened on: {}", args.port, words(&error)))
            .help("name another port with --port, or let one be chosen with --port 0")
    };
    let listener = TcpListener::bind(("127.0.0.1", args.port)).await.map_err(cannot)?;
    let endpoint = format!("http://{}", listener.local_addr().map_err(cannot)?);
    console.result(&json!({ "format": 1, "endpoint": endpoint }), |_| format!("{endpoint}\n"));
    console.say(&format!(
        "AWS in a box, kept in {}; Ctrl-C ends it. For its clients:\n  \
         export AWS_ENDPOINT_URL={endpoint} AWS_ACCESS_KEY_ID=x AWS_SECRET_ACCESS_KEY=x\n",
        args.sandbox.display()
    ));
    let touched = Arc::new(AtomicBool::new(false));
    let mark = Arc::clone(&touched);
    let serving =
        server::serve(Arc::clone(&kept.sandbox), listener, move || mark.store(true, Ordering::Relaxed));
    let result = tokio::select! {
        ended = serving => ended.map_err(|error| Failure::new(format!("the sandbox cannot go on: {error}"))),
        saving = keep(&kept, &touched) => saving,
        () = interrupted() => Ok(()),
    };
    kept.save()?;
    result.map(|()| Exit::Clean)
}

/// Writes the file soon after every change, until that fails.
async fn keep(kept: &Kept, touched: &AtomicBool) -> Result<(), Failure> {
    loop {
        tokio::time::sleep(SAVE_EVERY).await;
        if touched.swap(false, Ordering::Relaxed) {
            kept.save()?;
        }
    }
}

/// Ctrl-C, or a polite kill.
async fn interrupted() {
    let terminated = async {
        #[cfg(unix)]
        if let Ok(mut signal) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            signal.recv().await;
            return;
        }
        std::future::pending::<()>().await;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminated => {}
    }
}
