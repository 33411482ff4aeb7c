//! What the live topics consist of: the one place that knows the states of several features.

use crate::base::error::AppError;
use crate::base::format::format_number;
use crate::desk;
use crate::features::articles::ArticleUpdate;
use crate::features::articles::store::count_views;
use crate::features::articles::store::lists::{list_newest_ids, list_public};
use crate::features::closures::store::find_closed;
use crate::features::comments::store::{count_by_state, list_changes};
use crate::features::moderation::QueueUpdate;
use crate::features::moderation::store::presence::list_presence;
use crate::features::notices::store::list_current;
use crate::features::ratings::store::find_score;
use crate::features::statistics::traffic::Traffic;
use crate::live::Topic;
use crate::live::hub::TopicReader;
use crate::web::site::Site;
use crate::web::wire;
use sqlx::PgPool;
use std::sync::Arc;

/// The reader that the hub calls when a topic changed.
pub fn reader(pool: PgPool, traffic: Arc<Traffic>) -> TopicReader {
    Arc::new(move |topic| {
        let (pool, traffic) = (pool.clone(), Arc::clone(&traffic));
        Box::pin(async move {
            match topic {
                Topic::Article(id) => wire::to_text(&read_article(&pool, id).await?),
                Topic::News => {
                    Ok(list_newest_ids(&pool).await?.iter().map(i64::to_string).collect::<Vec<_>>().join(" "))
                }
                Topic::Notices => serde_json::to_string(&list_current(&pool).await?).map_err(|_| AppError::Internal),
                Topic::Figures => Ok(traffic.figures().labelled().map(|(_, figure)| format_number(figure)).join(" ")),
                Topic::Desk => wire::to_text(&desk::DeskUpdate { waiting: desk::count_waiting(&pool).await? }),
                Topic::Comments => {
                    let (counts, presence) = (count_by_state(&pool).await?, list_presence(&pool).await?);
                    wire::to_text(&QueueUpdate { counts, presence })
                }
            }
        })
    })
}

/// Keeps those topics that exist and are public; one query for all articles that nobody follows yet.
pub async fn keep_public(site: &Site, topics: Vec<Topic>) -> Result<Vec<Topic>, AppError> {
    let unknown = topics.iter().filter(|topic| !site.hub.is_followed(**topic));
    let articles: Vec<i64> = unknown.filter_map(|topic| topic.article()).collect();
    let public = match &articles[..] {
        [] => Vec::new(),
        articles => list_public(&site.pool, articles).await?,
    };
    let is_known = |topic: &Topic| match topic.article() {
        Some(id) => site.hub.is_followed(*topic) || public.contains(&id),
        None => true,
    };
    Ok(topics.into_iter().filter(is_known).collect())
}

async fn read_article(pool: &PgPool, id: i64) -> Result<ArticleUpdate, AppError> {
    let (comments, changes) = list_changes(pool, id).await?;
    Ok(ArticleUpdate {
        score: find_score(pool, id).await?,
        comments,
        views: count_views(pool, id).await?,
        closed: find_closed(pool, id).await?,
        changes,
    })
}
