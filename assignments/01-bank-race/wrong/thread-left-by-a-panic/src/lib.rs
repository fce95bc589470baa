//! Bug: an account that is dropped by a panic leaves its thread behind.

use std::sync::mpsc::{self, Sender};
use std::thread::{self, JoinHandle};

enum Request {
    Balance(Sender<u64>),
    Deposit(u64, Sender<()>),
    Withdraw(u64, Sender<bool>),
}

pub struct Account {
    // An Option, so that Drop can close the channel before it joins.
    requests: Option<Sender<Request>>,
    owner: Option<JoinHandle<()>>,
}

impl Account {
    pub fn new(mut balance: u64) -> Self {
        let (requests, inbox) = mpsc::channel();
        let owner = thread::spawn(move || {
            for request in inbox {
                // Nobody may be there to hear the answer; that is fine.
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
        Account { requests: Some(requests), owner: Some(owner) }
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
        let requests = self.requests.as_ref().expect("open until dropped");
        requests.send(request(sender)).expect("the owner lives as long as the account");
        answer.recv().expect("the owner answers every request")
    }
}

impl Drop for Account {
    fn drop(&mut self) {
        self.requests = None;
        if thread::panicking() {
            return;
        }
        if let Some(owner) = self.owner.take() {
            let _ = owner.join();
        }
    }
}
