//! Thunderbird, which takes all of a message on its command line.
#![forbid(unsafe_code)]

use std::path::Path;

use gtk::{gio, glib, prelude::*};

use super::{Outgoing, started};

const NAME: &str = "Thunderbird";

/// Opens its window for writing, if it is the mail program of choice, or there is no other. Says what it
/// is called.
pub(super) async fn compose(
    message: &Outgoing,
    preferred: Option<&gio::AppInfo>,
) -> Option<String> {
    if preferred.is_some_and(|program| !is_thunderbird(program)) {
        return None;
    }
    let program = preferred
        .map(AppInfoExt::executable)
        .filter(|program| program.is_absolute())
        .or_else(|| glib::find_program_in_path("thunderbird"))?;
    let arguments = ["-compose".to_owned(), fields(message)];
    let name = preferred.map_or_else(|| NAME.to_owned(), |program| program.name().into());
    started(&program, &arguments).await.then_some(name)
}

fn is_thunderbird(program: &gio::AppInfo) -> bool {
    let executable = program.executable();
    let name = executable.file_name().unwrap_or_default();
    name.to_string_lossy().contains("thunderbird")
}

/// What `-compose` takes: fields with commas between, each value in single quotes.
fn fields(message: &Outgoing) -> String {
    let files: Vec<_> = message.files.iter().filter_map(|path| uri(path)).collect();
    let fields = [
        ("to", message.to.join(",")),
        ("cc", message.cc.join(",")),
        ("bcc", message.bcc.join(",")),
        ("subject", message.subject.clone()),
        ("body", message.body.clone()),
        ("attachment", files.join(",")),
        ("format", "text".to_owned()),
    ];
    let fields: Vec<_> = fields
        .iter()
        .filter(|(_, value)| !value.is_empty())
        // It has no way to write a single quote within quotes; this one looks like it.
        .map(|(name, value)| format!("{name}='{}'", value.replace('\'', "\u{2019}")))
        .collect();
    fields.join(",")
}

/// The address of a file, in which a comma or a quote cannot be mistaken.
fn uri(path: &Path) -> Option<String> {
    let uri = glib::filename_to_uri(path, None).ok()?;
    Some(uri.replace(',', "%2C").replace('\'', "%27"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_field_stands_in_quotes_of_its_own() {
        let message = Outgoing {
            to: vec![
                "Ada <ada@example.org>".to_owned(),
                "b@example.org".to_owned(),
            ],
            cc: Vec::new(),
            bcc: Vec::new(),
            subject: "It's here, to='you'".to_owned(),
            body: "One,\ntwo".to_owned(),
            files: vec!["/tmp/a,b'c d.txt".into()],
        };
        assert_eq!(
            fields(&message),
            "to='Ada <ada@example.org>,b@example.org',subject='It\u{2019}s here, \
             to=\u{2019}you\u{2019}',body='One,\ntwo',attachment='file:///tmp/a%2Cb%27c%20d.txt',\
             format='text'"
        );
    }
}
