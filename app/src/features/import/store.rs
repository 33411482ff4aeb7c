//! What of another site became what here, and its addresses.

use super::addresses::{ModuleKind, OldModules};
use super::{Origin, OriginKind};
use crate::base::error::AppError;
use crate::features::writing::Stage;
use sqlx::{PgConnection, PgPool};
use std::collections::{BTreeMap, HashMap};

/// The number of the lock that one import holds.
const IMPORT_LOCK: i64 = 0x696d_706f;

/// Keeps other imports away for as long as this connection lasts. `false` where one is under way.
#[tracing::instrument(skip_all)]
pub async fn lock_imports(db: &mut PgConnection) -> Result<bool, AppError> {
    let locked = sqlx::query_scalar!(r#"select pg_try_advisory_lock($1) as "is!""#, IMPORT_LOCK);
    Ok(locked.fetch_one(db).await?)
}

/// Lets other imports begin.
#[tracing::instrument(skip_all)]
pub async fn unlock_imports(db: &mut PgConnection) -> Result<(), AppError> {
    sqlx::query!("select pg_advisory_unlock($1) as is", IMPORT_LOCK).fetch_one(db).await?;
    Ok(())
}

/// Finds what became of things of a kind, by their keys there.
#[tracing::instrument(skip(db))]
pub async fn list_origins(
    db: &mut PgConnection,
    kind: OriginKind,
    module: &str,
) -> Result<HashMap<String, Origin>, AppError> {
    let rows = sqlx::query_as!(
        Origin,
        "select key, alias, target, digest, stamp from origins where kind = $1 and module = $2",
        kind as _,
        module
    );
    Ok(rows.fetch_all(db).await?.into_iter().map(|origin| (origin.key.clone(), origin)).collect())
}

/// Records what became of things of a kind; what is known of one is replaced.
#[tracing::instrument(skip_all, fields(kind, count = origins.len()))]
pub async fn upsert_origins(
    db: &mut PgConnection,
    kind: OriginKind,
    module: &str,
    origins: &[Origin],
) -> Result<(), AppError> {
    // of two with one key, which a broken dump may have, the later stays
    let origins: BTreeMap<&str, &Origin> = origins.iter().map(|origin| (origin.key.as_str(), origin)).collect();
    let origins: Vec<&Origin> = origins.into_values().collect();
    let keys: Vec<String> = origins.iter().map(|origin| origin.key.clone()).collect();
    let aliases: Vec<String> = origins.iter().map(|origin| origin.alias.clone()).collect();
    let targets: Vec<Option<i64>> = origins.iter().map(|origin| origin.target).collect();
    let digests: Vec<Vec<u8>> = origins.iter().map(|origin| origin.digest.clone()).collect();
    let stamps: Vec<String> = origins.iter().map(|origin| origin.stamp.clone()).collect();
    sqlx::query!(
        "insert into origins (kind, module, key, alias, target, digest, stamp)
         select $1, $2, key, alias, target, digest, stamp
         from unnest($3::text[], $4::text[], $5::bigint[], $6::bytea[], $7::text[])
              as new (key, alias, target, digest, stamp)
         on conflict (kind, module, key) do update set
             alias = excluded.alias, target = excluded.target, digest = excluded.digest, stamp = excluded.stamp,
             written_at = now()",
        kind as _,
        module,
        &keys,
        &aliases,
        &targets as &[Option<i64>],
        &digests,
        &stamps
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Replaces what is known of the modules of the old site.
#[tracing::instrument(skip_all)]
pub async fn replace_modules(db: &mut PgConnection, old: &OldModules) -> Result<(), AppError> {
    sqlx::query!("delete from old_modules").execute(&mut *db).await?;
    for language in &old.languages {
        for (name, kind) in &old.modules {
            sqlx::query!(
                "insert into old_modules (language, name, kind, is_unnamed) values ($1, $2, $3, $4)",
                language,
                name,
                *kind as _,
                *name == old.unnamed
            )
            .execute(&mut *db)
            .await?;
        }
    }
    Ok(())
}

/// Reads the modules of the old site; none, where nothing was carried over.
#[tracing::instrument(skip_all)]
pub async fn read_modules(pool: &PgPool) -> Result<OldModules, AppError> {
    let rows = sqlx::query!(
        r#"select language, name, kind as "kind: ModuleKind", is_unnamed from old_modules order by language, name"#
    );
    let mut old = OldModules::default();
    for row in rows.fetch_all(pool).await? {
        if row.is_unnamed {
            old.unnamed.clone_from(&row.name);
        }
        if !old.languages.contains(&row.language) {
            old.languages.push(row.language);
        }
        if !old.modules.iter().any(|(name, _)| *name == row.name) {
            old.modules.push((row.name, row.kind));
        }
    }
    Ok(old)
}

/// Finds the number here of something of the old site, by its key there.
#[tracing::instrument(skip(pool))]
pub async fn find_by_key(pool: &PgPool, kind: OriginKind, module: &str, key: &str) -> Result<Option<i64>, AppError> {
    let target = sqlx::query_scalar!(
        "select target from origins where kind = $1 and module = $2 and key = $3",
        kind as _,
        module,
        key
    );
    Ok(target.fetch_optional(pool).await?.flatten())
}

/// Finds the number here of an article that had this readable part and this number in its address there.
#[tracing::instrument(skip(pool))]
pub async fn find_article_by_alias(pool: &PgPool, alias: &str, key: &str) -> Result<Option<i64>, AppError> {
    let target = sqlx::query_scalar!(
        "select target from origins where kind = 'article' and alias = $1 and key = $2 order by module limit 1",
        alias,
        key
    );
    Ok(target.fetch_optional(pool).await?.flatten())
}

/// The address of a page of this site, as far as it differs from others of its kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedTarget {
    /// The readable part of its address, or the name of what has none.
    pub slug: String,
    /// Its name.
    pub name: String,
}

/// Finds what has an address here of what had a readable part in the address of the old site. Authors have no address;
/// theirs is their name.
#[tracing::instrument(skip(pool))]
pub async fn find_by_alias(
    pool: &PgPool,
    kind: OriginKind,
    module: &str,
    alias: &str,
) -> Result<Option<NamedTarget>, AppError> {
    let found = sqlx::query_as!(
        NamedTarget,
        r#"select coalesce(m.slug, c.slug, t.slug, s.slug, p.slug, '') as "slug!",
                  coalesce(m.name, c.name, t.name, s.name, p.title, case when o.kind = 'author' then o.stamp end, '')
                      as "name!"
           from origins o
           left join categories c on o.kind = 'category' and c.id = o.target
           left join categories m on m.id = c.merged_into
           left join tag_addresses a on o.kind = 'tag' and a.slug = o.stamp
           left join tags t on t.id = a.tag_id
           left join series s on o.kind = 'topic' and s.id = o.target
           -- one that is public no longer says at its own address what became of it
           left join articles p on o.kind = 'page' and p.id = o.target and p.state in ('published', 'withdrawn')
           where o.kind = $1 and o.module = $2 and o.alias = $3
           order by o.target limit 1"#,
        kind as _,
        module,
        alias
    );
    Ok(found.fetch_optional(pool).await?)
}

/// Finds the first public page of a module of pages.
#[tracing::instrument(skip(pool))]
pub async fn find_first_page(pool: &PgPool, module: &str) -> Result<Option<String>, AppError> {
    let slug = sqlx::query_scalar!(
        r#"select p.slug as "slug!" from origins o join public_texts p on p.id = o.target
           where o.kind = 'page' and o.module = $1 order by o.target limit 1"#,
        module
    );
    Ok(slug.fetch_optional(pool).await?)
}

/// Where the bytes of a picture or file lie that had an address on the old site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OldFile {
    /// The hash of a picture's largest JPEG file.
    Picture(String),
    /// Hash and name of a file to download.
    File(String, String),
}

/// Finds a picture or file by its path below the folder of uploads.
#[tracing::instrument(skip(pool))]
pub async fn find_old_file(pool: &PgPool, path: &str) -> Result<Option<OldFile>, AppError> {
    let picture = sqlx::query_scalar!(
        "select f.hash from origins o join picture_files f
              on f.picture_id = o.target and f.format = 'jpg' and not f.is_crop
         where o.kind = 'picture' and o.module = '' and o.key = $1 order by f.width desc limit 1",
        path
    );
    if let Some(hash) = picture.fetch_optional(pool).await? {
        return Ok(Some(OldFile::Picture(hash)));
    }
    let file = sqlx::query!(
        "select f.hash, f.name from origins o join files f on f.id = o.target
         where o.kind = 'file' and o.module = '' and o.key = $1",
        path
    );
    Ok(file.fetch_optional(pool).await?.map(|row| OldFile::File(row.hash, row.name)))
}

/// Counts what stands here of each kind. Tags have no row of their own: those count that an article has.
#[tracing::instrument(skip_all)]
pub async fn count_origins(db: &mut PgConnection) -> Result<Vec<(OriginKind, i64)>, AppError> {
    let rows = sqlx::query!(
        r#"select kind as "kind: OriginKind", count(*) as "count!" from origins o
           where case kind
                     when 'tag' then exists (select from tag_addresses a where a.slug = o.stamp)
                     when 'category' then exists (select from categories c where c.id = o.target)
                     when 'topic' then exists (select from series s where s.id = o.target)
                     when 'picture' then exists (select from pictures p where p.id = o.target)
                     when 'file' then exists (select from files f where f.id = o.target)
                     when 'article' then exists (select from articles a where a.id = o.target)
                     when 'page' then exists (select from articles a where a.id = o.target)
                     else true
                 end
           group by kind order by kind"#
    );
    Ok(rows.fetch_all(db).await?.into_iter().map(|row| (row.kind, row.count)).collect())
}

/// Counts the articles that were carried over, by where they stand now.
#[tracing::instrument(skip_all)]
pub async fn count_stages(db: &mut PgConnection) -> Result<Vec<(Stage, i64)>, AppError> {
    let rows = sqlx::query!(
        r#"select w.stage as "stage!: Stage", count(*) as "count!"
           from origins o join written_articles w on w.id = o.target where o.kind = 'article' group by w.stage"#
    );
    Ok(rows.fetch_all(db).await?.into_iter().map(|row| (row.stage, row.count)).collect())
}

/// What was carried over besides the articles themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CarriedSums {
    pub views: i64,
    pub points: i64,
    pub ratings: i64,
    /// Comments that readers see, or would if their article was public.
    pub published_comments: i64,
    pub waiting_comments: i64,
}

/// Adds up what was carried over.
#[tracing::instrument(skip_all)]
pub async fn sum_carried(db: &mut PgConnection) -> Result<CarriedSums, AppError> {
    let sums = sqlx::query_as!(
        CarriedSums,
        r#"select n.views as "views!", n.points as "points!", n.ratings as "ratings!",
                  c.published as "published_comments!", c.waiting as "waiting_comments!"
           from (select coalesce(sum(a.carried_views), 0)::bigint as views,
                        coalesce(sum(r.carried_points), 0)::bigint as points,
                        coalesce(sum(r.carried_ratings), 0)::bigint as ratings
                 from origins o join articles a on a.id = o.target join rating_totals r on r.article_id = a.id
                 where o.kind = 'article') n
           cross join (select count(*) filter (where c.state = 'published') as published,
                              count(*) filter (where c.state = 'pending') as waiting
                       from origins o join comments c on c.id = o.target where o.kind = 'comment') c"#
    );
    Ok(sums.fetch_one(db).await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::insert_article;

    fn origin(key: &str, alias: &str, target: Option<i64>) -> Origin {
        let stamp = "stamp".to_owned();
        Origin { key: key.to_owned(), alias: alias.to_owned(), target, digest: vec![1], stamp }
    }

    #[sqlx::test]
    async fn what_was_carried_over_is_known_by_its_key_and_replaced(pool: PgPool) {
        let mut db = pool.acquire().await.expect("connects");
        let id = insert_article(&pool, "a").await;
        for target in [Some(1), Some(id)] {
            let origins = [origin("7", "mot", target), origin("8", "hai", None)];
            upsert_origins(&mut db, OriginKind::Article, "news", &origins).await.expect("stores");
        }
        let known = list_origins(&mut db, OriginKind::Article, "news").await.expect("lists");
        assert_eq!((known.len(), known["7"].target), (2, Some(id)));
        assert!(list_origins(&mut db, OriginKind::Article, "other").await.expect("lists").is_empty());
        assert_eq!(find_by_key(&pool, OriginKind::Article, "news", "7").await, Ok(Some(id)));
        assert_eq!(find_by_key(&pool, OriginKind::Article, "news", "8").await, Ok(None));
        assert_eq!(find_by_key(&pool, OriginKind::Page, "news", "7").await, Ok(None));
        assert_eq!(find_article_by_alias(&pool, "mot", "7").await, Ok(Some(id)));
        assert_eq!(find_article_by_alias(&pool, "hai", "7").await, Ok(None));
        assert_eq!(count_origins(&mut db).await, Ok(vec![(OriginKind::Article, 1)]));
        assert_eq!(count_stages(&mut db).await, Ok(vec![(Stage::Published, 1)]));
        let sums = sum_carried(&mut db).await.expect("sums");
        assert_eq!((sums.views, sums.published_comments), (183, 0));
        let twice = [origin("9", "", None), origin("9", "chin", None)];
        upsert_origins(&mut db, OriginKind::Article, "news", &twice).await.expect("stores the later");
        let known = list_origins(&mut db, OriginKind::Article, "news").await.expect("lists");
        assert_eq!(known["9"].alias, "chin");
        upsert_origins(&mut db, OriginKind::Article, "news", &[]).await.expect("has nothing to do");
    }

    #[sqlx::test]
    async fn one_import_runs_at_a_time(pool: PgPool) {
        let (mut one, mut other) = (pool.acquire().await.expect("connects"), pool.acquire().await.expect("connects"));
        assert_eq!(lock_imports(&mut one).await, Ok(true));
        assert_eq!(lock_imports(&mut other).await, Ok(false));
        unlock_imports(&mut one).await.expect("unlocks");
        assert_eq!(lock_imports(&mut other).await, Ok(true));
    }

    #[sqlx::test]
    async fn modules_are_replaced(pool: PgPool) {
        let mut db = pool.acquire().await.expect("connects");
        assert_eq!(read_modules(&pool).await, Ok(OldModules::default()));
        let mut old = OldModules {
            languages: vec!["vi".to_owned()],
            modules: vec![("about".to_owned(), ModuleKind::Pages), ("news".to_owned(), ModuleKind::News)],
            unnamed: "news".to_owned(),
        };
        for _ in 0..2 {
            replace_modules(&mut db, &old).await.expect("replaces");
            assert_eq!(read_modules(&pool).await, Ok(old.clone()));
        }
        old.modules.push(old.modules[0].clone());
        assert!(replace_modules(&mut db, &old).await.is_err(), "a module has one name");
        replace_modules(&mut db, &OldModules::default()).await.expect("forgets all");
    }

    #[sqlx::test]
    async fn names_and_files_lead_to_what_has_them_here(pool: PgPool) {
        let mut db = pool.acquire().await.expect("connects");
        insert_article(&pool, "a").await;
        let category: (i64, String) =
            sqlx::query_as("select id, slug from categories limit 1").fetch_one(&pool).await.expect("reads");
        let named = [origin("1", "tin-tuc", Some(category.0))];
        upsert_origins(&mut db, OriginKind::Category, "news", &named).await.expect("stores");
        let found = find_by_alias(&pool, OriginKind::Category, "news", "tin-tuc").await.expect("finds");
        assert_eq!(found.map(|found| found.slug), Some(category.1));
        let author = [Origin { stamp: "Ban Biên tập".to_owned(), ..origin("1", "ban-bien-tap", None) }];
        upsert_origins(&mut db, OriginKind::Author, "news", &author).await.expect("stores");
        let found = find_by_alias(&pool, OriginKind::Author, "news", "ban-bien-tap").await.expect("finds");
        assert_eq!(found.map(|found| found.name).as_deref(), Some("Ban Biên tập"));
        assert_eq!(find_by_alias(&pool, OriginKind::Tag, "news", "tin-tuc").await, Ok(None));
        assert_eq!(find_first_page(&pool, "about").await, Ok(None));
        let file: i64 = sqlx::query_scalar(
            "insert into files (hash, name, content_type, size) values ('abcdef01', 'a.pdf', 'x', 1) returning id",
        )
        .fetch_one(&pool)
        .await
        .expect("stores");
        upsert_origins(&mut db, OriginKind::File, "", &[origin("news/a.pdf", "", Some(file))]).await.expect("stores");
        let found = find_old_file(&pool, "news/a.pdf").await.expect("finds");
        assert_eq!(found, Some(OldFile::File("abcdef01".to_owned(), "a.pdf".to_owned())));
        assert_eq!(find_old_file(&pool, "news/b.pdf").await, Ok(None));
    }
}
