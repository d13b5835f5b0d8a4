//! Load balancers.

use serde_json::{Value, json};

use crate::context::Context;
use crate::form::{has, text, texts};
use crate::refusal::Refusal;
use crate::services::ec2;

use super::arn::{Kind, listener_of};
use super::{Held, State, attributes, network, page, refuse, tagging};

/// Seconds from the create call until a load balancer is active.
const PROVISIONING: f64 = 120.0;

pub(super) fn create(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let name = text(input, "Name");
    check_name(name)?;
    let settings = settings(cx.region, input)?;
    let tags = tagging::given(input)?;
    if let Some(held) = cx.here.elbv2.named(Kind::LoadBalancer, name) {
        if without_identity(&held.document) == settings && held.tags == tags {
            return Ok(json!({"LoadBalancers": [held.document]}));
        }
        return Err(Refusal::bad(
            "DuplicateLoadBalancerName",
            format!("A load balancer with the same name '{name}' exists, but with different settings"),
        ));
    }
    let id = cx.ids.hex(16);
    let short = if settings["Type"] == "network" { "net" } else { "app" };
    let arn = cx.arn("elasticloadbalancing", &format!("loadbalancer/{short}/{name}/{id}"));
    let mut document = settings;
    document["LoadBalancerArn"] = json!(arn);
    document["DNSName"] = json!(dns_name(&document, cx.region, &id));
    document["CanonicalHostedZoneId"] = json!(hosted_zone(cx.region, short));
    document["CreatedTime"] = cx.timestamp();
    document["State"] = json!({"Code": "provisioning"});
    let answer = json!({"LoadBalancers": [document]});
    let held = Held { document, tags, active_at: cx.now + PROVISIONING, ..Held::default() };
    cx.here.elbv2.load_balancers.insert(arn, held);
    Ok(answer)
}

fn check_name(name: &str) -> Result<(), Refusal> {
    let what = format!("The load balancer name '{name}'");
    name_form(name, &what)?;
    if name.starts_with("internal-") {
        return Err(refuse::invalid(format!("{what} cannot begin with 'internal-'")));
    }
    Ok(())
}

/// The form that names of load balancers and of target groups share.
pub(super) fn name_form(name: &str, what: &str) -> Result<(), Refusal> {
    let problem = if name.is_empty() {
        "cannot be empty"
    } else if name.len() > 32 {
        "cannot be longer than '32' characters"
    } else if !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
        "can only contain characters that are alphanumeric characters or hyphens(-)"
    } else if name.starts_with('-') || name.ends_with('-') {
        "cannot begin or end with a hyphen(-)"
    } else {
        return Ok(());
    };
    Err(refuse::invalid(format!("{what} {problem}")))
}

/// Everything that the caller decides, with AWS's defaults filled in.
fn settings(region: &str, input: &Value) -> Result<Value, Refusal> {
    let kind = input["Type"].as_str().unwrap_or("application");
    if kind == "gateway" {
        return Err(refuse::invalid("the sandbox has no Gateway Load Balancers"));
    }
    let ip = input["IpAddressType"].as_str().unwrap_or("ipv4");
    network::ip_address_type(ip)?;
    let placement = network::placement(region, kind, input)?;
    let mut groups = network::security_groups(region, input)?;
    if kind == "application" && groups.is_empty() {
        groups.extend(ec2::default_security_group(region));
    }
    let mut document = json!({
        "LoadBalancerName": input["Name"],
        "Scheme": input["Scheme"].as_str().unwrap_or("internet-facing"),
        "Type": kind,
        "IpAddressType": ip,
        "VpcId": placement.vpc,
        "AvailabilityZones": placement.zones,
    });
    if !groups.is_empty() {
        document["SecurityGroups"] = json!(groups);
    }
    if kind == "network" {
        network_only(&mut document, input)?;
    }
    for member in ["CustomerOwnedIpv4Pool", "IpamPools"] {
        if has(input, member) {
            document[member] = input[member].clone();
        }
    }
    Ok(document)
}

fn network_only(document: &mut Value, input: &Value) -> Result<(), Refusal> {
    check_source_nat(input)?;
    document["EnablePrefixForIpv6SourceNat"] = json!("off");
    if has(document, "SecurityGroups") {
        document["EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"] = json!("on");
    }
    Ok(())
}

fn check_source_nat(input: &Value) -> Result<(), Refusal> {
    if input["EnablePrefixForIpv6SourceNat"] == "on" {
        return Err(refuse::configuration(
            "EnablePrefixForIpv6SourceNat can be 'on' only with the IP address type 'dualstack'",
        ));
    }
    Ok(())
}

fn without_identity(document: &Value) -> Value {
    let mut settings = document.clone();
    if let Some(members) = settings.as_object_mut() {
        for member in ["LoadBalancerArn", "DNSName", "CanonicalHostedZoneId", "CreatedTime", "State"] {
            members.remove(member);
        }
    }
    settings
}

fn dns_name(document: &Value, region: &str, id: &str) -> String {
    let name = text(document, "LoadBalancerName");
    if document["Type"] == "network" {
        return format!("{name}-{id}.elb.{region}.amazonaws.com");
    }
    let prefix = if document["Scheme"] == "internal" { "internal-" } else { "" };
    let digits = u64::from_str_radix(id, 16).unwrap_or_default() % 10_000_000_000;
    format!("{prefix}{name}-{digits}.{region}.elb.amazonaws.com")
}

/// One zone per region and type, as in AWS; the id itself is made up.
fn hosted_zone(region: &str, short: &str) -> String {
    format!("Z{}", ec2::stable_hex(region, short, 13).to_uppercase())
}

pub(super) fn describe(state: &State, input: &Value) -> Result<Value, Refusal> {
    let words = "Load balancer names and load balancer ARNs";
    let list = match page::one_of(input, &["LoadBalancerArns", "Names"], words)? {
        Some("Names") => page::by_name(state, Kind::LoadBalancer, &texts(input, "Names"))?,
        Some(member) => page::by_arn(state, Kind::LoadBalancer, &texts(input, member))?,
        None => {
            let list = state.load_balancers.values().map(|held| held.document.clone()).collect();
            return page::page("LoadBalancers", list, input);
        }
    };
    Ok(json!({"LoadBalancers": list}))
}

/// A load balancer that is not there is deleted already.
pub(super) fn delete(state: &mut State, input: &Value) -> Result<Value, Refusal> {
    let arn = text(input, "LoadBalancerArn");
    Kind::LoadBalancer.check(arn)?;
    let Some(held) = state.load_balancers.get(arn) else { return Ok(json!({})) };
    if attributes::value(Kind::LoadBalancer, held, "deletion_protection.enabled") == "true" {
        return Err(refuse::not_permitted(format!(
            "Load balancer '{arn}' cannot be deleted because deletion protection is enabled"
        )));
    }
    state.load_balancers.remove(arn);
    state.listeners.retain(|_, listener| listener.document["LoadBalancerArn"] != arn);
    let State { rules, listeners, .. } = state;
    rules.retain(|rule, _| listeners.contains_key(&listener_of(rule)));
    Ok(json!({}))
}

pub(super) fn set_subnets(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let arn = text(input, "LoadBalancerArn");
    let held = cx.here.elbv2.find_mut(Kind::LoadBalancer, arn)?;
    let placement = network::placement(cx.region, text(&held.document, "Type"), input)?;
    let ip = input["IpAddressType"].as_str().unwrap_or("ipv4");
    network::ip_address_type(ip)?;
    check_source_nat(input)?;
    held.document["AvailabilityZones"] = placement.zones;
    let mut answer = json!({
        "AvailabilityZones": held.document["AvailabilityZones"],
        "IpAddressType": held.document["IpAddressType"],
    });
    if has(&held.document, "EnablePrefixForIpv6SourceNat") {
        answer["EnablePrefixForIpv6SourceNat"] = held.document["EnablePrefixForIpv6SourceNat"].clone();
    }
    Ok(answer)
}

pub(super) fn set_security_groups(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    const ENFORCE: &str = "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic";
    let arn = text(input, "LoadBalancerArn");
    let held = cx.here.elbv2.find_mut(Kind::LoadBalancer, arn)?;
    let network = held.document["Type"] == "network";
    // the member is there from the creation on, even after the last group went
    if network && !has(&held.document, ENFORCE) {
        return Err(refuse::configuration(format!(
            "You can't perform this operation on the Network Load Balancer '{arn}', because no security \
             group was specified when it was created"
        )));
    }
    let groups = network::security_groups(cx.region, input)?;
    if !network && groups.is_empty() {
        return Err(refuse::invalid("At least one security group must be specified"));
    }
    if !network && has(input, ENFORCE) {
        return Err(refuse::invalid(format!("{ENFORCE} applies only to Network Load Balancers")));
    }
    held.document["SecurityGroups"] = json!(groups);
    let mut answer = json!({"SecurityGroupIds": groups});
    if network {
        if has(input, ENFORCE) {
            held.document[ENFORCE] = input[ENFORCE].clone();
        }
        answer[ENFORCE] = held.document[ENFORCE].clone();
    }
    Ok(answer)
}

pub(super) fn set_ip_address_type(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let held = cx.here.elbv2.find_mut(Kind::LoadBalancer, text(input, "LoadBalancerArn"))?;
    network::ip_address_type(text(input, "IpAddressType"))?;
    held.document["IpAddressType"] = input["IpAddressType"].clone();
    Ok(json!({"IpAddressType": input["IpAddressType"]}))
}
