//! Reading and setting cookies.

use super::site::Site;
use axum::http::{HeaderMap, HeaderValue, header};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use tower_sessions::cookie::{Cookie, SameSite, time::Duration};

/// Finds the value of a cookie that a request brings.
pub fn find_cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut cookies = lines.flat_map(Cookie::split_parse).filter_map(Result::ok);
    cookies.find(|cookie| cookie.name() == name).map(|cookie| cookie.value().to_owned())
}

/// Finds the value of a cookie that a response sets.
pub fn find_set_cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let lines = headers.get_all(header::SET_COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut cookies = lines.filter_map(|line| Cookie::parse(line).ok());
    cookies.find(|cookie| cookie.name() == name).map(|cookie| cookie.value().to_owned())
}

/// Sets a cookie with the current answer: for the whole site, invisible to scripts, Secure over https.
pub fn set_cookie(site: &Site, name: &str, value: String, max_age: Duration, same_site: SameSite) {
    if let (Some(options), Some(cookie)) =
        (use_context::<ResponseOptions>(), format_cookie(site, name, value, max_age, same_site))
    {
        options.append_header(header::SET_COOKIE, cookie);
    }
}

/// Adds such a cookie to the headers of an answer.
pub fn add_cookie(
    site: &Site,
    name: &str,
    value: String,
    max_age: Duration,
    same_site: SameSite,
    headers: &mut HeaderMap,
) {
    if let Some(cookie) = format_cookie(site, name, value, max_age, same_site) {
        headers.append(header::SET_COOKIE, cookie);
    }
}

fn format_cookie(
    site: &Site,
    name: &str,
    value: String,
    max_age: Duration,
    same_site: SameSite,
) -> Option<HeaderValue> {
    let cookie = Cookie::build((site.cookie_name(name), value))
        .path("/")
        .max_age(max_age)
        .http_only(true)
        .same_site(same_site)
        .secure(site.is_https());
    HeaderValue::from_str(&cookie.build().to_string()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_by_its_whole_name() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static("a=1; khach=abc; khach2=x; broken"));
        headers.insert(header::SET_COOKIE, HeaderValue::from_static("phien=s; Path=/; HttpOnly"));
        assert_eq!(find_cookie(&headers, "khach").as_deref(), Some("abc"));
        assert_eq!(find_cookie(&headers, "hach"), None);
        assert_eq!(find_cookie(&headers, "phien"), None);
        assert_eq!(find_set_cookie(&headers, "phien").as_deref(), Some("s"));
        assert_eq!(find_set_cookie(&headers, "Path"), None);
    }
}
