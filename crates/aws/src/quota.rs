//! How fast each service may be asked.
//!
//! Published rates are taken by half, since the console, other tools and AWS's
//! own services spend from the same buckets. Where AWS publishes nothing, the
//! numbers are cautious guesses; a throttle corrects them (see `rate`).

/// A bucket's burst and its tokens per second.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Quota {
    /// Operations of one category share a bucket.
    pub(crate) category: &'static str,
    pub(crate) burst: f64,
    pub(crate) per_second: f64,
}

const fn published(category: &'static str, burst: u32, per_second: u32) -> Quota {
    Quota { category, burst: burst as f64 / 2.0, per_second: per_second as f64 / 2.0 }
}

const fn guessed(category: &'static str, burst: u32, per_second: u32) -> Quota {
    Quota { category, burst: burst as f64, per_second: per_second as f64 }
}

/// The bucket of an operation.
pub(crate) fn quota(service: &str, operation: &str) -> Quota {
    let reads = is_read(operation);
    match service {
        "ecs" => ecs(operation),
        "elbv2" if reads => ELB_READ,
        "elbv2" => guessed("modify", 10, 2),
        "ec2" if reads => guessed("read", 50, 10),
        "iam" => guessed("all", 15, 5),
        "codebuild" | "codecommit" | "codedeploy" | "codepipeline" if reads => guessed("read", 10, 5),
        "codebuild" | "codecommit" | "codedeploy" | "codepipeline" => guessed("modify", 10, 2),
        "application-autoscaling" | "servicediscovery" => guessed("all", 5, 2),
        "ecr" | "s3" | "kms" | "sts" => guessed(if reads { "read" } else { "modify" }, 20, 10),
        _ if reads => guessed("read", 10, 5),
        _ => guessed("modify", 10, 5),
    }
}

/// "Request throttling for the Elastic Load Balancing API": all the Describe
/// operations of an account and region share 40, refilled at 10 a second.
const ELB_READ: Quota = published("read", 40, 10);

/// "Request throttling for the Amazon ECS API" (developer guide): burst and
/// sustained rate of each category of actions.
fn ecs(operation: &str) -> Quota {
    match operation {
        "DescribeClusters" | "ListClusters" => published("cluster read", 50, 20),
        "CreateCluster"
        | "DeleteCluster"
        | "UpdateCluster"
        | "UpdateClusterSettings"
        | "PutClusterCapacityProviders" => published("cluster modify", 20, 1),
        "DescribeServices" | "ListServices" => published("service read", 100, 20),
        "CreateService" | "UpdateService" | "DeleteService" => published("service modify", 50, 5),
        "DescribeTaskDefinition" | "ListTaskDefinitions" | "ListTaskDefinitionFamilies" => {
            published("task definition read", 50, 20)
        }
        "RegisterTaskDefinition" | "DeregisterTaskDefinition" => published("task definition modify", 20, 1),
        "DeleteTaskDefinitions" => published("task definition delete", 5, 1),
        "ListTagsForResource" => published("tag read", 50, 20),
        "TagResource" | "UntagResource" => published("tag modify", 20, 10),
        "DescribeTasks" | "ListTasks" => published("cluster resource read", 100, 20),
        "DescribeServiceDeployments" | "ListServiceDeployments" | "DescribeServiceRevisions" => {
            published("service deployment read", 50, 20)
        }
        _ if is_read(operation) => guessed("other read", 20, 5),
        _ => guessed("other modify", 10, 2),
    }
}

fn is_read(operation: &str) -> bool {
    ["Describe", "Get", "List", "BatchGet", "Head"].iter().any(|verb| operation.starts_with(verb))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_of_one_published_category_share_a_bucket() {
        assert_eq!(quota("ecs", "DescribeServices"), quota("ecs", "ListServices"));
        assert_ne!(quota("ecs", "DescribeServices").category, quota("ecs", "UpdateService").category);
        assert_eq!(quota("elbv2", "DescribeRules"), quota("elbv2", "DescribeTags"));
    }

    #[test]
    fn published_rates_are_taken_by_half() {
        let register = quota("ecs", "RegisterTaskDefinition");
        assert_eq!((register.burst, register.per_second), (10.0, 0.5));
    }

    #[test]
    fn every_operation_may_be_called_at_once_and_again() {
        for name in recon_shapes::SERVICES {
            for operation in recon_shapes::service(name).unwrap().operations.keys() {
                let quota = quota(name, operation);
                assert!(quota.burst >= 1.0 && quota.per_second > 0.0, "{name} {operation}");
            }
        }
    }
}
