//! What forms have in common on the page.

#![allow(missing_docs, reason = "the macro makes a struct of a server function's arguments, which take no words")]

use super::{Refusal, SUMMARY};
use crate::error::{AppError, Rule};
use leptos::html;
use leptos::prelude::*;

/// What is wrong, on top of a form: it takes the focus, and leads to each field. A form that came back without script
/// is reached by the summary's id; only one form of a page is refused at a time, so the id is its own.
#[component]
pub fn Summary(
    /// Why the form was refused, while it is.
    #[prop(into)]
    error: Signal<Option<AppError>>,
    /// What stands before the fields' ids in this form.
    prefix: String,
    /// Whether the page came back with this refusal, rather than script having learned of it.
    #[prop(optional)]
    arrived: bool,
) -> impl IntoView {
    let node = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        if let (Some(node), Some(_)) = (node.get(), error.get()) {
            // an element that was just made can refuse the focus until it is laid out
            request_animation_frame(move || {
                let _ = node.focus();
            });
        }
    });
    move || {
        let prefix = prefix.clone();
        error.get().map(|error| {
            let rules = match &error {
                AppError::Invalid(rules) => rules.clone(),
                _ => Vec::new(),
            };
            view! {
                <div class="summary" role="alert" tabindex="-1" id=arrived.then_some(SUMMARY) node_ref=node>
                    <p class="summary-title">{error.words()}</p>
                    <Show when={ let any = !rules.is_empty(); move || any }>
                        <ul>
                            {rules
                                .iter()
                                .map(|rule| {
                                    view! { <li><a href=format!("#{}{}", prefix, rule.field()) rel="external">{rule.words()}</a></li> }
                                })
                                .collect_view()}
                        </ul>
                    </Show>
                </div>
            }
        })
    }
}

/// The rule that a field breaks, in words beside the field.
#[component]
pub fn FieldError(
    /// Why the form was refused, while it is.
    #[prop(into)]
    error: Signal<Option<AppError>>,
    /// The field's name.
    field: &'static str,
    /// The id that the field's `aria-describedby` names.
    id: String,
) -> impl IntoView {
    move || {
        let id = id.clone();
        broken(error, field).map(|rule| view! { <p class="field-error" id=id>"Lỗi: " {rule.words()}</p> })
    }
}

/// The rule that a field breaks.
pub fn broken(error: Signal<Option<AppError>>, field: &str) -> Option<Rule> {
    match error.get()? {
        AppError::Invalid(rules) => rules.into_iter().find(|rule| rule.field() == field),
        _ => None,
    }
}

/// The refusal that this page came back with, read once, on the server.
pub fn use_refusal() -> Resource<Option<Refusal>> {
    let query = leptos_router::hooks::use_query_map();
    let token = query.with_untracked(|query| query.get(super::TOKEN));
    Resource::new(
        || (),
        move |()| {
            let token = token.clone();
            async move {
                let token = token?;
                super::send::read(read_refusal(token), String::new).await.ok().flatten()
            }
        },
    )
}

/// What was typed into a form that was refused.
#[server(prefix = "/api", endpoint = "refusal", output = server_fn::codec::Json)]
pub async fn read_refusal(token: String) -> Result<Option<Refusal>, AppError> {
    let visitor = crate::session::visitor()?;
    let site = crate::site::site()?;
    super::store::show(&site.pool, visitor, &token).await
}

/// The error page of an answer that is no page of the site.
#[cfg(feature = "ssr")]
pub fn error_page(site: &crate::site::Site, error: &AppError) -> String {
    document(site, &error.words(), view! {
        <h1>{error.words()}</h1>
        <p><a class="button" href="/">"Về trang đầu"</a></p>
    })
}

/// A page that holds what was typed while there is nowhere to keep it, with a button that sends it again.
#[cfg(feature = "ssr")]
pub fn resend_page(site: &crate::site::Site, refusal: &Refusal, return_to: &str) -> String {
    let fields = refusal.fields.iter().map(|(name, value)| {
        if name == "body" {
            view! { <label class="field">"Nội dung" <textarea name="body" rows="8">{value.clone()}</textarea></label> }.into_any()
        } else {
            view! { <input type="hidden" name=name.clone() value=value.clone()/> }.into_any()
        }
    });
    document(site, &refusal.error.words(), view! {
        <h1>{refusal.error.words()}</h1>
        <p>"Những gì bạn viết vẫn còn ở đây. Giữ trang này mở và bấm gửi lại sau ít phút."</p>
        <form class="card" method="post" action=refusal.action.clone()>
            <input type="hidden" name=super::RETURN_TO value=return_to.to_owned()/>
            {fields.collect_view()}
            <button class="button">"Gửi lại"</button>
        </form>
    })
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
