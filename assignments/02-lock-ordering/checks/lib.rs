//! Checks of assignment 02: transfers without deadlock.
//!
//! Answers are compared by pattern, not with the submission's own `==` or `Debug`. Two `balance()` calls may see a half-done
//! transfer, so balances of different accounts are compared only when all is quiet.

use gradekit::*;
use std::fmt::Debug;
use student::{Bank, TransferError};

const _: fn() = || assert_send_sync::<Bank>();
const _: fn() = || assert_send_sync::<TransferError>();
/// Said by the compiler: what `TransferError` derives.
const _: fn() = || {
    fn derives<E: Debug + Clone + Copy + PartialEq + Eq>() {}
    derives::<TransferError>();
};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Answer {
    Done,
    UnknownAccount,
    InsufficientFunds,
}
use Answer::{Done, InsufficientFunds, UnknownAccount};

fn transfer(bank: &Bank, from: usize, to: usize, amount: u64) -> Answer {
    let result: Result<(), TransferError> = bank.transfer(from, to, amount);
    match result {
        Ok(()) => Done,
        Err(TransferError::UnknownAccount) => UnknownAccount,
        Err(TransferError::InsufficientFunds) => InsufficientFunds,
    }
}

/// All balances. Meant for quiet moments.
fn balances(bank: &Bank, accounts: usize) -> Vec<u64> {
    (0..accounts)
        .map(|i| bank.balance(i).unwrap_or_else(|| panic!("balance({i}) is None, but there are {accounts} accounts")))
        .collect()
}

/// One transfer after the other.
pub fn moves_the_money() {
    let bank: Bank = Bank::new(&[10, 20, 0]);
    assert_eq!(balances(&bank, 3), [10, 20, 0], "balances of Bank::new(&[10, 20, 0])");
    assert_eq!(bank.total(), 30, "total() of Bank::new(&[10, 20, 0])");
    assert_eq!(bank.balance(3), None, "balance(3) of a bank with 3 accounts");
    assert_eq!(bank.balance(usize::MAX), None, "balance(usize::MAX)");
    assert_eq!(transfer(&bank, 0, 2, 4), Done, "transfer(0, 2, 4) with 10 in account 0");
    assert_eq!(balances(&bank, 3), [6, 20, 4], "balances after transfer(0, 2, 4)");
    assert_eq!(transfer(&bank, 2, 1, 4), Done, "transfer(2, 1, 4) with exactly 4 in account 2");
    assert_eq!(balances(&bank, 3), [6, 24, 0], "balances after transfer(2, 1, 4)");
    assert_eq!(transfer(&bank, 2, 0, 0), Done, "transfer(2, 0, 0): nothing is always there");
    assert_eq!(balances(&bank, 3), [6, 24, 0], "balances after transferring 0");
    assert_eq!(bank.total(), 30, "total() after three transfers");

    let large = Bank::new(&[u64::MAX - 1, 1]);
    assert_eq!(transfer(&large, 0, 1, u64::MAX - 1), Done, "a transfer of u64::MAX - 1");
    assert_eq!(balances(&large, 2), [0, u64::MAX], "balances after a transfer of u64::MAX - 1");
    assert_eq!(large.total(), u64::MAX, "total() of a bank with u64::MAX");

    let empty = Bank::new(&[]);
    assert_eq!(empty.total(), 0, "total() of a bank without accounts");
    assert_eq!(transfer(&empty, 0, 0, 0), UnknownAccount, "transfer(0, 0, 0) in a bank without accounts");

    assert_eq!(balances(&bank, 3), [6, 24, 0], "balances of the first bank, after two others were made");
    assert_eq!(bank.total(), 30, "total() of the first bank, after two others were made");
}

/// Which refusal, and that nothing has changed.
pub fn refuses_with_the_right_reason() {
    let bank = Bank::new(&[10, 20]);
    for (from, to, amount, want) in [
        (0, 1, 11, InsufficientFunds),
        (1, 0, u64::MAX, InsufficientFunds),
        (0, 2, 1, UnknownAccount),
        (2, 0, 1, UnknownAccount),
        (2, 0, 0, UnknownAccount),
        (0, 2, 1000, UnknownAccount),
        (2, 0, 1000, UnknownAccount),
        (5, 5, 1, UnknownAccount),
        (usize::MAX, 0, 1, UnknownAccount),
        (0, usize::MAX, 1, UnknownAccount),
        (0, usize::MAX, 1000, UnknownAccount),
    ] {
        let answer = transfer(&bank, from, to, amount);
        assert_eq!(answer, want, "transfer({from}, {to}, {amount}) with balances [10, 20]");
        assert_eq!(balances(&bank, 2), [10, 20], "a refused transfer({from}, {to}, {amount}) must change nothing");
        assert_eq!(bank.total(), 30, "total() after a refused transfer");
    }
}

/// From an account to itself.
pub fn transfer_to_itself() {
    if choose(2) == 0 {
        // It ends beside total(), too.
        let bank = Bank::new(&[10, 20]);
        let (itself, total) = concurrently2(|| transfer(&bank, 1, 1, 20), || bank.total());
        assert_eq!((itself, total), (Done, 30), "transfer(1, 1, 20) beside total(), with [10, 20] in the bank");
        return;
    }
    let bank = Bank::new(&[10, 20]);
    assert_eq!(transfer(&bank, 1, 1, 20), Done, "transfer(1, 1, 20) with 20 in account 1");
    assert_eq!(balances(&bank, 2), [10, 20], "balances after transfer(1, 1, 20)");
    assert_eq!(transfer(&bank, 0, 0, 11), InsufficientFunds, "transfer(0, 0, 11) with 10 in account 0");
    assert_eq!(balances(&bank, 2), [10, 20], "balances after a refused transfer(0, 0, 11)");
    let full = Bank::new(&[u64::MAX]);
    assert_eq!(transfer(&full, 0, 0, u64::MAX), Done, "transfer(0, 0, u64::MAX) with u64::MAX in account 0");
    assert_eq!(balances(&full, 1), [u64::MAX], "balances after transfer(0, 0, u64::MAX)");
    assert_eq!(transfer(&full, 0, 0, 0), Done, "transfer(0, 0, 0): nothing is always there");
    assert_eq!(balances(&full, 1), [u64::MAX], "balances after transfer(0, 0, 0)");

    // In every order of the two, the money is there for the second.
    let bank = Bank::new(&[10, 0]);
    let (itself, other) = concurrently2(|| transfer(&bank, 0, 0, 10), || transfer(&bank, 0, 1, 10));
    assert!(
        other == Done && itself != UnknownAccount,
        "transfer(0, 0, 10) beside transfer(0, 1, 10), with 10 in account 0, were answered {itself:?} and {other:?}; a transfer to itself changes nothing"
    );
    assert_eq!(balances(&bank, 2), [0, 10], "balances after transfer(0, 0, 10) and transfer(0, 1, 10)");
}

/// A to B beside B to A.
pub fn opposite_transfers() {
    // Also with more accounts than take part: the order must not depend on how far apart they are.
    let (accounts, one, other) = [(2, 0, 1), (3, 0, 2), (18, 2, 17), (18, 9, 8), (18, 17, 1)][choose(5)];
    let bank = Bank::new(&vec![10; accounts]);
    let (there, back) = concurrently2(|| transfer(&bank, one, other, 3), || transfer(&bank, other, one, 4));
    assert_eq!((there, back), (Done, Done), "opposite transfers of 3 and 4 between accounts with 10 each");
    assert_eq!(
        (bank.balance(one), bank.balance(other)),
        (Some(11), Some(9)),
        "balances of 10 and 10 after 3 went there and 4 came back"
    );
}

/// A to B, B to C, C to A.
pub fn ring_of_three() {
    let bank = Bank::new(&[10, 20, 30]);
    let answers = concurrently3(|| transfer(&bank, 0, 1, 1), || transfer(&bank, 1, 2, 2), || transfer(&bank, 2, 0, 3));
    assert_eq!(answers, (Done, Done, Done), "three transfers in a ring, with enough in each account");
    assert_eq!(balances(&bank, 3), [12, 19, 29], "balances of [10, 20, 30] after the ring");
}

/// total() beside transfers, in both directions.
pub fn total_never_changes() {
    // In some runs among many others.
    let (accounts, first, last) = if !exhaustive() && seed() % 4 == 0 { (18, 2, 17) } else { (3, 0, 2) };
    let mut holdings = vec![0; accounts];
    (holdings[first], holdings[1], holdings[last]) = (10, 20, 30);
    let bank = Bank::new(&holdings);
    let up = choose(2) == 0;
    // Six, there and back: also a sum that was wrong twice in the same way is wrong.
    let transfers = scale(1, 6);
    let (_, seen) = concurrently2(
        || {
            for n in 0..transfers {
                if up == (n % 2 == 0) {
                    transfer(&bank, first, last, 7);
                } else {
                    transfer(&bank, last, first, 7);
                }
            }
        },
        || {
            if exhaustive() { [bank.total(); 2] } else { [bank.total(), bank.total()] }
        },
    );
    for total in seen {
        assert_eq!(total, 60, "total() beside a transfer, with 60 in the bank");
    }
    assert_eq!(bank.total(), 60, "total() after the transfers");
}

/// Two transfers out of one account, enough for one.
pub fn no_overdraft() {
    let bank = Bank::new(&[50, 0, 0]);
    let answers = concurrently2(|| transfer(&bank, 0, 1, 30), || transfer(&bank, 0, 2, 30));
    let want = match answers {
        (Done, InsufficientFunds) => [20, 30, 0],
        (InsufficientFunds, Done) => [20, 0, 30],
        _ => panic!("two transfers of 30 out of 50 were answered {answers:?}: one can be done"),
    };
    assert_eq!(balances(&bank, 3), want, "balances after one transfer of 30 out of 50");
}

/// Two transfers into one account.
pub fn credits_all_count() {
    let bank = Bank::new(&[10, 10, 10]);
    let answers = concurrently2(|| transfer(&bank, 0, 1, 3), || transfer(&bank, 2, 1, 4));
    assert_eq!(answers, (Done, Done), "two transfers into account 1, with enough in both others");
    assert_eq!(balances(&bank, 3), [7, 17, 6], "balances of [10, 10, 10] after 3 and 4 went to account 1");
    let (itself, on) = (transfer(&bank, 1, 1, 18), transfer(&bank, 1, 0, 17));
    assert_eq!(itself, InsufficientFunds, "transfer(1, 1, 18) after both have arrived, with 17 in account 1");
    assert_eq!(on, Done, "transfer(1, 0, 17) after both have arrived, with 17 in account 1");
}

/// A transfer that is refused was never there.
pub fn a_refused_transfer_is_invisible() {
    let bank = Bank::new(&[10, 10]);
    let from = choose(2);
    let (refused, (giver, taker)) =
        concurrently2(|| transfer(&bank, from, 1 - from, 50), || (bank.balance(from), bank.balance(1 - from)));
    assert_eq!(refused, InsufficientFunds, "a transfer of 50 with 10 in the account");
    assert_eq!(giver, Some(10), "the giver's balance beside a transfer that is refused");
    assert_eq!(taker, Some(10), "the taker's balance beside a transfer that is refused");
}

/// Granularity: other accounts are free.
pub fn other_accounts_go_on() {
    let (stopped, other) = match choose(3) {
        0 => ((0, 1), (2, 3)),
        1 => ((3, 1), (2, 0)),
        _ => ((0, 1), (17, 16)),
    };
    let bank = Bank::new(&[10; 18]);
    let answers =
        stopped_somewhere(|| transfer(&bank, stopped.0, stopped.1, 3), || transfer(&bank, other.0, other.1, 4));
    assert_eq!(answers, (Done, Done), "two transfers between four accounts with 10 each");
    let mut want = [10; 18];
    want[stopped.0] = 7;
    want[stopped.1] = 13;
    want[other.0] = 6;
    want[other.1] = 14;
    assert_eq!(balances(&bank, 18), want, "balances after both transfers have ended");
}

/// What one thread of a busy bank does.
#[derive(Clone, Copy)]
enum Step {
    Total,
    Look(usize),
    Move(usize, usize, u64),
}

/// Many of everything.
pub fn a_busy_bank_adds_up() {
    let accounts = scale(2, 4);
    let plan: Vec<Vec<Step>> = if exhaustive() {
        vec![vec![Step::Total], vec![Step::Total], vec![Step::Move(1, 0, 5)]]
    } else {
        let mut rng = Rng::new(seed());
        let mut step = || {
            let from = rng.below(accounts);
            match rng.below(6) {
                0 | 1 => Step::Total,
                2 => Step::Look(from),
                _ => Step::Move(from, (from + 1 + rng.below(accounts - 1)) % accounts, 1 + rng.below(15) as u64),
            }
        };
        (0..4).map(|_| (0..5).map(|_| step()).collect()).collect()
    };
    let bank = Bank::new(&vec![20; accounts]);
    let sum = 20 * accounts as u64;
    let moved = concurrently(plan.len(), |t| {
        let mut moved = Vec::new();
        for &step in &plan[t] {
            match step {
                Step::Total => assert_eq!(bank.total(), sum, "total() beside transfers, with {sum} in the bank"),
                Step::Look(account) => {
                    assert!(bank.balance(account).is_some_and(|b| b <= sum), "one account holds more than the bank");
                }
                Step::Move(from, to, amount) => match transfer(&bank, from, to, amount) {
                    Done => moved.push((from, to, amount)),
                    InsufficientFunds => {}
                    UnknownAccount => {
                        panic!("transfer({from}, {to}, {amount}): both accounts exist")
                    }
                },
            }
        }
        moved
    });
    let mut want = vec![20; accounts];
    for &(_, to, amount) in moved.iter().flatten() {
        want[to] += amount;
    }
    for &(from, _, amount) in moved.iter().flatten() {
        assert!(want[from] >= amount, "more went out of account {from} than was there");
        want[from] -= amount;
    }
    assert_eq!(balances(&bank, accounts), want, "balances after all transfers that were answered Ok");
    assert_eq!(bank.total(), sum, "total() at the end");
}
