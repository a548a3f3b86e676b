//! Profiles: what an account shows of itself. Which rooms hear of a change is the caller's affair.

use std::collections::{BTreeMap, HashMap};

use herold_storage::profiles::{self, ProfileField};
use herold_storage::{StorageError, Transaction, accounts, users};
use ruma::{MxcUri, OwnedUserId, UserId};
use serde_json::Value;

use crate::{Accounts, AccountsError, people};

/// Bytes of a whole profile as JSON must stay below this.
const PROFILE_MAX: usize = 64 * 1024;
/// Bytes of a field's name at most.
const FIELD_NAME_MAX: usize = 255;
/// Bytes of a display name at most.
const DISPLAY_NAME_MAX: usize = 1024;
/// Bytes of an avatar's URL at most.
const AVATAR_URL_MAX: usize = 1024;

/// Bytes of a time zone's name at most.
const TIME_ZONE_MAX: usize = 255;
/// The field of the time zone.
const TIME_ZONE: &str = "m.tz";

/// The field of the display name.
pub const DISPLAY_NAME: &str = "displayname";
/// The field of the avatar's URL.
pub const AVATAR_URL: &str = "avatar_url";

/// A profile: its fields and their values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile(pub BTreeMap<String, Value>);

impl Profile {
    /// The display name, where one is set.
    pub fn display_name(&self) -> Option<&str> {
        self.0.get(DISPLAY_NAME)?.as_str()
    }

    /// The avatar, where one is set.
    pub fn avatar_url(&self) -> Option<&MxcUri> {
        self.0.get(AVATAR_URL)?.as_str().map(Into::into)
    }
}

/// What a change of a profile did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileChange {
    /// The profile as it is now.
    pub profile: Profile,
    /// Whether the display name or the avatar changed, which rooms are told.
    pub shown_in_rooms: bool,
}

/// Checks the name of a field: `avatar_url`, `displayname`, or a namespaced identifier.
fn check_field_name(field: &str) -> Result<(), AccountsError> {
    if field.len() > FIELD_NAME_MAX {
        return Err(AccountsError::KeyTooLarge);
    }
    let is_letter = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-');
    let is_part = |part: &str| !part.is_empty() && part.bytes().all(is_letter);
    let namespaced = field.contains('.')
        && field.starts_with(|letter: char| letter.is_ascii_lowercase())
        && field.split('.').all(is_part);
    if namespaced || field == AVATAR_URL || field == DISPLAY_NAME {
        return Ok(());
    }
    let text =
        "A profile field is avatar_url, displayname, or a name like org.example.field in small letters.";
    Err(AccountsError::InvalidParam(text.to_owned()))
}

/// The value to keep; `None` where the field is to be taken away.
fn check_value(field: &str, value: &Value) -> Result<Option<String>, AccountsError> {
    let limit = match field {
        DISPLAY_NAME => DISPLAY_NAME_MAX,
        AVATAR_URL => AVATAR_URL_MAX,
        TIME_ZONE => TIME_ZONE_MAX,
        _ => return Ok(Some(value.to_string())),
    };
    // Clients take a name or an avatar away by setting it to nothing.
    let text = match value {
        Value::Null if field != TIME_ZONE => return Ok(None),
        Value::String(text) if text.is_empty() && field != TIME_ZONE => return Ok(None),
        Value::String(text) => text,
        _ => return Err(AccountsError::InvalidParam(format!("{field} is a text."))),
    };
    if text.len() > limit {
        return Err(AccountsError::TooLarge(format!("{field} has at most {limit} bytes.")));
    }
    if field == AVATAR_URL && !<&MxcUri>::from(text.as_str()).is_valid() {
        return Err(AccountsError::InvalidParam(
            "An avatar is the mxc:// address of an uploaded file.".to_owned(),
        ));
    }
    Ok(Some(value.to_string()))
}

/// Bytes of a profile as JSON.
fn size(fields: &[ProfileField]) -> usize {
    // Quotes, colon and comma of each; names have no letters that JSON escapes.
    2 + fields.iter().map(|field| field.field.len() + field.value.len() + 4).sum::<usize>()
}

fn profile(fields: Vec<ProfileField>) -> Profile {
    let parsed = |field: ProfileField| Some((field.field, serde_json::from_str(&field.value).ok()?));
    Profile(fields.into_iter().filter_map(parsed).collect())
}

impl Accounts {
    /// The profile of an account of this server. Closed accounts show what they had, unless erased.
    pub async fn profile(&self, user_id: &UserId) -> Result<Profile, AccountsError> {
        let wanted = [user_id.to_string()];
        let found = self.0.storage.read(move |session| {
            let found = accounts::by_id(session, &wanted)?;
            let Some(account) = found.first().filter(|account| !account.erased) else {
                return Ok::<_, StorageError>(None);
            };
            Ok(Some(profiles::of_users(session, &[account.user_number])?))
        });
        let no_such_user = || AccountsError::NotFound("This server knows no such user.".to_owned());
        found.await?.map(profile).ok_or_else(no_such_user)
    }

    /// One field of a profile.
    pub async fn profile_field(&self, user_id: &UserId, field: &str) -> Result<Value, AccountsError> {
        let found = self.profile(user_id).await?.0.remove(field);
        found.ok_or_else(|| AccountsError::NotFound("This profile has no such field.".to_owned()))
    }

    /// The profiles of those of `user_ids` who have an account of this server; erased ones are left out.
    pub async fn profiles_by_id(
        &self,
        user_ids: &[OwnedUserId],
    ) -> Result<HashMap<OwnedUserId, Profile>, AccountsError> {
        let wanted: Vec<String> = user_ids.iter().map(ToString::to_string).collect();
        let read = self.0.storage.read(move |session| -> Result<_, StorageError> {
            let mut found = accounts::by_id(session, &wanted)?;
            found.retain(|account| !account.erased);
            let numbers: Vec<i64> = found.iter().map(|account| account.user_number).collect();
            Ok((found, profiles::of_users(session, &numbers)?))
        });
        let (found, fields) = read.await?;
        let mut by_user: HashMap<i64, Vec<ProfileField>> = HashMap::new();
        for field in fields {
            by_user.entry(field.user_number).or_default().push(field);
        }
        let named = |account: accounts::Account| {
            let fields = by_user.remove(&account.user_number).unwrap_or_default();
            Some((OwnedUserId::try_from(account.user_id).ok()?, profile(fields)))
        };
        Ok(found.into_iter().filter_map(named).collect())
    }

    /// The profiles of users by their row numbers, for the rooms; users without one are left out.
    pub async fn profiles(&self, user_numbers: Vec<i64>) -> Result<BTreeMap<i64, Profile>, AccountsError> {
        let read = self.0.storage.read(move |session| profiles::of_users(session, &user_numbers));
        let fields: Result<Vec<ProfileField>, StorageError> = read.await;
        let mut by_user: BTreeMap<i64, Vec<ProfileField>> = BTreeMap::new();
        for field in fields? {
            by_user.entry(field.user_number).or_default().push(field);
        }
        Ok(by_user.into_iter().map(|(user, fields)| (user, profile(fields))).collect())
    }

    /// Sets a field of a profile. An empty display name or avatar is taken away.
    pub async fn set_profile_field(
        &self,
        user_id: &UserId,
        field: &str,
        value: &Value,
    ) -> Result<ProfileChange, AccountsError> {
        check_field_name(field)?;
        let value = check_value(field, value)?;
        self.change_profile(user_id, field.to_owned(), value).await
    }

    /// Takes a field of a profile away, if it is there.
    pub async fn delete_profile_field(
        &self,
        user_id: &UserId,
        field: &str,
    ) -> Result<ProfileChange, AccountsError> {
        check_field_name(field)?;
        self.change_profile(user_id, field.to_owned(), None).await
    }

    async fn change_profile(
        &self,
        user_id: &UserId,
        field: String,
        value: Option<String>,
    ) -> Result<ProfileChange, AccountsError> {
        let wanted = [user_id.to_string()];
        let write = move |transaction: &mut Transaction<'_>| {
            let number = users::numbers(transaction, &wanted)?.remove(&wanted[0]);
            let number =
                number.ok_or_else(|| AccountsError::NotFound("There is no such user.".to_owned()))?;
            let before = profiles::of_users(transaction, &[number])?;
            match &value {
                Some(value) => profiles::set(transaction, number, &field, value)?,
                None => drop(profiles::delete(transaction, number, &field)?),
            }
            let after = profiles::of_users(transaction, &[number])?;
            if value.is_some() && size(&after) >= PROFILE_MAX {
                return Err(AccountsError::ProfileTooLarge);
            }
            if field == DISPLAY_NAME {
                let name = after.iter().find(|kept| kept.field == DISPLAY_NAME);
                let name = people::text(name.map(|kept| kept.value.as_str()));
                people::write_words(transaction, number, &wanted[0], name.as_deref())?;
            }
            let shown = field == DISPLAY_NAME || field == AVATAR_URL;
            Ok((shown && before != after, after))
        };
        let (shown_in_rooms, fields) = self.0.storage.write(write).await?;
        Ok(ProfileChange { profile: profile(fields), shown_in_rooms })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_of_fields_keep_to_the_grammar() {
        for good in ["displayname", "avatar_url", "m.tz", "org.example.job_title", "a.b-c.9"] {
            assert!(check_field_name(good).is_ok(), "{good}");
        }
        for bad in ["", "name", "M.tz", "m.", ".m", "m..tz", "9.a", "m.tz ", "m.\u{e4}"] {
            assert!(matches!(check_field_name(bad), Err(AccountsError::InvalidParam(_))), "{bad}");
        }
        let long = format!("m.{}", "a".repeat(FIELD_NAME_MAX));
        assert!(matches!(check_field_name(&long), Err(AccountsError::KeyTooLarge)));
    }

    #[test]
    fn names_and_avatars_are_texts_and_nothing_takes_them_away() {
        let kept = |field: &str, value: Value| check_value(field, &value).ok();
        assert_eq!(kept(DISPLAY_NAME, json!("Anna")), Some(Some("\"Anna\"".to_owned())));
        assert_eq!(kept(DISPLAY_NAME, json!("")), Some(None));
        assert_eq!(kept(AVATAR_URL, Value::Null), Some(None));
        assert_eq!(kept(AVATAR_URL, json!("mxc://x/y")), Some(Some("\"mxc://x/y\"".to_owned())));
        assert_eq!(kept(AVATAR_URL, json!("https://x/y")), None);
        assert_eq!(kept(DISPLAY_NAME, json!(1)), None);
        assert_eq!(kept(DISPLAY_NAME, json!("x".repeat(DISPLAY_NAME_MAX + 1))), None);
        assert_eq!(kept("m.tz", Value::Null), None);
        assert_eq!(kept("org.example.x", Value::Null), Some(Some("null".to_owned())));
    }

    #[test]
    fn the_size_of_a_profile_is_that_of_its_json() {
        let field = |name: &str, value: Value| ProfileField {
            user_number: 1,
            field: name.to_owned(),
            value: value.to_string(),
        };
        let fields = [field("displayname", json!("An\"na")), field("m.tz", json!("Europe/Berlin"))];
        let whole = json!({ "displayname": "An\"na", "m.tz": "Europe/Berlin" }).to_string();
        // The last comma is counted and not there.
        assert_eq!(size(&fields), whole.len() + 1);
    }
}
