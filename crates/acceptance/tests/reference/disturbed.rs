//! The reference stack, struck at every single call: whatever happens, one more
//! run finishes the work, and nothing is doubled or left over.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use recon_acceptance::disturbed::{Errand, Made, Place};
use recon_acceptance::{paused, reference, stack};
use recon_model::Stack;
use recon_sandbox::faults::Mishap;
use recon_sandbox::{ACCOUNT, CallInfo, Fault, Lags, State};

/// Mishaps after which the process lives.
fn survived() -> impl Iterator<Item = Mishap> {
    Mishap::ALL.into_iter().map(|(_, mishap)| mishap).filter(|mishap| !matches!(mishap, Mishap::Die(_)))
}

fn deadly() -> impl Iterator<Item = Mishap> {
    Mishap::ALL.into_iter().map(|(_, mishap)| mishap).filter(|mishap| matches!(mishap, Mishap::Die(_)))
}

/// What is struck: a stack, coming or going, what was there before, and how far
/// readers are behind.
pub struct Target {
    stack: Stack,
    before: Option<Stack>,
    destroy: bool,
    lags: Lags,
}

impl Target {
    fn of(stack: Stack) -> Self {
        Self { stack, before: None, destroy: false, lags: Lags::default() }
    }

    /// From one stack to another.
    pub fn between(before: Stack, stack: Stack) -> Self {
        Self { before: Some(before), ..Self::of(stack) }
    }

    fn going(self) -> Self {
        Self { destroy: true, ..self }
    }

    fn errand(&self) -> Errand<'_> {
        let before = if self.destroy { Some(&self.stack) } else { self.before.as_ref() };
        let start = State::new(ACCOUNT);
        let start = before.map_or(start.clone(), |stack| paused(Errand::build(stack, start).done()));
        Errand { stack: &self.stack, destroy: self.destroy, start, lags: self.lags }
    }

    /// Before and after every change: death, and whatever a process survives.
    pub fn strike_every_change(&self) {
        self.strike(|calls| each(writes(calls), deadly().chain(survived())));
    }

    /// Strikes it at all these places, and fails with all that went wrong.
    fn strike(&self, cases: impl Fn(&[Made]) -> Vec<(Place, Mishap)>) {
        let errand = self.errand();
        let undisturbed = paused(errand.undisturbed());
        let cases = cases(&undisturbed.calls);
        let (next, missed, wrong) = (AtomicUsize::new(0), AtomicUsize::new(0), Mutex::new(Vec::new()));
        let work = || {
            while let Some((place, mishap)) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                let place_name = named(place, &undisturbed.calls);
                match paused(errand.struck(place, *mishap, &undisturbed.content)) {
                    Ok(true) => {}
                    Ok(false) => {
                        missed.fetch_add(1, Ordering::Relaxed);
                    }
                    Err(why) => wrong.lock().unwrap().push(format!("{mishap:?} at {place_name}:\n{why}")),
                }
            }
        };
        thread::scope(|scope| {
            for _ in 0..thread::available_parallelism().map_or(2, usize::from) {
                scope.spawn(work);
            }
        });
        let (calls, wrong) = (undisturbed.calls.len(), wrong.into_inner().unwrap());
        println!("{calls} calls, {} runs struck, {} lost something", cases.len(), wrong.len());
        assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n----\n"));
        assert_eq!(missed.into_inner(), 0, "a place that no run came to proves nothing");
    }
}

fn named(place: &Place, calls: &[Made]) -> String {
    match place {
        Place::Call(number) => {
            let made = calls.iter().find(|made| made.number == *number);
            format!("call {number} ({})", made.map_or("?", |made| &made.operation))
        }
        Place::Operation(name) => format!("every {name}"),
    }
}

/// Every call that changes something.
fn writes(calls: &[Made]) -> impl Iterator<Item = Place> {
    calls.iter().filter(|made| !made.reads).map(|made| Place::Call(made.number))
}

fn operations(calls: &[Made]) -> Vec<Place> {
    let mut names: Vec<&String> = calls.iter().map(|made| &made.operation).collect();
    names.sort();
    names.dedup();
    names.into_iter().map(|name| Place::Operation(name.clone())).collect()
}

fn each(
    places: impl IntoIterator<Item = Place>,
    mishaps: impl Iterator<Item = Mishap>,
) -> Vec<(Place, Mishap)> {
    let mishaps: Vec<Mishap> = mishaps.collect();
    let all = |place: Place| mishaps.clone().into_iter().map(move |mishap| (place.clone(), mishap));
    places.into_iter().flat_map(all).collect()
}

/// One of each kind that the reference stack does without.
fn others() -> Stack {
    stack(include_str!("others.toml"))
}

fn everywhere(calls: &[Made]) -> Vec<(Place, Mishap)> {
    each(calls.iter().map(|made| Place::Call(made.number)), survived())
}

#[test]
fn a_crash_before_or_after_any_change_is_made_good_by_the_next_apply() {
    Target::of(reference()).strike(|calls| each(writes(calls), deadly()));
    Target::of(others()).strike(|calls| each(writes(calls), deadly()));
}

#[test]
fn a_crash_in_a_destroy_is_made_good_by_the_next_one() {
    Target::of(reference()).going().strike(|calls| each(writes(calls), deadly()));
    Target::of(others()).going().strike(|calls| each(writes(calls), deadly()));
}

#[test]
fn any_fault_at_any_call_is_survived_or_made_good_by_the_next_apply() {
    Target::of(reference()).strike(everywhere);
}

#[test]
fn any_fault_at_any_call_of_a_destroy_is_survived_or_made_good_by_the_next_one() {
    Target::of(reference()).going().strike(everywhere);
}

#[test]
fn any_fault_at_any_change_of_the_other_kinds_is_survived_or_made_good() {
    Target::of(others()).strike(|calls| each(writes(calls), survived()));
}

#[test]
fn an_operation_that_fails_every_time_is_made_good_when_it_works_again() {
    Target::of(reference()).strike(|calls| each(operations(calls), survived()));
}

#[test]
fn a_crash_while_readers_of_iam_and_tags_are_behind_is_made_good() {
    let ten = Duration::from_secs(10);
    let target = Target { lags: Lags { iam: ten, tags: ten }, ..Target::of(reference()) };
    target.strike(|calls| each(writes(calls), deadly()));
}

#[tokio::test(start_paused = true)]
async fn readers_that_are_behind_and_answers_that_take_their_time_disturb_nobody() {
    let stack = reference();
    let ten = Duration::from_secs(10);
    let errand = Errand { lags: Lags { iam: ten, tags: ten }, ..Errand::build(&stack, State::new(ACCOUNT)) };
    let wanted = errand.undisturbed().await.content;
    let late = |_: &CallInfo<'_>| Some(Fault::Late(Duration::from_secs(20)));
    errand.disturbed(Box::new(|_| None), &wanted).await.unwrap().unwrap();
    errand.disturbed(Box::new(late), &wanted).await.unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn what_never_comes_up_is_told_and_made_good_when_it_does() {
    let stack = others();
    let errand = Errand::build(&stack, State::new(ACCOUNT));
    let wanted = errand.undisturbed().await.content;
    let never = |call: &CallInfo<'_>| call.reads().then_some(Fault::Unstable);
    let told = errand.disturbed(Box::new(never), &wanted).await.unwrap().unwrap_err();
    assert!(told.contains("a steady service did not come about within"), "{told}");
    assert!(told.contains("an active load balancer did not come about"), "{told}");
}
