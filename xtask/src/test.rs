//! `cargo xtask test`: every check there is, and one line at the end that says how many passed.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{ExitCode, Stdio};
use std::time::Instant;

use anyhow::{Context, Result};

use crate::command::{announce, cargo, run as run_command};
use crate::{generate, package, setup};

/// Runs every check, also after one has failed, and prints the tally as the last line.
pub(crate) fn run(root: &Path) -> ExitCode {
    let mut tally = Tally::default();
    match setup::for_tests(root) {
        Ok(report) => {
            tally.passed += report.ready;
            report
                .problems
                .iter()
                .for_each(|problem| tally.fail(&format!("setup: {problem}")));
        }
        Err(error) => tally.fail(&format!("setup: {error:#}")),
    }
    tally.check("format", || {
        run_command(&mut cargo(root, &["fmt", "--all", "--check"])?)
    });
    tally.check("clippy", || {
        run_command(&mut cargo(
            root,
            &[
                "clippy",
                "--workspace",
                "--all-targets",
                "--",
                "--deny",
                "warnings",
            ],
        )?)
    });
    // Tests start the programs of other packages, which `cargo test` alone does not build. Built together with the
    // tests they share one set of features, so no dependency is built twice.
    let built = tally.check("build", || {
        run_command(&mut cargo(root, &["build", "--workspace", "--all-targets"])?)
    });
    tally.check("generated files", || generate::check(root));
    tally.check("npm package and preview page", || package::run(root));
    if built {
        tally.cargo_test(root);
    } else {
        tally.fail("tests: not run, as the build failed");
    }
    tally.report()
}

#[derive(Default)]
struct Tally {
    passed: u64,
    failed: u64,
    failures: Vec<String>,
}

impl Tally {
    /// Runs a step that counts as one check; says whether it passed.
    fn check(&mut self, name: &str, step: impl FnOnce() -> Result<()>) -> bool {
        println!("\n== {name}");
        let start = Instant::now();
        match step() {
            Ok(()) => {
                println!("== {name}: passed in {:.1} s", start.elapsed().as_secs_f64());
                self.passed += 1;
                true
            }
            Err(error) => {
                self.fail(&format!("{name}: {error:#}"));
                false
            }
        }
    }

    /// Runs all Rust tests and counts each of them.
    fn cargo_test(&mut self, root: &Path) {
        println!("\n== tests");
        match counted_tests(root) {
            Ok(counts) => {
                self.passed += counts.passed;
                self.failed += counts.failed;
                if counts.failed > 0 {
                    self.failures
                        .push(format!("tests: {} of cargo test's, see above", counts.failed));
                } else if !counts.success {
                    // Without a failed test, a test program did not compile or died before it could count.
                    self.fail("tests: cargo test failed, see above");
                }
            }
            Err(error) => self.fail(&format!("tests: {error:#}")),
        }
    }

    fn fail(&mut self, what: &str) {
        println!("== FAILED {what}");
        self.failed += 1;
        self.failures.push(what.to_owned());
    }

    fn report(self) -> ExitCode {
        println!();
        for failure in &self.failures {
            println!("FAILED {failure}");
        }
        println!("{} passed, {} failed", self.passed, self.failed);
        if self.failed == 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }
}

struct Counts {
    passed: u64,
    failed: u64,
    success: bool,
}

/// Runs `cargo test`, passes its output through as it comes, and sums what each test program counted.
fn counted_tests(root: &Path) -> Result<Counts> {
    let mut command = cargo(root, &["test", "--workspace", "--no-fail-fast"])?;
    announce(&command);
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot start cargo")?;
    let stdout = child.stdout.take().context("cargo has no standard output")?;
    let mut counts = Counts {
        passed: 0,
        failed: 0,
        success: false,
    };
    for line in BufReader::new(stdout).split(b'\n') {
        let line = String::from_utf8_lossy(&line?).into_owned();
        println!("{line}");
        if let Some((passed, failed)) = test_result(&line) {
            counts.passed += passed;
            counts.failed += failed;
        }
    }
    counts.success = child.wait()?.success();
    Ok(counts)
}

/// The counts in a line such as `test result: ok. 3 passed; 0 failed; 0 ignored; …`.
fn test_result(line: &str) -> Option<(u64, u64)> {
    let counts = line.trim_start().strip_prefix("test result:")?;
    let before = |word: &str| {
        counts
            .split_once(word)?
            .0
            .rsplit(' ')
            .find(|text| !text.is_empty())?
            .parse()
            .ok()
    };
    Some((before(" passed")?, before(" failed")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_read_from_what_cargo_test_prints() {
        let line = "test result: FAILED. 12 passed; 3 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s";
        assert_eq!(test_result(line), Some((12, 3)));
        let colored = "test result: \u{1b}[32mok\u{1b}[m. 1 passed; 0 failed; 0 ignored";
        assert_eq!(test_result(colored), Some((1, 0)));
        assert_eq!(test_result("test rules::result ... ok"), None);
        assert_eq!(test_result("test result: ok"), None);
    }
}
