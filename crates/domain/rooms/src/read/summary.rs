//! What a room tells to those outside it, and who may be told.
//!
//! Client-server API: "Room previews", `GET /room_summary`, and the conditions of `GET /hierarchy`.

use std::collections::HashSet;

use herold_storage::room_summaries::{self, StoredSummary};
use herold_storage::{Session, memberships};
use ruma::events::room::member::MembershipState;
use ruma::room::{JoinRuleSummary, RestrictedSummary, RoomSummary};
use ruma::{OwnedRoomId, RoomId, UInt};

use super::ReadError;
use crate::Rooms;

impl Rooms {
    /// The summary of a room for a local user or, without one, for anybody; and the user's membership,
    /// where they ever had one. [`ReadError::NotFound`] where there is no such room or the asker may not
    /// know of it.
    pub async fn summary(
        &self,
        user_number: Option<i64>,
        room_id: &RoomId,
    ) -> Result<(RoomSummary, Option<MembershipState>), ReadError> {
        let ids = [room_id.to_string()];
        self.storage()
            .read(move |session| {
                let stored = room_summaries::by_id(session, &ids)?.pop().ok_or(ReadError::NotFound)?;
                let membership = match user_number {
                    Some(user_number) => memberships::of_user_in(session, user_number, stored.room_number)?,
                    None => None,
                };
                let membership = membership.map(|found| MembershipState::from(found.membership));
                let allowed = joined_allowed(session, user_number, std::slice::from_ref(&stored))?;
                if !may_know(&stored, membership.as_ref(), &allowed) {
                    return Err(ReadError::NotFound);
                }
                Ok((presented(&stored).ok_or(ReadError::NotFound)?, membership))
            })
            .await
    }
}

/// Of the rooms whose members may join one of `summaries`, those that the user is in.
pub(super) fn joined_allowed(
    session: &mut Session,
    user_number: Option<i64>,
    summaries: &[StoredSummary],
) -> Result<HashSet<String>, ReadError> {
    let restricted = summaries.iter().filter(|summary| is_restricted(summary));
    let rooms: Vec<String> =
        restricted.flat_map(|summary| summary.told.allowed_room_ids.iter().cloned()).collect();
    match user_number {
        Some(user_number) if !rooms.is_empty() => {
            Ok(room_summaries::joined_among(session, user_number, &rooms)?)
        }
        _ => Ok(HashSet::new()),
    }
}

/// Whether somebody with this membership, who is in the rooms `allowed`, may know what a room tells.
pub(super) fn may_know(
    summary: &StoredSummary,
    membership: Option<&MembershipState>,
    allowed: &HashSet<String>,
) -> bool {
    match membership {
        Some(MembershipState::Join | MembershipState::Invite) => return true,
        Some(MembershipState::Ban) => return summary.told.world_readable,
        _ => {}
    }
    summary.told.world_readable
        || matches!(join_rule(summary), "public" | "knock" | "knock_restricted")
        || is_restricted(summary) && summary.told.allowed_room_ids.iter().any(|room| allowed.contains(room))
}

fn join_rule(summary: &StoredSummary) -> &str {
    summary.told.join_rule.as_deref().unwrap_or("invite")
}

fn is_restricted(summary: &StoredSummary) -> bool {
    matches!(join_rule(summary), "restricted" | "knock_restricted")
}

/// The summary as clients get it; `None` where the room's id cannot be read. What is no alias, no version
/// and so on is left out.
pub(super) fn presented(stored: &StoredSummary) -> Option<RoomSummary> {
    let told = &stored.told;
    let allowed = || {
        let rooms = told.allowed_room_ids.iter();
        RestrictedSummary::new(rooms.filter_map(|room| room.as_str().try_into().ok()).collect())
    };
    let join_rule = match join_rule(stored) {
        "public" => JoinRuleSummary::Public,
        "knock" => JoinRuleSummary::Knock,
        "restricted" => JoinRuleSummary::Restricted(allowed()),
        "knock_restricted" => JoinRuleSummary::KnockRestricted(allowed()),
        "private" => JoinRuleSummary::Private,
        // A rule that nobody knows lets nobody in without an invite.
        _ => JoinRuleSummary::Invite,
    };
    let room_id = OwnedRoomId::try_from(stored.room_id.as_str()).ok()?;
    let joined = UInt::try_from(stored.joined_members).unwrap_or_default();
    let mut summary = RoomSummary::new(room_id, join_rule, told.guest_can_join, joined, told.world_readable);
    summary.canonical_alias = told.canonical_alias.as_deref().and_then(|alias| alias.try_into().ok());
    summary.name.clone_from(&told.name);
    summary.topic.clone_from(&told.topic);
    summary.avatar_url = told.avatar_url.as_deref().map(Into::into);
    summary.room_type = told.room_type.as_deref().map(Into::into);
    summary.encryption = told.encryption.as_deref().map(Into::into);
    summary.room_version = stored.version.as_str().try_into().ok();
    Some(summary)
}
