//! An HTTP client that sends the headers of a browser.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, Lines};
use tokio::net::TcpStream as AsyncTcpStream;

pub const PHONE: &str = "Mozilla/5.0 (Linux; Android 10; SM-A107F) AppleWebKit/537.36 (KHTML, like Gecko) \
                         Chrome/131.0.0.0 Mobile Safari/537.36";

pub struct Response {
    pub head: String,
    pub body: Vec<u8>,
}

impl Response {
    pub fn status(&self) -> u16 {
        self.head[9..12].parse().unwrap()
    }

    pub fn header(&self, name: &str) -> &str {
        let line = self.head.lines().find(|line| line.to_ascii_lowercase().starts_with(&format!("{name}: ")));
        line.map_or("", |line| &line[name.len() + 2..])
    }

    /// The cookies to send back.
    pub fn cookie(&self) -> String {
        let lines = self.head.lines().filter(|line| line.to_ascii_lowercase().starts_with("set-cookie: "));
        lines.map(|line| line[12..].split(';').next().unwrap()).collect::<Vec<_>>().join("; ")
    }
}

/// Opens a stream and returns its lines.
pub async fn follow(address: SocketAddr, topics: &str, cookie: &str) -> Lines<tokio::io::BufReader<AsyncTcpStream>> {
    let mut stream = AsyncTcpStream::connect(address).await.unwrap();
    let request = format!(
        "GET /truc-tiep?chu-de={topics} HTTP/1.1\r\nHost: a\r\nUser-Agent: {PHONE}\r\nCookie: {cookie}\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    tokio::io::BufReader::with_capacity(1024, stream).lines()
}

/// Decodes the state of a topic from a line of a stream, if the line contains one.
pub fn decode_state<T: serde::de::DeserializeOwned>(line: &str, topic: &str) -> Option<T> {
    let text = line.strip_prefix("data: ")?.strip_prefix(topic)?.strip_prefix(' ')?.trim().split_once('.')?.1;
    app::web::wire::from_bytes(&STANDARD_NO_PAD.decode(text).ok()?)
}

/// A connection with keep-alive.
pub struct Client(BufReader<TcpStream>);

impl Client {
    pub fn new(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        Self(BufReader::new(stream))
    }

    pub fn get(&mut self, path: &str, headers: &str) -> Response {
        self.send(&format!(
            "GET {path} HTTP/1.1\r\nHost: a\r\nAccept: text/html\r\nUser-Agent: {PHONE}\r\n{headers}\r\n"
        ))
    }

    pub fn post(&mut self, path: &str, form: &str, cookie: &str) -> Response {
        self.send(&format!(
            "POST {path} HTTP/1.1\r\nHost: a\r\nSec-Fetch-Site: same-origin\r\nUser-Agent: {PHONE}\r\n\
             Cookie: {cookie}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
            form.len()
        ))
    }

    pub fn send(&mut self, request: &str) -> Response {
        self.0.get_mut().write_all(request.as_bytes()).unwrap();
        let (mut length, mut chunked, mut head) = (0, false, String::new());
        loop {
            let mut line = String::new();
            self.0.read_line(&mut line).unwrap();
            let lower = line.to_ascii_lowercase();
            if let Some(value) = lower.strip_prefix("content-length: ") {
                length = value.trim().parse().unwrap();
            }
            chunked |= lower.starts_with("transfer-encoding: chunked");
            if line == "\r\n" {
                break;
            }
            head.push_str(&line);
        }
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).unwrap();
        while chunked {
            let mut line = String::new();
            self.0.read_line(&mut line).unwrap();
            let mut chunk = vec![0; usize::from_str_radix(line.trim(), 16).unwrap() + 2];
            self.0.read_exact(&mut chunk).unwrap();
            chunked = chunk.len() > 2;
            body.extend_from_slice(&chunk[..chunk.len() - 2]);
        }
        Response { head, body }
    }
}
