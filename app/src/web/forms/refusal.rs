//! A form that was refused.

use crate::base::error::AppError;
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
