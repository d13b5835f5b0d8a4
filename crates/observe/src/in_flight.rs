//! Deployments and pipelines that run right now and move what a plan is about.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use recon_aws::{AwsError, ReadOp, Reader, Session};
use recon_model::plan::Plan;
use recon_model::{Address, Found, KindId, Snapshot, Stack};
use serde_json::{Value, json};

const SERVICES: ReadOp = ReadOp::new("ecs", "DescribeServices");
const DEPLOYMENTS: ReadOp = ReadOp::new("codedeploy", "ListDeployments");
const EXECUTIONS: ReadOp = ReadOp::new("codepipeline", "ListPipelineExecutions");

/// Kinds that a deployment moves, or that move one.
const MOVED: &[KindId] = &[
    KindId::ElbListener,
    KindId::ElbListenerRule,
    KindId::ElbTargetGroup,
    KindId::EcsService,
    KindId::CodedeployDeploymentGroup,
];

/// Something that is under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InFlight {
    pub address: Address,
    pub text: String,
}

/// What runs now and has to do with what the plan changes. Nothing is asked of
/// AWS where the plan changes nothing that a deployment could move.
///
/// # Errors
/// When AWS does not say whether something runs.
pub async fn in_flight(
    stack: &Stack,
    snapshot: &Snapshot,
    plan: &Plan,
    session: &Session,
) -> Result<Vec<InFlight>, AwsError> {
    let is_moved = |address: &Address| KindId::named(&address.kind).is_some_and(|kind| MOVED.contains(&kind));
    let touched: BTreeSet<&Address> = plan
        .steps
        .iter()
        .filter(|s| s.action.changes())
        .map(|s| &s.address)
        .filter(|a| is_moved(a))
        .collect();
    if touched.is_empty() {
        return Ok(Vec::new());
    }
    let reader = session.reader();
    let movers = stack.resources.keys().filter(|address| moves(stack, address, &touched));
    let declared = movers.filter_map(|address| Some((address, snapshot.found(address)?)));
    // what is declared no more does not say what it moves: all of it is asked
    let leaving = snapshot.orphans.iter().map(|orphan| (&orphan.address, &orphan.found));
    let asked = declared.chain(leaving);
    let running = join_all(asked.map(|(address, found)| running(&reader, address, found))).await;
    Ok(running.into_iter().collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
}

/// It is changed itself, or needs something that is, at whatever distance.
fn moves(stack: &Stack, address: &Address, touched: &BTreeSet<&Address>) -> bool {
    let (mut seen, mut todo) = (BTreeSet::new(), vec![address]);
    while let Some(address) = todo.pop() {
        if touched.contains(address) {
            return true;
        }
        let needs = stack.resources.get(address).map(|resource| resource.needs()).unwrap_or_default();
        todo.extend(needs.into_iter().filter(|need| seen.insert(*need)));
    }
    false
}

async fn running(reader: &Reader, address: &Address, found: &Found) -> Result<Vec<InFlight>, AwsError> {
    let name = found.export("name").unwrap_or_default();
    let texts = match KindId::named(&address.kind) {
        Some(KindId::EcsService) => {
            let input = json!({"cluster": found.extra["cluster"], "services": [name]});
            rollouts(&reader.read(SERVICES, input).await?["services"][0])
        }
        Some(KindId::CodedeployDeploymentGroup) => {
            let input = json!({
                "applicationName": found.extra["application"],
                "deploymentGroupName": name,
                "includeOnlyStatuses": ["Created", "Queued", "InProgress", "Baking", "Ready"],
            });
            let answer = reader.read(DEPLOYMENTS, input).await?;
            let ids = answer["deployments"].as_array().into_iter().flatten().filter_map(Value::as_str);
            ids.map(|id| format!("CodeDeploy's deployment {id}")).collect()
        }
        Some(KindId::CodepipelinePipeline) => {
            let answer = reader.read(EXECUTIONS, json!({"pipelineName": name})).await?;
            let all = answer["pipelineExecutionSummaries"].as_array().into_iter().flatten();
            let open =
                all.filter(|one| ["InProgress", "Stopping"].iter().any(|status| one["status"] == *status));
            let id = |one: &Value| one["pipelineExecutionId"].as_str().unwrap_or_default().to_string();
            open.map(|one| format!("execution {} of the pipeline", id(one))).collect()
        }
        _ => Vec::new(),
    };
    Ok(texts.into_iter().map(|text| InFlight { address: address.clone(), text }).collect())
}

/// ECS's own deployments. Those of a CODE_DEPLOY service are CodeDeploy's.
fn rollouts(service: &Value) -> Vec<String> {
    let by_ecs = service["deploymentController"]["type"].as_str().is_none_or(|kind| kind == "ECS");
    let deployments = service["deployments"].as_array().into_iter().flatten();
    let open = deployments.filter(|one| by_ecs && one["rolloutState"] == "IN_PROGRESS");
    open.map(|one| format!("ECS's deployment {}", one["id"].as_str().unwrap_or_default())).collect()
}
