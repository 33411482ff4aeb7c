//! Sending mail, where a server for it is set. Without one nothing of it is offered.

use lettre::message::{Mailbox, header::ContentType};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};

/// Sends mail through one server, from one address.
#[derive(Clone)]
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl std::fmt::Debug for Mailer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Mailer({})", self.from)
    }
}

/// Why a mail was not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unsent {
    /// It never will be: the address is none, or its server refuses it.
    ForGood,
    /// Trying again later may help.
    ForNow,
}

impl Mailer {
    /// Mail through the server at `url` (`smtps://name:password@mail.example.vn`, or `smtp://` with `?tls=required`), from `from`.
    pub fn new(url: &str, from: &str) -> Result<Self, String> {
        let from =
            from.parse().map_err(|error| format!("the sender is no address ({error}): write Tên <ten@vidu.vn>"))?;
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
            .map_err(|error| format!("the mail server's address cannot be read ({error})"))?
            .timeout(Some(std::time::Duration::from_secs(20)))
            .build();
        Ok(Self { transport, from })
    }

    /// Sends plain words to one address.
    pub async fn send(&self, name: Option<&str>, address: &str, subject: &str, words: String) -> Result<(), Unsent> {
        let address = address.parse().map_err(|_| Unsent::ForGood)?;
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(name.map(str::to_owned), address))
            .subject(subject)
            // nobody's mailbox answers a program with a note that it is away
            .raw_header(lettre::message::header::HeaderValue::new(
                lettre::message::header::HeaderName::new_from_ascii_str("Auto-Submitted"),
                "auto-generated".to_owned(),
            ))
            .header(ContentType::TEXT_PLAIN)
            .body(words)
            .map_err(|error| {
                tracing::error!(%error, "a mail could not be written");
                Unsent::ForGood
            })?;
        self.transport.send(message).await.map(drop).map_err(|error| {
            // a server's own words can hold the address
            tracing::warn!(status = ?error.status(), permanent = error.is_permanent(), timeout = error.is_timeout(), "a mail could not be sent");
            if error.is_permanent() { Unsent::ForGood } else { Unsent::ForNow }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn servers_and_senders_are_read_before_anything_is_sent() {
        assert!(Mailer::new("smtps://a:b@mail.example.vn", "Phường Hiệp Ninh <tin@example.vn>").is_ok());
        assert!(Mailer::new("smtp://127.0.0.1:25", "tin@example.vn").is_ok());
        for (url, from) in
            [("mail.example.vn", "tin@example.vn"), ("http://mail.example.vn", "tin@example.vn"), ("smtp://a", "tin")]
        {
            assert!(Mailer::new(url, from).is_err(), "{url} {from}");
        }
    }
}
