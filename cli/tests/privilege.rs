//! A program with more rights than its user lets nobody choose its configuration.
#![forbid(unsafe_code)]
#![allow(clippy::expect_used, reason = "a test stops where it fails")]

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

/// A user who is nobody in particular.
const NOBODY: u32 = 65534;

#[test]
fn a_set_user_id_program_heeds_no_variable_that_names_a_configuration() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    if folder.path().metadata().expect("its owner").uid() != 0 {
        test_servers::skip("making a set-user-id program takes root");
        return;
    }
    if mount_options(folder.path()).contains("nosuid") {
        test_servers::skip("the temporary folder is mounted without set-user-id");
        return;
    }
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).expect("its mode");
    let program = folder.path().join("simplemapi");
    fs::copy(env!("CARGO_BIN_EXE_simplemapi"), &program).expect("a copy of the command");
    let home = folder.path().join("home");
    let own = home.join("simplemapi/config.toml");
    fs::create_dir_all(home.join("simplemapi")).expect("a folder");
    let text = "[profile.evil]\naddress = \"a@b.test\"\n\
                transport = { kind = \"command\", program = [\"sh\", \"-c\", \"true\"] }\n";
    fs::write(&own, text).expect("a configuration");
    fs::write(folder.path().join("named.toml"), text).expect("a configuration");
    let doctor = |named: bool| {
        let mut command = Command::new(&program);
        command
            .arg("doctor")
            .uid(NOBODY)
            .gid(NOBODY)
            .env_clear()
            .env("XDG_CONFIG_HOME", &home);
        if named {
            command.env("SIMPLEMAPI_CONFIG", folder.path().join("named.toml"));
        }
        let answer = command.output().expect("the command runs");
        String::from_utf8(answer.stdout).expect("it prints UTF-8")
    };

    for named in [false, true] {
        let heeded = doctor(named);
        assert!(
            heeded.contains("evil (default)"),
            "an ordinary program heeds them: {heeded}"
        );
    }
    chown(&program, Some(1), None).expect("another owner");
    fs::set_permissions(&program, Permissions::from_mode(0o4755)).expect("its mode");
    for named in [false, true] {
        let answer = doctor(named);
        assert!(!answer.contains("evil"), "{answer}");
        assert!(answer.contains("/etc/simplemapi/config.toml"), "{answer}");
        assert!(
            !answer.contains(folder.path().to_str().expect("UTF-8")),
            "{answer}"
        );
    }
}

fn mount_options(path: &Path) -> String {
    let answer = Command::new("findmnt")
        .args(["-n", "-o", "OPTIONS", "-T"])
        .arg(path)
        .output();
    String::from_utf8(answer.expect("findmnt runs").stdout).expect("it prints UTF-8")
}
