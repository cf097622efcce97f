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

const NAME: &str = "simplemapi-ui";
/// The exit code of a program that was called wrongly, as in `sysexits.h`.
const USAGE: u8 = 64;

/// Where the library is that these windows are for.
enum For {
    /// In another program, at the other end of this.
    Host(Conversation),
    /// In this one, with the draft of this folder.
    Draft(PathBuf),
}

fn main() -> ExitCode {
    let Some(whom) = whom() else {
        return ExitCode::from(USAGE);
    };
    end_by_a_panic();
    glib::set_prgname(Some(NAME));
    if matches!(whom, For::Draft(_)) {
        drafts::stand_alone();
    }
    if let Err(error) = adw::init() {
        match whom {
            For::Host(conversation) => conversation.give_up(error.message.to_string()),
            For::Draft(_) => drafts::say(&error.message),
        }
        return ExitCode::FAILURE;
    }
    glib::set_application_name("Simple MAPI");
    style();
    let is_alone = matches!(whom, For::Draft(_));
    let (sender, wanted) = async_channel::bounded(1);
    let begun = match whom {
        For::Host(conversation) => conversation.begin(sender),
        For::Draft(folder) => drafts::resume(folder, sender),
    };
    if begun.is_err() {
        return ExitCode::FAILURE;
    }
    let main_loop = glib::MainLoop::new(None, false);
    let ended = main_loop.clone();
    glib::spawn_future_local(async move {
        show_all(wanted, is_alone).await;
        ended.quit();
    });
    main_loop.run();
    ExitCode::SUCCESS
}

/// What the arguments say; nothing for those that are none of ours.
fn whom() -> Option<For> {
    let mut arguments = std::env::args_os().skip(1);
    match (arguments.next(), arguments.next(), arguments.next()) {
        (None, ..) => Conversation::inherited().ok().map(For::Host),
        (Some(option), Some(folder), None) if option == drafts::OPTION => {
            Some(For::Draft(folder.into()))
        }
        _ => None,
    }
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
async fn show_all(wanted: Receiver<Wanted>, is_alone: bool) {
    while let Ok(Wanted {
        parent,
        dialog,
        library,
    }) = wanted.recv().await
    {
        if is_alone {
            // When the window is there: it comes before this turn of the loop is over.
            glib::idle_add_local_once(|| drafts::say(drafts::SHOWN));
        }
        match dialog {
            Dialog::Logon(dialog) => logon::show(dialog, &library, parent).await,
            Dialog::Compose(dialog) => {
                compose::show(dialog, &library, parent, is_alone).await;
            }
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
