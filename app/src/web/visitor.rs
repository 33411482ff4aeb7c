//! Visitors: readers who voted or wrote, known by a signed cookie and by nothing else.

use super::cookies::{find_cookie, find_set_cookie, set_cookie};
use super::session::SESSION_COOKIE;
use super::site::{Site, current_site};
use super::store::keys::Keys;
use crate::base::error::AppError;
use crate::base::keys::{Key, decode_token, encode_token};
use axum::http::{HeaderMap, header, request::Parts};
use leptos::prelude::use_context;
use std::net::IpAddr;
use tower_sessions::cookie::{SameSite, time::Duration};

const VISITOR_COOKIE: &str = "khach";
const VISITOR_COOKIE_AGE: Duration = Duration::days(400);

/// The address that a request came from, as far as the program trusts it: a forwarded address counts only from a
/// trusted proxy.
#[derive(Debug, Clone, Copy)]
pub struct ClientAddress(pub IpAddr);

/// A visitor as the database knows them: a keyed hash of the secret in their cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Visitor(pub [u8; 32]);

impl Visitor {
    fn new(keys: &Keys, id: &[u8]) -> Self {
        Self(keys.visitor.mac(&[id]))
    }
}

/// The random secret in a visitor's cookie. It is never stored: their private links are derived from it, so nobody who
/// reads the database can make one.
#[derive(Clone, Copy)]
pub struct VisitorSecret([u8; 16]);

impl VisitorSecret {
    /// Derives the token of the private link that belongs to `salt`: 128 bits, 22 characters.
    pub fn derive_link(&self, keys: &Keys, salt: &[u8]) -> String {
        encode_token(&keys.visitor.mac(&[b"link", &self.0, salt])[..16])
    }
}

/// The visitor who votes or writes.
#[derive(Clone, Copy)]
pub struct KnownVisitor {
    pub visitor: Visitor,
    pub origin: VisitorOrigin,
    pub secret: VisitorSecret,
}

/// Whether a visitor came with a cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VisitorOrigin {
    /// They brought it.
    Returning,
    /// They get it with this answer.
    New,
}

/// Encodes a visitor's id for the cookie: id, key version and signature.
fn sign(key: &Key, id: &[u8; 16]) -> String {
    let version = key.version().to_be_bytes();
    let tag = key.mac(&[id, &version]);
    encode_token(&[&id[..], &version, &tag].concat())
}

/// Decodes the id in a cookie if it was signed with the key in force.
fn verify(key: &Key, value: &str) -> Option<[u8; 16]> {
    let bytes = decode_token(value).filter(|bytes| bytes.len() == 52)?;
    let (id, rest) = bytes.split_at(16);
    let (version, tag) = rest.split_at(4);
    (version == key.version().to_be_bytes() && key.verify(&[id, version], tag)).then(|| id.try_into().ok())?
}

/// Who asks for a page, as far as their cookies say.
pub enum Asker {
    /// Nobody in particular.
    Anybody,
    /// A visitor; `None` where the cookie is not valid.
    Visitor(Option<KnownVisitor>),
    /// Whoever brings a session's cookie, valid or not.
    Staff,
}

impl Asker {
    /// Reads the cookies of a request.
    pub fn from_headers(site: &Site, headers: &HeaderMap) -> Self {
        if !headers.contains_key(header::COOKIE) {
            return Self::Anybody;
        }
        if find_cookie(headers, &site.cookie_name(SESSION_COOKIE)).is_some() {
            return Self::Staff;
        }
        let Some(value) = find_cookie(headers, &site.cookie_name(VISITOR_COOKIE)) else { return Self::Anybody };
        Self::Visitor(verify(&site.keys.cookie, &value).map(|secret| KnownVisitor {
            visitor: Visitor::new(&site.keys, &secret),
            origin: VisitorOrigin::Returning,
            secret: VisitorSecret(secret),
        }))
    }
}

/// The visitor of the current request, if its cookie is valid.
pub fn current_visitor() -> Result<Option<Visitor>, AppError> {
    let site = current_site()?;
    Ok(use_context::<Parts>().and_then(|parts| visitor_of_request(&site, &parts)))
}

/// The visitor of the request with these headers.
pub fn visitor_of_request(site: &Site, parts: &Parts) -> Option<Visitor> {
    let secret = secret_of_request(site, parts)?;
    Some(Visitor::new(&site.keys, &secret.0))
}

/// The visitor whose cookie an answer with these headers sets.
pub fn visitor_of_response(site: &Site, headers: &HeaderMap) -> Option<Visitor> {
    let value = find_set_cookie(headers, &site.cookie_name(VISITOR_COOKIE))?;
    Some(Visitor::new(&site.keys, &verify(&site.keys.cookie, &value)?))
}

/// The secret in the current request's cookie.
pub fn current_secret() -> Result<Option<VisitorSecret>, AppError> {
    let site = current_site()?;
    Ok(use_context::<Parts>().and_then(|parts| secret_of_request(&site, &parts)))
}

fn secret_of_request(site: &Site, parts: &Parts) -> Option<VisitorSecret> {
    let value = find_cookie(&parts.headers, &site.cookie_name(VISITOR_COOKIE))?;
    verify(&site.keys.cookie, &value).map(VisitorSecret)
}

/// The visitor of the current request. A new one gets a cookie with the answer.
pub fn ensure_visitor() -> Result<KnownVisitor, AppError> {
    let known = find_or_make_visitor()?;
    known.set_cookie()?;
    Ok(known)
}

/// The visitor of the current request, or a new one, who gets no cookie yet.
pub fn find_or_make_visitor() -> Result<KnownVisitor, AppError> {
    let site = current_site()?;
    let (secret, origin) = match current_secret()? {
        Some(secret) => (secret, VisitorOrigin::Returning),
        None => (VisitorSecret(rand::random()), VisitorOrigin::New),
    };
    Ok(KnownVisitor { visitor: Visitor::new(&site.keys, &secret.0), origin, secret })
}

impl KnownVisitor {
    /// Gives a new visitor their cookie with the answer.
    pub fn set_cookie(&self) -> Result<(), AppError> {
        let site = current_site()?;
        if self.origin == VisitorOrigin::New {
            let value = sign(&site.keys.cookie, &self.secret.0);
            set_cookie(&site, VISITOR_COOKIE, value, VISITOR_COOKIE_AGE, SameSite::Lax);
        }
        Ok(())
    }
}

/// The address that the current request came from.
pub fn current_address() -> IpAddr {
    use_context::<Parts>().map_or(IpAddr::from([0, 0, 0, 0]), |parts| address_of_request(&parts))
}

/// What the client of the current request says it is. It may say anything.
pub fn current_agent() -> Vec<u8> {
    let agent = use_context::<Parts>().and_then(|parts| parts.headers.get(header::USER_AGENT).cloned());
    agent.map(|agent| agent.as_bytes().to_vec()).unwrap_or_default()
}

/// The address that this request came from.
pub fn address_of_request(parts: &Parts) -> IpAddr {
    parts.extensions.get::<ClientAddress>().map_or(IpAddr::from([0, 0, 0, 0]), |address| address.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_visitors_cookie_is_valid_only_whole() {
        let (key, other) = (Key::new(1, [1; 32]), Key::new(1, [2; 32]));
        let id = [7; 16];
        let value = sign(&key, &id);
        assert_eq!(verify(&key, &value), Some(id));
        for forged in [
            String::new(),
            "x".to_owned(),
            value[1..].to_owned(),
            format!("{value}A"),
            value.replace(&value[..4], "AAAA"),
            sign(&other, &id),
            sign(&Key::new(2, [1; 32]), &id),
        ] {
            assert_eq!(verify(&key, &forged), None, "{forged}");
        }
    }
}
