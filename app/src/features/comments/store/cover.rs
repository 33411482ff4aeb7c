//! Covering personal data in a comment.

use super::changes::find_latest_changes;
use super::decide::lock_article;
use super::raise_revisions;
use crate::base::error::AppError;
use crate::features::audit::{Actor, Entry};
use crate::features::comments::cover::{add_ranges, parse_ranges};
use crate::features::comments::{COVER, LatestChange, TEXT_NOT_FOUND, UNCOVER};
use serde_json::json;
use sqlx::PgPool;

/// Covers every occurrence of `text` in a comment, seen as this version; without a text everything is shown again.
/// Returns the article. Where somebody else was first, the inner result says so.
#[tracing::instrument(skip(pool, actor, text))]
pub async fn cover_text(
    pool: &PgPool,
    actor: Actor<'_>,
    (comment, version): (i64, i32),
    text: Option<&str>,
) -> Result<Result<i64, LatestChange>, AppError> {
    let mut tx = pool.begin().await?;
    let article = lock_article(&mut tx, comment).await?;
    let row = sqlx::query!(
        r#"select body, covered, sha256(salt || convert_to(name || chr(10) || body, 'UTF8')) as "digest!"
           from comments where id = $1 and version = $2 for update"#,
        comment,
        version
    );
    let Some(row) = row.fetch_optional(&mut *tx).await? else {
        return Ok(Err(find_latest_changes(&mut tx, &[comment]).await?.pop().ok_or(AppError::NotFound)?));
    };
    let ranges = match text {
        Some(text) => {
            add_ranges(&row.body, &parse_ranges(row.covered), text).ok_or(AppError::invalid(TEXT_NOT_FOUND))?
        }
        None => Vec::new(),
    };
    sqlx::query!(
        "update comments c
         set covered = $2, revision = case when c.state = 'published' then t.revision + 1 else c.revision end
         from comment_totals t where t.article_id = c.article_id and c.id = $1",
        comment,
        serde_json::to_value(&ranges).map_err(|_| AppError::Internal)?
    )
    .execute(&mut *tx)
    .await?;
    raise_revisions(&mut tx, &[article]).await?;
    let action = if text.is_some() { COVER } else { UNCOVER };
    let detail = json!({ "article": article, "version": version, "ranges": ranges.len() });
    let entry = Entry::new(actor, action, ("comment", Some(comment)), detail).with_digest(row.digest);
    actor.record(&mut tx, entry).await?;
    tx.commit().await?;
    Ok(Ok(article))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::comments::Decision;
    use crate::features::comments::store::read_totals;
    use crate::features::comments::store::thread::list_comments;
    use crate::testing::{actor_of, decide_as, insert_article, insert_staff, list_actions, send_comment};

    #[sqlx::test]
    async fn what_is_covered_again_stays_covered_and_other_comments_stay_as_they_are(pool: PgPool) {
        let id = insert_article(&pool, "a").await;
        let lan = insert_staff(&pool, "lan").await;
        let by = actor_of(&lan);
        let mut comments = Vec::new();
        for (visitor, body) in [(1, "Gọi số 0909123456 nhé."), (2, "Số 0909123456 của ai vậy?")] {
            comments.push(send_comment(&pool, id, None, visitor, body).await.expect("is stored"));
        }
        for &comment in &comments {
            decide_as(&pool, &lan, comment, 1, Decision::Approve).await.expect("decides").expect("is first");
        }
        let shown = async || {
            let all = list_comments(&pool, id, 1, None).await.expect("reads");
            all.into_iter().map(|comment| comment.body).collect::<Vec<_>>()
        };
        let seen = (comments[0], 2);
        for _ in 0..2 {
            cover_text(&pool, by, seen, Some("0909123456")).await.expect("covers").expect("is first");
            assert_eq!(shown().await, ["Số 0909123456 của ai vậy?", "Gọi số ••• nhé."]);
        }
        let before = read_totals(&pool, id).await;
        for text in [Some(""), Some("0911")] {
            assert_eq!(cover_text(&pool, by, seen, text).await, Err(AppError::invalid(TEXT_NOT_FOUND)));
        }
        assert_eq!(cover_text(&pool, by, (999, 1), None).await, Err(AppError::NotFound));
        assert_eq!(read_totals(&pool, id).await, before);
        assert_eq!(list_actions(&pool).await, ["approve", "approve", "cover", "cover"]);
    }
}
