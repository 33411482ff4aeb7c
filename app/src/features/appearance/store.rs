//! The appearance of the site.

use super::{Appearance, BAD_ACCENT, BAD_BANNER, BAD_EMBLEM, BAD_FOOTER, SAVE_APPEARANCE};
use crate::base::error::{AppError, constraint};
use crate::features::audit::{Actor, Entry};
use crate::features::settings::store::write_setting;
use crate::web::settings::{NAME, Setting, TAGLINE};
use serde_json::json;
use sqlx::PgPool;
use time::OffsetDateTime;

/// Finds how the site looks.
#[tracing::instrument(skip(pool))]
pub async fn find_appearance(pool: &PgPool) -> Result<Appearance, AppError> {
    let appearance = sqlx::query_as!(
        Appearance,
        "select accent, emblem_id as emblem, banner_id as banner, footer, revision from appearance"
    );
    Ok(appearance.fetch_one(pool).await?)
}

/// Finds when the name of the site or the line below it was changed last.
#[tracing::instrument(skip(pool))]
pub async fn find_named_at(pool: &PgPool) -> Result<OffsetDateTime, AppError> {
    let keys = [NAME.key, TAGLINE.key].map(str::to_owned);
    let named = sqlx::query_scalar!(
        r#"select coalesce(max(updated_at), now()) as "at!" from settings where key = any($1)"#,
        &keys[..]
    );
    Ok(named.fetch_one(pool).await?)
}

/// Saves how the site looks, together with settings that were checked; `new` has the revision that was seen. The same
/// again changes nothing. Returns when somebody else changed it, where that was since it was seen: then it stays as it
/// is.
#[tracing::instrument(skip_all)]
pub async fn save_appearance(
    pool: &PgPool,
    actor: Actor<'_>,
    new: &Appearance,
    settings: &[(&Setting, &str)],
) -> Result<Result<(), OffsetDateTime>, AppError> {
    let mut tx = pool.begin().await?;
    let known = sqlx::query!(
        r#"select revision, updated_at,
                  (accent, emblem_id, banner_id, footer) is not distinct from ($1, $2, $3, $4) as "is_same!"
           from appearance for update"#,
        new.accent,
        new.emblem,
        new.banner,
        new.footer
    );
    let known = known.fetch_one(&mut *tx).await?;
    if known.revision != new.revision && !(known.is_same && settings.is_empty()) {
        return Ok(Err(known.updated_at));
    }
    let changed = sqlx::query!(
        "update appearance
         set accent = $1, emblem_id = $2, banner_id = $3, footer = $4, revision = revision + 1, updated_at = now()
         where (accent, emblem_id, banner_id, footer) is distinct from ($1, $2, $3, $4)",
        new.accent,
        new.emblem,
        new.banner,
        new.footer
    );
    let changed = changed.execute(&mut *tx).await.map_err(|error| match constraint(&error) {
        Some("appearance_accent") => AppError::invalid(BAD_ACCENT),
        Some("appearance_emblem") => AppError::invalid(BAD_EMBLEM),
        Some("appearance_banner") => AppError::invalid(BAD_BANNER),
        Some("appearance_footer") => AppError::invalid(BAD_FOOTER),
        _ => error.into(),
    })?;
    if changed.rows_affected() > 0 {
        actor.record(&mut tx, Entry::new(actor, SAVE_APPEARANCE, ("appearance", None), json!({}))).await?;
    }
    for (setting, value) in settings {
        write_setting(&mut tx, actor, setting, value).await?;
    }
    tx.commit().await?;
    Ok(Ok(()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{actor, list_actions};
    use crate::web::store::settings::list_settings;

    #[sqlx::test]
    async fn an_appearance_is_saved_with_the_name_and_entered_once(pool: PgPool) {
        assert_eq!(find_appearance(&pool).await, Ok(Appearance::default()));
        let new =
            Appearance { accent: "#0b5d3b".to_owned(), footer: "Giấy phép".to_owned(), ..Appearance::default() };
        assert_eq!(save_appearance(&pool, actor(), &new, &[(&NAME, "Phường Tân Ninh")]).await, Ok(Ok(())));
        assert_eq!(save_appearance(&pool, actor(), &new, &[]).await, Ok(Ok(())), "is the same");
        assert_eq!(find_appearance(&pool).await, Ok(Appearance { revision: 1, ..new.clone() }));
        let other = Appearance { accent: "#1a4fa3".to_owned(), ..new };
        let late = save_appearance(&pool, actor(), &other, &[]).await.expect("answers");
        assert!(late.is_err(), "who saw it before the change overwrites nothing");
        assert!(find_named_at(&pool).await.expect("finds") <= OffsetDateTime::now_utc());
        let rows = list_settings(&pool).await.expect("reads");
        assert_eq!(rows, [("site.name".to_owned(), "Phường Tân Ninh".to_owned())]);
        assert_eq!(list_actions(&pool).await, ["save-appearance", "change-setting"]);
    }

    #[sqlx::test]
    async fn what_cannot_be_shown_is_refused_whole(pool: PgPool) {
        for (bad, problem) in [
            (Appearance { accent: "red".to_owned(), ..Appearance::default() }, BAD_ACCENT),
            (Appearance { emblem: Some(99), ..Appearance::default() }, BAD_EMBLEM),
            (Appearance { banner: Some(99), ..Appearance::default() }, BAD_BANNER),
            (Appearance { footer: "a".repeat(301), ..Appearance::default() }, BAD_FOOTER),
        ] {
            let refused = save_appearance(&pool, actor(), &bad, &[(&NAME, "Khác")]).await;
            assert_eq!(refused, Err(AppError::invalid(problem)));
        }
        assert_eq!(list_settings(&pool).await.expect("reads"), []);
    }
}
