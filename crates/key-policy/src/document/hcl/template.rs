//! String templates: `"…${…}…"`, `%{ if }`, `%{ for }`, and the marks that strip the space beside them.

use hcl_edit::template::{Directive, Element, ForDirective, IfDirective, Template};

use super::eval::{Evaluator, Fault, Names, Scope, pairs, wrong};
use super::value::Val;
use crate::span::Place;

/// A text that is put together.
struct Text {
    text: String,
    /// Whether anything in it is sensitive.
    sensitive: bool,
    /// Whether lines are taken one by one when space is stripped, as in a heredoc.
    by_line: bool,
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
        is_heredoc: bool,
    ) -> Result<Val, Fault> {
        if !is_heredoc && let Some(Element::Interpolation(only)) = template.as_single_element() {
            return Ok(self.eval(scope, &only.expr));
        }
        let mut out = Text {
            text: String::new(),
            sensitive: false,
            by_line: is_heredoc,
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
        let mut strip_start = stripped.start;
        let mut elements = template.iter().peekable();
        while let Some(element) = elements.next() {
            match element {
                Element::Literal(literal) => {
                    let strip_end = elements.peek().map_or(stripped.end, |next| marks(next).0);
                    self.push(strip(literal, strip_start, strip_end, out.by_line), out)?;
                }
                Element::Interpolation(interpolation) => {
                    let val = self.eval(scope, &interpolation.expr);
                    out.sensitive |= val.has_sensitive();
                    self.push(&val.as_text().ok_or_else(|| wrong(&val))?, out)?;
                }
                Element::Directive(directive) => match &**directive {
                    Directive::If(directive) => self.if_directive(scope, directive, out)?,
                    Directive::For(directive) => self.for_directive(scope, directive, out)?,
                },
            }
            strip_start = marks(element).1;
        }
        Ok(())
    }

    fn if_directive(
        &self,
        scope: Scope<'_, 'p>,
        directive: &'p IfDirective,
        out: &mut Text,
    ) -> Result<(), Fault> {
        let condition = self.eval(scope, &directive.if_expr.cond_expr);
        out.sensitive |= condition.sensitive;
        let end = directive.endif_expr.strip;
        let (template, start, end) = match (condition.as_bool(), &directive.else_expr) {
            (Some(true), Some(otherwise)) => (
                &directive.if_expr.template,
                directive.if_expr.strip,
                otherwise.strip,
            ),
            (Some(true), None) => (&directive.if_expr.template, directive.if_expr.strip, end),
            (Some(false), Some(otherwise)) => (&otherwise.template, otherwise.strip, end),
            (Some(false), None) => return Ok(()),
            (None, _) => return Err(wrong(&condition)),
        };
        let stripped = Stripped {
            start: start.strip_end(),
            end: end.strip_start(),
        };
        self.elements(scope, template, stripped, out)
    }

    fn for_directive(
        &self,
        scope: Scope<'_, 'p>,
        directive: &'p ForDirective,
        out: &mut Text,
    ) -> Result<(), Fault> {
        let intro = &directive.for_expr;
        let collection = self.eval(scope, &intro.collection_expr);
        out.sensitive |= collection.sensitive;
        let names = Names {
            key: intro.key_var.as_ref().map(|name| name.value().as_str()),
            value: intro.value_var.value().as_str(),
        };
        let stripped = Stripped {
            start: intro.strip.strip_end(),
            end: directive.endfor_expr.strip.strip_start(),
        };
        for pair in pairs(&collection)? {
            scope.bind(names, pair, |scope| {
                self.elements(scope, &intro.template, stripped, out)
            })?;
        }
        Ok(())
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

/// A literal without the space at its ends that marks strip. In a heredoc that is at most the rest of one line: each
/// line is a literal of its own to Terraform.
fn strip(literal: &str, start: bool, end: bool, by_line: bool) -> &str {
    let mut text = literal;
    if start {
        let line = match text.find('\n') {
            Some(at) if by_line => at + 1,
            _ => text.len(),
        };
        let blank = line - text[..line].trim_start().len();
        text = &text[blank..];
    }
    if end {
        let line = match text.rfind('\n') {
            Some(at) if by_line => at + 1,
            _ => 0,
        };
        text = &text[..line + text[line..].trim_end().len()];
    }
    text
}
