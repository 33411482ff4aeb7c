//! Covering personal data in a comment.

use super::changes::find_latest_changes;
use super::decide::{apply_decision, lock_article};
use super::raise_revisions;
use crate::base::error::AppError;
use crate::features::audit::store::append_entries;
use crate::features::audit::{Actor, Entry};
use crate::features::comments::cover::{add_ranges, merge_ranges, parse_ranges};
use crate::features::comments::{COVER, COVERED_MEANWHILE, Decision, INQUIRIES, LatestChange, TEXT_NOT_FOUND, UNCOVER};
use crate::features::rules::Reason;
use serde_json::json;
use sqlx::PgPool;

/// What is to be covered in a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Covering<'a> {
    /// Every occurrence of this text, beside what is covered already.
    Text(&'a str),
    /// Nothing: everything is shown again, where so many parts are covered as were seen.
    Nothing { seen: usize },
    /// All that looks personal, beside what is covered already; a comment that waits is approved with it.
    PersonalAndApprove,
}

/// Covers parts of a comment, seen as this version. Returns the article. Where somebody else was first, the inner
/// result says so.
#[tracing::instrument(skip(pool, actor, covering))]
pub async fn cover_text(
    pool: &PgPool,
    actor: Actor<'_>,
    (comment, version): (i64, i32),
    covering: Covering<'_>,
) -> Result<Result<i64, LatestChange>, AppError> {
    let mut tx = pool.begin().await?;
    let article = lock_article(&mut tx, comment).await?;
    if article == INQUIRIES {
        return Err(AppError::NotFound);
    }
    let row = sqlx::query!(
        r#"select body, covered, reasons, sha256(salt || convert_to(name || chr(10) || body, 'UTF8')) as "digest!"
           from comments where id = $1 and version = $2 for update"#,
        comment,
        version
    );
    let Some(row) = row.fetch_optional(&mut *tx).await? else {
        return Ok(Err(find_latest_changes(&mut tx, &[comment]).await?.pop().ok_or(AppError::NotFound)?));
    };
    let covered = parse_ranges(row.covered);
    let ranges = match covering {
        Covering::Text(text) => add_ranges(&row.body, &covered, text).ok_or(AppError::invalid(TEXT_NOT_FOUND))?,
        Covering::Nothing { seen } if seen != covered.len() => return Err(AppError::invalid(COVERED_MEANWHILE)),
        Covering::Nothing { .. } => Vec::new(),
        Covering::PersonalAndApprove => {
            let reasons: Vec<Reason> = serde_json::from_value(row.reasons).unwrap_or_default();
            let personal = reasons.iter().filter(|reason| matches!(reason, Reason::Personal { .. }));
            merge_ranges(&covered, &personal.filter_map(Reason::range).collect::<Vec<_>>())
        }
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
    let action = if matches!(covering, Covering::Nothing { .. }) { UNCOVER } else { COVER };
    let detail = json!({ "article": article, "version": version, "ranges": ranges.len() });
    let mut entries = vec![Entry::new(actor, action, ("comment", Some(comment)), detail).with_digest(row.digest)];
    if covering == Covering::PersonalAndApprove {
        let approved = apply_decision(&mut tx, &[(comment, version)], Decision::Approve, None, actor.account).await?;
        if approved.is_empty() {
            return Ok(Err(find_latest_changes(&mut tx, &[comment]).await?.pop().ok_or(AppError::NotFound)?));
        }
        entries.extend(approved.into_iter().map(|comment| comment.entry(actor, Decision::Approve)));
    }
    append_entries(&mut tx, actor.key, entries).await?;
    tx.commit().await?;
    Ok(Ok(article))
}

#[cfg(test)]
mod tests {
    use super::*;
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
            cover_text(&pool, by, seen, Covering::Text("0909123456")).await.expect("covers").expect("is first");
            assert_eq!(shown().await, ["Số 0909123456 của ai vậy?", "Gọi số ••• nhé."]);
        }
        let before = read_totals(&pool, id).await;
        for text in ["", "0911"] {
            assert_eq!(cover_text(&pool, by, seen, Covering::Text(text)).await, Err(AppError::invalid(TEXT_NOT_FOUND)));
        }
        assert_eq!(cover_text(&pool, by, (999, 1), Covering::Nothing { seen: 0 }).await, Err(AppError::NotFound));
        assert_eq!(read_totals(&pool, id).await, before);
        // whoever did not see what is covered now shows nothing again
        let uncover =
            async |seen_parts: usize| cover_text(&pool, by, seen, Covering::Nothing { seen: seen_parts }).await;
        assert_eq!(uncover(0).await, Err(AppError::invalid(COVERED_MEANWHILE)));
        assert_eq!(shown().await, ["Số 0909123456 của ai vậy?", "Gọi số ••• nhé."]);
        assert_eq!(list_actions(&pool).await, ["approve", "approve", "cover", "cover"]);
    }

    #[sqlx::test]
    async fn all_that_looks_personal_is_covered_with_the_approval_or_nothing_is(pool: PgPool) {
        let id = insert_article(&pool, "a").await;
        let lan = insert_staff(&pool, "lan").await;
        let by = actor_of(&lan);
        let body = "Gọi 0909123456 hoặc 0911222333 nhé.";
        let comment = send_comment(&pool, id, None, 1, body).await.expect("is stored");
        let reasons =
            r#"[{"kind":"personal","at":{"start":4,"end":14}},{"kind":"personal","at":{"start":20,"end":30}}]"#;
        let flag = sqlx::query("update comments set reasons = $2::jsonb where id = $1").bind(comment).bind(reasons);
        flag.execute(&pool).await.expect("is flagged");
        let press = async |version: i32| {
            cover_text(&pool, by, (comment, version), Covering::PersonalAndApprove).await.expect("answers")
        };
        assert_eq!(press(1).await, Ok(id));
        let shown = list_comments(&pool, id, 1, None).await.expect("reads");
        assert_eq!(shown[0].body, "Gọi ••• hoặc ••• nhé.");
        // a second press, and one about what was refused meanwhile, change nothing
        assert!(press(1).await.is_err() && press(2).await.is_err());
        assert_eq!(list_actions(&pool).await, ["cover", "approve"]);
    }
}
