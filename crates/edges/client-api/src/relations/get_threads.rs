//! GET /_matrix/client/v1/rooms/{roomId}/threads

use herold_accounts::Device;
use herold_rooms::read::ThreadsQuery;
use http::Uri;
use ruma::api::IncomingRequest;
use ruma::api::client::threads::get_threads::v1::{IncludeThreads, Request, Response};
use ruma::api::error::FromHttpRequestError;

use super::size;
use crate::call::{Read, Reading, SharedApi};
use crate::error::ApiError;
use crate::history::person;

/// What is asked; `include` may be left out, which ruma does not take.
pub(crate) struct Asked(Request);

impl Reading for Asked {
    type Of = Request;

    fn read(mut request: http::Request<&[u8]>, path: &[&str]) -> Result<Self, FromHttpRequestError> {
        let query = request.uri().query().unwrap_or_default();
        if !query.split('&').any(|field| field.starts_with("include=")) {
            let with_default = format!("{}?include=all&{query}", request.uri().path());
            if let Ok(uri) = Uri::try_from(with_default) {
                *request.uri_mut() = uri;
            }
        }
        Request::try_from_http_request(request, path).map(Self)
    }
}

pub(crate) async fn serve(
    api: SharedApi,
    device: Device,
    Read(Asked(request)): Read<Asked>,
) -> Result<Response, ApiError> {
    let participated = match request.include {
        IncludeThreads::All => false,
        IncludeThreads::Participated => true,
        _ => return Err(ApiError::invalid_param("include is all or participated.")),
    };
    if request.limit.is_some_and(|limit| limit == ruma::uint!(0)) {
        return Err(ApiError::invalid_param("limit is greater than zero."));
    }
    let query = ThreadsQuery { participated, from: request.from, limit: request.limit.map(size) };
    let page = api.rooms.threads(person(&device), &request.room_id, query).await?;
    let now_ms = api.clock.now_ms();
    let mut response = Response::new(page.chunk.iter().map(|event| event.to_raw(now_ms, true)).collect());
    response.next_batch = page.next;
    Ok(response)
}
