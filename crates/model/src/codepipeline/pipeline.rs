//! `codepipeline.pipeline`: facts in AWS's API reference, PipelineDeclaration,
//! and the user guide's pages on its parts.

use serde_json::{Map, Value, json};

use crate::codepipeline::actions;
use crate::compose::{list, one_of, structure, text};
use crate::kind::Kind;
use crate::schema::{Field, Order, Type};
use crate::targets::{BUCKET, KMS_KEY, ROLE};

pub(crate) fn kind() -> Kind {
    let kind = Kind::new(
        "codepipeline.pipeline",
        "codepipeline",
        "PipelineDeclaration",
        "From a change of the source to a running service, in stages.",
    );
    stages(stores(kind))
        .cfn("AWS::CodePipeline::Pipeline")
        .exports(&["arn", "name"])
        .create_only(&["name"])
        .rename("role_arn", "role")
        .refers("role", ROLE)
        .leave_out(&[("version", "AWS counts it, and takes no version to expect")])
        .default("execution_mode", "SUPERSEDED")
        .default("pipeline_type", "V1")
        .shorthand("triggers.git_configuration", "source_action_name")
        .take("CreatePipelineInput", "tags", "tags")
        .add(disabled_transitions())
        .canonical(canonical)
}

fn stores(kind: Kind) -> Kind {
    ["artifact_store", "artifact_stores"].iter().fold(kind, |kind, store| {
        let at = |path: &str| format!("{store}.{path}");
        kind.shorthand(store, "location")
            .refers(&at("location"), BUCKET)
            .optional(&[&at("type"), &at("encryption_key.type")])
            .default(&at("type"), "S3")
            .shorthand(&at("encryption_key"), "id")
            .refers(&at("encryption_key.id"), KMS_KEY)
            .default(&at("encryption_key.type"), "KMS")
    })
}

fn stages(kind: Kind) -> Kind {
    let at = |path: &str| format!("stages.actions.{path}");
    let mut provider = Field::new("provider", "", one_of(&actions::providers()));
    provider.doc =
        "The action's type by its provider alone: `CodeCommit`, `CodeBuild`, `CodeDeployToECS`, `Manual`. \
                    `action_type_id` says it in AWS's words, and what is not AWS's own."
            .into();
    let kind = kind
        .sequence(&["stages"])
        .at("stages.actions", |field| {
            if let Some(structure) = field.ty.structure_mut() {
                structure.fields.push(provider);
            }
        })
        .shorthand(&at("action_type_id"), "provider")
        .optional(&[
            &at("action_type_id"),
            &at("action_type_id.category"),
            &at("action_type_id.owner"),
            &at("action_type_id.provider"),
            &at("action_type_id.version"),
        ])
        .default(&at("run_order"), 1)
        // GitHub's token comes back as `****`
        .secret_entries(&at("configuration"), &["OAuthToken", "SecretToken"])
        .shorthand(&at("input_artifacts"), "name")
        .shorthand(&at("output_artifacts"), "name")
        .sequence(&[&at("commands")])
        .default(&at("environment_variables.type"), "PLAINTEXT")
        .rename(&at("role_arn"), "role")
        .refers(&at("role"), ROLE)
        // the pipeline's own region, where nothing is said
        .unmanaged(&[&at("region"), &at("timeout_in_minutes")])
        .shorthand("stages.on_failure", "result");
    ["before_entry", "on_success", "on_failure"].iter().fold(kind, conditions)
}

/// What must hold when a stage is entered or left.
fn conditions(kind: Kind, gate: &&str) -> Kind {
    let conditions = format!("stages.{gate}.conditions");
    let at = |path: &str| format!("{conditions}.rules.{path}");
    kind.sequence(&[&conditions])
        .shorthand(&at("rule_type_id"), "provider")
        .optional(&[&at("rule_type_id.category")])
        .default(&at("rule_type_id.category"), "Rule")
        .default(&at("rule_type_id.owner"), "AWS")
        .default(&at("rule_type_id.version"), "1")
        .shorthand(&at("input_artifacts"), "name")
        .sequence(&[&at("commands")])
        .rename(&at("role_arn"), "role")
        .refers(&at("role"), ROLE)
        .unmanaged(&[&at("region"), &at("timeout_in_minutes")])
}

/// CloudFormation's name for what AWS keeps as state of a stage.
fn disabled_transitions() -> Field {
    let mut stage = Field::new("stage_name", "stageName", text());
    stage.required = true;
    let mut reason = Field::new("reason", "reason", text());
    reason.default = Some("declared closed".into());
    let ty = list(structure(vec![stage, reason]), Order::By("stage_name".into()));
    let mut field = Field::new("disable_inbound_stage_transitions", "disableInboundStageTransitions", ty);
    field.doc =
        "Stages that nothing may enter, and why. Left out, they stay as they are: people close them by hand."
            .into();
    field.unmanaged = true;
    if let Type::List { item, .. } = &mut field.ty
        && let Some(structure) = item.ty.structure_mut()
    {
        structure.shorthand = Some("stage_name".into());
    }
    field
}

fn canonical(spec: &mut Value) {
    if let Some(store) = spec.get_mut("artifact_store") {
        fill_store(store);
    }
    for store in spec["artifact_stores"].as_object_mut().into_iter().flat_map(|stores| stores.values_mut()) {
        fill_store(store);
    }
    for (i, stage) in spec["stages"].as_array_mut().into_iter().flatten().enumerate() {
        for action in stage["actions"].as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut) {
            actions::canonical(action, i == 0);
        }
        for gate in ["before_entry", "on_success", "on_failure"] {
            let conditions = stage.get_mut(gate).and_then(|gate| gate.get_mut("conditions"));
            for condition in conditions.and_then(Value::as_array_mut).into_iter().flatten() {
                condition["rules"].as_array_mut().into_iter().flatten().for_each(fill_rule);
            }
        }
    }
}

fn fill_store(store: &mut Value) {
    let Some(store) = store.as_object_mut() else { return };
    store.entry("type").or_insert_with(|| json!("S3"));
    if let Some(key) = store.get_mut("encryption_key").and_then(Value::as_object_mut) {
        key.entry("type").or_insert_with(|| json!("KMS"));
    }
}

fn fill_rule(rule: &mut Value) {
    let usual = [("category", "Rule"), ("owner", "AWS"), ("version", "1")];
    if let Some(id) = rule.get_mut("rule_type_id").and_then(Value::as_object_mut) {
        fill(id, &usual);
    }
}

fn fill(map: &mut Map<String, Value>, usual: &[(&str, &str)]) {
    for (member, value) in usual {
        map.entry(*member).or_insert_with(|| json!(value));
    }
}
