//! Names of repositories, clusters and namespaces.

use std::collections::BTreeSet;

use recon_model::Address;
use recon_model::KindId::{
    CodecommitRepository, EcsCluster, EcsService, ServicediscoveryNamespace, SnsTopic,
};

use crate::rule::{By, Rule, Severity};

pub static MISC_001: Rule = Rule {
    id: "MISC-001",
    severity: Severity::Error,
    title: "a name that CodeCommit does not take",
    doc: "1 to 100 letters, digits, dots, hyphens and underscores, and no `.git` at the end \
          (InvalidRepositoryNameException).",
    fix: "rename it",
    source: "AWS API: codecommit CreateRepository, repositoryName",
    bad: r#"
[codecommit.repository.tools]
name = "tools.git"
"#,
    good: r#"
[codecommit.repository.tools]
name = "tools"
"#,
    by: By::Both(&[("codecommit.repository", "name")], |cx, out| {
        for at in cx.of(CodecommitRepository).map(|repository| repository.get("name")) {
            if at.text().is_some_and(|name| name.ends_with(".git")) {
                out.at(&at, "a repository's name does not end in `.git`: its address gets none either");
            }
        }
    }),
};

pub static MISC_002: Rule = Rule {
    id: "MISC-002",
    severity: Severity::Error,
    title: "a name that ECR does not take",
    doc: "2 to 256 characters: lower-case letters and digits, with dots, hyphens, underscores and slashes between them. \
          Docker knows no image with a capital letter in its name.",
    fix: "write it in lower case",
    source: "AWS API: ecr CreateRepository, repositoryName",
    bad: r#"
[ecr.repository.tools]
name                         = "Tools"
image_tag_mutability         = "IMMUTABLE"
image_scanning_configuration = { scan_on_push = true }
"#,
    good: r#"
[ecr.repository.tools]
name                         = "shop/tools"
image_tag_mutability         = "IMMUTABLE"
image_scanning_configuration = { scan_on_push = true }
"#,
    by: By::Model(&[("ecr.repository", "name")]),
};

pub static MISC_009: Rule = Rule {
    id: "MISC-009",
    severity: Severity::Error,
    title: "a name that ECS does not take for a cluster",
    doc: "1 to 255 letters, digits, hyphens and underscores.",
    fix: "rename it",
    source: "AWS API: ecs CreateCluster, clusterName",
    bad: r#"
[ecs.cluster.main]
name = "the main cluster"
"#,
    good: r#"
[ecs.cluster.main]
name = "the-main-cluster"
"#,
    by: By::Check(|cx, out| {
        for at in cx.of(EcsCluster).map(|cluster| cluster.get("name")) {
            let Some(name) = at.text() else { continue };
            let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
            if name.is_empty() || name.len() > 255 || !name.chars().all(fits) {
                out.at(&at, "a cluster's name has 1 to 255 letters, digits, hyphens and underscores");
            }
        }
    }),
};

pub static MISC_036: Rule = Rule {
    id: "MISC-036",
    severity: Severity::Error,
    title: "a name that SNS does not take",
    doc: "1 to 256 letters, digits, hyphens and underscores; a FIFO topic's ends with `.fifo`, and no other one has a dot.",
    fix: "rename it",
    source: "AWS API: sns CreateTopic, Name",
    bad: r#"
[sns.topic.news]
name = "shop news"
"#,
    good: r#"
[sns.topic.news]
name = "shop-news"
"#,
    by: By::Check(|cx, out| {
        for at in cx.of(SnsTopic).map(|topic| topic.get("name")) {
            let Some(name) = at.text() else { continue };
            let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
            let plain = name.strip_suffix(".fifo").unwrap_or(&name);
            if plain.is_empty() || name.len() > 256 || !plain.chars().all(fits) {
                out.at(&at, "a topic's name has 1 to 256 letters, digits, hyphens and underscores");
            }
        }
    }),
};

pub static MISC_037: Rule = Rule {
    id: "MISC-037",
    severity: Severity::Error,
    title: "a cluster setting that ECS does not know",
    doc: "There is one setting, containerInsights: enabled, disabled or enhanced.",
    fix: "settings = { containerInsights = \"enabled\" }",
    source: "AWS API: ecs ClusterSetting",
    bad: r#"
[ecs.cluster.main]
settings = { containerInsights = "yes" }
"#,
    good: r#"
[ecs.cluster.main]
settings = { containerInsights = "enhanced" }
"#,
    by: By::Check(|cx, out| {
        for (name, at) in
            cx.of(EcsCluster).flat_map(|cluster| cluster.get("settings").entries().collect::<Vec<_>>())
        {
            let known = name == "containerInsights";
            if known && at.text().is_some() && !at.is_one_of(&["enabled", "disabled", "enhanced"]) {
                out.at(&at, "containerInsights is enabled, disabled or enhanced");
            }
        }
    }),
};

pub static MISC_010: Rule = Rule {
    id: "MISC-010",
    severity: Severity::Warning,
    title: "a namespace that no service uses",
    doc: "A cluster's default namespace is where its services find each other by Service Connect. With no service in it \
          that has Service Connect or service discovery, it is a namespace for nobody.",
    fix: "remove service_connect_defaults, or give a service service_connect_configuration",
    source: "AWS API: ecs ClusterServiceConnectDefaultsRequest",
    bad: r#"
[ecs.cluster.main]
service_connect_defaults = { namespace = { name = "shop" } }
"#,
    good: r#"
[ecs.cluster.main]
service_connect_defaults = { namespace = { name = "shop" } }

[ecs.service.worker]
name                          = "worker"
cluster                       = "main"
task_definition               = "worker"
desired_count                 = 1
service_connect_configuration = { enabled = true }
"#,
    by: By::Check(|cx, out| {
        let uses = |service: &crate::At<'_>| {
            service.get("service_connect_configuration.enabled").flag()
                || !service.get("service_registries").is_empty()
        };
        let used: BTreeSet<Address> = cx
            .of(EcsService)
            .filter(uses)
            .filter_map(|service| Some(service.get("cluster").target()?.address().clone()))
            .collect();
        for cluster in cx.of(EcsCluster) {
            let at = cluster.get("service_connect_defaults");
            if at.exists() && !used.contains(cluster.address()) {
                out.at(&at, "no service of the cluster uses its namespace");
            }
        }
    }),
};

pub static MISC_011: Rule = Rule {
    id: "MISC-011",
    severity: Severity::Error,
    title: "a name that Cloud Map does not take for a namespace",
    doc: "At most 1024 printable characters without a space (253 in DNS); ECS takes none with `<`, `>`, `\"` or `/` in it \
          as a cluster's default.",
    fix: "rename it",
    source: "AWS API: servicediscovery CreateHttpNamespace, Name; ecs ClusterServiceConnectDefaultsRequest, namespace",
    bad: r#"
[servicediscovery.namespace.shop]
name = "shop/prod"
"#,
    good: r#"
[servicediscovery.namespace.shop]
name = "shop.prod"
"#,
    by: By::Both(&[("servicediscovery.namespace", "name")], |cx, out| {
        for at in cx.of(ServicediscoveryNamespace).map(|namespace| namespace.get("name")) {
            let name = at.text().unwrap_or_default();
            if at.is("") {
                out.at(&at, "a namespace has a name");
            }
            if let Some(wrong) = name.chars().find(|c| ['<', '>', '"', '/'].contains(c)) {
                out.at(&at, format!("a namespace's name has no `{wrong}` in it"));
            }
        }
    }),
};
