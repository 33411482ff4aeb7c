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
    bound_within(builder, HEADERS);
}

fn bound_within(builder: &mut Builder<TokioExecutor>, headers: Duration) {
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(headers)
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
    write: Duration,
}

impl Places {
    /// At most so many connections at once.
    pub fn new(handle: Handle<SocketAddr>, most: usize) -> Self {
        Self { handle, most, write: WRITE }
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
        timed.set_write_timeout(Some(self.write));
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

#[cfg(test)]
mod tests {
    use super::*;
    use axum::Router;
    use axum::body::{Body, Bytes};
    use axum::routing::get;
    use std::convert::Infallible;
    use std::time::Instant;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::time::timeout;

    /// Stands for the times that the program allows.
    const SHORT: Duration = Duration::from_millis(300);
    const PATIENCE: Duration = Duration::from_secs(30);

    /// Serves a stream that never ends to connections that are bounded as the program's are.
    async fn served() -> (SocketAddr, Handle<SocketAddr>) {
        let chunk = Bytes::from(vec![b'x'; 64 * 1024]);
        let endless = move || {
            let chunk = chunk.clone();
            async move { Body::from_stream(futures::stream::repeat_with(move || Ok::<_, Infallible>(chunk.clone()))) }
        };
        let handle = Handle::new();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        listener.set_nonblocking(true).expect("a socket");
        let mut server = axum_server::from_tcp(listener).expect("listens").handle(handle.clone());
        bound_within(server.http_builder(), SHORT);
        let places = Places { write: SHORT, ..Places::new(handle.clone(), 2) };
        let router = Router::new().route("/", get(endless)).into_make_service();
        tokio::spawn(server.acceptor(places).serve(router));
        (handle.listening().await.expect("serves"), handle)
    }

    async fn asked(address: SocketAddr, request: &str) -> TcpStream {
        let mut stream = TcpStream::connect(address).await.expect("connects");
        stream.write_all(request.as_bytes()).await.expect("takes a request");
        stream
    }

    /// Completes when no connection is left.
    async fn nobody(handle: &Handle<SocketAddr>) {
        while handle.connection_count() > 0 {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn a_reader_who_takes_nothing_is_dropped() {
        let (address, handle) = served().await;
        let mut reader = asked(address, "GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
        reader.read_exact(&mut [0; 1024]).await.expect("it begins");
        let start = Instant::now();
        // from here on nothing is read
        timeout(PATIENCE, nobody(&handle)).await.expect("a reader who takes nothing loses its place");
        assert!(start.elapsed() >= SHORT, "dropped after {:?}", start.elapsed());
    }

    #[tokio::test]
    async fn a_reader_who_takes_what_comes_keeps_its_place() {
        let (address, handle) = served().await;
        let mut reader = asked(address, "GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
        let start = Instant::now();
        let mut some = vec![0; 256 * 1024];
        while start.elapsed() < 3 * SHORT {
            reader.read_exact(&mut some).await.expect("it goes on");
        }
        assert_eq!(handle.connection_count(), 1);
    }

    #[tokio::test]
    async fn a_sender_who_never_ends_its_headers_is_dropped() {
        let (address, _handle) = served().await;
        let mut sender = asked(address, "GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ").await;
        let start = Instant::now();
        let mut answer = Vec::new();
        timeout(PATIENCE, sender.read_to_end(&mut answer)).await.expect("in time").expect("the connection is closed");
        assert!(start.elapsed() >= SHORT, "dropped after {:?}", start.elapsed());
    }

    #[tokio::test]
    async fn beyond_the_places_there_are_a_connection_is_closed_at_once() {
        let (address, _handle) = served().await;
        let mut holders = Vec::new();
        for _ in 0..2 {
            let mut holder = asked(address, "GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
            holder.read_exact(&mut [0; 1024]).await.expect("it has a place");
            holders.push(holder);
        }
        let mut third = TcpStream::connect(address).await.expect("connects");
        let read = third.read(&mut [0; 16]).await;
        assert!(matches!(read, Ok(0) | Err(_)), "{read:?}");
    }
}
