//! What a runner's policy names of a resource: patterns, where AWS adds ids.

use recon_model::KindId;
use recon_model::schema::Home;

use crate::at::At;
use crate::iam::arn;
use crate::marked::MARK;

/// The ARNs on which a kind's actions are judged.
pub fn of(resource: &At<'_>) -> Vec<String> {
    let home = &resource.cx.stack.home;
    let name = |at: &At<'_>| arn::text(at).map_or_else(|| "*".to_string(), |text| known(&text));
    let kind = resource.item().resource.kind;
    match kind {
        KindId::ElbLoadBalancer => vec![balanced(home, "loadbalancer", &balancer(resource))],
        KindId::ElbListener => {
            let of = balancer_of(&resource.get("load_balancer"));
            ["loadbalancer", "listener"].map(|what| balanced(home, what, &of)).to_vec()
        }
        KindId::ElbListenerRule => {
            let listener = resource.get("listener").target();
            let of =
                listener.map_or_else(|| "*".into(), |listener| balancer_of(&listener.get("load_balancer")));
            ["listener", "listener-rule"].map(|what| balanced(home, what, &of)).to_vec()
        }
        KindId::IamServiceCredential => match resource.get("user").target() {
            Some(user) => vec![known(&arn::arn(&user))],
            None => vec![arn::by_name(KindId::IamUser, home, &name(&resource.get("user")))],
        },
        KindId::KmsKey => {
            let alias = name(&resource.get("alias"));
            vec![regional(home, "kms", "key/*"), regional(home, "kms", &alias)]
        }
        KindId::IamRole | KindId::IamUser | KindId::IamGroup => {
            // of one that is not there yet, IAM does not know the path
            let bare = arn::by_name(kind, home, &name(&resource.get("name")));
            let mut arns = vec![known(&arn::arn(resource)), known(&bare)];
            arns.dedup();
            arns
        }
        _ => named(kind, home, &known(&arn::arn(resource)), &name(&resource.get("name"))),
    }
}

/// The same of something that the stack declares no more, by its name in AWS.
pub fn of_name(kind: KindId, home: &Home, name: &str) -> Vec<String> {
    match kind {
        KindId::ElbLoadBalancer => vec![balanced(home, "loadbalancer", "*")],
        KindId::ElbListener => ["loadbalancer", "listener"].map(|what| balanced(home, what, "*")).to_vec(),
        KindId::ElbListenerRule => {
            ["listener", "listener-rule"].map(|what| balanced(home, what, "*")).to_vec()
        }
        KindId::IamServiceCredential => vec![arn::by_name(KindId::IamUser, home, "*")],
        KindId::KmsKey => vec![regional(home, "kms", "key/*"), regional(home, "kms", "alias/*")],
        KindId::EcsTaskDefinition => named(kind, home, &arn::by_name(kind, home, &format!("{name}:*")), name),
        _ => named(kind, home, &known(&arn::by_name(kind, home, name)), name),
    }
}

/// Kinds whose ARN a name makes up, and what stands below it.
fn named(kind: KindId, home: &Home, arn: &str, name: &str) -> Vec<String> {
    let below = |rest: &str| vec![arn.to_string(), format!("{arn}{rest}")];
    match kind {
        KindId::LogsLogGroup => below(":*"),
        KindId::CodepipelinePipeline | KindId::S3Bucket => below("/*"),
        KindId::EcsService => {
            vec![arn.to_string(), format!("{}/*", arn.replacen(":service/", ":service-revision/", 1))]
        }
        KindId::ElbTargetGroup => {
            vec![regional(home, "elasticloadbalancing", &format!("targetgroup/{name}/*"))]
        }
        KindId::ServicediscoveryNamespace => vec![regional(home, "servicediscovery", "namespace/*")],
        KindId::NotificationsRule => vec![regional(home, "codestar-notifications", "notificationrule/*")],
        KindId::AutoscalingTarget | KindId::AutoscalingPolicy => {
            vec![regional(home, "application-autoscaling", "scalable-target/*")]
        }
        _ => vec![arn.to_string()],
    }
}

pub fn regional(home: &Home, service: &str, rest: &str) -> String {
    let account = if home.account.is_empty() { "*" } else { &home.account };
    format!("arn:{}:{service}:{}:{account}:{rest}", home.partition, home.region)
}

fn balanced(home: &Home, what: &str, of: &str) -> String {
    regional(home, "elasticloadbalancing", &format!("{what}/{of}/*"))
}

fn balancer_of(at: &At<'_>) -> String {
    at.target().map_or_else(|| "*".into(), |target| balancer(&target))
}

/// `app/front`.
fn balancer(at: &At<'_>) -> String {
    let short = match at.get("type").text().as_deref() {
        Some("network") => "net",
        Some("gateway") => "gwy",
        _ => "app",
    };
    let name = arn::text(&at.get("name")).map_or_else(|| "*".to_string(), |text| known(&text));
    format!("{short}/{name}")
}

/// A text with a star for each part that is not known.
pub fn known(text: &str) -> String {
    let piece = |(i, piece): (usize, &str)| if i % 2 == 0 { piece.to_string() } else { "*".to_string() };
    text.split(MARK).enumerate().map(piece).collect()
}
