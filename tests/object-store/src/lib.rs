//! An S3 service in this process for tests: objects in a folder that is gone afterwards, signatures checked, on a
//! port the system chooses. It fails when it is told to.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use http::StatusCode;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s::{Body, HttpResponse};
use s3s_fs::FileSystem;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt;

/// The name of the one bucket.
pub const BUCKET: &str = "herold";
/// The public half of the credentials.
pub const ACCESS_KEY_ID: &str = "access-key";
/// The secret half.
pub const SECRET_ACCESS_KEY: &str = "secret-key";

/// A running service. It ends when this is dropped.
pub struct ObjectStore {
    folder: tempfile::TempDir,
    address: SocketAddr,
    certificate: Option<String>,
    trouble: Arc<Mutex<Trouble>>,
    serving: JoinHandle<()>,
}

/// What goes wrong.
#[derive(Debug, Default)]
struct Trouble {
    away: bool,
    silent: watch::Sender<bool>,
    /// Requests that are still to fail, and what their method and address hold.
    failing: Option<(usize, String)>,
    /// Requests that were answered, failures as well.
    requests: Vec<String>,
}

impl Trouble {
    /// Whether the request fails.
    fn befalls(&mut self, request: &str) -> bool {
        self.requests.push(request.to_owned());
        match &mut self.failing {
            _ if self.away => true,
            Some((left, part)) if *left > 0 && request.contains(part.as_str()) => {
                *left -= 1;
                true
            }
            _ => false,
        }
    }
}

impl ObjectStore {
    /// Starts the service with an empty bucket.
    pub async fn start() -> Self {
        Self::begin(None).await
    }

    /// The same over TLS, with a certificate for localhost that signs itself.
    pub async fn start_tls() -> Self {
        let own = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let key = own.signing_key.serialize_der().try_into().unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let tls = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![own.cert.der().clone()], key)
            .unwrap();
        Self::begin(Some((TlsAcceptor::from(Arc::new(tls)), own.cert.pem()))).await
    }

    async fn begin(tls: Option<(TlsAcceptor, String)>) -> Self {
        let (tls, certificate) = tls.unzip();
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join(BUCKET)).unwrap();
        let mut builder = S3ServiceBuilder::new(FileSystem::new(folder.path()).unwrap());
        builder.set_auth(SimpleAuth::from_single(ACCESS_KEY_ID, SECRET_ACCESS_KEY));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let trouble = Arc::<Mutex<Trouble>>::default();
        let serving = tokio::spawn(serve(listener, tls, builder.build(), Arc::clone(&trouble)));
        Self { folder, address, certificate, trouble, serving }
    }

    /// The URL of the service.
    pub fn endpoint(&self) -> String {
        match self.certificate {
            Some(_) => format!("https://localhost:{}", self.address.port()),
            None => format!("http://{}", self.address),
        }
    }

    /// The certificate (PEM) of a service that speaks TLS.
    pub fn certificate(&self) -> &str {
        self.certificate.as_deref().unwrap_or_default()
    }

    /// Answers nothing but 503 from now on, or is there again.
    pub fn set_away(&self, away: bool) {
        self.trouble.lock().unwrap().away = away;
    }

    /// Takes requests and answers none of them from now on, or answers them all.
    pub fn set_silent(&self, silent: bool) {
        self.trouble.lock().unwrap().silent.send_replace(silent);
    }

    /// Lets the next `count` requests fail whose method and address (`PUT /herold/...`) hold `part`.
    pub fn fail_next(&self, count: usize, part: &str) {
        self.trouble.lock().unwrap().failing = Some((count, part.to_owned()));
    }

    /// The method and address of each request so far; forgotten by this.
    pub fn requests(&self) -> Vec<String> {
        std::mem::take(&mut self.trouble.lock().unwrap().requests)
    }

    /// Puts an object into the bucket, behind everybody's back.
    pub fn put_object(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.folder.path().join(BUCKET).join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }

    /// What an object holds.
    pub fn object(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.folder.path().join(BUCKET).join(name)).unwrap()
    }

    /// The names of all objects whose names begin with `prefix`, sorted.
    pub fn objects(&self, prefix: &str) -> Vec<String> {
        let root = self.folder.path().join(BUCKET);
        let mut names: Vec<String> = files(&root)
            .iter()
            .filter_map(|file| Some(file.strip_prefix(&root).ok()?.to_str()?.to_owned()))
            .filter(|name| name.starts_with(prefix))
            .collect();
        names.sort();
        names
    }

    /// Uploads in parts that were begun and neither completed nor aborted, and what is left of their parts.
    pub fn unfinished(&self) -> usize {
        let entries = std::fs::read_dir(self.folder.path()).unwrap().map(Result::unwrap);
        entries.filter(|entry| entry.file_name().to_str().is_some_and(is_of_upload)).count()
    }
}

impl Drop for ObjectStore {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// The service keeps uploads in parts and their parts beside the bucket under these names.
fn is_of_upload(name: &str) -> bool {
    name.starts_with(".upload_id-") || name.starts_with(".upload-") || name.contains(".upload_id-")
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

async fn serve(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    service: S3Service,
    trouble: Arc<Mutex<Trouble>>,
) {
    loop {
        let Ok((connection, _)) = listener.accept().await else { continue };
        let (tls, service, trouble) = (tls.clone(), service.clone(), Arc::clone(&trouble));
        tokio::spawn(async move {
            match tls {
                None => converse(connection, service, trouble).await,
                // Who does not trust the certificate goes away.
                Some(tls) => {
                    if let Ok(connection) = tls.accept(connection).await {
                        converse(connection, service, trouble).await;
                    }
                }
            }
        });
    }
}

/// Answers the requests of one connection.
async fn converse(
    connection: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    service: S3Service,
    trouble: Arc<Mutex<Trouble>>,
) {
    let answer = service_fn(move |request: http::Request<Incoming>| {
        let name = format!("{} {}", request.method(), request.uri());
        let (service, trouble) = (service.clone(), Arc::clone(&trouble));
        async move {
            let mut silent = trouble.lock().unwrap().silent.subscribe();
            // An error means that the test is over.
            let _ = silent.wait_for(|silent| !silent).await;
            let fails = trouble.lock().unwrap().befalls(&name);
            // The service behind makes buckets as it needs them, which none of the real ones does.
            if !is_of_bucket(request.uri().path()) {
                return Ok(empty(StatusCode::NOT_FOUND));
            }
            if fails {
                return Ok(empty(StatusCode::SERVICE_UNAVAILABLE));
            }
            service.oneshot(request).await
        }
    });
    // Who goes away in the middle is no error of the service.
    let _ = Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(connection), answer).await;
}

fn is_of_bucket(path: &str) -> bool {
    path.split('/').nth(1) == Some(BUCKET)
}

fn empty(status: StatusCode) -> HttpResponse {
    let mut response = HttpResponse::new(Body::empty());
    *response.status_mut() = status;
    response
}
