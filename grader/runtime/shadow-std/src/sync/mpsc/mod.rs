//! `std::sync::mpsc`.

pub use std::sync::mpsc::*;

mod model;

use kernel::Loc;
use kernel::native::Wait;
use model::Channel;
use std::fmt;
use std::panic::{Location, RefUnwindSafe, UnwindSafe};
use std::sync::Arc;
use std::time::Duration;

/// Which side of the grader a channel was made on.
enum Tx<T> {
    /// With the line that made this sender.
    Model(Arc<Channel<T>>, Loc),
    Unbounded(std::sync::mpsc::Sender<T>),
    Bounded(std::sync::mpsc::SyncSender<T>),
}

enum Rx<T> {
    /// With the line that made the channel.
    Model(Arc<Channel<T>>, Loc),
    Native(std::sync::mpsc::Receiver<T>),
}

fn blocked(what: &'static str, object: usize, place: Loc) -> Wait {
    Wait { what, object, place }
}

impl<T> Tx<T> {
    fn send(&self, value: T, place: Loc) -> Result<(), SendError<T>> {
        match self {
            Tx::Model(c, _) => c.send(value, place),
            Tx::Unbounded(tx) => {
                kernel::native::op();
                tx.send(value)
            }
            Tx::Bounded(tx) => {
                kernel::native::op();
                let here = std::ptr::from_ref(tx) as usize;
                kernel::native::blocking(blocked("room in a channel", here, place), || tx.send(value))
            }
        }
    }
}

impl<T> Tx<T> {
    fn another(&self, place: Loc) -> Self {
        match self {
            Tx::Model(c, _) => {
                c.sender_cloned();
                Tx::Model(c.clone(), place)
            }
            Tx::Unbounded(tx) => Tx::Unbounded(tx.clone()),
            Tx::Bounded(tx) => Tx::Bounded(tx.clone()),
        }
    }
}

impl<T> Drop for Tx<T> {
    fn drop(&mut self) {
        match self {
            Tx::Model(c, place) if kernel::modelled() => c.sender_dropped(place),
            Tx::Model(..) => {}
            Tx::Unbounded(_) | Tx::Bounded(_) => kernel::native::op(),
        }
    }
}

/// The sending end of a channel without limit.
pub struct Sender<T> {
    tx: Tx<T>,
}

/// The sending end of a bounded channel.
pub struct SyncSender<T> {
    tx: Tx<T>,
}

/// The receiving end of a channel.
pub struct Receiver<T> {
    rx: Rx<T>,
    /// As in std: only one thread receives.
    not_sync: std::marker::PhantomData<std::cell::Cell<()>>,
}

impl<T> UnwindSafe for Sender<T> {}
impl<T> RefUnwindSafe for Sender<T> {}
impl<T> UnwindSafe for SyncSender<T> {}
impl<T> RefUnwindSafe for SyncSender<T> {}
impl<T> UnwindSafe for Receiver<T> {}
impl<T> RefUnwindSafe for Receiver<T> {}

/// A channel without limit.
#[must_use]
#[track_caller]
pub fn channel<T>() -> (Sender<T>, Receiver<T>) {
    let place = Location::caller();
    let (tx, rx) = if kernel::modelled() {
        let c = Arc::new(Channel::new(None));
        (Tx::Model(c.clone(), place), Rx::Model(c, place))
    } else {
        let (tx, rx) = std::sync::mpsc::channel();
        (Tx::Unbounded(tx), Rx::Native(rx))
    };
    (Sender { tx }, Receiver { rx, not_sync: std::marker::PhantomData })
}

/// A channel in which at most `bound` messages wait; with 0, sender and receiver meet.
#[must_use]
#[track_caller]
pub fn sync_channel<T>(bound: usize) -> (SyncSender<T>, Receiver<T>) {
    let place = Location::caller();
    let (tx, rx) = if kernel::modelled() {
        let c = Arc::new(Channel::new(Some(bound)));
        (Tx::Model(c.clone(), place), Rx::Model(c, place))
    } else {
        let (tx, rx) = std::sync::mpsc::sync_channel(bound);
        (Tx::Bounded(tx), Rx::Native(rx))
    };
    (SyncSender { tx }, Receiver { rx, not_sync: std::marker::PhantomData })
}

impl<T> Sender<T> {
    /// Sends; never waits.
    #[track_caller]
    pub fn send(&self, t: T) -> Result<(), SendError<T>> {
        self.tx.send(t, Location::caller())
    }
}

impl<T> SyncSender<T> {
    /// Sends; waits for a free place.
    #[track_caller]
    pub fn send(&self, t: T) -> Result<(), SendError<T>> {
        self.tx.send(t, Location::caller())
    }

    /// Sends if there is a free place.
    #[track_caller]
    pub fn try_send(&self, t: T) -> Result<(), TrySendError<T>> {
        match &self.tx {
            Tx::Model(c, _) => c.try_send(t, Location::caller()),
            Tx::Bounded(tx) => {
                kernel::native::op();
                tx.try_send(t)
            }
            Tx::Unbounded(_) => unreachable!("a SyncSender is bounded"),
        }
    }
}

impl<T> Receiver<T> {
    /// Receives; waits for a message.
    #[track_caller]
    pub fn recv(&self) -> Result<T, RecvError> {
        let place = Location::caller();
        match &self.rx {
            Rx::Model(c, _) => c.recv(None, place).map_err(|_| RecvError),
            Rx::Native(rx) => {
                kernel::native::op();
                let here = std::ptr::from_ref(rx) as usize;
                kernel::native::blocking(blocked("a message", here, place), || rx.recv())
            }
        }
    }

    /// Receives if a message is there.
    #[track_caller]
    pub fn try_recv(&self) -> Result<T, TryRecvError> {
        match &self.rx {
            Rx::Model(c, _) => c.try_recv(Location::caller()),
            Rx::Native(rx) => {
                kernel::native::op();
                rx.try_recv()
            }
        }
    }

    /// Receives; waits for at most `timeout`.
    #[track_caller]
    pub fn recv_timeout(&self, timeout: Duration) -> Result<T, RecvTimeoutError> {
        match &self.rx {
            Rx::Model(c, _) => c.recv(Some(timeout), Location::caller()),
            Rx::Native(rx) => {
                kernel::native::op();
                kernel::native::blocking_at_most(timeout, || rx.recv_timeout(timeout))
            }
        }
    }

    /// Receives until the senders are gone.
    pub fn iter(&self) -> Iter<'_, T> {
        Iter { rx: self }
    }

    /// Receives what is there.
    pub fn try_iter(&self) -> TryIter<'_, T> {
        TryIter { rx: self }
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        match &self.rx {
            Rx::Model(c, place) if kernel::modelled() => c.receiver_dropped(place),
            Rx::Model(..) => {}
            Rx::Native(_) => kernel::native::op(),
        }
    }
}

/// Receives until the senders are gone.
#[derive(Debug)]
pub struct Iter<'a, T: 'a> {
    rx: &'a Receiver<T>,
}

/// Receives what is there.
#[derive(Debug)]
pub struct TryIter<'a, T: 'a> {
    rx: &'a Receiver<T>,
}

/// Receives until the senders are gone; owns the receiver.
#[derive(Debug)]
pub struct IntoIter<T> {
    rx: Receiver<T>,
}

impl<T> Iterator for Iter<'_, T> {
    type Item = T;
    #[track_caller]
    fn next(&mut self) -> Option<T> {
        self.rx.recv().ok()
    }
}

impl<T> Iterator for TryIter<'_, T> {
    type Item = T;
    #[track_caller]
    fn next(&mut self) -> Option<T> {
        self.rx.try_recv().ok()
    }
}

impl<T> Iterator for IntoIter<T> {
    type Item = T;
    #[track_caller]
    fn next(&mut self) -> Option<T> {
        self.rx.recv().ok()
    }
}

impl<'a, T> IntoIterator for &'a Receiver<T> {
    type Item = T;
    type IntoIter = Iter<'a, T>;
    fn into_iter(self) -> Iter<'a, T> {
        self.iter()
    }
}

impl<T> IntoIterator for Receiver<T> {
    type Item = T;
    type IntoIter = IntoIter<T>;
    fn into_iter(self) -> IntoIter<T> {
        IntoIter { rx: self }
    }
}

impl<T> Clone for Sender<T> {
    #[track_caller]
    fn clone(&self) -> Sender<T> {
        Sender { tx: self.tx.another(Location::caller()) }
    }
}

impl<T> Clone for SyncSender<T> {
    #[track_caller]
    fn clone(&self) -> SyncSender<T> {
        SyncSender { tx: self.tx.another(Location::caller()) }
    }
}

impl<T> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender").finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for SyncSender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SyncSender").finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiver").finish_non_exhaustive()
    }
}
