//! Fields for recipients: names with commas between, completed from the address books.
#![forbid(unsafe_code)]

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use adw::prelude::*;
use gtk::glib;
use simplemapi::model::{Person, Recipient, RecipientClass, split_list};

use super::marks::{self, Mark};
use super::suggestions::Suggestions;
use crate::accessible;
use crate::library::Library;
use crate::people::written;

/// A field for recipients of one class.
#[derive(Clone)]
pub(crate) struct RecipientsField {
    pub(crate) widget: gtk::Box,
    pub(crate) entry: gtk::Entry,
    class: RecipientClass,
    doubts: gtk::Label,
    library: Library,
    /// Who is meant by what is written.
    known: Rc<RefCell<HashMap<String, Person>>>,
    /// What was looked up, and found wanting.
    marked: Rc<RefCell<HashMap<String, Mark>>>,
}

impl RecipientsField {
    /// An empty one.
    pub(crate) fn new(class: RecipientClass, library: &Library) -> Self {
        let entry = gtk::Entry::builder()
            .hexpand(true)
            .input_purpose(gtk::InputPurpose::Email)
            .build();
        entry.set_widget_name(match class {
            RecipientClass::To => "to",
            RecipientClass::Cc => "cc",
            RecipientClass::Bcc => "bcc",
        });
        let doubts = gtk::Label::builder()
            .xalign(0.0)
            .wrap(true)
            .visible(false)
            .build();
        doubts.add_css_class("error");
        doubts.add_css_class("caption");
        let widget = gtk::Box::new(gtk::Orientation::Vertical, 3);
        widget.append(&entry);
        widget.append(&doubts);
        let field = Self {
            widget,
            entry,
            class,
            doubts,
            library: library.clone(),
            known: Rc::default(),
            marked: Rc::default(),
        };
        let known = field.clone();
        Suggestions::offer(&field.entry, library, move |person| known.take(person));
        let changed = field.clone();
        field.entry.connect_changed(move |_| changed.draw());
        let left = gtk::EventControllerFocus::new();
        let leaving = field.clone();
        left.connect_leave(move |_| leaving.check());
        field.entry.add_controller(left);
        field
    }

    /// Which recipients stand in it.
    pub(crate) fn class(&self) -> RecipientClass {
        self.class
    }

    /// Has somebody stand for what they are written as, and says how that is.
    fn take(&self, person: &Person) -> String {
        let line = written(person);
        self.known.borrow_mut().insert(line.clone(), person.clone());
        line
    }

    /// Adds somebody at the end.
    pub(crate) fn add(&self, person: &Person) {
        let line = self.take(person);
        let text = self.entry.text();
        let before = text.trim_end_matches([',', ';', ' ']);
        let text = if before.is_empty() {
            line
        } else {
            format!("{before}, {line}")
        };
        self.entry.set_text(&format!("{text}, "));
        self.entry.set_position(-1);
    }

    /// Whoever stands in it now.
    pub(crate) fn recipients(&self) -> Vec<Recipient> {
        let text = self.entry.text();
        let known = self.known.borrow();
        names(&text)
            .map(|name| match known.get(name) {
                Some(person) => person.clone().to(self.class),
                None => Recipient {
                    class: self.class,
                    name: name.to_owned(),
                    address: String::new(),
                    entry_id: Vec::new(),
                },
            })
            .collect()
    }

    pub(crate) fn focus(&self) {
        self.entry.grab_focus();
        self.entry.set_position(-1);
    }

    /// Looks up the names in it that nobody has looked up yet, and marks those that mean nobody, or
    /// several.
    pub(crate) fn check(&self) {
        let text = self.entry.text();
        for name in names(&text) {
            let looked_up = self.known.borrow().contains_key(name)
                || self.marked.borrow().contains_key(name)
                || simplemapi::model::written(name).is_some();
            if looked_up {
                continue;
            }
            let (field, name) = (self.clone(), name.to_owned());
            glib::spawn_future_local(async move {
                let (people, more) = field.library.find(&name).await;
                field.found(name, &people, more);
            });
        }
        self.draw();
    }

    fn found(&self, name: String, people: &[Person], more: bool) {
        match people {
            [one] if !more => self.replace(&name, &self.take(one)),
            [] => drop(self.marked.borrow_mut().insert(name, Mark::Nobody)),
            _ => drop(self.marked.borrow_mut().insert(name, Mark::Several)),
        }
        self.draw();
    }

    /// Writes a person's whole name and address in the place of what was typed, if it still stands there.
    fn replace(&self, name: &str, line: &str) {
        let text = self.entry.text();
        let mut changed = false;
        let all: Vec<_> = split_list(&text)
            .into_iter()
            .map(|part| {
                let here = part.trim() == name;
                changed |= here;
                if here { line } else { part.trim() }
            })
            .filter(|part| !part.is_empty())
            .collect();
        if changed && !self.entry.has_focus() {
            self.entry.set_text(&all.join(", "));
        }
    }

    fn draw(&self) {
        let text = self.entry.text();
        let marked = self.marked.borrow();
        let mark = |name: &str| marked.get(name).copied();
        self.entry.set_attributes(&marks::attributes(&text, mark));
        let doubts = marks::doubts(names(&text), mark);
        self.doubts.set_visible(!doubts.is_empty());
        self.doubts.set_label(&doubts);
        accessible::describe(&self.entry, &doubts);
    }
}

/// The names in a list, without what is empty.
fn names(text: &str) -> impl Iterator<Item = &str> {
    split_list(text)
        .into_iter()
        .map(str::trim)
        .filter(|name| !name.is_empty())
}

/// All fields of a window.
pub(crate) struct Recipients(Vec<RecipientsField>);

impl Recipients {
    pub(crate) fn new(fields: Vec<RecipientsField>) -> Self {
        Self(fields)
    }

    pub(crate) fn fields(&self) -> &[RecipientsField] {
        &self.0
    }

    /// Shows those who are recipients already, each in its field.
    pub(crate) fn show(&self, recipients: &[Recipient]) {
        for recipient in recipients {
            let field = self.0.iter().find(|field| field.class == recipient.class);
            if let Some(field) = field {
                if recipient.address.is_empty() {
                    // Not found yet: what was given is shown as it is.
                    let text = field.entry.text();
                    field.entry.set_text(&format!("{text}{}, ", recipient.name));
                } else {
                    field.add(&recipient.clone().into());
                }
            }
        }
        self.check();
    }

    pub(crate) fn all(&self) -> Vec<Recipient> {
        self.0
            .iter()
            .flat_map(RecipientsField::recipients)
            .collect()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.iter().all(|field| field.recipients().is_empty())
    }

    pub(crate) fn focus(&self) {
        if let Some(first) = self.0.first() {
            first.focus();
        }
    }

    pub(crate) fn check(&self) {
        self.0.iter().for_each(RecipientsField::check);
    }

    pub(crate) fn connect_changed(&self, act: impl Fn() + Clone + 'static) {
        for field in &self.0 {
            let act = act.clone();
            field.entry.connect_changed(move |_| act());
        }
    }
}
