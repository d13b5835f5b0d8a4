//! Load balancers and what hangs on them. A target group belongs to one load
//! balancer, so each group chooses its own before any listener does.

use serde_json::{Value, json};

use super::choices::Choices;
use super::drawing::{Drawing, Drawn, named};

pub(super) struct Balancer {
    pub label: String,
    pub network: bool,
}

pub(super) struct Group {
    pub label: String,
    pub balancer: Option<String>,
    pub network: bool,
    pub protocol: &'static str,
    /// A listener or a rule forwards to it.
    pub attached: bool,
}

pub(super) struct Listener {
    pub label: String,
    pub balancer: String,
    pub network: bool,
    pub protocol: &'static str,
    pub groups: Vec<String>,
}

impl Drawing {
    /// One of the load balancers, the first as a rule: what stands on one of
    /// them is the more interesting the more of it there is.
    fn balancer(&self, choices: &mut Choices<'_>) -> Option<&Balancer> {
        let at = choices.of(&[0, 0, 0, 1]);
        self.balancers.get(at).or_else(|| self.balancers.first())
    }
}

pub(super) fn load_balancer(
    drawing: &mut Drawing,
    label: &str,
    name: &str,
    choices: &mut Choices<'_>,
) -> Option<Drawn> {
    let network = choices.of(&[false, false, true]);
    let mut spec =
        json!({"name": format!("lb-{name}"), "type": if network { "network" } else { "application" }});
    spec["subnets"] = json!(choices.of(&["public", "all"]));
    choices.field(&mut spec, "security_groups", &["default"]);
    choices.field(&mut spec, "scheme", &["internal", "internet-facing"]);
    choices.field(&mut spec, "ip_address_type", &["ipv4"]);
    let attributes: &[Value] = if network {
        &[
            json!({"load_balancing.cross_zone.enabled": true}),
            json!({"dns_record.client_routing_policy": "partial_availability_zone_affinity"}),
        ]
    } else {
        &[
            json!({"idle_timeout.timeout_seconds": 120}),
            json!({"idle_timeout.timeout_seconds": 60, "routing.http2.enabled": false}),
            json!({"routing.http.desync_mitigation_mode": "strictest"}),
        ]
    };
    choices.field(&mut spec, "attributes", attributes);
    choices.tags(&mut spec);
    drawing.balancers.push(Balancer { label: label.to_string(), network });
    named(name, spec)
}

pub(super) fn target_group(
    drawing: &mut Drawing,
    label: &str,
    name: &str,
    choices: &mut Choices<'_>,
) -> Option<Drawn> {
    let balancer = drawing.balancer(choices);
    let network = balancer.is_some_and(|balancer| balancer.network);
    let balancer = balancer.map(|balancer| balancer.label.clone());
    let protocol = choices.of(if network { &["TCP", "TCP"] } else { &["HTTP", "HTTPS"] });
    let mut spec = json!({"name": format!("tg-{name}"), "vpc": "default", "target_type": "ip"});
    spec["protocol"] = json!(protocol);
    spec["port"] = json!(choices.of(&[80, 8080]));
    choices.field(&mut spec, "health_check_interval_seconds", &[30, 60, 100]);
    choices.field(&mut spec, "healthy_threshold_count", &[5, 3]);
    choices.field(&mut spec, "health_check_port", &["traffic-port", "9000"]);
    let path = choices.maybe(&["/", "/health"]);
    let matcher = choices.maybe(&["200", "200-299"]);
    let version = choices.maybe(&["HTTP1", "HTTP2"]);
    if !network {
        let optional = [("health_check_path", path), ("matcher", matcher), ("protocol_version", version)];
        for (field, value) in optional.into_iter().filter_map(|(field, value)| Some((field, value?))) {
            spec[field] = json!(value);
        }
    }
    let mut attributes = vec![
        json!({"deregistration_delay.timeout_seconds": 30}),
        json!({"deregistration_delay.timeout_seconds": "300"}),
    ];
    attributes.push(if network {
        json!({"proxy_protocol_v2.enabled": true})
    } else {
        json!({"stickiness.enabled": true, "stickiness.type": "lb_cookie", "slow_start.duration_seconds": 45})
    });
    choices.field(&mut spec, "attributes", &attributes);
    choices.tags(&mut spec);
    let label = label.to_string();
    drawing.groups.push(Group { label, balancer, network, protocol, attached: false });
    named(name, spec)
}

pub(super) fn listener(drawing: &mut Drawing, label: &str, choices: &mut Choices<'_>) -> Option<Drawn> {
    let Balancer { label: balancer, network } = drawing.balancer(choices)?;
    let (balancer, network) = (balancer.clone(), *network);
    let port = choices.of(&[80, 8080, 8443]);
    let identity = format!("{balancer}:{port}");
    if drawing.taken("elb.listener", &identity) {
        return None;
    }
    let encrypted = choices.of(&[false, false, true]);
    let protocol = match (network, encrypted) {
        (false, false) => "HTTP",
        (false, true) => "HTTPS",
        (true, false) => "TCP",
        (true, true) => "TLS",
    };
    let mut spec = json!({"load_balancer": balancer, "port": port, "protocol": protocol});
    let certificate = choices.of(&["one", "two"]);
    let policy = choices.maybe(&["ELBSecurityPolicy-TLS13-1-2-2021-06", "ELBSecurityPolicy-2016-08"]);
    if encrypted {
        let arn = format!("arn:aws:acm:ap-northeast-2:123456789012:certificate/{certificate}");
        spec["certificates"] = json!([arn]);
        if let Some(policy) = policy {
            spec["ssl_policy"] = json!(policy);
        }
    }
    let (actions, groups) = actions(drawing, &balancer, network, protocol, choices)?;
    spec["default_actions"] = actions;
    choices.tags(&mut spec);
    drawing.listeners.push(Listener { label: label.to_string(), balancer, network, protocol, groups });
    Some(Drawn { identity, spec })
}

pub(super) fn rule(drawing: &mut Drawing, choices: &mut Choices<'_>) -> Option<Drawn> {
    // rules are for application load balancers
    let listeners: Vec<usize> =
        (0..drawing.listeners.len()).filter(|at| !drawing.listeners[*at].network).collect();
    let at = choices.among(&listeners)?;
    let listener = &drawing.listeners[at];
    let (label, balancer, protocol) = (listener.label.clone(), listener.balancer.clone(), listener.protocol);
    let priority = choices.of(&[1, 2, 3]);
    let identity = format!("{label}:{priority}");
    if drawing.taken("elb.listener_rule", &identity) {
        return None;
    }
    let mut spec = json!({"listener": label, "priority": priority});
    spec["conditions"] = choices.of(&[
        json!([{"field": "path-pattern", "path_pattern_config": {"values": ["/api/*"]}}]),
        json!([{"field": "path-pattern", "values": ["/api/*", "/v2/*"]}]),
        json!([{"field": "host-header", "host_header_config": {"values": ["api.example.com"]}}]),
        json!([
            {"field": "http-request-method", "http_request_method_config": {"values": ["GET"]}},
            {"field": "source-ip", "source_ip_config": {"values": ["10.0.0.0/8"]}},
        ]),
        json!([{"field": "query-string", "query_string_config": {"values": [{"key": "v", "value": "1"}]}}]),
    ]);
    let (actions, groups) = actions(drawing, &balancer, false, protocol, choices)?;
    spec["actions"] = actions;
    choices.tags(&mut spec);
    drawing.listeners[at].groups.extend(groups);
    Some(Drawn { identity, spec })
}

/// Where the traffic goes, and through which groups.
fn actions(
    drawing: &mut Drawing,
    balancer: &str,
    network: bool,
    protocol: &str,
    choices: &mut Choices<'_>,
) -> Option<(Value, Vec<String>)> {
    let own = |group: &&Group| group.balancer.as_deref() == Some(balancer) && group.network == network;
    let groups: Vec<String> = drawing.groups.iter().filter(own).map(|group| group.label.clone()).collect();
    let first = choices.among(&groups);
    let second = choices.among(&groups);
    let weight = choices.of(&[1, 0, 9]);
    let way = choices.of(&["forward", "forward", "forward", "weighted", "weighted", "fixed", "redirect"]);
    let (Some(first), Some(second)) = (first, second) else {
        return (!network).then(|| (elsewhere(way, protocol), Vec::new()));
    };
    let of =
        |label: &str| drawing.groups.iter().find(|group| group.label == label).map(|group| group.protocol);
    let two = first != second && of(&first) == of(&second) && !network;
    let (actions, used) = match way {
        "fixed" | "redirect" if !network => return Some((elsewhere(way, protocol), Vec::new())),
        "weighted" if two => {
            let groups =
                json!([{"target_group": first, "weight": weight}, {"target_group": second, "weight": 1}]);
            (json!([{"type": "forward", "forward_config": {"target_groups": groups}}]), vec![first, second])
        }
        _ => (json!([{"type": "forward", "target_group": first}]), vec![first]),
    };
    for group in drawing.groups.iter_mut().filter(|group| used.contains(&group.label)) {
        group.attached = true;
    }
    Some((actions, used))
}

/// An answer that needs no target.
fn elsewhere(way: &str, protocol: &str) -> Value {
    if way == "redirect" {
        let protocol = if protocol == "HTTPS" { "#{protocol}" } else { "HTTPS" };
        return json!([{"type": "redirect", "redirect_config": {
            "protocol": protocol, "port": "443", "host": "www.example.com", "status_code": "HTTP_301",
        }}]);
    }
    json!([{"type": "fixed-response", "fixed_response_config": {"status_code": "404", "message_body": "none"}}])
}
