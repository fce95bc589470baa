//@ outcome: LazyLock(<uninit>) LazyLock(4)\n
use std::sync::LazyLock;

fn main() {
    let l: LazyLock<i32> = LazyLock::new(|| 4);
    let before = format!("{l:?}");
    let _ = *l;
    println!("{before} {l:?}");
}
