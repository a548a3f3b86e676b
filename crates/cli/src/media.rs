//! `herold media`: uploaded files, their quarantine, and how much people may keep. The running server does the work
//! where there is one.

use std::path::Path;

use herold_admin_api::{Answer, Command, MediaChoice, MediaFile, MediaUsage};
use herold_server::Config;

use crate::administration::{ask, time};
use crate::arguments::{MediaAction, MediaSelection};

pub(crate) fn run(file: Option<&Path>, action: MediaAction) -> Result<(), String> {
    crate::administration::run(file, async |config| act(config, action).await)
}

async fn act(config: &Config, action: MediaAction) -> Result<(), String> {
    match action {
        MediaAction::List { which, quarantined } => match (choice(which), quarantined) {
            (None, true) => list(config, MediaChoice::Quarantined).await,
            (Some(_), true) => Err("say either --quarantined or which files".to_owned()),
            (which, false) => list(config, which.unwrap_or(MediaChoice::All)).await,
        },
        MediaAction::Quarantine { which } => quarantine(config, which, true).await,
        MediaAction::Unquarantine { which } => quarantine(config, which, false).await,
        MediaAction::Usage { name } => usage(config, name).await,
        MediaAction::Quota { name, kept, per_day } => {
            let command = Command::SetMediaQuota { name, kept_bytes: kept, day_bytes: per_day };
            if let Answer::Done { user_id, .. } = ask(config, command).await? {
                usage(config, Some(user_id)).await?;
            }
            Ok(())
        }
    }
}

fn choice(which: MediaSelection) -> Option<MediaChoice> {
    let MediaSelection { uris, user, room, hash } = which;
    let uris = (!uris.is_empty()).then_some(MediaChoice::Uris(uris));
    uris.or(user.map(MediaChoice::User)).or(room.map(MediaChoice::Room)).or(hash.map(MediaChoice::Hash))
}

async fn list(config: &Config, which: MediaChoice) -> Result<(), String> {
    let mut after = 0;
    while let Answer::Media { files } =
        ask(config, Command::ListMedia { which: which.clone(), after }).await?
    {
        let Some(last) = files.last() else { break };
        after = last.number;
        files.iter().for_each(|file| println!("{}", line(file)));
    }
    Ok(())
}

async fn quarantine(config: &Config, which: MediaSelection, into: bool) -> Result<(), String> {
    let which = choice(which).ok_or("say which files: addresses, --user, --room or --hash")?;
    let command = Command::QuarantineMedia { which, quarantined: into };
    if let Answer::Quarantined { files } = ask(config, command).await? {
        let said = if into { "went into quarantine" } else { "came out of quarantine" };
        println!("{files} different files {said}.");
    }
    Ok(())
}

async fn usage(config: &Config, name: Option<String>) -> Result<(), String> {
    let mut after = String::new();
    loop {
        let command = Command::MediaUsage { name: name.clone(), after: after.clone() };
        let Answer::MediaUsage { people } = ask(config, command).await? else { return Ok(()) };
        let Some(last) = people.last() else { return Ok(()) };
        after.clone_from(&last.user_id);
        people.iter().for_each(|person| println!("{}", line_of(person)));
        if name.is_some() {
            return Ok(());
        }
    }
}

/// One file: address, bytes, uploader, when, what, whether it is in quarantine, hash and name, in one line.
fn line(file: &MediaFile) -> String {
    let state = if file.quarantined_at.is_some() { "quarantined" } else { "" };
    let when = time(file.created_at);
    let plain = |text: &Option<String>| text.as_deref().unwrap_or_default().replace(char::is_control, " ");
    let (who, kind, name) =
        (file.user_id.as_deref().unwrap_or_default(), &file.content_type, &file.file_name);
    let (uri, size, hash) = (&file.uri, file.size, &file.sha256);
    format!("{uri}\t{size}\t{who}\t{when}\t{}\t{state}\t{hash}\t{}", plain(kind), plain(name))
        .trim_end()
        .to_owned()
}

/// One person: id, files, bytes of what may be kept, bytes of what may be uploaded within a day.
fn line_of(person: &MediaUsage) -> String {
    let of = |bytes: u64, limit: Option<u64>| match limit {
        Some(limit) => format!("{bytes} of {limit} bytes"),
        None => format!("{bytes} bytes"),
    };
    let kept = of(person.kept_bytes, person.kept_bytes_max);
    let today = of(person.day_bytes, person.day_bytes_max);
    format!("{}\t{} files\t{kept}\t{today} within a day", person.user_id, person.files)
}
