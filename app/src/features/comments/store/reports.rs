//! Reports of published comments.

use crate::base::error::AppError;
use crate::features::comments::ReportReason;
use crate::features::comments::cover::{apply_cover, parse_ranges};
use crate::features::statistics::traffic::DayHash;
use crate::web::visitor::Visitor;
use sqlx::{PgConnection, PgExecutor, PgPool};
use time::OffsetDateTime;

/// A comment that can be reported, as its page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportableComment {
    pub article_id: i64,
    pub slug: String,
    pub name: String,
    /// The text as readers see it.
    pub body: String,
    /// Whether this visitor has reported it already.
    pub is_reported: bool,
}

/// Finds a comment that readers see and can report; the body's own answers cannot be reported.
#[tracing::instrument(skip(db, visitor))]
pub async fn find_reportable_comment(
    db: impl PgExecutor<'_>,
    comment: i64,
    visitor: Option<Visitor>,
) -> Result<Option<ReportableComment>, AppError> {
    let row = sqlx::query!(
        r#"select c.article_id, a.slug as "slug!", c.name, c.body, c.covered,
                  exists (select from reports r where r.comment_id = c.id and r.visitor = $2) as "is_reported!"
           from comments c join public_texts a on a.id = c.article_id left join comments p on p.id = c.parent_id
           where c.id = $1 and c.state = 'published' and (p.id is null or p.state = 'published') and not c.official"#,
        comment,
        visitor.as_ref().map(|visitor| &visitor.0[..])
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| ReportableComment {
        article_id: row.article_id,
        slug: row.slug,
        name: row.name,
        body: apply_cover(&row.body, &parse_ranges(row.covered)),
        is_reported: row.is_reported,
    }))
}

/// Stores a report, once a visitor: the same again changes nothing.
#[tracing::instrument(skip(pool, visitor, details))]
pub async fn insert_report(
    pool: &PgPool,
    comment: i64,
    (visitor, sender): (Visitor, Option<DayHash>),
    reason: ReportReason,
    details: Option<&str>,
) -> Result<(), AppError> {
    let mut tx = pool.begin().await?;
    let inserted = sqlx::query!(
        "insert into reports (comment_id, visitor, reason, details, sender, reader)
         select c.id, $2, $3, $4, $5, coalesce(
             (select r.reader from reports r where r.comment_id = c.id and r.sender = $5 limit 1), random_hash()
         ) from comments c left join comments p on p.id = c.parent_id
         where c.id = $1 and c.state = 'published' and (p.id is null or p.state = 'published') and not c.official
               and exists (select from public_texts t where t.id = c.article_id)
         on conflict do nothing",
        comment,
        &visitor.0[..],
        reason as _,
        details,
        sender.as_ref().map(|hash| &hash[..])
    )
    .execute(&mut *tx)
    .await?;
    if inserted.rows_affected() == 1 {
        // whoever decides about the comment at this moment has not seen the report
        sqlx::query!(
            "update comments
             set reported_at = coalesce(reported_at, now()), version = version + 1, reported_version = version + 1,
                 reports_since = case when reported_version = version then reports_since else 0 end + 1
             where id = $1",
            comment
        )
        .execute(&mut *tx)
        .await?;
    } else {
        let existing = find_reportable_comment(&mut *tx, comment, Some(visitor)).await?;
        existing.filter(|comment| comment.is_reported).ok_or(AppError::NotFound)?;
    }
    Ok(tx.commit().await?)
}

/// The reports of one comment for one reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportSummary {
    pub comment: i64,
    pub reason: ReportReason,
    /// How many readers: several reports from the same line and browser on one day count as one.
    pub count: i64,
    /// What readers added, the latest first, at most three.
    pub details: Vec<String>,
}

/// Lists what readers reported about these comments, the most frequent reason first.
#[tracing::instrument(skip_all)]
pub async fn list_reports(pool: &PgPool, comments: &[i64]) -> Result<Vec<ReportSummary>, AppError> {
    let rows = sqlx::query!(
        r#"select comment_id, reason as "reason: ReportReason", count(distinct reader) as "count!",
                  (array_agg(details order by created_at desc) filter (where details is not null))[1:3]
                      as "details?: Vec<String>"
           from reports where comment_id = any($1) group by comment_id, reason
           order by comment_id, count(distinct reader) desc, reason"#,
        comments
    )
    .fetch_all(pool)
    .await?;
    let summaries = rows.into_iter().map(|row| ReportSummary {
        comment: row.comment_id,
        reason: row.reason,
        count: row.count,
        details: row.details.unwrap_or_default(),
    });
    Ok(summaries.collect())
}

/// Anonymises reports older than `before` and returns how many there were.
#[tracing::instrument(skip(pool))]
pub async fn anonymise_old_reports(pool: &PgPool, before: OffsetDateTime) -> Result<u64, AppError> {
    let anonymised = sqlx::query!(
        "update reports set visitor = random_hash(), anonymised = true where created_at < $1 and not anonymised",
        before
    );
    Ok(anonymised.execute(pool).await?.rows_affected())
}

/// Forgets from which line and browser reports came that were sent before the day began.
#[tracing::instrument(skip(pool))]
pub async fn forget_reporters(pool: &PgPool, day_began: OffsetDateTime) -> Result<(), AppError> {
    sqlx::query!("update reports set sender = null where sender is not null and created_at < $1", day_began)
        .execute(pool)
        .await?;
    Ok(())
}

/// Anonymises a visitor's reports and erases what they added.
#[tracing::instrument(skip_all)]
pub async fn anonymise_reports_of(db: &mut PgConnection, visitor: &[u8]) -> Result<(), AppError> {
    sqlx::query!(
        "update reports set visitor = random_hash(), details = null, sender = null, anonymised = true where visitor = $1",
        visitor
    )
    .execute(db)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::comments::Decision;
    use crate::features::comments::store::count_by_state;
    use crate::features::comments::store::decide::answer_comment;
    use crate::features::comments::store::thread::list_comments;
    use crate::testing::{actor_of, decide_as, insert_article, insert_staff, send_comment};

    #[sqlx::test]
    async fn nothing_is_reported_that_readers_do_not_see_or_that_the_body_wrote(pool: PgPool) {
        let id = insert_article(&pool, "a").await;
        let lan = insert_staff(&pool, "lan").await;
        let top = send_comment(&pool, id, None, 1, "Khi nào có nước lại ạ?").await.expect("is stored");
        let answered = answer_comment(&pool, actor_of(&lan), (top, 1), "Ủy ban phường", "Từ 11 giờ hôm nay.").await;
        answered.expect("answers").expect("is first");
        let answer = list_comments(&pool, id, 1, None).await.expect("reads")[0].replies[0].id;
        let reply = send_comment(&pool, id, Some(top), 2, "Cảm ơn phường nhiều.").await.expect("is stored");
        decide_as(&pool, &lan, reply, 1, Decision::Approve).await.expect("decides").expect("is first");
        let report = async |comment: i64, details: &str| {
            insert_report(&pool, comment, (Visitor([9; 32]), None), ReportReason::Other, Some(details)).await
        };
        assert_eq!(report(answer, "x").await, Err(AppError::NotFound));
        assert_eq!(report(999, "x").await, Err(AppError::NotFound));
        assert_eq!(report(reply, &"x".repeat(501)).await, Err(AppError::Internal), "the database takes 500 letters");
        decide_as(&pool, &lan, top, 2, Decision::Remove).await.expect("decides").expect("is first");
        assert_eq!(report(reply, "x").await, Err(AppError::NotFound), "what it answers is gone");
        assert_eq!(list_reports(&pool, &[top, answer, reply]).await, Ok(vec![]));
        assert_eq!(count_by_state(&pool).await.expect("counts").reported, 0);
    }

    #[sqlx::test]
    async fn twenty_posts_of_one_report_at_once_are_one(pool: PgPool) {
        let id = insert_article(&pool, "a").await;
        let lan = insert_staff(&pool, "lan").await;
        let comment = send_comment(&pool, id, None, 1, "Ý kiến của tôi đây.").await.expect("is stored");
        decide_as(&pool, &lan, comment, 1, Decision::Approve).await.expect("decides").expect("is first");
        let posts = (0..20).map(|_| {
            let pool = pool.clone();
            tokio::spawn(async move {
                insert_report(&pool, comment, (Visitor([2; 32]), None), ReportReason::Insult, None).await
            })
        });
        for post in posts.collect::<Vec<_>>() {
            post.await.expect("runs").expect("is stored");
        }
        let counts = async || {
            let reports = list_reports(&pool, &[comment]).await.expect("reads");
            reports.iter().map(|report| report.count).collect::<Vec<_>>()
        };
        assert_eq!(counts().await, [1]);
        // a visitor who was anonymised is nobody: the reports of others stay theirs, and the count stays
        let mut db = pool.acquire().await.expect("connects");
        anonymise_reports_of(&mut db, &[3; 32]).await.expect("has nothing to anonymise");
        let is_reported = async || {
            let found = find_reportable_comment(&pool, comment, Some(Visitor([2; 32]))).await;
            found.expect("reads").expect("is there").is_reported
        };
        assert!(is_reported().await);
        anonymise_reports_of(&mut db, &[2; 32]).await.expect("anonymises");
        assert!(!is_reported().await && counts().await == [1]);
    }

    #[sqlx::test]
    async fn reports_from_one_line_and_browser_are_one_reader(pool: PgPool) {
        let id = insert_article(&pool, "a").await;
        let lan = insert_staff(&pool, "lan").await;
        let comment = send_comment(&pool, id, None, 1, "Ý kiến của tôi đây.").await.expect("is stored");
        decide_as(&pool, &lan, comment, 1, Decision::Approve).await.expect("decides").expect("is first");
        // four times without a cookie, a neighbour, and somebody on a day without a key
        for (visitor, sender) in [(2, Some(7)), (3, Some(7)), (4, Some(7)), (5, Some(7)), (6, Some(8)), (9, None)] {
            let reader = (Visitor([visitor; 32]), sender.map(|byte| [byte; 16]));
            insert_report(&pool, comment, reader, ReportReason::Insult, None).await.expect("is stored");
        }
        let reports = list_reports(&pool, &[comment]).await.expect("reads");
        assert_eq!(reports.iter().map(|report| report.count).collect::<Vec<_>>(), [3]);
        // the count stays when it is forgotten from where they came, and what came today is still known
        let tomorrow = OffsetDateTime::now_utc() + time::Duration::days(1);
        let known = async || {
            let known = sqlx::query_scalar!(r#"select count(*) as "count!" from reports where sender is not null"#);
            known.fetch_one(&pool).await.expect("reads")
        };
        forget_reporters(&pool, OffsetDateTime::UNIX_EPOCH).await.expect("has none to forget");
        assert_eq!(known().await, 5);
        forget_reporters(&pool, tomorrow).await.expect("forgets");
        forget_reporters(&pool, tomorrow).await.expect("has none left");
        assert_eq!(known().await, 0);
        let reports = list_reports(&pool, &[comment]).await.expect("reads");
        assert_eq!(reports.iter().map(|report| report.count).collect::<Vec<_>>(), [3]);
    }

    #[sqlx::test]
    async fn a_report_is_seen_by_whoever_decides_after_it(pool: PgPool) {
        use crate::features::comments::ChangeKind;
        let id = insert_article(&pool, "a").await;
        let lan = insert_staff(&pool, "lan").await;
        let comment = send_comment(&pool, id, None, 1, "Ý kiến đầu tiên ở đây.").await.expect("is stored");
        decide_as(&pool, &lan, comment, 1, Decision::Approve).await.expect("decides").expect("is first");
        let report = async |by: u8| {
            let visitor = (Visitor([by; 32]), None);
            insert_report(&pool, comment, visitor, ReportReason::Advertising, None).await.expect("is stored");
        };
        report(1).await;
        // while somebody reads the report, another one comes
        report(2).await;
        report(2).await;
        let kept = decide_as(&pool, &lan, comment, 3, Decision::Keep).await.expect("decides");
        assert_eq!(kept.expect_err("is overtaken").kind, ChangeKind::Report);
        assert_eq!(count_by_state(&pool).await.expect("counts").reported, 1);
        decide_as(&pool, &lan, comment, 4, Decision::Keep).await.expect("decides").expect("has seen both");
        assert_eq!(count_by_state(&pool).await.expect("counts").reported, 0);
        // taking it down is right however many reports come meanwhile, but not what was seen before a decision
        report(3).await;
        report(4).await;
        let early = decide_as(&pool, &lan, comment, 4, Decision::Remove).await.expect("decides");
        assert!(early.is_err(), "it was kept since");
        decide_as(&pool, &lan, comment, 5, Decision::Remove).await.expect("decides").expect("only reports came");
    }
}
