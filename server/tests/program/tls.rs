//! HTTPS with a certificate from files.

use super::{data, start_with};

/// Makes a TLS connection that accepts every certificate. Returns the negotiated protocol and the certificate.
async fn handshake(address: &str) -> (Vec<u8>, Vec<u8>) {
    use tokio_rustls::rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
    use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
    use tokio_rustls::rustls::{ClientConfig, DigitallySignedStruct, Error, SignatureScheme};
    #[derive(Debug)]
    struct AcceptAll;
    impl ServerCertVerifier for AcceptAll {
        fn verify_server_cert(
            &self,
            _: &CertificateDer<'_>,
            _: &[CertificateDer<'_>],
            _: &ServerName<'_>,
            _: &[u8],
            _: UnixTime,
        ) -> Result<ServerCertVerified, Error> {
            Ok(ServerCertVerified::assertion())
        }
        fn verify_tls12_signature(
            &self,
            _: &[u8],
            _: &CertificateDer<'_>,
            _: &DigitallySignedStruct,
        ) -> Result<HandshakeSignatureValid, Error> {
            Ok(HandshakeSignatureValid::assertion())
        }
        fn verify_tls13_signature(
            &self,
            _: &[u8],
            _: &CertificateDer<'_>,
            _: &DigitallySignedStruct,
        ) -> Result<HandshakeSignatureValid, Error> {
            Ok(HandshakeSignatureValid::assertion())
        }
        fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
            vec![SignatureScheme::ECDSA_NISTP256_SHA256]
        }
    }
    let mut config = ClientConfig::builder()
        .dangerous()
        .with_custom_certificate_verifier(std::sync::Arc::new(AcceptAll))
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    let stream = tokio_rustls::TlsConnector::from(std::sync::Arc::new(config)).connect(name, stream).await.unwrap();
    let (_, session) = stream.get_ref();
    (session.alpn_protocol().unwrap().to_vec(), session.peer_certificates().unwrap()[0].to_vec())
}

#[test]
fn tls_serves_http2_and_loads_a_new_certificate() {
    let data = data();
    let files = [data.path().join("site.pem"), data.path().join("site.key")];
    let issue = || {
        let certificate = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        std::fs::write(&files[0], certificate.cert.pem()).unwrap();
        std::fs::write(&files[1], certificate.signing_key.serialize_pem()).unwrap();
    };
    issue();
    let settings = [("LOA_TLS_CERTIFICATE", &files[0]), ("LOA_TLS_KEY", &files[1])];
    let site = start_with(data.path(), &settings.map(|(name, file)| (name, file.display().to_string())));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (protocol, first) = runtime.block_on(handshake(&site.address));
    assert_eq!(protocol, b"h2");
    issue();
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while runtime.block_on(handshake(&site.address)).1 == first {
        assert!(std::time::Instant::now() < deadline, "the new certificate was never used");
        std::thread::yield_now();
    }
}
