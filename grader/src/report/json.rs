//! The result as JSON; `schema/result.schema.json` describes it.

use crate::core::result::GradeResult;

/// The result, indented, with a line end.
pub fn render(result: &GradeResult) -> String {
    let mut text = serde_json::to_string_pretty(result).expect("plain data");
    text.push('\n');
    text
}
