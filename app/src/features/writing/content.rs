//! What an article says, as it is written, and the rules on it.

use super::markdown::is_overloaded;
use super::tidy::is_overloaded_html;
use crate::base::clock::format_field;
use crate::base::error::Problem;
use crate::base::text::{clean_line, clean_text, slugify};
use crate::features::articles::ArticleKind;
use crate::features::articles::sanitise::sanitise;
use crate::features::documents::{BAD_OPINIONS, DocumentDetails};
use crate::features::media::body::list_pictures;
use crate::web::forms::Refusal;
use serde::{Deserialize, Serialize};
use time::{Date, OffsetDateTime};

pub const MAX_TITLE: usize = 300;
pub const MAX_LEAD: usize = 1000;
/// The longest body, in bytes of HTML: about forty thousand words.
pub const MAX_BODY: usize = 400_000;
pub const MAX_AUTHOR: usize = 120;
/// The longest sentence: a caption, a source, what readers are told.
pub const MAX_LINE: usize = 300;
/// The most related articles.
pub const MAX_RELATED: usize = 10;
/// The longest note to a writer.
pub const MAX_NOTE: usize = 1000;

pub const NO_TITLE: Problem = Problem::new("title", "title", "Vui lòng nhập tiêu đề");
pub const LONG_TITLE: Problem = Problem::new("title", "title-length", "Tiêu đề tối đa 300 ký tự");
pub const NO_LEAD: Problem = Problem::new("lead", "lead", "Vui lòng nhập đoạn mở đầu");
pub const LONG_LEAD: Problem = Problem::new("lead", "lead-length", "Đoạn mở đầu quá dài. Vui lòng rút gọn");
pub const NO_CATEGORY: Problem = Problem::new("category", "category", "Vui lòng chọn chuyên mục");
pub const NO_AUTHOR: Problem = Problem::new("author", "author", "Vui lòng nhập tên tác giả");
pub const LONG_AUTHOR: Problem = Problem::new("author", "author-length", "Tên tác giả tối đa 120 ký tự");
pub const LONG_BODY: Problem =
    Problem::new("body", "body-length", "Bài viết quá dài. Vui lòng chia thành nhiều bài ngắn hơn");
pub const LONG_CAPTION: Problem = Problem::new("caption", "caption-length", "Chú thích ảnh tối đa 300 ký tự");
pub const LONG_SOURCE: Problem = Problem::new("source", "source-length", "Nguồn tối đa 300 ký tự");
pub const LONG_DESCRIPTION: Problem =
    Problem::new("description", "description-length", "Câu giới thiệu cho công cụ tìm kiếm tối đa 300 ký tự");
pub const BAD_RELATED: Problem = Problem::new(
    "related",
    "related",
    "Mỗi dòng là địa chỉ của một bài viết trên trang này, tối đa 10 bài, không kể chính bài đang viết",
);
pub const BAD_PICTURE: Problem = Problem::new("picture", "picture", "Ảnh này không còn. Vui lòng chọn ảnh khác");
pub const NO_ALTERNATIVE: Problem = Problem::new(
    "picture",
    "alternative",
    "Có ảnh chưa có lời mô tả. Ghi một câu vào ô “Lời mô tả ảnh” dưới ảnh, hoặc bấm “Mô tả ảnh” ở ảnh đầu bài",
);
pub const BAD_TIME: Problem =
    Problem::new("publish_at", "publish-time", "Giờ đăng chưa đúng. Chọn ngày giờ từ năm 2000, trong vòng hai năm tới");
pub const FUTURE_TIME: Problem = Problem::new(
    "publish_at",
    "publish-future",
    "Giờ đăng ở phía trước. Bấm “Hẹn giờ đăng”, hoặc xóa giờ đăng để đăng ngay",
);
/// The text that a form was begun from is there no longer, and with it what the form only names.
pub const LOST_BASE: Problem = Problem::new(
    "body",
    "body-base",
    "Bản gốc của phần “[khối …]” không còn. Chép nội dung ra, mở lại bài viết rồi dán vào",
);
pub const PAST_TIME: Problem = Problem::new("publish_at", "publish-past", "Vui lòng chọn giờ đăng muộn hơn bây giờ");
pub const BAD_END: Problem = Problem::new("ends_at", "end-time", "Giờ hết hạn phải sau giờ đăng và sau bây giờ");
/// A page's address is its slug alone.
pub const SLUG_TAKEN: Problem =
    Problem::new("slug", "slug-taken", "Địa chỉ này đã thuộc về trang khác. Đặt tiêu đề hoặc địa chỉ khác");
pub const NO_NOTE: Problem = Problem::new("note", "note", "Vui lòng ghi ngắn gọn điều cần sửa");
pub const NO_MESSAGE: Problem =
    Problem::new("message", "message", "Vui lòng nhập câu bạn đọc sẽ thấy (tối đa 300 ký tự)");
pub const BAD_TARGET: Problem =
    Problem::new("moved_to", "moved-to", "Nhập địa chỉ của một bài viết đang đăng trên trang này");
pub const LONG_CORRECTION: Problem =
    Problem::new("correction", "correction-length", "Câu báo cập nhật tối đa 300 ký tự");
/// The step is not one that can be taken from where the article stands now.
pub const NOT_NOW: Problem =
    Problem::new("", "step", "Bài viết đã chuyển sang trạng thái khác. Xem lại rồi thử lại nếu còn cần");
/// Two texts differ where nothing was chosen, or are not those that were chosen from.
pub const NO_CHOICE: Problem = Problem::new(
    "",
    "choice",
    "Chưa ghép: còn chỗ chưa chọn, hoặc bài viết vừa được sửa thêm. Vui lòng chọn ở mỗi chỗ khác nhau",
);
/// Nothing would be kept of what was there.
pub const EMPTY_BODY: Problem = Problem::new(
    "body",
    "body-empty",
    "Nội dung đang để trống, trong khi bản đã lưu có chữ. Đánh dấu xác nhận nếu ông/bà muốn bỏ hết nội dung",
);

/// What an article says, as it is written. Every saved text is one of these.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Content {
    pub title: String,
    /// The readable part of its address; made from the title where it is empty.
    pub slug: String,
    pub category: Option<i64>,
    /// The categories that it stands in besides.
    pub further: Vec<i64>,
    /// The names of its tags.
    pub tags: Vec<String>,
    pub lead: String,
    pub picture: Option<i64>,
    /// The line under the picture.
    pub caption: String,
    /// Sanitised HTML.
    pub body: String,
    pub author: String,
    /// Where the text was taken from.
    pub source: String,
    /// The sentence for search engines; the lead, where it is empty.
    pub description: String,
    /// When it is to be published, or was.
    #[serde(with = "time::serde::rfc3339::option")]
    pub publish_at: Option<OffsetDateTime>,
    /// When it stops being shown; never, where it is empty.
    #[serde(with = "time::serde::rfc3339::option")]
    pub ends_at: Option<OffsetDateTime>,
    /// The articles to read besides.
    pub related: Vec<i64>,
    /// Whether it takes no comments.
    pub closed_to_comments: bool,
    /// Whether it takes no ratings.
    pub closed_to_ratings: bool,
    /// What is written on a document; empty for everything else.
    pub document: DocumentDetails,
}

/// The format of a body that the editor wrote.
pub const HTML: &str = "html";

/// The fields of an article, as its form sends them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ArticleForm {
    pub title: String,
    pub slug: String,
    pub category: String,
    /// The numbers of the categories that it stands in besides.
    pub further: Vec<String>,
    /// Names, separated by commas.
    pub tags: String,
    pub lead: String,
    pub picture: String,
    pub caption: String,
    /// In the format below.
    pub body: String,
    /// [`HTML`] where the editor wrote the body; Markdown otherwise.
    pub format: String,
    /// The HTML whose blocks the Markdown names, where that is no saved text.
    pub base_body: String,
    pub author: String,
    pub source: String,
    pub description: String,
    pub publish_at: String,
    pub ends_at: String,
    /// Addresses or numbers of articles, one a line; what follows a space is not read.
    pub related: String,
    /// `1` where it takes no comments.
    pub closed_to_comments: String,
    /// `1` where it takes no ratings.
    pub closed_to_ratings: String,
    /// Whether all of a body may go.
    pub confirm_empty: String,
    /// The revision that the Markdown was written from.
    pub base: String,
    /// What readers are told of a correction.
    pub correction: String,
    /// What is written on a document.
    pub number: String,
    pub document_kind: String,
    pub issuer: String,
    pub signer: String,
    /// Days, as browsers write them.
    pub issued_on: String,
    pub in_force_from: String,
    pub in_force_until: String,
    /// Addresses or numbers of documents, one a line; what follows a space is not read.
    pub replaces: String,
    pub opinions_until: String,
}

impl ArticleForm {
    /// The form of a text, with its body as Markdown, written from this revision.
    pub fn new(content: &Content, markdown: String, revision: i32) -> Self {
        let number = |id: Option<i64>| id.map(|id| id.to_string()).unwrap_or_default();
        let mark = |is_set: bool| if is_set { "1".to_owned() } else { String::new() };
        let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
        let content = content.clone();
        let document = content.document;
        Self {
            title: content.title,
            slug: content.slug,
            category: number(content.category),
            further: content.further.iter().map(i64::to_string).collect(),
            tags: content.tags.join(", "),
            lead: content.lead,
            picture: number(content.picture),
            caption: content.caption,
            body: markdown,
            author: content.author,
            source: content.source,
            description: content.description,
            publish_at: format_field(content.publish_at),
            ends_at: format_field(content.ends_at),
            related: join_lines(&content.related),
            closed_to_comments: mark(content.closed_to_comments),
            closed_to_ratings: mark(content.closed_to_ratings),
            base: revision.to_string(),
            number: document.number,
            document_kind: document.kind,
            issuer: document.issuer,
            signer: document.signer,
            issued_on: day(document.issued_on),
            in_force_from: day(document.in_force_from),
            in_force_until: day(document.in_force_until),
            replaces: join_lines(&document.replaces),
            opinions_until: format_field(document.opinions_until),
            ..Self::default()
        }
    }

    /// The form as it came back with a refusal.
    pub fn of_refusal(refusal: &Refusal) -> Self {
        let typed = |field: &str| refusal.typed(field);
        Self {
            title: typed("title"),
            slug: typed("slug"),
            category: typed("category"),
            further: refusal.all("further[]"),
            tags: typed("tags"),
            lead: typed("lead"),
            picture: typed("picture"),
            caption: typed("caption"),
            body: typed("body"),
            format: typed("format"),
            base_body: typed("base_body"),
            author: typed("author"),
            source: typed("source"),
            description: typed("description"),
            publish_at: typed("publish_at"),
            ends_at: typed("ends_at"),
            related: typed("related"),
            closed_to_comments: typed("closed_to_comments"),
            closed_to_ratings: typed("closed_to_ratings"),
            confirm_empty: typed("confirm_empty"),
            base: typed("base"),
            correction: typed("correction"),
            number: typed("number"),
            document_kind: typed("document_kind"),
            issuer: typed("issuer"),
            signer: typed("signer"),
            issued_on: typed("issued_on"),
            in_force_from: typed("in_force_from"),
            in_force_until: typed("in_force_until"),
            replaces: typed("replaces"),
            opinions_until: typed("opinions_until"),
        }
    }

    /// The same with tags by their present names, and with titles beside the numbers of related articles and of
    /// documents that it replaces.
    #[must_use]
    pub fn with_names(self, tags: &[String], related: &[(i64, String)], replaces: &[(i64, String)]) -> Self {
        let lines = |named: &[(i64, String)]| {
            named.iter().map(|(id, title)| format!("{id} {title}")).collect::<Vec<_>>().join("\n")
        };
        Self { tags: tags.join(", "), related: lines(related), replaces: lines(replaces), ..self }
    }

    /// Whether the body is longer, or nests deeper, than any article, so that reading it would take long.
    pub fn is_overloaded(&self) -> bool {
        let is_long = |text: &str| text.len() > 2 * MAX_BODY;
        let is_deep = if self.format == HTML { is_overloaded_html(&self.body) } else { is_overloaded(&self.body) };
        is_long(&self.body) || is_long(&self.base_body) || is_deep || is_overloaded_html(&self.base_body)
    }

    /// The same with the ends of lines as they are stored: browsers post two signs for each.
    pub fn with_plain_lines(self) -> Self {
        let plain = |text: String| text.replace("\r\n", "\n");
        Self { body: plain(self.body), base_body: plain(self.base_body), ..self }
    }

    /// What was typed into a field.
    pub fn get(&self, field: &str) -> &str {
        match field {
            "title" => &self.title,
            "slug" => &self.slug,
            "category" => &self.category,
            "lead" => &self.lead,
            "picture" => &self.picture,
            "caption" => &self.caption,
            "body" => &self.body,
            "author" => &self.author,
            "source" => &self.source,
            "description" => &self.description,
            "publish_at" => &self.publish_at,
            "ends_at" => &self.ends_at,
            "tags" => &self.tags,
            "related" => &self.related,
            "closed_to_comments" => &self.closed_to_comments,
            "closed_to_ratings" => &self.closed_to_ratings,
            "format" => &self.format,
            "base_body" => &self.base_body,
            "base" => &self.base,
            "correction" => &self.correction,
            "number" => &self.number,
            "document_kind" => &self.document_kind,
            "issuer" => &self.issuer,
            "signer" => &self.signer,
            "issued_on" => &self.issued_on,
            "in_force_from" => &self.in_force_from,
            "in_force_until" => &self.in_force_until,
            "replaces" => &self.replaces,
            "opinions_until" => &self.opinions_until,
            _ => "",
        }
    }
}

impl Content {
    /// The same with every text normalised, and the body sanitised.
    pub fn cleaned(self) -> Self {
        Self {
            title: clean_line(&self.title),
            slug: slugify(&self.slug),
            lead: clean_line(&self.lead),
            caption: clean_line(&self.caption),
            body: sanitise(&clean_text(&self.body)),
            author: clean_line(&self.author),
            source: clean_line(&self.source),
            description: clean_line(&self.description),
            document: self.document.cleaned(),
            ..self
        }
    }

    /// The numbers of the pictures that it shows.
    pub fn pictures(&self) -> Vec<i64> {
        let mut pictures = list_pictures(&self.body);
        pictures.extend(self.picture);
        pictures.sort_unstable();
        pictures.dedup();
        pictures
    }

    /// The readable part of the article's address.
    pub fn address(&self) -> String {
        let slug = if self.slug.is_empty() { slugify(&self.title) } else { self.slug.clone() };
        if slug.is_empty() { "bai-viet".to_owned() } else { slug }
    }

    /// What even a draft may not be.
    pub fn find_problems(&self) -> Vec<Problem> {
        let is_longer = |text: &str, most: usize| text.chars().count() > most;
        let is_bad_time = |at: Option<OffsetDateTime>| at.is_some_and(|at| !is_reasonable(at));
        let checks = [
            (is_longer(&self.title, MAX_TITLE), LONG_TITLE),
            (is_longer(&self.lead, MAX_LEAD), LONG_LEAD),
            (is_longer(&self.caption, MAX_LINE), LONG_CAPTION),
            (self.body.len() > MAX_BODY, LONG_BODY),
            (is_longer(&self.author, MAX_AUTHOR), LONG_AUTHOR),
            (is_longer(&self.source, MAX_LINE), LONG_SOURCE),
            (is_longer(&self.description, MAX_LINE), LONG_DESCRIPTION),
            (is_bad_time(self.publish_at), BAD_TIME),
            (is_bad_time(self.ends_at), BAD_END),
            (self.ends_at.is_some() && self.ends_at <= self.publish_at, BAD_END),
            (is_bad_time(self.document.opinions_until), BAD_OPINIONS),
        ];
        let problems = checks.into_iter().filter_map(|(is_wrong, problem)| is_wrong.then_some(problem));
        problems.chain(self.document.find_problems()).collect()
    }

    /// What is missing before somebody else reads it: what the law and the reader need, and nothing more.
    pub fn find_missing(&self, kind: ArticleKind) -> Vec<Problem> {
        let is_news = kind == ArticleKind::Article;
        let checks = [
            (self.title.is_empty(), NO_TITLE),
            (is_news && self.lead.is_empty(), NO_LEAD),
            (is_news && self.category.is_none(), NO_CATEGORY),
            (is_news && self.author.is_empty(), NO_AUTHOR),
        ];
        let missing = checks.into_iter().filter_map(|(is_missing, problem)| is_missing.then_some(problem));
        match kind {
            ArticleKind::Document => missing.chain(self.document.find_missing()).collect(),
            _ => missing.collect(),
        }
    }
}

fn join_lines(ids: &[i64]) -> String {
    ids.iter().map(i64::to_string).collect::<Vec<_>>().join("\n")
}

/// Whether a time can be meant: not before this site could exist, and not in more than two years.
fn is_reasonable(at: OffsetDateTime) -> bool {
    at.year() >= 2000 && at < OffsetDateTime::now_utc() + time::Duration::days(731)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::clock::parse_field;

    fn complete() -> Content {
        Content {
            title: "Lịch cúp nước".to_owned(),
            category: Some(1),
            lead: "Ngày 25/7.".to_owned(),
            author: "An".to_owned(),
            ..Content::default()
        }
    }

    #[test]
    fn an_address_is_made_from_the_title_unless_one_was_typed() {
        let of = |title: &str, slug: &str| {
            Content { title: title.to_owned(), slug: slug.to_owned(), ..Content::default() }.cleaned().address()
        };
        assert_eq!(of("Đường hẻm 12", ""), "duong-hem-12");
        assert_eq!(of("Đường hẻm 12", "Sửa Đường"), "sua-duong");
        assert_eq!(of("!!!", ""), "bai-viet");
        assert_eq!(of("", "../../etc"), "etc");
    }

    #[test]
    fn only_what_the_law_and_the_reader_need_is_required() {
        assert_eq!(complete().find_missing(ArticleKind::Article), []);
        let missing = Content::default().find_missing(ArticleKind::Article);
        assert_eq!(missing, [NO_TITLE, NO_LEAD, NO_CATEGORY, NO_AUTHOR]);
    }

    #[test]
    fn what_is_too_long_or_at_no_possible_time_is_a_problem() {
        let at = |text: &str| parse_field(text).expect("is a time");
        let cases = [
            (Content { title: "a".repeat(500), ..complete() }, LONG_TITLE),
            (Content { lead: "a".repeat(1001), ..complete() }, LONG_LEAD),
            (Content { body: "a".repeat(MAX_BODY + 1), ..complete() }, LONG_BODY),
            (Content { author: "a".repeat(121), ..complete() }, LONG_AUTHOR),
            (Content { source: "a".repeat(301), ..complete() }, LONG_SOURCE),
            (Content { caption: "a".repeat(301), ..complete() }, LONG_CAPTION),
            (Content { description: "a".repeat(301), ..complete() }, LONG_DESCRIPTION),
            (Content { publish_at: at("1900-01-01T00:00"), ..complete() }, BAD_TIME),
            (Content { publish_at: at("3000-01-01T00:00"), ..complete() }, BAD_TIME),
            (Content { ends_at: at("3000-01-01T00:00"), ..complete() }, BAD_END),
            (Content { publish_at: at("2023-07-12T11:46"), ends_at: at("2023-07-12T11:46"), ..complete() }, BAD_END),
        ];
        for (content, problem) in cases {
            assert_eq!(content.find_problems(), [problem]);
        }
        assert_eq!(complete().find_problems(), []);
    }

    #[test]
    fn times_are_read_as_they_are_written() {
        for text in ["2023-07-12T11:46", ""] {
            assert_eq!(format_field(parse_field(text).expect("is a time")), text);
        }
        for bad in ["2023-07-12", "x", "2023-02-30T00:00", "12/07/2023 11:46:00", "ngày mười hai tháng bảy"] {
            assert!(parse_field(bad).is_err(), "{bad}");
        }
    }
}
