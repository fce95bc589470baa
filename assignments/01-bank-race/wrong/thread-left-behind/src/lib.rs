use std::sync::mpsc::{self, Sender};
use std::thread;

enum Request {
    Balance(Sender<u64>),
    Deposit(u64, Sender<()>),
    Withdraw(u64, Sender<bool>),
}

pub struct Account {
    requests: Sender<Request>,
}

impl Account {
    pub fn new(mut balance: u64) -> Self {
        let (requests, inbox) = mpsc::channel();
        // Nobody waits for this thread when the account is dropped.
        thread::spawn(move || {
            for request in inbox {
                match request {
                    Request::Balance(answer) => drop(answer.send(balance)),
                    Request::Deposit(amount, answer) => {
                        balance += amount;
                        drop(answer.send(()));
                    }
                    Request::Withdraw(amount, answer) => {
                        let enough = balance >= amount;
                        if enough {
                            balance -= amount;
                        }
                        drop(answer.send(enough));
                    }
                }
            }
        });
        Account { requests }
    }

    pub fn balance(&self) -> u64 {
        self.ask(Request::Balance)
    }

    pub fn deposit(&self, amount: u64) {
        self.ask(|answer| Request::Deposit(amount, answer))
    }

    pub fn withdraw(&self, amount: u64) -> bool {
        self.ask(|answer| Request::Withdraw(amount, answer))
    }

    fn ask<A>(&self, request: impl FnOnce(Sender<A>) -> Request) -> A {
        let (sender, answer) = mpsc::channel();
        self.requests.send(request(sender)).unwrap();
        answer.recv().unwrap()
    }
}
