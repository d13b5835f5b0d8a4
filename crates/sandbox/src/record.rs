//! Every distinct call of a process, written down for a judge from another
//! house: botocore reads it in `tests/boto3/test_calls.py`.

use std::collections::HashSet;
use std::fs::{File, OpenOptions};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::{LazyLock, Mutex, PoisonError};

use serde_json::{Value, json};

use crate::Refusal;

/// Names the folder in which every process keeps a file of its own.
const FOLDER: &str = "RECON_SANDBOX_RECORD";

struct Record {
    file: File,
    seen: HashSet<u64>,
}

static RECORD: LazyLock<io::Result<Option<Mutex<Record>>>> = LazyLock::new(open);

fn open() -> io::Result<Option<Mutex<Record>>> {
    let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from) else { return Ok(None) };
    std::fs::create_dir_all(&folder)?;
    let path = folder.join(format!("{}.jsonl", std::process::id()));
    let file = OpenOptions::new().create(true).append(true).open(path)?;
    Ok(Some(Mutex::new(Record { file, seen: HashSet::new() })))
}

/// Writes the call down, unless it was already or nobody asked for it.
///
/// # Errors
/// When it cannot be written: a record that silently lacks calls would be worse than none.
pub fn keep(
    service: &str,
    operation: &str,
    input: &Value,
    outcome: &Result<Value, Refusal>,
) -> Result<(), Refusal> {
    let cannot = |error: &io::Error| {
        Refusal::new(500, "SandboxDefect", format!("{FOLDER}: the record cannot be written: {error}"))
    };
    let Some(record) = RECORD.as_ref().map_err(cannot)? else { return Ok(()) };
    let mut line = json!({ "service": service, "operation": operation, "input": input });
    match outcome {
        Ok(answer) => line["output"] = answer.clone(),
        Err(refusal) => line["refused"] = json!(refusal.code),
    }
    let line = format!("{line}\n");
    let mut hasher = DefaultHasher::new();
    line.hash(&mut hasher);
    let mut record = record.lock().unwrap_or_else(PoisonError::into_inner);
    if record.seen.insert(hasher.finish()) {
        record.file.write_all(line.as_bytes()).map_err(|error| cannot(&error))?;
    }
    Ok(())
}
