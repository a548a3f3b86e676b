//! Who may read an event (client-server API, "Room History Visibility", server behaviour). The question is put about
//! the room's state at the event; where that is kept is the caller's business.

use ruma::events::room::history_visibility::HistoryVisibility;
use ruma::events::room::member::MembershipState;

/// What a user's right to see an event depends on.
#[derive(Clone, Debug)]
pub struct EventView {
    /// [`crate::history_visibility`] of the state before the event.
    pub visibility_before: HistoryVisibility,
    /// For `m.room.history_visibility` events the value that they set, else the one before.
    pub visibility_after: HistoryVisibility,
    /// The user's membership in the state before the event.
    pub membership_before: MembershipState,
    /// For the user's own `m.room.member` events the membership that they set, else the one before.
    pub membership_after: MembershipState,
    /// Whether the user joined at any point after the event, even if they left again.
    pub joined_after: bool,
}

impl EventView {
    /// The view on an event that changes neither the history visibility nor the user's membership.
    pub fn unchanging(
        visibility: HistoryVisibility,
        membership: MembershipState,
        joined_after: bool,
    ) -> Self {
        Self {
            visibility_before: visibility.clone(),
            visibility_after: visibility,
            membership_before: membership.clone(),
            membership_after: membership,
            joined_after,
        }
    }
}

/// Whether the user may see the event. The values before and after it each allow on their own.
pub fn may_see(view: &EventView) -> bool {
    [&view.visibility_before, &view.visibility_after].into_iter().any(|visibility| {
        [&view.membership_before, &view.membership_after]
            .into_iter()
            .any(|membership| allows(visibility, membership, view.joined_after))
    })
}

fn allows(visibility: &HistoryVisibility, membership: &MembershipState, joined_after: bool) -> bool {
    match (visibility, membership) {
        (HistoryVisibility::WorldReadable, _) | (_, MembershipState::Join) => true,
        (HistoryVisibility::Invited, MembershipState::Invite) => true,
        (HistoryVisibility::Invited | HistoryVisibility::Joined, _) => false,
        // `shared`, and every value that is not understood.
        _ => joined_after,
    }
}
