//! MAPI_LOGON_UI, MAPI_PASSWORD_UI: which profile, and its password; or a new account.
#![forbid(unsafe_code)]

mod account;
mod login;
mod servers;

use adw::prelude::*;
use simplemapi::dialogs::LogonDialog;

use crate::catalogue::text;
use crate::library::Library;

/// Has the person log on.
pub(crate) async fn show(dialog: LogonDialog, library: &Library, over: usize) {
    let nothing_yet = dialog.profiles.is_empty() && !dialog.profile_is_fixed;
    if nothing_yet || login::show(&dialog, library, over).await {
        account::show(library, over).await;
    }
}

/// Something to fill in below its name, whose underlined letter leads to it.
fn labelled(id: &str, widget: &impl IsA<gtk::Widget>) -> gtk::Box {
    let label = gtk::Label::with_mnemonic(&text(id));
    label.set_xalign(0.0);
    label.set_mnemonic_widget(Some(widget));
    let row = gtk::Box::new(gtk::Orientation::Vertical, 3);
    row.append(&label);
    row.append(widget);
    row
}
