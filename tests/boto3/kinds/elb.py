"""Load balancers, target groups, listeners and their rules."""

from aws import at

from .network import network
from .tags import TAGS


def attributes(aws, step, kind, arn, values):
    """Sets attributes and reads them back."""
    pairs = [{"Key": key, "Value": value} for key, value in values.items()]
    name = {f"{kind.title().replace('_', '')}Arn": arn}
    aws(f"{step} attributes", f"elbv2.modify_{kind}_attributes", **name, Attributes=pairs)
    found = aws(f"read attributes {step}", f"elbv2.describe_{kind}_attributes", **name)
    if aws.is_sandbox:
        now = {pair["Key"]: pair["Value"] for pair in found["Attributes"]}
        assert {key: now[key] for key in values} == values


def elb_tags(aws, arn):
    aws("tag", "elbv2.add_tags", ResourceArns=[arn], Tags=[{"Key": "Env", "Value": "prod"}])
    aws("untag", "elbv2.remove_tags", ResourceArns=[arn], TagKeys=["recon:stack"])
    found = aws("read tags", "elbv2.describe_tags", ResourceArns=[arn])
    aws.holds(found, {"TagDescriptions": [{"ResourceArn": arn, "Tags": [{"Key": "Env", "Value": "prod"}]}]})


def load_balancer(aws):
    vpc, subnets, groups = network(aws)
    given = {"Name": "lb", "Scheme": "internet-facing", "Type": "application", "IpAddressType": "ipv4"}
    made = aws(
        "create", "elbv2.create_load_balancer", **given, Subnets=subnets, SecurityGroups=groups, Tags=TAGS
    )
    arn = at(made, "LoadBalancers", 0, "LoadBalancerArn")
    shown = {"LoadBalancerName": "lb", "Scheme": "internet-facing", "Type": "application", "VpcId": vpc}
    aws.holds(
        made, {"LoadBalancers": [{**shown, "SecurityGroups": groups, "State": {"Code": "provisioning"}}]}
    )
    aws.later(300)
    found = aws("read", "elbv2.describe_load_balancers", Names=["lb"])
    aws.holds(found, {"LoadBalancers": [{**shown, "State": {"Code": "active"}}]})
    aws("read attributes", "elbv2.describe_load_balancer_attributes", LoadBalancerArn=arn)
    values = {"idle_timeout.timeout_seconds": "120", "deletion_protection.enabled": "true"}
    attributes(aws, "change", "load_balancer", arn, values)
    elb_tags(aws, arn)
    aws("change subnets", "elbv2.set_subnets", LoadBalancerArn=arn, Subnets=network(aws, 3)[1])
    aws("change security groups", "elbv2.set_security_groups", LoadBalancerArn=arn, SecurityGroups=groups)
    aws("read changed", "elbv2.describe_load_balancers", LoadBalancerArns=[arn])
    attributes(aws, "unprotect", "load_balancer", arn, {"deletion_protection.enabled": "false"})
    aws("delete", "elbv2.delete_load_balancer", LoadBalancerArn=arn)
    aws.refuses(aws("read deleted", "elbv2.describe_load_balancers", Names=["lb"]), "LoadBalancerNotFound")
    aws("delete again", "elbv2.delete_load_balancer", LoadBalancerArn=arn)


def load_balancer_refusals(aws):
    _, subnets, _ = network(aws)
    made = aws.ask("elbv2.create_load_balancer", Name="lb", Subnets=subnets)
    arn = at(made, "LoadBalancers", 0, "LoadBalancerArn")
    other = {"Name": "lb", "Scheme": "internal", "Subnets": subnets}
    again = aws("create again, otherwise", "elbv2.create_load_balancer", **other)
    aws.refuses(again, "DuplicateLoadBalancerName")
    protect = [{"Key": "deletion_protection.enabled", "Value": "true"}]
    aws.ask("elbv2.modify_load_balancer_attributes", LoadBalancerArn=arn, Attributes=protect)
    aws.refuses(
        aws("delete protected", "elbv2.delete_load_balancer", LoadBalancerArn=arn), "OperationNotPermitted"
    )


def network_load_balancer(aws):
    _, subnets, _ = network(aws)
    made = aws(
        "create", "elbv2.create_load_balancer", Name="nlb", Type="network", Scheme="internal", Subnets=subnets
    )
    arn = at(made, "LoadBalancers", 0, "LoadBalancerArn")
    aws.holds(made, {"LoadBalancers": [{"Type": "network", "Scheme": "internal"}]})
    aws.later(300)
    aws("read", "elbv2.describe_load_balancers", LoadBalancerArns=[arn])
    aws("read attributes", "elbv2.describe_load_balancer_attributes", LoadBalancerArn=arn)
    attributes(aws, "change", "load_balancer", arn, {"load_balancing.cross_zone.enabled": "true"})
    aws("delete", "elbv2.delete_load_balancer", LoadBalancerArn=arn)


def target_group(aws):
    vpc, _, _ = network(aws)
    health = {
        "HealthCheckProtocol": "HTTP",
        "HealthCheckPort": "8081",
        "HealthCheckPath": "/health",
        "HealthCheckEnabled": True,
        "HealthCheckIntervalSeconds": 15,
        "HealthCheckTimeoutSeconds": 4,
        "HealthyThresholdCount": 2,
        "UnhealthyThresholdCount": 3,
        "Matcher": {"HttpCode": "200-299"},
    }
    plain = {"Protocol": "HTTP", "ProtocolVersion": "HTTP2", "Port": 8080, "VpcId": vpc, "TargetType": "ip"}
    made = aws("create", "elbv2.create_target_group", Name="blue", **plain, **health, Tags=TAGS)
    aws.holds(made, {"TargetGroups": [{"TargetGroupName": "blue", **plain, **health}]})
    arn = at(made, "TargetGroups", 0, "TargetGroupArn")
    few = {"Protocol": "TCP", "Port": 80, "VpcId": vpc}
    aws("create with nothing set", "elbv2.create_target_group", Name="bare", **few)
    again = aws("create again, otherwise", "elbv2.create_target_group", Name="blue", **few)
    aws.refuses(again, "DuplicateTargetGroupName")
    aws.holds(aws("read", "elbv2.describe_target_groups", Names=["blue"]), made)
    changed = {**health, "HealthCheckPath": "/", "HealthyThresholdCount": 5, "Matcher": {"HttpCode": "200"}}
    aws("change", "elbv2.modify_target_group", TargetGroupArn=arn, **changed)
    found = aws("read changed", "elbv2.describe_target_groups", TargetGroupArns=[arn])
    aws.holds(found, {"TargetGroups": [changed]})
    aws("read attributes", "elbv2.describe_target_group_attributes", TargetGroupArn=arn)
    values = {
        "deregistration_delay.timeout_seconds": "30",
        "stickiness.enabled": "true",
        "stickiness.type": "lb_cookie",
    }
    attributes(aws, "change", "target_group", arn, values)
    elb_tags(aws, arn)
    aws("read health", "elbv2.describe_target_health", TargetGroupArn=arn)
    aws("delete", "elbv2.delete_target_group", TargetGroupArn=arn)
    aws.refuses(aws("read deleted", "elbv2.describe_target_groups", Names=["blue"]), "TargetGroupNotFound")
    aws("delete again", "elbv2.delete_target_group", TargetGroupArn=arn)


def balanced(aws):
    """A load balancer and two target groups."""
    vpc, subnets, groups = network(aws)
    made = aws.ask("elbv2.create_load_balancer", Name="lb", Subnets=subnets, SecurityGroups=groups)
    settings = {"Protocol": "HTTP", "Port": 8080, "VpcId": vpc, "TargetType": "ip"}
    blue, green = (
        aws.ask("elbv2.create_target_group", Name=name, **settings)["TargetGroups"][0]["TargetGroupArn"]
        for name in ("blue", "green")
    )
    return made["LoadBalancers"][0]["LoadBalancerArn"], blue, green


def forward(*groups):
    weighted = [{"TargetGroupArn": group, "Weight": 1 + place} for place, group in enumerate(groups)]
    return {"Type": "forward", "ForwardConfig": {"TargetGroups": weighted}}


REDIRECT = {
    "Type": "redirect",
    "RedirectConfig": {
        "Protocol": "HTTPS",
        "Port": "443",
        "Host": "#{host}",
        "Path": "/#{path}",
        "Query": "#{query}",
        "StatusCode": "HTTP_301",
    },
}
FIXED = {
    "Type": "fixed-response",
    "FixedResponseConfig": {"StatusCode": "503", "ContentType": "text/plain", "MessageBody": "later"},
}


def listener(aws):
    balancer, blue, green = balanced(aws)
    given = {"LoadBalancerArn": balancer, "Protocol": "HTTP", "Port": 80}
    single = [{"Type": "forward", "TargetGroupArn": blue}]
    made = aws("create", "elbv2.create_listener", **given, DefaultActions=single, Tags=TAGS)
    aws.holds(made, {"Listeners": [{**given, "DefaultActions": single}]})
    arn = at(made, "Listeners", 0, "ListenerArn")
    aws.holds(aws("read", "elbv2.describe_listeners", ListenerArns=[arn]), made)
    aws("read rules", "elbv2.describe_rules", ListenerArn=arn)
    for step, action in [
        ("forward by weight", forward(blue, green)),
        ("redirect", REDIRECT),
        ("answer", FIXED),
    ]:
        changed = aws(f"change to {step}", "elbv2.modify_listener", ListenerArn=arn, DefaultActions=[action])
        aws.holds(changed, {"Listeners": [{"DefaultActions": [action]}]})
        aws.holds(aws(f"read after {step}", "elbv2.describe_listeners", LoadBalancerArn=balancer), changed)
    aws("change port", "elbv2.modify_listener", ListenerArn=arn, Port=8080)
    certificate = [{"CertificateArn": aws.certificate()}]
    secure = {"Protocol": "HTTPS", "Port": 443, "Certificates": certificate}
    policy = "ELBSecurityPolicy-TLS13-1-2-2021-06"
    found = aws("change to https", "elbv2.modify_listener", ListenerArn=arn, **secure, SslPolicy=policy)
    aws.holds(found, {"Listeners": [{**secure, "SslPolicy": policy}]})
    elb_tags(aws, arn)
    same_port = {"LoadBalancerArn": balancer, "Protocol": "HTTPS", "Port": 443, "Certificates": certificate}
    duplicate = aws("create on the same port", "elbv2.create_listener", **same_port, DefaultActions=[FIXED])
    aws.refuses(duplicate, "DuplicateListener")
    aws("delete", "elbv2.delete_listener", ListenerArn=arn)
    aws.refuses(aws("read deleted", "elbv2.describe_listeners", ListenerArns=[arn]), "ListenerNotFound")


def listener_rule(aws):
    balancer, blue, green = balanced(aws)
    given = {"LoadBalancerArn": balancer, "Protocol": "HTTP", "Port": 80}
    made = aws.ask("elbv2.create_listener", **given, DefaultActions=[FIXED])
    parent = made["Listeners"][0]["ListenerArn"]
    conditions = [
        {"Field": "path-pattern", "PathPatternConfig": {"Values": ["/api/*"]}},
        {"Field": "host-header", "HostHeaderConfig": {"Values": ["a.example.com"]}},
        {"Field": "http-request-method", "HttpRequestMethodConfig": {"Values": ["GET"]}},
        {"Field": "source-ip", "SourceIpConfig": {"Values": ["10.0.0.0/8"]}},
    ]
    rule = {"Conditions": conditions, "Actions": [forward(blue)]}
    made = aws("create", "elbv2.create_rule", ListenerArn=parent, Priority=10, **rule, Tags=TAGS)
    aws.holds(made, {"Rules": [{"Priority": "10", "IsDefault": False, **rule}]})
    arn = at(made, "Rules", 0, "RuleArn")
    taken = aws("create with the same priority", "elbv2.create_rule", ListenerArn=parent, Priority=10, **rule)
    aws.refuses(taken, "PriorityInUse")
    aws.holds(aws("read", "elbv2.describe_rules", RuleArns=[arn]), made)
    aws("read all", "elbv2.describe_rules", ListenerArn=parent)
    changed = {
        "Conditions": [{"Field": "path-pattern", "Values": ["/v2"]}],
        "Actions": [forward(green, blue)],
    }
    aws.holds(aws("change", "elbv2.modify_rule", RuleArn=arn, **changed), {"Rules": [changed]})
    moved = aws("move", "elbv2.set_rule_priorities", RulePriorities=[{"RuleArn": arn, "Priority": 5}])
    aws.holds(moved, {"Rules": [{"Priority": "5"}]})
    elb_tags(aws, arn)
    aws.refuses(
        aws("delete a target group in use", "elbv2.delete_target_group", TargetGroupArn=blue), "ResourceInUse"
    )
    aws("delete", "elbv2.delete_rule", RuleArn=arn)
    aws.refuses(aws("read deleted", "elbv2.describe_rules", RuleArns=[arn]), "RuleNotFound")


def listener_settings(aws):
    """Attributes of a listener, its further certificates, and the addresses of its load balancer."""
    balancer, blue, _ = balanced(aws)
    first, second = aws.certificate(), aws.certificate(1)
    given = {"LoadBalancerArn": balancer, "Protocol": "HTTPS", "Port": 443}
    secure = {**given, "Certificates": [{"CertificateArn": first}]}
    made = aws.ask("elbv2.create_listener", **secure, DefaultActions=[forward(blue)])
    name = {"ListenerArn": made["Listeners"][0]["ListenerArn"]}
    more = [{"CertificateArn": second}]
    added = aws("add a certificate", "elbv2.add_listener_certificates", **name, Certificates=more)
    aws.holds(added, {"Certificates": more})
    found = aws("read certificates", "elbv2.describe_listener_certificates", **name)
    both = [{"CertificateArn": first, "IsDefault": True}, {"CertificateArn": second, "IsDefault": False}]
    aws.holds(found, {"Certificates": both})
    aws("remove a certificate", "elbv2.remove_listener_certificates", **name, Certificates=more)
    default = secure["Certificates"]
    kept = aws("remove the default", "elbv2.remove_listener_certificates", **name, Certificates=default)
    aws.refuses(kept, "OperationNotPermitted")
    values = {"routing.http.response.server.enabled": "false"}
    attributes(aws, "change", "listener", name["ListenerArn"], values)
    dual = {"LoadBalancerArn": balancer, "IpAddressType": "dualstack"}
    refused = aws("change addresses without any", "elbv2.set_ip_address_type", **dual)
    aws.refuses(refused, "ValidationError")
