//! What is outside the stack and only looked up: the network, keys.

use recon_aws::{AwsError, ReadOp};
use recon_model::{Ingress, Looked, Lookup, RouteTable, SecurityGroup, Subnet, Tree};
use serde_json::{Value, json};

use crate::cx::Trouble;
use crate::{Cx, cx, kms};

const VPCS: ReadOp = ReadOp::new("ec2", "DescribeVpcs");
const SUBNETS: ReadOp = ReadOp::new("ec2", "DescribeSubnets");
const ROUTES: ReadOp = ReadOp::new("ec2", "DescribeRouteTables");
const GROUPS: ReadOp = ReadOp::new("ec2", "DescribeSecurityGroups");

/// Finds what a lookup describes. By filters: an id that does not exist is
/// then an empty answer and not a refusal of the whole call.
pub async fn look(cx: &Cx<'_>, lookup: &Lookup) {
    if lookup.address.kind == "lookup.kms_alias" {
        return cx.put_lookup(&lookup.address, alias(cx, lookup).await);
    }
    let looked = match filters(cx, lookup).await {
        Err(Trouble::ParentAbsent) => Looked::Failed("the VPC that it looks in does not exist".into()),
        Err(Trouble::ParentUnreadable(why)) => Looked::Failed(why),
        Ok(filters) => {
            found(cx, lookup, filters).await.unwrap_or_else(|error| match cx::unreadable(&error) {
                recon_model::Live::Unreadable(why) => Looked::Failed(why),
                _ => Looked::Failed(error.to_string()),
            })
        }
    };
    cx.put_lookup(&lookup.address, looked);
}

/// The key behind an alias, by ARN: what AWS answers with wherever one is named.
async fn alias(cx: &Cx<'_>, lookup: &Lookup) -> Looked {
    let name = match lookup.spec.get("name") {
        Some(tree) => cx.tree_text(tree).await,
        None => Err(Trouble::ParentUnreadable("`name` is missing".into())),
    };
    let name = match name {
        Ok(name) => name,
        Err(Trouble::ParentAbsent) => {
            return Looked::Failed("what its name is made of does not exist".into());
        }
        Err(Trouble::ParentUnreadable(why)) => return Looked::Failed(why),
    };
    match kms::key::describe(cx, &name).await {
        Ok(Some(key)) => Looked::Up(key["Arn"].clone()),
        Ok(None) => Looked::Failed(format!("there is no key behind {name} in this account and region")),
        Err(error) => Looked::Failed(error.to_string()),
    }
}

async fn found(cx: &Cx<'_>, lookup: &Lookup, filters: Vec<Value>) -> Result<Looked, AwsError> {
    let (op, list, id) = match lookup.address.kind.as_str() {
        "lookup.vpc" => (VPCS, "Vpcs", "VpcId"),
        "lookup.subnets" => (SUBNETS, "Subnets", "SubnetId"),
        _ => (GROUPS, "SecurityGroups", "GroupId"),
    };
    let answer = cx.shared(op, json!({"Filters": filters})).await?;
    met(cx, list, &answer);
    let mut ids: Vec<String> = answer[list]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|item| item[id].as_str().map(str::to_string))
        .collect();
    ids.sort();
    let wanted = lookup
        .spec
        .get("ids")
        .and_then(|tree| if let Tree::List(items) = tree { Some(items.len()) } else { None });
    Ok(match (list, ids.len()) {
        (_, 0) => Looked::Failed("nothing in this account and region matches it".into()),
        (_, n) if wanted.is_some_and(|wanted| n < wanted) => Looked::Failed(format!(
            "only {n} of its {} ids exist: {}",
            wanted.unwrap_or_default(),
            ids.join(", ")
        )),
        ("Vpcs", 1) => Looked::Up(json!(ids[0])),
        ("Vpcs", n) => Looked::Failed(format!("{n} VPCs match it, one is wanted: {}", ids.join(", "))),
        _ => Looked::Up(json!(ids)),
    })
}

/// Keeps what the answer says of the network: rules ask for it.
fn met(cx: &Cx<'_>, list: &str, answer: &Value) {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
    for item in answer[list].as_array().into_iter().flatten() {
        let vpc = text(&item["VpcId"]);
        match list {
            "Subnets" => {
                let subnet = Subnet { vpc, zone: text(&item["AvailabilityZone"]) };
                cx.met(|network| drop(network.subnets.insert(text(&item["SubnetId"]), subnet)));
            }
            "SecurityGroups" => {
                let ingress = item["IpPermissions"].as_array().into_iter().flatten().map(ingress).collect();
                let group = SecurityGroup { vpc, ingress };
                cx.met(|network| drop(network.security_groups.insert(text(&item["GroupId"]), group)));
            }
            _ => {}
        }
    }
}

/// The routes of the VPCs that lookups met, where tasks need a way out. Rules ask for
/// them; who may not read them hears less.
pub async fn routes(cx: &Cx<'_>) {
    let vpcs = cx.vpcs();
    if vpcs.is_empty() || !cx.stack.has_hidden_tasks() {
        return;
    }
    let input = json!({"Filters": [{"Name": "vpc-id", "Values": vpcs}]});
    if let Ok(answer) = cx.read_all(ROUTES, input).await {
        let tables = answer["RouteTables"].as_array().into_iter().flatten().map(table).collect();
        cx.met(|network| network.route_tables = tables);
    }
}

fn table(item: &Value) -> RouteTable {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
    let list = |member: &str| item[member].as_array().into_iter().flatten();
    let gateways = ["GatewayId", "NatGatewayId", "TransitGatewayId", "NetworkInterfaceId", "InstanceId"];
    let to = |route: &Value| {
        let found = gateways.iter().find_map(|gateway| route[*gateway].as_str());
        found.filter(|_| route["State"] != "blackhole").map(str::to_string)
    };
    RouteTable {
        id: text(&item["RouteTableId"]),
        vpc: text(&item["VpcId"]),
        main: list("Associations").any(|association| association["Main"] == true),
        subnets: list("Associations")
            .filter_map(|own| own["SubnetId"].as_str().map(str::to_string))
            .collect(),
        default: list("Routes").find(|route| route["DestinationCidrBlock"] == "0.0.0.0/0").and_then(to),
        endpoints: list("Routes").any(|route| text(&route["GatewayId"]).starts_with("vpce-")),
    }
}

fn ingress(rule: &Value) -> Ingress {
    let some = |member: &str| rule[member].as_array().is_some_and(|items| !items.is_empty());
    let groups = rule["UserIdGroupPairs"].as_array().into_iter().flatten();
    Ingress {
        protocol: rule["IpProtocol"].as_str().unwrap_or_default().to_string(),
        ports: rule["FromPort"].as_i64().zip(rule["ToPort"].as_i64()),
        groups: groups.filter_map(|pair| pair["GroupId"].as_str().map(str::to_string)).collect(),
        addresses: some("IpRanges") || some("Ipv6Ranges") || some("PrefixListIds"),
    }
}

async fn filters(cx: &Cx<'_>, lookup: &Lookup) -> Result<Vec<Value>, Trouble> {
    let spec = lookup.spec.as_map().cloned().unwrap_or_default();
    let mut filters = Vec::new();
    let mut push = |name: &str, values: Vec<String>| filters.push(json!({"Name": name, "Values": values}));
    for (field, tree) in &spec {
        let name = match (lookup.address.kind.as_str(), field.as_str()) {
            ("lookup.vpc", "default") => "is-default",
            ("lookup.vpc", "id") => "vpc-id",
            ("lookup.vpc", "name") | ("lookup.subnets", "names") => "tag:Name",
            (_, "vpc") => "vpc-id",
            ("lookup.subnets", "ids") => "subnet-id",
            ("lookup.subnets", "availability_zones") => "availability-zone",
            ("lookup.security_groups", "ids") => "group-id",
            ("lookup.security_groups", "names") => "group-name",
            (_, "tags") => {
                for (key, value) in tree.as_map().into_iter().flatten() {
                    push(&format!("tag:{key}"), vec![value.as_str().unwrap_or_default().to_string()]);
                }
                continue;
            }
            _ => continue,
        };
        push(name, texts(cx, tree).await?);
    }
    Ok(filters)
}

async fn texts(cx: &Cx<'_>, tree: &Tree) -> Result<Vec<String>, Trouble> {
    match tree {
        Tree::List(items) => Ok(items.iter().filter_map(|item| item.as_str().map(str::to_string)).collect()),
        Tree::Scalar(scalar) => Ok(vec![scalar.to_string()]),
        Tree::Template(_) => Ok(vec![cx.tree_text(tree).await?]),
        Tree::Map(_) => Ok(Vec::new()),
    }
}
