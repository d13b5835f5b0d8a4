//! The commands of a build specification, and the variables in them.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::place::Place;

/// The phases in the order in which they run.
pub const PHASES: &[&str] = &["install", "pre_build", "build", "post_build"];

/// One command, with its phase.
#[derive(Debug, Clone)]
pub struct Command<'c> {
    pub phase: &'static str,
    pub at: Place<'c>,
    pub text: Cow<'c, str>,
}

/// Every command in the order in which they run.
pub fn commands<'c>(spec: &Place<'c>) -> Vec<Command<'c>> {
    let phases = spec.get("phases");
    let of = |phase: &'static str| {
        let phase_at = phases.get(phase);
        let lists = [phase_at.get("commands"), phase_at.get("finally")];
        let places = lists.into_iter().flat_map(|list| list.items().collect::<Vec<_>>());
        places.filter_map(move |at| Some(Command { phase, at, text: at.text()? })).collect::<Vec<_>>()
    };
    PHASES.iter().flat_map(|phase| of(phase)).collect()
}

impl Command<'_> {
    /// Does any part of it run that program with that argument?
    pub fn runs(&self, program: &str, arguments: &[&str]) -> bool {
        parts(&self.text).any(|part| {
            let mut words = part.split_whitespace().skip_while(|word| is_prefix(word));
            let own = words.next().is_some_and(|word| word.rsplit('/').next() == Some(program));
            own && words.any(|word| arguments.contains(&word))
        })
    }
}

/// What stands before a program: an assignment, or a word that runs another.
fn is_prefix(word: &str) -> bool {
    assigned(word).is_some()
        || ["sudo", "time", "exec", "env", "nohup", "if", "then", "!", "do"].contains(&word)
}

/// The simple commands of a line or a script, comments left out.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    let lines = text.lines().map(str::trim).filter(|line| !line.starts_with('#'));
    lines.flat_map(|line| line.split(['|', ';', '&', '(', ')', '`'])).map(str::trim)
}

/// The variable of `NAME=value`.
fn assigned(word: &str) -> Option<&str> {
    let (name, _) = word.split_once('=')?;
    is_name(name).then_some(name)
}

fn is_name(text: &str) -> bool {
    let first = text.chars().next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_');
    first && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// The variables that a command gives a value.
pub fn assigns(text: &str) -> BTreeSet<&str> {
    let mut found = BTreeSet::new();
    for part in parts(text) {
        let words: Vec<&str> = part.split_whitespace().collect();
        let skip = usize::from(matches!(words.first(), Some(&("export" | "local" | "declare" | "readonly"))));
        found.extend(words[skip.min(words.len())..].iter().map_while(|word| assigned(word)));
        let words = if let ["while" | "until", rest @ ..] = &words[..] { rest } else { &words[..] };
        match words {
            ["for", name, ..] => drop(found.insert(name)),
            ["read" | "mapfile" | "readarray", rest @ ..] => {
                found.extend(rest.iter().filter(|word| is_name(word)));
            }
            _ => {}
        }
    }
    // `${NAME:=value}` leaves the value behind
    found.extend(uses(text).iter().filter(|used| used.sets).map(|used| used.name));
    found
}

/// Does it read variables from elsewhere, where nobody can follow?
pub fn sources(text: &str) -> bool {
    let reads = |part: &str| matches!(part.split_whitespace().next(), Some("." | "source" | "eval"));
    parts(text).any(reads) || text.contains("export $(")
}

/// A use of a variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use<'t> {
    pub name: &'t str,
    /// It stands for another one that is not set: `${COMMIT:-$TAG}`.
    pub fallback: bool,
    /// Something else stands for it where it is not set: `${TAG:-latest}`.
    pub has_fallback: bool,
    /// It has that value from then on: `${TAG:=latest}`.
    pub sets: bool,
}

/// Every variable that a command uses; what stands in single quotes is none,
/// and what goes into a document is that document's.
pub fn uses(text: &str) -> Vec<Use<'_>> {
    let mut found = Vec::new();
    if text.contains("<<") {
        return found;
    }
    for line in text.lines().filter(|line| !line.trim_start().starts_with('#')) {
        let (mut single, mut double) = (false, false);
        let mut before = ' ';
        for (i, c) in line.char_indices() {
            match c {
                '\'' if !double && before != '\\' => single = !single,
                '"' if !single && before != '\\' => double = !double,
                '$' if !single && before != '\\' => found.extend(one(&line[i + 1..], &line[..i])),
                _ => {}
            }
            before = c;
        }
    }
    found
}

/// The variable whose name begins here.
fn one<'t>(rest: &'t str, before: &str) -> Option<Use<'t>> {
    let (braces, inner) = rest.strip_prefix('{').map_or((false, rest), |inner| (true, inner));
    let end = inner.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(inner.len());
    let name = &inner[..end];
    let after = &inner[end..];
    let has_fallback = braces && [":-", ":=", ":+", "-", "=", "+"].iter().any(|op| after.starts_with(op));
    let sets = braces && [":=", "="].iter().any(|op| after.starts_with(op));
    let fallback = before.ends_with(":-") || before.ends_with(":=");
    is_name(name).then_some(Use { name, fallback, has_fallback, sets })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_found_as_the_shell_sees_them() {
        let names = |text| uses(text).iter().map(|found| found.name.to_string()).collect::<Vec<_>>();
        assert_eq!(names("docker push $A.dkr.ecr.${B}.amazonaws.com/$C:$D"), ["A", "B", "C", "D"]);
        assert_eq!(names("awk '{print $NAME}' \"$FILE\""), ["FILE"]);
        assert_eq!(names("echo \\$NOT $1 $? $$"), Vec::<String>::new());
        assert_eq!(names("# $NOT\n$YES"), ["YES"]);
    }

    #[test]
    fn a_fallback_is_told_from_what_it_stands_for() {
        let found = uses("${COMMIT:-$TAG}");
        assert!(found[0].has_fallback && !found[0].fallback);
        assert!(found[1].fallback && !found[1].has_fallback);
    }

    #[test]
    fn assignments_are_found_where_a_command_begins() {
        let names = |text| assigns(text).into_iter().collect::<Vec<_>>();
        assert_eq!(names("A=1 && export B=$A; for C in 1 2; do echo D=1; done"), ["A", "B", "C"]);
        assert_eq!(names("docker build --build-arg X=1 ."), Vec::<&str>::new());
    }
}
