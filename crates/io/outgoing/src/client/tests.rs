//! Who is called and who is not.

use super::*;

fn status(outcome: Result<Answer, OutgoingError>) -> String {
    outcome.map_or_else(|error| error.to_string(), |answer| answer.status.to_string())
}

#[tokio::test]
async fn own_networks_are_called_only_where_allowed() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let serving = tokio::spawn(async move {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let (mut connection, _) = listener.accept().await.unwrap();
        let mut request = [0; 1024];
        let read = connection.read(&mut request).await.unwrap();
        assert!(read > 0);
        let answer = b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n";
        connection.write_all(answer).await.unwrap();
    });
    let closed = Outgoing::new(Settings::default());
    for host in ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "10.0.0.1", "0x7f.1"] {
        let outcome = closed.post(&format!("https://{host}:{port}/"), HeaderMap::new(), Bytes::new()).await;
        assert!(matches!(outcome, Err(OutgoingError::Forbidden)), "{host}: {}", status(outcome));
    }
    let open =
        Outgoing::new(Settings { allowed: vec!["127.0.0.0/8".parse().unwrap()], ..Settings::default() });
    let outcome = open.post(&format!("http://127.0.0.1:{port}/"), HeaderMap::new(), Bytes::new()).await;
    assert_eq!(status(outcome), "302 Found", "a redirect is an answer");
    serving.await.unwrap();
    for plain in ["http://8.8.8.8/", "http://example.org/"] {
        assert!(matches!(closed.check(plain), Err(OutgoingError::Forbidden)), "{plain} is not encrypted");
    }
    for odd in
        ["ftp://example.org/", "nothing", "http://", "https://a:b@example.org/", "https://a@example.org/"]
    {
        assert!(matches!(open.check(odd), Err(OutgoingError::Url)), "{odd}");
    }
}

#[test]
fn settings_say_what_is_open_and_what_is_denied() {
    let outgoing = Outgoing::new(Settings {
        allowed: vec!["10.0.0.0/8".parse().unwrap()],
        allowed_hosts: vec!["wiki.intranet".to_owned()],
        unencrypted: true,
        ports: vec![80, 443],
        denied: vec!["*.Example.com".to_owned(), "example.org/private/*".to_owned(), "1.2.3.4".to_owned()],
    });
    let table = [
        ("http://example.org/", Some(Reach::Anywhere)),
        ("https://example.org:443/", Some(Reach::Anywhere)),
        // Where a name leads is looked at when it is called.
        ("https://example.org:22/", Some(Reach::Within)),
        ("http://wiki.intranet:8080/", Some(Reach::Within)),
        ("http://10.1.2.3:8080/", Some(Reach::Within)),
        ("http://8.8.8.8/", Some(Reach::Anywhere)),
        ("http://8.8.8.8:8080/", None),
        ("http://192.168.1.1/", None),
        ("http://[::1]/", None),
        ("https://www.EXAMPLE.com/", None),
        ("https://www.example.com./", None),
        ("https://example.com/", Some(Reach::Anywhere)),
        ("https://example.org/private/x", None),
        ("https://example.org/PRIVATE/x", None),
        ("https://example.org/public/private/", Some(Reach::Anywhere)),
        ("https://1.2.3.4/", None),
        ("https://0x01020304/", None),
    ];
    for (url, wanted) in table {
        let reach = outgoing.check(url).and_then(|url| outgoing.0.reach(&url));
        assert_eq!(reach.ok(), wanted, "{url}");
    }
}
