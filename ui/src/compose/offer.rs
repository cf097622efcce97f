//! Messages that somebody began and could not finish are offered where the next one is written.
#![forbid(unsafe_code)]

use std::path::PathBuf;

use adw::prelude::*;
use gtk::glib;
use simplemapi::drafts::{Listed, discard, list};

use crate::accessible;
use crate::catalogue::{text, text_with};
use crate::drafts::start;
use crate::on_the_side;

/// A strip that offers one after the other, and is not there when there are none.
pub(super) fn unfinished() -> gtk::Revealer {
    let label = gtk::Label::builder()
        .xalign(0.0)
        .hexpand(true)
        .ellipsize(gtk::pango::EllipsizeMode::End)
        .build();
    let open = accessible::button(&text("unfinished-open"));
    let discard = accessible::button(&text("unfinished-discard"));
    let strip = gtk::Box::builder()
        .spacing(12)
        .margin_top(6)
        .margin_bottom(6)
        .margin_start(12)
        .margin_end(12)
        .build();
    strip.append(&label);
    strip.append(&open);
    strip.append(&discard);
    let revealer = gtk::Revealer::builder().child(&strip).build();
    let shown = revealer.clone();
    glib::spawn_future_local(async move {
        for draft in waiting().await {
            label.set_label(&about(&draft));
            shown.set_reveal_child(true);
            decide(&open, &discard, draft.folder).await;
        }
        shown.set_reveal_child(false);
    });
    revealer
}

/// The newest first.
async fn waiting() -> Vec<Listed> {
    let listed = on_the_side::run(list).await;
    let mut drafts = listed.and_then(Result::ok).unwrap_or_default();
    drafts.reverse();
    drafts
}

fn about(draft: &Listed) -> String {
    let subject = match draft.subject.as_str() {
        "" => draft.recipients.join(", "),
        subject => subject.to_owned(),
    };
    text_with("unfinished", &[("subject", subject.into())])
}

/// Has the person open a draft in a window of its own, or discard it.
async fn decide(open: &gtk::Button, away: &gtk::Button, folder: PathBuf) {
    let (sender, decided) = async_channel::bounded(1);
    let watch = |button: &gtk::Button, opens: bool| {
        let sender = sender.clone();
        button.connect_clicked(move |_| {
            let _ = sender.try_send(opens);
        })
    };
    let watched = [watch(open, true), watch(away, false)];
    let opens = decided.recv().await;
    for (button, handler) in [open, away].into_iter().zip(watched) {
        button.disconnect(handler);
    }
    // Whoever has it open by now keeps it.
    match opens {
        Ok(true) => drop(on_the_side::run(move || start(&folder)).await),
        Ok(false) => drop(on_the_side::run(move || discard(&folder)).await),
        Err(_) => {}
    }
}
