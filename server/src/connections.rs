//! Limits of one connection in time and memory, and of the number of connections, so that a client who sends slowly or
//! never reads holds nothing for long.

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
const HEADER_TIMEOUT: Duration = Duration::from_secs(10);
/// Bytes that are sent are taken within this time. A stream whose reader is gone ends; an open page reconnects.
const WRITE_TIMEOUT: Duration = Duration::from_secs(30);
/// Headers of all kinds together, in bytes.
const MAX_HEADER_BYTES: usize = 32 * 1024;
const MAX_HEADERS: usize = 64;
/// Requests at once on one HTTP/2 connection.
const MAX_HTTP2_STREAMS: u32 = 128;
/// How often the certificate's files are checked for a change.
const CERTIFICATE_CHECK_INTERVAL: Duration = Duration::from_secs(2);

/// Sets the limits of a connection.
pub fn set_limits(builder: &mut Builder<TokioExecutor>) {
    set_limits_with_timeout(builder, HEADER_TIMEOUT);
}

fn set_limits_with_timeout(builder: &mut Builder<TokioExecutor>, headers: Duration) {
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(headers)
        .max_headers(MAX_HEADERS)
        .max_buf_size(MAX_HEADER_BYTES);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(MAX_HTTP2_STREAMS)
        .max_header_list_size(MAX_HEADER_BYTES as u32)
        .keep_alive_interval(HEADER_TIMEOUT)
        .keep_alive_timeout(HEADER_TIMEOUT);
}

/// Accepts connections up to a number, and ends those that do not take what is sent.
#[derive(Clone)]
pub struct ConnectionLimit {
    handle: Handle<SocketAddr>,
    max_connections: usize,
    write_timeout: Duration,
}

impl ConnectionLimit {
    /// Accepts at most so many connections at once.
    pub fn new(handle: Handle<SocketAddr>, max_connections: usize) -> Self {
        Self { handle, max_connections, write_timeout: WRITE_TIMEOUT }
    }
}

impl<S> Accept<TcpStream, S> for ConnectionLimit {
    type Stream = Pin<Box<TimeoutStream<TcpStream>>>;
    type Service = S;
    type Future = Ready<io::Result<(Self::Stream, S)>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        if self.handle.connection_count() > self.max_connections {
            return ready(Err(io::Error::other("too many connections")));
        }
        let mut timed = TimeoutStream::new(stream);
        timed.set_write_timeout(Some(self.write_timeout));
        ready(timed.get_ref().set_nodelay(true).map(|()| (Box::pin(timed), service)))
    }
}

/// TLS with a certificate from files, which are read again when they change.
pub async fn tls_acceptor(
    certificate: &Path,
    key: &Path,
    limit: ConnectionLimit,
) -> io::Result<RustlsAcceptor<ConnectionLimit>> {
    let config = RustlsConfig::from_pem_file(certificate, key).await?;
    tokio::spawn(reload_when_changed(config.clone(), certificate.to_owned(), key.to_owned()));
    Ok(RustlsAcceptor::new(config).handshake_timeout(HEADER_TIMEOUT).acceptor(limit))
}

async fn reload_when_changed(config: RustlsConfig, certificate: PathBuf, key: PathBuf) {
    let changed = |path: &Path| std::fs::metadata(path).and_then(|file| file.modified()).ok();
    let mut known: [Option<SystemTime>; 2] = [changed(&certificate), changed(&key)];
    loop {
        tokio::time::sleep(CERTIFICATE_CHECK_INTERVAL).await;
        let now = [changed(&certificate), changed(&key)];
        if now == known {
            continue;
        }
        // a change that is only half written fails here and is read again in the next round
        match config.reload_from_pem_file(&certificate, &key).await {
            Ok(()) => {
                tracing::info!("the certificate was read again");
                known = now;
            }
            Err(error) => tracing::error!(%error, "the new certificate cannot be used; the previous one stays"),
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

    /// Stands in for the timeouts of the program.
    const SHORT_TIMEOUT: Duration = Duration::from_millis(300);
    const TEST_TIMEOUT: Duration = Duration::from_secs(30);

    /// Serves a stream that never ends, with the program's limits.
    async fn start_server() -> (SocketAddr, Handle<SocketAddr>) {
        let chunk = Bytes::from(vec![b'x'; 64 * 1024]);
        let endless = move || {
            let chunk = chunk.clone();
            async move { Body::from_stream(futures::stream::repeat_with(move || Ok::<_, Infallible>(chunk.clone()))) }
        };
        let handle = Handle::new();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        listener.set_nonblocking(true).expect("a socket");
        let mut server = axum_server::from_tcp(listener).expect("listens").handle(handle.clone());
        set_limits_with_timeout(server.http_builder(), SHORT_TIMEOUT);
        let limit = ConnectionLimit { write_timeout: SHORT_TIMEOUT, ..ConnectionLimit::new(handle.clone(), 2) };
        let router = Router::new().route("/", get(endless)).into_make_service();
        tokio::spawn(server.acceptor(limit).serve(router));
        (handle.listening().await.expect("serves"), handle)
    }

    async fn send_request(address: SocketAddr, request: &str) -> TcpStream {
        let mut stream = TcpStream::connect(address).await.expect("connects");
        stream.write_all(request.as_bytes()).await.expect("takes a request");
        stream
    }

    /// Completes when no connection is left.
    async fn wait_until_empty(handle: &Handle<SocketAddr>) {
        while handle.connection_count() > 0 {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn a_client_that_reads_nothing_is_disconnected() {
        let (address, handle) = start_server().await;
        let mut reader = send_request(address, "GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
        reader.read_exact(&mut [0; 1024]).await.expect("it begins");
        let start = Instant::now();
        // from here on nothing is read
        timeout(TEST_TIMEOUT, wait_until_empty(&handle)).await.expect("a client that reads nothing is disconnected");
        assert!(start.elapsed() >= SHORT_TIMEOUT, "dropped after {:?}", start.elapsed());
    }

    #[tokio::test]
    async fn a_client_that_reads_stays_connected() {
        let (address, handle) = start_server().await;
        let mut reader = send_request(address, "GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
        let start = Instant::now();
        let mut some = vec![0; 256 * 1024];
        while start.elapsed() < 3 * SHORT_TIMEOUT {
            reader.read_exact(&mut some).await.expect("it goes on");
        }
        assert_eq!(handle.connection_count(), 1);
    }

    #[tokio::test]
    async fn a_client_that_never_ends_its_headers_is_disconnected() {
        let (address, _handle) = start_server().await;
        let mut sender = send_request(address, "GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ").await;
        let start = Instant::now();
        let mut answer = Vec::new();
        timeout(TEST_TIMEOUT, sender.read_to_end(&mut answer))
            .await
            .expect("in time")
            .expect("the connection is closed");
        assert!(start.elapsed() >= SHORT_TIMEOUT, "dropped after {:?}", start.elapsed());
    }

    #[tokio::test]
    async fn a_connection_beyond_the_limit_is_closed_at_once() {
        let (address, _handle) = start_server().await;
        let mut holders = Vec::new();
        for _ in 0..2 {
            let mut holder = send_request(address, "GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
            holder.read_exact(&mut [0; 1024]).await.expect("it is accepted");
            holders.push(holder);
        }
        let mut third = TcpStream::connect(address).await.expect("connects");
        let read = third.read(&mut [0; 16]).await;
        assert!(matches!(read, Ok(0) | Err(_)), "{read:?}");
    }
}
