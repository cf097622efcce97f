//! Dovecot, which checks the passwords that Postfix is given.
#![forbid(unsafe_code)]

use std::fs;
use std::path::{Path, PathBuf};

use crate::postfix::{ACCOUNTS, READER, run};

pub(crate) const PROGRAM: &str = "/usr/sbin/dovecot";

/// Starts it in `folder/dovecot`; returns the socket on which it answers Postfix.
pub(crate) fn start(folder: &Path) -> PathBuf {
    let home = folder.join("dovecot");
    fs::create_dir_all(&home).expect("a folder for Dovecot");
    let socket = home.join("auth");
    let users: String = ACCOUNTS
        .iter()
        .chain([&READER])
        .map(|account| format!("{}:{{PLAIN}}{}\n", account.user, account.password))
        .collect();
    fs::write(home.join("users"), users).expect("Dovecot's users");

    let shown = home.display();
    let configuration = format!(
        "base_dir = {shown}/run
state_dir = {shown}/run
log_path = {shown}/log
protocols =
ssl = no
auth_mechanisms = plain login
passdb {{
  driver = passwd-file
  args = {shown}/users
}}
userdb {{
  driver = static
  args = uid=mail gid=mail home={shown}
}}
service auth {{
  unix_listener {shown}/auth {{
    mode = 0666
  }}
}}
service stats {{
  unix_listener stats-writer {{
    mode = 0666
  }}
}}
"
    );
    let file = home.join("dovecot.conf");
    fs::write(&file, configuration).expect("Dovecot's configuration");
    run(PROGRAM, &[Path::new("-c"), &file], &home);
    socket
}
