//! What forms have in common on the page.

#![allow(missing_docs, reason = "the macro makes a struct of a server function's arguments, which take no words")]

#[cfg(feature = "ssr")]
use super::Refusal;
use super::SUMMARY;
use crate::error::{AppError, Rule};
use leptos::html;
use leptos::prelude::*;

/// What is wrong, on top of a form: it takes the focus, and leads to each field. A form that came back without script
/// is reached by the summary's id; only one form of a page is refused at a time, so the id is its own.
#[component]
pub fn Summary(
    /// Why the form was refused, while it is.
    error: RwSignal<Option<AppError>>,
    /// What stands before the fields' ids in this form.
    prefix: &'static str,
    /// Whether the page came back with this refusal, rather than script having learned of it.
    #[prop(optional)]
    arrived: bool,
) -> impl IntoView {
    let node = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        if let (Some(node), Some(_)) = (node.get(), error.get()) {
            // an element that was just shown can refuse the focus until it is laid out
            request_animation_frame(move || {
                let _ = node.focus();
            });
        }
    });
    let words = Signal::derive(move || error.with(|error| error.as_ref().map(AppError::words).unwrap_or_default()));
    let links = Signal::derive(move || error.with(|error| rule_links(error.as_ref(), prefix)));
    view! {
        <div class="summary" role="alert" tabindex="-1" id=arrived.then_some(SUMMARY) node_ref=node hidden=Signal::derive(move || error.with(Option::is_none))>
            <p class="summary-title">{words}</p>
            <ul inner_html=links></ul>
        </div>
    }
}

/// The broken rules as links to their fields; all of it is the program's own words.
fn rule_links(error: Option<&AppError>, prefix: &str) -> String {
    let Some(AppError::Invalid(rules)) = error else { return String::new() };
    rules
        .iter()
        .map(|rule| format!(r##"<li><a href="#{prefix}{}" rel="external">{}</a></li>"##, rule.field(), rule.words()))
        .collect()
}

/// What a text area holds, as HTML: leptos leaves its children as they are, and somebody's words could end it.
pub fn area(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// What a field says while it breaks a rule: words beside it, and attributes on it.
#[derive(Clone, Copy)]
pub struct FieldState {
    /// The words; empty while all is well.
    pub words: Signal<String>,
    /// The value of `aria-invalid`.
    pub invalid: Signal<Option<&'static str>>,
}

impl FieldState {
    /// The state of a field in a form with this error.
    pub fn of(error: RwSignal<Option<AppError>>, field: &'static str) -> Self {
        let rule = move || {
            error.with(|error| match error {
                Some(AppError::Invalid(rules)) => rules.iter().copied().find(|rule| rule.field() == field),
                _ => None,
            })
        };
        Self {
            words: Signal::derive(move || {
                rule().map(|rule: Rule| format!("Lỗi: {}", rule.words())).unwrap_or_default()
            }),
            invalid: Signal::derive(move || rule().map(|_| "true")),
        }
    }
}

/// The error page of an answer that is no page of the site.
#[cfg(feature = "ssr")]
pub fn error_page(site: &crate::site::Site, error: &AppError) -> String {
    document(
        site,
        &error.words(),
        view! {
            <h1>{error.words()}</h1>
            <p><a class="button" href="/">"Về trang đầu"</a></p>
        },
    )
}

/// A page that holds what was typed while there is nowhere to keep it, with a button that sends it again.
#[cfg(feature = "ssr")]
pub fn resend_page(site: &crate::site::Site, refusal: &Refusal, return_to: &str) -> String {
    let fields = refusal.fields.iter().map(|(name, value)| {
        if name == "body" {
            view! { <label class="field">"Nội dung" <textarea name="body" rows="8" inner_html=area(value)></textarea></label> }
                .into_any()
        } else {
            view! { <input type="hidden" name=name.clone() value=value.clone()/> }.into_any()
        }
    });
    document(
        site,
        &refusal.error.words(),
        view! {
            <h1>{refusal.error.words()}</h1>
            <p>"Những gì bạn viết vẫn còn ở đây. Giữ trang này mở và bấm gửi lại sau ít phút."</p>
            <form class="card" method="post" action=refusal.action.clone()>
                <input type="hidden" name=super::RETURN_TO value=return_to.to_owned()/>
                {fields.collect_view()}
                <button class="button">"Gửi lại"</button>
            </form>
        },
    )
}

#[cfg(feature = "ssr")]
fn document(site: &crate::site::Site, title: &str, main: impl IntoView) -> String {
    let name = site.settings().info.name.clone();
    let page = view! {
        <html lang="vi">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="robots" content="noindex"/>
                <title>{format!("{title} - {name}")}</title>
                <link rel="stylesheet" href=format!("{}/main.css", site.assets)/>
            </head>
            <body>
                <header class="site-header"><div class="bar"><a class="brand" href="/"><span class="brand-words"><strong>{name.clone()}</strong></span></a></div></header>
                <main class="page">{main}</main>
            </body>
        </html>
    };
    format!("<!DOCTYPE html>{}", page.to_html())
}
