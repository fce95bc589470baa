//@ finds: assertion
// A queue whose reader compares what it takes with the wrong place of the record.
use std::collections::VecDeque;
use std::sync::Mutex;
use std::thread;

const SIZE: usize = 6;

#[derive(Default)]
struct State {
    queue: VecDeque<usize>,
    stored: Vec<usize>,
    may_take: bool,
}

fn main() {
    let state = Mutex::new(State::default());
    thread::scope(|s| {
        s.spawn(|| {
            for i in 0..SIZE {
                let mut st = state.lock().unwrap();
                if !st.may_take {
                    st.queue.push_back(10 + i);
                    st.stored.push(10 + i);
                    st.may_take = true;
                }
            }
        });
        let taker = s.spawn(|| {
            for i in 0..SIZE {
                let mut st = state.lock().unwrap();
                if st.may_take {
                    let got = st.queue.pop_front();
                    assert_eq!(got, st.stored.get(i).copied());
                    st.may_take = false;
                }
            }
        });
        taker.join().unwrap();
    });
}
