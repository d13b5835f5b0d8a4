//! A file of the source repository that lies beside the TOML, too.
//!
//! The build, the pipeline and CodeDeploy read their files from the source, and
//! not from here. Where the same file lies in the stack's folder, or in the
//! folder that a pipeline's or a project's `files` names, what it says can be
//! judged before anything runs.

use std::sync::Arc;

use crate::Address;
use crate::load::{Node, Problem, Span};
use crate::stack::Resource;

/// What a file is read for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// What CodeBuild does: `buildspec.yml`.
    BuildSpec,
    /// What CodeDeploy does: `appspec.yaml`.
    AppSpec,
    /// What the deploy action registers: `taskdef.json`.
    TaskDefinition,
    /// Containers and images of a rolling deployment: `imagedefinitions.json`.
    ImageDefinitions,
}

/// One file, as one place of a resource names or implies it.
#[derive(Debug, Clone)]
pub struct Document {
    pub role: Role,
    /// The pipeline or the project.
    pub owner: Address,
    /// The path in its document: `stages[2].actions[0]`, or `source`.
    pub at: String,
    /// As it is named there; one that is inside the TOML has no path.
    pub path: Option<String>,
    /// The whole of it.
    pub span: Span,
    /// What it says, where it can be read: several resources may read one file.
    pub root: Option<Arc<Node>>,
    /// A task definition under its kind's fields. Its address is the pipeline's.
    pub definition: Option<Resource>,
    /// Why it, or a part of it, cannot be read.
    pub problems: Vec<Problem>,
}

impl Role {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Role::BuildSpec => "buildspec",
            Role::AppSpec => "AppSpec",
            Role::TaskDefinition => "task definition",
            Role::ImageDefinitions => "image definitions",
        }
    }
}
