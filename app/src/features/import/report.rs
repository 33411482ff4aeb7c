//! What an import did, for the one who runs the site: what was there and what is here, what was not taken and why.

use super::body::Dropped;
use crate::base::format::format_number;
use crate::base::html_tree::escape;
use crate::base::text::clean_line;
use std::collections::BTreeMap;
use std::fmt::Write;

/// The most things of one kind that are listed.
const MAX_LISTED: usize = 50_000;

/// Why something was not taken as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Remark {
    DamagedDump,
    BrokenLetters,
    MissingTable,
    ChangedHere,
    DeletedHere,
    NotTaken,
    Restricted,
    NoCategory,
    NoText,
    GuessedTime,
    NoLead,
    NoAuthor,
    ImpossibleRatings,
    Renamed,
    MissingFile,
    ForeignPicture,
    RefusedFile,
    UnsafePath,
    UnusedFile,
    UndescribedPicture,
    LostArticle,
    LostParent,
    AttachedFile,
    Account,
    MenuItem,
    OtherLanguage,
    Members,
    SkippedTable,
    UntriedAddresses,
    OtherComments,
    OtherMenuItems,
    Sound,
    LeadsElsewhere,
    NewestGroup,
    SearchTitle,
    Keywords,
    NotInFront,
    HiddenPicture,
    DescribedCategory,
    DescribedName,
    UnusedTag,
    Likes,
    Contact,
    FlatCategory,
    Stopped,
}

impl Remark {
    /// What happened, and what can be done.
    fn text(self) -> (&'static str, &'static str) {
        match self {
            Self::DamagedDump => ("Bản sao cơ sở dữ liệu có chữ sai bảng mã, đã sửa", "Mở xem lại vài bài bất kỳ."),
            Self::BrokenLetters => {
                ("Bản sao cơ sở dữ liệu có chữ bị hỏng, thay bằng dấu �", "Tìm dấu này trong các bài và sửa bằng tay.")
            }
            Self::MissingTable => (
                "Bản sao cơ sở dữ liệu không có bảng này",
                "Những gì trong đó không chuyển. Nếu trang cũ có bảng này, sao lại toàn bộ cơ sở dữ liệu.",
            ),
            Self::ChangedHere => (
                "Đã sửa ở trang mới nên giữ nguyên",
                "Ở trang cũ là nội dung khác. Nếu cần, sửa bằng tay theo trang cũ.",
            ),
            Self::DeletedHere => ("Đã xóa ở trang mới nên không chuyển lại", ""),
            Self::NotTaken => ("Không chuyển được", "Lý do ghi sau tên. Nhập bằng tay nếu cần."),
            Self::Restricted => (
                "Bài chỉ dành cho thành viên hoặc cán bộ của trang cũ",
                "Các bài này thành bản nháp. Đăng bài nếu mọi người được đọc.",
            ),
            Self::NoCategory => (
                "Bài thuộc chuyên mục không còn trên trang cũ",
                "Các bài này nằm trong chuyên mục ẩn “Chưa phân loại”. Chuyển bài sang chuyên mục khác khi cần.",
            ),
            Self::NoText => ("Bài không có nội dung", ""),
            Self::GuessedTime => ("Bài không có giờ đăng, lấy giờ tạo hoặc sửa bài", "Mở bài và sửa giờ đăng nếu cần."),
            Self::NoLead => ("Bài không có đoạn mở đầu, lấy phần đầu của nội dung", ""),
            Self::NoAuthor => ("Bài không ghi tác giả, ghi tên trang", ""),
            Self::ImpossibleRatings => ("Điểm đánh giá không khớp số lượt nên không chuyển", ""),
            Self::Renamed => ("Tên, chú thích, tác giả hoặc thẻ quá dài, đã rút gọn", ""),
            Self::MissingFile => (
                "Không tìm thấy tệp trong thư mục uploads",
                "Trong bài vẫn còn liên kết đến địa chỉ cũ. Chép thêm tệp vào thư mục rồi chạy lại lệnh này.",
            ),
            Self::ForeignPicture => {
                ("Ảnh nằm trên trang khác", "Trong bài vẫn còn liên kết đến ảnh. Tải ảnh về và đăng lại nếu cần.")
            }
            Self::RefusedFile => {
                ("Tệp hỏng hoặc không thuộc loại được nhận", "Trong bài vẫn còn liên kết đến địa chỉ cũ.")
            }
            Self::UnsafePath => ("Đường dẫn ra ngoài thư mục uploads nên không đọc", ""),
            Self::UnusedFile => (
                "Tệp trong thư mục uploads mà không bài nào dùng",
                "Không chuyển: tệp chỉ xem được khi có bài đăng dùng tệp đó.",
            ),
            Self::UndescribedPicture => ("Ảnh chưa có lời mô tả", "Ghi lời mô tả trong Thư viện khi sửa bài."),
            Self::LostArticle => ("Ý kiến của bài không còn trên trang cũ", ""),
            Self::LostParent => {
                ("Ý kiến trả lời một ý kiến đã mất", "Trang cũ không hiện các ý kiến này. Chúng chờ duyệt.")
            }
            Self::AttachedFile => ("Tệp đính kèm ý kiến không chuyển", ""),
            Self::Account => ("Tài khoản cán bộ không chuyển được", "Tạo tài khoản trong mục Cán bộ."),
            Self::MenuItem => ("Mục thực đơn không có trang tương ứng", "Thêm trong mục Thực đơn nếu cần."),
            Self::OtherLanguage => ("Ngôn ngữ khác của trang cũ", "Trang mới chỉ nhận một ngôn ngữ."),
            Self::Members => ("Thành viên không chuyển sang", "Trang mới không cần tài khoản để gửi ý kiến."),
            Self::SkippedTable => ("Bảng của phần mở rộng khác, không chuyển", ""),
            Self::OtherComments => (
                "Ý kiến không thuộc bài viết nào nên không chuyển",
                "Đó là ý kiến ở trang giới thiệu hoặc phần mở rộng của trang cũ.",
            ),
            Self::OtherMenuItems => ("Mục thực đơn không hiện hoặc thuộc thực đơn khác, không chuyển", ""),
            Self::Sound => ("Âm thanh đọc bài không chuyển", "Tải tệp âm thanh lên trong bài nếu cần."),
            Self::LeadsElsewhere => (
                "Bài dẫn thẳng sang trang khác",
                "Ở trang mới, bài có tóm tắt và liên kết. Viết thêm nội dung nếu cần.",
            ),
            Self::NewestGroup => ("Nhóm bài tự thêm bài mới, không chuyển", "Trang chủ đã xếp bài mới trước."),
            Self::SearchTitle => (
                "Bài có tiêu đề riêng cho máy tìm kiếm, không chuyển",
                "Ở trang mới, máy tìm kiếm đọc tiêu đề và câu mô tả của bài.",
            ),
            Self::Keywords => (
                "Bài có từ khóa không phải là thẻ, không chuyển",
                "Máy tìm kiếm không còn dùng từ khóa. Thêm thẻ cho bài nếu cần.",
            ),
            Self::NotInFront => {
                ("Bài không hiện ở trang chủ cũ", "Ở trang mới, bài mới nào cũng có thể hiện ở trang chủ.")
            }
            Self::HiddenPicture => (
                "Ảnh đại diện không hiện trong bài ở trang cũ",
                "Ở trang mới, ảnh đứng đầu bài. Bỏ ảnh khi sửa bài nếu cần.",
            ),
            Self::DescribedCategory => {
                ("Mô tả hoặc ảnh của chuyên mục không chuyển", "Trang chuyên mục ở trang mới chỉ có tên và bài.")
            }
            Self::DescribedName => ("Mô tả hoặc ảnh của thẻ, chủ đề, nguồn tin, tác giả không chuyển", ""),
            Self::UnusedTag => ("Thẻ không có bài nào nên không chuyển", ""),
            Self::Likes => ("Lượt thích và không thích ý kiến không chuyển", "Trang mới không đếm lượt thích ý kiến."),
            Self::Contact => ("Thông tin liên hệ không chuyển", "Ghi trong mục Cài đặt hoặc trong một trang nếu cần."),
            Self::FlatCategory => (
                "Chuyên mục cấp ba trở xuống nay đứng ngay dưới chuyên mục cấp một",
                "Trang mới có hai cấp chuyên mục. Bài và địa chỉ vẫn giữ.",
            ),
            Self::Stopped => (
                "Dừng giữa chừng",
                "Những gì đã ghi vẫn còn. Sửa nguyên nhân rồi chạy lại lệnh này: việc chuyển sẽ tiếp tục.",
            ),
            Self::UntriedAddresses => {
                ("Chưa mở thử được các địa chỉ cũ", "Mọi thứ đã chuyển xong. Chạy lại lệnh này để mở thử.")
            }
        }
    }
}

/// A kind of thing, with how many were there and how many are here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    pub label: &'static str,
    pub there: i64,
    pub here: i64,
}

/// An old address with what it answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TriedAddress {
    pub address: String,
    /// The status of the page that it leads to.
    pub status: u16,
    /// Where it leads; empty where it leads nowhere.
    pub leads_to: String,
}

/// What an import did.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// The name of the old site.
    pub site: String,
    /// When it ended, as people read it.
    pub ended: String,
    /// Whether nothing was written.
    pub is_trial: bool,
    pub counts: Vec<Count>,
    pub added: u64,
    pub changed: u64,
    pub unchanged: u64,
    remarks: BTreeMap<Remark, (u64, Vec<String>)>,
    /// What was dropped of bodies.
    pub dropped: Dropped,
    pub addresses: Vec<TriedAddress>,
}

impl Report {
    /// A report about a site, with nothing in it.
    pub fn new(site: String, is_trial: bool) -> Self {
        Self { site, is_trial, ..Self::default() }
    }

    /// Notes something that was not taken as it was.
    pub fn note(&mut self, remark: Remark, what: impl Into<String>) {
        let known = self.remarks.entry(remark).or_default();
        known.0 += 1;
        if known.1.len() < MAX_LISTED {
            // names of files may have signs that a terminal obeys
            known.1.push(clean_line(&what.into()));
        }
    }

    /// Adds what another part of the same import noted.
    pub fn merge(&mut self, part: Self) {
        self.added += part.added;
        self.changed += part.changed;
        self.unchanged += part.unchanged;
        for (remark, (count, listed)) in part.remarks {
            let more = count - listed.len() as u64;
            listed.into_iter().for_each(|what| self.note(remark, what));
            self.remarks.entry(remark).or_default().0 += more;
        }
        for (element, (count, example)) in part.dropped {
            let known = self.dropped.entry(element).or_insert((0, example));
            known.0 += count;
        }
    }

    /// How often something was noted.
    pub fn count(&self, remark: Remark) -> u64 {
        self.remarks.get(&remark).map_or(0, |(count, _)| *count)
    }

    /// What was noted of a kind.
    pub fn listed(&self, remark: Remark) -> &[String] {
        self.remarks.get(&remark).map_or(&[], |(_, listed)| listed)
    }

    /// Adds what was dropped of a body, with the name of what it belongs to.
    pub fn add_dropped(&mut self, dropped: Dropped, name: &str) {
        for (element, (count, example)) in dropped {
            let known = self.dropped.entry(element).or_default();
            known.0 += count;
            if known.1.is_empty() {
                known.1 = format!("{name}: {example}");
            }
        }
    }

    fn sections(&self) -> Vec<Section> {
        let number = |count: u64| format_number(i64::try_from(count).unwrap_or(i64::MAX));
        let mut sections = vec![Section {
            title: if self.is_trial {
                "Chạy thử: chưa ghi gì vào trang mới; thực đơn, tài khoản, trang chủ chỉ xem khi chuyển thật".to_owned()
            } else {
                "Kết quả".to_owned()
            },
            advice: format!(
                "Thêm {}, cập nhật {}, giữ nguyên {}.",
                number(self.added),
                number(self.changed),
                number(self.unchanged)
            ),
            head: vec!["", "Trang cũ", "Trang mới", "Còn thiếu"],
            rows: self
                .counts
                .iter()
                .map(|count| {
                    let missing = count.there - count.here;
                    let missing = if missing > 0 { format_number(missing) } else { String::new() };
                    vec![count.label.to_owned(), format_number(count.there), format_number(count.here), missing]
                })
                .collect(),
        }];
        for (remark, (count, listed)) in &self.remarks {
            let (title, advice) = remark.text();
            let mut rows: Vec<Vec<String>> = listed.iter().map(|item| vec![item.clone()]).collect();
            let more = *count - listed.len() as u64;
            if more > 0 {
                rows.push(vec![format!("và {} mục nữa", number(more))]);
            }
            // what is noted as a sum says itself how many
            let title = match remark {
                Remark::Members | Remark::OtherComments | Remark::OtherMenuItems | Remark::Likes => title.to_owned(),
                _ => format!("{title} ({})", number(*count)),
            };
            sections.push(Section { title, advice: advice.to_owned(), head: Vec::new(), rows });
        }
        if !self.dropped.is_empty() {
            sections.push(Section {
                title: "Định dạng trong bài không giữ lại".to_owned(),
                advice: "Chữ vẫn còn. Khung nhúng thành liên kết.".to_owned(),
                head: vec!["Phần tử", "Số lần", "Ví dụ"],
                rows: self
                    .dropped
                    .iter()
                    .map(|(name, (count, example))| vec![format!("<{name}>"), number(*count), example.clone()])
                    .collect(),
            });
        }
        if !self.addresses.is_empty() {
            sections.push(Section {
                title: "Địa chỉ cũ được đọc nhiều nhất".to_owned(),
                advice:
                    "Mỗi địa chỉ đã được mở thử ở trang mới: 200 là mở ra bài đang đăng. Chưa mở được thì xếp trước."
                        .to_owned(),
                head: vec!["Địa chỉ cũ", "Trả lời", "Dẫn đến"],
                rows: self
                    .addresses
                    .iter()
                    .map(|tried| vec![tried.address.clone(), tried.status.to_string(), tried.leads_to.clone()])
                    .collect(),
            });
        }
        sections
    }

    /// The report as plain text.
    pub fn write_text(&self) -> String {
        let mut text = format!("CHUYỂN DỮ LIỆU TỪ TRANG CŨ\n{}\n{}\n", self.site, self.ended);
        for section in self.sections() {
            let _ = write!(text, "\n{}\n", section.title.to_uppercase());
            if !section.advice.is_empty() {
                let _ = writeln!(text, "{}", section.advice);
            }
            for row in section.rows {
                let _ = writeln!(text, "  {}", row.join(" | ").trim_end_matches([' ', '|']));
            }
        }
        text
    }

    /// The report as a page of its own.
    pub fn write_html(&self) -> String {
        let title = "Chuyển dữ liệu từ trang cũ";
        let mut html = format!(
            "<!DOCTYPE html>\n<html lang=\"vi\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
             <style>{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n<p>{}<br>{}</p>\n",
            escape(&self.site, false),
            escape(&self.ended, false)
        );
        for section in self.sections() {
            section.write(&mut html);
        }
        html.push_str("</body>\n</html>\n");
        html
    }
}

/// The look of the page, which stands by itself.
const STYLE: &str = "body{font:1rem/1.6 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;\
    color:#1c1b19;background:#fdfcf9}table{border-collapse:collapse;width:100%}\
    th,td{text-align:left;padding:.3rem .6rem;\
    border-bottom:1px solid #ddd8cc;vertical-align:top;overflow-wrap:anywhere}\
    h1{font-size:1.6rem;line-height:1.25}h2{margin-top:2rem;font-size:1.2rem}\
    summary{cursor:pointer;padding:.5rem 0}@media(prefers-color-scheme:dark){body{color:#eceae4;background:#1b1a18}\
    th,td{border-color:#45423c}}";

struct Section {
    title: String,
    advice: String,
    head: Vec<&'static str>,
    rows: Vec<Vec<String>>,
}

impl Section {
    fn write(&self, html: &mut String) {
        let cell = |text: &str| escape(text, false);
        let _ = write!(html, "<h2>{}</h2>\n<p>{}</p>\n", cell(&self.title), cell(&self.advice));
        if self.rows.is_empty() {
            return;
        }
        // a list is long, and read when it is wanted
        let is_list = self.head.is_empty();
        html.push_str(if is_list { "<details><summary>Xem danh sách</summary>\n<ul>\n" } else { "<table>\n" });
        if !is_list {
            let head: String = self.head.iter().map(|text| format!("<th scope=\"col\">{}</th>", cell(text))).collect();
            let _ = writeln!(html, "<tr>{head}</tr>");
        }
        for row in &self.rows {
            if is_list {
                let _ = writeln!(html, "<li>{}</li>", cell(&row.join(" | ")));
            } else {
                let cells: String = row.iter().map(|text| format!("<td>{}</td>", cell(text))).collect();
                let _ = writeln!(html, "<tr>{cells}</tr>");
            }
        }
        html.push_str(if is_list { "</ul></details>\n" } else { "</table>\n" });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_says_everything_once_and_hostile_names_are_text() {
        let mut report = Report { site: "Phường <b>".to_owned(), added: 3, ..Report::default() };
        report.counts.push(Count { label: "Bài viết", there: 12, here: 11 });
        report.note(Remark::MissingFile, "news/<script>.jpg");
        report.note(Remark::MissingFile, "news/b.jpg");
        report.add_dropped([("u".to_owned(), (2, "<u>a</u>".to_owned()))].into(), "Bài 7");
        report.add_dropped([("u".to_owned(), (1, "<u>b</u>".to_owned()))].into(), "Bài 8");
        let status = 200;
        report.addresses.push(TriedAddress { address: "/a-1.html".to_owned(), status, leads_to: "/tin".to_owned() });
        let (text, html) = (report.write_text(), report.write_html());
        for part in
            ["Bài viết | 12 | 11 | 1", "(2)", "news/b.jpg", "<u> | 3 | Bài 7: <u>a</u>", "/a-1.html | 200 | /tin"]
        {
            assert!(text.to_lowercase().contains(&part.to_lowercase()), "{part}: {text}");
        }
        assert!(html.contains("news/&lt;script&gt;.jpg") && !html.contains("<script>"), "{html}");
        assert!(html.contains("Phường &lt;b&gt;"));
        assert_eq!((report.count(Remark::MissingFile), report.count(Remark::NoLead)), (2, 0));
        assert_eq!(report.listed(Remark::MissingFile).len(), 2);
    }
}
