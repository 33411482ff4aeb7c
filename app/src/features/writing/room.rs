//! The room where articles are written: the list, one article, and a revision of it. Plain forms.

use super::checklist::list_checks;
use super::compare::{Choice, Comparison};
use super::edit_html::RevisionPage;
use super::form_html::{Conflicting, EditPage, Notice, find_form_refusal};
use super::form_parsing::{find_target, list_saved_fields, parse_form, read_typed};
use super::markdown::{list_picture_lines, to_markdown};
use super::store::list::{self, Filter};
use super::store::{self, ArticleChange, LatestSave, Work, previews, revisions};
use super::{
    ARTICLE, ArticleForm, COMPARED, Content, HTML, MERGED, NO_CHOICE, NOT_NOW, PRESENCE, PREVIEW_ENDED, PREVIEW_MADE,
    REVISION, SAVE, Stage, Step, edit_html, list_html, list_path, work_path,
};
use crate::base::clock::{self, parse_month};
use crate::base::error::{AppError, ChangeNote};
use crate::base::id::{parse_id, parse_page};
use crate::base::keys::decode_token;
use crate::base::text::{clean_line, clean_lines};
use crate::features::articles::ArticleKind;
use crate::features::audit::Actor;
use crate::features::documents::DocumentDetails;
use crate::features::documents::store::list_names;
use crate::features::faults::store::count_open_faults;
use crate::features::media::body::list_pictures;
use crate::features::media::html::parse_outcome;
use crate::features::media::store::{find_pictures, list_newest_pictures};
use crate::features::taxonomy::Category;
use crate::features::taxonomy::store::{list_categories, list_frequent_tags, list_merged, resolve_tag_names};
use crate::live::hub::Change;
use crate::routes;
use crate::web::flash::{set_flash, take_flash};
use crate::web::forms::post::redirect_to;
use crate::web::page::PageRequest;
use crate::web::permissions::Permission;
use crate::web::room::{Group, Room, RoomContent, RoomRequest};
use crate::web::session::require;
use crate::web::site::{Site, current_site};
use crate::web::staff::Staff;
use leptos::prelude::*;
use sqlx::PgPool;
use std::collections::HashMap;
use time::OffsetDateTime;

/// Revisions in the list of an article.
const MAX_LISTED_REVISIONS: i64 = 50;
/// Pictures to choose from.
const MAX_LISTED_PICTURES: i64 = 12;
/// The most pictures of a text that are shown beside it.
const MAX_SHOWN_PICTURES: usize = 60;
/// Tags that are named as used often.
const MAX_FREQUENT_TAGS: i64 = 12;
/// What the flash of a saved text says.
const SAVED: &str = "save-article";

/// Stands before it where what was typed was saved.
const TYPED: &str = "typed-";

pub const ROOM: Room = Room {
    route: &routes::DESK_ARTICLES,
    label: "Bài viết",
    group: Group::Content,
    permission: Some(Permission::WriteArticles),
    read: |request| Box::pin(read(request)),
    count_waiting: Some(|pool| Box::pin(async move { list::count_in_review(&pool, ArticleKind::Article).await })),
};

/// The list of pages that are no news. Each opens in the room of articles.
pub const PAGES_ROOM: Room = Room {
    route: &routes::DESK_PAGES,
    label: "Trang",
    read: |request| Box::pin(read_list(request, ArticleKind::Page)),
    count_waiting: Some(|pool| Box::pin(async move { list::count_in_review(&pool, ArticleKind::Page).await })),
    ..ROOM
};

/// The list of documents. Each opens in the room of articles.
pub const DOCUMENTS_ROOM: Room = Room {
    route: &routes::DESK_DOCUMENTS,
    label: "Văn bản",
    read: |request| Box::pin(read_list(request, ArticleKind::Document)),
    count_waiting: Some(|pool| Box::pin(async move { list::count_in_review(&pool, ArticleKind::Document).await })),
    ..ROOM
};

/// Begins an article of a kind: an empty one, or a copy of another.
#[server(prefix = "/api", endpoint = "create-article", output = server_fn::codec::Postcard)]
pub async fn create_article(
    #[server(default)] copy_of: String,
    #[server(default)] kind: String,
) -> Result<(), AppError> {
    let staff = require(Permission::WriteArticles).await?;
    let site = current_site()?;
    let (kind, content) = match copy_of.as_str() {
        "" => {
            let kind = ArticleKind::parse(&kind).unwrap_or_default();
            let author = if kind == ArticleKind::Article { staff.name.clone() } else { String::new() };
            (kind, Content { author, ..Content::default() })
        }
        id => {
            let id = parse_id(id).ok_or(AppError::NotFound)?;
            let original = store::find_work(&site.pool, id).await?.ok_or(AppError::NotFound)?;
            // an address and a number of its own, and no time that has passed
            let content = original.content;
            let document = DocumentDetails {
                number: String::new(),
                replaces: Vec::new(),
                issued_on: None,
                in_force_from: None,
                in_force_until: None,
                opinions_until: None,
                ..content.document.clone()
            };
            (original.kind, Content { slug: String::new(), publish_at: None, ends_at: None, document, ..content })
        }
    };
    let id = store::create_article(&site.pool, Actor::new(&site, &staff), kind, &content).await?;
    site.hub.announce(Change::Desk);
    redirect_to(&work_path(id), "");
    Ok(())
}

/// Saves an article, and takes a step with what was saved where the button says so.
#[server(prefix = "/api", endpoint = "save-article", output = server_fn::codec::Postcard)]
pub async fn save_article(
    #[server(default)] id: String,
    #[server(default)] revision: String,
    #[server(default)] then: String,
    #[server(flatten)]
    #[server(default)]
    form: ArticleForm,
) -> Result<(), AppError> {
    let staff = require(Permission::WriteArticles).await?;
    let site = current_site()?;
    let id = parse_id(&id).ok_or(AppError::NotFound)?;
    let step = match then.as_str() {
        "" => None,
        then => Some(Step::parse(then).ok_or(AppError::NotFound)?),
    };
    let correction = clean_line(&form.correction);
    if correction.chars().count() > super::MAX_LINE {
        return Err(AppError::invalid(super::LONG_CORRECTION));
    }
    let content = parse_form(&site, id, form).await?;
    let change = ArticleChange {
        seen: revision.parse().map_err(|_| AppError::NotFound)?,
        content: Some(&content),
        is_typed: true,
        step,
        message: &correction,
        moved_to: None,
    };
    apply(&site, &staff, id, &change).await
}

/// Keeps what somebody is typing, without saving it for others. Answers with the time at which it was kept, `09:42`, or
/// with nothing where this person has saved a newer text meanwhile, over which an older copy never goes.
#[server(prefix = "/api", endpoint = "keep-copy", output = server_fn::codec::Postcard)]
pub async fn keep_copy(
    #[server(default)] id: String,
    #[server(default)] revision: String,
    #[server(flatten)]
    #[server(default)]
    form: ArticleForm,
) -> Result<Option<String>, AppError> {
    let staff = require(Permission::WriteArticles).await?;
    let site = current_site()?;
    let id = parse_id(&id).ok_or(AppError::NotFound)?;
    let revision = revision.parse().map_err(|_| AppError::NotFound)?;
    redirect_to(&work_path(id), "");
    if form.is_overloaded() {
        return Err(AppError::TooLarge);
    }
    let kept_at = revisions::upsert_copy(&site.pool, id, staff.id, revision, &form).await?;
    Ok(kept_at.map(clock::format_hour))
}

/// Drops what somebody was typing and had not saved.
#[server(prefix = "/api", endpoint = "drop-copy", output = server_fn::codec::Postcard)]
pub async fn drop_copy(#[server(default)] id: String) -> Result<(), AppError> {
    let staff = require(Permission::WriteArticles).await?;
    let site = current_site()?;
    let id = parse_id(&id).ok_or(AppError::NotFound)?;
    revisions::delete_copy(&site.pool, id, staff.id).await?;
    redirect_to(&work_path(id), "ban-duyet");
    Ok(())
}

/// Takes a step with an article as it is saved.
#[server(prefix = "/api", endpoint = "move-article", output = server_fn::codec::Postcard)]
pub async fn move_article(
    #[server(default)] id: String,
    #[server(default)] revision: String,
    #[server(default)] step: String,
    #[server(default)] message: String,
    #[server(default)] note: String,
    #[server(default)] moved_to: String,
) -> Result<(), AppError> {
    let staff = require(Permission::WriteArticles).await?;
    let site = current_site()?;
    let id = parse_id(&id).ok_or(AppError::NotFound)?;
    let step = Step::parse(&step).ok_or(AppError::NotFound)?;
    let message = if step == Step::Return { clean_lines(&note) } else { clean_line(&message) };
    let seen = revision.parse().map_err(|_| AppError::NotFound)?;
    let moved_to = find_target(&site, &moved_to).await?;
    let change = ArticleChange { seen, step: Some(step), message: &message, moved_to, ..ArticleChange::default() };
    apply(&site, &staff, id, &change).await
}

/// Saves the text of an older revision as the newest.
#[server(prefix = "/api", endpoint = "restore-revision", output = server_fn::codec::Postcard)]
pub async fn restore_revision(
    #[server(default)] id: String,
    #[server(default)] revision: String,
    #[server(default)] old: String,
) -> Result<(), AppError> {
    let staff = require(Permission::WriteArticles).await?;
    let site = current_site()?;
    let id = parse_id(&id).ok_or(AppError::NotFound)?;
    let number = |text: &str| text.parse::<i32>().map_err(|_| AppError::NotFound);
    let content = revisions::find_revision(&site.pool, id, number(&old)?).await?.ok_or(AppError::NotFound)?;
    let change = ArticleChange { seen: number(&revision)?, content: Some(&content), ..ArticleChange::default() };
    apply(&site, &staff, id, &change).await
}

/// Makes one text of the one that was typed and the one that somebody else saved meanwhile. It is kept as what this
/// person is writing, to be looked at before it is saved.
#[server(prefix = "/api", endpoint = "merge-texts", output = server_fn::codec::Postcard)]
pub async fn merge_texts(
    #[server(default)] id: String,
    #[server(default)] revision: String,
    #[server(default)] choices: HashMap<String, String>,
    #[server(flatten)]
    #[server(default)]
    form: ArticleForm,
) -> Result<(), AppError> {
    let staff = require(Permission::WriteArticles).await?;
    let site = current_site()?;
    let id = parse_id(&id).ok_or(AppError::NotFound)?;
    let revision: i32 = revision.parse().map_err(|_| AppError::NotFound)?;
    let theirs = find_fields(&site.pool, id, revision).await?.ok_or(AppError::NotFound)?;
    let base = match form.base.parse() {
        Ok(base) => find_fields(&site.pool, id, base).await?,
        Err(_) => None,
    };
    let own = read_typed(&site.pool, id, form).await?;
    let choices = choices.into_iter().filter_map(|(key, choice)| Some((key, Choice::parse(&choice)?))).collect();
    let merged = Comparison::new(&theirs, &own, base.as_ref()).merge(&choices).ok_or(AppError::invalid(NO_CHOICE))?;
    let merged = ArticleForm { format: HTML.to_owned(), base: revision.to_string(), ..merged };
    if revisions::upsert_copy(&site.pool, id, staff.id, revision, &merged).await?.is_none() {
        return Err(AppError::invalid(NOT_NOW));
    }
    site.hub.announce(Change::Desk);
    set_flash(format!("{TYPED}{MERGED}"))?;
    redirect_to(&work_path(id), "ban-duyet");
    Ok(())
}

/// Applies a change, and leads to the article, or to the list where it is no longer worked on.
async fn apply(site: &Site, staff: &Staff, id: i64, change: &ArticleChange<'_>) -> Result<(), AppError> {
    let applied = store::change_article(&site.pool, Actor::new(site, staff), staff, id, change).await?;
    if let Err(latest) = applied {
        return Err(AppError::Conflict(note_of(latest)));
    }
    site.hub.announce(Change::Desk);
    if change.step.is_some() {
        // before the answer, so that its sender finds it done
        site.hub.announce(Change::Site);
        site.hub.announce(Change::Article(id));
    }
    let done = change.step.map_or(SAVED, Step::value);
    set_flash(if change.is_typed { format!("{TYPED}{done}") } else { done.to_owned() })?;
    let path = match change.step {
        Some(Step::Discard) => {
            let kind = store::find_work(&site.pool, id).await?.map(|work| work.kind);
            list_path(kind.unwrap_or_default()).to_owned()
        }
        _ => work_path(id),
    };
    redirect_to(&path, "ban-duyet");
    Ok(())
}

fn note_of(latest: LatestSave) -> ChangeNote {
    ChangeNote {
        actor: latest.by,
        change: format!("đã {}", SAVE.label),
        at: clock::format_short(latest.at),
        effect: None,
    }
}

async fn read(request: RoomRequest) -> Result<RoomContent, AppError> {
    match request.address.parameter(ARTICLE).map(parse_id) {
        None => read_list(request, ArticleKind::Article).await,
        Some(None) => Err(AppError::NotFound),
        Some(Some(id)) => Ok(RoomContent { html: read_work(request, id).await?, data: Vec::new() }),
    }
}

/// What the last form did.
fn find_notice(value: &str) -> Option<Notice> {
    let (is_typed, value) = value.strip_prefix(TYPED).map_or((false, value), |value| (true, value));
    let sentence = match Step::parse(value) {
        Some(step) => Some(edit_html::done_sentence(step)),
        None if value == SAVED => Some("Đã lưu."),
        None if value == MERGED => Some("Đã ghép hai bản. Xem lại rồi bấm lưu."),
        None if value == PREVIEW_ENDED => Some("Đã thu hồi liên kết xem trước."),
        None => value.starts_with(PREVIEW_MADE).then_some("Đã tạo liên kết xem trước."),
    };
    sentence.map(|sentence| Notice { sentence, is_typed })
}

async fn read_list(request: RoomRequest, kind: ArticleKind) -> Result<RoomContent, AppError> {
    let pool = &request.site.pool;
    let (filter, page) = parse_filter(&request.address, kind);
    let (articles, has_more) = list::list_articles(pool, &filter, page).await?;
    let shown = list_html::ListPage {
        counts: list::count_stages(pool, kind).await?,
        categories: list_categories(pool).await?,
        authors: list::list_authors(pool).await?,
        month: request.address.text("thang"),
        filter,
        articles,
        page,
        has_more,
        notice: find_notice(&take_flash()?.unwrap_or_default()),
    };
    Ok(RoomContent { html: list_html::list_page(&shown), data: Vec::new() })
}

fn parse_filter(address: &PageRequest, kind: ArticleKind) -> (Filter, i64) {
    let stage = address.text("trang-thai");
    let filter = Filter {
        kind,
        stage: Stage::parse(&stage),
        discarded: stage == list_html::DISCARDED,
        text: clean_line(&address.text("q")).chars().take(100).collect(),
        category: address.parameter("chuyen-muc").and_then(parse_id),
        author: address.parameter("nguoi-viet").and_then(parse_id),
        period: parse_month(&address.text("thang")),
    };
    (filter, parse_page(address.parameter("trang")))
}

/// The same for what somebody is writing.
async fn resolve_categories_of_form(pool: &PgPool, form: &mut ArticleForm) -> Result<(), AppError> {
    let further = form.further.iter().filter_map(|id| parse_id(id)).collect();
    let mut named = Content { category: parse_id(&form.category), further, ..Content::default() };
    resolve_categories(pool, &mut named).await?;
    form.category = named.category.map(|id| id.to_string()).unwrap_or_default();
    form.further = named.further.iter().map(i64::to_string).collect();
    Ok(())
}

/// Reads a revision as readers would see it, and where it differs from another one.
async fn read_revision(
    request: &RoomRequest,
    work: Work,
    categories: Vec<Category>,
    revision: &str,
) -> Result<String, AppError> {
    let pool = &request.site.pool;
    let revision: i32 = revision.parse().map_err(|_| AppError::NotFound)?;
    let content = revisions::find_revision(pool, work.id, revision).await?.ok_or(AppError::NotFound)?;
    let mut shown = content.pictures();
    let compared = match request.address.parameter(COMPARED) {
        None => None,
        Some(other) => {
            let other: i32 = other.parse().map_err(|_| AppError::NotFound)?;
            let text = revisions::find_revision(pool, work.id, other).await?.ok_or(AppError::NotFound)?;
            shown.extend(text.picture);
            Some((other, list_saved_fields(pool, &text, other).await?))
        }
    };
    let page = RevisionPage {
        fields: list_saved_fields(pool, &content, revision).await?,
        pictures: find_pictures(pool, &shown).await?,
        revisions: revisions::list_revisions(pool, work.id, MAX_LISTED_REVISIONS).await?,
        work,
        revision,
        content,
        categories,
        compared,
        key: request.site.keys.cookie.clone(),
    };
    Ok(edit_html::revision_page(&page))
}

/// Finds a saved text as its form shows it, with present categories and names.
async fn find_fields(pool: &PgPool, id: i64, revision: i32) -> Result<Option<ArticleForm>, AppError> {
    let Some(mut content) = revisions::find_revision(pool, id, revision).await? else { return Ok(None) };
    resolve_categories(pool, &mut content).await?;
    list_saved_fields(pool, &content, revision).await.map(Some)
}

/// Names in place of categories that were merged those that took their place.
async fn resolve_categories(pool: &PgPool, content: &mut Content) -> Result<(), AppError> {
    let named: Vec<i64> = content.category.into_iter().chain(content.further.iter().copied()).collect();
    let merged = list_merged(pool, &named).await?;
    let present = |id: i64| merged.iter().find(|(from, _)| *from == id).map_or(id, |(_, into)| *into);
    content.category = content.category.map(present);
    content.further = content.further.iter().map(|id| present(*id)).collect();
    Ok(())
}

async fn read_work(request: RoomRequest, id: i64) -> Result<String, AppError> {
    let pool = &request.site.pool;
    let mut work = store::find_work(pool, id).await?.ok_or(AppError::NotFound)?;
    resolve_categories(pool, &mut work.content).await?;
    let categories = list_categories(pool).await?;
    if let Some(revision) = request.address.parameter(REVISION) {
        return read_revision(&request, work, categories, revision).await;
    }
    let since = OffsetDateTime::now_utc() - PRESENCE;
    let others = revisions::list_other_writers(pool, id, request.staff.id, since).await?;
    let mut copy = revisions::find_copy(pool, id, request.staff.id).await?;
    if let Some(copy) = &mut copy {
        resolve_categories_of_form(pool, &mut copy.form).await?;
    }
    let chosen = match (find_form_refusal(request.refusal.as_ref()), &copy) {
        (Some(refusal), _) => (parse_id(&refusal.typed("picture")), refusal.typed("body"), refusal.typed("format")),
        (None, Some(copy)) => (parse_id(&copy.form.picture), copy.form.body.clone(), copy.form.format.clone()),
        (None, None) => (work.content.picture, work.content.body.clone(), HTML.to_owned()),
    };
    let (picture, body, format) = chosen;
    let base = match (find_form_refusal(request.refusal.as_ref()), &copy) {
        (Some(refusal), _) => refusal.typed("base").parse().ok(),
        (None, Some(copy)) => copy.form.base.parse().ok(),
        (None, None) => None,
    };
    let base_body = match base.filter(|base| *base != work.revision) {
        Some(base) => revisions::find_revision(pool, id, base).await?.map(|content| content.body).unwrap_or_default(),
        None => work.content.body.clone(),
    };
    let in_text = if format == HTML { list_pictures(&body) } else { list_picture_lines(&body) };
    let wanted: Vec<i64> = picture.into_iter().chain(in_text).take(MAX_SHOWN_PICTURES).collect();
    let is_public = work.stage == Stage::Published && !work.has_unpublished_text();
    let checks = match work.stage {
        Stage::Withdrawn | Stage::Ended => Vec::new(),
        _ if is_public || work.is_discarded => Vec::new(),
        _ => list_checks(&request.site, id, work.kind, &work.content).await?,
    };
    let flash = take_flash()?.unwrap_or_default();
    let link = flash.strip_prefix(PREVIEW_MADE).filter(|token| decode_token(token).is_some());
    let link = link.map(|token| format!("{}{}", request.site.public_url, routes::PREVIEW_LINK.with(token)));
    let conflicting = match find_form_refusal(request.refusal.as_ref()) {
        Some(refusal)
            if matches!(refusal.error, AppError::Conflict(_)) || refusal.action == routes::MERGE_TEXTS.path =>
        {
            let typed = read_typed(pool, id, ArticleForm::of_refusal(refusal)).await?;
            let base = match typed.base.parse() {
                Ok(base) => find_fields(pool, id, base).await?,
                Err(_) => None,
            };
            Some(Conflicting { typed, base })
        }
        _ => None,
    };
    let page = EditPage {
        conflicting,
        copy,
        tags: resolve_tag_names(pool, &work.content.tags).await?,
        frequent_tags: list_frequent_tags(pool, MAX_FREQUENT_TAGS).await?,
        related: list::list_newest_titles(pool, ArticleKind::Article, &work.content.related).await?,
        replaces: list::list_newest_titles(pool, ArticleKind::Document, &work.content.document.replaces).await?,
        names: match work.kind {
            ArticleKind::Document => list_names(pool).await?,
            _ => Default::default(),
        },
        checks,
        faults: count_open_faults(pool, Some(id)).await?,
        preview: (previews::find_preview_end(pool, id).await?, link),
        others: others.into_iter().map(|(name, _)| name).collect(),
        markdown: to_markdown(&work.content.body),
        base_body,
        pictures: list_newest_pictures(pool, &wanted, MAX_LISTED_PICTURES).await?,
        revisions: revisions::list_revisions(pool, id, MAX_LISTED_REVISIONS).await?,
        notice: find_notice(&flash),
        upload: parse_outcome(&request.address),
        refusal: request.refusal,
        staff: request.staff,
        categories,
        work,
    };
    Ok(edit_html::edit_page(&page))
}
