//! The files of the app as the build script found them.

/// One file of the app.
pub(super) struct File {
    /// Its path below the app's folder.
    pub(super) path: &'static str,
    pub(super) plain: &'static [u8],
    /// Compressed beforehand, where that makes it smaller.
    pub(super) brotli: Option<&'static [u8]>,
    pub(super) gzip: Option<&'static [u8]>,
}

/// All files; none where the app was not built before the binary.
pub(super) static FILES: &[File] = include!(concat!(env!("OUT_DIR"), "/files.rs"));
