//! Reads the form of an article.

use super::html_tree::tidy;
use super::markdown::to_html;
use super::store::list::list_newest_titles;
use super::store::revisions::find_revision;
use super::{
    ArticleForm, BAD_END, BAD_RELATED, BAD_TARGET, BAD_TIME, Content, EMPTY_BODY, HTML, LONG_BODY, LOST_BASE,
    MAX_RELATED,
};
use crate::base::clock::parse_field;
use crate::base::error::{AppError, Problem};
use crate::base::id::parse_id;
use crate::features::articles::parse_slug_id;
use crate::features::taxonomy::parse_tags;
use crate::features::taxonomy::store::resolve_tag_names;
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
    let related = list_newest_titles(pool, &content.related).await?;
    let tags = resolve_tag_names(pool, &content.tags).await?;
    Ok(ArticleForm::new(content, content.body.clone(), revision).with_names(&tags, &related))
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
    let related = parse_related(site, id, &form.related).await?.unwrap_or_else(|problem| {
        problems.push(problem);
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
    };
    let cleaned = content.cleaned();
    // opening and saving without a change changes no byte
    Ok(if is_unchanged { Content { body: base, ..cleaned } } else { cleaned })
}

/// Reads the related articles: addresses or numbers, one a line; what follows a space is their title.
async fn parse_related(site: &Site, own: i64, typed: &str) -> Result<Result<Vec<i64>, Problem>, AppError> {
    let lines = typed.lines().filter_map(|line| line.split_whitespace().next());
    let mut related = Vec::new();
    for line in lines {
        match parse_target(line) {
            Ok(Some(id)) if id != own && related.len() < MAX_RELATED => related.push(id),
            _ => return Ok(Err(BAD_RELATED)),
        }
    }
    related.dedup();
    let known = list_newest_titles(&site.pool, &related).await?;
    Ok(if known.len() == related.len() { Ok(related) } else { Err(BAD_RELATED) })
}

/// Reads the address of an article of this site, or its number.
pub(super) fn parse_target(typed: &str) -> Result<Option<i64>, AppError> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    let last = typed.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let last = last.split(['?', '#']).next().unwrap_or_default();
    parse_slug_id(last).map(|(_, id)| Some(id)).ok_or(AppError::invalid(BAD_TARGET))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_article_is_named_by_its_address_or_its_number() {
        for typed in ["17", "a-17", "/tin-tuc/lich-cup-nuoc-17", "https://p.vn/tin-tuc/lich-cup-nuoc-17?x=1#y", " 17 "]
        {
            assert_eq!(parse_target(typed), Ok(Some(17)), "{typed}");
        }
        assert_eq!(parse_target(" "), Ok(None));
        for bad in ["abc", "/tin-tuc/", "a-0"] {
            assert_eq!(parse_target(bad), Err(AppError::invalid(BAD_TARGET)), "{bad}");
        }
    }
}
