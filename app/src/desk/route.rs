//! The desk's route: its code, which readers never download, and the page that it shows.

use super::{DeskPage, read_desk, view};
use crate::base::error::AppError;
use crate::web::opening::set_pending;
use crate::web::response;
use crate::web::sync_view::SyncView;
use crate::web::wire::Embedded;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use leptos_router::{LazyRoute, lazy_route};

/// The desk is not in a reader's download: its code is loaded when one of its addresses is opened.
pub struct DeskRoute;

#[lazy_route]
impl LazyRoute for DeskRoute {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        #[cfg(feature = "hydrate")]
        crate::web::effects::effect(crate::web::early_input::stop);
        let location = use_location();
        let path = Memo::new(move |shown: Option<&String>| {
            let (path, query) = (location.pathname.get(), location.search.get());
            match shown {
                // on the way to a public page the room stays as it is
                Some(shown) if !path.starts_with(crate::routes::DESK.path) => shown.clone(),
                _ if query.is_empty() => path,
                _ => format!("{path}?{query}"),
            }
        });
        let version = RwSignal::new(0u32);
        let desk = Resource::<Result<DeskPage, AppError>, Embedded>::new_with_options(
            move || (path.get(), version.get()),
            |(path, _)| read_desk(path, &[]),
            false,
        );
        let reload = Callback::new(move |()| version.update(|version| *version += 1));
        view! {
            <Transition set_pending=SignalSetter::map(set_pending)>
                {move || Suspend::new(async move {
                    match desk.await {
                        Ok(page) => {
                            arrive(&page);
                            let path = path.get_untracked();
                            SyncView(view! { <view::Desk page path reload/> }).into_any()
                        }
                        Err(error) => {
                            response::set_error(&error);
                            SyncView(view! { <view::Failed error/> }).into_any()
                        }
                    }
                })}
            </Transition>
        }
        .into_any()
    }
}

/// Sets status, headers and title. The page is for one person: nobody keeps it, and search engines ignore it.
fn arrive(page: &DeskPage) {
    let (label, refusal, error) = match page {
        // a form was refused because the session had ended
        DeskPage::SignIn { refusal: None, is_interrupted: true, .. } => ("Đăng nhập", None, Some(&AppError::SignIn)),
        DeskPage::SignIn { refusal, .. } => ("Đăng nhập", refusal.as_ref(), None),
        DeskPage::Room(room) => (room.label.as_str(), room.refusal.as_ref(), room.error.as_ref()),
    };
    response::set_private();
    if let Some(error) = error.or(refusal.map(|refusal| &refusal.error)) {
        response::set_error(error);
    }
    let title = if refusal.is_some() { format!("Lỗi: {label}") } else { label.to_owned() };
    #[cfg(feature = "ssr")]
    crate::web::document_head::set_head(&crate::web::page::Head { title, extra: desk_files(), ..Default::default() });
    #[cfg(not(feature = "ssr"))]
    document().set_title(&title);
}

/// The desk's own style sheet and script, which readers never download. Pages outside of the desk link to it with
/// `external`, so that the desk is always opened as a document of its own.
#[cfg(feature = "ssr")]
fn desk_files() -> String {
    let site = use_context::<crate::web::site::Site>();
    let files = |assets: &str| {
        format!(
            r#"<link rel="stylesheet" href="{assets}/desk.css"><script type="module" src="{assets}/desk.js"></script>"#
        )
    };
    site.map(|site| files(&site.assets)).unwrap_or_default()
}
