//! MAPIResolveName: who of several is meant.
#![forbid(unsafe_code)]

use adw::prelude::*;
use simplemapi::dialogs::{Proposal, ResolveDialog};

use crate::catalogue::{text, text_with};
use crate::frame::{Event, Frame};
use crate::library::Library;
use crate::people_list::PeopleList;

/// Has the person choose.
pub(crate) async fn show(dialog: ResolveDialog, library: &Library, over: usize) {
    let frame = Frame::new("resolve", &text("resolve-title"), &text("choose"), over);
    frame.acts_by_enter();
    let question = text_with("resolve-question", &[("text", dialog.text.as_str().into())]);
    let label = gtk::Label::builder()
        .label(question)
        .wrap(true)
        .xalign(0.0)
        .build();
    let list = PeopleList::new(&text("resolve-people"));
    list.choose_by(frame.trigger(Event::Act));
    list.show(dialog.people, dialog.more);
    let content = padded();
    content.append(&label);
    content.append(&list.widget);
    frame.open(&content);
    list.focus();
    loop {
        match frame.next().await {
            Event::Cancel => return library.cancel(),
            _ => {
                let Some(person) = list.chosen().into_iter().next() else {
                    continue;
                };
                let chosen = Proposal::Resolve { person };
                if frame.propose(library, chosen, &text("looking")).await {
                    return;
                }
            }
        }
    }
}

/// A column with room around it.
pub(crate) fn padded() -> gtk::Box {
    gtk::Box::builder()
        .orientation(gtk::Orientation::Vertical)
        .spacing(12)
        .margin_top(12)
        .margin_bottom(18)
        .margin_start(18)
        .margin_end(18)
        .build()
}
