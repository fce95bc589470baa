//! Text for people: student data made harmless, cut to a width, and numbers in words.
//!
//! Names of threads, values, source lines and messages come from strangers. Before any of it is
//! shown in a terminal it passes through [`clean`]; other formats escape it once more by their own rules.

use unicode_width::UnicodeWidthChar;

/// Makes text harmless for a terminal and honest for a reader: one line, no control characters, no
/// escape sequences, nothing that changes the direction of text or hides it.
///
/// Tabs become a space. Everything else that is refused becomes `\u{..}`, so that it can be seen.
pub fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut marks = 0;
    for c in text.chars() {
        match c {
            '\t' => out.push(' '),
            '\n' | '\r' => out.push_str(&c.escape_default().to_string()),
            c if is_hostile(c) => out.push_str(&c.escape_unicode().to_string()),
            c => {
                // Stacked marks can grow over the neighbouring lines: two on a letter are enough.
                if c.width() == Some(0) {
                    marks += 1;
                    if marks > 2 {
                        continue;
                    }
                } else {
                    marks = 0;
                }
                out.push(c);
            }
        }
    }
    out
}

/// Like [`clean`], but line ends stay, for blocks of text such as captured output.
pub fn clean_block(text: &str) -> String {
    text.lines().map(clean).collect::<Vec<_>>().join("\n")
}

/// JSON text in which no string holds a character that could steer a terminal or hide text: they become `\u....`
/// escapes, which mean the same.
pub fn harmless_json(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        // Outside of strings JSON has no other control character than the line end.
        if c != '\n' && is_hostile(c) {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            out.push(c);
        }
    }
    out
}

/// Characters that steer a terminal, turn the direction of text, or cannot be seen.
fn is_hostile(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// Columns that a text takes in a terminal.
pub fn width(text: &str) -> usize {
    text.chars().map(|c| c.width().unwrap_or(0)).sum()
}

/// Cuts a text to `max` columns; an ellipsis shows that something was cut.
pub fn trim_to(text: &str, max: usize) -> String {
    if width(text) <= max {
        return text.to_string();
    }
    if max == 0 {
        return String::new();
    }
    let mut out = String::new();
    let mut used = 0;
    for c in text.chars() {
        let w = c.width().unwrap_or(0);
        if used + w > max - 1 {
            break;
        }
        out.push(c);
        used += w;
    }
    while out.ends_with(' ') {
        out.pop();
    }
    out.push('…');
    out
}

/// Cuts a text to `max` columns so that the part that begins at char `focus` stays in sight.
pub fn window(text: &str, focus: usize, max: usize) -> String {
    let chars: Vec<char> = text.chars().collect();
    let focus = focus.min(chars.len());
    let rest: String = chars[focus..].iter().collect();
    let head: String = chars[..focus].iter().collect();
    // Enough of the focused part is in sight when the text is cut at its end only.
    if width(text) <= max || width(&head) + width(&rest).min(max * 2 / 3) <= max {
        return trim_to(text, max);
    }
    // Else begin as early as the rest allows.
    let mut start = focus;
    let room = max.saturating_sub(1).saturating_sub(width(&rest).min(max));
    let mut used = 0;
    while start > 0 && used + chars[start - 1].width().unwrap_or(0) <= room {
        start -= 1;
        used += chars[start].width().unwrap_or(0);
    }
    let tail: String = chars[start..].iter().collect();
    if start == 0 { trim_to(&tail, max) } else { format!("…{}", trim_to(&tail, max.saturating_sub(1))) }
}

/// Fills a text up with spaces to `to` columns.
pub fn pad(text: &str, to: usize) -> String {
    let w = width(text);
    format!("{text}{}", " ".repeat(to.saturating_sub(w)))
}

/// Breaks a text at spaces into lines of at most `max` columns; a word that is too long is cut in pieces.
pub fn wrap(text: &str, max: usize) -> Vec<String> {
    let max = max.max(8);
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        let mut word = word.to_string();
        if !line.is_empty() && width(&line) + 1 + width(&word) > max {
            lines.push(std::mem::take(&mut line));
        }
        while width(&word) > max {
            let mut piece = String::new();
            let mut rest = word.chars();
            while let Some(c) = rest.clone().next() {
                if width(&piece) + c.width().unwrap_or(0) > max {
                    break;
                }
                piece.push(c);
                rest.next();
            }
            word = rest.collect();
            lines.push(piece);
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&word);
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// `1234567` as `1,234,567`.
pub fn thousands(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

/// `1 operation`, `2 operations`.
pub fn count(n: u64, one: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{} {one}s", thousands(n)) }
}

/// `a`, `a and b`, `a, b and c`.
pub fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [head @ .., last] => format!("{} and {last}", head.join(", ")),
    }
}

/// How often something was seen, with the interval that holds the true rate in 95 of 100 cases
/// (Wilson's score interval): `3 of 1,000 runs, 0.1 % to 0.9 %`.
pub fn rate(rate: protocol::Rate) -> String {
    let runs = rate.runs.max(rate.failed);
    if runs == 0 {
        return "0 runs".to_string();
    }
    let (low, high) = wilson(rate.failed, runs);
    format!("{} of {}, {} to {}", thousands(rate.failed), count(runs, "run"), percent(low), percent(high))
}

fn wilson(failed: u64, runs: u64) -> (f64, f64) {
    const Z: f64 = 1.959_963_985;
    let n = runs as f64;
    let p = failed as f64 / n;
    let middle = p + Z * Z / (2.0 * n);
    let spread = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
    let scale = 1.0 + Z * Z / n;
    (((middle - spread) / scale).max(0.0), ((middle + spread) / scale).min(1.0))
}

fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_cannot_reach_the_terminal() {
        let hostile = "a\u{1b}[31mred\u{7}\u{9b}2J\u{202e}txt\u{200b}b\nc\td\u{7f}";
        let cleaned = clean(hostile);
        assert!(cleaned.chars().all(|c| !is_hostile(c)), "{cleaned:?}");
        assert_eq!(cleaned, "a\\u{1b}[31mred\\u{7}\\u{9b}2J\\u{202e}txt\\u{200b}b\\nc d\\u{7f}");
    }

    #[test]
    fn json_stays_the_same_value() {
        let value = serde_json::json!({ "a\u{9b}": ["\u{1b}[2J\u{202e}\u{e0001}\u{7f}\n", 1, null] });
        let text = harmless_json(&serde_json::to_string_pretty(&value).unwrap());
        assert!(text.chars().all(|c| c == '\n' || !is_hostile(c)), "{text:?}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), value);
    }

    #[test]
    fn stacked_marks_are_cut() {
        let zalgo = format!("a{}b", "\u{301}".repeat(50));
        assert_eq!(clean(&zalgo).chars().count(), 4);
    }

    #[test]
    fn cutting_counts_columns_not_chars() {
        assert_eq!(trim_to("日本語テキスト", 7), "日本語…");
        assert_eq!(width(&trim_to("日本語テキスト", 6)), 5);
        assert_eq!(trim_to("short", 5), "short");
        assert_eq!(trim_to("longer", 5), "long…");
        assert_eq!(trim_to("longer", 0), "");
    }

    #[test]
    fn a_window_keeps_the_focus_in_sight() {
        let line = "let mut first = match self.some_long_name.lock() { Ok(g) => g, Err(e) => e.into_inner() };";
        let at = line.find("self.some").unwrap();
        let cut = window(line, at, 40);
        assert!(cut.contains("self.some_long_name.lock()"), "{cut}");
        assert!(width(&cut) <= 40);
        assert!(cut.starts_with('…') && cut.ends_with('…'));
        assert_eq!(window("short.lock()", 6, 40), "short.lock()");
        let end = window("if a_quite_long_condition_comes_first && x.load(Relaxed)", 41, 30);
        assert!(end.ends_with("x.load(Relaxed)"), "{end}");
    }

    #[test]
    fn wrapping_breaks_words_only_when_it_must() {
        assert_eq!(wrap("one two three four", 9), ["one two", "three", "four"]);
        assert_eq!(wrap("abcdefghijkl", 8), ["abcdefgh", "ijkl"]);
    }

    #[test]
    fn rates_have_an_interval() {
        assert_eq!(rate(protocol::Rate { failed: 3, runs: 1000 }), "3 of 1,000 runs, 0.1 % to 0.9 %");
        assert_eq!(rate(protocol::Rate { failed: 0, runs: 0 }), "0 runs");
        assert_eq!(rate(protocol::Rate { failed: 1, runs: 1 }), "1 of 1 run, 20.7 % to 100.0 %");
    }

    #[test]
    fn numbers_and_lists_read_well() {
        assert_eq!(thousands(1_234_567), "1,234,567");
        assert_eq!(thousands(12), "12");
        assert_eq!(count(1, "round"), "1 round");
        assert_eq!(count(2_000, "round"), "2,000 rounds");
        assert_eq!(list(&["a".into(), "b".into(), "c".into()]), "a, b and c");
    }
}
