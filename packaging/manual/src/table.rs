//! A table, which a man page shows as a list: a term, and below it what is said of it.
#![forbid(unsafe_code)]

use roff::{Inline, Roff, bold, line_break, roman};

/// A row's cells.
type Row = Vec<Vec<Inline>>;

/// The table that is being read.
#[derive(Default)]
pub(crate) struct Table {
    /// What the head says of each column.
    pub(crate) head: Vec<String>,
    pub(crate) rows: Vec<Row>,
}

impl Table {
    /// The column of the text, which no heading is needed for: the last without one, or the last.
    fn body(&self) -> usize {
        let unnamed = self.head.iter().skip(1).rposition(String::is_empty);
        unnamed.map_or(self.head.len().saturating_sub(1), |at| at + 1)
    }

    /// The first cell is the term, with the short ones before the text behind it; what follows the
    /// text has a line of its own.
    pub(crate) fn write(self, roff: &mut Roff) {
        let body = self.body();
        for row in self.rows {
            let (mut term, mut text, mut after) = (Vec::new(), Vec::new(), Vec::new());
            for (at, (cell, head)) in row.into_iter().zip(&self.head).enumerate() {
                if cell.is_empty() {
                    continue;
                }
                match at {
                    0 => term = cell.into_iter().map(in_bold).collect(),
                    _ if at == body => text = cell,
                    _ if head.is_empty() => {
                        term.push(roman(" ("));
                        term.extend(cell);
                        term.push(roman(")"));
                    }
                    _ => {
                        after.extend([line_break(), roman(format!("{head}: ").replace("?:", "?"))]);
                        after.extend(cell);
                    }
                }
            }
            if text.is_empty() {
                after = after.split_off(after.len().min(1));
            }
            text.extend(after);
            roff.control("TP", []).text(term).text(text);
        }
    }
}

fn in_bold(inline: Inline) -> Inline {
    match inline {
        Inline::Roman(text) => bold(text),
        other => other,
    }
}
