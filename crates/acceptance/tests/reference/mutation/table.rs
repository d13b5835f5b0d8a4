//! The table of what is found.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::Mutant;
use super::judge::Verdict;

#[derive(Default, Clone, Copy)]
struct Row {
    breaks: usize,
    unread: usize,
    refused: usize,
    caught: usize,
    beyond: usize,
}

pub struct Table(BTreeMap<&'static str, Row>);

impl Table {
    pub fn of(mutants: &[Mutant], verdicts: &[Verdict]) -> Self {
        let mut rows: BTreeMap<&'static str, Row> = BTreeMap::new();
        for (mutant, verdict) in mutants.iter().zip(verdicts) {
            let row = rows.entry(mutant.breaker).or_default();
            let (found, refused) = (!verdict.found.is_empty(), verdict.refused.is_some());
            row.breaks += 1;
            row.unread += usize::from(verdict.unread);
            row.refused += usize::from(refused);
            row.caught += usize::from(refused && found);
            row.beyond += usize::from(found && !refused);
        }
        Self(rows)
    }

    fn sum(&self, of: fn(&Row) -> usize) -> usize {
        self.0.values().map(of).sum()
    }

    /// By the sandbox, among those that are stacks at all.
    pub fn refused(&self) -> usize {
        self.sum(|row| row.refused)
    }

    /// And by the check before it.
    pub fn caught(&self) -> usize {
        self.sum(|row| row.caught)
    }

    pub fn rows(&self) -> String {
        let mut out = String::from(
            "| break | times | no stack | refused | found | | beyond |\n|---|---:|---:|---:|---:|---:|---:|\n",
        );
        for (name, row) in &self.0 {
            line(&mut out, name, row);
        }
        let all = self.0.values().fold(Row::default(), |a, b| Row {
            breaks: a.breaks + b.breaks,
            unread: a.unread + b.unread,
            refused: a.refused + b.refused,
            caught: a.caught + b.caught,
            beyond: a.beyond + b.beyond,
        });
        line(&mut out, "**all**", &all);
        out
    }
}

fn line(out: &mut String, name: &str, row: &Row) {
    let Row { breaks, unread, refused, caught, beyond } = row;
    let share = match refused {
        0 => "–".to_string(),
        n => format!("{:.1} %", *caught as f64 * 100.0 / *n as f64),
    };
    writeln!(out, "| {name} | {breaks} | {unread} | {refused} | {caught} | {share} | {beyond} |").unwrap();
}

/// What the sandbox refuses and the check does not find.
pub fn missed(mutant: &Mutant, verdict: &Verdict) -> Option<String> {
    let why = verdict.refused.as_ref().filter(|_| verdict.found.is_empty())?;
    let cut = |text: &str| text.chars().take(240).collect::<String>();
    Some(format!("missed: {}\n    {}", cut(&mutant.what), cut(why)))
}
