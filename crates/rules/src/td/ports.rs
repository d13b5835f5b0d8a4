//! Ports of containers.

use std::collections::BTreeMap;

use super::{all_containers, definitions, name};
use crate::at::At;
use crate::cx::Cx;
use crate::rule::{By, Rule, Severity};
use crate::sink::Sink;
use crate::svc::containers;

pub static TD_010: Rule = Rule {
    id: "TD-010",
    severity: Severity::Error,
    title: "a host port that is not the container's",
    doc: "With network mode awsvpc or host the container's port is the host's: \"When networkMode=awsvpc, the host \
          ports and container ports in port mappings must match.\" With mode none there are no ports.",
    fix: "remove host_port",
    source: "AWS API: ecs PortMapping, hostPort",
    bad: r#"
[ecs.task_definition.other]
family                = "other"
network_mode          = "awsvpc"
container_definitions = [{ name = "other", image = "other:1", memory = 64, port_mappings = [{ container_port = 8080, host_port = 80 }] }]
"#,
    good: r#"
[ecs.task_definition.other]
family                = "other"
network_mode          = "awsvpc"
container_definitions = [{ name = "other", image = "other:1", memory = 64, port_mappings = [{ container_port = 8080 }] }]
"#,
    by: By::Check(|cx, out| {
        for (definition, container) in all_containers(cx) {
            let mode = definition.get("network_mode");
            let mappings = container.get("port_mappings");
            if mode.is("none") && !mappings.is_empty() {
                out.at(&mappings, "tasks of network mode none have no ports")
                    .related(&mode, "the network mode");
            }
            let Some(shared) = mode.text().filter(|mode| mode == "awsvpc" || mode == "host") else {
                continue;
            };
            for mapping in mappings.items() {
                let (host, own) = (mapping.get("host_port"), mapping.get("container_port"));
                if let (Some(host_port), Some(port)) = (host.int(), own.int())
                    && host_port != port
                {
                    out.at(
                        &host,
                        format!("with network mode {shared} the host port is the container's: {port}"),
                    )
                    .related(&own, "the container's port");
                }
            }
        }
    }),
};

pub static TD_011: Rule = Rule {
    id: "TD-011",
    severity: Severity::Error,
    title: "one port twice in a task",
    doc: "Containers of an awsvpc task share one network interface, so a port belongs to one of them; and \"You can't \
          expose the same container port for multiple protocols.\"",
    fix: "give each container ports of its own",
    source: "AWS API: ecs PortMapping",
    bad: r#"
[ecs.task_definition.other]
family       = "other"
network_mode = "awsvpc"
container_definitions = [
    { name = "one", image = "one:1", memory = 64, port_mappings = [{ container_port = 8080 }] },
    { name = "two", image = "two:1", memory = 64, port_mappings = [{ container_port = 8080 }] },
]
"#,
    good: r#"
[ecs.task_definition.other]
family       = "other"
network_mode = "awsvpc"
container_definitions = [
    { name = "one", image = "one:1", memory = 64, port_mappings = [{ container_port = 8080 }] },
    { name = "two", image = "two:1", memory = 64, port_mappings = [{ container_port = 8081 }] },
]
"#,
    by: By::Check(twice),
};

fn twice(cx: &Cx<'_>, out: &mut Sink<'_>) {
    for definition in definitions(cx) {
        let shared = definition.get("network_mode").is("awsvpc");
        let mut task: BTreeMap<i64, At<'_>> = BTreeMap::new();
        for container in containers(&definition) {
            let mut own: BTreeMap<i64, At<'_>> = BTreeMap::new();
            for at in container.get("port_mappings").items().map(|mapping| mapping.get("container_port")) {
                let Some(port) = at.int().filter(|port| *port != 0) else { continue };
                let known = if shared { &mut task } else { &mut own };
                match known.get(&port) {
                    Some(first) => {
                        out.at(&at, format!("port {port} is mapped twice")).related(first, "the first time");
                    }
                    None => {
                        known.insert(port, at);
                    }
                }
            }
        }
    }
}

pub static TD_039: Rule = Rule {
    id: "TD-039",
    severity: Severity::Error,
    title: "a port mapping of the wrong form",
    doc: "Ports are 1 to 65535 (0 for any host port); a mapping's name has up to 64 small letters, digits, hyphens \
          and underscores and does not begin with a hyphen; a range goes from the smaller to the larger port, and not \
          with network mode host; links are for network mode bridge.",
    fix: "correct the mapping",
    source: "AWS API: ecs PortMapping",
    bad: r#"
[ecs.task_definition.other]
family                = "other"
container_definitions = [{ name = "other", image = "other:1", memory = 64, port_mappings = [{ name = "HTTP", container_port = 8080 }] }]
"#,
    good: r#"
[ecs.task_definition.other]
family                = "other"
container_definitions = [{ name = "other", image = "other:1", memory = 64, port_mappings = [{ name = "http", container_port = 8080 }] }]
"#,
    by: By::Check(|cx, out| {
        for (definition, container) in all_containers(cx) {
            for mapping in container.get("port_mappings").items() {
                form(&mapping, out);
            }
            let links = container.get("links");
            let mode = definition.get("network_mode");
            if !links.is_empty() && !mode.is("bridge") {
                out.at(&links, format!("{}: links are for network mode bridge", name(&container)));
            }
        }
    }),
};

fn form(mapping: &At<'_>, out: &mut Sink<'_>) {
    for field in ["container_port", "host_port"] {
        let at = mapping.get(field);
        if let Some(port) = at.int().filter(|port| !(0..=65_535).contains(port)) {
            out.at(&at, format!("{port} is no port"));
        }
    }
    let called = mapping.get("name");
    let valid = |text: &str| {
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
        (1..=64).contains(&text.len()) && !text.starts_with('-') && text.chars().all(allowed)
    };
    if let Some(text) = called.text().filter(|text| !valid(text)) {
        out.at(&called, format!("`{text}` is no name for a port mapping"))
            .label("small letters, digits, `-` and `_`, 64 at most");
    }
    let range = mapping.get("container_port_range");
    let ends = |text: &str| {
        let (low, high) = text.split_once('-')?;
        Some((low.parse::<u16>().ok()?, high.parse::<u16>().ok()?))
    };
    if let Some(text) = range.text()
        && !ends(&text).is_some_and(|(low, high)| 0 < low && low < high)
    {
        out.at(&range, format!("`{text}` is no range of ports")).fix("container_port_range = \"8000-8010\"");
    }
}
