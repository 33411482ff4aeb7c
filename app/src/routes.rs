//! Every address of the site, each once, as data that imports nothing. Router, cache, statistics, metrics, the forms
//! layer and all views read it; a test compares it with the registered server functions and with the pages.
//!
//! To add one, write a constant and name it in [`ALL`].

mod route;

pub use route::{Kind, Parameter, Route};
use route::{MAX_LIST, document, endpoint, handler, link_endpoint, page, room, secret_endpoint, shared_page};

/// The index in [`ALL`] of the route that answers a path, and the part of the path that varies.
pub fn find(path: &str) -> Option<(usize, &str)> {
    ALL.iter().enumerate().find_map(|(index, route)| Some((index, route.matches(path)?)))
}

// public pages

pub const HOME: Route = shared_page("/", &[Parameter::Page("trang")]);
pub const ARTICLE: Route = shared_page(
    "/tin-tuc/",
    &[Parameter::Page("trang-y-kien"), Parameter::Id("chuoi"), Parameter::Id("y-kien"), Parameter::Id("tra-loi")],
);
pub const CATEGORY: Route = shared_page("/chuyen-muc/", &[Parameter::Page("trang")]);
pub const TAG: Route = shared_page("/the/", &[Parameter::Page("trang")]);
/// What it shows depends on words that nobody else types, so no copy is kept.
pub const SEARCH: Route = Route { counted: true, ..page("/tim-kiem") };
/// Articles that belong together, in their order.
pub const SERIES: Route = shared_page("/chu-de/", &[Parameter::Page("trang")]);
/// Every way through the site.
pub const DIRECTORY: Route = shared_page("/muc-luc", &[]);
/// The articles of a month: `/luu-tru/2023/07`.
pub const ARCHIVE: Route = shared_page("/luu-tru/", &[Parameter::Page("trang")]);
/// A page that is no news: about the office, its procedures.
pub const PAGE: Route = shared_page("/trang/", &[]);
/// What it shows depends on a choice of many filters, so no copy is kept.
pub const DOCUMENTS: Route = Route { counted: true, ..page("/van-ban") };
pub const DOCUMENT: Route = shared_page(
    "/van-ban/",
    &[Parameter::Page("trang-y-kien"), Parameter::Id("chuoi"), Parameter::Id("y-kien"), Parameter::Id("tra-loi")],
);
/// The calendar of the month that it is, and of another one: `/lich/2026/07`.
pub const CALENDAR: Route = shared_page("/lich", &[]);
pub const CALENDAR_MONTH: Route = shared_page("/lich/", &[]);
/// How the office is reached, with the form that writes to it; and the same form for requests about what is stored of
/// its writer.
pub const CONTACT: Route = shared_page("/lien-he", &[]);
pub const REQUEST_OWN_DATA: Route = shared_page("/lien-he/du-lieu-cua-toi", &[]);
pub const PRIVACY: Route = shared_page("/quyen-rieng-tu", &[]);
pub const ACCESSIBILITY: Route = shared_page("/kha-nang-tiep-can", &[]);
pub const STATISTICS: Route = shared_page("/thong-ke", &[]);
pub const OWN_COMMENT: Route = page("/y-kien-cua-toi/");
pub const REPORT: Route = page("/bao-vi-pham/");
pub const REPORT_FAULT: Route = page("/bao-loi/");
pub const OWN_FAULT: Route = page("/bao-loi-cua-toi/");
pub const ACCOUNT_LINK: Route = page("/tai-khoan/");
/// Shows the newest text of an article to whoever has the link.
pub const PREVIEW_LINK: Route = page("/xem-truoc/");

// rooms of the desk

pub const DESK: Route = room("/quan-tri");
pub const DESK_COMMENTS: Route = room("/quan-tri/y-kien");
pub const DESK_BLOCKED: Route = room("/quan-tri/nguoi-bi-chan");
pub const DESK_SAVED_ANSWERS: Route = room("/quan-tri/cau-tra-loi");
pub const DESK_VOTES: Route = room("/quan-tri/danh-gia");
pub const DESK_CLOSURES: Route = room("/quan-tri/dong-mo");
pub const DESK_TERMS: Route = room("/quan-tri/tu-ngu");
pub const DESK_FIGURES: Route = room("/quan-tri/so-lieu");
pub const DESK_STAFF: Route = room("/quan-tri/can-bo");
pub const DESK_SETTINGS: Route = room("/quan-tri/cai-dat");
pub const DESK_AUDIT: Route = room("/quan-tri/nhat-ky");
pub const DESK_ACCOUNT: Route = room("/quan-tri/tai-khoan");
pub const DESK_ARTICLES: Route = room("/quan-tri/bai-viet");
pub const DESK_PAGES: Route = room("/quan-tri/trang");
pub const DESK_DOCUMENTS: Route = room("/quan-tri/van-ban");
pub const DESK_CALENDAR: Route = room("/quan-tri/lich");
pub const DESK_SERIES: Route = room("/quan-tri/chu-de");
pub const DESK_MENU: Route = room("/quan-tri/thuc-don");
pub const DESK_APPEARANCE: Route = room("/quan-tri/giao-dien");
pub const DESK_LIBRARY: Route = room("/quan-tri/thu-vien");
pub const DESK_CATEGORIES: Route = room("/quan-tri/chuyen-muc");
pub const DESK_FAULTS: Route = room("/quan-tri/bao-loi");
pub const DESK_FRONT: Route = room("/quan-tri/trang-chu");
pub const DESK_NOTICES: Route = room("/quan-tri/thong-bao");

// what pages read by themselves

/// Reads any public page by its address.
pub const READ_PAGE: Route = endpoint("/api/page");
pub const READ_COMMENTS: Route = endpoint("/api/comments");
pub const READ_ROOM: Route = endpoint("/api/room");

// what visitors send

pub const RATE: Route = endpoint("/api/rate");
pub const WITHDRAW_VOTE: Route = endpoint("/api/withdraw-vote");
pub const SEND_COMMENT: Route = endpoint("/api/send-comment");
pub const CORRECT_COMMENT: Route = link_endpoint("/api/correct-comment", &[]);
pub const WITHDRAW_COMMENT: Route = link_endpoint("/api/withdraw-comment", &[]);
pub const ERASE_WRITER: Route = link_endpoint("/api/erase-writer", &[]);
pub const SEND_INQUIRY: Route = endpoint("/api/send-inquiry");
pub const REPORT_COMMENT: Route = endpoint("/api/report-comment");
pub const SEND_FAULT: Route = endpoint("/api/send-fault");
pub const DELETE_FAULT: Route = link_endpoint("/api/delete-fault", &[]);

// what moderators send

pub const DECIDE: Route = endpoint("/api/decide");
pub const DECIDE_MANY: Route = endpoint("/api/decide-many");
pub const ANSWER_COMMENT: Route = endpoint("/api/answer-comment");
pub const BLOCK_WRITER: Route = endpoint("/api/block-writer");
pub const END_BLOCK: Route = endpoint("/api/end-block");
pub const COVER_TEXT: Route = endpoint("/api/cover-text");
pub const MARK_QUESTION: Route = endpoint("/api/mark-question");
pub const WRITE_NOTE: Route = endpoint("/api/write-note");
pub const DELETE_NOTE: Route = endpoint("/api/delete-note");
pub const SAVE_ANSWER: Route = endpoint("/api/save-answer");
pub const DELETE_SAVED_ANSWER: Route = endpoint("/api/delete-saved-answer");
pub const CORRECT_ANSWER: Route = endpoint("/api/correct-answer");
pub const SET_PRESENCE: Route = endpoint("/api/set-presence");
pub const REVIEW_VOTES: Route = endpoint("/api/review-votes");
pub const CLOSE: Route = endpoint("/api/close");
pub const REOPEN: Route = endpoint("/api/reopen");
pub const SET_COMMENT_POLICY: Route = endpoint("/api/set-comment-policy");

// what editors send

pub const CREATE_ARTICLE: Route = endpoint("/api/create-article");
pub const SAVE_ARTICLE: Route = Route { max_body: MAX_LIST, ..endpoint("/api/save-article") };
pub const KEEP_COPY: Route = Route { max_body: MAX_LIST, ..endpoint("/api/keep-copy") };
pub const DROP_COPY: Route = endpoint("/api/drop-copy");
pub const MOVE_ARTICLE: Route = endpoint("/api/move-article");
pub const RESTORE_REVISION: Route = endpoint("/api/restore-revision");
pub const MERGE_TEXTS: Route = Route { max_body: MAX_LIST, ..endpoint("/api/merge-texts") };
pub const CREATE_PREVIEW: Route = endpoint("/api/create-preview");
pub const END_PREVIEW: Route = endpoint("/api/end-preview");
pub const CREATE_CATEGORY: Route = endpoint("/api/create-category");
pub const CHANGE_CATEGORY: Route = endpoint("/api/change-category");
pub const MOVE_CATEGORY: Route = endpoint("/api/move-category");
pub const MERGE_CATEGORY: Route = endpoint("/api/merge-category");
pub const RENAME_TAG: Route = endpoint("/api/rename-tag");
pub const MERGE_TAG: Route = endpoint("/api/merge-tag");
pub const SAVE_FRONT: Route = endpoint("/api/save-front");
pub const CREATE_NOTICE: Route = endpoint("/api/create-notice");
pub const END_NOTICE: Route = endpoint("/api/end-notice");
pub const CREATE_EVENT: Route = endpoint("/api/create-event");
pub const CHANGE_EVENT: Route = endpoint("/api/change-event");
pub const CANCEL_EVENT: Route = endpoint("/api/cancel-event");
pub const DELETE_EVENT: Route = endpoint("/api/delete-event");
pub const CREATE_SERIES: Route = endpoint("/api/create-series");
pub const CHANGE_SERIES: Route = endpoint("/api/change-series");
pub const DELETE_SERIES: Route = endpoint("/api/delete-series");
pub const DECIDE_FAULT: Route = endpoint("/api/decide-fault");
pub const DESCRIBE_PICTURE: Route = endpoint("/api/describe-picture");
pub const DELETE_PICTURE: Route = endpoint("/api/delete-picture");
pub const DELETE_FILE: Route = endpoint("/api/delete-file");

// what administrators send

pub const ADD_TERMS: Route = Route { max_body: MAX_LIST, ..endpoint("/api/add-terms") };
pub const REMOVE_TERM: Route = endpoint("/api/remove-term");
pub const CREATE_MENU_ITEM: Route = endpoint("/api/create-menu-item");
pub const CHANGE_MENU_ITEM: Route = endpoint("/api/change-menu-item");
pub const MOVE_MENU_ITEM: Route = endpoint("/api/move-menu-item");
pub const DELETE_MENU_ITEM: Route = endpoint("/api/delete-menu-item");
pub const SAVE_APPEARANCE: Route = endpoint("/api/save-appearance");
pub const CHANGE_SETTING: Route = secret_endpoint("/api/change-setting", &["current"]);
pub const INVITE: Route = secret_endpoint("/api/invite", &["current"]);
pub const CREATE_LINK: Route = secret_endpoint("/api/create-link", &["current"]);
pub const SET_PUBLISHER: Route = secret_endpoint("/api/set-publisher", &["current"]);
pub const CHANGE_ROLE: Route = secret_endpoint("/api/change-role", &["current"]);
pub const DISABLE_ACCOUNT: Route = secret_endpoint("/api/disable-account", &["current"]);
pub const END_SESSIONS: Route = secret_endpoint("/api/end-sessions", &["current"]);

// signing in, and one's own account

/// Signing in carries along a form that came too late, sealed: the longest article of them.
pub const SIGN_IN: Route = Route { max_body: 2 * MAX_LIST, ..secret_endpoint("/api/sign-in", &["password"]) };
pub const SIGN_IN_CODE: Route = Route { max_body: 2 * MAX_LIST, ..secret_endpoint("/api/sign-in-code", &["code"]) };
pub const SIGN_OUT: Route = endpoint("/api/sign-out");
pub const KEEP_ALIVE: Route = endpoint("/api/keep-alive");
pub const ACCEPT_LINK: Route = link_endpoint("/api/accept-link", &["password", "again"]);
pub const CHANGE_PASSWORD: Route = secret_endpoint("/api/change-password", &["current", "password", "again"]);
pub const END_SESSION: Route = endpoint("/api/end-session");
pub const BEGIN_SECOND_FACTOR: Route = secret_endpoint("/api/begin-second-factor", &["current"]);
pub const CONFIRM_SECOND_FACTOR: Route = secret_endpoint("/api/confirm-second-factor", &["code"]);
pub const RENEW_RECOVERY_CODES: Route = secret_endpoint("/api/renew-recovery-codes", &["current"]);
pub const REMOVE_SECOND_FACTOR: Route = secret_endpoint("/api/remove-second-factor", &["current"]);
pub const CHANGE_DAILY_MAIL: Route = endpoint("/api/change-daily-mail");

// files, the stream, health

pub const RSS: Route = document("/rss.xml", "");
pub const ATOM: Route = document("/atom.xml", "");
pub const CATEGORY_RSS: Route = document("/chuyen-muc/", "/rss.xml");
pub const CATEGORY_ATOM: Route = document("/chuyen-muc/", "/atom.xml");
/// The calendar for phones: what they subscribe to, and a month.
pub const CALENDAR_FILE: Route = document("/lich.ics", "");
pub const CALENDAR_MONTH_FILE: Route = document("/lich/", "/lich.ics");
pub const SITEMAP: Route = document("/sitemap.xml", "");
pub const SITEMAP_PAGES: Route = document("/sitemap-trang.xml", "");
pub const SITEMAP_NEWS: Route = document("/sitemap-tin-moi.xml", "");
/// Articles by their numbers, 5,000 a part.
pub const SITEMAP_PART: Route = document("/sitemap/", "");
pub const ROBOTS: Route = document("/robots.txt", "");
pub const STREAM: Route = handler("/truc-tiep");
pub const IMAGE: Route = handler("/anh/");
pub const FILE: Route = handler("/tep/");
/// The style sheet of the site's own accent and emblem, named by its hash.
pub const STYLE: Route = handler("/giao-dien/");
pub const MANIFEST: Route = handler("/manifest.webmanifest");
/// Draws the code of an article's address, for print.
pub const QR_CODE: Route = handler("/ma-qr/");
/// Shows the player of a video of another host, framed by the site's own pages.
pub const VIDEO: Route = handler("/video/");
pub const ASSETS: Route = handler("/pkg-");
pub const EXPORT_COMMENTS: Route = handler("/quan-tri/y-kien/xuat");
pub const EXPORT_FIGURES: Route = handler("/quan-tri/so-lieu/xuat");
/// Takes files of any number and size within the limits, as they come.
pub const UPLOAD: Route = handler("/quan-tri/thu-vien/tai-len");
/// Shows a picture to staff by its number.
pub const PREVIEW: Route = handler("/quan-tri/thu-vien/anh-nho/");
pub const ORIGINAL: Route = handler("/quan-tri/thu-vien/anh-goc/");
pub const HEALTH: Route = handler("/khoe");
pub const READINESS: Route = handler("/khoe/san-sang");

/// Every route, the most frequent first.
pub const ALL: &[Route] = &[
    HOME,
    ARTICLE,
    IMAGE,
    FILE,
    VIDEO,
    QR_CODE,
    STYLE,
    MANIFEST,
    ASSETS,
    STREAM,
    READ_PAGE,
    READ_COMMENTS,
    RATE,
    WITHDRAW_VOTE,
    SEND_COMMENT,
    CATEGORY_RSS,
    CATEGORY_ATOM,
    CATEGORY,
    TAG,
    SERIES,
    SEARCH,
    DIRECTORY,
    ARCHIVE,
    CALENDAR_FILE,
    CALENDAR_MONTH_FILE,
    CALENDAR,
    CALENDAR_MONTH,
    PAGE,
    DOCUMENTS,
    DOCUMENT,
    CONTACT,
    REQUEST_OWN_DATA,
    PRIVACY,
    ACCESSIBILITY,
    STATISTICS,
    OWN_COMMENT,
    REPORT,
    REPORT_FAULT,
    OWN_FAULT,
    PREVIEW_LINK,
    ACCOUNT_LINK,
    DESK,
    DESK_COMMENTS,
    DESK_BLOCKED,
    DESK_SAVED_ANSWERS,
    DESK_VOTES,
    DESK_CLOSURES,
    DESK_TERMS,
    DESK_FIGURES,
    DESK_STAFF,
    DESK_SETTINGS,
    DESK_AUDIT,
    DESK_ACCOUNT,
    DESK_ARTICLES,
    DESK_PAGES,
    DESK_DOCUMENTS,
    DESK_CALENDAR,
    DESK_SERIES,
    DESK_MENU,
    DESK_APPEARANCE,
    DESK_LIBRARY,
    DESK_CATEGORIES,
    DESK_FAULTS,
    DESK_FRONT,
    DESK_NOTICES,
    READ_ROOM,
    CORRECT_COMMENT,
    WITHDRAW_COMMENT,
    ERASE_WRITER,
    SEND_INQUIRY,
    REPORT_COMMENT,
    SEND_FAULT,
    DELETE_FAULT,
    DECIDE,
    DECIDE_MANY,
    ANSWER_COMMENT,
    BLOCK_WRITER,
    END_BLOCK,
    COVER_TEXT,
    MARK_QUESTION,
    WRITE_NOTE,
    DELETE_NOTE,
    SAVE_ANSWER,
    DELETE_SAVED_ANSWER,
    CORRECT_ANSWER,
    SET_PRESENCE,
    REVIEW_VOTES,
    CLOSE,
    REOPEN,
    SET_COMMENT_POLICY,
    CREATE_ARTICLE,
    SAVE_ARTICLE,
    KEEP_COPY,
    DROP_COPY,
    MOVE_ARTICLE,
    RESTORE_REVISION,
    MERGE_TEXTS,
    CREATE_PREVIEW,
    END_PREVIEW,
    CREATE_CATEGORY,
    CHANGE_CATEGORY,
    MOVE_CATEGORY,
    MERGE_CATEGORY,
    RENAME_TAG,
    MERGE_TAG,
    SAVE_FRONT,
    CREATE_NOTICE,
    END_NOTICE,
    CREATE_EVENT,
    CHANGE_EVENT,
    CANCEL_EVENT,
    DELETE_EVENT,
    CREATE_SERIES,
    CHANGE_SERIES,
    DELETE_SERIES,
    CREATE_MENU_ITEM,
    CHANGE_MENU_ITEM,
    MOVE_MENU_ITEM,
    DELETE_MENU_ITEM,
    SAVE_APPEARANCE,
    DECIDE_FAULT,
    DESCRIBE_PICTURE,
    DELETE_PICTURE,
    DELETE_FILE,
    ADD_TERMS,
    REMOVE_TERM,
    CHANGE_SETTING,
    INVITE,
    CREATE_LINK,
    CHANGE_ROLE,
    SET_PUBLISHER,
    DISABLE_ACCOUNT,
    END_SESSIONS,
    SIGN_IN,
    SIGN_IN_CODE,
    SIGN_OUT,
    KEEP_ALIVE,
    ACCEPT_LINK,
    CHANGE_PASSWORD,
    END_SESSION,
    BEGIN_SECOND_FACTOR,
    CONFIRM_SECOND_FACTOR,
    RENEW_RECOVERY_CODES,
    REMOVE_SECOND_FACTOR,
    CHANGE_DAILY_MAIL,
    EXPORT_COMMENTS,
    EXPORT_FIGURES,
    UPLOAD,
    ORIGINAL,
    PREVIEW,
    RSS,
    ATOM,
    SITEMAP,
    SITEMAP_PAGES,
    SITEMAP_NEWS,
    SITEMAP_PART,
    ROBOTS,
    HEALTH,
    READINESS,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_one_route_and_the_part_that_varies() {
        for (path, found) in [
            ("/", Some(("/", ""))),
            ("/tin-tuc/bai-thu-7", Some(("/tin-tuc/", "bai-thu-7"))),
            ("/tin-tuc/", None),
            ("/tin-tuc", None),
            ("/pkg-1a2b3c/loa.wasm", Some(("/pkg-", "1a2b3c/loa.wasm"))),
            ("/quan-tri", Some(("/quan-tri", ""))),
            ("/quan-tri/y-kien", Some(("/quan-tri/y-kien", ""))),
            ("/quan-tri/y-kien/xuat", Some(("/quan-tri/y-kien/xuat", ""))),
            ("/quan-tri/", None),
            ("/khong-co", None),
            ("/chuyen-muc/y-te", Some(("/chuyen-muc/", "y-te"))),
            ("/chuyen-muc/y-te/rss.xml", Some(("/chuyen-muc/", "y-te"))),
            ("/sitemap/12", Some(("/sitemap/", "12"))),
            ("/sitemap/", None),
            ("/rss.xml", Some(("/rss.xml", ""))),
            ("", None),
        ] {
            assert_eq!(find(path).map(|(index, rest)| (ALL[index].path, rest)), found, "{path}");
        }
    }

    #[test]
    fn no_path_is_listed_twice() {
        for (index, route) in ALL.iter().enumerate() {
            let is_other = |other: &Route| (other.path, other.suffix) != (route.path, route.suffix);
            assert!(ALL[..index].iter().all(is_other), "{}", route.path);
        }
    }
}
