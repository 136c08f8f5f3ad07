//! `cargo xtask bench core`: large files read by the core and by the bare parser of their format, side by side.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result};
use descope_keys_tests::process;

use super::release_program;
use crate::command::{cargo, run as run_command};

/// Readings of each file with each reader; the median is told.
const RUNS: usize = 5;

const MEGABYTE: usize = 1_000_000;

/// Two hundred days after the time that the probe gives to the core. The files are those of a careful team: what the rules
/// would find in others costs its own time and memory, and no parser has anything to compare it with.
const EXPIRY: usize = 1_784_505_600;

/// A format: its bare parser, the name of a file of it, and how a file of about so many bytes is written.
struct Format {
    parser: &'static str,
    file: &'static str,
    write: fn(usize) -> String,
}

const FORMATS: [Format; 3] = [
    Format {
        parser: "hcl",
        file: "main.tf",
        write: hcl,
    },
    Format {
        parser: "yaml",
        file: "Pulumi.yaml",
        write: yaml,
    },
    Format {
        parser: "json",
        file: "plan.json",
        write: plan,
    },
];

/// What one reading took.
#[derive(Clone, Copy)]
struct Reading {
    milliseconds: f64,
    mebibytes: f64,
}

pub(crate) fn run(root: &Path) -> Result<()> {
    run_command(cargo(root, &["build", "--release"])?.args(["--package", "descope-keys-probe"]))?;
    let folder = tempfile::tempdir()?;
    println!(
        "\nmedian of {RUNS} runs; the goals are at least 0.5 x the speed and at most 1.5 x the memory of the parser at 10 MB"
    );
    for format in &FORMATS {
        let mut per_megabyte = Vec::new();
        for size in [2_000, MEGABYTE, 10 * MEGABYTE, 100 * MEGABYTE] {
            let file = folder.path().join(format.file);
            let text = (format.write)(size);
            fs::write(&file, &text)?;
            let mut readings = [Vec::new(), Vec::new()];
            for _ in 0..if size > 10 * MEGABYTE { 1 } else { RUNS } {
                for (reader, readings) in [format.parser, "core"].into_iter().zip(&mut readings) {
                    readings.push(reading(reader, &file)?);
                }
            }
            let [parser, core] = readings.map(median);
            println!(
                "  {:<5} {:>9} bytes  parser {:>10.2} ms {:>7.1} MiB  core {:>10.2} ms {:>7.1} MiB  speed {:>5.2} x  memory {:>5.2} x",
                format.parser,
                text.len(),
                parser.milliseconds,
                parser.mebibytes,
                core.milliseconds,
                core.mebibytes,
                parser.milliseconds / core.milliseconds,
                core.mebibytes / parser.mebibytes,
            );
            per_megabyte.push(core.milliseconds / text.len() as f64);
        }
        let [.., ten, hundred] = per_megabyte.as_slice() else {
            unreachable!("four sizes were measured")
        };
        println!(
            "  {:<5} from 10 to 100 MB each byte costs {:.2} x",
            format.parser,
            hundred / ten
        );
    }
    Ok(())
}

fn reading(reader: &str, file: &Path) -> Result<Reading> {
    let mut probe = Command::new(release_program("descope-keys-probe")?);
    let output = process::run(probe.arg(reader).arg(file), "")?.success()?.stdout;
    let line = output.lines().last().context("the probe says nothing")?;
    let (milliseconds, kibibytes) = line.split_once(' ').context("the probe says something else")?;
    Ok(Reading {
        milliseconds: milliseconds.parse()?,
        mebibytes: kibibytes.parse::<f64>()? / 1024.0,
    })
}

fn median(mut readings: Vec<Reading>) -> Reading {
    let middle = readings.len() / 2;
    readings.sort_by(|a, b| a.milliseconds.total_cmp(&b.milliseconds));
    readings[middle]
}

/// A Terraform program in which one resource of three is a key.
fn hcl(size: usize) -> String {
    let mut text = "locals {\n  office = [\"20.40.60.0/24\", \"20.40.61.10\"]\n}\n\nvariable \"project\" {\n  default = \"P2aAc4T2\"\n}\n".to_owned();
    let mut index = 0;
    while text.len() < size {
        let _ = write!(
            text,
            "\n# The key of service {index}.\nresource \"descope_management_key\" \"service_{index}\" {{\n  \
               name          = \"Service {index}\"\n  description   = \"Used by the jobs of service {index}, see its page\"\n  \
               expire_time   = {}\n  permitted_ips = local.office\n  lifecycle {{\n    create_before_destroy = true\n  }}\n\n  rebac = {{\n    project_roles = [\n      {{\n        \
                 project_ids = [var.project, \"P{index}\"]\n        roles       = [\"billing-reader\"]\n      }}\n    ]\n  }}\n}}\n\n\
             resource \"aws_s3_bucket\" \"logs_{index}\" {{\n  bucket = \"logs-of-${{var.project}}-{index}\"\n  tags   = {{ service = \"{index}\", team = \"a\" }}\n}}\n\n\
             resource \"aws_iam_role\" \"role_{index}\" {{\n  name = \"role-{index}\"\n  assume_role_policy = jsonencode({{ Version = \"2012-10-17\", Statement = [] }})\n}}\n",
            EXPIRY + index % 1000,
        );
        index += 1;
    }
    text
}

/// A Pulumi program in which every other resource is a key.
fn yaml(size: usize) -> String {
    let mut text = "name: services\nruntime: yaml\nresources:\n".to_owned();
    let mut index = 0;
    while text.len() < size {
        let _ = write!(
            text,
            "  # The key of service {index}.\n  service-{index}:\n    type: descope-keys:ManagementKey\n    properties:\n      \
               name: Service {index}\n      description: \"Used by the jobs of service {index}, see its page\"\n      expireTime: {}\n      \
               permittedIps: [20.40.60.0/24, 20.40.61.10]\n      rebac:\n        projectRoles:\n          - projectIds: [P2aAc4T2, P{index}]\n            \
               roles:\n              - billing-reader\n  bucket-{index}:\n    type: aws:s3:Bucket\n    properties:\n      \
               bucket: logs-{index}\n      tags: {{service: \"{index}\", team: a}}\n",
            EXPIRY + index % 1000,
        );
        index += 1;
    }
    text
}

/// A Terraform plan in which one resource of three is a key.
fn plan(size: usize) -> String {
    let mut text =
        "{\"format_version\":\"1.2\",\"terraform_version\":\"1.11.4\",\"resource_changes\":[".to_owned();
    let mut index = 0;
    while text.len() < size {
        let comma = if index == 0 { "" } else { "," };
        let _ = write!(
            text,
            "{comma}{{\"address\":\"descope_management_key.service_{index}\",\"mode\":\"managed\",\"type\":\"descope_management_key\",\"name\":\"service_{index}\",\
             \"provider_name\":\"registry.terraform.io/descope/descope\",\"change\":{{\"actions\":[\"create\"],\"before\":null,\"after\":{{\
             \"description\":\"Used by the jobs of service {index}\",\"expire_time\":{},\"name\":\"Service {index}\",\"permitted_ips\":[\"20.40.60.0/24\"],\
             \"rebac\":{{\"company_roles\":[],\"project_roles\":[{{\"project_ids\":[\"P{index}\"],\"roles\":[\"billing-reader\"]}}],\"tag_roles\":[]}},\
             \"status\":\"active\"}},\"after_unknown\":{{\"cleartext\":true,\"id\":true}},\"before_sensitive\":false,\"after_sensitive\":{{\"cleartext\":true}}}}}}",
            EXPIRY + index % 1000,
        );
        for other in ["aws_s3_bucket", "aws_iam_role"] {
            let _ = write!(
                text,
                ",{{\"address\":\"{other}.r{index}\",\"mode\":\"managed\",\"type\":\"{other}\",\"name\":\"r{index}\",\"provider_name\":\"registry.terraform.io/hashicorp/aws\",\
                 \"change\":{{\"actions\":[\"create\"],\"before\":null,\"after\":{{\"name\":\"n{index}\",\"tags\":{{\"team\":\"a\",\"service\":\"{index}\"}},\"policy\":null}},\
                 \"after_unknown\":{{\"arn\":true,\"id\":true,\"tags\":{{}}}},\"before_sensitive\":false,\"after_sensitive\":{{}}}}}}",
            );
        }
        index += 1;
    }
    text.push_str("]}\n");
    text
}
