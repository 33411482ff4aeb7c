//! The notes table. Notes go with the comment, and those about a writer with the last comment of theirs.

use super::{DELETE_NOTE, NOTE_LONG, NoteSubject, WRITE_NOTE, WRITER_GONE};
use crate::base::error::{AppError, constraint};
use crate::features::audit::{Actor, Entry};
use serde_json::json;
use sqlx::PgPool;
use time::OffsetDateTime;

/// The most notes that are listed at once.
pub const MAX_LISTED: i64 = 50;

/// A note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    pub id: i64,
    /// Whether it is about the writer.
    pub is_about_writer: bool,
    pub body: String,
    /// The displayed name of the member of staff who wrote it.
    pub author: String,
    pub written_at: OffsetDateTime,
}

/// Writes a note about a comment, or about whoever wrote it.
#[tracing::instrument(skip(pool, actor, body))]
pub async fn write_note(
    pool: &PgPool,
    actor: Actor<'_>,
    comment: i64,
    subject: NoteSubject,
    body: &str,
) -> Result<(), AppError> {
    let account = actor.account.ok_or(AppError::NotFound)?;
    let mut tx = pool.begin().await?;
    // what is erased in this moment is erased before, or takes the note along
    let written = sqlx::query!(
        r#"select article_id, link_hash is null and withdrawn_at is not null as "is_erased!"
           from comments where id = $1 for update"#,
        comment
    );
    let written = written.fetch_optional(&mut *tx).await?.ok_or(AppError::NotFound)?;
    if written.is_erased {
        return Err(AppError::invalid(WRITER_GONE));
    }
    // a button that is pressed twice writes once
    let written_now = sqlx::query!(
        "insert into notes (comment_id, visitor, body, written_by)
         select case when $2 then null else id end, case when $2 then visitor end, $3, $4 from comments c
         where c.id = $1 and not exists (
             select from notes n
             where n.written_by = $4 and n.body = $3 and n.written_at > now() - interval '10 minutes'
               and case when $2 then n.visitor = c.visitor else n.comment_id = c.id end
         )",
        comment,
        subject == NoteSubject::Writer,
        body,
        account
    )
    .execute(&mut *tx)
    .await
    .map_err(|error| match constraint(&error) {
        Some("note_body") => AppError::invalid(NOTE_LONG),
        _ => error.into(),
    })?;
    if written_now.rows_affected() == 0 {
        return Ok(());
    }
    let detail = json!({ "article": written.article_id, "about": subject.value() });
    actor.record(&mut tx, Entry::new(actor, WRITE_NOTE, ("comment", Some(comment)), detail)).await?;
    Ok(tx.commit().await?)
}

/// Lists the latest notes about a comment and its writer, the newest first; at most [`MAX_LISTED`] of each.
#[tracing::instrument(skip(pool))]
pub async fn list_notes(pool: &PgPool, comment: i64) -> Result<Vec<Note>, AppError> {
    let notes = sqlx::query_as!(
        Note,
        r#"select n.id as "id!", n.visitor is not null as "is_about_writer!", n.body as "body!",
                  display_name as author, n.written_at as "written_at!"
           from (
               (select * from notes where comment_id = $1 order by id desc limit $2)
               union all
               (select * from notes where visitor = (select visitor from comments where id = $1)
                order by id desc limit $2)
           ) n join accounts on accounts.id = n.written_by
           order by n.id desc"#,
        comment,
        MAX_LISTED
    );
    Ok(notes.fetch_all(pool).await?)
}

/// Deletes a note that is shown with this comment.
#[tracing::instrument(skip(pool, actor))]
pub async fn delete_note(pool: &PgPool, actor: Actor<'_>, comment: i64, note: i64) -> Result<(), AppError> {
    let mut tx = pool.begin().await?;
    let deleted = sqlx::query!(
        "delete from notes n using comments c
         where n.id = $2 and c.id = $1 and (n.comment_id = c.id or n.visitor = c.visitor) returning c.article_id",
        comment,
        note
    );
    let deleted = deleted.fetch_optional(&mut *tx).await?.ok_or(AppError::NotFound)?;
    let detail = json!({ "article": deleted.article_id });
    actor.record(&mut tx, Entry::new(actor, DELETE_NOTE, ("comment", Some(comment)), detail)).await?;
    Ok(tx.commit().await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::comments::Decision;
    use crate::features::comments::store::own::erase_writer;
    use crate::features::comments::store::retention::delete_expired_comments;
    use crate::testing::{actor_of, decide_as, expiry, insert_article, insert_staff, list_actions, send_comment};
    use time::Duration;

    async fn texts(pool: &PgPool, comment: i64) -> Vec<String> {
        let notes = list_notes(pool, comment).await.expect("reads");
        notes.into_iter().map(|note| format!("{}{}", if note.is_about_writer { "! " } else { "" }, note.body)).collect()
    }

    #[sqlx::test]
    async fn notes_stand_at_their_comment_and_those_about_a_writer_at_every_comment_of_theirs(pool: PgPool) {
        let id = insert_article(&pool, "a").await;
        let lan = insert_staff(&pool, "lan").await;
        let one = send_comment(&pool, id, None, 1, "Ý kiến thứ nhất đây.").await.expect("is stored");
        let two = send_comment(&pool, id, None, 1, "Ý kiến thứ hai đây.").await.expect("is stored");
        let other = send_comment(&pool, id, None, 2, "Ý kiến của người khác.").await.expect("is stored");
        let note = async |comment, subject, body: &str| write_note(&pool, actor_of(&lan), comment, subject, body).await;
        note(one, NoteSubject::Comment, "Đã gọi điện.").await.expect("writes");
        note(one, NoteSubject::Comment, "Đã gọi điện.").await.expect("was pressed twice");
        note(two, NoteSubject::Writer, "Hay hỏi về nước.").await.expect("writes");
        assert_eq!(texts(&pool, one).await, ["! Hay hỏi về nước.", "Đã gọi điện."]);
        assert_eq!(texts(&pool, two).await, ["! Hay hỏi về nước."]);
        assert!(texts(&pool, other).await.is_empty());
        assert_eq!(note(999, NoteSubject::Comment, "x").await, Err(AppError::NotFound));
        let long = note(one, NoteSubject::Comment, &"đ".repeat(1001)).await;
        assert_eq!(long, Err(AppError::invalid(NOTE_LONG)));
        note(one, NoteSubject::Comment, &"đ".repeat(1000)).await.expect("writes");

        let listed = list_notes(&pool, one).await.expect("reads");
        let stranger = delete_note(&pool, actor_of(&lan), other, listed[1].id).await;
        assert_eq!(stranger, Err(AppError::NotFound), "it is not shown there");
        delete_note(&pool, actor_of(&lan), one, listed[0].id).await.expect("deletes");
        assert_eq!(delete_note(&pool, actor_of(&lan), one, listed[0].id).await, Err(AppError::NotFound), "once");
        assert_eq!(texts(&pool, one).await, ["! Hay hỏi về nước.", "Đã gọi điện."]);
        assert_eq!(list_actions(&pool).await, ["write-note", "write-note", "write-note", "delete-note"]);
    }

    #[sqlx::test]
    async fn notes_go_with_the_comment_and_with_the_last_comment_of_a_writer(pool: PgPool) {
        let id = insert_article(&pool, "a").await;
        let lan = insert_staff(&pool, "lan").await;
        let one = send_comment(&pool, id, None, 1, "Ý kiến thứ nhất đây.").await.expect("is stored");
        let two = send_comment(&pool, id, None, 1, "Ý kiến thứ hai đây.").await.expect("is stored");
        let other = send_comment(&pool, id, None, 2, "Ý kiến của người khác.").await.expect("is stored");
        for (comment, subject) in [
            (one, NoteSubject::Comment),
            (one, NoteSubject::Writer),
            (other, NoteSubject::Comment),
            (other, NoteSubject::Writer),
        ] {
            write_note(&pool, actor_of(&lan), comment, subject, "Ghi chú.").await.expect("writes");
        }
        decide_as(&pool, &lan, one, 1, Decision::Reject).await.expect("decides").expect("is first");
        let later = OffsetDateTime::now_utc() + Duration::DAY;
        delete_expired_comments(&pool, expiry(later, later)).await.expect("deletes");
        assert_eq!(texts(&pool, two).await, ["! Ghi chú."], "the writer wrote another comment");
        decide_as(&pool, &lan, two, 1, Decision::Reject).await.expect("decides").expect("is first");
        delete_expired_comments(&pool, expiry(later, later)).await.expect("deletes");
        let count = || sqlx::query_scalar::<_, i64>("select count(*) from notes").fetch_one(&pool);
        assert_eq!(count().await.expect("counts"), 2, "of the other writer");
        let link: Vec<u8> = sqlx::query_scalar("select link_hash from comments where id = $1")
            .bind(other)
            .fetch_one(&pool)
            .await
            .expect("reads");
        erase_writer(&pool, &link.try_into().expect("is a digest")).await.expect("erases");
        assert_eq!(count().await.expect("counts"), 0);
        let late = write_note(&pool, actor_of(&lan), other, NoteSubject::Writer, "Ghi chú.").await;
        assert_eq!(late, Err(AppError::invalid(WRITER_GONE)));
    }
}
