//! `html`: a page for a browser. Self-contained: no network, no fonts, no images; light and dark; fits a phone.
//!
//! A page of one result runs no script at all; the overview's script is the only one that its policy lets run. What
//! students wrote is escaped wherever it stands.

use std::collections::BTreeMap;
use std::fmt::Write;

use sha2::{Digest, Sha256};

use super::picture::{self, Names, model::Picture};
use super::svg::{self, Shape, escape};
use super::text::{clean, clean_block, thousands};
use super::view::{self, Graded};
use crate::core::result::{CheckResult, Finding, GradeResult, Verdict};

const PAGE_STYLE: &str = include_str!("html/page.css");
const OVERVIEW_STYLE: &str = include_str!("html/overview.css");
const OVERVIEW_SCRIPT: &str = include_str!("html/overview.js");

/// At most so many rows of an interleaving are drawn.
const MOST_ROWS: usize = 200;

/// A student who gave nothing in that could be graded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Absent {
    /// Whose.
    pub student: String,
    /// `01-bank-race`.
    pub assignment: String,
    /// For people.
    pub title: String,
    /// To be had.
    pub max_points: u32,
    /// Why there is nothing.
    pub why: String,
}

/// A part of a student's page.
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    /// A graded submission.
    Graded(Box<Graded>),
    /// None.
    Absent(Absent),
}

impl Part {
    fn assignment(&self) -> &str {
        match self {
            Part::Graded(one) => &one.result.assignment,
            Part::Absent(one) => &one.assignment,
        }
    }
}

/// The students' page of one result.
pub fn page(graded: &Graded) -> String {
    let mut out = head(&graded.title(), &[PAGE_STYLE, svg::STYLE], None);
    body(&mut out, graded);
    out + "</body></html>\n"
}

/// One student's page: all of the assignments, one after the other.
pub fn student(parts: &[Part]) -> String {
    let name = match parts.first() {
        Some(Part::Graded(one)) => one.student.as_str(),
        Some(Part::Absent(one)) => &one.student,
        None => "",
    };
    let mut out = head(&clean(name), &[PAGE_STYLE, svg::STYLE], None);
    if parts.len() > 1 {
        let _ = write!(out, "<h1>{}</h1>\n<nav><ul>", escape(name));
        for part in parts {
            let (points, max) = match part {
                Part::Graded(one) => (one.result.points, one.result.max_points),
                Part::Absent(one) => (0, one.max_points),
            };
            let id = escape(part.assignment());
            let _ = write!(out, "<li><a href=\"#{id}\">{id}</a>: {points} / {max}</li>");
        }
        out += "</ul></nav>\n";
    }
    for part in parts {
        let _ = writeln!(out, "<article id=\"{}\">", escape(part.assignment()));
        match part {
            Part::Graded(one) => body(&mut out, one),
            Part::Absent(one) => {
                let _ = writeln!(
                    out,
                    "<header><p class=\"dim\">{}: {}</p>\n<h1>{}</h1>\n<p class=\"points\">0 <small>of {} points</small></p></header>\n<p>There is nothing to grade: {}.</p>",
                    escape(&one.student),
                    escape(&one.assignment),
                    escape(&one.title),
                    thousands(one.max_points.into()),
                    spans(&one.why)
                );
            }
        }
        out += "</article>\n";
    }
    out + "</body></html>\n"
}

fn body(out: &mut String, graded: &Graded) {
    let result = view::for_student(&graded.result);
    let _ = writeln!(out, "<header><p class=\"dim\">{}</p>", escape(&graded.title()));
    let _ =
        writeln!(out, "<h1>{}</h1>", escape(if result.title.is_empty() { &result.assignment } else { &result.title }));
    let _ = writeln!(
        out,
        "<p class=\"points\">{} <small>of {} points</small> {}</p>",
        thousands(result.points.into()),
        thousands(result.max_points.into()),
        badge(result.verdict)
    );
    let _ = writeln!(out, "<div class=\"bar\"><i style=\"width:{}%\"></i></div></header>", share(&result));
    if result.starter {
        *out += "<p>No submission was found: this is the assignment's starter.</p>\n";
    }
    *out += "<main>\n";
    let whole = view::findings_of_submission(&result);
    for finding in &whole {
        one_finding(out, &result, finding, false);
    }
    if !result.checks.is_empty() {
        *out += "<h2>Checks</h2>\n";
    }
    for check in &result.checks {
        one_check(out, &result, check);
    }
    if let Some(note) = view::unlisted_note(&result) {
        let _ = writeln!(out, "<p class=\"dim\">{}</p>", escape(&note));
    }
    if !result.warnings.is_empty() {
        *out += "<h2>Warnings</h2>\n<p class=\"dim\">They cost no points.</p>\n";
        for warning in &result.warnings {
            one_finding(out, &result, warning, true);
        }
    }
    if !result.notes.is_empty() {
        *out += "<h2>Notes</h2>\n<ul>\n";
        for note in &result.notes {
            let _ = writeln!(out, "<li>{}</li>", spans(note));
        }
        *out += "</ul>\n";
    }
    let _ = writeln!(
        out,
        "</main><footer class=\"dim\">grade {}, seed {}, sandbox {}, {:.1} s</footer>",
        escape(&result.grader_version),
        result.seed,
        escape(&result.sandbox),
        result.seconds
    );
}

fn one_check(out: &mut String, result: &GradeResult, check: &CheckResult) {
    let open = if check.verdict == Verdict::Passed { "" } else { " open" };
    let _ = writeln!(
        out,
        "<details class=\"check {}\"{open}><summary><span class=\"title\">{}</span>{}<span class=\"right\">{} / {}</span></summary><div>",
        check.verdict.name(),
        escape(&check.title),
        badge(check.verdict),
        check.points,
        check.max_points
    );
    if let Some(reason) = view::reason(check) {
        let _ = writeln!(out, "<p>{}</p>", spans(&reason));
    }
    for finding in view::findings_of(result, check) {
        one_finding(out, result, finding, false);
    }
    if let Some(hint) = check.hint.as_ref().filter(|_| check.verdict != Verdict::Passed) {
        let _ = writeln!(out, "<p class=\"hint\">{}</p>", spans(hint));
    }
    let runs: Vec<String> = check.runs.iter().map(|r| escape(&view::run_text(r))).collect();
    if !runs.is_empty() {
        let _ = writeln!(out, "<p class=\"dim\">{}</p>", runs.join("<br>"));
    }
    out.push_str("</div></details>\n");
}

fn one_finding(out: &mut String, result: &GradeResult, finding: &Finding, warning: bool) {
    let class = if warning { "finding warning" } else { "finding" };
    let place = view::place_text(finding);
    let at = if place.is_empty() { String::new() } else { format!(" <code>{}</code>", escape(&place)) };
    let _ = writeln!(out, "<section class=\"{class}\"><h3>{}{at}</h3>", finding.kind.name());
    let _ = writeln!(out, "<p>{}</p>", lines(&finding.message));
    if let Some(detail) = &finding.detail {
        let _ = writeln!(out, "<pre>{}</pre>", block(detail));
    }
    if view::has_story(finding) {
        let failure = finding.failure();
        let sources = view::sources(result);
        let said = picture::diagnosis(&failure, &sources);
        let names = Names::find(&failure, &sources);
        if let Some(drawn) = Picture::new(&failure, &sources, &names, MOST_ROWS) {
            let label = format!("The order of the threads' steps. {said}");
            let _ = write!(
                out,
                "<div class=\"frame\"><div class=\"wide\">{}</div>",
                svg::draw(&drawn, Shape::Wide, &label)
            );
            let _ = writeln!(out, "<div class=\"narrow\">{}</div></div>", svg::draw(&drawn, Shape::Narrow, &label));
        }
        if said.trim() != finding.message.trim() {
            let _ = writeln!(out, "<p class=\"said\">{}</p>", spans(&said));
        }
    }
    if !finding.output.is_empty() {
        let _ = writeln!(
            out,
            "<details><summary>What the program printed</summary><pre>{}</pre></details>",
            block(&finding.output)
        );
    }
    if let Some(command) = view::replay_command(result, finding) {
        let _ = writeln!(out, "<p class=\"dim\">See it again:</p><pre>{}</pre>", escape(&command));
    }
    out.push_str("</section>\n");
}

/// The overview of many results: charts, and a table that can be sorted and filtered. `link` gives the page of one of them.
/// `absent` are listed, too, but have no part in the charts.
pub fn overview(graded: &[Graded], absent: &[Absent], link: &dyn Fn(usize) -> Option<String>) -> String {
    let mut overview = Overview::default();
    for (i, one) in graded.iter().enumerate() {
        overview.add(one, link(i).as_deref());
    }
    for one in absent {
        overview.add_absent(one);
    }
    overview.finish().concat()
}

/// An [`overview`] that is made of one result after the other: of each it keeps only what it shows.
#[derive(Debug, Default)]
pub struct Overview {
    graded: usize,
    full: usize,
    open: usize,
    absent: usize,
    /// How many submissions have how many of the points, in tenths.
    points: [u32; 11],
    /// How often each check failed, by its title.
    failed: BTreeMap<String, u32>,
    /// The table's rows, and those without a submission, which come last.
    rows: String,
    absent_rows: String,
}

impl Overview {
    /// Adds a result; `link` is its page.
    pub fn add(&mut self, one: &Graded, link: Option<&str>) {
        self.graded += 1;
        match one.result.verdict {
            Verdict::Passed => self.full += 1,
            Verdict::Inconclusive | Verdict::Error => self.open += 1,
            Verdict::Failed => {}
        }
        self.points[(share(&one.result) / 10.0).floor().clamp(0.0, 10.0) as usize] += 1;
        let result = view::for_student(&one.result);
        let failed = || result.checks.iter().filter(|c| c.verdict == Verdict::Failed);
        for check in failed() {
            *self.failed.entry(check.title.clone()).or_default() += 1;
        }
        let student = if one.student.is_empty() { &result.submission } else { &one.student };
        let name = match link {
            Some(url) => format!("<a href=\"{}\">{}</a>", escape(url), escape(student)),
            None => escape(student),
        };
        let ids: Vec<String> = failed().map(|c| escape(&c.id)).collect();
        let why = if ids.is_empty() {
            view::findings_of_submission(&result).first().map(|f| f.kind.name().to_string()).unwrap_or_default()
        } else {
            ids.join(", ")
        };
        let _ = writeln!(
            self.rows,
            "<tr data-verdict=\"{}\"><td>{name}</td><td>{}</td><td data-key=\"{}\">{} / {}</td><td>{}</td><td>{why}</td></tr>",
            result.verdict.name(),
            escape(&result.assignment),
            share(&result),
            result.points,
            result.max_points,
            badge(result.verdict)
        );
    }

    /// Adds somebody who has no result.
    pub fn add_absent(&mut self, one: &Absent) {
        self.absent += 1;
        let _ = writeln!(
            self.absent_rows,
            "<tr data-verdict=\"missing\"><td>{}</td><td>{}</td><td data-key=\"-1\">0 / {}</td><td><span class=\"badge missing\">no submission</span></td><td class=\"dim\">{}</td></tr>",
            escape(&one.student),
            escape(&one.assignment),
            one.max_points,
            spans(&one.why)
        );
    }

    /// The page, in pieces.
    pub fn finish(self) -> [String; 4] {
        let mut out = head("Results", &[PAGE_STYLE, OVERVIEW_STYLE], Some(OVERVIEW_SCRIPT));
        let _ = writeln!(
            out,
            "<h1>Results</h1>\n<p>{} submissions, {} with full marks, {} that could not be decided.</p>",
            self.graded, self.full, self.open
        );
        if self.absent > 0 {
            let _ = writeln!(out, "<p>{} without a submission.</p>", self.absent);
        }
        out += "<div class=\"charts\">\n";
        out += &points_chart(self.points);
        out += &checks_chart(self.failed);
        out += "</div>\n<div class=\"tools\" hidden><input id=\"find\" type=\"search\" placeholder=\"Find\" aria-label=\"Find\">\
            <select id=\"verdict\" aria-label=\"Verdict\"><option value=\"\">All verdicts</option>";
        for verdict in [Verdict::Passed, Verdict::Failed, Verdict::Inconclusive, Verdict::Error] {
            let _ = write!(out, "<option value=\"{}\">{}</option>", verdict.name(), view::verdict_text(verdict));
        }
        if self.absent > 0 {
            out += "<option value=\"missing\">no submission</option>";
        }
        out += "</select><span class=\"dim\" id=\"shown\"></span></div>\n<div class=\"scroll\"><table id=\"results\"><thead><tr>";
        for name in ["Student", "Assignment", "Points", "Verdict", "Failed checks"] {
            let _ = write!(out, "<th scope=\"col\"><button type=\"button\">{name}</button></th>");
        }
        out += "</tr></thead><tbody>\n";
        let end = format!("</tbody></table></div>\n<script>{OVERVIEW_SCRIPT}</script>\n</body></html>\n");
        [out, self.rows, self.absent_rows, end]
    }
}

/// How many submissions have how many of the points, in tenths.
fn points_chart(bins: [u32; 11]) -> String {
    let most = bins.iter().copied().max().unwrap_or(0).max(1);
    let mut svg = String::from(
        "<figure class=\"chart\"><figcaption>Points</figcaption><svg viewBox=\"0 0 330 150\" role=\"img\" aria-label=\"How many submissions have how many of the points\">",
    );
    for (i, count) in bins.iter().enumerate() {
        let height = f64::from(*count) / f64::from(most) * 100.0;
        let x = i as f64 * 30.0;
        let label = if i == 10 { "all".to_string() } else { format!("{}%", i * 10) };
        let _ = write!(
            svg,
            "<rect class=\"fill\" x=\"{:.0}\" y=\"{:.1}\" width=\"24\" height=\"{height:.1}\"/>",
            x + 3.0,
            120.0 - height
        );
        let _ =
            write!(svg, "<text class=\"dim\" x=\"{:.0}\" y=\"138\" text-anchor=\"middle\">{label}</text>", x + 15.0);
        if *count > 0 {
            let _ = write!(
                svg,
                "<text x=\"{:.0}\" y=\"{:.1}\" text-anchor=\"middle\">{count}</text>",
                x + 15.0,
                115.0 - height
            );
        }
    }
    svg + "<line class=\"axis\" x1=\"0\" y1=\"120\" x2=\"330\" y2=\"120\"/></svg></figure>\n"
}

/// Which checks fail most often.
fn checks_chart(failed: BTreeMap<String, u32>) -> String {
    let mut list: Vec<(String, u32)> = failed.into_iter().collect();
    list.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    list.truncate(10);
    let most = list.first().map_or(1, |(_, n)| *n);
    let height = (list.len() * 34).max(34);
    let mut svg = format!(
        "<figure class=\"chart\"><figcaption>Failed checks</figcaption><svg viewBox=\"0 0 330 {height}\" role=\"img\" aria-label=\"Which checks failed how often\">"
    );
    if list.is_empty() {
        svg += "<text class=\"dim\" x=\"0\" y=\"20\">None</text>";
    }
    for (i, (title, count)) in list.iter().enumerate() {
        let y = i as f64 * 34.0;
        let _ = write!(
            svg,
            "<text x=\"0\" y=\"{:.0}\">{}</text>",
            y + 12.0,
            escape(&super::text::trim_to(&super::text::clean(title), 48))
        );
        let width = f64::from(*count) / f64::from(most) * 280.0;
        let _ = write!(svg, "<rect class=\"miss\" x=\"0\" y=\"{:.0}\" width=\"{width:.1}\" height=\"10\"/>", y + 18.0);
        let _ = write!(svg, "<text x=\"{:.1}\" y=\"{:.0}\">{count}</text>", width + 6.0, y + 27.0);
    }
    svg + "</svg></figure>\n"
}

/// The page's head. Its policy lets nothing be loaded, and no script run but the one given.
fn head(title: &str, styles: &[&str], script: Option<&str>) -> String {
    let scripts = match script {
        Some(script) => format!("'sha256-{}'", data_encoding::BASE64.encode(&Sha256::digest(script))),
        None => "'none'".to_string(),
    };
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; script-src {scripts}; base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{}</title>\n<style>\n{}</style></head><body>\n",
        escape(title),
        styles.concat()
    )
}

fn badge(verdict: Verdict) -> String {
    format!("<span class=\"badge {}\">{}</span>", verdict.name(), view::verdict_text(verdict))
}

/// Per cent of the points.
fn share(result: &GradeResult) -> f64 {
    if result.max_points == 0 {
        return 0.0;
    }
    (f64::from(result.points) / f64::from(result.max_points) * 100.0).clamp(0.0, 100.0)
}

/// Escaped text of several lines.
fn block(text: &str) -> String {
    clean_block(text).lines().map(escape).collect::<Vec<_>>().join("\n")
}

fn lines(text: &str) -> String {
    text.trim().lines().map(spans).collect::<Vec<_>>().join("<br>")
}

/// Escaped text of one line, with what stands between backticks as code.
fn spans(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    // An odd backtick means nothing.
    if parts.len().is_multiple_of(2) {
        return escape(text);
    }
    let part =
        |(i, part): (usize, &&str)| if i % 2 == 1 { format!("<code>{}</code>", escape(part)) } else { escape(part) };
    parts.iter().enumerate().map(part).collect()
}
