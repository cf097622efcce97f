//! Letters that nobody can guess, for Message-IDs and boundaries.
#![forbid(unsafe_code)]

use std::cell::RefCell;
use std::time::{Duration, Instant};

use crate::error::{Error, Kind, Result};
use crate::ffi::sys::process;

const SIZE: usize = 16;
/// How many are fetched at once: 256 bytes are the most that the kernel surely gives whole.
const AHEAD: usize = 16;
/// How long those count: where a machine is copied while it runs, both go on with the same.
const MOMENT: Duration = Duration::from_millis(10);

type Token = [u8; SIZE];

/// What was fetched for whoever sends without a pause: to ask the kernel takes as long as to write
/// most of the header.
struct Stock {
    tokens: Vec<Token>,
    /// Whose they are: a forked child has a copy.
    process: u32,
    since: Option<Instant>,
}

thread_local! {
    static STOCK: RefCell<Stock> = const { RefCell::new(Stock::empty()) };
}

impl Stock {
    const fn empty() -> Self {
        Self {
            tokens: Vec::new(),
            process: 0,
            since: None,
        }
    }

    fn next(&mut self) -> Result<Token> {
        let process = process::id();
        let goes_on =
            self.process == process && self.since.is_some_and(|since| since.elapsed() < MOMENT);
        if !goes_on {
            self.tokens.clear();
        }
        if let Some(token) = self.tokens.pop() {
            return Ok(token);
        }
        let mut first = Token::default();
        let mut more = [Token::default(); AHEAD];
        if goes_on {
            fill(more.as_flattened_mut())?;
            self.tokens.extend_from_slice(&more);
        }
        (self.process, self.since) = (process, Some(Instant::now()));
        match self.tokens.pop() {
            Some(token) => Ok(token),
            None => fill(&mut first).map(|()| first),
        }
    }
}

/// Letters that nobody can guess, and nobody else gets.
pub(super) fn random_token() -> Result<String> {
    // A thread past its destructors has no stock.
    let token = STOCK
        .try_with(|stock| stock.borrow_mut().next())
        .unwrap_or_else(|_| Stock::empty().next())?;
    Ok(format!("{:032x}", u128::from_ne_bytes(token)))
}

fn fill(bytes: &mut [u8]) -> Result<()> {
    getrandom::fill(bytes).map_err(|error| {
        Error::new(Kind::Failure, "this machine gives no random numbers").because(error)
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_token_comes_twice_from_any_thread() {
        let tokens = || (0..100).map(|_| random_token().unwrap());
        let threads: Vec<_> = (0..4)
            .map(|_| std::thread::spawn(move || tokens().collect::<Vec<_>>()))
            .collect();
        let all: Vec<_> = threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap())
            .collect();
        assert!(all.iter().all(|token| token.len() == 2 * SIZE));
        assert_eq!(all.iter().collect::<HashSet<_>>().len(), all.len());
    }

    #[test]
    fn what_was_fetched_by_a_parent_or_long_ago_is_for_nobody() {
        let (own, old) = (process::id(), [7; SIZE]);
        let now = Instant::now();
        for (process, since, is_given) in [
            (own, Some(now), true),
            (own + 1, Some(now), false),
            (own, now.checked_sub(MOMENT), false),
            (own, None, false),
        ] {
            let mut stock = Stock {
                tokens: vec![old],
                process,
                since,
            };
            assert_eq!(stock.next().unwrap() == old, is_given);
            assert_ne!(stock.next().unwrap(), old);
        }
    }
}
