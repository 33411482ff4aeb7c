//! Settings: what differs from one site to the next. A feature declares its settings as constants beside the code that
//! uses them; the values are rows, loaded at the start and again when one changes.

use crate::base::clock::parse_written_day;
use crate::base::format::NumberFormat;
use std::collections::HashMap;

/// A setting, as its feature declares it.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// The key of its row.
    pub key: &'static str,
    /// Its name in the administrator's room, in Vietnamese.
    pub label: &'static str,
    /// What it is for, in English, for the command line.
    pub help: &'static str,
    /// Its value until somebody changes it.
    pub default: &'static str,
    pub kind: SettingKind,
    /// Whether a change needs the password of the person who makes it.
    pub asks_password: bool,
}

/// Which values a setting takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettingKind {
    /// One line of at most so many characters.
    Text { max_chars: usize },
    /// Several entries, separated by bars: at most so many characters together, and each.
    List { max_chars: usize, max_entry_chars: usize },
    /// Several days as people write them, separated by bars: at most so many characters together.
    Days { max_chars: usize },
    /// A whole number within bounds, both included.
    Number { min: u32, max: u32 },
    /// `1` for yes, `0` for no.
    Switch,
    /// One of several values, each with its label.
    Choice { options: &'static [(&'static str, &'static str)] },
}

impl Setting {
    const fn new(
        key: &'static str,
        label: &'static str,
        help: &'static str,
        default: &'static str,
        kind: SettingKind,
    ) -> Self {
        Self { key, label, help, default, kind, asks_password: false }
    }

    /// The same, for somebody who proves their password.
    pub const fn with_password(self) -> Self {
        Self { asks_password: true, ..self }
    }

    /// A line of text.
    pub const fn text(key: &'static str, label: &'static str, help: &'static str, default: &'static str) -> Self {
        Self::new(key, label, help, default, SettingKind::Text { max_chars: 300 })
    }

    /// A number from `min` to `max`.
    pub const fn number(
        key: &'static str,
        label: &'static str,
        help: &'static str,
        default: &'static str,
        (min, max): (u32, u32),
    ) -> Self {
        Self::new(key, label, help, default, SettingKind::Number { min, max })
    }

    /// A choice between yes and no.
    pub const fn switch(key: &'static str, label: &'static str, help: &'static str, default: &'static str) -> Self {
        Self::new(key, label, help, default, SettingKind::Switch)
    }

    /// A choice among several values, each with its label.
    pub const fn choice(
        key: &'static str,
        label: &'static str,
        help: &'static str,
        default: &'static str,
        options: &'static [(&'static str, &'static str)],
    ) -> Self {
        Self::new(key, label, help, default, SettingKind::Choice { options })
    }

    /// Checks a value before it is stored. The message is for the command line.
    pub fn check(&self, value: &str) -> Result<(), String> {
        let key = self.key;
        match self.kind {
            SettingKind::Number { min, max } if !value.parse().is_ok_and(|number| (min..=max).contains(&number)) => {
                Err(format!("{key} is a number from {min} to {max}"))
            }
            SettingKind::Switch if !matches!(value, "0" | "1") => Err(format!("{key} is 0 or 1")),
            SettingKind::Choice { options } if !options.iter().any(|(name, _)| *name == value) => {
                let names: Vec<&str> = options.iter().map(|(name, _)| *name).collect();
                Err(format!("{key} is one of: {}", names.join(", ")))
            }
            SettingKind::Days { .. }
                if !value.is_empty() && value.split('|').any(|day| parse_written_day(day.trim()).is_none()) =>
            {
                Err(format!("each entry of {key} is a day as 02/09/2026"))
            }
            SettingKind::List { max_entry_chars, .. }
                if value.split('|').any(|entry| entry.trim().chars().count() > max_entry_chars) =>
            {
                Err(format!("each entry of {key} has at most {max_entry_chars} characters"))
            }
            SettingKind::Text { max_chars } | SettingKind::List { max_chars, .. } | SettingKind::Days { max_chars }
                if value.chars().count() > max_chars || value.contains(['\n', '\0']) =>
            {
                Err(format!("{key} is one line of at most {max_chars} characters"))
            }
            _ => Ok(()),
        }
    }
}

/// What every page shows about the site and the body behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteInfo {
    /// The site's name, in the header and in titles.
    pub name: String,
    /// The line under the name.
    pub tagline: String,
    /// The body that runs the site and answers for personal data.
    pub body: String,
    /// Its postal address.
    pub address: String,
    pub phone: String,
    /// When the office is open.
    pub hours: String,
    pub email: String,
    /// Who answers for what is published.
    pub editor: String,
}

pub const NAME: Setting = Setting::text("site.name", "Tên trang", "the site's name", "Phường Hiệp Ninh");
pub const TAGLINE: Setting =
    Setting::text("site.tagline", "Dòng dưới tên trang", "the line under the name", "Trang thông tin của phường");
pub const BODY: Setting =
    Setting::text("site.body", "Cơ quan quản lý", "the body that runs the site", "Ủy ban nhân dân phường Hiệp Ninh");
pub const ADDRESS: Setting =
    Setting::text("site.address", "Địa chỉ", "its postal address", "Phường Hiệp Ninh, tỉnh Tây Ninh");
pub const PHONE: Setting = Setting::text("site.phone", "Điện thoại", "its telephone number", "");
pub const HOURS: Setting = Setting::text("site.hours", "Giờ làm việc", "when its office is open", "");
pub const EMAIL: Setting = Setting::text("site.email", "Email", "its e-mail address", "");
pub const EDITOR: Setting = Setting::text(
    "site.editor",
    "Chịu trách nhiệm nội dung",
    "who answers for what is published",
    "Chủ tịch Ủy ban nhân dân phường",
);
/// What citizens have to know to reach the office.
pub const CONTACT: [Setting; 3] = [ADDRESS, PHONE, HOURS];
/// How the site prints numbers; the names are those of [`NumberFormat`].
pub const NUMBER_FORMAT: Setting = Setting::choice(
    "site.number_format",
    "Cách viết số",
    "how numbers are printed: vietnamese (1.048 and 4,7) or english (1,048 and 4.7)",
    "vietnamese",
    &[("vietnamese", "Kiểu Việt Nam: 1.048 và 4,7"), ("english", "Kiểu Anh: 1,048 và 4.7")],
);
/// Minutes after which staff who do nothing are signed out.
pub const IDLE_MINUTES: Setting = Setting::number(
    "sessions.idle_minutes",
    "Số phút không thao tác thì tự đăng xuất",
    "minutes after which staff who do nothing are signed out",
    "30",
    (5, 1440),
);
/// Hours after signing in after which staff sign in anew, whatever they do.
pub const LONGEST_HOURS: Setting = Setting::number(
    "sessions.longest_hours",
    "Số giờ dài nhất của một lần đăng nhập",
    "hours after which staff sign in anew, whatever they do",
    "12",
    (1, 720),
);
/// Whether all staff must have a second factor.
pub const SECOND_FACTOR_REQUIRED: Setting = Setting::switch(
    "accounts.second_factor_required",
    "Mọi cán bộ phải bật xác thực hai lớp",
    "1 where all staff must have a second factor",
    "0",
)
.with_password();
/// Pages and answers a minute that are rendered for one address.
pub const READS_PER_ADDRESS: Setting = Setting::number(
    "limits.reads_per_address",
    "Số trang mỗi phút cho một địa chỉ IP",
    "pages a minute that are rendered for one address; cached pages are free",
    "6000",
    (60, 100_000_000),
);
/// Streams a minute that are opened for one line. Every page that is opened opens one.
pub const STREAMS_PER_LINE: Setting = Setting::number(
    "limits.streams_per_line",
    "Số lần mở kênh trực tiếp mỗi phút cho một địa chỉ IP",
    "live streams a minute that are opened for one address",
    "600",
    (60, 100_000_000),
);

/// The settings that this layer uses.
pub const SETTINGS: &[Setting] = &[
    NAME,
    TAGLINE,
    BODY,
    ADDRESS,
    PHONE,
    HOURS,
    EMAIL,
    EDITOR,
    NUMBER_FORMAT,
    IDLE_MINUTES,
    LONGEST_HOURS,
    SECOND_FACTOR_REQUIRED,
    READS_PER_ADDRESS,
    STREAMS_PER_LINE,
];

/// The settings in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// What every page shows.
    pub info: SiteInfo,
    rows: HashMap<String, String>,
}

impl Settings {
    /// The settings that these rows make.
    pub fn new(rows: impl IntoIterator<Item = (String, String)>) -> Self {
        let rows: HashMap<String, String> = rows.into_iter().collect();
        let text = |setting: &Setting| value(&rows, setting).to_owned();
        let info = SiteInfo {
            name: text(&NAME),
            tagline: text(&TAGLINE),
            body: text(&BODY),
            address: text(&ADDRESS),
            phone: text(&PHONE),
            hours: text(&HOURS),
            email: text(&EMAIL),
            editor: text(&EDITOR),
        };
        Self { info, rows }
    }

    /// The value as it is stored, or the default.
    pub fn text<'a>(&'a self, setting: &'a Setting) -> &'a str {
        value(&self.rows, setting)
    }

    /// The value of a number.
    pub fn number(&self, setting: &Setting) -> u32 {
        // the database may hold a value from before the bounds changed
        self.text(setting).parse().or_else(|_| setting.default.parse()).unwrap_or(1)
    }

    /// How numbers are printed.
    pub fn number_format(&self) -> NumberFormat {
        NumberFormat::parse(self.text(&NUMBER_FORMAT))
    }

    /// The value of a switch.
    pub fn is_on(&self, setting: &Setting) -> bool {
        self.text(setting) == "1"
    }

    /// The entries of a list.
    pub fn list(&self, setting: &Setting) -> Vec<String> {
        let entries = self.text(setting).split('|').map(str::trim);
        entries.filter(|entry| !entry.is_empty()).map(str::to_owned).collect()
    }
}

fn value<'a>(rows: &'a HashMap<String, String>, setting: &'a Setting) -> &'a str {
    rows.get(setting.key).map_or(setting.default, String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_default_passes_its_own_check() {
        for setting in SETTINGS {
            assert_eq!(setting.check(setting.default), Ok(()));
        }
    }

    #[test]
    fn a_row_beats_the_default_and_bad_values_are_refused() {
        let settings = Settings::new([("site.name".to_owned(), "Phường Tân Ninh".to_owned())]);
        assert_eq!((settings.info.name.as_str(), settings.number(&IDLE_MINUTES)), ("Phường Tân Ninh", 30));
        for (setting, value) in [
            (IDLE_MINUTES, "0"),
            (IDLE_MINUTES, "many"),
            (SECOND_FACTOR_REQUIRED, "yes"),
            (NUMBER_FORMAT, "roman"),
            (NAME, "a\nb"),
            (NAME, &"x".repeat(301)),
        ] {
            assert!(setting.check(value).is_err(), "{} {value}", setting.key);
        }
    }

    #[test]
    fn a_list_is_read_without_its_bars() {
        let reasons = Setting {
            kind: SettingKind::List { max_chars: 9, max_entry_chars: 4 },
            ..Setting::text("x", "", "", "a | b||c ")
        };
        assert_eq!(Settings::new([]).list(&reasons), ["a", "b", "c"]);
        assert!(
            reasons.check("ab | cde").is_ok()
                && reasons.check("abcde").is_err()
                && reasons.check("a|b|c|d|e|f").is_err()
        );
    }
}
