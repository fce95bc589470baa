//@ outcome: worker\nend\n
use std::thread::{self, JoinHandle};

struct Worker(Option<JoinHandle<()>>);
impl Drop for Worker {
    fn drop(&mut self) {
        if let Some(h) = self.0.take() {
            h.join().unwrap();
        }
    }
}

fn main() {
    {
        let _w = Worker(Some(thread::spawn(|| println!("worker"))));
    }
    println!("end");
}
