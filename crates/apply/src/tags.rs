//! Bringing tags to what they should be.

use std::collections::BTreeMap;

use recon_model::{Found, setting_tag};

use crate::item::Item;

/// Keys on the live resource that are wanted no more.
pub fn surplus(item: &Item<'_>, live: &Found) -> Vec<String> {
    let there = live.spec["tags"].keys().map(str::to_string);
    let fields = item.kind.kind().fields().fields.iter();
    let settings = fields.filter(|field| field.kept && !live.spec[&field.name].is_null()).map(setting_tag);
    there.chain(settings).filter(|key| !item.tags.contains_key(key)).collect()
}

/// All tags that are wanted. Written whole: it is one call either way.
pub fn wanted<'a>(item: &'a Item<'_>) -> &'a BTreeMap<String, String> {
    &item.tags
}
