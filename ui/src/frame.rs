//! What every window has: a title, a button that does what it is for, one that does not, and room for
//! the reason why something could not be done.
#![forbid(unsafe_code)]

use adw::prelude::*;
use async_channel::{Receiver, Sender};
use gtk::gdk;
use gtk::glib;
use simplemapi::dialogs::Proposal;

use crate::catalogue::text;
use crate::library::{Library, Verdict};
use crate::{accessible, parent, sizes};

/// What the person did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Event {
    /// What the window is for.
    Act,
    /// The window's other thing, where it has one.
    Other,
    /// They gave up.
    Cancel,
}

/// A window, gone when it is dropped.
pub(crate) struct Frame {
    pub(crate) window: adw::Window,
    pub(crate) header: adw::HeaderBar,
    content: gtk::Box,
    reason: Reason,
    cancel: gtk::Button,
    act: gtk::Button,
    progress: Progress,
    sender: Sender<Event>,
    events: Receiver<Event>,
}

impl Frame {
    /// A window of this name, by which its size is remembered.
    pub(crate) fn new(name: &'static str, title: &str, act: &str, over: usize) -> Self {
        let (sender, events) = async_channel::unbounded();
        let cancel = accessible::button(&text("cancel"));
        let act = accessible::button(act);
        act.add_css_class("suggested-action");
        let progress = Progress::new();
        let header = adw::HeaderBar::builder()
            .show_start_title_buttons(false)
            .show_end_title_buttons(false)
            .title_widget(&adw::WindowTitle::new(title, ""))
            .build();
        header.pack_start(&cancel);
        header.pack_end(&act);
        header.pack_end(&progress.row);
        let reason = Reason::new();
        let content = gtk::Box::new(gtk::Orientation::Vertical, 0);
        content.set_vexpand(true);
        let all = gtk::Box::new(gtk::Orientation::Vertical, 0);
        all.append(&header);
        all.append(&reason.revealer);
        all.append(&content);
        let (width, height) = sizes::of(name);
        let window = adw::Window::builder()
            .title(title)
            .default_width(width)
            .default_height(height)
            .content(&all)
            .build();
        window.set_widget_name(name);
        parent::place_over(&window, over);

        let frame = Self {
            window,
            header,
            content,
            reason,
            cancel,
            act,
            progress,
            sender,
            events,
        };
        frame.listen();
        frame
    }

    fn listen(&self) {
        let tell = |event| {
            let sender = self.sender.clone();
            move || {
                let _ = sender.try_send(event);
            }
        };
        let (act, cancel, close) = (tell(Event::Act), tell(Event::Cancel), tell(Event::Cancel));
        self.act.connect_clicked(move |_| act());
        self.cancel.connect_clicked(move |_| cancel());
        self.window.connect_close_request(move |_| {
            close();
            glib::Propagation::Stop
        });
        let cancel = self.cancel.clone();
        self.on_key(gdk::Key::Escape, gdk::ModifierType::empty(), move || {
            cancel.emit_clicked();
        });
        let act = self.act.clone();
        self.on_key(
            gdk::Key::Return,
            gdk::ModifierType::CONTROL_MASK,
            move || {
                if act.is_sensitive() {
                    act.emit_clicked();
                }
            },
        );
    }

    /// Has a key do something wherever the focus is.
    pub(crate) fn on_key(&self, key: gdk::Key, with: gdk::ModifierType, act: impl Fn() + 'static) {
        let keys = gtk::ShortcutController::new();
        keys.set_scope(gtk::ShortcutScope::Managed);
        let action = gtk::CallbackAction::new(move |_, _| {
            act();
            glib::Propagation::Stop
        });
        let trigger = gtk::KeyvalTrigger::new(key, with);
        keys.add_shortcut(gtk::Shortcut::new(Some(trigger), Some(action)));
        self.window.add_controller(keys);
    }

    /// Shows it, with this in it.
    pub(crate) fn open(&self, content: &impl IsA<gtk::Widget>) {
        self.content.append(content);
        self.window.present();
    }

    /// Has what it is for done by Enter, wherever Enter means nothing else.
    pub(crate) fn acts_by_enter(&self) {
        self.window.set_default_widget(Some(&self.act));
    }

    /// Leaves nothing to give up: closing it is what it is for.
    pub(crate) fn only_acts(&self) {
        self.cancel.set_visible(false);
    }

    /// What its button says.
    pub(crate) fn set_act(&self, label: &str) {
        accessible::set_button(&self.act, label);
    }

    /// A way to have it do one of these things, for widgets in it.
    pub(crate) fn trigger(&self, event: Event) -> impl Fn() + Clone + 'static {
        let (sender, act) = (self.sender.clone(), self.act.clone());
        move || {
            if event != Event::Act || act.is_sensitive() {
                let _ = sender.try_send(event);
            }
        }
    }

    /// What the person does next.
    pub(crate) async fn next(&self) -> Event {
        self.events.recv().await.unwrap_or(Event::Cancel)
    }

    /// Shows why something could not be done; nothing for an empty reason.
    pub(crate) fn refuse(&self, reason: &str) {
        self.reason.show(reason);
    }

    /// Waits for something, and says so; [`None`] if the person cancels meanwhile.
    pub(crate) async fn wait_for<T>(&self, what: &str, done: impl Future<Output = T>) -> Option<T> {
        self.refuse("");
        let focus = GtkWindowExt::focus(&self.window);
        self.content.set_sensitive(false);
        let acted = self.act.is_sensitive();
        self.act.set_sensitive(false);
        self.progress.begin(what);
        let cancelled = async { while self.next().await != Event::Cancel {} };
        let outcome = first(done, cancelled).await;
        self.progress.end();
        self.content.set_sensitive(true);
        self.act.set_sensitive(acted);
        if let Some(focus) = focus {
            focus.grab_focus();
        }
        outcome
    }

    /// Has the library do something, and says whether that is the end of it. A refusal stays to be read.
    pub(crate) async fn propose(&self, library: &Library, proposal: Proposal, what: &str) -> bool {
        match self.wait_for(what, library.propose(proposal)).await {
            Some(Verdict::Accepted | Verdict::Gone) => true,
            Some(Verdict::Refused(reason)) => {
                self.refuse(&reason);
                false
            }
            None => {
                library.cancel();
                true
            }
        }
    }
}

impl Drop for Frame {
    fn drop(&mut self) {
        sizes::remember(&self.window);
        self.window.destroy();
    }
}

/// Whichever of two is there first; [`None`] for the second.
pub(crate) async fn first<T>(
    one: impl Future<Output = T>,
    other: impl Future<Output = ()>,
) -> Option<T> {
    let (mut one, mut other) = (std::pin::pin!(one), std::pin::pin!(other));
    std::future::poll_fn(|context| {
        if let std::task::Poll::Ready(value) = one.as_mut().poll(context) {
            return std::task::Poll::Ready(Some(value));
        }
        other.as_mut().poll(context).map(|()| None)
    })
    .await
}

/// A strip for what went wrong.
struct Reason {
    revealer: gtk::Revealer,
    label: gtk::Label,
}

impl Reason {
    fn new() -> Self {
        let label = gtk::Label::builder()
            .wrap(true)
            .wrap_mode(gtk::pango::WrapMode::WordChar)
            .xalign(0.0)
            .hexpand(true)
            .selectable(true)
            .accessible_role(gtk::AccessibleRole::Alert)
            .build();
        label.set_widget_name("reason");
        let strip = gtk::Box::builder()
            .spacing(12)
            .margin_top(9)
            .margin_bottom(9)
            .margin_start(12)
            .margin_end(12)
            .build();
        strip.append(&gtk::Image::from_icon_name("dialog-warning-symbolic"));
        strip.append(&label);
        strip.add_css_class("reason");
        let revealer = gtk::Revealer::builder().child(&strip).build();
        Self { revealer, label }
    }

    fn show(&self, reason: &str) {
        if !reason.is_empty() {
            self.label.set_label(reason);
        }
        self.revealer.set_reveal_child(!reason.is_empty());
    }
}

/// Says that something takes a while.
struct Progress {
    row: gtk::Box,
    spinner: gtk::Spinner,
    label: gtk::Label,
}

impl Progress {
    fn new() -> Self {
        let row = gtk::Box::new(gtk::Orientation::Horizontal, 6);
        let spinner = gtk::Spinner::new();
        let label = gtk::Label::builder()
            .accessible_role(gtk::AccessibleRole::Status)
            .build();
        row.append(&spinner);
        row.append(&label);
        row.set_visible(false);
        Self {
            row,
            spinner,
            label,
        }
    }

    fn begin(&self, what: &str) {
        self.label.set_label(what);
        self.spinner.start();
        self.row.set_visible(true);
    }

    fn end(&self) {
        self.spinner.stop();
        self.row.set_visible(false);
    }
}
