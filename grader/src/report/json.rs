//! The result as JSON; `schema/result.schema.json` describes it.

use super::text;
use crate::core::result::GradeResult;

/// The result, indented, with a line end; nothing in it can steer a terminal.
pub fn render(result: &GradeResult) -> String {
    let mut text = text::harmless_json(&serde_json::to_string_pretty(result).expect("plain data"));
    text.push('\n');
    text
}
