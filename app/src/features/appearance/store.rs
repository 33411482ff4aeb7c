//! The appearance of the site.

use super::{Appearance, BAD_ACCENT, BAD_BANNER, BAD_EMBLEM, BAD_FOOTER, SAVE_APPEARANCE};
use crate::base::error::{AppError, constraint};
use crate::features::audit::{Actor, Entry};
use crate::features::settings::store::write_setting;
use crate::web::settings::Setting;
use serde_json::json;
use sqlx::PgPool;

/// Finds how the site looks.
#[tracing::instrument(skip(pool))]
pub async fn find_appearance(pool: &PgPool) -> Result<Appearance, AppError> {
    let appearance =
        sqlx::query_as!(Appearance, "select accent, emblem_id as emblem, banner_id as banner, footer from appearance");
    Ok(appearance.fetch_one(pool).await?)
}

/// Saves how the site looks, together with settings that were checked. The same again changes nothing.
#[tracing::instrument(skip_all)]
pub async fn save_appearance(
    pool: &PgPool,
    actor: Actor<'_>,
    new: &Appearance,
    settings: &[(&Setting, &str)],
) -> Result<(), AppError> {
    let mut tx = pool.begin().await?;
    let changed = sqlx::query!(
        "update appearance set accent = $1, emblem_id = $2, banner_id = $3, footer = $4
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
    Ok(tx.commit().await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{actor, list_actions};
    use crate::web::settings::NAME;
    use crate::web::store::settings::list_settings;

    #[sqlx::test]
    async fn an_appearance_is_saved_with_the_name_and_entered_once(pool: PgPool) {
        assert_eq!(find_appearance(&pool).await, Ok(Appearance::default()));
        let new =
            Appearance { accent: "#0b5d3b".to_owned(), footer: "Giấy phép".to_owned(), ..Appearance::default() };
        save_appearance(&pool, actor(), &new, &[(&NAME, "Phường Tân Ninh")]).await.expect("saves");
        save_appearance(&pool, actor(), &new, &[]).await.expect("is the same");
        assert_eq!(find_appearance(&pool).await, Ok(new));
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
