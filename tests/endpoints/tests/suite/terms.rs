//! What people have to agree to: at registration, and when a document gets a new version.

use herold_admin_api::{Agreement, Answer, Command, ask};
use herold_endpoint_tests::{Client, PASSWORD, TestServer, on_both_engines};
use herold_server::config::{Document, Registration, RegistrationMode, Translation};
use http::Method;
use serde_json::{Value, json};

const REGISTER: &str = "/_matrix/client/v3/register";
const ACCOUNT_DATA: &str = "/_matrix/client/v3/user/@anna:localhost/account_data/org.example.note";

/// Puts a version of the terms in force, from the next restart on.
fn put_in_force(server: &mut TestServer, version: &str) {
    let translation = |name: &str, url: &str| Translation { name: name.to_owned(), url: url.to_owned() };
    let languages = [
        ("en".to_owned(), translation("Terms of use", "https://example.org/terms")),
        ("de".to_owned(), translation("Bedingungen", "https://example.org/bedingungen")),
    ];
    server.config.terms.documents =
        vec![Document { id: "terms".to_owned(), version: version.to_owned(), languages: languages.into() }];
}

/// The path and query of a page at the address that the tests' server publishes.
fn on_this_server(consent_uri: &Value) -> String {
    let path = consent_uri.as_str().unwrap().strip_prefix("https://matrix.example.org").unwrap();
    assert!(path.starts_with("/terms?link="), "{path}");
    path.to_owned()
}

/// Status and text of a page, in German.
async fn look(visitor: &Client, method: Method, path: &str) -> (u16, String) {
    let response = visitor.raw(method, path).header("accept-language", "de").send().await.unwrap();
    let policy =
        response.headers().get("content-security-policy").map(|value| value.to_str().unwrap().to_owned());
    assert!(policy.is_some_and(|policy| policy.contains("form-action 'self'") && !policy.contains("script")));
    (response.status().as_u16(), response.text().await.unwrap())
}

async fn agreements(server: &TestServer) -> Vec<Agreement> {
    let command = Command::ListAgreements { name: "anna".to_owned() };
    match ask(&server.data().join("herold.sock"), &command).await.unwrap() {
        Answer::Agreements { agreements } => agreements,
        other => panic!("{other:?}"),
    }
}

async fn whoever_registers_agrees_first(mut server: TestServer) -> TestServer {
    put_in_force(&mut server, "1");
    server.restart().await;
    let mut request = json!({ "username": "anna", "password": PASSWORD });
    let asked = server.visitor().post(REGISTER, request.clone()).await;
    assert_eq!(asked.status, 401);
    assert_eq!(asked.body["flows"], json!([{ "stages": ["m.login.terms"] }]));
    let wanted = json!({ "policies": { "terms": {
        "version": "1",
        "en": { "name": "Terms of use", "url": "https://example.org/terms" },
        "de": { "name": "Bedingungen", "url": "https://example.org/bedingungen" },
    } } });
    assert_eq!(asked.body["params"]["m.login.terms"], wanted);
    request["auth"] = json!({ "type": "m.login.dummy", "session": asked.body["session"] });
    assert_eq!(server.visitor().post(REGISTER, request.clone()).await.status, 401);
    request["auth"] = json!({ "type": "m.login.terms", "session": asked.body["session"] });
    let anna = server.visitor().signed_in(&server.visitor().post(REGISTER, request).await.ok());
    anna.put(ACCOUNT_DATA, json!({})).await.ok();
    let [agreement] = agreements(&server).await.try_into().unwrap();
    assert_eq!((agreement.document.as_str(), agreement.version.as_str()), ("terms", "1"));
    assert!(agreement.in_force);
    server
}

async fn with_a_token_the_terms_come_second(mut server: TestServer) -> TestServer {
    put_in_force(&mut server, "1");
    server.config.registration =
        Registration { mode: RegistrationMode::Token, tokens: vec!["x".into()], ..Registration::default() };
    server.restart().await;
    let mut request = json!({ "username": "anna", "password": PASSWORD });
    let asked = server.visitor().post(REGISTER, request.clone()).await;
    assert_eq!(asked.body["flows"], json!([{ "stages": ["m.login.registration_token", "m.login.terms"] }]));
    let session = &asked.body["session"];
    request["auth"] = json!({ "type": "m.login.registration_token", "token": "x", "session": session });
    let half = server.visitor().post(REGISTER, request.clone()).await;
    assert_eq!(
        (half.status.as_u16(), &half.body["completed"]),
        (401, &json!(["m.login.registration_token"]))
    );
    request["auth"] = json!({ "type": "m.login.terms", "session": session });
    server.visitor().post(REGISTER, request).await.ok();
    server
}

async fn who_has_not_agreed_can_read_agree_and_go(mut server: TestServer) -> TestServer {
    let anna = server.register("anna").await;
    put_in_force(&mut server, "1");
    server.restart().await;
    let (anna, visitor) = (anna.at(&server), server.visitor());
    for path in ["sync", "account/whoami", "capabilities", "pushrules/"] {
        anna.get(&format!("/_matrix/client/v3/{path}")).await.ok();
    }
    let filters = "/_matrix/client/v3/user/@anna:localhost/filter";
    anna.post(filters, json!({})).await.ok();
    anna.get("/_matrix/client/v3/publicRooms").await.error(403, "M_CONSENT_NOT_GIVEN");
    anna.get("/_matrix/client/v3/devices").await.error(403, "M_CONSENT_NOT_GIVEN");
    anna.post("/_matrix/client/v3/createRoom", json!({})).await.error(403, "M_CONSENT_NOT_GIVEN");
    let refused = anna.put(ACCOUNT_DATA, json!({})).await.error(403, "M_CONSENT_NOT_GIVEN");
    let page = on_this_server(&refused["consent_uri"]);

    let (status, text) = look(&visitor, Method::GET, &page).await;
    assert_eq!(status, 200);
    assert!(text.contains("lang=\"de\"") && text.contains("<button>"), "{text}");
    assert!(text.contains("<a href=\"https://example.org/bedingungen\">Bedingungen</a>"), "{text}");
    assert!(text.contains("@anna:localhost"));
    anna.put(ACCOUNT_DATA, json!({})).await.error(403, "M_CONSENT_NOT_GIVEN");
    // The page is answered with itself, where it says that they have agreed.
    let (status, text) = look(&visitor, Method::POST, &page).await;
    assert!(status == 200 && text.contains("Danke") && !text.contains("<form"), "{text}");
    anna.put(ACCOUNT_DATA, json!({})).await.ok();
    assert_eq!(agreements(&server).await.len(), 1);

    put_in_force(&mut server, "2");
    server.restart().await;
    let (anna, visitor) = (anna.at(&server), server.visitor());
    let refused = anna.put(ACCOUNT_DATA, json!({})).await.error(403, "M_CONSENT_NOT_GIVEN");
    let page = on_this_server(&refused["consent_uri"]);
    assert!(look(&visitor, Method::GET, &page).await.1.contains("<button>"));
    server.clock.advance_ms(1000);
    look(&visitor, Method::POST, &page).await;
    let kept = agreements(&server).await;
    let states: Vec<_> = kept.iter().map(|kept| (kept.version.as_str(), kept.in_force)).collect();
    assert_eq!(states, [("1", false), ("2", true)]);
    assert!(kept[0].agreed_at < kept[1].agreed_at);
    server
}

async fn a_link_ends_and_belongs_to_one_person(mut server: TestServer) -> TestServer {
    let anna = server.register("anna").await;
    let bert = server.register("bert").await;
    put_in_force(&mut server, "1");
    server.restart().await;
    let (anna, bert, visitor) = (anna.at(&server), bert.at(&server), server.visitor());
    let refused = anna.put(ACCOUNT_DATA, json!({})).await.error(403, "M_CONSENT_NOT_GIVEN");
    let page = on_this_server(&refused["consent_uri"]);
    for odd in ["/terms", "/terms?link=", "/terms?link=1.2.3", &format!("{page}x")] {
        for method in [Method::GET, Method::POST] {
            let (status, text) = look(&visitor, method, odd).await;
            assert!(status == 403 && !text.contains("<form"), "{odd}");
        }
    }
    // The link is good at every node of the server, and after each of its starts.
    server.restart().await;
    let (anna, bert, visitor) = (anna.at(&server), bert.at(&server), server.visitor());
    assert_eq!(look(&visitor, Method::GET, &page).await.0, 200);
    server.clock.advance_ms(herold_accounts::LINK_MS);
    assert_eq!(look(&visitor, Method::POST, &page).await.0, 403);
    let refused = anna.put(ACCOUNT_DATA, json!({})).await.error(403, "M_CONSENT_NOT_GIVEN");
    let page = on_this_server(&refused["consent_uri"]);
    look(&visitor, Method::POST, &page).await;
    anna.put(ACCOUNT_DATA, json!({})).await.ok();
    bert.get("/_matrix/client/v3/devices").await.error(403, "M_CONSENT_NOT_GIVEN");
    bert.post("/_matrix/client/v3/logout", json!({})).await.ok();
    server
}

async fn without_documents_nobody_is_asked(server: TestServer) -> TestServer {
    let anna = server.register("anna").await;
    anna.put(ACCOUNT_DATA, json!({})).await.ok();
    assert!(agreements(&server).await.is_empty());
    server.visitor().get("/terms").await.error(404, "M_UNRECOGNIZED");
    server
}

on_both_engines!(
    whoever_registers_agrees_first,
    with_a_token_the_terms_come_second,
    who_has_not_agreed_can_read_agree_and_go,
    a_link_ends_and_belongs_to_one_person,
    without_documents_nobody_is_asked,
);
