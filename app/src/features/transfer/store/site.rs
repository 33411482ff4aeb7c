//! What a site has once: settings, appearance, front page, rules.

use crate::base::error::AppError;
use crate::features::audit::Actor;
use crate::features::settings::store::write_setting;
use crate::features::transfer::records::Site;
use crate::features::transfer::{FORMAT, PUBLIC_SETTINGS, Scope};
use crate::web::settings::Setting;
use sqlx::PgConnection;
use std::collections::BTreeMap;

/// Reads what the site has once.
#[tracing::instrument(skip(db))]
pub async fn read_site(db: &mut PgConnection, scope: Scope, counts: BTreeMap<String, u64>) -> Result<Site, AppError> {
    let public: Vec<String> = PUBLIC_SETTINGS.iter().map(|setting| setting.key.to_owned()).collect();
    let line = sqlx::query_scalar!(
        r#"select json_build_object(
               'format', 0, 'scope', 'public', 'written_at', now(), 'counts', '{}'::json,
               'settings', (select coalesce(json_object_agg(key, value order by key), '{}') from settings
                            where $1 or key = any($2)),
               'appearance', (select json_build_object('accent', accent, 'footer', footer, 'emblem', emblem_id,
                                                       'banner', banner_id) from appearance),
               'front_page', (
                   select json_build_object(
                       'pinned', (select id from articles a
                                  where a.id = f.pinned_article and a.deleted_at is null
                                        and ($1 or exists (select from public_articles p where p.id = a.id))),
                       'notices', (select coalesce(merged_into, id) from categories where id = f.notice_category
                                   and ($1 or not is_hidden)),
                       'blocks', (select coalesce(json_agg(c.id order by place), '[]')
                                  from unnest(f.blocks) with ordinality block (id, place)
                                  join categories c on c.id = block.id and c.merged_into is null
                                                       and ($1 or not c.is_hidden)))
                   from front_page f),
               'comment_policy', (select json_build_object('mode', mode, 'open_days', open_days)
                                  from comment_policies where article_id is null),
               'closure', (select json_build_object('comments', comments, 'ratings', ratings, 'message', message,
                                                    'closed_at', closed_at) from closures where article_id is null),
               'visits', (select coalesce(sum(visits), 0) from traffic_totals where page = 0),
               'old_modules', (select coalesce(json_agg(json_build_object(
                                   'language', language, 'name', name, 'kind', kind, 'is_unnamed', is_unnamed)
                                   order by language, name), '[]') from old_modules),
               'terms', (select coalesce(json_agg(json_build_object('term', term, 'kind', kind)
                                                  order by term), '[]') from terms where $1),
               'term_lists', (select coalesce(json_agg(version order by version), '[]') from imported_term_lists
                              where $1),
               'saved_answers', (select coalesce(json_agg(json_build_object('title', title, 'body', body)
                                                          order by title), '[]') from saved_answers where $1)
           )::text as "line!""#,
        scope == Scope::All,
        &public
    )
    .fetch_one(db)
    .await?;
    let site: Site = serde_json::from_str(&line).map_err(|error| {
        tracing::error!(%error, "the site does not have the form that it is written in");
        AppError::Internal
    })?;
    Ok(Site { format: FORMAT, scope, counts, ..site })
}

/// Writes what the site has once, behind all records. Values that are no settings, or not allowed, are returned.
#[tracing::instrument(skip_all)]
pub async fn write_site(
    db: &mut PgConnection,
    actor: Actor<'_>,
    settings: &[Setting],
    site: &Site,
) -> Result<Vec<String>, AppError> {
    let mut refused = Vec::new();
    for (key, value) in &site.settings {
        match settings.iter().find(|setting| setting.key == key) {
            Some(setting) if setting.check(value).is_ok() => write_setting(&mut *db, actor, setting, value).await?,
            _ => refused.push(key.clone()),
        }
    }
    let line = serde_json::to_value(site).map_err(|_| AppError::Internal)?;
    if site.scope == Scope::All {
        // a new program may have its own list already
        sqlx::query!("delete from terms").execute(&mut *db).await?;
    }
    sqlx::query!(
        "with site as (select $1::jsonb as s),
         look as (
             update appearance set accent = s -> 'appearance' ->> 'accent', footer = s -> 'appearance' ->> 'footer',
                 emblem_id = (s -> 'appearance' ->> 'emblem')::bigint,
                 banner_id = (s -> 'appearance' ->> 'banner')::bigint, revision = revision + 1, updated_at = now()
             from site
         ), front as (
             update front_page set pinned_article = (s -> 'front_page' ->> 'pinned')::bigint,
                 notice_category = (s -> 'front_page' ->> 'notices')::bigint,
                 blocks = array(select jsonb_array_elements_text(s -> 'front_page' -> 'blocks')::bigint)
             from site
         ), policy as (
             update comment_policies set mode = (s -> 'comment_policy' ->> 'mode')::comment_mode,
                 open_days = (s -> 'comment_policy' ->> 'open_days')::integer
             from site where article_id is null
         ), closed as (
             insert into closures (article_id, comments, ratings, message, closed_at)
             select null, (s -> 'closure' ->> 'comments')::boolean, (s -> 'closure' ->> 'ratings')::boolean,
                    s -> 'closure' ->> 'message', (s -> 'closure' ->> 'closed_at')::timestamptz
             from site where s -> 'closure' <> 'null' on conflict do nothing
         ), modules as (
             insert into old_modules (language, name, kind, is_unnamed)
             select m.language, m.name, m.kind, m.is_unnamed
             from site, jsonb_to_recordset(s -> 'old_modules')
                 as m (language text, name text, kind old_module_kind, is_unnamed boolean)
             on conflict do nothing
         ), terms as (
             insert into terms (term, kind)
             select t.term, t.kind from site, jsonb_to_recordset(s -> 'terms') as t (term text, kind term_kind)
             on conflict do nothing
         ), lists as (
             insert into imported_term_lists (version)
             select jsonb_array_elements_text(s -> 'term_lists')::integer from site on conflict do nothing
         ), answers as (
             insert into saved_answers (title, body)
             select a.title, a.body from site, jsonb_to_recordset(s -> 'saved_answers') as a (title text, body text)
             on conflict (title) do update set body = excluded.body
         )
         insert into traffic_totals (page, visits) select 0, (s ->> 'visits')::bigint from site
         on conflict (page) do update set visits = traffic_totals.visits + excluded.visits",
        line
    )
    .execute(db)
    .await?;
    Ok(refused)
}
