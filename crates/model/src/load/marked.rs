//! What AWS gives no tags needs somebody in the stack who carries a mark for it.

use super::problem::Problem;
use crate::marks::{holders, unmarkable};
use crate::stack::Stack;

/// Whoever carries a mark is made before what the mark stands for.
pub fn wait_for_holders(stack: &mut Stack) {
    let all: Vec<_> = stack.resources.values().map(|r| (r.address.clone(), holders(stack, r))).collect();
    for (address, holders) in all {
        if let Some(resource) = stack.resources.get_mut(&address) {
            let needs = resource.needs();
            let more: Vec<_> = holders.into_iter().filter(|holder| !needs.contains(&holder)).collect();
            resource.settings.depends_on.extend(more);
        }
    }
}

pub fn check(stack: &Stack, problems: &mut Vec<Problem>) {
    for resource in stack.resources.values() {
        if !resource.settings.adopt && unmarkable(stack, resource) {
            let kind = resource.kind.name();
            let holder = match kind {
                "iam.group" => "an iam.user or an iam.role",
                "autoscaling.policy" => "its autoscaling.target",
                _ => "a codedeploy.application",
            };
            problems.push(
                Problem::new(
                    resource.span,
                    format!("nothing can say that {} belongs to this stack", resource.address),
                )
                .label(format!("AWS has no tags for a {kind}"))
                .help(format!(
                    "declare {holder} in the stack, which then carries a tag for it; or say `adopt = true`: \
                     the name alone tells then, and it stays when it is declared no more"
                )),
            );
        }
    }
}
