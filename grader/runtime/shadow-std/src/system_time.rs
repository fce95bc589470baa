//! `std::time::SystemTime`: in a model execution the wall clock starts at a fixed moment.

use std::fmt;
use std::ops::{Add, AddAssign, Sub, SubAssign};
use std::time::Duration;

type Real = std::time::SystemTime;

/// A moment of the wall clock.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SystemTime(Real);

/// The second moment was earlier than the first: how much.
#[derive(Clone, Debug)]
pub struct SystemTimeError(Duration);

/// 1970-01-01.
pub const UNIX_EPOCH: SystemTime = SystemTime::UNIX_EPOCH;

/// When model executions begin: 2026-01-01, in seconds since [`UNIX_EPOCH`].
const BEGIN: u64 = 1_767_225_600;

impl SystemTime {
    /// 1970-01-01.
    pub const UNIX_EPOCH: SystemTime = SystemTime(Real::UNIX_EPOCH);

    /// Now.
    #[must_use]
    pub fn now() -> SystemTime {
        if kernel::modelled() {
            let since = Duration::from_secs(BEGIN) + Duration::from_nanos(kernel::exec::now());
            SystemTime(Real::UNIX_EPOCH + since)
        } else {
            SystemTime(Real::now())
        }
    }

    /// Time from `earlier` to this.
    pub fn duration_since(&self, earlier: SystemTime) -> Result<Duration, SystemTimeError> {
        self.0.duration_since(earlier.0).map_err(|e| SystemTimeError(e.duration()))
    }

    /// Time since this moment.
    pub fn elapsed(&self) -> Result<Duration, SystemTimeError> {
        SystemTime::now().duration_since(*self)
    }

    /// A later moment, if the clock has it.
    pub fn checked_add(&self, duration: Duration) -> Option<SystemTime> {
        self.0.checked_add(duration).map(SystemTime)
    }

    /// An earlier moment, if the clock has it.
    pub fn checked_sub(&self, duration: Duration) -> Option<SystemTime> {
        self.0.checked_sub(duration).map(SystemTime)
    }
}

impl SystemTimeError {
    /// How much earlier it was.
    #[must_use]
    pub fn duration(&self) -> Duration {
        self.0
    }
}

impl fmt::Display for SystemTimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "second time provided was later than self")
    }
}

impl std::error::Error for SystemTimeError {}

impl fmt::Debug for SystemTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Add<Duration> for SystemTime {
    type Output = SystemTime;
    fn add(self, d: Duration) -> SystemTime {
        SystemTime(self.0 + d)
    }
}

impl AddAssign<Duration> for SystemTime {
    fn add_assign(&mut self, d: Duration) {
        *self = *self + d;
    }
}

impl Sub<Duration> for SystemTime {
    type Output = SystemTime;
    fn sub(self, d: Duration) -> SystemTime {
        SystemTime(self.0 - d)
    }
}

impl SubAssign<Duration> for SystemTime {
    fn sub_assign(&mut self, d: Duration) {
        *self = *self - d;
    }
}
