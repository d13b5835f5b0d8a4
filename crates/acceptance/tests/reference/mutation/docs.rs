//! `docs/mutation.md`: the sample of every test run, which must be current, and the last longer run.

use std::fs;

use recon_acceptance::root;

use super::table::Table;

pub const COMMAND: &str = "UPDATE_DOCS=1 cargo test -p recon-acceptance --test reference mutation";

const HEAD: &str = "\
# Mutation

`desired/` is broken in one place at a time, in every way that applies there. The sandbox, which has AWS's
refusals, is then asked to build it in an empty account; it refuses where an apply fails or never comes to rest.
What `recon check` finds offline is held against that.

- **no stack**: the reading of the folder refuses it already
- **refused**: it is a stack, and the sandbox refuses it
- **found**: `recon check` finds an error in what the sandbox refuses
- **beyond**: `recon check` finds an error in what the sandbox builds: it would not work later
";
const SAMPLE: &str = "\n## What every test run repeats\n";
const LONGER: &str = "\n## The last longer run\n";

/// A sample of each way to break something, always the same one.
pub fn sample(table: &Table) -> String {
    format!("{SAMPLE}\nMade by `{COMMAND}`; the test fails where it is not current.\n\n{}", table.rows())
}

/// More of them, by a seed of their own, and what is not found.
pub fn longer(stack: &str, wanted: &str, seed: u64, table: &Table, missed: &[String]) -> String {
    let command = format!("MUTATION_STACK={stack} MUTATIONS={wanted} MUTATION_SEED={seed} {COMMAND}");
    let mut out = format!("{LONGER}\nMade by `{command}`.\n\n{}", table.rows());
    if !missed.is_empty() {
        let short = |line: &String| line.split(" (request id").next().unwrap_or(line).to_string();
        let missed: Vec<String> = missed.iter().map(short).collect();
        out.push_str(&format!("\nNot found:\n\n```text\n{}\n```\n", missed.join("\n")));
    }
    out
}

fn page() -> String {
    fs::read_to_string(root().join("docs/mutation.md")).unwrap_or_default()
}

pub fn has(section: &str) -> bool {
    page().contains(section)
}

/// Puts a section in the place of the one that is there.
pub fn write(section: &str) {
    let page = page();
    let of = |title: &str, end: &str| {
        let from = page.find(title)?;
        let rest = &page[from..];
        Some(rest[..rest.find(end).unwrap_or(rest.len())].to_string())
    };
    let is_sample = section.starts_with(SAMPLE);
    let sample = if is_sample { Some(section.to_string()) } else { of(SAMPLE, LONGER) };
    let longer = if is_sample { of(LONGER, "\n## \u{0}") } else { Some(section.to_string()) };
    let text = [HEAD.to_string(), sample.unwrap_or_default(), longer.unwrap_or_default()].concat();
    fs::write(root().join("docs/mutation.md"), text).unwrap();
}
