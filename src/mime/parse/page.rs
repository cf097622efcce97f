//! A page of HTML as text.
#![forbid(unsafe_code)]

use html5gum::{DefaultEmitter, Token, Tokenizer};

/// How deep quotations are marked.
const MAX_QUOTES: usize = 5;

/// A page of HTML as lines of text, without markup, scripts and styles. Targets of links are kept.
///
/// Of a parser for HTML, this uses the tokenizer only. A tree is what makes pages expensive: a
/// hundred kilobytes of unclosed tags cost seconds in those who build one.
pub(super) fn text(page: &str) -> String {
    let mut writer = Writer::default();
    let mut emitter = DefaultEmitter::default();
    // What stands in a script or a style is no markup.
    emitter.naively_switch_states(true);
    for Ok(token) in Tokenizer::new_with_emitter(page, emitter) {
        match token {
            Token::StartTag(tag) => {
                let attribute = |name: &[u8]| {
                    tag.attributes
                        .get(name)
                        .map(|value| String::from_utf8_lossy(value).into_owned())
                };
                writer.start(&tag.name, attribute);
            }
            Token::EndTag(tag) => writer.end(&tag.name),
            Token::String(text) => writer.text(&String::from_utf8_lossy(&text)),
            _ => {}
        }
    }
    writer.finish()
}

/// How much space a tag asks for around it.
enum Space {
    None,
    Blank,
    Line,
    Paragraph,
}

fn space(tag: &[u8]) -> Space {
    match tag {
        b"p" | b"h1" | b"h2" | b"h3" | b"h4" | b"h5" | b"h6" | b"blockquote" | b"ul" | b"ol"
        | b"dl" | b"table" | b"pre" => Space::Paragraph,
        b"div" | b"tr" | b"li" | b"dt" | b"dd" | b"hr" | b"body" | b"html" | b"section"
        | b"article" | b"header" | b"footer" | b"main" | b"nav" | b"aside" | b"address"
        | b"center" | b"form" | b"fieldset" | b"figure" | b"figcaption" | b"caption"
        | b"option" => Space::Line,
        b"td" | b"th" => Space::Blank,
        _ => Space::None,
    }
}

/// What is in these is not shown.
fn is_hidden(tag: &[u8]) -> bool {
    matches!(tag, b"script" | b"style" | b"title" | b"template")
}

#[derive(Default)]
struct Writer {
    out: String,
    /// How many line ends, and else whether a blank, come before what is next.
    lines: usize,
    blank: bool,
    quotes: usize,
    preformatted: usize,
    /// The tag that hides everything up to its end.
    hidden: Option<Vec<u8>>,
    /// Where a link goes, and where its text begins.
    link: Option<(String, usize)>,
}

impl Writer {
    fn start(&mut self, tag: &[u8], attribute: impl Fn(&[u8]) -> Option<String>) {
        if self.hidden.is_some() {
            return;
        }
        self.space(tag);
        match tag {
            _ if is_hidden(tag) => self.hidden = Some(tag.to_vec()),
            b"br" => self.line_end(),
            b"hr" => {
                self.word("----------");
                self.space(tag);
            }
            b"li" => {
                self.word("*");
                self.blank = true;
            }
            b"blockquote" => self.quotes += 1,
            b"pre" => self.preformatted += 1,
            b"img" => {
                let description = attribute(b"alt").unwrap_or_default();
                self.text(&description);
            }
            b"a" => {
                self.end_link();
                let target = attribute(b"href").unwrap_or_default();
                let target = target.trim();
                let leads_somewhere =
                    ["http://", "https://", "mailto:", "ftp://"]
                        .iter()
                        .any(|scheme| {
                            target
                                .get(..scheme.len())
                                .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
                        });
                if leads_somewhere {
                    self.link = Some((target.to_owned(), self.out.len()));
                }
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: &[u8]) {
        if let Some(hidden) = &self.hidden {
            if hidden == tag {
                self.hidden = None;
            }
            return;
        }
        match tag {
            b"a" => self.end_link(),
            b"blockquote" => self.quotes = self.quotes.saturating_sub(1),
            b"pre" => self.preformatted = self.preformatted.saturating_sub(1),
            _ => {}
        }
        self.space(tag);
    }

    /// Adds where a link goes, unless its text says so itself.
    fn end_link(&mut self) {
        let Some((target, start)) = self.link.take() else {
            return;
        };
        let shown = self.out.get(start..).unwrap_or_default().trim();
        let bare = target.strip_prefix("mailto:").unwrap_or(&target);
        if shown.is_empty() || (!shown.contains(bare) && !bare.contains(shown)) {
            self.blank |= !shown.is_empty();
            self.word(&format!("<{target}>"));
        }
    }

    fn text(&mut self, text: &str) {
        if self.hidden.is_some() {
            return;
        }
        if self.preformatted > 0 {
            for (number, line) in text.split('\n').enumerate() {
                if number > 0 {
                    self.line_end();
                }
                self.word(line.trim_end_matches('\r'));
            }
            return;
        }
        let is_blank = |c: char| c.is_ascii_whitespace() || c == '\u{a0}';
        self.blank |= text.starts_with(is_blank);
        for (number, word) in text
            .split(is_blank)
            .filter(|word| !word.is_empty())
            .enumerate()
        {
            self.blank |= number > 0;
            self.word(word);
        }
        self.blank |= text.ends_with(is_blank);
    }

    /// Writes letters as they are, after the space that is due.
    fn word(&mut self, word: &str) {
        if word.is_empty() {
            return;
        }
        let is_first = self.out.is_empty();
        if self.lines > 0 || is_first {
            for line in 0..self.lines.max(1) {
                if !is_first {
                    self.out.push('\n');
                }
                if line + 1 == self.lines.max(1) {
                    for _ in 0..self.quotes.min(MAX_QUOTES) {
                        self.out.push_str("> ");
                    }
                }
            }
        } else if self.blank {
            self.out.push(' ');
        }
        self.lines = 0;
        self.blank = false;
        self.out.push_str(word);
    }

    /// A line end that the page asks for, at most two more than there is text.
    fn line_end(&mut self) {
        self.lines = (self.lines + 1).min(3);
        self.blank = false;
    }

    fn space(&mut self, tag: &[u8]) {
        let lines = match space(tag) {
            Space::None => return,
            Space::Blank => {
                self.blank = true;
                return;
            }
            Space::Line => 1,
            Space::Paragraph => 2,
        };
        self.lines = self.lines.max(lines);
        self.blank = false;
    }

    fn finish(mut self) -> String {
        self.end_link();
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        self.out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_reads_as_it_looks() {
        for (page, expected) in [
            ("", ""),
            ("just text", "just text\n"),
            ("<p>one\n  two</p><p>three", "one two\n\nthree\n"),
            ("<div>a</div><div>b</div>", "a\nb\n"),
            ("a<br>b<BR/>c<br><br>d", "a\nb\nc\n\nd\n"),
            ("<b>bo</b>ld <i>and</i>&nbsp;<u>more</u>", "bold and more\n"),
            (
                "&lt;b&gt; &amp; &euro; &#x65e5; &nosuch; &",
                "<b> & € 日 &nosuch; &\n",
            ),
            ("<ul><li>one<li>two</ul>after", "* one\n* two\n\nafter\n"),
            ("<table><tr><td>a<td>b<tr><td>c</table>", "a b\nc\n"),
            (
                "<blockquote>said<br>so</blockquote>I",
                "> said\n> so\n\nI\n",
            ),
            ("<pre>a\n  b\n</pre>c", "a\n  b\n\nc\n"),
            ("x<hr>y", "x\n----------\ny\n"),
            ("<img src=x alt='a picture'>", "a picture\n"),
        ] {
            assert_eq!(text(page), expected, "{page}");
        }
    }

    #[test]
    fn what_is_not_shown_is_not_written() {
        let page = concat!(
            "<!DOCTYPE html><html><head><title>t</title><style>p { x: y }</style></head>",
            "<body><!-- a <b> comment --><script>if (a < b) alert('<p>')</script>shown</body>",
        );
        assert_eq!(text(page), "shown\n");
        assert_eq!(text("<style>never closed"), "");
    }

    #[test]
    fn a_link_says_where_it_goes_once() {
        for (page, expected) in [
            (
                "<a href='https://a.test/x'>here</a>.",
                "here <https://a.test/x>.\n",
            ),
            (
                "<a href='https://a.test/'>https://a.test/</a>",
                "https://a.test/\n",
            ),
            ("<a href='mailto:a@b.test'>a@b.test</a>", "a@b.test\n"),
            ("<a href='#top'>up</a> <a>x</a>", "up x\n"),
            ("<a href='javascript:x()'>run</a>", "run\n"),
            (
                "<a href='http://a.test'><img src=x></a>",
                "<http://a.test>\n",
            ),
        ] {
            assert_eq!(text(page), expected, "{page}");
        }
    }
}
