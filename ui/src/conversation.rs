//! The library in the program that asks: a socket on descriptor 0, as `docs/dialogs.md` says.
#![forbid(unsafe_code)]

use std::io;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::thread;

use async_channel::{Receiver, Sender};
use simplemapi::dialogs::{Answer, Dialog, Said, Show, VERSION, frames};

use crate::library::{Library, Question, Wanted};

/// The other end.
pub(crate) struct Conversation(UnixStream);

impl Conversation {
    /// The one that this program was started for.
    ///
    /// # Errors
    /// Descriptor 0 is no socket.
    pub(crate) fn inherited() -> io::Result<Self> {
        let stream = UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
        stream.peer_addr()?;
        Ok(Self(stream))
    }

    /// Says that there is nothing to show a dialog on.
    pub(crate) fn give_up(mut self, reason: String) {
        let _ = frames::say(&mut self.0, &Said::Unavailable { reason });
    }

    /// Says hello, and has the dialog that is wanted, with all questions about it carried over the
    /// socket, until there are no more.
    ///
    /// # Errors
    /// The threads for it cannot be had.
    pub(crate) fn begin(self, wanted: Sender<Wanted>) -> io::Result<()> {
        thread::Builder::new().spawn(move || {
            // Whoever hangs up has given up: the window closes with the channel.
            let _ = self.hold(&wanted);
        })?;
        Ok(())
    }

    fn hold(mut self, wanted: &Sender<Wanted>) -> io::Result<()> {
        frames::say(&mut self.0, &Said::Hello { version: VERSION })?;
        let Some(show) = frames::hear::<Show<Dialog>>(&mut self.0)? else {
            return Ok(());
        };
        let (library, asked) = Library::new();
        let (waiting, answers) = async_channel::unbounded();
        let mut to = self.0.try_clone()?;
        // Listening is a thread of its own: a person may cancel while a proposal is being tried.
        let listening = thread::Builder::new().spawn(move || listen(&mut self.0, &answers))?;
        let shown = wanted.send_blocking(Wanted {
            parent: show.parent,
            dialog: show.dialog,
            library,
        });
        if shown.is_ok() {
            carry(&mut to, &asked, waiting)?;
        }
        let _ = to.shutdown(std::net::Shutdown::Write);
        let _ = listening.join();
        Ok(())
    }
}

/// Carries what is asked to the library.
fn carry(
    to: &mut UnixStream,
    asked: &Receiver<Question>,
    waiting: Sender<Sender<Answer>>,
) -> io::Result<()> {
    while let Ok(Question { said, answer }) = asked.recv_blocking() {
        if let Some(answer) = answer {
            let _ = waiting.send_blocking(answer);
        }
        frames::say(to, &said)?;
    }
    Ok(())
}

/// Brings each answer to who waits for it; they come in the order of the questions.
fn listen(from: &mut UnixStream, waiting: &Receiver<Sender<Answer>>) {
    while let Ok(Some(answer)) = frames::hear::<Answer>(from) {
        let Ok(asker) = waiting.try_recv() else {
            return;
        };
        let _ = asker.try_send(answer);
    }
    // Those who wait in vain are told by their channels' end.
    waiting.close();
    while waiting.try_recv().is_ok() {}
}
