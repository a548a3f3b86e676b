//! Embeds the web app as web/ built it, with what it compressed beforehand. Without it the binary is whole, but shows
//! the landing page; with HEROLD_REQUIRE_WEB set that is a mistake. An app that is older than its sources is embedded
//! with a warning. Nothing here may build, fetch or change anything.

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::SystemTime;
use std::{env, fs};

/// Whoever sets this wants no binary without the app.
const REQUIRED: &str = "HEROLD_REQUIRE_WEB";
/// What lies beside the sources of the app, here as in the Makefile.
const NO_SOURCES: [&str; 3] = ["node_modules", "dist", "end-to-end"];

fn main() -> Result<(), Box<dyn Error>> {
    // The folder above the app is always there, so that cargo sees when the app comes and goes.
    let web = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("../../../web");
    let above = web.join("dist");
    let app = above.join("app");
    println!("cargo::rerun-if-env-changed={REQUIRED}");
    println!("cargo::rerun-if-changed={}", above.display());
    let mut files = Vec::new();
    let index = app.join("index.html");
    if index.exists() {
        collect(&app, &mut files)?;
        warn_of_newer(&web, fs::metadata(&index)?.modified()?)?;
    } else if env::var_os(REQUIRED).is_some() {
        return Err(format!("{REQUIRED} is set, but the web app is not built: make web").into());
    }
    files.sort();
    let mut table = String::from("&[\n");
    for file in &files {
        let path = file.strip_prefix(&app)?.to_str().ok_or("a file of the web app has no name in UTF-8")?;
        let file = file.canonicalize()?;
        writeln!(
            table,
            "File {{ path: {path:?}, plain: include_bytes!({file:?}), brotli: {}, gzip: {} }},",
            beside(&file, "br"),
            beside(&file, "gz"),
        )?;
    }
    table.push(']');
    fs::write(Path::new(&env::var("OUT_DIR")?).join("files.rs"), table)?;
    Ok(())
}

/// Says so where the app's sources are newer than the app, which was built at `built`.
fn warn_of_newer(web: &Path, built: SystemTime) -> std::io::Result<()> {
    let mut newer = None;
    for entry in fs::read_dir(web)? {
        let path = entry?.path();
        if !is_beside(&path) {
            println!("cargo::rerun-if-changed={}", path.display());
            newer = newer.or(newer_than(built, &path)?);
        }
    }
    if let Some(newer) = newer {
        let newer = newer.strip_prefix(web).unwrap_or(&newer).display();
        println!(
            "cargo::warning=web/{newer} is newer than the web app: without `make web` the binary has the old one"
        );
    }
    Ok(())
}

/// A file at or below `path` that was changed after `built`.
fn newer_than(built: SystemTime, path: &Path) -> std::io::Result<Option<PathBuf>> {
    if is_beside(path) {
        return Ok(None);
    }
    // What an editor leaves for a moment may lead nowhere.
    let Ok(found) = fs::metadata(path) else { return Ok(None) };
    if !found.is_dir() {
        return Ok((found.modified()? > built).then(|| path.to_owned()));
    }
    for entry in fs::read_dir(path)? {
        if let Some(newer) = newer_than(built, &entry?.path())? {
            return Ok(Some(newer));
        }
    }
    Ok(None)
}

fn is_beside(path: &Path) -> bool {
    path.file_name().is_some_and(|name| NO_SOURCES.iter().any(|other| name == *other))
}

/// The files below `folder`, without their compressed forms.
fn collect(folder: &Path, into: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, into)?;
        } else if !path.extension().is_some_and(|extension| extension == "br" || extension == "gz") {
            into.push(path);
        }
    }
    Ok(())
}

/// The compressed form of `file`, where it was worth keeping.
fn beside(file: &Path, extension: &str) -> String {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(extension);
    if Path::new(&name).exists() { format!("Some(include_bytes!({name:?}))") } else { "None".to_owned() }
}
