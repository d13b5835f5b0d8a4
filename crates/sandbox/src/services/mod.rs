//! One file (or folder) per service, and the one place that names them all.

pub mod application_autoscaling;
pub mod cloudwatch;
pub mod codebuild;
pub mod codecommit;
pub mod codedeploy;
pub mod codepipeline;
pub mod codestar_notifications;
pub mod ec2;
pub mod ecr;
pub mod ecs;
pub mod elbv2;
pub mod events;
pub(crate) mod holdings;
pub mod iam;
pub mod kms;
mod landing;
pub mod logs;
pub mod resourcegroupstaggingapi;
pub mod s3;
pub mod servicediscovery;
pub mod sns;
pub mod sts;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::context::{Context, Ids};
use crate::refusal::Refusal;
use crate::services::holdings::{Holdings, View};

/// Everything that an account holds.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq)]
pub struct State {
    pub account: String,
    /// Seconds since 1970 at which the sandbox's clock stands.
    pub clock: f64,
    pub ids: Ids,
    pub global: Global,
    pub regions: BTreeMap<String, Regional>,
}

/// What all regions share.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq)]
#[serde(default)]
pub struct Global {
    pub iam: iam::State,
    /// A bucket has a region, but its name is taken in all of them.
    pub s3: s3::State,
}

macro_rules! regional {
    ($($field:ident => $name:literal),* $(,)?) => {
        /// Services of one region. Each has a `State` of its own.
        #[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq)]
        #[serde(default)]
        pub struct Regional {
            $(pub $field: $field::State,)*
        }

        impl Regional {
            pub(crate) fn all(&self) -> Vec<&dyn Holdings> {
                vec![$(&self.$field,)*]
            }
        }

        fn dispatch(cx: &mut Context<'_>, service: &str, operation: &str, input: &Value) -> Result<Value, Refusal> {
            match service {
                "iam" => iam::handle(cx, operation, input),
                "s3" => s3::handle(cx, operation, input),
                $($name => $field::handle(cx, operation, input),)*
                _ => Err(Refusal::unknown_operation(service, operation)),
            }
        }
    };
}

regional!(
    application_autoscaling => "application-autoscaling",
    cloudwatch => "cloudwatch",
    codebuild => "codebuild",
    codecommit => "codecommit",
    codedeploy => "codedeploy",
    codepipeline => "codepipeline",
    codestar_notifications => "codestar-notifications",
    ec2 => "ec2",
    ecr => "ecr",
    ecs => "ecs",
    elbv2 => "elbv2",
    events => "events",
    kms => "kms",
    logs => "logs",
    resourcegroupstaggingapi => "resourcegroupstaggingapi",
    servicediscovery => "servicediscovery",
    sns => "sns",
    sts => "sts",
);

impl State {
    /// An account as AWS hands it out: nothing in it but what every account has.
    pub fn new(account: &str) -> Self {
        // 2026-01-01: no test may depend on the day it runs
        Self { account: account.to_string(), clock: 1_767_225_600.0, ..Self::default() }
    }

    /// Everything that lives in the account, by ARN, in order. What AWS only
    /// remembers (INACTIVE services, past deployments, keys that wait for their
    /// deletion) and what AWS keeps for itself (its own keys, the default network)
    /// is left out: an account whose stacks are all destroyed has nothing here.
    pub fn remains(&self) -> Vec<String> {
        let view = |region| View { account: &self.account, region, now: self.clock };
        let global: [&dyn Holdings; 2] = [&self.global.iam, &self.global.s3];
        let shared = global.into_iter().flat_map(|held| held.remains(&view("")));
        let regional = self.regions.iter().flat_map(|(region, here)| {
            here.all().into_iter().flat_map(move |held| held.remains(&view(region)))
        });
        let mut all: Vec<String> = shared.chain(regional).collect();
        all.sort();
        all
    }

    pub(crate) fn handle(
        &mut self,
        service: &str,
        operation: &str,
        region: &str,
        now: f64,
        input: &Value,
    ) -> Result<Value, Refusal> {
        let here = self.regions.entry(region.to_string()).or_default();
        let Self { account, ids, global, .. } = self;
        let mut cx = Context { account, region, now, ids, global, here };
        landing::land(&mut cx);
        dispatch(&mut cx, service, operation, input)
    }
}
