//! The rules of the code's structure, read from the sources: who may use whom, and what stands where.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// A file of the crate.
struct Source {
    /// Its path below `src`: `features/comments/store.rs`.
    path: String,
    /// Its text without its tests.
    text: String,
    /// The files of the crate that it uses.
    uses: BTreeSet<String>,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn list_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("reads the folder") {
        let path = entry.expect("reads the entry").path();
        if path.is_dir() {
            list_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Whether a file has nothing but tests and their helpers.
fn is_test(path: &str) -> bool {
    path.ends_with("tests.rs") || path == "testing.rs"
}

/// The text up to the tests, which stand at the end of a file.
fn without_tests(text: &str) -> &str {
    let marks = ["#[cfg(test)]\nmod tests {", "#[cfg(all(test, feature = \"ssr\"))]\nmod tests {"];
    let end = marks.iter().filter_map(|mark| text.find(mark)).min();
    &text[..end.unwrap_or(text.len())]
}

fn load() -> Vec<Source> {
    let mut files = Vec::new();
    list_files(&root(), &mut files);
    let names: Vec<String> =
        files.iter().map(|file| file.strip_prefix(root()).expect("is inside").to_string_lossy().into_owned()).collect();
    let known: BTreeSet<&str> = names.iter().map(String::as_str).collect();
    let sources = names.iter().filter(|name| !is_test(name)).map(|name| {
        let text = fs::read_to_string(root().join(name)).expect("reads the file");
        let text = without_tests(&text).to_owned();
        let uses = find_uses(name, &text, &known);
        Source { path: name.clone(), text, uses }
    });
    sources.collect()
}

/// The module path of a file: `features/comments/store.rs` is `features::comments::store`.
fn module_of(path: &str) -> Vec<String> {
    let path = path.trim_end_matches(".rs").trim_end_matches("/mod");
    if path == "lib" { Vec::new() } else { path.split('/').map(str::to_owned).collect() }
}

/// The file in which the longest known beginning of a module path is defined.
fn file_of(module: &[String], known: &BTreeSet<&str>) -> Option<String> {
    (1..=module.len()).rev().find_map(|length| {
        let path = module[..length].join("/");
        [format!("{path}.rs"), format!("{path}/mod.rs")].into_iter().find(|file| known.contains(file.as_str()))
    })
}

/// Every path of the crate in a text: `crate::…`, `super::…`, with the groups of `use` written out.
fn find_uses(name: &str, text: &str, known: &BTreeSet<&str>) -> BTreeSet<String> {
    let code: String =
        text.lines().filter(|line| !line.trim_start().starts_with("//")).map(|line| format!("{line}\n")).collect();
    let own = module_of(name);
    let mut uses = BTreeSet::new();
    for start in ["crate::", "super::"] {
        let mut rest = code.as_str();
        while let Some(at) = rest.find(start) {
            let before = rest[..at].chars().next_back();
            let path = &rest[at..];
            rest = &rest[at + start.len()..];
            // the later parts of `super::super::` belong to the first
            if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':') {
                continue;
            }
            for path in expand(path) {
                let mut module = if start == "crate::" { Vec::new() } else { own.clone() };
                let mut parts = path.split("::").peekable();
                while let Some(part) = parts.peek() {
                    match *part {
                        "crate" => {}
                        "super" => drop(module.pop()),
                        _ => break,
                    }
                    parts.next();
                }
                module.extend(parts.map(str::to_owned));
                uses.extend(file_of(&module, known).filter(|file| file != name));
            }
        }
    }
    uses
}

/// Writes out the groups of a path: `a::{b, c::d}` is `a::b` and `a::c::d`.
fn expand(text: &str) -> Vec<String> {
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':')).unwrap_or(text.len());
    let head = &text[..end];
    if !(head.ends_with("::") && text[end..].starts_with('{')) {
        return vec![head.to_owned()];
    }
    let (mut depth, mut start, mut parts) = (0, end + 1, Vec::new());
    for (at, c) in text.char_indices().skip_while(|(at, _)| *at < end) {
        match c {
            '{' => depth += 1,
            '}' if depth == 1 => {
                parts.push(&text[start..at]);
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 1 => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    let parts = parts.into_iter().map(str::trim).filter(|part| !part.is_empty());
    parts.flat_map(|part| expand(part).into_iter().map(|part| format!("{head}{part}")).collect::<Vec<_>>()).collect()
}

/// The layer of a file; each uses only its own and lower ones.
fn layer(path: &str) -> u8 {
    match path.split('/').next().unwrap_or_default() {
        "base" | "routes" | "routes.rs" => 0,
        "web" | "live" => 1,
        "features" => 2,
        _ => 3,
    }
}

/// The feature that a file belongs to.
fn feature(path: &str) -> Option<&str> {
    path.strip_prefix("features/").filter(|rest| rest.contains('/')).and_then(|rest| rest.split('/').next())
}

/// Whether a file puts features together: a page or a room.
fn puts_together(path: &str) -> bool {
    ["page.rs", "room.rs"].iter().any(|end| path.ends_with(end))
}

fn is_store(path: &str) -> bool {
    path.contains("/store/") || path.ends_with("/store.rs")
}

#[test]
fn layers_use_only_lower_ones() {
    let mut wrong = Vec::new();
    for source in load() {
        for used in source.uses.iter().filter(|used| layer(used) > layer(&source.path)) {
            wrong.push(format!("{} uses {used}", source.path));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn features_meet_through_their_mod_and_store() {
    let mut wrong = Vec::new();
    for source in load() {
        let Some(own) = feature(&source.path) else { continue };
        for used in &source.uses {
            let Some(other) = feature(used).filter(|other| *other != own) else { continue };
            let is_open = *used == format!("features/{other}/mod.rs") || is_store(used);
            if !is_open && !puts_together(&source.path) && !has_exception(&source.path, used) {
                wrong.push(format!("{} uses {used}", source.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Parts that a feature offers to others besides its `mod.rs` and store, each with its reason.
fn has_exception(user: &str, used: &str) -> bool {
    const OFFERED: &[&str] = &[
        // how text with reasons is highlighted
        "features/rules/html.rs",
        // a picture in every size
        "features/media/html.rs",
        // visits in memory, which judge a vote
        "features/statistics/traffic.rs",
        // covering, which the queue and the export show
        "features/comments/cover.rs",
        // the rules of a body, for who writes one
        "features/articles/sanitise.rs",
        // the pictures that a body shows
        "features/media/body.rs",
        // videos of other hosts, for who writes or sanitises a body
        "features/media/video.rs",
        // files of a picture, for the store of pictures
        "features/media/files.rs",
    ];
    OFFERED.contains(&used) && user != used
}

#[test]
fn nobody_uses_a_page_or_a_room() {
    let mut wrong = Vec::new();
    for source in load().iter().filter(|source| layer(&source.path) < 3) {
        for used in source.uses.iter().filter(|used| feature(used).is_some() && puts_together(used)) {
            wrong.push(format!("{} uses {used}", source.path));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Whether one of the files is a folder's root and the other a part of it. A root names its parts, and parts use the
/// types of their root; that is one unit.
fn are_one_unit(a: &str, b: &str) -> bool {
    let folder = |path: &str| path.trim_end_matches("/mod.rs").trim_end_matches(".rs").to_owned();
    let (a, b) = (folder(a), folder(b));
    a.starts_with(&format!("{b}/")) || b.starts_with(&format!("{a}/"))
}

/// The first circle that begins and ends at `start`, if there is one.
fn find_circle<'a>(start: &'a str, graph: &BTreeMap<&'a str, Vec<&'a str>>) -> Option<Vec<&'a str>> {
    let mut seen = BTreeSet::new();
    let mut paths = vec![vec![start]];
    while let Some(path) = paths.pop() {
        for next in graph.get(path.last()?).into_iter().flatten() {
            if *next == start {
                return Some(path);
            }
            if seen.insert(*next) {
                paths.push([path.as_slice(), &[*next]].concat());
            }
        }
    }
    None
}

#[test]
fn no_files_use_each_other_in_a_circle() {
    let sources = load();
    let graph: BTreeMap<&str, Vec<&str>> = sources
        .iter()
        .map(|source| {
            let uses = source.uses.iter().filter(|used| !are_one_unit(&source.path, used));
            (source.path.as_str(), uses.map(String::as_str).collect())
        })
        .collect();
    let circles: Vec<String> =
        graph.keys().filter_map(|start| find_circle(start, &graph)).map(|circle| circle.join(" > ")).collect();
    assert!(circles.is_empty(), "{circles:#?}");
}

#[test]
fn only_stores_have_sql() {
    let sources = load();
    let wrong: Vec<&str> = sources
        .iter()
        .filter(|source| !is_store(&source.path))
        .filter(|source| source.text.contains("sqlx::query"))
        .map(|source| source.path.as_str())
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    let unchecked: Vec<&str> = sources
        .iter()
        .filter(|source| {
            ["sqlx::query(", "sqlx::query_as(", "sqlx::query_scalar("].iter().any(|call| source.text.contains(call))
        })
        .map(|source| source.path.as_str())
        .collect();
    assert!(unchecked.is_empty(), "unchecked queries: {unchecked:#?}");
}

#[test]
fn stores_show_nothing() {
    let mut wrong = Vec::new();
    for source in load().iter().filter(|source| is_store(&source.path)) {
        if source.text.contains("use leptos::") {
            wrong.push(format!("{} renders", source.path));
        }
        let sentence = source.text.lines().find(|line| is_vietnamese(line) && !line.trim_start().starts_with("//"));
        // what readers see in the place of an erased comment is stored as text
        if let Some(line) = sentence.filter(|line| !line.contains("Đã xóa")) {
            wrong.push(format!("{} says {}", source.path, line.trim()));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The sentences of the one error type, and the words of dates, are all that the base says to people.
const BASE_WITH_TEXT: [&str; 2] = ["base/error.rs", "base/clock.rs"];

#[test]
fn the_base_has_no_text_for_people_but_that_of_errors_and_dates() {
    let sources = load();
    let base = sources.iter().filter(|source| source.path.starts_with("base/"));
    let wrong: Vec<String> = base
        .filter(|source| !BASE_WITH_TEXT.contains(&source.path.as_str()))
        .flat_map(|source| {
            let lines = source.text.lines().filter(|line| !line.trim_start().starts_with("//"));
            // the letter that has no decomposition is folded by hand
            let said = lines.filter(|line| is_vietnamese(&line.replace(['đ', 'Đ'], "")));
            said.map(|line| format!("{} says {}", source.path, line.trim())).collect::<Vec<_>>()
        })
        .collect();
    assert!(wrong.is_empty(), "give the sentence in the feature that says it: {wrong:#?}");
}

/// Everything that tests do: the tests of the crate with their helpers, and those of the program.
fn load_tests() -> String {
    let mut files = Vec::new();
    list_files(&root(), &mut files);
    let crate_root = Path::new(env!("CARGO_MANIFEST_DIR"));
    list_files(&crate_root.join("tests"), &mut files);
    list_files(&crate_root.join("../server/tests"), &mut files);
    let texts = files.iter().map(|file| {
        let text = fs::read_to_string(file).expect("reads the file");
        let is_inside = file.starts_with(root()) && !is_test(&file.to_string_lossy());
        if is_inside { text[without_tests(&text).len()..].to_owned() } else { text }
    });
    texts.collect()
}

/// How often a text calls a function, and not a method or another function whose name ends like it.
fn count_calls(text: &str, name: &str) -> usize {
    let call = format!("{name}(");
    let calls = text.match_indices(&call).map(|(at, _)| &text[..at]);
    let is_other = |before: &str| before.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '.');
    calls.filter(|before| !is_other(before) && !before.ends_with("fn ")).count()
}

/// A function that writes is seen to work, to be repeated and to be refused: three calls are the least.
#[test]
fn every_store_function_is_called_by_a_test_and_one_that_writes_by_three() {
    const WRITING: &[&str] = &["insert into ", "update ", "delete from ", ".begin()"];
    let tests = load_tests();
    let mut wrong = Vec::new();
    for source in load().iter().filter(|source| is_store(&source.path)) {
        for item in source.text.split("\n}\n") {
            let mut lines = item.lines().filter(|line| !line.trim_start().starts_with("//"));
            let head =
                lines.find_map(|line| line.strip_prefix("pub async fn ").or_else(|| line.strip_prefix("pub fn ")));
            let Some(name) = head.and_then(|head| head.split(['(', '<']).next()) else { continue };
            let writes = lines.any(|line| WRITING.iter().any(|word| line.contains(word)));
            let calls = count_calls(&tests, name);
            if calls < if writes { 3 } else { 1 } {
                wrong.push(format!("{}: {name}, {calls}", source.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn is_vietnamese(line: &str) -> bool {
    line.chars()
        .any(|c| ('\u{1ea0}'..='\u{1ef9}').contains(&c) || ['ă', 'â', 'đ', 'ê', 'ô', 'ơ', 'ư', 'Đ', 'Ý'].contains(&c))
}

/// Whether a line prints a number with its signs already set, as only the formatter may.
fn has_printed_number(line: &str) -> bool {
    line.split('"').skip(1).step_by(2).any(|text| {
        let bytes = text.as_bytes();
        let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
        (1..bytes.len()).any(|at| {
            matches!(bytes[at], b'.' | b',') && is_digit(at - 1) && (at + 1..=at + 3).all(is_digit) && !is_digit(at + 4)
        })
    })
}

#[test]
fn only_the_formatter_prints_thousands() {
    assert!(has_printed_number(r#"x("tối đa 3,000 ký tự")"#) && has_printed_number(r#""1.048 lượt""#));
    assert!(!has_printed_number(r#""ngày 12.07.2023""#) && !has_printed_number(r#"// 1,048 "x""#));
    for source in load() {
        // the setting shows both formats as examples
        let is_example = |line: &str| source.path == "web/settings.rs" && line.contains("1.048 và 4,7");
        let lines = source.text.lines().filter(|line| !is_example(line) && !line.contains("how numbers are printed"));
        for line in lines {
            let path = &source.path;
            assert!(!has_printed_number(line), "{path} prints a number by hand; use base::format: {}", line.trim());
        }
    }
}

#[test]
fn addresses_stand_in_one_place() {
    let mut wrong = Vec::new();
    // a literal that begins with the path of any route but the front page
    let paths: Vec<&str> = app::routes::ALL.iter().map(|route| route.path.trim_end_matches('/')).collect();
    let has_address = |code: &str| {
        code.split('"').skip(1).step_by(2).any(|literal| {
            literal.starts_with("/api/")
                || paths.iter().any(|path| {
                    let rest = literal.strip_prefix(path).filter(|_| !path.is_empty());
                    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#', '{']))
                })
        })
    };
    for source in load().iter().filter(|source| source.path != "routes.rs") {
        for line in source.text.lines() {
            let code = line.trim_start();
            let is_declaration = code.contains("prefix = \"/api\"");
            if has_address(code) && !is_declaration && !code.starts_with("//") {
                wrong.push(format!("{}: {code}", source.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn paths_in_groups_are_written_out() {
    let found = expand("crate::a::{self, b, c::{d, e}};");
    assert_eq!(found, ["crate::a::self", "crate::a::b", "crate::a::c::d", "crate::a::c::e"]);
    assert_eq!(expand("crate::a::b::C::new(x)"), ["crate::a::b::C::new"]);
}
