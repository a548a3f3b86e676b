//! The ways on which a device is told of a notification: a push gateway of somebody's, or this server's own, which
//! speaks to the push services of browsers, of Apple and of Google itself.

use std::sync::Arc;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, StatusCode};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::Inner;
use crate::apps::Apps;
use crate::apps::apns::AppleDevice;
use crate::apps::fcm::GoogleDevice;
use crate::delivery::Delivery;
use crate::web_push::Subscription;

/// Where notifications of a device go.
pub(crate) enum Way {
    /// A push gateway, by its URL.
    Gateway(String),
    /// A browser, from here.
    Browser(Box<Subscription>),
    /// An app on a telephone, from here through Apple.
    Apple(Box<AppleDevice>),
    /// An app on a telephone, from here through Google.
    Google(Box<GoogleDevice>),
}

/// What a gateway answers.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Told {
    rejected: Vec<String>,
}

impl Way {
    /// Whom it leads to: they are told of so many notifications at once.
    pub(crate) fn place(&self) -> &str {
        let url = match self {
            Self::Gateway(url) => url,
            Self::Browser(browser) => &browser.endpoint,
            Self::Apple(device) => device.server(),
            Self::Google(device) => device.server(),
        };
        // Whatever the address is: what cannot be called fails later.
        url.split('/').nth(2).unwrap_or_default()
    }

    /// For whom the metrics count.
    fn name(&self) -> &'static str {
        match self {
            Self::Gateway(_) => "gateway",
            Self::Browser(_) => "browser",
            Self::Apple(_) => "apple",
            Self::Google(_) => "google",
        }
    }
}

impl Inner {
    /// The way that a pusher's `data` names; an error says what is wrong with it.
    pub(crate) fn way(&self, app_id: &str, pushkey: &str, data: &Map<String, Value>) -> Result<Way, String> {
        let url = data.get("url").and_then(Value::as_str);
        let url = url.ok_or("data.url must say where its notifications are sent")?;
        if url == self.settings.gateway {
            self.way_here(app_id, pushkey, data)
        } else {
            Ok(Way::Gateway(url.to_owned()))
        }
    }

    /// The way to a device of this server's own gateway: by its app, and a browser's where none of that name is known.
    pub(crate) fn way_here(
        &self,
        app_id: &str,
        pushkey: &str,
        data: &Map<String, Value>,
    ) -> Result<Way, String> {
        let Apps { apns, fcm } = &self.settings.apps;
        if let Some(app) = apns.get(app_id) {
            return AppleDevice::read(Arc::clone(app), pushkey, data).map(|device| Way::Apple(device.into()));
        }
        if let Some(app) = fcm.get(app_id) {
            return GoogleDevice::read(Arc::clone(app), pushkey, data)
                .map(|device| Way::Google(device.into()));
        }
        Subscription::read(pushkey, data, &self.outgoing).map(|browser| Way::Browser(browser.into()))
    }

    /// Tells the device of `pushkey` of a notification, as push gateways are told it. Whose it is, only the server of
    /// the account knows.
    pub(crate) async fn deliver(
        &self,
        way: &Way,
        pushkey: &str,
        user_id: Option<&str>,
        told: &Value,
    ) -> Delivery {
        let delivery = match way {
            Way::Gateway(url) => self.to_gateway(url, pushkey, told).await,
            Way::Browser(browser) => self.to_browser(browser, user_id, &told["notification"]).await,
            Way::Apple(device) => self.to_apple(device, &told["notification"]).await,
            Way::Google(device) => self.to_google(device, &told["notification"]).await,
        };
        let outcome = match &delivery {
            Delivery::Taken => "taken",
            Delivery::Rejected => "rejected",
            Delivery::NotTaken { .. } => "failed",
        };
        metrics::counter!("herold_notifications_total", "to" => way.name(), "outcome" => outcome)
            .increment(1);
        delivery
    }

    async fn to_gateway(&self, url: &str, pushkey: &str, told: &Value) -> Delivery {
        let headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static("application/json"))]);
        let answer = match self.outgoing.post(url, headers, Bytes::from(told.to_string())).await {
            Ok(answer) if answer.status.is_success() => answer,
            other => return Delivery::not_taken(other, self.clock.now_ms()),
        };
        let told: Told = serde_json::from_slice(&answer.body).unwrap_or_default();
        if told.rejected.iter().any(|rejected| rejected == pushkey) {
            return Delivery::Rejected;
        }
        Delivery::Taken
    }

    async fn to_browser(
        &self,
        browser: &Subscription,
        user_id: Option<&str>,
        notification: &Value,
    ) -> Delivery {
        let Some(web_push) = &self.settings.web_push else { return Delivery::Rejected };
        let now_ms = self.clock.now_ms();
        let Some(request) = browser.request(web_push, notification, user_id, &self.random, now_ms) else {
            return Delivery::Taken;
        };
        match self.outgoing.post(&browser.endpoint, request.headers, request.body).await {
            Ok(answer) if answer.status.is_success() => Delivery::Taken,
            Ok(answer) if matches!(answer.status, StatusCode::NOT_FOUND | StatusCode::GONE) => {
                Delivery::Rejected
            }
            other => Delivery::not_taken(other, self.clock.now_ms()),
        }
    }
}
