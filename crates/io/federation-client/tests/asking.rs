//! Other servers that are asked: found by their names in every way that the specification knows, over TLS, by signed
//! requests. Names lead to loopback; service records come from a name server of the test's own.

use std::collections::HashMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::{any, get};
use futures::future::BoxFuture;
use herold_base::{Clock, ManualClock};
use herold_federation_client::{Directory, FederationClient, FederationError, Services, Settings};
use herold_outgoing::{Names, OutgoingError};
use herold_test_remote_server::{Authority, RemoteServer};
use hickory_resolver::proto::op::{Message, MessageType, OpCode, ResponseCode};
use hickory_resolver::proto::rr::rdata::SRV;
use hickory_resolver::proto::rr::{Name, RData, Record};
use http::{HeaderMap, Uri};
use ruma::ServerName;
use ruma::api::federation::policy::sign_event;
use ruma::signatures::Ed25519KeyPair;
use serde_json::json;
use serde_json::value::to_raw_value;
use tokio::net::UdpSocket;

/// How long an answer may take that comes.
const LONG: Duration = Duration::from_secs(60);

/// Names that lead to loopback.
struct Table(HashMap<&'static str, SocketAddr>);

impl Names for Table {
    fn addresses<'a>(&'a self, host: &'a str) -> BoxFuture<'a, io::Result<Vec<SocketAddr>>> {
        let found = self.0.get(host).copied();
        Box::pin(async move { found.map(|address| vec![address]).ok_or(io::ErrorKind::NotFound.into()) })
    }
}

/// A name server that lists services and nothing else.
async fn name_server(services: Vec<(&'static str, &'static str, u16)>) -> SocketAddr {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = socket.local_addr().unwrap();
    tokio::spawn(async move {
        let mut bytes = [0; 4096];
        loop {
            let (length, from) = socket.recv_from(&mut bytes).await.unwrap();
            let question = Message::from_vec(&bytes[..length]).unwrap();
            let query = question.queries[0].clone();
            let mut answer = Message::new(question.metadata.id, MessageType::Response, OpCode::Query);
            let asked = query.name().to_ascii();
            for (service, host, port) in services.iter().filter(|(service, ..)| *service == asked) {
                let _ = service;
                let record = SRV::new(10, 5, *port, Name::from_ascii(host).unwrap());
                answer.add_answer(Record::from_rdata(query.name().clone(), 60, RData::SRV(record)));
            }
            if answer.answers.is_empty() {
                answer.metadata.response_code = ResponseCode::NXDomain;
            }
            answer.add_query(query);
            socket.send_to(&answer.to_vec().unwrap(), from).await.unwrap();
        }
    });
    address
}

/// Signs in the name of nobody, and says as which host it was called.
fn echo() -> Router {
    let says = |headers: HeaderMap, uri: Uri| async move {
        let host = headers["host"].to_str().unwrap().to_owned();
        assert_eq!(uri.path(), "/_matrix/policy/v1/sign");
        assert!(headers["authorization"].to_str().unwrap().starts_with("X-Matrix "));
        json!({ "host.example": { "ed25519:policy_server": host } }).to_string()
    };
    Router::new().fallback(any(says))
}

fn delegating(to: String) -> Router {
    let says = move || async move { json!({ "m.server": to }).to_string() };
    Router::new().route("/.well-known/matrix/server", get(says))
}

fn client(authority: &Authority, table: Table, name_server: SocketAddr, allowed: &str) -> FederationClient {
    let key = Ed25519KeyPair::from_der(&Ed25519KeyPair::generate(), "1".to_owned()).unwrap();
    let settings = Settings {
        server_name: "herold.example".try_into().unwrap(),
        key: Arc::new(key),
        outgoing: herold_outgoing::Settings {
            allowed: vec![allowed.parse().unwrap()],
            roots: vec![authority.root()],
            ..herold_outgoing::Settings::default()
        },
    };
    let directory = Directory { addresses: Arc::new(table), services: Services::at(name_server) };
    FederationClient::with_directory(settings, Clock::Manual(ManualClock::new(1_000)), directory)
}

async fn ask(client: &FederationClient, server: &str) -> Result<String, FederationError> {
    let request = sign_event::v1::Request::new(to_raw_value(&json!({ "type": "m.test" })).unwrap());
    let server = <&ServerName>::try_from(server).unwrap();
    let answer = client.ask(server, request, LONG).await?;
    let host = <&ServerName>::try_from("host.example").unwrap();
    Ok(answer.ed25519_signature(host).unwrap().to_owned())
}

#[tokio::test]
async fn a_server_is_found_by_every_kind_of_name() {
    let authority = Authority::default();
    let serve = |host: &'static str| authority.serve(host, echo());
    let by_address = serve("127.0.0.1").await;
    let with_port = serve("port.example").await;
    let listed = serve("listed.example").await;
    let listed_of_old = serve("old.example").await;
    let of_delegated = serve("far.example").await;
    let to_port =
        authority.serve("near.example", delegating(format!("port.example:{}", port(&with_port)))).await;
    let to_name = authority.serve("named.example", delegating("far.example".to_owned())).await;
    let name_server = name_server(vec![
        ("_matrix-fed._tcp.listed.example.", "box.example.", port(&listed)),
        ("_matrix._tcp.listed.example.", "box.example.", 1),
        ("_matrix._tcp.old.example.", "box.example.", port(&listed_of_old)),
        ("_matrix-fed._tcp.far.example.", "box.example.", port(&of_delegated)),
    ])
    .await;
    let nowhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let table = Table(HashMap::from([
        ("port.example", nowhere),
        ("box.example", nowhere),
        ("near.example", to_port.address),
        ("named.example", to_name.address),
    ]));
    let client = client(&authority, table, name_server, "127.0.0.0/8");
    let with_port = format!("port.example:{}", port(&with_port));
    let table = [
        (by_address.address.to_string(), by_address.address.to_string()),
        (with_port.clone(), with_port.clone()),
        ("listed.example".to_owned(), "listed.example".to_owned()),
        ("old.example".to_owned(), "old.example".to_owned()),
        ("near.example".to_owned(), with_port),
        ("named.example".to_owned(), "far.example".to_owned()),
    ];
    for (server, host) in table {
        let called_as = ask(&client, &server).await.unwrap_or_else(|error| panic!("{server}: {error}"));
        assert_eq!(called_as, host, "{server}");
    }
    // What a host said is kept: nobody is asked again.
    drop(to_port);
    assert!(ask(&client, "near.example").await.is_ok());
    // A name that is nowhere.
    assert!(matches!(ask(&client, "nowhere.example").await, Err(FederationError::Unreachable(_))));
}

#[tokio::test]
async fn who_cannot_prove_to_be_the_server_is_not_asked() {
    let authority = Authority::default();
    let listed = authority.serve("box.example", echo()).await;
    let name_server =
        name_server(vec![("_matrix-fed._tcp.listed.example.", "box.example.", port(&listed))]).await;
    let nowhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let names = || Table(HashMap::from([("box.example", nowhere)]));
    let trusting = client(&authority, names(), name_server, "127.0.0.0/8");
    let error = ask(&trusting, "listed.example").await.unwrap_err();
    assert!(matches!(error, FederationError::Unreachable(OutgoingError::Unreachable(_))), "{error}");
    let other = client(&Authority::default(), names(), name_server, "127.0.0.0/8");
    let error = ask(&other, &format!("box.example:{}", port(&listed))).await.unwrap_err();
    assert!(matches!(error, FederationError::Unreachable(OutgoingError::Unreachable(_))), "{error}");
}

#[tokio::test]
async fn private_addresses_are_asked_only_where_allowed() {
    let authority = Authority::default();
    let server = authority.serve("127.0.0.1", echo()).await;
    let name_server =
        name_server(vec![("_matrix-fed._tcp.listed.example.", "box.example.", port(&server))]).await;
    let table = Table(HashMap::from([("box.example", server.address), ("near.example", server.address)]));
    let client = client(&authority, table, name_server, "10.0.0.0/8");
    let by_port = format!("box.example:{}", port(&server));
    for name in [server.address.to_string().as_str(), &by_port, "listed.example", "near.example"] {
        let error = ask(&client, name).await.unwrap_err();
        assert!(
            !matches!(error, FederationError::Refused(_) | FederationError::Garbled(_)),
            "{name}: {error}"
        );
        if name != "near.example" {
            let forbidden = matches!(error, FederationError::Unreachable(OutgoingError::Forbidden));
            assert!(forbidden, "{name}: {error}");
        }
    }
}

#[tokio::test]
async fn nobody_waits_longer_than_they_want() {
    let authority = Authority::default();
    let never = || std::future::pending::<String>();
    let silent = authority.serve("127.0.0.1", Router::new().fallback(any(never))).await;
    let client = client(&authority, Table(HashMap::new()), silent.address, "127.0.0.0/8");
    let request = sign_event::v1::Request::new(to_raw_value(&json!({})).unwrap());
    let name = silent.address.to_string();
    let server = <&ServerName>::try_from(name.as_str()).unwrap();
    let asked = client.ask(server, request, Duration::from_millis(50)).await;
    assert!(matches!(asked, Err(FederationError::TimedOut)));
}

fn port(server: &RemoteServer) -> u16 {
    server.address.port()
}
