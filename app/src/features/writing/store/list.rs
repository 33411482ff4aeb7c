//! The list of what is written.

use crate::base::error::AppError;
use crate::base::text::fold;
use crate::features::articles::ArticleKind;
use crate::features::writing::{PRESENCE, Stage};
use sqlx::PgPool;
use time::OffsetDateTime;

/// Articles on a page of the list.
pub const PER_PAGE: i64 = 30;

/// Which articles are listed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    pub kind: ArticleKind,
    /// `None` for all that were not thrown away.
    pub stage: Option<Stage>,
    /// Those that were thrown away, instead of the others.
    pub discarded: bool,
    /// A part of the title; diacritics do not matter.
    pub text: String,
    pub category: Option<i64>,
    /// The account that began it.
    pub author: Option<i64>,
    /// From this moment on, and before that one: when it was published, or changed last where it was not.
    pub period: Option<(OffsetDateTime, OffsetDateTime)>,
}

/// An article in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedArticle {
    pub id: i64,
    pub revision: i32,
    pub title: String,
    pub stage: Stage,
    pub category: Option<String>,
    pub saved_at: OffsetDateTime,
    /// The displayed name of who saved it last.
    pub saved_by: Option<String>,
    pub published_at: Option<OffsetDateTime>,
    pub ends_at: Option<OffsetDateTime>,
    /// Whether there is a newer text than the public sees.
    pub has_unpublished_text: bool,
    pub is_update_sent: bool,
    /// Whether it came back to its writer with a note.
    pub is_returned: bool,
    pub deleted_at: Option<OffsetDateTime>,
    /// The displayed names of those who are writing at it now.
    pub writers: Vec<String>,
}

/// How many articles there are in each stage, and how many were thrown away. What is in review counts an update that
/// waits too.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// All but those that were thrown away.
    pub all: i64,
    pub stages: Vec<(Stage, i64)>,
    pub discarded: i64,
}

impl Counts {
    pub fn of(&self, stage: Stage) -> i64 {
        self.stages.iter().find(|(known, _)| *known == stage).map_or(0, |(_, count)| *count)
    }
}

/// Lists a page of articles, those that were changed last first, and whether there is a next page.
#[tracing::instrument(skip(pool))]
pub async fn list_articles(pool: &PgPool, filter: &Filter, page: i64) -> Result<(Vec<ListedArticle>, bool), AppError> {
    let text = fold(&filter.text).replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    let mut listed = sqlx::query_as!(
        ListedArticle,
        r#"select w.id as "id!", w.revision as "revision!", r.content->>'title' as "title!",
                  w.stage as "stage!: Stage", c.name as "category?",
                  r.created_at as "saved_at!", a.display_name as "saved_by?", w.published_at, w.ends_at,
                  coalesce(w.published_revision < w.revision, false) as "has_unpublished_text!",
                  w.is_update_sent as "is_update_sent!", w.review_note <> '' as "is_returned!", w.deleted_at,
                  array(select o.display_name from article_copies y join accounts o on o.id = y.account_id
                        where y.article_id = w.id and y.updated_at > $10 order by o.display_name) as "writers!"
           from written_articles w
           join article_revisions r on r.article_id = w.id and r.revision = w.revision
           left join categories n on n.id = (r.content->>'category')::bigint
           left join categories c on c.id = coalesce(n.merged_into, n.id)
           left join accounts a on a.id = r.account_id
           where (w.deleted_at is not null) = $1 and w.kind = $11
                 and ($2::article_stage is null or w.stage = $2 or ($2 = 'in_review' and w.is_update_sent))
                 and ($3 = '' or w.folded_title like '%' || $3 || '%')
                 and ($4::bigint is null or c.id = $4)
                 and ($5::bigint is null or w.created_by = $5)
                 and ($6::timestamptz is null
                      or (coalesce(w.published_at, w.updated_at) >= $6 and coalesce(w.published_at, w.updated_at) < $7))
           order by w.updated_at desc, w.id desc offset $8 limit $9"#,
        filter.discarded,
        filter.stage as _,
        text,
        filter.category,
        filter.author,
        filter.period.map(|(from, _)| from),
        filter.period.map(|(_, to)| to),
        (page - 1) * PER_PAGE,
        PER_PAGE + 1,
        OffsetDateTime::now_utc() - PRESENCE,
        filter.kind as _
    )
    .fetch_all(pool)
    .await?;
    let has_more = listed.len() as i64 > PER_PAGE;
    listed.truncate(PER_PAGE as usize);
    Ok((listed, has_more))
}

/// Counts the articles of a kind in each stage.
#[tracing::instrument(skip(pool))]
pub async fn count_stages(pool: &PgPool, kind: ArticleKind) -> Result<Counts, AppError> {
    let rows = sqlx::query!(
        r#"select stage as "stage!: Stage", count(*) filter (where deleted_at is null) as "count!",
                  count(*) filter (where deleted_at is null and is_update_sent) as "sent!",
                  count(*) filter (where deleted_at is not null) as "discarded!"
           from written_articles where kind = $1 group by stage"#,
        kind as _
    )
    .fetch_all(pool)
    .await?;
    let all = rows.iter().map(|row| row.count).sum();
    let sent: i64 = rows.iter().map(|row| row.sent).sum();
    let discarded = rows.iter().map(|row| row.discarded).sum();
    let count = |stage: Stage| rows.iter().find(|row| row.stage == stage).map_or(0, |row| row.count);
    let stages = Stage::ALL.map(|stage| (stage, count(stage) + if stage == Stage::InReview { sent } else { 0 }));
    Ok(Counts { all, stages: stages.into(), discarded })
}

/// Counts what waits for somebody who may publish.
#[tracing::instrument(skip(pool))]
pub async fn count_in_review(pool: &PgPool, kind: ArticleKind) -> Result<i64, AppError> {
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from articles
           where (state = 'in_review' or is_update_sent) and deleted_at is null and kind = $1"#,
        kind as _
    );
    Ok(count.fetch_one(pool).await?)
}

/// Lists number and name of those who began an article, by name.
#[tracing::instrument(skip(pool))]
pub async fn list_authors(pool: &PgPool) -> Result<Vec<(i64, String)>, AppError> {
    let rows = sqlx::query!(
        "select id, display_name from accounts
         where exists (select from articles where created_by = accounts.id) order by display_name, id"
    );
    Ok(rows.fetch_all(pool).await?.into_iter().map(|row| (row.id, row.display_name)).collect())
}

/// Lists number and newest title of those of these that are of a kind, in the order in which they are named.
#[tracing::instrument(skip(pool))]
pub async fn list_newest_titles(pool: &PgPool, kind: ArticleKind, ids: &[i64]) -> Result<Vec<(i64, String)>, AppError> {
    let rows = sqlx::query!(
        r#"select a.id, r.content->>'title' as "title!"
           from unnest($1::bigint[]) with ordinality named (id, place) join articles a on a.id = named.id
           join article_revisions r on r.article_id = a.id and r.revision = a.revision
           where a.kind = $2 order by place"#,
        ids,
        kind as _
    );
    Ok(rows.fetch_all(pool).await?.into_iter().map(|row| (row.id, row.title)).collect())
}
