//! Finding rooms and people: the directory of rooms, a look at a room before joining it, knocking, a space and the
//! rooms that its members may join, the directory of people.

use futures::StreamExt;
use matrix_sdk::RoomState;
use matrix_sdk::room_directory_search::RoomDirectorySearch;
use matrix_sdk::ruma::api::client::room::Visibility;
use matrix_sdk::ruma::api::client::room::create_room::v3::{
    CreationContent, Request as CreateRoomRequest, RoomPreset,
};
use matrix_sdk::ruma::events::InitialStateEvent;
use matrix_sdk::ruma::events::room::join_rules::{
    AllowRule, JoinRule, Restricted, RoomJoinRulesEventContent,
};
use matrix_sdk::ruma::room::{JoinRuleSummary, RoomType};
use matrix_sdk::ruma::serde::Raw;
use matrix_sdk::ruma::{OwnedRoomId, RoomAliasId, RoomId, assign};
use matrix_sdk_ui::spaces::SpaceService;

use crate::patience::within;
use crate::person::{Entry, Person};
use crate::rust_person::RustPerson;
use crate::server::Server;
use crate::sliding_person::SlidingPerson;

const PASSWORD: &str = "a long enough passphrase";
const HARBOURS: usize = 7;

/// The scenario.
pub async fn run(server: &Server) {
    let host = RustPerson::enter(Entry::SignUp, server.url(), &server.username("host"), PASSWORD).await;
    let guest = SlidingPerson::sign_up(server, &server.username("guest"), PASSWORD).await;
    directory(&host, &guest).await;
    knock(&host, &guest).await;
    space(&host, &guest).await;
    people(&host, &guest).await;
    guest.sync.stop().await;
}

async fn create(host: &RustPerson, request: CreateRoomRequest) -> OwnedRoomId {
    let room = host.client.create_room(request).await.expect("a room");
    let id = room.room_id().to_owned();
    host.wait_for_member(id.as_str(), host.user()).await;
    id
}

/// The directory is read page by page; what is found can be looked at, and joined by its alias.
async fn directory(host: &RustPerson, guest: &SlidingPerson) {
    for number in 0..HARBOURS {
        let request = assign!(CreateRoomRequest::new(), {
            name: Some(format!("Harbour {number}")),
            topic: Some("Ships and tides".to_owned()),
            room_alias_name: Some(format!("harbour-{number}")),
            preset: Some(RoomPreset::PublicChat),
            visibility: Visibility::Public,
        });
        create(host, request).await;
    }
    let mut search = RoomDirectorySearch::new(guest.client.clone());
    search.search(Some("harbour".to_owned()), 3, None).await.expect("a page");
    while !search.is_at_last_page() {
        search.next_page().await.expect("another page");
    }
    let (found, _) = search.results();
    let mut names: Vec<_> = found.iter().filter_map(|room| room.name.clone()).collect();
    names.sort();
    assert_eq!(names, (0..HARBOURS).map(|number| format!("Harbour {number}")).collect::<Vec<_>>());

    let alias = format!("#harbour-3:{}", guest.user().server_name());
    let alias = <&RoomAliasId>::try_from(alias.as_str()).expect("an alias");
    let preview = guest.client.get_room_preview(alias.into(), vec![]).await.expect("a preview");
    assert_eq!(preview.name.as_deref(), Some("Harbour 3"));
    assert_eq!(preview.topic.as_deref(), Some("Ships and tides"));
    assert_eq!(preview.canonical_alias.as_deref(), Some(alias));
    assert_eq!((preview.num_joined_members, preview.state), (1, None));
    assert_eq!(preview.join_rule, Some(JoinRuleSummary::Public));

    guest.client.join_room_by_id_or_alias(alias.into(), &[]).await.expect("joined");
    guest.is(RoomState::Joined, &preview.room_id).await;
}

fn join_rule(rule: JoinRule) -> Raw<matrix_sdk::ruma::events::AnyInitialStateEvent> {
    InitialStateEvent::with_empty_state_key(RoomJoinRulesEventContent::new(rule)).to_raw_any()
}

/// Whoever knocks is seen at the door and let in.
async fn knock(host: &RustPerson, guest: &SlidingPerson) {
    let request = assign!(CreateRoomRequest::new(), {
        name: Some("Tower".to_owned()),
        preset: Some(RoomPreset::PrivateChat),
        initial_state: vec![join_rule(JoinRule::Knock)],
    });
    let id = create(host, request).await;
    let preview = guest.client.get_room_preview((&*id).into(), vec![]).await.expect("a preview");
    assert_eq!(preview.name.as_deref(), Some("Tower"));
    assert_eq!((preview.join_rule, preview.state), (Some(JoinRuleSummary::Knock), None));

    let of_host = host.room(id.as_str());
    let (requests, _cleaning) = of_host.subscribe_to_knock_requests().await.expect("a stream");
    guest.client.knock(id.clone().into(), Some("Let me in".to_owned()), vec![]).await.expect("knocked");
    guest.is(RoomState::Knocked, &id).await;
    let mut requests = std::pin::pin!(requests.filter_map(async |requests| requests.into_iter().next()));
    let request = within("somebody at the door", requests.next()).await.expect("a request");
    assert_eq!(request.member_info.user_id, guest.user());
    assert_eq!(request.member_info.reason.as_deref(), Some("Let me in"));
    request.accept().await.expect("let in");
    guest.accept(&id).await;
}

/// The rooms of a space are listed, and whoever is in the space may join those that are for its members.
async fn space(host: &RustPerson, guest: &SlidingPerson) {
    let content = assign!(CreationContent::new(), { room_type: Some(RoomType::Space) });
    let request = assign!(CreateRoomRequest::new(), {
        name: Some("Coast".to_owned()),
        creation_content: Some(Raw::new(&content).expect("JSON")),
        preset: Some(RoomPreset::PrivateChat),
        invite: vec![guest.user().to_owned()],
    });
    let space = create(host, request).await;
    let rule = JoinRule::Restricted(Restricted::new(vec![AllowRule::room_membership(space.clone())]));
    let request = assign!(CreateRoomRequest::new(), {
        name: Some("Lighthouse".to_owned()),
        preset: Some(RoomPreset::PrivateChat),
        initial_state: vec![join_rule(rule)],
    });
    let for_members = create(host, request).await;
    let request = assign!(CreateRoomRequest::new(), {
        name: Some("Beach".to_owned()),
        preset: Some(RoomPreset::PublicChat),
    });
    let for_all = create(host, request).await;
    let of_host = SpaceService::new(host.client.clone()).await;
    for child in [&for_members, &for_all] {
        of_host.add_child_to_space(child.clone(), space.clone()).await.expect("part of the space");
    }

    guest.accept(&space).await;
    assert_eq!(listed(guest, &space).await, ["Beach", "Lighthouse"]);
    guest.client.join_room_by_id(&for_members).await.expect("joined as a member of the space");
    guest.is(RoomState::Joined, &for_members).await;
    let spaces = SpaceService::new(guest.client.clone()).await.top_level_joined_spaces().await;
    assert_eq!(spaces.iter().map(|space| space.display_name.as_str()).collect::<Vec<_>>(), ["Coast"]);
}

/// Names of the rooms in a space.
async fn listed(guest: &SlidingPerson, space: &RoomId) -> Vec<String> {
    use matrix_sdk_ui::spaces::room_list::SpaceRoomListPaginationState::Idle;
    let list = SpaceService::new(guest.client.clone()).await.space_room_list(space.to_owned()).await;
    while list.pagination_state() != (Idle { end_reached: true }) {
        list.paginate().await.expect("a page of rooms");
    }
    let mut names: Vec<_> = list.rooms().await.into_iter().map(|room| room.display_name).collect();
    names.sort();
    names
}

/// People are found by the name that they gave themselves.
async fn people(host: &RustPerson, guest: &SlidingPerson) {
    host.client.account().set_display_name(Some("Hedwig of the Harbour")).await.expect("a name");
    let found = guest.client.search_users("hedwig", 10).await.expect("an answer");
    let names: Vec<_> =
        found.results.iter().map(|user| (user.user_id.as_str(), user.display_name.as_deref())).collect();
    assert_eq!(names, [(host.user(), Some("Hedwig of the Harbour"))]);
}
