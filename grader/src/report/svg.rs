//! Draws a picture of an interleaving as SVG, for HTML pages.
//!
//! Each thread has a lane with a dot for each operation; a line joins the dots in the order in which they happened. Colours
//! come from the page's style sheet ([`STYLE`]), so that they follow light and dark.

use std::fmt::Write;

use super::picture::model::{Mark, Picture, Row, Step};
use super::text::{clean, pad, trim_to, width, window, wrap};

/// The shape of the drawing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A column a thread, text in it.
    Wide,
    /// Lanes at the left edge, text beside them: for phones, and for many threads.
    Narrow,
}

/// What the drawings need in the page's style sheet.
pub const STYLE: &str = include_str!("html/picture.css");

/// Width of one character of the 12 px monospaced font, and a little more, since fonts differ.
const CHAR: f64 = 7.4;
const LINE: f64 = 16.0;
const WIDE: f64 = 800.0;
const NARROW: f64 = 372.0;
/// More columns than this leave no room for text in them.
const MOST_COLUMNS: usize = 4;

/// Draws the picture.
pub fn draw(picture: &Picture, shape: Shape, label: &str) -> String {
    let columns = picture.columns.len();
    let wide = shape == Shape::Wide && (1..=MOST_COLUMNS).contains(&columns);
    let total = if shape == Shape::Wide { WIDE } else { NARROW };
    let mut canvas = Canvas::new(picture, total, wide);
    canvas.rows(picture);
    canvas.finish(label)
}

struct Canvas {
    /// Behind the text: rules and marks.
    back: String,
    text: String,
    y: f64,
    total: f64,
    wide: bool,
    /// Where each column's lane is.
    lanes: Vec<f64>,
    /// Room for text, from the lane's text start to its end.
    starts: Vec<f64>,
    ends: Vec<f64>,
    labels: Vec<usize>,
    top: f64,
    dots: Vec<(usize, f64)>,
    /// For each dot after a switch: the height at which the path changes lanes.
    bends: Vec<f64>,
    bend: Option<f64>,
    last_thread: Option<String>,
}

impl Canvas {
    fn new(picture: &Picture, total: f64, wide: bool) -> Canvas {
        let n = picture.columns.len();
        let column = total / n.max(1) as f64;
        let gap = if n > 8 { 48.0 / n as f64 } else { 12.0 };
        let lanes: Vec<f64> =
            (0..n).map(|i| if wide { i as f64 * column + 8.0 } else { i as f64 * gap + 8.0 }).collect();
        let after = lanes.last().copied().unwrap_or(0.0) + 10.0;
        let starts = lanes.iter().map(|x| if wide { x + 10.0 } else { after }).collect();
        let ends = (0..n).map(|i| if wide { (i + 1) as f64 * column - 6.0 } else { total - 4.0 }).collect();
        let mut labels = vec![0; n];
        for row in &picture.rows {
            if let Row::Step(Step { column: Some(c), source: Some(line), .. }) = row {
                labels[*c] = labels[*c].max(width(&line.label));
            }
        }
        if !wide {
            let most = labels.iter().copied().max().unwrap_or(0);
            labels.fill(most);
        }
        let mut canvas = Canvas {
            back: String::new(),
            text: String::new(),
            y: 0.0,
            total,
            wide,
            lanes,
            starts,
            ends,
            labels,
            top: 0.0,
            dots: Vec::new(),
            bends: Vec::new(),
            bend: None,
            last_thread: None,
        };
        canvas.header(picture);
        canvas
    }

    fn header(&mut self, picture: &Picture) {
        if self.wide {
            self.y += LINE;
            for (i, column) in picture.columns.iter().enumerate() {
                let room = chars(self.ends[i] - self.starts[i]);
                self.put(self.starts[i], &format!("name c{}", i % 6), &trim_to(&column.name, room));
            }
        } else {
            for (i, column) in picture.columns.iter().enumerate() {
                self.y += LINE;
                let x = self.starts[i];
                self.dot_at(i, self.y - 4.0);
                self.put(x, &format!("name c{}", i % 6), &trim_to(&column.name, chars(self.total - x)));
            }
        }
        self.y += 6.0;
        self.top = self.y;
    }

    fn put(&mut self, x: f64, class: &str, text: &str) {
        let _ = writeln!(self.text, "<text x=\"{x:.1}\" y=\"{:.1}\" class=\"{class}\">{}</text>", self.y, escape(text));
    }

    fn dot_at(&mut self, lane: usize, y: f64) {
        let _ = writeln!(
            self.text,
            "<circle cx=\"{:.1}\" cy=\"{y:.1}\" r=\"4\" class=\"dot c{}\"/>",
            self.lanes[lane],
            lane % 6
        );
    }

    fn rows(&mut self, picture: &Picture) {
        for row in &picture.rows {
            match row {
                Row::Step(step) => self.step(step),
                Row::Switch { mark, text } => {
                    let class = match mark {
                        Mark::Preempted => "preempted",
                        Mark::Left => "left",
                        Mark::Woken => "woken",
                    };
                    self.bend = Some(self.y + 1.0);
                    self.note(class, "⇄", text);
                    self.last_thread = None;
                }
                Row::Fold(text) => self.note("fold", "⋯", text),
                Row::Fault(text) => self.note("fault", "✗", text),
            }
        }
    }

    /// A row over the whole width.
    fn note(&mut self, class: &str, sign: &str, text: &str) {
        let x = if self.wide { 24.0 } else { self.starts.first().copied().unwrap_or(8.0) };
        let lines = wrap(text, chars(self.total - x - 4.0 - 2.0 * CHAR));
        let height = LINE * lines.len() as f64 + 6.0;
        let _ = writeln!(
            self.back,
            "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{height:.1}\" rx=\"3\" class=\"note {class}\"/>",
            x - 6.0,
            self.y + 2.0,
            self.total - x + 2.0
        );
        self.y += 2.0;
        for (i, line) in lines.iter().enumerate() {
            self.y += LINE;
            if i == 0 {
                self.put(x, class, sign);
            }
            self.put(x + 2.0 * CHAR, class, line);
        }
        self.y += 6.0;
    }

    fn step(&mut self, step: &Step) {
        let (start, end, label) = match step.column {
            Some(c) => (self.starts[c], self.ends[c], self.labels[c]),
            None => (if self.wide { 24.0 } else { self.starts.first().copied().unwrap_or(8.0) }, self.total - 4.0, 0),
        };
        let room = chars(end - start);
        // Without a column of its own the thread has to be named.
        let named = step.column.is_none() || !self.wide;
        if named && self.last_thread.as_ref() != Some(&step.thread) {
            self.y += LINE;
            let class = step.column.map_or("name".to_string(), |c| format!("name c{}", c % 6));
            self.put(start, &class, &trim_to(&step.thread, room));
            self.last_thread = Some(step.thread.clone());
        }
        let first = self.y;
        let text = start + (label + 1) as f64 * CHAR;
        let left = room.saturating_sub(label + 1);
        if let Some(line) = &step.source {
            self.y += LINE;
            let number = if step.column.is_some() {
                format!("{}{}", " ".repeat(label.saturating_sub(width(&line.label))), line.label)
            } else {
                line.label.clone()
            };
            let shift = if step.column.is_some() { 0.0 } else { (width(&line.label) + 1) as f64 * CHAR };
            self.put(start, "number", &pad(&number, label));
            let left = left.saturating_sub((shift / CHAR).round() as usize);
            self.put(
                text + shift - if step.column.is_some() { 0.0 } else { CHAR },
                "source",
                &window(&line.text, line.focus, left),
            );
        }
        let class = if step.stuck { "stuck" } else { "op" };
        for (i, line) in wrap(&step.op, left.saturating_sub(2)).iter().take(4).enumerate() {
            self.y += LINE;
            if i == 0 {
                self.put(text, class, if step.stuck { "✗" } else { "›" });
            }
            self.put(text + 2.0 * CHAR, class, &trim_to(line, left.saturating_sub(2)));
        }
        if let Some(c) = step.column {
            let y = (first + self.y) / 2.0 + 4.0;
            self.dots.push((c, y));
            // Between the rows, so that the path does not run through text.
            self.bends.push(self.bend.take().unwrap_or(first + 2.0));
            if step.stuck {
                let x = self.lanes[c];
                let _ =
                    writeln!(self.text, "<path d=\"M{:.1} {:.1}l8 8m0 -8l-8 8\" class=\"cross\"/>", x - 4.0, y - 4.0);
            } else {
                self.dot_at(c, y);
            }
        }
        self.y += 4.0;
    }

    fn finish(self, label: &str) -> String {
        let height = self.y + 8.0;
        let mut out = String::new();
        let _ = writeln!(
            out,
            "<svg class=\"picture\" role=\"img\" aria-label=\"{}\" viewBox=\"0 0 {:.0} {height:.0}\" width=\"{:.0}\" height=\"{height:.0}\" xmlns=\"http://www.w3.org/2000/svg\">",
            escape(label),
            self.total,
            self.total
        );
        for (i, x) in self.lanes.iter().enumerate() {
            let _ = writeln!(
                out,
                "<line x1=\"{x:.1}\" y1=\"{:.1}\" x2=\"{x:.1}\" y2=\"{height:.1}\" class=\"lane c{}\"/>",
                self.top,
                i % 6
            );
        }
        out += &self.back;
        let mut points: Vec<String> = Vec::new();
        for (i, (lane, y)) in self.dots.iter().enumerate() {
            let x = self.lanes[*lane];
            if i > 0 && self.dots[i - 1].0 != *lane {
                let bend = self.bends[i];
                points.push(format!("{:.1},{bend:.1}", self.lanes[self.dots[i - 1].0]));
                points.push(format!("{x:.1},{bend:.1}"));
            }
            points.push(format!("{x:.1},{y:.1}"));
        }
        if points.len() > 1 {
            let _ = writeln!(out, "<polyline points=\"{}\" class=\"path\"/>", points.join(" "));
        }
        out += &self.text;
        out + "</svg>\n"
    }
}

fn chars(pixels: f64) -> usize {
    (pixels / CHAR).floor().max(0.0) as usize
}

/// Text for HTML and XML, in elements and in attributes. Control characters are made visible first.
pub fn escape(text: &str) -> String {
    let text = clean(text);
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // No characters of XML.
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::picture::{Names, model, tests};

    #[test]
    fn hostile_text_stays_text() {
        let (failure, sources) = tests::hostile();
        let names = Names::find(&failure, &sources);
        let picture = model::Picture::new(&failure, &sources, &names, 100).unwrap();
        for shape in [Shape::Wide, Shape::Narrow] {
            let svg = draw(&picture, shape, "<x a=\"1\">");
            for bad in ["<script", "<img", "<b>", "\u{1b}", "\u{202e}", "<x"] {
                assert!(!svg.contains(bad), "{bad:?} in {svg}");
            }
            assert!(svg.contains("&lt;script"), "{svg}");
        }
    }

    #[test]
    fn rows_follow_each_other_and_stay_inside() {
        let (failure, sources) = tests::lost_update();
        let names = Names::find(&failure, &sources);
        let picture = model::Picture::new(&failure, &sources, &names, 100).unwrap();
        for (shape, total) in [(Shape::Wide, WIDE), (Shape::Narrow, NARROW)] {
            let svg = draw(&picture, shape, "lost update");
            let value = |line: &str, key: &str| -> f64 {
                line.split(key).nth(1).unwrap().split('"').next().unwrap().parse().unwrap()
            };
            let mut y = 0.0;
            for line in svg.lines().filter(|l| l.starts_with("<circle") && l.contains("class=\"dot")) {
                assert!(value(line, " cy=\"") > y, "{line}");
                y = value(line, " cy=\"");
            }
            for line in svg.lines().filter(|l| l.starts_with("<text")) {
                let text = line.split('>').nth(1).unwrap().split('<').next().unwrap();
                let end = value(line, "x=\"")
                    + width(&text.replace("&gt;", ">").replace("&lt;", "<").replace("&amp;", "&")) as f64 * CHAR;
                assert!(end <= total + 4.0, "{shape:?} {end}: {line}");
            }
        }
    }
}
