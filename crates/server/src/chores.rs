//! What a server does beside answering: now and then it tidies away what has come to its end. Each chore is
//! bounded in steps by whoever does it, and one that fails is tried again the next time.

use std::sync::Arc;
use std::time::Duration;

use herold_admin_api::Admin;
use herold_client_api::Api;
use tokio::task::JoinHandle;
use tokio::time::MissedTickBehavior;

use crate::config::Config;

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Begins all chores: each now, and then again and again, until it is aborted.
pub(crate) fn begin(config: &Config, api: &Arc<Api>, admin: &Admin) -> Vec<JoinHandle<()>> {
    let mut chores = vec![
        every(MINUTE, api, settle_media),
        every(HOUR, api, tidy_media),
        every(HOUR, api, forget_redacted),
        every(DAY, api, forget_words),
        every(HOUR, admin, finish_deletions),
    ];
    if config.retention.enabled {
        chores.push(every(HOUR, api, purge_old_messages));
    }
    if config.registration.guests {
        chores.push(every(HOUR, admin, close_old_guests));
    }
    chores
}

fn every<T, F, A>(pause: Duration, of: &T, chore: F) -> JoinHandle<()>
where
    T: Clone + Send + Sync + 'static,
    F: Fn(T) -> A + Send + 'static,
    A: Future<Output = ()> + Send,
{
    let of = of.clone();
    tokio::spawn(async move {
        let mut times = tokio::time::interval(pause);
        times.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            times.tick().await;
            chore(of.clone()).await;
        }
    })
}

/// Purges messages that are older than their rooms keep them.
async fn purge_old_messages(api: Arc<Api>) {
    match api.rooms.purge_old_messages().await {
        Ok(0) => {}
        Ok(messages) => tracing::info!(messages, "old messages were purged"),
        Err(error) => tracing::warn!(%error, "old messages could not be purged; tried again in an hour"),
    }
}

/// Brings bytes and rows of files together, once after the start. A server whose store is away or silent still serves
/// everything else.
async fn settle_media(api: Arc<Api>) {
    if let Err(error) = api.media.settle().await {
        tracing::error!(
            ?error,
            "what the last run left of files is not settled, so none is kept or removed; tried again in a minute"
        );
    }
}

/// Removes files and previews that were to be kept until now.
async fn tidy_media(api: Arc<Api>) {
    if let Err(error) = api.url_previews.forget_old().await {
        tracing::warn!(%error, "old previews stay; tried again in an hour");
    }
    match api.media.remove_expired().await {
        Ok(0) => {}
        Ok(files) => tracing::debug!(files, "files were removed that were kept long enough"),
        Err(error) => tracing::warn!(%error, "old files stay; tried again in an hour"),
    }
}

/// Takes away what redacted events said, where it was kept long enough.
async fn forget_redacted(api: Arc<Api>) {
    match api.rooms.forget_redacted().await {
        Ok(0) => {}
        Ok(events) => tracing::info!(events, "what was redacted is not kept any more"),
        Err(error) => tracing::warn!(%error, "what was redacted is still kept; tried again in an hour"),
    }
}

/// Has the index to search forget what is gone. It is written anew for that, hence once a day.
async fn forget_words(api: Arc<Api>) {
    if let Err(error) = api.rooms.forget_words().await {
        tracing::warn!(%error, "words of what is gone stay in the index to search; tried again in a day");
    }
}

/// Goes on with deletions of rooms that were broken off, or waited for their time.
async fn finish_deletions(admin: Admin) {
    if let Err(error) = admin.finish_deletions().await {
        tracing::warn!(error, "rooms are not deleted yet; tried again in an hour");
    }
}

/// Closes the accounts of guests who were not seen for long.
async fn close_old_guests(admin: Admin) {
    match admin.close_old_guests().await {
        Ok(0) => {}
        Ok(guests) => tracing::info!(guests, "guests who were not seen for long are gone"),
        Err(error) => tracing::warn!(error, "old guests stay; tried again in an hour"),
    }
}
