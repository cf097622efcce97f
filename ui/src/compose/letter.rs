//! The sheet that a message is written on.
#![forbid(unsafe_code)]

use adw::prelude::*;
use simplemapi::dialogs::{ComposeDialog, Letter};
use simplemapi::model::{Person, RecipientClass};

use super::class_label;
use super::files::Files;
use super::recipients::{Recipients, RecipientsField};
use crate::accessible;
use crate::catalogue::text;
use crate::library::Library;
use crate::people::written;

/// Everything that is filled in.
pub(crate) struct Sheet {
    pub(crate) widget: gtk::Box,
    identities: Option<gtk::DropDown>,
    pub(crate) recipients: Recipients,
    pub(crate) subject: gtk::Entry,
    body: gtk::TextView,
    pub(crate) files: Files,
}

impl Sheet {
    /// A sheet with what is there already.
    pub(crate) fn new(dialog: ComposeDialog, library: &Library) -> Self {
        let rows = gtk::Grid::builder()
            .row_spacing(6)
            .column_spacing(12)
            .margin_top(12)
            .margin_bottom(12)
            .margin_start(12)
            .margin_end(12)
            .build();
        let mut line = 0;
        let mut add = |label: &gtk::Label, widget: &gtk::Widget| {
            label.set_xalign(1.0);
            label.add_css_class("dim-label");
            label.set_valign(gtk::Align::Start);
            label.set_margin_top(8);
            label.set_mnemonic_widget(Some(widget));
            rows.attach(label, 0, line, 1, 1);
            rows.attach(widget, 1, line, 1, 1);
            line += 1;
        };
        let identities = identities(&dialog.identities);
        if let Some(identities) = &identities {
            add(
                &gtk::Label::with_mnemonic(&text("from")),
                identities.upcast_ref(),
            );
        }
        let classes = [RecipientClass::To, RecipientClass::Cc, RecipientClass::Bcc];
        let fields: Vec<_> = classes
            .map(|class| {
                let label = gtk::Label::with_mnemonic(&class_label(class));
                let field = RecipientsField::new(class, library);
                add(&label, field.widget.upcast_ref());
                label.set_mnemonic_widget(Some(&field.entry));
                field
            })
            .into();
        let recipients = Recipients::new(fields);
        recipients.show(&dialog.recipients);
        let subject = gtk::Entry::builder()
            .text(&dialog.subject)
            .hexpand(true)
            .name("subject")
            .build();
        add(
            &gtk::Label::with_mnemonic(&text("subject")),
            subject.upcast_ref(),
        );
        let body = body(&dialog.body);
        let scrolled = gtk::ScrolledWindow::builder()
            .vexpand(true)
            .child(&body)
            .build();
        let files = Files::new(dialog.files);
        let widget = gtk::Box::new(gtk::Orientation::Vertical, 0);
        widget.append(&rows);
        widget.append(&gtk::Separator::new(gtk::Orientation::Horizontal));
        widget.append(&scrolled);
        widget.append(&files.widget);
        Self {
            widget,
            identities,
            recipients,
            subject,
            body,
            files,
        }
    }

    /// Puts the keyboard where something is missing.
    pub(crate) fn focus(&self) {
        if self.recipients.is_empty() {
            self.recipients.focus();
        } else if self.subject.text().is_empty() {
            self.subject.grab_focus();
        } else {
            self.body.grab_focus();
        }
    }

    /// What it says now.
    pub(crate) fn letter(&self) -> Letter {
        let buffer = self.body.buffer();
        let (start, end) = buffer.bounds();
        let identity = self.identities.as_ref();
        Letter {
            identity: identity.map_or(0, |identities| identities.selected() as usize),
            recipients: self.recipients.all(),
            subject: self.subject.text().to_string(),
            body: buffer.text(&start, &end, false).to_string(),
            files: self.files.all(),
        }
    }

    /// Has this done whenever anything is changed.
    pub(crate) fn connect_changed(&self, act: impl Fn() + Clone + 'static) {
        if let Some(identities) = &self.identities {
            let act = act.clone();
            identities.connect_selected_notify(move |_| act());
        }
        self.recipients.connect_changed(act.clone());
        let then = act.clone();
        self.subject.connect_changed(move |_| then());
        let then = act.clone();
        self.body.buffer().connect_changed(move |_| then());
        self.files.connect_changed(act);
    }
}

/// A choice of whom it comes from, where there is one.
fn identities(identities: &[Person]) -> Option<gtk::DropDown> {
    let written: Vec<_> = identities.iter().map(written).collect();
    let names: Vec<_> = written.iter().map(String::as_str).collect();
    (names.len() > 1).then(|| {
        let choice = accessible::choice(&names, &text("from"));
        choice.set_widget_name("from");
        choice
    })
}

fn body(text_so_far: &str) -> gtk::TextView {
    let body = gtk::TextView::builder()
        .wrap_mode(gtk::WrapMode::WordChar)
        .accepts_tab(false)
        .top_margin(12)
        .bottom_margin(12)
        .left_margin(12)
        .right_margin(12)
        .name("body")
        .build();
    body.buffer().set_text(text_so_far);
    body.buffer().place_cursor(&body.buffer().start_iter());
    accessible::name(&body, &text("body"));
    body
}
