//! What one connection may take: time, memory, a place. Whoever sends slowly or never reads holds nothing for long.

use axum_server::Handle;
use axum_server::accept::Accept;
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use std::future::{Ready, ready};
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::time::{Duration, SystemTime};
use tokio::net::TcpStream;
use tokio_io_timeout::TimeoutStream;

/// A request's line and headers arrive within this time.
const HEADERS: Duration = Duration::from_secs(10);
/// What is sent is taken within this time; a stream whose reader is gone or asleep ends, and comes back by itself.
const WRITE: Duration = Duration::from_secs(30);
/// Headers of all kinds together, in bytes.
const HEADER_BYTES: usize = 32 * 1024;
const HEADER_COUNT: usize = 64;
/// Requests at once on one HTTP/2 connection.
const CONCURRENT: u32 = 128;
/// How often the certificate's file is looked at.
const CERTIFICATE: Duration = Duration::from_secs(2);

/// Bounds how a connection speaks.
pub fn bound(builder: &mut Builder<TokioExecutor>) {
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS)
        .max_headers(HEADER_COUNT)
        .max_buf_size(HEADER_BYTES);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(CONCURRENT)
        .max_header_list_size(HEADER_BYTES as u32)
        .keep_alive_interval(HEADERS)
        .keep_alive_timeout(HEADERS);
}

/// Gives connections a place while there are some, and ends those that do not take what is sent.
#[derive(Clone)]
pub struct Places {
    handle: Handle<SocketAddr>,
    most: usize,
}

impl Places {
    /// At most so many connections at once.
    pub fn new(handle: Handle<SocketAddr>, most: usize) -> Self {
        Self { handle, most }
    }
}

impl<S> Accept<TcpStream, S> for Places {
    type Stream = Pin<Box<TimeoutStream<TcpStream>>>;
    type Service = S;
    type Future = Ready<io::Result<(Self::Stream, S)>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        if self.handle.connection_count() > self.most {
            return ready(Err(io::Error::other("no place for another connection")));
        }
        let mut timed = TimeoutStream::new(stream);
        timed.set_write_timeout(Some(WRITE));
        ready(timed.get_ref().set_nodelay(true).map(|()| (Box::pin(timed), service)))
    }
}

/// TLS with a certificate from files, which are read again when they change.
pub async fn tls(certificate: &Path, key: &Path, places: Places) -> io::Result<RustlsAcceptor<Places>> {
    let config = RustlsConfig::from_pem_file(certificate, key).await?;
    tokio::spawn(follow(config.clone(), certificate.to_owned(), key.to_owned()));
    Ok(RustlsAcceptor::new(config).handshake_timeout(HEADERS).acceptor(places))
}

async fn follow(config: RustlsConfig, certificate: PathBuf, key: PathBuf) {
    let changed = |path: &Path| std::fs::metadata(path).and_then(|file| file.modified()).ok();
    let mut seen: [Option<SystemTime>; 2] = [changed(&certificate), changed(&key)];
    loop {
        tokio::time::sleep(CERTIFICATE).await;
        let now = [changed(&certificate), changed(&key)];
        if now == seen {
            continue;
        }
        // half of a change is read as a mistake, and again in the next round
        match config.reload_from_pem_file(&certificate, &key).await {
            Ok(()) => {
                tracing::info!("the certificate was read again");
                seen = now;
            }
            Err(error) => tracing::error!(%error, "the certificate that changed cannot be used; the one before stays"),
        }
    }
}
