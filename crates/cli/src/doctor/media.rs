//! What can be wrong with the bucket that uploaded files are kept in.

use herold_base::Random;
use herold_server::config::MediaStore;
use herold_server::{Config, check_media};

use super::Finding;

/// Nothing where files lie in the data folder, which was looked at already.
pub(super) async fn look(config: &Config) -> Vec<Finding> {
    if config.media.store == MediaStore::Files {
        return Vec::new();
    }
    let bucket = config.media.s3.bucket.clone().unwrap_or_default();
    let mut findings = vec![match check_media(config, &Random::System).await {
        Ok(()) => Finding::Fine(format!("the bucket {bucket} takes files and gives them back")),
        Err(error) => Finding::Broken(
            format!("the bucket {bucket} cannot be used: {error}"),
            "Check the keys under [media.s3]: the service must answer, the bucket exist, and the credentials \
             allow to list, read, write and delete in it."
                .to_owned(),
        ),
    }];
    findings.extend(unencrypted(config));
    findings
}

fn unencrypted(config: &Config) -> Option<Finding> {
    let host = config.media.s3.endpoint.as_ref()?.strip_prefix("http://")?;
    let local = ["localhost", "127.0.0.1", "[::1]"].iter().any(|local| host.starts_with(local));
    (!local).then(|| {
        Finding::Warning(
            format!("files travel to {host} unencrypted"),
            "Let the service speak TLS and set media.s3.endpoint to https://.".to_owned(),
        )
    })
}
