//! Checks for 22 event-loop.
//!
//! A task reports what it sees in a [`Faults`] instead of panicking: what a loop does with a panic in a task is not specified.

mod signal;

use gradekit::*;
use signal::{Faults, Polls, Signal, never, run, yields};
use std::cell::{Cell, RefCell};
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::thread;
use student::{Cancelled, EventLoop, Task};

/// The interface, word for word. `Cell<u64>` can be moved to another thread but not shared.
const _: fn() = || {
    assert_send_sync::<Task<u64>>();
    assert_send_sync::<Task<Cell<u64>>>();
    assert_send_sync::<Cancelled>();
    let _: fn() -> EventLoop = EventLoop::new;
    let _: fn(&Task<Cell<u64>>) = Task::cancel;
    let _: fn(&Task<Cell<u64>>) -> bool = Task::is_finished;
    let copy: fn(&Cancelled) -> Cancelled = |c| *c;
    let _ = format!("{:?} {}", Cancelled, copy(&Cancelled) == Cancelled.clone());
    fn future<F: Future<Output = Result<T, Cancelled>>, T>() {}
    // The value of a task need not be `Send`.
    future::<Task<Rc<u64>>, Rc<u64>>();
};

/// A handle that is awaited and cancelled by different parties.
type Shared<T> = Arc<Mutex<Pin<Box<Task<T>>>>>;

fn shared<T>(task: Task<T>) -> Shared<T> {
    Arc::new(Mutex::new(Box::pin(task)))
}

async fn joined<T>(task: &Shared<T>) -> Result<T, Cancelled> {
    poll_fn(|cx| task.lock().unwrap().as_mut().poll(cx)).await
}

/// So many turns must be enough for everybody to have had one.
const LONG: usize = 200;

/// Says when it is dropped.
struct Dropped(Rc<Cell<bool>>);

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.set(true);
    }
}

fn probe() -> (Dropped, Rc<Cell<bool>>) {
    let gone = Rc::new(Cell::new(false));
    (Dropped(gone.clone()), gone)
}

pub fn main_future() {
    let events = EventLoop::new();
    // Neither the future nor its output needs to be `'static`, `Send` or `Unpin`.
    let text = String::from("borrowed");
    let borrowed: &str = run(&events, async {
        yields(3).await;
        text.as_str()
    });
    assert_eq!(borrowed, "borrowed");
    let value = run(&events, async {
        let local = Rc::new(7);
        yields(1).await;
        local
    });
    assert_eq!(*value, 7, "a second run of the same loop");
    // A task that never ends holds nobody up.
    let _waiting = events.create_task(never());
    assert_eq!(run(&events, async { 5 }), 5);
    assert_eq!(
        run(&events, async {
            yields(2).await;
            6
        }),
        6
    );
}

pub fn tasks_run_meanwhile() {
    let events = Rc::new(EventLoop::new());
    let log = Rc::new(Log::new());
    let first = events.create_task({
        let log = log.clone();
        async move {
            log.push("task runs");
            yields(2).await;
            log.push("task ends");
            vec![1, 2, 3]
        }
    });
    assert!(log.is_empty(), "`create_task` ran the task; only `run_until_complete` runs tasks");
    assert!(!first.is_finished(), "a task that was only created is not finished");
    let value = run(&events, async {
        let value = first.await;
        log.push("main ends");
        value
    });
    assert_eq!(value, Ok(vec![1, 2, 3]), "the value that an awaited task gives");
    assert_eq!(log.take(), ["task runs", "task ends", "main ends"]);

    // Tasks are created by the main future and by tasks, and await each other.
    let outer = events.clone();
    let sum = run(&events, async {
        let parent = events.create_task(async move {
            let inner = outer.clone();
            let child = outer.create_task(async move {
                let grandchild = inner.create_task(async { Rc::new(1) });
                yields(1).await;
                *grandchild.await.unwrap() + 10
            });
            child.await.unwrap() + 100
        });
        let other = events.create_task(async { 1000 });
        parent.await.unwrap() + other.await.unwrap()
    });
    assert_eq!(sum, 1111, "tasks created while the loop runs");

    // A task that creates a task and ends; nobody awaits either of them. A new loop, in which nothing else goes on.
    let events = Rc::new(EventLoop::new());
    let (done, outer) = (Signal::new(), events.clone());
    drop(events.create_task({
        let done = done.clone();
        async move { drop(outer.create_task(async move { done.set() })) }
    }));
    run(&events, done.wait());
    let events = Rc::new(EventLoop::new());
    let (done, outer) = (Signal::new(), events.clone());
    run(&events, async {
        let inner = done.clone();
        drop(events.create_task(async move { drop(outer.create_task(async move { inner.set() })) }));
        done.wait().await;
    });

    // Many tasks, awaited in the other order.
    let n = scale(5, 300);
    let tasks: Vec<_> = (0..n)
        .map(|i| {
            events.create_task(async move {
                yields(i % 3).await;
                i
            })
        })
        .collect();
    let values = run(&events, async {
        let mut values = Vec::new();
        for task in tasks.into_iter().rev() {
            values.push(task.await);
        }
        values
    });
    assert_eq!(values, (0..n).rev().map(Ok).collect::<Vec<_>>(), "each task gives its own value");
}

pub fn is_finished_tells_the_end() {
    let events = EventLoop::new();
    let go = Signal::new();
    let ended = Signal::new();
    let task = events.create_task({
        let (go, ended) = (go.clone(), ended.clone());
        async move {
            go.wait().await;
            ended.set();
        }
    });
    run(&events, async {
        yields(3).await;
        assert!(!task.is_finished(), "the task still waits, and is said to be finished");
        go.set();
        ended.wait().await;
        assert!(task.is_finished(), "the task has ended, and is not said to be finished");
        let mut task = Box::pin(task);
        assert_eq!(task.as_mut().await, Ok(()), "a finished task gives its value");
        assert!(task.is_finished(), "the value was taken, and the task is said to be unfinished again");
        task.cancel();
        assert!(task.is_finished());
    });
}

pub fn wake_from_another_thread() {
    let events = EventLoop::new();
    let (to_task, to_main) = (Signal::new(), Signal::new());
    let task = events.create_task({
        let signal = to_task.clone();
        async move {
            signal.wait().await;
            7
        }
    });
    let threads = [to_task, to_main.clone()].map(|signal| thread::spawn(move || signal.set()));
    let value = run(&events, async {
        to_main.wait().await;
        task.await
    });
    assert_eq!(value, Ok(7));
    for thread in threads {
        thread.join().unwrap();
    }
}

/// Several wake-ups on the way to one task, each at any moment of the loop's.
pub fn every_wake_counts() {
    let events = EventLoop::new();
    let rounds = scale(2, 20);
    let signal = Signal::new();
    let task = events.create_task({
        let signal = signal.clone();
        async move {
            for round in 1..=rounds {
                signal.wait_for(round).await;
            }
            rounds
        }
    });
    let thread = thread::spawn(move || {
        for _ in 0..rounds {
            signal.set();
        }
    });
    assert_eq!(run(&events, task), Ok(rounds));
    thread.join().unwrap();
}

pub fn wake_during_the_poll() {
    let events = EventLoop::new();
    // A future that wakes itself while it is polled: by value, by reference, twice.
    let kinds = Rc::new(Log::new());
    let task = events.create_task({
        let kinds = kinds.clone();
        let mut polls = 0;
        poll_fn(move |cx| {
            polls += 1;
            kinds.push(polls);
            match polls {
                1 => cx.waker().wake_by_ref(),
                2 => cx.waker().clone().wake(),
                3 => {
                    cx.waker().wake_by_ref();
                    cx.waker().wake_by_ref();
                }
                _ => return Poll::Ready(polls),
            }
            Poll::Pending
        })
    });
    // Two tasks that wake each other while one of them is polled.
    let (ping, pong) = (Signal::new(), Signal::new());
    let players = [(ping.clone(), pong.clone(), true), (pong, ping, false)].map(|(mine, other, first)| {
        events.create_task(async move {
            for round in 1..=3 {
                if first {
                    other.set();
                }
                mine.wait_for(round).await;
                if !first {
                    other.set();
                }
            }
        })
    });
    run(&events, async {
        yields(3).await;
        assert_eq!(task.await, Ok(4), "a task that wakes itself while it is polled is polled again");
        for player in players {
            assert_eq!(player.await, Ok(()));
        }
    });

    // So many wake-ups in one poll that a small counter of them comes round to where it was.
    let mut woken = false;
    let many = poll_fn(move |cx| {
        if woken {
            return Poll::Ready(());
        }
        woken = true;
        for _ in 0..256 {
            cx.waker().wake_by_ref();
        }
        Poll::Pending
    });
    let task = events.create_task(many);
    assert_eq!(run(&events, task), Ok(()), "a task that wakes itself 256 times in one poll");

    // Futures that wake themselves and are done in the same poll.
    let (faults, polls) = (Faults::new(), Polls::new());
    let wakes_and_ends = |value: usize| {
        poll_fn(move |cx| {
            cx.waker().wake_by_ref();
            Poll::Ready(value)
        })
    };
    let task = events.create_task(polls.count(&faults, wakes_and_ends(1)));
    run(&events, async {
        assert_eq!(task.await, Ok(1), "a task that wakes itself and is done");
        yields(3).await;
    });
    assert_eq!(run(&events, polls.count(&faults, wakes_and_ends(2))), 2, "a main future that wakes itself and is done");
    run(&events, yields(3));
    faults.none();
}

pub fn polled_only_when_woken() {
    let events = EventLoop::new();
    let faults = Faults::new();
    let signals: Vec<_> = (0..3).map(|_| Signal::new()).collect();
    let acks: Vec<_> = (0..3).map(|_| Signal::new()).collect();
    let polls: Vec<_> = (0..3).map(|_| Polls::new()).collect();
    let rounds = 3;
    for i in 0..3 {
        let (signal, ack) = (signals[i].clone(), acks[i].clone());
        let body = async move {
            for round in 1..=rounds {
                signal.wait_for(round).await;
                ack.set();
            }
        };
        drop(events.create_task(polls[i].count(&faults, body)));
    }
    run(&events, async {
        yields(5).await;
        for round in 1..=rounds {
            for i in 0..3 {
                signals[i].set();
                acks[i].wait_for(round).await;
                // The main future's own wake-ups are no reason to poll a task.
                yields(3).await;
                for (j, polls) in polls.iter().enumerate() {
                    let woken = round as u64 - u64::from(j > i);
                    assert!(
                        polls.get() <= 1 + woken,
                        "task {j} was woken {woken} times, but polled {} times (its first poll needs no wake-up)",
                        polls.get()
                    );
                }
            }
        }
    });
    faults.none();
    // Wakers of tasks that are done; others may have taken their places.
    let others: Vec<_> = (0..3).map(|_| Polls::new()).collect();
    for polls in &others {
        drop(events.create_task(polls.count(&faults, never())));
    }
    run(&events, yields(5));
    for signal in &signals {
        signal.wake_stale();
    }
    run(&events, yields(5));
    faults.none();
    for polls in &others {
        assert!(polls.get() <= 1, "a task was polled because a waker of another task, which is done, was called");
    }
}

pub fn nobody_starves() {
    let events = EventLoop::new();
    let faults = Faults::new();
    let stop = Rc::new(Cell::new(false));
    // It yields until the main future says stop.
    let yielding = |who: &'static str| {
        let (stop, faults) = (stop.clone(), faults.clone());
        async move {
            let mut turns = 0;
            while !stop.get() {
                turns += 1;
                if turns > LONG {
                    faults.note(who);
                    stop.set(true);
                }
                yields(1).await;
            }
        }
    };
    let busy: Vec<_> = (0..2)
        .map(|_| events.create_task(yielding("a task that always yields starves the main future or another task")))
        .collect();
    let (go, done) = (Signal::new(), Signal::new());
    let _quiet = events.create_task({
        let (go, done) = (go.clone(), done.clone());
        async move {
            go.wait().await;
            yields(2).await;
            done.set();
        }
    });
    run(&events, async {
        yields(3).await;
        go.set();
        done.wait().await;
        stop.set(true);
        for task in busy {
            let _ = task.await;
        }
    });
    faults.none();

    // A main future that always yields.
    let ran = Rc::new(Cell::new(0));
    let task = events.create_task({
        let ran = ran.clone();
        async move {
            for _ in 0..3 {
                yields(1).await;
                ran.set(ran.get() + 1);
            }
        }
    });
    run(&events, async {
        for _ in 0..LONG {
            if ran.get() == 3 {
                return;
            }
            yields(1).await;
        }
        panic!("a main future that always yields starves the tasks");
    });
    assert!(task.is_finished());

    // What another thread wakes and cancels has its turn, too, though a task always yields.
    stop.set(false);
    let busy = events.create_task(yielding(
        "a task that always yields, and a wake-up or a cancellation by another thread waits for ever",
    ));
    let (to_main, to_task) = (Signal::new(), Signal::new());
    let woken = events.create_task(to_task.wait());
    let cancelled: Shared<()> = shared(events.create_task(never()));
    run(&events, async {
        yields(3).await;
        let (main, handle) = (to_main.clone(), cancelled.clone());
        let mut thread = Some(thread::spawn(move || {
            to_task.set();
            handle.lock().unwrap().cancel();
            main.set();
        }));
        // Main has left its waker before the thread sets the signal, or it sees that the signal was set.
        let mut wait = pin!(to_main.wait());
        poll_fn(|cx| {
            let seen = wait.as_mut().poll(cx);
            if let Some(thread) = thread.take() {
                thread.join().unwrap();
            }
            seen
        })
        .await;
        assert_eq!(woken.await, Ok(()));
        assert_eq!(joined(&cancelled).await, Err(Cancelled));
        stop.set(true);
        let _ = busy.await;
    });
    faults.none();
}

/// Nothing happens for a long time; then a thread wakes the task. A loop may try a few times before it goes to sleep, no more.
pub fn sleeps_when_idle() {
    const MANY: u64 = 30;
    const HINTS: u64 = 300;
    let events = EventLoop::new();
    let faults = Faults::new();
    let (signal, polls) = (Signal::new(), Polls::limited(MANY));
    let task = events.create_task(polls.count(&faults, signal.clone().wait()));
    let idle = Polls::limited(MANY);
    drop(events.create_task(idle.count(&faults, never())));
    let thread = thread::spawn(move || {
        // In a model a loop that spins is found here, by the number of its steps.
        all_asleep();
        signal.set();
    });
    let main_polls = Polls::limited(MANY);
    let hints = spin_hints();
    run(&events, main_polls.count(&faults, async { task.await.unwrap() }));
    let hints = spin_hints() - hints;
    if hints > HINTS {
        hooks::fail(
            hooks::Kind::BusyPoll,
            &format!(
                "the loop called `yield_now` or `spin_loop` {hints} times while there was nothing to do; it must sleep until a waker is called"
            ),
        );
    }
    thread.join().unwrap();
    faults.none();
    assert!(polls.get() <= 2, "the task was woken once, but polled {} times", polls.get());
    assert!(idle.get() <= 1, "a task that nobody woke was polled {} times", idle.get());
}

pub fn goes_on_in_the_next_run() {
    let events = EventLoop::new();
    let (a, b) = (Signal::new(), Signal::new());
    let log = Rc::new(Log::new());
    let task = events.create_task({
        let (a, b, log) = (a.clone(), b.clone(), log.clone());
        async move {
            log.push("start");
            a.wait().await;
            log.push("a");
            b.wait().await;
            log.push("b");
            9
        }
    });
    run(&events, yields(3));
    // Woken while no loop runs, by another thread.
    let thread = thread::spawn(move || a.set());
    thread.join().unwrap();
    assert!(!task.is_finished());
    let between = events.create_task(async { 1 });
    assert_eq!(run(&events, between), Ok(1), "a task created between two runs");
    run(&events, yields(5));
    // Woken by a main future that ends at once.
    run(&events, async { b.set() });
    assert_eq!(run(&events, task), Ok(9), "a task that needed three runs");
    assert_eq!(log.take(), ["start", "a", "b"], "a task goes on where it was");

    // Created or woken between two runs, and then comes a run that ends at once.
    let go = Signal::new();
    let waits = events.create_task(go.wait());
    run(&events, yields(3));
    go.set();
    let created = events.create_task(async { 2 });
    assert_eq!(run(&events, async { 3 }), 3);
    assert_eq!(
        run(&events, async { (waits.await, created.await) }),
        (Ok(()), Ok(2)),
        "a run that ended at once forgot them"
    );

    // Woken right after the main future, which then ends.
    let (end, go) = (Signal::new(), Signal::new());
    let waits = events.create_task(go.wait());
    drop(events.create_task({
        let end = end.clone();
        async move {
            yields(2).await;
            end.set();
            go.set();
        }
    }));
    run(&events, end.wait());
    assert_eq!(run(&events, waits), Ok(()), "a task that was woken after the main future");

    // Another loop runs in between.
    let other = EventLoop::new();
    let (here, there) = (events.create_task(async { 1 }), other.create_task(async { 2 }));
    run(&other, yields(3));
    assert_eq!((run(&events, here), run(&other, there)), (Ok(1), Ok(2)), "two loops, one after the other");

    // The waker of a main future that is done is called: between two runs, and while the next one is under way.
    let (faults, late, polls) = (Faults::new(), Signal::new(), Polls::new());
    drop(events.create_task(polls.count(&faults, never())));
    let mut wait = Box::pin(late.wait());
    run(&events, poll_fn(|cx| Poll::Ready(wait.as_mut().poll(cx).is_pending())));
    late.wake_stale();
    run(&events, yields(3));
    run(&events, poll_fn(|cx| Poll::Ready(wait.as_mut().poll(cx).is_pending())));
    run(&events, async {
        yields(2).await;
        late.wake_stale();
        yields(2).await;
    });
    faults.none();
    assert!(polls.get() <= 1, "a task was polled because a waker of a main future, which is done, was called");

    // The loop of another thread sleeps beside this one.
    let signals: [_; 3] = std::array::from_fn(|_| Signal::new());
    let thread = thread::spawn({
        let [begun, go, end] = signals.clone();
        move || {
            begun.set();
            run(&EventLoop::new(), go.wait());
            end.set();
        }
    });
    let [begun, go, end] = signals;
    run(&events, async {
        begun.wait().await;
        go.set();
        end.wait().await;
    });
    thread.join().unwrap();
}

pub fn a_dropped_handle_detaches() {
    let events = EventLoop::new();
    let done = Signal::new();
    drop(events.create_task({
        let done = done.clone();
        async move {
            yields(2).await;
            done.set();
        }
    }));
    run(&events, done.wait());

    // Dropped while the task waits, after the handle was polled.
    let (go, done) = (Signal::new(), Signal::new());
    let mut task = Box::pin(events.create_task({
        let (go, done) = (go.clone(), done.clone());
        async move {
            go.wait().await;
            done.set();
        }
    }));
    run(&events, async {
        poll_fn(|cx| Poll::Ready(task.as_mut().poll(cx).is_pending())).await;
        yields(2).await;
        drop(task);
        go.set();
        done.wait().await;
    });
}

pub fn cancel_drops_first() {
    let events = EventLoop::new();
    let faults = Faults::new();
    // Never polled; polled and asleep; polled and woken again.
    for stage in 0..3 {
        let (here, gone) = probe();
        let (signal, polls) = (Signal::new(), Polls::new());
        let task = events.create_task(polls.count(&faults, {
            let signal = signal.clone();
            async move {
                let _here = here;
                signal.wait().await;
                never().await
            }
        }));
        let task: Task<()> = task;
        run(&events, async {
            if stage > 0 {
                let started = Signal::new();
                // Let the task come to its first poll.
                drop(events.create_task({
                    let (started, polls, faults) = (started.clone(), polls.clone(), faults.clone());
                    async move {
                        for turn in 0.. {
                            if polls.get() > 0 {
                                break;
                            }
                            if turn > LONG {
                                faults.note("a task that always yields starves another task");
                                break;
                            }
                            yields(1).await;
                        }
                        started.set();
                    }
                }));
                started.wait().await;
            }
            if stage == 2 {
                signal.set();
            }
            let before = polls.get();
            assert!(!task.is_finished());
            task.cancel();
            assert!(task.is_finished(), "`is_finished` is true as soon as `cancel` has returned");
            task.cancel();
            assert_eq!(task.await, Err(Cancelled), "a cancelled task");
            assert!(gone.get(), "`Cancelled` was seen before the future was dropped");
            assert_eq!(polls.get(), before, "the future was polled after it was cancelled");
        });
    }
    faults.none();

    // Cancelled while no loop runs.
    let (here, gone) = probe();
    let task = events.create_task(async move {
        let _here = here;
        never().await
    });
    run(&events, yields(2));
    task.cancel();
    assert!(task.is_finished());
    assert_eq!(run(&events, task), Err::<(), _>(Cancelled));
    assert!(gone.get(), "`Cancelled` was seen before the future was dropped");

    // A detached, cancelled task is dropped too.
    let dropped = Signal::new();
    let task = events.create_task({
        let on_drop = OnDrop(dropped.clone());
        async move {
            let _on_drop = on_drop;
            never().await
        }
    });
    run(&events, async {
        yields(2).await;
        task.cancel();
        drop(task);
        dropped.wait().await;
    });
}

/// Sets a signal when it is dropped, as the sender of a channel does.
struct OnDrop(Signal);

impl Drop for OnDrop {
    fn drop(&mut self) {
        self.0.set();
    }
}

pub fn cancel_wakes_the_waiter() {
    let events = EventLoop::new();
    let (here, gone) = probe();
    let task = shared(events.create_task(async move {
        let _here = here;
        never().await
    }));
    let waiter = events.create_task({
        let task = task.clone();
        async move { (joined::<()>(&task).await, gone.get()) }
    });
    run(&events, async {
        yields(4).await;
        task.lock().unwrap().cancel();
        assert!(task.lock().unwrap().is_finished());
        let (result, gone) = waiter.await.unwrap();
        assert_eq!(result, Err(Cancelled));
        assert!(gone, "`Cancelled` was seen before the future was dropped");
    });

    // A task that cancels itself, and one that is cancelled by a task it does not await.
    let own: Rc<RefCell<Option<Shared<()>>>> = Rc::default();
    let (here, gone) = probe();
    let task = shared(events.create_task({
        let own = own.clone();
        async move {
            let _here = here;
            yields(1).await;
            let handle = own.borrow().clone();
            if let Some(handle) = handle {
                handle.lock().unwrap().cancel();
            }
            never().await
        }
    }));
    own.replace(Some(task.clone()));
    let waiter = events.create_task(async move { joined(&task).await });
    assert_eq!(run(&events, waiter), Ok(Err(Cancelled)), "a task that cancelled itself");
    assert!(gone.get());
    own.replace(None);
}

pub fn cancel_after_the_end_changes_nothing() {
    let events = EventLoop::new();
    let ended = Signal::new();
    let task = events.create_task({
        let ended = ended.clone();
        async move {
            ended.set();
            8
        }
    });
    run(&events, async {
        ended.wait().await;
        assert!(task.is_finished());
        task.cancel();
        assert!(task.is_finished());
        yields(3).await;
        task.cancel();
        assert_eq!(task.await, Ok(8), "`cancel` of a finished task changes nothing");
    });
}

/// The loop sleeps while another thread cancels.
pub fn cancel_from_another_thread() {
    let events = EventLoop::new();
    let dropped = Signal::new();
    let on_drop = OnDrop(dropped.clone());
    let task: Task<()> = events.create_task(async move {
        let _on_drop = on_drop;
        never().await
    });
    let task = shared(task);
    let waiter = events.create_task({
        let task = task.clone();
        async move { joined(&task).await }
    });
    let thread = thread::spawn(move || {
        task.lock().unwrap().cancel();
        assert!(task.lock().unwrap().is_finished(), "`is_finished` is true as soon as `cancel` has returned");
    });
    let result = run(&events, async {
        dropped.wait().await;
        waiter.await
    });
    thread.join().unwrap();
    assert_eq!(result, Ok(Err(Cancelled)));
}

/// A cancelled task and a finished one race with the end of the task: either answer is right, but it must come.
pub fn cancel_races_with_the_end() {
    let events = EventLoop::new();
    let signal = Signal::new();
    let (here, gone) = probe();
    let task = shared(events.create_task({
        let signal = signal.clone();
        async move {
            let _here = here;
            signal.wait().await;
            3
        }
    }));
    let handle = task.clone();
    let thread = thread::spawn(move || {
        signal.set();
        handle.lock().unwrap().cancel();
        assert!(handle.lock().unwrap().is_finished(), "after `cancel` a task is finished, one way or the other");
    });
    let result = run(&events, joined(&task));
    assert!(result == Ok(3) || result == Err(Cancelled));
    if result == Err(Cancelled) {
        assert!(gone.get(), "`Cancelled` was seen before the future was dropped");
    }
    thread.join().unwrap();
}

pub fn the_last_join_waker_is_woken() {
    let events = EventLoop::new();
    let go = Signal::new();
    let mut task = Box::pin(events.create_task({
        let go = go.clone();
        async move {
            go.wait().await;
            4
        }
    }));
    // The handle is polled by hand first, then by a task, then by the main future.
    let flag = WakeFlag::new();
    assert!(flag.poll(task.as_mut()).is_pending());
    let hand_over: Rc<RefCell<Option<Pin<Box<Task<i32>>>>>> = Rc::new(RefCell::new(Some(task)));
    let (polled, mine) = (Signal::new(), hand_over.clone());
    let go_on = Signal::new();
    let wait = go_on.clone();
    drop(events.create_task({
        let polled = polled.clone();
        async move {
            let mut task = mine.borrow_mut().take().unwrap();
            poll_fn(|cx| Poll::Ready(task.as_mut().poll(cx).is_pending())).await;
            mine.replace(Some(task));
            polled.set();
            // This task stays alive, so that its waker leads somewhere.
            wait.wait().await;
        }
    }));
    let value = run(&events, async {
        polled.wait().await;
        let task = hand_over.borrow_mut().take().unwrap();
        go.set();
        let value = task.await;
        go_on.set();
        value
    });
    assert_eq!(value, Ok(4));

    // First one party waits, then another one; only then the task ends.
    let go = Signal::new();
    let mut task = Box::pin(events.create_task({
        let go = go.clone();
        async move { go.wait().await }
    }));
    run(&events, yields(2));
    let (first, second) = (WakeFlag::new(), WakeFlag::new());
    assert!(first.poll(task.as_mut()).is_pending());
    assert!(second.poll(task.as_mut()).is_pending());
    go.set();
    run(&events, async {
        for _ in 0..LONG {
            if second.wakes() > 0 {
                return;
            }
            yields(1).await;
        }
        panic!("the task has ended, but the waker of the last poll of its handle was not woken");
    });
    assert_eq!(second.poll(task.as_mut()), Poll::Ready(Ok(())));
}

/// A handle is awaited in another thread, by another executor.
pub fn a_task_is_awaited_in_another_thread() {
    if choose(2) == 1 {
        return cancelled_for_another_thread();
    }
    let events = EventLoop::new();
    let there = Signal::new();
    let task = events.create_task(async { Cell::new(6) });
    let joiner = thread::spawn({
        let there = there.clone();
        move || {
            let value = block_on(task).map(Cell::into_inner);
            there.set();
            value
        }
    });
    run(&events, there.wait());
    assert_eq!(joiner.join().unwrap(), Ok(6));
}

/// Another thread sees `Cancelled`: is the future dropped by then?
fn cancelled_for_another_thread() {
    let events = EventLoop::new();
    let (there, dropped) = (Signal::new(), Arc::new(AtomicBool::new(false)));
    let task = events.create_task({
        let on_drop = Flagged(dropped.clone());
        async move {
            let _on_drop = on_drop;
            never().await
        }
    });
    task.cancel();
    let joiner = thread::spawn({
        let there = there.clone();
        move || {
            let result = block_on(task);
            assert!(dropped.load(SeqCst), "`Cancelled` was seen before the future was dropped");
            there.set();
            result
        }
    });
    run(&events, there.wait());
    assert_eq!(joiner.join().unwrap(), Err(Cancelled));
}

/// Says to all threads when it is dropped.
struct Flagged(Arc<AtomicBool>);

impl Drop for Flagged {
    fn drop(&mut self) {
        self.0.store(true, SeqCst);
    }
}

/// The destructor of a task's future wakes and cancels other tasks, as that of a channel's sender does.
pub fn destructors_wake_others() {
    struct Last {
        signal: Signal,
        other: Task<()>,
    }
    impl Drop for Last {
        fn drop(&mut self) {
            self.other.cancel();
            self.signal.set();
        }
    }
    let events = EventLoop::new();
    // Once at the end of a task, once at its cancellation.
    for cancelled in [false, true] {
        let (signal, other_gone) = (Signal::new(), Signal::new());
        let other = events.create_task({
            let on_drop = OnDrop(other_gone.clone());
            async move {
                let _on_drop = on_drop;
                never().await
            }
        });
        let last = Last { signal: signal.clone(), other };
        let task = events.create_task(async move {
            let _last = last;
            yields(1).await;
            if cancelled {
                never().await
            }
        });
        run(&events, async {
            yields(4).await;
            if cancelled {
                task.cancel();
            }
            signal.wait().await;
            other_gone.wait().await;
            assert_eq!(task.await, if cancelled { Err(Cancelled) } else { Ok(()) });
        });
    }
}
