//! The tables of series.

use super::{BAD_ARTICLES, BAD_DESCRIPTION, BAD_NAME, CHANGE_SERIES, CREATE_SERIES, DELETE_SERIES, SLUG_TAKEN, Series};
use crate::base::error::{AppError, constraint};
use crate::base::text::{fold, slugify};
use crate::features::audit::{Actor, Entry};
use serde_json::json;
use sqlx::{PgConnection, PgPool};
use time::OffsetDateTime;

/// Series that the desk lists.
const MAX_LISTED: i64 = 200;

fn map_series(error: sqlx::Error) -> AppError {
    match constraint(&error) {
        Some("series_name" | "series_slug") => AppError::invalid(BAD_NAME),
        Some("series_description") => AppError::invalid(BAD_DESCRIPTION),
        Some("series_slug_taken" | "series_addresses_pkey") => AppError::invalid(SLUG_TAKEN),
        _ => error.into(),
    }
}

/// Creates a series without articles, and returns its number.
#[tracing::instrument(skip(pool, actor))]
pub async fn create_series(pool: &PgPool, actor: Actor<'_>, name: &str) -> Result<i64, AppError> {
    let mut tx = pool.begin().await?;
    let id = sqlx::query_scalar!("insert into series (slug, name) values ($1, $2) returning id", slugify(name), name);
    let id = id.fetch_one(&mut *tx).await.map_err(map_series)?;
    actor.record(&mut tx, Entry::new(actor, CREATE_SERIES, ("series", Some(id)), json!({}))).await?;
    tx.commit().await?;
    Ok(id)
}

/// Changes what a series that was seen as this revision is called and which articles it has, in order. The same again
/// changes nothing. Returns when somebody else changed it, where that was since it was seen: then it stays as it is.
///
/// # Errors
/// [`BAD_ARTICLES`] where one of them is no article.
#[tracing::instrument(skip(pool, actor))]
pub async fn change_series(
    pool: &PgPool,
    actor: Actor<'_>,
    (id, seen): (i64, i32),
    (name, description): (&str, &str),
    articles: &[i64],
) -> Result<Result<(), OffsetDateTime>, AppError> {
    let mut tx = pool.begin().await?;
    let known = sqlx::query!(
        r#"select revision, updated_at, (name, description) = ($2, $3) as "is_same!"
           from series where id = $1 for update"#,
        id,
        name,
        description
    );
    let known = known.fetch_optional(&mut *tx).await?.ok_or(AppError::NotFound)?;
    let is_rearranged = list_articles(&mut tx, id).await? != articles;
    if known.revision != seen && (is_rearranged || !known.is_same) {
        return Ok(Err(known.updated_at));
    }
    let changed = sqlx::query!(
        "update series set name = $2, slug = $3, description = $4
         where id = $1 and (name, slug, description) is distinct from ($2, $3, $4)",
        id,
        name,
        slugify(name),
        description
    );
    let is_renamed = changed.execute(&mut *tx).await.map_err(map_series)?.rows_affected() > 0;
    if is_rearranged {
        sqlx::query!("delete from series_articles where series_id = $1", id).execute(&mut *tx).await?;
        let added = sqlx::query!(
            "insert into series_articles (series_id, article_id, position)
             select $1, a.id, place from unnest($2::bigint[]) with ordinality named (id, place)
             join articles a on a.id = named.id and a.kind = 'article'",
            id,
            articles
        );
        if added.execute(&mut *tx).await?.rows_affected() != articles.len() as u64 {
            return Err(AppError::invalid(BAD_ARTICLES));
        }
    }
    if is_renamed || is_rearranged {
        sqlx::query!("update series set revision = revision + 1, updated_at = now() where id = $1", id)
            .execute(&mut *tx)
            .await?;
        actor.record(&mut tx, Entry::new(actor, CHANGE_SERIES, ("series", Some(id)), json!({}))).await?;
    }
    tx.commit().await?;
    Ok(Ok(()))
}

/// Deletes a series; its articles stay. One that is gone already stays gone.
#[tracing::instrument(skip(pool, actor))]
pub async fn delete_series(pool: &PgPool, actor: Actor<'_>, id: i64) -> Result<(), AppError> {
    let mut tx = pool.begin().await?;
    let deleted = sqlx::query!("delete from series where id = $1", id).execute(&mut *tx).await?;
    if deleted.rows_affected() > 0 {
        actor.record(&mut tx, Entry::new(actor, DELETE_SERIES, ("series", Some(id)), json!({}))).await?;
    }
    Ok(tx.commit().await?)
}

/// Finds the series that a list of another site became, or one of this name and address, or creates it, and puts
/// articles behind those that it has; where another one has the address it gets the next that is free. An article that
/// it has keeps its place. Returns its number.
#[tracing::instrument(skip(db, articles))]
pub async fn carry_over_series(
    db: &mut PgConnection,
    known: Option<i64>,
    (name, slug, description): (&str, &str, &str),
    articles: &[i64],
) -> Result<i64, AppError> {
    let slug =
        [slug, name].into_iter().map(slugify).find(|slug| !slug.is_empty()).unwrap_or_else(|| "chu-de".to_owned());
    let known = sqlx::query_scalar!("select id from series where id = $1", known).fetch_optional(&mut *db).await?;
    let mut number = 1;
    let id = loop {
        if let Some(id) = known {
            break id;
        }
        let tried = if number == 1 { slug.clone() } else { format!("{slug}-{number}") };
        let standing = sqlx::query!(
            "select s.id, s.name from series_addresses a join series s on s.id = a.series_id where a.slug = $1",
            tried
        );
        match standing.fetch_optional(&mut *db).await? {
            Some(series) if fold(&series.name) == fold(name) => break series.id,
            Some(_) => number += 1,
            None => {
                let id = sqlx::query_scalar!(
                    "insert into series (slug, name, description) values ($1, $2, $3) returning id",
                    tried,
                    name,
                    description
                );
                break id.fetch_one(&mut *db).await.map_err(map_series)?;
            }
        }
    };
    sqlx::query!(
        "insert into series_articles (series_id, article_id, position)
         select $1, a.id, place + (select coalesce(max(position), 0) from series_articles where series_id = $1)
         from unnest($2::bigint[]) with ordinality named (id, place)
         join articles a on a.id = named.id and a.kind = 'article'
         on conflict do nothing",
        id,
        articles
    )
    .execute(db)
    .await?;
    Ok(id)
}

/// The name and the description of a series; `None` where there is none.
#[tracing::instrument(skip(db))]
pub async fn find_series_text(db: &mut PgConnection, id: i64) -> Result<Option<(String, String)>, AppError> {
    let text = sqlx::query!("select name, description from series where id = $1", id);
    Ok(text.fetch_optional(db).await?.map(|text| (text.name, text.description)))
}

/// Gives a series of another site the name and the description that it has there now. It keeps its address.
#[tracing::instrument(skip(db))]
pub async fn change_carried_series(
    db: &mut PgConnection,
    id: i64,
    (name, description): (&str, &str),
) -> Result<(), AppError> {
    let changed = sqlx::query!(
        "update series set name = $2, description = $3, revision = revision + 1, updated_at = now() where id = $1",
        id,
        name,
        description
    );
    changed.execute(db).await.map_err(map_series)?;
    Ok(())
}

async fn list_articles(db: &mut PgConnection, id: i64) -> Result<Vec<i64>, AppError> {
    let articles =
        sqlx::query_scalar!("select article_id from series_articles where series_id = $1 order by position", id);
    Ok(articles.fetch_all(db).await?)
}

/// Lists number and newest title of the articles of a series, in order.
#[tracing::instrument(skip(pool))]
pub async fn list_titles(pool: &PgPool, id: i64) -> Result<Vec<(i64, String)>, AppError> {
    let rows = sqlx::query!(
        r#"select a.id, r.content->>'title' as "title!" from series_articles s join articles a on a.id = s.article_id
           join article_revisions r on r.article_id = a.id and r.revision = a.revision
           where s.series_id = $1 order by s.position"#,
        id
    );
    Ok(rows.fetch_all(pool).await?.into_iter().map(|row| (row.id, row.title)).collect())
}

/// Finds a series by its number.
#[tracing::instrument(skip(pool))]
pub async fn find_series_by_id(pool: &PgPool, id: i64) -> Result<Option<Series>, AppError> {
    let series = sqlx::query_as!(Series, "select id, slug, name, description, revision from series where id = $1", id);
    Ok(series.fetch_optional(pool).await?)
}

/// Finds the series that has an address or had it once. Its own address is in the result.
#[tracing::instrument(skip(pool))]
pub async fn find_series(pool: &PgPool, slug: &str) -> Result<Option<Series>, AppError> {
    let series = sqlx::query_as!(
        Series,
        "select s.id, s.slug, s.name, s.description, s.revision
         from series_addresses a join series s on s.id = a.series_id where a.slug = $1",
        slug
    );
    Ok(series.fetch_optional(pool).await?)
}

/// Lists all series with the number of their articles, the newest first.
#[tracing::instrument(skip(pool))]
pub async fn list_series(pool: &PgPool) -> Result<Vec<(Series, i64)>, AppError> {
    let rows = sqlx::query!(
        r#"select id, slug, name, description, revision,
                  (select count(*) from series_articles where series_id = s.id) as "count!"
           from series s order by id desc limit $1"#,
        MAX_LISTED
    );
    let rows = rows.fetch_all(pool).await?.into_iter();
    let series = |id, slug, name, description, revision| Series { id, slug, name, description, revision };
    Ok(rows.map(|row| (series(row.id, row.slug, row.name, row.description, row.revision), row.count)).collect())
}

/// Lists the series that have an article which the public sees, by name.
#[tracing::instrument(skip(pool))]
pub async fn list_public_series(pool: &PgPool) -> Result<Vec<Series>, AppError> {
    let series = sqlx::query_as!(
        Series,
        "select id, slug, name, description, revision from series s
         where exists (select from series_articles g join public_articles a on a.id = g.article_id
                       where g.series_id = s.id)
         order by name, id limit $1",
        MAX_LISTED
    );
    Ok(series.fetch_all(pool).await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::articles::store::lists::list_in_series;
    use crate::testing::{actor, insert_article, list_actions};

    #[sqlx::test]
    async fn a_series_has_its_articles_in_order(pool: PgPool) {
        let ids =
            [insert_article(&pool, "a").await, insert_article(&pool, "b").await, insert_article(&pool, "c").await];
        let id = create_series(&pool, actor(), "Chuyển đổi số").await.expect("creates");
        assert!(list_public_series(&pool).await.expect("lists").is_empty(), "nothing to read yet");
        let order = [ids[2], ids[0]];
        for _ in 0..2 {
            let renamed = ("Chuyển đổi số ở phường", "Bốn bài.");
            let changed = change_series(&pool, actor(), (id, 0), renamed, &order).await.expect("changes");
            assert_eq!(changed, Ok(()), "twice the same is one change");
        }
        // who saw it before the change overwrites neither its name nor its articles
        for (name, articles) in [("Tên khác", &order[..]), ("Chuyển đổi số ở phường", &order[..1])] {
            let late = change_series(&pool, actor(), (id, 0), (name, "Bốn bài."), articles).await.expect("answers");
            assert!(late.is_err(), "{name}");
        }
        let (cards, has_more) = list_in_series(&pool, id, 1).await.expect("lists");
        assert_eq!((cards.iter().map(|card| card.id).collect::<Vec<_>>(), has_more), (order.to_vec(), false));
        assert_eq!(list_titles(&pool, id).await.expect("lists")[0], (ids[2], "Tiêu đề".to_owned()));
        let found = find_series(&pool, "chuyen-doi-so").await.expect("finds").expect("leads on");
        assert_eq!(found.path(), "/chu-de/chuyen-doi-so-o-phuong");
        assert_eq!(find_series_by_id(&pool, id).await, Ok(Some(found.clone())));
        assert_eq!(list_public_series(&pool).await, Ok(vec![found.clone()]));
        assert_eq!(list_series(&pool).await, Ok(vec![(found, 2)]));
        for _ in 0..2 {
            delete_series(&pool, actor(), id).await.expect("deletes");
        }
        assert_eq!(find_series(&pool, "chuyen-doi-so").await, Ok(None));
        assert_eq!(list_actions(&pool).await, ["create-series", "change-series", "delete-series"], "each once");
    }

    #[sqlx::test]
    async fn a_series_of_another_site_grows_with_it(pool: PgPool) {
        let ids = [insert_article(&pool, "a").await, insert_article(&pool, "b").await];
        let mut db = pool.acquire().await.expect("connects");
        let name = ("Chuyển đổi số", "Chuyen-doi-so", "");
        let id = carry_over_series(&mut db, None, name, &ids[..1]).await.expect("creates");
        assert_eq!(carry_over_series(&mut db, None, name, &[ids[1], ids[0], 99]).await, Ok(id), "repeated");
        let renamed = ("Tên mới", "Chuyen-doi-so", "");
        assert_eq!(carry_over_series(&mut db, Some(id), renamed, &[]).await, Ok(id), "what it became is known");
        let other = carry_over_series(&mut db, None, renamed, &[]).await.expect("creates");
        assert_eq!(find_series(&pool, "chuyen-doi-so-2").await.expect("finds").map(|series| series.id), Some(other));
        let titles = list_titles(&pool, id).await.expect("lists");
        assert_eq!(titles.iter().map(|(id, _)| *id).collect::<Vec<_>>(), ids);
        let now = ("Chuyển đổi số 2024", "Các bài về chuyển đổi số");
        change_carried_series(&mut db, id, now).await.expect("changes");
        change_carried_series(&mut db, id, now).await.expect("is so already");
        let text = find_series_text(&mut db, id).await.expect("finds").expect("is there");
        assert_eq!((text.0.as_str(), text.1.as_str()), now);
        let found = find_series(&pool, "chuyen-doi-so").await.expect("finds").map(|series| series.name);
        assert_eq!(found.as_deref(), Some("Chuyển đổi số 2024"), "its address stays");
        assert_eq!(change_carried_series(&mut db, id, ("", "")).await, Err(AppError::invalid(BAD_NAME)));
        assert_eq!(find_series_text(&mut db, 99).await, Ok(None));
        let plain = carry_over_series(&mut db, None, ("!!", "?", ""), &[]).await.expect("creates");
        assert_eq!(find_series(&pool, "chu-de").await.expect("finds").map(|series| series.id), Some(plain));
        let refused = carry_over_series(&mut db, None, ("", "x", ""), &[]).await;
        assert_eq!(refused, Err(AppError::invalid(BAD_NAME)));
    }

    #[sqlx::test]
    async fn what_is_no_series_is_refused(pool: PgPool) {
        let article = insert_article(&pool, "a").await;
        let id = create_series(&pool, actor(), "Một").await.expect("creates");
        assert_eq!(create_series(&pool, actor(), "MỘT").await, Err(AppError::invalid(SLUG_TAKEN)));
        assert_eq!(create_series(&pool, actor(), "!!").await, Err(AppError::invalid(BAD_NAME)));
        let change =
            async |id, name: &str, articles: &[i64]| change_series(&pool, actor(), (id, 0), (name, ""), articles).await;
        assert_eq!(change(id, "Một", &[article, 99]).await, Err(AppError::invalid(BAD_ARTICLES)));
        assert_eq!(change(99, "Hai", &[]).await, Err(AppError::NotFound));
        let other = create_series(&pool, actor(), "Hai").await.expect("creates");
        assert_eq!(change(other, "Một", &[]).await, Err(AppError::invalid(SLUG_TAKEN)));
        let long = "a".repeat(501);
        let refused = change_series(&pool, actor(), (id, 0), ("Một", &long), &[]).await;
        assert_eq!(refused, Err(AppError::invalid(BAD_DESCRIPTION)));
        assert_eq!(change_series(&pool, actor(), (99, 0), ("Một", ""), &[]).await, Err(AppError::NotFound));
        delete_series(&pool, actor(), 99).await.expect("there is none");
        delete_series(&pool, actor(), other).await.expect("deletes");
        assert!(list_titles(&pool, id).await.expect("lists").is_empty(), "nothing was changed by halves");
    }
}
