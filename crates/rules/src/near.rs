//! Names that are nearly right, found without holding each against each.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use recon_model::KindId;

use crate::at::At;
use crate::cx::Cx;

/// How many letters may be missing, doubled, swapped or wrong.
const MOST: usize = 2;
/// Of longer names only one letter is looked for: their forms with two letters less are too many.
const LONG: usize = 80;

/// A letter or two apart, in a name long enough for that to be a slip. Numbers
/// tell one thing from the next, and are meant.
pub(crate) fn is_slip(own: &str, name: &str, most: usize) -> bool {
    let distance = strsim::damerau_levenshtein(own, name);
    (1..=most).contains(&distance) && distance * 5 <= name.len() && letters(own) != letters(name)
}

fn letters(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphabetic).collect()
}

fn rest(text: &str) -> String {
    text.chars().filter(|c| !c.is_ascii_alphabetic()).collect()
}

/// Names, each with what it is the name of.
///
/// `service-1` to `service-1000` are one group: what a slip changes is letters. Two words
/// a letter or two apart become one when each has lost the right letters, so the groups
/// near a name are found by those shorter forms.
#[derive(Debug)]
pub(crate) struct Names<T> {
    all: Vec<(String, T)>,
    groups: Vec<Group>,
    is_known: HashSet<String>,
    by_letters: HashMap<String, usize>,
    by_form: HashMap<u64, Vec<usize>>,
    /// The groups near letters that were asked for already.
    asked: RefCell<HashMap<String, Vec<usize>>>,
}

/// What has the same letters, by the forms of what else is in its names.
#[derive(Debug, Default)]
struct Group(HashMap<u64, Vec<usize>>);

impl<T> Names<T> {
    pub fn new(names: impl IntoIterator<Item = (String, T)>) -> Self {
        let all: Vec<(String, T)> = names.into_iter().collect();
        let mut names = Self {
            all: Vec::new(),
            groups: Vec::new(),
            is_known: all.iter().map(|(name, _)| name.clone()).collect(),
            by_letters: HashMap::new(),
            by_form: HashMap::new(),
            asked: RefCell::default(),
        };
        for (i, (name, _)) in all.iter().enumerate() {
            let group = names.group(letters(name));
            for form in forms(&rest(name), 1) {
                names.groups[group].0.entry(form).or_default().push(i);
            }
        }
        Self { all, ..names }
    }

    fn group(&mut self, letters: String) -> usize {
        if let Some(group) = self.by_letters.get(&letters) {
            return *group;
        }
        let group = self.groups.len();
        self.groups.push(Group::default());
        for form in forms(&letters, most(&letters)) {
            self.by_form.entry(form).or_default().push(group);
        }
        self.by_letters.insert(letters, group);
        group
    }

    pub fn has(&self, name: &str) -> bool {
        self.is_known.contains(name)
    }

    /// The first name for which this one may be a slip.
    pub fn meant_by(&self, name: &str) -> Option<&(String, T)> {
        let own = forms(&rest(name), 1);
        let groups = self.groups_near(letters(name));
        let near =
            groups.iter().flat_map(|group| own.iter().filter_map(|form| self.groups[*group].0.get(form)));
        let near: BTreeSet<usize> = near.flatten().copied().collect();
        near.into_iter().map(|i| &self.all[i]).find(|(known, _)| is_slip(known, name, MOST))
    }

    fn groups_near(&self, letters: String) -> Vec<usize> {
        let mut asked = self.asked.borrow_mut();
        let near = asked.entry(letters).or_insert_with_key(|letters| {
            let near = forms(letters, most(letters));
            let near: BTreeSet<usize> =
                near.iter().filter_map(|form| self.by_form.get(form)).flatten().copied().collect();
            let itself = self.by_letters.get(letters);
            near.into_iter().filter(|group| Some(group) != itself).collect()
        });
        near.clone()
    }
}

impl<'c> Names<At<'c>> {
    /// What the stack's resources of a kind are called.
    pub fn of(cx: &'c Cx<'c>, kind: KindId) -> Self {
        Self::new(cx.of(kind).filter_map(|own| Some((own.get("name").text()?.into_owned(), own))))
    }
}

fn most(letters: &str) -> usize {
    if letters.len() > LONG { 1 } else { MOST }
}

/// A text, and what is left of it without up to so many of its characters; as numbers.
fn forms(text: &str, most: usize) -> BTreeSet<u64> {
    let number = |text: &str| {
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        hasher.finish()
    };
    let mut found = BTreeSet::from([number(text)]);
    let mut last = BTreeSet::from([text.to_string()]);
    for _ in 0..most {
        let shorter = |text: &String| {
            let at = text.char_indices().map(|(i, c)| [&text[..i], &text[i + c.len_utf8()..]].concat());
            at.collect::<Vec<_>>()
        };
        last = last.iter().flat_map(shorter).collect();
        found.extend(last.iter().map(|text| number(text)));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{Names, is_slip};

    #[test]
    fn what_is_found_is_what_holding_each_against_each_finds() {
        let words = ["order-service", "payment-service", "build", "api", "aws-cicde-test", "shop_web"];
        let known: Vec<(String, ())> =
            words.iter().flat_map(|word| (0..12).map(move |n| (format!("{word}-{n}"), ()))).collect();
        let names = Names::new(known.iter().cloned());
        let asked = [
            "order-servcie-3",
            "ordr-srvice-11",
            "oder-service-12",
            "api-2",
            "apo-2",
            "aws-cicd-test-4",
            "shopweb-1",
            "shop_wbe-7",
            "bild-1",
            "payment-service-99",
            "paymnt-servize-0",
            "something else",
            "sh0p_web-1",
            "",
        ];
        for name in asked {
            let each = known.iter().any(|(own, ())| is_slip(own, name, 2));
            let found = names.meant_by(name);
            assert_eq!(found.is_some(), each, "{name}");
            assert!(found.is_none_or(|(own, ())| is_slip(own, name, 2)), "{name}: {found:?}");
        }
    }

    #[test]
    fn numbers_tell_one_thing_from_the_next() {
        let names = Names::new([("api".to_string(), ()), ("service-1".to_string(), ())]);
        for name in ["api-2", "api2", "api", "service-2", "service_1", "service-10"] {
            assert!(names.meant_by(name).is_none(), "{name}");
        }
        assert!(names.meant_by("servcie-1").is_some());
    }
}
