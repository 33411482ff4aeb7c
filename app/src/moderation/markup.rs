//! The desk's words as HTML.

use crate::forms::RETURN_TO;
use crate::ratings::store::HeldVotes;
use crate::ratings::{Totals, thousands};
use leptos::prelude::*;

/// The articles with votes that wait to be checked: both averages, and what can be done.
pub fn votes(held: &[HeldVotes]) -> String {
    if held.is_empty() {
        return view! { <p class="empty">"Không có đánh giá nào cần kiểm tra."</p> }.to_html();
    }
    let average = |totals: Totals| match totals.average() {
        Some(average) => format!("{average} ({} phiếu)", thousands(totals.ratings)),
        None => "chưa có đánh giá".to_owned(),
    };
    let row = |held: &HeldVotes| {
        let both = Totals {
            points: held.counted.points + held.held.points,
            ratings: held.counted.ratings + held.held.ratings,
        };
        let path = crate::articles::path(&held.slug, held.article);
        // microseconds, as the database keeps them
        let until = (held.until.unix_timestamp_nanos() / 1000).to_string();
        let title = format!("danh-gia-{}", held.article);
        view! {
            <li class="card queue-card" aria-labelledby=title.clone()>
                <p class="queue-article" id=title.clone()><a href=path>{held.title.clone()}</a></p>
                <p>{format!("{} đánh giá chờ kiểm tra, trung bình {}", thousands(held.held.ratings), held.held.average().unwrap_or_default())}</p>
                <p class="quiet">{format!("Điểm hiện tại: {}. Nếu tính thêm: {}.", average(held.counted), average(both))}</p>
                <form class="decisions" method="post" action="/api/review-votes">
                    <input type="hidden" name="article_id" value=held.article/>
                    <input type="hidden" name="until" value=until/>
                    <input type="hidden" name=RETURN_TO value="/quan-tri?muc=danh-gia"/>
                    <button class="button approve" name="decision" value="admit">"Tính vào"</button>
                    <button class="button secondary" name="decision" value="discard">"Bỏ"</button>
                </form>
            </li>
        }
    };
    view! {
        <p class="quiet">"Các đánh giá này đến dồn dập từ một nơi, hoặc từ chương trình không mở trang. Chúng chưa được tính vào điểm."</p>
        <ol class="queue">{held.iter().map(row).collect_view()}</ol>
    }
    .to_html()
}
