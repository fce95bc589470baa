//@ outcome: Some(1) None Some(3) OnceLock(<uninit>)\n
use std::sync::OnceLock;

fn main() {
    let mut c = OnceLock::from(1);
    let a = c.take();
    let b = c.get().copied();
    c.set(2).unwrap();
    if let Some(v) = c.get_mut() {
        *v += 1;
    }
    println!("{a:?} {b:?} {:?} {:?}", c.into_inner(), OnceLock::<u8>::default());
}
