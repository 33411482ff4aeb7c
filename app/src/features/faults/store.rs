//! The table of faults that readers report.

use super::{DECIDE_FAULT, FaultDraft, FaultState, LONG_ANSWER};
use crate::base::error::{AppError, constraint};
use crate::features::audit::{Actor, Entry};
use crate::web::visitor::Visitor;
use serde_json::json;
use sqlx::{PgConnection, PgPool};
use time::OffsetDateTime;

/// Reports on a page of the desk's list.
pub const PER_PAGE: i64 = 30;

/// The article that a report is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultyArticle {
    pub slug: String,
    pub title: String,
}

/// Finds an article that the public sees, and that can be reported therefore.
#[tracing::instrument(skip(pool))]
pub async fn find_reportable_article(pool: &PgPool, id: i64) -> Result<Option<FaultyArticle>, AppError> {
    let article = sqlx::query_as!(
        FaultyArticle,
        r#"select slug as "slug!", title as "title!" from public_articles where id = $1"#,
        id
    );
    Ok(article.fetch_optional(pool).await?)
}

/// Where a report's private link comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultLink {
    pub salt: [u8; 16],
    pub hash: [u8; 32],
}

/// Stores a report and returns the salt of its private link. The same words by the same visitor while the first wait
/// are the same report, with the same link.
#[tracing::instrument(skip(pool, visitor, draft, link))]
pub async fn insert_fault(
    pool: &PgPool,
    article: i64,
    visitor: Visitor,
    draft: &FaultDraft,
    link: &FaultLink,
) -> Result<Vec<u8>, AppError> {
    let mut tx = pool.begin().await?;
    // two presses at once wait for each other here
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended(encode($1, 'hex'), 19))", &visitor.0[..])
        .fetch_one(&mut *tx)
        .await?;
    let known = sqlx::query_scalar!(
        "select link_salt from article_faults
         where article_id = $1 and visitor = $2 and message = $3 and state = 'open' limit 1",
        article,
        &visitor.0[..],
        draft.message
    );
    if let Some(salt) = known.fetch_optional(&mut *tx).await? {
        return Ok(salt);
    }
    sqlx::query!(
        "insert into article_faults (article_id, visitor, quotation, message, link_salt, link_hash)
         select id, $2, $3, $4, $5, $6 from public_articles where id = $1 returning id",
        article,
        &visitor.0[..],
        draft.quotation,
        draft.message,
        &link.salt[..],
        &link.hash[..]
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(AppError::NotFound)?;
    tx.commit().await?;
    Ok(link.salt.to_vec())
}

/// A report with its article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub id: i64,
    pub article: i64,
    pub slug: String,
    pub title: String,
    pub quotation: String,
    pub message: String,
    pub state: FaultState,
    pub answer: String,
    pub created_at: OffsetDateTime,
    pub decided_at: Option<OffsetDateTime>,
    /// The displayed name of who decided.
    pub decided_by: Option<String>,
}

/// Finds the report of a private link.
#[tracing::instrument(skip_all)]
pub async fn find_own_fault(pool: &PgPool, link: &[u8; 32]) -> Result<Option<Fault>, AppError> {
    let fault = sqlx::query_as!(
        Fault,
        r#"select f.id, f.article_id as article, a.slug, a.title, f.quotation, f.message,
                  f.state as "state: FaultState", f.answer, f.created_at, f.decided_at, null::text as decided_by
           from article_faults f join articles a on a.id = f.article_id where f.link_hash = $1"#,
        &link[..]
    );
    Ok(fault.fetch_optional(pool).await?)
}

/// Deletes the report of a private link, as its reader asked. Where there is none, nothing changes.
#[tracing::instrument(skip_all)]
pub async fn delete_own_fault(pool: &PgPool, link: &[u8; 32]) -> Result<(), AppError> {
    sqlx::query!("delete from article_faults where link_hash = $1", &link[..]).execute(pool).await?;
    Ok(())
}

/// Lists a page of reports, those that wait or those that were decided, the latest first, and whether there is a next
/// page.
#[tracing::instrument(skip(pool))]
pub async fn list_faults(pool: &PgPool, is_open: bool, page: i64) -> Result<(Vec<Fault>, bool), AppError> {
    let mut faults = sqlx::query_as!(
        Fault,
        r#"select f.id, f.article_id as article, a.slug, a.title, f.quotation, f.message,
                  f.state as "state: FaultState", f.answer, f.created_at, f.decided_at,
                  s.display_name as "decided_by?"
           from article_faults f join articles a on a.id = f.article_id left join accounts s on s.id = f.decided_by
           where (f.state = 'open') = $1 order by f.id desc offset $2 limit $3"#,
        is_open,
        (page - 1) * PER_PAGE,
        PER_PAGE + 1
    )
    .fetch_all(pool)
    .await?;
    let has_more = faults.len() as i64 > PER_PAGE;
    faults.truncate(PER_PAGE as usize);
    Ok((faults, has_more))
}

/// Counts the reports that wait, all of them or those of one article.
#[tracing::instrument(skip(pool))]
pub async fn count_open_faults(pool: &PgPool, article: Option<i64>) -> Result<i64, AppError> {
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from article_faults
           where state = 'open' and ($1::bigint is null or article_id = $1)"#,
        article
    );
    Ok(count.fetch_one(pool).await?)
}

/// Who decided a report before, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EarlierDecision {
    pub by: Option<String>,
    pub at: OffsetDateTime,
    pub state: FaultState,
}

/// Decides a report, or opens it again. Where it is no longer as it was seen, the inner result says who decided.
#[tracing::instrument(skip(pool, actor, answer))]
pub async fn decide_fault(
    pool: &PgPool,
    actor: Actor<'_>,
    id: i64,
    seen: FaultState,
    (decision, answer): (FaultState, &str),
) -> Result<Result<(), EarlierDecision>, AppError> {
    let mut tx = pool.begin().await?;
    let decided = sqlx::query!(
        "update article_faults
         set state = $3, answer = case when $3 = 'open'::fault_state then answer else $4 end,
             decided_at = case when $3 = 'open'::fault_state then null else now() end,
             decided_by = case when $3 = 'open'::fault_state then null else $5::bigint end
         where id = $1 and state = $2",
        id,
        seen as _,
        decision as _,
        answer,
        actor.account
    )
    .execute(&mut *tx)
    .await
    .map_err(|error| match constraint(&error) {
        Some("fault_answer") => AppError::invalid(LONG_ANSWER),
        _ => error.into(),
    })?;
    if decided.rows_affected() == 0 {
        let earlier = sqlx::query!(
            r#"select f.state as "state: FaultState", f.decided_at, s.display_name as "by?"
               from article_faults f left join accounts s on s.id = f.decided_by where f.id = $1"#,
            id
        );
        let earlier = earlier.fetch_optional(&mut *tx).await?.ok_or(AppError::NotFound)?;
        if earlier.state == decision {
            // the same form, sent twice
            return Ok(Ok(()));
        }
        let at = earlier.decided_at.unwrap_or_else(OffsetDateTime::now_utc);
        return Ok(Err(EarlierDecision { by: earlier.by, at, state: earlier.state }));
    }
    let detail = json!({ "state": decision.value() });
    actor.record(&mut tx, Entry::new(actor, DECIDE_FAULT, ("fault", Some(id)), detail)).await?;
    tx.commit().await?;
    Ok(Ok(()))
}

/// Takes from reports older than `before` who sent them, and returns how many there were.
#[tracing::instrument(skip(pool))]
pub async fn anonymise_old_faults(pool: &PgPool, before: OffsetDateTime) -> Result<u64, AppError> {
    let anonymised = sqlx::query!(
        "update article_faults set visitor = random_hash(), anonymised = true where created_at < $1 and not anonymised",
        before
    );
    Ok(anonymised.execute(pool).await?.rows_affected())
}

/// Deletes reports that were decided before `before`, and returns how many there were.
#[tracing::instrument(skip(pool))]
pub async fn delete_old_faults(pool: &PgPool, before: OffsetDateTime) -> Result<u64, AppError> {
    let deleted = sqlx::query!("delete from article_faults where decided_at < $1", before).execute(pool).await?;
    Ok(deleted.rows_affected())
}

/// Deletes a visitor's reports.
#[tracing::instrument(skip_all)]
pub async fn delete_faults_of(db: &mut PgConnection, visitor: &[u8]) -> Result<(), AppError> {
    sqlx::query!("delete from article_faults where visitor = $1", visitor).execute(db).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::keys::hash_token;
    use crate::testing::{actor_of, insert_article, insert_staff, list_actions};
    use time::Duration;

    fn link(number: u8) -> FaultLink {
        FaultLink { salt: [number; 16], hash: hash_token(&number.to_string()) }
    }

    fn draft(message: &str) -> FaultDraft {
        FaultDraft { quotation: "ngày 24/7".to_owned(), message: message.to_owned() }
    }

    #[sqlx::test]
    async fn a_report_is_stored_once_and_found_by_its_link(pool: PgPool) {
        let id = insert_article(&pool, "a").await;
        assert_eq!(find_reportable_article(&pool, id).await.expect("reads").expect("is public").slug, "a");
        let me = Visitor([1; 32]);
        insert_fault(&pool, id, me, &draft("Sai ngày."), &link(1)).await.expect("is stored");
        let again = insert_fault(&pool, id, me, &draft("Sai ngày."), &link(2)).await.expect("is the same");
        assert_eq!(again, [1; 16], "a repeat gets the first one's link");
        let presses = (10..15).map(|number| {
            let pool = pool.clone();
            tokio::spawn(async move { insert_fault(&pool, id, me, &draft("Hai lần."), &link(number)).await })
        });
        for press in presses.collect::<Vec<_>>() {
            press.await.expect("runs").expect("is stored");
        }
        insert_fault(&pool, id, Visitor([2; 32]), &draft("Sai ngày."), &link(3)).await.expect("is another's");
        assert_eq!(count_open_faults(&pool, None).await, Ok(3));
        assert_eq!(count_open_faults(&pool, Some(id + 1)).await, Ok(0));
        let found = find_own_fault(&pool, &link(1).hash).await.expect("reads").expect("is there");
        assert_eq!((found.state, found.quotation.as_str()), (FaultState::Open, "ngày 24/7"));
        assert_eq!(find_own_fault(&pool, &link(2).hash).await, Ok(None));
        for _ in 0..2 {
            delete_own_fault(&pool, &link(1).hash).await.expect("is gone");
        }
        delete_own_fault(&pool, &link(99).hash).await.expect("there was none");
        delete_own_fault(&pool, &link(98).hash).await.expect("nor here");
        assert_eq!(find_own_fault(&pool, &link(1).hash).await, Ok(None));
    }

    #[sqlx::test]
    async fn nothing_is_reported_that_readers_do_not_see(pool: PgPool) {
        let id = insert_article(&pool, "a").await;
        sqlx::query("update articles set state = 'draft', published_revision = null")
            .execute(&pool)
            .await
            .expect("changes");
        let refused = insert_fault(&pool, id, Visitor([1; 32]), &draft("Sai."), &link(1)).await;
        assert_eq!(refused, Err(AppError::NotFound));
        assert_eq!(find_reportable_article(&pool, id).await, Ok(None));
        assert_eq!(list_faults(&pool, true, 1).await, Ok((vec![], false)));
    }

    #[sqlx::test]
    async fn a_report_is_decided_once_and_opened_again(pool: PgPool) {
        use FaultState::{Declined, Mended, Open};
        let id = insert_article(&pool, "a").await;
        let lan = insert_staff(&pool, "lan").await;
        insert_fault(&pool, id, Visitor([1; 32]), &draft("Sai ngày."), &link(1)).await.expect("is stored");
        let fault = list_faults(&pool, true, 1).await.expect("lists").0[0].id;
        let decide = async |seen, decision, answer: &str| {
            decide_fault(&pool, actor_of(&lan), fault, seen, (decision, answer)).await
        };
        assert_eq!(decide(Open, Mended, &"a".repeat(1001)).await, Err(AppError::invalid(LONG_ANSWER)));
        decide(Open, Mended, "Cảm ơn ông/bà.").await.expect("decides").expect("is first");
        decide(Open, Mended, "Cảm ơn ông/bà.").await.expect("decides").expect("is the same form");
        let late = decide(Open, Declined, "").await.expect("reads").expect_err("somebody was first");
        assert_eq!((late.by.as_deref(), late.state), (Some("Chị lan"), Mended));
        let found = find_own_fault(&pool, &link(1).hash).await.expect("reads").expect("is there");
        assert_eq!((found.state, found.answer.as_str()), (Mended, "Cảm ơn ông/bà."));
        assert_eq!(list_faults(&pool, false, 1).await.expect("lists").0.len(), 1);
        decide(Mended, Open, "").await.expect("decides").expect("opens it again");
        assert_eq!(count_open_faults(&pool, Some(id)).await, Ok(1));
        let missing = decide_fault(&pool, actor_of(&lan), fault + 1, Open, (Mended, "")).await;
        assert_eq!(missing, Err(AppError::NotFound));
        assert_eq!(list_actions(&pool).await, ["decide-fault", "decide-fault"]);
    }

    #[sqlx::test]
    async fn reports_are_anonymised_and_deleted_at_their_age(pool: PgPool) {
        let id = insert_article(&pool, "a").await;
        let lan = insert_staff(&pool, "lan").await;
        for number in 1..=2 {
            let visitor = Visitor([number; 32]);
            insert_fault(&pool, id, visitor, &draft("Sai ngày."), &link(number)).await.expect("is stored");
        }
        let fault = find_own_fault(&pool, &link(1).hash).await.expect("reads").expect("is there").id;
        let decided = decide_fault(&pool, actor_of(&lan), fault, FaultState::Open, (FaultState::Declined, "")).await;
        decided.expect("decides").expect("is first");
        let (past, future) =
            (OffsetDateTime::now_utc() - Duration::hours(1), OffsetDateTime::now_utc() + Duration::hours(1));
        assert_eq!(delete_old_faults(&pool, past).await, Ok(0), "it is not old enough");
        assert_eq!(delete_old_faults(&pool, future).await, Ok(1), "the one that waits stays");
        assert_eq!(delete_old_faults(&pool, future).await, Ok(0));
        assert_eq!(anonymise_old_faults(&pool, past).await, Ok(0));
        assert_eq!(anonymise_old_faults(&pool, future).await, Ok(1));
        assert_eq!(anonymise_old_faults(&pool, future).await, Ok(0));
        let mut db = pool.acquire().await.expect("connects");
        delete_faults_of(&mut db, &[2; 32]).await.expect("knows none any longer");
        assert_eq!(count_open_faults(&pool, None).await, Ok(1), "nobody knows whose it is");
        insert_fault(&pool, id, Visitor([3; 32]), &draft("Sai tên."), &link(3)).await.expect("is stored");
        delete_faults_of(&mut db, &[3; 32]).await.expect("deletes");
        delete_faults_of(&mut db, &[3; 32]).await.expect("again");
        assert_eq!(count_open_faults(&pool, None).await, Ok(1));
    }
}
