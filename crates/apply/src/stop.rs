//! The wish that a run come to its end early.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Once asked for, nothing new begins; what runs comes to its end.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    pub fn ask(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    pub fn asked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
