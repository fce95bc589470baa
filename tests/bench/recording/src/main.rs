//! What recording events costs: the same executions with and without it, in turn.
//!
//!     cargo run --release --manifest-path tests/bench/recording/Cargo.toml

use std::sync::Arc;
use std::time::Instant;

use kernel::run::{Config, search};
use protocol::{Budget, Engine};
use shadow_std::sync::atomic::{AtomicU64, Ordering};
use shadow_std::sync::{Condvar, Mutex};
use shadow_std::thread;

const ROUNDS: usize = 7;
const EXECUTIONS: u64 = 20_000;

/// Deposits and withdrawals behind a lock.
fn account() {
    let balance = Mutex::new(50_u64);
    thread::scope(|s| {
        for _ in 0..3 {
            s.spawn(|| {
                for _ in 0..2 {
                    *balance.lock().unwrap() += 10;
                    *balance.lock().unwrap() -= 10;
                }
            });
        }
    });
    assert_eq!(balance.into_inner().unwrap(), 50);
}

/// Counters.
fn atomics() {
    let (sum, turns) = (AtomicU64::new(0), AtomicU64::new(0));
    thread::scope(|s| {
        for _ in 0..3 {
            s.spawn(|| {
                for _ in 0..3 {
                    sum.fetch_add(1, Ordering::AcqRel);
                    turns.store(sum.load(Ordering::Acquire), Ordering::Release);
                }
            });
        }
    });
    assert_eq!(sum.into_inner(), 9);
}

/// A buffer of one place.
fn handover() {
    let (place, changed) = (Mutex::new(None), Condvar::new());
    thread::scope(|s| {
        s.spawn(|| {
            for item in 0..4 {
                let mut place = changed.wait_while(place.lock().unwrap(), |p| p.is_some()).unwrap();
                *place = Some(item);
                changed.notify_all();
            }
        });
        for item in 0..4 {
            let mut place = changed.wait_while(place.lock().unwrap(), |p| p.is_none()).unwrap();
            assert_eq!(place.take(), Some(item));
            changed.notify_all();
        }
    });
}

/// Executions per second.
fn rate(engine: Engine, body: fn(), trace: bool) -> f64 {
    let budget = Budget { executions: EXECUTIONS, preemptions: None, steps: 20_000 };
    let start = Instant::now();
    let report = search(engine, 1, &budget, Config { trace, ..Config::default() }, Arc::new(body));
    report.executions as f64 / start.elapsed().as_secs_f64()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn main() {
    println!("{:<10} {:<10} {:>16} {:>16} {:>8}", "engine", "program", "without, 1/s", "recording, 1/s", "cost");
    for engine in [Engine::Bounded, Engine::Random] {
        for (name, body) in [("account", account as fn()), ("atomics", atomics), ("handover", handover)] {
            let (mut without, mut with) = (Vec::new(), Vec::new());
            for _ in 0..ROUNDS {
                without.push(rate(engine, body, false));
                with.push(rate(engine, body, true));
            }
            let (without, with) = (median(without), median(with));
            let cost = 100.0 * (1.0 - with / without);
            println!("{:<10} {name:<10} {without:>16.0} {with:>16.0} {cost:>6.0} %", engine.name());
        }
    }
}
