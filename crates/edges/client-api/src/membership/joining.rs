//! A join with everything that was sent with it: further fields are content of the member event, as clients and
//! servers have it since long before the specification named two of them.

use http::Request;
use ruma::api::IncomingRequest;
use ruma::api::error::FromHttpRequestError;
use serde_json::{Map, Value};

use crate::call::Reading;

/// Fields of the request, and content that the server alone decides about.
const NOT_CONTENT: &[&str] = &[
    "avatar_url",
    "displayname",
    "is_direct",
    "join_authorised_via_users_server",
    "membership",
    "reason",
    "third_party_invite",
    "third_party_signed",
];

/// The request `R` and the further content.
pub(crate) struct Joining<R> {
    pub(crate) request: R,
    pub(crate) content: Map<String, Value>,
}

impl<R: IncomingRequest> Reading for Joining<R> {
    type Of = R;

    fn read(request: Request<&[u8]>, path: &[&str]) -> Result<Self, FromHttpRequestError> {
        let mut content: Map<String, Value> = serde_json::from_slice(request.body()).unwrap_or_default();
        content.retain(|name, _| !NOT_CONTENT.contains(&name.as_str()));
        Ok(Self { request: R::try_from_http_request(request, path)?, content })
    }
}
