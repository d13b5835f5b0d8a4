//! AWS's member names in snake_case, the way botocore and the AWS CLI write them.

/// `enableECSManagedTags` is `enable_ecs_managed_tags`, `VpcId` is `vpc_id`.
///
/// A run of capitals is one word; its last capital starts the next word when a
/// small letter follows, except for a plural `s` at the end of the run (`ARNs`).
pub fn snake_case(name: &str) -> String {
    // units and protocols are one word to AWS's readers
    let name = name.replace("GiB", "Gib").replace("MiB", "Mib").replace("IPv", "Ipv");
    let chars: Vec<char> = name.chars().collect();
    let mut out = String::with_capacity(name.len() + 4);
    for (i, &c) in chars.iter().enumerate() {
        if c.is_ascii_uppercase() && i > 0 {
            let before = chars[i - 1];
            let after = chars.get(i + 1).copied();
            let plural = after == Some('s') && chars.get(i + 2).is_none_or(|c| c.is_ascii_uppercase());
            let starts_word = before.is_ascii_lowercase()
                || before.is_ascii_digit()
                || (before.is_ascii_uppercase() && after.is_some_and(|a| a.is_ascii_lowercase()) && !plural);
            if starts_word {
                out.push('_');
            }
        }
        out.push(if c == '-' || c == '.' { '_' } else { c.to_ascii_lowercase() });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::snake_case;

    #[test]
    fn member_names_become_the_words_that_a_person_would_write() {
        for (aws, snake) in [
            ("enableECSManagedTags", "enable_ecs_managed_tags"),
            ("VpcId", "vpc_id"),
            ("targetGroupArn", "target_group_arn"),
            ("HealthCheckIntervalSeconds", "health_check_interval_seconds"),
            ("TargetGroupARNs", "target_group_arns"),
            ("RoleARN", "role_arn"),
            ("sizeInGiB", "size_in_gib"),
            ("ecsServices", "ecs_services"),
            ("loadBalancerInfo", "load_balancer_info"),
            ("OnPremisesTagSet", "on_premises_tag_set"),
            ("ec2TagSet", "ec2_tag_set"),
            ("IAMRole", "iam_role"),
            ("s3Bucket", "s3_bucket"),
        ] {
            assert_eq!(snake_case(aws), snake, "{aws}");
        }
    }
}
