//@ outcome: true true BarrierWaitResult { is_leader: true }\n
use std::sync::Barrier;

fn main() {
    let one = Barrier::new(1);
    let none = Barrier::new(0);
    println!("{} {} {:?}", one.wait().is_leader(), none.wait().is_leader(), one.wait());
}
