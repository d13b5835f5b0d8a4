//! A first stack: the project's own reference stack under other names, or a
//! smaller one. What is written passes `recon check` and can be planned.

use clap::ValueEnum;

/// What the stack is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Shape {
    /// Source, build, pipeline; blue/green by CodeDeploy behind an application load balancer
    BlueGreen,
    /// A service that ECS itself deploys, behind an application load balancer
    Rolling,
    /// The same behind an internal network load balancer
    Nlb,
}

/// The five answers.
#[derive(Debug, Clone)]
pub struct Answers {
    pub shape: Shape,
    pub name: String,
    pub region: String,
    pub account: String,
    pub port: u16,
}

/// A file of the reference stack, as the project has it.
macro_rules! reference {
    ($($file:literal),* $(,)?) => {
        &[$(($file, include_str!(concat!("../../../desired/", $file)))),*]
    };
}

const BLUE_GREEN: &[(&str, &str)] = reference![
    "appspec.yaml",
    "build.toml",
    "buildspec.yml",
    "codedeploy.toml",
    "ecs.toml",
    "elb.toml",
    "iam.toml",
    "notifications.toml",
    "pipeline.toml",
    "source.toml",
    "stack.toml",
    "taskdef.json",
];

const STACK: (&str, &str) = ("stack.toml", include_str!("../templates/stack.toml"));
const APP: (&str, &str) = ("app.toml", include_str!("../templates/app.toml"));
const ROLLING: &[(&str, &str)] = &[STACK, APP, ("elb.toml", include_str!("../templates/alb.toml"))];
const NLB: &[(&str, &str)] = &[STACK, APP, ("elb.toml", include_str!("../templates/nlb.toml"))];

/// Names of the reference stack, longest first where one holds another.
const NAMES: &[(&str, &str)] = &[
    (
        "# The reference stack: a published walkthrough of ECS with CodeDeploy, put right.",
        "# Written by `recon init`; it is yours now.",
    ),
    ("AWSCodePipelineServiceRole-aws-cicd-pipeline-test", "@name@-pipeline"),
    ("codepipeline-aws-cicde-test-", "@name@-push-"),
    ("AppECS-test-cluster-test-service-prod", "@name@"),
    ("DgpECS-test-cluster-test-service-prod", "@name@"),
    ("aws-cicd-codebuild-test", "@name@"),
    ("aws-cicd-pipeline-test", "@name@"),
    ("aws-cicde-test", "@name@"),
    ("aws-cicd-test", "@name@"),
    ("codebuild-service-role", "@name@-build"),
    ("ecsCodeDeployRole", "@name@-codedeploy"),
    ("cicd-deploy-user", "@name@-git"),
    ("\"cicd-deploy\"", "\"@name@-git\""),
    ("test-cluster-ns", "@name@"),
    ("test-cluster", "@name@"),
    ("test-service-prod", "@name@"),
    ("test-api-td-prod", "@name@"),
    ("test-api-server", "app"),
    ("test-shared-volume", "shared"),
    ("ecs-task-exc-role", "@name@-execution"),
    ("ecs-task-role", "@name@-task"),
    ("test-tg-01", "@name@-blue"),
    ("test-tg-02", "@name@-green"),
    ("test-alb", "@name@"),
    ("Env = \"test\"", "Stack = \"@name@\""),
    ("Asia/Seoul", "UTC"),
    ("ap-northeast-2", "@region@"),
    ("123456789012", "@account@"),
    ("8081", "@next@"),
    ("8080", "@port@"),
];

/// The stack's files, by name.
pub fn files(answers: &Answers) -> Vec<(&'static str, String)> {
    let templates = match answers.shape {
        Shape::BlueGreen => BLUE_GREEN,
        Shape::Rolling => ROLLING,
        Shape::Nlb => NLB,
    };
    templates.iter().map(|(name, text)| (*name, filled(text, answers))).collect()
}

fn filled(text: &str, answers: &Answers) -> String {
    let mut text = text.to_string();
    if answers.shape == Shape::BlueGreen {
        for (from, to) in NAMES {
            text = text.replace(from, to);
        }
    }
    let scheme = if answers.shape == Shape::Nlb { "tcp" } else { "http" };
    let values = [
        ("@name@", answers.name.clone()),
        ("@region@", answers.region.clone()),
        ("@account@", answers.account.clone()),
        ("@port@", answers.port.to_string()),
        ("@next@", next(answers.port).to_string()),
        ("@scheme@", scheme.to_string()),
    ];
    values.iter().fold(text, |text, (mark, value)| text.replace(mark, value))
}

/// The test listener's port.
fn next(port: u16) -> u16 {
    port.checked_add(1).unwrap_or(port - 1)
}

/// What is wrong with a name from which all others are made: the shortest limit
/// is a load balancer's, 32 letters, of which `-green` takes six.
pub fn name(text: &str) -> Result<String, String> {
    let plain = text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    let ends = text.starts_with(|c: char| c.is_ascii_lowercase()) && !text.ends_with('-');
    let free = !text.starts_with("internal-") && !text.contains("--");
    if (2..=24).contains(&text.len()) && plain && ends && free {
        Ok(text.to_string())
    } else {
        Err("2 to 24 of a-z, 0-9 and single -, beginning with a letter; not internal-".to_string())
    }
}

/// Twelve digits.
pub fn account(text: &str) -> Result<String, String> {
    let digits = text.len() == 12 && text.chars().all(|c| c.is_ascii_digit());
    if digits { Ok(text.to_string()) } else { Err("an account is twelve digits".to_string()) }
}

/// A region's name; whether AWS has it, AWS will say.
pub fn region(text: &str) -> Result<String, String> {
    let parts: Vec<&str> = text.split('-').collect();
    let letters = |part: &&str| !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase());
    match parts.split_last() {
        Some((number, words))
            if words.len() >= 2 && words.iter().all(|w| letters(w)) && number.parse::<u8>().is_ok() =>
        {
            Ok(text.to_string())
        }
        _ => Err("a region is named like eu-central-1".to_string()),
    }
}
