//! The tables of documents.

use super::{DocumentDetails, ListedDocument, NUMBER_TAKEN, PER_PAGE, ShortDocument};
use crate::base::error::{AppError, constraint};
use crate::base::text::fold;
use sqlx::{PgConnection, PgPool};
use time::{Date, OffsetDateTime};

/// Writes what the public reads on a document, in the transaction that publishes it.
///
/// # Errors
/// [`NUMBER_TAKEN`] where another document of the same body has its number.
#[tracing::instrument(skip_all, fields(id))]
pub async fn write_details(
    db: &mut PgConnection,
    id: i64,
    details: &DocumentDetails,
    published_on: Date,
) -> Result<(), AppError> {
    let written = sqlx::query!(
        "insert into documents (article_id, number, folded_number, kind, issuer, signer, issued_on, in_force_from,
                                in_force_until, opinions_until, listed_on)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, coalesce($7, $11::date))
         on conflict (article_id) do update set
             number = excluded.number, folded_number = excluded.folded_number, kind = excluded.kind,
             issuer = excluded.issuer, signer = excluded.signer, issued_on = excluded.issued_on,
             in_force_from = excluded.in_force_from, in_force_until = excluded.in_force_until,
             opinions_until = excluded.opinions_until,
             listed_on = excluded.listed_on",
        id,
        details.number,
        fold_number(&details.number),
        details.kind,
        details.issuer,
        details.signer,
        details.issued_on,
        details.in_force_from,
        details.in_force_until,
        details.opinions_until,
        published_on
    );
    written.execute(&mut *db).await.map_err(|error| match constraint(&error) {
        Some("document_number_taken") => AppError::invalid(NUMBER_TAKEN),
        _ => error.into(),
    })?;
    sqlx::query!("delete from document_replacements where document_id = $1", id).execute(&mut *db).await?;
    sqlx::query!(
        "insert into document_replacements (document_id, replaced_id, position)
         select $1, a.id, min(place) from unnest($2::bigint[]) with ordinality named (id, place)
         join articles a on a.id = named.id and a.kind = 'document' where a.id <> $1 group by a.id",
        id,
        &details.replaces
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Deletes what the public read on a document that it no longer sees, so that its number is free.
#[tracing::instrument(skip(db))]
pub async fn delete_details(db: &mut PgConnection, id: i64) -> Result<(), AppError> {
    sqlx::query!("delete from documents where article_id = $1", id).execute(&mut *db).await?;
    sqlx::query!("delete from document_replacements where document_id = $1", id).execute(db).await?;
    Ok(())
}

/// A number as it is compared: people write the same one with and without spaces and capitals.
fn fold_number(number: &str) -> String {
    fold(number).chars().filter(|c| !c.is_whitespace()).collect()
}

/// Which documents are listed.
#[derive(Debug, Clone, Default)]
pub struct Filter<'a> {
    /// In the form of a `tsquery`, without diacritics; any words where there is none.
    pub words: Option<&'a str>,
    /// What was typed: a number is found by a part of it.
    pub number: &'a str,
    pub kind: &'a str,
    pub issuer: &'a str,
    pub signer: &'a str,
    /// Issued on a day from the first to before the second.
    pub issued: Option<(Date, Date)>,
    /// Whether it is in force today, or no longer.
    pub in_force: Option<bool>,
    /// Only drafts that are or were open for opinions.
    pub drafts: bool,
}

/// Lists a page of the documents that the public sees, the latest first, and whether there is a next page.
#[tracing::instrument(skip_all, fields(page))]
pub async fn list_documents(
    pool: &PgPool,
    filter: &Filter<'_>,
    today: Date,
    page: i64,
) -> Result<(Vec<ListedDocument>, bool), AppError> {
    let number = fold_number(filter.number).replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    let rows = sqlx::query_as!(
        DocumentRow,
        r#"select a.id as "id!", a.slug as "slug!", a.title as "title!", a.published_at as "published_at!", d.number,
                  d.kind, d.issuer, d.signer, d.issued_on, d.in_force_from, d.in_force_until, d.opinions_until,
                  n.id as "new_id?", n.slug as "new_slug?", n.title as "new_title?", n.kind as "new_kind?",
                  n.number as "new_number?"
           from documents d join public_texts a on a.id = d.article_id
           left join lateral (
               select p.id, p.slug, p.title, o.kind, o.number from document_replacements r
               join public_texts p on p.id = r.document_id join documents o on o.article_id = p.id
               where r.replaced_id = d.article_id and o.opinions_until is null
                     and coalesce(o.in_force_from <= $10, true)
               order by o.listed_on desc, p.id desc limit 1) n on true
           where (($1::text is null and $2 = '') or ($2 <> '' and d.folded_number like '%' || $2 || '%')
                  or exists (select from search_entries e
                             where e.article_id = d.article_id and e.words @@ $1::text::tsquery))
                 and ($3 = '' or d.kind = $3) and ($4 = '' or d.issuer = $4) and ($5 = '' or d.signer = $5)
                 and ($6::date is null or (d.issued_on >= $6 and d.issued_on < $7))
                 and (not $8 or d.opinions_until is not null)
                 and ($9::bool is null
                      or (d.opinions_until is null
                          and (n.id is not null or coalesce(d.in_force_until < $10, false)) <> $9
                          and (not $9 or coalesce(d.in_force_from <= $10, true))))
           order by d.listed_on desc, d.article_id desc offset $11 limit $12"#,
        filter.words,
        number,
        filter.kind,
        filter.issuer,
        filter.signer,
        filter.issued.map(|(from, _)| from),
        filter.issued.map(|(_, until)| until),
        filter.drafts,
        filter.in_force,
        today,
        (page - 1) * PER_PAGE,
        PER_PAGE + 1
    );
    let mut listed: Vec<_> = rows.fetch_all(pool).await?.into_iter().map(ListedDocument::from).collect();
    let has_more = listed.len() as i64 > PER_PAGE;
    listed.truncate(PER_PAGE as usize);
    Ok((listed, has_more))
}

struct DocumentRow {
    id: i64,
    slug: String,
    title: String,
    published_at: OffsetDateTime,
    number: String,
    kind: String,
    issuer: String,
    signer: String,
    issued_on: Option<Date>,
    in_force_from: Option<Date>,
    in_force_until: Option<Date>,
    opinions_until: Option<OffsetDateTime>,
    new_id: Option<i64>,
    new_slug: Option<String>,
    new_title: Option<String>,
    new_kind: Option<String>,
    new_number: Option<String>,
}

impl From<DocumentRow> for ListedDocument {
    fn from(row: DocumentRow) -> Self {
        let replaced_by = row.new_id.map(|id| ShortDocument {
            id,
            slug: row.new_slug.unwrap_or_default(),
            title: row.new_title.unwrap_or_default(),
            kind: row.new_kind.unwrap_or_default(),
            number: row.new_number.unwrap_or_default(),
        });
        Self {
            document: ShortDocument {
                id: row.id,
                slug: row.slug,
                title: row.title,
                kind: row.kind,
                number: row.number,
            },
            issuer: row.issuer,
            signer: row.signer,
            issued_on: row.issued_on,
            in_force_from: row.in_force_from,
            in_force_until: row.in_force_until,
            opinions_until: row.opinions_until,
            replaced_by,
            published_at: row.published_at,
        }
    }
}

/// A document as the public reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    pub listed: ListedDocument,
    /// Sanitised HTML.
    pub body: String,
    pub description: String,
    pub modified_at: OffsetDateTime,
    /// The documents that it replaces.
    pub replaces: Vec<ShortDocument>,
    /// Opinions that readers see, and how many of them the office answered.
    pub opinions: (i64, i64),
}

/// Finds a document that the public sees, as it stands on a day.
#[tracing::instrument(skip(pool))]
pub async fn find_document(pool: &PgPool, id: i64, today: Date) -> Result<Option<Document>, AppError> {
    let row = sqlx::query!(
        r#"select a.id as "id!", a.slug as "slug!", a.title as "title!", a.published_at as "published_at!",
                  a.body as "body!", a.description as "description!", a.modified_at as "modified_at!", d.number, d.kind,
                  d.issuer, d.signer, d.issued_on, d.in_force_from, d.in_force_until, d.opinions_until,
                  (select count(*) from comments c
                   where c.article_id = a.id and c.state = 'published' and c.parent_id is null) as "opinions!",
                  (select count(*) from comments c
                   where c.article_id = a.id and c.state = 'published' and c.parent_id is null
                         and exists (select from comments r
                                     where r.parent_id = c.id and r.official and r.state = 'published')) as "answered!"
           from documents d join public_texts a on a.id = d.article_id where a.id = $1"#,
        id
    );
    let Some(row) = row.fetch_optional(pool).await? else { return Ok(None) };
    let related = sqlx::query!(
        r#"select r.document_id = $1 as "is_older!", p.id as "id!", p.slug as "slug!", p.title as "title!", o.kind,
                  o.number
           from document_replacements r
           join public_texts p on p.id = case when r.document_id = $1 then r.replaced_id else r.document_id end
           join documents o on o.article_id = p.id
           where (r.document_id = $1 or r.replaced_id = $1)
                 and (r.document_id = $1
                      or (o.opinions_until is null and coalesce(o.in_force_from <= $2, true)))
           order by case when r.document_id = $1 then r.position end, o.listed_on desc, p.id desc"#,
        id,
        today
    );
    let (mut replaces, mut replaced_by) = (Vec::new(), None);
    for row in related.fetch_all(pool).await? {
        let short = ShortDocument { id: row.id, slug: row.slug, title: row.title, kind: row.kind, number: row.number };
        if row.is_older {
            replaces.push(short);
        } else if replaced_by.is_none() {
            replaced_by = Some(short);
        }
    }
    let document = ShortDocument { id: row.id, slug: row.slug, title: row.title, kind: row.kind, number: row.number };
    Ok(Some(Document {
        listed: ListedDocument {
            document,
            issuer: row.issuer,
            signer: row.signer,
            issued_on: row.issued_on,
            in_force_from: row.in_force_from,
            in_force_until: row.in_force_until,
            opinions_until: row.opinions_until,
            replaced_by,
            published_at: row.published_at,
        },
        body: row.body,
        description: row.description,
        modified_at: row.modified_at,
        replaces,
        opinions: (row.opinions, row.answered),
    }))
}

/// What documents can be filtered by.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Choices {
    pub kinds: Vec<String>,
    pub issuers: Vec<String>,
    pub signers: Vec<String>,
    /// The years in which they were issued, the latest first.
    pub years: Vec<i32>,
}

/// Lists what the documents that the public sees can be filtered by, at most 100 of each.
#[tracing::instrument(skip(pool))]
pub async fn list_choices(pool: &PgPool) -> Result<Choices, AppError> {
    let row = sqlx::query!(
        r#"with shown as (select d.* from documents d join public_texts a on a.id = d.article_id)
           select array(select distinct kind from shown where kind <> '' order by kind limit 100) as "kinds!",
                  array(select distinct issuer from shown where issuer <> '' order by issuer limit 100) as "issuers!",
                  array(select distinct signer from shown where signer <> '' order by signer limit 100) as "signers!",
                  array(select distinct extract(year from issued_on)::int as year from shown
                        where issued_on is not null order by year desc limit 100) as "years!""#
    );
    let row = row.fetch_one(pool).await?;
    Ok(Choices { kinds: row.kinds, issuers: row.issuers, signers: row.signers, years: row.years })
}

/// Lists the names of bodies and people on documents, the latest first, for the form that writes one.
#[tracing::instrument(skip(pool))]
pub async fn list_names(pool: &PgPool) -> Result<(Vec<String>, Vec<String>), AppError> {
    let row = sqlx::query!(
        r#"select array(select issuer from documents where issuer <> '' group by issuer
                        order by max(article_id) desc limit 20) as "issuers!",
                  array(select signer from documents where signer <> '' group by signer
                        order by max(article_id) desc limit 20) as "signers!""#
    );
    let row = row.fetch_one(pool).await?;
    Ok((row.issuers, row.signers))
}

/// Lists the drafts that are open for opinions now, the one that closes first first.
#[tracing::instrument(skip(pool))]
pub async fn list_open_drafts(pool: &PgPool) -> Result<Vec<(ShortDocument, OffsetDateTime)>, AppError> {
    let rows = sqlx::query!(
        r#"select a.id as "id!", a.slug as "slug!", a.title as "title!", d.kind, d.number,
                  d.opinions_until as "opinions_until!"
           from documents d join public_texts a on a.id = d.article_id
           where d.opinions_until > now() order by d.opinions_until, a.id limit 10"#
    );
    let rows = rows.fetch_all(pool).await?.into_iter();
    let short = rows.map(|row| {
        let short = ShortDocument { id: row.id, slug: row.slug, title: row.title, kind: row.kind, number: row.number };
        (short, row.opinions_until)
    });
    Ok(short.collect())
}

/// Lists the addresses of the documents that the public sees, the newest first, at most 5,000.
#[tracing::instrument(skip(pool))]
pub async fn list_addresses(pool: &PgPool) -> Result<Vec<(i64, String)>, AppError> {
    let rows = sqlx::query!(
        r#"select id as "id!", slug as "slug!" from public_texts where kind = 'document'
           order by published_at desc limit 5000"#
    );
    Ok(rows.fetch_all(pool).await?.into_iter().map(|row| (row.id, row.slug)).collect())
}

#[cfg(test)]
mod tests;
