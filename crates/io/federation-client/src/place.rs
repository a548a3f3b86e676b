//! What a server's name says by itself about where requests go (server-server API, "Resolving server names").

use ruma::ServerName;

/// The port of servers that name none.
pub(crate) const PORT: u16 = 8448;

/// Where requests to a server go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// Scheme, host and port, as a URL begins.
    pub(crate) base_url: String,
    /// What the `Host` header says.
    pub(crate) host: String,
    /// Whether the host may have service records, which also say the port.
    pub(crate) has_services: bool,
}

/// What a name says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Named {
    /// Where the server is.
    Place(Place),
    /// A host and nothing else: it may be delegated, or have service records.
    Host(String),
}

/// Reads a name (steps 1 and 2; of a delegated name steps 3.1 and 3.2).
pub(crate) fn read(name: &ServerName) -> Named {
    let (host, port) = (name.host(), name.port());
    if port.is_none() && !name.is_ip_literal() {
        return Named::Host(host.to_owned());
    }
    let base_url = format!("https://{host}:{}", port.unwrap_or(PORT));
    Named::Place(Place { base_url, host: name.to_string(), has_services: false })
}

/// The place of a host that is not delegated (steps 3.3 to 3.5 and 4 to 6).
pub(crate) fn of_host(host: String) -> Place {
    Place { base_url: format!("https://{host}"), host, has_services: true }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_where_its_server_is() {
        let table = [
            ("1.2.3.4", Some(("https://1.2.3.4:8448", "1.2.3.4"))),
            ("1.2.3.4:8008", Some(("https://1.2.3.4:8008", "1.2.3.4:8008"))),
            ("[2001:db8::1]", Some(("https://[2001:db8::1]:8448", "[2001:db8::1]"))),
            ("[2001:db8::1]:1", Some(("https://[2001:db8::1]:1", "[2001:db8::1]:1"))),
            ("example.org:443", Some(("https://example.org:443", "example.org:443"))),
            ("example.org:8448", Some(("https://example.org:8448", "example.org:8448"))),
            ("example.org", None),
            ("localhost", None),
        ];
        for (name, place) in table {
            let wanted = match place {
                Some((base_url, host)) => Named::Place(Place {
                    base_url: base_url.to_owned(),
                    host: host.to_owned(),
                    has_services: false,
                }),
                None => Named::Host(name.to_owned()),
            };
            assert_eq!(read(name.try_into().unwrap()), wanted, "{name}");
        }
        let place = of_host("example.org".to_owned());
        assert_eq!((place.base_url.as_str(), place.host.as_str()), ("https://example.org", "example.org"));
    }
}
