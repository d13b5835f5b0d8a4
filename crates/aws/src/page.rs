//! Following an operation's pages, with what its shapes say about them.

use std::collections::HashSet;

use recon_shapes::{Operation, Service, Shape, ShapeType};
use serde_json::{Map, Value};

use crate::wire::Page;

/// Pages of one listing that no account has; past them something goes in circles.
pub(crate) const MAX_PAGES: usize = 1000;

/// What to do about it: an account that recon can work with has no such listing.
const AT_FAULT: &str = "look at what answers in AWS's place: AWS_ENDPOINT_URL, a proxy";

/// Bytes of one listing that no account has.
pub(crate) const MAX_BYTES: usize = 256 * 1024 * 1024;

/// AWS's pairs: a member of the answer, and the member of the next request that it becomes.
/// The first pair that both shapes have is the operation's.
const TOKENS: &[&[(&str, &str)]] = &[
    &[("NextToken", "NextToken")],
    &[("nextToken", "nextToken")],
    &[("NextMarker", "Marker")],
    &[("NextContinuationToken", "ContinuationToken")],
    &[("ContinuationToken", "ContinuationToken")],
    &[("NextKeyMarker", "KeyMarker"), ("NextVersionIdMarker", "VersionIdMarker")],
    &[("PaginationToken", "PaginationToken")],
    &[("Marker", "Marker")],
];

/// The pages of one operation, put together as they come.
#[derive(Debug)]
pub(crate) struct Pages {
    tokens: &'static [(&'static str, &'static str)],
    lists: Vec<String>,
    whole: Option<Map<String, Value>>,
    seen: HashSet<Vec<Option<Value>>>,
    count: usize,
    bytes: usize,
}

impl Pages {
    pub(crate) fn new(service: &Service, operation: &Operation) -> Pages {
        let shape = |name: Option<&str>| name.map(|name| service.shape(name));
        let (input, output) = (shape(operation.input()), shape(operation.output()));
        let has = |shape: Option<&Shape>, member: &str| shape.is_some_and(|s| s.members.contains_key(member));
        let pair = |(from, to): &(&str, &str)| has(output, from) && has(input, to);
        let tokens = TOKENS.iter().copied().find(|pairs| pairs.iter().all(pair)).unwrap_or_default();
        let is_list = |member: &recon_shapes::Member| service.shape_of(member).kind == ShapeType::List;
        let members = output.into_iter().flat_map(|shape| &shape.members);
        let lists = members.filter(|(_, member)| is_list(member)).map(|(name, _)| name.clone()).collect();
        Pages { tokens, lists, whole: None, seen: HashSet::new(), count: 0, bytes: 0 }
    }

    /// Adds a page to the whole; the members of the next request, where there is one.
    pub(crate) fn add(&mut self, page: Page) -> Result<Option<Map<String, Value>>, String> {
        self.bytes += page.bytes;
        if self.bytes > MAX_BYTES {
            let limit = MAX_BYTES / 1024 / 1024;
            return Err(format!("the listing has more than {limit} MiB; {AT_FAULT}"));
        }
        let Value::Object(mut page) = page.document else { return Err("a page is not a structure".into()) };
        let next = self.next(&page)?;
        // the last page's own token says nothing about the whole
        for name in self.tokens.iter().map(|(from, _)| *from).chain(["IsTruncated", "Truncated"]) {
            page.remove(name);
        }
        match &mut self.whole {
            None => self.whole = Some(page),
            Some(whole) => append(whole, page, &self.lists),
        }
        Ok(next)
    }

    pub(crate) fn into_whole(mut self) -> Value {
        self.take()
    }

    /// What was put together so far; the next page begins anew.
    pub(crate) fn take(&mut self) -> Value {
        Value::Object(self.whole.take().unwrap_or_default())
    }

    fn next(&mut self, page: &Map<String, Value>) -> Result<Option<Map<String, Value>>, String> {
        self.count += 1;
        let said_to_end =
            ["IsTruncated", "Truncated"].iter().any(|name| page.get(*name) == Some(&Value::Bool(false)));
        let token = |from: &str| page.get(from).filter(|token| !token.is_null() && *token != "").cloned();
        let tokens: Vec<_> = self.tokens.iter().map(|(from, _)| token(from)).collect();
        if said_to_end || tokens.iter().all(Option::is_none) {
            return Ok(None);
        }
        if self.count >= MAX_PAGES {
            return Err(format!("the listing has more than {MAX_PAGES} pages; {AT_FAULT}"));
        }
        let named = self.tokens.iter().map(|(_, to)| (*to).to_owned()).zip(tokens.clone());
        let next = named.filter_map(|(to, token)| Some((to, token?))).collect();
        if !self.seen.insert(tokens) {
            return Err(format!("the listing gave the same page token twice and would not end; {AT_FAULT}"));
        }
        Ok(Some(next))
    }
}

/// Lists grow, everything else is what the latest page says.
fn append(whole: &mut Map<String, Value>, page: Map<String, Value>, lists: &[String]) {
    for (name, value) in page {
        match (whole.get_mut(&name), value) {
            (Some(Value::Array(all)), Value::Array(more)) if lists.contains(&name) => all.extend(more),
            (_, value) => {
                whole.insert(name, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn pages(service: &str, operation: &str) -> Pages {
        let service = recon_shapes::service(service).unwrap();
        Pages::new(service, service.operation(operation).unwrap())
    }

    fn next(pages: &mut Pages, document: Value) -> Value {
        pages.add(Page { document, bytes: 0 }).unwrap().map_or(Value::Null, Value::Object)
    }

    #[test]
    fn each_way_of_naming_tokens_is_followed() {
        let cases = [
            ("ecs", "ListClusters", json!({"nextToken": "t"}), json!({"nextToken": "t"})),
            ("events", "ListRules", json!({"NextToken": "t"}), json!({"NextToken": "t"})),
            ("elbv2", "DescribeRules", json!({"NextMarker": "t"}), json!({"Marker": "t"})),
            ("iam", "ListRoles", json!({"IsTruncated": true, "Marker": "t"}), json!({"Marker": "t"})),
            ("kms", "ListKeys", json!({"Truncated": true, "NextMarker": "t"}), json!({"Marker": "t"})),
            (
                "resourcegroupstaggingapi",
                "GetResources",
                json!({"PaginationToken": "t"}),
                json!({"PaginationToken": "t"}),
            ),
            (
                "s3",
                "ListObjectsV2",
                json!({"IsTruncated": true, "ContinuationToken": "old", "NextContinuationToken": "t"}),
                json!({"ContinuationToken": "t"}),
            ),
            (
                "s3",
                "ListObjectVersions",
                json!({"IsTruncated": true, "NextKeyMarker": "k", "NextVersionIdMarker": "v"}),
                json!({"KeyMarker": "k", "VersionIdMarker": "v"}),
            ),
        ];
        for (service, operation, page, expected) in cases {
            assert_eq!(next(&mut pages(service, operation), page), expected, "{service} {operation}");
        }
    }

    #[test]
    fn a_listing_ends_at_an_absent_empty_or_disowned_token() {
        assert_eq!(next(&mut pages("ecs", "ListClusters"), json!({"clusterArns": []})), Value::Null);
        assert_eq!(
            next(&mut pages("resourcegroupstaggingapi", "GetResources"), json!({"PaginationToken": ""})),
            Value::Null
        );
        assert_eq!(
            next(&mut pages("iam", "ListRoles"), json!({"IsTruncated": false, "Marker": "t"})),
            Value::Null
        );
    }

    #[test]
    fn every_paged_operation_that_recon_speaks_is_known_as_paged() {
        for name in recon_shapes::SERVICES {
            let service = recon_shapes::service(name).unwrap();
            for (operation, model) in service.operations.iter() {
                let Some(output) = model.output() else { continue };
                let members = &service.shape(output).members;
                let is_token = |m: &String| {
                    m.to_lowercase() == "nexttoken"
                        || m.starts_with("NextM")
                        || m == "IsTruncated"
                        || m == "Truncated"
                };
                let paged = members.keys().any(is_token);
                assert!(!paged || !Pages::new(service, model).tokens.is_empty(), "{name} {operation}");
            }
        }
    }

    #[test]
    fn pages_that_are_too_large_together_are_an_error() {
        let mut pages = pages("ecs", "ListClusters");
        let mut page = |token: &str| {
            pages.add(Page { document: json!({"clusterArns": [], "nextToken": token}), bytes: MAX_BYTES / 2 })
        };
        assert!(page("1").is_ok() && page("2").is_ok());
        assert!(page("3").unwrap_err().contains("more than 256 MiB"));
    }

    #[test]
    fn lists_are_concatenated_and_tokens_left_out() {
        let mut pages = pages("iam", "GetAccountAuthorizationDetails");
        let first = json!({"RoleDetailList": [{"RoleName": "a"}], "Policies": [], "Marker": "1"});
        next(&mut pages, first);
        let last = json!({
            "RoleDetailList": [{"RoleName": "b"}], "UserDetailList": [{"UserName": "u"}],
            "IsTruncated": false,
        });
        next(&mut pages, last);
        let whole = json!({
            "RoleDetailList": [{"RoleName": "a"}, {"RoleName": "b"}],
            "Policies": [],
            "UserDetailList": [{"UserName": "u"}],
        });
        assert_eq!(pages.into_whole(), whole);
    }
}
