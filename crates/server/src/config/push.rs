//! `[push]`: where notifications may be sent.

use serde::Deserialize;

use super::Network;

/// Where notifications may be sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Push {
    /// Networks of the operator's own where push gateways may be, although they are not public.
    pub allowed_networks: Vec<Network>,
}
