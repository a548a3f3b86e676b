//! What people have to agree to before they use this server: documents of the operator, each in a version. Whoever
//! registers agrees on the way; whoever has not agreed to a newer version is given a link to a page where they can.
//!
//! The link is the proof of who agrees: it ends soon, and only the device that was refused is given it.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use herold_base::Random;
use herold_storage::agreements::{self, Agreement};
use herold_storage::{Session, StorageError, Transaction, accounts, tokens};
use hmac::{Hmac, Mac};
use ruma::{OwnedUserId, UserId};

use crate::secrets::hash;
use crate::stored::{check_open, parse_user_id};
use crate::{Accounts, AccountsError, Device};

/// How long a link to the page is good, milliseconds.
pub const LINK_MS: i64 = 60 * 60 * 1000;
/// Letters of chance that the key of the links is made of: 256 bits.
const KEY_LETTERS: usize = 43;
/// The language of a document that has none of those wished.
const USUAL_LANGUAGE: &str = "en";

/// What people have to agree to. Without documents nobody has to agree to anything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// The documents in force.
    pub documents: Vec<Document>,
    /// The address of the page where people agree.
    pub page: String,
}

/// A document in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Its id, which stays when its version changes.
    pub id: String,
    /// The version in force.
    pub version: String,
    /// Its name and address by language (RFC 5646).
    pub languages: BTreeMap<String, Translation>,
}

/// A document in one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Translation {
    /// What it is called.
    pub name: String,
    /// Where to read it.
    pub url: String,
}

impl Document {
    /// The document in the language `wished`, a tag's first part, or else in English, or else in any.
    pub fn translation(&self, wished: &str) -> Option<&Translation> {
        let in_language = |wished: &str| {
            let primary = |tag: &String| tag.split(['-', '_']).next().unwrap_or_default().to_lowercase();
            self.languages.iter().find(|(tag, _)| primary(tag) == wished).map(|(_, translation)| translation)
        };
        let found = in_language(wished).or_else(|| in_language(USUAL_LANGUAGE));
        found.or_else(|| self.languages.values().next())
    }
}

/// Whom a link belongs to, and what is asked of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The account.
    pub user_id: OwnedUserId,
    /// The account's row number.
    pub user_number: i64,
    /// Whether they agreed to everything that is in force.
    pub agreed: bool,
}

/// A version of a document that somebody agreed to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreed {
    /// The document's id.
    pub document: String,
    /// The version.
    pub version: String,
    /// When, milliseconds.
    pub agreed_at: i64,
    /// Whether this version is in force.
    pub in_force: bool,
}

/// Signs links. Every node of the server has the same, so that a link is good wherever it is followed.
#[derive(Clone, PartialEq, Eq)]
pub struct LinkKey([u8; 32]);

impl LinkKey {
    /// A new key as text, to be kept for ever.
    pub fn generate(random: &Random) -> String {
        random.letters(KEY_LETTERS)
    }

    /// The key that is kept as `text`.
    pub fn read(text: &str) -> Self {
        Self(hash(text))
    }

    fn signed(&self, user_number: i64, until_ms: i64) -> Hmac<sha2::Sha256> {
        let mut key = [0; 64];
        key[..self.0.len()].copy_from_slice(&self.0);
        let mut mac = Hmac::new((&key).into());
        mac.update(&user_number.to_be_bytes());
        mac.update(&until_ms.to_be_bytes());
        mac
    }

    fn make(&self, user_number: i64, until_ms: i64) -> String {
        let signature = self.signed(user_number, until_ms).finalize().into_bytes();
        format!("{user_number}.{until_ms}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// Whose link this is, unless it has ended or was not made here.
    fn owner(&self, link: &str, now_ms: i64) -> Option<i64> {
        let mut parts = link.splitn(3, '.');
        let user_number: i64 = parts.next()?.parse().ok()?;
        let until_ms: i64 = parts.next()?.parse().ok()?;
        let signature = URL_SAFE_NO_PAD.decode(parts.next()?).ok()?;
        self.signed(user_number, until_ms).verify_slice(&signature).ok()?;
        (now_ms < until_ms).then_some(user_number)
    }
}

impl Accounts {
    /// That the owner of `device` has yet to agree, with the link to the page where they can.
    pub fn consent_not_given(&self, device: &Device) -> AccountsError {
        let until_ms = self.0.clock.now_ms().saturating_add(LINK_MS);
        let link = self.0.links.make(device.user_number, until_ms);
        AccountsError::ConsentNotGiven { consent_uri: format!("{}?link={link}", self.0.settings.terms.page) }
    }

    /// Whom `link` belongs to, and whether they agreed.
    ///
    /// # Errors
    ///
    /// [`AccountsError::Forbidden`] for a link that has ended or was not made here, and what keeps an account from
    /// being used.
    pub async fn asked_by(&self, link: &str) -> Result<Asked, AccountsError> {
        let user_number = self.0.links.owner(link, self.0.clock.now_ms());
        let ended = || AccountsError::Forbidden("This link has ended.".to_owned());
        let user_number = user_number.ok_or_else(ended)?;
        let terms = self.0.settings.terms.clone();
        let read = self.0.storage.read(move |session| {
            let account = accounts::by_number(session, &[user_number])?.pop().ok_or_else(ended)?;
            check_open(&account)?;
            Ok::<_, AccountsError>((account.user_id, is_agreed(session, &terms, user_number)?))
        });
        let (user_id, agreed) = read.await?;
        Ok(Asked { user_id: parse_user_id(&user_id)?, user_number, agreed })
    }

    /// Notes that an account agrees to everything that is in force now.
    pub async fn agree(&self, user_number: i64) -> Result<(), AccountsError> {
        if self.0.settings.terms.documents.is_empty() {
            return Ok(());
        }
        let now_ms = self.0.clock.now_ms();
        let agreement = |document: &Document| Agreement {
            document: document.id.clone(),
            version: document.version.clone(),
            agreed_at: now_ms,
        };
        let agreed: Vec<Agreement> = self.0.settings.terms.documents.iter().map(agreement).collect();
        let write = move |transaction: &mut Transaction<'_>| {
            agreements::add(transaction, user_number, &agreed)?;
            tokens::of_user(transaction, user_number)
        };
        let affected: Result<Vec<Vec<u8>>, StorageError> = self.0.storage.write(write).await;
        self.0.callers.forget(&affected?);
        Ok(())
    }

    /// Everything that an account agreed to, the oldest first.
    pub async fn agreements(&self, user_id: &UserId) -> Result<Vec<Agreed>, AccountsError> {
        let user_number = self.known(user_id).await?.user_number;
        let read = self.0.storage.read(move |session| agreements::of_user(session, user_number));
        let found: Result<Vec<Agreement>, StorageError> = read.await;
        let documents = &self.0.settings.terms.documents;
        let agreed = |row: Agreement| Agreed {
            in_force: documents.iter().any(|document| is_of(&row, document)),
            document: row.document,
            version: row.version,
            agreed_at: row.agreed_at,
        };
        Ok(found?.into_iter().map(agreed).collect())
    }
}

/// Whether an account agreed to everything that is in force.
pub(crate) fn is_agreed(
    session: &mut Session,
    terms: &Terms,
    user_number: i64,
) -> Result<bool, StorageError> {
    if terms.documents.is_empty() {
        return Ok(true);
    }
    let agreed = agreements::of_user(session, user_number)?;
    Ok(terms.documents.iter().all(|document| agreed.iter().any(|row| is_of(row, document))))
}

fn is_of(row: &Agreement, document: &Document) -> bool {
    row.document == document.id && row.version == document.version
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_its_owners_until_it_ends_and_cannot_be_changed() {
        let links = LinkKey::read(&LinkKey::generate(&Random::System));
        let link = links.make(7, 100);
        assert_eq!(links.owner(&link, 99), Some(7));
        assert_eq!(links.owner(&link, 100), None);
        for forged in [link.replacen('7', "8", 1), link.replacen("100", "900", 1), "7.100".to_owned()] {
            assert_eq!(links.owner(&forged, 99), None, "{forged}");
        }
        let other = LinkKey::read(&LinkKey::generate(&Random::System));
        assert_eq!(other.owner(&link, 99), None, "of another server");
    }

    #[test]
    fn a_document_is_shown_in_the_language_that_comes_closest() {
        let translation = |name: &str| Translation { name: name.to_owned(), url: String::new() };
        let languages = [("de-AT", "Bedingungen"), ("en", "Terms"), ("nl", "Voorwaarden")];
        let languages = languages.map(|(tag, name)| (tag.to_owned(), translation(name)));
        let mut document =
            Document { id: "a".to_owned(), version: "1".to_owned(), languages: languages.into() };
        let name = |document: &Document, wished| document.translation(wished).unwrap().name.clone();
        assert_eq!(name(&document, "de"), "Bedingungen");
        assert_eq!(name(&document, "fr"), "Terms");
        document.languages.remove("en");
        assert_eq!(name(&document, "fr"), "Bedingungen");
    }
}
