//! The room of suspicious votes. Plain forms.

use super::Totals;
use super::store::review::{self, SuspiciousVotes, list_suspicious_votes};
use crate::base::clock;
use crate::base::error::{AppError, ChangeNote};
use crate::base::format::format_number;
use crate::base::id::parse_id;
use crate::features::articles::article_path;
use crate::features::audit::Actor;
use crate::live::hub::Change;
use crate::routes;
use crate::web::forms::RETURN_TO;
use crate::web::forms::post::redirect_to;
use crate::web::permissions::Permission;
use crate::web::room::{Group, Room, RoomContent, RoomRequest};
use crate::web::session::require;
use crate::web::site::current_site;
use leptos::prelude::*;
use time::OffsetDateTime;

pub const ROOM: Room = Room {
    route: &routes::DESK_VOTES,
    label: "Đánh giá",
    group: Group::Readers,
    permission: Some(Permission::ReviewVotes),
    read: |request| Box::pin(read(request)),
    count_waiting: Some(|pool| Box::pin(async move { review::count_suspicious_articles(&pool).await })),
};

/// Admits or discards an article's suspicious votes that were given up to `until`, in microseconds.
#[server(prefix = "/api", endpoint = "review-votes", output = server_fn::codec::Postcard)]
pub async fn review_votes(
    #[server(default)] article_id: String,
    #[server(default)] until: String,
    #[server(default)] decision: String,
) -> Result<(), AppError> {
    let staff = require(Permission::ReviewVotes).await?;
    let article = parse_id(&article_id).ok_or(AppError::NotFound)?;
    let until = parse_id(&until).ok_or(AppError::NotFound)?;
    let until = OffsetDateTime::from_unix_timestamp_nanos(i128::from(until) * 1000).map_err(|_| AppError::NotFound)?;
    let admit = match decision.as_str() {
        "admit" => true,
        "discard" => false,
        _ => return Err(AppError::NotFound),
    };
    let site = current_site()?;
    if let Err(first) = review::review_votes(&site.pool, Actor::new(&site, &staff), article, until, admit).await? {
        let change =
            if first.admitted { "đã tính các đánh giá này" } else { "đã bỏ các đánh giá này" };
        let at = clock::format_short(first.at);
        return Err(AppError::Conflict(ChangeNote { actor: first.actor, change: change.to_owned(), at, effect: None }));
    }
    site.hub.announce(Change::Article(article));
    redirect_to(routes::DESK_VOTES.path, "ban-duyet");
    Ok(())
}

async fn read(RoomRequest { site, .. }: RoomRequest) -> Result<RoomContent, AppError> {
    let votes = list_suspicious_votes(&site.pool).await?;
    Ok(RoomContent { html: html(&votes), data: Vec::new() })
}

fn html(votes: &[SuspiciousVotes]) -> String {
    if votes.is_empty() {
        return view! { <p class="empty">"Không có đánh giá nào cần kiểm tra."</p> }.to_html();
    }
    view! {
        <p class="quiet">
            "Các đánh giá này đến dồn dập từ một nơi, hoặc từ chương trình không mở trang. "
            "Chúng chưa được tính vào điểm."
        </p>
        <ol class="queue">{votes.iter().map(card).collect_view()}</ol>
    }
    .to_html()
}

fn describe(totals: Totals) -> String {
    match totals.average() {
        Some(average) => format!("{average} ({} phiếu)", format_number(totals.ratings)),
        None => "chưa có đánh giá".to_owned(),
    }
}

fn card(votes: &SuspiciousVotes) -> impl IntoView + use<> {
    let SuspiciousVotes { suspicious, counted, .. } = *votes;
    let both = Totals { points: counted.points + suspicious.points, ratings: counted.ratings + suspicious.ratings };
    // microseconds, as precise as the database
    let until = (votes.until.unix_timestamp_nanos() / 1000).to_string();
    let id = format!("danh-gia-{}", votes.article);
    let labelled_by = id.clone();
    let waiting = format!(
        "{} đánh giá chờ kiểm tra, trung bình {}",
        format_number(suspicious.ratings),
        suspicious.average().unwrap_or_default()
    );
    let comparison = format!("Điểm hiện tại: {}. Nếu tính thêm: {}.", describe(counted), describe(both));
    view! {
        <li class="card queue-card" aria-labelledby=labelled_by>
            <p class="queue-article" id=id>
                <a href=article_path(&votes.slug, votes.article)>{votes.title.clone()}</a>
            </p>
            <p>{waiting}</p>
            <p class="quiet">{comparison}</p>
            <form class="decisions" method="post" action=routes::REVIEW_VOTES.path>
                <input type="hidden" name="article_id" value=votes.article/>
                <input type="hidden" name="until" value=until/>
                <input type="hidden" name=RETURN_TO value=routes::DESK_VOTES.path/>
                <button class="button approve" name="decision" value="admit">"Tính vào"</button>
                <button class="button secondary" name="decision" value="discard">"Bỏ"</button>
            </form>
        </li>
    }
}
