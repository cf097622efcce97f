//! What is wrong with a configuration file that can be used all the same.
#![forbid(unsafe_code)]

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;

use super::{Config, SecretSource};

/// What others may read or write that they should not.
pub(super) fn warnings(config: &Config, metadata: &Metadata) -> Vec<String> {
    let path = config.path.display();
    let mode = metadata.mode();
    let mut warnings = Vec::new();
    if mode & 0o044 != 0 && holds_password(config) {
        warnings.push(format!(
            "{path} holds a password and others may read it: chmod 600 {path}, or use password-command"
        ));
    }
    if mode & 0o002 != 0 {
        warnings.push(format!(
            "anyone may write to {path}, and thereby run programs as you: chmod o-w {path}"
        ));
    }
    warnings
}

/// Whether a password stands in the file itself.
fn holds_password(config: &Config) -> bool {
    config.profiles.iter().any(|profile| {
        profile
            .secrets()
            .any(|source| matches!(source, SecretSource::Given(_)))
    })
}
