//! MAPI_DIALOG, MAPISendDocuments: a message is completed and sent.
#![forbid(unsafe_code)]

mod files;
mod kept;
mod letter;
mod marks;
mod offer;
pub(crate) mod recipients;
mod suggestions;

use std::rc::Rc;

use adw::prelude::*;
use gtk::gdk;
use simplemapi::dialogs::{ComposeDialog, Letter, Proposal};
use simplemapi::model::RecipientClass;

use self::files::Files;
use self::kept::Kept;
use self::letter::Sheet;
use crate::accessible;
use crate::catalogue::text;
use crate::frame::{Event, Frame};
use crate::library::Library;
use crate::question::Question;

/// Has the person complete a message, and send it. Where nobody else has it any more, it is not thrown
/// away without a question.
pub(crate) async fn show(
    dialog: ComposeDialog,
    library: &Library,
    over: usize,
    nobody_else_has_it: bool,
) {
    let frame = Frame::new("compose", &text("compose-title"), &text("send"), over);
    let kept = Kept::new(&dialog.draft);
    let sheet = Rc::new(Sheet::new(dialog, library));
    attach_button(&frame, &sheet.files);
    let changes = kept.watch(&sheet);
    let content = gtk::Box::new(gtk::Orientation::Vertical, 0);
    content.append(&offer::unfinished());
    content.append(&sheet.widget);
    frame.open(&content);
    sheet.focus();
    loop {
        match frame.next().await {
            Event::Cancel => {
                let keeps = nobody_else_has_it || changes.any();
                if !keeps || DISCARD.ask(&frame).await {
                    return library.cancel();
                }
            }
            _ => {
                let letter = sheet.letter();
                if let Some(why) = lacks(&letter) {
                    frame.refuse(&why);
                    sheet.recipients.focus();
                    continue;
                }
                if letter.subject.is_empty() && !NO_SUBJECT.ask(&frame).await {
                    sheet.subject.grab_focus();
                    continue;
                }
                kept.keep(&letter);
                let send = Proposal::Compose(letter);
                if frame.propose(library, send, &text("sending")).await {
                    return;
                }
                sheet.recipients.check();
            }
        }
    }
}

/// What the library would refuse anyway.
fn lacks(letter: &Letter) -> Option<String> {
    letter.recipients.is_empty().then(|| text("no-recipient"))
}

fn attach_button(frame: &Frame, files: &Files) {
    let attach = gtk::Button::from_icon_name("mail-attachment-symbolic");
    let name = text("attach-files");
    attach.set_tooltip_text(Some(&name));
    accessible::name(&attach, &name);
    attach.set_widget_name("attach");
    let (choose, window) = (files.clone(), frame.window.clone());
    attach.connect_clicked(move |_| choose.choose(&window));
    frame.header.pack_start(&attach);
    let with = gdk::ModifierType::CONTROL_MASK | gdk::ModifierType::SHIFT_MASK;
    frame.on_key(gdk::Key::a, with, move || attach.emit_clicked());
    files.take_drops(&frame.window);
}

const DISCARD: Question = Question {
    heading: "discard-question",
    explained: "discard-explained",
    yes: "discard",
    no: "keep-writing",
    destroys: true,
};

const NO_SUBJECT: Question = Question {
    heading: "no-subject-question",
    explained: "",
    yes: "send-anyway",
    no: "keep-writing",
    destroys: false,
};

/// The catalogue's word for a class of recipients, with its key.
pub(crate) fn class_label(class: RecipientClass) -> String {
    text(match class {
        RecipientClass::To => "to",
        RecipientClass::Cc => "cc",
        RecipientClass::Bcc => "bcc",
    })
}
