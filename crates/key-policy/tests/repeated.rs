//! One text may stand for several keys: what is said of it once, and what of each.

use key_policy::{Options, Source, check};

/// What is wrong in the module is one fault, what is wrong in its calls is two.
const PROGRAM: &str = r#"
module "a" {
  source = "./key"
  ip     = "81.2.69.300"
  roles  = ["company-full-access"]
}
module "b" {
  source = "./key"
  ip     = "81.2.69.300"
  roles  = ["company-full-access"]
}
"#;
const MODULE: &str = r#"
variable "ip" {}
variable "roles" {}
resource "descope_management_key" "k" {
  count         = 2
  name          = " "
  permitted_ips = [var.ip]
  rebac         = { company_roles = var.roles }
}
"#;

#[test]
fn a_fault_is_told_for_each_place_that_has_to_be_mended_and_a_note_once() {
    let sources = [
        Source::new("main.tf", PROGRAM.as_bytes()),
        Source::new("key/main.tf", MODULE.as_bytes()),
    ];
    let report = check(&sources, &Options::default());
    let told: Vec<_> = report
        .findings
        .iter()
        .map(|finding| (finding.rule, finding.resource.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("never-expires", "module.a.descope_management_key.k[0]"),
            ("empty-name", "module.a.descope_management_key.k[0]"),
            ("invalid-ip", "module.a.descope_management_key.k[0]"),
            ("invalid-ip", "module.b.descope_management_key.k[0]"),
            ("broad-access", "module.a.descope_management_key.k[0]"),
        ]
    );
    assert_eq!(report.summary.keys, 4);
}
