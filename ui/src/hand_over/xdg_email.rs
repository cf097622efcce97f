//! `xdg-email`, which knows how to start many mail programs.
#![forbid(unsafe_code)]

use gtk::glib;

use super::{Outgoing, started};

/// Starts it, where it is there.
pub(super) async fn compose(message: &Outgoing) -> bool {
    let Some(program) = glib::find_program_in_path("xdg-email") else {
        return false;
    };
    started(&program, &arguments(message)).await
}

fn arguments(message: &Outgoing) -> Vec<String> {
    let mut words = vec!["--utf8".to_owned()];
    let mut option = |name: &str, value: &str| {
        if !value.is_empty() {
            words.extend([name.to_owned(), value.to_owned()]);
        }
    };
    message.cc.iter().for_each(|one| option("--cc", one));
    message.bcc.iter().for_each(|one| option("--bcc", one));
    option("--subject", &message.subject);
    option("--body", &message.body);
    for file in &message.files {
        option("--attach", &file.to_string_lossy());
    }
    // What begins like an option would be one.
    let plain = message.to.iter().filter(|to| !to.starts_with('-'));
    words.extend(plain.cloned());
    words
}
