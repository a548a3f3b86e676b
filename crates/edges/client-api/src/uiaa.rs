//! User-interactive authentication over HTTP: between ruma's `auth` and the domain's steps.
//!
//! A handler that needs it calls [`require`] before it does anything; the error is the whole 401 answer.

use std::collections::BTreeMap;

use herold_accounts::{Challenge, Device, Document, Proof, Purpose, Stage, Terms};
use http::StatusCode;
use ruma::api::IncomingRequest;
use ruma::api::client::uiaa::{AuthData, UserIdentifier};
use ruma::api::error::FromHttpRequestError;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use crate::Api;
use crate::call::Reading;
use crate::error::ApiError;
use crate::limits::{Asker, Class};

/// Asks the owner of `device` to prove that it is them who ask `operation` (method and path, as ruma
/// writes it) with this `request` (its fields without `auth`). A proof holds for the same request only.
pub(crate) async fn require(
    api: &Api,
    device: &Device,
    auth: Option<&AuthData>,
    operation: &str,
    request: &Value,
) -> Result<(), ApiError> {
    let request = serde_json::to_vec(request).map_err(|error| ApiError::internal(&error))?;
    // Whoever is named in the proof: no password but the owner's is ever looked at. Each device is counted by itself:
    // neither strangers at the door nor whoever has another of the devices keeps the owner from proving who they are.
    if matches!(auth, Some(AuthData::Password(_))) {
        api.limits.check(Class::Password, Asker::Device(device.device_number))?;
    }
    prove(api, &Purpose::of_owner(device, operation, &request), auth).await
}

/// Asks whoever registers for what the settings want from them.
pub(crate) async fn require_for_registration(api: &Api, auth: Option<&AuthData>) -> Result<(), ApiError> {
    prove(api, &Purpose::registration(&api.accounts)?, auth).await
}

async fn prove(api: &Api, purpose: &Purpose<'_>, auth: Option<&AuthData>) -> Result<(), ApiError> {
    let session = auth.and_then(AuthData::session);
    match api.accounts.prove(purpose, session, auth.map(proof)).await? {
        None => Ok(()),
        Some(challenge) => {
            let terms = &api.accounts.settings().terms;
            Err(ApiError::with_body(StatusCode::UNAUTHORIZED, body(&challenge, terms)))
        }
    }
}

/// A request with an `auth` in which a password may be given the older way, with `user` instead of an
/// `identifier`.
pub(crate) struct Proven<R>(pub(crate) R);

impl<R: IncomingRequest> Reading for Proven<R> {
    type Of = R;

    fn read(request: http::Request<&[u8]>, path: &[&str]) -> Result<Self, FromHttpRequestError> {
        let renewed = with_identifier(request.body());
        let request = request.map(|body| renewed.as_deref().unwrap_or(body));
        R::try_from_http_request(request, path).map(Self)
    }
}

/// `body` in today's form, where it is in the older one.
fn with_identifier(body: &[u8]) -> Option<Vec<u8>> {
    let mut fields: BTreeMap<String, Box<RawValue>> = serde_json::from_slice(body).ok()?;
    let mut auth: Map<String, Value> = serde_json::from_str(fields.get("auth")?.get()).ok()?;
    if auth.get("type")? != "m.login.password" || auth.contains_key("identifier") {
        return None;
    }
    let user = auth.remove("user").filter(Value::is_string)?;
    auth.insert("identifier".to_owned(), json!({ "type": "m.id.user", "user": user }));
    fields.insert("auth".to_owned(), serde_json::value::to_raw_value(&auth).ok()?);
    serde_json::to_vec(&fields).ok()
}

fn proof(auth: &AuthData) -> Proof<'_> {
    match auth {
        AuthData::Password(proof) => {
            let user = match &proof.identifier {
                UserIdentifier::Matrix(identifier) => Some(identifier.user.as_str()),
                _ => None,
            };
            Proof::Password { user, password: &proof.password }
        }
        AuthData::Dummy(_) => Proof::Dummy,
        AuthData::RegistrationToken(proof) => Proof::RegistrationToken(&proof.token),
        AuthData::Terms(_) => Proof::Terms,
        AuthData::FallbackAcknowledgement(_) => Proof::Nothing,
        _ => Proof::Unknown,
    }
}

fn name(stage: Stage) -> &'static str {
    match stage {
        Stage::Password => "m.login.password",
        Stage::Dummy => "m.login.dummy",
        Stage::RegistrationToken => "m.login.registration_token",
        Stage::Terms => "m.login.terms",
    }
}

fn body(challenge: &Challenge, terms: &Terms) -> Value {
    let names = |stages: &Vec<Stage>| stages.iter().copied().map(name).collect::<Vec<_>>();
    let flows: Vec<Value> = challenge.flows.iter().map(|flow| json!({ "stages": names(flow) })).collect();
    let mut body = json!({ "flows": flows, "params": {}, "session": challenge.session });
    if challenge.flows.iter().flatten().any(|stage| *stage == Stage::Terms) {
        body["params"][name(Stage::Terms)] = json!({ "policies": policies(terms) });
    }
    if !challenge.completed.is_empty() {
        body["completed"] = json!(names(&challenge.completed));
    }
    if let Some(refusal) = &challenge.refusal {
        body["errcode"] = json!("M_FORBIDDEN");
        body["error"] = json!(refusal);
    }
    body
}

/// The documents as `m.login.terms` names them to clients: each with its languages beside its version.
fn policies(terms: &Terms) -> Map<String, Value> {
    let policy = |document: &Document| {
        let mut policy = Map::from_iter([("version".to_owned(), json!(document.version))]);
        policy.extend(document.languages.iter().map(|(language, translation)| {
            (language.clone(), json!({ "name": translation.name, "url": translation.url }))
        }));
        (document.id.clone(), Value::Object(policy))
    };
    terms.documents.iter().map(policy).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_challenge_names_what_is_done_and_what_failed() {
        let mut challenge = Challenge {
            flows: vec![vec![Stage::RegistrationToken, Stage::Dummy]],
            completed: Vec::new(),
            session: "s".to_owned(),
            refusal: None,
        };
        let flows = json!([{ "stages": ["m.login.registration_token", "m.login.dummy"] }]);
        let terms = Terms::default();
        assert_eq!(body(&challenge, &terms), json!({ "flows": flows, "params": {}, "session": "s" }));
        challenge.completed.push(Stage::RegistrationToken);
        challenge.refusal = Some("no".to_owned());
        let told = body(&challenge, &terms);
        assert_eq!(told["completed"], json!(["m.login.registration_token"]));
        assert_eq!((&told["errcode"], &told["error"]), (&json!("M_FORBIDDEN"), &json!("no")));
    }
}
