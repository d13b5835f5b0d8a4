use super::behaviour::Place;

#[test]
fn every_shell_gets_completions_of_every_command() {
    let place = Place::empty();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = place.recon(&format!("completions {shell}")).expect(0).out();
        assert!(script.contains("drift") && script.contains("auto-approve"), "{shell}");
    }
    place.recon("completions tcsh").expect(64);
}

#[test]
fn every_command_has_a_man_page() {
    let place = Place::empty();
    place.recon("man pages").expect(0);
    for name in ["recon.1", "recon-plan.1", "recon-sandbox-serve.1"] {
        let page = std::fs::read_to_string(place.path("pages").join(name)).unwrap();
        assert!(page.contains(".SH") && page.contains("Exit codes"), "{name}: {page}");
    }
    place.write("file", "");
    assert!(place.recon("man file/pages").expect(1).err().contains("cannot be written to"));
}
