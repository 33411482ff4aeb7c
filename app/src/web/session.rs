//! Who is signed in. A session is a row that the server ends; its cookie holds a random id.

use super::cookies::{add_cookie, find_cookie};
use super::permissions::{Permission, ROLE_FORBIDS, SECOND_FACTOR_NEEDED};
use super::request::accepts_html;
use super::settings::{IDLE_MINUTES, LONGEST_HOURS, SECOND_FACTOR_REQUIRED};
use super::site::{Site, current_site};
use super::staff::Staff;
use super::store::sessions::{self, ACCOUNT, DEVICE, Lifetime, PENDING};
use crate::base::error::AppError;
use axum::http::{HeaderMap, Method, header, request::Parts};
use leptos::prelude::use_context;
use time::OffsetDateTime;
use tower_sessions::Session;
use tower_sessions::cookie::{SameSite, time::Duration};

/// The name of the session's cookie.
pub const SESSION_COOKIE: &str = "phien";
/// The name of the cookie with the id of a session that has ended while somebody was typing.
const ENDED_COOKIE: &str = "phien-cu";
const ENDED_COOKIE_AGE: Duration = Duration::minutes(30);
/// Seconds in which the code must follow the password.
const PENDING_SECONDS: i64 = 600;

/// The member of staff who asks, if their role has this permission.
pub async fn require(permission: Permission) -> Result<Staff, AppError> {
    let staff = current_staff().await?;
    if staff.may(permission) { Ok(staff) } else { Err(AppError::Forbidden(ROLE_FORBIDS)) }
}

/// The member of staff who asks, in whatever role.
pub async fn current_staff() -> Result<Staff, AppError> {
    let staff = signed_in_staff().await?;
    if may_work(&current_site()?, &staff) { Ok(staff) } else { Err(AppError::Forbidden(SECOND_FACTOR_NEEDED)) }
}

/// The member of staff who asks, also where they must add a second factor before they may work.
pub async fn signed_in_staff() -> Result<Staff, AppError> {
    find_signed_in_staff().await?.ok_or(AppError::SignIn)
}

/// The member of staff who asks, if somebody is signed in and may work.
pub async fn find_current_staff() -> Result<Option<Staff>, AppError> {
    let site = current_site()?;
    Ok(find_signed_in_staff().await?.filter(|staff| may_work(&site, staff)))
}

/// Finds the member of staff who is signed in. Requests of a person extend the session; background requests do not.
pub async fn find_signed_in_staff() -> Result<Option<Staff>, AppError> {
    let Some(parts) = use_context::<Parts>() else { return Ok(None) };
    let site = current_site()?;
    let staff = find_staff_of(&site, &parts).await?;
    if staff.is_some() && (parts.method == Method::POST || accepts_html(&parts.headers)) {
        extend(&site).await?;
    }
    Ok(staff)
}

/// Whether the account has a second factor, or none is required.
pub fn may_work(site: &Site, staff: &Staff) -> bool {
    staff.has_second_factor || !site.settings().is_on(&SECOND_FACTOR_REQUIRED)
}

/// Opens a session under a new id after the password was verified. With `code_pending` the session has no rights until
/// the code follows.
pub async fn open(account: i64, code_pending: bool) -> Result<(), AppError> {
    let parts = use_context::<Parts>();
    let agent = parts.as_ref().and_then(|parts| parts.headers.get(header::USER_AGENT)?.to_str().ok());
    let device = describe_device(agent.unwrap_or_default());
    let session = current_session()?;
    session.clear().await;
    session.cycle_id().await.map_err(session_error)?;
    session.insert(DEVICE, device).await.map_err(session_error)?;
    if code_pending {
        let until = OffsetDateTime::now_utc().unix_timestamp() + PENDING_SECONDS;
        session.insert(PENDING, (account, until)).await.map_err(session_error)?;
    } else {
        session.insert(ACCOUNT, account).await.map_err(session_error)?;
    }
    session.save().await.map_err(session_error)
}

/// Ends the current session, in the browser and in the database.
pub async fn close() -> Result<(), AppError> {
    current_session()?.flush().await.map_err(session_error)
}

/// The account whose password was given in this session and whose code is still to come.
pub async fn pending_account() -> Result<Option<i64>, AppError> {
    let Some(parts) = use_context::<Parts>() else { return Ok(None) };
    let Some(session) = parts.extensions.get::<Session>() else { return Ok(None) };
    let pending = session.get::<(i64, i64)>(PENDING).await.map_err(session_error)?;
    let now = OffsetDateTime::now_utc().unix_timestamp();
    Ok(pending.filter(|(_, until)| *until > now).map(|(account, _)| account))
}

/// How long sessions last.
pub fn session_lifetime(site: &Site) -> Lifetime {
    let settings = site.settings();
    Lifetime { idle_minutes: settings.number(&IDLE_MINUTES), longest_hours: settings.number(&LONGEST_HOURS) }
}

async fn extend(site: &Site) -> Result<(), AppError> {
    if let Some(id) = current_session()?.id() {
        sessions::extend_session(&site.pool, &id, session_lifetime(site)).await?;
    }
    Ok(())
}

/// The seconds until the session of the current request ends, whatever happens until then.
pub async fn longest_time_of_current_session(site: &Site) -> Result<i64, AppError> {
    let Some(id) = current_session()?.id() else { return Ok(0) };
    sessions::find_longest_time(&site.pool, &id, session_lifetime(site)).await
}

/// The member of staff behind the request with these headers, if they may work.
pub async fn find_staff_of_request(site: &Site, parts: &Parts) -> Result<Option<Staff>, AppError> {
    Ok(find_staff_of(site, parts).await?.filter(|staff| may_work(site, staff)))
}

/// The same for a request that began a while ago: its session is loaded again.
pub async fn reload_staff_of_request(site: &Site, parts: &Parts) -> Result<Option<Staff>, AppError> {
    if let Some(session) = parts.extensions.get::<Session>() {
        session.load().await.map_err(session_error)?;
    }
    find_staff_of_request(site, parts).await
}

/// Requires a permission of the sender of a request.
pub async fn require_of_request(site: &Site, parts: &Parts, permission: Permission) -> Result<Staff, AppError> {
    permit(find_staff_of_request(site, parts).await?, permission)
}

/// Requires it of one that began a while ago.
pub async fn require_of_long_request(site: &Site, parts: &Parts, permission: Permission) -> Result<Staff, AppError> {
    permit(reload_staff_of_request(site, parts).await?, permission)
}

fn permit(staff: Option<Staff>, permission: Permission) -> Result<Staff, AppError> {
    let staff = staff.ok_or(AppError::SignIn)?;
    if staff.may(permission) { Ok(staff) } else { Err(AppError::Forbidden(ROLE_FORBIDS)) }
}

async fn find_staff_of(site: &Site, parts: &Parts) -> Result<Option<Staff>, AppError> {
    let Some(session) = parts.extensions.get::<Session>() else { return Ok(None) };
    match session.get::<i64>(ACCOUNT).await.map_err(session_error)? {
        Some(account) => sessions::find_active_staff(&site.pool, account).await,
        None => Ok(None),
    }
}

/// The session that a form belongs to: its hash, its account, and its id where it has ended.
pub struct FormSession {
    pub hash: [u8; 32],
    pub account: Option<i64>,
    /// The id of a session that has ended, as the cookie held it.
    pub ended_id: Option<String>,
}

/// Finds the session that a refused form belongs to: the one that is open, or with `needs_sign_in` the one that has
/// ended. A form that needs none belongs to no session.
pub async fn find_form_session(
    site: &Site,
    parts: &Parts,
    needs_sign_in: bool,
) -> Result<Option<FormSession>, AppError> {
    let find = |name: &str| find_cookie(&parts.headers, &site.cookie_name(name));
    // after an answer for programs only the cookie of the ended session is left
    let ended = || needs_sign_in.then(|| find(ENDED_COOKIE)).flatten();
    let Some(id) = find(SESSION_COOKIE).or_else(ended) else { return Ok(None) };
    let Some(hash) = id.parse().ok().map(|id| sessions::hash_id(&id)) else { return Ok(None) };
    if needs_sign_in {
        let account = sessions::find_session_account(&site.pool, &hash).await?;
        return Ok(Some(FormSession { hash, account, ended_id: Some(id) }));
    }
    let Some(session) = parts.extensions.get::<Session>() else { return Ok(None) };
    let account = session.get::<i64>(ACCOUNT).await.map_err(session_error)?;
    Ok(account.map(|account| FormSession { hash, account: Some(account), ended_id: None }))
}

/// Keeps the id of a session that has ended in the browser for a while: a form that it sent is shown to nobody else.
pub fn keep_ended_session(site: &Site, id: String, headers: &mut HeaderMap) {
    add_cookie(site, ENDED_COOKIE, id, ENDED_COOKIE_AGE, SameSite::Lax, headers);
}

/// The hashes of the session ids that the current request's cookies hold: the one that is open, and the one that has
/// ended.
pub fn current_session_hashes() -> Result<Vec<[u8; 32]>, AppError> {
    let site = current_site()?;
    let Some(parts) = use_context::<Parts>() else { return Ok(Vec::new()) };
    let ids = [SESSION_COOKIE, ENDED_COOKIE].map(|name| find_cookie(&parts.headers, &site.cookie_name(name)));
    Ok(ids.into_iter().flatten().filter_map(|id| Some(sessions::hash_id(&id.parse().ok()?))).collect())
}

/// The session of the current request.
pub fn current_session() -> Result<Session, AppError> {
    use_context::<Parts>().and_then(|parts| parts.extensions.get::<Session>().cloned()).ok_or(AppError::Internal)
}

/// The session store fails only where the database does.
fn session_error(error: tower_sessions::session::Error) -> AppError {
    tracing::warn!(%error, "a session could not be read or written");
    AppError::Unavailable
}

/// Names the browser and system of a user agent, for the owner of a session.
pub fn describe_device(agent: &str) -> String {
    let first =
        |known: &[(&str, &'static str)]| known.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name);
    let browser = first(&[
        ("Zalo", "Zalo"),
        ("FBAN", "Facebook"),
        ("FBAV", "Facebook"),
        ("coc_coc", "Cốc Cốc"),
        ("SamsungBrowser", "Samsung Internet"),
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("CriOS/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = first(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS X", "máy Mac"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser}, {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => "Thiết bị khác".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_have_names_that_people_know() {
        for (agent, name) in [
            ("Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36", "Chrome, Android"),
            ("Mozilla/5.0 (Linux; Android 13) Chrome/120.0 Mobile Safari/537.36 Zalo android/12", "Zalo, Android"),
            ("Mozilla/5.0 (Windows NT 10.0) Chrome/120.0 Safari/537.36 Edg/120.0", "Edge, Windows"),
            ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Safari/604.1", "Safari, iPhone"),
            ("curl/8", "Thiết bị khác"),
        ] {
            assert_eq!(describe_device(agent), name);
        }
    }
}
