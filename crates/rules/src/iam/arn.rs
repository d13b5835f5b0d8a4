//! ARNs before anything is there: names make most of them up, and what only
//! AWS will know stands between marks, under a name of its own.

use recon_model::KindId;
use recon_model::schema::Home;
use recon_model::{Part, Reference, Tree};
use serde_json::Value;

use crate::at::At;
use crate::cx::Cx;
use crate::marked::{self, MARK, reference};

/// Something that a policy may name.
#[derive(Debug, Clone)]
pub struct Thing {
    pub arn: String,
    /// As the TOML of a policy would say it.
    pub toml: String,
}

/// A part that nobody knows before AWS is asked.
pub fn unknown(name: &str) -> String {
    format!("{MARK}{name}{MARK}")
}

impl Thing {
    /// A resource of the stack.
    pub fn of(target: &At<'_>) -> Self {
        Self { arn: arn(target), toml: format!("${{{}.arn}}", target.address()) }
    }

    pub fn literal(arn: impl Into<String>) -> Self {
        let arn = arn.into();
        Self { toml: written(&arn), arn }
    }

    /// Every resource.
    pub fn all() -> Self {
        Self::literal("*")
    }

    /// A call that AWS judges on `*`, and on narrower patterns in ways that
    /// differ from year to year.
    pub fn any(name: &str) -> Self {
        Self { arn: unknown(name), toml: "*".into() }
    }

    /// What stands at that place by reference or name, in the stack or outside.
    pub fn named(at: &At<'_>, kind: KindId) -> Option<Self> {
        let target = at.target().filter(|target| target.item().resource.kind == kind);
        let name = text(at)?;
        if let Some(target) = target.or_else(|| at.cx.named(kind, &name)) {
            return Some(Self::of(&target));
        }
        Some(Self::literal(by_name(kind, &at.cx.stack.home, &name)))
    }

    /// Whatever is in it: `/*`, `:*`.
    #[must_use]
    pub fn inside(&self, separator: &str, what: &str) -> Self {
        Self {
            arn: format!("{}{separator}{}", self.arn, unknown(what)),
            toml: format!("{}{}*", self.toml, &separator[..1]),
        }
    }

    /// What a person reads.
    pub fn shown(&self) -> &str {
        &self.toml
    }
}

/// The ARN of a resource of the stack.
pub fn arn(target: &At<'_>) -> String {
    let part = |field: &str| {
        text(&target.get(field)).unwrap_or_else(|| unknown(&format!("{}.{field}", target.address())))
    };
    let kind = target.item().resource.kind;
    let name = match kind {
        KindId::IamRole | KindId::IamUser | KindId::IamGroup | KindId::IamPolicy => {
            // a path begins and ends with a slash
            format!("{}{}", part("path"), part("name"))
        }
        KindId::CodedeployDeploymentGroup => format!("{}/{}", part("application"), part("name")),
        KindId::EcsService => format!("{}/{}", part("cluster"), part("name")),
        KindId::EventsRule => match part("event_bus_name").as_str() {
            "default" => part("name"),
            bus => format!("{bus}/{}", part("name")),
        },
        KindId::EcsTaskDefinition => format!("{}:{}", part("family"), unknown("revision")),
        _ => part("name"),
    };
    let whole = by_name(kind, &target.cx.stack.home, &name);
    if whole.is_empty() { unknown(&format!("{}.arn", target.address())) } else { whole }
}

/// The ARN that a name makes up; nothing where AWS adds an id to it.
pub fn by_name(kind: KindId, home: &Home, name: &str) -> String {
    let account = if home.account.is_empty() { unknown("account") } else { home.account.clone() };
    let Home { partition, region, .. } = home;
    let here = |service: &str, rest: String| format!("arn:{partition}:{service}:{region}:{account}:{rest}");
    let iam = |what: &str| {
        let slash = if name.starts_with('/') { "" } else { "/" };
        format!("arn:{partition}:iam::{account}:{what}{slash}{name}")
    };
    match kind {
        KindId::S3Bucket => format!("arn:{partition}:s3:::{name}"),
        KindId::IamRole => iam("role"),
        KindId::IamUser => iam("user"),
        KindId::IamGroup => iam("group"),
        KindId::IamPolicy => iam("policy"),
        KindId::CodecommitRepository => here("codecommit", name.into()),
        KindId::EcrRepository => here("ecr", format!("repository/{name}")),
        KindId::CodebuildProject => here("codebuild", format!("project/{name}")),
        KindId::CodepipelinePipeline => here("codepipeline", name.into()),
        KindId::CodedeployApplication => here("codedeploy", format!("application:{name}")),
        KindId::CodedeployDeploymentGroup => here("codedeploy", format!("deploymentgroup:{name}")),
        KindId::CodedeployDeploymentConfig => here("codedeploy", format!("deploymentconfig:{name}")),
        KindId::LogsLogGroup => here("logs", format!("log-group:{name}")),
        KindId::EventsRule => here("events", format!("rule/{name}")),
        KindId::SnsTopic => here("sns", name.into()),
        KindId::EcsCluster => here("ecs", format!("cluster/{name}")),
        KindId::EcsService => here("ecs", format!("service/{name}")),
        KindId::EcsTaskDefinition => here("ecs", format!("task-definition/{name}")),
        KindId::CloudwatchAlarm => here("cloudwatch", format!("alarm:{name}")),
        _ => String::new(),
    }
}

/// As somebody can write it down: a resource's ARN by reference, and `*` for
/// what only AWS knows.
fn written(arn: &str) -> String {
    let piece = |(i, piece): (usize, &str)| match (i % 2 == 0, reference(piece)) {
        (true, _) => piece.to_string(),
        (false, Some(_)) => format!("${{{piece}}}"),
        (false, None) => "*".to_string(),
    };
    arn.split(MARK).enumerate().map(piece).collect()
}

/// The text at a place, what is not known of it between marks.
pub fn text(at: &At<'_>) -> Option<String> {
    if let Some(Tree::Template(parts)) = at.tree() {
        return Some(filled(at.cx, parts));
    }
    at.scalar().map(|scalar| scalar.to_string())
}

/// A text with everything filled in that names make up.
fn filled(cx: &Cx<'_>, parts: &[Part]) -> String {
    let name = |reference: &Reference| match reference.attribute.as_str() {
        "arn" => cx.resource(&reference.target).map(|target| arn(&target)),
        _ => cx.known(reference),
    };
    let mut out = String::new();
    for part in parts {
        match part {
            Part::Text(text) => out.push_str(text),
            Part::Ref(own) => out.push_str(&name(own).unwrap_or_else(|| unknown(&own.to_string()))),
        }
    }
    out
}

/// The same for a whole document.
pub fn document(cx: &Cx<'_>, tree: &Tree) -> Value {
    marked::filled(tree, &|parts| filled(cx, parts))
}
