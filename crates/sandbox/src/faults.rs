//! What can go wrong on purpose: AWS's usual failures under the codes that each
//! service uses, and a seeded schedule of them.

use std::time::Duration;

use crate::watch::{CallInfo, Fault, When};
use crate::{Lags, Refusal, Sandbox};

/// What may befall a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mishap {
    Throttle,
    /// AWS's own failure, before or after the effect.
    Error(When),
    Timeout(When),
    Drop(When),
    Denied,
    Die(When),
}

impl Mishap {
    /// All of them, by the words of a schedule.
    pub const ALL: [(&'static str, Mishap); 10] = [
        ("throttle", Mishap::Throttle),
        ("error", Mishap::Error(When::Before)),
        ("error-after", Mishap::Error(When::After)),
        ("timeout", Mishap::Timeout(When::Before)),
        ("timeout-after", Mishap::Timeout(When::After)),
        ("drop", Mishap::Drop(When::Before)),
        ("drop-after", Mishap::Drop(When::After)),
        ("denied", Mishap::Denied),
        ("die", Mishap::Die(When::Before)),
        ("die-after", Mishap::Die(When::After)),
    ];

    /// The fault as that service words it.
    pub fn fault(self, service: &str) -> Fault {
        match self {
            Mishap::Throttle => Fault::Refuse(throttled(service)),
            Mishap::Error(When::Before) => Fault::Refuse(failed(service)),
            Mishap::Error(When::After) => Fault::RefuseAfter(failed(service)),
            Mishap::Timeout(when) => Fault::Hang(when),
            Mishap::Drop(when) => Fault::Drop(when),
            Mishap::Denied => Fault::Refuse(denied(service)),
            Mishap::Die(when) => Fault::Die(when),
        }
    }
}

fn throttled(service: &str) -> Refusal {
    match service {
        "s3" => Refusal::new(503, "SlowDown", "Please reduce your request rate."),
        "ec2" => Refusal::new(503, "RequestLimitExceeded", "Request limit exceeded."),
        "iam" | "elbv2" | "cloudwatch" | "sts" => Refusal::bad("Throttling", "Rate exceeded"),
        "sns" => Refusal::bad("Throttled", "Rate exceeded"),
        _ => Refusal::bad("ThrottlingException", "Rate exceeded"),
    }
}

fn failed(service: &str) -> Refusal {
    let code = match service {
        "s3" | "sns" => "InternalError",
        "ecs" | "ecr" => "ServerException",
        "iam" => "ServiceFailure",
        "kms" => "KMSInternalException",
        "events" | "codestar-notifications" => "InternalException",
        _ => "InternalFailure",
    };
    Refusal::new(500, code, "We encountered an internal error. Please try again.")
}

fn denied(service: &str) -> Refusal {
    let text = "User is not authorized to perform this action";
    match service {
        "ec2" => Refusal::new(403, "UnauthorizedOperation", text),
        "s3" | "iam" | "elbv2" | "sts" | "cloudwatch" => Refusal::new(403, "AccessDenied", text),
        "sns" => Refusal::new(403, "AuthorizationError", text),
        _ => Refusal::bad("AccessDeniedException", text),
    }
}

/// Which calls a rule of the schedule strikes.
#[derive(Debug, Clone, PartialEq)]
enum Strikes {
    /// So many of a thousand thousand, drawn by the seed.
    Share(u32),
    /// The n-th call.
    Number(u64),
    /// Every call of that operation.
    Operation(String),
}

/// What goes wrong, and when: `seed=7 throttle=0.1 drop-after=@12 denied=iam:CreateRole`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Schedule {
    seed: u64,
    rules: Vec<(Mishap, Strikes)>,
    slow: Duration,
    unstable: bool,
    lags: Lags,
}

impl Schedule {
    /// Reads a schedule: words `WHAT=WHEN`, apart by blanks or commas. WHAT is one
    /// of [`Mishap::ALL`], WHEN a share of all calls (`0.1`), a number of a call
    /// (`@12`) or an operation (`iam:CreateRole`). Beside them `seed=N`,
    /// `slow=SECONDS`, `iam-lag=SECONDS`, `tag-lag=SECONDS` and `unstable`.
    ///
    /// # Errors
    /// What is wrong with which word.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut schedule = Self::default();
        for word in text.split([' ', ',', ';']).filter(|word| !word.is_empty()) {
            schedule.word(word)?;
        }
        Ok(schedule)
    }

    fn word(&mut self, word: &str) -> Result<(), String> {
        if word == "unstable" {
            self.unstable = true;
            return Ok(());
        }
        let (what, when) = word.split_once('=').ok_or(format!("`{word}`: write WHAT=WHEN"))?;
        let seconds = || {
            let seconds = when.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
            seconds.ok_or(format!("`{word}`: `{when}` is no number of seconds"))
        };
        match what {
            "seed" => self.seed = when.parse().map_err(|_| format!("`{word}`: a seed is a whole number"))?,
            "slow" => self.slow = seconds()?,
            "iam-lag" => self.lags.iam = seconds()?,
            "tag-lag" => self.lags.tags = seconds()?,
            _ => {
                let known = Mishap::ALL.iter().find(|(name, _)| *name == what);
                let words = || Mishap::ALL.map(|(name, _)| name).join(", ");
                let (_, mishap) = known.ok_or_else(|| {
                    format!("`{what}` is none of {}, slow, iam-lag, tag-lag, unstable, seed", words())
                })?;
                self.rules.push((*mishap, strikes(word, when)?));
            }
        }
        Ok(())
    }

    /// Whether the caller's own process may be ended by it.
    pub fn kills(&self) -> bool {
        self.rules.iter().any(|(mishap, _)| matches!(mishap, Mishap::Die(_)))
    }

    /// Lets it rule over a sandbox.
    pub fn rule(self, sandbox: &Sandbox) {
        sandbox.lag(self.lags);
        sandbox.on_call(Box::new(move |call| self.strike(call)));
    }

    fn strike(&self, call: &CallInfo<'_>) -> Option<Fault> {
        let struck = self.rules.iter().enumerate().find(|(at, (_, strikes))| match strikes {
            Strikes::Share(share) => drawn(self.seed, call.number, *at as u64) < *share,
            Strikes::Number(number) => call.number == *number,
            Strikes::Operation(name) => {
                name == call.operation || *name == format!("{}:{}", call.service, call.operation)
            }
        });
        if let Some((_, (mishap, _))) = struck {
            return Some(mishap.fault(call.service));
        }
        if self.unstable && call.reads() {
            return Some(Fault::Unstable);
        }
        (!self.slow.is_zero()).then_some(Fault::Late(self.slow))
    }
}

fn strikes(word: &str, when: &str) -> Result<Strikes, String> {
    if let Some(number) = when.strip_prefix('@') {
        let number =
            number.parse().map_err(|_| format!("`{word}`: after `@` stands the number of a call"))?;
        return Ok(Strikes::Number(number));
    }
    match when.parse::<f64>() {
        Ok(share) if (0.0..=1.0).contains(&share) => Ok(Strikes::Share((share * 1e6) as u32)),
        Ok(_) => Err(format!("`{word}`: a share lies between 0 and 1")),
        Err(_) => Ok(Strikes::Operation(when.to_string())),
    }
}

/// A number below a million, the same for the same seed, call and rule (splitmix64).
fn drawn(seed: u64, call: u64, rule: u64) -> u32 {
    let mut z = seed.wrapping_add(call.wrapping_mul(0x9E37_79B9_7F4A_7C15)).wrapping_add(rule << 32);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    ((z ^ (z >> 31)) % 1_000_000) as u32
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_schedule_that_is_none_says_which_word() {
        for (text, words) in [
            ("throttle", "`throttle`: write WHAT=WHEN"),
            ("throttle=2", "a share lies between 0 and 1"),
            ("slow=soon", "`soon` is no number of seconds"),
            ("drop=@x", "the number of a call"),
            ("flood=0.1", "`flood` is none of throttle, error"),
        ] {
            let error = Schedule::parse(text).unwrap_err();
            assert!(error.contains(words), "{error}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_same_seed_strikes_the_same_calls() {
        let struck = |seed: u64| {
            let sandbox = Sandbox::default();
            Schedule::parse(&format!("seed={seed} throttle=0.2, denied=@5")).unwrap().rule(&sandbox);
            let call = || sandbox.call("ecs", "ListClusters", "eu-west-1", &json!({}));
            (0..50).map(|_| call().err().map(|refusal| refusal.code)).collect::<Vec<_>>()
        };
        assert_eq!(struck(7), struck(7));
        assert_ne!(struck(7), struck(8));
        let throttled = struck(7).into_iter().flatten().filter(|code| code == "ThrottlingException").count();
        assert!((3..20).contains(&throttled), "{throttled}");
    }

    #[tokio::test(start_paused = true)]
    async fn an_operation_can_be_struck_every_time() {
        let sandbox = Sandbox::default();
        Schedule::parse("denied=ecs:CreateCluster").unwrap().rule(&sandbox);
        let create = || sandbox.call("ecs", "CreateCluster", "eu-west-1", &json!({"clusterName": "a"}));
        assert_eq!(create().unwrap_err().code, "AccessDeniedException");
        assert_eq!(create().unwrap_err().code, "AccessDeniedException");
        sandbox.call("ecs", "ListClusters", "eu-west-1", &json!({})).unwrap();
    }
}
