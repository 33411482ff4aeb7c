//! The address a request came from: the connection's own, unless a trusted proxy names another.

use axum::extract::{ConnectInfo, Request};
use axum::http::HeaderMap;
use ipnet::IpNet;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

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
        let Ok(address) = entry.trim().parse::<IpAddr>() else { break };
        found = address;
        if !is_trusted(&address) {
            break;
        }
    }
    found.to_canonical()
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
}
