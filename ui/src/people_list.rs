//! A list of people to choose from.
#![forbid(unsafe_code)]

use std::cell::RefCell;
use std::rc::Rc;

use adw::prelude::*;
use gtk::{gdk, glib};
use simplemapi::model::Person;

use crate::accessible;
use crate::catalogue::text;
use crate::people::{address, is_list};

/// People, of whom one can be chosen.
pub(crate) struct PeopleList {
    pub(crate) widget: gtk::Box,
    list: gtk::ListBox,
    nobody: gtk::Label,
    more: gtk::Label,
    shown: Rc<RefCell<Vec<Person>>>,
}

impl PeopleList {
    /// An empty list, which a screen reader calls so.
    pub(crate) fn new(name: &str) -> Self {
        let list = gtk::ListBox::builder()
            .selection_mode(gtk::SelectionMode::Browse)
            .activate_on_single_click(false)
            .valign(gtk::Align::Start)
            .build();
        list.add_css_class("boxed-list");
        accessible::name(&list, name);
        is_one_stop(&list);
        let nobody = gtk::Label::new(Some(&text("nobody-found")));
        nobody.add_css_class("dim-label");
        nobody.set_margin_top(18);
        nobody.set_margin_bottom(18);
        list.set_placeholder(Some(&nobody));
        let scrolled = gtk::ScrolledWindow::builder()
            .hscrollbar_policy(gtk::PolicyType::Never)
            .vexpand(true)
            .child(&list)
            .build();
        let more = gtk::Label::builder()
            .label(text("more-people"))
            .xalign(0.0)
            .visible(false)
            .build();
        more.add_css_class("dim-label");
        let widget = gtk::Box::new(gtk::Orientation::Vertical, 6);
        widget.append(&scrolled);
        widget.append(&more);
        let shown = Rc::new(RefCell::new(Vec::new()));
        Self {
            widget,
            list,
            nobody,
            more,
            shown,
        }
    }

    /// Shows these people, the first one chosen.
    pub(crate) fn show(&self, people: Vec<Person>, more: bool) {
        while let Some(row) = self.list.row_at_index(0) {
            self.list.remove(&row);
        }
        for person in &people {
            self.list.append(&row(person));
        }
        self.list.select_row(self.list.row_at_index(0).as_ref());
        self.more.set_visible(more);
        *self.shown.borrow_mut() = people;
    }

    /// What stands there while there is nobody.
    pub(crate) fn explain(&self, why: &str) {
        self.nobody.set_label(why);
    }

    /// Has this done when somebody is chosen by Enter or a double click.
    pub(crate) fn choose_by(&self, act: impl Fn() + 'static) {
        self.list.connect_row_activated(move |_, _| act());
    }

    /// Who is chosen.
    pub(crate) fn chosen(&self) -> Option<Person> {
        let row = self.list.selected_row()?;
        let index = usize::try_from(row.index()).ok()?;
        self.shown.borrow().get(index).cloned()
    }

    /// Has the keyboard move in it.
    pub(crate) fn focus(&self) {
        if let Some(row) = self.list.selected_row() {
            row.grab_focus();
        }
    }
}

/// Has Tab lead out of a list from whatever row: from row to row it would choose each of them.
pub(crate) fn is_one_stop(list: &gtk::ListBox) {
    let keys = gtk::EventControllerKey::new();
    keys.set_propagation_phase(gtk::PropagationPhase::Capture);
    let leaving = list.downgrade();
    keys.connect_key_pressed(move |_, key, _, _| {
        let direction = match key {
            gdk::Key::Tab => gtk::DirectionType::TabForward,
            gdk::Key::ISO_Left_Tab => gtk::DirectionType::TabBackward,
            _ => return glib::Propagation::Proceed,
        };
        if let Some(list) = leaving.upgrade() {
            leave(&list, direction);
        }
        glib::Propagation::Stop
    });
    list.add_controller(keys);
}

fn leave(list: &gtk::ListBox, direction: gtk::DirectionType) {
    let chosen = list.selected_row();
    let Some(window) = list.root() else { return };
    // A row at a time, and no more often than there are rows.
    let mut rows = 0;
    while list.row_at_index(rows).is_some() {
        window.emit_move_focus(direction);
        if list.focus_child().is_none() {
            break;
        }
        rows += 1;
    }
    list.select_row(chosen.as_ref());
}

/// Somebody in a list.
pub(crate) fn row(person: &Person) -> adw::ActionRow {
    let row = adw::ActionRow::builder()
        .title_lines(1)
        .subtitle_lines(1)
        .activatable(true)
        .build();
    let subtitle = if is_list(person) {
        text("a-list")
    } else {
        address(person).to_owned()
    };
    let title = match person.name.as_str() {
        "" => address(person),
        name => name,
    };
    row.set_use_markup(false);
    row.set_title(title);
    if subtitle != title {
        row.set_subtitle(&subtitle);
    }
    let icon = if is_list(person) {
        "system-users-symbolic"
    } else {
        "avatar-default-symbolic"
    };
    row.add_prefix(&gtk::Image::from_icon_name(icon));
    accessible::describe(&row, &subtitle);
    row
}
