//! What the readers share: the stack, the client, and what was found so far.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex};

use futures_util::future::join_all;
use recon_aws::{AwsError, ReadOp};
use recon_model::schema::from_aws;
use recon_model::{
    Address, Found, KindId, Live, Looked, Network, Orphan, Owner, Part, Reference, Resource, STACK_TAG,
    Snapshot, Stack, Tree, setting_tag, unmarkable,
};
use serde_json::{Value, json};
use tokio::sync::{OnceCell, SetOnce};

use crate::batch::Batch;
use crate::iam::Dump;
use crate::loader::Loader;
use crate::tags::{self, Tags};
pub use crate::why::{Trouble, Why, unreadable};

const IAM: ReadOp = ReadOp::new("iam", "GetAccountAuthorizationDetails");
pub(crate) const SEARCH: ReadOp = ReadOp::new("resourcegroupstaggingapi", "GetResources");

/// How closely an account is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// Enough for a plan that does nothing by itself. Tags are taken from the search
    /// where they are as declared, which lags behind; what would be lost with a
    /// resource is not asked (see [`crate::holdings`]).
    Glance,
    /// Every resource is asked for all of it.
    Close,
}

/// One reading of an account.
pub struct Cx<'a> {
    pub stack: &'a Stack,
    pub region: &'a str,
    pub account: &'a str,
    pub look: Look,
    pub loader: Loader,
    cells: BTreeMap<Address, SetOnce<Live>>,
    /// Told before the rest is read: what stands on a resource waits for nothing else.
    arns: BTreeMap<Address, SetOnce<String>>,
    lookups: BTreeMap<Address, SetOnce<Looked>>,
    orphans: Mutex<Vec<Orphan>>,
    blind: Mutex<Vec<String>>,
    network: Mutex<Network>,
    iam: OnceCell<Result<Dump, AwsError>>,
    search: OnceCell<Result<HashMap<String, Tags>, AwsError>>,
}

impl<'a> Cx<'a> {
    pub fn new(stack: &'a Stack, loader: Loader, region: &'a str, account: &'a str, look: Look) -> Self {
        Self {
            stack,
            region,
            account,
            look,
            loader,
            cells: stack.resources.keys().map(|address| (address.clone(), SetOnce::new())).collect(),
            arns: stack.resources.keys().map(|address| (address.clone(), SetOnce::new())).collect(),
            lookups: stack.lookups.keys().map(|address| (address.clone(), SetOnce::new())).collect(),
            orphans: Mutex::default(),
            blind: Mutex::default(),
            network: Mutex::default(),
            iam: OnceCell::new(),
            search: OnceCell::new(),
        }
    }

    /// One call, for one who alone has that question.
    pub async fn read(&self, op: ReadOp, input: Value) -> Result<Value, AwsError> {
        self.loader.read(op, input).await
    }

    /// The same with all its pages.
    pub async fn read_all(&self, op: ReadOp, input: Value) -> Result<Value, AwsError> {
        self.loader.read_all(op, input).await
    }

    /// A question that several may have, with all its pages.
    pub async fn shared(&self, op: ReadOp, input: Value) -> Result<Arc<Value>, AwsError> {
        self.loader.shared(op, input).await
    }

    /// One of many that AWS answers together.
    pub async fn one(
        &self,
        batch: &'static Batch,
        scope: &str,
        name: &str,
    ) -> Result<Option<Arc<Value>>, AwsError> {
        self.loader.one(batch, scope, name).await
    }

    /// Reads each of these, all at once.
    pub async fn each<'r, F>(&self, resources: &[&'r Resource], one: impl Fn(&'r Resource) -> F)
    where
        F: Future<Output = Result<Option<Found>, Why>>,
    {
        join_all(resources.iter().map(|resource| async {
            let live = match one(resource).await {
                Ok(Some(found)) => Live::Present(Box::new(found)),
                Ok(None) => Live::Absent,
                Err(why) => why.into(),
            };
            self.put(&resource.address, live);
        }))
        .await;
    }

    /// The account's roles, users, groups and policies of its own, asked for once.
    pub async fn iam(&self) -> Result<&Dump, &AwsError> {
        let filter = ["Role", "User", "Group", "LocalManagedPolicy"];
        let input = json!({"Filter": filter, "MaxItems": 1000});
        let dump = async { Ok(Dump::new(self.loader.of_account(IAM, input).await?)) };
        self.iam.get_or_init(|| dump).await.as_ref()
    }

    /// ARNs that carry the stack's tag, each with all its tags, as the search has them. It lags.
    pub async fn search(&self) -> Result<&HashMap<String, Tags>, &AwsError> {
        let filter =
            json!({"TagFilters": [{"Key": STACK_TAG, "Values": [self.stack.name]}], "ResourcesPerPage": 100});
        let search = async {
            let mut tagged = HashMap::new();
            let of = |mapping: &Value| {
                Some((mapping["ResourceARN"].as_str()?.to_string(), Tags::of(&mapping["Tags"])))
            };
            let page = |page: Value| {
                tagged.extend(page["ResourceTagMappingList"].as_array().into_iter().flatten().filter_map(of));
            };
            self.loader.read_pages(SEARCH, filter, page).await?;
            Ok(tagged)
        };
        self.search.get_or_init(|| search).await.as_ref()
    }

    /// Tags that no other answer tells. A glance takes the search's word for it that
    /// nothing has changed: what it shows otherwise, or does not show, is asked of
    /// the resource itself.
    pub async fn tags(
        &self,
        resource: &Resource,
        arn: &str,
        ask: impl Future<Output = Result<Value, AwsError>>,
    ) -> Result<Value, AwsError> {
        if self.look == Look::Glance
            && let Ok(search) = self.search().await
            && let Some(tags) = search.get(arn)
            && tags.are_declared(self.stack, resource)
        {
            return Ok(tags.to_value());
        }
        ask.await
    }

    /// The same, if somebody has asked for it.
    pub fn iam_if_asked(&self) -> Option<&Dump> {
        self.iam.get()?.as_ref().ok()
    }

    /// `arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE`.
    pub fn arn(&self, service: &str, resource: &str) -> String {
        format!("arn:{}:{service}:{}:{}:{resource}", self.stack.home.partition, self.region, self.account)
    }

    /// Says what was found at an address; the first word counts.
    pub fn put(&self, address: &Address, live: Live) {
        if let Some(cell) = self.cells.get(address) {
            // a second word on one address has nobody left to read it
            let _ = cell.set(live);
        }
    }

    /// Says the ARN of what is there, while its tags and attributes are still to be read.
    pub fn put_arn(&self, address: &Address, arn: &str) {
        if let Some(cell) = self.arns.get(address) {
            let _ = cell.set(arn.to_string());
        }
    }

    /// The ARN of what is there, as soon as it is known.
    pub async fn arn_of(&self, address: &Address) -> Option<&str> {
        let (early, cell) = (self.arns.get(address)?, self.cells.get(address)?);
        tokio::select! {
            biased;
            arn = early.wait() => Some(arn.as_str()),
            live = cell.wait() => live.found()?.export("arn"),
        }
    }

    /// Says of several resources that one and the same thing went wrong.
    pub fn fail(&self, resources: &[&Resource], error: &AwsError) {
        for resource in resources {
            self.put(&resource.address, unreadable(error));
        }
    }

    pub fn absent(&self, resource: &Resource) {
        self.put(&resource.address, Live::Absent);
    }

    pub fn put_lookup(&self, address: &Address, looked: Looked) {
        if let Some(cell) = self.lookups.get(address) {
            let _ = cell.set(looked);
        }
    }

    /// Something that carries the stack's tag and is not declared under its name.
    pub fn orphan(&self, orphan: Orphan) {
        lock(&self.orphans).push(orphan);
    }

    /// A part of the account where nobody could look for leftovers.
    pub fn blind(&self, what: String) {
        lock(&self.blind).push(what);
    }

    /// What a lookup's answer says beside the ids.
    pub fn met(&self, add: impl FnOnce(&mut Network)) {
        add(&mut lock(&self.network));
    }

    /// The VPCs of the subnets that lookups met.
    pub fn vpcs(&self) -> BTreeSet<String> {
        lock(&self.network).subnets.values().map(|subnet| subnet.vpc.clone()).collect()
    }

    /// A resource as found, once it is found.
    pub async fn live(&self, address: &Address) -> Option<&Live> {
        match self.cells.get(address) {
            Some(cell) => Some(cell.wait().await),
            None => None,
        }
    }

    /// The text at a field of a spec, waiting for what it refers to.
    pub async fn text(&self, resource: &Resource, field: &str) -> Result<String, Trouble> {
        match resource.spec.get(field) {
            Some(tree) => self.tree_text(tree).await,
            None => Err(Trouble::ParentUnreadable(format!("`{field}` is missing"))),
        }
    }

    /// A text with references in it, waiting for them.
    pub async fn tree_text(&self, tree: &Tree) -> Result<String, Trouble> {
        match tree {
            Tree::Scalar(scalar) => Ok(scalar.to_string()),
            Tree::Template(parts) => {
                let mut out = String::new();
                for part in parts {
                    match part {
                        Part::Text(text) => out.push_str(text),
                        Part::Ref(reference) => out.push_str(&self.value(reference).await?),
                    }
                }
                Ok(out)
            }
            Tree::List(_) | Tree::Map(_) => Err(Trouble::ParentUnreadable("a text was expected".into())),
        }
    }

    async fn value(&self, reference: &Reference) -> Result<String, Trouble> {
        if let Some(Value::String(text)) = self.stack.declared(reference) {
            return Ok(text);
        }
        if let Some(cell) = self.lookups.get(&reference.target) {
            return match cell.wait().await {
                Looked::Up(Value::String(text)) => Ok(text.clone()),
                Looked::Up(_) => Err(Trouble::ParentUnreadable(format!("{} is a list", reference.target))),
                Looked::Failed(why) => Err(Trouble::ParentUnreadable(why.clone())),
            };
        }
        if reference.attribute == "arn"
            && let Some(arn) = self.arn_of(&reference.target).await
        {
            return Ok(arn.to_string());
        }
        match self.live(&reference.target).await {
            Some(Live::Present(found)) => {
                found.export(&reference.attribute).map(str::to_string).ok_or_else(|| {
                    Trouble::ParentUnreadable(format!("{} has no {}", reference.target, reference.attribute))
                })
            }
            Some(Live::Unreadable(why)) => {
                Err(Trouble::ParentUnreadable(format!("{}: {why}", reference.target)))
            }
            Some(Live::Absent) | None => Err(Trouble::ParentAbsent),
        }
    }

    /// Puts what follows for a resource from the trouble with its parent.
    pub fn troubled(&self, resource: &Resource, trouble: Trouble) {
        self.put(&resource.address, trouble.into());
    }

    /// AWS's document as a found resource: its spec, tags and owner.
    pub fn found(
        &self,
        kind: KindId,
        document: &Value,
        tag_list: &Value,
        exports: &[(&str, &Value)],
    ) -> Found {
        let fields = kind.kind().fields();
        let mut spec = from_aws(fields, document);
        let (own, owner) = tags::split(tag_list);
        if kind.kind().tagged {
            spec["tags"] = json!(own);
        }
        let all = tags::read(tag_list);
        for field in fields.fields.iter().filter(|field| field.kept) {
            if let Some(text) = all.get(&setting_tag(field)) {
                spec[&field.name] = serde_json::from_str(text).unwrap_or_else(|_| json!(text));
            }
        }
        let exports = exports
            .iter()
            .filter_map(|(name, value)| {
                let text = match value {
                    Value::Null => return None,
                    Value::String(text) => text.clone(),
                    other => other.to_string(),
                };
                Some((name.to_string(), text))
            })
            .collect();
        Found { spec: spec.into(), exports, owner, ..Found::default() }
    }

    pub fn into_snapshot(self) -> Snapshot {
        let unread = || Live::Unreadable("it was not read".into());
        let unlooked = || Looked::Failed("it was not looked up".into());
        Snapshot {
            live: self
                .cells
                .into_iter()
                .map(|(a, cell)| (a, cell.into_inner().unwrap_or_else(unread)))
                .collect(),
            lookups: self
                .lookups
                .into_iter()
                .map(|(a, cell)| (a, cell.into_inner().unwrap_or_else(unlooked)))
                .collect(),
            orphans: self.orphans.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner),
            blind: self.blind.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner),
            network: self.network.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner),
            caller: None,
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// What nothing in the account can mark is the stack's by its own word: `adopt = true`.
pub fn by_its_word(cx: &Cx<'_>, resource: &Resource, found: &mut Found) {
    if found.owner.is_none() && resource.settings.adopt && unmarkable(cx.stack, resource) {
        found.owner = Some(Owner { stack: cx.stack.name.clone(), address: resource.address.to_string() });
    }
}
