//! Lists in pages.

use serde_json::Value;

/// The page that the token asks for, and the token of the next one.
/// `None`: it is no token that this list gave out.
pub(crate) fn page<T>(mut all: Vec<T>, token: &Value, size: usize) -> Option<(Vec<T>, Option<String>)> {
    let start = match token.as_str() {
        None | Some("") => 0,
        Some(token) => token.parse().ok().filter(|start| *start <= all.len())?,
    };
    let end = start.saturating_add(size);
    let next = (end < all.len()).then(|| end.to_string());
    all.truncate(end);
    all.drain(..start);
    Some((all, next))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn pages_follow_one_another_to_the_end() {
        let (first, next) = page(vec![1, 2, 3], &Value::Null, 2).unwrap();
        assert_eq!((first, next.as_deref()), (vec![1, 2], Some("2")));
        assert_eq!(page(vec![1, 2, 3], &json!(next), 2), Some((vec![3], None)));
    }

    #[test]
    fn a_token_of_another_list_is_none() {
        assert_eq!(page(vec![1], &json!("2"), 5), None);
        assert_eq!(page(vec![1], &json!("x"), 5), None);
    }

    #[test]
    fn a_list_that_shrank_to_the_page_before_ends_there() {
        assert_eq!(page(vec![1], &json!("1"), 1), Some((vec![], None)));
    }
}
