//! MAPIAddress: recipients are chosen from the address books.
#![forbid(unsafe_code)]

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use adw::prelude::*;
use gtk::glib;
use simplemapi::dialogs::{AddressDialog, Field, Proposal};

use crate::accessible;
use crate::catalogue::{text, text_with};
use crate::compose::class_label;
use crate::compose::recipients::{Recipients, RecipientsField};
use crate::frame::{Event, Frame};
use crate::library::Library;
use crate::people_list::PeopleList;
use crate::resolve::padded;

/// How long somebody does not type before the books are asked.
const PAUSE: Duration = Duration::from_millis(150);

/// Has the person choose recipients, or only look at the books.
pub(crate) async fn show(dialog: AddressDialog, library: &Library, over: usize) {
    let title = match dialog.caption.as_str() {
        "" => text("address-title"),
        caption => caption.to_owned(),
    };
    let only_looks = dialog.fields.is_empty();
    let act = if only_looks { "close" } else { "ok" };
    let frame = Frame::new("address", &title, &text(act), over);
    let book = Book::new(library);
    let fields: Vec<_> = dialog
        .fields
        .iter()
        .map(|field| RecipientsField::new(field.class, library))
        .collect();
    let recipients = Recipients::new(fields);
    recipients.show(&dialog.recipients);
    book.ends_by(frame.trigger(Event::Cancel));
    let content = padded();
    content.append(&book.search);
    content.append(&book.list.widget);
    if !only_looks {
        content.append(&filled_in(&dialog.fields, &recipients, &book));
    }
    frame.open(&content);
    book.search.grab_focus();
    loop {
        match frame.next().await {
            Event::Cancel if !only_looks => return library.cancel(),
            _ => {
                let recipients = recipients.all();
                let chosen = Proposal::Address { recipients };
                if frame.propose(library, chosen, &text("looking")).await {
                    return;
                }
            }
        }
        recipients.check();
    }
}

/// What is found in the books.
#[derive(Clone)]
struct Book {
    search: gtk::SearchEntry,
    list: Rc<PeopleList>,
    library: Library,
    typed: Rc<Cell<u64>>,
}

impl Book {
    fn new(library: &Library) -> Self {
        let search = gtk::SearchEntry::new();
        let name = text("search-people");
        search.set_placeholder_text(Some(&name));
        accessible::name(&search, &name);
        search.set_widget_name("search");
        let this = Self {
            search,
            list: Rc::new(PeopleList::new(&text("people"))),
            library: library.clone(),
            typed: Rc::default(),
        };
        let changed = this.clone();
        this.search.connect_changed(move |_| changed.look());
        this.look();
        this
    }

    /// Has the key that ends a search end all, where nothing is looked for.
    fn ends_by(&self, end: impl Fn() + 'static) {
        self.search
            .connect_stop_search(move |search| match search.text().as_str() {
                "" => end(),
                _ => search.set_text(""),
            });
    }

    fn look(&self) {
        let at = self.typed.get() + 1;
        self.typed.set(at);
        let this = self.clone();
        glib::spawn_future_local(async move {
            glib::timeout_future(PAUSE).await;
            if this.typed.get() != at {
                return;
            }
            let looked_for = this.search.text();
            let (people, more) = this.library.find(&looked_for).await;
            if this.typed.get() == at {
                let why = match looked_for.trim() {
                    "" => "search-hint",
                    _ => "nobody-found",
                };
                this.list.explain(&text(why));
                this.list.show(people, more);
            }
        });
    }
}

/// The fields, each with a button by which whoever is chosen comes into it.
fn filled_in(fields: &[Field], recipients: &Recipients, book: &Book) -> gtk::Grid {
    let rows = gtk::Grid::builder()
        .row_spacing(6)
        .column_spacing(12)
        .build();
    for (line, (shown, field)) in (0..).zip(fields.iter().zip(recipients.fields())) {
        let label = match shown.label.as_str() {
            "" => class_label(field.class()),
            // As the program wrote it.
            label => accessible::from_windows(label),
        };
        let add = accessible::button(&label);
        let plain = accessible::plain(&label);
        let name = text_with("add-to-field", &[("field", plain.as_str().into())]);
        add.set_tooltip_text(Some(&name));
        add.set_valign(gtk::Align::Start);
        accessible::name(&field.entry, &plain);
        let (into, list) = (field.clone(), Rc::clone(&book.list));
        let take = move || {
            if let Some(person) = list.chosen() {
                into.add(&person);
            }
        };
        if line == 0 {
            book.list.choose_by(take.clone());
        }
        add.connect_clicked(move |_| take());
        rows.attach(&add, 0, line, 1, 1);
        rows.attach(&field.widget, 1, line, 1, 1);
    }
    rows
}
