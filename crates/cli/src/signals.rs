//! Ctrl-C, or a polite kill: once is a wish, twice is an order.

use recon_apply::Stop;

use crate::console::Console;

/// Listens as long as it lives; the process is not ended by these signals then.
pub struct Signals {
    #[cfg(unix)]
    terminate: Option<tokio::signal::unix::Signal>,
    #[cfg(unix)]
    interrupt: Option<tokio::signal::unix::Signal>,
}

impl Signals {
    #[cfg(unix)]
    pub fn listen() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        // where a signal cannot be caught, it ends the process as ever
        Self {
            terminate: signal(SignalKind::terminate()).ok(),
            interrupt: signal(SignalKind::interrupt()).ok(),
        }
    }

    #[cfg(not(unix))]
    pub fn listen() -> Self {
        Self {}
    }

    #[cfg(unix)]
    async fn one(&mut self) {
        async fn of(signal: &mut Option<tokio::signal::unix::Signal>) {
            let received = match signal {
                Some(signal) => signal.recv().await,
                None => None,
            };
            if received.is_none() {
                std::future::pending().await
            }
        }
        tokio::select! {
            () = of(&mut self.interrupt) => {}
            () = of(&mut self.terminate) => {}
        }
    }

    #[cfg(not(unix))]
    async fn one(&mut self) {
        // where Ctrl-C cannot be caught, it ends the process as ever
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending().await
        }
    }

    /// Asks for an early end at the first signal, and returns at the second.
    pub async fn twice(&mut self, stop: &Stop, console: &Console) {
        self.one().await;
        stop.ask();
        console
            .say("stopping: nothing new begins, and what runs comes to its end; once more stops at once\n");
        self.one().await;
    }
}
