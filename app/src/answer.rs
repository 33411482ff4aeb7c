//! What a page says to whoever fetched it, beside its words: status and headers. In the browser there is nobody to tell.

use crate::error::AppError;

/// Answers the page with this error's status; it is kept by nobody.
pub fn fail(error: &AppError) {
    #[cfg(feature = "ssr")]
    if let Some(options) = leptos::prelude::use_context::<leptos_axum::ResponseOptions>() {
        let mut headers = axum::http::HeaderMap::new();
        crate::forms::post::headers_of(error, &mut headers);
        for (name, value) in &headers {
            options.insert_header(name.clone(), value.clone());
        }
        if let Ok(status) = axum::http::StatusCode::from_u16(error.status()) {
            options.set_status(status);
        }
    }
    #[cfg(not(feature = "ssr"))]
    let _ = error;
}

/// Answers the page with a permanent redirect.
pub fn moved(path: &str) {
    #[cfg(feature = "ssr")]
    if let (Some(options), Ok(path)) =
        (leptos::prelude::use_context::<leptos_axum::ResponseOptions>(), axum::http::HeaderValue::from_str(path))
    {
        options.set_status(axum::http::StatusCode::PERMANENT_REDIRECT);
        options.insert_header(axum::http::header::LOCATION, path);
    }
    #[cfg(not(feature = "ssr"))]
    let _ = path;
}

/// The page is for one person: nobody keeps it.
pub fn private() {
    #[cfg(feature = "ssr")]
    if let Some(options) = leptos::prelude::use_context::<leptos_axum::ResponseOptions>() {
        options.insert_header(
            axum::http::header::CACHE_CONTROL,
            axum::http::HeaderValue::from_static("private, no-store"),
        );
    }
}
