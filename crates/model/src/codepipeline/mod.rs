//! Kinds of the family `codepipeline`.

mod actions;
pub(crate) mod pipeline;
