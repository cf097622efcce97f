//! When something is tried again, and when no more.
#![forbid(unsafe_code)]

/// How long after its first failure a message is tried again, in seconds.
const FIRST: u64 = 300;
/// How long at most between two tries.
const LONGEST: u64 = 4000;
/// How long a message is tried at all: five days.
const PATIENCE: u64 = 5 * 24 * 3600;
/// How long nobody is asked to connect after the server could not be reached: from here, doubling.
const PAUSE: u64 = 60;
const LONGEST_PAUSE: u64 = 900;

/// The moment of the next try after this many, with up to a fifth more or less, so that a crowd that
/// failed together does not come back together.
pub(super) fn next_try(attempts: u32, now: u64) -> u64 {
    let wait = doubled(FIRST, attempts.saturating_sub(1), LONGEST);
    let fifth = wait / 5;
    let random = u64::from(getrandom::u32().unwrap_or(0)) % (2 * fifth + 1);
    now.saturating_add(wait - fifth + random)
}

/// The end of the pause after this many failures in a row.
pub(super) fn pause_until(failures: u32, now: u64) -> u64 {
    now.saturating_add(doubled(PAUSE, failures.saturating_sub(1), LONGEST_PAUSE))
}

/// Whether this moment has come. One that is further off than any wait comes from a clock that was
/// wrong, then or now.
pub(super) fn is_due(moment: u64, now: u64) -> bool {
    moment <= now || moment > now.saturating_add(2 * LONGEST)
}

/// Whether a message of this age is given up when it fails once more.
pub(super) fn is_too_old(accepted: u64, now: u64) -> bool {
    now.saturating_sub(accepted) >= PATIENCE
}

fn doubled(first: u64, times: u32, most: u64) -> u64 {
    first.saturating_mul(1 << times.min(20)).min(most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_tried_after_five_minutes_and_then_ever_more_seldom() {
        let now = 1_795_380_000;
        for (attempts, wait) in [
            (1, 300),
            (2, 600),
            (3, 1200),
            (4, 2400),
            (5, 4000),
            (4000, 4000),
        ] {
            for _ in 0..50 {
                let next = next_try(attempts, now) - now;
                assert!(
                    (wait * 4 / 5..=wait * 6 / 5).contains(&next),
                    "{attempts}: {next}"
                );
            }
        }
        assert!(!is_too_old(now, now + 5 * 86_400 - 1));
        assert!(is_too_old(now, now + 5 * 86_400));
        assert!(!is_too_old(now, now - 1), "a clock that was set back");
    }

    #[test]
    fn a_moment_beyond_any_wait_has_come() {
        assert!(is_due(10, 10));
        assert!(!is_due(11, 10));
        assert!(!is_due(4010, 10));
        assert!(is_due(1_000_000, 10));
    }

    #[test]
    fn a_server_is_left_alone_for_a_minute_and_never_for_long() {
        let waits: Vec<_> = [1, 2, 3, 4, 5, 6, 99].map(|n| pause_until(n, 0)).into();
        assert_eq!(waits, [60, 120, 240, 480, 900, 900, 900]);
    }
}
