//! The figures and their history as HTML, drawn by the server.

use super::Figures;
use super::store::{MostRead, Period, Step};
use crate::page::{Head, Page};
use crate::ratings::thousands;
use crate::site::Site;
use leptos::prelude::*;
use time::Date;

/// The four figures, for the foot of every public page. Each stands under an id of its own, by which open pages change it.
pub fn figures(figures: Figures) -> impl IntoView {
    let figure = |(index, (label, number)): (usize, (&'static str, i64))| {
        view! { <div><dt>{label}</dt><dd id=format!("so-{index}")>{thousands(number)}</dd></div> }
    };
    view! {
        <section class="figures" aria-labelledby="thong-ke">
            <h2 id="thong-ke">"Thống kê truy cập"</h2>
            <dl>{figures.labelled().into_iter().enumerate().map(figure).collect_view()}</dl>
            <p class="figures-more">
                <a href="/thong-ke">"Xem thống kê"</a>
                <button type="button" class="link-button" id="giu-so-lieu" aria-pressed="false" hidden>"Giữ nguyên số liệu"</button>
            </p>
        </section>
    }
}

/// The history: charts, tables with the same figures, and what was read most.
pub fn page(site: &Site, days: &[Period], months: &[Period], most: &[MostRead]) -> Page {
    let info = &site.settings().info;
    let charts = [
        ("luot-truy-cap", "Lượt truy cập", (|day| day.visits) as fn(&Period) -> i64),
        ("danh-gia", "Đánh giá", |day| day.ratings),
        ("y-kien-dang", "Ý kiến đã đăng", |day| day.comments),
    ];
    let charts = charts.map(|(id, title, count)| chart(id, title, days, count));
    let most = match most {
        [] => view! { <p class="empty">"Chưa có lượt xem nào được ghi nhận."</p> }.into_any(),
        most => {
            let row = |most: &MostRead| {
                view! { <li><a href=most.path.clone()>{most.title.clone()}</a><span class="quiet">{format!("{} lượt xem", thousands(most.views))}</span></li> }
            };
            view! { <ol class="links">{most.iter().map(row).collect_view()}</ol> }.into_any()
        }
    };
    let html = view! {
        <div class="statistics">
            <h1>"Thống kê truy cập"</h1>
            <p>"Một lượt truy cập bắt đầu khi có người mở trang, hoặc mở lại sau 30 phút không xem. Máy tìm kiếm và chương trình tự động không được tính. Ngày tính theo giờ Việt Nam."</p>
            <h2>"30 ngày qua"</h2>
            <div class="charts">{charts.into_iter().collect_view()}</div>
            {table("Số liệu từng ngày", days, Step::Day)}
            <h2>"12 tháng qua"</h2>
            {table("Số liệu từng tháng", months, Step::Month)}
            <h2>"Đọc nhiều trong 30 ngày"</h2>
            {most}
            <h2>"Cách đếm"</h2>
            <p>"Trang không dùng cookie và không lưu địa chỉ mạng để đếm. Mỗi người đọc là một mã băm của địa chỉ mạng và trình duyệt; khóa của mã được đổi và xóa sau mỗi ngày, nên không ai có thể lần lại."</p>
            <p>"Giới hạn đã biết: nhiều điện thoại cùng loại dùng chung một địa chỉ của nhà mạng được tính là một người."</p>
        </div>
    };
    Page {
        html: html.to_html(),
        head: Head {
            title: format!("Thống kê truy cập - {}", info.name),
            description: format!("Lượt truy cập, đánh giá và ý kiến trên trang {}.", info.name),
            canonical: Some(format!("{}/thong-ke", site.public_url)),
        },
        article: None,
        error: None,
        moved: None,
    }
}

fn day(date: Date) -> String {
    format!("{:02}/{:02}/{}", date.day(), u8::from(date.month()), date.year())
}

fn short(date: Date) -> String {
    format!("{}/{}", date.day(), u8::from(date.month()))
}

/// The newest first, as people look for today.
fn table(caption: &'static str, periods: &[Period], step: Step) -> impl IntoView + use<> {
    let label = |from: Date| match step {
        Step::Day => day(from),
        Step::Month => format!("{:02}/{}", u8::from(from.month()), from.year()),
    };
    let row = |period: &Period| {
        view! {
            <tr>
                <th scope="row">{label(period.from)}</th>
                <td>{thousands(period.visits)}</td>
                <td>{thousands(period.ratings)}</td>
                <td>{thousands(period.comments)}</td>
            </tr>
        }
    };
    let first = if step == Step::Day { "Ngày" } else { "Tháng" };
    view! {
        <table>
            <caption>{caption}</caption>
            <thead><tr><th scope="col">{first}</th><th scope="col">"Lượt truy cập"</th><th scope="col">"Đánh giá"</th><th scope="col">"Ý kiến"</th></tr></thead>
            <tbody>{periods.iter().rev().map(row).collect_view()}</tbody>
        </table>
    }
}

const WIDTH: i64 = 360;
const HEIGHT: i64 = 120;
const TOP: i64 = 16;
const FOOT: i64 = 18;

/// Bars, one a day. What they show stands in words in the title and in figures in the table below.
fn chart(id: &'static str, title: &'static str, days: &[Period], count: fn(&Period) -> i64) -> impl IntoView + use<> {
    let most = days.iter().map(count).max().unwrap_or(0);
    let sum: i64 = days.iter().map(count).sum();
    let (first, last) = (days.first().map(|d| d.from), days.last().map(|d| d.from));
    let step = WIDTH / i64::try_from(days.len().max(1)).unwrap_or(1);
    let floor = HEIGHT - FOOT;
    let bars = days.iter().enumerate().filter(|(_, day)| count(day) > 0).map(|(index, day)| {
        // a day with anything at all is seen
        let height = (count(day) * (floor - TOP) / most.max(1)).max(2);
        let x = i64::try_from(index).unwrap_or(0) * step + 1;
        view! { <rect x=x y=floor - height width=step - 2 height=height rx="1"></rect> }
    });
    let words = format!("{title} từng ngày: tổng {}, cao nhất {} trong một ngày", thousands(sum), thousands(most));
    let name = format!("bieu-do-{id}");
    let labelled_by = name.clone();
    view! {
        <figure class="chart">
            <figcaption>{title}" "<span class="quiet">{format!("· tổng {}", thousands(sum))}</span></figcaption>
            <svg viewBox=format!("0 0 {WIDTH} {HEIGHT}") role="img" aria-labelledby=labelled_by>
                <title id=name>{words}</title>
                <line x1="0" x2=WIDTH y1=floor y2=floor></line>
                {bars.collect_view()}
                {(most > 0).then(|| view! { <text x="0" y="11">{thousands(most)}</text> })}
                {(most == 0).then(|| view! { <text x=WIDTH / 2 y=floor / 2 text-anchor="middle">"Chưa có"</text> })}
                <text x="0" y=HEIGHT - 4>{first.map(short)}</text>
                <text x=WIDTH y=HEIGHT - 4 text-anchor="end">{last.map(short)}</text>
            </svg>
        </figure>
    }
}
