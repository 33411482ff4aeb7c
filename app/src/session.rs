//! Who is asking: a visitor known by a signed cookie, or staff known by a session.

use crate::accounts::{Role, Staff, sessions, store as accounts};
use crate::error::AppError;
use crate::forms::post::accepts_html;
use crate::keys::{Key, Keys};
use crate::site::{Site, site};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header, request::Parts};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use leptos::prelude::{expect_context, use_context};
use leptos_axum::ResponseOptions;
use std::collections::HashSet;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex};
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
const PENDING: &str = "pending";
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

/// How much of what one visitor, address or name may do. Kept in this process's memory, in hashes only.
#[derive(Default)]
pub struct Limits {
    comments_by_visitor: Limit,
    comments_by_address: Limit,
    comments_by_network: Limit,
    votes_by_visitor: Limit,
    votes_by_address: Limit,
    votes_by_network: Limit,
    new_voters_by_address: Limit,
    new_voters_by_network: Limit,
    bare_posts: Limit,
    /// Visitors who are known to have voted, so that nobody need look.
    voters: Mutex<HashSet<[u8; 32]>>,
    reads_by_address: Limit,
    reads_by_network: Limit,
    refusals_by_address: Limit,
    sign_in_by_pair: Limit,
    sign_in_by_address: Limit,
    sign_in_by_name: Limit,
    codes_by_account: Limit,
}

/// One limit: so many a period for each key. The number may change while the program runs.
#[derive(Default)]
struct Limit(Mutex<Option<(Quota, Arc<Limiter>)>>);

type Limiter = DefaultKeyedRateLimiter<[u8; 32]>;

impl Limit {
    /// Takes one of the `quota` for `key`, or says how many seconds to wait.
    fn take(&self, quota: Quota, key: [u8; 32]) -> Result<(), AppError> {
        let limiter = {
            let mut held = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            match &*held {
                Some((in_force, limiter)) if *in_force == quota => Arc::clone(limiter),
                _ => Arc::clone(&held.insert((quota, Arc::new(RateLimiter::keyed(quota)))).1),
            }
        };
        limiter.check_key(&key).map_err(|refused| {
            let wait = refused.wait_time_from(DefaultClock::default().now());
            AppError::SlowDown { seconds: u32::try_from(wait.as_secs()).unwrap_or(u32::MAX).saturating_add(1) }
        })
    }

    fn sweep(&self) {
        if let Some((_, limiter)) = &*self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner) {
            limiter.retain_recent();
        }
    }
}

fn a_minute(count: u32) -> Quota {
    Quota::per_minute(NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN))
}

/// A network stands for so many addresses at once.
const NETWORK: u32 = 5;
/// Posts a minute by whoever opened no page that count without being looked at.
const BARE_POSTS: u32 = 10;
/// So many voters are remembered; beyond them one looks again.
const REMEMBERED: usize = 100_000;

/// Refused forms a minute that are kept for one address.
const REFUSALS: u32 = 60;

/// So many at once, and then one each `seconds`.
fn slow(burst: u32, seconds: u64) -> Quota {
    let burst = NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN);
    Quota::with_period(std::time::Duration::from_secs(seconds))
        .map_or(Quota::per_minute(burst), |quota| quota.allow_burst(burst))
}

impl Limits {
    /// One comment by `visitor` from `address`.
    pub fn comment(&self, site: &Site, visitor: Visitor, address: IpAddr) -> Result<(), AppError> {
        let settings = site.settings();
        self.comments_by_visitor.take(a_minute(settings.comments_per_visitor), visitor.0)?;
        let limits = (&self.comments_by_address, &self.comments_by_network);
        take_both(site, limits, settings.comments_per_address, address)
    }

    /// One vote, change or withdrawal by `visitor` from `address`.
    pub fn vote(&self, site: &Site, visitor: Visitor, address: IpAddr) -> Result<(), AppError> {
        let settings = site.settings();
        self.votes_by_visitor.take(a_minute(settings.votes_per_visitor), visitor.0)?;
        take_both(site, (&self.votes_by_address, &self.votes_by_network), settings.votes_per_address, address)
    }

    /// One visitor who never voted before, from `address`. Those beyond are not refused, but checked.
    pub fn new_voter(&self, site: &Site, address: IpAddr) -> Result<(), AppError> {
        let limits = (&self.new_voters_by_address, &self.new_voters_by_network);
        take_both(site, limits, site.settings().new_voters_per_address, address)
    }

    /// Whether this visitor is remembered to have voted before.
    pub fn has_voted(&self, visitor: Visitor) -> bool {
        self.voters.lock().unwrap_or_else(std::sync::PoisonError::into_inner).contains(&visitor.0)
    }

    /// Remembers that this visitor has voted.
    pub fn voted(&self, visitor: Visitor) {
        let mut voters = self.voters.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if voters.len() >= REMEMBERED {
            voters.clear();
        }
        voters.insert(visitor.0);
    }

    /// One post from an address and agent that opened no page. Those beyond are not refused, but checked.
    pub fn bare_post(&self, site: &Site, address: IpAddr, agent: &[u8]) -> Result<(), AppError> {
        self.bare_posts.take(a_minute(BARE_POSTS), key(site, &[address.to_string().as_bytes(), agent]))
    }

    /// One page or answer that is made for a request from `address`; copies of pages are not limited.
    pub fn read(&self, site: &Site, address: IpAddr) -> Result<(), AppError> {
        let limits = (&self.reads_by_address, &self.reads_by_network);
        take_both(site, limits, site.settings().reads_per_address, address)
    }

    /// One refused form that is kept for a request from `address`. Beyond them the answer itself holds the words.
    pub fn refusal(&self, site: &Site, address: IpAddr) -> Result<(), AppError> {
        self.refusals_by_address.take(a_minute(REFUSALS), key(site, &[address.to_string().as_bytes()]))
    }

    /// One try to sign in as `name` from `address`. Tries are slowed, never stopped for good: somebody who attacks
    /// a name from elsewhere leaves its owner's own address a place.
    pub fn sign_in(&self, site: &Site, name: &str, address: IpAddr) -> Result<(), AppError> {
        let address = address.to_string();
        self.sign_in_by_pair.take(slow(5, 20), key(site, &[name.as_bytes(), address.as_bytes()]))?;
        self.sign_in_by_address.take(slow(20, 5), key(site, &[address.as_bytes()]))?;
        self.sign_in_by_name.take(slow(100, 5), key(site, &[name.as_bytes()]))
    }

    /// One code, or one current password, tried for `account` by whoever is signed in or gave its password: six digits are
    /// guessed soon where nobody slows the guesses.
    pub fn code(&self, site: &Site, account: i64) -> Result<(), AppError> {
        self.codes_by_account.take(slow(10, 30), key(site, &[&account.to_be_bytes()]))
    }

    /// Forgets keys that are back at their full allowance, so that memory stays bounded.
    pub fn sweep(&self) {
        for limit in [
            &self.comments_by_visitor,
            &self.comments_by_address,
            &self.comments_by_network,
            &self.votes_by_visitor,
            &self.votes_by_address,
            &self.votes_by_network,
            &self.new_voters_by_address,
            &self.new_voters_by_network,
            &self.bare_posts,
            &self.reads_by_address,
            &self.reads_by_network,
            &self.refusals_by_address,
            &self.sign_in_by_pair,
            &self.sign_in_by_address,
            &self.sign_in_by_name,
            &self.codes_by_account,
        ] {
            limit.sweep();
        }
    }
}

/// Takes one of `count` a minute for an address, and one of a few times as many for its network.
fn take_both(
    site: &Site,
    (by_address, by_network): (&Limit, &Limit),
    count: u32,
    address: IpAddr,
) -> Result<(), AppError> {
    by_address.take(a_minute(count), key(site, &[address.to_string().as_bytes()]))?;
    by_network.take(a_minute(count.saturating_mul(NETWORK)), key(site, &[&network(address)]))
}

/// The network of an address: 24 bits of an IPv4 address, 48 of an IPv6 address.
fn network(address: IpAddr) -> Vec<u8> {
    match address {
        IpAddr::V4(address) => address.octets()[..3].to_vec(),
        IpAddr::V6(address) => address.octets()[..6].to_vec(),
    }
}

fn key(site: &Site, parts: &[&[u8]]) -> [u8; 32] {
    site.keys.limits.mac(parts)
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

    #[test]
    fn a_limit_gives_its_number_and_then_says_how_long_to_wait() {
        let limit = Limit::default();
        for _ in 0..5 {
            assert_eq!(limit.take(a_minute(5), [1; 32]), Ok(()));
        }
        assert!(matches!(limit.take(a_minute(5), [1; 32]), Err(AppError::SlowDown { seconds: 1..=13 })));
        assert_eq!(limit.take(a_minute(5), [2; 32]), Ok(()));
        assert_eq!(limit.take(a_minute(9), [1; 32]), Ok(()), "a new number takes effect at once");
    }
}
