//! What the next page shows once. It travels in a cookie of its own and is never stored.

use super::cookies::{find_cookie, set_cookie};
use super::site::current_site;
use crate::base::error::AppError;
use axum::http::request::Parts;
use leptos::prelude::use_context;
use tower_sessions::cookie::{SameSite, time::Duration};

const FLASH_COOKIE: &str = "mot-lan";
/// How long the redirect to the next page may take.
const MAX_AGE: Duration = Duration::minutes(2);

/// Hands a value to the next page. It must be made of characters that a cookie can hold.
pub fn set_flash(value: String) -> Result<(), AppError> {
    set_cookie(&current_site()?, FLASH_COOKIE, value, MAX_AGE, SameSite::Strict);
    Ok(())
}

/// Takes the value that the previous page handed over. It came through the browser, so it must be checked like any
/// input.
pub fn take_flash() -> Result<Option<String>, AppError> {
    let site = current_site()?;
    let Some(parts) = use_context::<Parts>() else { return Ok(None) };
    let value = find_cookie(&parts.headers, &site.cookie_name(FLASH_COOKIE));
    if value.is_some() {
        set_cookie(&site, FLASH_COOKIE, String::new(), Duration::ZERO, SameSite::Strict);
    }
    Ok(value)
}
