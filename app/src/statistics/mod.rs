//! Who reads the site, counted without knowing anybody: no cookie, no script, no address kept.
//!
//! A visitor is a keyed hash of address and agent that lives for one Vietnamese day. A visit begins after 30 idle
//! minutes. What is seen is gathered in memory ([`traffic`]) and merged into the database every few seconds ([`store`]).

#[cfg(feature = "ssr")]
pub mod bots;
#[cfg(feature = "ssr")]
pub mod markup;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
pub mod traffic;

#[cfg(feature = "ssr")]
use time::Duration;

/// Whoever was idle for longer begins a new visit.
#[cfg(feature = "ssr")]
pub const IDLE: Duration = Duration::minutes(30);
/// Whoever was seen within this time is on the site now.
#[cfg(feature = "ssr")]
pub const NOW: Duration = Duration::minutes(5);
/// Pages a minute that one visitor can add to the counts.
#[cfg(feature = "ssr")]
pub const MOST_PAGES: u32 = 60;

/// The four figures of `Thống kê truy cập`.
#[cfg(feature = "ssr")]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    /// People on the site in the last five minutes.
    pub now: i64,
    /// Visits since midnight.
    pub today: i64,
    /// Visits since the first of the month.
    pub month: i64,
    /// Visits ever, with those carried over.
    pub ever: i64,
}

#[cfg(feature = "ssr")]
impl Figures {
    /// Each with its label, in the order in which they stand.
    pub fn labelled(self) -> [(&'static str, i64); 4] {
        [
            ("Đang truy cập", self.now),
            ("Hôm nay", self.today),
            ("Tháng hiện tại", self.month),
            ("Tổng lượt truy cập", self.ever),
        ]
    }
}

/// What a request opens, if it is a page that counts: an article's number, or `None` for any other page.
#[cfg(feature = "ssr")]
pub fn opened(path: &str, query: &str) -> Option<Option<i64>> {
    let article = |address: &str| crate::articles::parse_slug_id(address).map(|(_, id)| id);
    match path {
        "/" | "/quyen-rieng-tu" | "/thong-ke" | "/api/home" | "/api/privacy" | "/api/traffic" => Some(None),
        "/api/article" => {
            let (_, address) = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "address")?;
            article(&address).map(Some)
        }
        _ => article(path.strip_prefix("/tin-tuc/")?).map(Some),
    }
}

/// Changes the figures at the foot of the open page as the stream tells them, unless the reader has paused them.
#[cfg(feature = "hydrate")]
pub fn follow() {
    use leptos::prelude::{document, request_animation_frame};
    use wasm_bindgen::JsCast;
    use wasm_bindgen::closure::Closure;
    let switch = || document().get_element_by_id("giu-so-lieu");
    let paused = move || switch().is_some_and(|switch| switch.get_attribute("aria-pressed").as_deref() == Some("true"));
    crate::live::stream::subscribe(crate::live::Topic::Figures, move |figures| {
        if paused() {
            return;
        }
        for (index, figure) in figures.split(' ').enumerate() {
            if let Some(place) = document().get_element_by_id(&format!("so-{index}")) {
                place.set_text_content(Some(figure));
            }
        }
    });
    request_animation_frame(move || {
        if let Some(switch) = switch() {
            let press = Closure::<dyn Fn()>::new(move || {
                let pressed = if paused() { "false" } else { "true" };
                let _ = document()
                    .get_element_by_id("giu-so-lieu")
                    .map(|switch| switch.set_attribute("aria-pressed", pressed));
            });
            let _ = switch.add_event_listener_with_callback("click", press.into_js_value().unchecked_ref());
            let _ = switch.remove_attribute("hidden");
        }
    });
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn pages_count_and_their_articles_are_known() {
        for (path, query, page) in [
            ("/", "", Some(None)),
            ("/", "fbclid=x", Some(None)),
            ("/thong-ke", "", Some(None)),
            ("/tin-tuc/bai-thu-7", "", Some(Some(7))),
            ("/api/article", "page=1&address=bai-thu-7", Some(Some(7))),
            ("/api/home", "page=2", Some(None)),
            ("/api/comments", "article=7", None),
            ("/api/article", "", None),
            ("/tin-tuc/chu", "", None),
            ("/quan-tri", "", None),
            ("/truc-tiep", "", None),
            ("/khong-co", "", None),
        ] {
            assert_eq!(opened(path, query), page, "{path}?{query}");
        }
    }
}
