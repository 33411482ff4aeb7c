//! Mails to writers who asked for one about the decision.

use crate::base::error::AppError;
use crate::features::comments::{CommentState, UNDO_SECONDS};
use sqlx::PgPool;

/// After so many attempts nobody tries again.
const MAX_ATTEMPTS: i16 = 12;

/// A mail to a writer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    pub comment: i64,
    pub state: CommentState,
    /// Why it was not published.
    pub note: Option<String>,
    pub email: String,
    pub article_id: i64,
    /// Title and part of the address of its article; an inquiry has none.
    pub title: Option<String>,
    pub slug: Option<String>,
    /// Whether the office answered it.
    pub is_answered: bool,
}

/// Claims the next mail that is due: the decision can no longer be undone on its card. Each is claimed once, by one
/// process: a mail that breaks off on the way is lost rather than sent twice.
#[tracing::instrument(skip(pool))]
pub async fn claim_notification(pool: &PgPool) -> Result<Option<Notification>, AppError> {
    let notification = sqlx::query_as!(
        Notification,
        r#"with due as (
               select id from comments
               where notify and notified_at is null and email is not null and withdrawn_at is null
                 and state in ('published', 'rejected', 'removed') and decided_at < now() - make_interval(secs => $1)
                 and (notify_after is null or notify_after < now())
                 -- of an inquiry they want to read the answer, whenever that comes
                 and (article_id <> 0 or state = 'rejected'
                      or exists (select from comments o
                                 where o.answers = comments.id and o.state = 'published'
                                       and o.published_at < now() - make_interval(secs => $1)))
               order by decided_at limit 1 for update skip locked
           )
           update comments c set notified_at = now()
           from due join comments d on d.id = due.id left join articles a on a.id = d.article_id
           where c.id = due.id
           returning c.id as comment, c.state as "state: CommentState", c.note, c.email as "email!", c.article_id,
                     a.title as "title?", a.slug as "slug?",
                     exists (select from comments o where o.answers = c.id and o.state = 'published')
                         as "is_answered!""#,
        f64::from(UNDO_SECONDS)
    );
    Ok(notification.fetch_optional(pool).await?)
}

/// Releases a claimed mail that could not be sent for now. The pause before the next attempt doubles each time.
#[tracing::instrument(skip(pool))]
pub async fn release_notification(pool: &PgPool, comment: i64) -> Result<(), AppError> {
    sqlx::query!(
        "update comments
         set notify_attempts = notify_attempts + 1,
             notify_after = now() + make_interval(mins => (2 ^ notify_attempts)::integer),
             notified_at = case when notify_attempts + 1 < $2 then null else notified_at end
         where id = $1 and notified_at is not null",
        comment,
        i32::from(MAX_ATTEMPTS)
    )
    .execute(pool)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::comments::Decision;
    use crate::testing::{decide_as, insert_article, insert_staff, send_comment};

    #[sqlx::test]
    async fn a_writer_is_notified_once_and_only_of_what_stands(pool: PgPool) {
        let id = insert_article(&pool, "a").await;
        let lan = insert_staff(&pool, "lan").await;
        let comment = send_comment(&pool, id, None, 1, "Ý kiến của tôi đây.").await.expect("is stored");
        let silent = send_comment(&pool, id, None, 2, "Ý kiến của người khác.").await.expect("is stored");
        sqlx::query!("update comments set notify = true, email = 'a@b.vn' where id = $1", comment)
            .execute(&pool)
            .await
            .expect("asks");
        assert_eq!(claim_notification(&pool).await, Ok(None), "it waits");
        for one in [comment, silent] {
            decide_as(&pool, &lan, one, 1, Decision::Approve).await.expect("approves").expect("is first");
        }
        assert_eq!(claim_notification(&pool).await, Ok(None), "it can still be undone");
        let pass = async || {
            sqlx::query!("update comments set decided_at = now() - interval '31 seconds', notify_after = null")
                .execute(&pool)
                .await
                .expect("passes");
        };
        pass().await;
        let (a, b) = tokio::join!(claim_notification(&pool), claim_notification(&pool));
        let claimed: Vec<_> = [a, b].into_iter().filter_map(|claimed| claimed.expect("claims")).collect();
        assert_eq!((claimed.len(), claimed[0].comment, claimed[0].state), (1, comment, CommentState::Published));
        for attempt in 1..=MAX_ATTEMPTS {
            release_notification(&pool, comment).await.expect("releases");
            pass().await;
            let again = claim_notification(&pool).await.expect("claims").is_some();
            assert_eq!(again, attempt < MAX_ATTEMPTS, "attempt {attempt}");
        }
    }

    #[sqlx::test]
    async fn a_mail_is_released_once_an_attempt_and_pauses(pool: PgPool) {
        let id = insert_article(&pool, "a").await;
        let lan = insert_staff(&pool, "lan").await;
        let comment = send_comment(&pool, id, None, 1, "Ý kiến của tôi đây.").await.expect("is stored");
        let other = send_comment(&pool, id, None, 2, "Ý kiến của người khác.").await.expect("is stored");
        for one in [comment, other] {
            decide_as(&pool, &lan, one, 1, Decision::Approve).await.expect("approves").expect("is first");
        }
        let passes = "update comments set notify = true, email = 'a@b.vn', decided_at = now() - interval '31 seconds'";
        sqlx::query(passes).execute(&pool).await.expect("passes");
        for _ in 0..2 {
            assert!(claim_notification(&pool).await.expect("claims").is_some());
        }
        release_notification(&pool, comment).await.expect("releases");
        release_notification(&pool, comment).await.expect("is released");
        release_notification(&pool, 999).await.expect("has nothing to release");
        assert_eq!(claim_notification(&pool).await, Ok(None), "it pauses, and the other one was sent");
        let attempts = sqlx::query_scalar::<_, i16>("select notify_attempts from comments order by id");
        assert_eq!(attempts.fetch_all(&pool).await.expect("reads"), [1, 0]);
        let passes = sqlx::query("update comments set notify_after = notify_after - interval '1 minute'");
        passes.execute(&pool).await.expect("passes");
        assert_eq!(claim_notification(&pool).await.expect("claims").map(|claimed| claimed.comment), Some(comment));
    }

    #[sqlx::test]
    async fn the_writer_of_an_inquiry_is_notified_of_an_answer_or_a_refusal_alone(pool: PgPool) {
        use crate::features::comments::store::decide::answer_comment;
        use crate::testing::{actor_of, send_inquiry};
        let lan = insert_staff(&pool, "lan").await;
        let mut inquiries = Vec::new();
        for n in 0..2_u8 {
            let inquiry = send_inquiry(&pool, n, &format!("Lời nhắn có đánh số {n}.")).await;
            inquiries.push(inquiry.expect("is stored"));
        }
        let asks = sqlx::query("update comments set notify = true, email = 'a@b.vn'");
        asks.execute(&pool).await.expect("asks");
        let pass = async || {
            let passes = "update comments set notify_after = null, decided_at = decided_at - interval '31 seconds',
                                              published_at = published_at - interval '31 seconds'";
            sqlx::query(passes).execute(&pool).await.expect("passes");
        };
        let [answered, refused] = inquiries[..] else { panic!("two were sent") };
        // it is done, and maybe answered later
        decide_as(&pool, &lan, answered, 1, Decision::Approve).await.expect("decides").expect("is first");
        pass().await;
        assert_eq!(claim_notification(&pool).await, Ok(None));
        let answer = answer_comment(&pool, actor_of(&lan), (answered, 2), "Phường", "Tại bộ phận một cửa.").await;
        answer.expect("answers").expect("is first");
        assert_eq!(claim_notification(&pool).await, Ok(None), "the answer can still be undone");
        pass().await;
        let claimed = claim_notification(&pool).await.expect("claims").expect("is due");
        assert_eq!((claimed.comment, claimed.is_answered, claimed.title), (answered, true, None));
        decide_as(&pool, &lan, refused, 1, Decision::Reject).await.expect("decides").expect("is first");
        pass().await;
        let claimed = claim_notification(&pool).await.expect("claims").expect("is due");
        assert_eq!((claimed.comment, claimed.is_answered), (refused, false));
        assert_eq!(claim_notification(&pool).await, Ok(None), "each once");
    }
}
