//! Uploaded files: upload, download, thumbnails; and what links show.
//!
//! Files are answered with headers that keep a browser from running what a stranger uploaded. The
//! old paths, which need no access token, serve no file: every file here is newer than their freeze.

mod create_content;
mod create_content_async;
mod create_mxc_uri;
mod disposition;
mod file_answer;
mod frozen;
mod get_content;
mod get_content_as_filename;
mod get_content_thumbnail;
mod get_media_config;
mod get_media_preview;
mod range;
mod receive;

use http::Method;

use crate::limits::Class;
use crate::routing::Routes;

pub(crate) fn routes(routes: Routes) -> Routes {
    let routes = routes
        .file(Class::Media, create_content::serve)
        .file(Class::Media, create_content_async::serve)
        .signed_in(Class::Media, create_mxc_uri::serve)
        .signed_in(Class::Read, get_media_config::serve)
        .signed_in(Class::Read, get_media_config::serve_deprecated)
        .signed_in(Class::Preview, get_media_preview::serve)
        .signed_in(Class::Preview, get_media_preview::serve_deprecated)
        .file(Class::Media, get_content::serve)
        .file(Class::Media, get_content_as_filename::serve)
        .file(Class::Media, get_content_thumbnail::serve);
    frozen::PATHS.iter().fold(routes, |routes, path| routes.plain(Method::GET, path, frozen::serve))
}
