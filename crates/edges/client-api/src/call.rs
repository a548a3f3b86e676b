//! One call of an endpoint: HTTP in, ruma's request type, the handler, HTTP out.

use std::net::IpAddr;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::RawPathParams;
use axum::response::Response;
use bytes::Bytes;
use http::HeaderValue;
use http::header::CONTENT_TYPE;
use http::request::Parts;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use ruma::api::error::{ErrorKind, FromHttpRequestError};
use ruma::api::path_builder::PathBuilder;
use ruma::api::{IncomingRequest, Metadata, OutgoingResponse};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde::de::IgnoredAny;

use crate::Api;
use crate::error::ApiError;

/// Bytes of a JSON body at most. Uploaded files have a limit of their own.
pub(crate) const BODY_MAX: usize = 8 * 1024 * 1024;

/// Where a request comes from when nobody is signed in.
#[derive(Clone, Debug)]
pub(crate) struct Visitor {
    /// The client's address.
    pub(crate) address: IpAddr,
    /// The access token, where one was sent.
    pub(crate) token: Option<String>,
}

/// Reads a body whole, up to [`BODY_MAX`].
pub(crate) async fn read_body(body: Body) -> Result<Bytes, ApiError> {
    read_body_of(body, BODY_MAX).await
}

/// Reads a body whole, up to `most` bytes.
pub(crate) async fn read_body_of(body: Body, most: usize) -> Result<Bytes, ApiError> {
    match Limited::new(body, most).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => {
            Err(ApiError::new(ErrorKind::TooLarge, format!("The body has more than {most} bytes.")))
        }
        Err(_) => Err(ApiError::new(ErrorKind::NotJson, "The body ended before it was complete.")),
    }
}

/// Turns HTTP into an endpoint's request. An absent body counts as `{}` where JSON is expected.
pub(crate) fn parse<R: IncomingRequest>(
    parts: Parts,
    path: &RawPathParams,
    body: Bytes,
) -> Result<R, ApiError> {
    let mut arguments: Vec<&str> = path.iter().map(|(_, value)| value).collect();
    // Only an empty last argument may be left out, and only where the routes allow it.
    let longest = R::PATH_BUILDER.all_paths().map(|path| path.matches('{').count()).max();
    arguments.resize(longest.unwrap_or_default().max(arguments.len()), "");
    if parts.method != http::Method::GET && !body.is_empty() {
        check_json(&body)?;
    }
    let body =
        if body.is_empty() && parts.method != http::Method::GET { Bytes::from_static(b"{}") } else { body };
    let request = http::Request::from_parts(parts, body);
    Ok(R::try_from_http_request(request, &arguments)?)
}

/// Refuses a body that is not JSON in UTF-8, also in fields that nobody reads.
fn check_json(body: &[u8]) -> Result<(), ApiError> {
    let text = std::str::from_utf8(body).map_err(|_| not_json("The body is not UTF-8."))?;
    let read: Result<IgnoredAny, _> = serde_json::from_str(text);
    read.map(|_| ()).map_err(|error| not_json(format!("The body is not JSON: {error}.")))
}

fn not_json(message: impl Into<String>) -> ApiError {
    ApiError::new(ErrorKind::NotJson, message)
}

/// A request that is read otherwise than ruma reads it, because ruma's type cannot hold what clients send.
pub(crate) trait Reading: Sized {
    /// ruma's request, whose place, method and answer this one has.
    type Of: IncomingRequest;

    /// Reads it; `path` holds the arguments of the path.
    fn read(request: http::Request<&[u8]>, path: &[&str]) -> Result<Self, FromHttpRequestError>;
}

/// What a handler is given of a [`Reading`].
pub(crate) struct Read<T>(pub(crate) T);

impl<T: Reading> Metadata for Read<T> {
    const METHOD: http::Method = T::Of::METHOD;
    const RATE_LIMITED: bool = T::Of::RATE_LIMITED;
    type Authentication = <T::Of as Metadata>::Authentication;
    type PathBuilder = <T::Of as Metadata>::PathBuilder;
    const PATH_BUILDER: Self::PathBuilder = T::Of::PATH_BUILDER;
}

impl<T: Reading> IncomingRequest for Read<T> {
    type EndpointError = <T::Of as IncomingRequest>::EndpointError;
    type OutgoingResponse = <T::Of as IncomingRequest>::OutgoingResponse;

    fn try_from_http_request<B: AsRef<[u8]>, S: AsRef<str>>(
        request: http::Request<B>,
        path: &[S],
    ) -> Result<Self, FromHttpRequestError> {
        let (parts, body) = request.into_parts();
        let path: Vec<&str> = path.iter().map(AsRef::as_ref).collect();
        T::read(http::Request::from_parts(parts, body.as_ref()), &path).map(Self)
    }
}

/// Turns an endpoint's answer into HTTP.
pub(crate) fn answer<R: OutgoingResponse>(response: R) -> Result<Response, ApiError> {
    let written = response.try_into_http_response::<Vec<u8>>();
    Ok(written.map_err(|error| ApiError::internal(&error))?.map(Body::from))
}

/// A request to an endpoint that ruma has no type for in the form in which it is served here.
pub(crate) struct JsonRequest {
    /// The arguments of the path, percent-decoded, in order.
    pub(crate) arguments: Vec<String>,
    query: String,
    body: Bytes,
}

impl JsonRequest {
    /// Takes what is left of a request once it is known who sends it.
    pub(crate) fn new(parts: &Parts, path: &RawPathParams, body: Bytes) -> Self {
        let arguments = path.iter().map(|(_, value)| value.to_owned()).collect();
        let query = parts.uri.query().unwrap_or_default().to_owned();
        Self { arguments, query, body }
    }

    /// The argument of the path at `index`; the routes see to it that it is there.
    pub(crate) fn argument(&self, index: usize) -> &str {
        self.arguments.get(index).map_or("", String::as_str)
    }

    /// The parameters of the query.
    pub(crate) fn query<T: DeserializeOwned>(&self) -> Result<T, ApiError> {
        serde_html_form::from_str(&self.query).map_err(|error| ApiError::invalid_param(error.to_string()))
    }

    /// The body; an absent one counts as `{}`.
    pub(crate) fn body<T: DeserializeOwned>(&self) -> Result<T, ApiError> {
        let body: &[u8] = if self.body.is_empty() { b"{}" } else { &self.body };
        serde_json::from_slice(body).map_err(|error| {
            let kind = if error.is_data() { ErrorKind::BadJson } else { ErrorKind::NotJson };
            ApiError::new(kind, error.to_string())
        })
    }
}

/// An answer of JSON that holds events ready to be sent.
pub(crate) fn answer_ready<T: Serialize>(body: &T) -> Result<Response, ApiError> {
    let body = serde_json::to_vec(body).map_err(|error| ApiError::internal(&error))?;
    let mut response = Response::new(Body::from(body));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(response)
}

/// An answer of JSON, where ruma's own would leave out what clients look for.
pub(crate) fn answer_json(body: &serde_json::Value) -> Response {
    let mut response = Response::new(Body::from(body.to_string()));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// The services, shared by all calls.
pub(crate) type SharedApi = Arc<Api>;
