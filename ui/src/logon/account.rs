//! A new account: an address and a password; the settings are looked for, shown, tried and kept.
#![forbid(unsafe_code)]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use adw::prelude::*;
use gtk::glib;
use simplemapi::config::Secret;
use simplemapi::dialogs::Proposal;
use simplemapi_account::{Account, Found, Hint, Part, Problem, Source, find, keep, try_out};

use super::labelled;
use super::servers::Servers;
use crate::catalogue::{text, text_with};
use crate::frame::{Event, Frame};
use crate::library::Library;
use crate::on_the_side;
use crate::resolve::padded;

/// Has the person add an account, and logs on to it.
pub(super) async fn show(library: &Library, over: usize) {
    let frame = Frame::new("account", &text("account-title"), &text("continue"), over);
    frame.acts_by_enter();
    let form = Form::new();
    frame.open(&form.widget);
    form.focus_first();
    if form.complete(&frame).await.is_none() {
        return library.cancel();
    }
    loop {
        if frame.next().await == Event::Cancel {
            return library.cancel();
        }
        match form.try_and_keep(&frame).await {
            None => return library.cancel(),
            Some(Ok(profile)) => {
                let password = Secret::default();
                let login = Proposal::Logon { profile, password };
                if frame.propose(library, login, &text("logging-on")).await {
                    return;
                }
            }
            Some(Err(problem)) => {
                frame.refuse(&told(&problem));
                form.focus(problem.part);
            }
        }
    }
}

/// What the person fills in: first who they are, then, filled in already, where their mail is.
struct Form {
    widget: gtk::ScrolledWindow,
    name: gtk::Entry,
    address: gtk::Entry,
    password: gtk::PasswordEntry,
    source: gtk::Label,
    servers: Servers,
}

impl Form {
    fn new() -> Self {
        let entry = |name: &str| {
            gtk::Entry::builder()
                .activates_default(true)
                .name(name)
                .build()
        };
        let (name, address) = (entry("name"), entry("address"));
        let own = glib::real_name();
        name.set_text(
            own.to_str()
                .filter(|own| *own != "Unknown")
                .unwrap_or_default(),
        );
        address.set_input_purpose(gtk::InputPurpose::Email);
        let password = gtk::PasswordEntry::builder()
            .show_peek_icon(true)
            .activates_default(true)
            .name("password")
            .build();
        let explained = gtk::Label::builder()
            .label(text("account-explained"))
            .wrap(true)
            .xalign(0.0)
            .build();
        let source = gtk::Label::builder()
            .wrap(true)
            .wrap_mode(gtk::pango::WrapMode::WordChar)
            .xalign(0.0)
            .selectable(true)
            .visible(false)
            .name("source")
            .build();
        let servers = Servers::new();
        let content = padded();
        content.append(&explained);
        content.append(&labelled("your-name", &name));
        content.append(&labelled("address", &address));
        content.append(&labelled("password", &password));
        content.append(&source);
        content.append(&servers.widget);
        let widget = gtk::ScrolledWindow::builder()
            .hscrollbar_policy(gtk::PolicyType::Never)
            .vexpand(true)
            .child(&content)
            .build();
        Self {
            widget,
            name,
            address,
            password,
            source,
            servers,
        }
    }

    fn focus_first(&self) {
        match self.name.text().is_empty() {
            true => self.name.grab_focus(),
            false => self.address.grab_focus(),
        };
    }

    /// Looks for the servers once there is an address; [`None`] if the person gave up.
    async fn complete(&self, frame: &Frame) -> Option<()> {
        loop {
            if frame.next().await == Event::Cancel {
                return None;
            }
            let (address, name) = self.who();
            if !is_whole(&address) {
                frame.refuse(&text("address-wanted"));
                self.address.grab_focus();
            } else if self.password.text().is_empty() {
                frame.refuse(&text("password-missing"));
                self.password.grab_focus();
            } else {
                let found = look_for(frame, &address, &name).await?;
                self.show(found, &address, &name);
                frame.set_act(&text("try-and-save"));
                return Some(());
            }
        }
    }

    /// The address, and the name.
    fn who(&self) -> (String, String) {
        let trimmed = |entry: &gtk::Entry| entry.text().trim().to_owned();
        (trimmed(&self.address), trimmed(&self.name))
    }

    fn show(&self, found: Option<Found>, address: &str, name: &str) {
        let told = found.as_ref().map_or_else(|| text("found-nothing"), about);
        self.source.set_label(&told);
        self.source.set_visible(true);
        let account = found.map_or_else(|| Account::guess(address, name), |found| found.account);
        self.servers.show(&account);
    }

    fn account(&self) -> Account {
        let (address, name) = self.who();
        Account {
            name,
            address,
            outgoing: self.servers.outgoing(),
            incoming: self.servers.incoming(),
        }
    }

    /// Tries the account and keeps it; [`None`] if the person gave up meanwhile.
    async fn try_and_keep(&self, frame: &Frame) -> Option<Result<String, Problem>> {
        let (account, password) = (self.account(), Secret::new(self.password.text().into()));
        let (tried, with) = (account.clone(), password.clone());
        let trying = on_the_side::run(move || try_out(&tried, &with));
        if let Err(problem) = frame.wait_for(&text("trying"), trying).await?? {
            return Some(Err(problem));
        }
        let keeping = on_the_side::run(move || keep(&account, &password));
        frame.wait_for(&text("keeping"), keeping).await?
    }

    fn focus(&self, part: Part) {
        match part {
            Part::Outgoing => self.servers.focus_outgoing(),
            Part::Incoming => self.servers.focus_incoming(),
            _ => drop(self.password.grab_focus()),
        }
    }
}

/// Whether it is an address with both of its halves.
fn is_whole(address: &str) -> bool {
    let halves = address.rsplit_once('@');
    halves.is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty())
}

/// Looks for the servers of an address; [`None`] if the person gives up meanwhile.
async fn look_for(frame: &Frame, address: &str, name: &str) -> Option<Option<Found>> {
    let goes_on = Arc::new(AtomicBool::new(true));
    let its = Arc::clone(&goes_on);
    let (address, name) = (address.to_owned(), name.to_owned());
    let found = on_the_side::run(move || find(&address, &name, &|| its.load(Ordering::Relaxed)));
    let found = frame.wait_for(&text("finding"), found).await;
    goes_on.store(false, Ordering::Relaxed);
    Some(found?.flatten())
}

/// Where settings come from, and what to know about them.
fn about(found: &Found) -> String {
    let source = match &found.source {
        Source::Site(url) | Source::Domain(url) => url.clone(),
        Source::Known => text("found-known"),
        Source::Dns => text("found-dns"),
    };
    let from = text_with("found-from", &[("source", source.into())]);
    match &found.hint {
        None => from,
        Some(hint) => format!("{from}\n{}", advice(hint)),
    }
}

fn advice(hint: &Hint) -> String {
    match hint {
        Hint::AppPassword(page) => {
            text_with("hint-app-password", &[("page", page.as_str().into())])
        }
        Hint::Enable(page) => text_with("hint-enable", &[("page", page.as_str().into())]),
        Hint::OAuthOnly => text("hint-oauth-only"),
        Hint::Elsewhere(host) => text_with("hint-elsewhere", &[("host", host.as_str().into())]),
    }
}

/// A problem in the person's language; its reason is the server's, or the system's.
fn told(problem: &Problem) -> String {
    let id = match problem.part {
        Part::Settings => "problem-settings",
        Part::Outgoing => "problem-outgoing",
        Part::Incoming => "problem-incoming",
        Part::Keyring => "problem-keyring",
        Part::Configuration => "problem-configuration",
    };
    text_with(id, &[("reason", problem.reason.as_str().into())])
}
