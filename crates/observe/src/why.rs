//! Why there is nothing to say of a resource, and what that says of it.

use recon_aws::{AwsError, Kind};
use recon_model::Live;

/// Why a resource cannot be asked for.
#[derive(Debug, Clone)]
pub enum Trouble {
    /// What it is part of does not exist, so neither does it.
    ParentAbsent,
    /// What it is part of cannot be read.
    ParentUnreadable(String),
}

/// Why there is nothing to say of a resource.
#[derive(Debug, Clone)]
pub enum Why {
    Aws(AwsError),
    Trouble(Trouble),
}

impl From<AwsError> for Why {
    fn from(error: AwsError) -> Self {
        Why::Aws(error)
    }
}

impl From<Trouble> for Why {
    fn from(trouble: Trouble) -> Self {
        Why::Trouble(trouble)
    }
}

impl From<Trouble> for Live {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::ParentAbsent => Live::Absent,
            Trouble::ParentUnreadable(why) => Live::Unreadable(why),
        }
    }
}

impl From<Why> for Live {
    fn from(why: Why) -> Self {
        match why {
            Why::Aws(error) => unreadable(&error),
            Why::Trouble(trouble) => trouble.into(),
        }
    }
}

/// What a failed read says of a resource.
pub fn unreadable(error: &AwsError) -> Live {
    Live::Unreadable(match error.kind {
        Kind::AccessDenied => format!("access denied: {}", error.message),
        _ => error.to_string(),
    })
}
