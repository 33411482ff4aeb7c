//! Sending mail, where a mail server is set.

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
pub enum SendError {
    /// It never will be: the address is invalid, or its server refuses it.
    Permanent,
    /// A later attempt may succeed.
    Temporary,
}

impl Mailer {
    /// Mail through the server at `url` (`smtps://name:password@mail.example.vn`, or `smtp://` with `?tls=required`),
    /// from `from`.
    pub fn new(url: &str, from: &str) -> Result<Self, String> {
        let from = from
            .parse()
            .map_err(|error| format!("the sender is no address ({error}): write Name <name@example.vn>"))?;
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
            .map_err(|error| format!("the mail server's address cannot be read ({error})"))?
            .timeout(Some(std::time::Duration::from_secs(20)))
            .build();
        Ok(Self { transport, from })
    }

    /// Sends plain text to one address.
    pub async fn send(&self, name: Option<&str>, address: &str, subject: &str, text: String) -> Result<(), SendError> {
        let address = address.parse().map_err(|_| SendError::Permanent)?;
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(name.map(str::to_owned), address))
            .subject(subject)
            // keeps mailboxes from answering with an out-of-office note
            .raw_header(lettre::message::header::HeaderValue::new(
                lettre::message::header::HeaderName::new_from_ascii_str("Auto-Submitted"),
                "auto-generated".to_owned(),
            ))
            .header(ContentType::TEXT_PLAIN)
            .body(text)
            .map_err(|error| {
                tracing::error!(%error, "a mail could not be written");
                SendError::Permanent
            })?;
        self.transport.send(message).await.map(drop).map_err(|error| {
            // the server's reply can contain the address, so it is not logged
            let (status, permanent) = (error.status(), error.is_permanent());
            tracing::warn!(?status, permanent, timeout = error.is_timeout(), "a mail could not be sent");
            if error.is_permanent() { SendError::Permanent } else { SendError::Temporary }
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
