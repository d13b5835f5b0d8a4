//! One stack or many: `-C stacks/*`, `--shard 2/8`.

use std::fmt;
use std::path::{Component, Path, PathBuf};
use std::str::FromStr;

use clap::Args;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{AwsArgs, FOLDER_OF_A_STACK, FolderArgs, Overlay, StackArgs};

/// Which stacks, and in which AWS.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Stack")]
pub struct StacksArgs {
    /// Folder of the stack's TOML; several (`-C stacks/*`) are read in one run
    #[arg(short = 'C', long, value_name = "DIR", num_args = 1.., default_value = FOLDER_OF_A_STACK)]
    pub desired: Vec<PathBuf>,
    /// Of several folders, part N of M: the same ones in every run, told by a hash of the
    /// folder's path as it is given here. `recon report merge` puts the parts together
    #[arg(long, value_name = "N/M")]
    pub shard: Option<Shard>,
    #[command(flatten)]
    pub overlay: Overlay,
    #[command(flatten)]
    pub aws: AwsArgs,
}

impl StacksArgs {
    /// The one stack that it is about, in the form of one.
    pub fn single(&self) -> Option<StackArgs> {
        match (&self.desired[..], self.shard) {
            ([folder], None) => Some(self.stack(folder)),
            _ => None,
        }
    }

    /// The stacks of this run; each folder once.
    pub fn each(&self) -> Vec<StackArgs> {
        let mut seen = Vec::new();
        for folder in &self.desired {
            let mine = self.shard.is_none_or(|shard| shard.has(folder));
            if mine && !seen.contains(&plain(folder)) {
                seen.push(plain(folder));
            }
        }
        seen.iter().map(|folder| self.stack(Path::new(folder))).collect()
    }

    fn stack(&self, folder: &Path) -> StackArgs {
        StackArgs {
            folder: FolderArgs { desired: folder.to_path_buf(), overlay: self.overlay.clone() },
            aws: self.aws.clone(),
        }
    }
}

/// Part `index` of `of`, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Shard {
    pub index: u32,
    pub of: u32,
}

impl Shard {
    /// Whether a folder belongs to it. A folder more or less moves no other one.
    pub fn has(self, folder: &Path) -> bool {
        let hash = Sha256::digest(plain(folder).as_bytes());
        let head = hash.iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        head % u64::from(self.of) == u64::from(self.index) - 1
    }
}

/// `./stacks//shop/` is `stacks/shop`, on every system.
fn plain(folder: &Path) -> String {
    let parts = folder.components().filter(|part| *part != Component::CurDir);
    let words: Vec<_> = parts.map(|part| part.as_os_str().to_string_lossy()).collect();
    if words.is_empty() { ".".to_string() } else { words.join("/").replacen("//", "/", 1) }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let numbers = text.split_once('/').and_then(|(n, m)| Some((n.parse().ok()?, m.parse().ok()?)));
        match numbers {
            Some((index, of)) if 1 <= index && index <= of => Ok(Self { index, of }),
            _ => Err("write N/M with N from 1 to M: 2/8".to_string()),
        }
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_folder_is_in_exactly_one_part_and_stays_there() {
        let folders: Vec<PathBuf> = (0..100).map(|n| format!("stacks/s{n}").into()).collect();
        let parts: Vec<Shard> = (1..=8).map(|index| Shard { index, of: 8 }).collect();
        for folder in &folders {
            assert_eq!(parts.iter().filter(|part| part.has(folder)).count(), 1, "{}", folder.display());
        }
        // of what was once split somebody may depend on: these never change
        let first: Vec<String> = folders.iter().filter(|f| parts[0].has(f)).map(|f| plain(f)).collect();
        assert_eq!(first, FIRST);
    }

    const FIRST: &[&str] = &[
        "stacks/s5",
        "stacks/s6",
        "stacks/s10",
        "stacks/s31",
        "stacks/s35",
        "stacks/s37",
        "stacks/s44",
        "stacks/s49",
        "stacks/s50",
        "stacks/s59",
        "stacks/s82",
        "stacks/s89",
        "stacks/s95",
        "stacks/s97",
    ];

    #[test]
    fn a_folder_is_the_same_however_it_is_written() {
        for text in ["stacks/shop", "./stacks/shop", "stacks//shop/", "stacks/./shop"] {
            assert_eq!(plain(Path::new(text)), "stacks/shop");
        }
        assert_eq!(plain(Path::new("/srv/shop/")), "/srv/shop");
        assert_eq!(plain(Path::new(".")), ".");
    }

    #[test]
    fn a_part_is_one_of_so_many() {
        assert_eq!("2/8".parse(), Ok(Shard { index: 2, of: 8 }));
        for text in ["0/8", "9/8", "2", "a/b", "1/0", "-1/2"] {
            assert!(text.parse::<Shard>().is_err(), "{text}");
        }
    }
}
