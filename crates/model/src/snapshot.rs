//! What was found in the account.

use std::collections::BTreeMap;

use litemap::LiteMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::schema::Field;
use crate::{Address, KindId, Packed, Resource};

/// Tag that says which stack a resource belongs to.
pub const STACK_TAG: &str = "recon:stack";
/// Tag that says which resource of the stack it is.
pub const ADDRESS_TAG: &str = "recon:address";

/// The setting that lets go of what a resource holds.
const FORCE: &str = "force_delete";

/// Tag in which a [kept](Field::kept) setting stands.
pub fn setting_tag(field: &Field) -> String {
    format!("recon:{}", field.name)
}

/// Everything that one reading found.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    pub live: BTreeMap<Address, Live>,
    pub lookups: BTreeMap<Address, Looked>,
    /// Resources that carry the stack's tag and that the stack does not declare.
    pub orphans: Vec<Orphan>,
    /// Parts of the account where nobody could look for such resources, and why.
    pub blind: Vec<String>,
    /// The network as far as lookups met it.
    pub network: Network,
    /// Who asks, where IAM's dump told what they may.
    pub caller: Option<Caller>,
}

/// Whoever runs recon: a role or a user of the account.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Caller {
    pub arn: String,
    /// The policies that were read.
    pub policies: Vec<Value>,
    /// ARNs of the other ones: AWS's own.
    pub managed: Vec<String>,
    /// The boundary: a policy that was read, or the ARN of one that was not.
    pub boundary: Option<Value>,
}

/// What is known of the network around a stack.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Network {
    pub subnets: BTreeMap<String, Subnet>,
    pub security_groups: BTreeMap<String, SecurityGroup>,
    /// Asked for where tasks have no address of their own.
    pub route_tables: Vec<RouteTable>,
}

impl Network {
    /// The table by which a subnet's traffic goes: its own, or its VPC's main one.
    pub fn route_table(&self, subnet: &str) -> Option<&RouteTable> {
        let own = self.route_tables.iter().find(|table| table.subnets.iter().any(|id| id == subnet));
        own.or_else(|| {
            let vpc = &self.subnets.get(subnet)?.vpc;
            self.route_tables.iter().find(|table| table.main && table.vpc == *vpc)
        })
    }
}

/// Where traffic goes that stays not within the VPC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteTable {
    pub id: String,
    pub vpc: String,
    /// Is it for every subnet that has none of its own?
    pub main: bool,
    pub subnets: Vec<String>,
    /// `igw-…`, `nat-…`: what everything else is sent to.
    pub default: Option<String>,
    /// Does an endpoint take in some of it?
    pub endpoints: bool,
}

/// A subnet, by its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subnet {
    pub vpc: String,
    pub zone: String,
}

/// A security group, by its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecurityGroup {
    pub vpc: String,
    pub ingress: Vec<Ingress>,
}

/// What a security group lets in by one of its rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ingress {
    /// AWS's word or number; `-1` is all.
    pub protocol: String,
    /// Ports; `None` is all.
    pub ports: Option<(i64, i64)>,
    /// From these groups.
    pub groups: Vec<String>,
    /// From addresses or prefix lists, whichever.
    pub addresses: bool,
}

impl Ingress {
    /// Does it let TCP to that port in, from somewhere?
    pub fn takes(&self, port: i64) -> bool {
        let protocol = ["-1", "tcp", "6"].contains(&self.protocol.as_str());
        protocol && self.ports.is_none_or(|(from, to)| from <= port && port <= to)
    }
}

/// A resource that the stack owns and no longer wants.
#[derive(Debug, Clone)]
pub struct Orphan {
    /// The address that its tag says.
    pub address: Address,
    pub kind: KindId,
    pub found: Found,
}

/// Absent, unreadable and present are three different things.
#[derive(Debug, Clone)]
pub enum Live {
    Absent,
    /// AWS did not say: the reason, in AWS's words.
    Unreadable(String),
    Present(Box<Found>),
}

/// Attributes of a resource that others may refer to.
pub type Exports = LiteMap<String, String>;

/// A resource as AWS has it.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// The document under the kind's fields, without recon's own tags.
    pub spec: Packed,
    /// What others may refer to: `arn`, `name`, `id`, …
    pub exports: Exports,
    /// Whose it is, by its tags.
    pub owner: Option<Owner>,
    /// What is wrong with it though no field differs, in words.
    pub violations: Vec<String>,
    /// What would be lost with it, in words. Its end asks for `force_delete` then.
    pub holds: Option<String>,
    /// Other things that deleting or updating it must know.
    pub extra: Value,
}

/// The two tags of a resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner {
    pub stack: String,
    pub address: String,
}

/// What a lookup found.
#[derive(Debug, Clone)]
pub enum Looked {
    /// One id, or a list of them.
    Up(Value),
    /// Nothing, or AWS refused: why, in words.
    Failed(String),
}

impl Live {
    pub fn found(&self) -> Option<&Found> {
        if let Live::Present(found) = self { Some(found) } else { None }
    }
}

impl Snapshot {
    pub fn found(&self, address: &Address) -> Option<&Found> {
        self.live.get(address).and_then(Live::found)
    }
}

impl Found {
    /// May its end take with it what it holds? The TOML says so, or its own tag
    /// where it is declared no more.
    pub fn forced(&self, declared: Option<&Resource>) -> bool {
        match declared {
            Some(resource) => resource.spec.get(FORCE).is_some_and(|tree| tree.value() == Ok(true.into())),
            None => self.spec[FORCE] == true,
        }
    }

    pub fn export(&self, attribute: &str) -> Option<&str> {
        self.exports.get(attribute).map(String::as_str)
    }
}
