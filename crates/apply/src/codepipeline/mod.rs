//! Writing kinds of the family `codepipeline`.

pub(crate) mod pipeline;
