//! Comments that another site had.

use super::{hash_body, store_consent};
use crate::base::error::AppError;
use crate::features::comments::{CARRIED_OVER, Draft};
use crate::features::rules::Reason;
use sqlx::PgConnection;
use time::OffsetDateTime;

/// A comment that another site had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CarriedComment {
    pub article: i64,
    pub parent: Option<i64>,
    pub draft: Draft,
    pub created_at: OffsetDateTime,
    /// Whether readers saw it there. Others wait here, after all that were written here.
    pub is_published: bool,
}

/// Stores a comment that another site had published, or that comes with the demo.
#[tracing::instrument(skip(db, draft))]
pub async fn carry_over_comment(
    db: &mut PgConnection,
    article: i64,
    parent: Option<i64>,
    draft: &Draft,
    created_at: OffsetDateTime,
) -> Result<i64, AppError> {
    let comment = CarriedComment { article, parent, draft: draft.clone(), created_at, is_published: true };
    let ids = carry_over_comments(db, &[comment]).await?;
    ids.first().copied().ok_or(AppError::Internal)
}

/// Stores comments that another site had, each with a visitor of its own, and returns their numbers in the same order.
/// They stand under their articles in this order, those that wait once they are approved.
#[tracing::instrument(skip_all, fields(count = comments.len()))]
pub async fn carry_over_comments(db: &mut PgConnection, comments: &[CarriedComment]) -> Result<Vec<i64>, AppError> {
    store_consent(&mut *db, CARRIED_OVER, "carried over").await?;
    let published: Vec<bool> = comments.iter().map(|comment| comment.is_published).collect();
    let ids = sqlx::query_scalar!(
        r#"select nextval(pg_get_serial_sequence('comments', 'id'))
                  + case when is_published then 0 else 1125899906842624 end as "id!"
           from unnest($1::boolean[]) with ordinality as new (is_published, place) order by place"#,
        &published
    )
    .fetch_all(&mut *db)
    .await?;
    let articles: Vec<i64> = comments.iter().map(|comment| comment.article).collect();
    // one order for whoever locks several
    sqlx::query!(
        "select article_id from comment_totals where article_id = any($1) order by article_id for update",
        &articles
    )
    .fetch_all(&mut *db)
    .await?;
    sqlx::query!("update comment_totals set revision = revision + 1 where article_id = any($1)", &articles)
        .execute(&mut *db)
        .await?;
    let parents: Vec<Option<i64>> = comments.iter().map(|comment| comment.parent).collect();
    let names: Vec<String> = comments.iter().map(|comment| comment.draft.name.clone()).collect();
    let emails: Vec<Option<String>> = comments.iter().map(|comment| comment.draft.email.clone()).collect();
    let bodies: Vec<String> = comments.iter().map(|comment| comment.draft.body.clone()).collect();
    let hashes: Vec<Vec<u8>> = comments.iter().map(|comment| hash_body(&comment.draft.body).to_vec()).collect();
    let times: Vec<OffsetDateTime> = comments.iter().map(|comment| comment.created_at).collect();
    let reasons = serde_json::to_value([Reason::Carried]).map_err(|_| AppError::Internal)?;
    let stored = sqlx::query!(
        "insert into comments (id, article_id, parent_id, visitor, name, email, body, body_hash, state, version,
                               revision, consent_version, created_at, published_at, decided_at, reasons)
         overriding system value
         select new.id, new.article_id, parent, random_hash(), name, email, body, hash,
                case when is_published then 'published' else 'pending' end::comment_state,
                case when is_published then 2 else 1 end, case when is_published then t.revision end, $10, created_at,
                case when is_published then created_at end, case when is_published then created_at end,
                case when is_published then '[]' else $11::jsonb end
         from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::bytea[],
                     $8::boolean[], $9::timestamptz[])
              as new (id, article_id, parent, name, email, body, hash, is_published, created_at)
         left join comment_totals t on t.article_id = new.article_id",
        &ids,
        &articles,
        &parents as &[Option<i64>],
        &names,
        &emails as &[Option<String>],
        &bodies,
        &hashes,
        &published,
        &times,
        CARRIED_OVER,
        reasons
    )
    .execute(db)
    .await
    .map_err(super::map_constraint)?;
    if stored.rows_affected() != comments.len() as u64 {
        return Err(AppError::Internal);
    }
    Ok(ids)
}

/// Gives a comment that was carried over the text that it has on the other site by now. One that waited and is shown
/// there is shown here; one that was shown and is switched off there is taken down.
///
/// # Errors
/// [`AppError::NotFound`] where it is no such comment.
#[tracing::instrument(skip(db, draft))]
pub async fn change_carried_comment(
    db: &mut PgConnection,
    id: i64,
    draft: &Draft,
    is_published: bool,
) -> Result<(), AppError> {
    let article =
        sqlx::query_scalar!("select article_id from comments where id = $1 and consent_version = $2", id, CARRIED_OVER);
    let article = article.fetch_optional(&mut *db).await?.ok_or(AppError::NotFound)?;
    let revision = super::raise_revision(&mut *db, article).await?;
    sqlx::query!(
        "update comments
         set name = $2, email = case when state = 'pending' and not $6 then $3 end, body = $4, body_hash = $5,
             version = version + 1,
             state = case when $6 then 'published'
                          when state = 'published' then 'removed' else state end::comment_state,
             published_at = case when $6 then coalesce(published_at, created_at) else published_at end,
             decided_at = case when $6 or state = 'published' then now() else decided_at end,
             reasons = case when $6 then '[]' else reasons end,
             revision = case when $6 or state = 'published' then $7 else revision end
         where id = $1",
        id,
        draft.name,
        draft.email,
        draft.body,
        &hash_body(&draft.body)[..],
        is_published,
        revision
    )
    .execute(db)
    .await
    .map_err(super::map_constraint)?;
    Ok(())
}

/// Finds how comments stand, and keeps them so until the transaction ends: what changes when anybody changes anything
/// of them. Those that are there no longer are left out.
#[tracing::instrument(skip_all)]
pub async fn find_stamps(db: &mut PgConnection, ids: &[i64]) -> Result<Vec<(i64, String)>, AppError> {
    let rows = sqlx::query!(
        r#"select id, concat_ws('/', state, version, covered = '[]') as "stamp!"
           from comments where id = any($1) order by id for no key update"#,
        ids
    );
    Ok(rows.fetch_all(db).await?.into_iter().map(|row| (row.id, row.stamp)).collect())
}

#[cfg(test)]
mod tests {
    use super::super::count_by_state;
    use super::super::decide::decide_comments;
    use super::super::thread::{find_place, list_comments};
    use super::*;
    use crate::features::comments::{Decision, ThreadPlace};
    use crate::testing::{actor_of, insert_article, insert_staff, send_comment};
    use sqlx::PgPool;

    fn comment(article: i64, parent: Option<i64>, body: &str, is_published: bool) -> CarriedComment {
        let draft = Draft { name: "T".to_owned(), email: None, body: body.to_owned() };
        CarriedComment { article, parent, draft, created_at: OffsetDateTime::UNIX_EPOCH, is_published }
    }

    #[sqlx::test]
    async fn comments_of_another_site_are_shown_or_wait_after_all_others(pool: PgPool) {
        let mut db = pool.acquire().await.expect("connects");
        let (a, b) = (insert_article(&pool, "a").await, insert_article(&pool, "b").await);
        let roots = [comment(a, None, "ok", true), comment(b, None, ".", false), comment(a, None, "á", true)];
        let ids = carry_over_comments(&mut db, &roots).await.expect("stores");
        assert!(ids[0] < ids[2] && ids[2] < ids[1], "{ids:?}");
        let replies = [comment(a, Some(ids[0]), "vâng", true), comment(b, Some(ids[1]), "vâng", true)];
        carry_over_comments(&mut db, &replies).await.expect("stores");
        let totals: Vec<(i32, i32)> =
            sqlx::query_as("select shown, threads from comment_totals where article_id > 0 order by article_id")
                .fetch_all(&pool)
                .await
                .expect("reads");
        assert_eq!(totals, [(3, 2), (0, 0)], "a reply goes with what it answers");
        let waiting: (String, i32, Option<i64>) =
            sqlx::query_as("select reasons->0->>'kind', version, revision from comments where state = 'pending'")
                .fetch_one(&pool)
                .await
                .expect("reads");
        assert_eq!(waiting, ("carried".to_owned(), 1, None));
        let counts = count_by_state(&pool).await.expect("counts");
        assert_eq!(counts.pending, 1);
        let visitors: i64 =
            sqlx::query_scalar("select count(distinct visitor) from comments").fetch_one(&pool).await.expect("counts");
        assert_eq!(visitors, 5, "each has a visitor of its own");
        assert_eq!(carry_over_comments(&mut db, &[]).await, Ok(vec![]));
    }

    #[sqlx::test]
    async fn one_that_waited_stands_among_those_of_its_time_once_it_is_approved(pool: PgPool) {
        let lan = insert_staff(&pool, "lan").await;
        let mut db = pool.acquire().await.expect("connects");
        let a = insert_article(&pool, "a").await;
        let roots = [comment(a, None, "một", true), comment(a, None, "hai", false), comment(a, None, "ba", true)];
        let ids = carry_over_comments(&mut db, &roots).await.expect("stores");
        let first = Some(ids[0]);
        let replies = [comment(a, first, "bốn", true), comment(a, first, "năm", false), comment(a, first, "sáu", true)];
        let replied = carry_over_comments(&mut db, &replies).await.expect("stores");
        let newest = send_comment(&pool, a, None, 7, "Ý kiến viết ở đây.").await.expect("is stored");
        for id in [newest, ids[1], replied[1]] {
            let decided = decide_comments(&pool, actor_of(&lan), &[(id, 1)], Decision::Approve, None).await;
            assert_eq!(decided.expect("decides").decided.len(), 1, "{id}");
        }
        let shown = list_comments(&pool, a, 1, None).await.expect("reads");
        assert_eq!(shown.iter().map(|top| top.id).collect::<Vec<_>>(), [newest, ids[2], ids[1], ids[0]]);
        assert_eq!(shown[3].replies.iter().map(|reply| reply.id).collect::<Vec<_>>(), replied);
        let pages = [find_place(&pool, a, ids[1]).await, find_place(&pool, a, replied[1]).await];
        assert!(pages.iter().all(|place| matches!(place, Ok(Some(ThreadPlace { page: 1, .. })))), "{pages:?}");
    }

    #[sqlx::test]
    async fn a_comment_follows_the_other_site(pool: PgPool) {
        let mut db = pool.acquire().await.expect("connects");
        let a = insert_article(&pool, "a").await;
        let both = [comment(a, None, "chờ", false), comment(a, None, "hiện", true)];
        let ids = carry_over_comments(&mut db, &both).await.expect("stores");
        let before = find_stamps(&mut db, &ids).await.expect("reads");
        let text = |body: &str| Draft { name: "T".to_owned(), email: None, body: body.to_owned() };
        change_carried_comment(&mut db, ids[0], &text("được duyệt"), true).await.expect("changes");
        change_carried_comment(&mut db, ids[1], &text("bị tắt"), false).await.expect("changes");
        let after = find_stamps(&mut db, &ids).await.expect("reads");
        assert_ne!(before, after);
        let counts = count_by_state(&pool).await.expect("counts");
        assert_eq!(counts.pending, 0);
        let totals: (i32, i32) = sqlx::query_as("select shown, threads from comment_totals where article_id = $1")
            .bind(a)
            .fetch_one(&pool)
            .await
            .expect("reads");
        assert_eq!(totals, (1, 1));
        assert_eq!(change_carried_comment(&mut db, 99, &text("x"), true).await, Err(AppError::NotFound));
        assert!(change_carried_comment(&mut db, ids[0], &text(""), true).await.is_err());
    }

    #[sqlx::test]
    async fn what_is_no_comment_is_refused_whole(pool: PgPool) {
        let mut db = pool.acquire().await.expect("connects");
        let a = insert_article(&pool, "a").await;
        for bad in [comment(a, None, "", true), comment(a, Some(99), "vâng", true), comment(a + 1, None, "ok", true)] {
            let mut tx = sqlx::Connection::begin(&mut *db).await.expect("begins");
            let both = [comment(a, None, "một ý kiến", true), bad];
            assert!(carry_over_comments(&mut tx, &both).await.is_err(), "{both:?}");
        }
        let stored: i64 = sqlx::query_scalar("select count(*) from comments").fetch_one(&pool).await.expect("counts");
        assert_eq!(stored, 0);
    }
}
