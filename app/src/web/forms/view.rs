//! What forms have in common on the page.

#[cfg(feature = "ssr")]
use super::Refusal;
use super::SUMMARY;
use crate::base::error::AppError;
#[cfg(feature = "ssr")]
use crate::routes;
use crate::web::effects::{effect, next_frame};
use leptos::html;
use leptos::prelude::*;

/// The error summary above a form: it takes the focus and links to each field. A form that came back without script is
/// reached by the summary's id; only one form of a page is refused at a time, so the id is unique.
#[component]
pub fn Summary(
    /// Why the form was refused.
    error: RwSignal<Option<AppError>>,
    /// The prefix of the field ids in this form.
    prefix: &'static str,
    /// Whether the page came back with this refusal without script.
    #[prop(optional)]
    from_server: bool,
) -> impl IntoView {
    let node = NodeRef::<html::Div>::new();
    // who has begun to correct a form that came back while the program was loaded stays where they are
    #[cfg(feature = "hydrate")]
    let mut is_begun = from_server && crate::web::early_input::is_hydrating() && crate::web::page_script::has_focus();
    #[cfg(not(feature = "hydrate"))]
    let mut is_begun = false;
    effect(move || {
        if let (Some(node), Some(_)) = (node.get(), error.get()) {
            if std::mem::take(&mut is_begun) {
                return;
            }
            // an element that was just shown cannot take the focus before it is laid out
            next_frame(move || {
                let _ = node.focus();
            });
        }
    });
    let message = Signal::derive(move || error.with(|error| error.as_ref().map(AppError::message).unwrap_or_default()));
    let links = Signal::derive(move || error.with(|error| problem_links(error.as_ref(), prefix)));
    let is_hidden = Signal::derive(move || error.with(Option::is_none));
    view! {
        <div
            class="summary"
            role="alert"
            tabindex="-1"
            id=from_server.then_some(SUMMARY)
            node_ref=node
            hidden=is_hidden
        >
            <p class="summary-title">{message}</p>
            <ul inner_html=links></ul>
        </div>
    }
}

/// The problems as links to their fields. The sentences are the program's own, so they need no encoding.
pub(super) fn problem_links(error: Option<&AppError>, prefix: &str) -> String {
    let Some(AppError::Invalid(problems)) = error else { return String::new() };
    problems
        .iter()
        .map(|problem| {
            format!(r##"<li><a href="#{prefix}{}" rel="external">{}</a></li>"##, problem.field, problem.message)
        })
        .collect()
}

/// The summary of a refused plain form, as HTML: all problems in one paragraph.
#[cfg(feature = "ssr")]
pub fn summary_html(refusal: Option<&Refusal>) -> Option<impl IntoView + use<>> {
    refusal.map(|refusal| {
        let message = refusal.error.full_message();
        view! {
            <div class="summary" role="alert" tabindex="-1" id=SUMMARY><p class="summary-title">{message}</p></div>
        }
    })
}

/// The same with a link to each field, for a form whose fields have the names of their fields as ids.
#[cfg(feature = "ssr")]
pub fn linked_summary_html(refusal: Option<&Refusal>) -> Option<impl IntoView + use<>> {
    refusal.map(|refusal| {
        let links = problem_links(Some(&refusal.error), "");
        view! {
            <div class="summary" role="alert" tabindex="-1" id=SUMMARY>
                <p class="summary-title">{refusal.error.message()}</p>
                <ul inner_html=links></ul>
            </div>
        }
    })
}

/// `aria-invalid` of a field in a plain form that was refused.
#[cfg(feature = "ssr")]
pub fn invalid_field(refusal: Option<&Refusal>, field: &str) -> Option<&'static str> {
    match refusal.map(|refusal| &refusal.error) {
        Some(AppError::Invalid(problems)) => problems.iter().any(|problem| problem.field == field).then_some("true"),
        _ => None,
    }
}

/// The sentence above a field of a plain form that has a problem.
#[cfg(feature = "ssr")]
pub fn field_problem(refusal: Option<&Refusal>, field: &'static str) -> Option<impl IntoView + use<>> {
    let AppError::Invalid(problems) = &refusal?.error else { return None };
    let message = problems.iter().find(|problem| problem.field == field)?.message.to_string();
    Some(view! { <p class="field-error" id=format!("{field}-loi")>{message}</p> })
}

/// A field of a plain form with its label, and what was typed where the form was refused. `kind` is that of the input.
#[cfg(feature = "ssr")]
pub fn plain_field(
    refusal: Option<&Refusal>,
    (name, label): (&'static str, &'static str),
    kind: &'static str,
    value: &str,
    most: Option<usize>,
) -> impl IntoView + use<> {
    let value = refusal.map_or_else(|| value.to_owned(), |refusal| refusal.typed(name));
    let invalid = invalid_field(refusal, name);
    view! {
        <div class="field">
            <label for=name>{label}</label>
            {field_problem(refusal, name)}
            <input
                type=kind
                id=name
                name=name
                value=value
                maxlength=most
                aria-invalid=invalid
                aria-describedby=invalid.map(|_| format!("{name}-loi"))
            />
        </div>
    }
}

/// Encodes the content of a text area: leptos leaves its children as they are.
pub fn textarea_html(text: &str) -> String {
    crate::base::html::encode(text)
}

/// What a field shows while it has a problem.
#[derive(Clone, Copy)]
pub struct FieldState {
    /// The sentence beside it; empty while all is well.
    pub message: Signal<String>,
    /// The value of `aria-invalid`.
    pub invalid: Signal<Option<&'static str>>,
}

impl FieldState {
    /// The state of a field in a form with this error.
    pub fn new(error: RwSignal<Option<AppError>>, field: &'static str) -> Self {
        let message = move || {
            error.with(|error| match error {
                Some(AppError::Invalid(problems)) => {
                    problems.iter().find(|problem| problem.field == field).map(|problem| problem.message.to_string())
                }
                _ => None,
            })
        };
        Self {
            message: Signal::derive(move || message().map(|message| format!("Lỗi: {message}")).unwrap_or_default()),
            invalid: Signal::derive(move || message().map(|_| "true")),
        }
    }
}

/// The page of an error outside the site's own pages.
#[cfg(feature = "ssr")]
pub fn error_page(site: &crate::web::site::Site, error: &AppError) -> String {
    document(
        site,
        &error.message(),
        view! {
            <h1>{error.message()}</h1>
            <p><a class="button" href=routes::HOME.path>"Về trang chủ"</a></p>
        },
    )
}

/// A page that holds what was typed while it cannot be stored, with a button that sends it again.
#[cfg(feature = "ssr")]
pub fn resend_page(site: &crate::web::site::Site, refusal: &Refusal, return_to: &str) -> String {
    let fields = refusal.fields.iter().map(|(name, value)| {
        // people see what they wrote
        let label = match name.as_str() {
            "body" => "Nội dung",
            "note" | "message" => "Lý do",
            "details" => "Chi tiết",
            _ => return view! { <input type="hidden" name=name.clone() value=value.clone()/> }.into_any(),
        };
        let html = textarea_html(value);
        view! {
            <label class="field">{label} <textarea name=name.clone() rows="8" inner_html=html></textarea></label>
        }
        .into_any()
    });
    let advice = if refusal.error == AppError::SignIn {
        let link = view! { <a href=routes::DESK.path target="_blank" rel="external noopener">"đăng nhập"</a> };
        view! {
            <p>"Những gì ông/bà viết vẫn còn ở đây. Giữ trang này mở, "{link}" trong một thẻ khác rồi bấm gửi lại."</p>
        }
        .into_any()
    } else if refusal.error == AppError::TooLarge {
        view! { <p>"Những gì ông/bà viết vẫn còn ở đây."</p> }.into_any()
    } else {
        view! { <p>"Những gì ông/bà viết vẫn còn ở đây. Giữ trang này mở và bấm gửi lại sau ít phút."</p> }.into_any()
    };
    document(
        site,
        &refusal.error.message(),
        view! {
            <h1>{refusal.error.message()}</h1>
            {advice}
            <form class="card" method="post" action=refusal.action.clone()>
                <input type="hidden" name=super::RETURN_TO value=return_to.to_owned()/>
                {fields.collect_view()}
                <button class="button">"Gửi lại"</button>
            </form>
        },
    )
}

#[cfg(feature = "ssr")]
fn document(site: &crate::web::site::Site, title: &str, main: impl IntoView) -> String {
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
                <header class="site-header">
                    <div class="bar">
                        <a class="brand" href=routes::HOME.path>
                            <span class="brand-text"><strong>{name.clone()}</strong></span>
                        </a>
                    </div>
                </header>
                <main class="page">{main}</main>
            </body>
        </html>
    };
    format!("<!DOCTYPE html>{}", page.to_html())
}
/// The first button of a form is what Enter in one of its fields presses. This one does nothing, for forms whose
/// buttons do different things: nobody who types a reason for refusing publishes a comment, and nobody who types a
/// password changes a role.
#[component]
pub fn EnterDoesNothing() -> impl IntoView {
    view! { <button type="submit" disabled hidden></button> }
}
