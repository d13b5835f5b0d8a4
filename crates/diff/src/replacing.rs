//! Which half of a replacement comes first, and why not the other.

use recon_model::names::PREFIXED;
use recon_model::plan::{Because, ReplaceOrder};
use recon_model::{Order, Replacement, Resource};
use serde_json::Value;

use crate::decide::Planner;

impl Planner<'_> {
    pub fn replace_order(&self, resource: &Resource, desired: &Value, live: &Value) -> ReplaceOrder {
        let kind = resource.kind.kind();
        let same_identity = kind.identity.iter().all(|field| desired[*field] == live[*field]);
        let delete_first = same_identity
            || kind.replacement == Replacement::DeleteFirst
            || self.insights.delete_first.contains(&resource.address);
        match resource.settings.replace {
            Some(Order::DeleteFirst) => ReplaceOrder::DeleteFirst,
            _ if delete_first => ReplaceOrder::DeleteFirst,
            _ => ReplaceOrder::CreateFirst,
        }
    }

    /// Why `replace = "create_first"` cannot be had, where it is asked for.
    pub fn no_create_first(&self, resource: &Resource, order: ReplaceOrder) -> Option<Because> {
        let asked = resource.settings.replace == Some(Order::CreateFirst);
        // a name of its own is still to come
        let to_be_named = resource.settings.name_prefix.is_some();
        if !asked || order == ReplaceOrder::CreateFirst {
            return None;
        }
        let kind = resource.kind.kind();
        let why = if kind.replacement == Replacement::DeleteFirst {
            format!("an {} cannot stand beside the one that it replaces", kind.name)
        } else if self.insights.delete_first.contains(&resource.address) {
            "others wait for its end before they can be as the new one needs them".to_string()
        } else if to_be_named {
            return None;
        } else if PREFIXED.contains(&resource.kind) {
            "two of one name cannot stand side by side: give it a `name_prefix` in place of its `name`"
                .to_string()
        } else {
            "two of one name cannot stand side by side: give it another `name`".to_string()
        };
        let text =
            format!("`replace = \"create_first\"` cannot be had: {why}, or say `replace = \"delete_first\"`");
        Some(Because::new("CREATE_FIRST", text))
    }
}
