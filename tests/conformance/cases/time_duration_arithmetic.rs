//@ outcome: 1.5s 1500 2.25s None 0ns 18446744073709551615.999999999s true\n
use std::time::Duration;

fn main() {
    let a = Duration::from_millis(1500);
    let b = Duration::from_secs_f64(0.75);
    println!(
        "{a:?} {} {:?} {:?} {:?} {:?} {}",
        a.as_millis(),
        a + b,
        b.checked_sub(a),
        b.saturating_sub(a),
        Duration::MAX,
        a * 2 / 3 == Duration::from_secs(1)
    );
}
