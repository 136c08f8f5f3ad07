//! Effective access as a picture: from where, which key, what it may do.

use std::fmt::Write as _;

use super::{From, KeyAccess, human};
use crate::model::{Expiry, Status};
use crate::value::shortened;

const WIDTH: usize = 960;
/// Left edge and width of the three columns.
const COLUMNS: [(usize, usize); 3] = [(16, 330), (394, 250), (692, 252)];
const LINE: usize = 18;
const PADDING: usize = 10;
const GAP: usize = 10;
/// The width of each letter of the font, with some room to spare, in tenths.
const LETTER_TENTHS: usize = 74;
/// More boxes than this on one side are counted, not drawn.
const MOST_CARDS: usize = 12;

const STYLE: &str = "text{font:12px ui-monospace,Menlo,Consolas,monospace;fill:#1d2733}\
.b{font-weight:700}.m{fill:#5b6875}rect{fill:#f4f6f8;stroke:#c4ccd4}\
.wide{fill:#fdecec;stroke:#d65f5f}path{fill:none;stroke:#9aa5b1}\
@media(prefers-color-scheme:dark){text{fill:#e6ebf0}.m{fill:#9aa5b1}rect{fill:#232b34;stroke:#4a5662}\
.wide{fill:#4a2427;stroke:#d65f5f}}";

/// A box of the picture: its lines, and whether it is as wide as it can be: any address, the whole company, no end.
struct Card {
    lines: Vec<String>,
    is_wide: bool,
}

impl Card {
    fn height(&self) -> usize {
        self.lines.len() * LINE + PADDING
    }
}

/// Draws the keys one below the other. The picture needs no other file, and follows the viewer's light or dark scheme.
pub fn picture(keys: &[KeyAccess]) -> String {
    let mut body = String::new();
    let mut top = GAP + LINE + GAP;
    for (heading, (left, _)) in ["from", "key", "may"].into_iter().zip(COLUMNS) {
        let _ = writeln!(
            body,
            "<text class=\"m\" x=\"{left}\" y=\"{}\">{heading}</text>",
            GAP + LINE
        );
    }
    for key in keys {
        top = draw(&mut body, key, top) + 2 * GAP;
    }
    let count = keys.len();
    let title = format!(
        "Effective access of {count} management key{}",
        if count == 1 { "" } else { "s" }
    );
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{top}\" viewBox=\"0 0 {WIDTH} {top}\" role=\"img\">\n\
         <title>{title}</title>\n<style>{STYLE}</style>\n{body}</svg>\n"
    )
}

/// Draws one key from `top` down; returns where it ends.
fn draw(body: &mut String, key: &KeyAccess, top: usize) -> usize {
    let columns = [
        limited(from_cards(key)),
        vec![key_card(key)],
        limited(scope_cards(key)),
    ];
    let height =
        |cards: &[Card]| cards.iter().map(Card::height).sum::<usize>() + GAP * cards.len().saturating_sub(1);
    let tallest = columns.iter().map(|cards| height(cards)).max().unwrap_or(0);
    let middle = top + tallest / 2;
    let _ = writeln!(body, "<g><title>{}</title>", escaped(&shortened(&key.resource)));
    for (column, (cards, (left, width))) in columns.iter().zip(COLUMNS).enumerate() {
        let mut y = top + (tallest - height(cards)) / 2;
        for drawn in cards {
            let centre = y + drawn.height() / 2;
            match column {
                0 => connect(body, (left + width, centre), (COLUMNS[1].0, middle)),
                2 => connect(body, (COLUMNS[1].0 + COLUMNS[1].1, middle), (left, centre)),
                _ => {}
            }
            draw_card(body, drawn, (left, y), width);
            y += drawn.height() + GAP;
        }
    }
    body.push_str("</g>\n");
    top + tallest
}

fn connect(body: &mut String, (x, y): (usize, usize), (to_x, to_y): (usize, usize)) {
    let bend = (x + to_x) / 2;
    let _ = writeln!(
        body,
        "<path d=\"M{x} {y}C{bend} {y} {bend} {to_y} {to_x} {to_y}\"/>"
    );
}

fn draw_card(body: &mut String, drawn: &Card, (left, top): (usize, usize), width: usize) {
    let class = if drawn.is_wide { " class=\"wide\"" } else { "" };
    let height = drawn.height();
    let _ = writeln!(
        body,
        "<rect{class} x=\"{left}\" y=\"{top}\" width=\"{width}\" height=\"{height}\" rx=\"5\"/>"
    );
    for (index, line) in drawn.lines.iter().enumerate() {
        let class = if index == 0 { " class=\"b\"" } else { "" };
        let (x, y) = (left + PADDING, top + (index + 1) * LINE);
        let _ = writeln!(
            body,
            "<text{class} x=\"{x}\" y=\"{y}\">{}</text>",
            escaped(&fitted(line, width))
        );
    }
}

fn from_cards(key: &KeyAccess) -> Vec<Card> {
    human::networks(&key.from)
        .into_iter()
        .map(|network| Card {
            lines: vec![network],
            is_wide: key.from == From::Anywhere,
        })
        .collect()
}

fn key_card(key: &KeyAccess) -> Card {
    let mut lines = vec![
        key.name
            .clone()
            .unwrap_or_else(|| "(name not known here)".to_owned()),
        key.resource.clone(),
    ];
    lines.push(format!("until {}", human::until(key.until)));
    if key.status != Some(Status::Active) {
        lines.push(format!("status {}", human::status(key.status)));
    }
    if !key.unclear.is_empty() {
        let count = key.unclear.len();
        lines.push(format!(
            "{count} value{} unclear",
            if count == 1 { "" } else { "s" }
        ));
    }
    Card {
        lines,
        is_wide: key.until == Some(Expiry::Never),
    }
}

fn scope_cards(key: &KeyAccess) -> Vec<Card> {
    key.grants
        .iter()
        .map(|(scope, roles)| {
            let more = roles.is_open.then(|| "(more, not known here)".to_owned());
            Card {
                lines: std::iter::once(human::scope_text(scope))
                    .chain(roles.known.iter().cloned())
                    .chain(more)
                    .collect(),
                is_wide: scope.kind() == "company",
            }
        })
        .collect()
}

/// The first boxes, and one that counts the others.
fn limited(mut cards: Vec<Card>) -> Vec<Card> {
    if cards.len() > MOST_CARDS {
        let rest = cards.split_off(MOST_CARDS - 1);
        cards.push(Card {
            lines: vec![format!("and {} more", rest.len())],
            is_wide: rest.iter().any(|other| other.is_wide),
        });
    }
    cards
}

/// `line` cut to what fits in a box of this width.
fn fitted(line: &str, width: usize) -> String {
    let letters = (width - 2 * PADDING) * 10 / LETTER_TENTHS;
    if line.chars().count() <= letters {
        return line.to_owned();
    }
    line.chars().take(letters - 1).chain(['…']).collect()
}

/// `text` as content of an element. Control characters have no place in XML.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
