//! The kinds described for people and editors, from what the kinds themselves say.

mod json_schema;
mod pages;

use crate::KindId;
use crate::load::own_keys;

pub use json_schema::json_schema;
pub use pages::{index, page};

/// What a key of recon's own means in a resource of that kind.
fn own_doc(key: &str) -> &'static str {
    match key {
        "adopt" => "Take over a resource of that name that no stack owns yet.",
        "prevent_destroy" => "Refuse every deletion and replacement, in the plan.",
        "unmanaged" => "Fields that are somebody else's: neither compared nor changed.",
        "replace" => "Order of a replacement: `delete_first` or `create_first`.",
        "depends_on" => "Addresses that must be there first, beside those that the document names.",
        "allow" => "Findings that are accepted here, each with its reason.",
        "name_prefix" => "The beginning of a name in its place: recon chooses the rest.",
        "file" => "AWS's own JSON, as it is; what stands in the TOML lies on top of it.",
        "files" => "Folder of the repository's files: build specification, AppSpec, task definition.",
        _ => "",
    }
}

/// Keys of recon's own in a resource of that kind, with their meaning.
fn own(kind: KindId) -> impl Iterator<Item = (&'static str, &'static str)> {
    own_keys(kind).into_iter().map(|key| (key, own_doc(key)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_of_recons_own_is_explained() {
        for kind in KindId::ALL {
            for (key, doc) in own(*kind) {
                assert_ne!(doc, "", "{key} of {}", kind.name());
            }
        }
    }
}
