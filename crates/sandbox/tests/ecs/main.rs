//! How ECS behaves in the sandbox, seen through its calls.

// helpers outside of test functions may fail as loudly as the tests themselves
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod clusters;
mod code_deploy;
mod external;
mod fargate;
mod services;
mod task_definitions;
mod world;
