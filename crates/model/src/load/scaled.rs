//! Who counts a service's tasks.

use std::collections::BTreeSet;

use crate::KindId;
use crate::stack::Stack;

const COUNT: &str = "desired_count";

/// A service that a target scales has its number of tasks from there: what the
/// TOML says of it is where it begins.
pub fn leave_alone(stack: &mut Stack) {
    let targets = stack.resources.values().filter(|resource| resource.kind == KindId::AutoscalingTarget);
    let scaled: BTreeSet<_> = targets
        .flat_map(|target| target.spec.references())
        .filter(|(path, _)| path == "resource")
        .map(|(_, reference)| reference.target.clone())
        .collect();
    for service in scaled.iter().filter(|address| address.kind == KindId::EcsService.name()) {
        if let Some(service) = stack.resources.get_mut(service)
            && !service.settings.unmanaged.iter().any(|field| field == COUNT)
        {
            service.settings.unmanaged.push(COUNT.to_string());
        }
    }
}
