//! Reads the form of an article.

use super::markdown::to_html;
use super::store::list::list_newest_titles;
use super::store::revisions::find_revision;
use super::tidy::tidy;
use super::{
    ArticleForm, BAD_END, BAD_RELATED, BAD_TARGET, BAD_TIME, Content, EMPTY_BODY, HTML, LONG_BODY, LOST_BASE,
    MAX_RELATED,
};
use crate::base::clock::{parse_day, parse_field};
use crate::base::error::{AppError, Problem};
use crate::base::id::parse_id;
use crate::features::articles::{ArticleKind, parse_address};
use crate::features::documents::{
    BAD_FORCE, BAD_ISSUED, BAD_OPINIONS, BAD_REPLACED, BAD_UNTIL, DocumentDetails, MAX_REPLACED,
};
use crate::features::pages::store::find_page_id;
use crate::features::taxonomy::parse_tags;
use crate::features::taxonomy::store::resolve_tag_names;
use crate::routes;
use crate::web::site::Site;
use sqlx::PgPool;

/// The most categories besides an article's own.
const MAX_FURTHER: usize = 20;
/// Finds the body of the text that a form was begun from.
async fn find_base(pool: &PgPool, id: i64, form: &ArticleForm) -> Result<Option<String>, AppError> {
    let base = match form.base.parse() {
        Ok(revision) => find_revision(pool, id, revision).await?,
        Err(_) => None,
    };
    Ok(base.map(|content| content.body))
}

/// The body of a form as bodies are stored. `base` is that of the text that the form was begun from.
fn read_body(form: &ArticleForm, base: &str) -> String {
    if form.format == HTML {
        tidy(&form.body)
    } else if form.base_body.is_empty() {
        to_html(&form.body, base)
    } else {
        to_html(&form.body, &tidy(&form.base_body))
    }
}

/// Reads a form without judging it, with its body as bodies are stored: to be compared with another text.
pub(super) async fn read_typed(pool: &PgPool, id: i64, form: ArticleForm) -> Result<ArticleForm, AppError> {
    let form = form.with_plain_lines();
    if form.is_overloaded() {
        return Err(AppError::invalid(LONG_BODY));
    }
    let base = find_base(pool, id, &form).await?.unwrap_or_default();
    let body = read_body(&form, &base);
    Ok(ArticleForm { body, format: HTML.to_owned(), base_body: String::new(), ..form })
}

/// The fields of a saved text as its form shows them, with its body as it is stored.
pub(super) async fn list_saved_fields(
    pool: &PgPool,
    content: &Content,
    revision: i32,
) -> Result<ArticleForm, AppError> {
    let related = list_newest_titles(pool, ArticleKind::Article, &content.related).await?;
    let replaces = list_newest_titles(pool, ArticleKind::Document, &content.document.replaces).await?;
    let tags = resolve_tag_names(pool, &content.tags).await?;
    Ok(ArticleForm::new(content, content.body.clone(), revision).with_names(&tags, &related, &replaces))
}

/// Reads the fields of an article.
pub(super) async fn parse_form(site: &Site, id: i64, form: ArticleForm) -> Result<Content, AppError> {
    let form = form.with_plain_lines();
    let mut problems = Vec::new();
    let mut read_time = |typed: &str, problem: Problem| {
        parse_field(typed).unwrap_or_else(|_| {
            problems.push(problem);
            None
        })
    };
    let (publish_at, ends_at) = (read_time(&form.publish_at, BAD_TIME), read_time(&form.ends_at, BAD_END));
    let opinions_until = read_time(&form.opinions_until, BAD_OPINIONS);
    let mut read_day = |typed: &str, problem: Problem| {
        let day = parse_day(typed.trim());
        if day.is_none() && !typed.trim().is_empty() {
            problems.push(problem);
        }
        day
    };
    let issued_on = read_day(&form.issued_on, BAD_ISSUED);
    let in_force_from = read_day(&form.in_force_from, BAD_FORCE);
    let in_force_until = read_day(&form.in_force_until, BAD_UNTIL);
    let base = find_base(&site.pool, id, &form).await?;
    if base.is_none() && form.base_body.is_empty() && form.format != HTML && form.body.contains("[khối ") {
        problems.push(LOST_BASE);
    }
    if form.is_overloaded() {
        return Err(AppError::invalid(LONG_BODY));
    }
    let base = base.unwrap_or_default();
    let body = read_body(&form, &base);
    if body.is_empty() && !base.is_empty() && form.confirm_empty != "1" {
        problems.push(EMPTY_BODY);
    }
    let tags = parse_tags(&form.tags).unwrap_or_else(|problem| {
        problems.push(problem);
        Vec::new()
    });
    let related =
        parse_targets(site, (id, ArticleKind::Article), &form.related, MAX_RELATED).await?.unwrap_or_else(|| {
            problems.push(BAD_RELATED);
            Vec::new()
        });
    let replaces =
        parse_targets(site, (id, ArticleKind::Document), &form.replaces, MAX_REPLACED).await?.unwrap_or_else(|| {
            problems.push(BAD_REPLACED);
            Vec::new()
        });
    if !problems.is_empty() {
        return Err(AppError::Invalid(problems));
    }
    let is_unchanged = body == base;
    let category = parse_id(&form.category);
    let mut further: Vec<i64> = form.further.iter().filter_map(|id| parse_id(id)).take(MAX_FURTHER).collect();
    further.retain(|id| Some(*id) != category);
    let content = Content {
        title: form.title,
        slug: form.slug,
        category,
        further,
        tags,
        related,
        closed_to_comments: form.closed_to_comments == "1",
        closed_to_ratings: form.closed_to_ratings == "1",
        lead: form.lead,
        picture: parse_id(&form.picture),
        caption: form.caption,
        body,
        author: form.author,
        source: form.source,
        description: form.description,
        publish_at,
        ends_at,
        document: DocumentDetails {
            number: form.number,
            kind: form.document_kind,
            issuer: form.issuer,
            signer: form.signer,
            issued_on,
            in_force_from,
            in_force_until,
            replaces,
            opinions_until,
        },
    };
    let cleaned = content.cleaned();
    // opening and saving without a change changes no byte
    Ok(if is_unchanged { Content { body: base, ..cleaned } } else { cleaned })
}

/// Reads addresses or numbers, one a line; what follows a space is a title. `None` where one of them leads to
/// nothing of this kind or to the text itself, or where there are too many.
async fn parse_targets(
    site: &Site,
    (own, kind): (i64, ArticleKind),
    typed: &str,
    most: usize,
) -> Result<Option<Vec<i64>>, AppError> {
    let lines = typed.lines().filter_map(|line| line.split_whitespace().next());
    let mut targets = Vec::new();
    for line in lines {
        match parse_address(line) {
            Some(id) if id != own && targets.len() < most => targets.push(id),
            _ => return Ok(None),
        }
    }
    targets.dedup();
    let known = list_newest_titles(&site.pool, kind, &targets).await?;
    Ok((known.len() == targets.len()).then_some(targets))
}

/// Finds what stands at an address of this site, whatever its kind, or has a number; nothing, where nothing was typed.
pub(super) async fn find_target(site: &Site, typed: &str) -> Result<Option<i64>, AppError> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    let path = typed.strip_prefix(&*site.public_url).unwrap_or(typed).split(['?', '#']).next().unwrap_or_default();
    let found = match routes::PAGE.matches(path) {
        Some(slug) => find_page_id(&site.pool, slug).await?,
        None => parse_address(typed),
    };
    found.map(Some).ok_or(AppError::invalid(BAD_TARGET))
}
