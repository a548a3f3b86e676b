//! TLS to PostgreSQL: none, or one that proves who is at the other end. Encryption that anybody in between could
//! answer is not offered.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::crypto::aws_lc_rs;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres::Config;
use tokio_postgres::config::SslMode;
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::StorageError;

/// Modes of libpq that the driver does not know. They are served by the strictest one.
const VERIFYING: [&str; 2] = ["sslmode=verify-full", "sslmode=verify-ca"];

/// Why there is no TLS to the database.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseTlsError {
    /// The file of root certificates cannot be read or is not PEM.
    #[error("{}: {error}", file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// Why.
        error: rustls::pki_types::pem::Error,
    },
    /// There is no certificate to believe in.
    #[error("there are no root certificates: set database.root_certificates to a PEM file")]
    NoRoots,
    /// A certificate or the set-up cannot be used.
    #[error(transparent)]
    Rustls(#[from] rustls::Error),
}

/// Reads a URL, and whether it asks for TLS.
pub(super) fn read_mode(url: &str) -> Result<(Config, bool), StorageError> {
    let spelled = VERIFYING.iter().fold(url.to_owned(), |url, mode| url.replace(mode, "sslmode=require"));
    let config: Config = spelled.parse()?;
    let encrypted = config.get_ssl_mode() == SslMode::Require;
    Ok((config, encrypted))
}

/// What makes the handshakes: the certificate must be signed by one of `roots` (PEM), without them by one that
/// the operating system believes in, and must name the host of the URL.
pub(super) fn connector(roots: Option<&Path>) -> Result<MakeRustlsConnect, DatabaseTlsError> {
    let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots.map_or_else(believed, read)?)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

fn read(file: &Path) -> Result<RootCertStore, DatabaseTlsError> {
    let certificates = CertificateDer::pem_file_iter(file).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let certificates =
        certificates.map_err(|error| DatabaseTlsError::File { file: file.to_owned(), error })?;
    let mut store = RootCertStore::empty();
    for certificate in certificates {
        store.add(certificate)?;
    }
    if store.is_empty() { Err(DatabaseTlsError::NoRoots) } else { Ok(store) }
}

fn believed() -> Result<RootCertStore, DatabaseTlsError> {
    let mut store = RootCertStore::empty();
    store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if store.is_empty() { Err(DatabaseTlsError::NoRoots) } else { Ok(store) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_url_says_of_tls() {
        let asks = |url: &str| read_mode(url).unwrap().1;
        for url in [
            "host=x sslmode=require",
            "host=x sslmode=verify-full user=a",
            "postgresql://a:b@x/c?sslmode=verify-ca",
        ] {
            assert!(asks(url), "{url}");
        }
        for url in ["host=x", "host=x sslmode=disable", "postgresql://a:b@x/c"] {
            assert!(!asks(url), "{url}");
        }
        assert!(read_mode("host=x sslmode=maybe").is_err());
    }
}
