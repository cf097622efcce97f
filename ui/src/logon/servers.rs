//! Where an account's mail is handed in and kept, to be looked at and changed.
#![forbid(unsafe_code)]

use adw::prelude::*;
use simplemapi_account::{Account, Security, Server};

use crate::accessible;
use crate::catalogue::text;

/// The two servers of an account.
pub(super) struct Servers {
    pub(super) widget: gtk::Box,
    outgoing: ServerForm,
    incoming: ServerForm,
    has_incoming: gtk::CheckButton,
}

impl Servers {
    /// Not shown until something is known.
    pub(super) fn new() -> Self {
        let column = gtk::SizeGroup::new(gtk::SizeGroupMode::Horizontal);
        let outgoing = ServerForm::new("outgoing", &column);
        let incoming = ServerForm::new("incoming", &column);
        let has_incoming = gtk::CheckButton::with_mnemonic(&text("has-incoming"));
        has_incoming.set_widget_name("has-incoming");
        // Its own would be read with the underscore.
        accessible::name(&has_incoming, &accessible::plain(&text("has-incoming")));
        has_incoming
            .bind_property("active", &incoming.widget, "visible")
            .sync_create()
            .build();
        let widget = gtk::Box::new(gtk::Orientation::Vertical, 12);
        widget.append(&outgoing.widget);
        widget.append(&has_incoming);
        widget.append(&incoming.widget);
        widget.set_visible(false);
        Self {
            widget,
            outgoing,
            incoming,
            has_incoming,
        }
    }

    /// Shows what is known of them.
    pub(super) fn show(&self, account: &Account) {
        self.outgoing.show(&account.outgoing);
        if let Some(incoming) = &account.incoming {
            self.incoming.show(incoming);
        }
        self.has_incoming.set_active(account.incoming.is_some());
        self.widget.set_visible(true);
    }

    pub(super) fn outgoing(&self) -> Server {
        self.outgoing.server()
    }

    pub(super) fn incoming(&self) -> Option<Server> {
        self.has_incoming
            .is_active()
            .then(|| self.incoming.server())
    }

    pub(super) fn focus_outgoing(&self) {
        self.outgoing.host.grab_focus();
    }

    pub(super) fn focus_incoming(&self) {
        self.incoming.host.grab_focus();
    }
}

/// One server.
struct ServerForm {
    widget: gtk::Grid,
    host: gtk::Entry,
    port: gtk::SpinButton,
    security: gtk::DropDown,
    user: gtk::Entry,
}

/// In the order in which they are offered.
const SECURITY: [(Security, &str); 3] = [
    (Security::Tls, "security-tls"),
    (Security::StartTls, "security-starttls"),
    (Security::None, "security-none"),
];

impl ServerForm {
    /// An empty form; `id` is the catalogue's for its heading, with `-host` and so on for its parts,
    /// whose labels stand in a column.
    fn new(id: &str, column: &gtk::SizeGroup) -> Self {
        let widget = gtk::Grid::builder()
            .row_spacing(6)
            .column_spacing(12)
            .build();
        let heading = gtk::Label::builder().label(text(id)).xalign(0.0).build();
        heading.add_css_class("heading");
        widget.attach(&heading, 0, 0, 2, 1);
        let host = gtk::Entry::builder().hexpand(true).build();
        let port = gtk::SpinButton::with_range(1.0, 65535.0, 1.0);
        let names = SECURITY.map(|(_, id)| text(id));
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        let security = accessible::choice(&names, &text(&format!("{id}-security")));
        let user = gtk::Entry::builder().hexpand(true).build();
        let rows: [(&str, &gtk::Widget); 4] = [
            ("host", host.upcast_ref()),
            ("port", port.upcast_ref()),
            ("security", security.upcast_ref()),
            ("user", user.upcast_ref()),
        ];
        for (line, (part, field)) in (1..).zip(rows) {
            let id = format!("{id}-{part}");
            field.set_widget_name(&id);
            accessible::describe(field, &heading.label());
            let label = gtk::Label::with_mnemonic(&text(&id));
            label.set_xalign(1.0);
            label.add_css_class("dim-label");
            label.set_mnemonic_widget(Some(field));
            column.add_widget(&label);
            widget.attach(&label, 0, line, 1, 1);
            widget.attach(field, 1, line, 1, 1);
        }
        Self {
            widget,
            host,
            port,
            security,
            user,
        }
    }

    fn show(&self, server: &Server) {
        self.host.set_text(&server.host);
        self.port.set_value(f64::from(server.port));
        let place = SECURITY
            .iter()
            .position(|(kind, _)| *kind == server.security);
        let place = place.and_then(|place| u32::try_from(place).ok());
        self.security.set_selected(place.unwrap_or(0));
        self.user.set_text(&server.user);
    }

    fn server(&self) -> Server {
        let chosen = SECURITY.get(self.security.selected() as usize);
        Server {
            host: self.host.text().trim().to_owned(),
            port: u16::try_from(self.port.value_as_int()).unwrap_or_default(),
            security: chosen.map_or(Security::Tls, |(kind, _)| *kind),
            user: self.user.text().trim().to_owned(),
        }
    }
}
