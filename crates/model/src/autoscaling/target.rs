//! `autoscaling.target`: facts in AWS's API reference of Application Auto
//! Scaling, RegisterScalableTarget and PutScheduledAction.

use serde_json::{Value, json};

use crate::compose::list;
use crate::kind::{Kind, to};
use crate::schema::{Field, Order, Struct, Type, from_shape};
use crate::targets::ROLE;

pub(crate) fn kind() -> Kind {
    Kind::new(
        "autoscaling.target",
        "application-autoscaling",
        "RegisterScalableTargetRequest",
        "What may be scaled, and between which numbers: an ECS service.",
    )
    .cfn("AWS::ApplicationAutoScaling::ScalableTarget")
    .rename("resource_id", "resource")
    .refers("resource", to(&["ecs.service"], "resource_id").by_name())
    .identity(&["service_namespace", "scalable_dimension", "resource"])
    .exports(&["arn", "resource_id"])
    .create_only(&["service_namespace", "scalable_dimension", "resource"])
    .optional(&["service_namespace", "scalable_dimension"])
    .default("service_namespace", "ecs")
    .default("scalable_dimension", "ecs:service:DesiredCount")
    .required(&["min_capacity", "max_capacity"])
    .rename("role_arn", "role")
    .refers("role", ROLE)
    // AWS answers with its own service-linked role
    .write_only(&["role"])
    .default("suspended_state.dynamic_scaling_in_suspended", false)
    .default("suspended_state.dynamic_scaling_out_suspended", false)
    .default("suspended_state.scheduled_scaling_suspended", false)
    .add(scheduled_actions())
    .canonical(canonical)
}

/// By name; AWS puts each by a call of its own.
fn scheduled_actions() -> Field {
    let mut fields = recon_shapes::service("application-autoscaling")
        .map_or_else(Vec::new, |model| from_shape(model, "PutScheduledActionRequest").fields);
    fields.retain(|field| {
        !["ServiceNamespace", "ResourceId", "ScalableDimension"].contains(&field.aws.as_str())
    });
    for field in &mut fields {
        match field.name.as_str() {
            "scheduled_action_name" => field.name = "name".into(),
            "schedule" | "scalable_target_action" => field.required = true,
            "timezone" => field.default = Some(json!("UTC")),
            _ => {}
        }
    }
    let ty = list(Type::Struct(Struct { fields, shorthand: None }), Order::By("name".into()));
    let mut field = Field::new("scheduled_actions", "ScheduledActions", ty);
    field.doc = "Other numbers at certain times.".into();
    field
}

/// The only thing of ECS that scales.
pub(super) fn canonical(spec: &mut Value) {
    if let Some(map) = spec.as_object_mut() {
        map.entry("service_namespace").or_insert_with(|| json!("ecs"));
        map.entry("scalable_dimension").or_insert_with(|| json!("ecs:service:DesiredCount"));
    }
}
