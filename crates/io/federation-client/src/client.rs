//! One request to another server, signed as this server's, and its answer.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use herold_base::Clock;
use herold_outgoing::{Outgoing, OutgoingError};
use http::HeaderValue;
use http::header::HOST;
use ruma::api::auth_scheme::AuthScheme;
use ruma::api::error::{Error, FromHttpResponseError, IntoHttpError};
use ruma::api::federation::authentication::{ServerSignatures, ServerSignaturesInput};
use ruma::api::path_builder::SinglePath;
use ruma::api::{IncomingResponse, Metadata, OutgoingRequest};
use ruma::signatures::Ed25519KeyPair;
use ruma::{OwnedServerName, ServerName};

use crate::place::{self, Named, Place};
use crate::services::{Directory, ServiceNames};
use crate::well_known::WellKnown;

/// What the requests of a server are made of.
#[derive(Clone)]
pub struct Settings {
    /// The server's own name.
    pub server_name: OwnedServerName,
    /// The key that signs its requests.
    pub key: Arc<Ed25519KeyPair>,
    /// Where requests may go.
    pub outgoing: herold_outgoing::Settings,
}

/// Why another server did not do what it was asked for.
#[derive(Debug, thiserror::Error)]
pub enum FederationError {
    /// There is no connection to it.
    #[error(transparent)]
    Unreachable(#[from] OutgoingError),
    /// It did not answer in time.
    #[error("no answer in time")]
    TimedOut,
    /// It answered that it will not.
    #[error(transparent)]
    Refused(Error),
    /// What it answered means nothing.
    #[error("the answer cannot be read: {0}")]
    Garbled(String),
    /// The request cannot be written.
    #[error("the request cannot be written: {0}")]
    Unwritable(#[from] IntoHttpError),
}

/// Asks other servers. Clones share connections and what was found out about names.
#[derive(Clone)]
pub struct FederationClient(Arc<Inner>);

struct Inner {
    server_name: OwnedServerName,
    key: Arc<Ed25519KeyPair>,
    /// To places that a name says by itself.
    named: Outgoing,
    /// To places that service records say.
    listed: Outgoing,
    well_known: WellKnown,
}

impl FederationClient {
    /// Asks nobody yet. Names lead to where the system says.
    pub fn new(settings: Settings, clock: Clock) -> Self {
        Self::with_directory(settings, clock, Directory::system())
    }

    /// [`FederationClient::new`], but names lead to where `directory` says.
    pub fn with_directory(settings: Settings, clock: Clock, directory: Directory) -> Self {
        let Settings { server_name, key, outgoing } = settings;
        let named = Outgoing::with_names(outgoing.clone(), Arc::clone(&directory.addresses));
        let listed = Outgoing::with_names(outgoing, Arc::new(ServiceNames(directory)));
        let well_known = WellKnown::new(named.clone(), clock);
        Self(Arc::new(Inner { server_name, key, named, listed, well_known }))
    }

    /// Sends `request` to `server`, and waits for the answer for so long and no longer.
    pub async fn ask<R>(
        &self,
        server: &ServerName,
        request: R,
        within: Duration,
    ) -> Result<R::IncomingResponse, FederationError>
    where
        R: OutgoingRequest<EndpointError = Error> + Metadata<Authentication = ServerSignatures>,
        R: Metadata<PathBuilder = SinglePath>,
    {
        let asking = self.0.ask(server, request);
        tokio::time::timeout(within, asking).await.map_err(|_| FederationError::TimedOut)?
    }
}

impl Inner {
    async fn ask<R>(&self, server: &ServerName, request: R) -> Result<R::IncomingResponse, FederationError>
    where
        R: OutgoingRequest<EndpointError = Error> + Metadata<Authentication = ServerSignatures>,
        R: Metadata<PathBuilder = SinglePath>,
    {
        let place = self.place(server).await;
        let input: <ServerSignatures as AuthScheme>::Input<'_> =
            ServerSignaturesInput::new(self.server_name.clone(), server.to_owned(), &self.key);
        let request = request.try_into_http_request::<Vec<u8>>(&place.base_url, input, ())?;
        let (mut parts, body) = request.into_parts();
        let host = HeaderValue::try_from(place.host).map_err(IntoHttpError::from)?;
        parts.headers.insert(HOST, host);
        let outgoing = if place.has_services { &self.listed } else { &self.named };
        let url = parts.uri.to_string();
        let answer = outgoing.send(parts.method, &url, parts.headers, Bytes::from(body)).await?;
        let mut response = http::Response::new(answer.body);
        (*response.status_mut(), *response.headers_mut()) = (answer.status, answer.headers);
        R::IncomingResponse::try_from_http_response(response).map_err(|error| match error {
            FromHttpResponseError::Server(error) => FederationError::Refused(error),
            error => FederationError::Garbled(error.to_string()),
        })
    }

    /// Where requests to `server` go.
    async fn place(&self, server: &ServerName) -> Place {
        let host = match place::read(server) {
            Named::Place(place) => return place,
            Named::Host(host) => host,
        };
        match self.well_known.delegated(&host).await.map(|delegated| place::read(&delegated)) {
            Some(Named::Place(place)) => place,
            Some(Named::Host(delegated)) => place::of_host(delegated),
            None => place::of_host(host),
        }
    }
}
