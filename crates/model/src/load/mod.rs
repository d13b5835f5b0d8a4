//! From a folder of TOML to a [`Stack`], or to everything that is wrong with it.

mod allow;
mod documents;
mod files;
mod literals;
mod marked;
mod merge;
mod moves;
mod names;
mod node;
mod outputs;
mod problem;
mod scaled;
mod source;
mod stack;
mod template;
mod typed;
mod variables;
mod yaml;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub use files::words;
pub use literals::predicted_arn;
pub use node::{Entry, Node, NodeValue};
pub use problem::{Problem, nearest};
pub use source::{Source, Sources, Span};
pub use stack::{own_keys, partition};

use crate::secrets::Secrets;
use crate::stack::Stack;

/// What the caller says beside the folder.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The overlay `env/NAME.toml` (or folder) that lies on top.
    pub env: Option<String>,
    /// Values of variables, the strongest: `--var`.
    pub vars: BTreeMap<String, String>,
    /// A TOML file of variables' values.
    pub var_file: Option<PathBuf>,
    /// Values from the process's environment (`RECON_VAR_name`), weaker than a file.
    pub env_vars: BTreeMap<String, String>,
    /// The region where `[stack]` names none.
    pub region: Option<String>,
    /// The account where `[stack]` names none.
    pub account: Option<String>,
}

/// Everything that is wrong with a folder, with the texts to show it in.
#[derive(Debug)]
pub struct Failed {
    pub problems: Vec<Problem>,
    pub sources: Sources,
}

/// Reads the stack in a folder.
///
/// # Errors
/// All the mistakes that could be found, not the first one only.
pub fn load(folder: &Path, options: &Options) -> Result<Stack, Failed> {
    let mut files = files::Files::new(folder);
    let mut problems = Vec::new();
    let mut secrets = Secrets::default();
    let stack = merge::folder(&mut files, options, &mut problems).and_then(|mut node| {
        secrets = variables::replace(&mut node, options, &mut files, &mut problems);
        if problems.is_empty() {
            stack::build(&mut node, &secrets, options, &mut files, &mut problems)
        } else {
            None
        }
    });
    match stack {
        Some(mut stack) if problems.is_empty() => {
            stack.sources = files.sources;
            Ok(stack)
        }
        _ => {
            problems.sort_by_key(|problem| problem.span);
            let problems = problems.into_iter().map(|problem| problem.without(&secrets)).collect();
            Err(Failed { problems, sources: files.sources })
        }
    }
}
