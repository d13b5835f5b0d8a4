//! A drawing that stands alone; colours follow the reader's light or dark page.

use maud::{Markup, PreEscaped, html};

use super::layout::{HEIGHT, layout};
use super::{Node, Picture};
use crate::render::text::{clean, cut, width};

const STYLE: &str = include_str!("graph.css");
/// Columns that a label takes at most; the rest is in the box's title.
const COLUMNS: usize = 34;
/// About the width of a letter at this size.
const LETTER: f64 = 7.3;

/// The whole document.
pub fn svg(picture: &Picture) -> String {
    let mut text = drawing(picture, true).into_string();
    text.push('\n');
    text
}

/// The drawing, as a part of a page or with its own style.
pub fn drawing(picture: &Picture, alone: bool) -> Markup {
    let longest = picture.nodes.iter().flat_map(|node| [width(&address(node)), width(&name(node))]).max();
    #[allow(clippy::cast_precision_loss)] // a few dozen columns at most
    let across = longest.unwrap_or(0).max(12) as f64 * LETTER + 20.0;
    let layout = layout(picture, across);
    html! {
        svg.graph xmlns="http://www.w3.org/2000/svg" role="img" aria-label=(clean(&picture.title))
            viewBox={ "0 0 " (layout.width.ceil()) " " (layout.height.ceil()) }
            width=(layout.width.ceil()) height=(layout.height.ceil()) {
            @if alone { style { (PreEscaped(STYLE)) } }
            title { (clean(&picture.title)) }
            defs {
                marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto" {
                    path.head d="M0 0 8 4 0 8z" {}
                }
            }
            @for (from, to) in &layout.arrows {
                path.arrow data-from=(from) data-to=(to) marker-end="url(#arrow)"
                    d=(curve(layout.corners[*from], layout.corners[*to], across)) {}
            }
            @for (i, (node, corner)) in picture.nodes.iter().zip(&layout.corners).enumerate() {
                (boxed(i, node, *corner, across))
            }
        }
    }
}

fn boxed(i: usize, node: &Node, (x, y): (f64, f64), across: f64) -> Markup {
    let class = format!("node {}", node.action.unwrap_or("plain"));
    html! {
        g class=(class) data-node=(i) data-address=(clean(&node.address.to_string()))
            transform={ "translate(" (rounded(x)) " " (rounded(y)) ")" } {
            title { (clean(&format!("{} {}", node.address, node.name))) @if let Some(action) = node.action { ": " (action) } }
            rect width=(rounded(across)) height=(HEIGHT) rx="6" {}
            text.address x="10" y="17" { @if let Some(sign) = node.action.and_then(sign) { (sign) " " } (address(node)) }
            text.name x="10" y="32" { (name(node)) }
        }
    }
}

/// The meaning does not hang on colours.
fn sign(action: &str) -> Option<&'static str> {
    Some(match action {
        "create" => "+",
        "update" | "adopt" => "~",
        "replace" => "-/+",
        "delete" => "-",
        "blocked" => "!",
        _ => return None,
    })
}

fn address(node: &Node) -> String {
    cut(&clean(&node.address.to_string()), COLUMNS)
}

fn name(node: &Node) -> String {
    cut(&clean(&node.name), COLUMNS)
}

fn curve(from: (f64, f64), to: (f64, f64), across: f64) -> String {
    let (x1, y1) = (from.0 + across, from.1 + HEIGHT / 2.0);
    let (x2, y2) = (to.0, to.1 + HEIGHT / 2.0);
    let bend = ((x2 - x1) / 2.0).max(24.0);
    let [x1, y1, x2, y2, a, b] = [x1, y1, x2 - 1.0, y2, x1 + bend, x2 - bend].map(rounded);
    format!("M{x1} {y1}C{a} {y1} {b} {y2} {x2} {y2}")
}

fn rounded(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
}
