//! Two texts of one article beside each other: where they differ, word by word, and one text made of both.

use super::ArticleForm;
use super::markdown::to_markdown;
use crate::base::html_tree::{parse, serialise};
use crate::base::keys::content_hash;
use similar::{Algorithm, ChangeTag, DiffOp, TextDiff, capture_diff_slices};
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::time::Instant;

/// The most places in a body that are chosen one by one.
const MAX_PLACES: usize = 100;
/// The most blocks of a body that are compared one by one. No time limit here: the same texts have the same places.
const MAX_BLOCKS: usize = 2000;

/// The fields that can differ, with their labels.
const FIELDS: [(&str, &str); 25] = [
    ("title", "Tiêu đề"),
    ("category", "Chuyên mục"),
    ("further", "Cũng hiện ở chuyên mục"),
    ("tags", "Thẻ"),
    ("lead", "Đoạn mở đầu"),
    ("picture", "Ảnh đầu bài"),
    ("caption", "Chú thích ảnh"),
    ("author", "Tác giả"),
    ("publish_at", "Giờ đăng"),
    ("ends_at", "Giờ hết hạn"),
    ("related", "Bài liên quan"),
    ("closed_to_comments", "Không nhận ý kiến"),
    ("closed_to_ratings", "Không nhận đánh giá"),
    ("source", "Nguồn"),
    ("slug", "Địa chỉ"),
    ("description", "Câu giới thiệu"),
    ("number", "Số, ký hiệu"),
    ("document_kind", "Loại văn bản"),
    ("issuer", "Cơ quan ban hành"),
    ("signer", "Người ký"),
    ("issued_on", "Ngày ban hành"),
    ("in_force_from", "Ngày có hiệu lực"),
    ("in_force_until", "Ngày hết hiệu lực"),
    ("replaces", "Thay thế văn bản"),
    ("opinions_until", "Hạn góp ý"),
];

/// Where two texts differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Difference {
    pub(super) label: String,
    /// What the first text says there, as people read it.
    pub(super) first: String,
    pub(super) second: String,
    /// Its name in forms: the field, or what both texts say there.
    pub(super) key: String,
    /// What is taken without a question, because only one of the two texts differs there from the one before.
    pub(super) automatic: Option<Choice>,
    place: Place,
}

impl Difference {
    /// Whether the text can be made of both, one after the other.
    pub(super) fn is_in_body(&self) -> bool {
        matches!(self.place, Place::Blocks { .. })
    }

    /// The field in which they differ; `None` for a place in the body.
    pub(super) fn field(&self) -> Option<&'static str> {
        match self.place {
            Place::Field(field) => Some(field),
            Place::Blocks { .. } => None,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    Field(&'static str),
    /// Paragraphs, tables and pictures of both bodies.
    Blocks {
        first: Range<usize>,
        second: Range<usize>,
    },
}

/// What is taken where two texts differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Choice {
    First,
    Second,
    /// Both, the first before the second.
    Both,
}

impl Choice {
    pub(super) const ALL: [Self; 3] = [Self::First, Self::Second, Self::Both];

    /// Its name in forms.
    pub(super) fn value(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Second => "second",
            Self::Both => "both",
        }
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|choice| choice.value() == text)
    }
}

/// Two texts of one article, whose bodies are HTML as bodies are stored.
#[derive(Debug)]
pub(super) struct Comparison<'a> {
    first: &'a ArticleForm,
    second: &'a ArticleForm,
    first_blocks: Vec<String>,
    second_blocks: Vec<String>,
    pub(super) differences: Vec<Difference>,
}

impl<'a> Comparison<'a> {
    /// Compares two texts field by field, and their bodies block by block. `base` is the text that both were made
    /// from, where it is known: what only one of them changed is taken by itself.
    pub(super) fn new(first: &'a ArticleForm, second: &'a ArticleForm, base: Option<&ArticleForm>) -> Self {
        let (first_blocks, second_blocks) = (split_blocks(&first.body), split_blocks(&second.body));
        let differing = FIELDS.iter().filter(|(field, _)| value(first, field).trim() != value(second, field).trim());
        let mut differences: Vec<Difference> = differing
            .map(|(field, label)| {
                let before = base.map(|base| value(base, field));
                let is_before = |text: &str| before.as_ref().is_some_and(|before| before.trim() == text.trim());
                let (first, second) = (value(first, field), value(second, field));
                let automatic = match (is_before(&first), is_before(&second)) {
                    (false, true) => Some(Choice::First),
                    (true, false) => Some(Choice::Second),
                    _ => None,
                };
                let key = (*field).to_owned();
                Difference { label: (*label).to_owned(), first, second, key, automatic, place: Place::Field(field) }
            })
            .collect();
        let before: Option<HashSet<String>> = base.map(|base| split_blocks(&base.body).into_iter().collect());
        for (number, (one, other)) in find_places(&first_blocks, &second_blocks).into_iter().enumerate() {
            let (first, second) = (&first_blocks[one.clone()], &second_blocks[other.clone()]);
            let text = |blocks: &[String]| to_markdown(&blocks.concat());
            let both = [first.concat(), second.concat()].join("\0");
            differences.push(Difference {
                label: format!("Nội dung, chỗ khác thứ {}", number + 1),
                first: text(first),
                second: text(second),
                key: format!("{}-{number}", content_hash(both.as_bytes())),
                automatic: before.as_ref().and_then(|before| choose_automatically(before, first, second)),
                place: Place::Blocks { first: one, second: other },
            });
        }
        Self { first, second, first_blocks, second_blocks, differences }
    }

    /// Makes one text of both by what is taken by itself and by a choice, under its key, for each other difference.
    /// `None` where one is missing.
    pub(super) fn merge(&self, choices: &HashMap<String, Choice>) -> Option<ArticleForm> {
        let mut merged = self.second.clone();
        let mut body = String::new();
        let mut written = 0;
        for difference in &self.differences {
            let choice = difference.automatic.or_else(|| choices.get(&difference.key).copied())?;
            match &difference.place {
                Place::Field(field) if choice == Choice::First => take_field(&mut merged, self.first, field),
                Place::Field(_) => {}
                Place::Blocks { first, second } => {
                    body.push_str(&self.second_blocks[written..second.start].concat());
                    written = second.end;
                    if choice != Choice::Second {
                        body.push_str(&self.first_blocks[first.clone()].concat());
                    }
                    if choice != Choice::First {
                        body.push_str(&self.second_blocks[second.clone()].concat());
                    }
                }
            }
        }
        body.push_str(&self.second_blocks[written..].concat());
        Some(ArticleForm { body, ..merged })
    }
}

/// A body as its paragraphs, headings, lists, tables and pictures.
fn split_blocks(body: &str) -> Vec<String> {
    parse(body).chunks(1).map(serialise).collect()
}

/// Which text is taken at a place, if it alone differs there from the text before.
fn choose_automatically(before: &HashSet<String>, first: &[String], second: &[String]) -> Option<Choice> {
    let is_old = |blocks: &[String]| blocks.iter().all(|block| before.contains(block));
    let is_new = |blocks: &[String]| blocks.iter().all(|block| !before.contains(block));
    match (first, second) {
        // one of them left out what stood there
        (kept, []) if is_old(kept) => Some(Choice::Second),
        ([], kept) if is_old(kept) => Some(Choice::First),
        (changed, kept) if is_new(changed) && is_old(kept) => Some(Choice::First),
        (kept, changed) if is_old(kept) && is_new(changed) => Some(Choice::Second),
        _ => None,
    }
}

/// Finds the places where two lists of blocks differ.
fn find_places(first: &[String], second: &[String]) -> Vec<(Range<usize>, Range<usize>)> {
    if first.len().max(second.len()) > MAX_BLOCKS {
        let is_same = first == second;
        return if is_same { Vec::new() } else { vec![(0..first.len(), 0..second.len())] };
    }
    let ops = capture_diff_slices(Algorithm::Myers, first, second);
    let differing = ops.iter().filter(|op| !matches!(op, DiffOp::Equal { .. }));
    let places: Vec<_> = differing.map(|op| (op.old_range(), op.new_range())).collect();
    match (places.first(), places.last()) {
        (Some(begin), Some(end)) if places.len() > MAX_PLACES => {
            vec![(begin.0.start..end.0.end, begin.1.start..end.1.end)]
        }
        _ => places,
    }
}

/// What a form says in a field.
fn value(form: &ArticleForm, field: &str) -> String {
    if field == "further" {
        let mut further = form.further.clone();
        further.sort_unstable();
        return further.join(",");
    }
    form.get(field).replace("\r\n", "\n")
}

fn take_field(form: &mut ArticleForm, from: &ArticleForm, field: &str) {
    let from = from.clone();
    match field {
        "title" => form.title = from.title,
        "category" => form.category = from.category,
        "further" => form.further = from.further,
        "tags" => form.tags = from.tags,
        "lead" => form.lead = from.lead,
        "picture" => form.picture = from.picture,
        "caption" => form.caption = from.caption,
        "author" => form.author = from.author,
        "publish_at" => form.publish_at = from.publish_at,
        "ends_at" => form.ends_at = from.ends_at,
        "related" => form.related = from.related,
        "closed_to_comments" => form.closed_to_comments = from.closed_to_comments,
        "closed_to_ratings" => form.closed_to_ratings = from.closed_to_ratings,
        "source" => form.source = from.source,
        "slug" => form.slug = from.slug,
        "description" => form.description = from.description,
        "number" => form.number = from.number,
        "document_kind" => form.document_kind = from.document_kind,
        "issuer" => form.issuer = from.issuer,
        "signer" => form.signer = from.signer,
        "issued_on" => form.issued_on = from.issued_on,
        "in_force_from" => form.in_force_from = from.in_force_from,
        "in_force_until" => form.in_force_until = from.in_force_until,
        "replaces" => form.replaces = from.replaces,
        "opinions_until" => form.opinions_until = from.opinions_until,
        _ => {}
    }
}

/// A part of a text, and whether only this one of two texts has it.
pub(super) type Word = (ChangeTag, String);

/// Compares two texts word by word, until the deadline; what was not found by then counts as one difference.
pub(super) fn compare_words(first: &str, second: &str, deadline: Instant) -> Vec<Word> {
    if Instant::now() >= deadline {
        return vec![(ChangeTag::Delete, first.to_owned()), (ChangeTag::Insert, second.to_owned())];
    }
    let diff = TextDiff::configure().deadline(deadline).diff_words(first, second);
    diff.iter_all_changes().map(|change| (change.tag(), change.value().to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn form(title: &str, body: &str) -> ArticleForm {
        ArticleForm { title: title.to_owned(), body: body.to_owned(), ..ArticleForm::default() }
    }

    #[test]
    fn one_text_is_made_of_two_by_a_choice_for_each_place() {
        let first = form("Lịch cúp nước", "<p>một</p><p>hai</p><p>ba</p><h2>bốn</h2>");
        let second = form("Cúp nước", "<p>một</p><p>hai, sửa</p><p>ba</p><h2>bốn</h2><p>năm</p>");
        let compared = Comparison::new(&first, &second, None);
        let labels: Vec<&str> = compared.differences.iter().map(|difference| difference.label.as_str()).collect();
        assert_eq!(labels, ["Tiêu đề", "Nội dung, chỗ khác thứ 1", "Nội dung, chỗ khác thứ 2"]);
        assert_eq!(
            (compared.differences[1].first.as_str(), compared.differences[1].second.as_str()),
            ("hai", "hai, sửa")
        );
        let choose = |made: &[Choice]| -> HashMap<String, Choice> {
            compared.differences.iter().map(|difference| difference.key.clone()).zip(made.iter().copied()).collect()
        };
        let merged = compared.merge(&choose(&[Choice::First, Choice::Both, Choice::First])).expect("all are chosen");
        assert_eq!(merged.title, "Lịch cúp nước");
        assert_eq!(merged.body, "<p>một</p><p>hai</p><p>hai, sửa</p><p>ba</p><h2>bốn</h2>");
        assert_eq!(compared.merge(&choose(&[Choice::Second; 3])), Some(second.clone()));
        assert_eq!(compared.merge(&choose(&[Choice::First])), None, "nothing is taken unasked");
    }

    #[test]
    fn what_only_one_of_two_changed_is_no_question() {
        let base = form("Lịch", "<p>một</p><p>hai</p><p>ba</p><p>bốn</p>");
        let first = form("Lịch", "<p>một, của Hoa</p><p>hai</p><p>ba của Hoa</p><p>bốn</p><p>năm của Hoa</p>");
        let second = form("Lịch mới", "<p>một</p><p>hai</p><p>ba của Mai</p>");
        let compared = Comparison::new(&first, &second, Some(&base));
        let open: Vec<&Difference> = compared.differences.iter().filter(|one| one.automatic.is_none()).collect();
        assert_eq!(open.len(), 1, "{open:?}");
        let choices = HashMap::from([(open[0].key.clone(), Choice::Second)]);
        let merged = compared.merge(&choices).expect("all is taken or chosen");
        assert_eq!(merged.title, "Lịch mới");
        assert!(merged.body.starts_with("<p>một, của Hoa</p><p>hai</p>"), "{}", merged.body);
        assert!(merged.body.contains("ba của Mai") && !merged.body.contains("ba của Hoa"), "{}", merged.body);
    }

    #[test]
    fn every_field_of_a_form_is_compared_and_taken() {
        for (field, _) in FIELDS {
            let mut first = ArticleForm::default();
            let mut changed = form("9", "");
            for text in [&mut changed.category, &mut changed.tags, &mut changed.lead, &mut changed.picture] {
                "9".clone_into(text);
            }
            for text in [&mut changed.caption, &mut changed.author, &mut changed.publish_at, &mut changed.ends_at] {
                "9".clone_into(text);
            }
            for text in [&mut changed.related, &mut changed.closed_to_comments, &mut changed.closed_to_ratings] {
                "9".clone_into(text);
            }
            for text in [&mut changed.source, &mut changed.slug, &mut changed.description, &mut changed.number] {
                "9".clone_into(text);
            }
            for text in [&mut changed.document_kind, &mut changed.issuer, &mut changed.signer, &mut changed.replaces] {
                "9".clone_into(text);
            }
            for text in [&mut changed.issued_on, &mut changed.in_force_from, &mut changed.in_force_until] {
                "9".clone_into(text);
            }
            "9".clone_into(&mut changed.opinions_until);
            changed.further = vec!["9".to_owned()];
            take_field(&mut first, &changed, field);
            let second = ArticleForm::default();
            let differences = Comparison::new(&first, &second, None).differences;
            assert_eq!(differences.iter().map(Difference::field).collect::<Vec<_>>(), [Some(field)]);
        }
    }

    #[test]
    fn words_are_compared() {
        let later = Instant::now() + std::time::Duration::from_secs(9);
        let words = compare_words("ngày 24/7, từ 8 giờ", "ngày 25/7, từ 8 giờ", later);
        let changed: Vec<&str> =
            words.iter().filter(|(tag, _)| *tag != ChangeTag::Equal).map(|(_, word)| word.as_str()).collect();
        assert_eq!(changed, ["24/7,", "25/7,"]);
    }

    #[test]
    fn long_texts_without_a_common_word_are_one_place() {
        let text = |word: &str| (0..4000).map(|n| format!("<p>{word}{n}</p>")).collect::<String>();
        let (first, second) = (form("a", &text("a")), form("a", &text("b")));
        let compared = Comparison::new(&first, &second, None);
        assert_eq!(compared.differences.len(), 1);
        let all = HashMap::from([(compared.differences[0].key.clone(), Choice::First)]);
        assert_eq!(compared.merge(&all).expect("is chosen").body, first.body);
        let words = compare_words(&first.body, &second.body, Instant::now());
        assert_eq!(words.len(), 2, "when there is no time left, all of it differs");
    }

    proptest! {
        #[test]
        fn all_of_one_text_is_that_text(
            first in proptest::collection::vec(0u8..6, 0..12),
            second in proptest::collection::vec(0u8..6, 0..12),
        ) {
            let text = |blocks: &[u8]| blocks.iter().map(|block| format!("<p>{block}</p>")).collect::<String>();
            let (first, second) = (form("a", &text(&first)), form("b", &text(&second)));
            let compared = Comparison::new(&first, &second, None);
            for (choice, whole) in [(Choice::First, &first), (Choice::Second, &second)] {
                let all = compared.differences.iter().map(|difference| (difference.key.clone(), choice)).collect();
                let merged = compared.merge(&all);
                prop_assert_eq!(merged.as_ref(), Some(whole));
            }
        }
    }
}
