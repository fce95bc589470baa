//! What the operating system says of this process (Linux's `/proc`; see proc(5)). Elsewhere it says nothing.

use std::time::Duration;

/// How many other threads this process has, if all of them sleep; `None` if one could run or nobody knows.
pub fn threads_asleep() -> Option<usize> {
    let me = std::fs::read_link("/proc/thread-self").ok()?;
    let me = me.file_name()?.to_owned();
    let mut asleep = 0;
    for task in std::fs::read_dir("/proc/self/task").ok()? {
        let task = task.ok()?;
        if task.file_name() == me {
            continue;
        }
        let stat = std::fs::read_to_string(task.path().join("stat")).ok()?;
        // The name stands in parentheses and may hold anything; the state is the letter after it.
        let state = stat.rsplit_once(") ")?.1.chars().next()?;
        if state != 'S' {
            return None;
        }
        asleep += 1;
    }
    Some(asleep)
}

/// Processor time that this process has used so far, in user and in kernel mode.
pub fn processor_time() -> Option<Duration> {
    // Ticks of 10 ms on every Linux that Rust supports (USER_HZ).
    const TICK: Duration = Duration::from_millis(10);
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let mut fields = stat.rsplit_once(") ")?.1.split(' ').skip(11);
    let user: u32 = fields.next()?.parse().ok()?;
    let system: u32 = fields.next()?.parse().ok()?;
    TICK.checked_mul(user.checked_add(system)?)
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use super::*;
    use std::sync::mpsc;

    #[test]
    fn a_running_thread_is_not_asleep() {
        let (stop, stopped) = mpsc::channel::<()>();
        let busy = std::thread::spawn(move || while stopped.try_recv() == Err(mpsc::TryRecvError::Empty) {});
        for _ in 0..20 {
            assert_eq!(threads_asleep(), None);
        }
        drop(stop);
        busy.join().unwrap();
    }

    #[test]
    fn work_takes_processor_time() {
        let before = processor_time().unwrap();
        let mut rounds = 0_u64;
        while processor_time().unwrap() < before + Duration::from_millis(30) {
            rounds += 1;
        }
        assert!(rounds > 0);
    }
}
