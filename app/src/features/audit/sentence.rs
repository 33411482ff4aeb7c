//! Entries of the record as sentences, with links to what they are about.

use super::Actions;
use super::store::ListedEntry;
use crate::base::format::format_number;
use crate::routes;
use crate::web::permissions::Role;
use crate::web::settings::Setting;
use serde_json::{Map, Value};
use std::collections::HashMap;

/// What sentences need to know of what entries are about.
pub struct Names<'a> {
    pub actions: &'a Actions,
    pub settings: &'a [Setting],
    /// The titles of articles.
    pub articles: &'a HashMap<i64, String>,
    /// The displayed names of accounts.
    pub accounts: &'a [(i64, String)],
}

/// An entry as people read it: `Chị Lan đã duyệt: ý kiến 12, bài “Lịch cúp nước” (cùng 11 ý kiến khác).`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// Who did what.
    pub start: String,
    /// What it is about, each with the address where that stands.
    pub subjects: Vec<(String, Option<String>)>,
    /// What else is known of it; empty where there is nothing.
    pub details: Vec<String>,
}

impl Names<'_> {
    /// Puts an entry into words.
    pub fn describe(&self, entry: &ListedEntry) -> Sentence {
        let actor = entry.actor.as_deref().unwrap_or("Quản trị máy chủ");
        let detail: Map<String, Value> = serde_json::from_str(&entry.detail).unwrap_or_default();
        // what was written to the office has no article
        let is_inquiry = entry.subject == "comment" && detail.get("article").and_then(Value::as_i64) == Some(0);
        let kind = if is_inquiry { "inquiry" } else { &*entry.subject };
        let mut subjects: Vec<_> = entry.subject_id.map(|id| self.subject(kind, id)).into_iter().collect();
        for (key, kind) in [("to", "comment"), ("article", "article")] {
            if let Some(id) =
                detail.get(key).and_then(Value::as_i64).filter(|id| entry.subject == "comment" && *id != 0)
            {
                subjects.push(self.subject(kind, id));
            }
        }
        // who signs in is named once
        subjects.retain(|(subject, _)| entry.subject != "account" || subject != actor);
        let details = detail.iter().filter_map(|(key, value)| self.detail(&entry.subject, key, value)).collect();
        Sentence { start: format!("{actor} đã {}", self.actions.label(&entry.action)), subjects, details }
    }

    fn subject(&self, kind: &str, id: i64) -> (String, Option<String>) {
        let at = |path: &str, parameter: &str| Some(format!("{path}?{parameter}={id}"));
        match kind {
            "comment" => {
                (format!("ý kiến {id}"), at(routes::DESK_COMMENTS.path, "chon").map(|path| path + "#chi-tiet"))
            }
            "inquiry" => {
                (format!("lời nhắn {id}"), at(routes::DESK_COMMENTS.path, "chon").map(|path| path + "#chi-tiet"))
            }
            "article" => match self.articles.get(&id) {
                Some(title) => (format!("“{title}”"), at(routes::DESK_ARTICLES.path, "bai")),
                None => (format!("bài viết {id}, đã xóa"), None),
            },
            "account" => {
                let name = self.accounts.iter().find(|(known, _)| *known == id).map(|(_, name)| name.clone());
                (name.unwrap_or_else(|| format!("tài khoản {id}")), Some(routes::DESK_STAFF.path.to_owned()))
            }
            "series" => (format!("chủ đề {id}"), at(routes::DESK_SERIES.path, "chu-de")),
            "event" => (format!("lịch {id}"), at(routes::DESK_CALENDAR.path, "su-kien")),
            "menu-item" => (format!("mục {id}"), at(routes::DESK_MENU.path, "muc")),
            "category" => (format!("chuyên mục {id}"), Some(routes::DESK_CATEGORIES.path.to_owned())),
            "tag" => (format!("thẻ {id}"), Some(routes::DESK_CATEGORIES.path.to_owned())),
            "picture" | "file" => (format!("tệp {id}"), Some(routes::DESK_LIBRARY.path.to_owned())),
            "saved-answer" => (format!("câu mẫu {id}"), Some(routes::DESK_SAVED_ANSWERS.path.to_owned())),
            "notice" => (format!("thông báo {id}"), Some(routes::DESK_NOTICES.path.to_owned())),
            "fault" => (format!("báo lỗi {id}"), Some(routes::DESK_FAULTS.path.to_owned())),
            _ => (format!("{kind} {id}"), None),
        }
    }

    /// What a detail says. States and versions are told by the action, and by the version that a comment shows.
    fn detail(&self, subject: &str, key: &str, value: &Value) -> Option<String> {
        let number = value.as_i64();
        let text = value.as_str().unwrap_or_default();
        let role = || Role::parse(text).map_or_else(|| text.to_owned(), |role| role.label().to_owned());
        let many =
            |unit: &str| number.filter(|count| *count > 0).map(|count| format!("{} {unit}", format_number(count)));
        match (key, subject) {
            // of a site that was carried over
            (kind, "site") if number.is_some() => many(unit_of(kind)?),
            ("article" | "to", "comment") | ("version" | "state", _) => None,
            ("together", _) => {
                number.filter(|count| *count > 1).map(|count| format!("cùng {} ý kiến khác", format_number(count - 1)))
            }
            ("moved", _) => many("ý kiến đang chờ được chuyển"),
            ("ranges", _) => many("đoạn được che"),
            ("votes", _) => many("đánh giá"),
            ("count", "terms") => many("từ"),
            ("count", "comments") => many("ý kiến"),
            ("count", _) => many("lần"),
            ("comments", _) => value.as_bool()?.then(|| "đóng ý kiến".to_owned()),
            ("ratings", _) => value.as_bool()?.then(|| "đóng đánh giá".to_owned()),
            ("revision", _) => number.map(|revision| format!("bản {}", format_number(revision))),
            ("key", _) => {
                let label = self.settings.iter().find(|setting| setting.key == text).map(|setting| setting.label);
                Some(label.unwrap_or(text).to_owned())
            }
            ("role", _) => Some(format!("vai trò {}", role())),
            ("from", _) => Some(format!("từ {}", role())),
            ("to", _) => Some(format!("thành {}", role())),
            ("daily", _) => {
                Some(if value.as_bool()? { "có nhận thư hằng ngày" } else { "không nhận thư hằng ngày" }.to_owned())
            }
            ("by" | "kind", _) => Some(
                match text {
                    "code" => "bằng mã xác thực",
                    "recovery-code" => "bằng mã dự phòng",
                    "link" => "bằng liên kết dùng một lần",
                    "password" if key == "by" => "bằng mật khẩu",
                    "password" => "để đặt mật khẩu",
                    "invitation" => "để nhận lời mời",
                    "second-factor" => "để đặt lại xác thực hai lớp",
                    other => other,
                }
                .to_owned(),
            ),
            ("wording", _) => number.map(|version| format!("thành bản {}", format_number(version))),
            ("late", _) => value.as_bool()?.then(|| "có nhận thư khi chờ quá lâu".to_owned()),
            ("mode", _) if value.is_null() => None,
            ("days", _) if value.is_null() => None,
            ("mode", _) => Some(
                match text {
                    "held" => "duyệt trước khi đăng",
                    "known_writers" => "đăng ngay với người từng được duyệt",
                    other => other,
                }
                .to_owned(),
            ),
            ("days", _) => number.map(|days| match days {
                0 => "không ngừng nhận".to_owned(),
                days => format!("ngừng nhận sau {} ngày", format_number(days)),
            }),
            ("due", _) => Some(format!("hạn {text}")),
            ("assigned", _) => number.map(|account| format!("giao {}", self.subject("account", account).0)),
            ("passed", _) => value.as_bool()?.then(|| "đã chuyển bộ phận khác".to_owned()),
            ("about", _) => Some(if text == "writer" { "về người viết" } else { "về ý kiến này" }.to_owned()),
            ("into", _) => number.map(|into| format!("gộp vào {into}")),
            // what this program does not know is shown as it stands
            (key, _) => Some(format!("{key}: {value}")),
        }
    }
}

/// What is counted of a site that was carried over; `None` for what nobody looks for.
fn unit_of(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "added" => "mục mới",
        "changed" => "mục thay đổi",
        "texts" => "bài viết và trang",
        "comments" => "ý kiến",
        "pictures" => "ảnh",
        "files" => "tệp",
        "categories" => "chuyên mục",
        "tags" => "thẻ",
        "series" => "chủ đề",
        "events" => "mục lịch",
        "notices" => "thông báo",
        "menu" => "mục thực đơn",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::audit::Action;
    use time::macros::datetime;

    fn describe(action: &str, subject: (&str, Option<i64>), detail: &str) -> (String, Vec<String>, Vec<String>) {
        let actions = Actions(vec![Action::new("approve", "duyệt"), Action::new("change-role", "đổi vai trò")]);
        let articles = HashMap::from([(3, "Lịch cúp nước".to_owned())]);
        let accounts = [(7, "Chị Hoa".to_owned()), (8, "Chị Lan".to_owned())];
        let names = Names { actions: &actions, settings: &[], articles: &articles, accounts: &accounts };
        let entry = ListedEntry {
            number: 1,
            at: datetime!(2026-11-27 10:00 UTC),
            actor: Some("Chị Lan".to_owned()),
            action: action.to_owned(),
            subject: subject.0.to_owned(),
            subject_id: subject.1,
            detail: detail.to_owned(),
        };
        let Sentence { start, subjects, details } = names.describe(&entry);
        let subjects = subjects.into_iter().map(|(text, path)| format!("{text} {}", path.unwrap_or_default()));
        (start, subjects.collect(), details)
    }

    #[test]
    fn an_entry_is_a_sentence_with_links() {
        let detail = r#"{"article":3,"version":2,"state":"published","together":12}"#;
        let (start, subjects, details) = describe("approve", ("comment", Some(12)), detail);
        assert_eq!(start, "Chị Lan đã duyệt");
        let wanted = ["ý kiến 12 /quan-tri/y-kien?chon=12#chi-tiet", "“Lịch cúp nước” /quan-tri/bai-viet?bai=3"];
        assert_eq!(subjects, wanted);
        assert_eq!(details, ["cùng 11 ý kiến khác"]);
        let (_, _, details) = describe("import", ("site", None), r#"{"added":12000,"changed":0}"#);
        assert_eq!(details, ["12.000 mục mới"]);
        let counts = r#"{"comments":3,"days":30,"texts":2}"#;
        assert_eq!(describe("import-folder", ("site", None), counts).2, ["3 ý kiến", "2 bài viết và trang"]);
        assert!(describe("sign-in", ("account", Some(8)), "{}").1.is_empty(), "who does it is named once");
        let (_, subjects, details) =
            describe("change-role", ("account", Some(7)), r#"{"from":"editor","to":"moderator"}"#);
        assert_eq!(subjects, ["Chị Hoa /quan-tri/can-bo"]);
        assert_eq!(details, ["từ Biên tập", "thành Duyệt ý kiến"]);
        let marked = r#"{"article":3,"due":"30/11/2026","assigned":7,"passed":true}"#;
        let (_, _, details) = describe("mark-question", ("comment", Some(12)), marked);
        assert_eq!(details, ["giao Chị Hoa", "hạn 30/11/2026", "đã chuyển bộ phận khác"]);
        let nobody = r#"{"article":3,"due":"30/11/2026","assigned":null,"passed":false}"#;
        assert_eq!(describe("mark-question", ("comment", Some(12)), nobody).2, ["hạn 30/11/2026"]);
    }

    #[test]
    fn what_is_not_known_is_shown_as_it_stands() {
        let (start, subjects, details) = describe("fly", ("moon", Some(1)), r#"{"height":"9 km"}"#);
        assert_eq!(
            (start.as_str(), &subjects[..], &details[..]),
            ("Chị Lan đã fly", &["moon 1 ".to_owned()][..], &["height: \"9 km\"".to_owned()][..])
        );
        assert_eq!(describe("approve", ("comment", None), "not json").1.len(), 0);
    }
}
