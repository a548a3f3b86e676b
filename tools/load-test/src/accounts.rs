//! Accounts for a load: registered as needed, and kept in a file for later runs where one is named.

use std::path::PathBuf;

use herold_base::Random;

use crate::api::{Account, Api};
use crate::error::LoadError;
use crate::side_by_side::all;

/// Letters that tell the accounts of one run from those of another.
const RUN_LETTERS: usize = 8;

/// The accounts known so far.
pub struct Accounts {
    file: Option<PathBuf>,
    run: String,
    known: Vec<Account>,
}

impl Accounts {
    /// Takes what the file holds, unless it belongs to another server or another life of this one.
    pub async fn open(api: &Api, file: Option<PathBuf>) -> Result<Self, LoadError> {
        let mut known: Vec<Account> = match &file {
            Some(path) if path.exists() => {
                let failed = |reason: String| LoadError::Accounts { path: path.clone(), reason };
                let text = std::fs::read(path).map_err(|error| failed(error.to_string()))?;
                serde_json::from_slice(&text).map_err(|error| failed(error.to_string()))?
            }
            _ => Vec::new(),
        };
        if let Some(first) = known.first()
            && !api.is_signed_in(first).await
        {
            known.clear();
        }
        let run = Random::System.letters(RUN_LETTERS).to_lowercase();
        Ok(Self { file, run, known })
    }

    /// The first `count` accounts; those that are missing are registered.
    pub async fn take(&mut self, api: &Api, count: usize) -> Result<Vec<Account>, LoadError> {
        let from = self.known.len();
        if from < count {
            let run = &self.run;
            let register = |index: usize| async move { api.register(&format!("load-{run}-{index}")).await };
            self.known.extend(all(from..count, register).await?);
            self.keep()?;
        }
        Ok(self.known[..count].to_vec())
    }

    fn keep(&self) -> Result<(), LoadError> {
        let Some(path) = &self.file else { return Ok(()) };
        let failed = |reason: String| LoadError::Accounts { path: path.clone(), reason };
        let text = serde_json::to_vec(&self.known).map_err(|error| failed(error.to_string()))?;
        std::fs::write(path, text).map_err(|error| failed(error.to_string()))
    }
}
