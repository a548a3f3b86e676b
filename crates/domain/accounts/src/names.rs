//! User names: which are good for a new account, and which user is meant by what people type.
//! Pure: nothing here asks whether a name is taken.

use ruma::{OwnedUserId, ServerName, UserId};

use crate::AccountsError;

/// Letters of a name that the server makes up.
const MADE_UP_LETTERS: usize = 12;
/// Bytes of a whole user id at most, by the specification.
const USER_ID_MAX: usize = 255;

/// The user id that a new account named `wanted` gets. Capitals become small letters: the grammar for
/// new user ids has no others, and people expect no difference.
pub(crate) fn new_user_id(wanted: &str, server_name: &ServerName) -> Result<OwnedUserId, AccountsError> {
    let localpart = wanted.to_ascii_lowercase();
    let invalid = |text: &str| AccountsError::InvalidUsername(text.to_owned());
    if localpart.is_empty() {
        return Err(invalid("A user name needs at least one letter."));
    }
    let allowed =
        |letter: u8| matches!(letter, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'=' | b'-' | b'/' | b'+');
    if !localpart.bytes().all(allowed) {
        return Err(invalid("A user name has only the letters a to z, digits, and . _ = - / +"));
    }
    let user_id = format!("@{localpart}:{server_name}");
    if user_id.len() > USER_ID_MAX {
        return Err(invalid("This user name is too long."));
    }
    if localpart.starts_with('_') {
        return Err(invalid("User names that start with _ are kept for bridges and bots."));
    }
    UserId::parse(user_id).map_err(|_| invalid("This is not a user name."))
}

/// A name for somebody who gave none.
pub(crate) fn made_up(random: &herold_base::Random) -> String {
    random.letters(MADE_UP_LETTERS).to_ascii_lowercase()
}

/// The users of this server that `typed` may mean, the likeliest first: a user id or its localpart, as
/// typed or in small letters.
pub(crate) fn meant(typed: &str, server_name: &ServerName) -> Vec<OwnedUserId> {
    let full = if typed.starts_with('@') { typed.to_owned() } else { format!("@{typed}:{server_name}") };
    let Ok(exact) = UserId::parse(full) else { return Vec::new() };
    if exact.server_name() != server_name || typed.contains('\0') {
        return Vec::new();
    }
    let small = UserId::parse(format!("@{}:{server_name}", exact.localpart().to_lowercase()));
    let small = small.ok().filter(|small| *small != exact);
    std::iter::once(exact).chain(small).collect()
}

#[cfg(test)]
mod tests {
    use ruma::server_name;

    use super::*;

    #[test]
    fn new_names_keep_to_the_grammar() {
        let here = server_name!("example.org");
        let made = |name: &str| new_user_id(name, here).map(|id| id.to_string()).ok();
        assert_eq!(made("Alice").as_deref(), Some("@alice:example.org"));
        assert_eq!(made("a.b_c=d-e/f+1").as_deref(), Some("@a.b_c=d-e/f+1:example.org"));
        let long = "a".repeat(USER_ID_MAX);
        for bad in ["", "a b", "ä", "a:b", "@a", "_bridge", "a\0", long.as_str()] {
            assert_eq!(made(bad), None, "{bad:?}");
        }
        let longest = "a".repeat(USER_ID_MAX - "@:example.org".len());
        assert!(made(&longest).is_some());
    }

    #[test]
    fn people_are_meant_by_localpart_or_by_id_on_this_server_only() {
        let here = server_name!("example.org");
        let meant = |typed: &str| meant(typed, here).iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(meant("alice"), ["@alice:example.org"]);
        assert_eq!(meant("@Alice:example.org"), ["@Alice:example.org", "@alice:example.org"]);
        assert_eq!(meant("@alice:elsewhere.org"), Vec::<String>::new());
        assert_eq!(meant("@:"), Vec::<String>::new());
        assert_eq!(meant("al\0ice"), Vec::<String>::new());
    }
}
