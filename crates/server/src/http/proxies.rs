//! Who a request comes from when proxies stand between: their word counts only where an operator
//! trusts them, because anybody can write these headers.

use std::net::{IpAddr, SocketAddr};

use http::HeaderMap;
use http::header::FORWARDED;
use ipnet::IpNet;

const X_FORWARDED_FOR: &str = "x-forwarded-for";

/// Networks whose forwarded headers are believed.
#[derive(Clone, Debug, Default)]
pub(crate) struct TrustedProxies(pub(crate) Vec<IpNet>);

impl TrustedProxies {
    fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }

    /// The client behind `peer`: the last address, counted from this server outwards, that is no
    /// trusted proxy. The port is the peer's.
    pub(crate) fn client(&self, peer: SocketAddr, headers: &HeaderMap) -> SocketAddr {
        let mut client = peer.ip().to_canonical();
        if self.0.is_empty() || !self.trusts(client) {
            return SocketAddr::new(client, peer.port());
        }
        for address in forwarded(headers).into_iter().rev() {
            let Some(address) = address else { break };
            client = address;
            if !self.trusts(client) {
                break;
            }
        }
        SocketAddr::new(client, peer.port())
    }
}

/// The addresses that proxies noted, the client's first; `None` where a proxy hid one.
fn forwarded(headers: &HeaderMap) -> Vec<Option<IpAddr>> {
    let values = |name: &str| {
        let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
        values.flat_map(|value| value.split(',')).map(str::trim).collect::<Vec<_>>()
    };
    let plain = values(X_FORWARDED_FOR);
    if !plain.is_empty() {
        return plain.into_iter().map(address).collect();
    }
    values(FORWARDED.as_str()).into_iter().map(forwarded_for).collect()
}

/// The `for` of one element of a `Forwarded` header (RFC 7239).
fn forwarded_for(element: &str) -> Option<IpAddr> {
    let mut pairs = element.split(';').filter_map(|pair| pair.split_once('='));
    let (_, node) = pairs.find(|(name, _)| name.trim().eq_ignore_ascii_case("for"))?;
    address(node.trim().trim_matches('"'))
}

/// An address, with or without a port, IPv6 with or without brackets.
fn address(text: &str) -> Option<IpAddr> {
    let plain = text.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>().ok();
    plain.or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip())).map(|ip| ip.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(trusted: &[&str], peer: &str, headers: &[(&'static str, &str)]) -> String {
        let proxies = TrustedProxies(trusted.iter().map(|network| network.parse().unwrap()).collect());
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        proxies.client(SocketAddr::new(peer.parse().unwrap(), 9), &map).ip().to_string()
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        let said = [("x-forwarded-for", "192.0.2.7")];
        assert_eq!(client(&[], "10.0.0.1", &said), "10.0.0.1");
        assert_eq!(client(&["10.9.0.0/16"], "10.0.0.1", &said), "10.0.0.1");
        assert_eq!(client(&["10.0.0.0/8"], "10.0.0.1", &said), "192.0.2.7");
        assert_eq!(client(&["10.0.0.0/8"], "10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(client(&["10.0.0.0/8"], "::ffff:10.0.0.1", &said), "192.0.2.7");
    }

    #[test]
    fn what_a_client_wrote_itself_does_not_count() {
        let trusted = ["10.0.0.0/8"];
        let cases: &[(&[(&'static str, &str)], &str)] = &[
            (&[("x-forwarded-for", "1.1.1.1, 192.0.2.7, 10.0.0.2")], "192.0.2.7"),
            (&[("x-forwarded-for", "1.1.1.1"), ("x-forwarded-for", "192.0.2.7")], "192.0.2.7"),
            (&[("x-forwarded-for", "192.0.2.7, nonsense")], "10.0.0.1"),
            (&[("x-forwarded-for", "2001:db8::1")], "2001:db8::1"),
            (&[("x-forwarded-for", "10.0.0.3, 10.0.0.2")], "10.0.0.3"),
            (&[("forwarded", "for=1.1.1.1, for=\"[2001:db8::1]:4711\";proto=https")], "2001:db8::1"),
            (&[("forwarded", "proto=https;For=192.0.2.7:80")], "192.0.2.7"),
            (&[("forwarded", "for=_hidden")], "10.0.0.1"),
        ];
        for (headers, wanted) in cases {
            assert_eq!(client(&trusted, "10.0.0.1", headers), *wanted, "{headers:?}");
        }
    }
}
