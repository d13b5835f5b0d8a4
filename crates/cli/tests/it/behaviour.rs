//! The binary as a shell sees it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// A folder of its own with the reference stack in it.
pub struct Place(TempDir);

impl Place {
    pub fn empty() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn with_the_reference_stack() -> Self {
        let place = Self::empty();
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../desired"), &place.path("desired"));
        place
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        fs::write(self.path(name), text).unwrap();
    }

    /// Replaces a text that must be there.
    pub fn edit(&self, name: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.path(name)).unwrap();
        assert!(text.contains(from), "{name} holds no {from}");
        self.write(name, &text.replace(from, to));
    }

    /// The command, in this folder, with nothing in its environment.
    pub fn command(&self, words: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_recon"));
        command.args(words.split_whitespace()).current_dir(self.0.path()).env_clear();
        command.env("AWS_EC2_METADATA_DISABLED", "true").stdin(Stdio::null());
        command
    }

    pub fn recon(&self, words: &str) -> Ran {
        Ran(self.command(words).output().unwrap())
    }
}

pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.path().is_dir() {
            copy(&entry.path(), &to.join(entry.file_name()));
        } else {
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

/// What came of it.
pub struct Ran(Output);

impl Ran {
    pub fn code(&self) -> i32 {
        self.0.status.code().unwrap()
    }

    pub fn out(&self) -> String {
        String::from_utf8(self.0.stdout.clone()).unwrap()
    }

    pub fn err(&self) -> String {
        String::from_utf8(self.0.stderr.clone()).unwrap()
    }

    /// The one document on standard output.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.0.stdout).unwrap_or_else(|error| {
            panic!("no single JSON document ({error}):\n{}\nstderr:\n{}", self.out(), self.err())
        })
    }

    pub fn expect(self, code: i32) -> Self {
        assert_eq!(self.code(), code, "stdout:\n{}\nstderr:\n{}", self.out(), self.err());
        self
    }
}

#[test]
fn bad_usage_ends_with_64_and_help_with_0() {
    let place = Place::empty();
    for words in [
        "",
        "frobnicate",
        "plan --no-such",
        "plan --target x",
        "plan --var x",
        "plan --parallelism 0",
        "show",
    ] {
        let ran = place.recon(words).expect(64);
        assert_eq!(ran.out(), "", "{words}");
    }
    for words in ["--help", "-h", "--version", "plan --help", "sandbox serve -h"] {
        assert_ne!(place.recon(words).expect(0).out(), "", "{words}");
    }
}

#[test]
fn apply_then_plan_shows_no_change_and_needs_no_credentials() {
    let place = Place::with_the_reference_stack();
    place.recon("plan --sandbox").expect(0);
    assert!(!place.path(".recon").exists(), "a plan writes nothing");
    place.recon("plan --sandbox --detailed-exitcode").expect(2);
    place.recon("apply --sandbox --auto-approve").expect(0);
    let again = place.recon("plan --sandbox --detailed-exitcode").expect(0);
    assert!(again.out().starts_with("No changes. ") && again.out().lines().count() == 1, "{}", again.out());
    assert!(place.recon("apply --sandbox").expect(0).out().starts_with("No changes. "));
    place.recon("drift --sandbox").expect(0);
}

#[test]
fn destroy_leaves_nothing_to_destroy() {
    let place = Place::with_the_reference_stack();
    place.recon("apply --sandbox --auto-approve").expect(0);
    assert!(place.recon("destroy --sandbox").expect(1).err().contains("--auto-approve"));
    place.recon("destroy --sandbox --auto-approve").expect(0);
    assert!(place.recon("destroy --sandbox").expect(0).out().starts_with("Nothing to destroy. "));
}

#[test]
fn without_a_terminal_apply_refuses_and_does_nothing() {
    let place = Place::with_the_reference_stack();
    let ran = place.recon("apply --sandbox").expect(1);
    assert!(ran.out().contains("+ ecs.cluster.test"), "the plan is shown all the same: {}", ran.out());
    assert!(ran.err().contains("there is no terminal on which to ask"), "{}", ran.err());
    assert!(ran.err().contains("--auto-approve"), "{}", ran.err());
    assert!(!place.path(".recon").exists());
}

#[test]
fn a_changed_file_is_drift_and_names_field_and_line() {
    let place = Place::with_the_reference_stack();
    place.recon("apply --sandbox --auto-approve").expect(0);
    place.edit("desired/taskdef.json", "Asia/Seoul", "UTC");
    let ran = place.recon("drift --sandbox").expect(2);
    let lines: Vec<String> = ran.out().lines().map(str::to_string).collect();
    let at = lines
        .iter()
        .position(|line| line.ends_with("environment.TZ"))
        .unwrap_or_else(|| panic!("{lines:#?}"));
    assert!(lines[at + 1].trim().starts_with("desired/taskdef.json:"), "{lines:#?}");
    assert_eq!(lines[at + 2].trim(), "desired UTC");
    assert_eq!(lines[at + 3].trim(), "live    Asia/Seoul");
    let undo = "undo it: recon apply --target ecs.task_definition.api --sandbox";
    assert!(lines.iter().any(|line| line.trim() == undo), "{lines:#?}");
    place.recon("apply --auto-approve --target ecs.task_definition.api --sandbox").expect(0);
    place.recon("drift --sandbox").expect(0);
}

#[test]
fn json_is_exactly_one_document_whatever_happens() {
    let place = Place::with_the_reference_stack();
    let plan = place.recon("plan --sandbox --format json").expect(0).json();
    assert_eq!(plan["format"], 1);
    let refused = place.recon("apply --sandbox --format json").expect(1).json();
    assert_eq!(refused["result"], "refused");
    let applied = place.recon("apply --sandbox --format json --auto-approve").expect(0).json();
    assert_eq!(applied["result"], "done");
    assert_eq!(applied["done"].as_array().unwrap().len(), plan["summary"]["create"]);
    assert_eq!(place.recon("drift --sandbox --format json").expect(0).json()["summary"]["create"], 0);
    assert_eq!(place.recon("apply --sandbox --format json").expect(0).json()["result"], "nothing");
    let failed = place.recon("plan --sandbox --format json -C nowhere").expect(1);
    assert_eq!(failed.json()["errors"][0]["message"], "nowhere cannot be read: there is no such file");
    assert!(failed.err().contains("nowhere"), "people are told too: {}", failed.err());
}

#[test]
fn a_kept_plan_is_shown_as_it_was() {
    let place = Place::with_the_reference_stack();
    let plan = place.recon("plan --sandbox --format json").expect(0).out();
    place.write("plan.json", &plan);
    assert_eq!(place.recon("show plan.json --format json").expect(0).out(), plan);
    let (shown, planned) = (place.recon("show plan.json").expect(0), place.recon("plan --sandbox").expect(0));
    assert_eq!(shown.out(), planned.out().replacen("recon plan", "recon show", 1));
}

#[test]
fn what_is_no_plan_is_not_shown() {
    let place = Place::empty();
    for (text, words) in [
        ("{", "is no plan"),
        ("{\"format\": 99}", "is of format 99"),
        ("{}", "it has no `format`"),
        ("{\"format\": 1, \"stack\": \"x\"}", "missing field"),
    ] {
        place.write("plan.json", text);
        let err = place.recon("show plan.json").expect(1).err();
        assert!(err.contains(words), "{text}: {err}");
    }
    assert!(place.recon("show nowhere.json").expect(1).err().contains("nowhere.json cannot be read"));
}

#[test]
fn another_account_is_refused_before_anything_is_read() {
    let place = Place::empty();
    place.write(
        "desired/stack.toml",
        "[stack]\nname = \"s\"\nregion = \"eu-west-1\"\naccount = \"123456789012\"\n[ecs.cluster.a]\nname = \"a\"\n",
    );
    place.recon("apply --sandbox --auto-approve").expect(0);
    place.edit("desired/stack.toml", "123456789012", "999999999999");
    let ran = place.recon("plan --sandbox").expect(1);
    assert!(
        ran.err().contains("this is account 123456789012, the stack is for 999999999999"),
        "{}",
        ran.err()
    );
    assert_eq!(ran.out(), "");
}

#[test]
fn a_target_limits_the_plan_and_the_plan_says_so() {
    let place = Place::with_the_reference_stack();
    let out = place.recon("plan --sandbox --target iam.role.task").expect(0).out();
    assert!(out.contains("limited by --target to iam.role.task"), "{out}");
    assert!(out.contains("Plan: 1 create,"), "{out}");
    let err = place.recon("plan --sandbox --target iam.role.tsk").expect(1).err();
    assert!(err.contains("there is no iam.role.tsk") && err.contains("did you mean iam.role.task?"), "{err}");
}

#[test]
fn a_failure_tells_awss_reason_and_the_command_that_goes_on() {
    let place = Place::with_the_reference_stack();
    let (ours, nobodys) = ("security_groups = \"default\"", "security_groups = [\"sg-0a1b2c3d4e5f60718\"]");
    place.edit("desired/elb.toml", ours, nobodys);
    let target = "--target elb.load_balancer.test --sandbox";
    let ran = place.recon(&format!("apply --auto-approve {target}")).expect(1);
    let out = ran.out();
    assert!(out.contains("elb.load_balancer.test  creating failed"), "{out}");
    assert!(out.contains("sg-0a1b2c3d4e5f60718"), "{out}");
    assert!(
        out.split_whitespace().collect::<Vec<_>>().join(" ").contains(&format!("`recon apply {target}`")),
        "{out}"
    );
    place.edit("desired/elb.toml", nobodys, ours);
    let again = place.recon(&format!("apply --auto-approve {target}")).expect(0).out();
    assert!(again.contains("Plan: 1 create,"), "what was done is not done again: {again}");
}

#[test]
fn plain_text_where_there_is_no_terminal() {
    let place = Place::with_the_reference_stack();
    let ran = place.recon("apply --sandbox --auto-approve").expect(0);
    assert!(!ran.out().contains('\u{1b}') && !ran.err().contains('\u{1b}'), "{}", ran.err());
    let coloured = |command: &mut Command| {
        let output = command.env("CLICOLOR_FORCE", "1").output().unwrap();
        String::from_utf8(output.stdout).unwrap().contains('\u{1b}')
    };
    assert!(coloured(&mut place.command("drift --sandbox")));
    assert!(!coloured(&mut place.command("drift --sandbox --no-color")));
}

#[test]
fn variables_come_from_the_command_line_a_file_and_the_environment() {
    let place = Place::empty();
    place.write(
        "desired/stack.toml",
        "[stack]\nname = \"s\"\nregion = \"eu-west-1\"\n[variables]\ncluster = {}\n\
         [ecs.cluster.a]\nname = \"${var.cluster}\"\n",
    );
    place.write("vars.toml", "cluster = \"from-file\"\n");
    let named = |command: &mut Command| {
        let output = command.output().unwrap();
        serde_json::from_slice::<Value>(&output.stdout).unwrap()["steps"][0]["name"].clone()
    };
    let plan = "plan --sandbox --format json";
    assert!(place.recon("plan --sandbox").expect(1).err().contains("--var cluster=…"));
    assert_eq!(named(place.command(plan).env("RECON_VAR_cluster", "from-env")), "from-env");
    let file = format!("{plan} --var-file vars.toml");
    assert_eq!(named(place.command(&file).env("RECON_VAR_cluster", "from-env")), "from-file");
    assert_eq!(named(&mut place.command(&format!("{file} --var cluster=from-line"))), "from-line");
}

#[test]
fn without_credentials_the_hint_is_the_sandbox() {
    let place = Place::with_the_reference_stack();
    let err = place.recon("plan").expect(1).err();
    assert!(err.contains("no AWS credentials were found") && err.contains("--sandbox"), "{err}");
}

#[test]
fn a_broken_sandbox_file_is_told_and_reset_mends_it() {
    let place = Place::with_the_reference_stack();
    place.write(".recon/sandbox.json", "{");
    let err = place.recon("plan --sandbox").expect(1).err();
    assert!(err.contains("recon sandbox reset --sandbox .recon/sandbox.json"), "{err}");
    place.recon("sandbox reset --sandbox .recon/sandbox.json").expect(0);
    place.recon("plan --sandbox").expect(0);
}
