//! The reference stack, struck at every single call: whatever happens, one more
//! run finishes the work, and nothing is doubled or left over.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use recon_acceptance::disturbed::{Errand, Made, Place};
use recon_acceptance::{paused, reference};
use recon_model::Stack;
use recon_sandbox::faults::Mishap;
use recon_sandbox::{ACCOUNT, State};

/// Mishaps after which the process lives.
fn survived() -> impl Iterator<Item = Mishap> {
    Mishap::ALL.into_iter().map(|(_, mishap)| mishap).filter(|mishap| !matches!(mishap, Mishap::Die(_)))
}

fn deadly() -> impl Iterator<Item = Mishap> {
    Mishap::ALL.into_iter().map(|(_, mishap)| mishap).filter(|mishap| matches!(mishap, Mishap::Die(_)))
}

/// Strikes an errand at all these places, and fails with all that went wrong.
fn strike(destroy: bool, cases: impl Fn(&[Made]) -> Vec<(Place, Mishap)>) {
    let stack = reference();
    let errand = |stack: &Stack| {
        let start = State::new(ACCOUNT);
        let start = if destroy { paused(Errand { stack, destroy: false, start }.done()) } else { start };
        (start, destroy)
    };
    let (start, destroy) = errand(&stack);
    let undisturbed = paused(Errand { stack: &stack, destroy, start: start.clone() }.undisturbed());
    let cases = cases(&undisturbed.calls);
    let (next, missed, wrong) = (AtomicUsize::new(0), AtomicUsize::new(0), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                let errand = Errand { stack: &stack, destroy, start: start.clone() };
                while let Some((place, mishap)) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    match paused(errand.struck(place, *mishap, &undisturbed.content)) {
                        Ok(true) => {}
                        Ok(false) => {
                            missed.fetch_add(1, Ordering::Relaxed);
                        }
                        Err(why) => wrong
                            .lock()
                            .unwrap()
                            .push(format!("{mishap:?} at {}:\n{why}", named(place, &undisturbed.calls))),
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    println!(
        "{} calls, {} runs struck, {} lost something",
        undisturbed.calls.len(),
        cases.len(),
        wrong.len()
    );
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n----\n"));
    assert_eq!(missed.into_inner(), 0, "a place that no run came to proves nothing");
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

#[test]
fn a_crash_before_or_after_any_change_is_made_good_by_the_next_apply() {
    strike(false, |calls| each(writes(calls), deadly()));
}

#[test]
fn any_fault_at_any_call_is_made_good_by_the_next_apply() {
    strike(false, |calls| each(calls.iter().map(|made| Place::Call(made.number)), survived()));
}

#[test]
fn an_operation_that_fails_every_time_is_made_good_when_it_works_again() {
    strike(false, |calls| each(operations(calls), survived()));
}

#[test]
fn a_crash_in_a_destroy_is_made_good_by_the_next_one() {
    strike(true, |calls| each(writes(calls), deadly()));
}

#[test]
fn any_fault_at_any_call_of_a_destroy_is_made_good_by_the_next_one() {
    strike(true, |calls| each(calls.iter().map(|made| Place::Call(made.number)), survived()));
}
