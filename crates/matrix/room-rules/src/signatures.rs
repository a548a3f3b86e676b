//! Who must have signed an event, and whether they did (server-server API, "Signing events" and "Validating hashes
//! and signatures on received events"). Knows no keys: they are arguments.

use std::collections::BTreeSet;

use ruma::events::TimelineEventType;
use ruma::events::room::member::MembershipState;
use ruma::room_version_rules::RoomVersionRules;
use ruma::serde::Base64;
use ruma::serde::base64::Standard;
use ruma::signatures::{Ed25519KeyPair, KeyPair, PublicKeyMap, verify_canonical_json_bytes};
use ruma::{AnyKeyName, OwnedServerName, OwnedUserId, ServerName, SigningKeyId};
use serde::Deserialize;
use serde::de::IgnoredAny;
use thiserror::Error;

use crate::canonical::{NotCanonical, Object, Value};
use crate::content::membership;
use crate::pdu::limits::EVENT_BYTES_MAX;
use crate::pdu::{Draft, Pdu};

/// Why an event is not proven to come from where it says.
#[derive(Debug, Error)]
pub enum SignatureError {
    /// The event's JSON cannot be read.
    #[error(transparent)]
    NotCanonical(#[from] NotCanonical),
    /// No signature of this server was made with one of the keys given for it.
    #[error("no valid signature of {0}")]
    NotSignedBy(OwnedServerName),
    /// With one more signature the event would be too large.
    #[error("the signed event would be larger than {EVENT_BYTES_MAX} bytes")]
    TooLarge,
}

#[derive(Deserialize)]
struct MemberContent {
    third_party_invite: Option<IgnoredAny>,
    join_authorised_via_users_server: Option<OwnedUserId>,
}

/// The servers whose signatures an event needs: the sender's (but of an invite that follows a third-party invite),
/// in the first room versions the one in the event id, and the one that lets a user join a restricted room.
pub fn required_signers(rules: &RoomVersionRules, event: &Pdu) -> BTreeSet<OwnedServerName> {
    let mut servers = BTreeSet::new();
    let member: Option<MemberContent> = (*event.kind() == TimelineEventType::RoomMember)
        .then(|| serde_json::from_str(event.content().get()).ok())
        .flatten();
    let membership = membership(event);
    let invited_by_third_party = membership == MembershipState::Invite
        && member.as_ref().is_some_and(|content| content.third_party_invite.is_some());
    if !invited_by_third_party {
        servers.insert(event.sender().server_name().to_owned());
    }
    if rules.signatures.check_event_id_server
        && let Some(server) = event.event_id().server_name()
    {
        servers.insert(server.to_owned());
    }
    if rules.signatures.check_join_authorised_via_users_server
        && membership == MembershipState::Join
        && let Some(user) = member.and_then(|content| content.join_authorised_via_users_server)
    {
        servers.insert(user.server_name().to_owned());
    }
    servers
}

/// Checks that every server of [`required_signers`] has signed the event with one of its `keys`: base64 public keys
/// by key id by server. Which keys were valid at the event's time is the caller's knowledge
/// ([`RoomVersionRules::enforce_key_validity`]).
pub fn verify_signatures(
    rules: &RoomVersionRules,
    event: &Pdu,
    keys: &PublicKeyMap,
) -> Result<(), SignatureError> {
    let draft = Draft::parse(rules, event.json())?;
    let signable = draft.signable(rules);
    let signatures = draft.top.get("signatures").and_then(Value::as_object);
    for server in required_signers(rules, event) {
        let of_server = signatures.and_then(|all| all.get(server.as_str())).and_then(Value::as_object);
        if !of_server.is_some_and(|of_server| signed_by(&server, of_server, keys, &signable)) {
            return Err(SignatureError::NotSignedBy(server));
        }
    }
    Ok(())
}

fn signed_by(server: &ServerName, signatures: &Object<'_>, keys: &PublicKeyMap, signable: &str) -> bool {
    let Some(keys) = keys.get(server.as_str()) else { return false };
    signatures.iter().any(|(key_id, signature)| {
        let Ok(parsed) = <&SigningKeyId<AnyKeyName>>::try_from(key_id) else { return false };
        let Some(key) = keys.get(key_id) else { return false };
        let signature = signature.as_str().and_then(|text| Base64::<Standard>::parse(text).ok());
        signature.is_some_and(|signature| {
            let (key, signature) = (key.as_bytes(), signature.as_bytes());
            verify_canonical_json_bytes(&parsed.algorithm(), key, signature, signable.as_bytes()).is_ok()
        })
    })
}

/// Signs an event that another server made, as a server does for the invites and restricted joins it allows.
///
/// # Errors
///
/// [`SignatureError::TooLarge`] when the event has no room for another signature.
pub fn add_signature(
    rules: &RoomVersionRules,
    event: Pdu,
    server_name: &ServerName,
    key_pair: &Ed25519KeyPair,
) -> Result<Pdu, SignatureError> {
    let json = {
        let mut draft = Draft::parse(rules, event.json())?;
        let signature = key_pair.sign(draft.signable(rules).as_bytes());
        draft.add_signature(server_name.as_str(), &signature.id(), &signature.base64());
        draft.json()
    };
    if json.len() > EVENT_BYTES_MAX {
        return Err(SignatureError::TooLarge);
    }
    Ok(event.with_json(json))
}
