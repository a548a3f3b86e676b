//! Memberships that somebody sets as a state event instead of by the endpoint made for it: whatever that
//! endpoint decides is decided here as well, and what only this server may say is never taken from a client.

use std::collections::BTreeMap;

use ruma::events::room::member::MembershipState;
use ruma::{OwnedUserId, UserId};
use serde_json::value::RawValue;

use super::check_reachable;
use super::join::check_guest_access;
use crate::RoomsError;
use crate::member::json;
use crate::turn::Turn;

/// Who vouches for somebody who joins a restricted room: said by the voucher's server, after it looked.
const VOUCHER: &str = "join_authorised_via_users_server";

impl Turn<'_> {
    /// The content by which `sender` sets the membership of `member`, checked and completed.
    pub(crate) async fn member_content(
        &mut self,
        sender: &UserId,
        member: &str,
        guest: bool,
        content: &RawValue,
    ) -> Result<Box<RawValue>, RoomsError> {
        let malformed = |error: serde_json::Error| RoomsError::BadJson(error.to_string());
        let mut content: BTreeMap<String, Box<RawValue>> =
            serde_json::from_str(content.get()).map_err(malformed)?;
        content.remove(VOUCHER);
        let membership = content.get("membership").and_then(|text| serde_json::from_str(text.get()).ok());
        match membership {
            Some(MembershipState::Join) if sender == member => {
                let before = self.membership(sender).await?;
                if before != Some(MembershipState::Join) {
                    if guest {
                        check_guest_access(self).await?;
                    }
                    let invited = before == Some(MembershipState::Invite);
                    if let Some(voucher) = self.voucher(sender, invited).await? {
                        content.insert(VOUCHER.to_owned(), json(&voucher)?);
                    }
                }
            }
            Some(MembershipState::Invite) => {
                let invalid = |_| RoomsError::InvalidParam("the state key is not a user id".to_owned());
                check_reachable(self.inner, &OwnedUserId::try_from(member).map_err(invalid)?)?;
            }
            _ => {}
        }
        json(&content)
    }
}
