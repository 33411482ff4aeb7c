//! The desk's words as HTML.

use super::store::figures::Figures;
use super::{Decision, DeskCard, Place};
use crate::audit::{self, store::Listed};
use crate::clock;
use crate::forms::RETURN_TO;
use crate::forms::view::area;
use crate::live::DeskState;
use crate::ratings::store::HeldVotes;
use crate::ratings::{Totals, thousands};
use crate::rules::{Reason, Words};
use leptos::prelude::*;
use std::ops::Range;
use time::OffsetDateTime;

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

/// A comment's words with what it was held for marked, and what readers do not see struck; its text is encoded here, once.
pub fn marked(body: &str, reasons: &[Reason], covered: &[Range<usize>]) -> String {
    let chars: Vec<char> = body.chars().collect();
    let mut places: Vec<_> = reasons.iter().filter_map(Reason::place).map(|at| (at, false)).collect();
    places.extend(covered.iter().map(|at| (at.clone(), true)));
    places.retain(|(at, _)| at.end <= chars.len());
    places.sort_by_key(|(at, hidden)| (at.start, !hidden, at.end));
    let text = |from: usize, to: usize| chars[from..to].iter().collect::<String>();
    let (mut parts, mut done) = (Vec::new(), 0);
    for (at, hidden) in places {
        let start = at.start.max(done);
        if at.end > start {
            let before = (start > done).then(|| view! { <span>{text(done, start)}</span> });
            let words = text(start, at.end);
            let words = if hidden {
                view! { <s class="covered">{words}</s> }.into_any()
            } else {
                view! { <mark>{words}</mark> }.into_any()
            };
            parts.push(view! { {before}{words} });
            done = at.end;
        }
    }
    let rest = (done < chars.len()).then(|| view! { <span>{text(done, chars.len())}</span> });
    view! { {parts}{rest} }.to_html()
}

/// Parts of a comment's words that look like personal data and are not covered yet, each once.
pub fn personal(body: &str, reasons: &[Reason], covered: &[Range<usize>]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let open = |at: &Range<usize>| covered.iter().all(|known| at.end <= known.start || known.end <= at.start);
    let places = reasons.iter().filter(|reason| matches!(reason, Reason::Personal { .. })).filter_map(Reason::place);
    for at in places.filter(open) {
        let words: String = body.chars().skip(at.start).take(at.len()).collect();
        if !found.contains(&words) {
            found.push(words);
        }
    }
    found
}

/// Why a comment needs a look, each reason once.
pub fn reasons(reasons: &[Reason]) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for reason in reasons.iter().map(Reason::words) {
        if !words.contains(&reason) {
            words.push(reason);
        }
    }
    words
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
    let kinds = Reason::KINDS.map(|(kind, words)| {
        let selected = place.reason == kind;
        view! { <option value=kind selected=selected>{words}</option> }
    });
    let kinds = kinds.collect_view();
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
            <details class="more" open=[&place.article, &place.day, &place.moderator, &place.reason].into_iter().any(|typed| !typed.is_empty())>
                <summary>"Lọc thêm"</summary>
                <div class="fields">
                    <label class="field">"Bài viết"
                        <select name="bai"><option value="">"Tất cả"</option>{options(articles, &place.article)}</select>
                    </label>
                    <label class="field">"Lý do cần xem"
                        <select name="ly_do"><option value="">"Tất cả"</option>{kinds}</select>
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

/// How many were just decided without script, and about how many somebody else was first.
pub fn just_decided_many(done: usize, overtaken: usize) -> String {
    let words = super::outcome("đã quyết định", done, overtaken);
    view! { <div class="notice just-decided" role="status"><p>{words}</p></div> }.to_html()
}

/// The list of words: what is on it, a form that adds, and a box that shows what would match.
pub fn words(list: &Words, reasons_given: &str, found: &str, tried: &str, typed: &str) -> String {
    const SHOWN: usize = 100;
    let folded = crate::text::fold(found);
    let terms: Vec<&str> = list.terms().filter(|term| crate::text::fold(term).contains(&folded)).collect();
    let count = terms.len();
    let terms = terms.into_iter().take(SHOWN).map(|term| {
        let label = format!("Bỏ {term}");
        view! {
            <li>
                <span>{term.to_owned()}</span>
                <form method="post" action="/api/remove-word">
                    <input type="hidden" name="word" value=term.to_owned()/>
                    <input type="hidden" name=RETURN_TO value="/quan-tri?muc=tu-ngu"/>
                    <button class="link-button" aria-label=label>"Bỏ"</button>
                </form>
            </li>
        }
    });
    let terms = terms.collect_view();
    let outcome = (!tried.is_empty()).then(|| {
        let reasons = list.reasons("", tried);
        let lines = list.find(tried).into_iter().map(|hit| {
            let kind = if hit.strong { "đúng như trong danh sách" } else { "viết khác đi" };
            let there: String = tried.chars().skip(hit.at.start).take(hit.at.len()).collect();
            view! { <li>{format!("“{there}” khớp với “{}”, {kind}", hit.term)}</li> }
        });
        let lines = lines.collect_view();
        let others =
            self::reasons(&reasons.into_iter().filter(|r| !matches!(r, Reason::Word { .. })).collect::<Vec<_>>());
        let nothing = list.reasons("", tried).is_empty();
        view! {
            <div class="card tried" role="status">
                <p class="comment-body" inner_html=marked(tried, &list.reasons("", tried), &[])></p>
                <ul>{lines}{others.into_iter().map(|words| view! { <li>{words}</li> }).collect_view()}</ul>
                {nothing.then(|| view! { <p>"Không có gì khớp."</p> })}
            </div>
        }
    });
    view! {
        <div class="words-page">
            <h2>"Thử một câu"</h2>
            <form action="/quan-tri" method="get" class="stack">
                <input type="hidden" name="muc" value="tu-ngu"/>
                <label class="field">"Câu cần thử"<textarea name="thu" rows="3" maxlength="1000" inner_html=area(tried)></textarea></label>
                <button class="button secondary">"Thử"</button>
            </form>
            {outcome}
            <h2>"Thêm từ"</h2>
            <form action="/api/add-words" method="post" class="stack">
                <input type="hidden" name=RETURN_TO value="/quan-tri?muc=tu-ngu"/>
                <label class="field">"Mỗi dòng một từ hoặc cụm từ, viết đúng chính tả"<textarea name="words" rows="4" inner_html=area(typed)></textarea></label>
                <p class="quiet">"Cách viết không dấu, viết tắt kiểu teencode, chèn dấu chấm hoặc chữ số cũng được nhận ra. Từ trong danh sách chỉ giữ ý kiến lại để xem, không xóa."</p>
                <button class="button">"Thêm"</button>
            </form>
            <h2>{format!("Danh sách ({} từ)", thousands(list.terms().count() as i64))}</h2>
            <form action="/quan-tri" method="get" class="search-line" role="search">
                <input type="hidden" name="muc" value="tu-ngu"/>
                <input type="search" name="tim" value=found.to_owned() aria-label="Tìm trong danh sách" placeholder="Tìm trong danh sách"/>
                <button class="button secondary">"Tìm"</button>
            </form>
            <p class="quiet">{if count > SHOWN { format!("{} từ khớp, {SHOWN} từ đầu:", thousands(count as i64)) } else { format!("{count} từ khớp:") }}</p>
            <ul class="word-list">{terms}</ul>
            <h2>"Lý do không đăng"</h2>
            <form action="/api/set-reasons" method="post" class="stack">
                <input type="hidden" name=RETURN_TO value="/quan-tri?muc=tu-ngu"/>
                <label class="field">"Mỗi dòng một lý do để người duyệt chọn"<textarea name="reasons" rows="6" inner_html=area(reasons_given)></textarea></label>
                <button class="button">"Lưu"</button>
            </form>
        </div>
    }
    .to_html()
}

/// How the desk does, in numbers: the last thirty days.
pub fn figures(figures: &Figures, counts: DeskState, now: OffsetDateTime, administrator: bool) -> String {
    let oldest = match figures.oldest {
        Some(oldest) => format!(
            "{} ý kiến đang chờ; lâu nhất: {}.",
            thousands(counts.held),
            clock::took((now - oldest).as_seconds_f64() / 60.0)
        ),
        None => "Không có ý kiến nào đang chờ.".to_owned(),
    };
    let days = figures.days.iter().map(|day| {
        let date = format!("{:02}/{:02}/{}", day.day.day(), u8::from(day.day.month()), day.day.year());
        view! { <tr><th scope="row">{date}</th><td>{thousands(day.decided)}</td><td>{clock::took(day.median)}</td><td>{clock::took(day.slowest)}</td></tr> }
    });
    let moderators = figures.moderators.iter().map(|one| {
        view! { <tr><th scope="row">{one.name.clone()}</th><td>{thousands(one.approved)}</td><td>{thousands(one.rejected)}</td><td>{thousands(one.removed)}</td><td>{thousands(one.undone)}</td></tr> }
    });
    let reasons = figures.reasons.iter().map(|(reason, count)| {
        view! { <tr><th scope="row">{reason.clone()}</th><td>{thousands(*count)}</td></tr> }
    });
    let none = || view! { <p class="empty">"Chưa có gì trong 30 ngày qua."</p> };
    view! {
        <div class="words-page">
            <p><strong>{oldest}</strong></p>
            <h2>"Thời gian chờ theo ngày"</h2>
            {if figures.days.is_empty() { none().into_any() } else { view! {
                <div class="table-box" tabindex="0" role="region" aria-label="Thời gian chờ theo ngày"><table>
                    <thead><tr><th scope="col">"Ngày"</th><th scope="col">"Đã quyết định"</th><th scope="col">"Một nửa trong vòng"</th><th scope="col">"Lâu nhất"</th></tr></thead>
                    <tbody>{days.collect_view()}</tbody>
                </table></div> }.into_any() }}
            <h2>"Theo người duyệt"</h2>
            {if figures.moderators.is_empty() { none().into_any() } else { view! {
                <div class="table-box" tabindex="0" role="region" aria-label="Theo người duyệt"><table>
                    <thead><tr><th scope="col">"Người duyệt"</th><th scope="col">"Duyệt"</th><th scope="col">"Từ chối"</th><th scope="col">"Gỡ"</th><th scope="col">"Hoàn tác"</th></tr></thead>
                    <tbody>{moderators.collect_view()}</tbody>
                </table></div> }.into_any() }}
            <h2>"Lý do không đăng"</h2>
            {if figures.reasons.is_empty() { none().into_any() } else { view! {
                <div class="table-box" tabindex="0" role="region" aria-label="Lý do không đăng"><table>
                    <thead><tr><th scope="col">"Lý do"</th><th scope="col">"Số ý kiến"</th></tr></thead>
                    <tbody>{reasons.collect_view()}</tbody>
                </table></div> }.into_any() }}
            {administrator.then(|| view! {
                <h2>"Tải xuống"</h2>
                <form method="post" action="/quan-tri/xuat">
                    <button class="button secondary">"Tải mọi ý kiến (CSV)"</button>
                </form>
                <p class="quiet">"Tệp có họ tên và nội dung của người viết: chỉ dùng cho công việc và xóa khi xong. Việc tải được ghi vào nhật ký."</p>
            })}
        </div>
    }
    .to_html()
}

/// The record of what staff did.
pub fn record(place: &Place, lines: &[Listed], next: Option<i64>, moderators: &[(i64, String)]) -> String {
    let actions = audit::ACTIONS.map(|(action, words)| {
        let selected = place.text == action;
        view! { <option value=action selected=selected>{words}</option> }
    });
    let people = moderators.iter().map(|(id, name)| {
        let id = id.to_string();
        let selected = id == place.moderator;
        view! { <option value=id selected=selected>{name.clone()}</option> }
    });
    let of = |line: &Listed| match (line.subject.as_str(), line.subject_id) {
        ("comment", Some(id)) => format!("ý kiến {id}"),
        ("article", Some(id)) => format!("bài {id}"),
        ("account", Some(id)) => format!("tài khoản {id}"),
        _ => String::new(),
    };
    let rows = lines.iter().map(|line| {
        let by = line.by.clone().unwrap_or_else(|| "Quản trị máy chủ".to_owned());
        view! {
            <tr>
                <td>{line.number}</td>
                <td><time datetime=clock::iso(line.at)>{clock::short(line.at)}</time></td>
                <td>{by}</td>
                <td>{audit::words(&line.action).to_owned()}" "{of(line)}</td>
                <td class="quiet">{line.detail.replace(['{', '}', '"'], "").replace(',', ", ")}</td>
            </tr>
        }
    });
    let next = next.map(|next| {
        let href = place.beginning(next.to_string()).path();
        view! { <nav class="pages" aria-label="Trang"><a class="button secondary" rel="next" href=href>"Trang sau"</a></nav> }
    });
    view! {
        <div class="words-page">
            <form class="desk-search" role="search" action="/quan-tri" method="get">
                <input type="hidden" name="muc" value=place.tab.clone()/>
                <div class="fields">
                    <label class="field">"Việc"<select name="tim"><option value="">"Tất cả"</option>{actions.collect_view()}</select></label>
                    <label class="field">"Người làm"<select name="nguoi"><option value="">"Tất cả"</option>{people.collect_view()}</select></label>
                    <label class="field">"Ngày"<input type="date" name="ngay" value=place.day.clone()/></label>
                </div>
                <button class="button secondary">"Lọc"</button>
            </form>
            {lines.is_empty().then(|| view! { <p class="empty">"Không có dòng nào."</p> })}
            <div class="table-box" tabindex="0" role="region" aria-label="Nhật ký"><table>
                <thead><tr><th scope="col">"Số"</th><th scope="col">"Lúc"</th><th scope="col">"Ai"</th><th scope="col">"Việc"</th><th scope="col">"Chi tiết"</th></tr></thead>
                <tbody>{rows.collect_view()}</tbody>
            </table></div>
            {next}
        </div>
    }
    .to_html()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_held_for_is_marked_and_everything_is_text() {
        let reasons =
            [Reason::Link { at: 3..6 }, Reason::Personal { at: 5..8 }, Reason::Trap, Reason::Link { at: 90..99 }];
        let html = marked("<b>abcdef", &reasons, &[]);
        assert_eq!(html.replace("<!>", ""), "<span>&lt;b&gt;</span><mark>abc</mark><mark>de</mark><span>f</span>");
        let html = marked("<b>abcdef", &reasons, std::slice::from_ref(&(4..7)));
        assert_eq!(
            html.replace("<!>", ""),
            "<span>&lt;b&gt;</span><mark>abc</mark><s class=\"covered\">d</s><mark>e</mark><span>f</span>"
        );
    }

    #[test]
    fn what_looks_personal_is_offered_once_and_until_it_is_covered() {
        let body = "gọi 0909123456, nhắc lại 0909123456 hoặc 0911222333";
        let reasons = [
            Reason::Personal { at: 4..14 },
            Reason::Personal { at: 25..35 },
            Reason::Personal { at: 41..51 },
            Reason::Link { at: 0..3 },
        ];
        assert_eq!(personal(body, &reasons, &[]), ["0909123456", "0911222333"]);
        assert_eq!(personal(body, &reasons, &[4..14, 25..35]), ["0911222333"]);
    }

    #[test]
    fn earlier_comments_are_told_in_words() {
        assert_eq!(earlier(0, 0, 0), "lần đầu viết");
        assert_eq!(earlier(4, 3, 1), "4 ý kiến trước: 3 đã đăng, 1 không đăng");
        assert_eq!(earlier(2, 0, 0), "2 ý kiến trước: 2 chờ duyệt");
    }
}
