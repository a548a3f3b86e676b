//! A client of HTTP/2 that is written by hand, frame by frame: no library leaves a window shut.

use super::*;

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const SETTINGS: u8 = 4;
const GO_AWAY: u8 = 7;
const WINDOW_UPDATE: u8 = 8;
/// Why a connection is ended that nobody seems to use any more.
const NO_ERROR: u32 = 0;
/// Why a connection is ended that is more trouble than it is worth (RFC 9113, section 7).
const ENHANCE_YOUR_CALM: u32 = 11;
/// END_STREAM, of frames with data or headers.
const LAST: u8 = 1;
/// END_HEADERS.
const COMPLETE: u8 = 4;
const CONTINUATION: u8 = 9;
/// `accept-encoding: gzip, deflate`, a header of one byte (RFC 7541, appendix A).
const ACCEPT_ENCODING: u8 = 0x90;

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let mut frame = (payload.len() as u32).to_be_bytes()[1..].to_vec();
    frame.extend([kind, flags]);
    frame.extend(stream.to_be_bytes());
    frame.extend(payload);
    frame
}

/// A GET of `path` on `stream`, with one more header of `more` bytes where that is not 0.
fn get_frames(stream: u32, path: &str, more: usize) -> Vec<u8> {
    // :method GET, :scheme http, :path and :authority as literals (RFC 7541).
    let mut head = vec![0x82, 0x86];
    let mut literal = |name: &[u8], value: &[u8]| {
        head.extend(name);
        // A length of 127 and more goes on in groups of seven bits.
        let mut rest = value.len();
        if rest < 127 {
            head.push(rest as u8);
        } else {
            head.push(127);
            rest -= 127;
            while rest >= 128 {
                head.push((rest % 128) as u8 | 128);
                rest /= 128;
            }
            head.push(rest as u8);
        }
        head.extend(value);
    };
    literal(&[0x04], path.as_bytes());
    literal(&[0x01], b"x");
    if more > 0 {
        literal(b"\x00\x01y", &vec![b'y'; more]);
    }
    let mut pieces = head.chunks(16 * 1024).peekable();
    let (mut frames, mut kind) = (Vec::new(), HEADERS);
    while let Some(piece) = pieces.next() {
        let first = if kind == HEADERS { LAST } else { 0 };
        let end = if pieces.peek().is_none() { COMPLETE } else { 0 };
        frames.extend(frame(kind, first | end, stream, piece));
        kind = CONTINUATION;
    }
    frames
}

/// A connection on which `/` is asked for.
pub(super) async fn ask(address: SocketAddr) -> TcpStream {
    let mut stream = connect(address, 65_535).await;
    stream.write_all(&get_frames(1, "/", 0)).await.unwrap();
    stream
}

/// A connection whose answers may have `window` bytes until they are given more.
async fn connect(address: SocketAddr, window: u32) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let mut begin = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
    let mut initial_window = vec![0, 4];
    initial_window.extend(window.to_be_bytes());
    begin.extend(frame(SETTINGS, 0, 0, &initial_window));
    stream.write_all(&begin).await.unwrap();
    stream
}

/// The next frame: its kind, its flags, its stream and what it carries.
async fn next(connection: &mut TcpStream) -> (u8, u8, u32, Vec<u8>) {
    let mut head = [0; 9];
    connection.read_exact(&mut head).await.unwrap();
    let length = u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize;
    let mut payload = vec![0; length];
    connection.read_exact(&mut payload).await.unwrap();
    (head[3], head[4], u32::from_be_bytes([head[5], head[6], head[7], head[8]]), payload)
}

/// The body of the answer on `stream`.
async fn body(connection: &mut TcpStream, stream: u32) -> Vec<u8> {
    let mut body = Vec::new();
    loop {
        let (kind, flags, of, payload) = next(connection).await;
        if of == stream && kind == DATA {
            body.extend(payload);
        }
        if of == stream && flags & LAST != 0 {
            return body;
        }
    }
}

#[tokio::test]
async fn who_leaves_the_window_of_an_answer_shut_is_let_go() {
    let site = serving(Patience { head: AMPLE, body: AMPLE, take: SHORT }).await;
    for path in ["/", "/big"] {
        let mut stream = connect(site.address, 0).await;
        stream.write_all(&get_frames(1, path, 0)).await.unwrap();
        let _ = rest(&mut stream).await;
    }
    is_free(&site).await;
    // One of two answers is taken, and the other begun.
    let site = serving(Patience { head: AMPLE, body: AMPLE, take: SOME }).await;
    let mut stream = connect(site.address, 10).await;
    stream.write_all(&[get_frames(1, "/", 0), get_frames(3, "/big", 0)].concat()).await.unwrap();
    assert_eq!(body(&mut stream, 1).await, b"hello");
    let _ = rest(&mut stream).await;
    is_free(&site).await;
}

#[tokio::test]
async fn who_takes_a_big_answer_gets_all_of_it() {
    let site = serving(Patience { head: AMPLE, body: AMPLE, take: AMPLE }).await;
    let mut stream = connect(site.address, i32::MAX as u32).await;
    let more = frame(WINDOW_UPDATE, 0, 0, &(i32::MAX as u32 - 65_535).to_be_bytes());
    stream.write_all(&[more, get_frames(1, "/big", 0)].concat()).await.unwrap();
    let taken = tokio::time::timeout(WAIT, body(&mut stream, 1)).await.unwrap();
    assert!(taken.len() == BIG && taken.iter().all(|byte| *byte == b'x'));
}

#[tokio::test]
async fn a_head_that_is_too_large_is_refused_with_words() {
    let site = serving(Patience { head: AMPLE, body: AMPLE, take: AMPLE }).await;
    let mut stream = connect(site.address, 65_535).await;
    let long = format!("/{}", "x".repeat(40 * 1024));
    stream.write_all(&get_frames(1, &long, 0)).await.unwrap();
    assert!(body(&mut stream, 1).await.starts_with(b"{\"errcode\":\"M_TOO_LARGE\""));
    stream.write_all(&get_frames(3, "/", 70 * 1024)).await.unwrap();
    assert!(body(&mut stream, 3).await.starts_with(b"{\"errcode\":\"M_TOO_LARGE\""));
    stream.write_all(&get_frames(5, "/", 100)).await.unwrap();
    assert_eq!(body(&mut stream, 5).await, b"hello");
}

#[tokio::test]
async fn a_head_beyond_what_is_read_is_refused_and_the_next_one_is_served() {
    let site = serving(Patience { head: AMPLE, body: AMPLE, take: AMPLE }).await;
    let mut stream = connect(site.address, 65_535).await;
    stream.write_all(&get_frames(1, "/", HEAD_BYTES_READ as usize + 1)).await.unwrap();
    // Nobody knows what it asked for, so that the status is all there is to be said.
    assert_eq!(body(&mut stream, 1).await, b"");
    stream.write_all(&get_frames(3, "/", 0)).await.unwrap();
    assert_eq!(body(&mut stream, 3).await, b"hello");
}

/// Why the server ends the connection.
async fn farewell(connection: &mut TcpStream) -> u32 {
    loop {
        let (kind, _, _, payload) = tokio::time::timeout(WAIT, next(connection)).await.unwrap();
        if kind == GO_AWAY {
            return u32::from_be_bytes(payload[4..8].try_into().unwrap());
        }
    }
}

#[tokio::test]
async fn a_head_in_pieces_without_end_is_not_collected() {
    let site = serving(Patience { head: AMPLE, body: AMPLE, take: AMPLE }).await;
    for piece in [0, 1, 16 * 1024] {
        let mut stream = connect(site.address, 65_535).await;
        let mut begun = frame(HEADERS, LAST, 1, &[0x82]);
        for _ in 0..64 {
            begun.extend(frame(CONTINUATION, 0, 1, &vec![ACCEPT_ENCODING; piece]));
        }
        // The server may end the connection before it has read everything.
        let _ = stream.write_all(&begun).await;
        assert_eq!(farewell(&mut stream).await, ENHANCE_YOUR_CALM, "pieces of {piece} bytes");
        drop(stream);
        is_free(&site).await;
    }
}

#[tokio::test]
async fn a_head_that_stops_in_the_middle_costs_the_connection() {
    let site = serving(Patience { head: SHORT, body: AMPLE, take: AMPLE }).await;
    let whole = get_frames(1, "/", 0);
    // Within a frame, and between two: the first request of the connection, and one that follows another.
    for begun in [whole[..12].to_vec(), frame(HEADERS, LAST, 1, &[0x82])] {
        let mut stream = connect(site.address, 65_535).await;
        stream.write_all(&begun).await.unwrap();
        let _ = rest(&mut stream).await;
        is_free(&site).await;
    }
    let site = serving(Patience { head: SOME, body: AMPLE, take: AMPLE }).await;
    let mut stream = connect(site.address, 65_535).await;
    stream.write_all(&whole).await.unwrap();
    assert_eq!(body(&mut stream, 1).await, b"hello");
    stream.write_all(&frame(HEADERS, LAST, 3, &[0x82])).await.unwrap();
    assert_eq!(farewell(&mut stream).await, NO_ERROR);
    let _ = rest(&mut stream).await;
    is_free(&site).await;
}
