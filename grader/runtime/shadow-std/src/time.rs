//! `std::time`: the clock is virtual inside a model execution.

pub use crate::system_time::{SystemTime, SystemTimeError, UNIX_EPOCH};
use std::ops::{Add, AddAssign, Sub, SubAssign};
use std::sync::OnceLock;
pub use std::time::*;

/// Instants start here, so that earlier ones can be computed.
const ORIGIN: Duration = Duration::from_secs(1 << 32);

static BASE: OnceLock<std::time::Instant> = OnceLock::new();

/// A moment of the monotonic clock: virtual inside a model execution.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(Duration);

impl std::fmt::Debug for Instant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Instant").field(&self.0).finish()
    }
}

impl Instant {
    /// Now.
    #[must_use]
    pub fn now() -> Instant {
        let since = if kernel::modelled() {
            Duration::from_nanos(kernel::exec::now())
        } else {
            BASE.get_or_init(std::time::Instant::now).elapsed()
        };
        Instant(ORIGIN + since)
    }

    /// Time from `earlier` to this; zero if it is later.
    #[must_use]
    pub fn duration_since(&self, earlier: Instant) -> Duration {
        self.0.saturating_sub(earlier.0)
    }

    /// Time from `earlier` to this, if it is earlier.
    #[must_use]
    pub fn checked_duration_since(&self, earlier: Instant) -> Option<Duration> {
        self.0.checked_sub(earlier.0)
    }

    /// Time from `earlier` to this; zero if it is later.
    #[must_use]
    pub fn saturating_duration_since(&self, earlier: Instant) -> Duration {
        self.0.saturating_sub(earlier.0)
    }

    /// Time since this moment.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        Instant::now().duration_since(*self)
    }

    /// A later moment, if the clock has it.
    pub fn checked_add(&self, d: Duration) -> Option<Instant> {
        // std's clock ends at i64::MAX seconds.
        let t = self.0.checked_add(d)?;
        (t.as_secs() <= i64::MAX as u64).then_some(Instant(t))
    }

    /// An earlier moment, if the clock has it.
    pub fn checked_sub(&self, d: Duration) -> Option<Instant> {
        self.0.checked_sub(d).map(Instant)
    }
}

impl Add<Duration> for Instant {
    type Output = Instant;
    fn add(self, d: Duration) -> Instant {
        self.checked_add(d).expect("overflow when adding duration to instant")
    }
}

impl AddAssign<Duration> for Instant {
    fn add_assign(&mut self, d: Duration) {
        *self = *self + d;
    }
}

impl Sub<Duration> for Instant {
    type Output = Instant;
    fn sub(self, d: Duration) -> Instant {
        self.checked_sub(d).expect("overflow when subtracting duration from instant")
    }
}

impl SubAssign<Duration> for Instant {
    fn sub_assign(&mut self, d: Duration) {
        *self = *self - d;
    }
}

impl Sub<Instant> for Instant {
    type Output = Duration;
    fn sub(self, other: Instant) -> Duration {
        self.duration_since(other)
    }
}

/// The virtual deadline of a wait that begins now; `None` if it lies beyond the clock.
pub(crate) fn deadline(wait: Duration) -> Option<u64> {
    // No clock read: asking for a deadline is not looking at the clock.
    let now = kernel::exec::peek_now();
    u64::try_from(wait.as_nanos()).ok().and_then(|d| now.checked_add(d))
}
