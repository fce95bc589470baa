//! Checks of assignment 01: the shared balance.
//!
//! What orders may explain an answer is asked per thread only: a right account may use relaxed atomics, whose answers need not
//! agree with a clock.

use gradekit::*;
use student::Account;

const _: fn() = || assert_send_sync::<Account>();

/// One thread, no hurry.
pub fn counts_correctly() {
    if choose(2) == 1 {
        return many_calls();
    }
    let account: Account = Account::new(50);
    assert_eq!(account.balance(), 50, "balance() of Account::new(50)");
    account.deposit(20);
    assert_eq!(account.balance(), 70, "balance() after deposit(20) to 50");
    let taken: bool = account.withdraw(30);
    assert!(taken, "withdraw(30) of 70 must succeed");
    assert_eq!(account.balance(), 40, "balance() after withdraw(30) of 70");
    assert!(!account.withdraw(41), "withdraw(41) of 40 must be refused");
    assert_eq!(account.balance(), 40, "a refused withdraw(41) must not change the balance of 40");
    assert!(account.withdraw(0), "withdraw(0) must succeed");
    account.deposit(0);
    assert_eq!(account.balance(), 40, "depositing and withdrawing 0 must not change the balance of 40");

    let other = Account::new(7);
    assert!(!other.withdraw(8), "withdraw(8) of another account, which holds 7, must be refused");
    other.deposit(1);
    assert!(account.withdraw(40), "withdraw(40) of 40 must succeed, whatever another account holds");
    assert_eq!((account.balance(), other.balance()), (0, 8), "balance() of two accounts");
}

/// More than eight bits can count.
fn many_calls() {
    let account = Account::new(0);
    for round in 1..=150 {
        account.deposit(2);
        assert!(account.withdraw(1), "withdraw(1) must succeed in round {round} of deposit(2) and withdraw(1)");
    }
    assert_eq!(account.balance(), 150, "balance() after 150 rounds of deposit(2) and withdraw(1)");
}

/// `>=`, not `>`; and numbers as large as they come.
pub fn takes_the_last_coin() {
    let account = Account::new(40);
    assert!(account.withdraw(40), "withdraw(40) of exactly 40 must succeed");
    assert_eq!(account.balance(), 0, "balance() after withdrawing everything");
    assert!(!account.withdraw(1), "withdraw(1) of 0 must be refused");
    assert!(account.withdraw(0), "withdraw(0) of 0 must succeed");
    assert_eq!(account.balance(), 0, "balance() of an empty account");

    let account = Account::new(u64::MAX - 5);
    assert!(!account.withdraw(u64::MAX), "withdraw(u64::MAX) of less must be refused");
    account.deposit(5);
    assert_eq!(account.balance(), u64::MAX, "balance() of a full account");
    assert!(account.withdraw(u64::MAX), "withdraw(u64::MAX) of exactly that must succeed");
    assert_eq!(account.balance(), 0, "balance() after withdrawing u64::MAX");

    let account = Account::new(u64::MAX);
    assert!(account.withdraw(1), "withdraw(1) of u64::MAX must succeed");
    assert_eq!(account.balance(), u64::MAX - 1, "balance() after withdraw(1) of u64::MAX");
    let account = Account::new(1);
    assert!(!account.withdraw(u64::MAX), "withdraw(u64::MAX) of 1 must be refused");
    account.deposit(u64::MAX - 1);
    assert_eq!(account.balance(), u64::MAX, "balance() after deposit(u64::MAX - 1) to 1");
}

/// Two withdrawals, enough for one.
pub fn no_overdraft() {
    let account = Account::new(50);
    let (a, b) = concurrently2(|| account.withdraw(30), || account.withdraw(30));
    assert!(!(a && b), "30 was withdrawn twice from 50");
    assert!(a || b, "30 was refused twice although 50 was there");
    assert_eq!(account.balance(), 20, "balance after one withdrawal of 30 from 50");
}

/// Both deposits must be there.
pub fn deposits_all_count() {
    let (threads, rounds) = (scale(2, 3), scale(1, 4));
    let account = Account::new(5);
    concurrently(threads, |_| {
        for _ in 0..rounds {
            account.deposit(10);
        }
    });
    let want = 5 + 10 * (threads * rounds) as u64;
    assert_eq!(account.balance(), want, "balance after {} deposits of 10 to 5", threads * rounds);
}

/// Neither may undo the other.
pub fn deposit_beside_withdrawal() {
    let account = Account::new(50);
    let ((), taken) = concurrently2(|| account.deposit(20), || account.withdraw(30));
    assert!(taken, "withdraw(30) was refused although at least 50 was there at every moment");
    assert_eq!(account.balance(), 40, "50, plus 20, minus 30");
}

/// Refused withdrawals and half-done ones are invisible.
pub fn balance_is_explained() {
    match choose(4) {
        0 => {
            let account = Account::new(50);
            let (taken, seen) = concurrently2(|| account.withdraw(60), || account.balance());
            assert!(!taken, "withdraw(60) of 50 must be refused");
            assert_eq!(seen, 50, "balance() beside a withdrawal that is refused");
        }
        1 => {
            let account = Account::new(50);
            let (_, (first, second)) = concurrently2(
                || {
                    account.withdraw(7);
                    account.deposit(3);
                },
                || (account.balance(), account.balance()),
            );
            in_this_order(&[50, 43, 46], first, second);
        }
        2 => {
            // Every digit of the number changes, in whatever base.
            let (nines, one) = (u64::from(u32::MAX), 1 << 32);
            let account = Account::new(nines);
            let (_, (first, second)) = concurrently2(
                || {
                    account.deposit(1);
                    account.withdraw(1);
                },
                || (account.balance(), account.balance()),
            );
            in_this_order(&[nines, one, nines], first, second);
        }
        _ => {
            let account = Account::new(50);
            let (_, (first, second)) = concurrently2(
                || {
                    account.deposit(30);
                    account.withdraw(70);
                },
                || (account.balance(), account.balance()),
            );
            in_this_order(&[50, 80, 10], first, second);
        }
    }
}

/// Two looks at a balance that goes through `states`.
fn in_this_order(states: &[u64], first: u64, second: u64) {
    let from = states.iter().position(|&s| s == first);
    let ok = from.is_some_and(|from| states[from..].contains(&second));
    assert!(ok, "the balance goes {states:?}, but balance() said {first} and then {second}");
}

/// A refusal needs a reason.
pub fn refuses_only_if_too_little() {
    match choose(3) {
        0 => beside_one_that_is_refused(),
        1 => beside_a_deposit(),
        _ => what_others_have_done(),
    }
}

fn beside_one_that_is_refused() {
    let account = Account::new(50);
    let (large, exact) = concurrently2(|| account.withdraw(60), || account.withdraw(50));
    assert!(!large, "withdraw(60) of 50 must be refused");
    assert!(exact, "withdraw(50) was refused although 50 was there until it was taken");
    assert_eq!(account.balance(), 0, "balance after the 50 were taken");
}

fn beside_a_deposit() {
    let account = Account::new(50);
    let ((), a, b) = concurrently3(|| account.deposit(5), || account.withdraw(20), || account.withdraw(30));
    assert!(a && b, "withdraw(20) or withdraw(30) was refused although there was enough for both");
    assert_eq!(account.balance(), 5, "50, plus 5, minus 20, minus 30");
}

/// A thread that has seen the balance once must look again.
fn what_others_have_done() {
    let account = Account::new(5);
    assert!(!account.withdraw(30), "withdraw(30) of 5 must be refused");
    concurrently(1, |_| account.deposit(45));
    assert!(
        account.withdraw(30),
        "withdraw(30) was refused although another thread had deposited enough before the call"
    );
    concurrently(1, |_| account.withdraw(15));
    assert_eq!(account.balance(), 5, "5, plus 45 by another thread, minus 30, minus 15 by another thread");
    assert!(!account.withdraw(6), "withdraw(6) of 5 must be refused");
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Deposit(u64),
    Withdraw(u64, bool),
    Balance(u64),
}

/// Is there an order of all steps, each thread's in its own order, that gives these answers and ends with `last`?
fn explained(start: u64, threads: &[Vec<Step>], last: u64) -> bool {
    let mut seen = std::collections::BTreeSet::new();
    let mut open = vec![(vec![0; threads.len()], start)];
    while let Some((at, balance)) = open.pop() {
        if at.iter().zip(threads).all(|(&i, steps)| i == steps.len()) {
            if balance == last {
                return true;
            }
            continue;
        }
        for (t, steps) in threads.iter().enumerate() {
            let Some(&step) = steps.get(at[t]) else {
                continue;
            };
            let next = match step {
                Step::Deposit(amount) => Some(balance + amount),
                Step::Withdraw(amount, true) => balance.checked_sub(amount),
                Step::Withdraw(amount, false) => (balance < amount).then_some(balance),
                Step::Balance(seen) => (balance == seen).then_some(balance),
            };
            if let Some(next) = next {
                let mut at = at.clone();
                at[t] += 1;
                if seen.insert(at.clone()) {
                    open.push((at, next));
                }
            }
        }
    }
    false
}

/// Any mixture of calls has an order that explains all answers.
pub fn some_order_explains_all_answers() {
    // A call before it has run; the answers are filled in.
    let plan: Vec<Vec<Step>> = if exhaustive() {
        vec![vec![Step::Withdraw(60, true), Step::Balance(0)], vec![Step::Deposit(10), Step::Withdraw(60, true)]]
    } else {
        let mut rng = Rng::new(seed());
        let mut step = || {
            let amount = [1, 5, 20, 30, 50, 60][rng.below(6)];
            match rng.below(5) {
                0 | 1 => Step::Withdraw(amount, true),
                2 | 3 => Step::Deposit(amount),
                _ => Step::Balance(0),
            }
        };
        (0..3).map(|_| (0..4).map(|_| step()).collect()).collect()
    };
    let account = Account::new(50);
    let answers = concurrently(plan.len(), |t| {
        let mut done = Vec::new();
        for &step in &plan[t] {
            done.push(match step {
                Step::Deposit(amount) => {
                    account.deposit(amount);
                    step
                }
                Step::Withdraw(amount, _) => Step::Withdraw(amount, account.withdraw(amount)),
                Step::Balance(_) => Step::Balance(account.balance()),
            });
        }
        done
    });
    let last = account.balance();
    assert!(
        explained(50, &answers, last),
        "no order of these calls gives these answers: start 50, {answers:?}, end {last}"
    );
}

/// An account may own a thread, but not leave it behind. Who waits for another call sleeps.
pub fn leaves_no_thread() {
    let case = choose(3);
    if case == 0 {
        return sleeps_beside_a_call_that_stopped();
    }
    no_thread_left(|| {
        let account = Account::new(50);
        account.deposit(10);
        account.withdraw(20);
        account.balance();
        if case == 2 {
            // It is dropped by a panic.
            let unwound = catch(move || {
                let _account = account;
                boom("somebody fails");
            });
            assert!(unwound.is_err());
        }
    });
}

/// Only how it waits: what comes out is for other checks.
fn sleeps_beside_a_call_that_stopped() {
    let account = &Account::new(50);
    std::thread::scope(|s| {
        stopped_somewhere(
            || account.deposit(10),
            || {
                s.spawn(|| account.withdraw(20));
                all_asleep();
            },
        );
    });
}
