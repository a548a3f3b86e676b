//! What the pages are made from.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use herold_push::Subscribing;
use herold_web::{Brand, LOGO_BYTES_MAX, Landing, Links, Logo, Web, WebPush};

use crate::ServerError;
use crate::config::Config;

/// The pages of a server. One whose logo cannot be read still serves, without it.
pub(crate) fn web(config: &Config, subscribing: Option<Subscribing>) -> Web {
    let logo = logo(config).unwrap_or_else(|error| {
        tracing::warn!(%error, "the app is shown without a logo");
        None
    });
    Web {
        landing: Landing {
            server_name: config.server_name.to_string(),
            found_by_name: config.well_known.client_base_url.is_some(),
            secure: config.listen.tls_certificate.is_some(),
        },
        app: config.web.enabled,
        web_push: subscribing.map(|Subscribing { key, gateway }| WebPush { key, gateway }),
        homeserver: config.well_known.client_base_url.clone(),
        brand: Brand { name: config.web.name.clone(), accent: config.web.accent.clone(), logo },
        links: Links {
            imprint: config.web.imprint.clone(),
            privacy: config.web.privacy.clone(),
            accessibility: config.web.accessibility.clone(),
            support: config.well_known.support_page.clone(),
            map: config.web.map_url.clone(),
        },
    }
}

/// Reads the logo that `config` names, if any, and says what is wrong with it.
pub fn check_logo(config: &Config) -> Result<(), ServerError> {
    logo(config).map(drop)
}

fn logo(config: &Config) -> Result<Option<Logo>, ServerError> {
    let Some(file) = &config.web.logo else { return Ok(None) };
    let wrong = |reason: String| ServerError::Logo { file: file.clone(), reason };
    let bytes = read(file).map_err(|error| wrong(format!("cannot be read: {error}")))?;
    Logo::read(bytes).map(Some).map_err(|error| wrong(error.to_string()))
}

/// The file, or as much of it as shows that it is too large.
fn read(file: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(file)?.take(LOGO_BYTES_MAX as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_logo_that_cannot_be_shown_is_said_and_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let named = |file: &str| {
            let mut config = Config::default();
            config.web.logo = Some(folder.path().join(file));
            config
        };
        std::fs::write(folder.path().join("logo"), "<svg xmlns='http://www.w3.org/2000/svg'/>").unwrap();
        std::fs::write(folder.path().join("text"), "a text").unwrap();
        std::fs::write(folder.path().join("large"), vec![0; LOGO_BYTES_MAX + 1]).unwrap();
        assert!(check_logo(&named("logo")).is_ok() && web(&named("logo"), None).brand.logo.is_some());
        for (file, said) in [("missing", "cannot be read"), ("text", "is no SVG"), ("large", "has more than")]
        {
            let error = check_logo(&named(file)).unwrap_err().to_string();
            assert!(error.contains(said), "{error}");
            assert!(web(&named(file), None).brand.logo.is_none());
        }
    }
}
