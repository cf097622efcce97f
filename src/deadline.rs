//! One bound on the time of a whole call, whatever the other side drips.
#![forbid(unsafe_code)]

use std::cell::RefCell;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The moment by which a call has to have returned.
#[derive(Debug, Clone, Copy)]
pub struct Deadline {
    at: Option<Instant>,
}

impl Deadline {
    /// A deadline this far from now; none where the clock cannot count that far.
    pub fn after(span: Duration) -> Self {
        Self {
            at: Instant::now().checked_add(span),
        }
    }

    /// None: for what takes as long as a person thinks.
    pub fn never() -> Self {
        Self { at: None }
    }

    /// A deadline this far from now, and no later than this one.
    ///
    /// # Errors
    /// As for [`Deadline::allow`].
    pub fn within(&self, span: Duration) -> io::Result<Self> {
        let now = Instant::now();
        self.left(now)?;
        let earlier = [self.at, now.checked_add(span)].into_iter().flatten().min();
        Ok(Self { at: earlier })
    }

    /// How long a single step may take: at most `step`, and no longer than what is left.
    ///
    /// # Errors
    /// `TimedOut` once the deadline has passed.
    pub fn allow(&self, step: Duration) -> io::Result<Duration> {
        let left = self.left(Instant::now())?;
        Ok(left.map_or(step, |left| left.min(step)))
    }

    /// What is left of it; nothing is said of what has no end.
    fn left(&self, now: Instant) -> io::Result<Option<Duration>> {
        if let Some(why) = given_up() {
            return Err(io::Error::new(io::ErrorKind::TimedOut, why));
        }
        let left = self.at.map(|at| at.saturating_duration_since(now));
        match left {
            Some(Duration::ZERO) => Err(io::Error::new(
                io::ErrorKind::TimedOut,
                "the deadline of the call has passed",
            )),
            left => Ok(left),
        }
    }
}

/// How a thread that delivers on the side is asked to come to an end.
#[derive(Debug, Default)]
pub struct Hurry {
    asked: AtomicBool,
    end: Mutex<Option<Instant>>,
}

/// Says why this thread is to wait no longer, once it is.
type Look = Box<dyn Fn() -> Option<&'static str>>;

thread_local! {
    static LOOK: RefCell<Option<Look>> = const { RefCell::new(None) };
}

/// How often a thread that may be asked to give up looks up from what it waits for.
const LOOK_UP: Duration = Duration::from_millis(50);

/// Why this thread has been asked to give up what it does; nothing if it has not.
pub(crate) fn given_up() -> Option<&'static str> {
    let look = |look: &RefCell<Option<Look>>| look.borrow().as_ref().and_then(|look| look());
    LOOK.try_with(look).unwrap_or(None)
}

/// How long this thread may wait without looking up.
pub(crate) fn bounded(limit: Duration) -> Duration {
    match LOOK.try_with(|look| look.borrow().is_some()) {
        Ok(true) => limit.min(LOOK_UP),
        _ => limit,
    }
}

/// Does something that ends early, as if its time were over, once there is a reason.
pub fn unless<T>(
    reason: impl Fn() -> Option<&'static str> + 'static,
    work: impl FnOnce() -> T,
) -> T {
    /// What was looked for before comes back, whatever happens.
    struct Before(Option<Look>);
    impl Drop for Before {
        fn drop(&mut self) {
            LOOK.set(self.0.take());
        }
    }
    let _before = Before(LOOK.replace(Some(Box::new(reason))));
    work()
}

impl Hurry {
    /// From here on this thread's deadlines end when this is over.
    pub fn heed(self: &Arc<Self>) {
        let hurry = Arc::clone(self);
        LOOK.set(Some(Box::new(move || {
            hurry
                .is_over()
                .then_some("the session was closed meanwhile")
        })));
    }

    /// Asks for an end: what is under way may take this long.
    pub fn ask(&self, grace: Duration) {
        *self.end.lock().unwrap_or_else(PoisonError::into_inner) =
            Instant::now().checked_add(grace);
        self.asked.store(true, Ordering::Release);
    }

    /// Whether somebody asked, so that nothing new is to be begun.
    pub fn is_asked(&self) -> bool {
        self.asked.load(Ordering::Acquire)
    }

    fn is_over(&self) -> bool {
        let end = || *self.end.lock().unwrap_or_else(PoisonError::into_inner);
        self.is_asked() && end().is_some_and(|end| end <= Instant::now())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_never_gets_more_than_what_is_left() {
        let deadline = Deadline::after(Duration::from_secs(5));
        assert!(deadline.allow(Duration::from_secs(60)).unwrap() <= Duration::from_secs(5));
        assert_eq!(
            deadline.allow(Duration::from_millis(1)).unwrap(),
            Duration::from_millis(1)
        );
        let minute = deadline.within(Duration::from_secs(60)).unwrap();
        assert!(minute.at <= deadline.at);
        let moment = deadline.within(Duration::from_millis(1)).unwrap();
        assert!(moment.at < deadline.at);
        assert!(
            Deadline::never()
                .within(Duration::ZERO)
                .unwrap()
                .at
                .is_some()
        );
        assert_eq!(
            Deadline::after(Duration::ZERO)
                .allow(Duration::from_secs(1))
                .unwrap_err()
                .kind(),
            io::ErrorKind::TimedOut
        );
    }

    #[test]
    fn whoever_is_in_a_hurry_gets_the_grace_and_no_more() {
        std::thread::spawn(|| {
            let hurry = Arc::new(Hurry::default());
            let long = Duration::from_secs(60);
            assert_eq!(bounded(long), long);
            hurry.heed();
            assert!(bounded(long) < Duration::from_secs(1));
            let deadline = Deadline::after(long);
            deadline.allow(long).unwrap();
            hurry.ask(long);
            deadline.allow(long).unwrap();
            assert!(hurry.is_asked());
            hurry.ask(Duration::ZERO);
            assert!(deadline.allow(long).is_err());
        })
        .join()
        .unwrap();
    }

    #[test]
    fn work_ends_early_for_a_reason_and_nothing_else_does() {
        let long = Duration::from_secs(60);
        let error = unless(|| Some("enough"), || Deadline::never().allow(long)).unwrap_err();
        assert_eq!(error.to_string(), "enough");
        assert!(unless(|| None, || bounded(long)) < Duration::from_secs(1));
        assert_eq!(bounded(long), long);
        assert_eq!(given_up(), None);
    }
}
