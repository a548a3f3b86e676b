//! Who may join, invite, knock, leave, kick, ban and unban.

use serde_json::json;

use super::{Allowed, Case, Rejected, run};
use crate::room::{ALICE, ALL, BOB, CAROL, DAVE, Room};

/// A room under this join rule with ALICE in it, who may do everything; BOB at level 50, DAVE at 0; CAROL outside.
fn under(version: u8, join_rule: &str) -> Room {
    let mut room = Room::bare(version);
    let levels = room.levels(json!({ BOB: 50 }), json!({ "invite": 10 }));
    room.send(ALICE, "m.room.power_levels", Some(""), levels).unwrap();
    room.join_rule("public").unwrap();
    room.join(BOB).unwrap();
    room.join(DAVE).unwrap();
    room.join_rule(join_rule).unwrap();
    room
}

fn set(room: &mut Room, sender: &str, target: &str, membership: &str) {
    room.member(sender, target, json!({ "membership": membership })).unwrap();
}

const JOINING: &[Case] = &[
    Case("the creator joins first", ALL, Room::bare, |room| room.message(ALICE), Allowed),
    Case("anybody joins a public room", ALL, |v| under(v, "public"), |room| room.join(CAROL), Allowed),
    Case(
        "nobody joins a private room unasked",
        ALL,
        |v| under(v, "invite"),
        |room| room.join(CAROL),
        Rejected,
    ),
    Case(
        "an invited user joins",
        ALL,
        |v| under(v, "invite"),
        |room| {
            set(room, BOB, CAROL, "invite");
            room.join(CAROL)
        },
        Allowed,
    ),
    Case("a member changes their profile", ALL, |v| under(v, "invite"), |room| room.join(DAVE), Allowed),
    Case(
        "a member makes another join",
        ALL,
        |v| under(v, "public"),
        |room| room.member(ALICE, CAROL, json!({ "membership": "join" })),
        Rejected,
    ),
    Case(
        "a banned user does not join",
        ALL,
        |v| under(v, "public"),
        |room| {
            set(room, ALICE, CAROL, "ban");
            room.join(CAROL)
        },
        Rejected,
    ),
    Case(
        "who was kicked may come back",
        ALL,
        |v| under(v, "public"),
        |room| {
            set(room, ALICE, DAVE, "leave");
            room.join(DAVE)
        },
        Allowed,
    ),
    Case(
        "who left a private room stays outside",
        ALL,
        |v| under(v, "invite"),
        |room| {
            set(room, DAVE, DAVE, "leave");
            room.join(DAVE)
        },
        Rejected,
    ),
    Case(
        "an unknown join rule keeps people out",
        ALL,
        |v| under(v, "m.secret"),
        |room| room.join(CAROL),
        Rejected,
    ),
    Case(
        "an unknown membership",
        ALL,
        |v| under(v, "public"),
        |room| room.member(CAROL, CAROL, json!({ "membership": "m.lurk" })),
        Rejected,
    ),
    Case("no membership", ALL, |v| under(v, "public"), |room| room.member(CAROL, CAROL, json!({})), Rejected),
    Case(
        "a state key that is no user",
        ALL,
        |v| under(v, "public"),
        |room| room.member(ALICE, "carol", json!({ "membership": "invite" })),
        Rejected,
    ),
    Case(
        "no state key",
        ALL,
        |v| under(v, "public"),
        |room| room.send(CAROL, "m.room.member", None, json!({ "membership": "join" })),
        Rejected,
    ),
];

#[test]
fn joining() {
    run(JOINING);
}

const INVITING: &[Case] = &[
    Case(
        "with enough power",
        ALL,
        |v| under(v, "invite"),
        |room| room.member(BOB, CAROL, json!({ "membership": "invite" })),
        Allowed,
    ),
    Case(
        "with too little power",
        ALL,
        |v| under(v, "invite"),
        |room| room.member(DAVE, CAROL, json!({ "membership": "invite" })),
        Rejected,
    ),
    Case(
        "from outside",
        ALL,
        |v| under(v, "public"),
        |room| room.member(CAROL, "@erin:far.example", json!({ "membership": "invite" })),
        Rejected,
    ),
    Case(
        "a member",
        ALL,
        |v| under(v, "invite"),
        |room| room.member(ALICE, DAVE, json!({ "membership": "invite" })),
        Rejected,
    ),
    Case(
        "a banned user",
        ALL,
        |v| under(v, "invite"),
        |room| {
            set(room, ALICE, CAROL, "ban");
            room.member(ALICE, CAROL, json!({ "membership": "invite" }))
        },
        Rejected,
    ),
    Case(
        "who is invited already",
        ALL,
        |v| under(v, "invite"),
        |room| {
            set(room, BOB, CAROL, "invite");
            room.member(BOB, CAROL, json!({ "membership": "invite" }))
        },
        Allowed,
    ),
    Case(
        "who knocked",
        7..=12,
        |v| under(v, "knock"),
        |room| {
            set(room, CAROL, CAROL, "knock");
            room.member(BOB, CAROL, json!({ "membership": "invite" }))
        },
        Allowed,
    ),
];

#[test]
fn inviting() {
    run(INVITING);
}

fn knock(room: &mut Room) -> super::Attempt {
    room.member(CAROL, CAROL, json!({ "membership": "knock" }))
}

const KNOCKING: &[Case] = &[
    Case("under `knock`", 7..=12, |v| under(v, "knock"), knock, Allowed),
    Case("before there was knocking", 1..=6, |v| under(v, "knock"), knock, Rejected),
    Case("under `knock_restricted`", 10..=12, |v| under(v, "knock_restricted"), knock, Allowed),
    Case("before there was `knock_restricted`", 1..=9, |v| under(v, "knock_restricted"), knock, Rejected),
    Case("under `invite`", ALL, |v| under(v, "invite"), knock, Rejected),
    Case("under `public`", ALL, |v| under(v, "public"), knock, Rejected),
    Case(
        "a second time",
        7..=12,
        |v| under(v, "knock"),
        |room| {
            set(room, CAROL, CAROL, "knock");
            room.member(CAROL, CAROL, json!({ "membership": "knock" }))
        },
        Allowed,
    ),
    Case(
        "for another",
        7..=12,
        |v| under(v, "knock"),
        |room| room.member(ALICE, CAROL, json!({ "membership": "knock" })),
        Rejected,
    ),
    Case(
        "as a member",
        7..=12,
        |v| under(v, "knock"),
        |room| room.member(DAVE, DAVE, json!({ "membership": "knock" })),
        Rejected,
    ),
    Case(
        "when banned",
        7..=12,
        |v| under(v, "knock"),
        |room| {
            set(room, ALICE, CAROL, "ban");
            room.member(CAROL, CAROL, json!({ "membership": "knock" }))
        },
        Rejected,
    ),
    Case(
        "when invited",
        7..=12,
        |v| under(v, "knock"),
        |room| {
            set(room, BOB, CAROL, "invite");
            room.member(CAROL, CAROL, json!({ "membership": "knock" }))
        },
        Rejected,
    ),
    Case(
        "a knock alone lets nobody in",
        7..=12,
        |v| under(v, "knock"),
        |room| {
            set(room, CAROL, CAROL, "knock");
            room.join(CAROL)
        },
        Rejected,
    ),
    Case(
        "a knock is taken back",
        7..=12,
        |v| under(v, "knock"),
        |room| {
            set(room, CAROL, CAROL, "knock");
            room.member(CAROL, CAROL, json!({ "membership": "leave" }))
        },
        Allowed,
    ),
    Case(
        "a knock is refused",
        7..=12,
        |v| under(v, "knock"),
        |room| {
            set(room, CAROL, CAROL, "knock");
            room.member(BOB, CAROL, json!({ "membership": "leave" }))
        },
        Allowed,
    ),
];

#[test]
fn knocking() {
    run(KNOCKING);
}

const LEAVING_KICKING_BANNING: &[Case] = &[
    Case(
        "a member leaves",
        ALL,
        |v| under(v, "invite"),
        |room| room.member(DAVE, DAVE, json!({ "membership": "leave" })),
        Allowed,
    ),
    Case(
        "an invite is declined",
        ALL,
        |v| under(v, "invite"),
        |room| {
            set(room, BOB, CAROL, "invite");
            room.member(CAROL, CAROL, json!({ "membership": "leave" }))
        },
        Allowed,
    ),
    Case(
        "who is outside cannot leave",
        ALL,
        |v| under(v, "invite"),
        |room| room.member(CAROL, CAROL, json!({ "membership": "leave" })),
        Rejected,
    ),
    Case(
        "who is banned cannot leave",
        ALL,
        |v| under(v, "public"),
        |room| {
            set(room, ALICE, DAVE, "ban");
            room.member(DAVE, DAVE, json!({ "membership": "leave" }))
        },
        Rejected,
    ),
    Case(
        "a moderator kicks",
        ALL,
        |v| under(v, "invite"),
        |room| room.member(BOB, DAVE, json!({ "membership": "leave" })),
        Allowed,
    ),
    Case(
        "a moderator takes an invite back",
        ALL,
        |v| under(v, "invite"),
        |room| {
            set(room, ALICE, CAROL, "invite");
            room.member(BOB, CAROL, json!({ "membership": "leave" }))
        },
        Allowed,
    ),
    Case(
        "a member kicks",
        ALL,
        |v| under(v, "invite"),
        |room| room.member(DAVE, BOB, json!({ "membership": "leave" })),
        Rejected,
    ),
    Case(
        "a moderator kicks an administrator",
        ALL,
        |v| under(v, "invite"),
        |room| room.member(BOB, ALICE, json!({ "membership": "leave" })),
        Rejected,
    ),
    Case(
        "a moderator kicks an equal",
        ALL,
        |v| {
            let mut room = under(v, "invite");
            let levels = room.levels(json!({ BOB: 50, DAVE: 50 }), json!({}));
            room.send(ALICE, "m.room.power_levels", Some(""), levels).unwrap();
            room
        },
        |room| room.member(BOB, DAVE, json!({ "membership": "leave" })),
        Rejected,
    ),
    Case(
        "a kick from outside",
        ALL,
        |v| under(v, "public"),
        |room| room.member(CAROL, DAVE, json!({ "membership": "leave" })),
        Rejected,
    ),
    Case(
        "a moderator bans",
        ALL,
        |v| under(v, "public"),
        |room| room.member(BOB, DAVE, json!({ "membership": "ban" })),
        Allowed,
    ),
    Case(
        "a moderator bans a stranger",
        ALL,
        |v| under(v, "public"),
        |room| room.member(BOB, CAROL, json!({ "membership": "ban" })),
        Allowed,
    ),
    Case(
        "a moderator bans an administrator",
        ALL,
        |v| under(v, "public"),
        |room| room.member(BOB, ALICE, json!({ "membership": "ban" })),
        Rejected,
    ),
    Case(
        "a member bans",
        ALL,
        |v| under(v, "public"),
        |room| room.member(DAVE, CAROL, json!({ "membership": "ban" })),
        Rejected,
    ),
    Case(
        "a moderator unbans",
        ALL,
        |v| under(v, "public"),
        |room| {
            set(room, ALICE, DAVE, "ban");
            room.member(BOB, DAVE, json!({ "membership": "leave" }))
        },
        Allowed,
    ),
    Case(
        "unbanning needs the level to ban",
        ALL,
        |v| {
            let mut room = under(v, "public");
            let levels = room.levels(json!({ BOB: 50 }), json!({ "ban": 60, "kick": 50 }));
            room.send(ALICE, "m.room.power_levels", Some(""), levels).unwrap();
            set(&mut room, ALICE, DAVE, "ban");
            room
        },
        |room| room.member(BOB, DAVE, json!({ "membership": "leave" })),
        Rejected,
    ),
];

#[test]
fn leaving_kicking_banning() {
    run(LEAVING_KICKING_BANNING);
}

/// Who lets CAROL into a restricted room.
fn authorised(room: &mut Room, by: &str) -> super::Attempt {
    room.member(CAROL, CAROL, json!({ "membership": "join", "join_authorised_via_users_server": by }))
}

const RESTRICTED_JOINS: &[Case] = &[
    Case(
        "by a member who may invite",
        8..=12,
        |v| under(v, "restricted"),
        |room| authorised(room, BOB),
        Allowed,
    ),
    Case(
        "before there was `restricted`",
        1..=7,
        |v| under(v, "restricted"),
        |room| authorised(room, BOB),
        Rejected,
    ),
    Case(
        "`knock_restricted`",
        10..=12,
        |v| under(v, "knock_restricted"),
        |room| authorised(room, BOB),
        Allowed,
    ),
    Case(
        "before there was `knock_restricted`",
        1..=9,
        |v| under(v, "knock_restricted"),
        |room| authorised(room, BOB),
        Rejected,
    ),
    Case("by a creator", 12..=12, |v| under(v, "restricted"), |room| authorised(room, ALICE), Allowed),
    Case(
        "by a member who may not invite",
        8..=12,
        |v| under(v, "restricted"),
        |room| authorised(room, DAVE),
        Rejected,
    ),
    Case(
        "by somebody outside",
        8..=12,
        |v| under(v, "restricted"),
        |room| authorised(room, "@erin:far.example"),
        Rejected,
    ),
    Case("by nobody", 8..=12, |v| under(v, "restricted"), |room| room.join(CAROL), Rejected),
    Case("by something else", 8..=12, |v| under(v, "restricted"), |room| authorised(room, "bob"), Rejected),
    Case(
        "invited",
        8..=12,
        |v| under(v, "restricted"),
        |room| {
            set(room, BOB, CAROL, "invite");
            room.join(CAROL)
        },
        Allowed,
    ),
    Case("a member's profile", 8..=12, |v| under(v, "restricted"), |room| room.join(DAVE), Allowed),
    Case(
        "banned",
        8..=12,
        |v| under(v, "restricted"),
        |room| {
            set(room, ALICE, CAROL, "ban");
            authorised(room, BOB)
        },
        Rejected,
    ),
];

#[test]
fn restricted_joins() {
    run(RESTRICTED_JOINS);
}
