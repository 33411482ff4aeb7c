//! Every public page behind one read endpoint, and the component that shows it.

use crate::base::error::AppError;
use crate::base::url::encode;
use crate::features::articles::ArticleParts;
use crate::features::articles::page::ArticleView;
use crate::routes;
use crate::web::effects::effect;
use crate::web::forms::send::read;
#[cfg(feature = "hydrate")]
use crate::web::opening::follow_links;
use crate::web::page::{Head, Page};
#[cfg(feature = "hydrate")]
use crate::web::page_script;
use crate::web::response;
use crate::web::sync_view::SyncView;
use crate::web::wire::{Embed, Embedded};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};
use serde::{Deserialize, Serialize};
#[cfg(feature = "ssr")]
use std::pin::Pin;

/// A public page with what an article has besides its HTML.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicPage {
    pub page: Page,
    pub article: Option<Box<ArticleParts>>,
}

impl From<Page> for PublicPage {
    fn from(page: Page) -> Self {
        Self { page, article: None }
    }
}

impl Embed for Result<PublicPage, AppError> {
    fn without_html(&self) -> Self {
        let mut page = self.clone()?;
        page.page.html.clear();
        if let Some(article) = &mut page.article {
            article.aside.clear();
            article.thread.html.clear();
        }
        Ok(page)
    }
}

/// Reads the public page at this path and query.
#[server(
    prefix = "/api",
    endpoint = "page",
    input = server_fn::codec::GetUrl,
    output = server_fn::codec::Postcard
)]
pub async fn read_page(path: String, #[server(default)] query: String) -> Result<PublicPage, AppError> {
    use crate::features::articles::page::read_missing;
    let site = crate::web::site::current_site()?;
    // a link in a text may have something behind it
    if let Some(moved) = find_moved_address(&path, &query) {
        return Ok(Page { redirect: Some(moved), ..Page::unlisted(String::new(), String::new()) }.into());
    }
    match find_page(&site, &path, &query).await {
        Err(AppError::NotFound) => Ok(read_missing(&site).await?.into()),
        read => read,
    }
}

/// Which feature reads which page.
#[cfg(feature = "ssr")]
async fn find_page(site: &crate::web::site::Site, path: &str, query: &str) -> Result<PublicPage, AppError> {
    use crate::features::{
        accessibility, accounts, calendar, comments, documents, faults, front, inquiries, pages, privacy, search,
        series, statistics, taxonomy, writing,
    };
    let (index, last) = routes::find(path).ok_or(AppError::NotFound)?;
    let request = crate::web::page::PageRequest::new(last, query);
    let page = match routes::ALL[index] {
        routes::HOME => front::page::read(site, &request).await?,
        routes::ARTICLE => return read_article_or_old_address(site, &request).await,
        routes::DOCUMENT => {
            let document = documents::document_page::read(site, &request).await?;
            return Ok(PublicPage { page: document.page, article: document.parts });
        }
        routes::DOCUMENTS => documents::page::read(site, &request).await?,
        routes::CALENDAR => calendar::page::read_current(site).await?,
        routes::CALENDAR_MONTH => calendar::page::read_month(site, &request).await?,
        routes::PAGE => pages::page::read(site, &request).await?,
        routes::CATEGORY => taxonomy::page::read_category(site, &request).await?,
        routes::TAG => taxonomy::page::read_tag(site, &request).await?,
        routes::SERIES => series::page::read(site, &request).await?,
        routes::SEARCH => search::page::read(site, &request).await?,
        routes::DIRECTORY => front::directory_page::read(site).await?,
        routes::ARCHIVE => front::archive_page::read(site, &request).await?,
        routes::ACCESSIBILITY => accessibility::page::read(site),
        routes::CONTACT => inquiries::page::read(site, &request, false).await?,
        routes::REQUEST_OWN_DATA => inquiries::page::read(site, &request, true).await?,
        routes::PRIVACY => privacy::page::read(site),
        routes::STATISTICS => statistics::page::read(site).await?,
        routes::OWN_COMMENT => comments::own_page::read(site, &request).await?,
        routes::REPORT => comments::report_page::read(site, &request).await?,
        routes::REPORT_FAULT => faults::page::read(site, &request).await?,
        routes::OWN_FAULT => faults::own_page::read(site, &request).await?,
        routes::PREVIEW_LINK => writing::preview_page::read(site, &request).await?,
        routes::ACCOUNT_LINK => accounts::link_page::read(site, &request).await?,
        _ => return Err(AppError::NotFound),
    };
    Ok(page.into())
}

/// Reads an article; or where an address of an old site leads that has the form of an article's of this one, because
/// another article here may have its number. The future is on the heap: it is the largest of all pages'.
#[cfg(feature = "ssr")]
fn read_article_or_old_address<'a>(
    site: &'a crate::web::site::Site,
    request: &'a crate::web::page::PageRequest,
) -> Pin<Box<dyn Future<Output = Result<PublicPage, AppError>> + Send + 'a>> {
    use crate::features::articles::page::read_article;
    use crate::features::import::redirects::{Lead, find_look_alike};
    Box::pin(async move {
        let read = read_article(site, request).await;
        let may_be_old = match &read {
            Ok(article) => article.parts.is_none(),
            Err(error) => *error == AppError::NotFound,
        };
        if may_be_old && let Some(lead) = find_look_alike(&site.pool, &request.last).await? {
            let Lead::To(path) = lead else { return Err(AppError::NotFound) };
            let redirect = Some(request.with_parameters_of(&routes::ARTICLE, &path));
            return Ok(Page { redirect, ..Page::unlisted(String::new(), String::new()) }.into());
        }
        let article = read?;
        Ok(PublicPage { page: article.page, article: article.parts })
    })
}

/// Finds the address to which one is moved that is a page's but for something behind it: a slash, or behind an
/// article's number whatever a text or a chat app appended. Nothing is read for it.
#[cfg(feature = "ssr")]
pub fn find_moved_address(path: &str, query: &str) -> Option<String> {
    let is_page = |path: &str| {
        let found = routes::find(path).map(|(index, _)| routes::ALL[index].kind);
        matches!(found, Some(routes::Kind::Page | routes::Kind::Room))
    };
    let without_slash = path.trim_end_matches('/');
    let shown = if without_slash.is_empty() { path } else { without_slash };
    for route in [routes::ARTICLE, routes::DOCUMENT] {
        let last = route.matches(shown).unwrap_or_default();
        if let Some(part) = crate::features::articles::trim_after_number(last) {
            let request = crate::web::page::PageRequest::new(part, query);
            return Some(request.with_parameters_of(&route, &route.with(part)));
        }
    }
    (shown != path && is_page(shown)).then(|| match query {
        "" => shown.to_owned(),
        query => format!("{shown}?{query}"),
    })
}

/// Finds the shortest query that leads to the same page as this one, for the cache: nobody fills it with numbers that
/// lead nowhere.
#[cfg(feature = "ssr")]
pub async fn find_canonical_query(site: &crate::web::site::Site, path: &str, query: &str) -> Result<String, AppError> {
    let (index, last) = routes::find(path).ok_or(AppError::NotFound)?;
    let request = crate::web::page::PageRequest::new(last, query);
    match routes::ALL[index] {
        routes::ARTICLE | routes::DOCUMENT => {
            crate::features::articles::page::find_canonical_query(site, &request).await
        }
        _ => Ok(query.to_owned()),
    }
}

#[cfg(feature = "hydrate")]
thread_local! {
    /// The page that was opened last, until it is shown.
    static NEXT: std::cell::Cell<Option<PublicPage>> = const { std::cell::Cell::new(None) };
}

/// Shows the public page of the current address. The page that is left stays until the next is there, or goes on
/// staying where the next cannot be read.
#[component]
pub fn ShowPublicPage() -> impl IntoView {
    let location = use_location();
    let address = (location.pathname.get_untracked(), location.search.get_untracked());
    let first = Resource::<Result<PublicPage, AppError>, Embedded>::new_with_options(
        || (),
        move |()| fetch(address.clone()),
        false,
    );
    #[cfg(feature = "hydrate")]
    NEXT.take();
    let navigate = StoredValue::new(use_navigate());
    let go_instead = move |to: &str| {
        let options = NavigateOptions { replace: true, ..NavigateOptions::default() };
        navigate.with_value(|navigate| navigate(to, options));
    };
    // counts the pages that were opened
    let opened = RwSignal::new(0usize);
    #[cfg(feature = "hydrate")]
    follow_links(
        move || (location.pathname.get(), location.search.get()),
        fetch,
        move |read| {
            let next = read.unwrap_or_else(failed_page);
            // the page that is left stays on the way to another address, too
            if let Some(to) = &next.page.redirect {
                return go_instead(to);
            }
            NEXT.set(Some(next));
            opened.update(|opened| *opened += 1);
        },
    );
    view! {
        <Transition>
            {move || {
                opened.track();
                // a page that was opened is here already; the first is in the document
                #[cfg(feature = "hydrate")]
                let next = NEXT.take();
                #[cfg(not(feature = "hydrate"))]
                let next = None;
                Suspend::new(async move {
                    let PublicPage { page, article } = match next {
                        Some(page) => page,
                        None => first.await.unwrap_or_else(failed_page),
                    };
                    arrive(&page);
                    if let Some(to) = page.redirect {
                        response::redirect_permanently(&to);
                        effect(move || go_instead(&to));
                    }
                    match article {
                        Some(parts) => SyncView(view! { <ArticleView html=page.html parts=*parts/> }).into_any(),
                        None => SyncView(view! { <div class="page" inner_html=page.html></div> }).into_any(),
                    }
                })
            }}
        </Transition>
    }
}

fn fetch((path, query): (String, String)) -> impl Future<Output = Result<PublicPage, AppError>> + Send {
    let url = format!("{}?path={}&query={}", routes::READ_PAGE.path, encode(&path), encode(&query));
    read(read_page(path, query), move || url)
}

/// The page of an address that could not be read: what happened, and a way to try again.
fn failed_page(error: AppError) -> PublicPage {
    let message = error.reading_message();
    // the program's own sentence, without anything that somebody typed
    let link = r#"<a class="button" href="" rel="external">Tải lại trang</a>"#;
    let html = format!(r#"<div class="narrow sections" role="alert"><h1>{message}</h1><p>{link}</p></div>"#);
    let head = Head { title: "Lỗi".to_owned(), ..Head::default() };
    Page { head, html, error: Some(error), redirect: None }.into()
}

/// On the server, sets the status and the head of the document. In the browser, sets the title, moves the focus to the
/// content, and restores the scroll position.
fn arrive(page: &Page) {
    if let Some(error) = &page.error {
        response::set_error(error);
    }
    #[cfg(feature = "ssr")]
    crate::web::document_head::set_head(&page.head);
    #[cfg(not(feature = "ssr"))]
    document().set_title(&page.head.title);
    effect(move || {
        #[cfg(feature = "hydrate")]
        {
            page_script::restore_plain_forms();
            page_script::show_topics();
            page_script::restore_scroll();
        }
    });
}
