//! Checks for 05 workers.

use gradekit::*;
use std::cell::RefCell;
use std::fmt::Debug;
use std::sync::Arc;
use std::thread::{self, ThreadId};
use std::time::Duration;
use student::{Output, run_all};

/// Said by the compiler: what `Output` derives, and that it can be sent and shared.
const _: fn() = || {
    fn derives<O: Debug + Clone + PartialEq + Eq>() {}
    derives::<Output<u8>>();
    assert_send_sync::<Output<u8>>();
};

/// Said by the compiler: a job and its value have to be nothing more than this.
pub fn any_types<T, F>(jobs: Vec<(String, F)>) -> Vec<Result<Output<T>, String>>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    run_all(jobs)
}

type Job<T> = Box<dyn FnOnce() -> T + Send>;

fn job<T>(name: &str, f: impl FnOnce() -> T + Send + 'static) -> (String, Job<T>) {
    (name.to_string(), Box::new(f))
}

fn value<T: Clone>(result: &Result<Output<T>, String>) -> Result<T, String> {
    result.as_ref().map(|output| output.value.clone()).map_err(Clone::clone)
}

pub fn each_job_has_a_thread_of_the_given_name() {
    let who = |_: u8| || (thread::current().name().map(str::to_string), thread::current().id());
    // Names may repeat, be empty, be long, and have spaces at both ends. One job alone has its own thread too.
    let names = [" the first of ALL the workers\n", "", "anna", "anna", "Жанна 4"];
    let names = [&names[..scale(4, 5)], &names[..1]][choose(2)];
    let results = run_all(names.iter().map(|name| job(name, who(0))).collect());
    assert_eq!(results.len(), names.len(), "as many results as jobs");
    let mut ids: Vec<ThreadId> = vec![thread::current().id()];
    for (name, result) in names.iter().zip(&results) {
        let Ok(Output { name: said, value: (own, id) }) = result else {
            panic!("a job that returns gives Ok");
        };
        assert_eq!(said, name, "the name in the result");
        assert_eq!(own.as_deref(), Some(*name), "the name that the job's thread bears");
        assert!(!ids.contains(id), "two jobs ran in one thread, or the caller ran a job");
        ids.push(*id);
    }
    let nothing: Vec<(String, fn() -> u8)> = Vec::new();
    assert!(run_all(nothing).is_empty(), "no jobs, no results");
}

/// Some of the larger shapes are much larger: threads in groups are not all threads.
fn many(small: usize, large: usize) -> usize {
    match seed() % 16 {
        _ if exhaustive() => small,
        0 => 36,
        // More threads than a run may have of the system's own.
        1 if !hooks::is_native() => 100,
        _ => large,
    }
}

pub fn all_jobs_run_at_the_same_time() {
    if choose(4) == 0 {
        return two_calls_run_at_the_same_time();
    }
    let jobs = many(3, 6);
    let meeting = Arc::new(Meeting::new(jobs));
    let results = run_all(
        (0..jobs)
            .map(|i| {
                let meeting = Arc::clone(&meeting);
                job("member", move || {
                    meeting.arrive("run_all");
                    i
                })
            })
            .collect(),
    );
    let values: Vec<_> = results.iter().map(value).collect();
    assert_eq!(values, (0..jobs).map(Ok).collect::<Vec<_>>(), "the values of the jobs");
}

/// Calls of two threads, and a call in a job, are as free as one alone.
fn two_calls_run_at_the_same_time() {
    let meeting = Arc::new(Meeting::new(2));
    let values = concurrently(2, |caller| {
        let meeting = Arc::clone(&meeting);
        let results = run_all(vec![job("member", move || {
            meeting.arrive("run_all, called by two threads");
            caller
        })]);
        results.iter().map(value).collect::<Vec<_>>()
    });
    assert_eq!(values, [[Ok(0)], [Ok(1)]], "the values of the jobs of two calls");
    let inner = || value(&run_all(vec![job("inner", || 7)])[0]);
    let results = run_all(vec![job("outer", inner)]);
    assert_eq!(value(&results[0]), Ok(Ok(7)), "the value of a job that calls run_all");
}

pub fn results_are_in_the_order_of_the_jobs() {
    let jobs = scale(2, 5);
    // Each job ends only after the next one has: the last one ends first.
    let gates: Arc<Vec<Gate>> = Arc::new((0..=jobs).map(|_| Gate::new()).collect());
    gates[jobs].open();
    let results = run_all(
        (0..jobs)
            .map(|i| {
                let gates = Arc::clone(&gates);
                job(&format!("job-{i}"), move || {
                    gates[i + 1].pass();
                    gates[i].open();
                    i * 10
                })
            })
            .collect(),
    );
    for (i, result) in results.iter().enumerate() {
        assert_eq!(value(result), Ok(i * 10), "the value of job number {i}, counted from 0");
        assert_eq!(result.as_ref().ok().map(|output| output.name.clone()), Some(format!("job-{i}")), "its name");
    }
    assert_eq!(results.len(), jobs, "as many results as jobs");
}

/// A text is given on as it is, with its spaces and ends of lines.
const PLAIN: &str = " plain text,\n in two lines \n";

/// Panics with the text as its payload's owner gave it: literal, formatted, none, or an empty one.
fn fail(how: usize) -> u32 {
    match how {
        0 => boom_static(PLAIN),
        1 => boom("formatted text"),
        2 => boom_value(404),
        _ => boom_static(""),
    }
}

pub fn a_panic_is_the_error_of_its_job_alone() {
    let how = choose(4);
    let text = [PLAIN, "formatted text", "Box<dyn Any>", ""][how];
    let mut jobs = vec![job("first", || 1), job("twin", move || fail(how)), job("third", || 3)];
    let mut expected = vec![Ok(1), Err(text.to_string()), Ok(3)];
    if !exhaustive() {
        // Names may repeat, and each job has its own text.
        jobs.push(job("twin", || fail(1)));
        jobs.push(job("fifth", || 5));
        expected.extend([Err("formatted text".to_string()), Ok(5)]);
    }
    let Ok(results) = catch(|| run_all(jobs)) else {
        panic!("a panic in one job brought the whole call down");
    };
    assert_eq!(results.iter().map(value).collect::<Vec<_>>(), expected, "the results, one job panicked");
}

thread_local! {
    static KEPT: RefCell<Option<Kept>> = const { RefCell::new(None) };
}

/// Lies in a thread-local and is counted when the thread has ended.
struct Kept(Arc<Counter>);

impl Drop for Kept {
    fn drop(&mut self) {
        // Another thread may run here.
        thread::yield_now();
        self.0.add(1);
    }
}

pub fn no_thread_is_left() {
    let ended = Arc::new(Counter::new());
    let panics = choose(2) == 1;
    let jobs = scale(2, 5);
    no_thread_left(|| {
        let results = run_all(
            (0..jobs)
                .map(|i| {
                    let ended = Arc::clone(&ended);
                    job("worker", move || {
                        KEPT.with(|kept| *kept.borrow_mut() = Some(Kept(ended)));
                        if panics && i == 0 {
                            boom("stop");
                        }
                    })
                })
                .collect(),
        );
        assert_eq!(results.len(), jobs, "as many results as jobs");
        assert_eq!(
            ended.get(),
            jobs as u64,
            "when run_all has returned, every thread has ended, the destructors of its thread-locals too; so many had"
        );
    });
}

pub fn a_refused_thread_is_the_error_of_its_job_alone() {
    let jobs = 3;
    let ran = Arc::new(Log::new());
    let list = (0..jobs)
        .map(|i| {
            let ran = Arc::clone(&ran);
            job(&format!("worker {i}"), move || {
                ran.push(i);
                i
            })
        })
        .collect();
    refuse_spawn_after(Some(choose(jobs) as u32));
    let result = catch(|| run_all(list));
    refuse_spawn_after(None);
    let Ok(results) = result else {
        panic!("a thread that the system did not start brought the whole call down");
    };
    assert_eq!(results.len(), jobs, "as many results as jobs");
    let (good, bad): (Vec<usize>, Vec<usize>) = (0..jobs).partition(|&i| results[i].is_ok());
    assert_eq!(bad.len(), 1, "the system refused one thread; so many jobs have an error");
    for &i in &good {
        assert_eq!(value(&results[i]), Ok(i), "a job beside one whose thread the system refused");
        let name = results[i].as_ref().map(|output| output.name.as_str());
        assert_eq!(name, Ok(format!("worker {i}").as_str()), "its name");
    }
    let mut ran = ran.take();
    ran.sort();
    assert_eq!(ran, good, "the jobs that ran; one was refused its thread");
}

pub fn waiting_means_sleeping() {
    let slow = || {
        all_asleep();
        if !exhaustive() {
            // However long it takes.
            thread::sleep(Duration::from_secs(35));
        }
        7
    };
    let results = run_all(vec![job("slow", slow)]);
    assert_eq!(results.iter().map(value).collect::<Vec<_>>(), [Ok(7)], "the result of a job that takes long");
}
