//@ outcome: [1, 2, 3, 4]\n
use std::thread;

fn sort(mut v: Vec<i32>) -> Vec<i32> {
    if v.len() < 2 {
        return v;
    }
    let right = v.split_off(v.len() / 2);
    let t = if v.len() > 1 { Some(thread::spawn(move || sort(right))) } else { return merge(v, right) };
    let left = sort(v);
    merge(left, t.unwrap().join().unwrap())
}

fn merge(a: Vec<i32>, b: Vec<i32>) -> Vec<i32> {
    let mut all = [a, b].concat();
    all.sort();
    all
}

fn main() {
    println!("{:?}", sort(vec![3, 1, 4, 2]));
}
