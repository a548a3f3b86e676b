//! `herold backup` and `herold restore`.

use std::path::Path;

use herold_base::Clock;
use herold_server::backup;

pub(crate) fn save(file: Option<&Path>, folder: &Path) -> Result<(), String> {
    let config = crate::config::load(file)?;
    let saved = backup::save(&config, folder, Clock::System.now_ms()).map_err(|error| error.to_string())?;
    println!("Saved the database and {} files in {}.", saved.files, folder.display());
    println!(
        "It holds the server's signing key and everything people keep here: store it where nobody else can read it."
    );
    if saved.damaged.is_empty() {
        return Ok(());
    }
    let (count, keys) = (saved.damaged.len(), saved.damaged.join(", "));
    Err(format!("the backup is complete, but {count} of its files are not what was uploaded: {keys}"))
}

pub(crate) fn restore(file: Option<&Path>, folder: &Path) -> Result<(), String> {
    let config = crate::config::load(file)?;
    let files =
        backup::restore(&config, folder, Clock::System.now_ms()).map_err(|error| error.to_string())?;
    println!("Restored the database and {files} files. Every byte is what was saved.");
    println!("Start the server with: herold serve");
    Ok(())
}
