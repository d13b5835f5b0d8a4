//! Reading kinds of the family `codebuild`.

pub(crate) mod project;
