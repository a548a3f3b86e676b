//! TLS to PostgreSQL: the connection is encrypted and the server must prove who it is, or there is none.

use std::fs::{self, Permissions};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use reqwest::Method;

use crate::database::Database;
use crate::person::Person;
use crate::running::{Place, Running, block_on};

const ROOTS: &str = "HEROLD_DATABASE_ROOT_CERTIFICATES";

/// An authority, and a certificate for `localhost` that it signed: the authority's certificate goes to `root`,
/// the other with its key to the database's folder.
fn certify(database: &Database, root: &Path) {
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority_key = KeyPair::generate().unwrap();
    fs::write(root, authority.self_signed(&authority_key).unwrap().pem()).unwrap();
    let issuer = Issuer::new(authority, authority_key);
    let key = KeyPair::generate().unwrap();
    let host = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let certificate = host.signed_by(&key, &issuer).unwrap();
    for (name, text) in [("server.crt", certificate.pem()), ("server.key", key.serialize_pem())] {
        let file = database.data().join(name);
        fs::write(&file, text).unwrap();
        fs::set_permissions(&file, Permissions::from_mode(0o600)).unwrap();
        database.give(&file);
    }
}

/// Starts the database again, on a port that was free a moment ago.
fn listen(database: &Database, tls: &str) -> u16 {
    database.crash();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    database.up_with(&format!("-c listen_addresses=127.0.0.1 -c port={port} -c ssl={tls}"));
    port
}

fn place(host: &str, port: u16, mode: &str) -> Place {
    Place::at(&format!("host={host} port={port} user=herold dbname=postgres sslmode={mode}"))
}

async fn check(database: &Database, port: u16, root: &str) {
    let server = Running::start(&place("localhost", port, "verify-full").with(ROOTS, root));
    let person = Person::register(&server, "anna").await;
    person.done(Method::GET, "v3/joined_rooms", None).await;
    let count = |which: &str| {
        let question = format!(
            "SELECT count(*) FROM pg_stat_ssl s JOIN pg_stat_activity a ON a.pid = s.pid \
             WHERE a.client_addr IS NOT NULL AND {which}"
        );
        tokio::task::block_in_place(|| database.count(port, &question))
    };
    let (plain, encrypted) = (count("NOT s.ssl"), count("s.ssl"));
    assert_eq!((plain, encrypted >= 2), (0, true), "{encrypted} encrypted sessions");
    server.kill();
}

#[test]
fn the_connection_is_encrypted_and_the_database_proves_who_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("root.pem");
    let database = Database::start();
    certify(&database, &root);
    let root = root.to_str().unwrap();
    let port = listen(&database, "on");
    block_on(check(&database, port, root));

    let said = Running::refuse(&place("localhost", port, "require"));
    assert!(said.contains("UnknownIssuer"), "nobody signed it whom this machine believes: {said}");
    let said = Running::refuse(&place("127.0.0.1", port, "require").with(ROOTS, root));
    assert!(said.contains("not valid for name"), "it is for another name: {said}");
    let said = Running::refuse(&place("localhost", port, "require").with(ROOTS, "/nowhere.pem"));
    assert!(said.contains("/nowhere.pem"), "{said}");
    let port = listen(&database, "off");
    let said = Running::refuse(&place("localhost", port, "require").with(ROOTS, root));
    assert!(said.contains("TLS"), "nothing goes unencrypted instead: {said}");
}
