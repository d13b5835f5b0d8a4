//! One account in one region, and short words to call it with.
#![allow(dead_code, clippy::unwrap_used, clippy::panic)]

use recon_sandbox::{Refusal, Sandbox, State};
use serde_json::{Value, json};

pub const REGION: &str = "ap-northeast-2";
pub const ACCOUNT: &str = "123456789012";

pub struct Account {
    pub sandbox: Sandbox,
    service: &'static str,
}

impl Account {
    /// Calls go to that service, unless they name another.
    pub fn of(service: &'static str) -> Self {
        Self { sandbox: Sandbox::default(), service }
    }

    pub fn other(&self, service: &str, operation: &str, input: Value) -> Value {
        let answer = self.sandbox.call(service, operation, REGION, &input);
        answer.unwrap_or_else(|refusal| panic!("{service} {operation} refuses: {refusal}"))
    }

    pub fn try_call(&self, operation: &str, input: Value) -> Result<Value, Refusal> {
        self.sandbox.call(self.service, operation, REGION, &input)
    }

    pub fn call(&self, operation: &str, input: Value) -> Value {
        self.other(self.service, operation, input)
    }

    /// The code that the call is refused with.
    pub fn code(&self, operation: &str, input: Value) -> String {
        self.refusal(operation, input).code
    }

    pub fn refusal(&self, operation: &str, input: Value) -> Refusal {
        match self.try_call(operation, input) {
            Err(refusal) => refusal,
            Ok(answer) => panic!("{operation} is not refused but answers {answer}"),
        }
    }

    /// The account kept as text and taken up again: nothing may be lost by it.
    pub fn revived(self) -> Self {
        let text = serde_json::to_string(&self.sandbox.state()).unwrap();
        let state: State = serde_json::from_str(&text).unwrap();
        assert_eq!(serde_json::to_string(&state).unwrap(), text);
        Self { sandbox: Sandbox::new(state), service: self.service }
    }

    /// A role that the service principal may assume; its ARN.
    pub fn role(&self, name: &str, principal: &str) -> String {
        let trust = json!({
            "Version": "2012-10-17",
            "Statement": [{
                "Effect": "Allow",
                "Principal": {"Service": principal},
                "Action": "sts:AssumeRole",
            }],
        });
        let input = json!({"RoleName": name, "AssumeRolePolicyDocument": trust.to_string()});
        self.other("iam", "CreateRole", input)["Role"]["Arn"].as_str().unwrap().to_string()
    }
}

pub fn arn(service: &str, resource: &str) -> String {
    format!("arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}")
}
