//! The HTML document, and the two kinds of pages inside of its header and footer.

use crate::desk::DeskRoute;
use crate::live::view::provide_live;
use crate::pages::ShowPublicPage;
#[cfg(feature = "ssr")]
use crate::web::document_head::{DocumentHead, HEAD_MARK};
use leptos::prelude::*;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::{Lazy, SsrMode, StaticSegment, WildcardSegment};
#[cfg(feature = "ssr")]
use {
    crate::features::accessibility::html::APPLY_DISPLAY, crate::features::statistics::traffic::Traffic,
    crate::frame::Frame,
};

/// The document around the site. `assets` is the address of the folder with the browser's files.
#[cfg(feature = "ssr")]
pub fn document(assets: &str) -> impl IntoView + use<> {
    static SHARED_HEAD: std::sync::OnceLock<String> = std::sync::OnceLock::new();
    if let Some(head) = DocumentHead::current() {
        let nonce = leptos::nonce::use_nonce().map(|nonce| nonce.to_string()).unwrap_or_default();
        let shared = SHARED_HEAD.get_or_init(|| shared_head(assets));
        head.begin(shared, Frame::current().look.style.clone(), APPLY_DISPLAY, nonce);
    }
    let numbers = use_context::<crate::web::site::Site>().map(|site| site.settings().number_format().name());
    view! {
        <!DOCTYPE html>
        <html lang="vi" data-numbers=numbers>
            <head inner_html=HEAD_MARK></head>
            <body>
                <App/>
            </body>
        </html>
    }
}

/// The head that all documents share. It is made once.
#[cfg(feature = "ssr")]
fn shared_head(assets: &str) -> String {
    let build = crate::web::wire::build();
    let (rss, atom) = (crate::routes::RSS.path, crate::routes::ATOM.path);
    let manifest = crate::routes::MANIFEST.path;
    // during development pages reload themselves when the stream was interrupted
    let stream = std::env::var_os("LOA_RELOAD").map(|_| crate::routes::STREAM.path);
    let reload = stream.map(|stream| format!(r#"<meta name="reload" content="{stream}">"#)).unwrap_or_default();
    format!(
        r##"<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="theme-color" media="(prefers-color-scheme: light)" content="#fbfaf6">
<meta name="theme-color" media="(prefers-color-scheme: dark)" content="#171613">
<meta name="build" content="{build}">{reload}
<link rel="stylesheet" href="{assets}/main.css">
<link rel="icon" href="{assets}/favicon.ico" sizes="32x32">
<link rel="icon" href="{assets}/icon.svg" type="image/svg+xml">
<link rel="apple-touch-icon" href="{assets}/apple-touch-icon.png">
<link rel="manifest" href="{manifest}">
<link rel="alternate" type="application/rss+xml" title="RSS" href="{rss}">
<link rel="alternate" type="application/atom+xml" title="Atom" href="{atom}">
<script type="module" src="{assets}/loader.js"></script>
"##
    )
}

/// The site.
#[component]
pub fn App() -> impl IntoView {
    // the browser finds both in the page, and keeps them as they are
    let (header, footer) = frame_html();
    #[cfg(feature = "hydrate")]
    apply_number_format();
    provide_live();
    #[cfg(feature = "hydrate")]
    {
        crate::live::view::follow_html_topics();
        crate::web::forms::in_place::start();
    }
    #[cfg(feature = "hydrate")]
    if window().location().pathname().is_ok_and(|path| path.starts_with(crate::routes::DESK.path)) {
        crate::web::early_input::start();
    }
    view! {
        <Router>
            <a class="skip" href="#noi-dung" rel="external">"Đến nội dung chính"</a>
            <header class="site-header" inner_html=header></header>
            <main id="noi-dung" tabindex="-1">
                <Routes fallback=|| ()>
                    <Route
                        path=(StaticSegment("quan-tri"), WildcardSegment("room"))
                        view={Lazy::<DeskRoute>::new()}
                        ssr=SsrMode::Async
                    />
                    <Route path=WildcardSegment("page") view=ShowPublicPage ssr=SsrMode::Async/>
                </Routes>
            </main>
            <footer class="site-footer" inner_html=footer></footer>
        </Router>
    }
}

/// Prints numbers as the server does.
#[cfg(feature = "hydrate")]
fn apply_number_format() {
    let name = document().document_element().and_then(|root| root.get_attribute("data-numbers"));
    crate::base::format::NumberFormat::parse(&name.unwrap_or_default()).apply();
}

/// The content of header and footer; empty in the browser.
fn frame_html() -> (String, String) {
    #[cfg(feature = "ssr")]
    if let Some(site) = use_context::<crate::web::site::Site>() {
        let info = site.settings().info.clone();
        let figures = crate::features::statistics::html::figures(site.state::<Traffic>().figures());
        let nonce = leptos::nonce::use_nonce().map(|nonce| nonce.to_string());
        let frame = Frame::current();
        let header = crate::frame::header(&info, &frame, nonce);
        return (header.to_html(), crate::frame::footer(info, &frame, figures).to_html());
    }
    (String::new(), String::new())
}
