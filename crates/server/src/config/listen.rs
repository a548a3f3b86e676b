//! `[listen]`: where and how clients connect.

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;

use ipnet::IpNet;
use serde::Deserialize;

/// Where clients connect.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Listen {
    /// The address of this machine.
    pub address: IpAddr,
    /// The port; 0 lets the system choose.
    pub port: u16,
    /// The PEM file of the certificate and its chain.
    pub tls_certificate: Option<PathBuf>,
    /// The PEM file of the certificate's key.
    pub tls_key: Option<PathBuf>,
    /// Proxies whose word on a client's address is taken.
    pub trusted_proxies: Vec<Network>,
    /// Open connections at most.
    pub connections_max: u32,
    /// How long requests may take to finish when the server stops, in seconds.
    pub finish_within_seconds: u64,
}

impl Default for Listen {
    fn default() -> Self {
        Self {
            address: Ipv4Addr::LOCALHOST.into(),
            port: 8008,
            tls_certificate: None,
            tls_key: None,
            trusted_proxies: Vec::new(),
            connections_max: 10_000,
            finish_within_seconds: 20,
        }
    }
}

/// A network, or one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Network(pub IpNet);

impl TryFrom<String> for Network {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let network = text.parse::<IpNet>().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from));
        network.map(Self).ok_or_else(|| format!("\"{text}\" is no address and no network like 10.0.0.0/8"))
    }
}
