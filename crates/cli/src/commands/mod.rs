//! One file per command.

pub mod adopt;
pub mod apply;
pub mod check;
pub mod destroy;
pub mod drift;
pub mod editors;
pub mod explain;
pub mod graph;
pub mod init;
pub mod output;
pub mod plan;
pub mod policy;
pub mod pull;
pub mod report;
pub mod sandbox;
pub mod show;
pub mod unlock;
