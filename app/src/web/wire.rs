//! The encoding between server and browser: postcard, which needs a tenth of the code of JSON in the download.
//!
//! Postcard does not describe itself, so every message names the build that wrote it, by the hash of the browser's
//! files. A page of another build then knows that it cannot read the answer.

use crate::base::error::AppError;
use leptos::server::codee::{Decoder, Encoder};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The header that names the build of an answer.
pub const BUILD_HEADER: &str = "x-build";

#[cfg(feature = "ssr")]
static BUILD: std::sync::OnceLock<String> = std::sync::OnceLock::new();

/// Sets the build from the address of the browser's files: `/pkg-1a2b3c` is the build `1a2b3c`. The first call wins.
#[cfg(feature = "ssr")]
pub fn set_build(assets: &str) {
    BUILD.get_or_init(|| assets.trim_start_matches(crate::routes::ASSETS.path).to_owned());
}

/// The build of the browser's files that this process serves.
#[cfg(feature = "ssr")]
pub fn build() -> &'static str {
    BUILD.get().map_or("", String::as_str)
}

/// Encodes a value as text, for streams and pages.
#[cfg(feature = "ssr")]
pub fn to_text(value: &impl Serialize) -> Result<String, AppError> {
    use base64::Engine as _;
    let bytes = to_bytes(value)?;
    Ok(format!("{}.{}", build(), base64::engine::general_purpose::STANDARD_NO_PAD.encode(bytes)))
}

/// Decodes text that this process wrote.
#[cfg(feature = "ssr")]
pub fn read_text<T: DeserializeOwned>(text: &str) -> Option<T> {
    use base64::Engine as _;
    let (_, text) = text.split_once('.')?;
    from_bytes(&base64::engine::general_purpose::STANDARD_NO_PAD.decode(text).ok()?)
}

/// Decodes text that this build wrote.
#[cfg(feature = "hydrate")]
pub fn from_text<T: DeserializeOwned>(text: &str) -> Option<T> {
    let (build, text) = text.split_once('.')?;
    let text = leptos::prelude::window().atob(text).ok().filter(|_| is_own_build(build))?;
    // `atob` returns one character for each byte
    from_bytes(&text.chars().map(|character| character as u8).collect::<Vec<u8>>())
}

/// Encodes a value as bytes.
#[cfg(feature = "ssr")]
pub fn to_bytes(value: &impl Serialize) -> Result<Vec<u8>, AppError> {
    postcard::to_allocvec(value).map_err(|error| {
        tracing::error!(%error, "a value could not be encoded for the browser");
        AppError::Internal
    })
}

/// Decodes bytes that this build wrote.
pub fn from_bytes<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    postcard::from_bytes(bytes).ok()
}

/// Whether this page's program is of this build.
#[cfg(feature = "hydrate")]
pub fn is_own_build(build: &str) -> bool {
    let own = leptos::prelude::document().query_selector("meta[name=build]").ok().flatten();
    own.and_then(|meta| meta.get_attribute("content")).as_deref() == Some(build)
}

/// Reloads the page because the server is of another build. Returns `false` where that was tried within the last 30
/// seconds: during an upgrade, programs of both builds may answer in turn.
#[cfg(feature = "hydrate")]
pub fn reload_page() -> bool {
    const KEY: &str = "loa-tai-lai";
    const PAUSE_MS: i64 = 30_000;
    let window = leptos::prelude::window();
    let Ok(Some(storage)) = window.session_storage() else { return false };
    // whole milliseconds: parsing and printing fractions would add 20 KB of code
    let now = js_sys::Date::now() as i64;
    let last = storage.get_item(KEY).ok().flatten().and_then(|value| value.parse::<i64>().ok());
    if last.is_some_and(|last| now - last < PAUSE_MS) || storage.set_item(KEY, &now.to_string()).is_err() {
        return false;
    }
    window.location().reload().is_ok()
}

/// Embeds a resource's value in the page for the browser's program, without the parts that the page shows anyway.
pub struct Embedded;

/// A value that pages embed.
pub trait Embed: Clone {
    /// Returns the value without its HTML, which the browser finds in the page.
    fn without_html(&self) -> Self {
        self.clone()
    }
}

impl<T: Embed + Serialize> Encoder<T> for Embedded {
    type Error = AppError;
    type Encoded = String;

    fn encode(value: &T) -> Result<String, AppError> {
        #[cfg(feature = "ssr")]
        return to_text(&value.without_html());
        #[cfg(not(feature = "ssr"))]
        {
            // the browser never encodes
            let _ = value;
            Err(AppError::Internal)
        }
    }
}

impl<T: DeserializeOwned> Decoder<T> for Embedded {
    type Error = AppError;
    type Encoded = str;

    fn decode(text: &str) -> Result<T, AppError> {
        #[cfg(feature = "hydrate")]
        return from_text(text).ok_or(AppError::Internal);
        #[cfg(not(feature = "hydrate"))]
        {
            // the server never decodes
            let _ = text;
            Err(AppError::Internal)
        }
    }
}
