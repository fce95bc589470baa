//! A table that a teacher downloaded, filled in: every byte that is not filled in stays as it was.
//!
//! The file's own separator, line ends, byte order mark and quotes are kept. Rows that are not changed are copied.

use super::ReportError;

/// A CSV file, row by row, with the bytes of each row.
#[derive(Debug)]
pub struct Sheet {
    mark: bool,
    separator: u8,
    line_end: &'static str,
    /// The names of the columns.
    pub header: Vec<String>,
    raw_header: String,
    /// The rows below the header.
    pub rows: Vec<Row>,
}

/// One row.
#[derive(Debug)]
pub struct Row {
    cells: Vec<String>,
    raw: String,
    changed: bool,
}

impl Row {
    /// The cell in this column; empty if the row is too short.
    pub fn get(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", String::as_str)
    }

    /// Writes a cell.
    pub fn set(&mut self, column: usize, text: String) {
        if self.cells.len() <= column {
            self.cells.resize(column + 1, String::new());
        }
        self.changed |= self.cells[column] != text;
        self.cells[column] = text;
    }
}

impl Sheet {
    /// Reads a file's text.
    pub fn parse(text: &str) -> Result<Sheet, ReportError> {
        let mark = text.starts_with('\u{feff}');
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let first = text.lines().next().unwrap_or("");
        let count = |c: char| first.matches(c).count();
        let separator = [',', ';', '\t'].into_iter().max_by_key(|c| (count(*c), *c == ',')).map_or(b',', |c| c as u8);
        let line_end = if text.contains("\r\n") { "\r\n" } else { "\n" };
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(separator)
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes());
        let mut rows = Vec::new();
        let mut starts = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|e| ReportError::Template(format!("the file is no CSV table: {e}")))?;
            let start = record.position().map_or(0, |p| p.byte() as usize);
            // The parser ends a line at its `\r` already.
            let after = text[..start].ends_with('\r') && text[start..].starts_with('\n');
            starts.push(start + usize::from(after));
            rows.push(record.iter().map(String::from).collect::<Vec<_>>());
        }
        // Blank lines before a record belong to it: nothing is lost.
        let mut rows = rows.into_iter().enumerate().map(|(i, cells)| {
            let from = if i == 0 { 0 } else { starts[i] };
            let to = starts.get(i + 1).copied().unwrap_or(text.len());
            Row { cells, raw: text[from..to].to_string(), changed: false }
        });
        let Some(header) = rows.next() else {
            return Err(ReportError::Template("the file is empty; give the file as it was downloaded".into()));
        };
        let rows = rows.collect();
        Ok(Sheet { mark, separator, line_end, header: header.cells, raw_header: header.raw, rows })
    }

    /// The column whose name fits, ignoring case and outer spaces.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.header.iter().position(|h| h.trim().eq_ignore_ascii_case(name))
    }

    /// The file's text again.
    pub fn text(&self) -> String {
        let mut out = String::from(if self.mark { "\u{feff}" } else { "" });
        out += &self.raw_header;
        for row in &self.rows {
            if !row.changed {
                out += &row.raw;
                continue;
            }
            let blank = row.raw.len() - row.raw.trim_start_matches(['\r', '\n']).len();
            out += &row.raw[..blank];
            let end = if row.raw.ends_with('\n') { self.line_end } else { "" };
            out += &line(&row.cells, self.separator, end);
        }
        out
    }
}

/// One line of a table; cells are quoted where they must be.
pub fn line(cells: &[String], separator: u8, end: &str) -> String {
    let separator = separator as char;
    let quoted: Vec<String> = cells
        .iter()
        .map(|c| {
            let must = c.contains([separator, '"', '\n', '\r']) || c.starts_with(' ') || c.ends_with(' ');
            if must { format!("\"{}\"", c.replace('"', "\"\"")) } else { c.clone() }
        })
        .collect();
    quoted.join(&separator.to_string()) + end
}

/// `Müller,  Ada` and `müller, ada` are the same name.
pub fn normal(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_changed_stays_byte_for_byte() {
        for text in [
            "a,b\n1,2\n",
            "\u{feff}a;b;c\r\n\"x;y\";  2 ;\"\"\r\n\r\n3;4;5",
            "a,b\n\"line\nbreak\",\"say \"\"hi\"\"\"\n",
            "a\tb\n1\t2\n\n\n",
        ] {
            assert_eq!(Sheet::parse(text).unwrap().text(), text);
        }
    }

    #[test]
    fn only_the_filled_row_is_written_anew() {
        let text = "\u{feff}Name;Grade\r\n\"Ada\";\r\n\"Bob\"; 1 \r\n";
        let mut sheet = Sheet::parse(text).unwrap();
        let grade = sheet.column(" grade").or(sheet.column("Grade")).unwrap();
        sheet.rows[0].set(grade, "a;b".into());
        assert_eq!(sheet.text(), "\u{feff}Name;Grade\r\nAda;\"a;b\"\r\n\"Bob\"; 1 \r\n");
    }

    #[test]
    fn no_table_is_an_error() {
        assert!(Sheet::parse("").is_err());
    }
}
