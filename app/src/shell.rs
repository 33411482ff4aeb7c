//! The HTML document, every route of the site, header and footer.

use crate::answer;
use crate::articles::home::HomePage;
use crate::articles::page::{ArticlePage, MissingPage};
use crate::error::AppError;
use crate::live::view::provide_live;
use crate::moderation::desk::DeskRoute;
use crate::privacy::PrivacyPage;
use crate::settings::SiteInfo;
use leptos::prelude::*;
#[cfg(feature = "ssr")]
use leptos_meta::MetaTags;
use leptos_meta::{Link, Meta, Title, provide_meta_context};
use leptos_router::components::{Route, Router, Routes};
use leptos_router::{Lazy, ParamSegment, SsrMode, StaticSegment};

/// The document around the site.
#[cfg(feature = "ssr")]
pub fn document(options: LeptosOptions) -> impl IntoView {
    let assets = format!("/{}", options.site_pkg_dir);
    view! {
        <!DOCTYPE html>
        <html lang="vi">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="theme-color" media="(prefers-color-scheme: light)" content="#fbfaf6"/>
                <meta name="theme-color" media="(prefers-color-scheme: dark)" content="#171613"/>
                <link rel="stylesheet" href=format!("{assets}/main.css")/>
                <link rel="icon" href="/favicon.ico" sizes="32x32"/>
                <link rel="icon" href="/icon.svg" type="image/svg+xml"/>
                <link rel="apple-touch-icon" href="/apple-touch-icon.png"/>
                <link rel="manifest" href="/manifest.webmanifest"/>
                <HydrationScripts options/>
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}

/// The site.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    let info = SharedValue::new(server_info).into_inner();
    provide_context(StoredValue::new(info));
    provide_live();
    #[cfg(feature = "hydrate")]
    crate::scroll::start();
    view! {
        <Router>
            <a class="skip" href="#noi-dung" rel="external">"Đến nội dung chính"</a>
            <Header/>
            <main id="noi-dung" tabindex="-1">
                <Routes fallback=|| view! { <MissingPage/> }>
                    <Route path=StaticSegment("") view=HomePage ssr=SsrMode::Async/>
                    <Route path=(StaticSegment("tin-tuc"), ParamSegment("address")) view=ArticlePage ssr=SsrMode::Async/>
                    <Route path=StaticSegment("quyen-rieng-tu") view=PrivacyPage ssr=SsrMode::Async/>
                    <Route path=StaticSegment("quan-tri") view={Lazy::<DeskRoute>::new()} ssr=SsrMode::Async/>
                </Routes>
            </main>
            <Footer/>
        </Router>
    }
}

/// The site's names and contacts. The browser reads them from the page; it never makes them.
fn server_info() -> SiteInfo {
    #[cfg(feature = "ssr")]
    if let Some(site) = use_context::<crate::site::Site>() {
        return site.settings().info.clone();
    }
    SiteInfo {
        name: String::new(),
        tagline: String::new(),
        body: String::new(),
        address: String::new(),
        phone: String::new(),
        email: String::new(),
        editor: String::new(),
        comment_months: 0,
        refused_days: 0,
    }
}

/// The site's names and contacts.
pub fn use_info() -> SiteInfo {
    use_context::<StoredValue<SiteInfo>>().map_or_else(server_info, |info| info.get_value())
}

#[component]
fn Header() -> impl IntoView {
    let info = use_info();
    view! {
        <header class="site-header">
            <div class="bar">
                <a class="brand" href="/">
                    <span class="emblem" aria-hidden="true"></span>
                    <span class="brand-words"><strong>{info.name}</strong><span class="quiet">{info.tagline}</span></span>
                </a>
            </div>
        </header>
    }
}

#[component]
fn Footer() -> impl IntoView {
    let info = use_info();
    let line = |label: &str, value: String| (!value.is_empty()).then(|| format!("{label}: {value}"));
    let lines = [
        line("Địa chỉ", info.address),
        line("Điện thoại", info.phone),
        line("Email", info.email),
        line("Chịu trách nhiệm nội dung", info.editor),
    ];
    view! {
        <footer class="site-footer">
            <div class="bar">
                <p><strong>{info.body}</strong></p>
                {lines.into_iter().flatten().map(|line| view! { <p>{line}</p> }).collect_view()}
                <nav aria-label="Cuối trang">
                    <a href="/quyen-rieng-tu">"Quyền riêng tư"</a>
                    <a href="/quan-tri">"Dành cho cán bộ"</a>
                </nav>
            </div>
        </footer>
    }
}

/// Title, description and canonical address of a page; a page without an address is not for search engines.
#[component]
pub fn PageHead(
    /// The whole title.
    title: String,
    /// What the page is, in a sentence.
    description: String,
    /// The page's one true path.
    path: Option<String>,
) -> impl IntoView {
    view! {
        <Title text=title/>
        <Meta name="description" content=description/>
        {match path {
            Some(path) => view! { <Link rel="canonical" href=format!("{}{path}", use_origin())/> }.into_any(),
            None => view! { <Meta name="robots" content="noindex"/> }.into_any(),
        }}
    }
}

/// Where the site is seen from outside. In the browser it is where the page was loaded from.
fn use_origin() -> String {
    #[cfg(feature = "ssr")]
    return use_context::<crate::site::Site>().map(|site| site.public_url.to_string()).unwrap_or_default();
    #[cfg(not(feature = "ssr"))]
    return window().location().origin().unwrap_or_default();
}

/// A page that could not be made: what happened, and a way to try again.
#[component]
pub fn ErrorView(
    /// Why.
    error: AppError,
) -> impl IntoView {
    answer::fail(&error);
    let info = use_info();
    view! {
        <PageHead title=format!("Lỗi - {}", info.name) description=error.words() path=None/>
        <div class="page narrow" role="alert">
            <h1>{error.words()}</h1>
            <p><a class="button" href="" rel="external">"Tải lại trang"</a></p>
        </div>
    }
}
