//! `assignment.toml` and `expect.toml`: read, checked, and every mistake named with its line.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::Range;

use protocol::{Engine, Kind};
use serde::Deserialize;
use toml::Spanned;

use super::names;

/// Steps (synchronising operations) that one execution may take, if the manifest does not say.
pub const DEFAULT_STEPS: u64 = 20_000;

/// Modules of std that an assignment may allow.
pub const STD_MODULES: [&str; 7] = ["fs", "process", "net", "env", "os", "path", "stdin"];

/// A checked `assignment.toml`.
#[derive(Debug, Clone, PartialEq)]
pub struct Manifest {
    /// From 1.
    pub number: u32,
    /// `bank-race`.
    pub slug: String,
    /// For people.
    pub title: String,
    /// What it teaches.
    pub topic: String,
    /// The sum of the checks' points.
    pub points: u32,
    /// What is graded.
    pub target: Target,
    /// Modules of std that the submission may use beside the always allowed ones.
    pub allow_std: Vec<String>,
    /// Crates that the submission may depend on.
    pub dependencies: Vec<String>,
    /// What the student must define: path -> signature.
    pub interface: BTreeMap<String, String>,
    /// What a run may use.
    pub limits: Limits,
    /// In the manifest's order; never empty.
    pub checks: Vec<Check>,
}

/// What is graded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Target {
    /// The library target.
    Library,
    /// The one binary.
    Binary,
}

/// What a run may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Processor seconds of the whole tree of processes.
    pub cpu_seconds: u64,
    /// The safety net.
    pub wall_seconds: u64,
    /// Of the whole tree.
    pub memory_mib: u64,
    /// Processes and threads.
    pub processes: u64,
    /// Standard output and standard error together.
    pub output_kib: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { cpu_seconds: 60, wall_seconds: 120, memory_mib: 512, processes: 64, output_kib: 1024 }
    }
}

/// One thing that is checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Check {
    /// The name of a function of the checks crate.
    pub id: String,
    /// For people.
    pub title: String,
    /// All or nothing.
    pub points: u32,
    /// Hidden checks are not named to students.
    pub hidden: bool,
    /// A question that helps, shown when the check fails.
    pub hint: Option<String>,
    /// In the order in which they are run.
    pub engines: Vec<EngineBudget>,
}

/// How much one engine does for one check, at the normal budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EngineBudget {
    /// Which.
    pub engine: Engine,
    /// Executions.
    pub executions: u64,
    /// The largest number of preemptions; only for `bounded` and `loom`.
    pub preemptions: Option<u32>,
    /// Operations an execution.
    pub steps: u64,
}

/// What a wrong submission must get (`expect.toml`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expect {
    /// The bug in one line.
    pub summary: String,
    /// The check that must fail.
    pub check: String,
    /// The finding is one of these.
    pub kinds: Vec<Kind>,
    /// At least these engines find it.
    pub engines: Vec<Engine>,
}

/// A mistake in a file of the course.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// The file, as shown.
    pub file: String,
    /// From 1.
    pub line: usize,
    /// What is wrong and what to write instead.
    pub message: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.message)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawManifest {
    number: Spanned<u32>,
    slug: Spanned<String>,
    title: Spanned<String>,
    #[serde(default)]
    topic: String,
    points: Spanned<u32>,
    #[serde(default = "library")]
    target: Target,
    #[serde(default)]
    allow_std: Vec<Spanned<String>>,
    #[serde(default)]
    dependencies: Vec<String>,
    #[serde(default)]
    interface: BTreeMap<Spanned<String>, Spanned<String>>,
    #[serde(default)]
    limits: Limits,
    #[serde(default)]
    checks: Vec<Spanned<RawCheck>>,
}

fn library() -> Target {
    Target::Library
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCheck {
    id: Spanned<String>,
    title: Spanned<String>,
    points: u32,
    #[serde(default)]
    visibility: Visibility,
    hint: Option<String>,
    engines: BTreeMap<Spanned<String>, Spanned<RawBudget>>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Visibility {
    #[default]
    Visible,
    Hidden,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawBudget {
    executions: u64,
    preemptions: Option<u32>,
    steps: Option<u64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawExpect {
    summary: String,
    check: Spanned<String>,
    kinds: Vec<Spanned<String>>,
    #[serde(default)]
    engines: Vec<Spanned<String>>,
}

/// Collects mistakes with their lines.
struct Reader<'a> {
    file: &'a str,
    text: &'a str,
    mistakes: Vec<Mistake>,
}

impl Reader<'_> {
    fn say(&mut self, span: Range<usize>, message: impl Into<String>) {
        let line = line_of(self.text, span.start);
        self.mistakes.push(Mistake { file: self.file.to_owned(), line, message: message.into() });
    }

    fn syntax(&self, error: &toml::de::Error) -> Mistake {
        let line = error.span().map_or(1, |span| line_of(self.text, span.start));
        Mistake { file: self.file.to_owned(), line, message: plain(error.message()) }
    }
}

fn line_of(text: &str, offset: usize) -> usize {
    text.as_bytes().iter().take(offset).filter(|b| **b == b'\n').count() + 1
}

/// serde's words, as a person would say them.
fn plain(message: &str) -> String {
    let message = message.trim();
    if let Some(rest) = message.strip_prefix("unknown field `")
        && let Some((key, rest)) = rest.split_once('`')
    {
        let known: Vec<&str> = rest.split('`').skip(1).step_by(2).collect();
        return match names::nearest(key, known.iter().copied(), 1).first() {
            Some(near) => format!("there is no key `{key}` here; did you mean `{near}`?"),
            None => format!("there is no key `{key}` here; the keys are {}", list(&known)),
        };
    }
    if let Some(key) = message.strip_prefix("missing field `").and_then(|m| m.strip_suffix('`')) {
        return format!("the key `{key}` is missing here");
    }
    message.replace('\n', "; ")
}

/// `` `a`, `b`, `c` ``
pub(crate) fn list<S: AsRef<str>>(items: &[S]) -> String {
    items.iter().map(|item| format!("`{}`", item.as_ref())).collect::<Vec<_>>().join(", ")
}

/// Can `id` be the name of a function?
fn is_identifier(id: &str) -> bool {
    let mut chars = id.chars();
    chars.next().is_some_and(|c| c.is_ascii_lowercase())
        && chars.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        && !matches!(id, "main" | "fn" | "mod" | "use" | "loop" | "match" | "move" | "async" | "await" | "type")
}

impl Manifest {
    /// Reads `text`, which came from `file`, a name for messages.
    pub fn parse(text: &str, file: &str) -> Result<Manifest, Vec<Mistake>> {
        let mut reader = Reader { file, text, mistakes: Vec::new() };
        let raw: RawManifest = match toml::from_str(text) {
            Ok(raw) => raw,
            Err(error) => return Err(vec![reader.syntax(&error)]),
        };
        reader.header(&raw);
        let checks = reader.checks(&raw);
        if !reader.mistakes.is_empty() {
            return Err(reader.mistakes);
        }
        Ok(Manifest {
            number: raw.number.into_inner(),
            slug: raw.slug.into_inner(),
            title: raw.title.into_inner(),
            topic: raw.topic,
            points: raw.points.into_inner(),
            target: raw.target,
            allow_std: raw.allow_std.into_iter().map(Spanned::into_inner).collect(),
            dependencies: raw.dependencies,
            interface: raw.interface.into_iter().map(|(k, v)| (k.into_inner(), v.into_inner())).collect(),
            limits: raw.limits,
            checks,
        })
    }

    /// Its name.
    pub fn name(&self) -> names::Name {
        names::Name { number: self.number, slug: self.slug.clone() }
    }

    /// The check of this id.
    pub fn check(&self, id: &str) -> Option<&Check> {
        self.checks.iter().find(|check| check.id == id)
    }
}

impl Reader<'_> {
    fn header(&mut self, raw: &RawManifest) {
        if *raw.number.as_ref() == 0 {
            self.say(raw.number.span(), "assignments are numbered from 1");
        }
        if !names::is_slug(raw.slug.as_ref()) {
            self.say(
                raw.slug.span(),
                format!("`{}` is no slug; write lower-case words joined by `-`, like `bank-race`", raw.slug.as_ref()),
            );
        }
        if raw.title.as_ref().trim().is_empty() {
            self.say(raw.title.span(), "the title is empty");
        }
        for module in &raw.allow_std {
            if !STD_MODULES.contains(&module.as_ref().as_str()) {
                let message =
                    format!("`{}` cannot be allowed; `allow_std` may name {}", module.as_ref(), list(&STD_MODULES));
                self.say(module.span(), message);
            }
        }
        for (path, signature) in &raw.interface {
            if signature.as_ref().trim().is_empty() {
                self.say(signature.span(), format!("write the signature that `{}` must have", path.as_ref()));
            }
        }
        if raw.limits.cpu_seconds == 0 || raw.limits.wall_seconds == 0 || raw.limits.memory_mib == 0 {
            let at = self.text.find("[limits]").unwrap_or(0);
            self.say(at..at, "a limit of 0 lets nothing run; leave the key out for the default");
        }
    }

    fn checks(&mut self, raw: &RawManifest) -> Vec<Check> {
        if raw.checks.is_empty() {
            self.say(0..0, "there are no checks; write at least one `[[checks]]`");
            return Vec::new();
        }
        let mut seen = BTreeSet::new();
        let mut sum = 0u32;
        let mut checks = Vec::new();
        for spanned in &raw.checks {
            let check = spanned.as_ref();
            let id = check.id.as_ref();
            if !is_identifier(id) {
                let message =
                    format!("`{id}` cannot name a function; write lower-case words joined by `_`, like `no_overdraft`");
                self.say(check.id.span(), message);
            }
            if !seen.insert(id.clone()) {
                self.say(
                    check.id.span(),
                    format!("there is another check `{id}` above; give this one a name of its own"),
                );
            }
            if check.title.as_ref().trim().is_empty() {
                self.say(check.title.span(), format!("the title of the check `{id}` is empty"));
            }
            sum = sum.saturating_add(check.points);
            let engines = self.engines(raw.target, check, spanned.span());
            checks.push(Check {
                id: id.clone(),
                title: check.title.as_ref().clone(),
                points: check.points,
                hidden: matches!(check.visibility, Visibility::Hidden),
                hint: check.hint.clone(),
                engines,
            });
        }
        let points = *raw.points.as_ref();
        if sum != points {
            let message = format!(
                "the checks' points add up to {sum}, not to {points}; write `points = {sum}` or change the checks"
            );
            self.say(raw.points.span(), message);
        }
        checks
    }

    fn engines(&mut self, target: Target, check: &RawCheck, at: Range<usize>) -> Vec<EngineBudget> {
        let id = check.id.as_ref();
        let mut engines = Vec::new();
        if check.engines.is_empty() {
            let message = format!(
                "the check `{id}` has no engine; write for instance `engines.bounded = {{ executions = 20000 }}`"
            );
            self.say(at, message);
        }
        for (name, budget) in &check.engines {
            let engine = match name.as_ref().parse::<Engine>() {
                Ok(engine) => engine,
                Err(message) => {
                    self.say(name.span(), message);
                    continue;
                }
            };
            if (engine == Engine::Process) != (target == Target::Binary) {
                let message = match target {
                    Target::Binary => format!("a binary is checked by `process`, not by `{}`", engine.name()),
                    Target::Library => "`process` needs `target = \"binary\"`".to_owned(),
                };
                self.say(name.span(), message);
            }
            let raw = budget.as_ref();
            if raw.executions == 0 {
                self.say(budget.span(), format!("`{}` with 0 executions checks nothing", engine.name()));
            }
            if raw.preemptions.is_some() && !matches!(engine, Engine::Bounded | Engine::Loom) {
                let message = format!("`{}` has no `preemptions`; only `bounded` and `loom` count them", engine.name());
                self.say(budget.span(), message);
            }
            engines.push(EngineBudget {
                engine,
                executions: raw.executions,
                preemptions: raw.preemptions,
                steps: raw.steps.unwrap_or(DEFAULT_STEPS),
            });
        }
        engines.sort_by_key(|budget| Engine::ALL.iter().position(|e| *e == budget.engine));
        engines
    }
}

impl Expect {
    /// Reads an `expect.toml`; `manifest` says which checks there are.
    pub fn parse(text: &str, file: &str, manifest: &Manifest) -> Result<Expect, Vec<Mistake>> {
        let mut reader = Reader { file, text, mistakes: Vec::new() };
        let raw: RawExpect = match toml::from_str(text) {
            Ok(raw) => raw,
            Err(error) => return Err(vec![reader.syntax(&error)]),
        };
        let check = raw.check.as_ref();
        if manifest.check(check).is_none() {
            let ids: Vec<&str> = manifest.checks.iter().map(|c| c.id.as_str()).collect();
            reader
                .say(raw.check.span(), format!("the assignment has no check `{check}`; its checks are {}", list(&ids)));
        }
        let mut kinds = Vec::new();
        for kind in &raw.kinds {
            match kind.as_ref().parse::<Kind>() {
                Ok(kind) => kinds.push(kind),
                Err(message) => {
                    let names: Vec<&str> = Kind::ALL.iter().map(|k| k.name()).collect();
                    reader.say(kind.span(), format!("{message}; the kinds are {}", list(&names)));
                }
            }
        }
        if raw.kinds.is_empty() {
            reader.say(0..0, "`kinds` is empty; name at least one kind of finding");
        }
        let mut engines = Vec::new();
        for engine in &raw.engines {
            match engine.as_ref().parse::<Engine>() {
                Ok(engine) => engines.push(engine),
                Err(message) => reader.say(engine.span(), message),
            }
        }
        if !reader.mistakes.is_empty() {
            return Err(reader.mistakes);
        }
        Ok(Expect { summary: raw.summary, check: raw.check.into_inner(), kinds, engines })
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) const GOOD: &str = r#"
number = 1
slug = "bank-race"
title = "The shared balance"
topic = "lost update"
points = 30

[interface]
"Account::new" = "pub fn new(balance: u64) -> Self"

[[checks]]
id = "no_overdraft"
title = "Never too much"
points = 20
hint = "What is between?"
[checks.engines]
random = { executions = 1000 }
bounded = { executions = 20000, preemptions = 3, steps = 5 }

[[checks]]
id = "all_count"
title = "All deposits count"
points = 10
visibility = "hidden"
engines.stress = { executions = 10 }
"#;

    fn mistakes(text: &str) -> Vec<String> {
        Manifest::parse(text, "assignment.toml").expect_err("a mistake").iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_good_one() {
        let manifest = Manifest::parse(GOOD, "assignment.toml").expect("good");
        assert_eq!(manifest.checks.len(), 2);
        let first = &manifest.checks[0];
        assert_eq!(first.engines[0].engine, Engine::Bounded, "engines come in the order they run in");
        assert_eq!(first.engines[0].steps, 5);
        assert_eq!(first.engines[1].steps, DEFAULT_STEPS);
        assert!(manifest.checks[1].hidden);
        assert_eq!(manifest.limits, Limits::default());
    }

    #[test]
    fn points_must_add_up() {
        let found = mistakes(&GOOD.replace("points = 30", "points = 40"));
        assert_eq!(
            found,
            ["assignment.toml:6: the checks' points add up to 30, not to 40; write `points = 30` or change the checks"]
        );
    }

    #[test]
    fn unknown_keys_name_the_nearest() {
        let found = mistakes(&GOOD.replace("hint =", "hnt ="));
        assert_eq!(found, ["assignment.toml:15: there is no key `hnt` here; did you mean `hint`?"]);
    }

    #[test]
    fn missing_keys() {
        let found = mistakes(&GOOD.replace("title = \"Never too much\"\n", ""));
        assert!(found[0].contains("the key `title` is missing"), "{found:?}");
    }

    #[test]
    fn duplicates_engines_and_names() {
        let found = mistakes(&GOOD.replace("all_count", "no_overdraft"));
        assert!(found[0].starts_with("assignment.toml:21: there is another check `no_overdraft`"), "{found:?}");
        let found = mistakes(&GOOD.replace("engines.stress", "engines.strees"));
        assert!(found[0].starts_with("assignment.toml:25: there is no engine `strees`"), "{found:?}");
        let found = mistakes(&GOOD.replace("bank-race", "Bank Race"));
        assert!(found[0].starts_with("assignment.toml:3: `Bank Race` is no slug"), "{found:?}");
        let found = mistakes(&GOOD.replace("executions = 10 }", "executions = 10, preemptions = 1 }"));
        assert!(found[0].contains("has no `preemptions`"), "{found:?}");
        let found = mistakes(&GOOD.replace("executions = 10 }", "executions = 0 }"));
        assert!(found[0].contains("checks nothing"), "{found:?}");
    }

    #[test]
    fn expectations() {
        let manifest = Manifest::parse(GOOD, "assignment.toml").expect("good");
        let good = "summary = \"s\"\ncheck = \"all_count\"\nkinds = [\"assertion\"]\nengines = [\"bounded\"]\n";
        let expect = Expect::parse(good, "expect.toml", &manifest).expect("good");
        assert_eq!(expect.kinds, [Kind::Assertion]);
        let bad = good.replace("all_count", "al_count").replace("assertion", "asertion");
        let found = Expect::parse(&bad, "expect.toml", &manifest).expect_err("bad");
        assert_eq!((found[0].line, found[1].line), (2, 3));
    }
}
