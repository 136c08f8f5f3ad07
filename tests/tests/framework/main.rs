//! The framework's example providers as their users meet them: the real `pulumi` and YAML programs.

mod files;
mod random;
mod schema;
