//! `herold room`: what rooms there are, what is taken out of them, and which are deleted. The running server does the
//! work where there is one.

use std::path::Path;

use herold_admin_api::{Answer, Command, Deleted, Room};
use herold_server::Config;

use crate::administration::{ask, time};
use crate::arguments::RoomAction;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

pub(crate) fn run(file: Option<&Path>, action: RoomAction) -> Result<(), String> {
    let command = match action {
        RoomAction::Purge { room, before } => Command::PurgeRoom { room, before_ms: midnight_ms(&before)? },
        RoomAction::ApplyRetention => Command::ApplyRetention,
        RoomAction::Show { room } => Command::ShowRoom { room },
        RoomAction::Delete { room, reason, media, block } => {
            Command::DeleteRoom { room, reason, media, block }
        }
        RoomAction::Unblock { room } => Command::UnblockRoom { room },
        RoomAction::List => return crate::administration::run(file, list),
    };
    crate::administration::run(file, async |config| {
        match ask(config, command).await? {
            Answer::Purged { messages } => println!("{messages} messages were purged."),
            Answer::Room { room, events } => show(&room, events),
            Answer::RoomDeleted { deleted: Deleted { people, events, files } } => {
                println!("{people} people were taken out, {events} events and {files} files are gone.");
            }
            Answer::Unblocked { room_id } => println!("{room_id} may come back."),
            _ => {}
        }
        Ok(())
    })
}

async fn list(config: &Config) -> Result<(), String> {
    let mut after = 0;
    while let Answer::Rooms { rooms } = ask(config, Command::ListRooms { after }).await? {
        let Some(last) = rooms.last() else { break };
        after = last.number;
        rooms.iter().for_each(|room| println!("{}", line(room)));
    }
    Ok(())
}

/// One room: id, members, when it was made, what it is, alias and name, in one line.
fn line(room: &Room) -> String {
    let when = time(room.created_at);
    let (id, members) = (&room.room_id, room.members);
    format!("{id}\t{members}\t{when}\t{}\t{}\t{}", traits(room), plain(&room.alias), plain(&room.name))
        .trim_end()
        .to_owned()
}

fn show(room: &Room, events: i64) {
    println!("{}", room.room_id);
    for (what, text) in [("name", &room.name), ("alias", &room.alias), ("topic", &room.topic)] {
        if text.is_some() {
            println!("  {what}: {}", plain(text));
        }
    }
    println!("  version {}, made {}: {}", room.version, time(room.created_at), traits(room));
    println!("  {} members, {events} events", room.members);
}

/// What a room is, in a few words.
fn traits(room: &Room) -> String {
    let kind = if room.room_type.as_deref() == Some("m.space") { "space" } else { "" };
    let (listed, encrypted) = (room.published.then_some("listed"), room.encrypted.then_some("encrypted"));
    let words = [kind, &room.join_rule, listed.unwrap_or_default(), encrypted.unwrap_or_default()];
    words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(", ")
}

fn plain(text: &Option<String>) -> String {
    text.as_deref().unwrap_or_default().replace(char::is_control, " ")
}

/// The beginning of a day in UTC, milliseconds since the Unix epoch.
fn midnight_ms(date: &str) -> Result<i64, String> {
    let wrong = || format!("{date}: a date is written 2026-11-25");
    let parts: Vec<i64> = date.split('-').map(str::parse).collect::<Result<_, _>>().map_err(|_| wrong())?;
    let [year @ 1970..=9999, month @ 1..=12, day @ 1..=31] = parts[..] else { return Err(wrong()) };
    // Years begin in March here, so that the day which some years have more is their last.
    let (shifted_year, shifted_month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let day_of_year = (153 * shifted_month + 2) / 5 + day - 1;
    let leap_days = shifted_year / 4 - shifted_year / 100 + shifted_year / 400;
    /// Days from 1 March of the year 0 to 1 January 1970.
    const TO_EPOCH: i64 = 719_468;
    Ok((shifted_year * 365 + leap_days + day_of_year - TO_EPOCH) * DAY_MS)
}

#[cfg(test)]
mod tests {
    use super::midnight_ms;

    #[test]
    fn dates_are_read_and_others_refused() {
        let table = [
            ("1970-01-01", 0),
            ("2000-02-29", 951_782_400_000),
            ("2000-03-01", 951_868_800_000),
            ("2026-11-25", 1_795_564_800_000),
        ];
        for (date, ms) in table {
            assert_eq!(midnight_ms(date), Ok(ms), "{date}");
        }
        for odd in ["", "2026", "2026-13-01", "2026-1-0", "x-1-1", "2026-1-1-1", "1969-12-31", "25.11.2026"] {
            assert!(midnight_ms(odd).is_err(), "{odd}");
        }
    }
}
