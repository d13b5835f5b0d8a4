//! How long a check takes: of `desired/`, and of stacks of many services.
//! `just bench-check`; nothing asserts a time. With `growth` as its argument, how
//! the rules grow with copies of `desired/`, and which of them grow most; with
//! `copies COUNT FOLDER` the copies are only written down.

#![allow(clippy::unwrap_used, clippy::panic)]

mod copies;

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use recon_model::Stack;
use recon_model::load::{Options, load};
use recon_rules::{By, Cx, Sink, check, rules};
use tempfile::TempDir;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, word, count, folder, ..] = &arguments[..]
        && word == "copies"
    {
        return copies::write(desired(), count.parse().unwrap(), Path::new(folder));
    }
    if let Some(at) = arguments.iter().position(|argument| argument == "growth") {
        return growth(&arguments[at + 1..]);
    }
    for services in [10, 100, 1000] {
        let folder = many(services);
        let stack = read(folder.path());
        let (resources, found) = (stack.resources.len(), check(&stack).len());
        println!("{services} services: {resources} resources, {} rules, {found} findings", rules().count());
    }
    divan::main();
}

/// The time of all rules by copies, and the slowest at the end with its time before.
fn growth(asked: &[String]) {
    let mut counts: Vec<usize> = asked.iter().filter_map(|count| count.parse().ok()).collect();
    if counts.is_empty() {
        counts.extend([25, 50, 100, 200]);
    }
    let mut before = Vec::new();
    for count in &counts {
        let folder = copies::copies(desired(), *count);
        let start = Instant::now();
        let stack = read(folder.path());
        let reading = start.elapsed();
        let mut times = by_rule(&stack);
        let all: Duration = times.iter().map(|(_, time)| *time).sum();
        let found = check(&stack).len();
        println!(
            "{count} copies: {} resources, {found} findings, read in {reading:.2?}, rules {all:.2?}",
            stack.resources.len()
        );
        std::mem::swap(&mut before, &mut times);
        if Some(count) == counts.last() {
            let mut both: Vec<_> = before.iter().zip(&times).collect();
            both.sort_by_key(|((_, time), _)| std::cmp::Reverse(*time));
            for ((id, time), (_, half)) in both.iter().take(25) {
                println!("{id}: {half:.2?} at the count before, {time:.2?}");
            }
        }
    }
}

fn by_rule(stack: &Stack) -> Vec<(&'static str, Duration)> {
    let cx = Cx::new(stack);
    let timed = |rule: &'static recon_rules::Rule| {
        let (mut findings, start) = (Vec::new(), Instant::now());
        if let By::Check(check) | By::Both(_, check) | By::Network(check) = rule.by {
            check(&cx, &mut Sink::new(rule, &mut findings));
        }
        (rule.id, start.elapsed())
    };
    rules().map(timed).collect()
}

fn read(folder: &Path) -> Stack {
    load(folder, &Options::default()).unwrap_or_else(|failed| panic!("{:#?}", failed.problems))
}

fn desired() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../desired"))
}

#[divan::bench]
fn load_desired() -> Stack {
    read(desired())
}

#[divan::bench]
fn check_desired(bencher: divan::Bencher<'_, '_>) {
    let stack = read(desired());
    bencher.bench(|| check(&stack).len());
}

#[divan::bench(args = [10, 100, 1000], sample_count = 3, sample_size = 1)]
fn load_many(bencher: divan::Bencher<'_, '_>, services: usize) {
    let folder = many(services);
    bencher.bench(|| read(folder.path()).resources.len());
}

#[divan::bench(args = [10, 100, 1000], sample_count = 3, sample_size = 1)]
fn check_many(bencher: divan::Bencher<'_, '_>, services: usize) {
    let stack = read(many(services).path());
    bencher.bench(|| check(&stack).len());
}

/// So many services with all that belongs to one, twenty to a load balancer and to a file.
fn many(services: usize) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("stack.toml"), HEAD).unwrap();
    for first in (0..services).step_by(20) {
        let balancer = format!("b{}", first / 20);
        let mut toml = BALANCER.replace("{b}", &balancer);
        for n in first..services.min(first + 20) {
            let own = SERVICE.replace("{b}", &balancer).replace("{n}", &format!("s{n}"));
            let ports = [("{port}", 8000 + n % 20), ("{test}", 9000 + n % 20)];
            toml += &ports.iter().fold(own, |text, (mark, port)| text.replace(mark, &port.to_string()));
        }
        fs::write(folder.path().join(format!("{balancer}.toml")), toml).unwrap();
    }
    folder
}

const HEAD: &str = r#"
[stack]
name    = "many"
region  = "eu-central-1"
account = "123456789012"
[lookup.vpc.main]
name = "main"
[lookup.subnets.private]
vpc   = "main"
names = ["private-a", "private-b"]
[lookup.security_groups.tasks]
vpc   = "main"
names = ["tasks"]
[ecs.cluster.main]
name = "main"
[iam.role.codedeploy]
name    = "codedeploy"
trust   = { services = ["codedeploy.amazonaws.com"] }
managed = ["AWSCodeDeployRoleForECS"]
[iam.role.execution]
name    = "execution"
trust   = { services = ["ecs-tasks.amazonaws.com"] }
managed = ["AmazonECSTaskExecutionRolePolicy"]
[codedeploy.application.main]
name             = "main"
compute_platform = "ECS"
"#;

const BALANCER: &str = r#"
[elb.load_balancer.{b}]
name            = "front-{b}"
subnets         = "private"
security_groups = "tasks"
"#;

const SERVICE: &str = r#"
[logs.log_group.{n}]
name              = "/ecs/{n}"
retention_in_days = 30

[ecs.task_definition.{n}]
family                   = "{n}"
network_mode             = "awsvpc"
requires_compatibilities = ["FARGATE"]
cpu                      = "512"
memory                   = "1024"
execution_role           = "execution"

[[ecs.task_definition.{n}.container_definitions]]
name              = "{n}"
image             = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/{n}:1.2.0"
port_mappings     = [{ container_port = 8080 }]
log_configuration = { log_driver = "awslogs", options = { awslogs-group = "/ecs/{n}", awslogs-region = "eu-central-1", awslogs-stream-prefix = "{n}" } }

[ecr.repository.{n}]
name = "{n}"

[elb.target_group.{n}-blue]
name        = "{n}-blue"
vpc         = "main"
target_type = "ip"
protocol    = "HTTP"
port        = 8080

[elb.target_group.{n}-green]
name        = "{n}-green"
vpc         = "main"
target_type = "ip"
protocol    = "HTTP"
port        = 8080

[elb.listener.{n}]
load_balancer   = "{b}"
port            = {port}
protocol        = "HTTP"
default_actions = [{ type = "forward", target_group = "{n}-blue" }]

[elb.listener.{n}-test]
load_balancer   = "{b}"
port            = {test}
protocol        = "HTTP"
default_actions = [{ type = "forward", target_group = "{n}-green" }]

[ecs.service.{n}]
name                  = "{n}"
cluster               = "main"
task_definition       = "{n}"
launch_type           = "FARGATE"
desired_count         = 2
deployment_controller = "CODE_DEPLOY"
depends_on            = ["elb.listener.{n}"]
load_balancers        = [{ target_group = "{n}-blue", container_name = "{n}", container_port = 8080 }]

[ecs.service.{n}.network_configuration.awsvpc_configuration]
subnets         = "private"
security_groups = "tasks"

[codedeploy.deployment_group.{n}]
application       = "main"
name              = "{n}"
service_role      = "codedeploy"
deployment_config = "CodeDeployDefault.ECSAllAtOnce"
deployment_style  = { deployment_type = "BLUE_GREEN", deployment_option = "WITH_TRAFFIC_CONTROL" }
ecs_services      = [{ cluster = "main", service = "{n}" }]

[codedeploy.deployment_group.{n}.blue_green_deployment_configuration]
deployment_ready_option                        = { action_on_timeout = "CONTINUE_DEPLOYMENT" }
terminate_blue_instances_on_deployment_success = { action = "TERMINATE", termination_wait_time_in_minutes = 60 }

[[codedeploy.deployment_group.{n}.load_balancer_info.target_group_pair_info_list]]
target_groups      = ["{n}-blue", "{n}-green"]
prod_traffic_route = { listeners = ["{n}"] }
test_traffic_route = { listeners = ["{n}-test"] }
"#;
