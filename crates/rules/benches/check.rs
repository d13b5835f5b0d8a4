//! How long a check takes: of `desired/`, and of stacks of many services.
//! `just bench-check`; nothing asserts a time.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::fs;
use std::path::Path;

use recon_model::Stack;
use recon_model::load::{Options, load};
use recon_rules::{check, rules};
use tempfile::TempDir;

fn main() {
    for services in [10, 100, 1000] {
        let folder = many(services);
        let stack = read(folder.path());
        let (resources, found) = (stack.resources.len(), check(&stack).len());
        println!("{services} services: {resources} resources, {} rules, {found} findings", rules().count());
    }
    divan::main();
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
