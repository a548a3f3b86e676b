//! Commands about uploaded files: lists, quarantine, and how much people may keep.

use std::collections::BTreeMap;

use herold_media::{ListedFile, OwnQuota, Usage, Which};
use ruma::{OwnedMxcUri, OwnedRoomId};
use serde::{Deserialize, Serialize};

use crate::admin::{PAGE, done, text};
use crate::{Admin, Answer};

/// Which files are meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum MediaChoice {
    /// All of them.
    All,
    /// Those in quarantine.
    Quarantined,
    /// Those with this SHA-256, 64 hexadecimal digits.
    Hash(String),
    /// Those that this person uploaded.
    User(String),
    /// Those that messages of this room name in the open.
    Room(String),
    /// Those at these addresses (`mxc://...`).
    Uris(Vec<String>),
}

/// A file in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediaFile {
    /// Its number; the next page comes after it.
    pub number: i64,
    /// Its address.
    pub uri: String,
    /// Who uploaded it, a user id; nobody where the server fetched it itself.
    pub user_id: Option<String>,
    /// How many bytes.
    pub size: u64,
    /// What the uploader says it is.
    pub content_type: Option<String>,
    /// What the uploader calls it.
    pub file_name: Option<String>,
    /// When it was uploaded, milliseconds since the Unix epoch.
    pub created_at: i64,
    /// SHA-256 of its bytes, in hexadecimal digits.
    pub sha256: String,
    /// Since when nobody may see it, milliseconds since the Unix epoch.
    pub quarantined_at: Option<i64>,
}

/// What a person's files take, and what they may.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediaUsage {
    /// The user id.
    pub user_id: String,
    /// Files.
    pub files: u64,
    /// Bytes of all of them.
    pub kept_bytes: u64,
    /// Bytes of those of the last day.
    pub day_bytes: u64,
    /// Bytes that all may have; none is no bound.
    pub kept_bytes_max: Option<u64>,
    /// Bytes that may be uploaded within a day; none is no bound.
    pub day_bytes_max: Option<u64>,
}

/// The files that are meant, in parts: a room may name more than fit into memory.
enum Parts {
    /// All at once, until they are taken.
    Whole(Option<Which>),
    /// Those that messages of a room after a position name.
    OfRoom { room_id: OwnedRoomId, after: i64 },
}

impl Admin {
    pub(crate) async fn list_media(&self, which: MediaChoice, after: i64) -> Result<Answer, String> {
        let mut parts = self.parts(which).await?;
        let mut files = BTreeMap::new();
        while let Some(which) = self.next_part(&mut parts).await? {
            let found = self.media.list(which, after).await.map_err(text)?;
            files.extend(found.into_iter().map(|found| (found.number, file(found))));
            while files.len() > PAGE as usize {
                files.pop_last();
            }
        }
        Ok(Answer::Media { files: files.into_values().collect() })
    }

    pub(crate) async fn quarantine_media(&self, which: MediaChoice, into: bool) -> Result<Answer, String> {
        let mut parts = self.parts(which).await?;
        let mut files = 0;
        while let Some(which) = self.next_part(&mut parts).await? {
            files += if into {
                self.media.quarantine(which).await.map_err(text)?
            } else {
                self.media.unquarantine(which).await.map_err(text)?
            };
        }
        tracing::info!(files, into, "an administrator decided about the quarantine of files");
        Ok(Answer::Quarantined { files })
    }

    /// What everybody's files take, page by page, or one person's.
    pub(crate) async fn media_usage(&self, name: Option<String>, after: &str) -> Result<Answer, String> {
        let people = match name {
            None => self.accounts.list(after, PAGE).await.map_err(text)?,
            Some(name) => {
                let user_id = self.accounts.meant(&name).map_err(text)?;
                vec![self.accounts.known(&user_id).await.map_err(text)?]
            }
        };
        let numbers = people.iter().map(|person| person.user_number).collect();
        let used = self.media.usage(numbers).await.map_err(text)?;
        let people = people.into_iter().zip(used).map(|(person, used)| usage(person.user_id.into(), used));
        Ok(Answer::MediaUsage { people: people.collect() })
    }

    pub(crate) async fn set_media_quota(
        &self,
        name: &str,
        kept_bytes: Option<u64>,
        day_bytes: Option<u64>,
    ) -> Result<Answer, String> {
        let user_id = self.accounts.meant(name).map_err(text)?;
        let person = self.accounts.listed(&user_id).await.map_err(text)?;
        let quota = OwnQuota { kept_bytes, day_bytes };
        self.media.set_quota(person.user_number, quota).await.map_err(text)?;
        Ok(done(user_id, None))
    }

    async fn parts(&self, choice: MediaChoice) -> Result<Parts, String> {
        Ok(Parts::Whole(Some(match choice {
            MediaChoice::All => Which::All,
            MediaChoice::Quarantined => Which::Quarantined,
            MediaChoice::Hash(hash) => Which::Hash(bytes_of(&hash)?),
            MediaChoice::User(name) => {
                let user_id = self.accounts.meant(&name).map_err(text)?;
                Which::Person(self.accounts.known(&user_id).await.map_err(text)?.user_number)
            }
            MediaChoice::Uris(uris) => {
                Which::Uris(uris.iter().map(|uri| address(uri)).collect::<Result<_, _>>()?)
            }
            MediaChoice::Room(room) => {
                let room_id = OwnedRoomId::try_from(room).map_err(text)?;
                return Ok(Parts::OfRoom { room_id, after: 0 });
            }
        })))
    }

    /// The next part; `None` after the last one.
    async fn next_part(&self, parts: &mut Parts) -> Result<Option<Which>, String> {
        match parts {
            Parts::Whole(which) => Ok(which.take()),
            Parts::OfRoom { room_id, after } => {
                let Some(page) = self.rooms.files(room_id, *after).await.map_err(text)? else {
                    return Ok(None);
                };
                *after = page.until;
                Ok(Some(Which::Uris(page.uris.into_iter().collect())))
            }
        }
    }
}

fn address(text: &str) -> Result<OwnedMxcUri, String> {
    let uri = OwnedMxcUri::from(text);
    if uri.is_valid() {
        Ok(uri)
    } else {
        Err(format!("{text}: an address is written mxc://example.org/Abc123"))
    }
}

fn bytes_of(hash: &str) -> Result<[u8; 32], String> {
    let wrong = || format!("{hash}: a hash is SHA-256 in 64 hexadecimal digits");
    if hash.len() != 64 || !hash.is_ascii() {
        return Err(wrong());
    }
    let mut bytes = [0; 32];
    for (byte, start) in bytes.iter_mut().zip((0..64).step_by(2)) {
        *byte = u8::from_str_radix(&hash[start..start + 2], 16).map_err(|_| wrong())?;
    }
    Ok(bytes)
}

fn file(file: ListedFile) -> MediaFile {
    MediaFile {
        number: file.number,
        uri: file.uri.to_string(),
        user_id: file.user_id,
        size: file.size,
        content_type: file.content_type,
        file_name: file.file_name,
        created_at: file.created_at,
        sha256: file.sha256.iter().map(|byte| format!("{byte:02x}")).collect(),
        quarantined_at: file.quarantined_at,
    }
}

fn usage(user_id: String, used: Usage) -> MediaUsage {
    MediaUsage {
        user_id,
        files: used.files,
        kept_bytes: used.kept_bytes,
        day_bytes: used.day_bytes,
        kept_bytes_max: used.quota.kept_bytes,
        day_bytes_max: used.quota.day_bytes,
    }
}
