//! A form that was refused.

use crate::base::error::AppError;
#[cfg(feature = "ssr")]
use crate::base::keys::{Key, decode_token, encode_token};
use serde::{Deserialize, Serialize};

/// A form that was refused, with what was typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// The address that the form posts to.
    pub action: String,
    pub error: AppError,
    /// The fields as they came, without passwords and codes.
    pub fields: Vec<(String, String)>,
}

/// Whose a refused form is.
#[cfg(feature = "ssr")]
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RefusalOwner {
    /// The reader who sent it.
    pub visitor: Option<crate::web::visitor::Visitor>,
    /// The hash of the session that sent it, also of one that had ended.
    pub session: Option<[u8; 32]>,
    /// The account of that session, where it is known.
    pub account: Option<i64>,
    /// The hash of the private link that it was sent with.
    pub link: Option<[u8; 32]>,
}

/// A form that an account was refused because its session had ended. Signing in carries it along.
#[cfg(feature = "ssr")]
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EndedForm {
    pub account: i64,
    pub refusal: Refusal,
}

#[cfg(feature = "ssr")]
impl EndedForm {
    /// What the form is sealed with, so that nothing else that is sealed is taken for one.
    const PURPOSE: &[u8] = b"ended-form";

    /// Seals the form for the page that asks to sign in. It travels through the browser, and nobody can make one up.
    pub fn seal(&self, key: &Key) -> String {
        let plain = serde_json::to_vec(self).unwrap_or_default();
        encode_token(&key.seal(&[Self::PURPOSE], &plain))
    }

    /// Opens what [`EndedForm::seal`] made with the same key.
    pub fn open(key: &Key, sealed: &str) -> Option<Self> {
        let plain = key.open(&[Self::PURPOSE], &decode_token(sealed)?)?;
        serde_json::from_slice(&plain).ok()
    }
}

impl Refusal {
    /// Everything that was typed into fields of one name.
    pub fn all(&self, field: &str) -> Vec<String> {
        self.fields.iter().filter(|(name, _)| name == field).map(|(_, value)| value.clone()).collect()
    }

    /// What was typed into a field; empty where nothing was.
    pub fn typed(&self, field: &str) -> String {
        self.fields.iter().find(|(name, _)| name == field).map(|(_, value)| value.clone()).unwrap_or_default()
    }
}
