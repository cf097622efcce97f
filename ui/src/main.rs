//! The windows of Simple MAPI: what a person is asked is asked here, for whatever program it is. All
//! else is the library's, on the other end of a socket. `docs/dialogs.md` has what is said over it.
#![forbid(unsafe_code)]

mod accessible;
mod address;
mod catalogue;
mod compose;
mod conversation;
mod details;
mod drafts;
mod frame;
mod hand_over;
mod library;
mod logon;
mod on_the_side;
mod parent;
mod people;
mod people_list;
mod question;
mod resolve;
mod sizes;

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use async_channel::Receiver;
use gtk::{gdk, glib};
use simplemapi::dialogs::Dialog;

use conversation::Conversation;
use library::Wanted;

/// What a program calls itself that has no one file for the desktop.
const NAME: &str = "simplemapi-ui";

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let draft = match (arguments.next(), arguments.next(), arguments.next()) {
        (None, ..) => None,
        (Some(option), Some(folder), None) if option == "--draft" => Some(PathBuf::from(folder)),
        _ => return ExitCode::from(64),
    };
    let conversation = match draft {
        Some(_) => None,
        None => match Conversation::inherited() {
            Ok(conversation) => Some(conversation),
            Err(_) => return ExitCode::from(64),
        },
    };
    end_by_a_panic();
    glib::set_prgname(Some(NAME));
    if let Err(error) = adw::init() {
        if let Some(conversation) = conversation {
            conversation.is_unavailable(error.message.to_string());
        }
        return ExitCode::FAILURE;
    }
    glib::set_application_name("Simple MAPI");
    style();
    let (sender, wanted) = async_channel::bounded(1);
    let begun = match (conversation, draft) {
        (Some(conversation), _) => conversation.begin(sender),
        (None, Some(folder)) => drafts::resume(folder, sender),
        (None, None) => return ExitCode::from(64),
    };
    if begun.is_err() {
        return ExitCode::FAILURE;
    }
    let main_loop = glib::MainLoop::new(None, false);
    let shown = main_loop.clone();
    glib::spawn_future_local(async move {
        show_all(wanted).await;
        shown.quit();
    });
    main_loop.run();
    ExitCode::SUCCESS
}

/// A window that cannot go on is gone, and the library is told at once: it keeps what was written. Its
/// last words are one line.
fn end_by_a_panic() {
    std::panic::set_hook(Box::new(|panic| {
        let words = panic.to_string().replace('\n', " ");
        let _ = writeln!(io::stderr(), "{words}");
        std::process::abort();
    }));
}

/// Shows one dialog after the other, as long as there are any.
async fn show_all(wanted: Receiver<Wanted>) {
    while let Ok(Wanted {
        parent,
        dialog,
        library,
    }) = wanted.recv().await
    {
        match dialog {
            Dialog::Logon(dialog) => logon::show(dialog, &library, parent).await,
            Dialog::Compose(dialog) => compose::show(dialog, &library, parent).await,
            Dialog::Address(dialog) => address::show(dialog, &library, parent).await,
            Dialog::Details(dialog) => details::show(dialog, &library, parent).await,
            Dialog::Resolve(dialog) => resolve::show(dialog, &library, parent).await,
            Dialog::OpenDraft(dialog) => drafts::open(&dialog.draft, &library).await,
            Dialog::HandOver(dialog) => hand_over::show(dialog, &library).await,
        }
    }
}

fn style() {
    let css = gtk::CssProvider::new();
    css.load_from_data(include_str!("../style.css"));
    if let Some(display) = gdk::Display::default() {
        let priority = gtk::STYLE_PROVIDER_PRIORITY_APPLICATION;
        gtk::style_context_add_provider_for_display(&display, &css, priority);
    }
}
