//! What a thread does before its own work begins: how a check holds a thread that the submission starts.

use std::sync::{Arc, Mutex, PoisonError};

/// Something to do at the start of a thread.
pub type First = Arc<dyn Fn() + Send + Sync>;

static FIRST: Mutex<Option<(usize, First)>> = Mutex::new(None);

/// The thread that is started after `after` others, from now on, calls `first` before its own body. It is one thread at a time:
/// this replaces what was asked for before, and `None` takes it back.
pub fn at_start_of_thread(asked: Option<(usize, First)>) {
    *FIRST.lock().unwrap_or_else(PoisonError::into_inner) = asked;
}

/// For the shadow, when it starts a thread: what that thread has to do first.
pub fn of_next_thread() -> Option<First> {
    let mut slot = FIRST.lock().unwrap_or_else(PoisonError::into_inner);
    match &mut *slot {
        Some((0, _)) => slot.take().map(|(_, first)| first),
        Some((after, _)) => {
            *after -= 1;
            None
        }
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_for_one_thread() {
        at_start_of_thread(Some((1, Arc::new(|| ()))));
        let asked: Vec<bool> = (0..3).map(|_| of_next_thread().is_some()).collect();
        assert_eq!(asked, [false, true, false]);
    }
}
