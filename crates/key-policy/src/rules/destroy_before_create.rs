//! `destroy-before-create`: see the page.

use super::{Check, Context, Rule};
use crate::document::Dialect;
use crate::finding::{Finding, Severity};
use crate::path::Path;

/// The rule.
pub static RULE: Rule = Rule {
    id: "destroy-before-create",
    summary: "A replacement destroys the key before the new one exists",
    severity: Severity::Warning,
    fix: None,
    page: include_str!("destroy_before_create.md"),
    check: Check::Timed(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let key = context.declaration;
    if key.options.is_retained {
        return;
    }
    let about = |span, severity, message: &str| Finding {
        severity,
        ..context
            .finding(&RULE, &Path::root(), span, message.to_owned())
            .help(cure(context))
    };
    match key.options.replacement {
        Some(order) if order.deletes_first => findings.push(about(
            order.span,
            RULE.severity,
            "a replacement destroys this key before the new one exists",
        )),
        // A key that expires will be replaced one day, and Terraform destroys first unless it is told otherwise.
        None if key.dialect == Dialect::Terraform && key.planned.is_none() && will_expire(context) => {
            findings.push(about(
                key.span,
                Severity::Note,
                "when it is renewed, this key is destroyed before the new one exists",
            ));
        }
        _ => {}
    }
}

fn will_expire(context: &Context<'_>) -> bool {
    context.seconds_left().is_some_and(|(left, _)| left > 0)
}

fn cure(context: &Context<'_>) -> &'static str {
    let key = context.declaration;
    if key.dialect.is_pulumi() {
        "leave out `deleteBeforeReplace`, so that consumers can change over in between"
    } else if key.options.replacement.is_some() && key.planned.is_none() {
        "write `create_before_destroy = true`, so that consumers can change over in between"
    } else {
        "add `lifecycle { create_before_destroy = true }`, so that consumers can change over in between"
    }
}
