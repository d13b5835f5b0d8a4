//! `recon init`: a first stack.

use std::fs;
use std::path::Path;

use dialoguer::theme::SimpleTheme;
use dialoguer::{Input, Select};

use crate::args::InitArgs;
use crate::ask::somebody_is_there;
use crate::console::Console;
use crate::init::{Answers, Shape, account, files, name, region};
use crate::{Exit, Failure};
use recon_model::load::words;

const SHAPES: &[(Shape, &str)] = &[
    (Shape::BlueGreen, "blue/green: source, build, pipeline, CodeDeploy, application load balancer"),
    (Shape::Rolling, "rolling: a service that ECS itself deploys, application load balancer"),
    (Shape::Nlb, "nlb: the same behind an internal network load balancer"),
];

pub fn run(args: &InitArgs, console: &Console) -> Result<Exit, Failure> {
    free(&args.folder)?;
    let answers = answers(args)?;
    let written = files(&answers);
    put(&args.folder, &written)?;
    let folder = args.folder.display();
    let names: Vec<&str> = written.iter().map(|(name, _)| *name).collect();
    console.out(&format!("wrote {} into {folder}/\n", names.join(", ")));
    let at = if args.folder == Path::new("desired") { String::new() } else { format!(" -C {folder}") };
    console.out(&format!("next: recon check{at} && recon plan{at} --sandbox\n"));
    Ok(Exit::Clean)
}

/// Nothing that somebody wrote is written over.
pub fn free(folder: &Path) -> Result<(), Failure> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(unreadable(folder, &error)),
        Ok(entries) => entries,
    };
    match entries.flatten().next() {
        None => Ok(()),
        Some(entry) => {
            Err(Failure::new(format!("{} holds {} already", folder.display(), entry.file_name().display()))
                .help("name another folder: recon init DIR"))
        }
    }
}

fn unreadable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(format!("{} cannot be used: {}", path.display(), words(error)))
}

/// Writes the files of a stack.
pub fn put(folder: &Path, files: &[(impl AsRef<Path>, String)]) -> Result<(), Failure> {
    fs::create_dir_all(folder).map_err(|error| unreadable(folder, &error))?;
    for (name, text) in files {
        let path = folder.join(name);
        fs::write(&path, text).map_err(|error| unreadable(&path, &error))?;
    }
    Ok(())
}

/// From flags, and the rest by asking.
fn answers(args: &InitArgs) -> Result<Answers, Failure> {
    let missing: Vec<&str> = [
        ("--shape", args.shape.is_none()),
        ("--name", args.name.is_none()),
        ("--region", args.region.is_none()),
        ("--account", args.account.is_none()),
        ("--port", args.port.is_none()),
    ]
    .into_iter()
    .filter_map(|(flag, missing)| missing.then_some(flag))
    .collect();
    if !missing.is_empty() && !somebody_is_there() {
        return Err(Failure::new(format!("there is no terminal on which to ask for {}", missing.join(", ")))
            .help("give the answers as flags: recon init --help"));
    }
    Ok(Answers {
        shape: args.shape.map_or_else(ask_shape, Ok)?,
        name: args.name.clone().map_or_else(|| ask("Name of the stack", None, name), Ok)?,
        region: args.region.clone().map_or_else(|| ask("Region", from_env(), region), Ok)?,
        account: args.account.clone().map_or_else(|| ask("Account", None, account), Ok)?,
        port: args.port.map_or_else(|| ask("Port of the container", Some("8080".into()), port), Ok)?,
    })
}

fn from_env() -> Option<String> {
    let found = std::env::var("AWS_REGION").or_else(|_| std::env::var("AWS_DEFAULT_REGION")).ok();
    found.filter(|text| region(text).is_ok())
}

fn port(text: &str) -> Result<u16, String> {
    text.parse().ok().filter(|port| *port > 0).ok_or_else(|| "a port is a number from 1 to 65535".to_string())
}

fn ask_shape() -> Result<Shape, Failure> {
    let names: Vec<&str> = SHAPES.iter().map(|(_, words)| *words).collect();
    let chosen = Select::with_theme(&SimpleTheme).with_prompt("Shape").items(&names).default(0).interact();
    chosen.map(|at| SHAPES[at].0).map_err(given_up)
}

fn ask<T>(prompt: &str, default: Option<String>, valid: fn(&str) -> Result<T, String>) -> Result<T, Failure> {
    let mut input = Input::<String>::with_theme(&SimpleTheme)
        .with_prompt(prompt)
        .validate_with(|text: &String| valid(text).map(drop));
    if let Some(default) = default {
        input = input.default(default);
    }
    valid(&input.interact_text().map_err(given_up)?).map_err(Failure::new)
}

fn given_up(error: dialoguer::Error) -> Failure {
    Failure::new(format!("no answer: {error}")).help("nothing was written")
}
