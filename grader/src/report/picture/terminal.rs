//! Draws a picture as text.

use anstyle::{AnsiColor, Style};

use super::Options;
use super::model::{Line, Mark, Picture, Row, Step};
use crate::report::text::{pad, trim_to, width, window, wrap};

/// Fewer columns than this are not drawn in.
pub(super) const NARROWEST: usize = 40;
/// A column with less room than this shows nothing useful.
const NARROWEST_COLUMN: usize = 24;
/// A thread's name is cut after so many columns.
const LONGEST_NAME: usize = 24;
/// An operation's text is cut after so many lines.
const MOST_LINES: usize = 4;

const SOURCE: Style = Style::new();
const OP: Style = Style::new().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Cyan)));
const NAME: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const PREEMPTED: Style = Style::new().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Yellow))).bold();
const WOKEN: Style = Style::new().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Magenta)));
const FAULT: Style = Style::new().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Red))).bold();

/// Draws the picture; every line ends with a line end and none is wider than the options say.
pub fn draw(picture: &Picture, options: &Options) -> String {
    let total = options.width.max(NARROWEST);
    let mut canvas = Canvas { out: String::new(), color: options.color, total };
    match widths(picture, total) {
        Some(widths) => columns(picture, &widths, &mut canvas),
        None => single(picture, &mut canvas),
    }
    canvas.out
}

struct Canvas {
    out: String,
    color: bool,
    total: usize,
}

impl Canvas {
    fn paint(&self, style: Style, text: &str) -> String {
        if self.color && !text.trim().is_empty() && style != Style::new() {
            format!("{style}{text}{style:#}")
        } else {
            text.to_string()
        }
    }

    fn line(&mut self, text: &str) {
        self.out += text.trim_end();
        self.out.push('\n');
    }

    /// A row over the whole width that marks a switch: `── text ─────`.
    fn rule(&mut self, mark: Mark, text: &str) {
        let style = match mark {
            Mark::Preempted => PREEMPTED,
            Mark::Left => DIM,
            Mark::Woken => WOKEN,
        };
        let lines = wrap(text, self.total - 6);
        for (i, line) in lines.iter().enumerate() {
            let text = if i + 1 == lines.len() {
                let fill = self.total.saturating_sub(width(line) + 4);
                format!("── {line} {}", "─".repeat(fill))
            } else {
                format!("── {line}")
            };
            let painted = self.paint(style, &text);
            self.line(&painted);
        }
    }

    fn note(&mut self, sign: &str, style: Style, text: &str) {
        let room = self.total - 4;
        for (i, line) in wrap(text, room).iter().take(MOST_LINES).enumerate() {
            let sign = if i == 0 { sign } else { " " };
            let painted = self.paint(style, &format!(" {sign} {line}"));
            self.line(&painted);
        }
    }
}

/// The columns' widths, or `None` if there are too many columns (or just one).
fn widths(picture: &Picture, total: usize) -> Option<Vec<usize>> {
    let n = picture.columns.len();
    // Each column costs its text and " │ " after it; a space stands before the first.
    let room = total.checked_sub(1 + 3 * n.saturating_sub(1))?;
    if n < 2 || room / n < NARROWEST_COLUMN {
        return None;
    }
    let mut natural = picture.columns.iter().map(|c| width(&c.name)).collect::<Vec<_>>();
    let labels = label_widths(picture);
    for row in &picture.rows {
        if let Row::Step(step) = row
            && let Some(column) = step.column
        {
            let source = step.source.as_ref().map_or(0, |l| width(&l.text));
            natural[column] = natural[column].max(labels[column] + 1 + source.max(width(&step.op) + 2));
        }
    }
    // Every column gets what it wants, or its share of what the modest ones leave.
    let mut given = vec![0; n];
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by_key(|i| natural[*i]);
    let mut left = room;
    for (done, i) in order.into_iter().enumerate() {
        given[i] = natural[i].max(NARROWEST_COLUMN).min(left / (n - done));
        left -= given[i];
    }
    Some(given)
}

fn label_widths(picture: &Picture) -> Vec<usize> {
    let mut labels = vec![0; picture.columns.len()];
    for row in &picture.rows {
        if let Row::Step(Step { column: Some(c), source: Some(line), .. }) = row {
            labels[*c] = labels[*c].max(width(&line.label));
        }
    }
    labels
}

fn columns(picture: &Picture, widths: &[usize], canvas: &mut Canvas) {
    let labels = label_widths(picture);
    let cells: Vec<String> =
        picture.columns.iter().zip(widths).map(|(c, w)| canvas.paint(NAME, &pad(&trim_to(&c.name, *w), *w))).collect();
    let bar = canvas.paint(DIM, "│");
    let header = format!(" {}", cells.join(&format!(" {bar} ")));
    canvas.line(&header);
    let rule: Vec<String> = widths.iter().map(|w| "─".repeat(w + 2)).collect();
    let rule = canvas.paint(DIM, &trim_rule(rule.join("┼"), canvas.total));
    canvas.line(&rule);
    for row in &picture.rows {
        match row {
            Row::Step(step) => match step.column {
                Some(column) => {
                    for line in cell(step, labels[column], widths[column], canvas) {
                        let cells: Vec<String> = widths
                            .iter()
                            .enumerate()
                            .map(|(i, w)| if i == column { line.clone() } else { " ".repeat(*w) })
                            .collect();
                        let text = format!(" {}", cells.join(&format!(" {bar} ")));
                        canvas.line(&text);
                    }
                }
                None => wide(step, 0, canvas),
            },
            other => shared(other, canvas),
        }
    }
}

/// The last column has no bar after it: the rule ends with the terminal.
fn trim_rule(rule: String, total: usize) -> String {
    rule.chars().take(total).collect()
}

/// The lines of one step in its column, each exactly `room` columns wide.
fn cell(step: &Step, label: usize, room: usize, canvas: &Canvas) -> Vec<String> {
    let mut lines = Vec::new();
    let text = room.saturating_sub(label + 1);
    if let Some(Line { label: number, text: source, focus }) = &step.source {
        let number = format!("{}{number}", " ".repeat(label.saturating_sub(width(number))));
        let shown = pad(&window(source, *focus, text), text);
        lines.push(format!("{} {}", canvas.paint(DIM, &number), canvas.paint(SOURCE, &shown)));
    }
    let (sign, style) = if step.stuck { ("x", FAULT) } else { (">", OP) };
    for (i, line) in wrap(&step.op, text.saturating_sub(2)).into_iter().take(MOST_LINES).enumerate() {
        let sign = if i == 0 { sign } else { " " };
        let shown = pad(&trim_to(&line, text.saturating_sub(2)), text.saturating_sub(2));
        lines.push(format!("{} {}", " ".repeat(label), canvas.paint(style, &format!("{sign} {shown}"))));
    }
    lines
}

/// A step of a thread without a column.
fn wide(step: &Step, names: usize, canvas: &mut Canvas) {
    let name = pad(&trim_to(&step.thread, LONGEST_NAME), names);
    let room = canvas.total - 4;
    if let Some(line) = &step.source {
        let head = format!("{name}  {} ", line.label);
        let text = window(&line.text, line.focus, room.saturating_sub(width(&head)));
        let text = format!(" {}  {} {text}", canvas.paint(NAME, &name), canvas.paint(DIM, &line.label));
        canvas.line(&text);
    }
    let (sign, style) = if step.stuck { ("x", FAULT) } else { (">", OP) };
    let indent = if step.source.is_some() { " ".repeat(width(&name) + 2) } else { format!("{name}  ") };
    for (i, line) in wrap(&step.op, room.saturating_sub(width(&indent))).iter().take(MOST_LINES).enumerate() {
        let sign = if i == 0 { sign } else { " " };
        let indent = if i == 0 { indent.clone() } else { " ".repeat(width(&indent)) };
        let text = format!(" {indent}{}", canvas.paint(style, &format!("{sign} {line}")));
        canvas.line(&text);
    }
}

/// The rows that look the same whatever the columns are.
fn shared(row: &Row, canvas: &mut Canvas) {
    match row {
        Row::Switch { mark, text } => canvas.rule(*mark, text),
        Row::Fold(text) => canvas.note("·", DIM, text),
        Row::Fault(text) => canvas.note("x", FAULT, text),
        Row::Step(_) => {}
    }
}

/// One column for all threads, with the thread's name in front of each step.
fn single(picture: &Picture, canvas: &mut Canvas) {
    let name = |row: &Row| if let Row::Step(step) = row { width(&step.thread) } else { 0 };
    let names = picture.rows.iter().map(name).max().unwrap_or(0).min(LONGEST_NAME);
    for row in &picture.rows {
        match row {
            Row::Step(step) => wide(step, names, canvas),
            other => shared(other, canvas),
        }
    }
}
