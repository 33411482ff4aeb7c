//! The saved answers.

use crate::base::error::{AppError, constraint};
use crate::features::audit::{Actor, Entry};
use crate::features::moderation::{
    BAD_SAVED_TEXT, BAD_SAVED_TITLE, DELETE_SAVED, SAVE_ANSWER, SAVED_TITLE_TAKEN, TOO_MANY_SAVED,
};
use serde_json::json;
use sqlx::PgPool;

/// The most answers that are kept.
pub const MAX_SAVED: i64 = 200;

/// An answer that the office keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedAnswer {
    pub id: i64,
    pub title: String,
    /// With its blanks.
    pub body: String,
    /// Grows with every change; a change names the one that was seen.
    pub revision: i32,
}

/// Stores a saved answer: a new one, or one that was seen as this revision.
#[tracing::instrument(skip(pool, actor, title, body))]
pub async fn save_answer(
    pool: &PgPool,
    actor: Actor<'_>,
    seen: Option<(i64, i32)>,
    (title, body): (&str, &str),
) -> Result<(), AppError> {
    let refuse = |error: sqlx::Error| match constraint(&error) {
        Some("saved_answer_title") => AppError::invalid(BAD_SAVED_TITLE),
        Some("saved_answer_taken") => AppError::invalid(SAVED_TITLE_TAKEN),
        Some("saved_answer_body") => AppError::invalid(BAD_SAVED_TEXT),
        _ => error.into(),
    };
    let mut tx = pool.begin().await?;
    // one at a time, so that they can be counted
    sqlx::query!("lock table saved_answers in share row exclusive mode").execute(&mut *tx).await?;
    let id = match seen {
        Some((id, revision)) => {
            let changed = sqlx::query_scalar!(
                "update saved_answers set title = $3, body = $4, changed_by = $5, changed_at = now(),
                                          revision = revision + 1
                 where id = $1 and revision = $2 returning id",
                id,
                revision,
                title,
                body,
                actor.account
            );
            match changed.fetch_optional(&mut *tx).await.map_err(refuse)? {
                Some(id) => id,
                None => {
                    let at = sqlx::query_scalar!("select changed_at from saved_answers where id = $1", id);
                    return Err(SAVE_ANSWER.conflict(at.fetch_optional(&mut *tx).await?.ok_or(AppError::NotFound)?));
                }
            }
        }
        None => {
            let created = sqlx::query_scalar!(
                "insert into saved_answers (title, body, changed_by)
                 select $1, $2, $3 where (select count(*) from saved_answers) < $4 returning id",
                title,
                body,
                actor.account,
                MAX_SAVED
            );
            let created = created.fetch_optional(&mut *tx).await.map_err(refuse)?;
            created.ok_or(AppError::invalid(TOO_MANY_SAVED))?
        }
    };
    actor.record(&mut tx, Entry::new(actor, SAVE_ANSWER, ("saved-answer", Some(id)), json!({}))).await?;
    Ok(tx.commit().await?)
}

/// Lists the saved answers by their titles.
#[tracing::instrument(skip(pool))]
pub async fn list_saved_answers(pool: &PgPool) -> Result<Vec<SavedAnswer>, AppError> {
    let saved = sqlx::query_as!(
        SavedAnswer,
        "select id, title, body, revision from saved_answers order by title, id limit 200"
    );
    Ok(saved.fetch_all(pool).await?)
}

/// Finds the text of a saved answer.
#[tracing::instrument(skip(pool))]
pub async fn find_saved_text(pool: &PgPool, id: i64) -> Result<Option<String>, AppError> {
    Ok(sqlx::query_scalar!("select body from saved_answers where id = $1", id).fetch_optional(pool).await?)
}

/// Deletes a saved answer.
#[tracing::instrument(skip(pool, actor))]
pub async fn delete_saved_answer(pool: &PgPool, actor: Actor<'_>, id: i64) -> Result<(), AppError> {
    let mut tx = pool.begin().await?;
    if sqlx::query!("delete from saved_answers where id = $1", id).execute(&mut *tx).await?.rows_affected() == 0 {
        return Err(AppError::NotFound);
    }
    actor.record(&mut tx, Entry::new(actor, DELETE_SAVED, ("saved-answer", Some(id)), json!({}))).await?;
    Ok(tx.commit().await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{actor_of, insert_staff, list_actions};

    #[sqlx::test]
    async fn answers_are_kept_by_title_and_nobody_overwrites_another(pool: PgPool) {
        let lan = insert_staff(&pool, "lan").await;
        let save = async |seen, title: &str, body: &str| save_answer(&pool, actor_of(&lan), seen, (title, body)).await;
        save(None, "Nước", "Chào {tên}, đã chuyển.").await.expect("saves");
        save(None, "Điện", "Chào {tên}, xin chờ.").await.expect("saves");
        let titles = async || {
            let saved = list_saved_answers(&pool).await.expect("lists");
            saved.into_iter().map(|saved| (saved.title, saved.revision)).collect::<Vec<_>>()
        };
        let id =
            list_saved_answers(&pool).await.expect("lists").iter().find(|saved| saved.title == "Nước").map(|s| s.id);
        let id = id.expect("is there");
        for (title, body, problem) in [
            ("", "Chào {tên}, đã chuyển.", BAD_SAVED_TITLE),
            (&*"đ".repeat(121), "Chào {tên}, đã chuyển.", BAD_SAVED_TITLE),
            ("Rác", "ngắn", BAD_SAVED_TEXT),
            ("Rác", &*"đ".repeat(3001), BAD_SAVED_TEXT),
            ("Nước", "Chào {tên}, xin chờ.", SAVED_TITLE_TAKEN),
        ] {
            assert_eq!(save(None, title, body).await, Err(AppError::invalid(problem)), "{title}: {body}");
        }
        save(Some((id, 1)), "Nước", "Chào {tên}, đã báo công ty.").await.expect("saves");
        let late = save(Some((id, 1)), "Nước", "Chào {tên}, viết đè lên.").await;
        assert!(matches!(late, Err(AppError::Conflict(_))), "{late:?}");
        assert_eq!(find_saved_text(&pool, id).await, Ok(Some("Chào {tên}, đã báo công ty.".to_owned())));
        assert_eq!(save(Some((999, 1)), "x", "Chào {tên}, đã chuyển.").await, Err(AppError::NotFound));
        delete_saved_answer(&pool, actor_of(&lan), id).await.expect("deletes");
        assert_eq!(delete_saved_answer(&pool, actor_of(&lan), id).await, Err(AppError::NotFound), "once");
        assert_eq!(delete_saved_answer(&pool, actor_of(&lan), 999).await, Err(AppError::NotFound));
        assert_eq!((titles().await, find_saved_text(&pool, id).await), (vec![("Điện".to_owned(), 1)], Ok(None)));
        assert_eq!(list_actions(&pool).await.len(), 4);
    }

    #[sqlx::test]
    async fn there_are_never_too_many(pool: PgPool) {
        let lan = insert_staff(&pool, "lan").await;
        sqlx::query("insert into saved_answers (title, body) select n, 'Chào ông/bà.' from generate_series(1, 198) n")
            .execute(&pool)
            .await
            .expect("fills");
        let posts = (0..6).map(|n| {
            let (pool, lan) = (pool.clone(), lan.clone());
            tokio::spawn(async move {
                save_answer(&pool, actor_of(&lan), None, (&format!("mới {n}"), "Chào {tên}, xin chờ.")).await
            })
        });
        let mut saved = 0;
        for post in posts.collect::<Vec<_>>() {
            match post.await.expect("runs") {
                Ok(()) => saved += 1,
                refused => assert_eq!(refused, Err(AppError::invalid(TOO_MANY_SAVED))),
            }
        }
        assert_eq!((saved, list_saved_answers(&pool).await.expect("lists").len()), (2, 200));
        let more = save_answer(&pool, actor_of(&lan), None, ("thêm", "Chào {tên}, xin chờ.")).await;
        assert_eq!(more, Err(AppError::invalid(TOO_MANY_SAVED)));
    }
}
