//@ outcome: woof\nmeow\n
//@ outcome: meow\nwoof\n
use std::sync::{Arc, Mutex};
use std::thread;

trait Pet: Send {
    fn speak(&mut self) -> &'static str;
}
struct Dog;
struct Cat;
impl Pet for Dog {
    fn speak(&mut self) -> &'static str {
        "woof"
    }
}
impl Pet for Cat {
    fn speak(&mut self) -> &'static str {
        "meow"
    }
}

fn main() {
    let pets: Vec<Arc<Mutex<dyn Pet>>> = vec![Arc::new(Mutex::new(Dog)), Arc::new(Mutex::new(Cat))];
    let threads: Vec<_> = pets
        .into_iter()
        .map(|p| {
            thread::spawn(move || {
                println!("{}", p.lock().unwrap().speak());
            })
        })
        .collect();
    for t in threads {
        t.join().unwrap();
    }
}
