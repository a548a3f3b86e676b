//! Apps on telephones that are told through the push services of Apple and Google, with credentials of the operator.
//! These services can read what they pass on: they are given ids and numbers, whatever the app asks for.

pub(crate) mod apns;
pub(crate) mod fcm;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use herold_base::Seldom;
use rustls_pki_types::PrivatePkcs8KeyDer;
use rustls_pki_types::pem::PemObject;
use serde_json::{Map, Value};

pub use apns::{Apns, ApnsKey};
pub use fcm::Fcm;

use crate::payload;

/// Credentials that are refused are refused for every notification.
static REFUSED: Seldom = Seldom::new(Duration::from_secs(600));

/// Bytes of what an app may want to be told each time.
const DEFAULTS_MAX: usize = 2_048;

/// The apps that are told, by their `app_id`.
#[derive(Default)]
pub struct Apps {
    /// Through Apple.
    pub apns: HashMap<String, Arc<Apns>>,
    /// Through Google.
    pub fcm: HashMap<String, Arc<Fcm>>,
}

/// Credentials that cannot be used; the text says why, and holds nothing of them.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct CredentialsError(pub(crate) &'static str);

/// The DER of a private key in PEM (PKCS #8).
fn private_key(pem: &[u8]) -> Result<PrivatePkcs8KeyDer<'static>, CredentialsError> {
    let none = |_| CredentialsError("holds no private key (PEM, \"BEGIN PRIVATE KEY\")");
    PrivatePkcs8KeyDer::from_pem_slice(pem).map_err(none)
}

/// What the app wants to be told each time, where that is not too much.
fn defaults(data: &Map<String, Value>) -> Result<Map<String, Value>, String> {
    let defaults = payload::defaults(data);
    if Value::Object(defaults.clone()).to_string().len() > DEFAULTS_MAX {
        return Err(format!("data.default_payload must have at most {DEFAULTS_MAX} bytes"));
    }
    Ok(defaults)
}

/// Says that a service does not want the operator's credentials: nobody but the operator can mend that.
fn say_refused(section: &str, reason: &str) {
    if let Some(left_out) = REFUSED.now(Instant::now()) {
        tracing::warn!(
            left_out,
            section,
            reason,
            "a push service refuses the credentials of the configuration"
        );
    }
}
