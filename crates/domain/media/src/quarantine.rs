//! Quarantine: bytes that nobody may see any more, under whatever address, whoever uploads them again. They stay, so
//! that they can be looked into and let go.

use herold_storage::media_lists::{self, Choice, ListedMedia};
use ruma::{OwnedMxcUri, OwnedServerName};

use crate::{Media, MediaError};

/// Files that are read, or put into quarantine, in one step.
const STEP: i64 = 500;

/// Which files are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which {
    /// All.
    All,
    /// Those in quarantine.
    Quarantined,
    /// Those with this SHA-256.
    Hash([u8; 32]),
    /// Those that somebody uploaded, by row number.
    Person(i64),
    /// Those at these addresses.
    Uris(Vec<OwnedMxcUri>),
}

/// A file in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedFile {
    /// Its place in the list: the next page comes after it.
    pub number: i64,
    /// Its address.
    pub uri: OwnedMxcUri,
    /// Who uploaded it; `None` where the server fetched it itself.
    pub user_id: Option<String>,
    /// How many bytes.
    pub size: u64,
    /// What the uploader says it is.
    pub content_type: Option<String>,
    /// What the uploader calls it.
    pub file_name: Option<String>,
    /// When it was uploaded, milliseconds.
    pub created_at: i64,
    /// SHA-256 of its bytes.
    pub sha256: Vec<u8>,
    /// Since when nobody may see it, milliseconds.
    pub quarantined_at: Option<i64>,
}

impl Media {
    /// A page of files after `after`, in the order in which they came.
    pub async fn list(&self, which: Which, after: i64) -> Result<Vec<ListedFile>, MediaError> {
        let read = self.0.storage.read(move |session| {
            let mut found = Vec::new();
            for choice in choices(&which) {
                found.extend(media_lists::list(session, &choice, after, STEP)?);
            }
            Ok::<_, MediaError>(found)
        });
        let mut found = read.await?;
        found.sort_by_key(|file| file.media_number);
        found.truncate(usize::try_from(STEP).unwrap_or_default());
        Ok(found.into_iter().map(listed).collect())
    }

    /// Lets nobody see the bytes of these files any more. Answers how many different ones that are; those that were in
    /// quarantine before are not counted.
    pub async fn quarantine(&self, which: Which) -> Result<u64, MediaError> {
        let now_ms = self.0.clock.now_ms();
        let mut changed = 0;
        for choice in choices(&which) {
            let mut after = 0;
            // Ends because every step begins behind the one before.
            loop {
                let numbers = self.step(&choice, after).await?;
                let Some(last) = numbers.last() else { break };
                after = *last;
                let write = move |transaction: &mut herold_storage::Transaction<'_>| {
                    Ok::<_, MediaError>(media_lists::quarantine(transaction, numbers, now_ms)?)
                };
                changed += self.0.storage.write(write).await?;
            }
        }
        Ok(changed)
    }

    /// Lets the bytes of these files be seen again, and removes those that no file has any more. Answers how many
    /// different ones came out of quarantine.
    pub async fn unquarantine(&self, which: Which) -> Result<u64, MediaError> {
        let mut changed = 0;
        for choice in choices(&which) {
            let mut after = 0;
            loop {
                let numbers = self.step(&choice, after).await?;
                let Some(last) = numbers.last() else { break };
                after = *last;
                changed += self.release(numbers).await?;
            }
        }
        Ok(changed)
    }

    async fn step(&self, choice: &Choice, after: i64) -> Result<Vec<i64>, MediaError> {
        let choice = choice.clone();
        let read = self.0.storage.read(move |session| media_lists::blobs(session, &choice, after, STEP));
        Ok(read.await?)
    }
}

/// What is asked of the storage, one after the other.
fn choices(which: &Which) -> Vec<Choice> {
    let uris = match which {
        Which::All => return vec![Choice::All],
        Which::Quarantined => return vec![Choice::Quarantined],
        Which::Hash(hash) => return vec![Choice::Hash(hash.to_vec())],
        Which::Person(user_number) => return vec![Choice::Person(*user_number)],
        Which::Uris(uris) => uris,
    };
    let mut of_servers = std::collections::BTreeMap::<OwnedServerName, Vec<String>>::new();
    for (server_name, media_id) in uris.iter().filter_map(|uri| uri.parts().ok()) {
        of_servers.entry(server_name.to_owned()).or_default().push(media_id.to_owned());
    }
    of_servers.into_iter().map(|(server_name, ids)| Choice::Ids(server_name.into(), ids)).collect()
}

fn listed(file: ListedMedia) -> ListedFile {
    ListedFile {
        number: file.media_number,
        uri: OwnedMxcUri::from(format!("mxc://{}/{}", file.server_name, file.media_id)),
        user_id: file.user_id,
        size: u64::try_from(file.size_bytes).unwrap_or_default(),
        content_type: file.content_type,
        file_name: file.file_name,
        created_at: file.created_at,
        sha256: file.sha256,
        quarantined_at: file.quarantined_at,
    }
}
