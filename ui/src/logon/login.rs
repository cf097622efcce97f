//! The choice of a profile, and its password.
#![forbid(unsafe_code)]

use adw::prelude::*;
use simplemapi::config::Secret;
use simplemapi::dialogs::{LogonDialog, Proposal};

use super::labelled;
use crate::accessible;
use crate::catalogue::{text, text_with};
use crate::frame::{Event, Frame};
use crate::library::Library;
use crate::resolve::padded;

/// Has the person choose a profile; says whether they want to add an account instead.
pub(super) async fn show(dialog: &LogonDialog, library: &Library, over: usize) -> bool {
    let frame = Frame::new("logon", &text("logon-title"), &text("log-on"), over);
    frame.acts_by_enter();
    let content = padded();
    let chosen = profiles(dialog, &content);
    let password = gtk::PasswordEntry::builder()
        .show_peek_icon(true)
        .activates_default(true)
        .name("password")
        .build();
    content.append(&labelled("password", &password));
    let why = gtk::Label::builder()
        .label(&dialog.reason)
        .wrap(true)
        .wrap_mode(gtk::pango::WrapMode::WordChar)
        .xalign(0.0)
        .selectable(true)
        .build();
    why.add_css_class("dim-label");
    why.add_css_class("caption");
    content.append(&why);
    if !dialog.profile_is_fixed {
        let add = accessible::button(&text("add-account"));
        add.set_halign(gtk::Align::Start);
        add.set_widget_name("add-account");
        let other = frame.trigger(Event::Other);
        add.connect_clicked(move |_| other());
        content.append(&add);
    }
    frame.open(&content);
    password.grab_focus();
    loop {
        match frame.next().await {
            Event::Cancel => {
                library.cancel();
                return false;
            }
            Event::Other => return true,
            Event::Act => {
                let login = Proposal::Logon {
                    profile: chosen(),
                    password: Secret::new(password.text().to_string()),
                };
                if frame.propose(library, login, &text("logging-on")).await {
                    return false;
                }
                password.grab_focus();
            }
        }
    }
}

/// Shows the profiles, or the one that is fixed, and gives the one that is chosen.
fn profiles(dialog: &LogonDialog, content: &gtk::Box) -> Box<dyn Fn() -> String> {
    let fixed = dialog.profile.clone();
    if dialog.profile_is_fixed {
        let label = match fixed.as_str() {
            "" => text("password-wanted"),
            name => text_with("password-of", &[("profile", name.into())]),
        };
        let label = gtk::Label::builder().label(label).wrap(true).xalign(0.0);
        content.append(&label.build());
        return Box::new(move || fixed.clone());
    }
    let names: Vec<_> = dialog.profiles.iter().map(String::as_str).collect();
    let choice = accessible::choice(&names, &text("profile"));
    choice.set_widget_name("profile");
    let first = names.iter().position(|name| *name == fixed).unwrap_or(0);
    choice.set_selected(u32::try_from(first).unwrap_or(0));
    content.append(&labelled("profile", &choice));
    let profiles = dialog.profiles.clone();
    Box::new(move || {
        let chosen = profiles.get(choice.selected() as usize);
        chosen.cloned().unwrap_or_default()
    })
}
