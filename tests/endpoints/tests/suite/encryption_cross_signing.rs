//! Cross-signing: keys, who may replace them, signatures, and who sees what.

use herold_endpoint_tests::{Client, PASSWORD, TestServer, on_both_engines};
use http::Method;
use serde_json::{Value, json};

use crate::signer::{Identity, Signer, query};

const KEYS: &str = "/_matrix/client/v3/keys/upload";
const SIGNING: &str = "/_matrix/client/v3/keys/device_signing/upload";
const SIGNATURES: &str = "/_matrix/client/v3/keys/signatures/upload";

/// An upload with the password as proof.
fn proven(mut upload: Value, user: &str, session: &Value) -> Value {
    upload["auth"] = json!({
        "type": "m.login.password",
        "identifier": { "type": "m.id.user", "user": user },
        "password": PASSWORD,
        "session": session,
    });
    upload
}

/// A device with keys, and a cross-signing identity that is published.
async fn with_identity(server: &TestServer, name: &str) -> (Client, Signer, Identity) {
    let client = server.register(name).await;
    let device = Signer::device(&client);
    client.post(KEYS, json!({ "device_keys": device.device_keys(&client) })).await.ok();
    let identity = Identity::new();
    client.post(SIGNING, identity.upload(&client)).await.ok();
    (client, device, identity)
}

async fn the_first_keys_are_free_the_same_again_too_and_others_need_a_proof(
    server: TestServer,
) -> TestServer {
    let alice = server.register("alice").await;
    let (first, second) = (Identity::new(), Identity::new());
    alice.post(SIGNING, first.upload(&alice)).await.ok();
    alice.post(SIGNING, first.upload(&alice)).await.ok();
    let again = json!({ "master_key": first.master.key(&alice, "master") });
    alice.post(SIGNING, again).await.ok();

    let asked = alice.post(SIGNING, second.upload(&alice)).await;
    assert_eq!((asked.status.as_u16(), asked.body["flows"].is_array()), (401, true));
    let shown = query(&alice, &[&alice.user_id]).await;
    assert_eq!(shown["master_keys"][&alice.user_id], first.master.key(&alice, "master"));
    alice.post(SIGNING, proven(second.upload(&alice), "alice", &asked.body["session"])).await.ok();
    let shown = query(&alice, &[&alice.user_id]).await;
    let uploaded = second.upload(&alice);
    for (shown_as, uploaded_as) in [
        ("master_keys", "master_key"),
        ("self_signing_keys", "self_signing_key"),
        ("user_signing_keys", "user_signing_key"),
    ] {
        assert_eq!(shown[shown_as][&alice.user_id], uploaded[uploaded_as]);
    }
    // A new self-signing key alone replaces one as well.
    let third = Identity::new();
    let key = second.master.sign(&alice.user_id, &third.self_signing.key(&alice, "self_signing"));
    let asked = alice.post(SIGNING, json!({ "self_signing_key": key })).await;
    assert_eq!(asked.status.as_u16(), 401);
    server
}

async fn a_new_master_key_leaves_nothing_that_the_old_one_signed(server: TestServer) -> TestServer {
    let (alice, device, first) = with_identity(&server, "alice").await;
    let keys = device.device_keys(&alice);
    let signed = first.self_signing.sign(&alice.user_id, &keys);
    let body = json!({ (&alice.user_id): { (&alice.device_id): signed } });
    assert_eq!(alice.post(SIGNATURES, body).await.ok(), json!({}));
    let second = Identity::new();
    let upload = json!({ "master_key": second.master.key(&alice, "master") });
    let asked = alice.post(SIGNING, upload.clone()).await;
    alice.post(SIGNING, proven(upload, "alice", &asked.body["session"])).await.ok();
    let shown = query(&alice, &[&alice.user_id]).await;
    assert_eq!(shown["master_keys"][&alice.user_id], second.master.key(&alice, "master"));
    assert_eq!((shown.get("self_signing_keys"), shown.get("user_signing_keys")), (None, None));
    assert_eq!(shown["device_keys"][&alice.user_id][&alice.device_id], keys);
    server
}

async fn cross_signing_keys_of_a_wrong_shape_or_signature_are_refused(server: TestServer) -> TestServer {
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let identity = Identity::new();
    let right = identity.upload(&alice);
    bob.post(SIGNING, right.clone()).await.error(400, "M_INVALID_PARAM");
    let mut alone = right.clone();
    alone.as_object_mut().unwrap().remove("master_key");
    alice.post(SIGNING, alone).await.error(400, "M_MISSING_PARAM");
    alice.post(SIGNING, json!({})).await.error(400, "M_MISSING_PARAM");
    let mut foreign = right.clone();
    foreign["self_signing_key"] = Identity::new().upload(&alice)["self_signing_key"].clone();
    alice.post(SIGNING, foreign).await.error(400, "M_INVALID_SIGNATURE");
    let mut unsigned = right.clone();
    unsigned["user_signing_key"].as_object_mut().unwrap().remove("signatures");
    alice.post(SIGNING, unsigned).await.error(400, "M_INVALID_SIGNATURE");
    let master = &right["master_key"];
    let (key_id, public) = (format!("ed25519:{}", identity.master.public), identity.master.public.as_str());
    for (part, odd) in [
        ("usage", json!(["self_signing"])),
        ("usage", json!([])),
        ("usage", json!(["master", "self_signing"])),
        ("keys", json!({})),
        (
            "keys",
            json!({ (&key_id): public, (format!("ed25519:{}", identity.self_signing.public)): identity.self_signing.public }),
        ),
        ("keys", json!({ "ed25519:AAAA": public })),
        ("keys", json!({ "ed25519:AAAA": "AAAA" })),
    ] {
        let mut key = master.clone();
        key[part] = odd.clone();
        let answer = alice.post(SIGNING, json!({ "master_key": key })).await;
        assert_eq!(answer.status.as_u16(), 400, "{part} {odd}");
    }
    for odd in [json!({ "master_key": 1 }), json!({ "master_key": {} }), json!([])] {
        alice.post(SIGNING, odd).await.error(400, "M_BAD_JSON");
    }
    // Half of a surrogate pair is JSON and no text.
    let half = right.to_string().replace(&alice.user_id, "\\ud800");
    let request = alice.raw(Method::POST, SIGNING).bearer_auth(alice.token.as_ref().unwrap());
    let answer = request.header("content-type", "application/json").body(half).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 400);
    let told: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
    assert_eq!(told["errcode"], "M_BAD_JSON");
    assert_eq!(query(&alice, &[&alice.user_id]).await.get("master_keys"), None);
    server
}

async fn devices_and_cross_signing_keys_never_share_a_name(server: TestServer) -> TestServer {
    server.register("alice").await;
    let identity = Identity::new();
    let device = server.sign_in("alice", Some(&identity.self_signing.public)).await;
    device.post(SIGNING, identity.upload(&device)).await.error(403, "M_FORBIDDEN");
    let (bob, _, identity) = with_identity(&server, "bob").await;
    let sign_in = |device_id: &str| {
        let identifier = json!({ "type": "m.id.user", "user": "bob" });
        let form = json!({
            "type": "m.login.password", "identifier": identifier, "password": PASSWORD, "device_id": device_id,
        });
        let bob = bob.clone();
        async move { bob.post("/_matrix/client/v3/login", form).await }
    };
    sign_in(&identity.master.public).await.error(400, "M_INVALID_PARAM");
    sign_in("OTHER").await.ok();
    server
}

async fn own_devices_and_the_master_key_are_signed(mut server: TestServer) -> TestServer {
    let (alice, device, identity) = with_identity(&server, "alice").await;
    let bob = server.register("bob").await;
    let user = &alice.user_id;
    let signed_device = identity.self_signing.sign(user, &device.device_keys(&alice));
    let master = identity.master.key(&alice, "master");
    let signed_master = device.sign(user, &master);
    let body =
        json!({ (user): { (&alice.device_id): signed_device, (&identity.master.public): signed_master } });
    assert_eq!(alice.post(SIGNATURES, body.clone()).await.ok(), json!({}));
    assert_eq!(alice.post(SIGNATURES, body).await.ok(), json!({}), "asking again is no error");
    server.restart().await;
    for who in [&alice, &bob] {
        let shown = query(&who.at(&server), &[user]).await;
        assert_eq!(shown["device_keys"][user][&alice.device_id], signed_device);
        assert_eq!(shown["master_keys"][user], signed_master);
    }
    // Uploading the device's keys again takes no signature away.
    let alice = alice.at(&server);
    alice.post(KEYS, json!({ "device_keys": device.device_keys(&alice) })).await.ok();
    assert_eq!(query(&alice, &[user]).await["device_keys"][user][&alice.device_id], signed_device);
    server
}

async fn what_one_says_about_others_is_seen_by_nobody_else(server: TestServer) -> TestServer {
    let (alice, _, identity) = with_identity(&server, "alice").await;
    let (bob, _, bobs) = with_identity(&server, "bob").await;
    let master = bobs.master.key(&bob, "master");
    let signed = identity.user_signing.sign(&alice.user_id, &master);
    let body = json!({ (&bob.user_id): { (&bobs.master.public): signed } });
    assert_eq!(alice.post(SIGNATURES, body).await.ok(), json!({}));
    assert_eq!(query(&alice, &[&bob.user_id]).await["master_keys"][&bob.user_id], signed);
    let carol = server.register("carol").await;
    for who in [&bob, &carol] {
        assert_eq!(query(who, &[&bob.user_id]).await["master_keys"][&bob.user_id], master);
    }
    assert_eq!(query(&carol, &[&alice.user_id]).await.get("user_signing_keys"), None);
    // Bob's new master key is one that nobody has signed.
    let upload = json!({ "master_key": Identity::new().master.key(&bob, "master") });
    let asked = bob.post(SIGNING, upload.clone()).await;
    bob.post(SIGNING, proven(upload.clone(), "bob", &asked.body["session"])).await.ok();
    assert_eq!(query(&alice, &[&bob.user_id]).await["master_keys"][&bob.user_id], upload["master_key"]);
    server
}

async fn each_wrong_signature_fails_by_itself(server: TestServer) -> TestServer {
    let (alice, device, identity) = with_identity(&server, "alice").await;
    let (bob, _, bobs) = with_identity(&server, "bob").await;
    let user = &alice.user_id;
    let keys = device.device_keys(&alice);
    let mut changed = keys.clone();
    changed["algorithms"] = json!([]);
    let cases = [
        (user, alice.device_id.as_str(), bobs.self_signing.sign(user, &keys), "M_INVALID_SIGNATURE"),
        (user, alice.device_id.as_str(), identity.self_signing.sign(user, &changed), "M_INVALID_SIGNATURE"),
        (user, alice.device_id.as_str(), keys.clone(), "M_INVALID_SIGNATURE"),
        (user, "NONE", identity.self_signing.sign(user, &keys), "M_NOT_FOUND"),
        (user, &identity.self_signing.public, identity.master.key(&alice, "self_signing"), "M_NOT_FOUND"),
        (
            user,
            &identity.master.public,
            bobs.master.sign(user, &identity.master.key(&alice, "master")),
            "M_INVALID_SIGNATURE",
        ),
        (
            &bob.user_id,
            &bobs.master.public,
            identity.master.sign(user, &bobs.master.key(&bob, "master")),
            "M_INVALID_SIGNATURE",
        ),
        (
            &bob.user_id,
            "NONE",
            identity.user_signing.sign(user, &bobs.master.key(&bob, "master")),
            "M_NOT_FOUND",
        ),
        (&bob.user_id, &bobs.master.public, json!([]), "M_BAD_JSON"),
    ];
    let before = query(&alice, &[user, &bob.user_id]).await;
    for (number, (whose, name, object, errcode)) in cases.into_iter().enumerate() {
        let answer = alice.post(SIGNATURES, json!({ (whose): { (name): object } })).await.ok();
        assert_eq!(answer["failures"][whose][name]["errcode"], errcode, "case {number}: {answer}");
    }
    assert_eq!(query(&alice, &[user, &bob.user_id]).await, before);
    // One that fails does not stop the other.
    let signed = identity.self_signing.sign(user, &keys);
    let body = json!({ (user): { (&alice.device_id): signed, "NONE": signed } });
    let answer = alice.post(SIGNATURES, body).await.ok();
    assert_eq!(answer["failures"][user].as_object().unwrap().len(), 1);
    assert_eq!(query(&bob, &[user]).await["device_keys"][user][&alice.device_id], signed);
    for odd in [json!([]), json!({ "alice": {} }), json!({ (user): 1 })] {
        alice.post(SIGNATURES, odd).await.error(400, "M_BAD_JSON");
    }
    server
}

async fn of_two_first_sets_at_once_one_is_taken(server: TestServer) -> TestServer {
    let one = server.register("alice").await;
    let two = server.sign_in("alice", None).await;
    let (first, second) = (Identity::new(), Identity::new());
    let (to_one, to_two) = (first.upload(&one), second.upload(&two));
    let (one_said, two_said) = tokio::join!(one.post(SIGNING, to_one), two.post(SIGNING, to_two));
    let mut said = [one_said.status.as_u16(), two_said.status.as_u16()];
    let taken = if said[0] == 200 { &first } else { &second };
    said.sort_unstable();
    assert_eq!(said, [200, 401]);
    let shown = query(&one, &[&one.user_id]).await;
    assert_eq!(shown["master_keys"][&one.user_id], taken.master.key(&one, "master"));
    server
}

async fn devices_that_sign_at_once_are_all_heard(server: TestServer) -> TestServer {
    let (alice, _, identity) = with_identity(&server, "alice").await;
    let master = identity.master.key(&alice, "master");
    let mut uploads = Vec::new();
    for _ in 0..4 {
        let device = server.sign_in("alice", None).await;
        let signer = Signer::device(&device);
        device.post(KEYS, json!({ "device_keys": signer.device_keys(&device) })).await.ok();
        let signed = signer.sign(&alice.user_id, &master);
        let body = json!({ (&alice.user_id): { (&identity.master.public): signed } });
        uploads.push(tokio::spawn(async move { device.post(SIGNATURES, body).await }));
    }
    for upload in uploads {
        assert_eq!(upload.await.unwrap().ok(), json!({}));
    }
    let shown = query(&alice, &[&alice.user_id]).await;
    let signatures = &shown["master_keys"][&alice.user_id]["signatures"][&alice.user_id];
    assert_eq!(signatures.as_object().unwrap().len(), 4);
    server
}

async fn a_closed_account_has_no_devices_and_an_erased_one_no_keys(server: TestServer) -> TestServer {
    let bob = server.register("bob").await;
    let (alice, ..) = with_identity(&server, "alice").await;
    let (carol, ..) = with_identity(&server, "carol").await;
    for (client, erase) in [(&alice, false), (&carol, true)] {
        let body = json!({ "erase": erase, "auth": client.proof() });
        client.post("/_matrix/client/v3/account/deactivate", body).await.ok();
    }
    let shown = query(&bob, &[&alice.user_id, &carol.user_id]).await;
    assert_eq!(shown["device_keys"], json!({ (&alice.user_id): {}, (&carol.user_id): {} }));
    let masters = shown["master_keys"].as_object().unwrap().keys().collect::<Vec<_>>();
    assert_eq!(masters, [&alice.user_id]);
    server
}

on_both_engines!(
    a_closed_account_has_no_devices_and_an_erased_one_no_keys,
    of_two_first_sets_at_once_one_is_taken,
    devices_that_sign_at_once_are_all_heard,
    the_first_keys_are_free_the_same_again_too_and_others_need_a_proof,
    a_new_master_key_leaves_nothing_that_the_old_one_signed,
    cross_signing_keys_of_a_wrong_shape_or_signature_are_refused,
    devices_and_cross_signing_keys_never_share_a_name,
    own_devices_and_the_master_key_are_signed,
    what_one_says_about_others_is_seen_by_nobody_else,
    each_wrong_signature_fails_by_itself,
);
