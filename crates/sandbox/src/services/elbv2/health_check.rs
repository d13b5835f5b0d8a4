//! A target group's health check: defaults by protocol, and what AWS refuses.

use serde_json::{Map, Value, json};

use crate::form::{has, text};
use crate::refusal::Refusal;

use super::refuse;

/// The members of a target group that its health check is made of.
const MEMBERS: [&str; 9] = [
    "HealthCheckProtocol",
    "HealthCheckPort",
    "HealthCheckEnabled",
    "HealthCheckPath",
    "HealthCheckIntervalSeconds",
    "HealthCheckTimeoutSeconds",
    "HealthyThresholdCount",
    "UnhealthyThresholdCount",
    "Matcher",
];

/// What a health check is judged by: the group's protocol, version and targets.
struct Group<'a> {
    http: bool,
    lambda: bool,
    protocol: &'a str,
    target: &'a str,
    grpc: bool,
}

impl<'a> Group<'a> {
    fn of(document: &'a Value) -> Self {
        let protocol = text(document, "Protocol");
        let target = text(document, "TargetType");
        Self {
            http: ["HTTP", "HTTPS"].contains(&protocol),
            lambda: target == "lambda",
            protocol,
            target,
            grpc: document["ProtocolVersion"] == "GRPC",
        }
    }

    /// The protocol of a health check that names none.
    fn check_protocol(&self) -> &'static str {
        if self.http || self.lambda || self.target == "alb" { "HTTP" } else { "TCP" }
    }

    /// As the user guides of the two types of load balancers give it: the API's
    /// own text says 6 for HTTP, which holds for Network Load Balancers only.
    fn timeout(&self, check: &str) -> u64 {
        match (self.lambda, self.http, check) {
            (true, _, _) => 30,
            (_, true, _) => 5,
            (_, _, "HTTP") => 6,
            _ => 10,
        }
    }
}

/// The whole health check of a group, from what is given.
pub(super) fn complete(document: &Value, given: &Value) -> Result<Map<String, Value>, Refusal> {
    let group = Group::of(document);
    let check = given["HealthCheckProtocol"].as_str().unwrap_or(group.check_protocol());
    check_protocol(&group, check, given)?;
    let number = |member: &str, default: u64| given[member].as_u64().unwrap_or(default);
    let mut health = Map::new();
    let mut set = |member: &str, value: Value| {
        health.insert(member.to_string(), value);
    };
    if !group.lambda {
        set("HealthCheckProtocol", json!(check));
        set("HealthCheckPort", json!(given["HealthCheckPort"].as_str().unwrap_or("traffic-port")));
    }
    set("HealthCheckEnabled", json!(given["HealthCheckEnabled"].as_bool().unwrap_or(!group.lambda)));
    let (interval, unhealthy) = if group.lambda { (35, 5) } else { (30, 2) };
    set("HealthCheckIntervalSeconds", json!(number("HealthCheckIntervalSeconds", interval)));
    set("HealthCheckTimeoutSeconds", json!(number("HealthCheckTimeoutSeconds", group.timeout(check))));
    set("HealthyThresholdCount", json!(number("HealthyThresholdCount", 5)));
    set("UnhealthyThresholdCount", json!(number("UnhealthyThresholdCount", unhealthy)));
    if check != "TCP" {
        let path = if group.grpc { "/AWS.ALB/healthcheck" } else { "/" };
        set("HealthCheckPath", json!(given["HealthCheckPath"].as_str().unwrap_or(path)));
        set("Matcher", matcher(&group, &given["Matcher"])?);
    }
    check_values(&group, &Value::Object(health.clone()))?;
    Ok(health)
}

fn check_protocol(group: &Group<'_>, check: &str, given: &Value) -> Result<(), Refusal> {
    if !["HTTP", "HTTPS", "TCP"].contains(&check) {
        return Err(refuse::invalid(format!("Protocol '{check}' is not supported for health checks")));
    }
    if group.lambda {
        let named = ["HealthCheckProtocol", "HealthCheckPort"].into_iter().find(|m| has(given, m));
        return named.map_or(Ok(()), |member| {
            let words = "cannot be specified for target groups with target type 'lambda'";
            Err(refuse::invalid(format!("{member} {words}")))
        });
    }
    if check != "TCP" {
        return Ok(());
    }
    if group.http {
        return Err(refuse::invalid(format!(
            "Health check protocol 'TCP' is not supported for target groups with protocol '{}'",
            group.protocol
        )));
    }
    match ["HealthCheckPath", "Matcher"].into_iter().find(|member| has(given, member)) {
        Some(member) => Err(refuse::invalid(format!(
            "{member} cannot be specified for health checks with protocol 'TCP'"
        ))),
        None => Ok(()),
    }
}

fn check_values(group: &Group<'_>, health: &Value) -> Result<(), Refusal> {
    let number = |member: &str| health[member].as_u64().unwrap_or_default();
    if number("HealthCheckTimeoutSeconds") >= number("HealthCheckIntervalSeconds") {
        return Err(refuse::invalid("Health check interval must be greater than the timeout."));
    }
    if !group.lambda && health["HealthCheckEnabled"] == false {
        return Err(refuse::configuration(format!(
            "Health checks cannot be disabled for target groups with target type '{}'",
            group.target
        )));
    }
    let port = health["HealthCheckPort"].as_str().unwrap_or("traffic-port");
    if port != "traffic-port" && !port.parse::<u16>().is_ok_and(|number| number > 0) {
        return Err(refuse::invalid(format!(
            "Health check port '{port}' must be 'traffic-port' or a number between 1 and 65535"
        )));
    }
    let path = health["HealthCheckPath"].as_str().unwrap_or("/");
    if !path.starts_with('/') {
        return Err(refuse::invalid(format!("Health check path '{path}' must begin with a '/' character")));
    }
    Ok(())
}

/// The codes of a healthy answer: gRPC's for gRPC groups, HTTP's for the others.
fn matcher(group: &Group<'_>, given: &Value) -> Result<Value, Refusal> {
    let (member, other, default, range) = match (group.grpc, group.http || group.lambda) {
        (true, _) => ("GrpcCode", "HttpCode", "12", 0..=99),
        (_, true) => ("HttpCode", "GrpcCode", "200", 200..=499),
        _ => ("HttpCode", "GrpcCode", "200-399", 200..=599),
    };
    if has(given, other) {
        return Err(refuse::invalid(format!(
            "{other} cannot be specified for this protocol version, specify {member}"
        )));
    }
    let codes = given[member].as_str().unwrap_or(default);
    let valid = |part: &str| {
        let (low, high) = part.split_once('-').unwrap_or((part, part));
        match (low.parse::<u16>(), high.parse::<u16>()) {
            (Ok(low), Ok(high)) => low <= high && range.contains(&low) && range.contains(&high),
            _ => false,
        }
    };
    if !codes.split(',').all(valid) {
        return Err(refuse::invalid(format!(
            "Health check matcher {member} '{codes}' must be within '{}-{}'",
            range.start(),
            range.end()
        )));
    }
    Ok(json!({member: codes}))
}

/// A group's health check with some members changed. A path and a matcher that
/// were there go when the new protocol has none.
pub(super) fn overlay(document: &Value, input: &Value) -> Value {
    let tcp = input["HealthCheckProtocol"] == "TCP";
    let mut wanted = json!({});
    for member in MEMBERS {
        let dropped = tcp && ["HealthCheckPath", "Matcher"].contains(&member);
        if has(input, member) {
            wanted[member] = input[member].clone();
        } else if has(document, member) && !dropped {
            wanted[member] = document[member].clone();
        }
    }
    wanted
}

/// Puts a health check in the place of the one that the document has.
pub(super) fn write(document: &mut Value, health: Map<String, Value>) {
    if let Some(members) = document.as_object_mut() {
        members.retain(|member, _| !MEMBERS.contains(&member.as_str()));
        members.extend(health);
    }
}
