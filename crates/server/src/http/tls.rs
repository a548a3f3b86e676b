//! TLS from files. New files are taken up within seconds, for new connections; open ones go on, and
//! files that are wrong change nothing.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

/// How often the files are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// Why a certificate cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read or is not PEM.
    #[error("{}: {error}", file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// Why.
        error: rustls_pki_types::pem::Error,
    },
    /// The certificate and the key are not a pair, or of a kind that is not supported.
    #[error("the certificate or its key cannot be used: {0}")]
    Pair(#[from] rustls::Error),
}

/// A certificate and its key, read again when the files change. Clones share them.
#[derive(Clone)]
pub(crate) struct Certificates {
    acceptor: TlsAcceptor,
    current: Arc<Current>,
}

#[derive(Debug)]
struct Current {
    certificate: PathBuf,
    key: PathBuf,
    pair: RwLock<Arc<CertifiedKey>>,
}

impl ResolvesServerCert for Current {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.pair.read().unwrap_or_else(PoisonError::into_inner)))
    }
}

impl Certificates {
    /// Reads both PEM files: the certificate with its chain, and its key.
    pub(crate) fn read(certificate: &Path, key: &Path) -> Result<Self, TlsError> {
        let pair = RwLock::new(Arc::new(read_pair(certificate, key)?));
        let current = Arc::new(Current { certificate: certificate.into(), key: key.into(), pair });
        let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(Arc::clone(&current) as Arc<dyn ResolvesServerCert>);
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Self { acceptor: TlsAcceptor::from(Arc::new(config)), current })
    }

    /// What makes the handshakes.
    pub(crate) fn acceptor(&self) -> &TlsAcceptor {
        &self.acceptor
    }

    /// Takes up new files, for ever.
    pub(crate) async fn keep_up(self) {
        let mut interval = tokio::time::interval(LOOK_EVERY);
        let mut seen = self.current.state().await;
        loop {
            interval.tick().await;
            let state = self.current.state().await;
            if state == seen {
                continue;
            }
            match read_pair(&self.current.certificate, &self.current.key) {
                Ok(pair) => {
                    *self.current.pair.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(pair);
                    tracing::info!("the TLS certificate was read again");
                }
                Err(error) => tracing::error!(%error, "the new TLS certificate is wrong; the old one stays"),
            }
            seen = state;
        }
    }
}

impl Current {
    /// When the files changed last, and how long they are.
    async fn state(&self) -> [Option<(SystemTime, u64)>; 2] {
        let of = async |file: &Path| {
            let metadata = tokio::fs::metadata(file).await.ok()?;
            Some((metadata.modified().ok()?, metadata.len()))
        };
        [of(&self.certificate).await, of(&self.key).await]
    }
}

fn read_pair(certificate: &Path, key: &Path) -> Result<CertifiedKey, TlsError> {
    let wrong = |file: &Path| {
        let file = file.to_owned();
        move |error| TlsError::File { file, error }
    };
    let chain = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(wrong(certificate))?;
    let key = PrivateKeyDer::from_pem_file(key).map_err(wrong(key))?;
    Ok(CertifiedKey::from_der(chain, key, &aws_lc_rs::default_provider())?)
}
