//! How an endpoint is served: who may ask and how often, and how HTTP becomes a request and an answer HTTP.
//! An area's `routes` fills the table with one line for each endpoint. Nothing here knows an area.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{FromRequestParts, RawPathParams};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, MethodRouter};
use bytes::Bytes;
use herold_accounts::Device;
use http::request::Parts;
use http::{Method, Request};
use ruma::api::path_builder::PathBuilder;
use ruma::api::{IncomingRequest, Metadata};
use serde::de::DeserializeOwned;

use crate::call::{self, JsonRequest, SharedApi, Visitor};
use crate::caller;
use crate::error::ApiError;
use crate::limits::{Asker, Class};

/// Method and path of something served, the path as ruma writes it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Operation {
    /// The HTTP method.
    pub method: String,
    /// The path, parameters in braces.
    pub path: String,
}

/// The table being filled.
#[derive(Default)]
pub(crate) struct Routes {
    by_path: BTreeMap<String, MethodRouter<SharedApi>>,
    operations: Vec<Operation>,
}

impl Routes {
    /// The methods of each path.
    pub(crate) fn into_methods(self) -> BTreeMap<String, MethodRouter<SharedApi>> {
        self.by_path
    }

    /// What was added, in that order.
    pub(crate) fn into_operations(self) -> Vec<Operation> {
        self.operations
    }

    /// An endpoint for signed-in devices. One of [`Class::Join`] leaves nobody in a room whose account was
    /// closed meanwhile.
    pub(crate) fn signed_in<R, F, A>(self, class: Class, handler: F) -> Self
    where
        R: IncomingRequest + Send + 'static,
        F: Fn(SharedApi, Device, R) -> A + Clone + Send + Sync + 'static,
        A: Future<Output = Result<R::OutgoingResponse, ApiError>> + Send + 'static,
    {
        self.each_path::<R, _, _>(move |api, request| {
            let handler = handler.clone();
            async move {
                let Admitted { parts, path, body, device } = admitted(&api, request, class).await?;
                let token = if class == Class::Join { Some(caller::token(&parts)?) } else { None };
                let request = call::parse::<R>(parts, &path, call::read_body(body).await?)?;
                let Some(token) = token else {
                    return call::answer(handler(api, device, request).await?);
                };
                // To its end, even when the client does not wait for it.
                let joining = tokio::spawn(async move {
                    let user_id = device.user_id.clone();
                    let answer = handler(Arc::clone(&api), device, request).await.and_then(call::answer);
                    caller::leave_where_closed(&api, &token, &user_id).await?;
                    answer
                });
                joining.await.map_err(|error| ApiError::internal(&error))?
            }
        })
    }

    /// An endpoint for everybody.
    pub(crate) fn open<R, F, A>(self, class: Class, handler: F) -> Self
    where
        R: IncomingRequest + Send + 'static,
        F: Fn(SharedApi, Visitor, R) -> A + Clone + Send + Sync + 'static,
        A: Future<Output = Result<R::OutgoingResponse, ApiError>> + Send + 'static,
    {
        self.each_path::<R, _, _>(move |api, request| visited(api, request, class, handler.clone()))
    }

    /// An endpoint for everybody under a path of its own, older than the specification's.
    pub(crate) fn open_at<R, F, A>(mut self, path: &str, class: Class, handler: F) -> Self
    where
        R: IncomingRequest + Send + 'static,
        F: Fn(SharedApi, Visitor, R) -> A + Clone + Send + Sync + 'static,
        A: Future<Output = Result<R::OutgoingResponse, ApiError>> + Send + 'static,
    {
        self.add(R::METHOD, path, move |api, request| visited(api, request, class, handler.clone()));
        self
    }

    /// An endpoint for signed-in devices whose body or answer is a file: the handler is also given
    /// the HTTP request's head and its body, unread.
    pub(crate) fn file<R, F, A>(self, class: Class, handler: F) -> Self
    where
        R: IncomingRequest + Send + 'static,
        F: Fn(SharedApi, Device, R, Parts, Body) -> A + Clone + Send + Sync + 'static,
        A: Future<Output = Result<Response, ApiError>> + Send + 'static,
    {
        self.each_path::<R, _, _>(move |api, request| {
            let handler = handler.clone();
            async move {
                let Admitted { parts, path, body, device } = admitted(&api, request, class).await?;
                let request = call::parse::<R>(parts.clone(), &path, Bytes::new())?;
                handler(api, device, request, parts, body).await
            }
        })
    }

    /// An endpoint for signed-in devices that ruma has no type for as it is served here.
    pub(crate) fn signed_in_json<F, A>(mut self, method: Method, path: &str, class: Class, handler: F) -> Self
    where
        F: Fn(SharedApi, Device, JsonRequest) -> A + Clone + Send + Sync + 'static,
        A: Future<Output = Result<Response, ApiError>> + Send + 'static,
    {
        self.add(method, path, move |api, request| {
            let handler = handler.clone();
            async move {
                let Admitted { parts, path, body, device } = admitted(&api, request, class).await?;
                let body = call::read_body(body).await?;
                handler(api, device, JsonRequest::new(&parts, &path, body)).await
            }
        });
        self
    }

    /// An endpoint for everybody that ruma has no type for as it is served here.
    pub(crate) fn open_json<F, A>(mut self, method: Method, path: &str, class: Class, handler: F) -> Self
    where
        F: Fn(SharedApi, JsonRequest) -> A + Clone + Send + Sync + 'static,
        A: Future<Output = Result<Response, ApiError>> + Send + 'static,
    {
        self.add(method, path, move |api, request| {
            let handler = handler.clone();
            async move {
                let (mut parts, body) = request.into_parts();
                let path = path_arguments(&mut parts).await?;
                api.limits.check(class, Asker::Address(caller::address(&parts)))?;
                let body = call::read_body(body).await?;
                handler(api, JsonRequest::new(&parts, &path, body)).await
            }
        });
        self
    }

    /// An endpoint for signed-in devices with parameters of the query, `Q`, that are a proposal's and that
    /// ruma's type has not; what it answers may depend on them.
    pub(crate) fn signed_in_with<R, Q, F, A>(self, class: Class, handler: F) -> Self
    where
        R: IncomingRequest + Send + 'static,
        Q: DeserializeOwned + Send + 'static,
        F: Fn(SharedApi, Device, R, Q) -> A + Clone + Send + Sync + 'static,
        A: Future<Output = Result<Response, ApiError>> + Send + 'static,
    {
        self.each_path::<R, _, _>(move |api, request| {
            let handler = handler.clone();
            async move {
                let Admitted { parts, path, body, device } = admitted(&api, request, class).await?;
                let body = call::read_body(body).await?;
                let query = JsonRequest::new(&parts, &path, Bytes::new()).query::<Q>()?;
                handler(api, device, call::parse::<R>(parts, &path, body)?, query).await
            }
        })
    }

    /// An endpoint that reads or writes HTTP itself: files, and answers made of ready JSON.
    pub(crate) fn plain<F, A>(mut self, method: Method, path: &str, handler: F) -> Self
    where
        F: Fn(SharedApi, Request<Body>) -> A + Clone + Send + Sync + 'static,
        A: Future<Output = Result<Response, ApiError>> + Send + 'static,
    {
        self.add(method, path, handler);
        self
    }

    /// Adds `handler` under every stable path of the endpoint `R`.
    fn each_path<R, F, A>(mut self, handler: F) -> Self
    where
        R: IncomingRequest,
        F: Fn(SharedApi, Request<Body>) -> A + Clone + Send + Sync + 'static,
        A: Future<Output = Result<Response, ApiError>> + Send + 'static,
    {
        for path in <R as Metadata>::PATH_BUILDER.all_paths().filter(|path| !path.contains("/unstable/")) {
            self.add(R::METHOD, path, handler.clone());
            // An empty state key may be left out, with its slash or without.
            if let Some(short) = path.strip_suffix("/{state_key}") {
                self.add(R::METHOD, short, handler.clone());
                self.add(R::METHOD, &format!("{short}/"), handler.clone());
            }
        }
        self
    }

    fn add<F, A>(&mut self, method: Method, path: &str, handler: F)
    where
        F: Fn(SharedApi, Request<Body>) -> A + Clone + Send + Sync + 'static,
        A: Future<Output = Result<Response, ApiError>> + Send + 'static,
    {
        let Ok(filter) = MethodFilter::try_from(method.clone()) else { return };
        let serve = move |axum::extract::State(api): axum::extract::State<SharedApi>,
                          request: Request<Body>| {
            let answering = handler(api, request);
            async move { answering.await.unwrap_or_else(IntoResponse::into_response) }
        };
        let methods = self.by_path.remove(path).unwrap_or_default();
        self.by_path.insert(path.to_owned(), methods.on(filter, serve));
        self.operations.push(Operation { method: method.to_string(), path: path.to_owned() });
    }
}

/// A request of a signed-in device that may send it, its body unread.
struct Admitted {
    parts: Parts,
    path: RawPathParams,
    body: Body,
    device: Device,
}

/// Whom a request comes from, and that they may send it now.
async fn admitted(api: &SharedApi, request: Request<Body>, class: Class) -> Result<Admitted, ApiError> {
    let (mut parts, body) = request.into_parts();
    let path = path_arguments(&mut parts).await?;
    let device = caller::device(api, &parts).await?;
    api.limits.check(class, Asker::User(device.user_number))?;
    Ok(Admitted { parts, path, body, device })
}

/// A request that anybody may send, answered by `handler`.
async fn visited<R, F, A>(
    api: SharedApi,
    request: Request<Body>,
    class: Class,
    handler: F,
) -> Result<Response, ApiError>
where
    R: IncomingRequest,
    F: Fn(SharedApi, Visitor, R) -> A,
    A: Future<Output = Result<R::OutgoingResponse, ApiError>>,
{
    let (mut parts, body) = request.into_parts();
    let path = path_arguments(&mut parts).await?;
    let address = caller::address(&parts);
    api.limits.check(class, Asker::Address(address))?;
    let visitor = Visitor { address, token: caller::token(&parts).ok() };
    let request = call::parse::<R>(parts, &path, call::read_body(body).await?)?;
    call::answer(handler(api, visitor, request).await?)
}

/// The percent-decoded arguments of the path, in order. None of them holds a NUL, for PostgreSQL keeps
/// none: reading finds nothing by such a name, and writing is refused.
pub(crate) async fn path_arguments(parts: &mut http::request::Parts) -> Result<RawPathParams, ApiError> {
    let arguments = RawPathParams::from_request_parts(parts, &()).await;
    let arguments =
        arguments.map_err(|_| ApiError::invalid_param("The path is not valid percent-encoded UTF-8."))?;
    if arguments.iter().any(|(_, value)| value.contains('\0')) {
        return Err(match parts.method {
            Method::GET | Method::HEAD => ApiError::not_found("Nothing here has a NUL in its name."),
            _ => ApiError::invalid_param("The path holds a NUL."),
        });
    }
    Ok(arguments)
}
