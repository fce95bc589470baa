//! Checks of assignment 03: a fixed pool of workers.
//!
//! "At the same time" is checked by calls that wait for each other, never by clocks.

use gradekit::*;
use std::cell::Cell;
use std::fmt::Debug;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::thread::{self, ThreadId};
use student::{JobHandle, JobPanicked, ThreadPool};

const _: fn() = || assert_send_sync::<ThreadPool>();
const _: fn() = || assert_send_sync::<JobHandle<u64>>();
const _: fn() = || assert_send_sync::<JobPanicked>();
/// Said by the compiler: what `JobPanicked` derives.
const _: fn() = || {
    fn derives<P: Debug + Clone + PartialEq + Eq>() {}
    derives::<JobPanicked>();
};

fn pool(workers: usize) -> ThreadPool {
    ThreadPool::new(NonZeroUsize::new(workers).expect("at least one worker"))
}

/// The value of a job that must not fail.
fn value<T: Send + 'static>(handle: JobHandle<T>) -> T {
    match handle.join() {
        Ok(value) => value,
        Err(JobPanicked { message }) => {
            panic!("join() says that the job panicked with {message:?}, but it did not")
        }
    }
}

/// The text of a job that must fail.
fn message<T: Send + 'static>(handle: JobHandle<T>) -> String {
    match handle.join() {
        Ok(_) => panic!("join() says Ok, but the job panicked"),
        Err(JobPanicked { message }) => message,
    }
}

/// Several callers, several jobs, all of them counted.
pub fn runs_every_job_once() {
    let (workers, callers, jobs) = (scale(2, 3), scale(1, 3), scale(2, 4));
    let ran: Arc<Vec<Counter>> = Arc::new((0..callers * jobs).map(|_| Counter::new()).collect());
    let pool = pool(workers);
    assert_eq!(pool.workers(), workers, "workers()");
    let give = |caller: usize| {
        for job in 0..jobs {
            let ran = ran.clone();
            pool.execute(move || {
                ran[caller * jobs + job].add(1);
            });
        }
    };
    if callers == 1 {
        give(0);
    } else {
        concurrently(callers, give);
    }
    drop(pool);
    for (job, times) in ran.iter().enumerate() {
        assert_eq!(times.get(), 1, "how often job {job} had run when the pool was dropped");
    }
}

/// What is queued when the pool is dropped still runs, and its effects are there.
pub fn drop_finishes_queued_jobs() {
    let jobs = scale(2, 5);
    let sum = Arc::new(RaceCell::new(1));
    let pool = pool(1);
    for _ in 0..jobs {
        let sum = sum.clone();
        pool.execute(move || sum.update(|n| n + 1));
    }
    drop(pool);
    assert_eq!(sum.get(), 1 + jobs, "1, and 1 more for each job, after the pool was dropped");
}

/// No thread is left.
pub fn drop_joins_the_workers() {
    no_thread_left(|| {
        let pool = pool(scale(2, 4));
        pool.execute(|| {});
        // This one may be used as usual; its threads end with it, too.
        drop(pool);
    });
    no_thread_left(|| drop(pool(1)));
    // A panic of its owner drops it as well.
    no_thread_left(|| {
        let result = catch(|| -> u64 {
            let _pool = pool(1);
            boom("the owner of the pool")
        });
        assert_eq!(result, Err("the owner of the pool".to_owned()), "the panic of the pool's owner");
    });
}

/// `workers` jobs at once.
pub fn as_many_jobs_at_once_as_workers() {
    let workers = scale(2, 4);
    let pool = pool(workers);
    let meeting = Arc::new(Meeting::new(workers));
    match choose(3) {
        0 => {
            for _ in 0..workers {
                let meeting = meeting.clone();
                pool.execute(move || meeting.arrive("execute: as many jobs as there are workers"));
            }
            drop(pool);
        }
        1 => {
            let inside = meeting.clone();
            pool.map(0..workers, move |_| inside.arrive("map: as many calls as there are workers"));
        }
        _ => {
            let results = concurrently(workers, |caller| {
                let inside = meeting.clone();
                pool.map([caller], move |caller| {
                    inside.arrive("map: as many callers, with one call each, as there are workers");
                    caller
                })
            });
            let want: Vec<_> = (0..workers).map(|caller| vec![caller]).collect();
            assert_eq!(results, want, "the results of map over [0], map over [1], ... at the same time");
        }
    }
    assert!(meeting.has_met(), "the jobs did not run");
}

/// A worker that is busy for long keeps no job from the others.
pub fn a_free_worker_takes_the_next_job() {
    if choose(2) == 0 {
        return map_ends_beside_a_busy_worker();
    }
    let pool = pool(2);
    let meeting = Arc::new(Meeting::new(2));
    let (first, last) = (meeting.clone(), meeting.clone());
    pool.execute(move || first.arrive("the first job is busy, the second ends at once, and the third must start"));
    pool.execute(|| {});
    pool.execute(move || last.arrive("the first job is busy, the second ends at once, and the third must start"));
    drop(pool);
    assert!(meeting.has_met(), "the jobs did not run");
}

/// map() waits for its own calls, not for everything that the pool has to do.
fn map_ends_beside_a_busy_worker() {
    let pool = pool(2);
    let gate = Arc::new(Gate::new());
    let inside = gate.clone();
    pool.execute(move || inside.pass());
    assert_eq!(pool.map([1, 2], |n| n + 1), [2, 3], "map over [1, 2] while another job keeps one of two workers busy");
    gate.open();
    drop(pool);
}

/// join() gives back what the job returned, and a job that comes later is not forgotten.
pub fn join_gives_the_result() {
    let pool = pool(scale(1, 2));
    let note = Arc::new(RaceCell::new(0));
    for round in 1..=2 {
        let inside = note.clone();
        let handle: JobHandle<u64> = pool.submit(move || {
            inside.update(|n| n + 1);
            round * 10
        });
        assert_eq!(value(handle), round * 10, "the result of job {round}");
        assert_eq!(note.get(), round, "what the job wrote must be visible after join()");
    }
}

/// A handle is only a ticket: the job runs without it, and it outlives the pool.
pub fn handles_live_on_their_own() {
    if choose(2) == 0 {
        return each_handle_has_its_own_end();
    }
    let ran = Arc::new(Counter::new());
    let pool = pool(1);
    let inside = ran.clone();
    drop(pool.submit(move || inside.add(1)));
    let kept = pool.submit(|| Cell::new(7));
    drop(pool);
    assert_eq!(ran.get(), 1, "a job whose handle was dropped runs all the same");
    assert_eq!(value(kept).get(), 7, "join() after the pool was dropped");
}

/// Two threads wait, each for its own job. In some runs there are very many handles.
fn each_handle_has_its_own_end() {
    let pool = pool(1);
    if !exhaustive() && seed() % 16 == 0 {
        let handles: Vec<_> = (0..260).map(|n| pool.submit(move || n)).collect();
        for (n, handle) in handles.into_iter().enumerate().rev() {
            assert_eq!(value(handle), n, "the result of job {n} of 260");
        }
    }
    let (first, second) = (pool.submit(|| 1), pool.submit(|| "two"));
    let results = concurrently2(|| value(first), || value(second));
    assert_eq!(results, (1, "two"), "the results of two jobs that two threads waited for");
}

/// After panics all workers are there and all other jobs run.
pub fn a_panic_costs_no_worker() {
    let workers = scale(1, 3);
    let ran = Arc::new(Counter::new());
    let pool = pool(workers);
    for _ in 0..workers {
        pool.execute(|| boom("execute"));
    }
    if !exhaustive() {
        for _ in 0..workers {
            drop(pool.submit(|| -> u64 { boom("submit") }));
        }
    }
    let meeting = Arc::new(Meeting::new(workers));
    let handles: Vec<_> = (0..workers)
        .map(|_| {
            let (ran, meeting) = (ran.clone(), meeting.clone());
            pool.submit(move || {
                meeting.arrive("as many jobs as there are workers, after some jobs panicked");
                ran.add(1);
            })
        })
        .collect();
    for handle in handles {
        value(handle);
    }
    assert_eq!(ran.get(), workers as u64, "jobs that ran after others had panicked");
    pool.execute(|| boom("the last job, while the pool is being dropped"));
    drop(pool);
}

/// The panic's text, whatever its type.
pub fn join_tells_the_panic() {
    let pool = pool(1);
    let (handle, want) = match choose(3) {
        0 => (pool.submit(|| -> Cell<u64> { boom("a String:\n  no luck\n") }), "a String:\n  no luck\n"),
        1 => (pool.submit(|| -> Cell<u64> { boom_static("a &str: no luck") }), "a &str: no luck"),
        _ => (pool.submit(|| -> Cell<u64> { boom_value(42) }), "Box<dyn Any>"),
    };
    assert_eq!(message(handle), want, "JobPanicked::message");
    assert_eq!(value(pool.submit(|| 7)), 7, "the result of the next job");
}

/// All threads start in new() and no other runs a job.
pub fn always_the_same_threads() {
    // Some pools are much larger.
    let workers = scale(1, if seed() % 16 == 0 { 36 } else { 3 });
    let caller = thread::current().id();
    let before = live_threads();
    let pool = pool(workers);
    let started = live_threads();
    assert!(
        started >= before + workers,
        "new() of a pool with {workers} workers started only {} threads",
        started - before
    );
    let round = |pool: &ThreadPool| -> Vec<ThreadId> {
        let meeting = Arc::new(Meeting::new(workers));
        let handles: Vec<_> = (0..workers)
            .map(|_| {
                let meeting = meeting.clone();
                pool.submit(move || {
                    meeting.arrive("as many jobs as there are workers");
                    thread::current().id()
                })
            })
            .collect();
        handles.into_iter().map(value).collect()
    };
    let first = round(&pool);
    assert!(!first.contains(&caller), "a job ran on the thread that gave it to the pool");
    for _ in 0..workers {
        pool.execute(|| boom("one of the jobs"));
    }
    for id in round(&pool) {
        assert!(first.contains(&id), "a job ran on a thread that is none of the first {workers}");
    }
    for id in pool.map(0..workers, |_| thread::current().id()) {
        assert!(first.contains(&id) || id == caller, "a call of map() ran on a thread that is none of the workers");
    }
    assert_eq!(live_threads(), started, "threads after some jobs, compared with those after new()");
    let other = ThreadPool::new(NonZeroUsize::MIN);
    let id = value(other.submit(|| thread::current().id()));
    assert!(!first.contains(&id), "a job ran on a thread of another pool");
    drop(pool);
}

/// The order of the items, not of the ends.
pub fn map_keeps_the_order() {
    let pool = pool(2);
    let gate = Arc::new(Gate::new());
    // The first call ends after the second.
    let results = pool.map([10, 20], move |n| {
        if n == 10 {
            gate.pass();
        } else {
            gate.open();
        }
        n + 1
    });
    assert_eq!(results, [11, 21], "map over [10, 20]; the second call ended first");
    if !exhaustive() {
        let ten = std::rc::Rc::new(10);
        let items = (0..7).map(|i| Cell::new(i + *ten));
        let results: Vec<Cell<i32>> = pool.map(items, |n| Cell::new(n.get() * 2));
        let results: Vec<i32> = results.into_iter().map(Cell::into_inner).collect();
        assert_eq!(results, [20, 22, 24, 26, 28, 30, 32], "map over 10..17, doubled");
        assert!(pool.map(Vec::<u8>::new(), |n| n).is_empty(), "map over nothing");
    }
}

/// map() waits for all calls and then panics with the first message.
pub fn map_panics_with_the_first_message() {
    struct Ended(Arc<Counter>);
    impl Drop for Ended {
        fn drop(&mut self) {
            self.0.add(1);
        }
    }
    let pool = pool(2);
    let ended = Arc::new(Counter::new());
    let (inside, gate) = (ended.clone(), Gate::new());
    let both_fail = choose(2) == 0;
    let items = scale(2, 7);
    let result = catch(|| {
        pool.map(1..=items, move |n| {
            let _ended = Ended(inside.clone());
            match (n, both_fail) {
                // The first in input order, but the last to happen.
                (1, true) => {
                    gate.pass();
                    boom("call number one")
                }
                (_, true) if n == items => {
                    gate.open();
                    boom("call number two")
                }
                (1, false) => boom("call number one"),
                _ => n,
            }
        })
    });
    assert_eq!(ended.get(), items as u64, "calls that had ended when map() panicked");
    let text = result.err().unwrap_or_else(|| panic!("map() returned although a call of its function panicked"));
    assert!(
        text.contains("call number one") && !text.contains("call number two"),
        "map() must panic with the message of the first failed call in input order (\"call number one\"), not {text:?}"
    );
    assert_eq!(value(pool.submit(|| 7)), 7, "the result of a job after map() panicked");
}

/// Nobody spins.
pub fn waiting_is_sleeping() {
    let pool = pool(2);
    all_asleep();
    let gate = Arc::new(Gate::new());
    let inside = gate.clone();
    let handle = pool.submit(move || inside.pass());
    concurrently2(
        || value(handle),
        || {
            all_asleep();
            gate.open();
        },
    );
}
