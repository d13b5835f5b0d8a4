//! `recon pull`: TOML from an account.

use recon_diff::StandIns;
use recon_model::KindId::{CodepipelinePipeline, EcsCluster, EcsService};
use recon_model::load::partition;
use recon_model::schema::Home;
use recon_model::write::{Item, write};
use recon_model::{Found, KindId};
use recon_observe::pull::{Wanted, pull};

use super::init;
use crate::args::{PullArgs, Start};
use crate::console::Console;
use crate::engine::with_session;
use crate::{Exit, Failure};

pub fn run(args: &PullArgs, console: &Console) -> Result<Exit, Failure> {
    init::free(&args.folder)?;
    let (wanted, what) = first(&args.start);
    with_session(
        args.sandbox.as_deref(),
        usize::from(args.parallelism),
        args.region.clone(),
        async |session| {
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
                found.spec = secrets.spec(*kind, &found.spec);
            }
            let items: Vec<Item<'_>> =
                found.iter().map(|(kind, found)| Item { kind: *kind, found }).collect();
            let files: Vec<(String, String)> =
                write(&args.name, &home, &items, secrets.names()).into_iter().collect();
            init::put(&args.folder, &files)?;
            let folder = args.folder.display();
            console.out(&format!(
            "wrote {} resources into {folder}/: {}\nnext: recon plan -C {folder}, which takes them over and changes nothing else\n",
            items.len(),
            files.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ")
        ));
            let given: Vec<String> = secrets.names().map(|name| format!("RECON_VAR_{name}")).collect();
            if !given.is_empty() {
                console.out(&format!(
                    "what looks secret is not in these files; give it to every run in the environment: {}\n",
                    given.join(", ")
                ));
            }
            Ok(Exit::Clean)
        },
    )
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
