//@ outcome: 2\n
fn main() {
    let m = ::std::sync::Arc::new(::std::sync::Mutex::<u8>::new(0));
    let n = ::std::sync::Arc::clone(&m);
    let t = ::std::thread::spawn(move || *n.lock().unwrap() += 1);
    *m.lock().unwrap() += 1;
    ::std::thread::JoinHandle::join(t).unwrap();
    ::std::println!("{}", m.lock().unwrap());
}
