//! `sarif`: SARIF 2.1.0, for code scanning and editors. An interleaving becomes a code flow with one flow a thread and the
//! order of execution over all of them.

use std::collections::BTreeMap;

use protocol::Kind;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::text::{clean, clean_block};
use super::view::{self, Graded};
use super::{explain, picture};
use crate::core::result::{Finding, GradeResult, Verdict};

/// Viewers refuse flows that are longer.
const LONGEST_FLOW: usize = 1000;

/// Renders the students' view of each result: one run a submission.
pub fn render(graded: &[Graded]) -> String {
    let runs: Vec<Value> = graded.iter().map(|one| run(&one.title(), &view::for_student(&one.result))).collect();
    super::pretty_json(&json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": runs,
    }))
}

fn run(title: &str, result: &GradeResult) -> Value {
    let rules: Vec<Value> = Kind::ALL
        .iter()
        .map(|kind| {
            json!({
                "id": kind.name(),
                "shortDescription": { "text": explain::title(*kind) },
                "fullDescription": { "text": explain::summary(*kind) },
                "help": { "text": explain::page(*kind), "markdown": explain::page(*kind) },
                "defaultConfiguration": { "level": if *kind == Kind::LockOrder { "warning" } else { "error" } },
            })
        })
        .collect();
    let mut results: Vec<Value> = view::findings(result).into_iter().map(|f| one(result, f, "error")).collect();
    results.extend(result.warnings.iter().map(|f| one(result, f, "warning")));
    let notifications: Vec<Value> = result
        .checks
        .iter()
        .filter(|c| matches!(c.verdict, Verdict::Inconclusive | Verdict::Error))
        .map(|c| {
            let why = view::reason(c).unwrap_or_else(|| view::verdict_text(c.verdict).to_string());
            json!({ "level": "warning", "message": { "text": format!("{}: {why}", clean(&c.title)) } })
        })
        .collect();
    json!({
        "tool": { "driver": { "name": "grade", "semanticVersion": clean(&result.grader_version), "rules": rules } },
        "automationDetails": { "id": format!("{title}/") },
        "columnKind": "unicodeCodePoints",
        "invocations": [{
            "executionSuccessful": result.verdict != Verdict::Error,
            "toolExecutionNotifications": notifications,
        }],
        "results": results,
    })
}

fn one(result: &GradeResult, finding: &Finding, level: &str) -> Value {
    let mut text = clean_block(finding.message.trim());
    if view::has_story(finding) {
        let said = picture::diagnosis(&finding.failure(), &view::sources(result));
        if said != text {
            text += &format!("\n{said}");
        }
    }
    let mut out = json!({
        "ruleId": finding.kind.name(),
        "ruleIndex": Kind::ALL.iter().position(|k| *k == finding.kind),
        "level": level,
        "message": { "text": text },
        "partialFingerprints": { "finding/v1": fingerprint(result, finding) },
        "properties": properties(finding),
    });
    // The checks are not part of the student's repository.
    if let Some(place) = finding.location.as_ref().filter(|l| !l.file.starts_with("checks/")) {
        out["locations"] = json!([location(&place.file, place.line, place.column)]);
    }
    if let Some(flow) = flow(finding) {
        out["codeFlows"] = json!([flow]);
    }
    out
}

fn properties(finding: &Finding) -> Value {
    let mut map = serde_json::Map::new();
    let mut put = |key: &str, value: Option<&str>| {
        if let Some(value) = value {
            map.insert(key.to_string(), json!(clean(value)));
        }
    };
    put("check", finding.check.as_deref());
    put("engine", finding.engine.map(|e| e.name()));
    put("replay", finding.replay.as_deref());
    Value::Object(map)
}

/// The same finding in the next grading has the same fingerprint, whatever line it has moved to.
fn fingerprint(result: &GradeResult, finding: &Finding) -> String {
    let mut hash = Sha256::new();
    let file = finding.location.as_ref().map_or("", |l| &l.file);
    for part in [&result.assignment, finding.kind.name(), finding.check.as_deref().unwrap_or(""), file] {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    data_encoding::HEXLOWER.encode(&hash.finalize()[..16])
}

fn location(file: &str, line: u32, column: Option<u32>) -> Value {
    let mut region = json!({ "startLine": line.max(1) });
    if let Some(column) = column.filter(|c| *c > 0) {
        region["startColumn"] = json!(column);
    }
    json!({ "physicalLocation": {
        "artifactLocation": { "uri": uri(file), "uriBaseId": "%SRCROOT%" },
        "region": region,
    } })
}

fn flow(finding: &Finding) -> Option<Value> {
    let interleaving = finding.interleaving.as_ref()?;
    let mut threads: BTreeMap<usize, Vec<Value>> = BTreeMap::new();
    for (i, event) in interleaving.events.iter().take(LONGEST_FLOW).enumerate() {
        let text = [event.op.as_str(), &event.object, &event.value].map(clean).join(" ");
        let mut place = match event.place.as_ref().filter(|p| !p.file.starts_with("checks/")) {
            Some(p) => location(&p.file, p.line, Some(p.column)),
            None => json!({}),
        };
        place["message"] = json!({ "text": text.trim() });
        threads.entry(event.thread).or_default().push(json!({ "executionOrder": i + 1, "location": place }));
    }
    if threads.is_empty() {
        return None;
    }
    let flows: Vec<Value> = threads
        .into_iter()
        .map(|(thread, locations)| {
            let name = interleaving.threads.get(thread).map_or_else(|| format!("thread {thread}"), |n| clean(n));
            json!({ "id": name, "locations": locations })
        })
        .collect();
    Some(json!({ "threadFlows": flows }))
}

/// A path as a relative URI.
fn uri(path: &str) -> String {
    let path = path.trim_start_matches('/').replace('\\', "/");
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~/".contains(&b);
    path.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}
