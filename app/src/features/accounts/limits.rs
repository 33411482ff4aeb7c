//! How often somebody may try to sign in, and to give a code or a current password.

use crate::base::error::AppError;
use crate::web::limits::{burst, line};
use crate::web::site::Site;
use std::net::IpAddr;

/// Takes one attempt to sign in under a name from an address. Attempts are slowed, never stopped for good: somebody who
/// attacks a name from elsewhere does not use up the attempts from its owner's address.
pub fn take_sign_in(site: &Site, username: &str, address: IpAddr) -> Result<(), AppError> {
    let (name, line) = (username.as_bytes(), line(address));
    site.limits.take("sign-in-pair", burst(5, 20), &[name, &line])?;
    site.limits.take("sign-in-address", burst(20, 5), &[&line])?;
    site.limits.take("sign-in-name", burst(100, 5), &[name])
}

/// Takes one attempt to give a code or the current password of an account: six digits are guessed soon where nobody
/// slows the guesses. Guesses from elsewhere do not use up the attempts from the owner's
/// address.
pub fn take_code(site: &Site, account: i64, address: IpAddr) -> Result<(), AppError> {
    let account = account.to_be_bytes();
    site.limits.take("code-pair", burst(10, 30), &[&account, &line(address)])?;
    site.limits.take("code-account", burst(100, 20), &[&account])
}
