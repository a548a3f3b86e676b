//! The few fields of well-known contents that rules ask for. Of a malformed content each gives the value that the
//! specification assumes when there is none; nothing here validates.

use ruma::events::room::history_visibility::HistoryVisibility;
use ruma::events::room::member::MembershipState;
use ruma::room::JoinRuleKind;
use serde::Deserialize;

use crate::pdu::Pdu;

/// What an `m.room.member` event says; anything else says `leave`.
pub fn membership(event: &Pdu) -> MembershipState {
    #[derive(Deserialize)]
    struct Content {
        membership: MembershipState,
    }
    read(event).map_or(MembershipState::Leave, |content: Content| content.membership)
}

/// What an `m.room.history_visibility` event says; none, or a value that is not understood, says `shared`.
pub fn history_visibility(event: Option<&Pdu>) -> HistoryVisibility {
    #[derive(Deserialize)]
    struct Content {
        history_visibility: HistoryVisibility,
    }
    let visibility = event.and_then(read).map(|content: Content| content.history_visibility);
    match visibility {
        Some(
            known @ (HistoryVisibility::WorldReadable
            | HistoryVisibility::Invited
            | HistoryVisibility::Joined),
        ) => known,
        _ => HistoryVisibility::Shared,
    }
}

/// What an `m.room.join_rules` event says; none says `invite`.
pub fn join_rule(event: Option<&Pdu>) -> JoinRuleKind {
    #[derive(Deserialize)]
    struct Content {
        join_rule: JoinRuleKind,
    }
    event.and_then(read).map_or(JoinRuleKind::Invite, |content: Content| content.join_rule)
}

fn read<'e, T: Deserialize<'e>>(event: &'e Pdu) -> Option<T> {
    serde_json::from_str(event.content().get()).ok()
}
