//! The files that a pipeline carries, where they lie beside the TOML.
//!
//! CodeBuild, CodePipeline and CodeDeploy read them from the source. A stack
//! that holds them, too (the folder of its TOML, or the one that `files` names)
//! has them judged; what is not there is nobody's mistake.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::files::Files;
use super::node::{self, Node};
use super::problem::Problem;
use super::source::Span;
use super::typed::{Spelling, Typing};
use super::yaml::{Within, yaml};
use crate::document::{Document, Role};
use crate::stack::{Resource, Settings, Stack};
use crate::tree::{Part, Tree};
use crate::{Address, KindId};

/// `files = "app"`: a folder inside the stack's.
pub fn folder(node: &Node, files: &Files, problems: &mut Vec<Problem>) -> Option<String> {
    let Some(text) = node.as_text() else {
        problems.push(
            Problem::new(node.span, "`files` is a folder")
                .help("the one inside the stack's in which the source's files lie: files = \"app\""),
        );
        return None;
    };
    files.has_folder(text, node.span).map_err(|problem| problems.push(problem)).ok()?;
    Some(text.to_string())
}

/// Every file that a pipeline or a project names or implies, and that is there.
pub fn read(stack: &Stack, declared: &BTreeSet<Address>, files: &mut Files) -> Vec<Document> {
    let mut reader = Reader { stack, declared, files, found: Vec::new(), parsed: BTreeMap::new() };
    let mut built: BTreeMap<&Address, Option<&String>> = BTreeMap::new();
    for pipeline in of(stack, KindId::CodepipelinePipeline) {
        for (at, action) in actions(&pipeline.spec) {
            reader.action(pipeline, &at, action);
            if let Some(project) = project(stack, action) {
                built.entry(project).or_insert(pipeline.settings.files.as_ref());
            }
        }
    }
    for project in of(stack, KindId::CodebuildProject) {
        let folder = project.settings.files.as_ref().or(built.get(&project.address).copied().flatten());
        reader.buildspec(project, folder);
    }
    reader.found
}

fn of(stack: &Stack, kind: KindId) -> impl Iterator<Item = &Resource> {
    stack.resources.values().filter(move |resource| resource.kind == kind)
}

/// The actions of a pipeline with their paths.
fn actions(spec: &Tree) -> Vec<(String, &Tree)> {
    let stages = items(spec, "stages").flat_map(|(s, stage)| {
        items(stage, "actions").map(move |(a, action)| (format!("stages[{s}].actions[{a}]"), action))
    });
    stages.collect()
}

fn items<'t>(tree: &'t Tree, key: &str) -> impl Iterator<Item = (usize, &'t Tree)> + use<'t> {
    let items = if let Some(Tree::List(items)) = tree.get(key) { items.as_slice() } else { &[] };
    items.iter().enumerate()
}

fn provider(action: &Tree) -> &str {
    let text = |path: &str| action.get(path).and_then(Tree::as_str);
    text("provider").or_else(|| text("action_type_id.provider")).unwrap_or_default()
}

/// What an action's configuration says under a key.
fn configured<'t>(action: &'t Tree, key: &str) -> Option<&'t str> {
    action.get("configuration")?.get(key)?.as_str()
}

/// The project of the stack that an action builds.
fn project<'s>(stack: &'s Stack, action: &Tree) -> Option<&'s Address> {
    if provider(action) != "CodeBuild" {
        return None;
    }
    let named = action.get("configuration")?.get("ProjectName")?;
    match named {
        Tree::Template(parts) => match parts.as_slice() {
            [Part::Ref(reference)] => {
                let project = stack.resources.get(&reference.target)?;
                (project.kind == KindId::CodebuildProject).then_some(&project.address)
            }
            _ => None,
        },
        named => of(stack, KindId::CodebuildProject)
            .find(|project| named.as_str() == Some(&project.name()))
            .map(|project| &project.address),
    }
}

/// The names by which an AppSpec goes.
const APPSPECS: &[&str] = &["appspec.yaml", "appspec.yml", "appspec.json"];

struct Reader<'a> {
    stack: &'a Stack,
    declared: &'a BTreeSet<Address>,
    files: &'a mut Files,
    found: Vec<Document>,
    /// Files that were parsed, as JSON or as YAML: one may be named by many.
    parsed: BTreeMap<(u32, bool), Result<Arc<Node>, Problem>>,
}

/// Which file, and who asks for it.
struct Asked<'a> {
    role: Role,
    owner: &'a Resource,
    at: &'a str,
    folder: Option<&'a String>,
    span: Span,
}

impl Reader<'_> {
    fn action(&mut self, pipeline: &Resource, at: &str, action: &Tree) {
        let span = pipeline.span_of(at);
        let asked =
            |role| Asked { role, owner: pipeline, at, folder: pipeline.settings.files.as_ref(), span };
        match provider(action) {
            "CodeDeployToECS" => {
                let named = configured(action, "TaskDefinitionTemplatePath").unwrap_or("taskdef.json");
                self.first(&asked(Role::TaskDefinition), [named]);
                let named = configured(action, "AppSpecTemplatePath").unwrap_or("appspec.yaml");
                // under another name it is a mistake, and its contents are to be judged all the same
                self.first(&asked(Role::AppSpec), std::iter::once(named).chain(APPSPECS.iter().copied()));
            }
            "ECS" => {
                let named = configured(action, "FileName").unwrap_or("imagedefinitions.json");
                self.first(&asked(Role::ImageDefinitions), [named]);
            }
            _ => {}
        }
    }

    fn buildspec(&mut self, project: &Resource, folder: Option<&String>) {
        let said = project.spec.get("source.buildspec");
        let at = if said.is_some() { "source.buildspec" } else { "source" };
        let span = project.span_of(at);
        let asked = Asked { role: Role::BuildSpec, owner: project, at, folder, span };
        match said.map(|tree| tree.as_str()) {
            None | Some(Some("")) => self.spec_file(&asked, "buildspec.yml"),
            Some(Some(text)) if text.contains('\n') => self.inline(&asked, text),
            // in a bucket
            Some(Some(text)) if text.starts_with("arn:") => {}
            Some(Some(path)) => self.spec_file(&asked, path),
            Some(None) => {}
        }
    }

    /// A buildspec by its name, or one that no project names: it is a mistake,
    /// and its contents are to be judged all the same.
    fn spec_file(&mut self, asked: &Asked<'_>, name: &str) {
        if self.first(asked, [name]) {
            return;
        }
        let named = |spec: &String| {
            let by = |project: &Resource| {
                project.spec.get("source.buildspec").and_then(Tree::as_str) == Some(spec)
            };
            of(self.stack, KindId::CodebuildProject).any(by)
        };
        let like =
            |name: &str| name.starts_with("buildspec") && (name.ends_with(".yml") || name.ends_with(".yaml"));
        let mut others = self.files.names(asked.folder.map_or(".", String::as_str));
        others.retain(|other| like(other) && !named(other));
        self.first(asked, others.iter().map(String::as_str));
    }

    /// The first of these files that is there, if one is.
    fn first<'n>(&mut self, asked: &Asked<'_>, names: impl IntoIterator<Item = &'n str>) -> bool {
        for name in names {
            let path = asked.folder.map_or_else(|| name.to_string(), |folder| format!("{folder}/{name}"));
            let mut document = new(asked, Some(name.to_string()));
            match self.files.read_if_there(&path, asked.span) {
                None => continue,
                Some(Ok(file)) => self.parse(file, name, &mut document),
                Some(Err(problem)) => document.problems.push(problem),
            }
            self.found.push(document);
            return true;
        }
        false
    }

    fn parse(&mut self, file: u32, name: &str, document: &mut Document) {
        let text = self.files.whole(file);
        document.span = Span::new(file, 0..text.len());
        let json = name.ends_with(".json") || document.role == Role::TaskDefinition;
        let parsed = self.parsed.entry((file, json)).or_insert_with(|| {
            let parsed =
                if json { node::json(file, text) } else { yaml(Within::File { file, from: 0 }, text) };
            parsed.map(Arc::new)
        });
        let parsed = parsed.clone();
        self.keep(parsed, document);
    }

    /// A buildspec that stands in the TOML itself.
    fn inline(&mut self, asked: &Asked<'_>, text: &str) {
        let written = self.files.text(asked.span);
        let within = match written.find(text) {
            Some(from) => Within::File { file: asked.span.file, from: asked.span.range().start + from },
            None => Within::Whole(asked.span),
        };
        let mut document = new(asked, None);
        self.keep(yaml(within, text).map(Arc::new), &mut document);
        self.found.push(document);
    }

    fn keep(&mut self, parsed: Result<Arc<Node>, Problem>, document: &mut Document) {
        match parsed {
            Ok(root) => {
                if document.role == Role::TaskDefinition {
                    document.definition = Some(self.definition(&root, document));
                }
                document.root = Some(root);
            }
            Err(problem) => document.problems.push(problem),
        }
    }

    /// What the deploy action registers, under the kind's fields.
    fn definition(&mut self, root: &Node, document: &mut Document) -> Resource {
        let kind = KindId::EcsTaskDefinition;
        let mut typing = Typing {
            stack: &self.stack.name,
            home: &self.stack.home,
            declared: self.declared,
            files: self.files,
            problems: &mut document.problems,
            spelling: Spelling::Aws,
            spans: BTreeMap::new(),
        };
        let spec = typing.structure(kind.kind().fields(), root, "", &[]);
        typing.missing(kind.kind().fields(), &spec, root.span, "", "the task definition");
        let spans = typing.written();
        let settings = Settings::default();
        Resource { address: document.owner.clone(), kind, spec, settings, span: document.span, spans }
    }
}

fn new(asked: &Asked<'_>, path: Option<String>) -> Document {
    Document {
        role: asked.role,
        owner: asked.owner.address.clone(),
        at: asked.at.to_string(),
        path,
        span: asked.span,
        root: None,
        definition: None,
        problems: Vec::new(),
    }
}
