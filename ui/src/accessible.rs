//! What a screen reader calls things that have no label of their own.
//!
//! The binding has a function for it from GTK 4.10 on only; a builder has done the same since 4.0.
#![forbid(unsafe_code)]

use gtk::{glib, prelude::*};

/// A button with a key: the letter after the underscore of its label.
pub(crate) fn button(label: &str) -> gtk::Button {
    let button = gtk::Button::new();
    set_button(&button, label);
    button
}

/// Gives a button another label. One of its own would be read with its underscore, and twice.
pub(crate) fn set_button(button: &gtk::Button, label: &str) {
    let label = gtk::Label::with_mnemonic(label);
    label.set_mnemonic_widget(Some(button));
    button.set_child(Some(&label));
    button.add_css_class("text-button");
}

/// A choice of one of several; the name it has is its label's.
pub(crate) fn choice(choices: &[&str], label: &str) -> gtk::DropDown {
    let choice = gtk::DropDown::from_strings(choices);
    // What takes the focus is a part of it, and says what is chosen.
    if let Some(part) = choice.first_child() {
        name(&part, &plain(label));
        choice.connect_selected_item_notify(move |choice| describe(&part, &chosen(choice)));
    }
    choice.notify("selected-item");
    choice
}

fn chosen(choice: &gtk::DropDown) -> String {
    let item = choice.selected_item();
    let chosen = item.and_downcast::<gtk::StringObject>();
    chosen.map_or_else(String::new, |chosen| chosen.string().into())
}

/// A label as it is read, without the mark of its key.
pub(crate) fn plain(label: &str) -> String {
    let plain = label
        .replace("__", "\0")
        .replace('_', "")
        .replace('\0', "_");
    plain.trim_end_matches([':', '…']).to_owned()
}

/// A label of a program for Windows, where the key stands behind an ampersand, and two of them are one.
pub(crate) fn from_windows(label: &str) -> String {
    let one = label.replace('_', "__").replace("&&", "\0");
    one.replacen('&', "_", 1)
        .replace('&', "")
        .replace('\0', "&")
}

/// Gives it a name.
pub(crate) fn name(widget: &impl IsA<gtk::Widget>, name: &str) {
    set(widget, "label", name);
}

/// Says more about it.
pub(crate) fn describe(widget: &impl IsA<gtk::Widget>, what: &str) {
    set(widget, "description", what);
}

fn set(widget: &impl IsA<gtk::Widget>, property: &str, value: &str) {
    let kind = widget.type_();
    let parent = kind.parent().map_or("GObject", |parent| parent.name());
    let (class, value) = (kind.name(), glib::markup_escape_text(value));
    let template = format!(
        "<interface><template class=\"{class}\" parent=\"{parent}\"><accessibility>\
         <property name=\"{property}\">{value}</property></accessibility></template></interface>"
    );
    let extended = gtk::Builder::new().extend_with_template(
        widget.upcast_ref::<gtk::Widget>(),
        kind,
        &template,
    );
    debug_assert!(extended.is_ok(), "{extended:?}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_of_a_label_is_the_one_that_the_program_marked() {
        for (theirs, ours, read) in [
            ("&Owner:", "_Owner:", "Owner"),
            ("R&&D &Owner", "R&D _Owner", "R&D Owner"),
            ("&One &Two", "_One Two", "One Two"),
            ("snake_case", "snake__case", "snake_case"),
        ] {
            assert_eq!(from_windows(theirs), ours);
            assert_eq!(plain(ours), read);
        }
    }
}
