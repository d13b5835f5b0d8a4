//! One file per command.

pub mod apply;
pub mod check;
pub mod destroy;
pub mod drift;
pub mod editors;
pub mod explain;
pub mod graph;
pub mod init;
pub mod plan;
pub mod policy;
pub mod sandbox;
pub mod show;
pub mod unlock;
