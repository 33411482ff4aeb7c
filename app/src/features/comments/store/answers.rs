//! Corrections of the body's own answers.

use super::changes::find_latest_changes;
use super::decide::lock_article;
use super::{hash_body, map_constraint, raise_revisions};
use crate::base::error::AppError;
use crate::features::audit::{Actor, Entry};
use crate::features::comments::{CORRECT_ANSWER, LatestChange};
use serde_json::json;
use sqlx::PgPool;
use time::OffsetDateTime;

/// A wording that an answer had before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EarlierWording {
    /// The version of the answer that had it.
    pub version: i32,
    pub body: String,
    pub replaced_at: OffsetDateTime,
    /// The displayed name of the member of staff who replaced it.
    pub replaced_by: Option<String>,
}

/// Replaces the text of a published answer, seen as this version, and keeps the one before. The same text changes
/// nothing. Returns the article. Where somebody else was first, the inner result says so.
#[tracing::instrument(skip(pool, actor, body))]
pub async fn correct_answer(
    pool: &PgPool,
    actor: Actor<'_>,
    (answer, version): (i64, i32),
    body: &str,
) -> Result<Result<i64, LatestChange>, AppError> {
    let mut tx = pool.begin().await?;
    let article = lock_article(&mut tx, answer).await?;
    let seen = sqlx::query!(
        r#"select body = $3 as "is_same!" from comments
           where id = $1 and version = $2 and official and state = 'published' for update"#,
        answer,
        version,
        body
    );
    let Some(seen) = seen.fetch_optional(&mut *tx).await? else {
        return Ok(Err(find_latest_changes(&mut tx, &[answer]).await?.pop().ok_or(AppError::NotFound)?));
    };
    if seen.is_same {
        return Ok(Ok(article));
    }
    sqlx::query!(
        "insert into answer_versions (comment_id, version, body, replaced_by)
         select id, version, body, $2 from comments where id = $1",
        answer,
        actor.account
    )
    .execute(&mut *tx)
    .await?;
    let corrected = sqlx::query!(
        r#"update comments c
           set body = $2, body_hash = $3, covered = '[]', corrected_at = now(), version = c.version + 1,
               revision = t.revision + 1
           from comment_totals t where t.article_id = c.article_id and c.id = $1
           returning sha256(c.salt || convert_to(c.name || chr(10) || c.body, 'UTF8')) as "digest!""#,
        answer,
        body,
        &hash_body(body)[..]
    )
    .fetch_one(&mut *tx)
    .await
    .map_err(map_constraint)?;
    raise_revisions(&mut tx, &[article]).await?;
    let detail = json!({ "article": article, "wording": version + 1 });
    let entry = Entry::new(actor, CORRECT_ANSWER, ("comment", Some(answer)), detail).with_digest(corrected.digest);
    actor.record(&mut tx, entry).await?;
    tx.commit().await?;
    Ok(Ok(article))
}

/// Lists the wordings that an answer had before, the latest first; at most twenty.
#[tracing::instrument(skip(pool))]
pub async fn list_earlier_wordings(pool: &PgPool, answer: i64) -> Result<Vec<EarlierWording>, AppError> {
    let wordings = sqlx::query_as!(
        EarlierWording,
        r#"select version, body, replaced_at, display_name as "replaced_by?"
           from answer_versions left join accounts on accounts.id = replaced_by
           where comment_id = $1 order by version desc limit 20"#,
        answer
    );
    Ok(wordings.fetch_all(pool).await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::comments::store::decide::answer_comment;
    use crate::features::comments::store::retention::delete_expired_comments;
    use crate::features::comments::store::thread::list_comments;
    use crate::features::comments::{BODY_SHORT, ChangeKind, Decision};
    use crate::testing::{actor_of, decide_as, expiry, insert_article, insert_staff, list_actions, send_comment};
    use time::Duration;

    const FIRST: &str = "Từ 11 giờ hôm nay.";

    #[sqlx::test]
    async fn an_answer_is_corrected_once_by_whoever_is_first_and_keeps_its_earlier_wordings(pool: PgPool) {
        let id = insert_article(&pool, "a").await;
        let (lan, hoa) = (insert_staff(&pool, "lan").await, insert_staff(&pool, "hoa").await);
        let question = send_comment(&pool, id, None, 1, "Khi nào có nước lại ạ?").await.expect("is stored");
        let answered = answer_comment(&pool, actor_of(&lan), (question, 1), "Phường", FIRST).await;
        answered.expect("answers").expect("is first");
        let answer = list_comments(&pool, id, 1, None).await.expect("lists")[0].replies[0].clone();
        assert_eq!((answer.corrected_at, answer.version), (None, 2));
        let correct =
            async |staff, version, body: &str| correct_answer(&pool, actor_of(staff), (answer.id, version), body).await;
        assert_eq!(correct(&hoa, 2, FIRST).await, Ok(Ok(id)), "the same text changes nothing");
        assert_eq!(correct(&hoa, 2, "Từ 13 giờ hôm nay.").await, Ok(Ok(id)));
        let late = correct(&lan, 2, "Từ 14 giờ hôm nay.").await.expect("is told").expect_err("is second");
        assert_eq!((late.kind, late.account, late.is_by_writer), (ChangeKind::Correction, Some(hoa.id), false));
        assert_eq!(correct(&lan, 3, "ngắn").await, Err(AppError::invalid(BODY_SHORT)));
        let listed = list_comments(&pool, id, 1, None).await.expect("lists")[0].replies[0].clone();
        assert_eq!((listed.body.as_str(), listed.version), ("Từ 13 giờ hôm nay.", 3));
        assert!(listed.corrected_at.is_some());
        let wordings = list_earlier_wordings(&pool, answer.id).await.expect("lists");
        let wordings: Vec<_> = wordings.iter().map(|wording| (wording.version, wording.body.as_str())).collect();
        assert_eq!(wordings, [(2, FIRST)]);
        assert_eq!(list_actions(&pool).await, ["approve", "answer", CORRECT_ANSWER.name]);
        // the record names the version, and never the words, which could not be erased there
        let entries =
            sqlx::query_scalar::<_, String>("select detail::text || ' ' || action from audit order by number");
        let entries = entries.fetch_all(&pool).await.expect("reads").join("\n");
        let correction = entries.lines().last().expect("is entered");
        assert!(correction.contains(CORRECT_ANSWER.name) && correction.contains("\"wording\":3"), "{correction}");
        assert!(!entries.contains("giờ hôm nay") && !entries.contains("nước"), "{entries}");
        // what a reader wrote is corrected by nobody but them
        let reader = correct_answer(&pool, actor_of(&lan), (question, 2), "Tôi viết khác hẳn.").await;
        assert!(matches!(reader, Ok(Err(_))), "{reader:?}");
        decide_as(&pool, &lan, answer.id, 3, Decision::Remove).await.expect("decides").expect("is first");
        let removed = correct(&lan, 4, "Từ 15 giờ hôm nay.").await.expect("is told").expect_err("it was removed");
        assert_eq!(removed.account, Some(lan.id));
        let later = OffsetDateTime::now_utc() + Duration::DAY;
        delete_expired_comments(&pool, expiry(later, later)).await.expect("deletes");
        assert!(list_earlier_wordings(&pool, answer.id).await.expect("lists").is_empty(), "they go with the answer");
    }

    #[sqlx::test]
    async fn ten_corrections_of_one_version_at_once_are_one(pool: PgPool) {
        let id = insert_article(&pool, "a").await;
        let lan = insert_staff(&pool, "lan").await;
        let question = send_comment(&pool, id, None, 1, "Khi nào có nước lại ạ?").await.expect("is stored");
        let answered = answer_comment(&pool, actor_of(&lan), (question, 1), "Phường", FIRST).await;
        answered.expect("answers").expect("is first");
        let answer = list_comments(&pool, id, 1, None).await.expect("lists")[0].replies[0].id;
        let posts = (0..10).map(|n| {
            let (pool, lan) = (pool.clone(), lan.clone());
            let body = format!("Từ {n} giờ ngày mai.");
            tokio::spawn(async move { correct_answer(&pool, actor_of(&lan), (answer, 2), &body).await })
        });
        let mut corrected = 0;
        for post in posts.collect::<Vec<_>>() {
            corrected += usize::from(post.await.expect("runs").expect("corrects").is_ok());
        }
        assert_eq!((corrected, list_earlier_wordings(&pool, answer).await.expect("lists").len()), (1, 1));
    }
}
