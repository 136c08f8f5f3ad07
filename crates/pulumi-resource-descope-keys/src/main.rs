//! `pulumi-resource-descope-keys`: the process that the Pulumi engine starts.

use std::env;
use std::io::Write as _;
use std::process::ExitCode;

fn main() -> ExitCode {
    match pulumi_resource_descope_keys::provider() {
        Ok(provider) => pulumi_rs_provider::serve(provider, env::args_os().skip(1)),
        Err(error) => {
            // Nowhere is left to say that standard error cannot be written.
            let _ = writeln!(std::io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}
