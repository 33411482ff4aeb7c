//! Writes records into the tables of an empty site, under the numbers that they had.

use crate::base::clock;
use crate::base::error::AppError;
use crate::features::articles::{ArticleKind, ArticleState};
use crate::features::audit::Actor;
use crate::features::comments::CARRIED_OVER;
use crate::features::comments::store::{hash_body, store_consent};
use crate::features::documents::store::write_details;
use crate::features::ratings::Totals;
use crate::features::taxonomy::store::lock_out_category_merges;
use crate::features::transfer::records::{Text, TextKind, TextState};
use crate::features::transfer::{Kind, Record};
use crate::features::writing::store::carried::{CarriedArticle, CarriedNumbers, restore_article, set_carried_numbers};
use serde_json::Value;
use sqlx::PgConnection;

/// Whether nothing was written or uploaded yet.
#[tracing::instrument(skip(db))]
pub async fn is_empty(db: &mut PgConnection) -> Result<bool, AppError> {
    let is_empty = sqlx::query_scalar!(
        r#"select not (exists (select from articles) or exists (select from categories) or exists (select from tags)
                       or exists (select from pictures) or exists (select from files) or exists (select from series)
                       or exists (select from events) or exists (select from notices) or exists (select from menu_items)
                       or exists (select from comments) or exists (select from origins)) as "is!""#
    );
    Ok(is_empty.fetch_one(db).await?)
}

/// Writes records of one kind, in the order in which they were read.
#[tracing::instrument(skip_all, fields(kind = kind.name(), count = records.len()))]
pub async fn write_records(
    db: &mut PgConnection,
    actor: Actor<'_>,
    kind: Kind,
    records: &[Record],
) -> Result<(), AppError> {
    let lines = serde_json::to_value(records).map_err(|_| AppError::Internal)?;
    set_sequential_scans(&mut *db, false).await?;
    match kind {
        Kind::Text => write_texts(db, actor, records, &lines).await,
        Kind::Comment => write_comments(db, records, &lines).await,
        Kind::Category | Kind::Tag | Kind::Series => write_ways(db, kind, &lines).await,
        Kind::Picture | Kind::File => write_media(db, kind, &lines).await,
        Kind::Event | Kind::Notice | Kind::MenuItem => write_surroundings(db, kind, &lines).await,
        Kind::Consent | Kind::OldAddress | Kind::Day => write_rest(db, kind, &lines).await,
    }
}

/// Lets the planner of this transaction read whole tables, or not. Tables that were empty when it began look empty to
/// the planner until it ends, so it would read all of what was written already for every row that is added.
async fn set_sequential_scans(db: &mut PgConnection, are_allowed: bool) -> Result<(), AppError> {
    let setting = if are_allowed { "on" } else { "off" };
    sqlx::query!("select set_config('enable_seqscan', $1, true) as is", setting).fetch_one(db).await?;
    Ok(())
}

/// Categories, tags, series, each with its earlier addresses.
async fn write_ways(db: &mut PgConnection, kind: Kind, lines: &Value) -> Result<(), AppError> {
    match kind {
        Kind::Category => {
            sqlx::query!(
                "insert into categories (id, slug, name, parent_id, position, is_hidden) overriding system value
                 select id, slug, name, parent, position, is_hidden from jsonb_to_recordset($1)
                     as r (id bigint, slug text, name text, parent bigint, position integer, is_hidden boolean)",
                lines
            )
            .execute(&mut *db)
            .await?;
            sqlx::query!(
                "insert into category_addresses (slug, category_id)
                 select jsonb_array_elements_text(former_slugs), id
                 from jsonb_to_recordset($1) as r (id bigint, former_slugs jsonb)",
                lines
            )
            .execute(db)
            .await?;
        }
        Kind::Tag => {
            sqlx::query!(
                "insert into tags (id, slug, name) overriding system value
                 select id, slug, name from jsonb_to_recordset($1) as r (id bigint, slug text, name text)",
                lines
            )
            .execute(&mut *db)
            .await?;
            sqlx::query!(
                "insert into tag_addresses (slug, tag_id) select jsonb_array_elements_text(former_slugs), id
                 from jsonb_to_recordset($1) as r (id bigint, former_slugs jsonb)",
                lines
            )
            .execute(db)
            .await?;
        }
        _ => {
            sqlx::query!(
                "insert into series (id, slug, name, description) overriding system value
                 select id, slug, name, description
                 from jsonb_to_recordset($1) as r (id bigint, slug text, name text, description text)",
                lines
            )
            .execute(&mut *db)
            .await?;
            sqlx::query!(
                "with addresses as (
                     insert into series_addresses (slug, series_id) select jsonb_array_elements_text(former_slugs), id
                     from jsonb_to_recordset($1) as r (id bigint, former_slugs jsonb)
                 )
                 insert into series_articles (series_id, article_id, position)
                 select r.id, article::bigint, place
                 from jsonb_to_recordset($1) as r (id bigint, articles jsonb),
                      jsonb_array_elements_text(articles) with ordinality listed (article, place)",
                lines
            )
            .execute(db)
            .await?;
        }
    }
    Ok(())
}

/// Pictures and files to download, whose bytes are in the file store already.
async fn write_media(db: &mut PgConnection, kind: Kind, lines: &Value) -> Result<(), AppError> {
    if kind == Kind::Picture {
        sqlx::query!(
            "insert into pictures (id, name, folded, alt, width, height, tone, focus_x, focus_y, created_at,
                                   original_hash, size)
             overriding system value
             select id, name, fold_text(alt || ' ' || name), alt, width, height, tone, focus_x, focus_y, created_at,
                    original ->> 'hash', bytes
             from jsonb_to_recordset($1) as r (id bigint, name text, alt text, width integer, height integer,
                                               tone smallint, focus_x smallint, focus_y smallint,
                                               created_at timestamptz, original jsonb, bytes bigint)",
            lines
        )
        .execute(&mut *db)
        .await?;
        sqlx::query!(
            "insert into picture_files (picture_id, width, height, format, is_crop, hash)
             select r.id, s.width, s.height, s.format, s.is_crop, s.hash
             from jsonb_to_recordset($1) as r (id bigint, sizes jsonb),
                  jsonb_to_recordset(sizes)
                      as s (width integer, height integer, format text, is_crop boolean, hash text)",
            lines
        )
        .execute(db)
        .await?;
    } else {
        sqlx::query!(
            "insert into files (id, name, folded, content_type, created_at, hash, size) overriding system value
             select id, name, fold_text(name), content_type, created_at, hash, bytes
             from jsonb_to_recordset($1) as r (id bigint, name text, content_type text, created_at timestamptz,
                                               hash text, bytes bigint)",
            lines
        )
        .execute(db)
        .await?;
    }
    Ok(())
}

/// Calendar, notices, menu.
async fn write_surroundings(db: &mut PgConnection, kind: Kind, lines: &Value) -> Result<(), AppError> {
    let written = match kind {
        Kind::Event => sqlx::query!(
            "insert into events (id, kind, title, place, note, begins_at, ends_at, is_cancelled, revision, updated_at)
             overriding system value
             select id, kind, title, place, note, begins_at, ends_at, is_cancelled, revision, updated_at
             from jsonb_to_recordset($1) as r (id bigint, kind event_kind, title text, place text, note text,
                                               begins_at timestamptz, ends_at timestamptz, is_cancelled boolean,
                                               revision integer, updated_at timestamptz)",
            lines
        ),
        Kind::Notice => sqlx::query!(
            "insert into notices (id, message, link, begins_at, ends_at) overriding system value
             select id, message, link, begins_at, ends_at
             from jsonb_to_recordset($1)
                 as r (id bigint, message text, link text, begins_at timestamptz, ends_at timestamptz)",
            lines
        ),
        _ => sqlx::query!(
            "insert into menu_items (id, parent_id, position, label, target) overriding system value
             select id, parent, position, label, target
             from jsonb_to_recordset($1)
                 as r (id bigint, parent bigint, position integer, label text, target text)",
            lines
        ),
    };
    written.execute(db).await?;
    Ok(())
}

/// Consents, addresses of another site, days.
async fn write_rest(db: &mut PgConnection, kind: Kind, lines: &Value) -> Result<(), AppError> {
    let written = match kind {
        Kind::Consent => sqlx::query!(
            "insert into consent_texts (version, text)
             select version, text from jsonb_to_recordset($1) as r (version text, text text) on conflict do nothing",
            lines
        ),
        Kind::OldAddress => sqlx::query!(
            "insert into origins (kind, module, key, alias, target, digest, stamp)
             select kind, module, key, alias, target, decode(digest, 'hex'), stamp
             from jsonb_to_recordset($1) as r (kind origin_kind, module text, key text, alias text, target bigint,
                                               digest text, stamp text)",
            lines
        ),
        _ => sqlx::query!(
            "with days as (
                 select page, day, visits, ratings
                 from jsonb_to_recordset($1) as r (page bigint, day date, visits bigint, ratings bigint)
             ), activity as (
                 insert into activity_deltas (day, ratings) select day, ratings from days where ratings <> 0
             )
             insert into traffic_days (page, day, visits) select page, day, visits from days where visits <> 0
             on conflict (page, day) do update set visits = traffic_days.visits + excluded.visits",
            lines
        ),
    };
    written.execute(db).await?;
    Ok(())
}

/// Texts, with what stands around each.
async fn write_texts(
    db: &mut PgConnection,
    actor: Actor<'_>,
    records: &[Record],
    lines: &Value,
) -> Result<(), AppError> {
    lock_out_category_merges(&mut *db).await?;
    for record in records {
        let Record::Text(text) = record else { return Err(AppError::Internal) };
        write_text(&mut *db, actor, text).await?;
    }
    sqlx::query!(
        "with texts as (
             select * from jsonb_to_recordset($1)
                 as r (id bigint, former_slugs jsonb, corrections jsonb, comment_policy jsonb, closure jsonb)
         ), addresses as (
             insert into page_addresses (slug, article_id)
             select jsonb_array_elements_text(former_slugs), id from texts
             -- that of a page which readers do not see leads to what they see in its place
             union select a.slug, a.id from texts join articles a using (id)
             where a.kind = 'page' and a.state = 'withdrawn'
             on conflict (slug) do nothing
         ), corrections as (
             insert into article_corrections (article_id, corrected_at, message)
             select id, at, message from texts, jsonb_to_recordset(corrections) as c (at timestamptz, message text)
         ), policies as (
             insert into comment_policies (article_id, mode, open_days)
             select id, (comment_policy ->> 'mode')::comment_mode, (comment_policy ->> 'open_days')::integer
             from texts where comment_policy <> 'null'
         )
         insert into closures (article_id, comments, ratings, message, closed_at)
         select id, (closure ->> 'comments')::boolean, (closure ->> 'ratings')::boolean, closure ->> 'message',
                (closure ->> 'closed_at')::timestamptz
         from texts where closure <> 'null'",
        lines
    )
    .execute(db)
    .await?;
    Ok(())
}

async fn write_text(db: &mut PgConnection, actor: Actor<'_>, text: &Text) -> Result<(), AppError> {
    let content = text.content.to_own();
    let pending = text.pending.as_ref().map(|pending| pending.to_own());
    let (kind, state) = (text.kind.into(), text.state.into());
    let article = CarriedArticle {
        kind,
        state,
        content: &content,
        published_at: text.published_at,
        ends_at: text.ends_at,
        created_at: text.created_at,
        modified_at: text.modified_at,
        withdrawal_message: &text.withdrawal_message,
        moved_to: text.moved_to,
    };
    restore_article(&mut *db, actor, text.id, &article, pending.as_ref()).await?;
    let numbers = CarriedNumbers { views: text.views, ratings: Totals { points: text.points, ratings: text.ratings } };
    set_carried_numbers(&mut *db, text.id, numbers).await?;
    let is_public = matches!(state, ArticleState::Scheduled | ArticleState::Published);
    if let (ArticleKind::Document, true, Some(at)) = (kind, is_public, text.published_at) {
        write_details(db, text.id, &content.document, clock::local_day(at)).await?;
    }
    Ok(())
}

impl From<TextKind> for ArticleKind {
    fn from(kind: TextKind) -> Self {
        match kind {
            TextKind::Article => Self::Article,
            TextKind::Page => Self::Page,
            TextKind::Document => Self::Document,
        }
    }
}

impl From<TextState> for ArticleState {
    fn from(state: TextState) -> Self {
        match state {
            TextState::Draft => Self::Draft,
            TextState::InReview => Self::InReview,
            TextState::Scheduled => Self::Scheduled,
            TextState::Published => Self::Published,
            TextState::Withdrawn => Self::Withdrawn,
        }
    }
}

/// Comments, each with a visitor of its own: who wrote it is not known any more.
async fn write_comments(db: &mut PgConnection, records: &[Record], lines: &Value) -> Result<(), AppError> {
    store_consent(&mut *db, CARRIED_OVER, "carried over").await?;
    let hashes = records.iter().map(|record| match record {
        Record::Comment(comment) => Ok((comment.id, hash_body(&comment.body).to_vec())),
        _ => Err(AppError::Internal),
    });
    let (ids, hashes): (Vec<i64>, Vec<Vec<u8>>) = hashes.collect::<Result<Vec<_>, _>>()?.into_iter().unzip();
    sqlx::query!(
        "update comment_totals set revision = revision + 1
         where article_id in (select article from jsonb_to_recordset($1) as r (article bigint))",
        lines
    )
    .execute(&mut *db)
    .await?;
    let written = sqlx::query!(
        "insert into comments (id, article_id, parent_id, visitor, name, email, phone, body, body_hash, covered, state,
                               version, revision, official, answers, reasons, created_at, kept_from, corrected_at,
                               published_at, decided_at, consent_version, consented_at, is_about_own_data)
         overriding system value
         select r.id, r.article, parent, random_hash(), name, email, phone, body, h.hash, covered,
                case when is_waiting then 'pending' else 'published' end::comment_state,
                case when is_waiting then 1 else 2 end, case when not is_waiting then t.revision end, is_official,
                answers, reasons, r.created_at, coalesce(r.kept_from, now()), corrected_at,
                case when not is_waiting then coalesce(published_at, r.created_at) end,
                case when not is_waiting then coalesce(r.decided_at, published_at, r.created_at) end,
                coalesce(consent, $4), coalesce(consented_at, r.created_at), is_about_own_data
         from jsonb_to_recordset($1)
             as r (id bigint, article bigint, parent bigint, name text, email text, phone text, body text,
                   covered jsonb, is_waiting boolean, is_official boolean, answers bigint, reasons jsonb,
                   created_at timestamptz, corrected_at timestamptz, published_at timestamptz, decided_at timestamptz,
                   kept_from timestamptz, consent text,
                   consented_at timestamptz, is_about_own_data boolean)
         join unnest($2::bigint[], $3::bytea[]) as h (id, hash) on h.id = r.id
         join comment_totals t on t.article_id = r.article",
        lines,
        &ids,
        &hashes,
        CARRIED_OVER
    )
    .execute(&mut *db)
    .await?;
    if written.rows_affected() != records.len() as u64 {
        return Err(AppError::NotFound);
    }
    sqlx::query!(
        "insert into questions (comment_id, article_id, asked_at, is_wanted, can_be_answered, due_on, answered_at,
                                passed_to, passed_note)
         select id, article, (question ->> 'asked_at')::timestamptz, (question ->> 'is_wanted')::boolean,
                can_be_answered(id), (question ->> 'due_on')::date, (question ->> 'answered_at')::timestamptz,
                question ->> 'passed_to', question ->> 'passed_note'
         from jsonb_to_recordset($1) as r (id bigint, article bigint, question jsonb) where question <> 'null'",
        lines
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Completes what was written: texts that name each other, and the numbers that come next.
#[tracing::instrument(skip(db))]
pub async fn finish_records(db: &mut PgConnection) -> Result<(), AppError> {
    set_sequential_scans(&mut *db, true).await?;
    sqlx::query!(
        "with texts as (
             select a.id, w.content, a.kind = 'document' and a.state in ('scheduled', 'published') as is_document
             from articles a join article_revisions w
                  on w.article_id = a.id and w.revision = coalesce(a.published_revision, a.revision)
         ), replacements as (
             insert into document_replacements (document_id, replaced_id, position)
             select t.id, o.id, min(place)
             from texts t, jsonb_array_elements_text(content -> 'document' -> 'replaces') with ordinality n (id, place),
                  articles o
             where is_document and o.id = n.id::bigint and o.kind = 'document' and o.id <> t.id group by 1, 2
             on conflict (document_id, replaced_id) do update set position = excluded.position
         )
         insert into article_relations (article_id, related_id, position)
         select t.id, o.id, min(place)
         from texts t, jsonb_array_elements_text(content -> 'related') with ordinality n (id, place), articles o
         where o.id = n.id::bigint and o.id <> t.id group by 1, 2
         on conflict (article_id, related_id) do update set position = excluded.position"
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "select setval(pg_get_serial_sequence('articles', 'id'), (select coalesce(max(id), 0) + 1 from articles), false)
                    as article,
                setval(pg_get_serial_sequence('categories', 'id'),
                       (select coalesce(max(id), 0) + 1 from categories), false) as category,
                setval(pg_get_serial_sequence('tags', 'id'), (select coalesce(max(id), 0) + 1 from tags), false) as tag,
                setval(pg_get_serial_sequence('series', 'id'),
                       (select coalesce(max(id), 0) + 1 from series), false) as series,
                setval(pg_get_serial_sequence('pictures', 'id'),
                       (select coalesce(max(id), 0) + 1 from pictures), false) as picture,
                setval(pg_get_serial_sequence('files', 'id'),
                       (select coalesce(max(id), 0) + 1 from files), false) as file,
                setval(pg_get_serial_sequence('events', 'id'),
                       (select coalesce(max(id), 0) + 1 from events), false) as event,
                setval(pg_get_serial_sequence('notices', 'id'),
                       (select coalesce(max(id), 0) + 1 from notices), false) as notice,
                setval(pg_get_serial_sequence('menu_items', 'id'),
                       (select coalesce(max(id), 0) + 1 from menu_items), false) as item,
                setval(pg_get_serial_sequence('comments', 'id'),
                       (select coalesce(max(thread_place(id)), 0) + 1 from comments), false) as comment"
    )
    .fetch_one(db)
    .await?;
    Ok(())
}
