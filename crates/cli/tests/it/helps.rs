use clap::CommandFactory;
use recon::args::Cli;

use super::build::*;

/// Every command's own help, those without further commands below them.
fn helps(command: &mut clap::Command, path: &str, found: &mut Vec<(String, String)>) {
    found.push((
        path.to_string(),
        command.clone().bin_name(path.replace('-', " ")).render_long_help().to_string(),
    ));
    let names: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_string()).collect();
    for name in names.iter().filter(|name| *name != "help") {
        if let Some(sub) = command.find_subcommand_mut(name) {
            helps(sub, &format!("{path}-{name}"), found);
        }
    }
}

fn all() -> Vec<(String, String)> {
    let mut command = Cli::command().term_width(80);
    command.build();
    let mut found = Vec::new();
    helps(&mut command, "recon", &mut found);
    found
}

#[test]
fn every_help_is_as_it_was_agreed() {
    for (name, help) in all() {
        // clap leaves blanks at the ends of lines, editors do not
        let help = help.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
        snapshot("help", &name, &help);
    }
}

#[test]
fn examples_and_exit_codes_fit_into_80_columns() {
    let mut command = Cli::command();
    command.build();
    let mut all = vec![&command];
    while let Some(command) = all.pop() {
        let after = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        let wide: Vec<&str> = after.lines().filter(|line| line.chars().count() > 80).collect();
        assert_eq!(wide, Vec::<&str>::new(), "{}", command.get_name());
        all.extend(command.get_subcommands());
    }
}

#[test]
fn every_command_documents_its_exit_codes() {
    let has_commands_below = ["recon-sandbox", "recon-report"];
    for (name, help) in all().iter().filter(|(name, _)| !has_commands_below.contains(&name.as_str())) {
        assert!(help.contains("Exit codes:") && help.contains("64"), "{name}:\n{help}");
        assert!(help.contains("Example") || name == "recon", "{name}:\n{help}");
    }
}
