//! The HTML document, every route of the site, header and footer.

use crate::articles::{parse_id, parse_page};
use crate::forms::TOKEN;
use crate::live::view::provide_live;
use crate::moderation::desk::DeskRoute;
use crate::page::{Asked, PublicPage};
use leptos::prelude::*;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::hooks::{use_params_map, use_query_map};
use leptos_router::{Lazy, ParamSegment, SsrMode, StaticSegment};

/// Where [`set_head`]'s words go in the document.
#[cfg(feature = "ssr")]
pub const HEAD_PLACE: &str = "<!--head-->";

/// The document around the site.
#[cfg(feature = "ssr")]
pub fn document(options: LeptosOptions) -> impl IntoView {
    let assets = format!("/{}", options.site_pkg_dir);
    let nonce = leptos::nonce::use_nonce().map(|nonce| nonce.to_string()).unwrap_or_default();
    if let Some(finish) = Finish::of_this_page() {
        finish.held().1.clone_from(&nonce);
    }
    let (start, build) = (start(&assets), crate::wire::served());
    let head = format!(
        r##"<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="theme-color" media="(prefers-color-scheme: light)" content="#fbfaf6"><meta name="theme-color" media="(prefers-color-scheme: dark)" content="#171613">
<meta name="build" content="{build}">
{HEAD_PLACE}
<link rel="stylesheet" href="{assets}/main.css">
<link rel="icon" href="{assets}/favicon.ico" sizes="32x32"><link rel="icon" href="{assets}/icon.svg" type="image/svg+xml"><link rel="apple-touch-icon" href="{assets}/apple-touch-icon.png"><link rel="manifest" href="{assets}/manifest.webmanifest">
<script type="module" nonce="{nonce}">{start}</script>"##
    );
    let head = head + &reload(&nonce);
    view! {
        <!DOCTYPE html>
        <html lang="vi">
            <head inner_html=head></head>
            <body>
                <App/>
            </body>
        </html>
    }
}

/// Fetches the browser's program once everything that one sees has come: words and pictures share a slow line with nothing
/// else. A picture that hangs holds it for four seconds at most.
#[cfg(feature = "ssr")]
fn start(assets: &str) -> String {
    format!(
        r#"let begun;const begin=()=>{{if(begun)return;begun=1;const wasm=fetch("{assets}/loa.wasm");import("{assets}/loa.js").then(async loa=>{{await loa.default({{module_or_path:wasm}});setTimeout(loa.hydrate)}})}};const painted=()=>requestAnimationFrame(()=>setTimeout(begin));document.readyState==="complete"?painted():addEventListener("load",painted);setTimeout(begin,4000)"#
    )
}

/// While one develops (`make dev`), a page loads itself again when the program has been started anew.
#[cfg(feature = "ssr")]
fn reload(nonce: &str) -> String {
    if std::env::var_os("LOA_RELOAD").is_none() {
        return String::new();
    }
    format!(
        r#"<script nonce="{nonce}">let opened=0;new EventSource("/truc-tiep").onopen=()=>{{if(opened++)location.reload()}}</script>"#
    )
}

/// What a document lacks until it is whole: the part of its head that its page decides, which is known only after the
/// document was begun, and the nonce of this rendering, by which its own scripts are told from others.
#[cfg(feature = "ssr")]
#[derive(Debug, Clone, Default)]
pub struct Finish(std::sync::Arc<std::sync::Mutex<(String, String)>>);

#[cfg(feature = "ssr")]
impl Finish {
    /// Takes the head's words and the nonce out.
    pub fn take(&self) -> (String, String) {
        std::mem::take(&mut self.held())
    }

    fn held(&self) -> std::sync::MutexGuard<'_, (String, String)> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn of_this_page() -> Option<Self> {
        use_context::<http::request::Parts>()?.extensions.get::<Self>().cloned()
    }
}

/// Says what the document's head says of this page. `extra` is HTML made by the server.
#[cfg(feature = "ssr")]
pub fn set_head(head: &crate::page::Head, extra: &str) {
    let Some(finish) = Finish::of_this_page() else { return };
    let canonical = head.canonical.clone();
    let indexed = canonical.is_some();
    let html = view! {
        <title>{head.title.clone()}</title>
        <meta name="description" content=head.description.clone()/>
        {canonical.map(|href| view! { <link rel="canonical" href=href/> })}
        {(!indexed).then(|| view! { <meta name="robots" content="noindex"/> })}
    };
    finish.held().0 = html.to_html() + extra;
}

/// The site.
#[component]
pub fn App() -> impl IntoView {
    // the browser finds both in the page, and keeps them as they are
    let (header, footer) = frame();
    provide_live();
    #[cfg(feature = "hydrate")]
    crate::statistics::follow();
    #[cfg(feature = "hydrate")]
    crate::scroll::start();
    view! {
        <Router>
            <a class="skip" href="#noi-dung" rel="external">"Đến nội dung chính"</a>
            <header class="site-header" inner_html=header></header>
            <main id="noi-dung" tabindex="-1">
                <Routes fallback=|| view! { <PublicPage asked=Signal::stored(Asked::Missing)/> }>
                    <Route path=StaticSegment("") view=Home ssr=SsrMode::Async/>
                    <Route path=(StaticSegment("tin-tuc"), ParamSegment("address")) view=Article ssr=SsrMode::Async/>
                    <Route path=StaticSegment("quyen-rieng-tu") view=|| view! { <PublicPage asked=Signal::stored(Asked::Privacy)/> } ssr=SsrMode::Async/>
                    <Route path=StaticSegment("thong-ke") view=|| view! { <PublicPage asked=Signal::stored(Asked::Traffic)/> } ssr=SsrMode::Async/>
                    <Route path=(StaticSegment("y-kien-cua-toi"), ParamSegment("token")) view=|| view! { <ByToken to=Asked::Own/> } ssr=SsrMode::Async/>
                    <Route path=(StaticSegment("bao-vi-pham"), ParamSegment("token")) view=|| view! { <ByToken to=Asked::Report/> } ssr=SsrMode::Async/>
                    <Route path=(StaticSegment("tai-khoan"), ParamSegment("token")) view=|| view! { <ByToken to=Asked::Link/> } ssr=SsrMode::Async/>
                    <Route path=StaticSegment("quan-tri") view={Lazy::<DeskRoute>::new()} ssr=SsrMode::Async/>
                </Routes>
            </main>
            <footer class="site-footer" inner_html=footer></footer>
        </Router>
    }
}

#[component]
fn Home() -> impl IntoView {
    let query = use_query_map();
    view! { <PublicPage asked=Memo::new(move |_| Asked::Home(parse_page(query.with(|query| query.get("trang")).as_deref())))/> }
}

/// A page of a form: what the last part of its path names, and the token of a form that was refused.
#[component]
fn ByToken(to: fn(String, String) -> Asked) -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let asked = Memo::new(move |_| {
        let token = params.with(|params| params.get("token")).unwrap_or_default();
        to(token, query.with(|query| query.get(TOKEN)).unwrap_or_default())
    });
    view! { <PublicPage asked/> }
}

#[component]
fn Article() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let asked = Memo::new(move |_| {
        query.with(|query| Asked::Article {
            address: params.with(|params| params.get("address")).unwrap_or_default(),
            page: parse_page(query.get("trang-y-kien").as_deref()),
            find: query.get("y-kien").as_deref().and_then(parse_id),
            reply_to: query.get("tra-loi").as_deref().and_then(parse_id),
            token: query.get(TOKEN).unwrap_or_default(),
        })
    });
    view! { <PublicPage asked/> }
}

/// What header and footer hold, as HTML. Only the server makes it.
fn frame() -> (String, String) {
    #[cfg(feature = "ssr")]
    if let Some(site) = use_context::<crate::site::Site>() {
        let info = site.settings().info.clone();
        let figures = crate::statistics::markup::figures(site.traffic.figures());
        return (header(&info).to_html(), footer(info, figures).to_html());
    }
    (String::new(), String::new())
}

#[cfg(feature = "ssr")]
fn header(info: &crate::settings::SiteInfo) -> impl IntoView + use<> {
    view! {
        <div class="bar">
            <a class="brand" href="/">
                <span class="emblem" aria-hidden="true"></span>
                <span class="brand-words"><strong>{info.name.clone()}</strong><span class="quiet">{info.tagline.clone()}</span></span>
            </a>
        </div>
    }
}

#[cfg(feature = "ssr")]
fn footer(info: crate::settings::SiteInfo, figures: impl IntoView) -> impl IntoView {
    let lines = [
        ("Địa chỉ", info.address),
        ("Điện thoại", info.phone),
        ("Email", info.email),
        ("Chịu trách nhiệm nội dung", info.editor),
    ];
    let lines = lines
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(label, value)| view! { <p>{format!("{label}: {value}")}</p> });
    view! {
        <div class="bar">
            <p><strong>{info.body}</strong></p>
            {lines.collect_view()}
            {figures.into_any()}
            <nav aria-label="Cuối trang">
                <a href="/quyen-rieng-tu">"Quyền riêng tư"</a>
                <a href="/quan-tri">"Dành cho cán bộ"</a>
            </nav>
        </div>
    }
}
