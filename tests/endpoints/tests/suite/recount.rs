//! Thousands of things that several people do, drawn by chance: what any device is told to be unread equals a
//! recount of everything that was ever said, in both syncs, in the list of notifications, and after a restart.

use std::collections::{BTreeMap, HashMap, HashSet};

use herold_base::Random;
use herold_endpoint_tests::{Client, TestServer, on_both_engines};
use serde_json::{Value, json};

use crate::recount_model::{Count, Kind, Read, Room, Said, Wishes};
use crate::rooms_basics::{create, membership};
use crate::{sliding_client, sync_client};

/// The seed, unless HEROLD_TEST_SEED names another; a failure tells it.
const SEED: u64 = 20_261_130;
const STEPS: usize = 2_000;
const PEOPLE: [&str; 4] = ["alice", "bob", "carol", "dave"];

/// What one device was told, of each room.
#[derive(Default)]
struct Told {
    last: Option<Value>,
    rooms: HashMap<String, BTreeMap<String, Count>>,
}

struct Person {
    client: Client,
    wishes: Wishes,
    sync: Told,
    sliding: Told,
}

struct World {
    server: TestServer,
    people: Vec<Person>,
    rooms: Vec<Room>,
    random: Random,
    step: usize,
    /// How many unread messages were compared.
    compared: i64,
}

fn pair(value: &Value) -> Count {
    (value["notification_count"].as_i64().unwrap(), value["highlight_count"].as_i64().unwrap())
}

impl World {
    async fn new(server: TestServer, seed: u64) -> Self {
        let mut people = Vec::new();
        for name in PEOPLE {
            let client = server.register(name).await;
            people.push(Person {
                client,
                wishes: Wishes::default(),
                sync: Told::default(),
                sliding: Told::default(),
            });
        }
        let mut world =
            Self { server, people, rooms: Vec::new(), random: Random::seeded(seed), step: 0, compared: 0 };
        for members in [vec![0, 1, 2, 3], vec![0, 1], vec![0, 1, 2]] {
            let id = create(&world.people[0].client, json!({ "preset": "public_chat" })).await;
            world.rooms.push(Room { id, joined: HashSet::from([0]), ..Room::default() });
            for who in members.into_iter().filter(|who| *who > 0) {
                world.join(world.rooms.len() - 1, who).await;
            }
        }
        world
    }

    fn roll(&self, sides: usize) -> usize {
        let mut bytes = [0; 8];
        self.random.fill(&mut bytes);
        (u64::from_le_bytes(bytes) % sides as u64) as usize
    }

    fn rolls(&self, one_in: usize) -> bool {
        self.roll(one_in) == 0
    }

    async fn join(&mut self, room: usize, who: usize) {
        membership(&self.people[who].client, &self.rooms[room].id, "join", json!({})).await.ok();
        let room = &mut self.rooms[room];
        room.joined.insert(who);
        room.add(Said::state(who));
        let all = room.said.len();
        room.read.insert(who, Read { everywhere: all, ..Read::default() });
    }

    /// Somebody does something.
    async fn act(&mut self) {
        let (room, who) = (self.roll(self.rooms.len()), self.roll(PEOPLE.len()));
        if !self.rooms[room].joined.contains(&who) {
            if self.rolls(6) {
                self.join(room, who).await;
            }
            return;
        }
        match self.roll(20) {
            0 | 1 => self.redact(room, who).await,
            2..=5 => self.read(room, who).await,
            6 => self.change_rules(room, who).await,
            7 if self.rolls(3) => self.ignore(who).await,
            8 if self.rolls(4) && who > 0 => {
                membership(&self.people[who].client, &self.rooms[room].id, "leave", json!({})).await.ok();
                self.rooms[room].joined.remove(&who);
            }
            9 if self.rolls(3) => self.give_power(room).await,
            _ => self.say(room, who).await,
        }
    }

    async fn say(&mut self, number: usize, who: usize) {
        let (members, choice) = (self.rooms[number].joined.len(), self.roll(12));
        let kind = match choice {
            0 => Kind::Notice,
            1 => Kind::Reaction,
            2 => Kind::Edit,
            3 => Kind::Other,
            4 | 5 => Kind::Encrypted,
            _ => Kind::Text,
        };
        let with_keyword = self.rolls(4);
        let body = if with_keyword { "there is Cake" } else { "hello" };
        let mut content = match kind {
            Kind::Encrypted => json!({ "algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "x" }),
            Kind::Notice => json!({ "msgtype": "m.notice", "body": body }),
            Kind::Reaction | Kind::Other => json!({}),
            Kind::Text | Kind::Edit | Kind::State => json!({ "msgtype": "m.text", "body": body }),
        };
        let mentions: HashSet<usize> =
            (0..PEOPLE.len()).filter(|other| *other != who && self.rolls(9)).collect();
        let asks_all = self.rolls(9);
        if asks_all || !mentions.is_empty() {
            let ids: Vec<&str> =
                mentions.iter().map(|who| self.people[*who].client.user_id.as_str()).collect();
            content["m.mentions"] = json!({ "user_ids": ids, "room": asks_all });
        }
        let (thread, refers) = match self.relate(number, kind, &mut content) {
            Some(related) => related,
            None if matches!(kind, Kind::Reaction | Kind::Edit) => return,
            None => (String::new(), false),
        };
        let room = &mut self.rooms[number];
        let type_of = match kind {
            Kind::Encrypted => "m.room.encrypted",
            Kind::Reaction => "m.reaction",
            Kind::Other => "org.example.other",
            _ => "m.room.message",
        };
        let path = format!("/_matrix/client/v3/rooms/{}/send/{type_of}/s{}", room.id, self.step);
        let answer = self.people[who].client.put(&path, content).await.ok();
        let powerful = who == 0 || room.powerful == Some(who);
        let event_id = answer["event_id"].as_str().unwrap().to_owned();
        room.add(Said {
            thread,
            mentions,
            mentions_room: asks_all && powerful,
            with_keyword: with_keyword && matches!(kind, Kind::Text | Kind::Notice | Kind::Edit),
            members,
            refers,
            ..Said::new(event_id, who, kind)
        });
    }

    /// Relates what is said to something, perhaps; gives the thread it is in then, and whether it is so because of
    /// what it refers to.
    fn relate(&mut self, number: usize, kind: Kind, content: &mut Value) -> Option<(String, bool)> {
        let must = matches!(kind, Kind::Reaction | Kind::Edit);
        if !must && self.rolls(2) {
            return None;
        }
        let of_text = |said: &Said| matches!(said.kind, Kind::Text | Kind::Encrypted) && !said.redacted;
        let known: Vec<usize> = {
            let said = &self.rooms[number].said;
            let plain = said.iter().enumerate().filter(|(_, said)| of_text(said) && !said.refers);
            plain.map(|(place, _)| place).collect()
        };
        let place = *known.get(self.roll(known.len().max(1)))?;
        let to = &mut self.rooms[number].said[place];
        let id = to.event_id.clone();
        let in_thread = !to.thread.is_empty();
        let (rel_type, thread) = match kind {
            Kind::Reaction => ("m.annotation", to.thread.clone()),
            Kind::Edit => ("m.replace", to.thread.clone()),
            _ if in_thread => ("m.reference", to.thread.clone()),
            _ => ("m.thread", id.clone()),
        };
        let refers = rel_type != "m.thread";
        to.referred_to |= refers;
        content["m.relates_to"] = json!({ "rel_type": rel_type, "event_id": id });
        match kind {
            Kind::Reaction => content["m.relates_to"]["key"] = json!(format!("key {}", self.step)),
            Kind::Edit => content["m.new_content"] = json!({ "msgtype": "m.text", "body": "edited" }),
            _ => {}
        }
        Some((thread, refers))
    }

    /// Somebody redacts what they said; the creator anything.
    async fn redact(&mut self, number: usize, who: usize) {
        let back = 1 + self.roll(8);
        let room = &mut self.rooms[number];
        // What refers to an event of a thread is in the thread for as long as that one tells.
        let may = |said: &&mut Said| {
            let theirs = said.sender == who || who == 0;
            let bears = !said.thread.is_empty() && said.referred_to;
            theirs && !said.event_id.is_empty() && !said.redacted && !bears
        };
        let mut may: Vec<&mut Said> = room.said.iter_mut().filter(may).collect();
        let chosen = may.len().saturating_sub(back);
        let Some(said) = may.get_mut(chosen) else { return };
        let path = format!("/_matrix/client/v3/rooms/{}/redact/{}/r{}", room.id, said.event_id, self.step);
        self.people[who].client.put(&path, json!({})).await.ok();
        said.redacted = true;
        room.add(Said::new(String::new(), who, Kind::Other));
    }

    async fn read(&mut self, number: usize, who: usize) {
        let recent = self.rooms[number].said.len().saturating_sub(self.roll(20) + 1);
        let (kind, threaded) = (self.roll(5), self.rolls(2));
        let room = &mut self.rooms[number];
        let Some(said) = room.said.get(recent).filter(|said| !said.event_id.is_empty()) else { return };
        let kind = ["m.read", "m.read", "m.read.private", "m.read.private", "m.fully_read"][kind];
        let thread = said.thread.clone();
        let mut body = json!({});
        let threaded = threaded && !said.redacted && kind != "m.fully_read";
        if threaded {
            body["thread_id"] = json!(if thread.is_empty() { "main" } else { &thread });
        }
        let path = format!("/_matrix/client/v3/rooms/{}/receipt/{kind}/{}", room.id, said.event_id);
        self.people[who].client.post(&path, body).await.ok();
        if kind != "m.fully_read" {
            room.read(who, Some(thread.as_str()).filter(|_| threaded), recent + 1);
        }
    }

    async fn change_rules(&mut self, room: usize, who: usize) {
        let (choice, other) = (self.roll(8), self.roll(PEOPLE.len()));
        let other_id = self.people[other].client.user_id.clone();
        let Person { client, wishes, .. } = &mut self.people[who];
        let id = self.rooms[room].id.clone();
        let rule = |path: &str| format!("/_matrix/client/v3/pushrules/global/{path}");
        let silent = json!({ "actions": [] });
        match choice {
            0 | 1 => {
                let actions = json!(["notify", { "set_tweak": "highlight" }]);
                let body = json!({ "pattern": "cake", "actions": actions });
                wishes.keyword = toggle(client, &rule("content/cake"), body, wishes.keyword).await;
            }
            2 => {
                wishes.master = !wishes.master;
                let body = json!({ "enabled": wishes.master });
                client.put(&rule("override/.m.rule.master/enabled"), body).await.ok();
            }
            3 | 4 => {
                wishes.groups_are_silent = !wishes.groups_are_silent;
                let body = json!({ "enabled": !wishes.groups_are_silent });
                client.put(&rule("underride/.m.rule.message/enabled"), body).await.ok();
            }
            5 => {
                let condition = json!({ "kind": "event_match", "key": "room_id", "pattern": id });
                let body = json!({ "conditions": [condition], "actions": [] });
                let path = rule(&format!("override/{id}"));
                let is = toggle(client, &path, body, wishes.muted.contains(&room)).await;
                keep(&mut wishes.muted, room, is);
            }
            6 => {
                let (path, is) = (rule(&format!("room/{id}")), wishes.mentions_only.contains(&room));
                keep(&mut wishes.mentions_only, room, toggle(client, &path, silent, is).await);
            }
            _ => {
                let (path, is) =
                    (rule(&format!("sender/{other_id}")), wishes.silent_senders.contains(&other));
                keep(&mut wishes.silent_senders, other, toggle(client, &path, silent, is).await);
            }
        }
    }

    async fn ignore(&mut self, who: usize) {
        let other = self.roll(PEOPLE.len());
        if other == who {
            return;
        }
        let is = self.people[who].wishes.ignored.contains(&other);
        keep(&mut self.people[who].wishes.ignored, other, !is);
        let ids = self.people[who].wishes.ignored.iter().map(|other| &self.people[*other].client.user_id);
        let users: serde_json::Map<String, Value> = ids.map(|id| (id.clone(), json!({}))).collect();
        let client = &self.people[who].client;
        let path = format!("/_matrix/client/v3/user/{}/account_data/m.ignored_user_list", client.user_id);
        client.put(&path, json!({ "ignored_users": users })).await.ok();
    }

    /// Somebody may mention the whole room, or nobody any more.
    async fn give_power(&mut self, number: usize) {
        let room = &mut self.rooms[number];
        room.powerful = if room.powerful.is_none() { Some(1) } else { None };
        let path = format!("/_matrix/client/v3/rooms/{}/state/m.room.power_levels/", room.id);
        let creator = &self.people[0].client;
        let mut levels = creator.get(&path).await.ok();
        levels["users"] = match room.powerful {
            Some(who) => json!({ self.people[who].client.user_id.as_str(): 50 }),
            None => json!({}),
        };
        creator.put(&path, levels).await.ok();
        room.add(Said::state(0));
    }

    /// What the devices of `who` were told equals a recount.
    async fn check(&mut self, who: usize) {
        let Person { client, sync, sliding, .. } = &mut self.people[who];
        sync.sync(client).await;
        sliding.slide(client).await;
        let person = &self.people[who];
        let name = PEOPLE[who];
        for (number, room) in self.rooms.iter().enumerate().filter(|(_, room)| room.joined.contains(&who)) {
            let expected = room.recount(number, who, &person.wishes);
            self.compared += total(&expected).0;
            let told = person.sync.rooms.get(&room.id).cloned().unwrap_or_default();
            assert_eq!(told, expected, "{name} in room {number}, step {}: {:?}", self.step, person.wishes);
            let told = total(&person.sliding.rooms.get(&room.id).cloned().unwrap_or_default());
            let wishes = &person.wishes;
            assert_eq!(
                told,
                total(&expected),
                "{name}, sliding, room {number}, step {}: {wishes:?}",
                self.step
            );
        }
    }

    /// A device that comes now, and the list of notifications, tell the same as a recount.
    async fn check_anew(&self, who: usize) {
        let (person, mut anew) = (&self.people[who], Told::default());
        anew.sync(&person.client).await;
        let listed = listed(&person.client).await;
        for (number, room) in self.rooms.iter().enumerate().filter(|(_, room)| room.joined.contains(&who)) {
            let expected = room.recount(number, who, &person.wishes);
            let place = format!("{} anew in room {number}, step {}", PEOPLE[who], self.step);
            assert_eq!(anew.rooms.get(&room.id).cloned().unwrap_or_default(), expected, "{place}");
            assert_eq!(
                listed.get(&room.id).copied().unwrap_or_default(),
                total(&expected),
                "{place}, listed"
            );
        }
    }
}

/// Makes a rule, or deletes it where it is there; says whether it is there afterwards.
async fn toggle(client: &Client, path: &str, body: Value, is_there: bool) -> bool {
    if is_there {
        client.delete(path, None).await.ok();
    } else {
        client.put(path, body).await.ok();
    }
    !is_there
}

fn keep(set: &mut HashSet<usize>, what: usize, is_in: bool) {
    if is_in {
        set.insert(what)
    } else {
        set.remove(&what)
    };
}

fn total(counts: &BTreeMap<String, Count>) -> Count {
    counts.values().fold((0, 0), |sum, count| (sum.0 + count.0, sum.1 + count.1))
}

/// By room, what the list of notifications says is unread.
async fn listed(client: &Client) -> HashMap<String, Count> {
    let mut counts: HashMap<String, Count> = HashMap::new();
    let mut from = String::new();
    loop {
        let page = client.get(&format!("/_matrix/client/v3/notifications?limit=100{from}")).await.ok();
        let unread = page["notifications"].as_array().unwrap().iter().filter(|told| told["read"] == false);
        for told in unread {
            let actions = told["actions"].as_array().unwrap();
            let highlight = actions.iter().any(|tweak| {
                tweak["set_tweak"] == "highlight" && tweak.get("value").is_none_or(|value| *value == true)
            });
            let count = counts.entry(told["room_id"].as_str().unwrap().to_owned()).or_default();
            *count = (count.0 + 1, count.1 + i64::from(highlight));
        }
        match page["next_token"].as_str() {
            Some(next) => from = format!("&from={next}"),
            None => return counts,
        }
    }
}

impl Told {
    async fn sync(&mut self, client: &Client) {
        let filter = json!({ "room": { "timeline": { "limit": 1, "unread_thread_notifications": true } } })
            .to_string();
        let mut query = vec![("filter", filter.as_str())];
        if let Some(last) = &self.last {
            query.push(("since", sync_client::token(last)));
        }
        let answer = sync_client::ask(client, &query).await.ok();
        for (id, room) in answer["rooms"]["join"].as_object().into_iter().flatten() {
            let threads = room["unread_thread_notifications"].as_object();
            let mut counts: BTreeMap<String, Count> =
                threads.into_iter().flatten().map(|(root, count)| (root.clone(), pair(count))).collect();
            counts.insert(String::new(), pair(&room["unread_notifications"]));
            counts.retain(|_, count| *count != (0, 0));
            self.rooms.insert(id.clone(), counts);
        }
        self.last = Some(answer);
    }

    async fn slide(&mut self, client: &Client) {
        let request = sliding_client::list(20, 1, &json!([]));
        let answer = match &self.last {
            Some(last) => sliding_client::next(client, last, &request).await,
            None => sliding_client::first(client, &request).await,
        };
        for (id, room) in answer["rooms"].as_object().into_iter().flatten() {
            self.rooms.insert(id.clone(), BTreeMap::from([(String::new(), pair(room))]));
        }
        self.last = Some(answer);
    }
}

async fn counts_equal_a_recount_whatever_happens(server: TestServer) -> TestServer {
    let seed = std::env::var("HEROLD_TEST_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(SEED);
    println!("seed {seed}");
    let mut world = World::new(server, seed).await;
    for step in 0..STEPS {
        world.step = step;
        world.act().await;
        if world.rolls(4) {
            let who = world.roll(PEOPLE.len());
            world.check(who).await;
        }
        if step % 400 == 399 {
            world.server.restart().await;
            for person in &mut world.people {
                person.client = person.client.at(&world.server);
            }
            for who in 0..PEOPLE.len() {
                world.check(who).await;
            }
        }
        if step % 50 == 49 {
            world.check_anew(world.roll(PEOPLE.len())).await;
        }
    }
    assert!(world.compared > 300, "hardly anything was ever unread: {}", world.compared);
    world.server
}

on_both_engines!(counts_equal_a_recount_whatever_happens);
