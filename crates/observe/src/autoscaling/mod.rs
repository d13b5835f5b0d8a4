//! Reading kinds of the family `autoscaling`.

pub(crate) mod policy;
pub(crate) mod target;

use recon_model::{Resource, Tree};

/// Of ECS there is one thing that scales, and it need not be said.
fn dimension(resource: &Resource) -> (String, String) {
    let text = |field: &str, usual: &str| {
        resource.spec.get(field).and_then(Tree::as_str).unwrap_or(usual).to_string()
    };
    (text("service_namespace", "ecs"), text("scalable_dimension", "ecs:service:DesiredCount"))
}
