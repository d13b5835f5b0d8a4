//! A credential that is about to be made, as a tag of its user says it.

use serde_json::Value;

use crate::Address;

/// The tag's key. `ID` of the marks is nowhere `pending`.
pub const PENDING_CREDENTIAL: &str = "recon:credential:pending";
const MARK: &str = "recon:credential:";

/// What was there before, and what has been made since, by the user's tags.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    before: Vec<String>,
    marked: Vec<String>,
    /// The credential was made and marked: nothing is pending any more.
    over: bool,
}

impl Pending {
    /// The tag's value: `STACK/LABEL@ID+ID`, with what the user has already.
    pub fn tag(stack: &str, address: &Address, before: &[&str]) -> String {
        format!("{stack}/{}@{}", address.label, before.join("+"))
    }

    /// What is pending for that resource.
    pub fn of(tags: &Value, stack: &str, address: &Address) -> Option<Self> {
        let tags: Vec<(&str, &str)> = tags
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|tag| Some((tag["Key"].as_str()?, tag["Value"].as_str()?)))
            .collect();
        let whose = format!("{stack}/{}", address.label);
        let (_, value) = tags.iter().find(|(key, _)| *key == PENDING_CREDENTIAL)?;
        let (_, before) = value.rsplit_once('@').filter(|(of, _)| *of == whose)?;
        let before: Vec<String> = before.split('+').map(str::to_string).collect();
        let marks = tags.iter().filter(|(key, _)| *key != PENDING_CREDENTIAL);
        let marks: Vec<(&str, &str)> =
            marks.filter_map(|(key, of)| Some((key.strip_prefix(MARK)?, *of))).collect();
        let over = marks.iter().any(|(id, of)| *of == whose && !before.iter().any(|known| known == id));
        let marked = marks.iter().map(|(id, _)| (*id).to_string()).collect();
        Some(Self { before, marked, over })
    }

    /// Was the credential of that id made by a run that was cut off before it could
    /// say so? Nobody has its password then.
    pub fn lost(&self, id: &str) -> bool {
        !self.over && !self.before.iter().chain(&self.marked).any(|known| known == id)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_was_made_since_and_never_marked_is_lost() {
        let address = Address::new("iam.service_credential", "git");
        let value = Pending::tag("s", &address, &["OLD1"]);
        let tag = |key: &str, value: &str| json!({"Key": key, "Value": value});
        let tags = json!([tag(PENDING_CREDENTIAL, &value), tag("recon:credential:OTHER", "t/git")]);
        let pending = Pending::of(&tags, "s", &address).unwrap();
        assert!(pending.lost("NEW") && !pending.lost("OLD1") && !pending.lost("OTHER"));
        assert_eq!(Pending::of(&tags, "t", &address), None);
        assert_eq!(Pending::of(&json!([]), "s", &address), None);
        // once it is marked, another that appears is somebody's own
        let tags = json!([tag(PENDING_CREDENTIAL, &value), tag("recon:credential:NEW", "s/git")]);
        assert!(!Pending::of(&tags, "s", &address).unwrap().lost("LATER"));
    }
}
