//@ right
use std::sync::mpsc::sync_channel;
use std::thread;

fn main() {
    let (to, from_main) = sync_channel(0);
    let (back, answers) = sync_channel(0);
    let t = thread::spawn(move || {
        for n in from_main {
            back.send(n * 2).unwrap();
        }
    });
    for n in 1..=2 {
        to.send(n).unwrap();
        assert_eq!(answers.recv(), Ok(n * 2));
    }
    drop(to);
    assert!(answers.recv().is_err());
    t.join().unwrap();
}
