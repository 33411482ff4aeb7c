//! Status and headers of the page being rendered. In the browser these functions do nothing.

use crate::base::error::AppError;

/// Gives the page the status and headers of this error.
pub fn set_error(error: &AppError) {
    #[cfg(feature = "ssr")]
    if let Some(options) = leptos::prelude::use_context::<leptos_axum::ResponseOptions>() {
        let mut headers = axum::http::HeaderMap::new();
        super::forms::post::set_error_headers(error, &mut headers);
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

/// Makes the page a permanent redirect.
pub fn redirect_permanently(path: &str) {
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

/// Forbids everybody to keep the page: it shows one person.
pub fn set_private() {
    #[cfg(feature = "ssr")]
    if let Some(options) = leptos::prelude::use_context::<leptos_axum::ResponseOptions>() {
        options.insert_header(
            axum::http::header::CACHE_CONTROL,
            axum::http::HeaderValue::from_static("private, no-store"),
        );
    }
}
