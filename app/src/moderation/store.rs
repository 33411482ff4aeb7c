//! Decisions with their audit lines, and the lists that they are made from.

pub mod figures;
pub mod looking;
pub mod pages;

use super::{AllDone, Decision, Done, PER_PAGE, Place};
use crate::accounts::Staff;
use crate::audit::{Entry, store as audit};
use crate::error::{AppError, Decided};
use crate::keys::Key;
use crate::{articles, clock, comments, ratings};
use futures::stream::BoxStream;
use serde_json::json;
use sqlx::PgPool;
use time::OffsetDateTime;

/// Who decides, and the key that their line in the record is written with.
#[derive(Debug, Clone, Copy)]
pub struct Moderator<'a> {
    /// Who.
    pub staff: &'a Staff,
    /// The record's key.
    pub key: &'a Key,
}

/// Decides about comments, each as the version `seen`, all in one transaction with their audit lines. Those about which
/// somebody else was first are told, and stay as they are. Gives the articles that changed, too.
pub async fn decide(
    pool: &PgPool,
    by: Moderator<'_>,
    seen: &[(i64, i32)],
    decision: Decision,
    note: Option<&str>,
) -> Result<(Vec<i64>, AllDone), AppError> {
    let mut tx = pool.begin().await?;
    let changed = comments::store::deciding::decide(&mut tx, seen, decision, note, by.staff.id).await?;
    let left: Vec<i64> =
        seen.iter().map(|(id, _)| *id).filter(|id| changed.iter().all(|comment| comment.id != *id)).collect();
    let overtaken = comments::store::deciding::decided(&mut tx, &left, by.staff.id).await?;
    if changed.is_empty() {
        return Ok((Vec::new(), AllDone { done: Vec::new(), overtaken }));
    }
    let entries = changed.iter().map(|comment| Entry {
        account: Some(by.staff.id),
        action: decision.value().to_owned(),
        subject: ("comment", Some(comment.id)),
        detail: json!({
            "article": comment.article, "version": comment.version, "state": comment.state, "together": changed.len(),
        }),
        digest: Some(comment.digest.clone()),
    });
    let at = audit::append(&mut tx, by.key, entries.collect()).await?;
    tx.commit().await?;
    let mut articles: Vec<i64> = changed.iter().map(|comment| comment.article).collect();
    articles.sort_unstable();
    articles.dedup();
    let done = changed.into_iter().map(|comment| Done {
        decided: Decided {
            by: Some(by.staff.name.clone()),
            what: Decision::past(&comment.state, comment.before.as_deref()).to_owned(),
            at: clock::short(at),
        },
        id: comment.id,
        version: comment.version,
        state: comment.state,
        undoable: comment.before.is_some(),
    });
    Ok((articles, AllDone { done: done.collect(), overtaken }))
}

/// Decides about one comment. Somebody else may have been first.
pub async fn decide_one(
    pool: &PgPool,
    by: Moderator<'_>,
    seen: (i64, i32),
    decision: Decision,
    note: Option<&str>,
) -> Result<(i64, Done), AppError> {
    let (articles, mut all) = decide(pool, by, &[seen], decision, note).await?;
    match (all.done.pop(), all.overtaken.pop()) {
        (Some(done), _) => Ok((articles.first().copied().unwrap_or_default(), done)),
        (None, Some((_, first))) => Err(AppError::Conflict(first)),
        (None, None) => Err(AppError::NotFound),
    }
}

/// Answers a comment in the body's name, published at once, with an audit line. A comment that waits, seen as the version
/// `seen`, is published with it.
pub async fn answer(
    pool: &PgPool,
    by: Moderator<'_>,
    seen: (i64, i32),
    name: &str,
    body: &str,
) -> Result<i64, AppError> {
    let mut tx = pool.begin().await?;
    let mut entries = Vec::new();
    let approved = comments::store::deciding::decide(&mut tx, &[seen], Decision::Approve, None, by.staff.id).await?;
    // published here, or as it was seen
    let now = seen.1 + i32::try_from(approved.len()).unwrap_or_default();
    entries.extend(approved.into_iter().map(|comment| Entry {
        account: Some(by.staff.id),
        action: Decision::Approve.value().to_owned(),
        subject: ("comment", Some(comment.id)),
        detail: json!({ "article": comment.article, "version": comment.version, "state": comment.state }),
        digest: Some(comment.digest),
    }));
    let (answer, article, digest) =
        comments::store::deciding::answer(&mut tx, (seen.0, now), name, body, by.staff.id).await?;
    entries.push(Entry {
        digest: Some(digest),
        ..Entry::new(
            Some(by.staff.id),
            "answer",
            ("comment", Some(answer)),
            json!({ "to": seen.0, "article": article }),
        )
    });
    audit::append(&mut tx, by.key, entries).await?;
    tx.commit().await?;
    Ok(article)
}

/// Blocks the writer of a comment, or lets them through again, with an audit line.
pub async fn block(pool: &PgPool, by: Moderator<'_>, comment: i64, blocked: bool) -> Result<(), AppError> {
    let mut tx = pool.begin().await?;
    let moved = comments::store::deciding::block(&mut tx, comment, blocked, by.staff.id).await?;
    let action = if blocked { "block" } else { "unblock" };
    let entry = Entry::new(Some(by.staff.id), action, ("comment", Some(comment)), json!({ "moved": moved }));
    audit::append(&mut tx, by.key, vec![entry]).await?;
    Ok(tx.commit().await?)
}

/// Covers every place where `words` stand in a comment, seen as this version, with an audit line; without words all that was
/// covered is shown again. Gives the article.
pub async fn cover(pool: &PgPool, by: Moderator<'_>, seen: (i64, i32), words: Option<&str>) -> Result<i64, AppError> {
    let mut tx = pool.begin().await?;
    let (article, count, digest) = comments::store::covering::cover(&mut tx, seen, words, by.staff.id).await?;
    let action = if words.is_some() { "cover" } else { "uncover" };
    let detail = json!({ "article": article, "version": seen.1, "places": count });
    let entry =
        Entry { digest: Some(digest), ..Entry::new(Some(by.staff.id), action, ("comment", Some(seen.0)), detail) };
    audit::append(&mut tx, by.key, vec![entry]).await?;
    tx.commit().await?;
    Ok(article)
}

/// Lets an article's held votes up to `until` in, or throws them out, with an audit line. Somebody else may have been first.
pub async fn review_votes(
    pool: &PgPool,
    by: Moderator<'_>,
    article: i64,
    until: OffsetDateTime,
    admit: bool,
) -> Result<(), AppError> {
    let action = if admit { "admit-votes" } else { "discard-votes" };
    let mut tx = pool.begin().await?;
    let count = ratings::store::review(&mut tx, article, until, admit).await?;
    if count == 0 {
        let first = sqlx::query!(
            r#"select at, action, display_name as "by?" from audit left join accounts on accounts.id = account_id
               where action in ('admit-votes', 'discard-votes') and subject = 'article' and subject_id = $1 order by number desc limit 1"#,
            article
        );
        let first = first.fetch_optional(&mut *tx).await?.ok_or(AppError::NotFound)?;
        let what = if first.action == "admit-votes" {
            "đã tính các đánh giá này"
        } else {
            "đã bỏ các đánh giá này"
        };
        return Err(AppError::Conflict(Decided { by: first.by, what: what.to_owned(), at: clock::short(first.at) }));
    }
    let entry = Entry::new(Some(by.staff.id), action, ("article", Some(article)), json!({ "votes": count }));
    audit::append(&mut tx, by.key, vec![entry]).await?;
    Ok(tx.commit().await?)
}

/// A page of the record, and where the next begins. What stands in the place of words to find is what was done.
pub async fn record(pool: &PgPool, place: &Place) -> Result<(Vec<audit::Listed>, Option<i64>), AppError> {
    let filter = pages::Filter::of(place);
    let action = (!place.text.is_empty()).then_some(place.text.as_str());
    let before = articles::parse_id(&place.after);
    let times = (filter.from, filter.to);
    let mut lines = audit::list(pool, before, action, filter.moderator, times, 2 * PER_PAGE + 1).await?;
    let more = lines.len() as i64 > 2 * PER_PAGE;
    lines.truncate(2 * PER_PAGE as usize);
    let next = lines.last().filter(|_| more).map(|line| line.number);
    Ok((lines, next))
}

/// A comment in a table of all.
#[derive(Debug)]
pub struct Exported {
    /// Its number.
    pub id: i64,
    /// The title of its article.
    pub title: String,
    /// Who wrote it.
    pub name: String,
    /// Its words, as they were written.
    pub body: String,
    /// What readers do not see of them.
    pub covered: serde_json::Value,
    /// Its state.
    pub state: String,
    /// When it was written.
    pub created_at: OffsetDateTime,
    /// When somebody decided.
    pub decided_at: Option<OffsetDateTime>,
    /// Who.
    pub by: Option<String>,
    /// Why.
    pub note: Option<String>,
}

/// How many comments there are.
pub async fn how_many(pool: &PgPool) -> Result<i64, AppError> {
    Ok(sqlx::query_scalar!(r#"select count(*) as "count!" from comments"#).fetch_one(pool).await?)
}

/// Every comment, the oldest first.
pub fn every(pool: &PgPool) -> BoxStream<'_, Result<Exported, sqlx::Error>> {
    sqlx::query_as!(
        Exported,
        r#"select c.id, a.title, c.name, c.body, c.covered, c.state, c.created_at, c.decided_at, display_name as "by?", c.note
           from comments c join articles a on a.id = c.article_id left join accounts on accounts.id = c.decided_by order by c.id"#
    )
    .fetch(pool)
}

#[cfg(test)]
pub mod tests;
