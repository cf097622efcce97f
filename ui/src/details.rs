//! MAPIDetails: who somebody is.
#![forbid(unsafe_code)]

use adw::prelude::*;
use simplemapi::dialogs::{DetailsDialog, Proposal};
use simplemapi::model::Person;

use crate::accessible;
use crate::catalogue::{text, text_with};
use crate::frame::Frame;
use crate::library::Library;
use crate::people::{address, is_list};
use crate::people_list;
use crate::resolve::padded;

/// Shows somebody, or a list with everyone on it.
pub(crate) async fn show(dialog: DetailsDialog, library: &Library, over: usize) {
    let frame = Frame::new("details", &text("details-title"), &text("close"), over);
    frame.acts_by_enter();
    frame.only_acts();
    let content = padded();
    content.append(&head(&dialog.person));
    if is_list(&dialog.person) {
        content.append(&members(&dialog.members));
    }
    frame.open(&content);
    // However it is closed, the person has seen it.
    frame.next().await;
    while !frame.propose(library, Proposal::Details, "").await {
        frame.next().await;
    }
}

fn head(person: &Person) -> gtk::Box {
    let head = gtk::Box::new(gtk::Orientation::Vertical, 6);
    let face = adw::Avatar::new(72, Some(&person.name), !is_list(person));
    if is_list(person) {
        face.set_icon_name(Some("system-users-symbolic"));
    }
    let name = gtk::Label::builder()
        .label(&person.name)
        .wrap(true)
        .justify(gtk::Justification::Center)
        .selectable(true)
        .build();
    name.add_css_class("title-2");
    head.append(&face);
    head.append(&name);
    let address = match address(person) {
        "" if is_list(person) => text("a-list"),
        address => address.to_owned(),
    };
    if address != person.name {
        let address = gtk::Label::builder()
            .label(address)
            .wrap(true)
            .wrap_mode(gtk::pango::WrapMode::WordChar)
            .selectable(true)
            .build();
        address.add_css_class("dim-label");
        head.append(&address);
    }
    head
}

fn members(members: &[Person]) -> gtk::Box {
    let all = gtk::Box::new(gtk::Orientation::Vertical, 6);
    let heading = text_with("details-members", &[("count", members.len().into())]);
    let label = gtk::Label::builder().label(heading).xalign(0.0).build();
    label.add_css_class("heading");
    all.append(&label);
    let list = gtk::ListBox::builder()
        .selection_mode(gtk::SelectionMode::None)
        .valign(gtk::Align::Start)
        .build();
    list.add_css_class("boxed-list");
    accessible::name(&list, &label.label());
    people_list::is_one_stop(&list);
    for member in members {
        list.append(&people_list::row(member));
    }
    let scrolled = gtk::ScrolledWindow::builder()
        .hscrollbar_policy(gtk::PolicyType::Never)
        .vexpand(true)
        .child(&list)
        .build();
    all.append(&scrolled);
    all
}
