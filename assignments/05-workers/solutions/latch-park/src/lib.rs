//! A shared table behind a mutex, an atomic count, and a caller that parks; then it joins.

use std::any::Any;
use std::thread;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output<T> {
    pub name: String,
    pub value: T,
}

fn text_of(panic: Box<dyn Any + Send>) -> String {
    match panic.downcast::<&str>() {
        Ok(text) => text.to_string(),
        Err(panic) => panic.downcast::<String>().map_or("Box<dyn Any>".to_string(), |text| *text),
    }
}

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

pub fn run_all<T, F>(jobs: Vec<(String, F)>) -> Vec<Result<Output<T>, String>>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    let n = jobs.len();
    let table: Arc<Mutex<Vec<Option<Result<Output<T>, String>>>>> =
        Arc::new(Mutex::new((0..n).map(|_| None).collect()));
    let left = Arc::new(AtomicUsize::new(n));
    let caller = thread::current();
    let mut handles = vec![];
    for (i, (name, job)) in jobs.into_iter().enumerate() {
        let (table2, left2, caller) = (table.clone(), left.clone(), caller.clone());
        let r = thread::Builder::new().name(name.clone()).spawn(move || {
            let r = catch_unwind(AssertUnwindSafe(job)).map_err(text_of).map(|value| Output { name, value });
            table2.lock().unwrap()[i] = Some(r);
            if left2.fetch_sub(1, Ordering::Release) == 1 {
                caller.unpark();
            }
        });
        match r {
            Ok(h) => handles.push(h),
            Err(e) => {
                table.lock().unwrap()[i] = Some(Err(format!("{e}")));
                left.fetch_sub(1, Ordering::Release);
            }
        }
    }
    while left.load(Ordering::Acquire) > 0 {
        thread::park();
    }
    for h in handles {
        h.join().unwrap();
    }
    let mut table = table.lock().unwrap();
    table.drain(..).map(Option::unwrap).collect()
}
