//! Files of the source that lie beside the TOML.

use std::path::Path;

use recon_model::load::{Options, load};
use recon_model::{Document, Role, Stack, Tree};

use super::{STACK, address, folder};

const PIPELINE: &str = r#"
[codebuild.project.api]
name         = "api"
service_role = { arn = "arn:aws:iam::123456789012:role/build" }
source       = { type = "CODEPIPELINE" }
artifacts    = "CODEPIPELINE"
environment  = { type = "LINUX_CONTAINER", compute_type = "BUILD_GENERAL1_SMALL", image = "aws/codebuild/standard:7.0" }

[codepipeline.pipeline.api]
name           = "api"
role           = { arn = "arn:aws:iam::123456789012:role/pipeline" }
artifact_store = { location = { name = "a-bucket" } }
stages = [
  { name = "Build", actions = [{ name = "Build", provider = "CodeBuild", configuration = { ProjectName = "${codebuild.project.api.name}" } }] },
  { name = "Deploy", actions = [{ name = "Deploy", provider = "CodeDeployToECS", configuration = { ApplicationName = "api" } }] },
]
"#;

fn stack(toml: &str, files: &[(&str, &str)]) -> Stack {
    let mut all = vec![("stack.toml", STACK), ("pipeline.toml", toml)];
    all.extend(files);
    let folder = folder(&all);
    load(folder.path(), &Options::default()).unwrap_or_else(|failed| panic!("{:#?}", failed.problems))
}

fn only(stack: &Stack, role: Role) -> &Document {
    let found: Vec<_> = stack.documents.iter().filter(|document| document.role == role).collect();
    assert_eq!(found.len(), 1, "{:?}", stack.documents);
    found[0]
}

/// `line:column` of the value behind a path of names.
fn place(stack: &Stack, document: &Document, path: &str) -> (String, String) {
    let mut node: &recon_model::load::Node = document.root.as_ref().unwrap();
    for name in path.split('.') {
        node = match name.parse::<usize>() {
            Ok(at) => match &node.value {
                recon_model::load::NodeValue::List(items) => &items[at],
                other => panic!("{other:?}"),
            },
            Err(_) => node.get(name).unwrap(),
        };
    }
    let (line, column) = stack.sources.position(node.span);
    let text = &stack.sources.get(node.span.file).unwrap().text[node.span.range()];
    (format!("{line}:{column}"), text.to_string())
}

#[test]
fn the_files_of_the_reference_stack_are_read_with_places() {
    let stack = load(Path::new("../../desired"), &Options::default()).unwrap();
    let appspec = only(&stack, Role::AppSpec);
    assert_eq!(appspec.owner, address("codepipeline.pipeline.api"));
    assert_eq!(appspec.at, "stages[2].actions[0]");
    let (at, text) =
        place(&stack, appspec, "Resources.0.TargetService.Properties.LoadBalancerInfo.ContainerPort");
    assert_eq!((at.as_str(), text.as_str()), ("11:26", "8080"));
    let buildspec = only(&stack, Role::BuildSpec);
    assert_eq!(buildspec.owner, address("codebuild.project.api"));
    assert_eq!(place(&stack, buildspec, "artifacts.files.1").1, "taskdef.json");
    // the declared task definition and the pipeline's are one file and one source
    let definition = only(&stack, Role::TaskDefinition).definition.as_ref().unwrap();
    let declared = &stack.resources[&address("ecs.task_definition.api")];
    assert_eq!(
        definition.span_of("container_definitions[0].name"),
        declared.span_of("container_definitions[0].name")
    );
    let role = definition.spec.get("task_role").unwrap().references();
    assert_eq!(role[0].1.target, address("iam.role.task"), "an ARN in the file is the role of the stack");
}

#[test]
fn what_is_not_there_is_nobodys_mistake() {
    assert!(stack(PIPELINE, &[]).documents.is_empty());
}

#[test]
fn a_pipeline_says_where_its_files_lie_and_its_build_reads_there_too() {
    let toml =
        PIPELINE.replace("[codepipeline.pipeline.api]", "[codepipeline.pipeline.api]\nfiles = \"app\"");
    let stack = stack(
        &toml,
        &[
            ("app/appspec.yml", "version: 0.0"),
            ("app/buildspec.yml", "version: 0.2"),
            ("buildspec.yml", "version: 0.1"),
        ],
    );
    let appspec = only(&stack, Role::AppSpec);
    assert_eq!(
        appspec.path.as_deref(),
        Some("appspec.yml"),
        "under another name than the action's, and judged"
    );
    assert_eq!(place(&stack, only(&stack, Role::BuildSpec), "version").1, "0.2");
}

#[test]
fn a_buildspec_in_the_toml_has_its_places_there() {
    let inline = "source = { type = \"CODEPIPELINE\", buildspec = '''\nversion: 0.2\nphases:\n  # größer\n  build:\n    commands: [make]\n''' }";
    let toml = PIPELINE.replace("source       = { type = \"CODEPIPELINE\" }", inline);
    let stack = stack(&toml, &[]);
    let buildspec = only(&stack, Role::BuildSpec);
    let (at, text) = place(&stack, buildspec, "phases.build.commands.0");
    assert_eq!((at.as_str(), text.as_str()), ("10:16", "make"));
}

/// What is said of an AppSpec, with its place.
fn refused(text: &str) -> String {
    let stack = stack(PIPELINE, &[("appspec.yaml", text)]);
    let document = only(&stack, Role::AppSpec);
    assert!(document.root.is_none(), "{document:?}");
    let problem = &document.problems[0];
    let (line, column) = stack.sources.position(problem.span.unwrap());
    format!("{line}:{column} {}", problem.message)
}

#[test]
fn hostile_yaml_ends_in_a_problem() {
    assert_eq!(refused(""), "1:1 this file is empty, a YAML document was expected");
    assert_eq!(refused("a: 1\na: 2\n"), "2:1 `a` is given twice");
    assert_eq!(refused("a: 1\n---\nb: 2\n"), "2:1 a second document begins here, AWS reads one");
    assert!(refused("a: [1, 2\n").starts_with("2:1 "), "{}", refused("a: [1, 2\n"));
    assert!(refused(&"[".repeat(100)).contains("nested more than 64 deep"));
    assert!(refused(&"[".repeat(100_000)).contains("recursion limit exceeded"));
    assert!(refused(&"- ".repeat(100_000)).contains("nested more than 64 deep"));
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for i in 1..12 {
        let again = format!("*a{}, ", i - 1).repeat(10);
        bomb.push_str(&format!("a{i}: &a{i} [{again}]\n"));
    }
    assert!(refused(&bomb).contains("more than 100000 values"));
    assert!(refused("a: &a [*a]\n").contains("alias"));
    assert!(refused("? [a, b]\n: c\n").contains("a list cannot be a key"));
    assert!(refused(&"x".repeat(1_100_000)).contains("larger than 1 MiB"));
}

#[test]
fn no_path_leads_out_of_the_folder() {
    for path in ["../appspec.yaml", "/etc/hostname"] {
        let toml = PIPELINE
            .replace("{ ApplicationName", &format!("{{ AppSpecTemplatePath = \"{path}\", ApplicationName"));
        let stack = stack(&toml, &[]);
        let document = only(&stack, Role::AppSpec);
        assert!(document.root.is_none());
        assert_eq!(document.problems[0].message, format!("`{path}` leads out of the stack's folder"));
    }
    let outside = folder(&[("secret.yaml", "version: 0.0")]);
    let inside = folder(&[("stack.toml", STACK), ("pipeline.toml", PIPELINE)]);
    std::os::unix::fs::symlink(outside.path().join("secret.yaml"), inside.path().join("appspec.yaml"))
        .unwrap();
    let stack = load(inside.path(), &Options::default()).unwrap();
    let document = only(&stack, Role::AppSpec);
    assert!(document.root.is_none() && document.problems[0].message.contains("is a link that leads out"));
    let toml = PIPELINE.replace("[codepipeline.pipeline.api]", "[codepipeline.pipeline.api]\nfiles = \"..\"");
    let folder = folder(&[("stack.toml", STACK), ("pipeline.toml", &toml)]);
    let failed = load(folder.path(), &Options::default()).unwrap_err();
    assert_eq!(failed.problems[0].message, "`..` leads out of the stack's folder");
}

#[test]
fn a_task_definition_is_read_under_its_own_fields() {
    let text = r#"{ "family": "api", "cpu": 256, "netMode": "awsvpc", "containerDefinitions": [{ "name": "api", "image": "<IMAGE>" }] }"#;
    let stack = stack(PIPELINE, &[("taskdef.json", text)]);
    let document = only(&stack, Role::TaskDefinition);
    let definition = document.definition.as_ref().unwrap();
    assert_eq!(definition.spec.get("cpu"), Some(&Tree::text("256")));
    assert_eq!(document.problems.len(), 1);
    assert!(document.problems[0].unknown && document.problems[0].message == "unknown field `netMode`");
}
