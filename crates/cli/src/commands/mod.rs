//! One file per command.

pub mod apply;
pub mod destroy;
pub mod drift;
pub mod plan;
pub mod sandbox;
pub mod show;
