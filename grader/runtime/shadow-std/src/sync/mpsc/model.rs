//! A channel inside a model execution.
//!
//! `messages` has a permit for each message; `space` (bounded channels) one for each free place. A closed
//! end adds so many permits that nobody waits any more.

use kernel::parts::{self, Knowledge};
use kernel::{Loc, ObjId, ObjKind, Op, WaitOpts};
use std::collections::VecDeque;
use std::sync::mpsc::{RecvTimeoutError, SendError, TryRecvError, TrySendError};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

const CLOSED: i64 = 1 << 40;

struct Message<T> {
    value: T,
    /// What its sender knew.
    knows: Knowledge,
    /// Rendezvous: its sender waits here.
    ticket: Option<ObjId>,
}

struct State<T> {
    queue: VecDeque<Message<T>>,
    senders: usize,
    receiver: bool,
    /// Rendezvous: the receiver waits for a message.
    receiving: bool,
    /// What the senders knew that are gone.
    gone: Knowledge,
}

pub(super) struct Channel<T> {
    messages: ObjId,
    space: Option<ObjId>,
    rendezvous: bool,
    state: Mutex<State<T>>,
}

impl<T> Channel<T> {
    /// `bound`: `None` for a channel without limit.
    pub(super) fn new(bound: Option<usize>) -> Channel<T> {
        let messages = kernel::exec::new_object(ObjKind::Channel, 0);
        let space = bound.filter(|n| *n > 0).map(|n| parts::companion(messages, n as i64));
        Channel {
            messages,
            space,
            rendezvous: bound == Some(0),
            state: Mutex::new(State {
                queue: VecDeque::new(),
                senders: 1,
                receiver: true,
                receiving: false,
                gone: Knowledge::default(),
            }),
        }
    }

    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn op(&self, name: &'static str, place: Loc) -> Op {
        Op { name, object: Some(self.messages), place }
    }

    fn note(&self, name: &'static str, place: Loc, changes: bool, text: &str) {
        kernel::exec::note(name, Some(self.messages), place, changes, || text.to_string());
    }

    /// Puts a message into the queue, as a part of the running operation.
    fn push(&self, value: T, ticket: Option<ObjId>) {
        self.state().queue.push_back(Message { value, knows: Knowledge::now(), ticket });
        parts::add(self.messages, 1);
    }

    /// A bounded channel's free place is there, and taken: is the receiver too?
    fn push_or_give_up(&self, value: T) -> Result<(), T> {
        if self.state().receiver {
            self.push(value, None);
            Ok(())
        } else {
            if let Some(space) = self.space {
                parts::add(space, 1);
            }
            Err(value)
        }
    }

    pub(super) fn send(&self, value: T, place: Loc) -> Result<(), SendError<T>> {
        if let Some(space) = self.space {
            kernel::exec::acquire(space, 1, 1, "send", place, WaitOpts::default());
            return self.push_or_give_up(value).map_err(SendError);
        }
        kernel::exec::step(self.op("send", place));
        if !self.state().receiver {
            self.note("send", place, false, "-> nobody receives any more");
            return Err(SendError(value));
        }
        if !self.rendezvous {
            self.push(value, None);
            self.note("send", place, true, "");
            return Ok(());
        }
        let ticket = parts::companion(self.messages, 0);
        self.push(value, Some(ticket));
        self.note("send", place, true, "waits until it is received");
        kernel::exec::acquire(ticket, 1, 1, "sent", place, WaitOpts::default());
        let mut state = self.state();
        // Still there: the receiver went away instead.
        match state.queue.iter().position(|m| m.ticket == Some(ticket)) {
            Some(at) => match state.queue.remove(at) {
                Some(m) => Err(SendError(m.value)),
                None => Ok(()),
            },
            None => Ok(()),
        }
    }

    pub(super) fn try_send(&self, value: T, place: Loc) -> Result<(), TrySendError<T>> {
        if let Some(space) = self.space {
            if !kernel::exec::try_acquire(space, 1, 1, "try_send", place) {
                return Err(TrySendError::Full(value));
            }
            return self.push_or_give_up(value).map_err(TrySendError::Disconnected);
        }
        kernel::exec::step(self.op("try_send", place));
        let (receiver, receiving) = {
            let state = self.state();
            (state.receiver, state.receiving && state.queue.is_empty())
        };
        if !receiver {
            self.note("try_send", place, false, "-> nobody receives any more");
            Err(TrySendError::Disconnected(value))
        } else if receiving {
            self.push(value, None);
            self.note("try_send", place, true, "-> ok");
            Ok(())
        } else {
            self.note("try_send", place, false, "-> nobody receives now");
            Err(TrySendError::Full(value))
        }
    }

    /// A permit of `messages` was taken: the message behind it, or `None` if the senders are gone.
    fn pop(&self) -> Option<T> {
        let message = self.state().queue.pop_front();
        match message {
            Some(m) => {
                m.knows.learn();
                if let Some(ticket) = m.ticket {
                    parts::publish(ticket);
                    parts::add(ticket, 1);
                }
                if let Some(space) = self.space {
                    parts::publish(space);
                    parts::add(space, 1);
                }
                Some(m.value)
            }
            None => {
                parts::add(self.messages, 1);
                self.state().gone.learn();
                None
            }
        }
    }

    pub(super) fn recv(&self, wait: Option<Duration>, place: Loc) -> Result<T, RecvTimeoutError> {
        let deadline = wait.and_then(crate::time::deadline);
        if self.rendezvous {
            // Others may look before the receiver is there.
            kernel::exec::step(self.op("recv", place));
        }
        self.state().receiving = true;
        let opts = WaitOpts { deadline, spurious: false };
        let how = kernel::exec::acquire(self.messages, 1, 1, "recv", place, opts);
        self.state().receiving = false;
        if how == kernel::exec::How::Timeout {
            return Err(RecvTimeoutError::Timeout);
        }
        self.pop().ok_or(RecvTimeoutError::Disconnected)
    }

    pub(super) fn try_recv(&self, place: Loc) -> Result<T, TryRecvError> {
        if !kernel::exec::try_acquire(self.messages, 1, 1, "try_recv", place) {
            return Err(TryRecvError::Empty);
        }
        self.pop().ok_or(TryRecvError::Disconnected)
    }

    pub(super) fn sender_cloned(&self) {
        self.state().senders += 1;
    }

    pub(super) fn sender_dropped(&self, place: Loc) {
        let last = self.state().senders == 1;
        if last {
            // Nobody else can clone or send: a moment that others see.
            kernel::exec::step(self.op("drop the last sender", place));
        }
        {
            let mut state = self.state();
            state.senders -= 1;
            state.gone.add_mine();
        }
        if last {
            parts::add(self.messages, CLOSED);
            self.note("drop the last sender", place, true, "");
        }
    }

    /// The messages that nobody will receive.
    pub(super) fn receiver_dropped(&self, place: Loc) {
        kernel::exec::step(self.op("drop the receiver", place));
        let (rest, tickets) = {
            let mut state = self.state();
            state.receiver = false;
            let tickets: Vec<ObjId> = state.queue.iter().filter_map(|m| m.ticket).collect();
            // Those whose senders wait are theirs again.
            let (waiting, rest): (VecDeque<_>, VecDeque<_>) =
                std::mem::take(&mut state.queue).into_iter().partition(|m| m.ticket.is_some());
            state.queue = waiting;
            (rest, tickets)
        };
        for id in tickets.into_iter().chain(self.space) {
            parts::publish(id);
            parts::add(id, CLOSED);
        }
        self.note("drop the receiver", place, true, "");
        // The messages' own destructors may do anything.
        drop(rest);
    }
}
