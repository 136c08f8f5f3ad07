//! `inactive-at-create`: see the page.

use super::{Check, Context, Program, Rule};
use crate::change::Outcome;
use crate::document::Dialect;
use crate::fields::STATUS;
use crate::finding::{Finding, Severity};
use crate::model::Status;
use crate::value::Value;

/// The rule.
pub static RULE: Rule = Rule {
    id: "inactive-at-create",
    summary: "A new key is declared inactive",
    severity: Severity::Error,
    fix: None,
    page: include_str!("inactive_at_create.md"),
    check: Check::Program(check),
};

fn check(program: &Program<'_>, findings: &mut Vec<Finding>) {
    for (source, document) in program.documents.iter().enumerate() {
        for declaration in &document.declarations {
            // Few keys are, and only for those it matters whether they are new.
            let is_inactive = |value: &Value| {
                let text = value.text_in(declaration.dialect);
                text.is_some_and(|text| Status::parse(&text) == Ok(Status::Inactive))
            };
            // What is written may be new, if nothing beside it tells.
            let may_be_made = || match program.outcome(declaration, source) {
                None => true,
                Some(outcome) => matches!(outcome, Outcome::Created | Outcome::Replaced),
            };
            let is_new = || !declaration.options.is_imported && may_be_made();
            if !declaration.written(&STATUS).any(is_inactive) || !is_new() {
                continue;
            }
            let context = program.context(declaration, source);
            for node in context.shape.values_of(&STATUS) {
                if is_inactive(node.value) {
                    findings.push(finding(&context, node));
                }
            }
        }
    }
}

fn finding(context: &Context<'_>, node: &crate::shape::ValueNode<'_>) -> Finding {
    let (severity, message, help) = match context.declaration.dialect {
        Dialect::Terraform | Dialect::Pulumi => (
            Severity::Error,
            "a new key cannot be inactive",
            "create it active, then make it inactive; if it exists already, allow this with a comment",
        ),
        Dialect::PulumiKeys => (
            Severity::Note,
            "a new key is active for a moment before it is made inactive",
            "the service creates every key active",
        ),
        Dialect::Plain => (
            Severity::Warning,
            "a new key cannot be inactive",
            "create it active, then make it inactive",
        ),
    };
    Finding {
        severity,
        ..context.about(&RULE, node, message.to_owned()).help(help)
    }
}
