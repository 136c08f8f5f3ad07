//! The projects of the company, which exist here so that grants can be checked against them.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// A project, as `POST /v1/mgmt/projects/list` tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Project {
    /// Its id, which begins with `P`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// `production`, or empty.
    #[serde(default)]
    pub environment: String,
    /// The tags it bears.
    #[serde(default)]
    pub tags: Vec<String>,
}

/// Reads projects from JSON: an array of them, or an object that has it as `projects`, as the reply to the list.
///
/// # Errors
///
/// What is not JSON or not projects.
pub fn parse_projects(json: &str) -> Result<Vec<Project>, serde_json::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Bare(Vec<Project>),
        Reply { projects: Vec<Project> },
    }
    Ok(match serde_json::from_str(json)? {
        Written::Bare(projects) | Written::Reply { projects } => projects,
    })
}

/// Whether a project has this id.
pub(crate) fn has_id(projects: &[Project], id: &str) -> bool {
    projects.iter().any(|project| project.id == id)
}

/// The tags that there are.
pub(crate) fn tags(projects: &[Project]) -> BTreeSet<&str> {
    projects
        .iter()
        .flat_map(|project| &project.tags)
        .map(String::as_str)
        .collect()
}
