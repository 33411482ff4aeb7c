//! What waits too long, and whom a mail has told of it.

use crate::base::error::AppError;
use sqlx::PgPool;
use time::OffsetDateTime;

/// A comment that waits too long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LateComment {
    pub id: i64,
    /// When it was sent, or reported.
    pub since: OffsetDateTime,
    /// Whether it is published, and was reported.
    pub is_reported: bool,
    /// Who wrote it.
    pub name: String,
    /// The title of its article; an inquiry has none.
    pub title: Option<String>,
}

/// Claims what has been waiting, or reported, since before `limit` and what this account was not told of; each is
/// returned once, to one process, those that wait longest first. At most 1,000.
#[tracing::instrument(skip(pool))]
pub async fn claim_late_comments(
    pool: &PgPool,
    account: i64,
    limit: OffsetDateTime,
) -> Result<Vec<LateComment>, AppError> {
    let late = sqlx::query_as!(
        LateComment,
        r#"with late as (
               (select id, created_at as since, false as is_reported from comments
                where state = 'pending' and article_id <> 0 and created_at < $2 order by id limit 10000)
               union all
               (select id, created_at, false from comments
                where state = 'pending' and article_id = 0 and created_at < $2 order by id limit 10000)
               union all
               (select id, reported_at, true from comments
                where state = 'published' and reported_at is not null and reported_at < $2
                order by reported_at, id limit 10000)
           ), untold as (
               select * from late
               where not exists (select from late_mails m where m.account_id = $1 and m.comment_id = late.id
                                                                and m.since = late.since)
               order by since, id limit 1000
           ), claimed as (
               insert into late_mails (account_id, comment_id, since) select $1, id, since from untold
               on conflict do nothing returning comment_id, since
           )
           select c.id, claimed.since as "since!", is_reported as "is_reported!", c.name, a.title as "title?"
           from claimed join untold on untold.id = claimed.comment_id and untold.since = claimed.since
           join comments c on c.id = claimed.comment_id left join articles a on a.id = c.article_id
           order by claimed.since, c.id"#,
        account,
        limit
    );
    Ok(late.fetch_all(pool).await?)
}

/// Gives comments back of which an account could not be told for now: it is tried again.
#[tracing::instrument(skip(pool))]
pub async fn release_late_comments(pool: &PgPool, account: i64, comments: &[i64]) -> Result<(), AppError> {
    sqlx::query!("delete from late_mails where account_id = $1 and comment_id = any($2)", account, comments)
        .execute(pool)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::comments::Decision;
    use crate::features::comments::ReportReason;
    use crate::features::comments::store::reports::insert_report;
    use crate::testing::{decide_as, insert_article, insert_staff, send_comment};
    use crate::web::visitor::Visitor;
    use time::Duration;

    #[sqlx::test]
    async fn each_person_is_told_once_of_what_waits_too_long_and_again_of_what_is_reported_anew(pool: PgPool) {
        let id = insert_article(&pool, "a").await;
        let (lan, hoa) = (insert_staff(&pool, "lan").await, insert_staff(&pool, "hoa").await);
        let one = send_comment(&pool, id, None, 1, "Ý kiến thứ nhất đây.").await.expect("is stored");
        let two = send_comment(&pool, id, None, 2, "Ý kiến thứ hai đây.").await.expect("is stored");
        let later = OffsetDateTime::now_utc() + Duration::HOUR;
        let claim = async |account, limit| {
            let late = claim_late_comments(&pool, account, limit).await.expect("claims");
            late.into_iter().map(|late| (late.id, late.is_reported)).collect::<Vec<_>>()
        };
        assert!(claim(lan.id, OffsetDateTime::now_utc() - Duration::HOUR).await.is_empty(), "nothing waits so long");
        let (a, b) = tokio::join!(claim_late_comments(&pool, lan.id, later), claim_late_comments(&pool, lan.id, later));
        assert_eq!(a.expect("claims").len() + b.expect("claims").len(), 2, "two processes tell once");
        assert_eq!(claim(hoa.id, later).await, [(one, false), (two, false)]);
        release_late_comments(&pool, lan.id, &[two]).await.expect("releases");
        release_late_comments(&pool, lan.id, &[two]).await.expect("has nothing left to release");
        release_late_comments(&pool, 999, &[one]).await.expect("is nobody's");
        assert_eq!(claim(lan.id, later).await, [(two, false)]);
        decide_as(&pool, &lan, one, 1, Decision::Approve).await.expect("decides").expect("is first");
        insert_report(&pool, one, (Visitor([9; 32]), None), ReportReason::Insult, None).await.expect("reports");
        assert_eq!(claim(lan.id, later).await, [(one, true)]);
        assert!(claim(lan.id, later).await.is_empty());
    }
}
