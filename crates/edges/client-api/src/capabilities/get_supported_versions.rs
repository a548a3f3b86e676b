//! GET /_matrix/client/versions

use ruma::api::client::discovery::get_supported_versions::{Request, Response};

use crate::call::{SharedApi, Visitor};
use crate::error::ApiError;

/// Versions of the specification whose paths and forms are spoken here. Clients choose paths by them;
/// which operations are not served yet, docs/protocol/coverage.md says.
const VERSIONS: &[&str] = &[
    "v1.1", "v1.2", "v1.3", "v1.4", "v1.5", "v1.6", "v1.7", "v1.8", "v1.9", "v1.10", "v1.11", "v1.12",
    "v1.13", "v1.14", "v1.15", "v1.16", "v1.17", "v1.18",
];

/// What is served beyond them under unstable names, by its name in `unstable_features`; docs/protocol/unstable.tsv has
/// all of them. fi.mau.msc2815 is what redacted events said, io.element.msc4388 and org.matrix.msc4108 are where devices meet of which one signs the other in,
/// org.matrix.msc3814 are dehydrated devices, org.matrix.msc4140 delayed events, org.matrix.msc4143 is the
/// discovery of transports of calls, org.matrix.msc4306 and org.matrix.msc4308 are subscriptions to threads,
/// org.matrix.simplified_msc3575 is sliding sync (MSC4186).
const UNSTABLE_FEATURES: &[&str] = &[
    "fi.mau.msc2815",
    "io.element.msc4388",
    "org.matrix.msc3814",
    "org.matrix.msc4140",
    "org.matrix.msc4143",
    "org.matrix.msc4306",
    "org.matrix.msc4308",
    "org.matrix.simplified_msc3575",
];

pub(crate) async fn serve(api: SharedApi, _: Visitor, _: Request) -> Result<Response, ApiError> {
    let mut response = Response::new(VERSIONS.iter().map(|version| (*version).to_owned()).collect());
    response.unstable_features = UNSTABLE_FEATURES.iter().map(|name| ((*name).to_owned(), true)).collect();
    // Answers with its own address, which the operator may not have said.
    if api.well_known.client_base_url.is_some() {
        response.unstable_features.insert("org.matrix.msc4108".to_owned(), true);
    }
    Ok(response)
}
