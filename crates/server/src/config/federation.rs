//! `[federation]`: how other servers are reached.

use std::path::PathBuf;

use herold_outgoing::CertificateDer;
use rustls::pki_types::pem::PemObject;
use serde::Deserialize;

use super::{ConfigError, Network};

/// How other servers are reached.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Federation {
    /// Networks of the operator's own where other servers may be, although they are not public.
    pub allowed_networks: Vec<Network>,
    /// PEM file of further certificates that may sign those of other servers.
    pub root_certificates: Option<PathBuf>,
}

impl Federation {
    /// Where other servers may be.
    pub(crate) fn outgoing(&self) -> Result<herold_outgoing::Settings, ConfigError> {
        Ok(herold_outgoing::Settings {
            allowed: self.allowed_networks.iter().map(|network| network.0).collect(),
            roots: self.roots()?,
            ..herold_outgoing::Settings::default()
        })
    }

    fn roots(&self) -> Result<Vec<CertificateDer<'static>>, ConfigError> {
        let Some(file) = &self.root_certificates else { return Ok(Vec::new()) };
        let mistake = |reason: String| ConfigError::Value {
            key: "federation.root_certificates".to_owned(),
            message: format!("{} {reason}", file.display()),
        };
        let read = CertificateDer::pem_file_iter(file).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        match read {
            Ok(roots) if roots.is_empty() => Err(mistake("holds no certificate".to_owned())),
            Ok(roots) => Ok(roots),
            Err(error) => Err(mistake(format!("cannot be read: {error}"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_without_certificates_is_a_mistake_with_the_key() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("roots.pem");
        for text in
            [None, Some("nothing"), Some("-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n")]
        {
            if let Some(text) = text {
                std::fs::write(&file, text).unwrap();
            }
            let federation = Federation { root_certificates: Some(file.clone()), ..Federation::default() };
            let mistake = federation.outgoing().unwrap_err().to_string();
            assert!(mistake.starts_with("federation.root_certificates: "), "{mistake}");
        }
        assert!(Federation::default().outgoing().unwrap().roots.is_empty());
    }
}
