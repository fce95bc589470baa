//! What a worker can do.

#[derive(Clone, Copy)]
pub enum Task {
    Double,
    Add,
    Pid,
}

impl Task {
    pub fn parse(name: &str) -> Result<Task, String> {
        match name {
            "double" => Ok(Task::Double),
            "add" => Ok(Task::Add),
            "pid" => Ok(Task::Pid),
            _ => Err(format!("`{name}` is nothing that I can do")),
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Task::Double => "double",
            Task::Add => "add",
            Task::Pid => "pid",
        }
    }

    pub fn run(self, item: &str) -> Result<i64, String> {
        let number = |text: &str| text.parse::<i64>().map_err(|error| error.to_string());
        let overflow = || "the result is too large".to_owned();
        match self {
            Task::Double => number(item)?.checked_mul(2).ok_or_else(overflow),
            Task::Add => {
                let (a, b) = item.split_once(',').ok_or("two numbers are needed")?;
                number(a)?.checked_add(number(b)?).ok_or_else(overflow)
            }
            Task::Pid => Ok(i64::from(std::process::id())),
        }
    }
}
