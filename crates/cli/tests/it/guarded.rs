//! Alone on a stack, noted, stopped when asked: the binary against a served sandbox.

use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use std::{fs, thread};

use recon_sandbox::{Fault, Refusal};

use super::behaviour::Place;
use super::served::{Server, serve_hooked, serve_with};

/// So many log groups, one after the other.
fn place_of(groups: usize) -> Place {
    let place = Place::empty();
    place.write("desired/stack.toml", &stack_of(groups));
    place
}

fn stack_of(groups: usize) -> String {
    let mut toml = "[stack]\nname = \"s\"\nregion = \"eu-west-1\"\n".to_string();
    for n in 0..groups {
        toml += &format!("[logs.log_group.g{n}]\nname = \"g{n}\"\nretention_in_days = 7\n");
    }
    toml
}

const APPLY: &str = "apply --auto-approve --parallelism 1";

fn remote(place: &Place, url: &str, words: &str) -> Command {
    let mut command = place.command(words);
    command.env("AWS_ENDPOINT_URL", url).env("AWS_ACCESS_KEY_ID", "x").env("AWS_SECRET_ACCESS_KEY", "x");
    command
}

fn run(place: &Place, url: &str, words: &str) -> Output {
    remote(place, url, words).output().unwrap()
}

fn code(output: &Output) -> Option<i32> {
    output.status.code()
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A run that has done something and has more to do.
struct Running {
    child: Child,
    told: BufReader<std::process::ChildStderr>,
}

impl Running {
    fn begin(place: &Place, url: &str) -> Self {
        let mut command = remote(place, url, APPLY);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut told = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        while !line.contains("1/") {
            line.clear();
            assert_ne!(told.read_line(&mut line).unwrap(), 0, "it ended before it did anything");
        }
        Self { child, told }
    }

    fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args([name, &pid]).status().unwrap().success());
    }

    fn end(mut self) -> Output {
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        self.told.read_to_end(&mut stderr).unwrap();
        self.child.stdout.take().unwrap().read_to_end(&mut stdout).unwrap();
        Output { status: self.child.wait().unwrap(), stdout, stderr }
    }
}

fn slow(place: &Place, seconds: &str) -> (Server, String) {
    serve_with(place, &["--faults", &format!("slow={seconds}")])
}

fn finishes(place: &Place, url: &str) {
    let again = run(place, url, APPLY);
    assert_eq!(code(&again), Some(0), "{}", err(&again));
    assert_eq!(code(&run(place, url, "plan --detailed-exitcode")), Some(0));
    let held = run(place, url, "unlock");
    assert!(out(&held).contains("nobody holds the stack `s`"), "{} {}", out(&held), err(&held));
}

fn journals(place: &Place) -> Vec<String> {
    let files = fs::read_dir(place.path(".recon/journal")).unwrap();
    let mut texts: Vec<String> =
        files.map(|file| fs::read_to_string(file.unwrap().path()).unwrap()).collect();
    texts.sort();
    texts
}

#[test]
fn a_second_apply_is_refused_with_who_where_and_since_when() {
    let (here, there) = (place_of(8), place_of(8));
    let (_server, url) = slow(&here, "0.1");
    let first = Running::begin(&here, &url);
    first.signal("-STOP");
    let same_machine = run(&here, &url, APPLY);
    assert_eq!(code(&same_machine), Some(1));
    let process = format!("process {} on this machine, since 2", first.child.id());
    assert!(err(&same_machine).contains(&process), "{}", err(&same_machine));
    let elsewhere = run(&there, &url, APPLY);
    assert_eq!(code(&elsewhere), Some(1));
    for words in ["the stack `s` is locked", "`recon apply` by arn:aws", " on ", ", since 2", "recon unlock"]
    {
        assert!(err(&elsewhere).contains(words), "{words}: {}", err(&elsewhere));
    }
    first.signal("-CONT");
    assert_eq!(code(&first.end()), Some(0));
    finishes(&there, &url);
}

#[test]
fn a_run_whose_lock_was_taken_away_says_so() {
    let (here, there) = (place_of(3), place_of(3));
    let (_server, url) = slow(&here, "0.1");
    let first = Running::begin(&here, &url);
    first.signal("-STOP");
    assert_eq!(code(&run(&there, &url, "unlock --auto-approve")), Some(0));
    first.signal("-CONT");
    let ended = first.end();
    assert_eq!(code(&ended), Some(0), "{}", err(&ended));
    assert!(err(&ended).contains("the lock was taken away while this run was at work"), "{}", err(&ended));
}

/// A folder that is copied has the journal of a run that lives, and not its file lock.
#[test]
fn a_copy_of_the_folder_of_a_run_that_lives_takes_nothing_over() {
    let (here, copied) = (place_of(8), place_of(8));
    let (_server, url) = slow(&here, "0.1");
    let first = Running::begin(&here, &url);
    first.signal("-STOP");
    super::behaviour::copy(&here.path(".recon/journal"), &copied.path(".recon/journal"));
    let refused = run(&copied, &url, APPLY);
    assert_eq!(code(&refused), Some(1));
    assert!(err(&refused).contains("the stack `s` is locked"), "{}", err(&refused));
    let told = out(&run(&copied, &url, "plan"));
    assert!(told.contains(&format!("`recon apply` is at work here, process {}", first.child.id())), "{told}");
    first.signal("-CONT");
    assert_eq!(code(&first.end()), Some(0));
}

#[test]
fn the_lock_of_a_killed_run_is_taken_over_here_and_by_unlock_elsewhere() {
    let (here, there) = (place_of(8), place_of(8));
    let (_server, url) = slow(&here, "0.1");
    let first = Running::begin(&here, &url);
    first.signal("-KILL");
    first.end();
    let refused = run(&there, &url, APPLY);
    assert!(err(&refused).contains("the stack `s` is locked"), "{}", err(&refused));
    let asked = run(&there, &url, "unlock");
    assert_eq!(code(&asked), Some(1));
    assert!(err(&asked).contains("there is no terminal on which to ask"), "{}", err(&asked));
    // the one that knows that the holder is dead needs nobody to say so
    let told = run(&here, &url, "plan");
    assert!(
        out(&told).contains("`recon apply` of 2") && out(&told).contains("never came to its end"),
        "{}",
        out(&told)
    );
    finishes(&here, &url);

    let second = place_of(12);
    let first = Running::begin(&second, &url);
    first.signal("-KILL");
    first.end();
    there.write("desired/stack.toml", &stack_of(12));
    assert_eq!(code(&run(&there, &url, APPLY)), Some(1));
    let unlocked = run(&there, &url, "unlock --auto-approve");
    assert_eq!(code(&unlocked), Some(0), "{}", err(&unlocked));
    assert!(err(&unlocked).contains("`recon apply` by arn:aws"), "{}", err(&unlocked));
    finishes(&there, &url);
}

#[test]
fn one_signal_lets_what_runs_come_to_its_end_and_begins_nothing_new() {
    for signal in ["-INT", "-TERM"] {
        let place = place_of(8);
        let (_server, url) = slow(&place, "0.1");
        let running = Running::begin(&place, &url);
        running.signal(signal);
        let ended = running.end();
        assert_eq!(code(&ended), Some(130), "{}", err(&ended));
        let told = out(&ended);
        assert!(err(&ended).contains("stopping: nothing new begins"), "{}", err(&ended));
        assert!(told.contains("Stopped, as it was asked to") && told.contains("not done"), "{told}");
        assert!(told.contains("next `recon apply`: it goes on from what is there"), "{told}");
        let journal = journals(&place).concat();
        assert_eq!(
            journal.matches("{\"intent\"").count(),
            journal.matches("{\"outcome\"").count(),
            "{journal}"
        );
        finishes(&place, &url);
    }
}

#[test]
fn a_second_signal_stops_at_once_and_the_journal_says_what_was_under_way() {
    let place = place_of(3);
    let (_server, url) = slow(&place, "1.5");
    let running = Running::begin(&place, &url);
    running.signal("-INT");
    thread::sleep(Duration::from_millis(200));
    let since = Instant::now();
    running.signal("-INT");
    let ended = running.end();
    assert!(since.elapsed() < Duration::from_millis(1300), "it went on for {:?}", since.elapsed());
    assert_eq!(code(&ended), Some(130), "{}", err(&ended));
    assert!(err(&ended).contains("stopped at once"), "{}", err(&ended));
    let journal = journals(&place).concat();
    assert!(journal.matches("{\"intent\"").count() > journal.matches("{\"outcome\"").count(), "{journal}");
    assert!(!journal.contains("{\"end\""), "{journal}");
    finishes(&place, &url);
}

#[test]
fn a_folder_that_cannot_be_written_is_told_before_anything_is_changed() {
    let place = place_of(2);
    let (_server, url) = slow(&place, "0");
    place.write(".recon", "");
    let refused = run(&place, &url, APPLY);
    assert_eq!(code(&refused), Some(1));
    assert!(err(&refused).contains("nothing was done: .recon/lock"), "{}", err(&refused));
    assert!(err(&refused).contains("cannot be written: "), "{}", err(&refused));
    fs::remove_file(place.path(".recon")).unwrap();

    // a disk without space for a journal: no file of more than 8 blocks
    let shell = format!("trap '' XFSZ; ulimit -f 8; exec {} {APPLY}", env!("CARGO_BIN_EXE_recon"));
    let full = remote(&place, &url, "");
    let mut command = Command::new("sh");
    command.args(["-c", &shell]).current_dir(full.get_current_dir().unwrap()).stdin(Stdio::null());
    command.envs(full.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let refused = command.output().unwrap();
    assert_eq!(code(&refused), Some(1), "{}", err(&refused));
    assert!(
        err(&refused).contains("nothing was done: .recon/journal cannot be written"),
        "{}",
        err(&refused)
    );
    let planned = run(&place, &url, "plan");
    assert!(out(&planned).contains("Plan: 2 create"), "{}", out(&planned));
    assert!(out(&run(&place, &url, "unlock")).contains("nobody holds"), "no lock was taken");
    assert!(!place.path(".recon/journal").exists() || journals(&place).is_empty(), "no journal is left");
}

#[test]
fn a_process_that_dies_at_any_call_leaves_a_journal_that_the_next_one_reads() {
    let place = Place::with_the_reference_stack();
    let apply = "apply --sandbox --auto-approve";
    let died =
        place.command(apply).env("RECON_SANDBOX_FAULTS", "die-after=iam:CreateGroup").output().unwrap();
    assert_eq!(code(&died), Some(137), "{}", err(&died));
    let again = place.recon(apply).expect(0);
    let told = again.out().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(told.contains("never came to its end"), "{told}");
    assert!(told.contains("`iam CreateGroup` for cicd-deploy had no answer"), "{told}");
    place.recon("plan --sandbox --detailed-exitcode").expect(0);
    assert!(!place.recon("plan --sandbox").out().contains("never came to its end"));
    let bad = place.command(apply).env("RECON_SANDBOX_FAULTS", "flood=1").output().unwrap();
    assert!(err(&bad).contains("RECON_SANDBOX_FAULTS: `flood` is none of"), "{}", err(&bad));
}

#[test]
fn a_journal_is_nobody_elses_and_holds_no_secret() {
    let place = Place::with_the_reference_stack();
    let service = "service_name = \"codecommit.amazonaws.com\"";
    place.edit("desired/source.toml", service, &format!("{service}\npassword_file = \"secret\""));
    place.recon("apply --sandbox --auto-approve").expect(0);
    let password = fs::read_to_string(place.path("desired/secret")).unwrap().trim().to_string();
    assert!(password.len() > 8, "{password}");
    let journal = journals(&place).concat();
    assert!(journal.contains("iam CreateServiceSpecificCredential") && !journal.contains(&password));
    for file in fs::read_dir(place.path(".recon/journal")).unwrap() {
        assert_eq!(file.unwrap().metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
}

/// Also where whoever runs it lets everybody read and write new files.
#[test]
fn what_is_left_is_nobody_elses_whatever_the_umask() {
    let place = Place::with_the_reference_stack();
    let service = "service_name = \"codecommit.amazonaws.com\"";
    place.edit("desired/source.toml", service, &format!("{service}\npassword_file = \"secret\""));
    let recon = env!("CARGO_BIN_EXE_recon");
    let shell = format!(
        "umask 000; {recon} plan --sandbox --out plan >/dev/null && {recon} apply plan --sandbox --auto-approve"
    );
    let ran = Command::new("sh").args(["-c", &shell]).current_dir(place.path("")).output().unwrap();
    assert_eq!(code(&ran), Some(0), "{}", err(&ran));
    let mut left = vec![place.path("plan"), place.path("desired/secret"), place.path(".recon/sandbox.json")];
    for folder in [".recon/journal", ".recon/lock"] {
        left.extend(fs::read_dir(place.path(folder)).unwrap().map(|file| file.unwrap().path()));
    }
    assert!(left.len() >= 5, "{left:?}");
    for file in left {
        let mode = file.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{}", file.display());
    }
}

/// From one call on nothing is allowed any more, not even to give the lock back.
#[test]
fn credentials_that_expire_in_the_middle_leave_a_run_that_the_next_one_finishes() {
    let place = place_of(4);
    let (valid, made) = (Arc::new(AtomicBool::new(true)), AtomicUsize::new(0));
    let mine = Arc::clone(&valid);
    let (_server, url) = serve_hooked(move |call| {
        if call.operation == "CreateLogGroup" && made.fetch_add(1, Ordering::SeqCst) == 2 {
            mine.store(false, Ordering::SeqCst);
        }
        let expired =
            || Refusal::bad("ExpiredTokenException", "The security token included in the request is expired");
        (!mine.load(Ordering::SeqCst)).then(|| Fault::Refuse(expired()))
    });
    let cut = run(&place, &url, APPLY);
    assert_eq!(code(&cut), Some(1));
    assert!(out(&cut).contains("ExpiredTokenException"), "{}", out(&cut));
    assert!(err(&cut).contains("the lock could not be given back"), "{}", err(&cut));
    valid.store(true, Ordering::SeqCst);
    finishes(&place, &url);
}

#[test]
fn a_link_in_the_place_of_the_lock_is_not_written_through() {
    let place = place_of(1);
    let (_server, url) = slow(&place, "0");
    assert_eq!(code(&run(&place, &url, APPLY)), Some(0));
    let lock = fs::read_dir(place.path(".recon/lock")).unwrap().next().unwrap().unwrap().path();
    fs::remove_file(&lock).unwrap();
    place.write("precious", "kept");
    std::os::unix::fs::symlink(place.path("precious"), &lock).unwrap();
    place.write("desired/stack.toml", &stack_of(2));
    let refused = run(&place, &url, APPLY);
    assert!(err(&refused).contains("it is a link, or no file at all"), "{}", err(&refused));
    assert_eq!(fs::read_to_string(place.path("precious")).unwrap(), "kept");
}

#[test]
fn a_lock_that_may_not_be_taken_names_the_permissions() {
    let place = place_of(2);
    let (_server, url) = serve_with(&place, &["--faults", "denied=logs:CreateLogGroup"]);
    let refused = run(&place, &url, APPLY);
    assert_eq!(code(&refused), Some(1));
    assert!(err(&refused).contains("the stack cannot be locked"), "{}", err(&refused));
    assert!(err(&refused).contains("logs:CreateLogGroup, logs:TagResource"), "{}", err(&refused));
}
