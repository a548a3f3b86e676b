//! Who sees which event: the five rules of the specification, and the two that look at both sides of an event.

use herold_room_rules::{EventView, may_see};
use ruma::events::room::history_visibility::HistoryVisibility;
use ruma::events::room::member::MembershipState;

/// Rows: visibility, membership at the event, joined after it, may see.
const RULES: [(&str, &str, bool, bool); 22] = [
    ("world_readable", "leave", false, true),
    ("world_readable", "ban", false, true),
    ("world_readable", "join", false, true),
    ("shared", "join", false, true),
    ("shared", "leave", true, true),
    ("shared", "leave", false, false),
    ("shared", "invite", false, false),
    ("shared", "invite", true, true),
    ("shared", "ban", true, true),
    ("shared", "ban", false, false),
    ("invited", "join", false, true),
    ("invited", "invite", false, true),
    ("invited", "invite", true, true),
    ("invited", "leave", true, false),
    ("invited", "knock", true, false),
    ("invited", "ban", true, false),
    ("joined", "join", false, true),
    ("joined", "invite", true, false),
    ("joined", "leave", true, false),
    ("joined", "knock", true, false),
    ("m.not_understood", "leave", true, true),
    ("m.not_understood", "leave", false, false),
];

#[test]
fn one_state_decides() {
    for (visibility, membership, joined_after, expected) in RULES {
        let view = EventView::unchanging(visibility.into(), membership.into(), joined_after);
        assert_eq!(may_see(&view), expected, "{visibility}, {membership}, joined after: {joined_after}");
    }
}

#[test]
fn of_a_changed_visibility_either_allows() {
    for (before, after, expected) in [
        ("world_readable", "joined", true),
        ("joined", "world_readable", true),
        ("joined", "invited", false),
        ("shared", "joined", false),
    ] {
        let view = EventView {
            visibility_after: after.into(),
            ..EventView::unchanging(before.into(), MembershipState::Leave, false)
        };
        assert_eq!(may_see(&view), expected, "{before} to {after}");
    }
}

#[test]
fn of_ones_own_membership_either_allows() {
    for (before, after, expected) in [
        ("leave", "join", true),
        ("invite", "join", true),
        ("join", "leave", true),
        ("join", "ban", true),
        ("leave", "invite", false),
        ("knock", "leave", false),
        ("ban", "leave", false),
    ] {
        let view = EventView {
            membership_after: after.into(),
            ..EventView::unchanging(HistoryVisibility::Joined, before.into(), false)
        };
        assert_eq!(may_see(&view), expected, "{before} to {after}");
    }
    let view = EventView {
        membership_after: MembershipState::Invite,
        ..EventView::unchanging(HistoryVisibility::Invited, MembershipState::Leave, false)
    };
    assert!(may_see(&view), "an invite to a room whose history is for the invited");
}
