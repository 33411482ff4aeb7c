//! The latest change of a comment, for whoever came second.

use crate::base::error::AppError;
use crate::features::comments::{ChangeKind, CommentState, LatestChange};
use sqlx::PgConnection;

/// Finds the latest change of each of these comments, for staff: a report may be one.
#[tracing::instrument(skip_all)]
pub async fn find_latest_changes(db: &mut PgConnection, comments: &[i64]) -> Result<Vec<LatestChange>, AppError> {
    list_changes_of(db, comments, true).await
}

/// Finds the latest change of a comment, for its writer, who is not told of reports.
#[tracing::instrument(skip_all)]
pub async fn find_change_for_writer(db: &mut PgConnection, comment: i64) -> Result<LatestChange, AppError> {
    list_changes_of(db, &[comment], false).await?.pop().ok_or(AppError::NotFound)
}

async fn list_changes_of(
    db: &mut PgConnection,
    comments: &[i64],
    with_reports: bool,
) -> Result<Vec<LatestChange>, AppError> {
    let rows = sqlx::query!(
        r#"select c.id, c.state as "state: CommentState", c.previous_state as "previous_state: CommentState",
                  coalesce(corrected.replaced_by, c.decided_by) as decided_by, a.display_name as "actor?",
                  c.article_id = 0 as "is_inquiry!",
                  not c.official and (c.withdrawn_at is not null or c.corrected_at is not null) as "is_by_writer!",
                  corrected.replaced_at is not null or c.decided_at is null and c.corrected_at is not null
                      as "is_correction!",
                  coalesce(corrected.replaced_at, c.decided_at, c.corrected_at, c.created_at) as "at!",
                  answer.published_at as "answered_at?", answer.decided_by as "answered_by?",
                  answer.display_name as "answerer?",
                  (select max(created_at) from reports r where r.comment_id = c.id and $2) as reported_at
           from comments c
           -- of an answer that was corrected after the last decision about it
           left join lateral (
               select v.replaced_by, v.replaced_at from answer_versions v
               where v.comment_id = c.id and v.replaced_at > c.decided_at order by v.version desc limit 1
           ) corrected on true
           left join accounts a on a.id = coalesce(corrected.replaced_by, c.decided_by)
           left join lateral (
               select o.published_at, o.decided_by, display_name
               from comments o left join accounts on accounts.id = o.decided_by
               where o.answers = c.id and o.state = 'published' order by o.id desc limit 1
           ) answer on true
           where c.id = any($1) order by c.id"#,
        comments,
        with_reports
    )
    .fetch_all(db)
    .await?;
    let changes = rows.into_iter().map(|row| {
        let decision = LatestChange {
            comment: row.id,
            kind: if row.is_correction {
                ChangeKind::Correction
            } else {
                ChangeKind::State(row.state, row.previous_state)
            },
            account: row.decided_by,
            actor: row.actor,
            is_by_writer: row.is_by_writer,
            is_inquiry: row.is_inquiry,
            at: row.at,
        };
        let answer = row.answered_at.filter(|at| *at >= decision.at).map(|at| LatestChange {
            kind: ChangeKind::Answer,
            account: row.answered_by,
            actor: row.answerer,
            is_by_writer: false,
            at,
            ..decision.clone()
        });
        let change = answer.unwrap_or(decision);
        match row.reported_at.filter(|at| *at > change.at) {
            Some(at) => LatestChange { kind: ChangeKind::Report, account: None, actor: None, at, ..change },
            None => change,
        }
    });
    Ok(changes.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::comments::store::own::correct_comment;
    use crate::features::comments::store::reports::insert_report;
    use crate::features::comments::{Decision, Draft, ReportReason, Screening};
    use crate::testing::{decide_as, insert_article, insert_staff, send_comment};
    use crate::web::visitor::Visitor;
    use sqlx::PgPool;

    #[sqlx::test]
    async fn a_writer_is_neither_told_of_reports_nor_kept_from_correcting_by_them(pool: PgPool) {
        let id = insert_article(&pool, "a").await;
        let lan = insert_staff(&pool, "lan").await;
        let comment = send_comment(&pool, id, None, 1, "Ý kiến đầu tiên ở đây.").await.expect("is stored");
        decide_as(&pool, &lan, comment, 1, Decision::Approve).await.expect("decides").expect("is first");
        let visitor = (Visitor([2; 32]), None);
        insert_report(&pool, comment, visitor, ReportReason::Insult, None).await.expect("is stored");
        let mut db = pool.acquire().await.expect("connects");
        let kind = |change: LatestChange| change.kind;
        assert_eq!(
            find_latest_changes(&mut db, &[comment]).await.map(|mut all| all.remove(0).kind),
            Ok(ChangeKind::Report)
        );
        assert!(matches!(find_change_for_writer(&mut db, comment).await.map(kind), Ok(ChangeKind::State(..))));
        assert_eq!(find_change_for_writer(&mut db, 999).await, Err(AppError::NotFound));
        let link = sqlx::query_scalar::<_, Vec<u8>>("select link_hash from comments where id = $1").bind(comment);
        let link: [u8; 32] = link.fetch_one(&pool).await.expect("reads").try_into().expect("32 bytes");
        let draft = Draft { name: "An".to_owned(), email: None, body: "Ý kiến đã viết lại.".to_owned() };
        assert_eq!(
            correct_comment(&pool, &link, 2, &draft, &Screening::default()).await,
            Ok(Ok(id)),
            "as it was published"
        );
        assert!(matches!(correct_comment(&pool, &link, 2, &draft, &Screening::default()).await, Ok(Err(_))), "once");
    }
}
