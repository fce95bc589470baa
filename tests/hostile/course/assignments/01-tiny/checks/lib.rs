//! HIDDEN-MARKER: this text must never reach a submission or a report.
//!
//! The checks pin every type they look at and compare plain values of std: what a student's type says of itself
//! (`PartialEq`, `Debug`, `Clone`, `Drop`) decides nothing.

use gradekit::*;
use student::{Counter, Item};

const _: fn() = || assert_send_sync::<Counter>();

/// One thread adds 1, the other 2.
pub fn adds_up() {
    let counter: Counter = Counter::new();
    concurrently2(|| counter.add(1), || counter.add(2));
    let seen: u64 = counter.get();
    assert_eq!(seen, 3, "get() after add(1) and add(2)");
}

/// Two items, field by field.
pub fn items_are_right() {
    let made: Vec<Item> = student::items();
    let fields: Vec<(&String, &u64)> = made.iter().map(|item| (&item.name, &item.value)).collect();
    assert_eq!(fields.len(), 2, "the number of items");
    for (index, (name, value)) in fields.into_iter().enumerate() {
        assert_eq!(name.as_str(), ["one", "two"][index], "the name of item {index}");
        assert_eq!(*value, index as u64 + 1, "the value of item {index}");
    }
}

/// The assertion is outside of the closure: a submission could catch its panic.
pub fn visits() {
    let counter: Counter = Counter::new();
    counter.add(5);
    let log: Log<u64> = Log::new();
    counter.visit(|value: u64| log.push(value));
    let seen: Vec<u64> = log.take();
    assert_eq!(seen, vec![5], "what visit() showed after add(5)");
}
