//! String templates: `"…${…}…"`, `%{ if }`, `%{ for }`, and the marks that strip the space beside them.

use std::collections::BTreeSet;

use hcl_edit::template::{Directive, Element, ForDirective, IfDirective, Strip, Template};

use super::eval::{Evaluator, Fault};
use super::for_expr::pairs;
use super::scope::{Names, Scope};
use super::value::Val;
use crate::span::Place;

/// A text that is put together.
struct Text {
    text: String,
    /// Whether anything in it is sensitive.
    sensitive: bool,
    /// What is taken from the lines of a heredoc; nothing if it is none.
    heredoc: Option<Indent>,
}

/// The space that `<<-` takes from the beginning of lines.
#[derive(Default)]
struct Indent {
    characters: usize,
    /// Where the lines begin that it is taken from.
    lines: BTreeSet<usize>,
}

/// A part of a heredoc.
enum Piece<'t> {
    /// A line, or what literals have of it, without what marks strip; and where it begins.
    Line(usize, &'t str),
    /// An interpolation, or the beginning or end of a directive.
    Other,
}

/// Which ends of a template have a mark beside them that strips space.
#[derive(Clone, Copy, Default)]
struct Stripped {
    start: bool,
    end: bool,
}

impl<'p> Evaluator<'p> {
    /// The text that a template makes. One that is nothing but an interpolation is the value itself.
    pub(super) fn template(
        &self,
        scope: Scope<'_, 'p>,
        template: &'p Template,
        place: Place,
    ) -> Result<Val, Fault> {
        if let Some(Element::Interpolation(only)) = template.as_single_element() {
            return Ok(self.eval(scope, &only.expr));
        }
        self.text(scope, template, place, None)
    }

    /// The text of a heredoc; `is_flushed` tells that it begins with `<<-`.
    pub(super) fn heredoc(
        &self,
        scope: Scope<'_, 'p>,
        template: &'p Template,
        place: Place,
        is_flushed: bool,
    ) -> Result<Val, Fault> {
        if !scope.has_places() {
            return Err(Fault::Unknown);
        }
        let mut indent = Indent::default();
        if is_flushed {
            let mut pieces = Vec::new();
            self.pieces(scope, template, Stripped::default(), &mut pieces);
            indent = Indent::of(&pieces);
        }
        self.text(scope, template, place, Some(indent))
    }

    fn text(
        &self,
        scope: Scope<'_, 'p>,
        template: &'p Template,
        place: Place,
        heredoc: Option<Indent>,
    ) -> Result<Val, Fault> {
        let mut out = Text {
            text: String::new(),
            sensitive: false,
            heredoc,
        };
        self.elements(scope, template, Stripped::default(), &mut out)?;
        Ok(Val::text(out.text, place).marked(out.sensitive))
    }

    fn elements(
        &self,
        scope: Scope<'_, 'p>,
        template: &'p Template,
        stripped: Stripped,
        out: &mut Text,
    ) -> Result<(), Fault> {
        for (element, stripped) in with_marks(template, stripped) {
            match element {
                Element::Literal(literal) => match &out.heredoc {
                    None => self.push(strip(literal, stripped), out)?,
                    Some(indent) => {
                        let lines = self.lines(scope, literal, stripped);
                        let text: String = lines.map(|(at, line)| indent.removed(at, line)).collect();
                        self.push(&text.replace("$${", "${").replace("%%{", "%{"), out)?;
                    }
                },
                Element::Interpolation(interpolation) => {
                    let val = self.eval(scope, &interpolation.expr);
                    out.sensitive |= val.has_sensitive();
                    self.push(&val.as_text()?, out)?;
                }
                Element::Directive(directive) => match &**directive {
                    Directive::If(directive) => self.if_directive(scope, directive, out)?,
                    Directive::For(directive) => self.for_directive(scope, directive, out)?,
                },
            }
        }
        Ok(())
    }

    /// The lines of a literal as they are written, without what marks strip: at most the first and the last, since each line
    /// is a literal of its own to Terraform. The parser has changed the space in its own text.
    fn lines(
        &self,
        scope: Scope<'_, 'p>,
        literal: &impl hcl_edit::Span,
        stripped: Stripped,
    ) -> impl Iterator<Item = (usize, &'p str)> {
        let place = scope.place(literal);
        let mut lines = self.program.text(place).split_inclusive('\n').peekable();
        let (mut at, mut is_first) = (place.span.start, true);
        std::iter::from_fn(move || {
            let line = lines.next()?;
            let start = stripped.start && std::mem::take(&mut is_first);
            is_first = false;
            let end = stripped.end && lines.peek().is_none();
            let begin = at;
            at += line.len();
            Some((begin, strip(line, Stripped { start, end })))
        })
    }

    /// Adds the pieces of a heredoc in the order of the text, those in directives included.
    fn pieces(
        &self,
        scope: Scope<'_, 'p>,
        template: &'p Template,
        stripped: Stripped,
        pieces: &mut Vec<Piece<'p>>,
    ) {
        for (element, stripped) in with_marks(template, stripped) {
            match element {
                Element::Literal(literal) => {
                    let lines = self.lines(scope, literal, stripped);
                    pieces.extend(lines.map(|(at, line)| Piece::Line(at, line)));
                }
                Element::Interpolation(_) => pieces.push(Piece::Other),
                Element::Directive(directive) => {
                    pieces.push(Piece::Other);
                    for (template, stripped) in branches(directive) {
                        self.pieces(scope, template, stripped, pieces);
                        pieces.push(Piece::Other);
                    }
                }
            }
        }
    }

    fn if_directive(
        &self,
        scope: Scope<'_, 'p>,
        directive: &'p IfDirective,
        out: &mut Text,
    ) -> Result<(), Fault> {
        let condition = self.decision(scope, &directive.if_expr.cond_expr);
        out.sensitive |= condition.sensitive;
        let taken = usize::from(!condition.as_bool()?);
        match if_branches(directive).nth(taken) {
            Some((template, stripped)) => self.elements(scope, template, stripped, out),
            None => Ok(()),
        }
    }

    fn for_directive(
        &self,
        scope: Scope<'_, 'p>,
        directive: &'p ForDirective,
        out: &mut Text,
    ) -> Result<(), Fault> {
        let intro = &directive.for_expr;
        let collection = self.decision(scope, &intro.collection_expr);
        out.sensitive |= collection.sensitive;
        let names = Names {
            key: intro.key_var.as_ref().map(|name| name.value().as_str()),
            value: intro.value_var.value().as_str(),
        };
        let (template, stripped) = for_branch(directive);
        let (pairs, is_all) = pairs(&collection)?;
        for pair in pairs {
            scope.bind(names, pair, |scope| self.elements(scope, template, stripped, out))?;
        }
        if is_all { Ok(()) } else { Err(Fault::Unknown) }
    }

    fn push(&self, text: &str, out: &mut Text) -> Result<(), Fault> {
        if !self.charge(1 + text.len() / 16) {
            return Err(Fault::Unknown);
        }
        out.text.push_str(text);
        Ok(())
    }
}

/// Whether an element has marks that strip the space before it and behind it.
fn marks(element: &Element) -> (bool, bool) {
    match element {
        Element::Literal(_) => (false, false),
        Element::Interpolation(interpolation) => {
            (interpolation.strip.strip_start(), interpolation.strip.strip_end())
        }
        Element::Directive(directive) => match &**directive {
            Directive::If(directive) => (
                directive.if_expr.strip.strip_start(),
                directive.endif_expr.strip.strip_end(),
            ),
            Directive::For(directive) => (
                directive.for_expr.strip.strip_start(),
                directive.endfor_expr.strip.strip_end(),
            ),
        },
    }
}

/// The elements of a template, each with the marks that stand beside it.
fn with_marks(template: &Template, stripped: Stripped) -> impl Iterator<Item = (&Element, Stripped)> {
    let mut elements = template.iter().peekable();
    let mut start = stripped.start;
    std::iter::from_fn(move || {
        let element = elements.next()?;
        let end = elements.peek().map_or(stripped.end, |next| marks(next).0);
        let beside = Stripped { start, end };
        start = marks(element).1;
        Some((element, beside))
    })
}

/// What a directive may insert, in order.
fn branches(directive: &Directive) -> Vec<(&Template, Stripped)> {
    match directive {
        Directive::If(directive) => if_branches(directive).collect(),
        Directive::For(directive) => vec![for_branch(directive)],
    }
}

fn if_branches(directive: &IfDirective) -> impl Iterator<Item = (&Template, Stripped)> {
    let (first, last) = (&directive.if_expr, directive.endif_expr.strip);
    let otherwise = directive.else_expr.as_ref();
    let between = otherwise.map_or(last, |otherwise| otherwise.strip);
    let stripped = |start: Strip, end: Strip| Stripped {
        start: start.strip_end(),
        end: end.strip_start(),
    };
    let yes = (&first.template, stripped(first.strip, between));
    let no = otherwise.map(|otherwise| (&otherwise.template, stripped(otherwise.strip, last)));
    std::iter::once(yes).chain(no)
}

fn for_branch(directive: &ForDirective) -> (&Template, Stripped) {
    let stripped = Stripped {
        start: directive.for_expr.strip.strip_end(),
        end: directive.endfor_expr.strip.strip_start(),
    };
    (&directive.for_expr.template, stripped)
}

impl Indent {
    /// The least space that a line begins with. Blank lines do not count, and a line that an interpolation begins has none.
    fn of(pieces: &[Piece<'_>]) -> Self {
        let mut lines = BTreeSet::new();
        let mut least = usize::MAX;
        let mut begins_line = true;
        for piece in pieces {
            let is_first = std::mem::take(&mut begins_line);
            match piece {
                Piece::Other if is_first => least = 0,
                Piece::Other => {}
                Piece::Line(at, line) => {
                    let text = line.trim_start();
                    begins_line = line.ends_with('\n');
                    if is_first && !(text.is_empty() && begins_line) {
                        least = least.min(line[..line.len() - text.len()].chars().count());
                        lines.insert(*at);
                    }
                }
            }
        }
        Self {
            characters: least,
            lines,
        }
    }

    /// A line without the space that is taken from it.
    fn removed<'t>(&self, at: usize, line: &'t str) -> &'t str {
        if !self.lines.contains(&at) {
            return line;
        }
        let rest = line.char_indices().nth(self.characters);
        rest.map_or("", |(start, _)| &line[start..])
    }
}

/// A text without the space at its ends that marks strip.
fn strip(text: &str, stripped: Stripped) -> &str {
    let text = if stripped.start { text.trim_start() } else { text };
    if stripped.end { text.trim_end() } else { text }
}
