//! A question with two answers, over a window.
#![forbid(unsafe_code)]

use adw::prelude::*;

use crate::accessible::plain;
use crate::catalogue::text;
use crate::frame::Frame;

/// What is asked: texts of the catalogue.
pub(crate) struct Question {
    pub(crate) heading: &'static str,
    pub(crate) explained: &'static str,
    pub(crate) yes: &'static str,
    pub(crate) no: &'static str,
    /// Whether something is lost by a yes.
    pub(crate) destroys: bool,
}

impl Question {
    /// Whether the person says yes; closing it is a no.
    pub(crate) async fn ask(&self, over: &Frame) -> bool {
        let body = match self.explained {
            "" => String::new(),
            id => text(id),
        };
        let dialog =
            adw::MessageDialog::new(Some(&over.window), Some(&text(self.heading)), Some(&body));
        dialog.add_responses(&[
            ("no", &plain(&text(self.no))),
            ("yes", &plain(&text(self.yes))),
        ]);
        if self.destroys {
            dialog.set_response_appearance("yes", adw::ResponseAppearance::Destructive);
        }
        dialog.set_default_response(Some("no"));
        dialog.set_close_response("no");
        let (sender, answer) = async_channel::bounded(1);
        dialog.connect_response(None, move |_, response| {
            let _ = sender.try_send(response == "yes");
        });
        dialog.present();
        answer.recv().await.unwrap_or(false)
    }
}
