//! What IAM judges of a call: actions, resources, condition keys (service
//! authorization reference).

use std::collections::BTreeMap;

use recon_iam::{Asked, Caller, Context, UNKNOWN};
use recon_sandbox::{CallInfo, State};
use serde_json::Value;

/// IAM's names for an operation.
pub fn action(service: &str, operation: &str) -> Vec<String> {
    let prefix = match service {
        "elbv2" => "elasticloadbalancing",
        "resourcegroupstaggingapi" => "tag",
        other => other,
    };
    let names: &[&str] = match (service, operation) {
        ("s3", "GetBucketEncryption") => &["GetEncryptionConfiguration"],
        ("s3", "PutBucketEncryption" | "DeleteBucketEncryption") => &["PutEncryptionConfiguration"],
        ("s3", "GetBucketLifecycleConfiguration") => &["GetLifecycleConfiguration"],
        ("s3", "PutBucketLifecycleConfiguration" | "DeleteBucketLifecycle") => &["PutLifecycleConfiguration"],
        ("s3", "GetPublicAccessBlock") => &["GetBucketPublicAccessBlock"],
        ("s3", "PutPublicAccessBlock") => &["PutBucketPublicAccessBlock"],
        ("s3", "ListObjectVersions") => &["ListBucketVersions"],
        ("s3", "DeleteObjects") => &["DeleteObject", "DeleteObjectVersion"],
        _ => &[operation],
    };
    names.iter().map(|name| format!("{prefix}:{name}")).collect()
}

/// Knows the paths of roles and policies, which calls do not name.
pub struct Judge {
    account: String,
    paths: BTreeMap<String, String>,
}

struct Call<'a> {
    judge: &'a Judge,
    info: &'a CallInfo<'a>,
    asked: Vec<Asked>,
}

impl Judge {
    pub fn of(state: &State) -> Self {
        let mut paths = BTreeMap::new();
        note_paths(&serde_json::to_value(state).unwrap(), &mut paths);
        Self { account: recon_sandbox::ACCOUNT.into(), paths }
    }

    /// What must be allowed for the call.
    pub fn of_call(&mut self, info: &CallInfo<'_>) -> Vec<Asked> {
        note_paths(info.input, &mut self.paths);
        if info.service == "sts" {
            return Vec::new();
        }
        let mut call = Call { judge: self, info, asked: Vec::new() };
        let resources = call.resources();
        for action in action(info.service, info.operation) {
            for resource in &resources {
                call.ask(&action, resource, &[]);
            }
        }
        call.beside(&resources);
        call.asked
    }
}

/// `RoleName` beside `Path`, wherever that stands.
fn note_paths(value: &Value, paths: &mut BTreeMap<String, String>) {
    match value {
        Value::Object(map) => {
            for word in ["RoleName", "PolicyName", "UserName", "GroupName"] {
                if let (Some(Value::String(name)), Some(Value::String(path))) =
                    (map.get(word), map.get("Path"))
                {
                    paths.insert(format!("{word} {name}"), path.clone());
                }
            }
            map.values().for_each(|value| note_paths(value, paths));
        }
        Value::Array(items) => items.iter().for_each(|value| note_paths(value, paths)),
        _ => {}
    }
}

fn unknown(name: &str) -> String {
    format!("{UNKNOWN}{name}{UNKNOWN}")
}

impl Call<'_> {
    fn ask(&mut self, action: &str, resource: &str, keys: &[(&str, &str)]) {
        let caller = Caller::Arn(format!("arn:aws:iam::{}:role/runner", self.judge.account));
        let context = keys.iter().fold(Context::whole(), |context, (key, value)| context.with(key, *value));
        self.asked.push(Asked { caller, action: action.into(), resource: resource.into(), context });
    }

    /// The text of a member, or the texts of a list.
    fn texts(&self, member: &str) -> Vec<String> {
        let value =
            self.info.input.pointer(&format!("/{}", member.replace('.', "/"))).unwrap_or(&Value::Null);
        match value {
            Value::String(text) => vec![text.clone()],
            Value::Array(items) => items.iter().filter_map(Value::as_str).map(str::to_string).collect(),
            _ => Vec::new(),
        }
    }

    fn has(&self, member: &str) -> bool {
        !self.info.input.get(member).unwrap_or(&Value::Null).is_null()
    }

    fn here(&self, service: &str, rest: &str) -> String {
        format!("arn:aws:{service}:{}:{}:{rest}", self.info.region, self.judge.account)
    }

    /// ARNs of a name, or the ARN that stands there already.
    fn named(&self, member: &str, service: &str, before: &str) -> Vec<String> {
        let arn = |text: String| match text.starts_with("arn:") {
            true => text,
            false => self.here(service, &format!("{before}{text}")),
        };
        self.texts(member).into_iter().map(arn).collect()
    }

    fn first(&self, choices: &[(&str, &str)], service: &str) -> Vec<String> {
        let found = choices.iter().map(|(member, before)| self.named(member, service, before));
        found.into_iter().find(|arns| !arns.is_empty()).unwrap_or_default()
    }

    fn resources(&self) -> Vec<String> {
        let reads_all = ["ec2", "resourcegroupstaggingapi"].contains(&self.info.service);
        let arns = match self.info.service {
            _ if reads_all => Vec::new(),
            "iam" => self.iam(),
            "s3" => self.s3(),
            "elbv2" => self.balanced(),
            "ecs" => self.ecs(),
            "codedeploy" => self.code_deploy(),
            "logs" => match self.info.operation {
                "DescribeLogGroups" => Vec::new(),
                _ => self.first(
                    &[
                        ("logGroupName", "log-group:"),
                        ("resourceArn", ""),
                        ("logGroupIdentifier", "log-group:"),
                    ],
                    "logs",
                ),
            },
            "codecommit" => self.first(
                &[("repositoryName", ""), ("repositoryNames", ""), ("resourceArn", ""), ("oldName", "")],
                "codecommit",
            ),
            "ecr" => {
                let at = "repository/";
                self.first(&[("repositoryName", at), ("repositoryNames", at), ("resourceArn", "")], "ecr")
            }
            "codebuild" => {
                let at = "project/";
                self.first(
                    &[("name", at), ("names", at), ("projectName", at), ("projectArn", "")],
                    "codebuild",
                )
            }
            "codepipeline" => self.first(
                &[("name", ""), ("pipelineName", ""), ("pipeline.name", ""), ("resourceArn", "")],
                "codepipeline",
            ),
            "events" => self.first(&[("Name", "rule/"), ("Rule", "rule/"), ("ResourceARN", "")], "events"),
            "cloudwatch" => match self.info.operation {
                "DescribeAlarms" => Vec::new(),
                _ => self.first(
                    &[("AlarmName", "alarm:"), ("AlarmNames", "alarm:"), ("ResourceARN", "")],
                    "cloudwatch",
                ),
            },
            "sns" => match self.info.operation {
                "GetSubscriptionAttributes" | "SetSubscriptionAttributes" | "Unsubscribe" => Vec::new(),
                _ => self.first(&[("Name", ""), ("TopicArn", ""), ("ResourceArn", "")], "sns"),
            },
            "servicediscovery" => match self.info.operation {
                "ListNamespaces" | "GetOperation" | "CreateHttpNamespace" | "CreatePrivateDnsNamespace" => {
                    Vec::new()
                }
                _ => self.first(&[("Id", "namespace/"), ("ResourceARN", "")], "servicediscovery"),
            },
            "application-autoscaling" => match self.info.operation {
                call if call.starts_with("Describe") => Vec::new(),
                _ => {
                    vec![self.here("application-autoscaling", &format!("scalable-target/{}", unknown("id")))]
                }
            },
            "codestar-notifications" => match self.info.operation {
                "ListNotificationRules" => Vec::new(),
                _ => {
                    vec![self.here("codestar-notifications", &format!("notificationrule/{}", unknown("id")))]
                }
            },
            "kms" => match self.info.operation {
                "CreateKey" | "ListAliases" => Vec::new(),
                _ => [
                    self.first(&[("AliasName", "")], "kms"),
                    self.first(&[("KeyId", "key/"), ("TargetKeyId", "key/")], "kms"),
                ]
                .concat(),
            },
            other => panic!("nobody says what {other} is judged on"),
        };
        if arns.is_empty() { vec!["*".into()] } else { arns }
    }

    fn iam(&self) -> Vec<String> {
        let of = |word: &str, what: &str| {
            let arn = |name: String| {
                let path = self.judge.paths.get(&format!("{word} {name}")).map_or("/", String::as_str);
                format!("arn:aws:iam::{}:{what}{path}{name}", self.judge.account)
            };
            self.texts(word).into_iter().map(arn).collect::<Vec<_>>()
        };
        let on_policy = self.info.operation.contains("Policy")
            && !self.has("RoleName")
            && !self.has("UserName")
            && !self.has("GroupName");
        if on_policy && self.has("PolicyArn") {
            return self.texts("PolicyArn");
        }
        let found = [
            of("GroupName", "group"),
            of("RoleName", "role"),
            of("UserName", "user"),
            of("PolicyName", "policy"),
        ];
        found.into_iter().find(|arns| !arns.is_empty()).unwrap_or_default()
    }

    fn s3(&self) -> Vec<String> {
        let bucket = |name: String| match self.info.operation {
            "DeleteObjects" => format!("arn:aws:s3:::{name}/{}", unknown("object")),
            _ => format!("arn:aws:s3:::{name}"),
        };
        self.texts("Bucket").into_iter().map(bucket).collect()
    }

    fn balanced(&self) -> Vec<String> {
        let service = "elasticloadbalancing";
        let kind = if self.texts("Type") == ["network"] { "net" } else { "app" };
        let made = |before: &str| {
            self.texts("Name")
                .into_iter()
                .map(|name| self.here(service, &format!("{before}{name}/{}", unknown("id"))))
                .collect()
        };
        match self.info.operation {
            call if call.starts_with("Describe") => Vec::new(),
            "CreateLoadBalancer" => made(&format!("loadbalancer/{kind}/")),
            "CreateTargetGroup" => made("targetgroup/"),
            "SetRulePriorities" => {
                let rules = self.info.input["RulePriorities"].as_array().into_iter().flatten();
                rules.filter_map(|rule| rule["RuleArn"].as_str()).map(str::to_string).collect()
            }
            _ => {
                let members = ["ResourceArns", "RuleArn", "ListenerArn", "LoadBalancerArn", "TargetGroupArn"];
                self.first(&members.map(|member| (member, "")), service)
            }
        }
    }

    fn ecs(&self) -> Vec<String> {
        let cluster = || {
            let name = self.texts("cluster").pop().unwrap_or_else(|| "default".into());
            name.rsplit('/').next().unwrap_or_default().to_string()
        };
        match self.info.operation {
            "RegisterTaskDefinition"
            | "DeregisterTaskDefinition"
            | "DescribeTaskDefinition"
            | "ListTaskDefinitions" => Vec::new(),
            call if call.contains("Service") => {
                let at = format!("service/{}/", cluster());
                self.first(
                    &[("serviceName", &at), ("services", &at), ("service", &at), ("serviceRevisionArns", "")],
                    "ecs",
                )
            }
            _ => {
                let at = "cluster/";
                self.first(
                    &[("clusterName", at), ("clusters", at), ("cluster", at), ("resourceArn", "")],
                    "ecs",
                )
            }
        }
    }

    fn code_deploy(&self) -> Vec<String> {
        let application = self.texts("applicationName").pop().unwrap_or_default();
        let at = format!("deploymentgroup:{application}/");
        let choices = [
            ("deploymentGroupName", &*at),
            ("currentDeploymentGroupName", &*at),
            ("deploymentGroupNames", &*at),
            ("applicationName", "application:"),
            ("applicationNames", "application:"),
            ("deploymentConfigName", "deploymentconfig:"),
            ("ResourceArn", ""),
        ];
        if self.info.operation == "ListApplications" {
            Vec::new()
        } else {
            self.first(&choices, "codedeploy")
        }
    }

    /// Rights beside that of the call itself: to tag what is made, to pass a
    /// role, to have a service make its own.
    fn beside(&mut self, resources: &[String]) {
        let info = self.info;
        let creates = ["Create", "Register", "PutMetricAlarm", "PutRule"]
            .iter()
            .any(|word| info.operation.starts_with(word));
        let tagged = creates && ["Tags", "tags"].iter().any(|member| self.has(member));
        if let Some(action) = tagging(info.service, info.operation).filter(|_| tagged) {
            for resource in self.tagged(resources) {
                self.ask(action, &resource, &[]);
            }
        }
        for (pointer, service) in PASSED {
            let roles = values(info.input, &pointer.split('.').collect::<Vec<_>>());
            let (of, member) = (service.split('.').next().unwrap_or_default(), info.service);
            let fits = match of {
                "ecs-tasks" => info.operation == "RegisterTaskDefinition",
                of => member == of && info.operation != "GetRole",
            };
            for role in roles.into_iter().filter(|_| fits) {
                self.ask("iam:PassRole", &role, &[("iam:PassedToService", service)]);
            }
        }
        let linked = match (info.service, info.operation) {
            ("ecs", "CreateCluster" | "CreateService") => Some("ecs.amazonaws.com"),
            ("elbv2", "CreateLoadBalancer") => Some("elasticloadbalancing.amazonaws.com"),
            ("application-autoscaling", "RegisterScalableTarget") => {
                Some("ecs.application-autoscaling.amazonaws.com")
            }
            _ => None,
        };
        if let Some(service) = linked {
            let role =
                format!("arn:aws:iam::{}:role/aws-service-role/{service}/AWSServiceRole", self.judge.account);
            self.ask("iam:CreateServiceLinkedRole", &role, &[("iam:AWSServiceName", service)]);
        }
        if info.operation == "PutScalingPolicy" && self.has("TargetTrackingScalingPolicyConfiguration") {
            let alarm = self.here("cloudwatch", &format!("alarm:TargetTracking-{}", unknown("alarm")));
            self.ask("cloudwatch:PutMetricAlarm", &alarm, &[]);
        }
    }

    /// What the tags of a creation are judged on.
    fn tagged(&self, resources: &[String]) -> Vec<String> {
        let below = |from: &str, to: &str| {
            resources.iter().map(|arn| format!("{}/{}", arn.replacen(from, to, 1), unknown("id"))).collect()
        };
        match self.info.operation {
            "RegisterTaskDefinition" => {
                let family = self.texts("family").pop().unwrap_or_default();
                vec![self.here("ecs", &format!("task-definition/{family}:{}", unknown("revision")))]
            }
            "CreateListener" => below(":loadbalancer/", ":listener/"),
            "CreateRule" => below(":listener/", ":listener-rule/"),
            "CreateHttpNamespace" | "CreatePrivateDnsNamespace" => {
                vec![self.here("servicediscovery", &format!("namespace/{}", unknown("id")))]
            }
            "CreateKey" => vec![self.here("kms", &format!("key/{}", unknown("id")))],
            _ => resources.to_vec(),
        }
    }
}

fn tagging(service: &str, operation: &str) -> Option<&'static str> {
    Some(match (service, operation) {
        ("iam", "CreateRole") => "iam:TagRole",
        ("iam", "CreateUser") => "iam:TagUser",
        ("iam", "CreatePolicy") => "iam:TagPolicy",
        ("elbv2", _) => "elasticloadbalancing:AddTags",
        ("ecs", _) => "ecs:TagResource",
        ("ecr", _) => "ecr:TagResource",
        ("logs", _) => "logs:TagResource",
        ("events", _) => "events:TagResource",
        ("sns", _) => "sns:TagResource",
        ("kms", _) => "kms:TagResource",
        ("cloudwatch", _) => "cloudwatch:TagResource",
        ("codecommit", _) => "codecommit:TagResource",
        ("codedeploy", _) => "codedeploy:TagResource",
        ("codepipeline", _) => "codepipeline:TagResource",
        ("servicediscovery", _) => "servicediscovery:TagResource",
        ("codestar-notifications", _) => "codestar-notifications:TagResource",
        ("application-autoscaling", _) => "application-autoscaling:TagResource",
        _ => return None,
    })
}

/// Where a call hands a role to a service.
const PASSED: [(&str, &str); 9] = [
    ("serviceRole", "codebuild.amazonaws.com"),
    ("pipeline.roleArn", "codepipeline.amazonaws.com"),
    ("serviceRoleArn", "codedeploy.amazonaws.com"),
    ("taskRoleArn", "ecs-tasks.amazonaws.com"),
    ("executionRoleArn", "ecs-tasks.amazonaws.com"),
    ("Targets.RoleArn", "events.amazonaws.com"),
    ("loadBalancers.advancedConfiguration.roleArn", "ecs.amazonaws.com"),
    ("volumeConfigurations.managedEBSVolume.roleArn", "ecs.amazonaws.com"),
    ("pipeline.stages.actions.roleArn", "codepipeline.amazonaws.com"),
];

/// The texts behind a path, through lists.
fn values(value: &Value, path: &[&str]) -> Vec<String> {
    match (value, path) {
        (Value::Array(items), _) => items.iter().flat_map(|item| values(item, path)).collect(),
        (Value::String(text), []) => vec![text.clone()],
        (Value::Object(map), [first, rest @ ..]) => {
            map.get(*first).map(|value| values(value, rest)).unwrap_or_default()
        }
        _ => Vec::new(),
    }
}
