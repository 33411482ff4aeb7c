//! What crosses between server and browser: postcard, a tenth of the code that JSON needs in the download.
//!
//! It does not describe itself, so whatever crosses names the build that wrote it, by the hash of the browser's files. A
//! page that is older than the server, or newer, then knows that it cannot read the answer.

use crate::error::AppError;
use leptos::server::codee::{Decoder, Encoder};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The answer's header that names the build.
pub const BUILD: &str = "x-build";

/// The build of the browser's files that this process serves.
#[cfg(feature = "ssr")]
static SERVED: std::sync::OnceLock<String> = std::sync::OnceLock::new();

/// Serves the browser's files at `assets` from now on: `/pkg-1a2b3c` is the build `1a2b3c`. The first call counts.
#[cfg(feature = "ssr")]
pub fn serve(assets: &str) {
    SERVED.get_or_init(|| assets.trim_start_matches("/pkg-").to_owned());
}

/// The build that this process serves.
#[cfg(feature = "ssr")]
pub fn served() -> &'static str {
    SERVED.get().map_or("", String::as_str)
}

/// A value as text, for streams and pages.
#[cfg(feature = "ssr")]
pub fn to_text(value: &impl Serialize) -> Result<String, AppError> {
    use base64::Engine as _;
    let bytes = postcard::to_allocvec(value).map_err(|error| {
        tracing::error!(%error, "a value could not be written for the browser");
        AppError::Internal
    })?;
    Ok(format!("{}.{}", served(), base64::engine::general_purpose::STANDARD_NO_PAD.encode(bytes)))
}

/// Reads what this build wrote.
#[cfg(feature = "hydrate")]
pub fn from_text<T: DeserializeOwned>(text: &str) -> Option<T> {
    let (build, text) = text.split_once('.')?;
    let text = leptos::prelude::window().atob(text).ok().filter(|_| is_ours(build))?;
    // `atob` gives a character a byte
    from_bytes(&text.chars().map(|character| character as u8).collect::<Vec<u8>>())
}

/// Reads bytes that this build wrote.
pub fn from_bytes<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    postcard::from_bytes(bytes).ok()
}

/// Whether a build is the one that this page's program belongs to.
#[cfg(feature = "hydrate")]
pub fn is_ours(build: &str) -> bool {
    let ours = leptos::prelude::document().query_selector("meta[name=build]").ok().flatten();
    ours.and_then(|meta| meta.get_attribute("content")).as_deref() == Some(build)
}

/// Loads the page anew because the server is of another build. `false` where that was tried a moment ago: while a site
/// is being upgraded, several programs of two builds may answer in turns.
#[cfg(feature = "hydrate")]
pub fn load_anew() -> bool {
    const KEY: &str = "loa-tai-lai";
    const MOMENT: i64 = 30_000;
    let window = leptos::prelude::window();
    let Ok(Some(storage)) = window.session_storage() else { return false };
    // whole milliseconds: reading and writing fractions is 20 KB of code
    let now = js_sys::Date::now() as i64;
    let tried = storage.get_item(KEY).ok().flatten().and_then(|tried| tried.parse::<i64>().ok());
    if tried.is_some_and(|tried| now - tried < MOMENT) || storage.set_item(KEY, &now.to_string()).is_err() {
        return false;
    }
    window.location().reload().is_ok()
}

/// Repeats for the browser's program what the server has rendered already, but for the words: those are in the page.
pub struct Embedded;

/// A value that a page repeats.
pub trait Embed: Clone {
    /// The value without what the page shows anyway.
    fn embedded(&self) -> Self {
        self.clone()
    }
}

impl<T: Embed + Serialize> Encoder<T> for Embedded {
    type Error = AppError;
    type Encoded = String;

    fn encode(value: &T) -> Result<String, AppError> {
        #[cfg(feature = "ssr")]
        return to_text(&value.embedded());
        #[cfg(not(feature = "ssr"))]
        {
            // a browser repeats nothing
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
            // a server reads nothing back
            let _ = text;
            Err(AppError::Internal)
        }
    }
}
