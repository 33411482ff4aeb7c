//! The numbers of the tabs and of the link to the next page, kept current on an open page.

use super::count_in_tab;
use super::dom::{find_within, list_all, set_text};
use super::queue_query::Tab;
use super::shown_card::OpenQueue;
use crate::base::format::format_number;
use crate::base::url::with_parameter;
use crate::features::comments::CommentCounts;
use crate::web::effects::effect;
use leptos::prelude::*;
use web_sys::Element;

/// Shows the newest numbers until the view is gone; they stand still while updates are paused.
pub fn follow(counts: Signal<Option<CommentCounts>>, paused: RwSignal<bool>, queue: OpenQueue) {
    effect(move || {
        let Some(counts) = counts.get().filter(|_| !paused.get()) else { return };
        for link in list_all(".tabs [data-tab]") {
            let tab = Tab::parse(&link.get_attribute("data-tab").unwrap_or_default());
            if let Some(badge) = find_within(&link, ".badge") {
                let count = count_in_tab(&counts, tab);
                set_text(&badge, &format_number(count));
                hide(&badge, count == 0);
            }
        }
        let tab = queue.shared.tab;
        let (waiting, last) = queue.cards.with(|cards| {
            let waiting = cards.iter().filter(|shown| shown.card.with(|card| card.state.is_waiting())).count();
            (waiting as i64, cards.iter().map(|shown| shown.id).max())
        });
        // in a waiting tab the next page holds what waits beyond this one, and begins after the last card
        if let (Some(link), Some(last)) = (list_all(".pages [data-counted]").pop(), last) {
            let more = count_in_tab(&counts, tab) - waiting;
            let path = queue.shared.path.with_value(|path| with_parameter(path, "sau", &format!("0-{last}")));
            let _ = link.set_attribute("href", &path);
            let _ = link.set_attribute("rel", "next");
            set_text(&link, &format!("Trang sau ({} ý kiến)", format_number(more)));
            hide(&link, more <= 0);
        }
    });
}

fn hide(element: &Element, is_hidden: bool) {
    // an attribute with a fixed name is always accepted
    let _ = element.toggle_attribute_with_force("hidden", is_hidden);
}
