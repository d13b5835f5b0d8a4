//! Exit codes: public API, told in every `--help`.

use std::process::ExitCode;

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done; where differences are told apart, there are none.
    Clean,
    /// Something went wrong, or could not be read.
    Error,
    /// There are differences.
    Changes,
    /// Somebody ended it: Ctrl-C or a kill.
    Interrupted,
    /// The command line is wrong. Not clap's own 2, which would read as "changes".
    Usage,
}

impl Exit {
    /// The number that a shell sees.
    pub const fn code(self) -> u8 {
        match self {
            Exit::Clean => 0,
            Exit::Error => 1,
            Exit::Changes => 2,
            Exit::Usage => 64,
            Exit::Interrupted => 130,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit.code())
    }
}
