//! Where a document stands, as HTML.

use super::Force;
use crate::base::clock;
use leptos::prelude::*;
use time::OffsetDateTime;

/// Where a document stands, in words.
pub fn force_label(force: &Force) -> impl IntoView + use<> {
    let (class, text) = match force {
        Force::Draft(until) if *until > OffsetDateTime::now_utc() => {
            ("open", format!("Dự thảo lấy ý kiến đến {}", clock::format_short(*until)))
        }
        Force::Draft(_) => ("over", "Dự thảo đã hết hạn góp ý".to_owned()),
        Force::NotYet(from) => ("open", format!("Có hiệu lực từ {}", clock::format_day(*from))),
        Force::InForce => ("in-force", "Còn hiệu lực".to_owned()),
        Force::Over(until) => ("over", format!("Hết hiệu lực từ sau {}", clock::format_day(*until))),
        Force::Replaced(other) => {
            let link = view! { <a href=other.path()>{other.name()}</a> };
            return view! { <span class="force over">"Bị thay thế bởi "{link}</span> }.into_any();
        }
    };
    view! { <span class=format!("force {class}")>{text}</span> }.into_any()
}
