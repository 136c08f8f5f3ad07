//! What the protocol asks of every provider, as a list of cases.
//!
//! A provider is described by a [`Subject`]: how it is started, one of its resources, and inputs that do this or that. The rest is read
//! from its schema. [`run`] holds the provider against every case and gives a [`Report`].
//!
//! Each case names its point: the part of the protocol, the call, and the sentence. A case that has nothing to look at in a provider
//! says why, and is counted apart, so that a suite that tests nothing does not look like one that passes.
//!
//! ```no_run
//! # async fn test() -> Result<(), Box<dyn std::error::Error>> {
//! use pulumi_rs_provider::testing::conformance::{self, Subject};
//! use pulumi_rs_provider::testing::{Binary, Launcher};
//! use pulumi_rs_provider::PropertyMap;
//!
//! let launcher = Launcher::binary(Binary::new("target/debug/pulumi-resource-pets"));
//! let inputs = PropertyMap::from([("name".to_owned(), "rex".into())]);
//! let report = conformance::run(&Subject::new(launcher, "pets:index:Pet", inputs)).await;
//! assert!(report.holds(), "{report}");
//! # Ok(())
//! # }
//! ```

mod cases;
mod lab;
mod report;
mod schema;
mod subject;

use std::time::Duration;

pub use cases::{Case, cases};
pub use report::{Finding, Report, Verdict};
pub use subject::{Faults, Function, Invalid, Subject, World};

use lab::Lab;

/// How long one case may take.
const LIMIT: Duration = Duration::from_secs(60);

/// Holds a provider against every case.
pub async fn run(subject: &Subject) -> Report {
    run_where(subject, |_| true).await
}

/// Holds a provider against the cases whose id passes the test.
pub async fn run_where(subject: &Subject, wanted: impl Fn(&str) -> bool) -> Report {
    let mut report = Report::default();
    for case in cases().into_iter().filter(|case| wanted(&case.id)) {
        let verdict = match tokio::time::timeout(LIMIT, judge(subject, &case)).await {
            Ok(Ok(())) => Verdict::Holds,
            Ok(Err(verdict)) => verdict,
            Err(_) => Verdict::Broken(format!("it did not end within {} s", LIMIT.as_secs())),
        };
        report.findings.push(Finding {
            id: case.id,
            point: case.point,
            verdict,
        });
    }
    report
}

/// Each case gets a provider of its own, and leaves nothing behind in the world.
async fn judge(subject: &Subject, case: &Case) -> Result<(), Verdict> {
    let mut lab = Lab::start(subject).await?;
    let outcome = case.run(&mut lab).await;
    let cleaned = lab.clean_up().await;
    outcome.and(cleaned)
}
