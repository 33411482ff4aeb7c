//! A public page: words that the server rendered, and the live parts that the browser adds.
//!
//! The words are HTML that only the server makes. The browser takes them over as they are and fetches those of the
//! next page when a link is followed, so the code of everything that merely shows something stays out of its download.

use crate::articles::page::{ArticleParts, ArticleView};
use crate::error::AppError;
use crate::forms::send::read;
use crate::settled::Settled;
use crate::wire::{Embed, Embedded};
use crate::{answer, scroll};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What a page says about itself, outside of its words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The whole title.
    pub title: String,
    /// What the page is, in a sentence.
    pub description: String,
    /// The page's one true address; a page without is not for search engines.
    pub canonical: Option<String>,
}

/// A public page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// What it says about itself.
    pub head: Head,
    /// Its words, as HTML made by the server.
    pub html: String,
    /// What an article's page has besides words.
    pub article: Option<Box<ArticleParts>>,
    /// Why it is not what was asked for: nothing is there, or a form was refused.
    pub error: Option<AppError>,
    /// The address to go to for good instead.
    pub moved: Option<String>,
}

impl Embed for Result<Page, AppError> {
    fn embedded(&self) -> Self {
        let mut page = self.clone()?;
        page.html.clear();
        page.head.description.clear();
        page.head.canonical = None;
        if let Some(article) = &mut page.article {
            article.aside.clear();
            article.thread.html.clear();
        }
        Ok(page)
    }
}

/// Which page is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// The list of articles, by page.
    Home(i64),
    /// An article: the last part of its address, the page of its comments, the comment to find, the comment to
    /// answer, and the token of a refused form.
    Article {
        /// `hoi-nghi-17`
        address: String,
        /// The page of its comments.
        page: i64,
        /// The comment whose page is wanted instead.
        find: Option<i64>,
        /// The comment to answer.
        reply_to: Option<i64>,
        /// The token of a form that was refused.
        token: String,
    },
    /// What the site keeps about people.
    Privacy,
    /// Who reads the site, in numbers.
    Traffic,
    /// A writer's own comment: the token of its address, and that of a form that was refused.
    Own(String, String),
    /// Where a comment is reported: its number, and the token of a form that was refused.
    Report(String, String),
    /// A link that works once: its token, and that of a form that was refused.
    Link(String, String),
    /// An address that leads nowhere.
    Missing,
}

impl Asked {
    /// Where the browser reads it.
    fn address(&self) -> String {
        match self {
            Self::Home(page) => format!("/api/home?page={page}"),
            Self::Article { address, page, find, reply_to, .. } => {
                let optional = |name: &str, id: &Option<i64>| id.map(|id| format!("&{name}={id}")).unwrap_or_default();
                format!(
                    "/api/article?address={}&page={page}{}{}",
                    encode(address),
                    optional("find", find),
                    optional("reply_to", reply_to)
                )
            }
            Self::Privacy => "/api/privacy".to_owned(),
            Self::Traffic => "/api/traffic".to_owned(),
            Self::Own(token, _) => format!("/api/own?token={}", encode(token)),
            Self::Report(comment, _) => format!("/api/report?comment={}", encode(comment)),
            Self::Link(token, _) => format!("/api/link?token={}", encode(token)),
            Self::Missing => "/api/missing".to_owned(),
        }
    }

    async fn answer(self) -> Result<Page, AppError> {
        match self {
            Self::Home(page) => crate::articles::page::read_home(page).await,
            Self::Article { address, page, find, reply_to, token } => {
                crate::articles::page::read_article(address, page, find, reply_to, token).await
            }
            Self::Privacy => read_privacy().await,
            Self::Traffic => read_traffic().await,
            Self::Own(token, refused) => crate::comments::own::read_own(token, refused).await,
            Self::Report(comment, refused) => crate::comments::report::read_report(comment, refused).await,
            Self::Link(token, refused) => crate::accounts::link::read_link(token, refused).await,
            Self::Missing => crate::articles::page::read_missing().await,
        }
    }
}

/// A path's part for a query: what a browser leaves in a path may mean something in a query.
pub fn encode(part: &str) -> String {
    let keep = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
    part.bytes().map(|b| if keep(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

/// What the site keeps about people.
#[server(prefix = "/api", endpoint = "privacy", input = server_fn::codec::GetUrl, output = server_fn::codec::Postcard)]
pub async fn read_privacy() -> Result<Page, AppError> {
    Ok(crate::privacy::page(&crate::site::site()?))
}

/// Who reads the site, in numbers.
#[server(prefix = "/api", endpoint = "traffic", input = server_fn::codec::GetUrl, output = server_fn::codec::Postcard)]
pub async fn read_traffic() -> Result<Page, AppError> {
    use crate::statistics::{markup, store};
    let site = crate::site::site()?;
    let today = crate::clock::day_of(time::OffsetDateTime::now_utc());
    let days = store::history(&site.pool, today, store::Step::Day).await?;
    let months = store::history(&site.pool, today, store::Step::Month).await?;
    let most = store::most_read(&site.pool, today).await?;
    Ok(markup::page(&site, &days, &months, &most))
}

/// Any public page.
#[component]
pub fn PublicPage(
    /// Which.
    #[prop(into)]
    asked: Signal<Asked>,
) -> impl IntoView {
    let page = Resource::<Result<Page, AppError>, Embedded>::new_with_options(
        move || asked.get(),
        |asked| {
            let address = asked.clone();
            read(asked.answer(), move || address.address())
        },
        false,
    );
    let navigate = leptos_router::hooks::use_navigate();
    let navigate = StoredValue::new(navigate);
    view! {
        <Transition>
            {move || Suspend::new(async move {
                let page = page.await.unwrap_or_else(failed);
                arrive(&page);
                if let Some(to) = page.moved {
                    answer::moved(&to);
                    Effect::new(move |_| {
                        let options = leptos_router::NavigateOptions { replace: true, ..leptos_router::NavigateOptions::default() };
                        navigate.with_value(|navigate| navigate(&to, options));
                    });
                }
                match page.article {
                    Some(parts) => Settled(view! { <ArticleView html=page.html parts=*parts/> }).into_any(),
                    None => Settled(view! { <div class="page" inner_html=page.html></div> }).into_any(),
                }
            })}
        </Transition>
    }
}

/// A page that could not be read: what happened, and a way to try again.
fn failed(error: AppError) -> Page {
    let words = error.words();
    Page {
        // our own words, without anything that somebody typed
        html: format!(
            r#"<div class="narrow" role="alert"><h1>{words}</h1><p><a class="button" href="" rel="external">Tải lại trang</a></p></div>"#
        ),
        head: Head { title: "Lỗi".to_owned(), description: words, canonical: None },
        article: None,
        error: Some(error),
        moved: None,
    }
}

/// On the server the page says its status and what goes into the document's head; in the browser, where it comes by
/// following a link, its title changes, the focus goes to its words, and one is where one was.
fn arrive(page: &Page) {
    if let Some(error) = &page.error {
        answer::fail(error);
    }
    #[cfg(feature = "ssr")]
    crate::shell::set_head(
        &page.head,
        page.article.as_deref().map(|article| article.extra_head.as_str()).unwrap_or_default(),
    );
    #[cfg(not(feature = "ssr"))]
    document().set_title(&page.head.title);
    Effect::new(move |_| scroll::arrive());
}
