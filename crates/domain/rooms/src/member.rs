//! The content of `m.room.member` events, and the profile that goes into it.

use ruma::events::StateEventType;
use ruma::events::room::member::MembershipState;
use ruma::{OwnedUserId, UserId};
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Map, Value};

use crate::RoomsError;
use crate::turn::Proposal;

/// How a user is called and looks like.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// The name they chose.
    pub displayname: Option<String>,
    /// The `mxc://` address of their picture.
    pub avatar_url: Option<String>,
}

/// The content of a member event.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct MemberContent {
    pub(crate) membership: MembershipState,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) displayname: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) avatar_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) is_direct: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) join_authorised_via_users_server: Option<OwnedUserId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) third_party_invite: Option<Box<RawValue>>,
    /// What the client says beyond the specification.
    #[serde(flatten)]
    pub(crate) further: Map<String, Value>,
}

impl MemberContent {
    pub(crate) fn new(membership: MembershipState, profile: &Profile, reason: Option<&str>) -> Self {
        Self {
            membership,
            displayname: profile.displayname.clone(),
            avatar_url: profile.avatar_url.clone(),
            reason: reason.map(str::to_owned),
            is_direct: false,
            join_authorised_via_users_server: None,
            third_party_invite: None,
            further: Map::new(),
        }
    }

    /// The event by which `sender` sets the membership of `member`.
    pub(crate) fn propose(&self, sender: &UserId, member: &UserId) -> Result<Proposal, RoomsError> {
        let content = json(self)?;
        Ok(Proposal::state(sender, StateEventType::RoomMember, member.as_str(), content))
    }
}

/// Writes a content.
pub(crate) fn json(content: &impl Serialize) -> Result<Box<RawValue>, RoomsError> {
    to_raw_value(content).map_err(|error| RoomsError::BadJson(error.to_string()))
}
