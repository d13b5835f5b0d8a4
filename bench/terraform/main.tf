# The reference stack in Terraform's words, as far as moto makes it: for `bench/others.py`.
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

provider "aws" {
  region                      = "ap-northeast-2"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  s3_use_path_style           = true
}

locals {
  name = "bench"
  trust = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ecs-tasks.amazonaws.com" } }]
  })
  allow = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "arn:aws:s3:::uploads/*" }]
  })
  roles = toset(["build", "codedeploy", "task", "execution", "pipeline", "start"])
}

data "aws_vpc" "default" {
  default = true
}

data "aws_subnets" "default" {
  filter {
    name   = "default-for-az"
    values = ["true"]
  }
}

resource "aws_iam_role" "all" {
  for_each           = local.roles
  name               = "${local.name}-${each.key}"
  assume_role_policy = local.trust
}

resource "aws_iam_role_policy" "all" {
  for_each = local.roles
  role     = aws_iam_role.all[each.key].name
  name     = "own"
  policy   = local.allow
}

resource "aws_iam_user" "deploy" {
  name = "${local.name}-user"
}

resource "aws_iam_group" "deploy" {
  name = "${local.name}-group"
}

resource "aws_iam_group_membership" "deploy" {
  name  = "deploy"
  group = aws_iam_group.deploy.name
  users = [aws_iam_user.deploy.name]
}

resource "aws_s3_bucket" "artifacts" {
  bucket = "${local.name}-artifacts-123456789012"
}

resource "aws_s3_bucket_versioning" "artifacts" {
  bucket = aws_s3_bucket.artifacts.id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_cloudwatch_log_group" "all" {
  for_each          = toset(["/ecs/bench", "/aws/codebuild/bench"])
  name              = each.key
  retention_in_days = 30
}

resource "aws_ecr_repository" "api" {
  name                 = local.name
  image_tag_mutability = "IMMUTABLE"
}

resource "aws_ecr_lifecycle_policy" "api" {
  repository = aws_ecr_repository.api.name
  policy = jsonencode({ rules = [{
    rulePriority = 1, action = { type = "expire" },
    selection    = { tagStatus = "any", countType = "imageCountMoreThan", countNumber = 50 }
  }] })
}

resource "aws_ecs_cluster" "test" {
  name = local.name
}

resource "aws_ecs_task_definition" "api" {
  family                   = local.name
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = "256"
  memory                   = "512"
  execution_role_arn       = aws_iam_role.all["execution"].arn
  container_definitions    = jsonencode([{ name = "api", image = "nginx", essential = true, portMappings = [{ containerPort = 8080 }] }])
}

resource "aws_sns_topic" "pipeline" {
  name = local.name
}

resource "aws_lb" "test" {
  name    = local.name
  subnets = slice(sort(data.aws_subnets.default.ids), 0, 2)
}

resource "aws_lb_target_group" "all" {
  for_each    = toset(["1", "2"])
  name        = "${local.name}-${each.key}"
  vpc_id      = data.aws_vpc.default.id
  target_type = "ip"
  protocol    = "HTTP"
  port        = 8080
}

resource "aws_lb_listener" "all" {
  for_each          = { "1" = 8080, "2" = 8081 }
  load_balancer_arn = aws_lb.test.arn
  port              = each.value
  protocol          = "HTTP"
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.all[each.key].arn
  }
}

resource "aws_codebuild_project" "api" {
  name         = local.name
  service_role = aws_iam_role.all["build"].arn
  artifacts {
    type = "NO_ARTIFACTS"
  }
  source {
    type     = "S3"
    location = "${aws_s3_bucket.artifacts.bucket}/source.zip"
  }
  environment {
    type         = "LINUX_CONTAINER"
    compute_type = "BUILD_GENERAL1_SMALL"
    image        = "aws/codebuild/standard:5.0"
  }
}

resource "aws_codedeploy_app" "api" {
  name             = local.name
  compute_platform = "ECS"
}

resource "aws_cloudwatch_event_rule" "source" {
  name          = local.name
  event_pattern = jsonencode({ source = ["aws.codecommit"] })
}
