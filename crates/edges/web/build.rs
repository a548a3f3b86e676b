//! Embeds the web app as web/ built it, with what it compressed beforehand. Without it the binary is whole, but shows
//! the landing page; with HEROLD_REQUIRE_WEB set that is a mistake. Nothing here may build, fetch or change anything.

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// Whoever sets this wants no binary without the app.
const REQUIRED: &str = "HEROLD_REQUIRE_WEB";

fn main() -> Result<(), Box<dyn Error>> {
    // The folder above the app is always there, so that cargo sees when the app comes and goes.
    let above = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("../../../web/dist");
    let app = above.join("app");
    println!("cargo::rerun-if-env-changed={REQUIRED}");
    println!("cargo::rerun-if-changed={}", above.display());
    let mut files = Vec::new();
    if app.join("index.html").exists() {
        collect(&app, &mut files)?;
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
