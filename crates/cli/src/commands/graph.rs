//! `recon graph`: the stack or a plan as a picture.

use super::show;
use crate::args::{Format, GraphArgs};
use crate::console::Console;
use crate::engine::load;
use crate::render::graph::{Picture, dot, mermaid, svg};
use crate::render::html;
use crate::{Exit, Failure};

pub fn run(args: &GraphArgs, console: &Console) -> Result<Exit, Failure> {
    let picture = match &args.plan {
        Some(file) => Picture::of_plan(&show::kept(file)?.0, None),
        None => Picture::of_stack(&load(&args.folder, None)?),
    };
    console.out(&match console.format {
        Format::Mermaid => mermaid(&picture),
        Format::Svg => svg(&picture),
        Format::Html => html::graph_page(&picture),
        _ => dot(&picture),
    });
    Ok(Exit::Clean)
}
