//! `/thong-ke`: charts of the visits, tables with the same figures, and the articles that were read most.

use super::store::{MostRead, Period, Step, list_most_read, list_periods};
use crate::base::clock;
use crate::base::error::AppError;
use crate::base::format::format_number;
use crate::features::articles::article_path;
use crate::routes;
use crate::web::page::{Head, Page};
use crate::web::site::Site;
use leptos::prelude::*;
use sqlx::PgPool;
use std::sync::Arc;
use std::time::{Duration, Instant};
use time::{Date, OffsetDateTime};
use tokio::sync::Mutex;

/// How long the history is shown as it was read: reading it takes every day's row, and everybody gets the same.
const MAX_AGE: Duration = Duration::from_secs(60);

/// The history as it was last read, shared by everybody.
#[derive(Default)]
pub struct SharedHistory(Mutex<Option<(Instant, Arc<History>)>>);

/// What the charts and tables show.
struct History {
    days: Vec<Period>,
    months: Vec<Period>,
    most_read: Vec<MostRead>,
}

impl SharedHistory {
    /// The history, at most a minute old. Of many who ask at once, one reads it and the others wait for it.
    async fn read(&self, pool: &PgPool) -> Result<Arc<History>, AppError> {
        let mut last = self.0.lock().await;
        if let Some((_, history)) = last.as_ref().filter(|(read_at, _)| read_at.elapsed() < MAX_AGE) {
            return Ok(Arc::clone(history));
        }
        let today = clock::local_day(OffsetDateTime::now_utc());
        let history = Arc::new(History {
            days: list_periods(pool, today, Step::Day).await?,
            months: list_periods(pool, today, Step::Month).await?,
            most_read: list_most_read(pool, 30, today).await?,
        });
        *last = Some((Instant::now(), Arc::clone(&history)));
        Ok(history)
    }
}

/// Reads the page.
pub async fn read(site: &Site) -> Result<Page, AppError> {
    let history = site.state::<SharedHistory>().read(&site.pool).await?;
    Ok(page(site, &history.days, &history.months, &history.most_read))
}

fn page(site: &Site, days: &[Period], months: &[Period], most_read: &[MostRead]) -> Page {
    let info = &site.settings().info;
    let charts = [
        ("luot-truy-cap", "Lượt truy cập", (|day| day.visits) as fn(&Period) -> i64),
        ("danh-gia", "Đánh giá", |day| day.ratings),
        ("y-kien-dang", "Ý kiến đã đăng", |day| day.comments),
    ];
    let of_months = charts.map(|(id, title, count)| chart(id, title, months, Step::Month, count));
    let of_days = charts.map(|(id, title, count)| chart(id, title, days, Step::Day, count));
    let most_read = match most_read {
        [] => view! { <p class="empty">"Chưa có lượt xem."</p> }.into_any(),
        articles => {
            let row = |article: &MostRead| {
                let views = format!("{} lượt xem", format_number(article.views));
                let path = article_path(&article.slug, article.id);
                view! { <li><a href=path>{article.title.clone()}</a><span class="quiet">{views}</span></li> }
            };
            view! { <ol class="links">{articles.iter().map(row).collect_view()}</ol> }.into_any()
        }
    };
    let html = view! {
        <div class="statistics">
            <h1>"Thống kê truy cập"</h1>
            <h2>"Đọc nhiều trong 30 ngày"</h2>
            {most_read}
            <h2>"30 ngày qua"</h2>
            <div class="charts">{of_days.into_iter().collect_view()}</div>
            {table("Số liệu từng ngày", days, Step::Day)}
            <h2>"12 tháng qua"</h2>
            <div class="charts">{of_months.into_iter().collect_view()}</div>
            {table("Số liệu từng tháng", months, Step::Month)}
            <h2>"Cách đếm"</h2>
            <p>
                "Một lượt truy cập bắt đầu khi có người mở trang, hoặc mở lại sau 30 phút không xem. "
                "Máy tìm kiếm và chương trình tự động không được tính. Ngày tính theo giờ Việt Nam."
            </p>
            <p>
                "Trang không dùng cookie và không lưu địa chỉ IP để đếm. Mỗi người đọc là một mã băm của địa chỉ IP "
                "và trình duyệt; các mã này được xóa khi hết ngày, nên không thể truy ra người đọc."
            </p>
            <p>
                "Lưu ý: nhiều điện thoại cùng loại dùng chung một địa chỉ của nhà mạng được tính là một "
                "người."
            </p>
        </div>
    };
    Page {
        head: Head {
            title: format!("Thống kê truy cập - {}", info.name),
            description: format!("Lượt truy cập, đánh giá và ý kiến trên trang {}.", info.name),
            canonical: Some(format!("{}{}", site.public_url, routes::STATISTICS.path)),
            extra: String::new(),
        },
        html: html.to_html(),
        error: None,
        redirect: None,
    }
}

/// The short name of a period below a chart: `12/7`, or `7/2023` for a month.
fn format_period(from: Date, step: Step) -> String {
    match step {
        Step::Day => format!("{}/{}", from.day(), u8::from(from.month())),
        Step::Month => format!("{}/{}", u8::from(from.month()), from.year()),
    }
}

/// A table of periods, the newest first, which is opened by whoever wants it.
fn table(caption: &'static str, periods: &[Period], step: Step) -> impl IntoView + use<> {
    let label = |from: Date| match step {
        Step::Day => clock::format_day(from),
        Step::Month => format!("{:02}/{}", u8::from(from.month()), from.year()),
    };
    let row = |period: &Period| {
        view! {
            <tr>
                <th scope="row">{label(period.from)}</th>
                <td>{format_number(period.visits)}</td>
                <td>{format_number(period.ratings)}</td>
                <td>{format_number(period.comments)}</td>
            </tr>
        }
    };
    let head = [if step == Step::Day { "Ngày" } else { "Tháng" }, "Lượt truy cập", "Đánh giá", "Ý kiến"];
    view! {
        <details class="more">
            <summary>{caption}</summary>
            <div class="table-box" tabindex="0" role="region" aria-label=caption>
                <table>
                    <caption class="visually-hidden">{caption}</caption>
                    <thead><tr>{head.map(|label| view! { <th scope="col">{label}</th> }).collect_view()}</tr></thead>
                    <tbody>{periods.iter().rev().map(row).collect_view()}</tbody>
                </table>
            </div>
        </details>
    }
}

const WIDTH: i64 = 360;
const HEIGHT: i64 = 120;
const TOP: i64 = 16;
const FOOT: i64 = 18;

/// A bar chart with one bar a period. Its title says in words what it shows; the table below has the same figures.
fn chart(
    id: &'static str,
    title: &'static str,
    days: &[Period],
    step_of: Step,
    count: fn(&Period) -> i64,
) -> impl IntoView + use<> {
    let (each, one) = if step_of == Step::Day { ("ngày", "ngay") } else { ("tháng", "thang") };
    let most = days.iter().map(count).max().unwrap_or(0);
    let sum: i64 = days.iter().map(count).sum();
    let (first, last) = (days.first().map(|d| d.from), days.last().map(|d| d.from));
    let step = WIDTH / i64::try_from(days.len().max(1)).unwrap_or(1);
    let floor = HEIGHT - FOOT;
    let bars = days.iter().enumerate().filter(|(_, day)| count(day) > 0).map(|(index, day)| {
        // a day with any visit has a visible bar
        let height = (count(day) * (floor - TOP) / most.max(1)).max(2);
        let x = i64::try_from(index).unwrap_or(0) * step + 1;
        view! { <rect x=x y=floor - height width=step - 2 height=height rx="1"></rect> }
    });
    let title_text =
        format!("{title} từng {each}: tổng {}, cao nhất {} trong một {each}", format_number(sum), format_number(most));
    let name = format!("bieu-do-{id}-{one}");
    let labelled_by = name.clone();
    view! {
        <figure class="chart">
            <figcaption>{title}" "<span class="quiet">{format!("· tổng {}", format_number(sum))}</span></figcaption>
            <svg viewBox=format!("0 0 {WIDTH} {HEIGHT}") role="img" aria-labelledby=labelled_by>
                <title id=name>{title_text}</title>
                <line x1="0" x2=WIDTH y1=floor y2=floor></line>
                {bars.collect_view()}
                {(most > 0).then(|| view! { <text x="0" y="11">{format_number(most)}</text> })}
                {(most == 0).then(|| view! { <text x=WIDTH / 2 y=floor / 2 text-anchor="middle">"Chưa có"</text> })}
                <text x="0" y=HEIGHT - 4>{first.map(|from| format_period(from, step_of))}</text>
                <text x=WIDTH y=HEIGHT - 4 text-anchor="end">{last.map(|from| format_period(from, step_of))}</text>
            </svg>
        </figure>
    }
}
