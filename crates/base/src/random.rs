//! Chance, as a value. Nothing else in the workspace may draw random numbers.

use std::sync::{Arc, Mutex, PoisonError};

use rand::rngs::{OsRng, StdRng};
use rand::{Rng, RngCore, SeedableRng};

/// A source of randomness; clones draw from the same source.
#[derive(Clone, Debug)]
pub enum Random {
    /// The operating system's generator, fit for keys and tokens.
    System,
    /// A generator that repeats itself for the same seed: for tests and simulation only.
    Seeded(Arc<Mutex<StdRng>>),
}

const LETTERS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

impl Random {
    /// A repeating source for `seed`.
    pub fn seeded(seed: u64) -> Self {
        Random::Seeded(Arc::new(Mutex::new(StdRng::seed_from_u64(seed))))
    }

    /// Fills `bytes`.
    pub fn fill(&self, bytes: &mut [u8]) {
        self.draw(|source| source.fill_bytes(bytes));
    }

    /// A string of `length` letters and digits (5.95 bits each), each equally likely.
    pub fn letters(&self, length: usize) -> String {
        self.draw(|source| {
            (0..length).map(|_| char::from(LETTERS[source.gen_range(0..LETTERS.len())])).collect()
        })
    }

    fn draw<T>(&self, with: impl FnOnce(&mut dyn RngCore) -> T) -> T {
        match self {
            Random::System => with(&mut OsRng),
            Random::Seeded(source) => with(&mut *source.lock().unwrap_or_else(PoisonError::into_inner)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_itself_and_another_differs() {
        let drawn = |seed| Random::seeded(seed).letters(40);
        assert_eq!(drawn(7), drawn(7));
        assert_ne!(drawn(7), drawn(8));
    }

    #[test]
    fn letters_are_as_many_as_asked_for_and_plain() {
        let word = Random::System.letters(43);
        assert_eq!(word.len(), 43);
        assert!(word.bytes().all(|letter| letter.is_ascii_alphanumeric()));
    }
}
