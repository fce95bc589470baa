//! The checks that students may see, without a trace of the hidden ones. Pure.
//!
//! From the sources of a checks crate the functions of the hidden checks are taken out, then every item that is not
//! needed any more (helpers, types, constants), with the comments above it. What stays is copied as it is.

use std::collections::BTreeSet;
use std::ops::Range;

use proc_macro2::{LineColumn, TokenStream, TokenTree};
use syn::spanned::Spanned as _;

/// A file of a checks crate: its name relative to `checks/`, and its text.
pub type File = (String, String);

/// The files without the hidden checks. `visible` are the ids of the others.
///
/// # Errors
///
/// A file cannot be parsed: its name and the reason.
pub fn visible_sources(files: &[File], visible: &[&str], hidden: &[&str]) -> Result<Vec<File>, String> {
    let mut parsed = Vec::new();
    for (name, text) in files {
        parsed.push(Parsed::new(name, text)?);
    }
    let local: BTreeSet<String> = parsed.iter().flat_map(|file| &file.items).filter_map(|i| i.name.clone()).collect();
    // What is reached from the visible checks, by the names that stand in the code.
    let mut reached = Reached { names: visible.iter().map(|id| (*id).to_owned()).collect(), local, hidden };
    loop {
        let before = reached.names.len();
        for item in parsed.iter().flat_map(|file| &file.items) {
            match &item.kind {
                // What a `use` names is not needed for that alone.
                Kind::Use(used) => renamed(&used.tree, &mut reached.names),
                _ if reached.has(item) => reached.names.extend(item.mentions.iter().cloned()),
                _ => {}
            }
        }
        if reached.names.len() == before {
            break;
        }
    }
    let defined = |wanted: bool| -> BTreeSet<&str> {
        let items = parsed.iter().flat_map(|file| &file.items);
        items.filter(|item| reached.has(item) == wanted).filter_map(|item| item.name.as_deref()).collect()
    };
    let (kept, dropped) = (defined(true), defined(false));
    let gone: BTreeSet<&str> = dropped.difference(&kept).copied().collect();
    Ok(parsed.iter().map(|file| (file.name.clone(), file.without(&reached, &gone))).collect())
}

/// What the visible checks need.
struct Reached<'a> {
    names: BTreeSet<String>,
    /// Everything that the crate defines.
    local: BTreeSet<String>,
    hidden: &'a [&'a str],
}

impl Reached<'_> {
    fn has(&self, item: &Item) -> bool {
        let own = |name: &Option<String>| name.as_ref().filter(|name| self.local.contains(*name)).cloned();
        match &item.kind {
            Kind::Named => {
                item.name.as_ref().is_some_and(|n| !self.hidden.contains(&n.as_str()) && self.names.contains(n))
            }
            Kind::Impl { of, what } => match own(of).or_else(|| own(what)) {
                Some(name) => self.names.contains(&name) && !self.hidden.contains(&name.as_str()),
                None => true,
            },
            Kind::Use(_) | Kind::Always => true,
        }
    }
}

struct Parsed {
    name: String,
    text: String,
    items: Vec<Item>,
}

struct Item {
    /// From the end of the item before (or the head of the file) to the end of the item's last line.
    range: Range<usize>,
    /// The item itself.
    own: Range<usize>,
    kind: Kind,
    /// What it defines.
    name: Option<String>,
    /// Every name in it.
    mentions: BTreeSet<String>,
}

enum Kind {
    /// Stays if something names it.
    Named,
    /// Stays if its type stays, or for another's type its trait; with neither of the crate's own, always.
    Impl { of: Option<String>, what: Option<String> },
    /// Stays, less what is gone.
    Use(Box<syn::ItemUse>),
    /// Stays: `mod x;`, assertions, macro calls.
    Always,
}

impl Parsed {
    fn new(name: &str, text: &str) -> Result<Parsed, String> {
        let file = syn::parse_file(text).map_err(|error| {
            let at = error.span().start();
            format!("{name}:{}: {error}", at.line)
        })?;
        let lines = Lines::new(text);
        let mut end = file.attrs.iter().map(|attr| lines.at(attr.span().end())).max().unwrap_or(0);
        end = lines.end_of_line(end);
        let mut items = Vec::new();
        for item in &file.items {
            let own = lines.at(item.span().start())..lines.at(item.span().end());
            let to = lines.end_of_line(own.end);
            let mentions = mentions(&text[own.clone()]);
            let (kind, name) = describe(item);
            items.push(Item { range: end..to, own, kind, name, mentions });
            end = to;
        }
        Ok(Parsed { name: name.to_owned(), text: text.to_owned(), items })
    }

    fn without(&self, reached: &Reached<'_>, gone: &BTreeSet<&str>) -> String {
        let mut out = String::new();
        let start = self.items.first().map_or(self.text.len(), |item| item.range.start);
        out.push_str(&self.text[..start]);
        let mut end = start;
        for item in &self.items {
            end = item.range.end;
            if !reached.has(item) {
                // What stands after the last item may belong to it.
                end = self.text.len();
                continue;
            }
            let Kind::Use(used) = &item.kind else {
                out.push_str(&self.text[item.range.clone()]);
                continue;
            };
            let Some(tree) = pruned(&used.tree, gone) else { continue };
            if tree == whole(&used.tree) {
                out.push_str(&self.text[item.range.clone()]);
            } else {
                out.push_str(&self.text[item.range.start..item.own.start]);
                let public = if matches!(used.vis, syn::Visibility::Inherited) { "" } else { "pub " };
                let root = if used.leading_colon.is_some() { "::" } else { "" };
                out.push_str(&format!("{public}use {root}{tree};\n"));
            }
        }
        out.push_str(&self.text[end..]);
        format!("{}\n", out.trim())
    }
}

fn describe(item: &syn::Item) -> (Kind, Option<String>) {
    let named = |ident: &syn::Ident| (Kind::Named, Some(ident.to_string()));
    match item {
        syn::Item::Fn(item) => named(&item.sig.ident),
        syn::Item::Struct(item) => named(&item.ident),
        syn::Item::Enum(item) => named(&item.ident),
        syn::Item::Union(item) => named(&item.ident),
        syn::Item::Trait(item) => named(&item.ident),
        syn::Item::TraitAlias(item) => named(&item.ident),
        syn::Item::Type(item) => named(&item.ident),
        syn::Item::Const(item) if item.ident != "_" => named(&item.ident),
        syn::Item::Static(item) => named(&item.ident),
        syn::Item::Macro(syn::ItemMacro { ident: Some(ident), .. }) => named(ident),
        syn::Item::Mod(item) if item.content.is_some() => named(&item.ident),
        syn::Item::Impl(item) => {
            let of = match &*item.self_ty {
                syn::Type::Path(path) => last(&path.path),
                syn::Type::Reference(reference) => match &*reference.elem {
                    syn::Type::Path(path) => last(&path.path),
                    _ => None,
                },
                _ => None,
            };
            (Kind::Impl { of, what: item.trait_.as_ref().and_then(|(path, _)| last(path)) }, None)
        }
        syn::Item::Use(item) => (Kind::Use(Box::new(item.clone())), None),
        _ => (Kind::Always, None),
    }
}

fn last(path: &syn::Path) -> Option<String> {
    path.segments.last().map(|segment| segment.ident.to_string())
}

/// Every name in a piece of code, also those in the braces of a format string.
fn mentions(code: &str) -> BTreeSet<String> {
    fn collect(tokens: TokenStream, names: &mut BTreeSet<String>) {
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => {
                    names.insert(ident.to_string());
                }
                TokenTree::Group(group) => collect(group.stream(), names),
                TokenTree::Literal(literal) => {
                    let text = literal.to_string();
                    for part in text.split('{').skip(1) {
                        let name = |c: char| c.is_alphanumeric() || c == '_';
                        let word: String = part.chars().take_while(|c| name(*c)).collect();
                        if !word.is_empty() {
                            names.insert(word);
                        }
                    }
                }
                TokenTree::Punct(_) => {}
            }
        }
    }
    let mut names = BTreeSet::new();
    if let Ok(tokens) = code.parse::<TokenStream>() {
        collect(tokens, &mut names);
    }
    names
}

/// What is needed under another name is needed.
fn renamed(tree: &syn::UseTree, names: &mut BTreeSet<String>) {
    match tree {
        syn::UseTree::Path(path) => renamed(&path.tree, names),
        syn::UseTree::Group(group) => group.items.iter().for_each(|tree| renamed(tree, names)),
        syn::UseTree::Rename(name) if names.contains(&name.rename.to_string()) => {
            names.insert(name.ident.to_string());
        }
        _ => {}
    }
}

/// An import as text.
fn whole(tree: &syn::UseTree) -> String {
    pruned(tree, &BTreeSet::new()).unwrap_or_default()
}

/// An import without what is gone; none if nothing is left.
fn pruned(tree: &syn::UseTree, gone: &BTreeSet<&str>) -> Option<String> {
    let stays = |ident: &syn::Ident| !gone.contains(ident.to_string().as_str());
    match tree {
        syn::UseTree::Path(path) => pruned(&path.tree, gone).map(|rest| format!("{}::{rest}", path.ident)),
        syn::UseTree::Name(name) => stays(&name.ident).then(|| name.ident.to_string()),
        syn::UseTree::Rename(name) => stays(&name.ident).then(|| format!("{} as {}", name.ident, name.rename)),
        syn::UseTree::Group(group) => {
            let kept: Vec<String> = group.items.iter().filter_map(|tree| pruned(tree, gone)).collect();
            match kept.as_slice() {
                [] => None,
                [one] if group.items.len() > 1 => Some(one.clone()),
                several => Some(format!("{{{}}}", several.join(", "))),
            }
        }
        _ => Some("*".to_owned()),
    }
}

/// Where the lines of a text begin.
struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    fn new(text: &'a str) -> Lines<'a> {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Lines { text, starts }
    }

    /// The byte at a line (from 1) and a column (characters, from 0).
    fn at(&self, place: LineColumn) -> usize {
        let start = self.starts.get(place.line - 1).copied().unwrap_or(self.text.len());
        let line = &self.text[start..];
        start + line.char_indices().nth(place.column).map_or(line.len(), |(at, _)| at)
    }

    /// The start of the next line; a comment behind an item belongs to it.
    fn end_of_line(&self, at: usize) -> usize {
        if at == 0 {
            return 0;
        }
        self.text[at..].find('\n').map_or(self.text.len(), |rest| at + rest + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIB: &str = r#"//! Checks.
#![allow(dead_code)]

mod parts;

use gradekit::*;
use parts::{Kept, Secret, secret_part as part};
use std::fmt::Write as _;

/// As many as there are.
const MANY: u64 = 3;
const SECRET_LIMIT: u64 = 7;

/// The interface.
const _: fn() = || {
    let _ = student::f;
};

/// Help for both.
fn help(kept: Kept) -> u64 {
    kept.0 + MANY
}

// SECRET: a remark above.
/// SECRET: documented.
fn secret_help() -> Secret { // SECRET: behind
    Secret(SECRET_LIMIT)
}

struct SecretThing;

impl std::fmt::Debug for SecretThing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SECRET")
    }
}

pub fn shown() {
    let n = help(Kept(1));
    assert_eq!(n, 4, "not {MANY_SHOWN}");
}

const MANY_SHOWN: u64 = 9;

// SECRET: above the check.
pub fn hidden_one() {
    let _ = (secret_help(), SecretThing, help(Kept(2)), part());
}
// SECRET: at the end.
"#;

    const PARTS: &str = "pub struct Kept(pub u64);

impl Kept {
    pub fn get(&self) -> u64 {
        self.0
    }
}

pub struct Secret(pub u64);

impl Secret {
    fn x() {}
}

pub fn secret_part() {}
";

    #[test]
    fn no_trace_is_left() {
        let files = [("lib.rs".to_owned(), LIB.to_owned()), ("parts.rs".to_owned(), PARTS.to_owned())];
        let out = visible_sources(&files, &["shown"], &["hidden_one"]).unwrap();
        for (name, text) in &out {
            assert!(!text.to_lowercase().contains("secret") && !text.contains("hidden_one"), "{name}: {text}");
            syn::parse_file(text).unwrap();
        }
        let lib = &out[0].1;
        for kept in [
            "//! Checks.",
            "#![allow(dead_code)]",
            "mod parts;",
            "use parts::Kept;",
            "use gradekit::*;",
            "use std::fmt::Write as _;",
            "/// As many as there are.
const MANY",
            "const _: fn()",
            "/// Help for both.
fn help",
            "pub fn shown()",
            "const MANY_SHOWN",
        ] {
            assert!(lib.contains(kept), "{kept} in {lib}");
        }
        assert!(out[1].1.contains("impl Kept {"));
    }

    #[test]
    fn without_hidden_checks_everything_needed_stays_as_it_is() {
        let files = [("lib.rs".to_owned(), LIB.to_owned()), ("parts.rs".to_owned(), PARTS.to_owned())];
        let out = visible_sources(&files, &["shown", "hidden_one"], &[]).unwrap();
        assert_eq!(out, files);
        assert!(visible_sources(&[("lib.rs".into(), "fn (".into())], &[], &[]).unwrap_err().starts_with("lib.rs:1: "));
    }
}
