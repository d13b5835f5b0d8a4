//! What belongs together in an account, from one resource on: how a stack that
//! is there already is found before any TOML names it.
//!
//! References are followed by the kinds' own fields. What AWS keeps only the
//! other way round (the listeners of a load balancer, the deployment group of a
//! service, the rule that starts a pipeline) is asked for here.

use std::collections::{BTreeMap, BTreeSet};

use recon_aws::{AwsError, ReadOp, Session};
use recon_model::schema::{Field, Home, Type};
use recon_model::{Address, Found, KindId, Live, Resource, Settings, Spans, Stack, Tree};
use serde_json::{Value, json};

use crate::cx::Look;
use crate::loader::Loader;
use crate::orphans::{by_arn, identity, nothing_declared};
use crate::{Cx, read};

/// Where to begin.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wanted {
    Arn(KindId, String),
    /// The fields that name it in AWS.
    Named(KindId, BTreeMap<String, String>),
}

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct Pulled {
    pub resources: Vec<One>,
    /// Questions that AWS did not answer, and why: what they lead to may be missing.
    pub missed: Vec<String>,
}

/// One resource of the account.
#[derive(Debug, Clone)]
pub struct One {
    pub kind: KindId,
    pub found: Found,
}

const LISTENERS: ReadOp = ReadOp::new("elbv2", "DescribeListeners");
const TARGET_GROUPS: ReadOp = ReadOp::new("elbv2", "DescribeTargetGroups");
const RULES: ReadOp = ReadOp::new("elbv2", "DescribeRules");
const SERVICES: ReadOp = ReadOp::new("ecs", "ListServices");
const APPLICATIONS: ReadOp = ReadOp::new("codedeploy", "ListApplications");
const GROUPS: ReadOp = ReadOp::new("codedeploy", "ListDeploymentGroups");
const GROUP: ReadOp = ReadOp::new("codedeploy", "GetDeploymentGroup");
const STARTERS: ReadOp = ReadOp::new("events", "ListRuleNamesByTarget");
const TOLD: ReadOp = ReadOp::new("codestar-notifications", "ListNotificationRules");
const TARGETS: ReadOp = ReadOp::new("application-autoscaling", "DescribeScalableTargets");
const POLICIES: ReadOp = ReadOp::new("application-autoscaling", "DescribeScalingPolicies");

impl Wanted {
    /// By one name alone.
    pub fn named(kind: KindId, fields: &[(&str, &str)]) -> Self {
        let owned = |(field, text): &(&str, &str)| ((*field).to_string(), (*text).to_string());
        Wanted::Named(kind, fields.iter().map(owned).collect())
    }

    fn kind(&self) -> KindId {
        match self {
            Wanted::Arn(kind, _) | Wanted::Named(kind, _) => *kind,
        }
    }
}

/// Everything that hangs together with the first one; empty where that is not there.
///
/// # Errors
/// When AWS cannot be asked who we are.
pub async fn pull(home: &Home, session: &Session, first: Wanted) -> Result<Pulled, AwsError> {
    let account = session.account().await?.to_string();
    let whole_cluster = first.kind() == KindId::EcsCluster;
    let stack = nothing_declared("", Home { account: account.clone(), ..home.clone() });
    let mut pull = Pull {
        stack,
        loader: Loader::new(session.reader()),
        session,
        account,
        whole_cluster,
        found: BTreeMap::new(),
        missed: Vec::new(),
    };
    let (mut asked, mut todo) = (BTreeSet::new(), BTreeSet::from([first]));
    while !todo.is_empty() {
        let mut next = BTreeSet::new();
        for (kind, batch) in by_kind(&todo) {
            for found in pull.fetch(kind, &batch).await {
                next.extend(pull.take(kind, found).await);
            }
        }
        asked.append(&mut todo);
        todo = next.into_iter().filter(|wanted| !asked.contains(wanted)).collect();
    }
    let resources = pull.found.into_iter().map(|((kind, _), found)| One { kind, found });
    Ok(Pulled { resources: resources.collect(), missed: pull.missed })
}

fn by_kind(todo: &BTreeSet<Wanted>) -> BTreeMap<KindId, Vec<Wanted>> {
    let mut kinds: BTreeMap<KindId, Vec<Wanted>> = BTreeMap::new();
    for wanted in todo {
        kinds.entry(wanted.kind()).or_default().push(wanted.clone());
    }
    kinds
}

struct Pull<'a> {
    stack: Stack,
    loader: Loader,
    session: &'a Session,
    account: String,
    /// The start was a cluster: all of its services belong to it.
    whole_cluster: bool,
    /// By kind and ARN, or what else tells it from others.
    found: BTreeMap<(KindId, String), Found>,
    missed: Vec<String>,
}

impl Pull<'_> {
    /// Reads what is asked for, as if it were declared.
    async fn fetch(&mut self, kind: KindId, wanted: &[Wanted]) -> Vec<Found> {
        let mut asked = self.stack.clone();
        let mut arns = Vec::new();
        for (at, wanted) in wanted.iter().enumerate() {
            let spec = match wanted {
                Wanted::Arn(kind, arn) => identity(*kind, arn),
                Wanted::Named(_, fields) => Some(Tree::Map(
                    fields.iter().map(|(field, text)| (field.into(), Tree::text(text.clone()))).collect(),
                )),
            };
            match (spec, wanted) {
                (Some(spec), _) => {
                    let address = Address::new(kind.name(), &format!("r{at}"));
                    asked.resources.insert(address.clone(), bare(address, kind, spec));
                }
                (None, Wanted::Arn(_, arn)) => arns.push(arn.clone()),
                (None, Wanted::Named(..)) => {}
            }
        }
        let cx = Cx::new(&asked, self.loader.clone(), self.session.region(), &self.account, Look::Close);
        let resources: Vec<&Resource> = asked.resources.values().collect();
        if !resources.is_empty() {
            read(&cx, kind, &resources).await;
        }
        let answer = by_arn(&cx, kind, &arns).await;
        let lives = cx.into_snapshot().live;
        let mut founds = self.or_missed(kind.name(), answer);
        for live in lives.into_values() {
            match live {
                Live::Present(found) => founds.push(*found),
                Live::Unreadable(why) => self.missed.push(format!("{}: {why}", kind.name())),
                Live::Absent => {}
            }
        }
        founds
    }

    fn or_missed<T: Default>(&mut self, what: &str, answer: Result<T, AwsError>) -> T {
        answer.unwrap_or_else(|error| {
            self.missed.push(format!("{what}: {error}"));
            T::default()
        })
    }

    /// Keeps it, and says what it leads to.
    async fn take(&mut self, kind: KindId, found: Found) -> Vec<Wanted> {
        let key = found.export("arn").map_or_else(|| found.spec.value().to_string(), str::to_string);
        let mut next = named_by(kind, &found.spec.value());
        if !self.found.contains_key(&(kind, key.clone())) {
            let answer = self.beside(kind, &found).await;
            next.extend(self.or_missed(&format!("what hangs on {key}"), answer));
            self.found.insert((kind, key), found);
        }
        next
    }

    /// What only names it the other way round.
    async fn beside(&mut self, kind: KindId, found: &Found) -> Result<Vec<Wanted>, AwsError> {
        let arn = found.export("arn").unwrap_or_default();
        match kind {
            KindId::ElbTargetGroup => {
                let answer = self.ask(TARGET_GROUPS, json!({ "TargetGroupArns": [arn] })).await?;
                let balancers =
                    items(&answer["TargetGroups"]).flat_map(|group| items(&group["LoadBalancerArns"]));
                let balancers = balancers.filter_map(Value::as_str);
                Ok(balancers.map(|arn| Wanted::Arn(KindId::ElbLoadBalancer, arn.to_string())).collect())
            }
            KindId::ElbLoadBalancer => {
                let answer = self.ask(LISTENERS, json!({ "LoadBalancerArn": arn })).await?;
                Ok(arns(KindId::ElbListener, &answer["Listeners"], "ListenerArn"))
            }
            KindId::ElbListener if matches!(found.spec["protocol"].as_str(), Some("HTTP" | "HTTPS")) => {
                let answer = self.ask(RULES, json!({ "ListenerArn": arn })).await?;
                let own: Vec<Value> =
                    items(&answer["Rules"]).filter(|r| r["IsDefault"] != true).cloned().collect();
                Ok(arns(KindId::ElbListenerRule, &Value::Array(own), "RuleArn"))
            }
            KindId::EcsCluster if self.whole_cluster => {
                let answer = self.ask(SERVICES, json!({ "cluster": arn })).await?;
                let services = items(&answer["serviceArns"]).filter_map(Value::as_str);
                Ok(services.map(|arn| Wanted::Arn(KindId::EcsService, arn.to_string())).collect())
            }
            KindId::EcsService => self.of_service(found).await,
            KindId::EcsTaskDefinition => Ok(of_containers(&found.spec.value())),
            KindId::CodedeployDeploymentGroup => Ok(deployed_services(&found.spec.value())),
            KindId::CodepipelinePipeline => {
                let answer = self.ask(STARTERS, json!({ "TargetArn": arn })).await?;
                let rules = items(&answer["RuleNames"]).filter_map(Value::as_str);
                let rule = |name| {
                    Wanted::named(KindId::EventsRule, &[("event_bus_name", "default"), ("name", name)])
                };
                let filter = json!({ "Filters": [{ "Name": "RESOURCE", "Value": arn }] });
                let answer = self.ask(TOLD, filter).await;
                let told = self.or_missed("rules of notification", answer);
                let told = arns(KindId::NotificationsRule, &told["NotificationRules"], "Arn");
                Ok(rules.map(rule).chain(of_actions(&found.spec.value())).chain(told).collect())
            }
            _ => Ok(Vec::new()),
        }
    }

    async fn ask(&self, op: ReadOp, input: Value) -> Result<Value, AwsError> {
        self.session.reader().read_all(op, input).await
    }

    /// Its scaling, and who deploys it.
    async fn of_service(&self, found: &Found) -> Result<Vec<Wanted>, AwsError> {
        let document = found.spec.value();
        let (cluster, name) = (last(&document["cluster"]), last(&document["name"]));
        let id = format!("service/{cluster}/{name}");
        let input = json!({ "ServiceNamespace": "ecs", "ResourceIds": [id] });
        let mut next = Vec::new();
        for target in items(&self.ask(TARGETS, input).await?["ScalableTargets"]) {
            let arn = target["ScalableTargetARN"].as_str().unwrap_or_default();
            next.push(Wanted::Arn(KindId::AutoscalingTarget, arn.to_string()));
        }
        let input = json!({ "ServiceNamespace": "ecs", "ResourceId": id });
        for policy in items(&self.ask(POLICIES, input).await?["ScalingPolicies"]) {
            let text = |key: &str| policy[key].as_str().unwrap_or_default();
            let fields = [
                ("resource_id", text("ResourceId")),
                ("scalable_dimension", text("ScalableDimension")),
                ("service_namespace", "ecs"),
                ("name", text("PolicyName")),
            ];
            next.push(Wanted::named(KindId::AutoscalingPolicy, &fields));
        }
        if found.spec["deployment_controller"]["type"] == "CODE_DEPLOY" {
            next.extend(self.groups_of(cluster, name).await?);
        }
        Ok(next)
    }

    async fn groups_of(&self, cluster: &str, service: &str) -> Result<Vec<Wanted>, AwsError> {
        let mut next = Vec::new();
        for application in
            items(&self.ask(APPLICATIONS, json!({})).await?["applications"]).filter_map(Value::as_str)
        {
            let groups = self.ask(GROUPS, json!({ "applicationName": application })).await?;
            for group in items(&groups["deploymentGroups"]).filter_map(Value::as_str) {
                let input = json!({ "applicationName": application, "deploymentGroupName": group });
                let answer = self.ask(GROUP, input).await?;
                let deploys = |one: &Value| {
                    last(&one["clusterName"]) == cluster && last(&one["serviceName"]) == service
                };
                if items(&answer["deploymentGroupInfo"]["ecsServices"]).any(deploys) {
                    let fields = [("application", application), ("name", group)];
                    next.push(Wanted::named(KindId::CodedeployDeploymentGroup, &fields));
                }
            }
        }
        Ok(next)
    }
}

fn bare(address: Address, kind: KindId, spec: Tree) -> Resource {
    Resource {
        address,
        kind,
        spec,
        settings: Settings::default(),
        span: Default::default(),
        spans: Spans::new(),
    }
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn arns(kind: KindId, list: &Value, member: &str) -> Vec<Wanted> {
    let arn = |item: &Value| Some(Wanted::Arn(kind, item[member].as_str()?.to_string()));
    items(list).filter_map(arn).collect()
}

/// A name, or the last part of an ARN.
fn last(value: &Value) -> &str {
    let text = value.as_str().unwrap_or_default();
    text.rsplit('/').next().unwrap_or_default()
}

/// What the document names, by the kind's own fields.
fn named_by(kind: KindId, spec: &Value) -> Vec<Wanted> {
    let mut found = Vec::new();
    walk(&kind.kind().spec, spec, &mut found);
    found
}

fn walk(field: &Field, value: &Value, found: &mut Vec<Wanted>) {
    if let (Some(to), Value::String(text)) = (&field.reference, value) {
        found.extend(to.kinds.iter().filter_map(|kind| reference(KindId::named(kind)?, text)).next());
        return;
    }
    match (&field.ty, value) {
        (Type::Struct(structure), Value::Object(map)) => {
            for field in &structure.fields {
                if let Some(value) = map.get(&field.name) {
                    walk(field, value, found);
                }
            }
        }
        (Type::List { item, .. }, Value::Array(values)) => {
            values.iter().for_each(|value| walk(item, value, found))
        }
        (Type::Map(_) | Type::Pairs { .. }, Value::Object(map)) => {
            for (key, value) in map {
                if let Some(item) = field.entry(key) {
                    walk(item, value, found);
                }
            }
        }
        _ => {}
    }
}

fn reference(kind: KindId, text: &str) -> Option<Wanted> {
    if text.starts_with("CodeDeployDefault.")
        || text.contains(":role/aws-service-role/")
        || text.contains(":iam::aws:")
        || kind == KindId::KmsKey
    {
        return None; // AWS's own, or a key whose policy is somebody else's
    }
    if text.starts_with("arn:") {
        let by_arn_alone =
            matches!(kind, KindId::ElbListener | KindId::ElbListenerRule | KindId::ServicediscoveryNamespace);
        return (by_arn_alone || identity(kind, text).is_some()).then(|| Wanted::Arn(kind, text.to_string()));
    }
    match kind.kind().identity {
        [field] => Some(Wanted::named(kind, &[(*field, text)])),
        _ => None,
    }
}

/// Repositories of the account's own images, and log groups.
fn of_containers(spec: &Value) -> Vec<Wanted> {
    let mut next = Vec::new();
    for container in items(&spec["container_definitions"]) {
        let image = container["image"].as_str().unwrap_or_default();
        if let Some((registry, rest)) = image.split_once('/')
            && registry.contains(".dkr.ecr.")
        {
            let name = rest.split([':', '@']).next().unwrap_or_default();
            next.push(Wanted::named(KindId::EcrRepository, &[("name", name)]));
        }
        if let Some(group) = container["log_configuration"]["options"]["awslogs-group"].as_str() {
            next.push(Wanted::named(KindId::LogsLogGroup, &[("name", group)]));
        }
    }
    next
}

fn deployed_services(spec: &Value) -> Vec<Wanted> {
    let service = |one: &Value| {
        Wanted::named(
            KindId::EcsService,
            &[("cluster", last(&one["cluster"])), ("name", last(&one["service"]))],
        )
    };
    items(&spec["ecs_services"]).map(service).collect()
}

/// What a pipeline's actions name.
fn of_actions(spec: &Value) -> Vec<Wanted> {
    let mut next = Vec::new();
    for action in items(&spec["stages"]).flat_map(|stage| items(&stage["actions"])) {
        let text = |key: &str| action["configuration"][key].as_str().filter(|text| !text.contains("#{"));
        let mut one =
            |kind, key: &str| next.extend(text(key).map(|name| Wanted::named(kind, &[("name", name)])));
        one(KindId::CodecommitRepository, "RepositoryName");
        one(KindId::CodebuildProject, "ProjectName");
        if let (Some(application), Some(group)) = (text("ApplicationName"), text("DeploymentGroupName")) {
            let fields = [("application", application), ("name", group)];
            next.push(Wanted::named(KindId::CodedeployDeploymentGroup, &fields));
        }
        if let (Some(cluster), Some(service)) = (text("ClusterName"), text("ServiceName")) {
            next.push(Wanted::named(KindId::EcsService, &[("cluster", cluster), ("name", service)]));
        }
    }
    next
}
