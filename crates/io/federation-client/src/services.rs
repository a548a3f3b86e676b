//! Service records: the hosts and ports where a server is that names neither (server-server API, "Resolving server
//! names", steps 3.3 to 3.5 and 4 to 6).

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use futures::future::BoxFuture;
use herold_outgoing::{Names, SystemNames};
use hickory_resolver::TokioResolver;
use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverConfig};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::RData;

use crate::place::PORT;

/// The services under which a server may be listed: the one that is registered, and the one of before.
const SERVICES: [&str; 2] = ["_matrix-fed._tcp", "_matrix._tcp"];
/// Records of one service that are tried at most.
const RECORDS_MAX: usize = 8;
/// How long a name server may take, and how often it is asked.
const ANSWER_WITHIN: Duration = Duration::from_secs(2);
const ATTEMPTS: usize = 2;

/// Who is asked about names.
#[derive(Clone)]
pub struct Directory {
    /// About addresses.
    pub addresses: Arc<dyn Names>,
    /// About services.
    pub services: Services,
}

impl Directory {
    /// What the system says.
    pub fn system() -> Self {
        Self { addresses: Arc::new(SystemNames), services: Services::system() }
    }
}

/// Who is asked about services.
#[derive(Clone)]
pub struct Services(Arc<Asked>);

struct Asked {
    name_server: Option<SocketAddr>,
    /// Made when it is first needed; `None` where the system knows no name server.
    resolver: OnceLock<Option<TokioResolver>>,
}

/// A record of a service.
struct Record {
    priority: u16,
    weight: u16,
    host: String,
    port: u16,
}

impl Services {
    /// The name servers of the system.
    pub fn system() -> Self {
        Self(Arc::new(Asked { name_server: None, resolver: OnceLock::new() }))
    }

    /// One name server.
    pub fn at(name_server: SocketAddr) -> Self {
        Self(Arc::new(Asked { name_server: Some(name_server), resolver: OnceLock::new() }))
    }

    /// The hosts and ports of the server at `host`, the first to be tried first; none where it is not listed.
    async fn of(&self, host: &str) -> Vec<(String, u16)> {
        let Some(resolver) = self.0.resolver() else { return Vec::new() };
        for service in SERVICES {
            // The dot at the end: no domain of the system's own is put behind it.
            match resolver.srv_lookup(format!("{service}.{host}.")).await {
                Ok(found) => {
                    let records = found.answers().iter().filter_map(|answer| match &answer.data {
                        RData::SRV(record) => Some(Record {
                            priority: record.priority,
                            weight: record.weight,
                            host: record.target.to_ascii().trim_end_matches('.').to_owned(),
                            port: record.port,
                        }),
                        _ => None,
                    });
                    let places = in_order(records.collect());
                    if !places.is_empty() {
                        return places;
                    }
                }
                Err(error) => tracing::debug!(host, service, %error, "no service records"),
            }
        }
        Vec::new()
    }
}

impl Asked {
    fn resolver(&self) -> Option<&TokioResolver> {
        self.resolver.get_or_init(|| self.make()).as_ref()
    }

    fn make(&self) -> Option<TokioResolver> {
        let builder = match self.name_server {
            Some(address) => {
                let mut connection = ConnectionConfig::udp();
                connection.port = address.port();
                let server = NameServerConfig::new(address.ip(), true, vec![connection]);
                let config = ResolverConfig::from_parts(None, Vec::new(), vec![server]);
                Ok(TokioResolver::builder_with_config(config, TokioRuntimeProvider::default()))
            }
            None => TokioResolver::builder_tokio(),
        };
        let made = builder.and_then(|mut builder| {
            let options = builder.options_mut();
            (options.timeout, options.attempts) = (ANSWER_WITHIN, ATTEMPTS);
            builder.build()
        });
        made.inspect_err(|error| tracing::warn!(%error, "no name server can be asked for service records"))
            .ok()
    }
}

/// By priority, among equals by weight. A service that is nowhere (".") has no place.
fn in_order(mut records: Vec<Record>) -> Vec<(String, u16)> {
    records.retain(|record| !record.host.is_empty());
    records.sort_by_key(|record| (record.priority, u16::MAX - record.weight));
    records.truncate(RECORDS_MAX);
    records.into_iter().map(|record| (record.host, record.port)).collect()
}

/// Names as services say them: with the port, which is 8448 where there are none.
pub(crate) struct ServiceNames(pub(crate) Directory);

impl Names for ServiceNames {
    fn addresses<'a>(&'a self, host: &'a str) -> BoxFuture<'a, io::Result<Vec<SocketAddr>>> {
        Box::pin(async move {
            let mut places = self.0.services.of(host).await;
            if places.is_empty() {
                places.push((host.to_owned(), PORT));
            }
            let (mut found, mut failed) = (Vec::new(), None);
            for (host, port) in places {
                match self.0.addresses.addresses(&host).await {
                    Ok(addresses) => found.extend(addresses.into_iter().map(|mut address| {
                        address.set_port(port);
                        address
                    })),
                    Err(error) => failed = Some(error),
                }
            }
            failed.filter(|_| found.is_empty()).map_or(Ok(found), Err)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_priority_and_the_greatest_weight_come_first() {
        let record =
            |priority, weight, host: &str| Record { priority, weight, host: host.to_owned(), port: 1 };
        let records = vec![record(20, 9, "c"), record(10, 1, "b"), record(10, 5, "a"), record(0, 0, "")];
        let hosts: Vec<String> = in_order(records).into_iter().map(|(host, _)| host).collect();
        assert_eq!(hosts, ["a", "b", "c"]);
    }
}
