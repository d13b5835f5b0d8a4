//! `recon pull`: TOML from an account.

use std::collections::BTreeSet;
use std::path::Path;

use recon_diff::StandIns;
use recon_model::KindId::{CodepipelinePipeline, EcsCluster, EcsService};
use recon_model::load::{Options, load, partition};
use recon_model::schema::Home;
use recon_model::write::{Allowed, Item, write};
use recon_model::{Address, Found, KindId};
use recon_observe::pull::{Wanted, pull};
use recon_rules::Severity;

use super::init;
use crate::args::{PullArgs, Start};
use crate::console::Console;
use crate::engine::with_session;
use crate::{Exit, Failure};

pub fn run(args: &PullArgs, console: &Console) -> Result<Exit, Failure> {
    init::free(&args.folder)?;
    let (wanted, what) = first(&args.start);
    let parallelism = usize::from(args.parallelism);
    with_session(args.sandbox.as_deref(), parallelism, args.region.clone(), async |session| {
        let region = session.region().to_string();
        let account = session.account().await?.to_string();
        let home = Home { partition: partition(&region).to_string(), region, account };
        let pulled = pull(&home, &session, wanted).await?;
        console.calls(&session.calls());
        for missed in &pulled.missed {
            console.say(&format!("not looked at: {missed}\n"));
        }
        if pulled.resources.is_empty() {
            let text = format!("there is no {what} in {}/{}", home.account, home.region);
            return Err(Failure::new(text).help("another region? --region, or AWS_REGION"));
        }
        let mut secrets = StandIns::default();
        let mut found: Vec<(KindId, Found)> =
            pulled.resources.into_iter().map(|one| (one.kind, one.found)).collect();
        for (kind, found) in &mut found {
            found.spec = secrets.spec(*kind, &found.spec.value()).into();
        }
        let items: Vec<Item<'_>> = found.iter().map(|(kind, found)| Item { kind: *kind, found }).collect();
        let files =
            |allowed: &Allowed| Vec::from_iter(write(&args.name, &home, &items, secrets.names(), allowed));
        let mut written = files(&Allowed::new());
        init::put(&args.folder, &written)?;
        let objections = objections(&args.folder, secrets.names());
        if !objections.is_empty() {
            written = files(&objections);
            init::put(&args.folder, &written)?;
            console.say(&told(&objections));
        }
        let folder = args.folder.display();
        console.out(&format!(
            "wrote {} resources into {folder}/: {}\nnext: recon plan -C {folder}, which takes them over and changes nothing else\n",
            items.len(),
            written.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ")
        ));
        let given: Vec<String> = secrets.names().map(|name| format!("RECON_VAR_{name}")).collect();
        if !given.is_empty() {
            console.out(&format!(
                "what looks secret is not in these files; give it to every run in the environment: {}\n",
                given.join(", ")
            ));
        }
        Ok(Exit::Clean)
    })
}

/// What the rules call an error and the account has all the same: it comes in as it is.
fn objections<'v>(folder: &Path, variables: impl Iterator<Item = &'v str>) -> Allowed {
    let mut allowed = Allowed::new();
    // the rules need no secret's value
    let vars = variables.map(|name| (name.to_string(), "secret".to_string())).collect();
    let Ok(stack) = load(folder, &Options { vars, ..Options::default() }) else { return allowed };
    for finding in recon_rules::check(&stack) {
        if let (Severity::Error, Some(address)) = (finding.severity, finding.address) {
            allowed.entry(address).or_default().insert(finding.rule.id.to_string());
        }
    }
    allowed
}

fn told(objections: &Allowed) -> String {
    let line = |(address, rules): (&Address, &BTreeSet<String>)| {
        format!("  {address}: {}\n", Vec::from_iter(rules.iter().map(String::as_str)).join(", "))
    };
    let lines: String = objections.iter().map(line).collect();
    format!("rules object to what is so in the account; `allow` in the TOML lets it be:\n{lines}")
}

fn first(start: &Start) -> (Wanted, String) {
    match (&start.cluster, &start.service, &start.pipeline) {
        (_, Some((cluster, name)), _) => (
            Wanted::named(EcsService, &[("cluster", cluster), ("name", name)]),
            format!("service {cluster}/{name}"),
        ),
        (_, _, Some(name)) => {
            (Wanted::named(CodepipelinePipeline, &[("name", name)]), format!("pipeline {name}"))
        }
        (name, ..) => {
            let name = name.as_deref().unwrap_or_default();
            (Wanted::named(EcsCluster, &[("name", name)]), format!("cluster {name}"))
        }
    }
}
