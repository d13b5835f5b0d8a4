//! `recon init`: what it writes is a stack that can be checked, built and read again.

use super::behaviour::Place;

fn init(place: &Place, shape: &str, words: &str) -> i32 {
    place.recon(&format!("init {words} --shape {shape} --name shop --region eu-central-1 --account 210987654321 --port 9000")).code()
}

#[test]
fn every_shape_is_clean_and_comes_about() {
    for shape in ["blue-green", "rolling", "nlb"] {
        let place = Place::empty();
        assert_eq!(init(&place, shape, ""), 0);
        let checked = place.recon("check --deny warnings").expect(0).out();
        assert!(checked.starts_with("No findings"), "{shape}: {checked}");
        place.recon("apply --sandbox --auto-approve").expect(0);
        place.recon("plan --sandbox --detailed-exitcode").expect(0);
        place.recon("destroy --sandbox --auto-approve").expect(0);
    }
}

#[test]
fn nothing_of_the_reference_stack_is_left_in_it() {
    let place = Place::empty();
    init(&place, "blue-green", "");
    for entry in std::fs::read_dir(place.path("desired")).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        for word in [
            "aws-cicd",
            "test-cluster",
            "test-service",
            "test-api",
            "test-tg",
            "ap-northeast",
            "123456789012",
            "8080",
            "walkthrough's account",
            "@",
        ] {
            assert!(
                !text.contains(word) || (word == "@" && !text.contains("@name@")),
                "{}: {word}",
                path.display()
            );
        }
    }
}

#[test]
fn what_somebody_wrote_is_not_written_over() {
    let place = Place::empty();
    place.write("desired/mine.toml", "");
    let ran =
        place.recon("init --shape nlb --name shop --region eu-central-1 --account 210987654321 --port 9000");
    assert!(ran.expect(1).err().contains("desired holds mine.toml already"));
    assert_eq!(std::fs::read_dir(place.path("desired")).unwrap().count(), 1);
}

#[test]
fn without_a_terminal_every_missing_answer_is_named() {
    let place = Place::empty();
    let err = place.recon("init --shape nlb --port 80").expect(1).err();
    assert!(err.contains("--name, --region, --account"), "{err}");
    for wrong in ["--name Shop", "--name s", "--account 12", "--region europe", "--port 0"] {
        place.recon(&format!("init {wrong}")).expect(64);
    }
}
