//! The desk's words as HTML.

use super::{Decision, DeskCard, Place};
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

/// A comment's words; its text is encoded here, once.
pub fn words(body: &str) -> String {
    view! { {body.to_owned()} }.to_html()
}

/// The first lines of an article.
pub fn first_lines(lead: &str) -> String {
    const LENGTH: usize = 160;
    if lead.chars().count() <= LENGTH {
        return lead.to_owned();
    }
    let cut: String = lead.chars().take(LENGTH).collect();
    let whole = cut.rsplit_once(' ').map_or(cut.as_str(), |(whole, _)| whole);
    format!("{whole}…")
}

/// What a visitor wrote before, and what became of it: `4 ý kiến trước: 3 đã đăng, 1 không đăng`.
pub fn earlier(all: i64, published: i64, refused: i64) -> String {
    if all == 0 {
        return "lần đầu viết".to_owned();
    }
    let parts = [(published, "đã đăng"), (refused, "không đăng"), (all - published - refused, "chờ duyệt")];
    let parts = parts.into_iter().filter(|(count, _)| *count > 0);
    let parts: Vec<String> = parts.map(|(count, words)| format!("{} {words}", thousands(count))).collect();
    format!("{} ý kiến trước: {}", thousands(all), parts.join(", "))
}

/// The form that narrows a tab. Its values stand in the address, so that it works without script and can be kept.
pub fn search(place: &Place, articles: &[(i64, String)], moderators: &[(i64, String)], found: i64) -> String {
    let tab = place.tab();
    let options = |list: &[(i64, String)], chosen: &str| {
        let option = |(id, words): &(i64, String)| {
            let id = id.to_string();
            let selected = id == chosen;
            view! { <option value=id selected=selected>{words.clone()}</option> }
        };
        list.iter().map(option).collect_view()
    };
    let everywhere = Place { tab: place.tab.clone(), ..Place::default() }.path();
    let narrowed = place.is_narrowed();
    let by = (!tab.waits()).then(|| {
        view! {
            <label class="field">"Người duyệt"
                <select name="nguoi"><option value="">"Tất cả"</option>{options(moderators, &place.moderator)}</select>
            </label>
        }
    });
    view! {
        <form class="desk-search" role="search" action="/quan-tri" method="get">
            <input type="hidden" name="muc" value=place.tab.clone()/>
            <div class="search-line">
                <label class="visually-hidden" for="tim">"Tìm trong mục này"</label>
                <input type="search" id="tim" name="tim" value=place.text.clone() placeholder="Tìm tên hoặc nội dung" autocomplete="off" enterkeyhint="search"/>
                <button class="button secondary">"Tìm"</button>
            </div>
            <details class="more" open=!place.article.is_empty() || !place.day.is_empty() || !place.moderator.is_empty()>
                <summary>"Lọc thêm"</summary>
                <div class="fields">
                    <label class="field">"Bài viết"
                        <select name="bai"><option value="">"Tất cả"</option>{options(articles, &place.article)}</select>
                    </label>
                    <label class="field">"Ngày"<input type="date" name="ngay" value=place.day.clone()/></label>
                    {by}
                </div>
            </details>
            {narrowed.then(|| view! { <p class="quiet">{format!("{} ý kiến khớp. ", thousands(found))}<a href=everywhere>"Bỏ lọc"</a></p> })}
        </form>
    }
    .to_html()
}

/// What was just decided without script, with the way back.
pub fn just_decided(card: &DeskCard, place: &Place) -> String {
    let words = card.decided.as_ref().map(crate::error::Decided::words).unwrap_or_default();
    let undo = card.undoable.then(|| {
        view! {
            <form method="post" action="/api/decide">
                <input type="hidden" name="comment_id" value=card.id/>
                <input type="hidden" name="version" value=card.version/>
                <input type="hidden" name=RETURN_TO value=place.path()/>
                <button class="link-button" name="decision" value=Decision::Undo.value()>{Decision::Undo.label()}</button>
            </form>
        }
    });
    view! { <div class="notice just-decided" role="status"><p>{format!("Ý kiến của {}: {words}", card.name)}</p>{undo}</div> }.to_html()
}
