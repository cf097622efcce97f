//! Whom somebody may mean who is typing a name: a list below the field.
#![forbid(unsafe_code)]

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use adw::prelude::*;
use gtk::{gdk, glib};
use simplemapi::model::{Person, split_list};

use crate::accessible;
use crate::catalogue::text;
use crate::library::Library;
use crate::people_list::row;

/// How long somebody does not type before a name is looked for.
const PAUSE: Duration = Duration::from_millis(120);
/// As many as can be seen at a glance.
const MOST: usize = 8;

/// The suggestions for one field.
pub(crate) struct Suggestions {
    entry: gtk::Entry,
    popover: gtk::Popover,
    list: gtk::ListBox,
    library: Library,
    shown: RefCell<Vec<Person>>,
    /// Counts what was typed, to know an answer that comes too late.
    typed: Cell<u64>,
    /// Changes that are our own.
    writing: Cell<bool>,
    take: Box<dyn Fn(&Person) -> String>,
}

impl Suggestions {
    /// Offers people while somebody types; `take` says how the one is written whom they choose.
    pub(crate) fn offer(
        entry: &gtk::Entry,
        library: &Library,
        take: impl Fn(&Person) -> String + 'static,
    ) {
        let list = gtk::ListBox::builder()
            .selection_mode(gtk::SelectionMode::Browse)
            .can_focus(false)
            .build();
        accessible::name(&list, &text("suggestions"));
        let popover = gtk::Popover::builder()
            .autohide(false)
            .has_arrow(false)
            .position(gtk::PositionType::Bottom)
            .halign(gtk::Align::Start)
            .can_focus(false)
            .child(&list)
            .build();
        popover.set_parent(entry);
        let this = Rc::new(Self {
            entry: entry.clone(),
            popover,
            list,
            library: library.clone(),
            shown: RefCell::default(),
            typed: Cell::default(),
            writing: Cell::default(),
            take: Box::new(take),
        });
        let changed = Rc::clone(&this);
        entry.connect_changed(move |_| changed.look());
        let keys = gtk::EventControllerKey::new();
        keys.set_propagation_phase(gtk::PropagationPhase::Capture);
        let pressed = Rc::clone(&this);
        keys.connect_key_pressed(move |_, key, _, with| pressed.press(key, with));
        entry.add_controller(keys);
        let focus = gtk::EventControllerFocus::new();
        let left = Rc::clone(&this);
        focus.connect_leave(move |_| left.hide());
        entry.add_controller(focus);
        let clicked = Rc::clone(&this);
        this.list
            .connect_row_activated(move |_, row| clicked.choose(row));
        let popover = this.popover.clone();
        entry.connect_destroy(move |_| popover.unparent());
    }

    /// What is typed at the cursor, and where it begins and ends, in bytes.
    fn typed(&self) -> Option<(String, usize, usize)> {
        let all = self.entry.text();
        let cursor = usize::try_from(self.entry.position()).ok()?;
        let cursor = all
            .char_indices()
            .nth(cursor)
            .map_or(all.len(), |(at, _)| at);
        split_list(&all).into_iter().find_map(|part| {
            let name = part.trim();
            let start = name.as_ptr() as usize - all.as_ptr() as usize;
            let end = start + name.len();
            (start < cursor && cursor <= end).then(|| (name.to_owned(), start, end))
        })
    }

    fn look(self: &Rc<Self>) {
        self.typed.set(self.typed.get() + 1);
        if self.writing.get() || !self.has_focus() {
            return;
        }
        let (this, at) = (Rc::clone(self), self.typed.get());
        glib::spawn_future_local(async move {
            glib::timeout_future(PAUSE).await;
            if this.typed.get() != at {
                return;
            }
            match this.typed() {
                Some((name, ..)) if name.chars().count() > 1 => {
                    let (people, _) = this.library.find(&name).await;
                    if this.typed.get() == at && this.has_focus() {
                        this.show(people);
                    }
                }
                _ => this.hide(),
            }
        });
    }

    /// The focus is in the text within the entry.
    fn has_focus(&self) -> bool {
        self.entry
            .state_flags()
            .contains(gtk::StateFlags::FOCUS_WITHIN)
    }

    fn show(&self, mut people: Vec<Person>) {
        people.truncate(MOST);
        while let Some(row) = self.list.row_at_index(0) {
            self.list.remove(&row);
        }
        for person in &people {
            self.list.append(&row(person));
        }
        self.list.select_row(self.list.row_at_index(0).as_ref());
        if people.is_empty() {
            self.popover.popdown();
        } else {
            self.popover.popup();
        }
        *self.shown.borrow_mut() = people;
    }

    fn hide(&self) {
        self.popover.popdown();
        self.shown.borrow_mut().clear();
    }

    fn press(&self, key: gdk::Key, with: gdk::ModifierType) -> glib::Propagation {
        if !self.popover.is_visible() || with.contains(gdk::ModifierType::CONTROL_MASK) {
            return glib::Propagation::Proceed;
        }
        let selected = self.list.selected_row();
        let step = |by: i32| {
            let at = selected.as_ref().map_or(0, |row| row.index() + by);
            if let Some(row) = self.list.row_at_index(at) {
                self.list.select_row(Some(&row));
            }
        };
        match (key, &selected) {
            (gdk::Key::Down, _) => step(1),
            (gdk::Key::Up, _) => step(-1),
            (gdk::Key::Escape, _) => self.hide(),
            (gdk::Key::Return | gdk::Key::KP_Enter | gdk::Key::Tab, Some(row)) => self.choose(row),
            _ => return glib::Propagation::Proceed,
        }
        glib::Propagation::Stop
    }

    /// Writes whom a row stands for in the place of what was typed, ready for the next name.
    fn choose(&self, row: &gtk::ListBoxRow) {
        let index = usize::try_from(row.index()).ok();
        let person = index.and_then(|index| self.shown.borrow().get(index).cloned());
        if let (Some(person), Some((_, start, end))) = (person, self.typed()) {
            let text = self.entry.text();
            let (before, after) = (text.get(..start), text.get(end..));
            let after = after
                .unwrap_or_default()
                .trim_start_matches([',', ';', ' ']);
            let line = (self.take)(&person);
            let until = format!("{}{line}, ", before.unwrap_or_default());
            self.writing.set(true);
            self.entry.set_text(&format!("{until}{after}"));
            let cursor = i32::try_from(until.chars().count()).unwrap_or(-1);
            self.entry.set_position(cursor);
            self.writing.set(false);
        }
        self.hide();
    }
}
