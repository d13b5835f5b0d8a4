//! A plan in a file of its own, to be approved now and carried out later.
//!
//! One line says what follows and carries a hash of it; then comes JSON. The
//! hash finds a file that was cut off or edited. It is no signature: whoever can
//! write the file can make another hash. What keeps a forged plan harmless is
//! that `apply` makes the plan anew and does nothing that the new one lacks.

use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use recon_diff::Seen;
use recon_model::load::words;
use recon_model::plan::Plan;
use recon_model::{Address, Snapshot, Stack};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;

use crate::Failure;
use crate::args::StackArgs;

/// Grows when an older recon could not carry the file out as it was meant.
const FORMAT: u32 = 1;
const WORD: &str = "recon-plan";
/// A plan of a hundred thousand resources has room in it.
const LARGEST: u64 = 512 * 1024 * 1024;

/// What the file holds.
#[derive(Debug, Serialize, Deserialize)]
pub struct Saved {
    /// The version of the recon that made it.
    pub recon: String,
    /// The folder and the overlay that it was made from.
    pub desired: PathBuf,
    pub env: Option<String>,
    pub targets: Vec<Address>,
    pub replace: Vec<Address>,
    pub plan: Plan,
    seen: Seen,
}

impl Saved {
    pub fn of(
        args: &StackArgs,
        options: &recon_diff::Options,
        stack: &Stack,
        snapshot: &Snapshot,
        plan: Plan,
    ) -> Result<Self, Failure> {
        let mut salt = [0_u8; 16];
        getrandom::fill(&mut salt)
            .map_err(|error| Failure::new(format!("the system gives no random numbers: {error}")))?;
        let salt: String = salt.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Self {
            recon: version().into(),
            desired: args.folder.desired.clone(),
            env: args.folder.overlay.env.clone(),
            targets: options.targets.clone(),
            replace: options.replace.clone(),
            seen: Seen::of(stack, snapshot, &plan, &salt),
            plan,
        })
    }

    /// The stack that it was made from, unless the command line names another.
    pub fn stack_args(&self, said: &StackArgs) -> StackArgs {
        let mut args = said.clone();
        if args.folder.desired.as_os_str() == "desired" && args.folder.overlay.env.is_none() {
            args.folder.desired.clone_from(&self.desired);
            args.folder.overlay.env.clone_from(&self.env);
        }
        args
    }

    pub fn options(&self) -> recon_diff::Options {
        recon_diff::Options {
            targets: self.targets.clone(),
            replace: self.replace.clone(),
            destroy: false,
            full: false,
            ..recon_diff::Options::default()
        }
    }

    /// All of it or nothing, and for nobody else to read.
    pub fn write(&self, path: &Path) -> Result<(), Failure> {
        let cannot = |error: &dyn std::fmt::Display| {
            Failure::new(format!("the plan cannot be written to {}: {error}", path.display()))
        };
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let body = serde_json::to_vec(self).map_err(|error| cannot(&error))?;
        // such a file is 0600 from the start
        let mut file = NamedTempFile::new_in(folder).map_err(|error| cannot(&error))?;
        let head = format!("{WORD} {FORMAT} {} {}\n", digest(&body), body.len());
        file.write_all(head.as_bytes())
            .and_then(|()| file.write_all(&body))
            .and_then(|()| file.as_file().sync_all())
            .map_err(|error| cannot(&error))?;
        file.persist(path).map_err(|error| cannot(&error.error))?;
        Ok(())
    }

    /// The plan of a file, if it is whole and of this very recon.
    pub fn open(path: &Path) -> Result<Self, Failure> {
        let saved = Self::parse(path, &read(path)?)?;
        if saved.recon != version() {
            let text =
                format!("{} was made by recon {}, this is recon {}", path.display(), saved.recon, version());
            return Err(
                Failure::new(text).help("what that plan says, this recon might do otherwise: plan again")
            );
        }
        Ok(saved)
    }

    /// Is it such a file at all, whole or not?
    pub fn looks_like(bytes: &[u8]) -> bool {
        bytes.starts_with(WORD.as_bytes())
    }

    /// The plan of these bytes, whichever recon made it.
    pub fn parse(path: &Path, bytes: &[u8]) -> Result<Self, Failure> {
        let again = "nothing was done: make it again with `recon plan --out FILE`";
        let wrong = |what: &str| Failure::new(format!("{} {what}", path.display())).help(again);
        let line = bytes.iter().take(200).position(|byte| *byte == b'\n');
        let head = line.and_then(|end| std::str::from_utf8(&bytes[..end]).ok()).unwrap_or_default();
        let words: Vec<&str> = head.split(' ').collect();
        let [WORD, format, sum, length] = words[..] else {
            return Err(wrong("is no plan that `recon plan --out` wrote"));
        };
        if format.parse() != Ok(FORMAT) {
            return Err(wrong(&format!("is of format {format}, this recon carries out format {FORMAT}")));
        }
        let body = &bytes[head.len() + 1..];
        let Ok(length) = length.parse::<usize>() else {
            return Err(wrong("was edited: its first line is none of recon's"));
        };
        if body.len() < length {
            return Err(wrong(&format!("is cut off: {} of {length} bytes are there", body.len())));
        }
        if digest(body) != sum {
            return Err(wrong("was edited after recon had written it"));
        }
        serde_json::from_slice(body).map_err(|error| wrong(&format!("is no plan of this recon: {error}")))
    }

    /// What has moved since, and the plan as it may be carried out now.
    ///
    /// # Errors
    /// When it was made for another place, or something that matters to it has moved.
    pub fn renewed(&self, stack: &Stack, snapshot: &Snapshot, fresh: &Plan) -> Result<Plan, Failure> {
        for (what, then, now) in [
            ("the stack", &self.plan.stack, &fresh.stack),
            ("account", &self.plan.account, &fresh.account),
            ("region", &self.plan.region, &fresh.region),
        ] {
            if then != now {
                let text = format!("nothing was done: the plan is for {what} `{then}`, this is `{now}`");
                return Err(
                    Failure::new(text).help("use the folder and the credentials that it was made with")
                );
            }
        }
        let (matters, _) = self.seen.moved(&self.plan, stack, snapshot, fresh);
        if matters.is_empty() {
            return Ok(recon_diff::approved(&self.plan, fresh));
        }
        let lines: String = matters.iter().map(|moved| format!("\n{moved}")).collect();
        Err(Failure::new(format!(
            "nothing was done: since plan {} was made, this moved:{lines}",
            self.plan.id
        ))
        .help("plan again, look at what is new, and apply that"))
    }
}

pub fn version() -> &'static str {
    env!("CARGO_PKG_VERSION")
}

/// A file's bytes; one that is larger than any plan is not read to its end.
pub fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let cannot =
        |error: &dyn std::fmt::Display| Failure::new(format!("{} cannot be read: {error}", path.display()));
    let mut bytes = Vec::new();
    let result = if path.as_os_str() == "-" {
        std::io::stdin().take(LARGEST + 1).read_to_end(&mut bytes)
    } else {
        File::open(path).and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes))
    };
    result.map_err(|error| cannot(&words(&error)))?;
    if bytes.len() as u64 > LARGEST {
        return Err(cannot(&"it is larger than 512 MiB, no plan is"));
    }
    Ok(bytes)
}

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
