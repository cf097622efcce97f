//! The parts of a message as somebody else has found them, who keeps the bytes: an IMAP server.
#![forbid(unsafe_code)]

use super::body;
use super::parameters::Parameterized;
use super::structure::{
    Branch, MAX_DEPTH, MAX_PARTS, Part, Place, Remote, encoding, too_many_parts,
};
use crate::error::Result;

/// A part that has no parts of its own, in the words of whoever has it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PartOutline {
    /// `text/plain`, in letters of either case.
    pub media: String,
    /// The parameters of the media type.
    pub parameters: Vec<(Vec<u8>, Vec<u8>)>,
    /// `attachment`, in letters of either case; empty where nothing is said.
    pub disposition: String,
    /// The parameters of the disposition.
    pub disposition_parameters: Vec<(Vec<u8>, Vec<u8>)>,
    /// `base64`, in letters of either case.
    pub encoding: Vec<u8>,
    /// How many bytes it has as it travels.
    pub size: u64,
    /// The subject of a message inside the message, as it stands there.
    pub subject: Vec<u8>,
}

/// The parts of a message whose bytes are elsewhere.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outline {
    parts: Vec<Part>,
    has_more: bool,
}

impl Outline {
    /// The sections that are texts, by the names that a server knows them by: `1.2`.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        let texts = body::choose(&self.parts).texts().collect::<Vec<_>>();
        let remotes = texts.into_iter().filter_map(|part| part.remote.as_ref());
        remotes.map(|remote| remote.section.as_str())
    }

    /// How many bytes they have together.
    pub fn size_of_texts(&self) -> u64 {
        let choice = body::choose(&self.parts);
        let sizes = choice.texts().map(|part| part.size as u64);
        sizes.fold(0, u64::saturating_add)
    }

    /// Whether no part has a byte in it: of a message that is not empty that says that whoever has
    /// it could not find them.
    pub fn is_hollow(&self) -> bool {
        self.parts.iter().all(|part| part.size == 0)
    }

    /// Adds the bytes of a section.
    pub fn fill(&mut self, section: &str, content: Vec<u8>) {
        let remotes = self
            .parts
            .iter_mut()
            .filter_map(|part| part.remote.as_mut());
        for remote in remotes {
            if remote.section == section {
                remote.content = content;
                return;
            }
        }
    }

    /// About how much memory this takes.
    pub fn weight(&self) -> usize {
        let own = size_of::<Part>() + size_of::<Remote>();
        let parts = self.parts.iter().map(|part| {
            let remote = part.remote.as_ref().map_or(0, |remote| {
                remote.section.len() + remote.subject.len() + remote.content.len()
            });
            own + part.media.weight() + part.disposition.weight() + remote
        });
        parts.sum()
    }

    pub(super) fn parts(&self) -> Result<&[Part]> {
        match self.has_more {
            true => Err(too_many_parts()),
            false => Ok(&self.parts),
        }
    }
}

/// How many beginnings, ends and parts are remembered. A message with more is not looked at.
const MAX_STEPS: usize = 4 * MAX_PARTS;

/// Puts an outline together, part by part in their order.
#[derive(Debug, Default)]
pub struct OutlineBuilder {
    steps: Vec<Step>,
    /// Where those begin that have not ended.
    open: Vec<Option<usize>>,
    parts: usize,
    has_more: bool,
}

#[derive(Debug)]
enum Step {
    /// A multipart of this media type begins.
    Begin(String),
    Part(Box<Part>),
    End,
}

impl OutlineBuilder {
    /// Whether multiparts are opened that stand here. What lies deeper is one part.
    pub fn may_begin(&self) -> bool {
        self.open.len() < MAX_DEPTH
    }

    /// How many multiparts have begun and not ended.
    pub fn depth(&self) -> usize {
        self.open.len()
    }

    /// A multipart begins.
    pub fn begin(&mut self) {
        let at = self.step(Step::Begin(String::new()));
        self.open.push(at);
    }

    /// The innermost multipart ends, and only now is it known which one it was: `multipart/mixed`.
    pub fn end(&mut self, media: &str) {
        let begun = self.open.pop().flatten();
        if let Some(Step::Begin(name)) = begun.and_then(|at| self.steps.get_mut(at)) {
            *name = media.to_ascii_lowercase();
            self.steps.push(Step::End);
        }
    }

    /// A part.
    pub fn part(&mut self, part: &PartOutline) {
        self.parts += 1;
        if self.parts > MAX_PARTS {
            self.has_more = true;
            return;
        }
        self.step(Step::Part(Box::new(remote(part))));
    }

    /// Remembers a step, and says where.
    fn step(&mut self, step: Step) -> Option<usize> {
        if self.steps.len() >= MAX_STEPS {
            self.has_more = true;
            return None;
        }
        self.steps.push(step);
        self.steps.len().checked_sub(1)
    }

    /// The whole, each part in its place.
    pub fn finish(self) -> Outline {
        let mut outline = Outline {
            has_more: self.has_more,
            ..Outline::default()
        };
        let mut around: Vec<(String, Branch)> = Vec::new();
        let mut begun = 0;
        for step in self.steps {
            match step {
                Step::Begin(media) => {
                    next_child(&mut around);
                    let branch = Branch {
                        multipart: begun,
                        child: 0,
                    };
                    around.push((media, branch));
                    begun += 1;
                }
                Step::End => {
                    around.pop();
                }
                Step::Part(mut part) => {
                    next_child(&mut around);
                    let levels = around.iter();
                    part.place =
                        Place::within(levels.map(|(media, branch)| (media.as_str(), *branch)));
                    if let Some(remote) = &mut part.remote {
                        remote.section = section(&around);
                    }
                    outline.parts.push(*part);
                }
            }
        }
        outline
    }
}

fn next_child(around: &mut [(String, Branch)]) {
    if let Some((_, branch)) = around.last_mut() {
        branch.child += 1;
    }
}

/// What IMAP calls the part that stands here (RFC 9051, 6.4.5.1).
fn section(around: &[(String, Branch)]) -> String {
    let numbers: Vec<String> = around
        .iter()
        .map(|(_, branch)| branch.child.to_string())
        .collect();
    match numbers.is_empty() {
        true => "1".to_owned(),
        false => numbers.join("."),
    }
}

fn remote(told: &PartOutline) -> Part {
    let media = Parameterized::of_pieces(&told.media, &told.parameters);
    Part {
        body: 0..0,
        size: usize::try_from(told.size).unwrap_or(usize::MAX),
        media: match media.is_media_type() {
            true => media,
            false => media.under("text/plain"),
        },
        disposition: Parameterized::of_pieces(&told.disposition, &told.disposition_parameters),
        encoding: encoding(&told.encoding),
        place: Place::default(),
        remote: Some(Box::new(Remote {
            subject: told.subject.clone(),
            ..Remote::default()
        })),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(media: &str, name: &str) -> PartOutline {
        PartOutline {
            media: media.to_owned(),
            parameters: vec![(b"NAME".to_vec(), name.as_bytes().to_vec())],
            size: 7,
            ..PartOutline::default()
        }
    }

    #[test]
    fn sections_are_numbered_as_imap_does() {
        let mut builder = OutlineBuilder::default();
        builder.begin();
        builder.begin();
        builder.part(&PartOutline {
            parameters: Vec::new(),
            ..part("text/plain", "")
        });
        builder.part(&PartOutline {
            parameters: Vec::new(),
            ..part("TEXT/html", "")
        });
        builder.end("multipart/Alternative");
        builder.part(&part("image/png", "a.png"));
        builder.end("multipart/mixed");
        let outline = builder.finish();
        let sections: Vec<_> = outline
            .parts
            .iter()
            .map(|part| part.remote.as_ref().unwrap().section.as_str())
            .collect();
        assert_eq!(sections, ["1.1", "1.2", "2"]);
        assert_eq!(outline.texts().collect::<Vec<_>>(), ["1.1", "1.2"]);
        assert_eq!(outline.size_of_texts(), 14);
        let mut alone = OutlineBuilder::default();
        alone.part(&PartOutline::default());
        assert_eq!(alone.finish().texts().collect::<Vec<_>>(), ["1"]);
    }

    #[test]
    fn a_message_of_too_many_parts_is_refused_and_costs_no_memory() {
        let mut builder = OutlineBuilder::default();
        builder.begin();
        for _ in 0..100_000 {
            builder.begin();
            builder.part(&part("text/plain", "x"));
            builder.end("multipart/mixed");
        }
        builder.end("multipart/mixed");
        assert!(builder.steps.len() <= MAX_STEPS + MAX_STEPS / 2);
        assert_eq!(builder.depth(), 0);
        let outline = builder.finish();
        assert!(outline.parts().is_err());
        assert!(outline.weight() < 8 << 20);
    }
}
