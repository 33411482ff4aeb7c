//! Who is asking: a visitor known by a signed cookie, or staff known by a session.

use crate::accounts::{Role, Staff, sessions, store as accounts};
use crate::error::AppError;
use crate::forms::post::accepts_html;
use crate::keys::{Key, Keys};
use crate::site::{Site, site};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header, request::Parts};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use leptos::prelude::{expect_context, use_context};
use leptos_axum::ResponseOptions;
use std::net::IpAddr;
use tower_sessions::Session;

const VISITOR_COOKIE: &str = "khach";
/// The name of the cookie that staff are known by.
pub const SESSION_COOKIE: &str = "phien";
const VISITOR_SECONDS: u32 = 400 * 24 * 60 * 60;
/// The key of a session's account.
pub const ACCOUNT: &str = "account";
/// The key of what its person signed in on.
pub const DEVICE: &str = "device";
/// The key of an account whose password was right and whose code is awaited, and until when.
pub const PENDING: &str = "pending";
/// So many seconds a code is awaited.
const PENDING_SECONDS: i64 = 600;
/// The cookie of what is shown once.
const ONCE_COOKIE: &str = "mot-lan";

/// The address a request came from, as the program believes it (forwarded addresses only through trusted proxies).
#[derive(Debug, Clone, Copy)]
pub struct ClientAddress(pub IpAddr);

/// A visitor as the database knows them: a keyed hash of their id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Visitor(pub [u8; 32]);

impl Visitor {
    fn of(keys: &Keys, id: &[u8]) -> Self {
        Self(keys.visitor.mac(&[id]))
    }
}

/// A cookie's value for a visitor's id: id, key version and signature.
fn sign(key: &Key, id: &[u8; 16]) -> String {
    let version = key.version().to_be_bytes();
    let tag = key.mac(&[id, &version]);
    URL_SAFE_NO_PAD.encode([&id[..], &version, &tag].concat())
}

/// The id in a cookie's value, if we signed it with the key in force.
fn verify(key: &Key, value: &str) -> Option<[u8; 16]> {
    let bytes = URL_SAFE_NO_PAD.decode(value).ok().filter(|bytes| bytes.len() == 52)?;
    let (id, rest) = bytes.split_at(16);
    let (version, tag) = rest.split_at(4);
    (version == key.version().to_be_bytes() && key.verify(&[id, version], tag)).then(|| id.try_into().ok())?
}

/// The value of a cookie among headers of one name: `Cookie` that came, or `Set-Cookie` that goes.
fn cookie<'a>(headers: &'a HeaderMap, of: HeaderName, name: &str) -> Option<&'a str> {
    headers
        .get_all(of)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(n, value)| (n == name).then_some(value))
}

/// Whether a request brings a cookie by which we know somebody, be it good or not.
pub fn is_known_to_us(site: &Site, headers: &HeaderMap) -> bool {
    headers.contains_key(header::COOKIE)
        && [VISITOR_COOKIE, SESSION_COOKIE]
            .into_iter()
            .any(|name| cookie(headers, header::COOKIE, &site.cookie_name(name)).is_some())
}

/// The visitor of this request, if its cookie is ours.
pub fn visitor() -> Result<Option<Visitor>, AppError> {
    let site = site()?;
    let Some(parts) = use_context::<Parts>() else { return Ok(None) };
    Ok(visitor_of(&site, &parts))
}

/// The visitor of the request with these headers.
pub fn visitor_of(site: &Site, parts: &Parts) -> Option<Visitor> {
    known_by(site, &parts.headers, header::COOKIE)
}

/// The visitor that an answer with these headers makes known.
pub fn visitor_made_by(site: &Site, headers: &HeaderMap) -> Option<Visitor> {
    known_by(site, headers, header::SET_COOKIE)
}

fn known_by(site: &Site, headers: &HeaderMap, of: HeaderName) -> Option<Visitor> {
    let id = verify(&site.keys.cookie, cookie(headers, of, &site.cookie_name(VISITOR_COOKIE))?)?;
    Some(Visitor::of(&site.keys, &id))
}

/// The secret in this request's cookie, from which its visitor's links are made.
pub fn secret() -> Result<Option<Secret>, AppError> {
    let site = site()?;
    let Some(parts) = use_context::<Parts>() else { return Ok(None) };
    let cookie = cookie(&parts.headers, header::COOKIE, &site.cookie_name(VISITOR_COOKIE));
    Ok(cookie.and_then(|value| verify(&site.keys.cookie, value)).map(Secret))
}

/// What a visitor's cookie holds. It is never kept: with it their links can be made anew, and without it nobody can make one.
#[derive(Clone, Copy)]
pub struct Secret([u8; 16]);

impl Secret {
    /// The token of the link that belongs to `salt`: 128 bits, 22 characters.
    pub fn link(&self, keys: &Keys, salt: &[u8]) -> String {
        URL_SAFE_NO_PAD.encode(&keys.visitor.mac(&[b"link", &self.0, salt])[..16])
    }
}

/// Somebody who writes or votes.
#[derive(Clone, Copy)]
pub struct Person {
    /// As the database knows them.
    pub visitor: Visitor,
    /// Since when.
    pub known: Known,
    /// What their links are made from.
    pub secret: Secret,
}

/// The visitor of this request, made known now if they were not: their cookie goes out with the answer.
pub fn visitor_or_new() -> Result<Person, AppError> {
    if let (Some(visitor), Some(secret)) = (visitor()?, secret()?) {
        return Ok(Person { visitor, known: Known::Before, secret });
    }
    let site = site()?;
    let id: [u8; 16] = rand::random();
    let secure = if site.is_https() { "; Secure" } else { "" };
    let cookie = format!(
        "{}={}; Path=/; Max-Age={VISITOR_SECONDS}; HttpOnly; SameSite=Lax{secure}",
        site.cookie_name(VISITOR_COOKIE),
        sign(&site.keys.cookie, &id)
    );
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        expect_context::<ResponseOptions>().append_header(header::SET_COOKIE, cookie);
    }
    Ok(Person { visitor: Visitor::of(&site.keys, &id), known: Known::Now, secret: Secret(id) })
}

/// Whether a visitor came with a cookie or gets one with this answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// They came with it.
    Before,
    /// They get it now.
    Now,
}

/// The member of staff who asks, or the error that asks them to sign in.
pub async fn staff() -> Result<Staff, AppError> {
    let member = member().await?;
    if may_work(&site()?, &member) { Ok(member) } else { Err(AppError::SecondFactor) }
}

/// The administrator who asks.
pub async fn administrator() -> Result<Staff, AppError> {
    let staff = staff().await?;
    if staff.role == Role::Administrator { Ok(staff) } else { Err(AppError::NotAllowed) }
}

/// Whoever is signed in, be it that they must still secure their account before they work.
pub async fn member() -> Result<Staff, AppError> {
    member_or_none().await?.ok_or(AppError::SignIn)
}

/// The member of staff who asks, if somebody is signed in and may work.
pub async fn staff_or_none() -> Result<Option<Staff>, AppError> {
    let site = site()?;
    Ok(member_or_none().await?.filter(|member| may_work(&site, member)))
}

/// Whoever is signed in and may still be. What a person does lets the session go on; what a page reads by itself does not.
pub async fn member_or_none() -> Result<Option<Staff>, AppError> {
    let Some(parts) = use_context::<Parts>() else { return Ok(None) };
    let site = site()?;
    let member = member_of(&site, &parts).await?;
    if member.is_some() && (parts.method == Method::POST || accepts_html(&parts.headers)) {
        go_on(&site).await?;
    }
    Ok(member)
}

/// Where everybody must have a second factor, nobody works without.
pub fn may_work(site: &Site, member: &Staff) -> bool {
    member.second_factor || !site.settings().second_factor_required
}

/// Opens a session for whoever proved that they are this account's, under a new secret. Where a code is asked for besides,
/// nobody is signed in until it comes.
pub async fn open(account: i64, code_awaited: bool) -> Result<(), AppError> {
    let parts = use_context::<Parts>();
    let agent = parts.as_ref().and_then(|parts| parts.headers.get(header::USER_AGENT)?.to_str().ok());
    let device = sessions::device(agent.unwrap_or_default());
    let session = session()?;
    session.clear().await;
    session.cycle_id().await.map_err(session_error)?;
    session.insert(DEVICE, device).await.map_err(session_error)?;
    if code_awaited {
        let until = time::OffsetDateTime::now_utc().unix_timestamp() + PENDING_SECONDS;
        session.insert(PENDING, (account, until)).await.map_err(session_error)?;
    } else {
        session.insert(ACCOUNT, account).await.map_err(session_error)?;
    }
    session.save().await.map_err(session_error)
}

/// The account whose password was given in this session, and whose code is awaited.
pub async fn pending() -> Result<Option<i64>, AppError> {
    let Some(parts) = use_context::<Parts>() else { return Ok(None) };
    let Some(session) = parts.extensions.get::<Session>() else { return Ok(None) };
    let pending = session.get::<(i64, i64)>(PENDING).await.map_err(session_error)?;
    let now = time::OffsetDateTime::now_utc().unix_timestamp();
    Ok(pending.filter(|(_, until)| *until > now).map(|(account, _)| account))
}

/// Lets the page that comes next show something once. It goes through the browser alone: nobody here keeps it.
pub fn show_once(value: &str) -> Result<(), AppError> {
    set_once(value, 120)
}

/// What this page shows once.
pub fn shown_once() -> Result<Option<String>, AppError> {
    let site = site()?;
    let Some(parts) = use_context::<Parts>() else { return Ok(None) };
    let value = cookie(&parts.headers, header::COOKIE, &site.cookie_name(ONCE_COOKIE)).map(str::to_owned);
    if value.is_some() {
        set_once("", 0)?;
    }
    Ok(value)
}

fn set_once(value: &str, seconds: u32) -> Result<(), AppError> {
    let site = site()?;
    let secure = if site.is_https() { "; Secure" } else { "" };
    let name = site.cookie_name(ONCE_COOKIE);
    let cookie = format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}");
    let cookie = HeaderValue::from_str(&cookie).map_err(|_| AppError::Internal)?;
    expect_context::<ResponseOptions>().append_header(header::SET_COOKIE, cookie);
    Ok(())
}

/// Lets this request's session go on, for as long as one may do nothing.
async fn go_on(site: &Site) -> Result<(), AppError> {
    if let Some(id) = session()?.id() {
        sessions::renew(&site.pool, &id, site.settings().idle_minutes).await?;
    }
    Ok(())
}

/// The member of staff behind the request with these headers, if they may work.
pub async fn staff_of(site: &Site, parts: &Parts) -> Result<Option<Staff>, AppError> {
    Ok(member_of(site, parts).await?.filter(|member| may_work(site, member)))
}

async fn member_of(site: &Site, parts: &Parts) -> Result<Option<Staff>, AppError> {
    let Some(session) = parts.extensions.get::<Session>() else { return Ok(None) };
    let account = session.get::<i64>(ACCOUNT).await.map_err(session_error)?;
    match account {
        Some(id) => Ok(accounts::active(&site.pool, id).await?),
        None => Ok(None),
    }
}

/// The member of staff behind a request that came a while ago, if they are still signed in: its session is read anew.
pub async fn staff_by_now(site: &Site, parts: &Parts) -> Result<Option<Staff>, AppError> {
    if let Some(session) = parts.extensions.get::<Session>() {
        session.load().await.map_err(session_error)?;
    }
    staff_of(site, parts).await
}

/// The session of this request.
pub fn session() -> Result<Session, AppError> {
    use_context::<Parts>().and_then(|parts| parts.extensions.get::<Session>().cloned()).ok_or(AppError::Internal)
}

/// A session store's error is the database's, so it is told as that.
pub fn session_error(error: tower_sessions::session::Error) -> AppError {
    tracing::warn!(%error, "a session could not be read or written");
    AppError::Unavailable
}

/// The address this request came from.
pub fn address() -> IpAddr {
    use_context::<Parts>().map_or(IpAddr::from([0, 0, 0, 0]), |parts| address_of(&parts))
}

/// The address that the request with these headers came from.
pub fn address_of(parts: &Parts) -> IpAddr {
    parts.extensions.get::<ClientAddress>().map_or(IpAddr::from([0, 0, 0, 0]), |address| address.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[sqlx::test]
    async fn a_visitors_cookie_is_believed_only_whole(pool: sqlx::PgPool) {
        let keys = Keys::load(&pool).await.expect("keys");
        let id = [7; 16];
        let value = sign(&keys.cookie, &id);
        assert_eq!(verify(&keys.cookie, &value), Some(id));
        for forged in [
            String::new(),
            "x".to_owned(),
            value[1..].to_owned(),
            format!("{value}A"),
            value.replace(&value[..4], "AAAA"),
            sign(&keys.visitor, &id),
        ] {
            assert_eq!(verify(&keys.cookie, &forged), None, "{forged}");
        }
    }
}
