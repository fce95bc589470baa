//@ outcome: 3s 0ns None true true\n
use std::time::{Duration, Instant};

fn main() {
    let a = Instant::now();
    let b = a + Duration::from_secs(3);
    let mut c = b;
    c -= Duration::from_secs(1);
    println!(
        "{:?} {:?} {:?} {} {}",
        b.duration_since(a),
        a.saturating_duration_since(b),
        a.checked_duration_since(b),
        c < b,
        a.checked_add(Duration::MAX).is_none()
    );
}
