//! Findings as SARIF 2.1.0, for code scanning.

use std::collections::BTreeMap;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use recon_model::load::{Sources, Span};
use recon_rules::{Rule, Severity};
use serde_json::{Value, json};

use super::{Line, Place};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// What a path may not hold where a URI is wanted.
const PATH: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}')
    .add(b':');

pub fn sarif(lines: &[Line], sources: &Sources) -> Value {
    let mut rules: BTreeMap<&str, &Rule> = BTreeMap::new();
    rules.extend(lines.iter().map(|line| (line.rule.id, line.rule)));
    let position = |id: &str| rules.keys().position(|other| *other == id);
    let result = |line: &Line| {
        let mut result = json!({
            "ruleId": line.rule.id,
            "ruleIndex": position(line.rule.id),
            "level": level(line.severity),
            "message": { "text": format!("{}\n{}", line.problem.message, line.fix()) },
        });
        if let Some(span) = line.problem.span {
            let mut location = json!({ "physicalLocation": physical(span, sources) });
            if let Some(address) = &line.address {
                location["logicalLocations"] =
                    json!([{ "fullyQualifiedName": address.to_string(), "kind": "resource" }]);
            }
            result["locations"] = json!([location]);
        }
        if !line.problem.related.is_empty() {
            let related = line.problem.related.iter().enumerate().map(|(i, (span, words))| {
                json!({
                    "id": i + 1,
                    "message": { "text": words },
                    "physicalLocation": physical(*span, sources),
                })
            });
            result["relatedLocations"] = related.collect();
        }
        result
    };
    log(rules.values().map(|rule| described(rule)).collect(), lines.iter().map(result).collect())
}

/// One run of recon: what it looks for, and what it found.
pub fn log(rules: Vec<Value>, results: Vec<Value>) -> Value {
    let driver = json!({ "name": "recon", "semanticVersion": env!("CARGO_PKG_VERSION"), "rules": rules });
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{ "tool": { "driver": driver }, "columnKind": "unicodeCodePoints", "results": results }],
    })
}

/// The results of several logs of one kind as one run.
pub fn joined(logs: Vec<Value>) -> Value {
    let mut logs = logs.into_iter();
    let mut whole = logs.next().unwrap_or_else(|| log(Vec::new(), Vec::new()));
    let more: Vec<Value> =
        logs.filter_map(|mut log| results(&mut log).map(std::mem::take)).flatten().collect();
    results(&mut whole).into_iter().for_each(|results| results.extend(more.iter().cloned()));
    whole
}

fn results(log: &mut Value) -> Option<&mut Vec<Value>> {
    log.pointer_mut("/runs/0/results")?.as_array_mut()
}

fn described(rule: &Rule) -> Value {
    json!({
        "id": rule.id,
        "shortDescription": { "text": rule.title },
        "fullDescription": { "text": rule.doc },
        "help": { "text": rule.fix },
        "defaultConfiguration": { "level": level(rule.severity) },
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Advice => "note",
    }
}

/// A place in a file.
pub fn physical(span: Span, sources: &Sources) -> Value {
    let (start, end) = (Place::of(span, sources), Place::end(span, sources));
    let path = utf8_percent_encode(&start.file, PATH).to_string();
    let uri = if path.starts_with('/') { format!("file://{path}") } else { path };
    json!({
        "artifactLocation": { "uri": uri },
        "region": {
            "startLine": start.line,
            "startColumn": start.column,
            "endLine": end.line,
            "endColumn": end.column,
        },
    })
}
