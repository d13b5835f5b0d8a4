//! Names of operations, with whether they may change anything in their type.

use std::fmt;

/// An operation that only reads.
///
/// Build it in a `const`, so that a name that does not read is refused by the
/// compiler:
///
/// ```compile_fail
/// const DELETE: recon_aws::ReadOp = recon_aws::ReadOp::new("ecs", "DeleteService");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ReadOp {
    service: &'static str,
    operation: &'static str,
}

/// An operation that changes something.
///
/// ```compile_fail
/// const DESCRIBE: recon_aws::WriteOp = recon_aws::WriteOp::new("ecs", "DescribeServices");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct WriteOp {
    service: &'static str,
    operation: &'static str,
}

impl ReadOp {
    /// Operation `operation` of `service` (botocore's folder name).
    ///
    /// # Panics
    /// When the name does not begin with Describe, Get, List, BatchGet or Head;
    /// in a `const` that is an error of compilation.
    pub const fn new(service: &'static str, operation: &'static str) -> ReadOp {
        assert!(reads(operation), "a ReadOp is a Describe, Get, List, BatchGet or Head operation");
        ReadOp { service, operation }
    }

    pub const fn service(self) -> &'static str {
        self.service
    }

    pub const fn operation(self) -> &'static str {
        self.operation
    }
}

impl WriteOp {
    /// Operation `operation` of `service` (botocore's folder name).
    ///
    /// # Panics
    /// When the name is that of a [`ReadOp`]; in a `const` that is an error of
    /// compilation.
    pub const fn new(service: &'static str, operation: &'static str) -> WriteOp {
        assert!(!reads(operation), "an operation that only reads is a ReadOp");
        WriteOp { service, operation }
    }

    pub const fn service(self) -> &'static str {
        self.service
    }

    pub const fn operation(self) -> &'static str {
        self.operation
    }
}

const READING: [&[u8]; 5] = [b"Describe", b"Get", b"List", b"BatchGet", b"Head"];

const fn reads(operation: &str) -> bool {
    let mut i = 0;
    while i < READING.len() {
        if starts_with_word(operation.as_bytes(), READING[i]) {
            return true;
        }
        i += 1;
    }
    false
}

/// The next word must begin after `word`, so that no verb passes by sharing letters.
const fn starts_with_word(name: &[u8], word: &[u8]) -> bool {
    if name.len() <= word.len() || !name[word.len()].is_ascii_uppercase() {
        return false;
    }
    let mut i = 0;
    while i < word.len() {
        if name[i] != word[i] {
            return false;
        }
        i += 1;
    }
    true
}

impl fmt::Display for ReadOp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.service, self.operation)
    }
}

impl fmt::Display for WriteOp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.service, self.operation)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_five_reading_verbs_read() {
        let reading = ["DescribeServices", "GetRole", "ListRules", "BatchGetProjects", "HeadBucket"];
        assert!(reading.into_iter().all(reads));
        let writing = ["CreateService", "Get", "Listen", "Getaway", "PutRule", "BatchDelete", "ResetGetRole"];
        assert!(!writing.into_iter().any(reads));
    }

    #[test]
    fn an_operation_is_shown_as_service_and_name() {
        const OP: ReadOp = ReadOp::new("ecs", "DescribeServices");
        assert_eq!(OP.to_string(), "ecs DescribeServices");
    }

    #[test]
    fn where_http_methods_tell_reading_from_writing_the_names_agree() {
        let s3 = recon_shapes::service("s3").unwrap();
        for (name, operation) in s3.operations.iter() {
            let safe = ["GET", "HEAD"].contains(&operation.http.method.as_str());
            assert_eq!(reads(name), safe, "{name}");
        }
    }
}
