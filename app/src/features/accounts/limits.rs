//! How often somebody may try to sign in, and to give a code or a current password.

use crate::base::error::AppError;
use crate::web::limits::{address_bytes, burst, line};
use crate::web::site::Site;
use std::net::IpAddr;

/// Takes one attempt to sign in under a name from a line.
pub fn take_sign_in(site: &Site, username: &str, address: IpAddr) -> Result<(), AppError> {
    let line = address_bytes(line(address));
    site.limits.take("sign-in-pair", burst(5, 20), &[username.as_bytes(), &line])?;
    site.limits.take("sign-in-line", burst(20, 5), &[&line])
}

/// Takes one of all attempts to sign in under a name, wherever they come from. A device that the account's owner knows
/// is exempt, so that nobody keeps them out.
pub fn take_name(site: &Site, username: &str) -> Result<(), AppError> {
    site.limits.take("sign-in-name", burst(100, 5), &[username.as_bytes()])
}

/// Takes one attempt to give a code after the password: six digits are guessed soon where nobody slows the guesses. A
/// known device is exempt from the account's limit, not from its line's.
pub fn take_code(site: &Site, account: i64, address: IpAddr, is_known: bool) -> Result<(), AppError> {
    let account = account.to_be_bytes();
    site.limits.take("code-pair", burst(10, 30), &[&account, &address_bytes(line(address))])?;
    if is_known { Ok(()) } else { site.limits.take("code-account", burst(100, 20), &[&account]) }
}

/// Takes one attempt to prove the current password. It has a counter of its own, so that guessed codes or
/// sign-ins from elsewhere do not use up the attempts of somebody who is signed in.
pub fn take_proof(site: &Site, account: i64, address: IpAddr) -> Result<(), AppError> {
    site.limits.take("password-proof", burst(10, 30), &[&account.to_be_bytes(), &address_bytes(line(address))])
}
