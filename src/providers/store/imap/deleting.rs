//! Taking messages away. Of several programs that delete one at once, one is to succeed.
#![forbid(unsafe_code)]

use super::command::Command;
use super::heard::{Heard, Status};
use super::mailbox::Mailbox;
use super::no_such_message;
use super::response::Bounds;
use crate::error::{Error, Kind, Result};

impl Mailbox {
    /// Takes a message away for good. Of several that do so at once one succeeds, where the server
    /// lets them find out who was first.
    pub(super) fn expunge(&mut self, uid: u32) -> Result<()> {
        self.claim(uid)?;
        self.inbox.forget(uid);
        // Without UIDPLUS everything that anybody has marked would go. Marked, it is gone for us,
        // and the server's own way of clearing up takes it.
        if self.session.offers("UIDPLUS") {
            self.expunge_marked(uid)?;
        }
        Ok(())
    }

    fn expunge_marked(&mut self, uid: u32) -> Result<()> {
        let command = Command::new(format!("UID EXPUNGE {uid}"));
        let verdict = self.run(&command, |_| {})?;
        self.session
            .expect(verdict, "does not delete the message")?;
        Ok(())
    }

    /// Marks a message as deleted, as the first to do so.
    fn claim(&mut self, uid: u32) -> Result<()> {
        /// Others may change its flags meanwhile.
        const TRIES: usize = 20;
        if !self.session.offers("CONDSTORE") {
            return self.mark(uid, "\\Deleted");
        }
        for _ in 0..TRIES {
            let seen = self.fetch(uid, "MODSEQ", Bounds::SMALL)?;
            let seen = seen.ok_or_else(no_such_message)?;
            if seen.marks.is_some_and(|marks| marks.deleted) {
                return Err(no_such_message());
            }
            let Some(change) = seen.change else {
                return self.mark(uid, "\\Deleted");
            };
            let is_ours = match self.mark_deleted(uid, &format!("(UNCHANGEDSINCE {change}) "))? {
                Marked::Changed => continue,
                Marked::Silently => true,
                // Servers let two in when both come at the same moment, and tell one of them of the
                // other. Unless this one always tells.
                Marked::Aloud => self.mark_deleted(uid, "")? == Marked::Aloud,
                Marked::Unheard => {
                    self.sync()?;
                    self.inbox.is_listed(uid)
                }
            };
            return match is_ours {
                true => Ok(()),
                false => Err(no_such_message()),
            };
        }
        Err(Error::new(
            Kind::Failure,
            "other programs keep changing the message; try again",
        ))
    }

    fn mark_deleted(&mut self, uid: u32, condition: &str) -> Result<Marked> {
        let mut marked = Marked::Unheard;
        let command = Command::new(format!(
            "UID STORE {uid} {condition}+FLAGS.SILENT (\\Deleted)"
        ));
        let verdict = self.run(&command, |heard| match heard {
            Heard::Fetch(fetched) if fetched.uid == Some(uid) && marked != Marked::Aloud => {
                marked = match fetched.marks {
                    Some(_) => Marked::Aloud,
                    None => Marked::Silently,
                };
            }
            _ => {}
        })?;
        let verdict = self.session.expect(verdict, "does not mark the message")?;
        match verdict.code_after("MODIFIED") {
            Some(_) => Ok(Marked::Changed),
            None => Ok(marked),
        }
    }

    /// Moves a message to another folder. Of several that do so at once one succeeds.
    pub(super) fn throw_away(&mut self, uid: u32, trash: &[u8]) -> Result<()> {
        let settles = ["UIDPLUS", "CONDSTORE"]
            .iter()
            .all(|what| self.session.offers(what));
        // Servers that move let two clients move one message at once, and then there are two of it.
        if self.session.offers("MOVE") && !settles {
            self.copy("MOVE", uid, trash)?;
            self.inbox.forget(uid);
            return Ok(());
        }
        let copy = self.copy("COPY", uid, trash)?;
        // Whoever marks it first has deleted it; another takes his copy back.
        let deleted = self.expunge(uid);
        if let (Err(error), Some(copy)) = (&deleted, copy)
            && error.kind() == Kind::InvalidMessage
        {
            self.take_back(copy, trash)?;
        }
        deleted
    }

    /// Copies or moves a message, and returns what the server calls it there if it says so.
    fn copy(&mut self, verb: &str, uid: u32, folder: &[u8]) -> Result<Option<u32>> {
        let command = Command::new(format!("UID {verb} {uid}")).text(folder);
        let mut code = None;
        let mut verdict = self.run(&command, |heard| note_copy(&heard, &mut code))?;
        if verdict.status == Status::No && verdict.code_after("TRYCREATE").is_some() {
            self.create(folder)?;
            verdict = self.run(&command, |heard| note_copy(&heard, &mut code))?;
        }
        let verdict = self.session.expect(verdict, "does not move the message")?;
        note_copy(&Heard::Untagged(verdict), &mut code);
        // With UIDPLUS the server says what it has copied, and nothing when it was gone.
        if code.is_none() && self.session.offers("UIDPLUS") {
            self.inbox.forget(uid);
            return Err(no_such_message());
        }
        Ok(code.and_then(|code| code.rsplit(' ').next()?.parse().ok()))
    }

    /// Removes a copy from another folder, for which the Inbox has to be left for a moment.
    fn take_back(&mut self, uid: u32, folder: &[u8]) -> Result<()> {
        let taken = self.remove_from(uid, folder).and_then(|()| self.select());
        if taken.is_err() {
            // In another folder the number means another message.
            self.session.give_up();
        }
        taken
    }

    fn remove_from(&mut self, uid: u32, folder: &[u8]) -> Result<()> {
        let session = &mut self.session;
        let commands = [
            Command::new("SELECT").text(folder),
            Command::new(format!("UID STORE {uid} +FLAGS.SILENT (\\Deleted)")),
            Command::new(format!("UID EXPUNGE {uid}")),
        ];
        for command in &commands {
            let verdict = session.run(command, &mut |_| {})?;
            session.expect(verdict, "does not take back a copy")?;
        }
        Ok(())
    }
}

/// What becomes of a flag that is set in silence: of its flags a server then tells what others have
/// changed, and not what we have (RFC 9051, 6.4.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Marked {
    /// Somebody has changed the message since.
    Changed,
    /// It is done, and nobody else did anything.
    Silently,
    /// It is done, and somebody else did something.
    Aloud,
    /// There may be no such message.
    Unheard,
}

/// Remembers what the server says of a copy that it has made.
fn note_copy(heard: &Heard, code: &mut Option<String>) {
    if let Heard::Untagged(verdict) = heard
        && let Some(told) = verdict.code_after("COPYUID")
    {
        *code = Some(told.to_owned());
    }
}
