//! Volumes and what mounts them.

use recon_model::KindId::EcsService;
use recon_model::load::nearest;

use super::{definitions, on_fargate};
use crate::at::At;
use crate::cx::Cx;
use crate::rule::{By, Rule, Severity};
use crate::sink::Sink;
use crate::svc::{containers, task_definition};

pub static TD_012: Rule = Rule {
    id: "TD-012",
    severity: Severity::Error,
    title: "a mount of a volume that there is not",
    doc: "A mount point names a volume of the same task definition: \"Unknown volume 'X'.\"",
    fix: "declare the volume: volumes = [{ name = \"…\" }]",
    source: "AWS API: ecs Volume, name",
    bad: r#"
[ecs.task_definition.other]
family                = "other"
volumes               = [{ name = "data" }]
container_definitions = [{ name = "other", image = "other:1", memory = 64, mount_points = [{ source_volume = "date", container_path = "/data" }, { source_volume = "data", container_path = "/all" }] }]
"#,
    good: r#"
[ecs.task_definition.other]
family                = "other"
volumes               = [{ name = "data" }]
container_definitions = [{ name = "other", image = "other:1", memory = 64, mount_points = [{ source_volume = "data", container_path = "/data" }] }]
"#,
    by: By::Check(|cx, out| {
        for definition in definitions(cx) {
            let volumes = definition.get("volumes");
            let known: Vec<_> = volumes.items().filter_map(|volume| volume.get("name").text()).collect();
            for container in containers(&definition) {
                for mount in container.get("mount_points").items() {
                    let at = mount.get("source_volume");
                    if !at.exists() {
                        out.at(&mount, "the mount names no volume").fix("source_volume = \"…\"");
                    }
                    let Some(volume) = at.text().filter(|volume| !known.contains(volume)) else { continue };
                    let found = out.at(&at, format!("there is no volume `{volume}`"));
                    if let Some(near) = nearest(&volume, known.iter().map(|name| &**name)) {
                        found.fix(format!("did you mean `{near}`?"));
                    }
                }
            }
        }
    }),
};

pub static TD_013: Rule = Rule {
    id: "TD-013",
    severity: Severity::Warning,
    title: "a volume that nothing mounts",
    doc: "The volume is declared and no container mounts it: it is left over, or a mount point is missing.",
    fix: "remove it, or mount it: mount_points = [{ source_volume = \"…\", container_path = \"…\" }]",
    source: "AWS API: ecs Volume",
    bad: r#"
[ecs.task_definition.other]
family                = "other"
volumes               = [{ name = "data" }]
container_definitions = [{ name = "other", image = "other:1", memory = 64 }]
"#,
    good: r#"
[ecs.task_definition.other]
family                = "other"
volumes               = [{ name = "data" }]
container_definitions = [{ name = "other", image = "other:1", memory = 64, mount_points = [{ source_volume = "data", container_path = "/data" }] }]
"#,
    by: By::Check(|cx, out| {
        for definition in definitions(cx) {
            for volume in definition.get("volumes").items().map(|volume| volume.get("name")) {
                let Some(own) = volume.text() else { continue };
                let mounts = |container: At<'_>| {
                    container.get("mount_points").items().any(|mount| mount.get("source_volume").is(&own))
                };
                if !containers(&definition).any(mounts) {
                    out.at(&volume, format!("no container mounts the volume `{own}`"));
                }
            }
        }
    }),
};

pub static TD_014: Rule = Rule {
    id: "TD-014",
    severity: Severity::Error,
    title: "a host's folder on Fargate",
    doc: "\"Fargate compatible task definitions do not support sourcePath\": there is no host whose folder it could be.",
    fix: "remove source_path (the volume is then the task's own), or use EFS",
    source: "AWS: ECS answers so; measured by cdk-preflight (ecs-fargate-host-source-path)",
    bad: r#"
[ecs.task_definition.api]
volumes = [{ name = "data", host = { source_path = "/mnt/data" } }]
"#,
    good: r#"
[ecs.task_definition.api]
volumes = []
"#,
    by: By::Check(|cx, out| {
        for definition in on_fargate(cx) {
            for at in definition.get("volumes").items().map(|volume| volume.get("host.source_path")) {
                if at.exists() {
                    out.at(&at, "on Fargate there is no host whose folder this could be");
                }
            }
        }
    }),
};

pub static TD_015: Rule = Rule {
    id: "TD-015",
    severity: Severity::Error,
    title: "a Docker volume on Fargate",
    doc: "\"Fargate compatible task definitions do not support dockerVolumeConfiguration\"; nor FSx for Windows.",
    fix: "use EFS, or the task's own storage",
    source: "AWS API: ecs Volume, dockerVolumeConfiguration",
    bad: r#"
[ecs.task_definition.api]
volumes = [{ name = "data", docker_volume_configuration = { scope = "shared" } }]
"#,
    good: r#"
[ecs.task_definition.api]
volumes = []
"#,
    by: By::Check(|cx, out| {
        for definition in on_fargate(cx) {
            for volume in definition.get("volumes").items() {
                for field in ["docker_volume_configuration", "fsx_windows_file_server_volume_configuration"] {
                    let at = volume.get(field);
                    if at.exists() {
                        out.at(&at, format!("Fargate has no {field}"));
                    }
                }
            }
        }
    }),
};

const FORMS: &[&str] = &[
    "host",
    "docker_volume_configuration",
    "efs_volume_configuration",
    "s3files_volume_configuration",
    "fsx_windows_file_server_volume_configuration",
    "configured_at_launch",
];

pub static TD_016: Rule = Rule {
    id: "TD-016",
    severity: Severity::Error,
    title: "a volume that is two things",
    doc: "Each volume is one of host, Docker, EFS, S3 files, FSx or configured at launch, and has a name of its own; \
          one volume of a task definition may be configured at launch.",
    fix: "keep one",
    source: "AWS API: ecs Volume",
    bad: r#"
[ecs.task_definition.api]
volumes = [{ name = "data", host = {}, efs_volume_configuration = { file_system_id = "fs-12345678" } }]
"#,
    good: r#"
[ecs.task_definition.api]
volumes = []
"#,
    by: By::Check(two_things),
};

fn two_things(cx: &Cx<'_>, out: &mut Sink<'_>) {
    for definition in definitions(cx) {
        let volumes: Vec<At<'_>> = definition.get("volumes").items().collect();
        for (i, volume) in volumes.iter().enumerate() {
            let is = |form: &str| {
                let at = volume.get(form);
                at.exists() && (form != "configured_at_launch" || at.flag())
            };
            let forms: Vec<&str> = FORMS.iter().copied().filter(|form| is(form)).collect();
            if forms.len() > 1 {
                out.at(&volume.get(forms[1]), format!("this volume is {} at once", forms.join(" and ")));
            }
            let own = volume.get("name");
            let Some(text) = own.text() else { continue };
            if let Some(first) = volumes[..i].iter().find(|other| other.get("name").is(&text)) {
                out.at(&own, format!("two volumes are called `{text}`")).related(first, "the first one");
            }
        }
        for extra in volumes.iter().filter(|volume| volume.get("configured_at_launch").flag()).skip(1) {
            out.at(
                &extra.get("configured_at_launch"),
                "one volume may be configured at launch, this is another",
            );
        }
    }
}

pub static TD_041: Rule = Rule {
    id: "TD-041",
    severity: Severity::Error,
    title: "a service's volume that its task definition does not expect",
    doc: "volume_configurations of a service belong to a volume of the task definition that says \
          `configured_at_launch = true`, and such a volume needs its configuration in the service.",
    fix: "give both the same name, and the volume configured_at_launch = true",
    source: "AWS API: ecs ServiceVolumeConfiguration, Volume",
    bad: r#"
[ecs.service.worker]
name                  = "worker"
cluster               = "main"
task_definition       = "worker"
desired_count         = 1
volume_configurations = [{ name = "data", managed_ebs_volume = { role = "task", size_in_gib = 10 } }]
"#,
    good: r#"
[ecs.service.worker]
name            = "worker"
cluster         = "main"
task_definition = "worker"
desired_count   = 1
"#,
    by: By::Check(|cx, out| {
        for service in cx.of(EcsService) {
            let Some(definition) = task_definition(&service) else { continue };
            let at_launch = |at: &At<'_>| at.get("configured_at_launch").flag();
            let volumes: Vec<At<'_>> = definition.get("volumes").items().filter(at_launch).collect();
            let configured: Vec<At<'_>> = service.get("volume_configurations").items().collect();
            for at in configured.iter().map(|volume| volume.get("name")) {
                let Some(own) = at.text() else { continue };
                if !volumes.iter().any(|volume| volume.get("name").is(&own)) {
                    out.at(
                        &at,
                        format!("no volume `{own}` of {} is configured at launch", definition.address()),
                    )
                    .related(&definition.get("volumes"), "its volumes");
                }
            }
            for volume in &volumes {
                let Some(own) = volume.get("name").text() else { continue };
                if !configured.iter().any(|other| other.get("name").is(&own)) {
                    out.at(&service, format!("{} does not configure the volume `{own}`", service.address()))
                        .related(volume, "configured at launch");
                }
            }
        }
    }),
};
