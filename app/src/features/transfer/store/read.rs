//! Reads records, in the order in which they can be written again. Postgres makes the lines, in one snapshot.

use crate::base::error::AppError;
use crate::features::comments::cover::apply_cover;
use crate::features::transfer::records::{Content, Text};
use crate::features::transfer::{Kind, Record, Scope};
use crate::features::writing;
use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt};
use sqlx::PgConnection;
use sqlx::types::Json;

/// Reads all records of a kind.
pub fn read_records(db: &mut PgConnection, kind: Kind, scope: Scope) -> BoxStream<'_, Result<Record, AppError>> {
    let is_all = scope == Scope::All;
    match kind {
        Kind::Text => read_texts(db, is_all),
        Kind::Comment => read_comments(db, is_all),
        Kind::Category | Kind::Tag | Kind::Series => lines(kind, read_ways(db, kind, is_all)),
        Kind::Picture => lines(kind, read_media(db, kind, is_all)),
        Kind::File => lines(kind, read_media(db, kind, is_all)).map_ok(with_name).boxed(),
        Kind::Event | Kind::Notice | Kind::MenuItem => lines(kind, read_surroundings(db, kind, is_all)),
        Kind::Consent | Kind::OldAddress | Kind::Day => lines(kind, read_rest(db, kind, is_all)),
    }
}

type Lines<'a> = BoxStream<'a, Result<String, sqlx::Error>>;

/// Lines as records.
fn lines(kind: Kind, found: Lines<'_>) -> BoxStream<'_, Result<Record, AppError>> {
    found.map_err(AppError::from).map(move |line| parse(kind, &line?)).boxed()
}

fn parse(kind: Kind, line: &str) -> Result<Record, AppError> {
    kind.parse(line).map_err(|error| {
        tracing::error!(%error, kind = kind.name(), "a record does not have the form that it is written in");
        AppError::Internal
    })
}

/// The longest name of a file in a folder, in bytes; many systems take 255.
const MAX_FILE_NAME: usize = 200;

/// Adds the name of a file to its path, as much of it as a folder takes, with its extension.
fn with_name(mut record: Record) -> Record {
    if let Record::File(file) = &mut record {
        let (stem, extension) = file.name.rsplit_once('.').unwrap_or((&file.name, ""));
        let end = stem.floor_char_boundary(MAX_FILE_NAME);
        file.path = format!("{}{}.{extension}", file.path, &stem[..end]);
    }
    record
}

/// Categories, tags, series.
fn read_ways(db: &mut PgConnection, kind: Kind, is_all: bool) -> Lines<'_> {
    match kind {
        Kind::Category => sqlx::query_scalar!(
            r#"with shown as (
                   select id, parent_id from categories c
                   where merged_into is null
                         and ($1 or not is_hidden or exists (select from public_texts a where a.category_id = c.id)
                              or exists (select from article_categories g join public_texts t on t.id = g.article_id
                                         where g.category_id = c.id))
               )
               select json_build_object(
                   'id', c.id, 'slug', slug, 'name', name, 'position', position, 'is_hidden', is_hidden,
                   'parent', (select p.id from shown p where p.id = c.parent_id),
                   'former_slugs', (select coalesce(json_agg(a.slug order by a.slug), '[]') from category_addresses a
                                    where a.category_id = c.id and a.slug <> c.slug))::text as "line!"
               from categories c join shown using (id) order by c.parent_id is not null, c.id"#,
            is_all
        )
        .fetch(db),
        Kind::Tag => sqlx::query_scalar!(
            r#"select json_build_object(
                   'id', id, 'slug', slug, 'name', name,
                   'former_slugs', (select coalesce(json_agg(a.slug order by a.slug), '[]') from tag_addresses a
                                    where a.tag_id = t.id and a.slug <> t.slug))::text as "line!"
               from tags t
               where $1 or exists (select from article_tags g join public_texts p on p.id = g.article_id
                                   where g.tag_id = t.id)
               order by id"#,
            is_all
        )
        .fetch(db),
        _ => sqlx::query_scalar!(
            r#"select json_build_object(
                   'id', id, 'slug', slug, 'name', name, 'description', description,
                   'articles', articles,
                   'former_slugs', (select coalesce(json_agg(a.slug order by a.slug), '[]') from series_addresses a
                                    where a.series_id = s.id and a.slug <> s.slug))::text as "line!"
               from series s cross join lateral (
                   select coalesce(json_agg(g.article_id order by g.position, g.article_id), '[]') as articles,
                          count(*) as length
                   from series_articles g
                   where g.series_id = s.id
                         and case when $1 then exists (select from articles a
                                                       where a.id = g.article_id and a.deleted_at is null)
                                  else exists (select from public_texts p where p.id = g.article_id) end
               ) as listed
               where $1 or length > 0 order by id"#,
            is_all
        )
        .fetch(db),
    }
}

/// Pictures and files to download.
fn read_media(db: &mut PgConnection, kind: Kind, is_all: bool) -> Lines<'_> {
    match kind {
        Kind::Picture => sqlx::query_scalar!(
            r#"select json_build_object(
                   'id', id, 'name', case when $1 then name else '' end, 'alt', alt,
                   'width', width, 'height', height, 'tone', tone,
                   'focus_x', focus_x, 'focus_y', focus_y, 'created_at', created_at, 'bytes', size,
                   'sizes', (
                       select coalesce(json_agg(json_build_object(
                           'path', 'pictures/' || p.id || '-' || f.width || case when is_crop then '-crop' else '' end
                                   || '.' || format,
                           'width', f.width, 'height', f.height, 'format', format, 'is_crop', is_crop, 'hash', hash)
                           order by is_crop, f.width, format), '[]')
                       from picture_files f where f.picture_id = p.id),
                   'original', case when $1 and original_hash is not null then
                       json_build_object('path', 'originals/' || p.id, 'hash', original_hash) end)::text as "line!"
               from pictures p
               where $1
                     or exists (select from appearance where p.id in (emblem_id, banner_id))
                     or exists (select from article_pictures u join shown_revisions s using (article_id, revision)
                                where u.picture_id = p.id and s.is_public)
               order by id"#,
            is_all
        )
        .fetch(db),
        _ => sqlx::query_scalar!(
            r#"select json_build_object(
                   'id', id, 'name', name, 'content_type', content_type, 'created_at', created_at, 'hash', hash,
                   'bytes', size, 'path', 'files/' || id || '-')::text as "line!"
               from files f
               where $1 or exists (select from article_files u join shown_revisions s using (article_id, revision)
                                   where u.file_id = f.id and s.is_public)
               order by id"#,
            is_all
        )
        .fetch(db),
    }
}

/// Calendar, notices, menu. Readers see all but notices that have not begun.
fn read_surroundings(db: &mut PgConnection, kind: Kind, is_all: bool) -> Lines<'_> {
    match kind {
        Kind::Event => sqlx::query_scalar!(
            r#"select json_build_object(
                   'id', id, 'kind', kind, 'title', title, 'place', place, 'note', note, 'begins_at', begins_at,
                   'ends_at', ends_at, 'is_cancelled', is_cancelled, 'revision', revision,
                   'updated_at', updated_at)::text as "line!"
               from events order by id"#
        )
        .fetch(db),
        Kind::Notice => sqlx::query_scalar!(
            r#"select json_build_object(
                   'id', id, 'message', message, 'link', link, 'begins_at', begins_at, 'ends_at', ends_at)::text
                   as "line!"
               from notices where $1 or begins_at <= now() order by id"#,
            is_all
        )
        .fetch(db),
        _ => sqlx::query_scalar!(
            r#"select json_build_object(
                   'id', id, 'parent', parent_id, 'position', position, 'label', label, 'target', target)::text
                   as "line!"
               from menu_items order by parent_id is not null, id"#
        )
        .fetch(db),
    }
}

/// Consents, addresses of another site, days.
fn read_rest(db: &mut PgConnection, kind: Kind, is_all: bool) -> Lines<'_> {
    match kind {
        Kind::Consent => sqlx::query_scalar!(
            r#"select json_build_object('version', version, 'text', text)::text as "line!"
               from consent_texts where $1 order by version"#,
            is_all
        )
        .fetch(db),
        Kind::OldAddress => sqlx::query_scalar!(
            r#"select json_build_object(
                   'kind', kind, 'module', module, 'key', key, 'alias', alias, 'target', target,
                   -- what the rest was there, and how it stands here, is for the next import alone
                   'digest', case when $1 then encode(digest, 'hex') else '' end,
                   'stamp', case when $1 or kind in ('author', 'tag') then stamp else '' end)::text as "line!"
               from origins
               -- accounts do not come along
               where kind <> 'account' and ($1 or case kind
                   when 'article' then exists (select from public_texts p where p.id = target)
                   when 'page' then exists (select from public_texts p where p.id = target)
                   when 'category' then exists (select from categories c
                                                where c.id = target and not is_hidden and merged_into is null)
                   -- its stamp is the readable part of its address here
                   when 'tag' then exists (
                       select from tag_addresses t join article_tags g on g.tag_id = t.tag_id
                       join public_texts p on p.id = g.article_id where t.slug = stamp)
                   when 'topic' then exists (select from series_articles g join public_texts p on p.id = g.article_id
                                             where g.series_id = target)
                   when 'picture' then exists (
                       select from article_pictures u join shown_revisions s using (article_id, revision)
                       where u.picture_id = target and s.is_public)
                   when 'file' then exists (
                       select from article_files u join shown_revisions s using (article_id, revision)
                       where u.file_id = target and s.is_public)
                   -- its stamp is the name, under which articles are found
                   when 'author' then exists (select from public_articles a where strpos(a.author, stamp) > 0)
                   else false end)
               order by kind, module, key"#,
            is_all
        )
        .fetch(db),
        _ => sqlx::query_scalar!(
            r#"select json_build_object('page', page, 'day', day, 'visits', sum(visits),
                                        'ratings', sum(ratings))::text as "line!"
               from (select page, day, visits, 0 as ratings from traffic_days
                     union all select 0, day, 0, ratings from activity_days
                     union all select 0, day, 0, ratings from activity_deltas) parts
               where $1 or page = 0 or exists (select from public_texts p where p.id = page)
               group by page, day having sum(visits) <> 0 or sum(ratings) <> 0 order by page, day"#,
            is_all
        )
        .fetch(db),
    }
}

/// Reads texts, those that lead elsewhere last.
fn read_texts(db: &mut PgConnection, is_all: bool) -> BoxStream<'_, Result<Record, AppError>> {
    let rows = sqlx::query!(
        r#"select json_build_object(
               'id', a.id, 'kind', a.kind, 'state', case when p.id is null then a.state else 'published' end,
               'published_at', a.published_at, 'ends_at', a.ends_at, 'created_at', a.created_at,
               'modified_at', a.modified_at, 'withdrawal_message', case when $1 then a.withdrawal_message else '' end,
               'moved_to', case when $1 then a.moved_to end,
               'views', a.carried_views + coalesce((select visits from traffic_totals v where v.page = a.id), 0),
               'ratings', coalesce(r.ratings + r.carried_ratings, 0),
               'points', coalesce(r.points + r.carried_points, 0),
               'former_slugs', (select coalesce(json_agg(o.slug order by o.slug), '[]') from page_addresses o
                                where o.article_id = a.id and o.slug <> a.slug),
               'corrections', (select coalesce(json_agg(json_build_object('at', corrected_at, 'message', message)
                                                        order by corrected_at), '[]')
                               from article_corrections c where c.article_id = a.id),
               'comment_policy', (select json_build_object('mode', mode, 'open_days', open_days)
                                  from comment_policies c where c.article_id = a.id),
               'closure', (select json_build_object('comments', comments, 'ratings', ratings, 'message', message,
                                                    'closed_at', closed_at)
                           from closures c where c.article_id = a.id),
               'content', json_build_object(
                   'title', a.title, 'slug', a.slug, 'category', a.category_id, 'lead', a.lead, 'body', a.body,
                   'further_categories', (select coalesce(json_agg(category_id order by category_id), '[]')
                                          from article_categories g where g.article_id = a.id),
                   'tags', (select coalesce(json_agg(t.name order by g.position), '[]')
                            from article_tags g join tags t on t.id = g.tag_id where g.article_id = a.id),
                   'picture', a.picture_id, 'caption', a.picture_caption, 'author', a.author, 'source', a.source,
                   'description', a.description, 'publish_at', null, 'ends_at', null,
                   'related', (select coalesce(json_agg(related_id order by position), '[]')
                               from article_relations g
                               where g.article_id = a.id
                                     and ($1 or exists (select from public_texts o where o.id = related_id))),
                   'closed_to_comments', a.closed_to_comments, 'closed_to_ratings', a.closed_to_ratings,
                   'document', (
                       select json_build_object(
                           'number', number, 'kind', d.kind, 'issuer', issuer, 'signer', signer,
                           'issued_on', issued_on, 'in_force_from', in_force_from, 'in_force_until', in_force_until,
                           'opinions_until', opinions_until,
                           'replaces', (select coalesce(json_agg(replaced_id order by position), '[]')
                                        from document_replacements g
                                        where g.document_id = a.id
                                              and ($1 or exists (select from public_texts o where o.id = replaced_id))))
                       from documents d where d.article_id = a.id)),
               'pending', null)::text as "line!",
               a.published_revision is null as "is_unpublished!",
               case when a.revision is distinct from a.published_revision and $1 then w.content end
                   as "saved: Json<writing::Content>",
               (select content from article_revisions o
                where o.article_id = a.id and o.revision = a.published_revision and a.kind = 'document'
                      and not exists (select from documents d where d.article_id = a.id))
                   as "withdrawn: Json<writing::Content>",
               (select coalesce(merged_into, c.id) from categories c
                where c.id = (w.content ->> 'category')::bigint) as category,
               array(select distinct coalesce(merged_into, c.id) from categories c
                     where to_jsonb(c.id) <@ (w.content -> 'further')) as "further!"
           from articles a left join public_texts p on p.id = a.id
           left join rating_totals r on r.article_id = a.id
           left join article_revisions w on w.article_id = a.id and w.revision = a.revision
           where ($1 or p.id is not null) and a.deleted_at is null
           order by a.moved_to is not null, a.id"#,
        is_all
    );
    rows.fetch(db)
        .map_err(AppError::from)
        .map(|row| {
            let row = row?;
            let Record::Text(mut text) = parse(Kind::Text, &row.line)? else { return Err(AppError::Internal) };
            // what was written on a document goes with its publication
            if let Some(Json(withdrawn)) = row.withdrawn {
                text.content.document = Content::from(withdrawn).document;
            }
            if let Some(Json(mut saved)) = row.saved {
                (saved.category, saved.further) = (row.category, row.further);
                set_saved(&mut text, saved, row.is_unpublished);
            }
            Ok(Record::Text(text))
        })
        .boxed()
}

/// Adds what was saved and is not public: all of a draft, or later changes of a text that readers see.
fn set_saved(text: &mut Text, saved: writing::Content, is_unpublished: bool) {
    let saved = saved.into();
    if is_unpublished {
        text.content = saved;
    } else {
        text.pending = Some(saved);
    }
}

/// Reads comments, each behind those that it names.
fn read_comments(db: &mut PgConnection, is_all: bool) -> BoxStream<'_, Result<Record, AppError>> {
    let rows = sqlx::query_scalar!(
        r#"select json_build_object(
               'id', c.id, 'article', c.article_id, 'parent', c.parent_id, 'name', c.name,
               'email', case when $1 and c.state = 'pending' then c.email end,
               'phone', case when $1 and c.state = 'pending' then c.phone end,
               'body', c.body, 'covered', c.covered, 'is_waiting', c.state = 'pending', 'is_official', c.official,
               'answers', (select o.id from comments o
                           where o.id = c.answers and (o.state = 'published' or $1 and o.state = 'pending')),
               'reasons', case when $1 then c.reasons else '[]' end,
               'created_at', c.created_at, 'corrected_at', c.corrected_at, 'published_at', c.published_at,
               'decided_at', case when $1 then c.decided_at end, 'kept_from', case when $1 then c.kept_from end,
               'consent', case when $1 then c.consent_version end,
               'consented_at', case when $1 then c.consented_at end,
               'is_about_own_data', $1 and c.is_about_own_data,
               'question', (
                   select json_build_object(
                       'asked_at', asked_at, 'is_wanted', is_wanted, 'due_on', due_on, 'answered_at', answered_at,
                       'passed_to', case when $1 then passed_to end,
                       'passed_note', case when $1 then passed_note end)
                   from questions q where q.comment_id = c.id))::text as "line!"
           from comments c left join comments p on p.id = c.parent_id left join public_texts t on t.id = c.article_id
           left join articles a on a.id = c.article_id
           where case when $1 then c.state in ('published', 'pending')
                                   and coalesce(p.state in ('published', 'pending'), true) and a.deleted_at is null
                      else c.state = 'published' and coalesce(p.state = 'published', true) and t.id is not null end
           order by c.parent_id is not null, c.answers is not null, c.id"#,
        is_all
    );
    rows.fetch(db)
        .map_err(AppError::from)
        .map(move |line| {
            let Record::Comment(mut comment) = parse(Kind::Comment, &line?)? else { return Err(AppError::Internal) };
            if !is_all {
                let covered: Vec<_> = std::mem::take(&mut comment.covered);
                let ranges: Vec<_> = covered.iter().map(|range| range.start..range.end).collect();
                comment.body = apply_cover(&comment.body, &ranges);
            }
            Ok(Record::Comment(comment))
        })
        .boxed()
}
