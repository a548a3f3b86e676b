//! The shape of cross-signing keys, and what has to be signed by what. Pure.

use herold_storage::cross_signing::CrossSigningRow;
use ruma::UserId;
use ruma::encryption::{CrossSigningKey, KeyUsage};
use ruma::serde::Raw;

use crate::EncryptionError;
use crate::canonical::{SignedObject, is_public_key};

/// What a cross-signing key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Usage {
    Master,
    SelfSigning,
    UserSigning,
}

impl Usage {
    pub(crate) const ALL: [Usage; 3] = [Usage::Master, Usage::SelfSigning, Usage::UserSigning];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Usage::Master => "master",
            Usage::SelfSigning => "self_signing",
            Usage::UserSigning => "user_signing",
        }
    }

    fn is(self, usage: &KeyUsage) -> bool {
        usage.as_str() == self.as_str()
    }
}

/// A cross-signing key of the right shape.
pub(crate) struct ParsedKey {
    pub(crate) usage: Usage,
    pub(crate) public_key: String,
    pub(crate) signed: SignedObject,
}

impl ParsedKey {
    /// Takes apart what `user_id` uploaded as their key for `usage`.
    pub(crate) fn parse(
        raw: &Raw<CrossSigningKey>,
        usage: Usage,
        user_id: &UserId,
    ) -> Result<Self, EncryptionError> {
        let key = raw.deserialize().map_err(|error| EncryptionError::bad_json(&error))?;
        let invalid =
            |what: &str| Err(EncryptionError::InvalidParam(format!("The {} key {what}.", usage.as_str())));
        if key.user_id != user_id {
            return invalid("names another user");
        }
        if !matches!(key.usage.as_slice(), [only] if usage.is(only)) {
            return invalid("does not say that this is its only use");
        }
        let mut keys = key.keys.into_iter();
        let (Some((key_id, public_key)), None) = (keys.next(), keys.next()) else {
            return invalid("must hold exactly one public key");
        };
        if key_id.as_str() != format!("ed25519:{public_key}") || !is_public_key(&public_key) {
            return invalid("is not an ed25519 key named after itself");
        }
        Ok(Self { usage, public_key, signed: SignedObject::parse(raw.json().get())? })
    }

    /// Whether this is the very key that is stored; signatures do not count.
    pub(crate) fn is(&self, stored: &CrossSigningRow) -> bool {
        stored.usage == self.usage.as_str()
            && SignedObject::parse(&stored.json).is_ok_and(|stored| stored.content() == self.signed.content())
    }

    /// The row to store, with those of its own user's signatures that `keeps` accepts.
    pub(crate) fn row(
        &self,
        user_id: &UserId,
        user_number: i64,
        keeps: impl Fn(&str, &str) -> bool,
    ) -> CrossSigningRow {
        let signatures =
            self.signed.signatures(user_id.as_str()).filter(|(key_id, signature)| keeps(key_id, signature));
        CrossSigningRow {
            user_number,
            usage: self.usage.as_str().to_owned(),
            public_key: self.public_key.clone(),
            json: self.signed.with_signatures(user_id.as_str(), signatures),
        }
    }
}

/// The key for `usage` among a user's keys.
pub(crate) fn find(keys: &[CrossSigningRow], user_number: i64, usage: Usage) -> Option<&CrossSigningRow> {
    keys.iter().find(|key| key.user_number == user_number && key.usage == usage.as_str())
}
