//! The library, as a window sees it: it answers.
#![forbid(unsafe_code)]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_channel::{Receiver, Sender};
use simplemapi::dialogs::{Answer, Dialog, Proposal, Said};
use simplemapi::model::Person;

/// Something said to the library, and where its answer goes, if there is one.
pub(crate) struct Question {
    pub(crate) said: Said,
    pub(crate) answer: Option<Sender<Answer>>,
}

/// A dialog to show, and where questions about it go.
pub(crate) struct Wanted {
    /// The window to show it over, by its number; 0 for none.
    pub(crate) parent: usize,
    pub(crate) dialog: Dialog,
    pub(crate) library: Library,
}

/// Whom a window asks. What it asks is answered in order, and takes as long as servers take.
#[derive(Clone)]
pub(crate) struct Library {
    questions: Sender<Question>,
    cancelled: Arc<AtomicBool>,
}

/// What became of a proposal.
pub(crate) enum Verdict {
    /// It is done, and the dialog over.
    Accepted,
    /// It is not, for this reason, and the dialog stays.
    Refused(String),
    /// There is no library any more.
    Gone,
}

impl Library {
    /// A library, and the end at which questions to it arrive.
    pub(crate) fn new() -> (Self, Receiver<Question>) {
        let (questions, asked) = async_channel::unbounded();
        let cancelled = Arc::default();
        let library = Self {
            questions,
            cancelled,
        };
        (library, asked)
    }

    /// Whether the person has cancelled, known also while a proposal is being tried.
    pub(crate) fn cancelled(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.cancelled)
    }

    /// Whom a text may mean, the best first, and whether there are more.
    pub(crate) async fn find(&self, text: &str) -> (Vec<Person>, bool) {
        let text = text.to_owned();
        match self.ask(Said::Find { text }).await {
            Some(Answer::Found { people, more }) => (people, more),
            _ => (Vec::new(), false),
        }
    }

    /// Has something done.
    pub(crate) async fn propose(&self, proposal: Proposal) -> Verdict {
        match self.ask(Said::Propose { proposal }).await {
            Some(Answer::Accepted { .. }) => Verdict::Accepted,
            Some(Answer::Refused { reason }) => Verdict::Refused(reason),
            _ => Verdict::Gone,
        }
    }

    /// Says that the person wants nothing, also while a proposal is being tried.
    pub(crate) fn cancel(&self) {
        self.cancelled.store(true, Ordering::Release);
        self.tell(Said::Cancel);
    }

    /// Says that nothing can be shown.
    pub(crate) fn give_up(&self, reason: String) {
        self.tell(Said::Unavailable { reason });
    }

    fn tell(&self, said: Said) {
        let answer = None;
        let _ = self.questions.try_send(Question { said, answer });
    }

    async fn ask(&self, said: Said) -> Option<Answer> {
        let (sender, answer) = async_channel::bounded(1);
        let answer_to = Some(sender);
        let question = Question {
            said,
            answer: answer_to,
        };
        self.questions.send(question).await.ok()?;
        answer.recv().await.ok()
    }
}
