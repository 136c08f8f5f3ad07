//! `destroy-before-create`: see the page.

use super::{Check, Context, Program, Rule};
use crate::document::{Declaration, Dialect, Kind};
use crate::finding::{Finding, Severity};
use crate::path::Path;

/// The rule.
pub static RULE: Rule = Rule {
    id: "destroy-before-create",
    summary: "A replacement destroys the key before the new one exists",
    severity: Severity::Warning,
    fix: None,
    page: include_str!("destroy_before_create.md"),
    check: Check::Program(check),
};

fn check(program: &Program<'_>, findings: &mut Vec<Finding>) {
    for (source, document) in program.documents.iter().enumerate() {
        for declaration in &document.declarations {
            let context = || program.context(declaration, source);
            let about = |span, severity, message: &str| Finding {
                severity,
                ..context()
                    .finding(&RULE, &Path::root(), span, message.to_owned())
                    .help(cure(declaration))
            };
            match declaration.options.replacement {
                _ if declaration.options.is_retained => {}
                Some(order) if order.deletes_first => findings.push(about(
                    order.span,
                    RULE.severity,
                    "a replacement destroys this key before the new one exists",
                )),
                // A key that expires will be replaced one day, and Terraform destroys first unless it is told.
                None if declaration.dialect == Dialect::Terraform
                    && document.kind.is_some_and(Kind::is_written)
                    && will_expire(&context()) =>
                {
                    findings.push(about(
                        declaration.span,
                        Severity::Note,
                        "when it is renewed, this key is destroyed before the new one exists",
                    ));
                }
                _ => {}
            }
        }
    }
}

fn will_expire(context: &Context<'_>) -> bool {
    context.seconds_left().is_some_and(|(left, _)| left > 0)
}

fn cure(declaration: &Declaration) -> &'static str {
    if declaration.dialect.is_pulumi() {
        "leave out `deleteBeforeReplace`, so that consumers can change over in between"
    } else {
        "add `lifecycle { create_before_destroy = true }`, so that consumers can change over in between"
    }
}
