//! Passwords: argon2id, a bounded number at a time, so that signing in can never take the machine
//! from those who are signed in. Passwords are never logged and never kept.

use std::sync::Arc;

use argon2::password_hash::SaltString;
use argon2::{Algorithm, Argon2, Params, PasswordHash, PasswordHasher, PasswordVerifier, Version};
use herold_base::Random;
use tokio::sync::Semaphore;

use crate::{AccountsError, Hashing};

/// Bytes of a password at most; longer ones are not worth their hashing.
pub(crate) const PASSWORD_MAX: usize = 512;

pub(crate) struct Passwords {
    argon2: Argon2<'static>,
    random: Random,
    workers: Arc<Semaphore>,
    /// Permits for those who are being served or wait to be.
    admitted: Semaphore,
}

impl Passwords {
    pub(crate) fn new(hashing: &Hashing, random: Random) -> Self {
        let params = Params::new(hashing.memory_kib, hashing.passes, hashing.lanes, None).unwrap_or_default();
        let workers = hashing.workers.max(1);
        Self {
            argon2: Argon2::new(Algorithm::Argon2id, Version::V0x13, params),
            random,
            workers: Arc::new(Semaphore::new(workers)),
            admitted: Semaphore::new(workers + hashing.waiting_max),
        }
    }

    /// Checks that a new password may be used.
    pub(crate) fn check_strength(&self, password: &str, letters_min: usize) -> Result<(), AccountsError> {
        if password.chars().count() < letters_min {
            let text = format!("Choose a longer password: at least {letters_min} characters.");
            return Err(AccountsError::WeakPassword(text));
        }
        if password.len() > PASSWORD_MAX {
            let text = format!("Choose a shorter password: at most {PASSWORD_MAX} bytes.");
            return Err(AccountsError::InvalidParam(text));
        }
        Ok(())
    }

    /// The PHC text to keep for `password`.
    pub(crate) async fn hash(&self, password: String) -> Result<String, AccountsError> {
        let salt = self.salt()?;
        let argon2 = self.argon2.clone();
        let work = move || argon2.hash_password(password.as_bytes(), &salt).map(|hash| hash.to_string());
        self.run(work).await?.map_err(hashing_failed)
    }

    /// Whether `password` is the one of `kept`. Costs the same when there is none to compare with.
    pub(crate) async fn verify(&self, password: String, kept: Option<String>) -> Result<bool, AccountsError> {
        if password.len() > PASSWORD_MAX {
            return Ok(false);
        }
        let Some(kept) = kept else {
            self.hash(password).await?;
            return Ok(false);
        };
        let argon2 = self.argon2.clone();
        let work = move || {
            let hash = PasswordHash::new(&kept)?;
            match argon2.verify_password(password.as_bytes(), &hash) {
                Ok(()) => Ok(true),
                Err(argon2::password_hash::Error::Password) => Ok(false),
                Err(error) => Err(error),
            }
        };
        self.run(work).await?.map_err(hashing_failed)
    }

    /// Whether `kept` was hashed at another cost than passwords are now.
    pub(crate) fn is_outdated(&self, kept: &str) -> bool {
        let params = PasswordHash::new(kept).and_then(|hash| Params::try_from(&hash));
        let cost = |params: &Params| (params.m_cost(), params.t_cost(), params.p_cost());
        params.is_ok_and(|params| cost(&params) != cost(self.argon2.params()))
    }

    fn salt(&self) -> Result<SaltString, AccountsError> {
        let mut bytes = [0; 16];
        self.random.fill(&mut bytes);
        SaltString::encode_b64(&bytes).map_err(hashing_failed)
    }

    /// Runs `work` on a thread that may be busy, when it is its turn.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, AccountsError> {
        let _admitted = self.admitted.try_acquire().map_err(|_| AccountsError::Busy)?;
        let worker = Arc::clone(&self.workers).acquire_owned().await.map_err(|_| AccountsError::Busy)?;
        let working = tokio::task::spawn_blocking(move || {
            // Held by the thread: whoever stops waiting does not free it for more.
            let _worker = worker;
            work()
        });
        working.await.map_err(|_| AccountsError::Busy)
    }
}

fn hashing_failed(error: argon2::password_hash::Error) -> AccountsError {
    AccountsError::Hashing(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cheap(workers: usize, waiting_max: usize) -> Passwords {
        let hashing = Hashing { memory_kib: 8, passes: 1, lanes: 1, workers, waiting_max };
        Passwords::new(&hashing, Random::seeded(1))
    }

    #[tokio::test]
    async fn a_password_is_known_again_and_another_is_not() {
        let passwords = cheap(1, 4);
        let kept = passwords.hash("correct horse".to_owned()).await.unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=8,t=1,p=1$"), "{kept}");
        assert_ne!(kept, passwords.hash("correct horse".to_owned()).await.unwrap(), "each has its own salt");
        assert!(passwords.verify("correct horse".to_owned(), Some(kept.clone())).await.unwrap());
        assert!(!passwords.verify("wrong horse".to_owned(), Some(kept.clone())).await.unwrap());
        assert!(!passwords.verify("correct horse".to_owned(), None).await.unwrap());
        assert!(!passwords.verify("x".repeat(PASSWORD_MAX + 1), Some(kept)).await.unwrap());
    }

    #[tokio::test]
    async fn a_password_hashed_at_another_cost_is_outdated() {
        let kept = cheap(1, 4).hash("correct horse".to_owned()).await.unwrap();
        assert!(!cheap(1, 4).is_outdated(&kept));
        let hashing = Hashing { memory_kib: 16, passes: 1, lanes: 1, workers: 1, waiting_max: 4 };
        let dearer = Passwords::new(&hashing, Random::seeded(1));
        assert!(dearer.is_outdated(&kept));
        assert!(dearer.verify("correct horse".to_owned(), Some(kept)).await.unwrap());
        assert!(!dearer.is_outdated("nothing of the kind"));
    }

    #[tokio::test]
    async fn more_than_may_wait_are_refused() {
        let passwords = cheap(1, 1);
        let _busy = passwords.admitted.try_acquire_many(2).unwrap();
        assert!(matches!(passwords.hash("any".to_owned()).await, Err(AccountsError::Busy)));
    }

    #[test]
    fn short_passwords_are_weak_and_endless_ones_are_refused() {
        let passwords = cheap(1, 1);
        assert!(matches!(passwords.check_strength("1234567", 8), Err(AccountsError::WeakPassword(_))));
        assert!(passwords.check_strength("12345678", 8).is_ok());
        let endless = "x".repeat(PASSWORD_MAX + 1);
        assert!(matches!(passwords.check_strength(&endless, 8), Err(AccountsError::InvalidParam(_))));
    }
}
