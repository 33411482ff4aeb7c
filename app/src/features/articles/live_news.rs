//! The button on an open front page that says how much was published since.

use super::NEWS_BUTTON;
use crate::live::Topic;
use crate::live::stream::subscribe;
use leptos::prelude::document;
use std::cell::RefCell;

thread_local! {
    /// The numbers of the newest articles, the newest first, as they came last.
    static NEWEST: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Follows what is published, on every page: the front page may be opened from it.
pub fn follow_news() {
    subscribe(Topic::News, |newest| {
        NEWEST.set(newest.to_owned());
        show_news();
    });
}

/// Shows on the front page how many articles are newer than those that it shows.
pub fn show_news() {
    let Some(button) = document().get_element_by_id(NEWS_BUTTON) else { return };
    let shown = button.get_attribute("data-shown").unwrap_or_default();
    let count = NEWEST.with_borrow(|newest| {
        newest.split(' ').take_while(|id| !id.is_empty() && !shown.split(' ').any(|known| known == *id)).count()
    });
    if let Some(link) = button.first_element_child() {
        link.set_text_content(Some(&format!("{count} tin mới")));
    }
    // what was new may be withdrawn
    let _ = button.toggle_attribute_with_force("hidden", count == 0);
}
