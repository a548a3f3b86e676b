//! Mistakes and what is said about them.

use super::*;
use crate::config::EXAMPLE;

fn load_text(text: &str, environment: &[(&str, &str)]) -> Result<Config, String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("herold.toml");
    std::fs::write(&file, text).unwrap();
    let environment = environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let place = format!("{}/", folder.path().display());
    load(Some(&file), environment).map_err(|error| error.to_string().replace(&place, ""))
}

/// Keys whose value in the example is not what holds when they are not set.
const WITHOUT_DEFAULT: &[&str] = &[
    "database.path",
    "database.url",
    "database.root_certificates",
    "web.accent",
    "web.logo",
    "web.imprint",
    "web.privacy",
    "web.accessibility",
    "web.map_url",
    "well_known.client_base_url",
    "well_known.server",
    "well_known.support_page",
    "listen.tls_certificate",
    "listen.tls_key",
    "calls.turn_secret",
    "push.contact",
    "media.s3.endpoint",
    "media.s3.bucket",
    "media.s3.access_key_id",
    "media.s3.secret_access_key",
    "media.s3.secret_access_key_file",
    "media.s3.root_certificates",
    "federation.root_certificates",
];

#[test]
fn the_example_says_the_defaults() {
    assert_eq!(load_text(EXAMPLE, &[]).unwrap(), Config::default());
    for (key, value) in example::keys() {
        let mut table = Table::new();
        set(&mut table, &key, value);
        complete_limits(&mut table);
        let loaded = parse(table, &BTreeMap::new()).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(loaded == Config::default(), !WITHOUT_DEFAULT.contains(&key.as_str()), "{key}");
    }
}

#[test]
fn a_bucket_needs_its_service_and_its_credentials() {
    let mut text = "[media]\nstore = \"s3\"\n[media.s3]\n".to_owned();
    let steps = [
        ("endpoint = \"https://s3.example.org\"", "media.s3.endpoint: is written like"),
        ("bucket = \"herold\"", "media.s3.bucket: is missing"),
        ("access_key_id = \"herold\"", "media.s3.access_key_id: is missing"),
        ("secret_access_key = \"secret\"", "media.s3.secret_access_key_file: is missing"),
    ];
    for (line, missing) in steps {
        let error = load_text(&text, &[]).unwrap_err();
        assert!(error.starts_with(missing), "{error}");
        text += &format!("{line}\n");
    }
    assert!(load_text(&text, &[]).is_ok());
    let both = load_text(&(text + "secret_access_key_file = \"/secret\""), &[]).unwrap_err();
    assert!(both.contains("set one of them"), "{both}");
}

#[test]
fn what_browsers_could_not_show_is_a_mistake() {
    let cases = [
        ("[web]\nname = \" \"", "web.name: must have 1 to 40 characters"),
        ("[web]\naccent = \"red\"", "web.accent: is no colour like \"#2f5d8a\""),
        ("[web]\naccent = \"#12345g\"", "web.accent: is no colour like \"#2f5d8a\""),
        ("[web]\nprivacy = \"data:,\"", "web.privacy: must begin with https:// or http://"),
        (
            "[web]\nmap_url = \"geo:{latitude},{longitude}\"",
            "web.map_url: must begin with https:// or http://",
        ),
        (
            "[web]\nmap_url = \"https://maps.example.org/?lat={latitude}\"",
            "web.map_url: must have {latitude} and {longitude} in it",
        ),
    ];
    for (text, wanted) in cases {
        assert_eq!(load_text(text, &[]).unwrap_err(), wanted, "{text}");
    }
}

#[test]
fn a_mistake_is_one_line_with_the_key() {
    let cases = [
        ("[listen]\nprot = 1", "listen.prot: there is no such key; did you mean \"listen.port\"?"),
        ("colour = 1", "colour: there is no such key"),
        ("[listen]\nport = \"x\"", "listen.port: invalid type: string \"x\", expected u16"),
        ("[listen]\nport = 70000", "listen.port: invalid value: integer `70000`, expected u16"),
        ("listen = 5", "listen: invalid type: integer `5`, expected struct Listen"),
        ("[listen]\naddress = \"here\"", "listen.address: invalid IP address syntax"),
        (
            "[log]\nlevel = \"loud\"",
            "log.level: unknown variant `loud`, expected one of `error`, `warn`, `info`, `debug`, `trace`",
        ),
        (
            "[database]\npath = \"a\"\nurl = \"b\"",
            "database.path: is set together with database.url; set one of them",
        ),
        (
            "[well_known]\nsupport_page = \"javascript:alert(1)\"",
            "well_known.support_page: must begin with https:// or http://",
        ),
        (
            "[well_known]\nadmins = [\"nonsense\"]",
            "well_known.admins: holds something that is neither a user id nor an e-mail address",
        ),
        ("[passwords]\ncharacters_min = 600", "passwords.characters_min: must be at most 128"),
        (
            "[listen]\ntls_key = \"k\"",
            "listen.tls_certificate: is missing; a certificate and its key go together",
        ),
        (
            "[listen]\ntrusted_proxies = [\"10.0.0.0/8\", \"me\"]",
            "listen.trusted_proxies[1]: \"me\" is no address and no network like 10.0.0.0/8",
        ),
        (
            "[rate_limits.send]\nburst = 0",
            "rate_limits.send.burst: must be more than 0; to limit nothing, set rate_limits.enabled to false",
        ),
        ("[passwords]\nworkers = 0", "passwords.workers: must be at least 1"),
        (
            "[registration]\nmode = \"token\"",
            "registration.tokens: is empty; with registration.mode = \"token\" nobody could register",
        ),
        (
            "[calls]\nturn_uris = [\"turn:a\"]",
            "calls.turn_secret: is missing; TURN servers and their secret go together",
        ),
        (
            "[calls]\nturn_uris = [\"a\"]\nturn_secret = \"s\"",
            "calls.turn_uris: holds something that does not begin with turn: or turns:",
        ),
        (
            "[calls]\nlivekit_service_urls = [\"sfu\"]",
            "calls.livekit_service_urls: holds something that is no http(s) URL",
        ),
        (
            "[url_previews]\nallowed_hosts = [\"https://wiki\"]",
            "url_previews.allowed_hosts: holds names of hosts only, like wiki.example.org",
        ),
        (
            "[url_previews]\ndenied = [\"https://example.org/*\"]",
            "url_previews.denied: holds hosts or hosts and paths, without https://",
        ),
        ("[url_previews]\nkeep_days = 0", "url_previews.keep_days: must be at least 1"),
        (
            "[url_previews]\npage_bytes_max = 99999999",
            "url_previews.page_bytes_max: must be between 1 and 16777216",
        ),
        ("\nport 5", "herold.toml, line 2: key with no value, expected `=`"),
    ];
    for (text, wanted) in cases {
        assert_eq!(load_text(text, &[]).unwrap_err(), wanted, "{text}");
    }
    let name = load_text("server_name = \"not a name\"", &[]).unwrap_err();
    assert!(name.starts_with("server_name: "), "{name}");
}

#[test]
fn the_environment_wins_and_its_mistakes_are_named() {
    let config = load_text("[listen]\nport = 1", &[("HEROLD_LISTEN_PORT", "2"), ("HOME", "/")]).unwrap();
    assert_eq!(config.listen.port, 2);
    let cases = [
        (
            ("HEROLD_LISTEN_PORT", "two"),
            "listen.port (HEROLD_LISTEN_PORT): invalid type: string \"two\", expected u16",
        ),
        (
            ("HEROLD_LISTEN_PROT", "2"),
            "HEROLD_LISTEN_PROT: there is no such key; did you mean \"HEROLD_LISTEN_PORT\"?",
        ),
    ];
    for (variable, wanted) in cases {
        assert_eq!(load_text("", &[variable]).unwrap_err(), wanted);
    }
}

#[test]
fn a_file_that_is_not_there_is_said() {
    let error = load(Some(Path::new("/nowhere/herold.toml")), std::iter::empty()).unwrap_err();
    assert_eq!(error.to_string(), "/nowhere/herold.toml: No such file or directory (os error 2)");
}

#[test]
fn documents_that_nobody_could_agree_to_are_named() {
    let unreachable = load_text("[[terms.documents]]\nid = \"a\"\nversion = \"1\"\nlanguages = {}", &[]);
    let wanted = "well_known.client_base_url: is missing; people agree to terms.documents there";
    assert_eq!(unreachable.unwrap_err(), wanted);
    let slip = load_text("[[terms.documents]]\nid = \"a\"\nverison = \"1\"", &[]);
    assert!(slip.unwrap_err().starts_with("terms.documents[0].verison: unknown field"));
    let with = |documents: &str| {
        let text = format!("[well_known]\nclient_base_url = \"https://m.example.org\"\n{documents}");
        load_text(&text, &[]).map(|config| config.terms.documents.len())
    };
    let document = |id: &str, languages: &str| {
        format!("[[terms.documents]]\nid = \"{id}\"\nversion = \"1\"\nlanguages = {{ {languages} }}\n")
    };
    let english = "en = { name = \"Terms\", url = \"https://example.org/terms\" }";
    assert_eq!(with(&(document("a", english) + &document("b", english))), Ok(2));
    let script = "en = { name = \"Terms\", url = \"javascript:alert(1)\" }";
    for (documents, said) in [
        (document("a b", english), "ids and versions have 1 to 255"),
        (document("a", english) + &document("a", english), "holds two documents of the same id"),
        (document("a", ""), "each document needs a language"),
        (document("a", script), "each language needs a name and a url"),
    ] {
        let error = with(&documents).unwrap_err();
        assert!(error.starts_with("terms.documents: ") && error.contains(said), "{error}");
    }
}

#[test]
fn pushes_that_could_reach_nobody_are_named() {
    let cases = [
        ("[push]\ncontact = \"admin@example.org\"", "push.contact: must begin with mailto: or https://"),
        (
            "[push]\ngateway = true\nweb_push = false",
            "push.gateway: reaches nobody without push.web_push, push.apns or push.fcm",
        ),
        (
            "[[push.fcm]]\napp_id = \"a\"\nservice_account_file = \"f\"\nserver = \"google\"",
            "push.fcm: a server must begin with https:// or http://",
        ),
        (
            "[[push.fcm]]\napp_id = \"a\"\nservice_account_file = \"f\"\n[[push.apns]]\napp_id = \"a\"\n\
             topic = \"t\"\nteam_id = \"t\"\nkey_id = \"k\"\nkey_file = \"f\"",
            "push.fcm: each app needs an app_id that no other has",
        ),
    ];
    for (text, wanted) in cases {
        assert_eq!(load_text(text, &[]).unwrap_err(), wanted, "{text}");
    }
}
