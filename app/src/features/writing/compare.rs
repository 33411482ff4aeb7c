//! Two texts of one article beside each other: where they differ, word by word, and one text made of both.

use super::ArticleForm;
use super::html_tree::{parse, serialise};
use super::markdown::to_markdown;
use similar::{Algorithm, ChangeTag, DiffOp, TextDiff, capture_diff_slices_deadline};
use std::ops::Range;
use std::time::{Duration, Instant};

/// How long looking for differences may take; what was not found by then counts as one difference.
const TIME_LIMIT: Duration = Duration::from_millis(200);
/// The most places in a body that are chosen one by one.
const MAX_PLACES: usize = 100;

/// The fields that can differ, with their labels.
const FIELDS: [(&str, &str); 16] = [
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
];

/// Where two texts differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Difference {
    pub(super) label: String,
    /// What the first text says there, as people read it.
    pub(super) first: String,
    pub(super) second: String,
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
    /// Compares two texts field by field, and their bodies block by block.
    pub(super) fn new(first: &'a ArticleForm, second: &'a ArticleForm) -> Self {
        let (first_blocks, second_blocks) = (split_blocks(&first.body), split_blocks(&second.body));
        let differing = FIELDS.iter().filter(|(field, _)| value(first, field).trim() != value(second, field).trim());
        let mut differences: Vec<Difference> = differing
            .map(|(field, label)| Difference {
                label: (*label).to_owned(),
                first: value(first, field),
                second: value(second, field),
                place: Place::Field(field),
            })
            .collect();
        let places = find_places(&first_blocks, &second_blocks);
        for (number, (one, other)) in places.into_iter().enumerate() {
            let text = |blocks: &[String]| to_markdown(&blocks.concat());
            differences.push(Difference {
                label: format!("Nội dung, chỗ khác thứ {}", number + 1),
                first: text(&first_blocks[one.clone()]),
                second: text(&second_blocks[other.clone()]),
                place: Place::Blocks { first: one, second: other },
            });
        }
        Self { first, second, first_blocks, second_blocks, differences }
    }

    /// Makes one text of both: a choice for each difference, in their order. Where none was made, the second stays.
    pub(super) fn merge(&self, choices: &[Choice]) -> ArticleForm {
        let mut merged = self.second.clone();
        let mut body = String::new();
        let mut written = 0;
        for (index, difference) in self.differences.iter().enumerate() {
            let choice = choices.get(index).copied().unwrap_or(Choice::Second);
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
        ArticleForm { body, ..merged }
    }
}

/// A body as its paragraphs, headings, lists, tables and pictures.
fn split_blocks(body: &str) -> Vec<String> {
    parse(body).chunks(1).map(serialise).collect()
}

/// Finds the places where two lists of blocks differ.
fn find_places(first: &[String], second: &[String]) -> Vec<(Range<usize>, Range<usize>)> {
    let deadline = Some(Instant::now() + TIME_LIMIT);
    let ops = capture_diff_slices_deadline(Algorithm::Myers, first, second, deadline);
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
        _ => {}
    }
}

/// A part of a text, and whether only this one of two texts has it.
pub(super) type Word = (ChangeTag, String);

/// Compares two texts word by word.
pub(super) fn compare_words(first: &str, second: &str) -> Vec<Word> {
    let diff = TextDiff::configure().timeout(TIME_LIMIT).diff_words(first, second);
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
        let compared = Comparison::new(&first, &second);
        let labels: Vec<&str> = compared.differences.iter().map(|difference| difference.label.as_str()).collect();
        assert_eq!(labels, ["Tiêu đề", "Nội dung, chỗ khác thứ 1", "Nội dung, chỗ khác thứ 2"]);
        assert_eq!(
            (compared.differences[1].first.as_str(), compared.differences[1].second.as_str()),
            ("hai", "hai, sửa")
        );
        let merged = compared.merge(&[Choice::First, Choice::Both, Choice::First]);
        assert_eq!(merged.title, "Lịch cúp nước");
        assert_eq!(merged.body, "<p>một</p><p>hai</p><p>hai, sửa</p><p>ba</p><h2>bốn</h2>");
        assert_eq!(compared.merge(&[]), second, "without a choice the second stays");
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
            for text in [&mut changed.source, &mut changed.slug, &mut changed.description] {
                "9".clone_into(text);
            }
            changed.further = vec!["9".to_owned()];
            take_field(&mut first, &changed, field);
            let second = ArticleForm::default();
            let differences = Comparison::new(&first, &second).differences;
            assert_eq!(differences.iter().map(Difference::field).collect::<Vec<_>>(), [Some(field)]);
        }
    }

    #[test]
    fn words_are_compared() {
        let words = compare_words("ngày 24/7, từ 8 giờ", "ngày 25/7, từ 8 giờ");
        let changed: Vec<&str> =
            words.iter().filter(|(tag, _)| *tag != ChangeTag::Equal).map(|(_, word)| word.as_str()).collect();
        assert_eq!(changed, ["24/7,", "25/7,"]);
    }

    #[test]
    fn two_texts_without_a_common_word_are_compared_in_time() {
        let text = |word: &str| (0..4000).map(|n| format!("<p>{word}{n}</p>")).collect::<String>();
        let (first, second) = (form("a", &text("a")), form("b", &text("b")));
        let began = Instant::now();
        let compared = Comparison::new(&first, &second);
        assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
        assert_eq!(compared.merge(&[Choice::First; 200]).body, first.body);
    }

    proptest! {
        #[test]
        fn all_of_one_text_is_that_text(
            first in proptest::collection::vec(0u8..6, 0..12),
            second in proptest::collection::vec(0u8..6, 0..12),
        ) {
            let text = |blocks: &[u8]| blocks.iter().map(|block| format!("<p>{block}</p>")).collect::<String>();
            let (first, second) = (form("a", &text(&first)), form("b", &text(&second)));
            let compared = Comparison::new(&first, &second);
            let count = compared.differences.len();
            prop_assert_eq!(&compared.merge(&vec![Choice::First; count]), &first);
            prop_assert_eq!(&compared.merge(&vec![Choice::Second; count]), &second);
        }
    }
}
