//! What the rooms and pages for accounts have in common.

use super::limits::take_proof;
use super::password::{Priority, verify_password};
use super::sign_in::record_sign_in;
use super::store::find_password_hash;
use super::{SIGN_IN_FAILED, WRONG_CURRENT_PASSWORD};
use crate::base::error::AppError;
use crate::web::site::Site;
use crate::web::visitor::current_address;
use leptos::prelude::*;
use serde_json::json;

/// Checks the current password and returns its hash. Changes that protect an account need it, so that an unattended
/// phone is not enough. `by` says in the record how the attempt was made.
pub async fn prove_password(site: &Site, account: i64, typed: String, by: &'static str) -> Result<String, AppError> {
    take_proof(site, account, current_address())?;
    let hash = find_password_hash(&site.pool, account).await?;
    if verify_password(typed, hash.clone(), Priority::Known).await?
        && let Some(hash) = hash
    {
        return Ok(hash);
    }
    record_sign_in(site, account, SIGN_IN_FAILED, json!({ "by": by })).await?;
    Err(AppError::invalid(WRONG_CURRENT_PASSWORD))
}

/// The field of a password.
pub fn password_field(
    id: &'static str,
    name: &'static str,
    label: &'static str,
    autocomplete: &'static str,
) -> impl IntoView {
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <input type="password" id=id name=name autocomplete=autocomplete required/>
        </div>
    }
}

/// The two fields of a new password.
pub fn new_password_fields() -> impl IntoView {
    view! {
        {password_field("password", "password", "Mật khẩu mới", "new-password")}
        {password_field("again", "again", "Nhập lại mật khẩu mới", "new-password")}
        <p class="quiet">
            "Ít nhất 12 ký tự. Một câu ngắn, dễ nhớ với ông/bà và khó đoán với người khác là tốt nhất."
        </p>
    }
}
