//! The comment_policies table: how comments are taken, for the site and at single articles.

use super::subject;
use crate::base::error::{AppError, constraint};
use crate::features::audit::{Actor, Entry};
use crate::features::closures::{BAD_DAYS, CommentMode, SET_POLICY};
use serde_json::json;
use sqlx::PgPool;

/// How comments are taken somewhere. At an article, what is `None` is as everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Policy {
    pub mode: Option<CommentMode>,
    /// Days after its publication until an article takes no more; 0 is never.
    pub open_days: Option<i32>,
}

/// The policy of one article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArticlePolicy {
    pub article: i64,
    pub title: String,
    pub policy: Policy,
}

/// Reads the site's policy.
#[tracing::instrument(skip(pool))]
pub async fn read_site_policy(pool: &PgPool) -> Result<Policy, AppError> {
    let policy = sqlx::query_as!(
        Policy,
        r#"select mode as "mode: CommentMode", open_days from comment_policies where article_id is null"#
    );
    Ok(policy.fetch_one(pool).await?)
}

/// Finds the policy of an article; one that differs in nothing has an empty one.
#[tracing::instrument(skip(pool))]
pub async fn find_policy(pool: &PgPool, article: i64) -> Result<Policy, AppError> {
    let policy = sqlx::query_as!(
        Policy,
        r#"select mode as "mode: CommentMode", open_days from comment_policies where article_id = $1"#,
        article
    );
    Ok(policy.fetch_optional(pool).await?.unwrap_or_default())
}

/// Lists the articles with a policy of their own, the newest change first; at most 200.
#[tracing::instrument(skip(pool))]
pub async fn list_policies(pool: &PgPool) -> Result<Vec<ArticlePolicy>, AppError> {
    let rows = sqlx::query!(
        r#"select p.article_id as "article!", a.title, p.mode as "mode: CommentMode", p.open_days
           from comment_policies p join articles a on a.id = p.article_id order by p.changed_at desc, a.id limit 200"#
    );
    let policies = rows.fetch_all(pool).await?.into_iter().map(|row| ArticlePolicy {
        article: row.article,
        title: row.title,
        policy: Policy { mode: row.mode, open_days: row.open_days },
    });
    Ok(policies.collect())
}

/// Sets how comments are taken at an article, or, without one, everywhere. An article that differs in nothing has no
/// policy of its own.
#[tracing::instrument(skip_all, fields(article))]
pub async fn set_policy(
    pool: &PgPool,
    actor: Actor<'_>,
    article: Option<i64>,
    Policy { mode, open_days }: Policy,
) -> Result<(), AppError> {
    let mut tx = pool.begin().await?;
    let changed = if article.is_some() && mode.is_none() && open_days.is_none() {
        sqlx::query!("delete from comment_policies where article_id = $1", article).execute(&mut *tx).await
    } else {
        sqlx::query!(
            "insert into comment_policies as p (article_id, mode, open_days, changed_by) values ($1, $2, $3, $4)
             on conflict (article_id) do update set mode = $2, open_days = $3, changed_by = $4, changed_at = now()
             where (p.mode, p.open_days) is distinct from ($2, $3)",
            article,
            mode as _,
            open_days,
            actor.account
        )
        .execute(&mut *tx)
        .await
    };
    let changed = changed.map_err(|error| match constraint(&error) {
        Some("policy_days" | "policy_of_site") => AppError::invalid(BAD_DAYS),
        Some("comment_policies_article_id_fkey") => AppError::NotFound,
        _ => error.into(),
    })?;
    // what is as it was is no change
    if changed.rows_affected() == 1 {
        let detail = json!({ "mode": mode, "days": open_days });
        actor.record(&mut tx, Entry::new(actor, SET_POLICY, subject(article), detail)).await?;
    }
    Ok(tx.commit().await?)
}

/// Finds the seconds until the next article is too old for comments, by the database's clock.
#[tracing::instrument(skip(pool))]
pub async fn find_seconds_to_next_end(pool: &PgPool) -> Result<Option<f64>, AppError> {
    let seconds = sqlx::query_scalar!(
        "select extract(epoch from min(at) - now())::float8
         from (
             (select published_at + make_interval(days => everywhere.open_days) as at
              from articles a cross join comment_policies everywhere
              where everywhere.article_id is null and everywhere.open_days > 0 and a.kind = 'article'
                    and a.state in ('scheduled', 'published')
                    and published_at > now() - make_interval(days => everywhere.open_days)
                    and not exists (select from comment_policies p
                                    where p.article_id = a.id and p.open_days is not null)
              order by published_at limit 1)
             union all
             (select comments_end_at(article_id) from comment_policies
              where article_id is not null and open_days > 0 and comments_end_at(article_id) > now())
         ) next"
    );
    Ok(seconds.fetch_one(pool).await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::closures::CLOSED;
    use crate::features::closures::store::find_closed;
    use crate::features::comments::Decision;
    use crate::features::comments::store::blocks::{Blocking, block_writer};
    use crate::features::comments::store::own::withdraw_comment;
    use crate::features::comments::store::{count_by_state, list_changes};
    use crate::testing::{actor_of, decide_as, insert_article, insert_staff, list_actions, send_comment};

    fn policy(mode: CommentMode, open_days: i32) -> Policy {
        Policy { mode: Some(mode), open_days: Some(open_days) }
    }

    async fn counts(pool: &PgPool) -> (i64, i64) {
        let counts = count_by_state(pool).await.expect("counts");
        (counts.pending, counts.published)
    }

    #[sqlx::test]
    async fn known_writers_are_published_at_once_where_that_is_the_policy(pool: PgPool) {
        let (one, other) = (insert_article(&pool, "a").await, insert_article(&pool, "b").await);
        let lan = insert_staff(&pool, "lan").await;
        let first = send_comment(&pool, one, None, 1, "Ý kiến đầu tiên của tôi.").await.expect("is stored");
        set_policy(&pool, actor_of(&lan), None, policy(CommentMode::KnownWriters, 0)).await.expect("sets");
        send_comment(&pool, one, None, 1, "Chưa ai duyệt tôi lần nào.").await.expect("is stored");
        assert_eq!(counts(&pool).await, (2, 0), "nobody approved anything of theirs");
        decide_as(&pool, &lan, first, 1, Decision::Approve).await.expect("decides").expect("is first");
        // of three within five minutes the third is flagged
        let pass = async || {
            let passes = sqlx::query("update comments set created_at = created_at - interval '1 hour'");
            passes.execute(&pool).await.expect("passes");
        };
        pass().await;
        let at_once = send_comment(&pool, other, None, 1, "Ý kiến thứ hai của tôi.").await.expect("is stored");
        let (shown, changes) = list_changes(&pool, other).await.expect("reads");
        assert_eq!((shown, changes[0].id, changes[0].shown), (1, at_once, true), "open pages learn of it");
        assert_eq!(send_comment(&pool, other, None, 1, "Ý kiến thứ hai của tôi.").await, Ok(at_once), "sent twice");
        send_comment(&pool, other, None, 2, "Người khác thì chờ duyệt.").await.expect("is stored");
        assert_eq!(counts(&pool).await, (2, 2));
        // what was published by itself is taken back like a decision
        decide_as(&pool, &lan, at_once, 1, Decision::Undo).await.expect("decides").expect("is first");
        assert_eq!(counts(&pool).await, (3, 1));
        pass().await;
        decide_as(&pool, &lan, at_once, 2, Decision::Reject).await.expect("decides").expect("is first");
        send_comment(&pool, other, None, 1, "Sau khi bị từ chối tôi chờ.").await.expect("is stored");
        assert_eq!(counts(&pool).await, (3, 1), "the last decision about them was a refusal");
    }

    #[sqlx::test]
    async fn what_the_rules_find_or_the_article_holds_waits_all_the_same(pool: PgPool) {
        let (one, other) = (insert_article(&pool, "a").await, insert_article(&pool, "b").await);
        let lan = insert_staff(&pool, "lan").await;
        let first = send_comment(&pool, one, None, 1, "Ý kiến đầu tiên của tôi.").await.expect("is stored");
        decide_as(&pool, &lan, first, 1, Decision::Approve).await.expect("decides").expect("is first");
        set_policy(&pool, actor_of(&lan), None, policy(CommentMode::KnownWriters, 0)).await.expect("sets");
        let held = Policy { mode: Some(CommentMode::Held), open_days: None };
        set_policy(&pool, actor_of(&lan), Some(other), held).await.expect("sets");
        send_comment(&pool, other, None, 1, "Bài này chờ duyệt từng ý.").await.expect("is stored");
        assert_eq!(counts(&pool).await, (1, 1));
        set_policy(&pool, actor_of(&lan), Some(other), Policy::default()).await.expect("is as everywhere");
        // three within five minutes are flagged
        send_comment(&pool, other, None, 1, "Ý kiến thứ ba trong phút này.").await.expect("is stored");
        assert_eq!(counts(&pool).await, (2, 1));
        sqlx::query("update comments set created_at = created_at - interval '1 hour'")
            .execute(&pool)
            .await
            .expect("is past");
        let block = Blocking::Begin { until: None, note: None };
        block_writer(&pool, actor_of(&lan), first, block).await.expect("blocks");
        send_comment(&pool, other, None, 1, "Người bị chặn thì không đăng ngay.").await.expect("is stored");
        assert_eq!(count_by_state(&pool).await.expect("counts").blocked, 3);
        // a block that is over leaves the next one to be approved first
        block_writer(&pool, actor_of(&lan), first, Blocking::End { seen: None }).await.expect("unblocks");
        send_comment(&pool, other, None, 1, "Sau khi hết bị chặn tôi chờ.").await.expect("is stored");
        assert_eq!(counts(&pool).await, (4, 1));
    }

    /// The hash of the private link of a comment.
    async fn link_of(pool: &PgPool, comment: i64) -> [u8; 32] {
        let link = sqlx::query_scalar::<_, Vec<u8>>("select link_hash from comments where id = $1").bind(comment);
        link.fetch_one(pool).await.expect("reads").try_into().expect("32 bytes")
    }

    #[sqlx::test]
    async fn who_was_refused_is_not_trusted_again_by_withdrawing_or_by_time(pool: PgPool) {
        let one = insert_article(&pool, "a").await;
        let lan = insert_staff(&pool, "lan").await;
        set_policy(&pool, actor_of(&lan), None, policy(CommentMode::KnownWriters, 0)).await.expect("sets");
        let send = async |body: &str| send_comment(&pool, one, None, 1, body).await.expect("is stored");
        let (a, b) = (send("Ý kiến thứ nhất của tôi.").await, send("Ý kiến thứ hai của tôi.").await);
        decide_as(&pool, &lan, a, 1, Decision::Approve).await.expect("decides").expect("is first");
        decide_as(&pool, &lan, b, 1, Decision::Reject).await.expect("decides").expect("is first");
        withdraw_comment(&pool, &link_of(&pool, b).await).await.expect("withdraws");
        sqlx::query("update comments set created_at = created_at - interval '1 hour'")
            .execute(&pool)
            .await
            .expect("is past");
        let c = send("Rút ý kiến bị từ chối rồi gửi.").await;
        assert_eq!(counts(&pool).await, (1, 1));
        sqlx::query("delete from comments where id = $1").bind(b).execute(&pool).await.expect("reaches its age");
        sqlx::query("update comments set created_at = created_at - interval '1 hour'")
            .execute(&pool)
            .await
            .expect("is past");
        send("Ý kiến bị từ chối đã hết hạn lưu.").await;
        assert_eq!(counts(&pool).await, (2, 1));
        // an approval makes up for it
        decide_as(&pool, &lan, c, 1, Decision::Approve).await.expect("decides").expect("is first");
        sqlx::query("update comments set created_at = created_at - interval '1 hour'")
            .execute(&pool)
            .await
            .expect("is past");
        let at_once = send("Được duyệt lại thì đăng ngay.").await;
        assert_eq!(counts(&pool).await, (1, 3));
        // its writer takes it back, which is no decision about them
        withdraw_comment(&pool, &link_of(&pool, at_once).await).await.expect("withdraws");
        sqlx::query("update comments set created_at = created_at - interval '1 hour'")
            .execute(&pool)
            .await
            .expect("is past");
        send("Tự rút thì vẫn được tin như trước.").await;
        assert_eq!(counts(&pool).await, (1, 3));
    }

    #[sqlx::test]
    async fn of_many_comments_sent_at_once_the_third_is_held(pool: PgPool) {
        let one = insert_article(&pool, "a").await;
        let lan = insert_staff(&pool, "lan").await;
        set_policy(&pool, actor_of(&lan), None, policy(CommentMode::KnownWriters, 0)).await.expect("sets");
        let first = send_comment(&pool, one, None, 1, "Ý kiến thứ nhất của tôi.").await.expect("is stored");
        decide_as(&pool, &lan, first, 1, Decision::Approve).await.expect("decides").expect("is first");
        sqlx::query("update comments set created_at = created_at - interval '1 hour'")
            .execute(&pool)
            .await
            .expect("is past");
        let posts = (0..8).map(|n| {
            let pool = pool.clone();
            tokio::spawn(async move { send_comment(&pool, one, None, 1, &format!("Gửi dồn dập, lần {n}.")).await })
        });
        for post in posts.collect::<Vec<_>>() {
            post.await.expect("runs").expect("is stored");
        }
        assert_eq!(counts(&pool).await, (6, 3), "two within five minutes are no burst");
    }

    #[sqlx::test]
    async fn an_article_takes_comments_for_so_many_days(pool: PgPool) {
        let (one, other) = (insert_article(&pool, "a").await, insert_article(&pool, "b").await);
        let lan = insert_staff(&pool, "lan").await;
        assert_eq!(find_seconds_to_next_end(&pool).await, Ok(None));
        set_policy(&pool, actor_of(&lan), None, policy(CommentMode::Held, 30)).await.expect("sets");
        let seconds = find_seconds_to_next_end(&pool).await.expect("finds").expect("they end");
        assert!((2_591_000.0..2_592_000.0).contains(&seconds), "{seconds}");
        set_policy(&pool, actor_of(&lan), Some(other), Policy { mode: None, open_days: Some(0) }).await.expect("sets");
        sqlx::query("update articles set published_at = now() - interval '31 days'")
            .execute(&pool)
            .await
            .expect("is old");
        assert_eq!(send_comment(&pool, one, None, 1, "Ý kiến đến quá muộn.").await, Err(AppError::Forbidden(CLOSED)));
        assert!(find_closed(&pool, one).await.expect("reads").comments.is_some());
        assert!(find_closed(&pool, one).await.expect("reads").ratings.is_none(), "ratings go on");
        send_comment(&pool, other, None, 1, "Bài này nhận ý kiến mãi.").await.expect("is stored");
        set_policy(&pool, actor_of(&lan), Some(other), Policy { mode: None, open_days: Some(40) }).await.expect("sets");
        let seconds = find_seconds_to_next_end(&pool).await.expect("finds").expect("it ends");
        assert!((777_000.0..777_600.0).contains(&seconds), "{seconds}");
        let listed = list_policies(&pool).await.expect("lists");
        assert_eq!((listed.len(), listed[0].article, listed[0].policy.open_days), (1, other, Some(40)));
    }

    #[sqlx::test]
    async fn policies_are_stored_once_and_checked(pool: PgPool) {
        let one = insert_article(&pool, "a").await;
        let lan = insert_staff(&pool, "lan").await;
        let lan = actor_of(&lan);
        assert_eq!(read_site_policy(&pool).await, Ok(policy(CommentMode::Held, 0)));
        for _ in 0..2 {
            set_policy(&pool, lan, None, policy(CommentMode::KnownWriters, 14)).await.expect("sets");
            set_policy(&pool, lan, Some(one), policy(CommentMode::Held, 7)).await.expect("sets");
        }
        assert_eq!(read_site_policy(&pool).await, Ok(policy(CommentMode::KnownWriters, 14)));
        assert_eq!(find_policy(&pool, one).await, Ok(policy(CommentMode::Held, 7)));
        for (article, wrong, refused) in [
            (None, policy(CommentMode::Held, -1), AppError::invalid(BAD_DAYS)),
            (None, policy(CommentMode::Held, 1000), AppError::invalid(BAD_DAYS)),
            (None, Policy { mode: Some(CommentMode::Held), open_days: None }, AppError::invalid(BAD_DAYS)),
            (Some(one + 1), policy(CommentMode::Held, 7), AppError::NotFound),
        ] {
            assert_eq!(set_policy(&pool, lan, article, wrong).await, Err(refused));
        }
        set_policy(&pool, lan, Some(one), Policy::default()).await.expect("is as everywhere");
        set_policy(&pool, lan, Some(one), Policy::default()).await.expect("is so already");
        assert_eq!(list_policies(&pool).await, Ok(Vec::new()));
        assert_eq!(find_policy(&pool, one).await, Ok(Policy::default()));
        assert_eq!(list_actions(&pool).await, ["set-comment-policy"; 3]);
    }
}
