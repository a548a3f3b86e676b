//! Pushers as people set them (client-server API, "Push notifications").

use herold_accounts::Device;
use herold_storage::StorageError;
use herold_storage::pushers::{self, StoredPusher};
use serde_json::{Map, Value};

use crate::ways::Way;
use crate::{Inner, Push, PushError};

/// The path of every push gateway.
pub const GATEWAY_PATH: &str = "/_matrix/push/v1/notify";
/// Letters of an `app_id` at most.
const APP_ID_MAX: usize = 64;
/// Bytes of a `pushkey` at most.
const PUSHKEY_MAX: usize = 512;
/// Bytes of a name, a profile tag or a language at most.
const NAME_MAX: usize = 512;
/// Bytes of `data` at most, as JSON.
const DATA_MAX: usize = 8 * 1024;
/// Pushers of one account at most.
const PUSHERS_MAX: usize = 100;

/// A pusher that is to be set.
#[derive(Clone, Debug)]
pub struct NewPusher {
    /// The app, by its reverse-DNS name.
    pub app_id: String,
    /// Which copy of the app.
    pub pushkey: String,
    /// `http`; nothing else is known.
    pub kind: String,
    /// What people call the app.
    pub app_display_name: String,
    /// What people call the device.
    pub device_display_name: String,
    /// The set of rules it follows.
    pub profile_tag: Option<String>,
    /// The language of the device.
    pub lang: String,
    /// What the gateway is given, and its `url`.
    pub data: Map<String, Value>,
}

/// A pusher as its owner sees it.
#[derive(Clone, Debug)]
pub struct OwnPusher(StoredPusher);

impl OwnPusher {
    /// As the client-server API writes it.
    pub fn to_json(&self) -> Value {
        let pusher = &self.0;
        let mut written = serde_json::json!({
            "app_id": pusher.app_id,
            "pushkey": pusher.pushkey,
            "kind": "http",
            "app_display_name": pusher.app_display_name,
            "device_display_name": pusher.device_display_name,
            "lang": pusher.lang,
            "data": serde_json::from_str::<Value>(&pusher.data).unwrap_or_default(),
        });
        if let Some(profile_tag) = &pusher.profile_tag {
            written["profile_tag"] = Value::from(profile_tag.as_str());
        }
        written
    }
}

impl Push {
    /// The pushers of the caller's account, in the order they were made.
    pub async fn pushers(&self, device: &Device) -> Result<Vec<OwnPusher>, PushError> {
        let user_number = device.user_number;
        let read = self.0.storage.read(move |session| pushers::of_user(session, user_number));
        let stored: Result<Vec<StoredPusher>, StorageError> = read.await;
        Ok(stored?.into_iter().map(OwnPusher).collect())
    }

    /// Sets a pusher, which goes when the caller's device is signed out. Unless `append`, other accounts lose
    /// theirs of the same app and key.
    ///
    /// # Errors
    ///
    /// [`PushError::Invalid`].
    pub async fn set_pusher(&self, device: &Device, new: NewPusher, append: bool) -> Result<(), PushError> {
        let stored = self.0.check(device, new)?;
        let write = self.0.storage.write(move |transaction| {
            let user_number = stored.user_number;
            let own = pushers::of_user(transaction, user_number)?;
            let same = |own: &StoredPusher| own.app_id == stored.app_id && own.pushkey == stored.pushkey;
            if own.len() >= PUSHERS_MAX && !own.iter().any(same) {
                let text = format!("you have {PUSHERS_MAX} of them already; delete one first");
                return Err(PushError::Invalid(text));
            }
            if !append {
                pushers::delete_of_others(transaction, user_number, &stored.app_id, &stored.pushkey)?;
            }
            let stored = StoredPusher { pusher_number: transaction.next_position(), ..stored };
            Ok(pushers::set(transaction, &stored)?)
        });
        write.await
    }

    /// Deletes the caller's pusher of this app and key, if there is one.
    pub async fn delete_pusher(
        &self,
        device: &Device,
        app_id: String,
        pushkey: String,
    ) -> Result<(), PushError> {
        if app_id.contains('\0') || pushkey.contains('\0') {
            // Nobody has one of that name, and PostgreSQL is not to be asked for it.
            return Ok(());
        }
        let user_number = device.user_number;
        let write = self
            .0
            .storage
            .write(move |transaction| pushers::delete(transaction, user_number, &app_id, &pushkey));
        let deleted: Result<(), StorageError> = write.await;
        Ok(deleted?)
    }
}

impl Inner {
    fn check(&self, device: &Device, new: NewPusher) -> Result<StoredPusher, PushError> {
        let wrong = |text: &str| Err(PushError::Invalid(text.to_owned()));
        if new.kind != "http" {
            return wrong("its kind must be http; this server sends no e-mail");
        }
        if new.app_id.is_empty() || new.app_id.chars().count() > APP_ID_MAX {
            return wrong(&format!("app_id must have 1 to {APP_ID_MAX} letters"));
        }
        if new.pushkey.is_empty() || new.pushkey.len() > PUSHKEY_MAX {
            return wrong(&format!("pushkey must have 1 to {PUSHKEY_MAX} bytes"));
        }
        let profile_tag = new.profile_tag.as_deref().unwrap_or_default();
        let names = [&new.app_display_name, &new.device_display_name, &new.lang, profile_tag];
        if names.iter().any(|name| name.len() > NAME_MAX) {
            return wrong(&format!("names, lang and profile_tag must have at most {NAME_MAX} bytes"));
        }
        let data = Value::Object(new.data.clone()).to_string();
        if data.len() > DATA_MAX {
            return wrong(&format!("data must have at most {DATA_MAX} bytes"));
        }
        if names.iter().chain(&[new.app_id.as_str(), &new.pushkey]).any(|text| text.contains('\0')) {
            return wrong("no text may hold a NUL");
        }
        self.check_way(&new)?;
        Ok(StoredPusher {
            pusher_number: 0,
            user_number: device.user_number,
            device_number: device.device_number,
            app_id: new.app_id,
            pushkey: new.pushkey,
            app_display_name: new.app_display_name,
            device_display_name: new.device_display_name,
            profile_tag: new.profile_tag,
            lang: new.lang,
            data,
            set_at: self.clock.now_ms(),
        })
    }

    /// Whether notifications can be sent the way that the pusher names.
    fn check_way(&self, new: &NewPusher) -> Result<(), PushError> {
        let wrong = |text: String| Err(PushError::Invalid(text));
        let way = self.way(&new.app_id, &new.pushkey, &new.data);
        match way.map_err(PushError::Invalid)? {
            Way::Browser(_) if self.settings.web_push.is_none() => {
                wrong("this server sends no notifications to browsers".to_owned())
            }
            Way::Browser(_) | Way::Apple(_) | Way::Google(_) => Ok(()),
            Way::Gateway(url) => match self.outgoing.check(&url) {
                Ok(url) if url.path() == GATEWAY_PATH && url.query().or(url.fragment()).is_none() => Ok(()),
                Ok(_) => wrong(format!("the path of data.url must be {GATEWAY_PATH}")),
                Err(error) => wrong(format!("data.url: {error}")),
            },
        }
    }
}
