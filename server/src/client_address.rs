//! The address a request came from: the connection's own, unless a trusted proxy names another.

use axum::extract::{ConnectInfo, Request};
use axum::http::HeaderMap;
use ipnet::IpNet;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Once;

/// Finds the address that a request came from, as far as it can be trusted.
pub fn find_client_address(request: &Request, trusted: &[IpNet]) -> IpAddr {
    let peer = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |info| info.0.ip());
    find_trusted_address(peer, request.headers(), trusted)
}

/// Finds the last address in the chain that belongs to no trusted proxy: anybody could have written what stands before.
fn find_trusted_address(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |address: &IpAddr| trusted.iter().any(|network| network.contains(&address.to_canonical()));
    if !is_trusted(&peer) {
        return peer.to_canonical();
    }
    let chain: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(','))
        .collect();
    let mut found = peer;
    for entry in chain.into_iter().rev() {
        let Some(address) = parse_forwarded(entry) else {
            warn_unreadable();
            break;
        };
        found = address;
        if !is_trusted(&address) {
            break;
        }
    }
    found.to_canonical()
}

/// Parses an entry of `X-Forwarded-For` in any form that proxies write: an address, with a port, in brackets, with a
/// zone, or in quotes.
fn parse_forwarded(entry: &str) -> Option<IpAddr> {
    let entry = entry.trim().trim_matches('"').trim();
    if let Ok(address) = entry.parse() {
        return Some(address);
    }
    if let Ok(address) = entry.parse::<SocketAddr>() {
        return Some(address.ip());
    }
    let inner = match entry.strip_prefix('[') {
        Some(rest) => {
            let (inner, port) = rest.split_once(']')?;
            let is_port = port.is_empty() || port.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok());
            is_port.then_some(inner)?
        }
        None => entry,
    };
    // a link-local address may name the interface that it was seen on
    inner.split('%').next()?.parse().ok()
}

/// Says once that a trusted proxy names addresses in a form that cannot be read: its visitors then share the limits of
/// the proxy itself. The text is anybody's, so it is not logged.
fn warn_unreadable() {
    static WARNED: Once = Once::new();
    WARNED.call_once(|| {
        tracing::warn!(
            "X-Forwarded-For from a trusted proxy could not be read; the visitors it names share the proxy's limits"
        );
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address_of(peer: &str, forwarded: &str, trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", forwarded.parse().expect("is a header"));
        let trusted: Vec<IpNet> = trusted.iter().map(|network| network.parse().expect("is a network")).collect();
        find_trusted_address(peer.parse().expect("is an address"), &headers, &trusted).to_string()
    }

    #[test]
    fn a_forwarded_address_counts_only_from_a_trusted_proxy() {
        assert_eq!(address_of("203.0.113.9", "198.51.100.1", &[]), "203.0.113.9");
        assert_eq!(address_of("127.0.0.1", "198.51.100.1", &["127.0.0.0/8"]), "198.51.100.1");
        assert_eq!(address_of("::ffff:127.0.0.1", "198.51.100.1", &["127.0.0.0/8"]), "198.51.100.1");
        assert_eq!(
            address_of("127.0.0.1", "1.2.3.4, 198.51.100.1, 10.0.0.2", &["127.0.0.0/8", "10.0.0.0/8"]),
            "198.51.100.1"
        );
        assert_eq!(address_of("127.0.0.1", "nonsense", &["127.0.0.0/8"]), "127.0.0.1");
        assert_eq!(address_of("127.0.0.1", "1.2.3.4, nonsense", &["127.0.0.0/8"]), "127.0.0.1");
    }

    #[test]
    fn every_form_that_proxies_write_is_read() {
        for (forwarded, expected) in [
            ("198.51.100.1:4711", "198.51.100.1"),
            ("[2001:db8::1]:4711", "2001:db8::1"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("\"[2001:db8::1]:4711\"", "2001:db8::1"),
            ("\"198.51.100.1\"", "198.51.100.1"),
            ("fe80::1%eth0", "fe80::1"),
            ("[fe80::1%2]:80", "fe80::1"),
            ("::ffff:198.51.100.1", "198.51.100.1"),
            ("1.2.3.4, 198.51.100.1:80, 127.0.0.2:81", "198.51.100.1"),
            ("[2001:db8::1]:port", "127.0.0.1"),
            ("unknown", "127.0.0.1"),
            ("_hidden", "127.0.0.1"),
            ("198.51.100.1:99999", "127.0.0.1"),
            ("", "127.0.0.1"),
        ] {
            assert_eq!(address_of("127.0.0.1", forwarded, &["127.0.0.0/8"]), expected, "{forwarded}");
        }
    }
}
