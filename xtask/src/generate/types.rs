//! TypeScript declarations of the JSON report, from the Rust types that it is written from.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Result;
use key_policy::Kind;
use key_policy::access::json::AccessReport;
use key_policy::report::json::JsonReport;
use ts_rs::{Config, TS, TypeVisitor};

const FILE: &str = "wasm/npm/lib/report.d.ts";

/// Makes the declarations of both reports and of all that they hold, and of what they are told to read.
pub(crate) fn generate(_root: &Path) -> Result<Vec<(PathBuf, String)>> {
    let mut declarations = Declarations(BTreeMap::new());
    declarations.visit::<JsonReport<'static>>();
    declarations.visit::<AccessReport<'static>>();
    let mut text = "// Generated from the Rust types of the report by `cargo xtask generate`.\n\n".to_owned();
    for declaration in declarations.0.values() {
        for line in declaration.lines() {
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text.push('\n');
    }
    let kinds = Kind::NAMES.map(|(name, _)| format!("\"{name}\""));
    text.push_str(&format!(
        "/**\n * How a text can be read.\n */\nexport type Kind = {};\n",
        kinds.join(" | ")
    ));
    Ok(vec![(PathBuf::from(FILE), text)])
}

/// Each type by its name.
struct Declarations(BTreeMap<String, String>);

impl TypeVisitor for Declarations {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        // Types that are written in place, such as numbers, are no files of their own.
        if T::output_path().is_some() {
            let config = Config::new();
            let docs = T::docs().unwrap_or_default();
            let declaration = format!("{docs}export {}", T::decl(&config));
            self.0.insert(T::ident(&config), declaration);
        }
        T::visit_dependencies(self);
    }
}
