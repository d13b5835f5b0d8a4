//! The commit that a folder stands at, read from git's own files: no process
//! is started, and what a pull request puts into them is only shown.

use std::fs;
use std::path::{Path, PathBuf};

/// Letters of a commit's id that people write.
const SHORT: usize = 7;

/// The short id, where the folder is part of a git work tree.
pub fn of(folder: &Path) -> Option<String> {
    let folder = fs::canonicalize(folder).ok()?;
    let git = folder.ancestors().map(|dir| dir.join(".git")).find(|git| git.exists())?;
    let git = if git.is_dir() { git } else { linked(&git)? };
    let head = fs::read_to_string(git.join("HEAD")).ok()?;
    let id = match head.trim().strip_prefix("ref: ") {
        Some(name) => branch(&git, name)?,
        None => head.trim().to_string(),
    };
    let is_id = id.len() >= 40 && id.chars().all(|c| c.is_ascii_hexdigit());
    is_id.then(|| id[..SHORT].to_string())
}

/// A work tree beside the repository says where that is.
fn linked(file: &Path) -> Option<PathBuf> {
    let text = fs::read_to_string(file).ok()?;
    let to = Path::new(text.trim().strip_prefix("gitdir: ")?).to_path_buf();
    Some(if to.is_absolute() { to } else { file.parent()?.join(to) })
}

fn branch(git: &Path, name: &str) -> Option<String> {
    let common = fs::read_to_string(git.join("commondir")).ok();
    let shared = common.map_or_else(|| git.to_path_buf(), |dir| git.join(dir.trim()));
    let loose = [git, &shared].iter().find_map(|dir| fs::read_to_string(dir.join(name)).ok());
    if let Some(id) = loose {
        return Some(id.trim().to_string());
    }
    let packed = fs::read_to_string(shared.join("packed-refs")).ok()?;
    packed.lines().find_map(|line| Some(line.strip_suffix(name)?.trim().to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "4f2c9e1aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
        let top = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = top.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        fs::create_dir_all(top.path().join("stacks/desired")).unwrap();
        top
    }

    fn commit(files: &[(&str, &str)]) -> Option<String> {
        of(&tree(files).path().join("stacks/desired"))
    }

    #[test]
    fn a_branch_is_followed_loose_and_packed() {
        let head = (".git/HEAD", "ref: refs/heads/main\n");
        let short = Some(ID[..7].to_string());
        assert_eq!(commit(&[head, (".git/refs/heads/main", &format!("{ID}\n"))]), short);
        let packed = format!("# pack-refs\n{ID} refs/heads/main\n");
        assert_eq!(commit(&[head, (".git/packed-refs", &packed)]), short);
    }

    #[test]
    fn a_detached_head_is_its_own_commit() {
        assert_eq!(commit(&[(".git/HEAD", ID)]), Some(ID[..7].to_string()));
    }

    #[test]
    fn what_is_no_commit_is_none() {
        assert_eq!(commit(&[(".git/HEAD", "ref: refs/heads/none")]), None);
        assert_eq!(commit(&[(".git/HEAD", "\u{1b}[31m")]), None);
    }
}
